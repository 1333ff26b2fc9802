//! Kaplan and Meier's estimate of retention, cohort by cohort.

use std::fmt;

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::math::interval;
use crate::text::{Align, Table, number};

use super::super::horizon::Horizon;
use super::curve::{RetentionCurve, RetentionStep};
use super::tenures::{Tenure, Tenures};

/// How customers stay, told of what was seen and of nothing else: the product-limit estimate, by cohort.
///
/// A customer who is still there counts for as long as it was seen. Intervals are Greenwood's, on the scale of
/// `ln(−ln S)`, so that they stay between 0 and 1; the median and other quantiles have intervals of their own
/// ([`RetentionCurve::quantile_interval`]), and so has the mean up to a tenure ([`RetentionCurve::mean_interval`]). To look beyond what was seen take
/// [`ShiftedBetaGeometric`](super::ShiftedBetaGeometric).
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Horizon, KaplanMeier, Tenures};
///
/// let tenures = Tenures::new(TimeUnit::Months, &[2.0, 3.0, 3.0, 5.0, 8.0], &[true, true, false, true, false])?;
/// let curves = KaplanMeier::new().fit(&tenures)?;
/// let all = &curves.curves()[0];
/// assert!((all.survival(Horizon::months(3.0))?.unwrap_or(1.0) - 0.6).abs() < 1e-12);
/// assert_eq!(all.median(), Some(Horizon::months(5.0)));
/// assert_eq!(all.survival(Horizon::months(9.0))?, None); // nobody was seen for so long
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n log n) in the tenures; 48 bytes a tenure at which somebody left.
///
/// # Differs from
///
/// lifelines' `KaplanMeierFitter` gives the same curve and intervals; beyond the longest tenure it goes on with the last
/// value, which is not known. R's `survfit` takes for the median the middle of a piece of the curve that stands at exactly
/// one half; here it is the beginning.
///
/// # References
///
/// E. L. Kaplan and P. Meier (1958), Nonparametric estimation from incomplete observations, *Journal of the American
/// Statistical Association* 53(282), DOI 10.1080/01621459.1958.10501452. J. D. Kalbfleisch and R. L. Prentice (2002), *The
/// Statistical Analysis of Failure Time Data*, DOI 10.1002/9781118032985.
#[derive(Clone, Debug, PartialEq)]
pub struct KaplanMeier {
    confidence: f64,
}

impl Default for KaplanMeier {
    fn default() -> Self {
        KaplanMeier { confidence: 0.95 }
    }
}

impl KaplanMeier {
    /// With intervals of 95 %.
    pub fn new() -> Self {
        KaplanMeier::default()
    }

    /// Sets the confidence of the intervals, between 0 and 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// The curve of each cohort, in the order of their names.
    ///
    /// # Errors
    /// If the confidence is not between 0 and 1, or there is no tenure with a weight.
    pub fn fit(&self, tenures: &Tenures) -> Result<RetentionCurves> {
        interval::confident(self.confidence)?;
        let z = interval::normal(self.confidence);
        let sorted = sorted(tenures);
        let one = |rows: &[Tenure]| {
            let cohort = rows.first().and_then(|tenure| tenures.cohorts().get(tenure.cohort as usize));
            RetentionCurve {
                cohort: cohort.map_or("all", String::as_str).to_owned(),
                unit: tenures.unit(),
                customers: rows.iter().map(|tenure| tenure.weight).sum(),
                longest: rows.last().map_or(0.0, |tenure| tenure.length),
                confidence: self.confidence,
                steps: steps(rows, z),
            }
        };
        let curves: Vec<RetentionCurve> = sorted.chunk_by(|a, b| a.cohort == b.cohort).map(one).collect();
        if curves.is_empty() {
            return Err(Error::empty("tenures"));
        }
        Ok(RetentionCurves { unit: tenures.unit(), confidence: self.confidence, curves })
    }
}

