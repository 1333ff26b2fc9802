//! Silhouettes: how much nearer each row is to its own group than to the nearest other.

mod centers;
mod rows;
mod sample;

use std::fmt;

use crate::cluster::Distances;
use crate::error::{Error, Result};
use crate::evaluate::pairs::Pairs;
use crate::evaluate::{Division, Partition};
use crate::progress::Progress;
use crate::text::{Align, Table, count, number, share};

pub use centers::{medoid_silhouette, simplified_silhouette};
pub use sample::{SampledGroup, SampledSilhouette, SilhouetteSample};

/// What a silhouette says of one group.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SilhouetteGroup {
    /// How many rows it has that count.
    pub rows: usize,
    /// What they weigh.
    pub weight: f64,
    /// The mean silhouette; 0 if no row counts.
    pub mean: f64,
    /// How many rows are nearer to another group.
    pub negative: usize,
}

/// The silhouette of each row, and their means.
///
/// [`silhouette`] makes it and says what it is.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Silhouette {
    values: Vec<Option<f64>>,
    neighbours: Vec<Option<u32>>,
    groups: Vec<SilhouetteGroup>,
    mean: f64,
}

impl Silhouette {
    /// The mean over rows, by weight: from -1 to 1, large is good.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The silhouette of each row, in the order of rows; `None` of rows in no group and rows of weight 0.
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }

    /// The nearest other group of each row, by the mean distance to its rows; the first of equals.
    pub fn neighbours(&self) -> &[Option<u32>] {
        &self.neighbours
    }

    /// What it says of each group.
    pub fn groups(&self) -> &[SilhouetteGroup] {
        &self.groups
    }
}

impl fmt::Display for Silhouette {
    /// A line for each group, and one for all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["group", "rows", "silhouette", "nearer to another"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        for (at, group) in self.groups.iter().enumerate() {
            let negative = share(group.negative, group.rows);
            table.row([at.to_string(), count(group.rows), number(group.mean), negative]);
        }
        let total = |of: fn(&SilhouetteGroup) -> usize| self.groups.iter().map(of).sum::<usize>();
        let (rows, negative) = (total(|group| group.rows), total(|group| group.negative));
        table.row(["all".to_owned(), count(rows), number(self.mean), share(negative, rows)]);
        write!(f, "{table}")
    }
}

/// The silhouette of each row: (b - a) / max(a, b), where a is the mean distance to the other rows of its group and b
/// the mean distance to the rows of the nearest other group.
///
/// From -1 to 1. Near 1 a row is well within its group, at 0 between two, below 0 nearer to another. The mean over all
/// rows speaks for round groups of like size; it is large for one far outlier and the rest, which is no segmentation,
/// and small for long or ring-shaped groups, which may be one: [`dbcv`](crate::evaluate::dbcv()) is for those.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, silhouette};
///
/// let rows = array![[0.0], [1.0], [5.0], [7.0], [99.0]];
/// let points = Points::new(rows.view());
/// let groups = Partition::new(&[Some(0), Some(0), Some(1), Some(1), None])?;
/// let found = silhouette(&Division::new(&points, &groups)?)?;
/// assert_eq!(found.values()[0], Some(5.0 / 6.0)); // 1 from its own, 6 from the others on average
/// assert_eq!((found.values()[4], found.neighbours()[2]), (None, Some(0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How
/// Exactly, of all pairs of rows, which are walked in blocks and not held. A row alone in its group has 0, and so has a
/// row whose a and b are both 0.
///
/// # Weights
/// As copies of rows: of a row of weight 2 there is another one at distance 0. Weights that are no whole numbers go into
/// the same sums; a group that weighs no more than one row is a row alone. Rows of weight 0 have no silhouette.
///
/// # Cost
/// O(n² d) time, in parallel; memory O(n d) beside the rows. 20,000 rows of 16 numbers take about a second of one
/// processor, 200,000 a hundred times as long; [`SilhouetteSample`] is for more.
///
/// # Determinism
/// The same bits on any number of threads, and of processor.
///
/// # Missing values
/// As the distance of the division: Gower's leaves them out.
///
/// # Errors
/// If there are fewer than 2 groups with rows that count, the distance is not for these rows, or two rows have nothing in
/// common that can be compared.
///
/// # References
/// P. J. Rousseeuw 1987, Silhouettes: a graphical aid to the interpretation and validation of cluster analysis, DOI
/// 10.1016/0377-0427(87)90125-7.
///
/// # Differs from
/// scikit-learn and R's cluster in that as many groups as rows are no error: all rows are alone, and have 0.
pub fn silhouette(division: &Division<'_>) -> Result<Silhouette> {
    silhouette_with(division, &Progress::none())
}

/// As [`silhouette`], telling how many rows are done.
///
/// # Errors
/// As [`silhouette`], and if the work is cancelled.
pub fn silhouette_with(division: &Division<'_>, progress: &Progress<'_>) -> Result<Silhouette> {
    division.at_least("silhouette", 2)?;
    made(&Pairs::of(division)?, division.points().len(), progress)
}

/// The silhouette of each row where only distances are known; each row counts 1.
///
/// O(n²).
///
/// ```
/// use segmentry::cluster::Distances;
/// use segmentry::evaluate::{Partition, silhouette_in};
///
/// let minutes = Distances::from_condensed(4, vec![10.0, 80.0, 90.0, 85.0, 95.0, 12.0])?;
/// let found = silhouette_in(&minutes, &Partition::of([0, 0, 1, 1])?)?;
/// assert_eq!(found.values()[0], Some(75.0 / 85.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
/// If there are not as many rows in both, or fewer than 2 groups.
pub fn silhouette_in(distances: &Distances, partition: &Partition) -> Result<Silhouette> {
    made(&Pairs::known(distances, partition)?, partition.len(), &Progress::none())
}

/// The silhouettes of all rows, put into the order of rows.
fn made(pairs: &Pairs<'_>, len: usize, progress: &Progress<'_>) -> Result<Silhouette> {
    let found = rows::silhouettes(pairs, &pairs.all(), progress)?;
    let (mut values, mut neighbours) = (vec![None; len], vec![None; len]);
    for (row, found) in pairs.rows.iter().zip(&found) {
        values[*row as usize] = Some(found.value);
        neighbours[*row as usize] = Some(found.neighbour);
    }
    let mean = |rows: std::ops::Range<usize>| {
        let weight: f64 = rows.clone().map(|row| pairs.weight(row)).sum();
        let sum = crate::math::sum::sum(rows.map(|row| pairs.weight(row) * found[row].value));
        if weight > 0.0 { sum / weight } else { 0.0 }
    };
    let group = |(range, weight): (&[usize], f64)| SilhouetteGroup {
        rows: range[1] - range[0],
        weight,
        mean: mean(range[0]..range[1]),
        negative: found[range[0]..range[1]].iter().filter(|found| found.value < 0.0).count(),
    };
    let groups = pairs.starts.windows(2).zip(pairs.group_weights()).map(group).collect();
    Ok(Silhouette { values, neighbours, groups, mean: mean(0..pairs.len()) })
}

/// Says that there must be two groups with rows that count.
fn two_groups(weights: &[f64], figure: &str) -> Result<()> {
    match weights.iter().filter(|weight| **weight > 0.0).count() {
        found @ (0 | 1) => {
            let message = format!("the {figure} is not defined for fewer than 2 groups, found {found}");
            Err(Error::unsupported(message))
        }
        _ => Ok(()),
    }
}
