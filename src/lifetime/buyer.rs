//! One buyer as models of lifetimes see it: repeats, time of the last purchase, age.

use crate::error::{Error, Result};
use crate::features::purchases::{PurchaseSummary, TimeUnit};

use super::horizon::MOST_DAYS;

/// What is known of one buyer: how many purchases followed the first, when the last one was, and for how long the buyer
/// has been seen, both counted from the first purchase and told in a unit.
///
/// | literature | here |
/// | --- | --- |
/// | `x`, frequency | [`repeats`](Buyer::repeats) |
/// | `t_x`, recency | [`last`](Buyer::last): the age at the last purchase, not the time since it |
/// | `T` | [`age`](Buyer::age) |
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::Buyer;
///
/// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
/// assert_eq!(buyer.in_unit(TimeUnit::Days).age(), 38.86 * 7.0);
/// assert!(Buyer::new(TimeUnit::Weeks, 2, 40.0, 38.86).is_err()); // the last purchase after the end
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Buyer {
    repeats: u32,
    last: f64,
    age: f64,
    unit: TimeUnit,
}

impl Buyer {
    /// A buyer with so many purchases after the first, the last of them at that age.
    ///
    /// # Errors
    /// If a time is negative, NaN, infinite or above 10^18 days, the last purchase is after the end, or times and repeats
    /// contradict each other: without a repeat the last purchase is the first, at 0; with one it is later.
    pub fn new(unit: TimeUnit, repeats: u32, last: f64, age: f64) -> Result<Self> {
        if !(age >= 0.0 && age * unit.in_days() <= MOST_DAYS) {
            return Err(Error::parameter("age", format!("a finite time from 0 to {MOST_DAYS:e} days"), age));
        }
        if !(0.0..=age).contains(&last) {
            return Err(Error::parameter("last", format!("from 0 to the age, {age}"), last));
        }
        if repeats == 0 && last != 0.0 {
            let expected = "0 without a repeat (the age at the last purchase, not the time since it)";
            return Err(Error::parameter("last", expected, last));
        }
        if repeats > 0 && last == 0.0 {
            let found =
                format!("0 with {repeats}; repeats are purchases after the first, take those of one day for one");
            return Err(Error::parameter("last", "above 0 with a repeat", found));
        }
        Ok(Buyer { repeats, last, age, unit })
    }

    /// One who has just bought for the first time, or will: nothing but the model is known.
    pub const fn newcomer() -> Self {
        Buyer { repeats: 0, last: 0.0, age: 0.0, unit: TimeUnit::Days }
    }

    /// The buyer of a summary of purchases.
    ///
    /// # Errors
    /// If several purchases are told apart that share the first day: collapse purchases by day.
    pub fn of(summary: &PurchaseSummary, unit: TimeUnit) -> Result<Self> {
        let (last, age) = (summary.days_first_to_last(), summary.days_since_first());
        Buyer::new(unit, summary.repeats(), unit.of_days(last, None), unit.of_days(age, None))
    }

    /// Purchases after the first.
    pub fn repeats(&self) -> u32 {
        self.repeats
    }

    /// The age at the last purchase.
    pub fn last(&self) -> f64 {
        self.last
    }

    /// The time from the first purchase until now.
    pub fn age(&self) -> f64 {
        self.age
    }

    /// The unit of the times.
    pub fn unit(&self) -> TimeUnit {
        self.unit
    }

    /// The same buyer, with times in that unit.
    #[must_use]
    pub fn in_unit(self, unit: TimeUnit) -> Self {
        if unit == self.unit {
            return self;
        }
        let ratio = self.unit.in_days() / unit.in_days();
        Buyer { last: self.last * ratio, age: self.age * ratio, unit, ..self }
    }
}
