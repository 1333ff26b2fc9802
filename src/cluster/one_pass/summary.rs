//! Few rows with weights that stand for many: what they cost at any centers is nearly what all cost.
//!
//! An even sample misses the few rows far out that cost most. A sample by squared distance alone misses where the middle
//! is. The half of both misses neither: the error is a share of the inertia plus a share of the spread around the mean,
//! and both become less with the root of the rows that are drawn.
//!
//! Where the middle is need only be known about: any point gives sums that are right on average, one near the middle
//! gives them with less scatter.

use crate::math::random::Random;
use crate::math::sum::sum;

use super::super::family::measure::{Euclidean, Measure};

/// Rows that are looked at to find about where the middle is: enough that it is off by a thirtieth of the spread or so,
/// which changes chances by a thousandth.
const GLANCE: usize = 1024;

/// Rows whose squares are summed plainly before the sum is kept with its rest.
const STRETCH: usize = 256;

/// Rows with weights; none is a summary of nothing.
///
/// What a row stands for is counted in what it weighs, so a summary can be summed up again.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summary {
    /// All numbers, row after row.
    pub(super) rows: Vec<f64>,
    /// How much each row counts.
    pub(super) weights: Vec<f64>,
}

impl Summary {
    /// Adds the rows of another after its own.
    ///
    /// The summary of both parts of the rows is the two summaries together: no row of one part says anything of the
    /// other.
    pub(super) fn extend(&mut self, other: &Summary) {
        self.rows.extend_from_slice(&other.rows);
        self.weights.extend_from_slice(&other.weights);
    }

    /// These rows by at most `size` of them; all of them if there are not more.
    pub(super) fn reduced(self, dimensions: usize, size: usize, random: &mut Random) -> Summary {
        if self.weights.len() <= size {
            self
        } else {
            reduce(&self.rows, dimensions, Some(&self.weights), size, random)
        }
    }
}

/// A sample of rows with what each stands for.
///
/// Draws `size` rows: half of the chance in proportion to weight, half in proportion to weight and squared distance
/// from the middle. What is rarely drawn counts more when it is, so that sums are right on average; the weights sum to
/// what they summed to.
///
/// One is drawn in each of `size` parts of like chance (stratified), which is steadier than independent draws and, other
/// than every so-manieth row, blind to patterns in the order. A row that is drawn more than once stands once with
/// what it counts together.
///
/// With chance p of a row in one draw it counts 1 / (`size` p) each time. Rows of weight 0 are never drawn. There is at
/// least one row; where all weights are 0 nothing is drawn.
///
/// O(n d), one pass over the rows, and 8 bytes for each.
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
    let all = weights.map_or(len as f64, |weights| sum(weights.iter().copied()));
    if all <= 0.0 {
        return Summary::default();
    }
    let middle = middle(len, dimensions, &row, &weight);
    let mut squares = Vec::with_capacity(len);
    let spread = sum((0..len).step_by(STRETCH).map(|from| {
        let mut part = 0.0;
        for at in from..len.min(from + STRETCH) {
            let square = Euclidean::cost(row(at), &middle);
            squares.push(square);
            part += weight(at) * square;
        }
        part
    }));
    // without any spread that can be told, chance is weight alone; over all rows it sums to 1
    let far = Some(0.5 / spread).filter(|far| far.is_finite()).unwrap_or(0.0);
    let even = if far > 0.0 { 0.5 / all } else { 1.0 / all };
    let chance = |at: usize| even + far * squares[at];
    let mut summary = Summary { rows: Vec::with_capacity(size * dimensions), weights: Vec::with_capacity(size) };
    let part = 1.0 / size as f64;
    let (mut drawn, mut reached, mut last) = (0, 0.0, 0);
    let mut next = part * random.uniform();
    for at in 0..len {
        reached += weight(at) * chance(at);
        last = if weight(at) > 0.0 { at } else { last };
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
    if summary.weights.is_empty() {
        // rounding left the only draw behind the last row
        summary.rows.extend_from_slice(row(last));
        summary.weights.push(all);
    }
    let found = sum(summary.weights.iter().copied());
    summary.weights.iter_mut().for_each(|weight| *weight *= all / found);
    summary
}

/// About where the middle is: the mean of some rows from all over, at equal distances in their order.
///
/// Differences from the first row are summed, so that what all rows have in common takes no digits. O(d).
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
#[path = "summary_tests.rs"]
mod tests;
