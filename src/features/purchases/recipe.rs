//! The recipe: what counts as a purchase, and summaries of one customer or of all.

use super::log::Log;
use super::summary::{
    DAYS_FIRST_TO_LAST, DAYS_SINCE_FIRST, DAYS_SINCE_LAST, FIRST_DAY, LAST_DAY, MEAN_REPEAT_SPEND, MEAN_SPEND,
    PURCHASES, REPEATS, Running, SPEND,
};
use super::{Period, PurchaseSummary, TimeUnit};
use crate::customer::{Customer, Customers, as_of_is_missing};
use crate::error::{Error, Result};
use crate::history::PURCHASE;
use crate::parallel;
use crate::time::{AsOf, Day};
use crate::value::{Attribute, Column, Kind, Level};

/// What counts as a purchase, for the summaries of customers' purchases as of a moment.
///
/// Every event of the kind `purchase` counts unless said otherwise, refunds booked as negative amounts included:
/// what to do about those is decided where the history is cleaned. The numbers are those of the Python package
/// lifetimes (Cameron Davidson-Pilon, MIT): its `freq="D"` is `collapse(Period::Day)`, its `freq="W"` is
/// `collapse(Period::Week).unit(TimeUnit::Weeks)`, and its `include_first_transaction=True` is reading `purchases`
/// and `mean_spend` where it else means `repeats` and `mean_repeat_spend`. Customers without a purchase have no
/// summary, never a recency of 0.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::features::purchases::{Period, Purchases};
/// use segmentry::time::Day;
///
/// let day = |text: &str| text.parse::<Day>();
/// let ann = Record::new("ann")
///     .purchase(day("2026-01-05")?, 20.0)
///     .purchase(day("2026-01-05")?, 5.0) // the same day: one purchase if collapsed
///     .purchase(day("2026-03-09")?, 7.5)
///     .as_of(day("2026-04-01")?);
///
/// let summary = Purchases::new().collapse(Period::Day).summarize_one(&ann)?.expect("has purchases");
/// assert_eq!((summary.purchases(), summary.repeats()), (2, 1));
/// assert_eq!((summary.days_since_last(), summary.days_first_to_last()), (23, 63));
/// assert_eq!((summary.spend(), summary.mean_repeat_spend()), (Some(32.5), Some(7.5)));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct Purchases {
    kind: String,
    collapse: Option<Period>,
    unit: TimeUnit,
    above_zero: bool,
}

impl Default for Purchases {
    fn default() -> Self {
        Purchases { kind: PURCHASE.to_owned(), collapse: None, unit: TimeUnit::Days, above_zero: false }
    }
}

impl Purchases {
    /// Each event of the kind `purchase` is a purchase, and times are told in days.
    pub fn new() -> Self {
        Purchases::default()
    }

    /// Sets the kind of event that counts: `order`, `donation`.
    #[must_use]
    pub fn kind(mut self, kind: impl Into<String>) -> Self {
        self.kind = kind.into();
        self
    }

    /// Takes purchases in the same period for one, of their amounts together.
    #[must_use]
    pub fn collapse(mut self, period: Period) -> Self {
        self.collapse = Some(period);
        self
    }

    /// Sets the unit of times in the attributes that [`add_to`](Purchases::add_to) adds.
    #[must_use]
    pub fn unit(mut self, unit: TimeUnit) -> Self {
        self.unit = unit;
        self
    }

    /// Counts only events with an amount above 0: no refunds, no gifts.
    #[must_use]
    pub fn above_zero(mut self) -> Self {
        self.above_zero = true;
        self
    }

    /// Says what must hold.
    ///
    /// # Errors
    /// If the kind of event is empty.
    pub fn check(&self) -> Result<()> {
        if self.kind.is_empty() { Err(Error::parameter("kind", "the name of a kind of event", "``")) } else { Ok(()) }
    }

    /// The purchases of one customer as of the moment it is seen; `None` without a purchase. Does not allocate.
    ///
    /// # Errors
    /// If the customer is seen as of no moment, its events are not in time order, or the amounts come to more than a
    /// number can hold.
    pub fn summarize_one(&self, customer: &dyn Customer) -> Result<Option<PurchaseSummary>> {
        let all = || {
            let as_of = customer.as_of().ok_or_else(as_of_is_missing)?;
            let mut running = Running::new(self.collapse);
            let mut added = Ok(());
            customer.visit_amounts(&self.kind, &mut |at, day, amount| {
                if added.is_ok() && as_of.includes(at, day) && self.counts(amount) {
                    added = running.add(at, day, amount.unwrap_or(f64::NAN));
                }
            });
            added?;
            running.finish(as_of.day())
        };
        all().map_err(|error: Error| error.at_customer(customer.id()))
    }

