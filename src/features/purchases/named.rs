//! The measures of a summary by the names of their attributes.
//!
//! A customer with derived attributes is asked for one attribute by its name, and a table has a column for each: this
//! is the former, [`PurchaseSummaries::columns`](super::PurchaseSummaries::columns) the latter. Names, kinds and units
//! of the two are the same, or one customer would be placed otherwise than many.

use super::period::TimeUnit;
use super::recipe::Purchases;
use super::summary::{
    DAYS_FIRST_TO_LAST, DAYS_SINCE_FIRST, DAYS_SINCE_LAST, FIRST_DAY, LAST_DAY, MEAN_REPEAT_SPEND, MEAN_SPEND,
    PURCHASES, PurchaseSummary, REPEATS, SPEND,
};
use crate::value::Value;

/// A measure of a summary.
///
/// A function and not a closure: the name is looked up once, and what is found can be kept.
type Measure = fn(&Purchases, &PurchaseSummary) -> Option<Value<'static>>;

impl Purchases {
    /// How to read the attribute of that name among those that [`add_to`](Purchases::add_to) adds; `None` if it is
    /// none of them.
    ///
    /// Names of times follow the unit: `weeks_since_first` where it is weeks.
    pub(crate) fn measure(&self, name: &str) -> Option<Measure> {
        let time = |base: &str| name == base.replacen("days", self.time_unit().name(), 1);
        Some(match name {
            FIRST_DAY => |_, s| Some(Value::Day(s.first_day())),
            LAST_DAY => |_, s| Some(Value::Day(s.last_day())),
            PURCHASES => |_, s| Some(Value::Integer(s.purchases().into())),
            REPEATS => |_, s| Some(Value::Integer(s.repeats().into())),
            SPEND => |_, s| s.spend().map(Value::Number),
            MEAN_SPEND => |_, s| s.mean_spend().map(Value::Number),
            MEAN_REPEAT_SPEND => |_, s| s.mean_repeat_spend().map(Value::Number),
            _ if time(DAYS_SINCE_LAST) => |purchases, s| Some(purchases.time(s.days_since_last())),
            _ if time(DAYS_FIRST_TO_LAST) => |purchases, s| Some(purchases.time(s.days_first_to_last())),
            _ if time(DAYS_SINCE_FIRST) => |purchases, s| Some(purchases.time(s.days_since_first())),
            _ => return None,
        })
    }

    /// Days are whole numbers; weeks and months need not be.
    fn time(&self, days: i32) -> Value<'static> {
        match self.time_unit() {
            TimeUnit::Days => Value::Integer(days.into()),
            unit => Value::Number(unit.of_days(days, self.grain())),
        }
    }
}
