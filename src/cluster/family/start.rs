//! Centers to begin with: far from each other by chance, any rows, or given.
//!
//! A start decides which optimum is found. Rows that are drawn far from each other are rarely two of one group, and the
//! chance keeps an outlier from being drawn always.

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::parallel;

use super::measure::{Measure, Rows};

/// Rows drawn one after the other, each in proportion to what it costs at those already drawn: k-means++ with a few
/// tries for each center, of which the best stays (D. Arthur and S. Vassilvitskii 2007, k-means++: the advantages of
/// careful seeding, SODA, 1027–1035).
///
/// For k-means costs are squared distances, as in the paper; for other measures they are what the method sums, so that a
/// row is drawn in proportion to what it adds to the objective. There are 2 + ln k tries.
///
/// Fewer than `k` if all rows that count are on one of them before: there are no more different rows.
///
/// O(n k d log k), in parallel.
pub(crate) fn plus_plus<M: Measure>(rows: &Rows<'_>, k: usize, random: &mut Random) -> Vec<f64> {
    let tries = 2 + (k as f64).ln() as usize;
    let first = match rows.weights {
        Some(weights) => random.weighted(weights, sum(weights.iter().copied())),
        None => random.below(rows.len()),
    };
    let mut centers = rows.row(first).to_vec();
    let (mut costs, mut total) = after::<M>(rows, &[], rows.row(first));
    for _ in 1..k {
        if total <= 0.0 {
            break;
        }
        let mut best: Option<(usize, Vec<f64>, f64)> = None;
        for _ in 0..tries {
            let row = random.weighted(&costs, total);
            let (costs, total) = after::<M>(rows, &costs, rows.row(row));
            if best.as_ref().is_none_or(|(_, _, least)| total < *least) {
                best = Some((row, costs, total));
            }
        }
        if let Some((row, new, least)) = best {
            centers.extend_from_slice(rows.row(row));
            (costs, total) = (new, least);
        }
    }
    centers
}

/// What rows cost, by weight, once this center is added, and their sum; no costs are those of no center.
///
/// A row of weight 0 costs nothing, so it is never drawn. The sum is made of chunks in their order.
fn after<M: Measure>(rows: &Rows<'_>, before: &[f64], center: &[f64]) -> (Vec<f64>, f64) {
    let mut costs = before.to_vec();
    costs.resize(rows.len(), f64::INFINITY);
    parallel::fill(&mut costs, parallel::CHUNK, |first, costs| {
        for (at, cost) in costs.iter_mut().enumerate() {
            let weight = rows.weight(first + at);
            *cost = if weight > 0.0 { cost.min(weight * M::cost(rows.row(first + at), center)) } else { 0.0 };
        }
    });
    let parts = parallel::map_chunks(costs.len(), parallel::CHUNK, |chunk| costs[chunk].iter().sum::<f64>());
    (costs, sum(parts))
}

/// Different rows in random order, each as likely; fewer than `k` if there are not as many that count. Small groups are
/// often missed. O(n + k² d) if
/// few rows are equal.
pub(crate) fn at_random(rows: &Rows<'_>, k: usize, random: &mut Random) -> Vec<f64> {
    let mut centers: Vec<f64> = Vec::new();
    for row in random.sample(rows.len(), rows.len()) {
        let new = centers.chunks_exact(rows.dimensions).all(|center| center != rows.row(row));
        if new && rows.weight(row) > 0.0 {
            centers.extend_from_slice(rows.row(row));
            if centers.len() == k * rows.dimensions {
                break;
            }
        }
    }
    centers
}

/// The rows of a given start, one after the other. Equal ones are no error: a cluster that gets no row is given one.
///
/// They may be rows that were learnt from or any others: where a model of last month is to be learnt on, its centers are
/// given.
///
/// # Errors
/// If there are not `k` rows of `dimensions` finite numbers.
pub(crate) fn given(start: &[Vec<f64>], k: usize, dimensions: usize) -> Result<Vec<f64>> {
    let expected = || format!("{k} rows of {dimensions} finite numbers");
    if start.len() != k {
        return Err(Error::parameter("start", expected(), format!("{} rows", start.len())));
    }
    for (at, row) in start.iter().enumerate() {
        if row.len() != dimensions {
            return Err(Error::parameter("start", expected(), format!("{} numbers in row {at}", row.len())));
        }
        if let Some(bad) = row.iter().find(|x| !x.is_finite()) {
            return Err(Error::parameter("start", expected(), format!("{bad} in row {at}")));
        }
    }
    Ok(start.concat())
}
