//! Dunn's index and its family: how far the nearest two groups are apart, over how wide the widest group is.

use crate::error::{Error, Result};
use crate::evaluate::Division;

use super::means::undefined;
use super::{PairCache, PairFigures};

/// How far two groups are apart, by the numbers that Bezdek and Pal and R's clusterCrit give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Between {
    /// δ1: the least distance of two rows, one of each (single linkage).
    Nearest,
    /// δ2: the greatest distance (complete linkage).
    Farthest,
    /// δ3: the mean distance (average linkage).
    Mean,
    /// δ4: the distance of the means of the groups.
    Centers,
    /// δ5 as clusterCrit has it: the mean distance of the rows of both groups to the mean of their own. It says nothing
    /// of how far apart the groups are.
    OwnCenters,
    /// δ5 as Bezdek and Pal have it: the mean distance of the rows of both groups to the mean of the other.
    OtherCenters,
}

/// How wide a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum Within {
    /// Δ1: the greatest distance of two rows, the diameter.
    Farthest,
    /// Δ2: the mean distance of two rows.
    Mean,
    /// Δ3: twice the mean distance to the group's mean.
    Center,
}

/// Dunn's index: the least distance of two rows of different groups over the greatest distance of two of one group.
///
/// 0 and more; large is good. Above 1 all rows are nearer to all of their group than to any other row. A single stray
/// row decides: [`generalized_dunn`] has steadier forms.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, dunn};
///
/// let rows = array![[0.0], [1.0], [4.0], [6.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1])?);
/// assert_eq!(dunn(&Division::new(&points, &groups)?)?, 1.5);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// Only whether they are 0.
///
/// # Cost
/// O(n² d / 2), once for all figures of the same division that need no more than sums and extremes; memory O(n + k²).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// If there are fewer than 2 groups, or all rows of each group are equal: the index is infinite then.
///
/// # References
/// J. C. Dunn 1974, Well-separated clusters and optimal fuzzy partitions, DOI 10.1080/01969727408546059.
pub fn dunn(division: &Division<'_>) -> Result<f64> {
    division.at_least("Dunn index", 2)?;
    let figures = PairCache::figures(division)?;
    over(figures.between.least, figures.within.greatest, "Dunn index")
}

/// The generalised Dunn index: how far the nearest two groups are apart over how wide the widest group is, each by a
/// measure of choice.
///
/// `GDI11` to `GDI53` of R's clusterCrit are [`Between`] 1 to 5 ([`Between::OwnCenters`] is its fifth) with [`Within`] 1
/// to 3; the first is [`dunn`].
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Between, Division, Partition, Within, generalized_dunn};
///
/// let rows = array![[0.0], [2.0], [9.0], [11.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1])?);
/// let division = Division::new(&points, &groups)?;
/// assert_eq!(generalized_dunn(&division, Between::Centers, Within::Mean)?, 4.5);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows; weights that are no whole numbers go into the same sums. The mean distance within a group that
/// weighs no more than one row is 0.
///
/// # Cost
/// As [`dunn`]; O(n d + k² d) beside it for what needs means of groups.
///
/// # Errors
/// If there are fewer than 2 groups, all rows of each group are equal, there are more than 2,048 groups (but for
/// [`Between::Nearest`]), or means of groups are asked of rows that are not numbers at Euclidean distances.
///
/// # References
/// J. C. Bezdek and N. R. Pal 1998, Some new indexes of cluster validity, DOI 10.1109/3477.678624. B. Desgraupes 2013,
/// Clustering indices (vignette of the R package clusterCrit), 1.2.9.
pub fn generalized_dunn(division: &Division<'_>, between: Between, within: Within) -> Result<f64> {
    const FIGURE: &str = "generalised Dunn index";
    division.at_least(FIGURE, 2)?;
    let centered = matches!(between, Between::Centers | Between::OwnCenters | Between::OtherCenters);
    let centers = if centered || within == Within::Center { Some(Centers::of(division, FIGURE)?) } else { None };
    let paired = matches!(between, Between::Nearest | Between::Farthest | Between::Mean) || within != Within::Center;
    let figures = if paired { Some(PairCache::figures(division)?) } else { None };
    let groups = division.partition().groups();
    let apart = match (between, figures, &centers) {
        (Between::Nearest, Some(figures), _) => figures.between.least,
        (Between::Farthest | Between::Mean, Some(figures), _) => least_linkage(figures, between)?,
        (_, _, Some(centers)) => centers.nearest(groups, between),
        _ => f64::INFINITY,
    };
    let wide = match (within, figures, &centers) {
        (Within::Farthest, Some(figures), _) => figures.within.greatest,
        (Within::Mean, Some(figures), _) => figures.own.iter().filter_map(|own| own.mean()).fold(0.0, f64::max),
        (_, _, Some(centers)) => centers.radii().fold(0.0, |most, radius| f64::max(most, 2.0 * radius)),
        _ => 0.0,
    };
    over(apart, wide, FIGURE)
}

