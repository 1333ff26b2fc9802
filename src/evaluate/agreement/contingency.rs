//! The table that all figures of agreement are made of: how many rows are in a group of one division and one of another.

use crate::error::{Error, Result};
use crate::evaluate::partition::{NONE_LABEL, Partition};

/// How many rows are in each pair of groups of two divisions.
///
/// Rows that are in none in either are left out and counted; [`Partition::none_as_group`] takes them for a group, as
/// scikit-learn does with -1.
///
/// ```
/// use segmentry::evaluate::{Contingency, Partition};
///
/// let known = Partition::of([0, 0, 0, 1, 1, 1])?;
/// let found = Partition::of([0, 0, 1, 1, 2, 2])?;
/// let table = Contingency::new(&known, &found)?;
/// assert!((table.adjusted_rand() - 0.242_424_2).abs() < 1e-6);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contingency {
    /// Pairs of groups that have rows, in their order: the first's group, the second's, how many.
    cells: Vec<(u32, u32, u64)>,
    first: Vec<u64>,
    second: Vec<u64>,
    rows: u64,
    left_out: u64,
}

impl Contingency {
    /// The table of two divisions of the same rows.
    ///
    /// O(n) time where the product of the numbers of groups is small, O(n log n) otherwise; memory O(cells).
    ///
    /// # Errors
    /// If they are not of as many rows, or no row is in a group of both.
    pub fn new(first: &Partition, second: &Partition) -> Result<Self> {
        if first.len() != second.len() {
            return Err(Error::length("the second division", second.len(), first.len()));
        }
        let width = second.groups();
        let pairs = || first.labels().iter().zip(second.labels());
        let both = || pairs().filter(|(a, b)| **a != NONE_LABEL && **b != NONE_LABEL);
        let cells: Vec<(u32, u32, u64)> = if first.groups().saturating_mul(width) <= 4 * first.len() + 1024 {
            let mut table = vec![0_u64; first.groups() * width];
            both().for_each(|(a, b)| table[*a as usize * width + *b as usize] += 1);
            let filled = table.into_iter().enumerate().filter(|(_, count)| *count > 0);
            filled.map(|(at, count)| ((at / width) as u32, (at % width) as u32, count)).collect()
        } else {
            let mut all: Vec<(u32, u32)> = both().map(|(a, b)| (*a, *b)).collect();
            all.sort_unstable();
            all.chunk_by(|a, b| a == b).map(|same| (same[0].0, same[0].1, same.len() as u64)).collect()
        };
        let (mut sums, mut others) = (vec![0; first.groups()], vec![0; width]);
        for (a, b, count) in &cells {
            sums[*a as usize] += count;
            others[*b as usize] += count;
        }
        let rows = sums.iter().sum();
        if rows == 0 {
            return Err(Error::empty("rows that are in a group of both divisions"));
        }
        Ok(Contingency { cells, first: sums, second: others, rows, left_out: first.len() as u64 - rows })
    }

    /// How many rows are in a group of both.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows are in none in one of them.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The adjusted Rand index: 1 for the same groups, 0 on average for groups drawn at random with these sizes.
    ///
    /// 1 where both divisions put all together or all apart, as scikit-learn. (L. Hubert and P. Arabie 1985, Comparing
    /// partitions, DOI 10.1007/BF01908075.)
    pub fn adjusted_rand(&self) -> f64 {
        let pairs = |counts: &mut dyn Iterator<Item = u64>| -> u128 {
            counts.map(|count| u128::from(count) * u128::from(count.saturating_sub(1)) / 2).sum()
        };
        let together = pairs(&mut self.cells.iter().map(|cell| cell.2)) as f64;
        let (a, b) = (pairs(&mut self.first.iter().copied()), pairs(&mut self.second.iter().copied()));
        let all = pairs(&mut std::iter::once(self.rows));
        if a == b && (a == 0 || a == all) {
            return 1.0;
        }
        let expected = a as f64 * (b as f64 / all as f64);
        let most = (a as f64 + b as f64) / 2.0;
        (together - expected) / (most - expected)
    }
}
