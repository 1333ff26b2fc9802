//! What one customer's purchases come to.

use std::num::NonZeroU32;

use super::Period;
use crate::error::{Error, Result};
use crate::time::{Day, Timestamp};

/// The attribute of the first purchase's day.
pub const FIRST_DAY: &str = "first_day";
/// The attribute of the last purchase's day.
pub const LAST_DAY: &str = "last_day";
/// The attribute of the number of purchases.
pub const PURCHASES: &str = "purchases";
/// The attribute of the number of purchases after the first.
pub const REPEATS: &str = "repeats";
/// The attribute of the recency of recency, frequency and monetary value: how long ago the last purchase was.
pub const DAYS_SINCE_LAST: &str = "days_since_last";
/// The attribute of the recency of lifetime models: how old the customer was at the last purchase.
pub const DAYS_FIRST_TO_LAST: &str = "days_first_to_last";
/// The attribute of the customer's age: how long ago the first purchase was.
pub const DAYS_SINCE_FIRST: &str = "days_since_first";
/// The attribute of the sum of the amounts.
pub const SPEND: &str = "spend";
/// The attribute of the amount a purchase.
pub const MEAN_SPEND: &str = "mean_spend";
/// The attribute of the amount a purchase after the first.
pub const MEAN_REPEAT_SPEND: &str = "mean_repeat_spend";

/// What one customer's purchases come to as of a moment; made by [`Purchases`](super::Purchases).
///
/// Two numbers go by the name of recency, and both are here under names of their own: the recency of RFM is
/// [`days_since_last`](PurchaseSummary::days_since_last), that of lifetime models (`t_x`, `recency` in the package
/// lifetimes) is [`days_first_to_last`](PurchaseSummary::days_first_to_last). Frequency has two meanings too:
/// [`purchases`](PurchaseSummary::purchases) counts all, [`repeats`](PurchaseSummary::repeats) leaves the first out.
///
/// Where purchases are collapsed by week or month, lengths of time run between the starts of periods.
///
/// | lifetimes (Python) | here |
/// | --- | --- |
/// | `frequency` | [`repeats`](PurchaseSummary::repeats) |
/// | `recency` | [`days_first_to_last`](PurchaseSummary::days_first_to_last) |
/// | `T` | [`days_since_first`](PurchaseSummary::days_since_first) |
/// | `monetary_value` | [`mean_repeat_spend`](PurchaseSummary::mean_repeat_spend): `None`, not 0, without a repeat |
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PurchaseSummary {
    purchases: NonZeroU32,
    first_day: Day,
    last_day: Day,
    days_since_last: i32,
    days_first_to_last: i32,
    /// NaN if a purchase has no amount.
    spend: f64,
    repeat_spend: f64,
}

impl PurchaseSummary {
    /// The day of the first purchase.
    pub fn first_day(&self) -> Day {
        self.first_day
    }

    /// The day of the last purchase.
    pub fn last_day(&self) -> Day {
        self.last_day
    }

    /// How many purchases there are, or periods with a purchase: at least 1.
    pub fn purchases(&self) -> u32 {
        self.purchases.get()
    }

    /// How many purchases follow the first.
    pub fn repeats(&self) -> u32 {
        self.purchases.get() - 1
    }

    /// Days from the last purchase to the moment as of which the customer is seen: the recency of RFM.
    pub fn days_since_last(&self) -> i32 {
        self.days_since_last
    }

    /// Days from the first purchase to the last: the recency of lifetime models.
    pub fn days_first_to_last(&self) -> i32 {
        self.days_first_to_last
    }

    /// Days from the first purchase to the moment as of which the customer is seen: the `T` of lifetime models.
    pub fn days_since_first(&self) -> i32 {
        self.days_first_to_last.saturating_add(self.days_since_last)
    }

    /// The sum of the amounts; `None` if a purchase has no amount.
    pub fn spend(&self) -> Option<f64> {
        (!self.spend.is_nan()).then_some(self.spend)
    }

    /// The sum of the amounts divided by the purchases; `None` if a purchase has no amount.
    pub fn mean_spend(&self) -> Option<f64> {
        self.spend().map(|spend| spend / f64::from(self.purchases()))
    }

    /// The amount a purchase after the first; `None` without such a purchase or if a purchase has no amount.
    pub fn mean_repeat_spend(&self) -> Option<f64> {
        let repeats = self.repeats();
        (repeats > 0 && !self.spend.is_nan()).then(|| self.repeat_spend / f64::from(repeats))
    }
}

/// A summary that grows a purchase at a time, oldest first.
#[derive(Clone, Copy)]
pub(super) struct Running {
    grain: Option<Period>,
    purchases: u32,
    first_day: Day,
    last_day: Day,
    at: Timestamp,
    spend: f64,
    repeat_spend: f64,
}

impl Running {
    pub(super) fn new(grain: Option<Period>) -> Self {
        let day = Day::from_days(0);
        let at = Timestamp::from_micros(i64::MIN);
        Running { grain, purchases: 0, first_day: day, last_day: day, at, spend: 0.0, repeat_spend: 0.0 }
    }

    /// Adds a purchase; an amount that is not known is NaN.
    ///
    /// A day before that of an earlier purchase, as it comes about when days are counted in several zones, is
    /// taken for the later day.
    ///
    /// # Errors
    /// If the purchase is earlier than the one before it.
    pub(super) fn add(&mut self, at: Timestamp, day: Day, amount: f64) -> Result<()> {
        if at < self.at {
            return Err(Error::definition("events are not in time order, the oldest first"));
        }
        self.at = at;
        if self.purchases == 0 {
            (self.purchases, self.first_day, self.last_day, self.spend) = (1, day, day, amount);
            return Ok(());
        }
        let day = day.max(self.last_day);
        let same = match self.grain {
            None => false,
            Some(Period::Day) => day == self.last_day,
            Some(grain) => grain.start(day) == grain.start(self.last_day),
        };
        if !same {
            self.purchases = self.purchases.saturating_add(1);
        }
        if self.purchases > 1 {
            self.repeat_spend += amount;
        }
        self.spend += amount;
        self.last_day = day;
        Ok(())
    }

    pub(super) fn purchases(&self) -> u32 {
        self.purchases
    }

    /// The sum of the amounts, NaN if one is not known.
    ///
    /// # Errors
    /// If it is too large for a number.
    pub(super) fn spend(&self) -> Result<f64> {
        if self.spend.is_infinite() { Err(Error::not_finite("sum of amounts", self.spend)) } else { Ok(self.spend) }
    }

    /// The summary as of a day; `None` without a purchase.
    pub(super) fn finish(&self, as_of: Day) -> Result<Option<PurchaseSummary>> {
        let Some(purchases) = NonZeroU32::new(self.purchases) else { return Ok(None) };
        let spend = self.spend()?;
        let mark = |day: Day| self.grain.map_or(day, |grain| grain.start(day));
        let (first, last) = (mark(self.first_day), mark(self.last_day));
        Ok(Some(PurchaseSummary {
            purchases,
            first_day: self.first_day,
            last_day: self.last_day,
            days_since_last: mark(as_of).days_since(last),
            days_first_to_last: last.days_since(first),
            spend,
            repeat_spend: self.repeat_spend,
        }))
    }
}