/// How far over how wide, if groups have a width.
fn over(apart: f64, wide: f64, figure: &str) -> Result<f64> {
    match wide > 0.0 && apart.is_finite() {
        true => Ok(apart / wide),
        false if wide > 0.0 => Err(undefined(figure, "fewer than two groups have rows that count")),
        false => Err(undefined(figure, "all rows of each group are equal: it is infinite")),
    }
}

/// The least over all pairs of groups.
fn least_linkage(figures: &PairFigures, between: Between) -> Result<f64> {
    let mut least = f64::INFINITY;
    for a in 0..figures.groups {
        for b in a + 1..figures.groups {
            let Some(pairs) = figures.across(a, b) else {
                let message = format!("at most 2048 groups can be compared each with each, found {}", figures.groups);
                return Err(Error::unsupported(message));
            };
            let Some(mean) = pairs.mean() else { continue };
            least = least.min(if between == Between::Mean { mean } else { pairs.greatest });
        }
    }
    Ok(least)
}

/// The means of the groups, and how far rows are from them. Lengths are those of the pairs' scale.
pub(crate) struct Centers {
    /// The means, group after group.
    pub(crate) means: Vec<f64>,
    /// How many numbers a row has.
    pub(crate) dimensions: usize,
    /// The rows, in the same scale, group after group.
    pub(crate) rows: Vec<f64>,
    /// Where each group begins, and the end.
    pub(crate) starts: Vec<usize>,
    /// How much each row counts; empty if each counts 1.
    pub(crate) weights: Vec<f64>,
}

impl Centers {
    /// O(n d).
    ///
    /// # Errors
    /// If rows are not numbers at Euclidean distances.
    pub(crate) fn of(division: &Division<'_>, figure: &str) -> Result<Self> {
        if *division.distance() != crate::cluster::Distance::Euclidean {
            return Err(undefined(figure, "the distance is not Euclidean: groups have no mean"));
        }
        division.points().check(crate::features::encoding::Form::Numbers)?;
        let (sorted, dimensions) = (division.sorted(), division.points().dimensions());
        let rows = crate::cluster::Scale::of_numbers(&sorted.data).all(&sorted.data);
        let weights = sorted.weights.clone().unwrap_or_default();
        let mut means = vec![0.0; (sorted.starts.len() - 1) * dimensions];
        for (range, mean) in sorted.starts.windows(2).zip(means.chunks_mut(dimensions)) {
            let mut total = 0.0;
            for row in range[0]..range[1] {
                // a running mean: no sum that could be too large, and equal rows have themselves as their mean
                let weight = weights.get(row).copied().unwrap_or(1.0);
                total += weight;
                let numbers = &rows[row * dimensions..(row + 1) * dimensions];
                mean.iter_mut().zip(numbers).for_each(|(mean, value)| *mean += (value - *mean) * (weight / total));
            }
        }
        Ok(Centers { means, dimensions, rows, starts: sorted.starts.clone(), weights })
    }

    /// The mean of a group.
    pub(crate) fn mean(&self, group: usize) -> &[f64] {
        &self.means[group * self.dimensions..(group + 1) * self.dimensions]
    }

    /// The sum of the distances of a group's rows to a point, and what they weigh.
    fn spread(&self, group: usize, point: &[f64]) -> (f64, f64) {
        let (mut sum, mut total) = (0.0, 0.0);
        for row in self.starts[group]..self.starts[group + 1] {
            let weight = self.weights.get(row).copied().unwrap_or(1.0);
            sum += weight * apart(&self.rows[row * self.dimensions..(row + 1) * self.dimensions], point);
            total += weight;
        }
        (sum, total)
    }

    /// The mean distance of the rows of each group to its mean.
    fn radii(&self) -> impl Iterator<Item = f64> {
        (0..self.starts.len() - 1).map(|group| match self.spread(group, self.mean(group)) {
            (sum, total) if total > 0.0 => sum / total,
            _ => 0.0,
        })
    }

    /// The least over all pairs of groups of how far they are apart by their means.
    fn nearest(&self, groups: usize, between: Between) -> f64 {
        let own: Vec<(f64, f64)> = (0..groups).map(|group| self.spread(group, self.mean(group))).collect();
        let counts = |group: usize| self.starts[group] < self.starts[group + 1];
        let mut least = f64::INFINITY;
        for a in (0..groups).filter(|group| counts(*group)) {
            for b in (a + 1..groups).filter(|group| counts(*group)) {
                let found = match between {
                    Between::OwnCenters => (own[a].0 + own[b].0) / (own[a].1 + own[b].1),
                    Between::OtherCenters => {
                        let (to_b, to_a) = (self.spread(a, self.mean(b)).0, self.spread(b, self.mean(a)).0);
                        (to_b + to_a) / (own[a].1 + own[b].1)
                    }
                    _ => apart(self.mean(a), self.mean(b)),
                };
                least = least.min(found);
            }
        }
        least
    }
}

/// The straight line between two rows of a scale in which squares are in range.
pub(crate) fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y)).sqrt()
}
