//! Rows in the layout in which a processor works on several at once: column after column, some rows at a time.
//!
//! Rows come row after row. A block turns some of them once, and all that is computed of them stays in the nearest cache
//! until they are done with. Loops over a [`Column`] have a fixed length and no branch.

use std::ops::Range;

use crate::cluster::Points;

/// How many rows are worked on together: their columns and what is made of them stay in the nearest cache.
pub(super) const ROWS: usize = 128;
/// How many of them are in one go of the innermost loops, which compile to vector instructions.
pub(super) const LANES: usize = 8;

/// One number for each row of a block.
pub(super) type Column = [f64; ROWS];

/// The largest number a mixture can work with: its square is still a number.
pub(super) const LARGEST: f64 = 1e140;

/// Some rows, column after column, with their weights.
///
/// Places that no row takes have a row of weight 0, so that kernels need not ask.
#[derive(Debug)]
pub(super) struct Block {
    /// The numbers of the rows, a column at a time.
    pub(super) columns: Vec<Column>,
    /// How much each row counts.
    pub(super) weights: Column,
    /// The rows it holds, in the order of the input.
    pub(super) rows: Range<usize>,
}

impl Block {
    /// A block without rows, for rows of that many numbers.
    pub(super) fn new(dimensions: usize) -> Self {
        Block { columns: vec![[0.0; ROWS]; dimensions], weights: [0.0; ROWS], rows: 0..0 }
    }

    /// Takes these rows, at most [`ROWS`] of them.
    pub(super) fn load(&mut self, points: &Points<'_>, rows: Range<usize>) {
        self.weights = [0.0; ROWS];
        for (lane, row) in rows.clone().enumerate() {
            self.weights[lane] = points.weight(row);
            for (column, value) in self.columns.iter_mut().zip(points.row(row)) {
                column[lane] = within(*value);
            }
        }
        for column in &mut self.columns {
            let first = column[0];
            column[rows.len()..].fill(first);
        }
        self.rows = rows;
    }
}

/// A number that is not too large to be squared. Rows to learn from are checked; strangers may be anywhere.
pub(super) fn within(value: f64) -> f64 {
    value.clamp(-LARGEST, LARGEST)
}

/// The sum of the products of two columns, in an order that depends on nothing.
#[inline(always)]
pub(super) fn dot(a: &Column, b: &Column) -> f64 {
    let mut sums = [0.0; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// The sum of a column, in the order of [`dot`]: eight sums side by side, then these.
#[inline(always)]
pub(super) fn total(a: &Column) -> f64 {
    let mut sums = [0.0; LANES];
    for a in a.as_chunks::<LANES>().0 {
        for lane in 0..LANES {
            sums[lane] += a[lane];
        }
    }
    sums.iter().sum()
}
