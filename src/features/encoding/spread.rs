//! Mean, standard deviation, quantiles and commonest value of numbers with weights, safe from overflow.
//!
//! A weight is a number of rows: all figures are those of the rows written out as often as they weigh. Only
//! quantiles ask for the number itself; mean, deviation and the commonest value are the same if all weights are
//! multiplied.
//!
//! Sums go in chunks of one size and are compensated: the same bits on any number of threads, and an error that
//! does not grow with the number of customers.

use crate::math::quantile;
use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

/// Numbers and how much each counts; there is at least one, and weights are above 0.
#[derive(Clone, Copy)]
pub(super) struct Numbers<'a> {
    pub(super) values: &'a [f64],
    pub(super) weights: Option<&'a [f64]>,
}

impl Numbers<'_> {
    /// The weight of the number at that place, 1 where none are given.
    fn weight(&self, at: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[at])
    }

    /// The least and the largest. O(n).
    pub(super) fn range(&self) -> (f64, f64) {
        let ends = |ends: (f64, f64), value: &f64| (ends.0.min(*value), ends.1.max(*value));
        self.values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), ends)
    }

    /// The mean and the standard deviation, of which the divisor is the sum of weights (ddof 0).
    ///
    /// In two passes, with a correction for the mean's own rounding, and in units of the largest number where squares
    /// would leave the range of numbers. Exactly 0 of equal numbers. O(n), in chunks.
    pub(super) fn moments(&self) -> (f64, f64) {
        let (least, most) = self.range();
        if least == most {
            return (least, 0.0);
        }
        let largest = least.abs().max(most.abs());
        let unit = if (1e-100..1e100).contains(&largest) { 1.0 } else { largest };
        let heaviest = self.weights.map_or(1.0, |weights| weights.iter().copied().fold(0.0, f64::max));
        let total = |of: &(dyn Fn(f64) -> f64 + Sync)| {
            let chunk = |rows: std::ops::Range<usize>| {
                sum(rows.map(|row| self.weight(row) / heaviest * of(self.values[row] / unit)))
            };
            sum(map_chunks(self.values.len(), CHUNK, chunk))
        };
        let weight = total(&|_| 1.0);
        let mean = total(&|value| value) / weight;
        let error = total(&|value| value - mean) / weight;
        let square = total(&|value| (value - mean) * (value - mean)) / weight;
        ((mean + error) * unit, (square - error * error).max(0.0).sqrt() * unit)
    }

    /// Quantiles of type 7, as `numpy.quantile` and R's `quantile` have them. O(n), with weights O(n log n).
    pub(super) fn quantiles(&self, probabilities: &[f64]) -> Vec<f64> {
        let found = match self.weights {
            Some(weights) => quantile::weighted_quantiles(self.values, weights, probabilities),
            None => quantile::quantiles(self.values, probabilities),
        };
        found.unwrap_or_else(|| vec![0.0; probabilities.len()]) // there is a number: the door has seen to it
    }

    /// Each different number with the sum of its weights, rising. O(n log n).
    ///
    /// −0 is 0, so that both are one number.
    pub(super) fn groups(&self) -> Vec<(f64, f64)> {
        let mut rows: Vec<(f64, f64)> =
            self.values.iter().enumerate().map(|(at, value)| (*value + 0.0, self.weight(at))).collect();
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let group = |rows: &[(f64, f64)]| (rows[0].0, sum(rows.iter().map(|row| row.1)));
        rows.chunk_by(|a, b| a.0 == b.0).map(group).collect()
    }

    /// The commonest number, the least of several. Of amounts it is mostly 0 or a price; of truly continuous
    /// numbers it says nothing.
    pub(super) fn mode(&self) -> f64 {
        let groups = self.groups();
        let best = groups.iter().rev().max_by(|a, b| a.1.total_cmp(&b.1)); // the last of equals, from behind: the first
        best.map_or(0.0, |group| group.0)
    }
}
