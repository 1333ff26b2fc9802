//! Whether cohorts stay alike: the log-rank test.

use std::fmt;

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::error::{Error, Result};
use crate::math::tail::ln_chi_squared;
use crate::text::{counted, number};

use super::kaplan_meier::sorted;
use super::tenures::{Tenure, Tenures};

/// The log-rank test: whether cohorts leave at the same rate at every tenure.
///
/// At each tenure at which somebody left, those who left in a cohort are compared with its share of all who were there. It
/// sees curves that lie one above the other, and may miss curves that cross. Weights count as customers.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{LogRank, Tenures};
///
/// let lengths = [1.0, 1.0, 2.0, 2.0, 3.0, 9.0, 10.0, 11.0, 12.0, 12.0];
/// let tenures = Tenures::new(TimeUnit::Months, &lengths, &[true; 10])?
///     .with_cohorts(&["monthly", "monthly", "monthly", "monthly", "monthly", "yearly", "yearly", "yearly", "yearly", "yearly"])?;
/// let test = LogRank::of(&tenures)?;
/// assert!(test.p_value() < 0.01);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n log n + t · k²) of n tenures, t of them different, in k cohorts.
///
/// # References
///
/// N. Mantel (1966), Evaluation of survival data and two new rank order statistics arising in its consideration, *Cancer
/// Chemotherapy Reports* 50(3); R. Peto and J. Peto (1972), Asymptotically efficient rank invariant test procedures,
/// *Journal of the Royal Statistical Society A* 135(2), DOI 10.2307/2344317.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LogRank {
    /// The statistic, chi-squared if cohorts stay alike.
    pub statistic: f64,
    /// Its degrees of freedom: cohorts less one, of those whose customers are ever compared.
    pub degrees: usize,
    /// The logarithm of the probability of so large a statistic by chance.
    pub ln_p: f64,
}

impl LogRank {
    /// The test of these cohorts.
    ///
    /// # Errors
    /// If there are not two cohorts, or nobody left while several were there.
    pub fn of(tenures: &Tenures) -> Result<Self> {
        let mut rows = sorted(tenures);
        let k = tenures.cohorts().len();
        let mut at_risk = vec![0.0; k];
        for tenure in &rows {
            if let Some(at_risk) = at_risk.get_mut(tenure.cohort as usize) {
                *at_risk += tenure.weight;
            }
        }
        if at_risk.iter().filter(|count| **count > 0.0).count() < 2 {
            return Err(Error::unsupported("a log-rank test is not defined for fewer than two cohorts"));
        }
        rows.sort_by(|a, b| a.length.total_cmp(&b.length));
        let mut excess = DVector::<f64>::zeros(k);
        let mut covariance = DMatrix::<f64>::zeros(k, k);
        at_risk.fill(0.0);
        for same in rows.chunk_by(|a, b| a.length == b.length).rev() {
            let mut left = vec![0.0; k];
            for tenure in same {
                count(&mut at_risk, &mut left, tenure);
            }
            let (all, gone): (f64, f64) = (at_risk.iter().sum(), left.iter().sum());
            if gone == 0.0 {
                continue;
            }
            // variance of a draw without replacement
            let scale = if all > 1.0 { gone * (all - gone).max(0.0) / (all - 1.0) } else { 0.0 };
            for i in 0..k {
                let share = at_risk[i] / all;
                excess[i] += left[i] - gone * share;
                for j in 0..k {
                    let same = if i == j { share } else { 0.0 };
                    covariance[(i, j)] += scale * (same - share * at_risk[j] / all);
                }
            }
        }
        let axes = SymmetricEigen::new(covariance);
        let most = axes.eigenvalues.amax();
        let (mut statistic, mut degrees) = (0.0, 0);
        for (axis, value) in axes.eigenvalues.iter().enumerate() {
            if *value > 1e-10 * most {
                let along = axes.eigenvectors.column(axis).dot(&excess);
                statistic += along * along / value;
                degrees += 1;
            }
        }
        if degrees == 0 {
            return Err(Error::unsupported("a log-rank test is not defined where nobody left while others stayed"));
        }
        Ok(LogRank { statistic, degrees, ln_p: ln_chi_squared(statistic, degrees as f64) })
    }

    /// The probability of so large a statistic by chance.
    pub fn p_value(&self) -> f64 {
        self.ln_p.exp()
    }
}

/// Counts a tenure as there, and as left if it did.
fn count(at_risk: &mut [f64], left: &mut [f64], tenure: &Tenure) {
    let cohort = tenure.cohort as usize;
    if let (Some(at_risk), Some(left)) = (at_risk.get_mut(cohort), left.get_mut(cohort)) {
        *at_risk += tenure.weight;
        *left += if tenure.left { tenure.weight } else { 0.0 };
    }
}

impl fmt::Display for LogRank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (statistic, p) = (number(self.statistic), number(self.p_value()));
        let degrees = counted(self.degrees, "degree", "degrees");
        write!(f, "log-rank statistic {statistic} with {degrees} of freedom, p {p}")
    }
}
