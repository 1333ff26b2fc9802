//! Bands with equal counts of rows: `NTILE` of SQL, with equal values kept together or split.
//!
//! Here a band is a share of the *rows*, not of the number line: rows are ordered from the worst value to the best, and
//! row `r` of `n` gets the bucket that SQL's `NTILE` gives it. What SQL leaves open, the order of equal values, is the
//! question this file is about:
//!
//! - *together* ([`scores`]): a group of equal values gets one score, that of its first row or of its last. Then there
//!   are cut points, and strangers can be scored, but a big group fills its band beyond the share;
//! - *split* ([`split`]): rows in their order, as SQL does. Bands differ by one row at most, but no cut point tells
//!   equal values apart, so there is no model.
//!
//! Callers hold: values are finite, weights fit the values and sum to 1 at least, and `bands` is 2 or more.

use super::{Better, Closed};
use crate::error::{Error, Result};

/// Runs of equal values with their score, from the worst value to the best; neighbours differ in score.
pub(super) struct Scored(Vec<Run>);

/// Neighbouring values of one score: the worst of them, the best of them.
struct Run {
    worst: f64,
    best: f64,
    score: u16,
}

impl Scored {
    /// The cut points along the values: the smallest value of the upper band, or the largest of the lower one.
    ///
    /// Always a value that occurred, so that the border shows in the data: 50 orders were the fewest of the best band.
    pub(super) fn cut_points(&self, closed: Closed, better: Better) -> Vec<f64> {
        let between = |pair: &[Run]| match (closed, better) {
            (Closed::Lower, Better::Higher) => pair[1].worst,
            (Closed::Upper, Better::Higher) => pair[0].best,
            (Closed::Lower, Better::Lower) => pair[0].best,
            (Closed::Upper, Better::Lower) => pair[1].worst,
        };
        let mut cut_points: Vec<f64> = self.0.windows(2).map(between).collect();
        if better == Better::Lower {
            cut_points.reverse();
        }
        cut_points
    }

    /// The scores of the bands along the values.
    pub(super) fn scores(&self, better: Better) -> Vec<u16> {
        let mut scores: Vec<u16> = self.0.iter().map(|run| run.score).collect();
        if better == Better::Lower {
            scores.reverse();
        }
        scores
    }
}

/// Scores with equal values together: each group gets the score of its first row, or of its last.
///
/// A weight of `w` is `w` rows of that value, so it must be whole: NTILE counts rows. Runs of groups with the same
/// score become one, since only a change of score is a cut point; scores that no group gets are left out of the scale.
///
/// # Errors
/// A weight that is no whole number, with its row.
pub(super) fn scores(
    values: &[f64],
    weights: Option<&[f64]>,
    bands: u16,
    better: Better,
    upper: bool,
) -> Result<Scored> {
    if let Some(weights) = weights
        && let Some(row) = weights.iter().position(|weight| weight.fract() != 0.0)
    {
        return Err(Error::parameter("weight", "a whole number for bands of equal counts", weights[row]).at_row(row));
    }
    let mut rows: Vec<(f64, f64)> = match weights {
        None => values.iter().map(|value| (*value, 1.0)).collect(),
        Some(weights) => values.iter().copied().zip(weights.iter().copied()).filter(|row| row.1 > 0.0).collect(),
    };
    let worst_first = |a: &f64, b: &f64| if better == Better::Higher { a.total_cmp(b) } else { b.total_cmp(a) };
    rows.sort_unstable_by(|a, b| worst_first(&a.0, &b.0));
    let count: f64 = rows.iter().map(|row| row.1).sum();
    let (mut runs, mut before) = (Vec::<Run>::new(), 0.0);
    for group in rows.chunk_by(|a, b| a.0 == b.0) {
        let after = before + group.iter().map(|row| row.1).sum::<f64>();
        let score = ntile(if upper { after - 1.0 } else { before }, count, bands);
        let value = group[0].0;
        match runs.last_mut() {
            Some(run) if run.score == score => run.best = value,
            _ => runs.push(Run { worst: value, best: value, score }),
        }
        before = after;
    }
    Ok(Scored(runs))
}

/// Scores with equal values split in the order of the rows.
///
/// The sort is stable, so equal values keep the order of the rows, from the worst score on.
pub(super) fn split(values: &[f64], bands: u16, better: Better) -> Vec<u16> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    // `-0.0` and `0.0` are equal values, so the plain comparison: all values are finite
    let compare = |a: usize, b: usize| values[a].partial_cmp(&values[b]).unwrap_or(std::cmp::Ordering::Equal);
    match better {
        Better::Higher => order.sort_by(|a, b| compare(*a, *b)),
        Better::Lower => order.sort_by(|a, b| compare(*b, *a)),
    }
    let mut scores = vec![0; values.len()];
    for (place, row) in order.into_iter().enumerate() {
        scores[row] = ntile(place as f64, values.len() as f64, bands);
    }
    scores
}

/// `NTILE` of SQL: the bucket of row `place` (from 0) of `count`; the first `count % bands` buckets have a row more.
///
/// In floats, which are exact for counts below 2⁵³; with fewer rows than bands each row is a bucket.
fn ntile(place: f64, count: f64, bands: u16) -> u16 {
    let bands = f64::from(bands);
    let small = (count / bands).floor();
    let larger = count - small * bands;
    let in_larger = larger * (small + 1.0);
    let bucket = if place < in_larger {
        (place / (small + 1.0)).floor()
    } else {
        larger + ((place - in_larger) / small).floor()
    };
    bucket as u16 + 1
}
