//! How far rows are from the mean of their group and from the mean of all: one more pass, once the means are known.
//!
//! Sums of squares follow from one pass, sums of distances do not: the root of each row's sum of squares needs the mean
//! first.

use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

use super::moments::Moments;

/// Sums of Euclidean distances, each row by its weight, in the unit of the moments.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// From the mean of the group, for each group.
    pub(super) own: Vec<f64>,
    /// From the mean of all rows, over all rows that are in a group.
    pub(super) all: f64,
}

impl Spread {
    /// The distances of all rows.
    ///
    /// O(n d). Chunks are of one size and their sums are added in order, so the bits are the same on any number of
    /// threads.
    pub(super) fn of(moments: &Moments<'_>) -> Self {
        let rows = &moments.rows;
        let parts = map_chunks(rows.len(), CHUNK.max(8 * rows.groups), |range| {
            let (mut own, mut all) = (vec![0.0; rows.groups], 0.0);
            rows.each(range, |group, weight, row| {
                let (near, offset) = moments.parts(group);
                own[group] += weight * squared(row, near, offset).sqrt();
                all += weight * squared(row, moments.origin(), moments.mean()).sqrt();
            });
            (own, all)
        });
        Spread {
            own: (0..rows.groups).map(|group| sum(parts.iter().map(|(own, _)| own[group]))).collect(),
            all: sum(parts.iter().map(|(_, all)| *all)),
        }
    }

    /// The mean distance of the rows of a group from its mean, by weight; the group must have weight.
    pub(super) fn mean(&self, moments: &Moments<'_>, group: usize) -> f64 {
        self.own[group] / moments.weights[group]
    }
}

/// The squared distance of a row from a point that is given in two parts, of which the first is a row.
///
/// Four sums side by side, which a compiler turns into few instructions; the order of the additions is fixed, so the
/// bits are the same on any machine.
#[inline(always)]
pub(super) fn squared(row: &[f64], near: &[f64], offset: &[f64]) -> f64 {
    let ((row, rest), (near, near_rest)) = (row.as_chunks::<4>(), near.as_chunks::<4>());
    let (offset, offset_rest) = offset.as_chunks::<4>();
    let mut lanes = [0.0; 4];
    for ((row, near), offset) in row.iter().zip(near).zip(offset) {
        for lane in 0..4 {
            let difference = (row[lane] - near[lane]) - offset[lane];
            lanes[lane] += difference * difference;
        }
    }
    let rest = rest.iter().zip(near_rest).zip(offset_rest).map(|((row, near), offset)| (row - near) - offset);
    let rest: f64 = rest.map(|difference| difference * difference).sum();
    ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + rest
}
