//! Figures of the sizes of groups alone: the rows' numbers do not matter, so columns may be of any kind.

use crate::error::{Error, Result};
use crate::evaluate::division::Division;
use crate::evaluate::partition::NONE_LABEL;
use crate::math::sum::sum;

/// The share of each group that has weight, among the weight of all rows that are in one.
///
/// O(n) where rows have weights, else O(k).
///
/// # Errors
/// If no row is in a group.
pub(super) fn shares(division: &Division<'_>) -> Result<Vec<f64>> {
    let partition = division.partition();
    let sizes: Vec<f64> = match division.points().row_weights() {
        None => partition.sizes().iter().map(|size| *size as f64).collect(),
        Some(weights) => {
            let (mut sizes, labels) = (vec![0.0; partition.groups()], partition.labels());
            let grouped = labels.iter().zip(weights).filter(|(label, _)| **label != NONE_LABEL);
            grouped.for_each(|(label, weight)| sizes[*label as usize] += weight);
            sizes
        }
    };
    let total = sum(sizes.iter().copied());
    if total <= 0.0 {
        return Err(Error::empty("rows in a group"));
    }
    Ok(sizes.into_iter().filter(|size| *size > 0.0).map(|size| size / total).collect())
}

/// Shannon's entropy of the shares in nats: 0 of one group, the logarithm of their number where all are of one size.
///
/// Whether even sizes are good is for the caller to say. They are taken as better, since groups of a handful of rows beside
/// one of almost all are what one wants to be warned of.
pub(super) fn entropy(shares: &[f64]) -> f64 {
    sum(shares.iter().map(|share| -share * share.ln())).max(0.0)
}
