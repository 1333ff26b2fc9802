//! Internal figures as criteria: the silhouettes, Calinski and Harabasz's, Davies and Bouldin's.
//!
//! Computed one k after the other, each in parallel over rows: they are of the shared fits and need none of their own.
//! None of them is defined for one group, so that none of them can say that there are no groups.

use crate::cluster::Points;
use crate::error::{ErrorKind, Result};
use crate::evaluate::{Division, Index, Partition, SilhouetteSample, silhouette_with, simplified_silhouette};
use crate::progress::Progress;

use super::base::Fit;
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::NONE;
use super::likelihood::reached;

/// Above this many rows the mean silhouette is that of a sample, with its error.
///
/// All pairs of a million rows take 2,500 times as long as those of 20,000.
pub(super) const MOST: usize = 20_000;

/// Judges by an internal figure: the largest is picked, of Davies and Bouldin's the smallest.
///
/// Rows in no group are left out, as if they were not there; a division that leaves out much may look good by it, which the
/// number of such rows in [`Candidate`](super::Candidate) shows. A figure that is not defined for one k is a reason there and
/// no error of the whole. `draw` is the seed of the sample of rows and the confidence of its interval.
///
/// # Errors
/// If the work is stopped.
pub(super) fn judge(
    criterion: Criterion,
    fits: &[Fit],
    points: &Points<'_>,
    draw: (u64, f64),
    progress: &Progress<'_>,
) -> Result<Answer> {
    let mut answer = Answer::empty(criterion);
    for fit in fits.iter().filter(|fit| fit.asked) {
        let labels: Vec<Option<u32>> = fit.labels.iter().map(|label| Some(*label).filter(|one| *one != NONE)).collect();
        let partition = Partition::new(&labels)?;
        let value = Division::new(points, &partition).and_then(|division| {
            figure(criterion, fit.k, &division, draw, progress)
                .map(|value| AtK { note: fit.short().or(value.note.clone()), ..value })
        });
        match value {
            Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => return Err(error),
            Err(error) => answer.values.push(AtK::none(fit.k, error.to_string())),
            Ok(value) => answer.values.push(value),
        }
    }
    let least = criterion == Criterion::DaviesBouldin;
    let (what, better): (_, fn(f64, f64) -> bool) =
        if least { ("the smallest", |a, b| a < b) } else { ("the largest", |a, b| a > b) };
    Ok(answer.best(what, &|k| reached(fits, k), better))
}

/// The figure of one division.
///
/// The silhouette compares all pairs of rows, O(n² d); of many rows a sample is held against all, which gives an error and an
/// interval as well. The others are O(n d) or O(n k d).
///
/// # Errors
/// If the figure is not defined for the division, with the reason, or the work is stopped.
fn figure(
    criterion: Criterion,
    k: usize,
    division: &Division<'_>,
    (seed, confidence): (u64, f64),
    progress: &Progress<'_>,
) -> Result<AtK> {
    let value = match criterion {
        Criterion::Silhouette if division.points().len() > MOST => {
            let sample = SilhouetteSample::new().seed(seed).confidence(confidence);
            let found = sample.estimate_with(division, progress)?;
            let value = AtK::of(k, Some(found.mean()));
            return Ok(AtK { error: Some(found.standard_error()), interval: Some(found.interval()), ..value });
        }
        Criterion::Silhouette => silhouette_with(division, progress)?.mean(),
        Criterion::SimplifiedSilhouette => simplified_silhouette(division)?,
        Criterion::DaviesBouldin => Index::DaviesBouldin.of(division)?,
        _ => Index::CalinskiHarabasz.of(division)?,
    };
    Ok(AtK::of(k, Some(value)))
}