/// Tenures that count, by cohort, then by length.
pub(super) fn sorted(tenures: &Tenures) -> Vec<Tenure> {
    let mut rows: Vec<Tenure> = tenures.list().iter().filter(|tenure| tenure.weight > 0.0).copied().collect();
    rows.sort_by(|a, b| a.cohort.cmp(&b.cohort).then(a.length.total_cmp(&b.length)));
    rows
}

/// The steps of the curve of one cohort, whose tenures rise.
fn steps(rows: &[Tenure], z: f64) -> Vec<RetentionStep> {
    // from the back, so that nothing is lost in differences of large numbers
    let mut at_risk = 0.0;
    let mut times: Vec<(f64, f64, f64)> = Vec::new();
    for same in rows.chunk_by(|a, b| a.length == b.length).rev() {
        at_risk += same.iter().map(|tenure| tenure.weight).sum::<f64>();
        let left: f64 = same.iter().filter(|tenure| tenure.left).map(|tenure| tenure.weight).sum();
        if let Some(first) = same.first().filter(|_| left > 0.0) {
            times.push((first.length, at_risk, left));
        }
    }
    let (mut survival, mut greenwood, mut upper) = (1.0, 0.0, 1.0);
    let step = |(tenure, at_risk, left): (f64, f64, f64)| {
        let stay = (at_risk - left).max(0.0);
        survival *= stay / at_risk;
        greenwood += left / (at_risk * stay);
        let (mut lower, mut error) = (0.0, 0.0);
        // of nobody the upper end stays where it was
        if survival > 0.0 && greenwood.is_finite() {
            let ln: f64 = f64::ln(survival);
            error = survival * greenwood.sqrt();
            let half = z * greenwood.sqrt() / -ln;
            lower = (ln * half.exp()).exp();
            upper = (ln * (-half).exp()).exp();
        }
        RetentionStep { tenure, at_risk, left, survival, error, lower, upper }
    };
    times.into_iter().rev().map(step).collect()
}

/// The curves of cohorts; made by [`KaplanMeier`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct RetentionCurves {
    unit: TimeUnit,
    confidence: f64,
    curves: Vec<RetentionCurve>,
}

impl RetentionCurves {
    /// The curves in the order of the cohorts.
    pub fn curves(&self) -> &[RetentionCurve] {
        &self.curves
    }

    /// The curve of that cohort.
    pub fn get(&self, cohort: &str) -> Option<&RetentionCurve> {
        self.curves.iter().find(|curve| curve.cohort == cohort)
    }

    /// The confidence of the intervals.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// The retention table: a row a cohort, with the share that stays longer than each of these tenures, `None` where
    /// nobody was seen for so long.
    ///
    /// # Errors
    /// If a tenure is negative or not finite.
    pub fn table(&self, tenures: &[Horizon]) -> Result<Vec<Vec<Option<f64>>>> {
        let row = |curve: &RetentionCurve| tenures.iter().map(|tenure| curve.survival(*tenure)).collect();
        self.curves.iter().map(row).collect()
    }
}

impl fmt::Display for RetentionCurves {
    /// A line a cohort: its customers, those who left, its median, what is left at the end.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let right = |head| (head, Align::Right);
        let heads = ["customers", "left", "median", "longest", "stay longer", "from", "to"].map(right);
        let mut table = Table::new(std::iter::once(("cohort", Align::Left)).chain(heads));
        for curve in &self.curves {
            let (stay, lower, upper) =
                curve.steps.last().map_or((1.0, 1.0, 1.0), |step| (step.survival, step.lower, step.upper));
            let percent = |share: f64| format!("{:.1} %", 100.0 * share);
            let median = curve.median().map_or("-".to_owned(), |median| number(median.in_unit(self.unit)));
            let counts = [number(curve.customers), number(curve.left()), median, number(curve.longest)];
            let ends = [percent(stay), percent(lower), percent(upper)];
            table.row(std::iter::once(curve.cohort.clone()).chain(counts).chain(ends));
        }
        writeln!(f, "tenures in {}, intervals of {} %", self.unit.name(), number(100.0 * self.confidence))?;
        write!(f, "{table}")
    }
}
