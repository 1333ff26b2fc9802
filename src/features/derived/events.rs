//! What is counted or summed over events.

use crate::customer::{Customer, Events, as_of_is_missing};
use crate::error::{Error, Result};
use crate::value::Level;

use super::Absent;

/// What is counted or summed over a customer's events up to the moment as of which it is seen.
///
/// A customer without such events has a count and a sum of 0: that nothing happened is known.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::features::derived::{Derived, EventMeasure, Formula};
/// use segmentry::time::Day;
///
/// let ann = Record::new("ann")
///     .purchase(Day::new(2026, 1, 5)?, 20.0)
///     .purchase(Day::new(2026, 3, 9)?, 7.5)
///     .as_of(Day::new(2026, 3, 31)?);
/// let lately = Derived::new("spend_30_days", Formula::Events(EventMeasure::amount("purchase").within_days(30)));
/// assert_eq!(lately.value(&ann)?, Some(7.5));
/// let visits = Derived::new("visits", Formula::Events(EventMeasure::count("visit")));
/// assert_eq!(visits.value(&ann)?, Some(0.0)); // none is known, and that is a number
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, deny_unknown_fields))]
pub struct EventMeasure {
    /// Only events of this kind; every kind if empty.
    pub kind: String,
    /// Only events of the last so many days: of that day or later, counted back from the day as of which the
    /// customer is seen; 30 means that day and the 29 before it. All events if not given.
    pub within_days: Option<i32>,
    /// Sums the amounts, in place of counting the events.
    pub amount: bool,
}

impl EventMeasure {
    /// How many events of a kind.
    pub fn count(kind: impl Into<String>) -> Self {
        EventMeasure { kind: kind.into(), ..EventMeasure::default() }
    }

    /// For how much together events of a kind were; events without an amount add nothing.
    pub fn amount(kind: impl Into<String>) -> Self {
        EventMeasure { amount: true, ..EventMeasure::count(kind) }
    }

    /// Only the last so many days.
    #[must_use]
    pub fn within_days(mut self, days: i32) -> Self {
        self.within_days = Some(days);
        self
    }

    pub(super) fn check(&self) -> Result<()> {
        match self.within_days {
            Some(days) if days < 1 => Err(Error::parameter("within_days", "at least 1", days)),
            _ => Ok(()),
        }
    }

    pub(super) fn level(&self) -> Level {
        if self.amount { Level::Ratio } else { Level::Count }
    }

    pub(super) fn evaluate(&self, customer: &dyn Customer) -> Result<Result<f64, Absent>> {
        let as_of = customer.as_of().ok_or_else(as_of_is_missing)?;
        let first = self.within_days.map(|days| as_of.day().plus(1 - days));
        let mut total = 0.0;
        for event in Events::of(customer) {
            if (self.kind.is_empty() || self.kind == event.kind) && first.is_none_or(|first| event.day >= first) {
                total += if self.amount { event.amount.unwrap_or(0.0) } else { 1.0 };
            }
        }
        Ok(Ok(total))
    }
}
