//! One curve of retention: the product-limit estimate with its intervals.

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::math::interval::normal;

use super::super::horizon::Horizon;

/// A time at which customers left.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RetentionStep {
    /// The tenure, in the unit of the tenures.
    pub tenure: f64,
    /// How many were there until then.
    pub at_risk: f64,
    /// How many of them left then.
    pub left: f64,
    /// The share of customers that stays longer.
    pub survival: f64,
    /// Its standard error, by Greenwood's formula; 0 where nobody stays longer.
    pub error: f64,
    /// The lower end of its interval.
    pub lower: f64,
    /// The upper end.
    pub upper: f64,
}

/// How the customers of one cohort stay; made by [`KaplanMeier`](super::KaplanMeier).
///
/// The curve falls at tenures at which somebody left, and says nothing beyond the longest tenure that was seen.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RetentionCurve {
    pub(super) cohort: String,
    pub(super) unit: TimeUnit,
    pub(super) customers: f64,
    pub(super) longest: f64,
    /// The confidence of all intervals.
    pub(super) confidence: f64,
    pub(super) steps: Vec<RetentionStep>,
}

impl RetentionCurve {
    /// The name of the cohort; `all` where there is one only.
    pub fn cohort(&self) -> &str {
        &self.cohort
    }

    /// How many customers it has.
    pub fn customers(&self) -> f64 {
        self.customers
    }

    /// How many of them left.
    pub fn left(&self) -> f64 {
        self.steps.iter().map(|step| step.left).sum()
    }

    /// The longest tenure that was seen.
    pub fn longest(&self) -> Horizon {
        Horizon::new(self.longest, self.unit)
    }

    /// The tenures at which customers left, rising.
    pub fn steps(&self) -> &[RetentionStep] {
        &self.steps
    }

    /// The share of customers that stays longer than that, with the ends of its interval: before the first step all.
    fn at(&self, tenure: Horizon) -> Result<Option<(f64, f64, f64)>> {
        tenure.check()?;
        let tenure = tenure.in_unit(self.unit);
        let all = self.steps.last().is_some_and(|step| step.survival == 0.0);
        if tenure > self.longest && !all {
            return Ok(None);
        }
        let before = self.steps.partition_point(|step| step.tenure <= tenure).checked_sub(1);
        let step = before.and_then(|before| self.steps.get(before));
        Ok(Some(step.map_or((1.0, 1.0, 1.0), |step| (step.survival, step.lower, step.upper))))
    }

    /// The share of customers that stays longer than that; `None` beyond the longest tenure that was seen, unless nobody
    /// was left there.
    ///
    /// # Errors
    /// If the tenure is negative or not finite.
    pub fn survival(&self, tenure: Horizon) -> Result<Option<f64>> {
        Ok(self.at(tenure)?.map(|(survival, ..)| survival))
    }

    /// The interval of [`RetentionCurve::survival`].
    ///
    /// # Errors
    /// As there.
    pub fn interval(&self, tenure: Horizon) -> Result<Option<(f64, f64)>> {
        Ok(self.at(tenure)?.map(|(_, lower, upper)| (lower, upper)))
    }

    /// The tenure at which half of the customers are gone; `None` if more than half were there to the end.
    pub fn median(&self) -> Option<Horizon> {
        self.falls_to(0.5, |step| step.survival)
    }

    /// The tenure at which that share of the customers is gone; `None` if fewer were gone at the end.
    ///
    /// # Errors
    /// If the share is not above 0 and at most 1.
    pub fn quantile(&self, gone: f64) -> Result<Option<Horizon>> {
        checked(gone)?;
        Ok(self.falls_to(1.0 - gone, |step| step.survival))
    }

