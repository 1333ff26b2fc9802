//! Numbers: where they lie, and which lie far off.

use crate::math::quantile::{median_absolute_deviation, quantiles};
use crate::math::sum::sum;

/// Where the numbers of a column lie.
///
/// Quantiles are type 7 (R. Hyndman and Y. Fan 1996, DOI 10.1080/00031305.1996.10473566). *Tukey's fences* stand 1.5
/// interquartile ranges outside the quartiles, what is beyond 3 is *far out* (J. Tukey 1977, Exploratory Data
/// Analysis); they are not drawn where the quartiles are equal. The *modified z-score* of x is
/// 0.6745 · (x − median) / MAD, MAD being the median of |x − median|; above 3.5 in size it labels an outlier
/// (B. Iglewicz and D. Hoaglin 1993, How to Detect and Handle Outliers); it is not defined where MAD is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct NumbersHealth {
    /// The smallest.
    pub min: f64,
    /// The lower quartile.
    pub lower_quartile: f64,
    /// The median.
    pub median: f64,
    /// The upper quartile.
    pub upper_quartile: f64,
    /// The largest.
    pub max: f64,
    /// The mean.
    pub mean: f64,
    /// The third standardized moment, m₃ / m₂^1.5, with divisor n; 0 where all are equal.
    pub skewness: f64,
    /// How many are 0.
    pub zero: usize,
    /// How many are below 0.
    pub negative: usize,
    /// Tukey's fences, if the quartiles differ.
    pub fences: Option<(f64, f64)>,
    /// How many lie below the lower fence.
    pub below_fences: usize,
    /// How many lie above the upper fence.
    pub above_fences: usize,
    /// How many of these lie more than 3 interquartile ranges outside the quartiles.
    pub far_out: usize,
    /// How many have a modified z-score above 3.5 in size, if it is defined.
    pub beyond_z: Option<usize>,
}

/// The size of the modified z-score from which on a number is labelled (Iglewicz and Hoaglin 1993).
const Z: f64 = 3.5;

impl NumbersHealth {
    /// Of numbers in ascending order; `None` of nothing.
    pub(super) fn of(sorted: &[f64]) -> Option<Self> {
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let [lower, median, upper] = quantiles(sorted, &[0.25, 0.5, 0.75])?.try_into().ok()?;
        let n = sorted.len() as f64;
        let total = sum(sorted.iter().copied());
        let mean = if total.is_finite() { total / n } else { sum(sorted.iter().map(|x| x / n)) };
        let moment = |power: i32| sum(sorted.iter().map(|x| (x - mean).powi(power))) / n;
        let (m2, m3) = (moment(2), moment(3));
        let skewness = if m2 > 0.0 { m3 / m2.powf(1.5) } else { 0.0 };
        let range = upper - lower;
        let below = |limit: f64| sorted.partition_point(|x| *x < limit);
        let above = |limit: f64| sorted.len() - sorted.partition_point(|x| *x <= limit);
        let fences = (range > 0.0).then_some((lower - 1.5 * range, upper + 1.5 * range));
        let mad = median_absolute_deviation(sorted)?;
        let beyond = |mad: f64| {
            let low = sorted.partition_point(|x| 0.6745 * (median - x) / mad > Z);
            low + sorted.len() - sorted.partition_point(|x| 0.6745 * (x - median) / mad <= Z)
        };
        Some(NumbersHealth {
            min,
            lower_quartile: lower,
            median,
            upper_quartile: upper,
            max,
            mean,
            skewness: if skewness.is_finite() { skewness } else { 0.0 },
            zero: sorted.partition_point(|x| *x <= 0.0) - below(0.0),
            negative: below(0.0),
            fences,
            below_fences: fences.map_or(0, |(low, _)| below(low)),
            above_fences: fences.map_or(0, |(_, high)| above(high)),
            far_out: if range > 0.0 { below(lower - 3.0 * range) + above(upper + 3.0 * range) } else { 0 },
            beyond_z: (mad > 0.0).then(|| beyond(mad)),
        })
    }

    /// How many lie outside the fences.
    pub fn outside_fences(&self) -> usize {
        self.below_fences + self.above_fences
    }
}
