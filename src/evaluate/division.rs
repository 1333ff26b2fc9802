//! Rows and their groups: what internal figures are computed of.

use std::sync::OnceLock;

use crate::cluster::{Distance, Points};
use crate::error::{Error, Result};
use crate::features::encoding::Form;

use super::pairs::PairCache;
use super::partition::Partition;

/// Rows of numbers with the group of each, checked once: the door of all internal figures.
///
/// Rows in no group are left out of every figure, as if they were not there; how many they are says
/// [`Partition::in_none`]. Weights of the points count: weight 2 is the row twice, weight 0 is no row.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition};
///
/// let rows = array![[0.0], [1.0], [9.0]];
/// let points = Points::new(rows.view());
/// assert!(Division::new(&points, &Partition::of([0, 0, 1])?).is_ok());
/// let short = Division::new(&points, &Partition::of([0, 0])?).unwrap_err();
/// assert_eq!(short.to_string(), "groups has 2 entries, expected 3");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Debug)]
pub struct Division<'a> {
    points: &'a Points<'a>,
    partition: &'a Partition,
    distance: Distance,
    sorted: OnceLock<Sorted>,
    pairs: PairCache,
}

/// The rows that are in a group and count, group after group, each in the order of rows.
#[derive(Debug)]
pub(crate) struct Sorted {
    /// All numbers, row after row.
    pub(crate) data: Vec<f64>,
    /// How much each row counts; `None` if each counts 1.
    pub(crate) weights: Option<Vec<f64>>,
    /// Where each group begins, and the end: one more than there are groups.
    pub(crate) starts: Vec<usize>,
    /// Which row each was.
    pub(crate) rows: Vec<u32>,
}

impl<'a> Division<'a> {
    /// Rows that are numbers, at Euclidean distances.
    ///
    /// O(n d).
    ///
    /// # Errors
    /// If there are not as many groups as rows, or [`Points::check`] refuses the rows.
    pub fn new(points: &'a Points<'a>, partition: &'a Partition) -> Result<Self> {
        points.check(Form::Numbers)?;
        Division::checked(points, partition, Distance::Euclidean)
    }

    /// Rows at another distance: Gower's for numbers and categories together, with missing values.
    ///
    /// Figures that need means of rows are errors where a column is a category or not all is known.
    ///
    /// # Errors
    /// As [`Division::new`], and if the rows are not of the form that the distance is for.
    pub fn by(points: &'a Points<'a>, partition: &'a Partition, distance: Distance) -> Result<Self> {
        points.check(Form::MeaningsOrMissing)?;
        Division::checked(points, partition, distance)
    }

    fn checked(points: &'a Points<'a>, partition: &'a Partition, distance: Distance) -> Result<Self> {
        if partition.len() != points.len() {
            return Err(Error::length("groups", partition.len(), points.len()));
        }
        Ok(Division { points, partition, distance, sorted: OnceLock::new(), pairs: PairCache::default() })
    }

    /// The rows.
    pub fn points(&self) -> &'a Points<'a> {
        self.points
    }

    /// Their groups.
    pub fn partition(&self) -> &'a Partition {
        self.partition
    }

    /// How far rows are from each other.
    pub fn distance(&self) -> &Distance {
        &self.distance
    }

    /// Says that there must be at least so many groups.
    ///
    /// # Errors
    /// If there are fewer: the figure is not defined.
    pub(crate) fn at_least(&self, figure: &str, groups: usize) -> Result<()> {
        match self.partition.groups() {
            found if found < groups => {
                let message = format!("the {figure} is not defined for fewer than {groups} groups, found {found}");
                Err(Error::unsupported(message))
            }
            _ => Ok(()),
        }
    }

    /// The rows group by group, made when it is first asked for.
    pub(crate) fn sorted(&self) -> &Sorted {
        self.sorted.get_or_init(|| Sorted::of(self.points, self.partition))
    }

    /// What is known of all pairs of rows, once it has been asked for.
    pub(crate) fn pair_cache(&self) -> &PairCache {
        &self.pairs
    }
}

impl Sorted {
    /// A counting sort: rows of a group stay in order. O(n d).
    fn of(points: &Points<'_>, partition: &Partition) -> Self {
        let counts = |row: &usize| points.weight(*row) > 0.0;
        let mut starts = vec![0; partition.groups() + 1];
        for group in (0..points.len()).filter(counts).filter_map(|row| partition.group(row)) {
            starts[group + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0_u32; starts.last().copied().unwrap_or(0)];
        for row in (0..points.len()).filter(counts) {
            if let Some(group) = partition.group(row) {
                rows[next[group]] = row as u32; // rows are numbered in 32 bits throughout
                next[group] += 1;
            }
        }
        let data = rows.iter().flat_map(|row| points.row(*row as usize)).copied().collect();
        let weights = points.row_weights().map(|all| rows.iter().map(|row| all[*row as usize]).collect());
        Sorted { data, weights, starts, rows }
    }
}
