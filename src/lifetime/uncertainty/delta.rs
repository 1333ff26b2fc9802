//! The delta method: the slope of a figure by the coordinates, and their covariance.

use crate::error::{Error, Result};
use crate::math::interval::{confident, normal};

use super::estimated::Estimated;
use super::interval::{Interval, Scale};

/// By how much a coordinate is moved to see the slope of a figure.
const STEP: f64 = 1e-4;

/// Intervals of figures by their slopes: what a figure would be if the parameters were a little different, and how
/// different they may be.
///
/// A figure is whatever can be computed of a model: a closure. Its error is taken on the [`Scale`] on which it is nearly
/// normal, so that purchases stay above 0 and probabilities within 0 and 1. Where the likelihood has no sharp top there is
/// an error and no interval; use a [`ParametricBootstrap`](super::ParametricBootstrap) then.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyers, DeltaMethod, DiscountRate, Family, LifetimeValue, Scale, Spend};
/// # let repeats: Vec<u32> = (0..300).map(|i| [0, 0, 1, 4, 2, 0, 7, 1, 0, 3][i % 10]).collect();
/// # let last: Vec<f64> = (0..300).map(|i| [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 20.0][i % 10]).collect();
/// # let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 300])?;
///
/// let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers)?;
/// let forever = LifetimeValue::forever().discount(DiscountRate::per_year(0.15));
/// let delta = DeltaMethod::new().confidence(0.9);
/// // customer equity, at 20 a purchase
/// let equity = delta.interval(&model, Scale::Positive, |model| forever.total(model, &buyers, &Spend::amount(20.0)))?;
/// assert!(equity.low < equity.estimate && equity.estimate < equity.high);
/// // of each buyer
/// let alive = delta.intervals(&model, Scale::Probability, |model| model.alive_each(&buyers))?;
/// assert_eq!(alive.len(), 300);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// Two figures a parameter and one more: nine of a model with four. Of each of many buyers one list of numbers a
/// parameter is kept beside the intervals, so that a million buyers take some hundred megabytes.
///
/// # References
///
/// G. W. Oehlert (1992), A note on the delta method, *The American Statistician* 46(1), DOI 10.1080/00031305.1992.10475842.
#[derive(Clone, Debug, PartialEq)]
pub struct DeltaMethod {
    confidence: f64,
}

impl Default for DeltaMethod {
    fn default() -> Self {
        DeltaMethod::new()
    }
}

impl DeltaMethod {
    /// Intervals of 95 %.
    pub const fn new() -> Self {
        DeltaMethod { confidence: 0.95 }
    }

    /// Sets the confidence, between 0 and 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// The interval of a figure.
    ///
    /// # Errors
    /// If the model's covariance is not known, the confidence does not lie between 0 and 1, the figure gives an error, is
    /// outside its scale, or stands at an end of it and would move away from there.
    pub fn interval<M: Estimated>(
        &self,
        model: &M,
        scale: Scale,
        figure: impl Fn(&M) -> Result<f64> + Sync + Send,
    ) -> Result<Interval> {
        let found = self.intervals(model, scale, |model| Ok(vec![figure(model)?]))?;
        found.first().copied().flatten().ok_or_else(|| Error::unsupported("the figure is not a number"))
    }

    /// The interval of each of many figures; `None` of one that is NaN, such as that of a row without a buyer.
    ///
    /// # Errors
    /// As [`DeltaMethod::interval`], with the first such row.
    pub fn intervals<M: Estimated>(
        &self,
        model: &M,
        scale: Scale,
        figures: impl Fn(&M) -> Result<Vec<f64>> + Sync + Send,
    ) -> Result<Vec<Option<Interval>>> {
        confident(self.confidence)?;
        let covariance = model.covariance()?;
        let estimates = figures(model)?;
        let place = model.coordinates();
        let mut slopes = Vec::with_capacity(place.len());
        for at in 0..place.len() {
            let there = |step: f64| {
                let mut there = place.clone();
                there[at] += step;
                figures(&model.at(&there)?)
            };
            let mut slope = there(STEP)?;
            let below = there(-STEP)?;
            if slope.len() != estimates.len() || below.len() != estimates.len() {
                return Err(Error::length("figures", slope.len().min(below.len()), estimates.len()));
            }
            for (row, ((up, down), estimate)) in slope.iter_mut().zip(below).zip(&estimates).enumerate() {
                if !estimate.is_nan() {
                    *up = difference(scale, *up, down).map_err(|error| at_row(error, row, estimates.len()))?;
                }
            }
            slopes.push(slope);
        }
        let z = normal(self.confidence);
        let one = |(row, estimate): (usize, &f64)| {
            if estimate.is_nan() {
                return Ok(None);
            }
            scale.of(*estimate).map_err(|error| at_row(error, row, estimates.len()))?;
            let mut variance = 0.0;
            for (a, line) in slopes.iter().zip(&covariance) {
                variance += slopes.iter().zip(line).map(|(b, between)| a[row] * between * b[row]).sum::<f64>();
            }
            let by = z * variance.max(0.0).sqrt();
            let (low, high) = (scale.moved(*estimate, -by), scale.moved(*estimate, by));
            if !(low.is_finite() && high.is_finite()) {
                let error = Error::unsupported("the error is too large for an interval");
                return Err(at_row(error, row, estimates.len()));
            }
            Ok(Some(Interval { low, estimate: *estimate, high, confidence: self.confidence }))
        };
        estimates.iter().enumerate().map(one).collect()
    }
}

/// The slope on the scale. A figure that stands at an end of its scale and does not move has none: 0.
fn difference(scale: Scale, up: f64, down: f64) -> Result<f64> {
    if up == down {
        return scale.of(up).map(|_| 0.0);
    }
    let slope = (scale.of(up)? - scale.of(down)?) / (2.0 * STEP);
    if slope.is_finite() {
        return Ok(slope);
    }
    Err(Error::unsupported("the delta method is not defined where a figure leaves the end of its scale"))
}

/// Names the row, where there are several.
fn at_row(error: Error, row: usize, rows: usize) -> Error {
    if rows > 1 { error.at_row(row) } else { error }
}
