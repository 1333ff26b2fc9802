//! What many replicates came to.

use std::fmt;

use crate::math::{interval, quantile, sum};
use crate::text::number;

/// A figure over replicates: all its values, and what they come to.
///
/// ```
/// use segmentry::evaluate::Spread;
///
/// let spread = Spread::of(vec![0.9, 0.5, 0.7, 0.7])?;
/// assert_eq!((spread.median(), spread.quantile(1.0), spread.at_least(0.7)), (0.7, 0.9, 3));
/// let (low, high) = spread.interval().unwrap_or_default();
/// assert!(low > 0.43 && high < 0.97);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Spread {
    values: Vec<f64>,
    mean: f64,
    median: f64,
    quartiles: (f64, f64),
    interval: Option<(f64, f64)>,
}

impl Spread {
    /// What these values come to. O(n).
    ///
    /// # Errors
    /// If there is none, or one is not finite.
    pub fn of(values: Vec<f64>) -> crate::Result<Self> {
        if let Some(bad) = values.iter().find(|value| !value.is_finite()) {
            return Err(crate::Error::not_finite("a figure of a replicate", *bad));
        }
        let quantiles = quantile::quantiles(&values, &[0.25, 0.5, 0.75]);
        let Some(&[low, median, high]) = quantiles.as_deref() else {
            return Err(crate::Error::empty("replicates"));
        };
        let count = values.len() as f64;
        let mean = sum::sum(values.iter().copied()) / count;
        let squares = sum::sum(values.iter().map(|value| (value - mean) * (value - mean)));
        let interval = interval::student(0.95, count - 1.0).map(|t| {
            let half = t * (squares / (count - 1.0) / count).sqrt();
            (mean - half, mean + half)
        });
        Ok(Spread { values, mean, median, quartiles: (low, high), interval })
    }

    /// The value of each replicate, in their order.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Their mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Their median.
    pub fn median(&self) -> f64 {
        self.median
    }

    /// The lower and the upper quartile.
    pub fn quartiles(&self) -> (f64, f64) {
        self.quartiles
    }

    /// The quantile of type 7, as R's and NumPy's; `share` from 0 to 1, others are taken for the nearer of the two.
    pub fn quantile(&self, share: f64) -> f64 {
        let share = if share.is_nan() { 0.5 } else { share };
        quantile::quantiles(&self.values, &[share]).and_then(|found| found.first().copied()).unwrap_or(self.median)
    }

    /// The interval of the mean at 95 %, by Student's t; `None` of one replicate.
    ///
    /// It says what more replicates could still change. It does not say what another sample of customers would.
    pub fn interval(&self) -> Option<(f64, f64)> {
        self.interval
    }

    /// How many values are at least this.
    pub fn at_least(&self, limit: f64) -> usize {
        self.values.iter().filter(|value| **value >= limit).count()
    }

    /// How many values are at most this: with 0.5, in how many replicates a segment dissolved.
    pub fn at_most(&self, limit: f64) -> usize {
        self.values.iter().filter(|value| **value <= limit).count()
    }

    /// Cells of a table: median, quartiles, mean, the interval of the mean.
    pub(super) fn cells(&self) -> [String; 5] {
        let short = |value: f64| number((value * 1e3).round() / 1e3);
        let interval = self.interval.map_or(String::new(), |(low, high)| format!("{} to {}", short(low), short(high)));
        [short(self.median), short(self.quartiles.0), short(self.quartiles.1), short(self.mean), interval]
    }
}

impl fmt::Display for Spread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [median, low, high, mean, _] = self.cells();
        write!(f, "median {median}, half of them from {low} to {high}, mean {mean}")
    }
}