    /// The interval of [`RetentionCurve::quantile`], of the median with 0.5: from the tenure at which the lower end of the
    /// curve's interval falls to that height, to the one at which the upper end does; `None` of an end that was not seen.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{Horizon, KaplanMeier, Tenures};
    ///
    /// let months: Vec<f64> = (1..=40).map(f64::from).collect();
    /// let curves = KaplanMeier::new().fit(&Tenures::new(TimeUnit::Months, &months, &[true; 40])?)?;
    /// let curve = &curves.curves()[0];
    /// let (low, high) = curve.quantile_interval(0.5)?;
    /// let month = |count| Some(Horizon::months(count));
    /// assert_eq!((low, curve.median(), high), (month(14.0), month(20.0), month(26.0)));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`RetentionCurve::quantile`].
    ///
    /// # References
    /// R. Brookmeyer and J. Crowley (1982), A confidence interval for the median survival time, *Biometrics* 38(1), DOI
    /// 10.2307/2530286.
    pub fn quantile_interval(&self, gone: f64) -> Result<(Option<Horizon>, Option<Horizon>)> {
        checked(gone)?;
        let ends = (self.falls_to(1.0 - gone, |step| step.lower), self.falls_to(1.0 - gone, |step| step.upper));
        Ok(ends)
    }

    /// The first tenure at which a height of the curve is that or less.
    fn falls_to(&self, height: f64, of: impl Fn(&RetentionStep) -> f64) -> Option<Horizon> {
        let first = self.steps.iter().find(|step| of(step) <= height + 1e-12);
        first.map(|step| Horizon::new(step.tenure, self.unit))
    }

    /// The mean tenure where none is longer than that: the area under the curve, in the unit of the tenures; `None` beyond
    /// the longest tenure that was seen.
    ///
    /// # Errors
    /// If the tenure is negative or not finite.
    pub fn mean_until(&self, tenure: Horizon) -> Result<Option<Horizon>> {
        if self.at(tenure)?.is_none() {
            return Ok(None);
        }
        let until = tenure.in_unit(self.unit);
        let (mut area, mut from, mut height) = (0.0, 0.0, 1.0);
        for step in self.steps.iter().take_while(|step| step.tenure < until) {
            area += (step.tenure - from) * height;
            (from, height) = (step.tenure, step.survival);
        }
        Ok(Some(Horizon::new(area + (until - from) * height, self.unit)))
    }

    /// The interval of [`RetentionCurve::mean_until`]: so many standard errors on each side, within 0 and the tenure. Those
    /// who are still there when they are seen last make it wider, chance does the rest.
    ///
    /// # Errors
    /// As there.
    ///
    /// # References
    /// The variance is Greenwood's, `Σ area² · left / (at risk · staying)` over the steps, with the area under the curve after
    /// each: J. P. Klein and M. L. Moeschberger (2003), *Survival Analysis*, section 4.5, DOI 10.1007/b97377.
    pub fn mean_interval(&self, tenure: Horizon) -> Result<Option<(Horizon, Horizon)>> {
        let Some(mean) = self.mean_until(tenure)? else { return Ok(None) };
        let (mean, until) = (mean.in_unit(self.unit), tenure.in_unit(self.unit));
        let (mut area, mut to, mut variance) = (0.0, until, 0.0);
        for step in self.steps.iter().rev().filter(|step| step.tenure < until) {
            area += (to - step.tenure) * step.survival;
            to = step.tenure;
            // after the last customer there is no area
            if area > 0.0 {
                variance += area * area * step.left / (step.at_risk * (step.at_risk - step.left));
            }
        }
        let half = normal(self.confidence) * variance.sqrt();
        let end = |by: f64| Horizon::new((mean + by).clamp(0.0, until), self.unit);
        Ok(Some((end(-half), end(half))))
    }
}

/// Checks a share of customers that is gone.
///
/// # Errors
/// If it is not above 0 and at most 1.
fn checked(gone: f64) -> Result<()> {
    if gone > 0.0 && gone <= 1.0 {
        return Ok(());
    }
    Err(Error::parameter("gone", "a share above 0 and at most 1", gone))
}
