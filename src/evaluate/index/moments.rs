//! Weight, mean and sums of squares of each group, in one pass over the rows.
//!
//! A pass adds up differences from a row near the middle of each group, and their squares. Since the differences are as
//! small as the group is wide, an offset of the rows costs no digits, and the sum of squares about the mean follows
//! without a second pass. Where the row turns out to be far from the mean, as in a group that is sorted by an
//! outlier, the pass is made again from the mean that was found.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::evaluate::division::Division;
use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

use super::rows::Rows;

/// How many times greater squares about the provisional mean may be than about the mean: six binary digits.
const NEAR: f64 = 64.0;

/// Sums of squares within which none overflowed and none that mattered vanished.
const SAFE: std::ops::RangeInclusive<f64> = 1e-250..=1e300;

/// What means and scatter of groups say, all in the unit of [`Moments::scale`].
///
/// Groups are numbered as in the partition; those without a row that counts are not among [`Moments::present`].
#[derive(Clone, Debug)]
pub(super) struct Moments<'a> {
    /// The rows, perhaps divided by a power of two.
    pub(super) rows: Rows<'a>,
    /// The groups that have weight.
    pub(super) present: Vec<usize>,
    /// The weight of each group: its size where all rows count 1.
    pub(super) weights: Vec<f64>,
    /// The sum of the weights.
    pub(super) total: f64,
    /// A row near the middle of each group.
    near: Vec<f64>,
    /// The mean of each group less that row.
    offsets: Vec<f64>,
    /// The sum of squares about the group's mean, column by column.
    squares: Vec<f64>,
    /// From where [`Moments::centers`] and the mean of all are counted.
    origin: Vec<f64>,
    /// The mean of each group less the origin.
    centers: Vec<f64>,
    /// The mean of all rows less the origin.
    mean: Vec<f64>,
}

/// What one pass adds up for each group: weights, differences, squares of differences.
struct Sums {
    weights: Vec<f64>,
    differences: Vec<f64>,
    squares: Vec<f64>,
}

impl<'a> Moments<'a> {
    /// Of all rows that are in a group and count.
    ///
    /// O(n d) time; memory O(k d) and at most a quarter of the rows for partial sums.
    ///
    /// # Errors
    /// If no row is in a group, a column holds categories, or a value is missing.
    pub(super) fn of(division: &'a Division<'a>) -> Result<Self> {
        let rows = Rows::of(division)?;
        let moments = Moments::of_rows(rows);
        let moments = match sum(moments.squares.iter().copied()) + moments.between() {
            squares if SAFE.contains(&squares) => moments,
            _ => Moments::of_rows(moments.rows.near_one()?),
        };
        if moments.present.is_empty() {
            return Err(Error::empty("rows in a group"));
        }
        Ok(moments)
    }

    /// Passes until the provisional means were near enough, at most three.
    ///
    /// The sum of squares about the mean is that about the provisional mean less the square of the difference. If the
    /// latter is most of the former, digits are lost, and the found means are better provisional ones.
    fn of_rows(rows: Rows<'a>) -> Self {
        let mut near = rows.samples();
        let (d, mut tries) = (rows.dimensions, 0);
        let (sums, offsets, squares) = loop {
            let sums = Sums::of(&rows, &near);
            let means = sums.differences.iter().enumerate();
            let offsets: Vec<f64> = means.map(|(at, difference)| mean(*difference, sums.weights[at / d])).collect();
            let about = offsets.iter().zip(&sums.differences).zip(&sums.squares);
            let squares: Vec<f64> = about.map(|((offset, sum), square)| (square - offset * sum).max(0.0)).collect();
            tries += 1;
            if tries == 3 || sums.squares.iter().zip(&squares).all(|(found, about)| *found <= NEAR * about) {
                break (sums, offsets, squares);
            }
            near.iter_mut().zip(&offsets).for_each(|(near, offset)| *near += offset);
        };
        let present: Vec<usize> = (0..rows.groups).filter(|group| sums.weights[*group] > 0.0).collect();
        let first = present.first().map_or(0..0, |group| group * d..(group + 1) * d);
        let origin = near[first].to_vec();
        let places = near.iter().zip(&offsets).enumerate().map(|(at, (near, offset))| {
            let origin = origin.get(at % d).copied().unwrap_or(0.0);
            (near - origin) + offset
        });
        let centers: Vec<f64> = places.collect();
        let total = sum(sums.weights.iter().copied());
        let mean = (0..d).map(|column| {
            let parts = present.iter().map(|group| sums.weights[*group] / total * centers[group * d + column]);
            sum(parts)
        });
        let mean = mean.collect();
        Moments { rows, present, weights: sums.weights, total, near, offsets, squares, origin, centers, mean }
    }

