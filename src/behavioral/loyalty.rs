//! Loyalty: from one purchase to buying in most months.

use super::measured::{self, Measured, after, check_days, events};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::explanation::{Evidence, Explanation, Reason};
use crate::features::purchases::Period;
use crate::history::PURCHASE;
use crate::time::{AsOf, Day};
use crate::value::Value;

measured::segments! {
    /// How loyal a customer is by repeat behaviour.
    LoyaltySegment {
        OneTime = "one_time", "One-time", "Bought once.";
        Repeat = "repeat", "Repeat", "Bought again, but not regularly.";
        Regular = "regular", "Regular", "Buys in a good part of the months.";
        Loyal = "loyal", "Loyal", "Buys in most months.";
    }
}

/// Places customers by how many purchases they made within the last days, and in which share of the periods since
/// their first one.
///
/// A customer is loyal, or regular, with at least so many purchases and at least such a share of periods with one; else
/// it is a repeat customer from 2 purchases on. The periods run from that of the first purchase within the days that
/// count to the present one. Behaviour is half of loyalty: attitude is the other (A. Dick and K. Basu 1994,
/// DOI 10.1177/0092070394222001), which no log shows.
///
/// It fits things bought again and again through the year. It does not fit season goods (a Christmas shop has no loyal
/// month in June) or contracts, where staying is the loyalty. Periods begin with the first purchase, so a newcomer is
/// not punished for the months before; the other side is that six purchases in a first month already make a loyal
/// customer.
///
/// ```
/// use segmentry::behavioral::{Loyalty, LoyaltySegment};
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
///
/// let months = |months: &[i8]| {
///     months.iter().try_fold(Record::new("ann"), |ann, month| {
///         Ok::<_, segmentry::Error>(ann.purchase(Day::new(2025, *month, 10)?, 30.0))
///     })
/// };
/// let seen = Day::new(2025, 12, 20)?;
/// let often = months(&[3, 4, 5, 7, 8, 9, 11])?.as_of(seen); // 7 of the 10 months since March
/// assert_eq!(Loyalty::new().measure(&often)?, Some(0.7));
/// assert_eq!(Loyalty::new().assign(&often)?, Some(LoyaltySegment::Loyal));
/// assert_eq!(Loyalty::new().assign(&months(&[3, 9])?.as_of(seen))?, Some(LoyaltySegment::Repeat));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// **Defaults.** The last 365 days by month; regular from 3 purchases and a third of the months, loyal from 6 purchases
/// and two thirds: ours. Purchases on one day count once.
///
/// # Missing values
/// Who never bought is unassigned for want of events; who bought, but not within the days that count, is unassigned
/// with the reason that nothing was bought since then.
///
/// # Errors
/// Thresholds below 2 purchases, shares outside 0 to 1, and a `loyal` that asks for less than `regular`.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Loyalty {
    kinds: Vec<String>,
    days: u32,
    period: Period,
    regular: (u32, f64),
    loyal: (u32, f64),
}

impl Default for Loyalty {
    fn default() -> Self {
        Loyalty {
            kinds: vec![PURCHASE.to_owned()],
            days: 365,
            period: Period::Month,
            regular: (3, 1.0 / 3.0),
            loyal: (6, 2.0 / 3.0),
        }
    }
}

impl Loyalty {
    /// Purchases of the last 365 days by month, with the default thresholds.
    pub fn new() -> Self {
        Loyalty::default()
    }

    /// Sets the kinds of event that count; none for any kind.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how many of the last days count.
    #[must_use]
    pub fn days(mut self, days: u32) -> Self {
        self.days = days;
        self
    }

    /// Sets the period in which a regular customer buys.
    #[must_use]
    pub fn period(mut self, period: Period) -> Self {
        self.period = period;
        self
    }

    /// Sets from how many purchases and which share of periods on a customer is regular.
    #[must_use]
    pub fn regular(mut self, purchases: u32, share: f64) -> Self {
        self.regular = (purchases, share);
        self
    }

    /// Sets from how many purchases and which share of periods on a customer is loyal.
    #[must_use]
    pub fn loyal(mut self, purchases: u32, share: f64) -> Self {
        self.loyal = (purchases, share);
        self
    }
}

