//! Tenure: how long a customer has been one.

use super::measured::{self, Measured, check_levels, events, level, tell_level};
use crate::customer::Customer;
use crate::error::Result;
use crate::explanation::{Explanation, Reason};
use crate::history::PURCHASE;
use crate::time::AsOf;

measured::segments! {
    /// How long a customer has been one.
    TenureSegment {
        New = "new", "New", "A customer for a short time.";
        Established = "established", "Established", "A customer for some time.";
        Longstanding = "longstanding", "Longstanding", "A customer for a year or more.";
        Veteran = "veteran", "Veteran", "A customer for three years or more.";
    }
}

/// Places customers by the days since their first purchase.
///
/// **Defaults.** New below 90 days, established below 365, longstanding below 1,095, veteran from there on: a quarter, a
/// year and three years, ours. A day counts from the first event in the history: a log that begins late makes
/// everybody young.
///
/// ```
/// use segmentry::behavioral::{Tenure, TenureSegment};
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
///
/// let ann = Record::new("ann").purchase(Day::new(2025, 1, 1)?, 20.0).as_of(Day::new(2026, 3, 1)?);
/// assert_eq!(Tenure::new().assign(&ann)?, Some(TenureSegment::Longstanding));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Tenure {
    kinds: Vec<String>,
    days: [f64; 3],
}

impl Default for Tenure {
    fn default() -> Self {
        Tenure { kinds: vec![PURCHASE.to_owned()], days: [90.0, 365.0, 1_095.0] }
    }
}

impl Tenure {
    /// From the first purchase on, with the default thresholds.
    pub fn new() -> Self {
        Tenure::default()
    }

    /// Sets the kinds of event of which the first makes a customer; none for any kind.
    ///
    /// Of a log of sign-ups and purchases, `kinds(["sign_up"])` counts from the sign-up.
    #[must_use]
    pub fn kinds<T: Into<String>>(mut self, kinds: impl IntoIterator<Item = T>) -> Self {
        self.kinds = kinds.into_iter().map(Into::into).collect();
        self
    }

    /// Sets from how many days on a customer is established, longstanding and a veteran.
    #[must_use]
    pub fn days(mut self, days: [f64; 3]) -> Self {
        self.days = days;
        self
    }
}

impl Measured for Tenure {
    type Segment = TenureSegment;
    type Measure = f64;
    const WHAT: &'static str = "tenure_days";

    fn check(&self) -> Result<()> {
        check_levels("days", &self.days)
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<f64, Reason>> {
        let first = events(customer, as_of, &self.kinds, None).map(|event| event.day).min();
        Ok(first.map(|day| f64::from(as_of.day().days_since(day))).ok_or(Reason::NoEvents))
    }

    fn number(measure: &f64) -> f64 {
        *measure
    }

    fn place(&self, measure: &f64) -> TenureSegment {
        TenureSegment::ALL[level(&self.days, *measure)] // one level more than thresholds
    }

    fn tell(&self, measure: &f64, told: Explanation) -> Explanation {
        tell_level(told, Self::WHAT, *measure, &self.days, TenureSegment::ALL)
    }
}

measured::measured!(Tenure, TenureSegment, "tenure");