    /// How many groups have weight.
    pub(super) fn groups(&self) -> usize {
        self.present.len()
    }

    /// How many columns.
    pub(super) fn dimensions(&self) -> usize {
        self.rows.dimensions
    }

    /// What the rows were divided by: a length times this is a length of the rows.
    pub(super) fn scale(&self) -> f64 {
        self.rows.scale
    }

    /// The sum of squares about the mean of a group, column by column.
    pub(super) fn squares(&self, group: usize) -> &[f64] {
        &self.squares[self.cells(group)]
    }

    /// The sum of squares about the mean of a group: the trace of its scatter matrix.
    pub(super) fn within(&self, group: usize) -> f64 {
        sum(self.squares(group).iter().copied())
    }

    /// The same of all groups together.
    pub(super) fn within_all(&self) -> f64 {
        sum(self.present.iter().map(|group| self.within(*group)))
    }

    /// The sum of squares of one column within all groups.
    pub(super) fn within_column(&self, column: usize) -> f64 {
        sum(self.present.iter().map(|group| self.squares(*group)[column]))
    }

    /// The sum of squares of one column between groups: of their means about the mean of all, by weight.
    pub(super) fn between_column(&self, column: usize) -> f64 {
        sum(self.present.iter().map(|group| {
            let difference = self.center(*group)[column] - self.mean[column];
            self.weights[*group] * difference * difference
        }))
    }

    /// The same of all columns together.
    pub(super) fn between(&self) -> f64 {
        sum((0..self.mean.len()).map(|column| self.between_column(column)))
    }

    /// The mean of a group, counted from an origin that is the same for all.
    pub(super) fn center(&self, group: usize) -> &[f64] {
        &self.centers[self.cells(group)]
    }

    /// The mean of all rows, counted from the same origin.
    pub(super) fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// That origin, as a row.
    pub(super) fn origin(&self) -> &[f64] {
        &self.origin
    }

    /// How far the means of two groups are from each other.
    ///
    /// Rows near the groups are compared first, so that an offset of both costs no digits.
    pub(super) fn apart(&self, a: usize, b: usize) -> f64 {
        let rows = self.near[self.cells(a)].iter().zip(&self.near[self.cells(b)]);
        let offsets = self.offsets[self.cells(a)].iter().zip(&self.offsets[self.cells(b)]);
        let squares = rows.zip(offsets).map(|((a, b), (c, d))| ((a - b) + (c - d)) * ((a - b) + (c - d)));
        squares.sum::<f64>().sqrt()
    }

    /// What the mean of a group is made of: a row near it, and what is to be added to that.
    ///
    /// A difference from the first and then from the second loses no digits to an offset.
    pub(super) fn parts(&self, group: usize) -> (&[f64], &[f64]) {
        (&self.near[self.cells(group)], &self.offsets[self.cells(group)])
    }

    /// Where the numbers of a group stand in lists of a number for each group and column.
    fn cells(&self, group: usize) -> Range<usize> {
        group * self.rows.dimensions..(group + 1) * self.rows.dimensions
    }
}

/// A mean; 0 of no weight.
fn mean(sum: f64, weight: f64) -> f64 {
    if weight > 0.0 { sum / weight } else { 0.0 }
}

impl Sums {
    /// One pass: chunks in parallel, their sums added in order with compensation.
    ///
    /// A chunk has at least eight rows for each group, so that partial sums take at most a quarter of the rows' memory.
    fn of(rows: &Rows<'_>, near: &[f64]) -> Self {
        let (d, k) = (rows.dimensions, rows.groups);
        let parts = map_chunks(rows.len(), CHUNK.max(8 * k), |range| {
            let (mut weights, mut sums) = (vec![0.0; k], vec![0.0; 2 * d * k]);
            rows.each(range, |group, weight, row| {
                weights[group] += weight;
                let (sums, squares) = sums[2 * d * group..2 * d * (group + 1)].split_at_mut(d);
                let near = &near[d * group..d * (group + 1)];
                let cells = sums.iter_mut().zip(squares).zip(row.iter().zip(near));
                for ((sum, square), (value, near)) in cells {
                    let difference = value - near;
                    *sum += weight * difference;
                    *square += weight * difference * difference;
                }
            });
            (weights, sums)
        });
        let total = |at: usize| sum(parts.iter().map(|(_, sums)| sums[at]));
        let cells = |second: usize| move |at: usize| 2 * d * (at / d) + second * d + at % d;
        Sums {
            weights: (0..k).map(|group| sum(parts.iter().map(|(weights, _)| weights[group]))).collect(),
            differences: (0..k * d).map(cells(0)).map(total).collect(),
            squares: (0..k * d).map(cells(1)).map(total).collect(),
        }
    }
}