/// What [`Loyalty`] measures.
///
/// Periods are counted by their starts, so that two purchases in one month are one active month.
pub struct Repeats {
    purchases: u32,
    active: u32,
    periods: u32,
}

impl Repeats {
    fn share(&self) -> f64 {
        f64::from(self.active) / f64::from(self.periods.max(1))
    }
}

/// The first of days in order, and in how many different periods they lie.
///
/// One pass without a set: days come in order, so a period is new exactly if it starts after the last one.
/// [`Frequency`](super::Frequency) counts its purchase days with it too.
pub(super) fn periods(days: impl Iterator<Item = Day>, period: Period) -> (Option<Day>, u32) {
    let (mut first, mut last, mut count) = (None, None, 0_u32);
    for day in days {
        first = first.or(Some(day));
        let start = period.start(day);
        if last.is_none_or(|last| start > last) {
            count = count.saturating_add(1);
            last = Some(start);
        }
    }
    (first, count)
}

/// How many periods there are from that of `first` to that of `last`.
fn span(period: Period, first: Day, last: Day) -> u32 {
    let days = f64::from(period.start(last).days_since(period.start(first)).max(0));
    let length = match period {
        Period::Day => 1.0,
        Period::Week => 7.0,
        Period::Month => measured::DAYS_IN_YEAR / 12.0,
    };
    (days / length).round() as u32 + 1 // starts of months are a whole number of mean months apart, nearly
}

impl Measured for Loyalty {
    type Segment = LoyaltySegment;
    type Measure = Repeats;
    const WHAT: &'static str = "share_of_periods";

    fn check(&self) -> Result<()> {
        check_days("days", self.days)?;
        for (name, (purchases, share)) in [("regular", self.regular), ("loyal", self.loyal)] {
            if purchases < 2 {
                return Err(Error::parameter(name, "2 purchases or more", purchases));
            }
            if !(0.0..=1.0).contains(&share) {
                return Err(Error::parameter(name, "a share from 0 to 1", share));
            }
        }
        if self.loyal.0 < self.regular.0 || self.loyal.1 < self.regular.1 {
            return Err(Error::definition("`loyal` must ask for no less than `regular`"));
        }
        Ok(())
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<Repeats, Reason>> {
        let within = || events(customer, as_of, &self.kinds, Some(self.days)).map(|event| event.day);
        let (first, active) = periods(within(), self.period);
        let Some(first) = first else {
            let ever = events(customer, as_of, &self.kinds, None).next().is_some();
            let since = || Reason::Other(format!("nothing bought since {}", after(as_of, self.days)));
            return Ok(Err(if ever { since() } else { Reason::NoEvents }));
        };
        let purchases = periods(within(), Period::Day).1;
        Ok(Ok(Repeats { purchases, active, periods: span(self.period, first, as_of.day()) }))
    }

    fn number(measure: &Repeats) -> f64 {
        measure.share()
    }

    fn place(&self, measure: &Repeats) -> LoyaltySegment {
        let reaches = |(purchases, share)| measure.purchases >= purchases && measure.share() >= share;
        if reaches(self.loyal) {
            LoyaltySegment::Loyal
        } else if reaches(self.regular) {
            LoyaltySegment::Regular
        } else if measure.purchases > 1 {
            LoyaltySegment::Repeat
        } else {
            LoyaltySegment::OneTime
        }
    }

    fn tell(&self, measure: &Repeats, told: Explanation) -> Explanation {
        let share = Evidence::new(Self::WHAT, Value::Number(measure.share()))
            .meaning(format!("{} of {} periods", measure.active, measure.periods));
        let purchases = Evidence::new("purchases", Value::Integer(measure.purchases.into()));
        let told = told.because(purchases.meaning(format!("in the last {} days", self.days))).because(share);
        let here = self.place(measure);
        [(LoyaltySegment::Regular, self.regular), (LoyaltySegment::Loyal, self.loyal)]
            .into_iter()
            .filter(|(segment, _)| *segment > here)
            .fold(told, |told, (segment, (purchases, share))| {
                told.unless(format!(
                    "{segment} with {purchases} purchases or more in a share of {share:.3} of the periods"
                ))
            })
    }
}

measured::measured!(Loyalty, LoyaltySegment, "loyalty");
