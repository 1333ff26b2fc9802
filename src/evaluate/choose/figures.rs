//! Internal figures as criteria: the silhouettes, Calinski and Harabasz's, Davies and Bouldin's.

use crate::cluster::Points;
use crate::error::Result;

use super::base::Fit;
use super::choice::Answer;
use super::criterion::Criterion;

/// Judges by an internal figure.
///
/// # Errors
/// If the work is stopped.
pub(super) fn judge(criterion: Criterion, fits: &[Fit], points: &Points<'_>, seed: u64) -> Result<Answer> {
    let _ = (fits, points, seed);
    Ok(Answer::undefined(criterion, "not defined yet"))
}

/// What is to be known of how they were computed.
pub(super) fn notes(points: &Points<'_>, answers: &[Answer]) -> Vec<String> {
    let _ = (points, answers);
    Vec::new()
}
