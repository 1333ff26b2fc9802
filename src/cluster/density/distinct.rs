//! Rows that are the same become one row that weighs as much.
//!
//! Customers who bought once for the same price are many. A heap of them costs as much as one row, and no method has to
//! ask which of two equal rows is the nearer.
//!
//! Equal are rows whose numbers are all equal, 0 and -0 among them. Rows that differ in their last bits are two rows. A
//! row is named by the first of its kind. So the order of the rows is kept, and ties that go to the first row go to the
//! same row as they would without this. Rows without weight are left out: nothing is learnt from them.

use std::hash::{BuildHasher, Hasher};

use hashbrown::HashTable;

use crate::value::HASHER;

use super::super::points::Points;

/// Stands for no row, and for no group of rows.
pub(crate) const NOBODY: u32 = u32::MAX;

/// The rows that differ, in the order in which they come first.
///
/// A weight of 2 and two equal rows of weight 1 are the same here, and so they are the same everywhere behind.
#[derive(Clone, Debug)]
pub(crate) struct Distinct {
    /// The first row of each, which rises.
    pub(crate) first: Vec<u32>,
    /// Which of them each row is; [`NOBODY`] if the row has no weight.
    pub(crate) of: Vec<u32>,
    /// How much each weighs.
    pub(crate) weights: Vec<f64>,
    /// Their numbers, row after row.
    ///
    /// As they came, not scaled.
    pub(crate) data: Vec<f64>,
}

impl Distinct {
    /// The rows that differ among those with a weight. O(n d).
    ///
    /// Rows are found again by a hash of their numbers; the order is that of the rows, never that of the hashes.
    pub(crate) fn new(points: &Points<'_>) -> Self {
        let mut table: HashTable<u32> = HashTable::with_capacity(points.len());
        let mut out = Distinct {
            first: Vec::with_capacity(points.len()),
            of: vec![NOBODY; points.len()],
            weights: Vec::with_capacity(points.len()),
            data: Vec::with_capacity(points.data().len()),
        };
        for row in 0..points.len() {
            let (weight, numbers) = (points.weight(row), points.row(row));
            if weight == 0.0 {
                continue;
            }
            let hashed = hash(numbers);
            let same = |known: &u32| points.row(out.first[*known as usize] as usize) == numbers;
            if let Some(known) = table.find(hashed, same).copied() {
                out.of[row] = known;
                out.weights[known as usize] += weight;
                continue;
            }
            let number = out.first.len() as u32;
            let rehash = |known: &u32| hash(points.row(out.first[*known as usize] as usize));
            table.insert_unique(hashed, number, rehash);
            out.of[row] = number;
            out.first.push(row as u32);
            out.weights.push(weight);
            out.data.extend_from_slice(numbers);
        }
        out
    }

    /// How many rows differ; at least one, because some row has a weight.
    pub(crate) fn len(&self) -> usize {
        self.first.len()
    }

    /// The weights, if they are not all 1. Where they are, counting rows is enough and weights need not be read.
    pub(crate) fn uneven(&self) -> Option<&[f64]> {
        self.weights.iter().any(|weight| *weight != 1.0).then_some(&self.weights)
    }
}

/// The same for rows that are equal: 0 and -0 are.
fn hash(numbers: &[f64]) -> u64 {
    let mut hasher = HASHER.build_hasher();
    for number in numbers {
        hasher.write_u64((number + 0.0).to_bits());
    }
    hasher.finish()
}

#[cfg(test)]
#[path = "distinct_tests.rs"]
mod tests;
