//! Frequency: occasional and frequent buyers.

use super::measured::{self, DAYS_IN_YEAR, Measured, check_days, check_levels, events, level, tell_level};
use crate::customer::Customer;
use crate::error::Result;
use crate::explanation::{Evidence, Explanation, Reason};
use crate::features::purchases::Period;
use crate::history::PURCHASE;
use crate::time::AsOf;
use crate::value::Value;

measured::segments! {
    /// How often a customer buys.
    FrequencySegment {
        Inactive = "inactive", "Inactive", "Bought nothing of late.";
        Occasional = "occasional", "Occasional", "Buys now and then.";
        Frequent = "frequent", "Frequent", "Buys every few months.";
        VeryFrequent = "very_frequent", "Very frequent", "Buys every month or more often.";
    }
}

/// Places customers by their purchases a year, over the last days that count.
///
/// The number is `purchases × 365.2425 / days`, where all customers are measured over the same days: a customer of
/// last week is not called frequent for one purchase. Purchases on one day count once.
///
/// **Defaults.** The last 365 days; frequent from 4 purchases a year on, very frequent from 12: a quarter and a month
/// between purchases, ours. What is frequent depends on what is sold.
///
/// It does not fit a log that begins within the days that count: every customer then looks less frequent by the same
/// factor. Who bought before, but not within these days, is inactive; who never bought is unassigned.
///
/// ```
/// use segmentry::behavioral::{Frequency, FrequencySegment};
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::time::Day;
///
/// let quarterly = [1, 4, 7, 10].into_iter().try_fold(Record::new("ann"), |ann, month| {
///     Ok::<_, segmentry::Error>(ann.purchase(Day::new(2025, month, 15)?, 30.0))
/// })?;
/// let ann = quarterly.as_of(Day::new(2025, 12, 31)?);
/// assert_eq!(Frequency::new().assign(&ann)?, Some(FrequencySegment::Frequent));
/// assert_eq!(Frequency::new().days(60).assign(&ann)?, Some(FrequencySegment::Inactive));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields, default))]
pub struct Frequency {
    kinds: Vec<String>,
    days: u32,
    a_year: [f64; 2],
}

impl Default for Frequency {
    fn default() -> Self {
        Frequency { kinds: vec![PURCHASE.to_owned()], days: 365, a_year: [4.0, 12.0] }
    }
}

impl Frequency {
    /// Purchases of the last 365 days, with the default thresholds.
    pub fn new() -> Self {
        Frequency::default()
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

    /// Sets from how many purchases a year on a customer is frequent and very frequent.
    #[must_use]
    pub fn a_year(mut self, purchases: [f64; 2]) -> Self {
        self.a_year = purchases;
        self
    }

    /// Zero is below every threshold: what is above zero begins with the smallest positive number.
    fn levels(&self) -> [f64; 3] {
        [f64::MIN_POSITIVE, self.a_year[0], self.a_year[1]]
    }
}

impl Measured for Frequency {
    type Segment = FrequencySegment;
    type Measure = f64;
    const WHAT: &'static str = "purchases_a_year";

    fn check(&self) -> Result<()> {
        check_days("days", self.days)?;
        check_levels("a_year", &self.levels())
    }

    fn measure(&self, customer: &dyn Customer, as_of: AsOf) -> Result<Result<f64, Reason>> {
        if events(customer, as_of, &self.kinds, None).next().is_none() {
            return Ok(Err(Reason::NoEvents));
        }
        let days = events(customer, as_of, &self.kinds, Some(self.days)).map(|event| event.day);
        let purchases = super::loyalty::periods(days, Period::Day).1;
        Ok(Ok(f64::from(purchases) * DAYS_IN_YEAR / f64::from(self.days)))
    }

    fn number(measure: &f64) -> f64 {
        *measure
    }

    fn place(&self, measure: &f64) -> FrequencySegment {
        FrequencySegment::ALL[level(&self.levels(), *measure)] // one level more than thresholds
    }

    fn tell(&self, measure: &f64, told: Explanation) -> Explanation {
        if *measure == 0.0 {
            let none =
                Evidence::new(Self::WHAT, Value::Number(0.0)).meaning(format!("none in the last {} days", self.days));
            return told.because(none).unless("Occasional with one purchase");
        }
        tell_level(told, Self::WHAT, *measure, &self.a_year, &FrequencySegment::ALL[1..])
    }
}

measured::measured!(Frequency, FrequencySegment, "frequency");
