//! Counts of periods, for models whose time goes in steps, and discount rates by the step.

use std::fmt;

use crate::error::{Error, Result};

use super::horizon::{DiscountRate, Horizon};

/// So many periods: opportunities to buy, billing periods, renewals; or all that are to come.
///
/// Models whose time goes in steps do not know how long a step is, so that a [`Horizon`] means nothing to them, and a bare
/// number does not compile.
///
/// ```
/// use segmentry::lifetime::Periods;
///
/// assert_eq!(Periods::new(12).to_string(), "12 periods");
/// assert!(Periods::new(12) < Periods::forever());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Periods(u32);

impl Periods {
    /// So many periods.
    pub const fn new(count: u32) -> Self {
        Periods(count)
    }

    /// All periods that are to come: only where something is discounted.
    pub const fn forever() -> Self {
        Periods(u32::MAX)
    }

    /// Whether they have no end.
    pub const fn is_forever(self) -> bool {
        self.0 == u32::MAX
    }

    /// How many; 4,294,967,295 of those without end.
    pub const fn count(self) -> u32 {
        self.0
    }

    /// How many, as a number.
    ///
    /// # Errors
    /// If they have no end.
    pub(super) fn finite(self, name: &str) -> Result<f64> {
        if self.is_forever() {
            return Err(Error::parameter(name, "a number of periods", "forever"));
        }
        Ok(f64::from(self.0))
    }

    /// The last of them; `None` without end.
    pub(super) fn end(self) -> Option<f64> {
        (!self.is_forever()).then_some(f64::from(self.0))
    }
}

impl fmt::Display for Periods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            u32::MAX => f.write_str("forever"),
            1 => f.write_str("1 period"),
            count => write!(f, "{count} periods"),
        }
    }
}

/// What money of a later period is worth less: a rate that applies once a period.
///
/// Money after `k` periods counts `(1 + rate)^(−k)`. A yearly rate is turned into that of the period by
/// [`PeriodDiscount::of`], never by a division in one's head.
///
/// ```
/// use segmentry::lifetime::{DiscountRate, Horizon, PeriodDiscount};
///
/// let monthly = PeriodDiscount::of(DiscountRate::per_year(0.1), Horizon::months(1.0))?;
/// assert!((monthly.rate() - 0.007974).abs() < 1e-6); // not 0.1 / 12
/// assert_eq!(PeriodDiscount::per_period(0.1).to_string(), "0.1 per period");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PeriodDiscount(f64);

impl PeriodDiscount {
    /// This rate each period.
    pub const fn per_period(rate: f64) -> Self {
        PeriodDiscount(rate)
    }

    /// Later money counts as much as today's.
    pub const fn none() -> Self {
        PeriodDiscount(0.0)
    }

    /// The rate of a period of that length which does what `rate` does.
    ///
    /// # Errors
    /// If the rate is negative or not finite, or the period is not a finite length of time.
    pub fn of(rate: DiscountRate, period: Horizon) -> Result<Self> {
        use crate::features::purchases::TimeUnit::Days;
        rate.check()?;
        period.check()?;
        Ok(PeriodDiscount((rate.force(Days) * period.in_unit(Days)).exp_m1()))
    }

    /// The rate a period.
    pub const fn rate(self) -> f64 {
        self.0
    }

    /// ln(1 + rate): what the logarithm of a value loses each period.
    ///
    /// # Errors
    /// If the rate is negative, NaN or infinite; or 0 where the periods have no end.
    pub(super) fn force(self, over: Periods) -> Result<f64> {
        if !(self.0.is_finite() && self.0 >= 0.0) {
            return Err(Error::parameter("discount", "a rate of at least 0 per period", self));
        }
        if over.is_forever() && self.0 == 0.0 {
            return Err(Error::unsupported("a sum over all time is not defined without a discount rate above 0"));
        }
        Ok(self.0.ln_1p())
    }
}

impl fmt::Display for PeriodDiscount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} per period", self.0)
    }
}
