//! Repeats of all buyers together, step by step: what was expected beside what came.

use std::fmt;

use crate::error::Result;
use crate::lifetime::horizon::Horizon;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::parallel;
use crate::text::{Align, Table, number};

use super::ages::{Age, ages};
use super::trial::Trial;

/// Cumulative repeats of all buyers from the first purchase to the end of the holdout.
///
/// Each buyer counts from its own first purchase; what is expected is what the model says of a newcomer, as nothing but
/// the first purchase were known. A curve that runs away in the holdout shows a model whose buyers do not leave, or a
/// season that no model of this kind knows.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, Family, Horizon, PurchaseModel, Tracking, Trial};
///
/// let buyers = Buyers::new(TimeUnit::Weeks, &[1, 0], &[1.5, 0.0], &[3.0, 2.0])?;
/// let trial = Trial::new(buyers, &[1, 0], Horizon::weeks(2.0))?
///     .with_cumulative_repeats(Horizon::weeks(1.0), &[0.0, 0.0, 1.0, 1.0, 1.0, 2.0])?;
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let tracking = Tracking::of(&model, &trial, Horizon::weeks(1.0))?;
/// assert_eq!(tracking.points.len(), 6);
/// assert_eq!((tracking.points[5].step, tracking.points[5].actual), (2, Some(2.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// One expectation for each different age and step.
///
/// # Differs from
///
/// `expected_cumulative_transactions` of lifetimes puts what it expects up to the next day beside what was counted up to
/// this one; here both end on the same day, as ages do.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Tracking {
    /// How long a step is.
    pub step: Horizon,
    /// From the first step in which somebody is a buyer.
    pub points: Vec<TrackingPoint>,
    /// The mean of |expected − actual| / actual over the steps by whose end somebody had bought again; `None` if what came
    /// is not known.
    pub mape: Option<f64>,
    /// The same over the steps of the holdout alone.
    pub mape_holdout: Option<f64>,
}

/// Repeats by the end of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct TrackingPoint {
    /// The number of the step: 0 ends with the calibration, 1 is the first of the holdout.
    pub step: i64,
    /// How many repeats there should have been by its end.
    pub expected: f64,
    /// How many there were, where it is known.
    pub actual: Option<f64>,
}

impl Tracking {
    /// What the model says of the whole time of a trial, in steps of that length.
    ///
    /// # Errors
    /// If the step is not of a finite length above 0 or there are more than a million, or the buyers' covariates are not
    /// those of the model.
    pub fn of(model: &PurchaseModel, trial: &Trial, step: Horizon) -> Result<Self> {
        let (steps, buyers) = (trial.steps(step)?, trial.buyers());
        let (newcomers, ages) = (model.newcomers(buyers)?, ages(buyers));
        let length = step.in_unit(buyers.unit());
        let expected = parallel::map(steps.clone().count(), |at| {
            let now = (steps.start + at as i64) as f64 * length;
            let of_age = |age: &Age| match newcomers.get(age.group) {
                Some(newcomer) if age.age + now > 0.0 => {
                    age.weight * newcomer.alive * newcomer.process.expected(age.age + now)
                }
                _ => 0.0,
            };
            sum(ages.iter().map(of_age))
        });
        let actual = trial.cumulative(steps.clone(), step);
        let point = |(at, (step, expected)): (usize, (i64, f64))| {
            let actual = actual.as_ref().and_then(|actual| actual.get(at)).copied();
            TrackingPoint { step, expected, actual }
        };
        let points: Vec<TrackingPoint> = steps.zip(expected).enumerate().map(point).collect();
        let (mape, mape_holdout) = (mape(&points, i64::MIN), mape(&points, 1));
        Ok(Tracking { step, points, mape, mape_holdout })
    }
}

/// The mean relative distance from that step on.
fn mape(points: &[TrackingPoint], from: i64) -> Option<f64> {
    let known = points.iter().filter(|point| point.step >= from);
    let known = known.filter_map(|point| point.actual.filter(|actual| *actual > 0.0).map(|actual| (point, actual)));
    let off: Vec<f64> = known.map(|(point, actual)| (point.expected - actual).abs() / actual).collect();
    (!off.is_empty()).then(|| sum(off.iter().copied()) / off.len() as f64)
}

impl fmt::Display for Tracking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new([("step", Align::Right), ("repeats", Align::Right), ("expected", Align::Right)]);
        for point in &self.points {
            let actual = point.actual.map_or("-".to_owned(), number);
            table.row([point.step.to_string(), actual, format!("{:.1}", point.expected)]);
        }
        writeln!(f, "cumulative repeats, steps of {} from the end of the calibration", self.step)?;
        writeln!(f, "{table}")?;
        let percent = |share: Option<f64>| share.map_or("-".to_owned(), |share| format!("{:.1} %", 100.0 * share));
        writeln!(f, "mean error {}, in the holdout {}", percent(self.mape), percent(self.mape_holdout))
    }
}
