//! One curve of retention: the product-limit estimate with its intervals.

use crate::error::Result;
use crate::features::purchases::TimeUnit;

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
        let half = self.steps.iter().find(|step| step.survival <= 0.5 + 1e-12);
        half.map(|step| Horizon::new(step.tenure, self.unit))
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
}