    /// The purchases of all customers as of the moment they are seen; in parallel, as one by one.
    ///
    /// # Errors
    /// If the customers are seen as of no moment, have no history, or the amounts of one come to more than a number
    /// can hold, with the first such customer.
    pub fn summarize(&self, customers: &Customers) -> Result<PurchaseSummaries> {
        let log = self.log(customers)?;
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK / 4, |rows| {
            rows.map(|row| log.summary(row)).collect::<Result<Vec<_>>>()
        });
        self.gather(chunks)
    }

    pub(super) fn gather(&self, chunks: Vec<Result<Vec<Option<PurchaseSummary>>>>) -> Result<PurchaseSummaries> {
        let mut list = Vec::new();
        for chunk in chunks {
            list.append(&mut chunk?);
        }
        Ok(PurchaseSummaries { list, grain: self.collapse, unit: self.unit })
    }

    /// The customers with their purchases as attributes, by the names that this module's constants give:
    /// `first_day`, `last_day`, `purchases`, `repeats`, `days_since_last`, `days_first_to_last`, `days_since_first`,
    /// `spend`, `mean_spend`, `mean_repeat_spend`. With another [`unit`](Purchases::unit) the times are named after it:
    /// `weeks_since_first`. Customers without a purchase are missing in all of them.
    ///
    /// # Errors
    /// As [`summarize`](Purchases::summarize).
    pub fn add_to(&self, customers: Customers) -> Result<Customers> {
        let summaries = self.summarize(&customers)?;
        summaries.columns().into_iter().try_fold(customers, |table, (attribute, column)| {
            table.with_attribute(attribute.source(format!("history: {}", self.kind)), column)
        })
    }

    /// The purchases column by column, ready to be summarised row by row.
    ///
    /// # Errors
    /// If the customers are seen as of no moment or have no history.
    pub(crate) fn log<'a>(&'a self, customers: &'a Customers) -> Result<Log<'a>> {
        self.log_as_of(customers, customers.seen_as_of()?)
    }

    pub(super) fn log_as_of<'a>(&'a self, customers: &'a Customers, as_of: AsOf) -> Result<Log<'a>> {
        self.check()?;
        let history = customers.history().ok_or_else(|| Error::empty("history: give it with `with_history`"))?;
        let code = history.kinds().codes().and_then(|(codes, kinds)| Some((codes, kinds.code(&self.kind)?)));
        Ok(Log { purchases: self, customers, history, code, amounts: history.amounts().as_numbers(), as_of })
    }

    pub(super) fn counts(&self, amount: Option<f64>) -> bool {
        !self.above_zero || amount.is_some_and(|amount| amount > 0.0)
    }

    pub(super) fn grain(&self) -> Option<Period> {
        self.collapse
    }

    pub(super) fn time_unit(&self) -> TimeUnit {
        self.unit
    }
}

/// The purchases of many customers, in their order; made by [`Purchases::summarize`].
#[derive(Clone, Debug, PartialEq)]
pub struct PurchaseSummaries {
    list: Vec<Option<PurchaseSummary>>,
    grain: Option<Period>,
    unit: TimeUnit,
}

impl PurchaseSummaries {
    /// How many customers there are, with purchases or without.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The purchases of the customer in that row; `None` if it has none.
    pub fn get(&self, row: usize) -> Option<&PurchaseSummary> {
        self.list.get(row).and_then(Option::as_ref)
    }

    /// The customers in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<&PurchaseSummary>> {
        self.list.iter().map(Option::as_ref)
    }

    /// A length of time in days, such as [`PurchaseSummary::days_since_first`], in the recipe's unit.
    pub fn in_unit(&self, days: i32) -> f64 {
        self.unit.of_days(days, self.grain)
    }

    /// Each measure as an attribute and its column.
    pub fn columns(&self) -> Vec<(Attribute, Column)> {
        let days = |name: &str, of: fn(&PurchaseSummary) -> Day| {
            let column = Column::of(Kind::Day, self.iter().map(|summary| summary.map(of)));
            (Attribute::new(name, Kind::Day), column)
        };
        let counts = |name: &str, of: fn(&PurchaseSummary) -> u32| {
            let column = Column::of(Kind::Integer, self.iter().map(|summary| summary.map(of)));
            (Attribute::new(name, Kind::Integer).level(Level::Count), column)
        };
        let times = |name: &str, of: fn(&PurchaseSummary) -> i32| {
            let unit = self.unit.name();
            if self.unit == TimeUnit::Days {
                let column = Column::of(Kind::Integer, self.iter().map(|summary| summary.map(of)));
                return (Attribute::new(name, Kind::Integer).unit(unit), column);
            }
            let column = Column::of(Kind::Number, self.iter().map(|summary| Some(self.in_unit(of(summary?)))));
            (Attribute::new(name.replacen("days", unit, 1), Kind::Number).unit(unit), column)
        };
        let money = |name: &str, of: fn(&PurchaseSummary) -> Option<f64>| {
            let column = Column::of(Kind::Number, self.iter().map(|summary| summary.and_then(of)));
            (Attribute::new(name, Kind::Number), column)
        };
        vec![
            days(FIRST_DAY, PurchaseSummary::first_day),
            days(LAST_DAY, PurchaseSummary::last_day),
            counts(PURCHASES, PurchaseSummary::purchases),
            counts(REPEATS, PurchaseSummary::repeats),
            times(DAYS_SINCE_LAST, PurchaseSummary::days_since_last),
            times(DAYS_FIRST_TO_LAST, PurchaseSummary::days_first_to_last),
            times(DAYS_SINCE_FIRST, PurchaseSummary::days_since_first),
            money(SPEND, PurchaseSummary::spend),
            money(MEAN_SPEND, PurchaseSummary::mean_spend),
            money(MEAN_REPEAT_SPEND, PurchaseSummary::mean_repeat_spend),
        ]
    }
}
