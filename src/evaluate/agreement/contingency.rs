//! The table that all figures of agreement are made of: how many rows are in a group of one division and one of another.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::evaluate::partition::Partition;

use super::count::{self, Cell};
use super::names::Names;
use super::pairs::PairCounts;

/// The largest sum of weights: whole numbers up to it are exact as `f64`.
const MOST: u64 = 1 << 53;

/// How many rows are in each pair of groups of two divisions.
///
/// Rows that are in none in either are left out and counted; [`Partition::none_as_group`] takes them for a group, as
/// scikit-learn does with -1.
///
/// Counts are whole numbers, and so are weights: a row of weight 3 is three equal rows, for every figure. Weights that
/// are shares of something are multiplied first, by 1000 say, and rounded: figures made of entropies and of overlaps
/// do not change with the scale, those made of pairs and those adjusted for chance would not be defined without one.
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
///
/// # Cost
/// Time O(n + k₁ k₂) where the product of the numbers of groups is small beside n, O(n log n) at most otherwise; memory
/// O(cells), and O(n) while it is made of very many groups.
///
/// # Determinism
/// The same on any number of threads.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Contingency {
    /// Pairs of groups that have rows, in their order: the first's group, the second's, how many.
    cells: Vec<Cell>,
    first: Vec<u64>,
    second: Vec<u64>,
    rows: u64,
    left_out: u64,
    #[cfg_attr(feature = "serde", serde(flatten, skip_serializing_if = "Option::is_none"))]
    names: Option<Arc<Names>>,
}

impl Contingency {
    /// The table of two divisions of the same rows.
    ///
    /// # Errors
    /// If they are not of as many rows, or no row is in a group of both.
    pub fn new(first: &Partition, second: &Partition) -> Result<Self> {
        same_length(first, second)?;
        let groups = (first.groups(), second.groups());
        let cells = count::cells(first.labels(), second.labels(), groups);
        Contingency::of_cells(cells, groups, first.len() as u64)
    }

    /// The table of rows that count as many times as their weights say: 2 is the row twice, 0 is no row.
    ///
    /// ```
    /// use segmentry::evaluate::{Contingency, Partition};
    ///
    /// let (a, b) = (Partition::of([0, 0, 1])?, Partition::of([0, 1, 1])?);
    /// let heavy = Contingency::weighted(&a, &b, &[2.0, 1.0, 3.0])?;
    /// let (a, b) = (Partition::of([0, 0, 0, 1, 1, 1])?, Partition::of([0, 0, 1, 1, 1, 1])?);
    /// assert_eq!(heavy, Contingency::new(&a, &b)?);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Contingency::new`], and if there are not as many weights as rows, one is not a whole number from 0 on, or they
    /// sum to more than 2⁵³.
    pub fn weighted(first: &Partition, second: &Partition, weights: &[f64]) -> Result<Self> {
        same_length(first, second)?;
        if weights.len() != first.len() {
            return Err(Error::length("weights", weights.len(), first.len()));
        }
        let mut whole = Vec::with_capacity(weights.len());
        let mut total = 0_u64;
        for (row, weight) in weights.iter().enumerate() {
            if !(0.0..=MOST as f64).contains(weight) || weight.fract() != 0.0 {
                return Err(Error::parameter("weights", "whole numbers from 0 on", weight).at_row(row));
            }
            whole.push(*weight as u64);
            total += *weight as u64; // stops before it is too large
            if total > MOST {
                return Err(Error::parameter("weights", "at most 2^53 in sum", "more").at_row(row));
            }
        }
        let groups = (first.groups(), second.groups());
        let cells = count::weighted_cells(first.labels(), second.labels(), groups, &whole);
        Contingency::of_cells(cells, groups, total)
    }

    /// Sums up cells; `total` rows there were, with those in none.
    fn of_cells(cells: Vec<Cell>, groups: (usize, usize), total: u64) -> Result<Self> {
        let (mut first, mut second) = (vec![0; groups.0], vec![0; groups.1]);
        for (a, b, count) in &cells {
            first[*a as usize] += count;
            second[*b as usize] += count;
        }
        let rows = first.iter().sum();
        if rows == 0 {
            return Err(Error::empty("rows that are in a group of both divisions"));
        }
        Ok(Contingency { cells, first, second, rows, left_out: total - rows, names: None })
    }

    /// The same with names for its groups.
    pub(super) fn named(self, names: Arc<Names>) -> Self {
        Contingency { names: Some(names), ..self }
    }

    /// What groups are called, if it is of segmentations.
    pub(super) fn names(&self) -> Option<&Arc<Names>> {
        self.names.as_ref()
    }

    /// How many rows are in a group of both: their weights' sum, if they have weights.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows are in none in one of them.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The pairs of groups that have rows, in their order: the first's group, the second's, how many rows.
    pub fn cells(&self) -> impl ExactSizeIterator<Item = (usize, usize, u64)> {
        self.cells.iter().map(|(a, b, count)| (*a as usize, *b as usize, *count))
    }

    /// How many rows are in a group of the first and one of the second; 0 for groups that there are not.
    pub fn count(&self, first: usize, second: usize) -> u64 {
        let found = self.cells.binary_search_by_key(&(first, second), |(a, b, _)| (*a as usize, *b as usize));
        found.map_or(0, |at| self.cells[at].2)
    }

    /// How many rows of the table each group of the first has; 0 where all its rows are in none of the second.
    pub fn first_sizes(&self) -> &[u64] {
        &self.first
    }

    /// How many rows of the table each group of the second has; 0 where all its rows are in none of the first.
    pub fn second_sizes(&self) -> &[u64] {
        &self.second
    }

    /// The table of the same rows with the second division in the first's place.
    #[must_use]
    pub fn transposed(&self) -> Self {
        let mut cells: Vec<Cell> = self.cells.iter().map(|(a, b, count)| (*b, *a, *count)).collect();
        cells.sort_unstable();
        let names = self.names.as_ref().map(|names| Arc::new(names.swapped()));
        let (first, second) = (self.second.clone(), self.first.clone());
        Contingency { cells, first, second, rows: self.rows, left_out: self.left_out, names }
    }

    /// How many groups of each division have rows in the table.
    pub(super) fn groups(&self) -> (usize, usize) {
        let filled = |sizes: &[u64]| sizes.iter().filter(|size| **size > 0).count();
        (filled(&self.first), filled(&self.second))
    }

    /// Whether both divisions put the same rows together, whatever the groups are called. O(k).
    pub fn same_groups(&self) -> bool {
        self.groups() == (self.cells.len(), self.cells.len())
    }

    /// How many pairs of rows are together in both, in one, in neither.
    pub fn pairs(&self) -> PairCounts {
        let (first, second) = (self.first.iter().copied(), self.second.iter().copied());
        PairCounts::of(self.cells.iter().map(|cell| cell.2), first, second, self.rows)
    }

    /// The adjusted Rand index: 1 for the same groups, 0 on average for groups drawn at random with these sizes.
    ///
    /// 1 where both divisions put all together or all apart, as scikit-learn. (L. Hubert and P. Arabie 1985, Comparing
    /// partitions, DOI 10.1007/BF01908075.)
    pub fn adjusted_rand(&self) -> f64 {
        self.pairs().adjusted_rand()
    }
}

fn same_length(first: &Partition, second: &Partition) -> Result<()> {
    if first.len() == second.len() {
        Ok(())
    } else {
        Err(Error::length("the second division", second.len(), first.len()))
    }
}
