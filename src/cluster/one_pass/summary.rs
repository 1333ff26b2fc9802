//! Few rows with weights that stand for many: what they cost at any centers is nearly what all cost.

use crate::math::random::Random;
use crate::math::sum::sum;

use super::super::family::measure::{Euclidean, Measure};

/// Rows that are looked at to find about where the middle is.
const GLANCE: usize = 1024;

/// Rows with weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summary {
    /// All numbers, row after row.
    pub(super) rows: Vec<f64>,
    /// How much each row counts.
    pub(super) weights: Vec<f64>,
}

impl Summary {
    /// Adds the rows of another after its own.
    pub(super) fn extend(&mut self, other: &Summary) {
        self.rows.extend_from_slice(&other.rows);
        self.weights.extend_from_slice(&other.weights);
    }

    /// These rows by at most `size` of them.
    pub(super) fn reduced(self, dimensions: usize, size: usize, random: &mut Random) -> Summary {
        if self.weights.len() <= size {
            self
        } else {
            reduce(&self.rows, dimensions, Some(&self.weights), size, random)
        }
    }
}

/// Draws `size` rows: half of the chance in proportion to weight, half in proportion to weight and squared distance
/// from the middle. What is rarely drawn counts more when it is, so that sums are right on average; the weights sum to
/// what they summed to.
///
/// One is drawn in each of `size` parts of like chance (stratified), which is steadier than independent draws and, other
/// than every so-manieth row, blind to patterns in the order. A row that is drawn more than once stands once with
/// what it counts together.
///
/// O(n d), one pass over the rows.
pub(super) fn reduce(
    rows: &[f64],
    dimensions: usize,
    weights: Option<&[f64]>,
    size: usize,
    random: &mut Random,
) -> Summary {
    let len = rows.len() / dimensions;
    let row = |at: usize| &rows[at * dimensions..(at + 1) * dimensions];
    let weight = |at: usize| weights.map_or(1.0, |weights| weights[at]);
    let middle = middle(len, dimensions, &row, &weight);
    let squares: Vec<f64> = (0..len).map(|at| Euclidean::cost(row(at), &middle)).collect();
    let all = sum((0..len).map(weight));
    let spread = sum((0..len).map(|at| weight(at) * squares[at]));
    // without any spread chance is weight alone
    let chance = |at: usize| 0.5 / all + if spread > 0.0 { 0.5 * squares[at] / spread } else { 0.5 / all };
    let total = sum((0..len).map(|at| weight(at) * chance(at)));
    let mut summary = Summary { rows: Vec::with_capacity(size * dimensions), weights: Vec::with_capacity(size) };
    let part = total / size as f64;
    let (mut drawn, mut reached) = (0, 0.0);
    let mut next = part * random.uniform();
    for at in 0..len {
        reached += weight(at) * chance(at);
        let mut times = 0;
        while drawn < size && (next < reached) {
            times += 1;
            drawn += 1;
            next = part * (drawn as f64 + random.uniform());
        }
        if times > 0 {
            summary.rows.extend_from_slice(row(at));
            summary.weights.push(f64::from(times) / chance(at));
        }
    }
    let found = sum(summary.weights.iter().copied());
    summary.weights.iter_mut().for_each(|weight| *weight *= all / found);
    summary
}

/// About where the middle is: the mean of some rows from all over.
fn middle<'a>(
    len: usize,
    dimensions: usize,
    row: &impl Fn(usize) -> &'a [f64],
    weight: &impl Fn(usize) -> f64,
) -> Vec<f64> {
    let (mut middle, mut total) = (row(0).to_vec(), 0.0);
    let mut sums = vec![0.0; dimensions];
    for at in (0..len).step_by(len.div_ceil(GLANCE)) {
        total += weight(at);
        for ((sum, x), origin) in sums.iter_mut().zip(row(at)).zip(&middle) {
            *sum += weight(at) * (x - origin);
        }
    }
    if total > 0.0 {
        middle.iter_mut().zip(&sums).for_each(|(middle, sum)| *middle += sum / total);
    }
    middle
}

#[cfg(test)]
mod tests {
    use super::reduce;
    use crate::math::random::Random;

    #[test]
    fn what_rows_cost_at_a_center_is_right_on_average() {
        let mut random = Random::new(1, 0);
        let rows: Vec<f64> = (0..4000).map(|at| random.normal() + if at % 40 == 0 { 30.0 } else { 0.0 }).collect();
        let weights: Vec<f64> = (0..2000).map(|at| (at % 3) as f64).collect();
        let cost = |rows: &[f64], weights: &[f64], center: [f64; 2]| -> f64 {
            let square = |row: &[f64]| (row[0] - center[0]).powi(2) + (row[1] - center[1]).powi(2);
            rows.chunks_exact(2).zip(weights).map(|(row, weight)| weight * square(row)).sum()
        };
        for center in [[0.0, 0.0], [30.0, 0.0], [5.0, -7.0]] {
            let exact = cost(&rows, &weights, center);
            let mut mean = 0.0;
            for draw in 0..200 {
                let summary = reduce(&rows, 2, Some(&weights), 100, &mut Random::new(2, draw));
                assert!(summary.weights.len() <= 100);
                assert!((summary.weights.iter().sum::<f64>() - weights.iter().sum::<f64>()).abs() < 1e-6);
                mean += cost(&summary.rows, &summary.weights, center) / 200.0;
            }
            assert!((mean / exact - 1.0).abs() < 0.02, "{mean} {exact}");
        }
    }

    #[test]
    fn a_pattern_in_the_order_is_no_pattern_in_the_draw() {
        // four places in turn: every fourth row would be one place only
        let rows: Vec<f64> = (0..4000).map(|at| [-3.0, -1.0, 1.0, 3.0][at % 4]).collect();
        let summary = reduce(&rows, 1, None, 1000, &mut Random::new(0, 0));
        for place in [-3.0, -1.0, 1.0, 3.0] {
            let here = summary.rows.iter().zip(&summary.weights).filter(|(x, _)| **x == place);
            let weight: f64 = here.map(|(_, weight)| weight).sum();
            assert!((weight / 1000.0 - 1.0).abs() < 0.2, "{place}: {weight}");
        }
        let equal = reduce(&[7.0; 100], 1, None, 10, &mut Random::new(0, 0));
        assert_eq!(equal.weights, [10.0; 10]);
    }
}
