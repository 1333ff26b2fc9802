//! The silhouettes of some rows, each held against all rows.
//!
//! Of a row only the sum of its distances to each group is needed. All silhouettes, and those of a sample, are made here.

use crate::error::Result;
use crate::evaluate::pairs::{Pairs, Run, Which};
use crate::progress::Progress;

use super::two_groups;

/// The silhouette of one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Row {
    /// From -1 to 1.
    pub(super) value: f64,
    /// The nearest other group.
    pub(super) neighbour: u32,
}

/// The silhouettes of these rows, in their order.
///
/// A chunk of rows keeps a sum of distances for each row and group, and makes silhouettes of them when it is done. O(rows
/// n d) time; memory O(rows), and 64 k for each thread.
///
/// # Errors
/// If fewer than 2 groups have rows, two rows cannot be compared, or the work is cancelled.
pub(super) fn silhouettes(pairs: &Pairs<'_>, rows: &[u32], progress: &Progress<'_>) -> Result<Vec<Row>> {
    let (groups, weights) = (pairs.groups(), pairs.group_weights());
    two_groups(&weights, "silhouette")?;
    let mut found = Vec::with_capacity(rows.len());
    let start = |rows: &[u32]| vec![0.0; rows.len() * groups];
    let visit = |sums: &mut Vec<f64>, run: Run<'_>| {
        for (group, first, far) in pairs.by_group(&run) {
            sums[run.at * groups + group] += pairs.sum(first, far);
        }
    };
    let finish = |rows: &[u32], sums: Vec<f64>| -> Vec<Row> {
        let rows = rows.iter().zip(sums.chunks(groups));
        rows.map(|(row, sums)| one(pairs.group[*row as usize] as usize, sums, &weights)).collect()
    };
    pairs.walk(rows, Which::All, progress, (start, visit, finish), |_, some| found.extend(some))?;
    Ok(found)
}

/// The silhouette of a row of that group, from its sums of distances and what the groups weigh.
///
/// The row itself is in the sum of its own group with distance 0, and is taken from what the group weighs. O(k).
fn one(own: usize, sums: &[f64], weights: &[f64]) -> Row {
    let (mut other, mut neighbour) = (f64::INFINITY, 0);
    for (group, (sum, weight)) in sums.iter().zip(weights).enumerate() {
        if group != own && *weight > 0.0 && sum / weight < other {
            (other, neighbour) = (sum / weight, group as u32);
        }
    }
    let others_of_own = weights[own] - 1.0;
    if others_of_own <= 0.0 {
        return Row { value: 0.0, neighbour };
    }
    Row { value: contrast(sums[own] / others_of_own, other), neighbour }
}

/// (b - a) / max(a, b), and 0 where both are 0.
pub(super) fn contrast(own: f64, other: f64) -> f64 {
    let most = own.max(other);
    if most > 0.0 { (other - own) / most } else { 0.0 }
}
