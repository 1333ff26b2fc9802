//! How much better predictions are than the mean, with an interval, and the folds they are made in.
//!
//! One measure for numbers, for a yes or no and for texts: what is lost, squared, beside what the mean of all loses. So
//! segments that tell a goal and attributes that tell segments are held against the same scale.

use crate::math::random::Random;
use crate::math::sum::sum;
use crate::profile::Estimate;

use super::target::Target;

/// The purpose number under which folds are drawn from a seed.
const FOLDS: u64 = 0x0066_6f6c_6473;

/// The fold of each row: each fold has as many rows, to one.
///
/// Drawn from the seed, anew for each repeat. O(n).
pub(crate) fn folds(rows: usize, folds: usize, seed: u64, repeat: u64) -> Vec<u32> {
    let order = Random::new(seed, FOLDS.wrapping_add(repeat)).sample(rows, rows);
    let mut fold = vec![0; rows];
    for (at, row) in order.into_iter().enumerate() {
        fold[row] = (at % folds.max(1)) as u32;
    }
    fold
}

/// Rows that a loss is known of: what is lost by the prediction, and what by the mean of all.
///
/// The share that a prediction explains is 1 − loss / loss of the mean. For numbers that is R² (scikit-learn's
/// `r2_score` of all rows together), for two classes Brier's skill score, for more classes the tau of L. Goodman and
/// W. Kruskal (1954, DOI 10.1080/01621459.1954.10501231) where the shares are those of the rows themselves.
pub(crate) struct Skill {
    /// What the mean of all loses, a row.
    pub(crate) base: Vec<f64>,
    /// How much each row counts.
    pub(crate) weights: Vec<f64>,
}

impl Skill {
    /// Of all rows that a target has.
    pub(crate) fn new<T: Target>(target: &T, rows: usize) -> Self {
        let mut sums = vec![0.0; target.width()];
        (0..rows).for_each(|row| target.add(row, &mut sums));
        let mean = target.prediction(&sums);
        Skill {
            base: (0..rows).map(|row| target.loss(row, &mean)).collect(),
            weights: (0..rows).map(|row| target.counts(row)).collect(),
        }
    }

    /// What the mean loses together.
    pub(crate) fn whole(&self) -> f64 {
        sum(self.base.iter().zip(&self.weights).map(|(base, weight)| base * weight))
    }

    /// The share that predictions of that loss explain.
    pub(crate) fn share(&self, losses: &[f64]) -> f64 {
        1.0 - sum(losses.iter().zip(&self.weights).map(|(loss, weight)| loss * weight)) / self.whole()
    }

    /// The share with its interval.
    pub(crate) fn explained(&self, losses: &[f64], z: f64) -> Estimate {
        let gained: Vec<f64> = self.base.iter().zip(losses).map(|(base, loss)| base - loss).collect();
        self.ratio(&gained, &self.base, z)
    }

    /// What one prediction explains, as a share of what another does.
    pub(crate) fn beside(&self, losses: &[f64], others: &[f64], z: f64) -> Estimate {
        let gained = |losses: &[f64]| self.base.iter().zip(losses).map(|(base, loss)| base - loss).collect::<Vec<_>>();
        self.ratio(&gained(losses), &gained(others), z)
    }

    /// The ratio of two sums over rows, with the interval of the delta method; not defined unless the lower is above 0.
    ///
    /// Rows are taken for independent: that predictions share what they were learnt of is not in it.
    fn ratio(&self, upper: &[f64], lower: &[f64], z: f64) -> Estimate {
        let total = |values: &[f64]| sum(values.iter().zip(&self.weights).map(|(value, weight)| value * weight));
        let below = total(lower);
        let value = total(upper) / below;
        if below.is_nan() || below <= 0.0 || !value.is_finite() {
            return Estimate::default();
        }
        let squares = upper.iter().zip(lower).zip(&self.weights).map(|((u, l), weight)| {
            let miss = u - value * l;
            weight * miss * miss
        });
        let error = sum(squares).sqrt() / below;
        Estimate { value: Some(value), lower: Some(value - z * error), upper: Some(value + z * error) }
    }
}
