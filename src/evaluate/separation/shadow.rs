//! Shadow values: how near each row stands to the border between two means.
//!
//! The shadow is 2 d₁ / (d₁ + d₂) with the distances from the nearest and the second nearest mean. A silhouette asks the same of
//! all pairs of rows and takes O(n²); this takes O(n k).
//!
//! A row that is nearer another mean than its own segment's (as rows of rules or tiers may be) has the shadow of the two
//! nearest means, and counts for its own segment: how many such there are is told beside the mean.

use crate::parallel;

use super::Rows;

/// Rows of a chunk.
const ROWS: usize = 4096;

/// The shadows of one segment's rows.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Shadow {
    /// The mean shadow: 0 on the mean, 1 on the border.
    pub mean: f64,
    /// The share of its rows for which the mean of another segment is nearer.
    pub nearer_another: f64,
}

/// What one row says: its shadow, the nearest other mean, and whether that is nearer than its own.
pub(super) struct Value {
    pub(super) shadow: f64,
    pub(super) other: usize,
    pub(super) misplaced: bool,
}

/// The shadow of each segment and s_ij. O(n k d).
pub(super) fn of(rows: &Rows) -> (Vec<Shadow>, Vec<Vec<f64>>) {
    let k = rows.groups();
    let (mut shadows, mut similarity) = (Vec::with_capacity(k), Vec::with_capacity(k));
    for group in 0..k {
        let span = rows.span(group);
        let parts = parallel::map_chunks(span.len(), ROWS, |chunk| {
            let mut part = (vec![0.0; k], 0.0);
            for at in chunk {
                let value = value(rows, span.start + at, group);
                let weight = rows.weight(span.start + at);
                part.0[value.other] += weight * value.shadow;
                part.1 += if value.misplaced { weight } else { 0.0 };
            }
            part
        });
        let (mut sums, mut misplaced) = (vec![0.0; k], 0.0);
        for (part, off) in parts {
            sums.iter_mut().zip(part).for_each(|(sum, more)| *sum += more);
            misplaced += off;
        }
        let size = rows.sizes[group];
        let row: Vec<f64> = sums.iter().map(|sum| (sum / size).min(1.0)).collect();
        shadows.push(Shadow { mean: row.iter().sum::<f64>().min(1.0), nearer_another: (misplaced / size).min(1.0) });
        similarity.push(row);
    }
    (shadows, similarity)
}

/// The shadow of a row that is in `group`. Of several means as near the first counts, but its own before others.
pub(super) fn value(rows: &Rows, at: usize, group: usize) -> Value {
    let row = rows.row(at);
    let distance = |other: usize| {
        let squares = row.iter().zip(rows.mean(other)).map(|(x, mean)| (x - mean) * (x - mean));
        squares.sum::<f64>().sqrt()
    };
    let own = distance(group);
    // the nearest two of the others
    let (mut first, mut second, mut other) = (f64::INFINITY, f64::INFINITY, usize::from(group == 0));
    for candidate in (0..rows.groups()).filter(|candidate| *candidate != group) {
        let away = distance(candidate);
        if away < first {
            (first, second, other) = (away, first, candidate);
        } else if away < second {
            second = away;
        }
    }
    let misplaced = first < own;
    let (nearest, next) = if misplaced { (first, own.min(second)) } else { (own, first) };
    // where both are nothing, two means are the same and the row stands on them: between them
    let shadow = if nearest + next > 0.0 { 2.0 * nearest / (nearest + next) } else { 1.0 };
    Value { shadow, other, misplaced }
}
