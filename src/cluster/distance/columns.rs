//! Rows turned into columns: one row against many is a loop over each column, many rows with one instruction.
//!
//! The distances of n rows take n² / 2 times the columns; nothing that a method on distances does later takes as
//! long. So the loop over pairs is one over columns, then over rows that lie side by side, with no choice inside.

use crate::cluster::points::Points;
use crate::parallel;

use super::euclidean;

/// Rows in a block: its sums stay in the nearest cache.
pub(super) const BLOCK: usize = 1024;

/// The numbers of the rows, column after column.
pub(super) fn turned(points: &Points<'_>) -> Vec<f64> {
    let (len, dimensions) = (points.len(), points.dimensions());
    let mut values = vec![0.0; len * dimensions];
    parallel::fill(&mut values, len, |first, part| {
        let column = first / len;
        for (row, value) in part.iter_mut().enumerate() {
            *value = points.data()[row * dimensions + column];
        }
    });
    values
}

/// Rows of numbers for the straight line or city blocks.
pub(super) struct Plain {
    /// Column after column.
    values: Vec<f64>,
    /// How many rows.
    len: usize,
    /// How many columns.
    dimensions: usize,
    /// Whether differences are squared: the straight line.
    squared: bool,
}

impl Plain {
    /// Turns the rows.
    /// O(n d), and as much memory again as the rows have.
    pub(super) fn new(points: &Points<'_>, squared: bool) -> Self {
        Plain { values: turned(points), len: points.len(), dimensions: points.dimensions(), squared }
    }

    /// Writes how far a row is from the rows from `first` on: columns are added in their order, so the bits are those
    /// of two rows measured alone.
    pub(super) fn against(&self, row: usize, first: usize, out: &mut [f64]) {
        for (block, sums) in out.chunks_mut(BLOCK).enumerate() {
            let first = first + block * BLOCK;
            sums.fill(0.0);
            for column in 0..self.dimensions {
                let values = &self.values[column * self.len..(column + 1) * self.len];
                let (a, others) = (values[row], &values[first..first + sums.len()]);
                match self.squared {
                    true => sums.iter_mut().zip(others).for_each(|(sum, b)| *sum += (a - b) * (a - b)),
                    false => sums.iter_mut().zip(others).for_each(|(sum, b)| *sum += (a - b).abs()),
                }
            }
            if self.squared {
                self.roots(row, first, sums);
            }
        }
    }

    /// Takes the roots of sums of squares; where squares were too large or too small for numbers, measures again.
    /// This is rare, and then one pair after the other: rows are put together from the columns, and the largest difference is
    /// taken out before squares are.
    fn roots(&self, row: usize, first: usize, sums: &mut [f64]) {
        if sums.iter().all(|square| super::SQUARES.contains(square)) {
            sums.iter_mut().for_each(|sum| *sum = sum.sqrt());
            return;
        }
        let numbers = |row: usize| self.values.iter().skip(row).step_by(self.len).copied().collect::<Vec<f64>>();
        let a = numbers(row);
        for (other, sum) in sums.iter_mut().enumerate() {
            *sum = match super::SQUARES.contains(sum) {
                true => sum.sqrt(),
                false => euclidean(&a, &numbers(first + other)),
            };
        }
    }
}
