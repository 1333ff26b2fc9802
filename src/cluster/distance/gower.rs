//! Gower's distance: each column by what it means, what is missing left out pair by pair.
//!
//! The definition is that of Kaufman and Rousseeuw 1990, as `daisy` of the R package cluster documents it:
//!
//! d(a, b) = sum of w(c) δ(c) d(c) / sum of w(c) δ(c) over the columns c, where
//!
//! - d(c) of a number or rank is the difference divided by the column's range among the rows learnt from; 0 where the
//!   range is 0 and both are equal;
//! - d(c) of a category or flag is 0 if both are equal and 1 if not;
//! - δ(c) is 0 if either is missing, or the column is an asymmetric flag and both are 0; else 1.
//!
//! # Differs from
//! `daisy` in what it does not meet: a stranger outside the range may be more than 1 away in that column. The Python
//! package gower computes in 32 bits and does not tell asymmetric flags from others.
//!
//! # References
//! J. C. Gower 1971, DOI 10.2307/2528823; L. Kaufman and P. J. Rousseeuw 1990, chapter 1, DOI
//! 10.1002/9780470316801. Ranks are taken as the numbers they are, which is what `daisy` does with ordered factors.

use crate::error::{Error, Result};
use crate::features::encoding::Meaning;

use super::by_equality;
use super::columns::{BLOCK, turned};
use crate::cluster::points::Points;

/// What is known of a column.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Column {
    /// What its numbers mean.
    pub(super) meaning: Meaning,
    /// The largest less the smallest number, of numbers and ranks; else 0.
    pub(super) range: f64,
    /// How much it counts.
    pub(super) weight: f64,
}

/// The ranges of the columns.
///
/// # Errors
/// If weights are given and not as many as columns, one is negative or not finite, or all are 0.
pub(super) fn learn(points: &Points<'_>, weights: &[f64]) -> Result<Vec<Column>> {
    let dimensions = points.dimensions();
    if !weights.is_empty() && weights.len() != dimensions {
        return Err(Error::length("weights of columns", weights.len(), dimensions));
    }
    if let Some(bad) = weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
        return Err(Error::parameter("weights of columns", "finite numbers of at least 0", bad));
    }
    if !weights.is_empty() && weights.iter().all(|weight| *weight == 0.0) {
        return Err(Error::parameter("weights of columns", "above 0 for at least one column", 0));
    }
    let (mut low, mut high) = (vec![f64::INFINITY; dimensions], vec![f64::NEG_INFINITY; dimensions]);
    for row in 0..points.len() {
        for (column, value) in points.row(row).iter().enumerate().filter(|(_, value)| !value.is_nan()) {
            low[column] = low[column].min(*value);
            high[column] = high[column].max(*value);
        }
    }
    let column = |column: usize| {
        let meaning = points.meaning(column);
        let ranged = !by_equality(meaning) && high[column] > low[column];
        let range = if ranged { high[column] - low[column] } else { 0.0 };
        Column { meaning, range, weight: weights.get(column).copied().unwrap_or(1.0) }
    };
    Ok((0..dimensions).map(column).collect())
}

impl Column {
    /// How far two values are, and whether they can be compared.
    #[inline(always)]
    fn compare(self, a: f64, b: f64) -> (f64, bool) {
        let known = !a.is_nan() & !b.is_nan();
        match self.meaning {
            Meaning::AsymmetricFlag => (f64::from(u8::from(a != b)), known & ((a != 0.0) | (b != 0.0))),
            Meaning::Number | Meaning::Rank if self.range > 0.0 => ((a - b).abs() / self.range, known),
            _ => (f64::from(u8::from(a != b)), known),
        }
    }
}

/// How far two rows are from each other; NaN if no column that counts can be compared.
pub(super) fn between(columns: &[Column], a: &[f64], b: &[f64]) -> f64 {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (column, (x, y)) in columns.iter().zip(a.iter().zip(b)) {
        let (difference, counts) = column.compare(*x, *y);
        sum += if counts { column.weight * difference } else { 0.0 };
        weights += if counts { column.weight } else { 0.0 };
    }
    if weights > 0.0 { sum / weights } else { f64::NAN }
}

/// Rows turned into columns: one row against many is a loop over each column.
pub(super) struct Columns {
    /// Column after column.
    values: Vec<f64>,
    /// What is known of each.
    columns: Vec<Column>,
    /// The sum of the weights, if all columns of all rows can be compared.
    whole: Option<f64>,
    /// How many rows.
    len: usize,
}

impl Columns {
    /// Turns the rows.
    /// Where nothing is missing and no flag is asymmetric, all rows are compared in all columns, and the sum of
    /// weights is known beforehand.
    pub(super) fn new(points: &Points<'_>, columns: &[Column]) -> Self {
        let comparable = columns.iter().all(|column| column.meaning != Meaning::AsymmetricFlag)
            && points.data().iter().all(|value| !value.is_nan());
        let whole = comparable.then(|| columns.iter().fold(0.0, |sum, column| sum + column.weight));
        Columns { values: turned(points), columns: columns.to_vec(), whole, len: points.len() }
    }

    /// Writes how far a row is from the rows from `first` on: the bits of [`between`].
    pub(super) fn against(&self, row: usize, first: usize, out: &mut [f64]) {
        let mut weights = [0.0; BLOCK];
        for (block, sums) in out.chunks_mut(BLOCK).enumerate() {
            let weights = &mut weights[..sums.len()];
            weights.fill(self.whole.unwrap_or(0.0));
            sums.fill(0.0);
            for (at, column) in self.columns.iter().enumerate() {
                let values = &self.values[at * self.len..(at + 1) * self.len];
                let others = &values[first + block * BLOCK..][..sums.len()];
                // one loop for each way to compare, so that none of them has a choice inside
                let (a, by_range) = (values[row], column.range > 0.0 && !by_equality(column.meaning));
                match (self.whole.is_some(), by_range) {
                    (true, true) => {
                        for (sum, b) in sums.iter_mut().zip(others) {
                            *sum += column.weight * ((a - b).abs() / column.range);
                        }
                    }
                    (true, false) => {
                        for (sum, b) in sums.iter_mut().zip(others) {
                            *sum += if a == *b { 0.0 } else { column.weight };
                        }
                    }
                    (false, _) => {
                        for ((sum, weight), b) in sums.iter_mut().zip(&mut *weights).zip(others) {
                            let (difference, counts) = column.compare(a, *b);
                            *sum += if counts { column.weight * difference } else { 0.0 };
                            *weight += if counts { column.weight } else { 0.0 };
                        }
                    }
                }
            }
            for (sum, weight) in sums.iter_mut().zip(&*weights) {
                *sum = if *weight > 0.0 { *sum / weight } else { f64::NAN };
            }
        }
    }
}
