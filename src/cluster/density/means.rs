//! What becomes of labels: clusters in the canonical order, with their weights and means.
//!
//! Rows without weight keep their labels and count for neither.

use super::super::canonical;
use super::super::points::Points;

/// Clusters by their members: all that a model tells of a cluster.
#[derive(Clone, Debug)]
pub(crate) struct Members {
    /// The new number of each cluster.
    pub(crate) numbers: Vec<usize>,
    /// The weight of each, in the new order.
    pub(crate) sizes: Vec<f64>,
    /// The mean of each, in the new order.
    pub(crate) means: Vec<f64>,
}

/// Numbers `clusters` clusters by weight, then mean, and makes the labels the new numbers.
///
/// Every cluster must have a row with a weight.
///
/// A mean moves from row to row by a share of the difference, so that it never leaves the range of its rows.
pub(crate) fn members(points: &Points<'_>, labels: &mut [Option<u32>], clusters: usize) -> Members {
    let d = points.dimensions();
    let mut sizes = vec![0.0; clusters];
    let mut means = vec![0.0; clusters * d];
    for (row, label) in labels.iter().enumerate() {
        let weight = points.weight(row);
        if let (Some(label), true) = (label.map(|label| label as usize), weight > 0.0) {
            sizes[label] += weight;
            let share = weight / sizes[label];
            let mean = &mut means[label * d..(label + 1) * d];
            mean.iter_mut().zip(points.row(row)).for_each(|(mean, number)| *mean += (number - *mean) * share);
        }
    }
    let numbers = canonical::order(&sizes, &means);
    for label in labels.iter_mut().flatten() {
        *label = numbers[*label as usize] as u32;
    }
    let (sizes, means) = (canonical::reordered(&numbers, &sizes, 1), canonical::reordered(&numbers, &means, d));
    Members { numbers, sizes, means }
}
