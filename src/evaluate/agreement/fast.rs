//! The adjusted Rand index of many pairs of lists, without an allocation for each: for bootstrap work.

use crate::error::{Error, Result};

use super::pairs::PairCounts;

/// Counts pairs of lists of groups one after another in the same table: one for each thread.
///
/// ```
/// use segmentry::evaluate::RandCounter;
///
/// let mut counter = RandCounter::default();
/// let found = counter.adjusted_rand(&[0, 0, 0, 1, 1, 1], &[0, 0, 1, 1, 2, 2], (2, 3))?;
/// assert!((found - 0.242_424_2).abs() < 1e-6);
/// assert_eq!(counter.adjusted_rand(&[0, 0, 1], &[1, 1, 0], (2, 2))?, 1.0); // the same memory again
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct RandCounter {
    /// Rows in each pair of groups, the last of each for rows in none.
    table: Vec<u32>,
    /// Rows in each group of the first list.
    first: Vec<u64>,
    /// Rows in each group of the second.
    second: Vec<u64>,
}

impl RandCounter {
    /// The adjusted Rand index, bit for bit that of [`Contingency`](super::Contingency) for the same rows.
    ///
    /// Groups are numbers below `groups`, for each list; rows with another number in either list are left out.
    ///
    /// # Cost
    /// O(n + k₁ k₂) time on one thread; memory O(k₁ k₂), kept for the next call.
    ///
    /// # Errors
    /// If the lists differ in length, or no row is in a group of both.
    pub fn adjusted_rand(&mut self, first: &[u32], second: &[u32], groups: (usize, usize)) -> Result<f64> {
        if first.len() != second.len() {
            return Err(Error::length("the second division", second.len(), first.len()));
        }
        let width = groups.1 + 1; // the last of each is for rows in none
        self.table.clear();
        self.table.resize((groups.0 + 1) * width, 0);
        for (a, b) in first.iter().zip(second) {
            self.table[(*a as usize).min(groups.0) * width + (*b as usize).min(groups.1)] += 1;
        }
        self.first.clear();
        self.second.clear();
        self.second.resize(groups.1, 0);
        for row in self.table.chunks_exact(width).take(groups.0) {
            let mut sum = 0;
            for (count, column) in row.iter().zip(&mut self.second) {
                sum += u64::from(*count);
                *column += u64::from(*count);
            }
            self.first.push(sum);
        }
        let rows = self.first.iter().sum();
        if rows == 0 {
            return Err(Error::empty("rows that are in a group of both divisions"));
        }
        let cells = self.table.chunks_exact(width).take(groups.0).flat_map(|row| &row[..groups.1]);
        let (first, second) = (self.first.iter().copied(), self.second.iter().copied());
        Ok(PairCounts::of(cells.map(|count| u64::from(*count)), first, second, rows).adjusted_rand())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
#[path = "fast_tests.rs"]
mod tests;
