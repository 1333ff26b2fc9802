//! The rows as kernels of means read them: numbers, groups and weights side by side, straight from the points.
//!
//! No copy is made, except where squares would overflow or vanish: then all rows are divided by one power of two, which
//! loses no digit, and figures are brought back to the scale of the rows at the end.

use std::borrow::Cow;
use std::ops::Range;

use crate::error::{Error, Result};
use crate::evaluate::division::Division;
use crate::evaluate::partition::NONE_LABEL;
use crate::features::encoding::Meaning;
use crate::parallel::{CHUNK, map_chunks};

/// Rows of a group from which its first, provisional mean is made.
const SAMPLE: usize = 32;

/// Rows, the group of each and how much each counts.
///
/// Cheap to make and to copy where the rows are borrowed. Kernels see rows by [`Rows::each`] alone, so what is left out
/// is decided in one place.
#[derive(Clone, Debug)]
pub(super) struct Rows<'a> {
    /// All numbers, row after row.
    data: Cow<'a, [f64]>,
    /// The group of each row, or [`NONE_LABEL`].
    labels: &'a [u32],
    /// How much each row counts; `None` if each counts 1.
    weights: Option<&'a [f64]>,
    /// How many columns.
    pub(super) dimensions: usize,
    /// How many groups the partition names; some may have no row that counts.
    pub(super) groups: usize,
    /// What the numbers were divided by: a power of two.
    pub(super) scale: f64,
}

impl<'a> Rows<'a> {
    /// The rows of a division, as they are.
    ///
    /// # Errors
    /// If a column holds categories: they have no mean.
    pub(super) fn of(division: &'a Division<'a>) -> Result<Self> {
        let points = division.points();
        if let Some(column) = (0..points.dimensions()).find(|at| points.meaning(*at) == Meaning::Category) {
            let message = format!("means are not defined: column {column} holds categories; take a figure of pairs");
            return Err(Error::unsupported(message));
        }
        Ok(Rows {
            data: Cow::Borrowed(points.data()),
            labels: division.partition().labels(),
            weights: points.row_weights(),
            dimensions: points.dimensions(),
            groups: division.partition().groups(),
            scale: 1.0,
        })
    }

    /// How many rows, with those that do not count.
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Hands out the rows of a range that are in a group and count: the group, the weight, the numbers.
    ///
    /// In the order of rows. Where rows have no weights the loop knows that each counts 1.
    #[inline(always)]
    pub(super) fn each(&self, range: Range<usize>, mut work: impl FnMut(usize, f64, &[f64])) {
        let cells = &self.data[range.start * self.dimensions..range.end * self.dimensions];
        let rows = cells.chunks_exact(self.dimensions).zip(&self.labels[range.clone()]);
        match self.weights {
            None => {
                rows.filter(|(_, label)| **label != NONE_LABEL).for_each(|(row, label)| work(*label as usize, 1.0, row))
            }
            Some(weights) => rows.zip(&weights[range]).for_each(|((row, label), weight)| {
                if *label != NONE_LABEL && *weight > 0.0 {
                    work(*label as usize, *weight, row);
                }
            }),
        }
    }

    /// A row near the middle of each group, to count from: the mean of a few of its rows.
    ///
    /// Sums of differences from it stay small, so they lose no digits to a large offset. A group of equal rows gets
    /// exactly that row. Groups without a row that counts get zeros. O(k d), and a look at the groups of all rows where
    /// some group is rare.
    pub(super) fn samples(&self) -> Vec<f64> {
        let (mut seen, mut means) = (vec![0_u32; self.groups], vec![0.0; self.groups * self.dimensions]);
        let mut take = |group: usize, row: &[f64]| {
            seen[group] += 1;
            let share = 1.0 / f64::from(seen[group]);
            let mean = &mut means[group * row.len()..(group + 1) * row.len()];
            mean.iter_mut().zip(row).for_each(|(mean, value)| *mean += (value - *mean) * share);
        };
        let stride = (self.len() / (self.groups * SAMPLE).max(1)).max(1);
        (0..self.len()).step_by(stride).for_each(|row| self.each(row..row + 1, |group, _, row| take(group, row)));
        let mut rare: Vec<bool> = seen.iter().map(|seen| *seen == 0).collect();
        if rare.contains(&true) {
            self.each(0..self.len(), |group, _, row| {
                if std::mem::take(&mut rare[group]) {
                    means[group * row.len()..(group + 1) * row.len()].copy_from_slice(row);
                }
            });
        }
        means
    }

    /// The same rows divided by a power of two, so that the largest number is about 1.
    ///
    /// O(n d) time and memory; for the few inputs that need it.
    ///
    /// # Errors
    /// If a value is missing: it has no mean. The first in the order of rows.
    pub(super) fn near_one(&self) -> Result<Self> {
        let largest = map_chunks(self.len(), CHUNK, |range| {
            let (mut largest, mut missing) = (0.0_f64, false);
            self.each(range, |_, _, row| {
                largest = row.iter().fold(largest, |most, value| most.max(value.abs()));
                missing |= row.iter().any(|value| value.is_nan());
            });
            (largest, missing)
        });
        if largest.iter().any(|(_, missing)| *missing) {
            let cell = self.data.iter().position(|value| value.is_nan()).unwrap_or(0);
            let message = format!("means are not defined: column {} is missing", cell % self.dimensions);
            return Err(Error::unsupported(message).at_row(cell / self.dimensions));
        }
        let largest = largest.into_iter().fold(0.0_f64, |most, (largest, _)| most.max(largest));
        let power = if largest > 0.0 { largest.log2().floor().clamp(-1000.0, 1023.0) as i32 } else { 0 };
        let factor = 2.0_f64.powi(-power);
        let data = Cow::Owned(self.data.iter().map(|value| value * factor).collect());
        Ok(Rows { data, scale: self.scale * 2.0_f64.powi(power), ..self.clone() })
    }
}
