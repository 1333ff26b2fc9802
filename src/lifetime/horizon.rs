//! Lengths of future time, and discount rates: numbers that always carry their unit.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;

/// The longest time in days, some 10^15 years: what is longer was told in a wrong unit, and would overflow in another.
pub(crate) const MOST_DAYS: f64 = 1e18;

/// How far into the future: so many of a unit, or for ever.
///
/// A model knows the unit in which it was fitted and a horizon knows its own, so that weeks cannot be taken for months:
/// a bare number is no horizon and does not compile.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::Horizon;
///
/// let year = Horizon::weeks(52.0);
/// assert_eq!(year.in_unit(TimeUnit::Days), 364.0);
/// assert_eq!("52 weeks".parse::<Horizon>()?, year);
/// assert!("52".parse::<Horizon>().is_err()); // of what?
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Horizon {
    count: f64,
    unit: TimeUnit,
}

impl Horizon {
    /// So many of that unit.
    pub const fn new(count: f64, unit: TimeUnit) -> Self {
        Horizon { count, unit }
    }

    /// So many days.
    pub const fn days(count: f64) -> Self {
        Horizon::new(count, TimeUnit::Days)
    }

    /// So many weeks.
    pub const fn weeks(count: f64) -> Self {
        Horizon::new(count, TimeUnit::Weeks)
    }

    /// So many months of 30.436875 days.
    pub const fn months(count: f64) -> Self {
        Horizon::new(count, TimeUnit::Months)
    }

    /// So many years of 365.2425 days.
    pub const fn years(count: f64) -> Self {
        Horizon::new(count, TimeUnit::Years)
    }

    /// All the time that is to come: only where something is discounted.
    pub const fn forever() -> Self {
        Horizon::new(f64::INFINITY, TimeUnit::Years)
    }

    /// Whether it has no end.
    pub fn is_forever(self) -> bool {
        self.count == f64::INFINITY
    }

    /// The length in that unit; to the bit the number that was given where the unit is the same.
    pub fn in_unit(self, unit: TimeUnit) -> f64 {
        if unit == self.unit { self.count } else { self.count * (self.unit.in_days() / unit.in_days()) }
    }

    /// Checks that it is a length of at least 0 that every unit can tell, up to [`MOST_DAYS`].
    ///
    /// # Errors
    /// If it is below 0, NaN, longer or without end.
    pub(crate) fn check(self) -> Result<()> {
        if self.count >= 0.0 && self.in_unit(TimeUnit::Days) <= MOST_DAYS {
            return Ok(());
        }
        Err(Error::parameter("horizon", format!("a finite length of time from 0 to {MOST_DAYS:e} days"), self))
    }
}

impl fmt::Display for Horizon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.count {
            f64::INFINITY => f.write_str("forever"),
            1.0 => write!(f, "1 {}", self.unit.name().trim_end_matches('s')),
            count => write!(f, "{count} {}", self.unit.name()),
        }
    }
}

impl FromStr for Horizon {
    type Err = Error;

    /// Reads `52 weeks`, `1 year`, `forever`.
    fn from_str(text: &str) -> Result<Self> {
        if text.trim() == "forever" {
            return Ok(Horizon::forever());
        }
        let wrong = || Error::parse("horizon", text, "a length of time with its unit, such as `52 weeks`");
        let (count, unit) = text.trim().split_once(char::is_whitespace).ok_or_else(wrong)?;
        let horizon = Horizon::new(count.parse().map_err(|_| wrong())?, unit_named(unit.trim()).ok_or_else(wrong)?);
        horizon.check().map(|()| horizon)
    }
}

/// The unit of that name, in the singular or the plural.
pub(crate) fn unit_named(name: &str) -> Option<TimeUnit> {
    let units = [TimeUnit::Days, TimeUnit::Weeks, TimeUnit::Months, TimeUnit::Years];
    units.into_iter().find(|unit| unit.name() == name || unit.name().trim_end_matches('s') == name)
}

/// What a later euro is worth less: an effective rate with the time after which it applies.
///
/// Money at the time `t` counts `(1 + rate)^(−t / period)`, whatever units the time and the period are told in.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::DiscountRate;
///
/// let yearly: DiscountRate = "0.1 per year".parse()?;
/// assert_eq!(yearly, DiscountRate::per_year(0.1));
/// let weekly = yearly.force(TimeUnit::Weeks).exp() - 1.0; // the same rate, told by the week
/// assert!((weekly - 0.001828).abs() < 1e-6);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DiscountRate {
    rate: f64,
    per: Horizon,
}

impl DiscountRate {
    /// This rate, each time that so much time has passed.
    pub const fn per(rate: f64, per: Horizon) -> Self {
        DiscountRate { rate, per }
    }

    /// This rate a year.
    pub const fn per_year(rate: f64) -> Self {
        DiscountRate::per(rate, Horizon::years(1.0))
    }

    /// This rate a month.
    pub const fn per_month(rate: f64) -> Self {
        DiscountRate::per(rate, Horizon::months(1.0))
    }

    /// This rate a week.
    pub const fn per_week(rate: f64) -> Self {
        DiscountRate::per(rate, Horizon::weeks(1.0))
    }

    /// Later money counts as much as today's.
    pub const fn none() -> Self {
        DiscountRate::per_year(0.0)
    }

    /// The rate in force at every moment, a unit of time: money at `t` counts `e^(−force · t)`.
    pub fn force(self, unit: TimeUnit) -> f64 {
        self.rate.ln_1p() / self.per.in_unit(unit)
    }

    /// Checks that it is finite and not negative, and its period above 0.
    ///
    /// # Errors
    /// If it is not.
    pub(crate) fn check(self) -> Result<()> {
        let good = self.rate.is_finite() && self.rate >= 0.0 && self.per.count.is_finite() && self.per.count > 0.0;
        if good { Ok(()) } else { Err(Error::parameter("discount", "a rate of at least 0 per length of time", self)) }
    }
}

impl fmt::Display for DiscountRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.per.count == 1.0 {
            return write!(f, "{} per {}", self.rate, self.per.unit.name().trim_end_matches('s'));
        }
        write!(f, "{} per {}", self.rate, self.per)
    }
}

impl FromStr for DiscountRate {
    type Err = Error;

    /// Reads `0.1 per year`, `0.01 per 4 weeks`.
    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::parse("discount rate", text, "a rate with its period, such as `0.1 per year`");
        let (rate, per) = text.split_once(" per ").ok_or_else(wrong)?;
        let per = match unit_named(per.trim()) {
            Some(unit) => Horizon::new(1.0, unit),
            None => per.parse().map_err(|_| wrong())?,
        };
        let rate = DiscountRate::per(rate.trim().parse().map_err(|_| wrong())?, per);
        rate.check().map(|()| rate)
    }
}

/// Both are saved as the text that people write.
#[cfg(feature = "serde")]
macro_rules! as_text {
    ($name:ty) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = String::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

#[cfg(feature = "serde")]
as_text!(Horizon);
#[cfg(feature = "serde")]
as_text!(DiscountRate);
