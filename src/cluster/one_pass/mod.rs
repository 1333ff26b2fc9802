//! K-means of rows that are read once: a summary of them is clustered.

use ndarray::ArrayView2;

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::random::Random;
use crate::progress::Progress;

use super::family::finish;
use super::family::measure::{self, Euclidean};
use super::family::{CentroidModel, Family, door};
use super::k_means::KMeans;
use super::method::{ClusterMethod, ClusterModel, Found, Placed};
use super::points::Points;

mod collector;
mod summary;

pub use collector::Collector;
use summary::Summary;

/// Rows of a summary, at least.
const SUMMARY: usize = 32_768;

/// Rows of a summary for each cluster, at least.
const SUMMARY_EACH: usize = 1_000;

/// K-means for many rows: they are summed up in one pass by a few with weights (a coreset), and those are clustered.
///
/// Take it for ten million rows and more, or for rows that come one part after the other and are not to be kept: then
/// [`collect`](OnePass::collect) them. The objective is `inertia`, as with [`KMeans`]; where all rows are at hand it is
/// that of all rows, and comes within a percent of what k-means finds from the same number of starts.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, OnePass};
///
/// let rows = Array2::from_shape_fn((9_000, 2), |(row, column)| (row * 7 % 10 + column) as f64 + (row % 3 * 50) as f64);
/// let found = OnePass::new(3).summary(500).fit_matrix(rows.view())?;
/// assert_eq!(found.model.sizes(), [3_000.0; 3]);
/// assert_eq!(found.model.representative(1), [54.5, 55.5]);
/// assert_eq!(found.model.notes(), ["learnt from a summary of 9000 rows by 500 of them at most"]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Blocks of rows are summed up by a sample in which far rows are likelier and count less (a lightweight coreset), two
/// summaries by one, as a tree (merge and reduce). K-means runs on the summary, and where all rows are at hand it
/// ends with iterations over all of them, which give labels, sizes and inertia. Up to sixteen times as many rows as a
/// summary has are not summed up at all.
///
/// # Defaults
/// A summary of 32,768 rows or 1,000 for each cluster, whichever is more; 3 restarts, 1 pass over all rows at the end,
/// seed 0.
///
/// # Errors
/// If `k`, `summary`, `restarts` or `passes` is 0, a number is beyond ±1e100, or [`Points::check`] refuses the rows.
///
/// # Cost
/// O(n d) for the summary and O(n k d) for each pass at the end. A summary of m rows takes 8 m (d + 1) bytes; up to 16 of
/// them and one for each doubling of the rows are kept: 10⁷ rows of 8 numbers take some 120 MB beside the rows and the labels.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads. How rows are divided among calls of
/// [`Collector::push`] changes nothing; in which order collections are merged does.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// O. Bachem, M. Lucic and A. Krause 2018, Scalable k-means clustering via lightweight coresets, KDD,
/// DOI 10.1145/3219819.3219973. S. Har-Peled and S. Mazumdar 2004, On coresets for k-means and k-median clustering, on
/// merge and reduce, DOI 10.1145/1007352.1007400.
///
/// # Differs from
/// scikit-learn's `Birch` keeps sums of rows in a tree and depends on their order; its `MiniBatchKMeans` reads rows many
/// times. Here a row is read once, and the weights of the summary make its inertia that of all rows on average.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct OnePass {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    summary: Option<usize>,
    #[cfg_attr(feature = "serde", serde(default = "three"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    passes: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

#[cfg(feature = "serde")]
fn three() -> usize {
    3
}

#[cfg(feature = "serde")]
fn one() -> usize {
    1
}

impl OnePass {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        OnePass { k, summary: None, restarts: 3, passes: 1, seed: 0 }
    }

    /// How many rows a summary has at most. The inertia is above the least by about 10 k / rows of its value.
    #[must_use]
    pub fn summary(mut self, rows: usize) -> Self {
        self.summary = Some(rows);
        self
    }

    /// How many starts k-means has on the summary.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// How many iterations of k-means over all rows follow, where all are at hand.
    #[must_use]
    pub fn passes(mut self, passes: usize) -> Self {
        self.passes = passes;
        self
    }

    /// What the draws follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Begins a collection of rows that come one part after the other. Parameters are checked when rows come.
    pub fn collect(&self) -> Collector {
        Collector::new(self.clone())
    }

    /// How many rows a summary has at most.
    fn size(&self) -> usize {
        self.summary.unwrap_or_else(|| SUMMARY.max(self.k.saturating_mul(SUMMARY_EACH)))
    }

    /// What a summary draws from.
    fn draw(&self, level: u64, number: u64) -> Random {
        Random::new(self.seed, (1 << 63) | (level << 48) | number)
    }

    /// Clusters of a summary of so many rows, by k-means.
    ///
    /// # Errors
    /// If nothing in it counts, or `progress` stops the work.
    fn model_of(
        &self,
        summary: &Summary,
        dimensions: usize,
        rows: u64,
        progress: &Progress<'_>,
    ) -> Result<OnePassModel> {
        let view = ArrayView2::from_shape((summary.weights.len(), dimensions), &summary.rows);
        let view =
            view.map_err(|_| Error::length("a summary", summary.rows.len(), summary.weights.len() * dimensions))?;
        let points = Points::new(view).weights(&summary.weights);
        door::squares(&points)?;
        let found = KMeans::new(self.k).restarts(self.restarts).seed(self.seed).find(&points, progress)?;
        let mut notes = found.model.notes();
        if (summary.weights.len() as u64) < rows {
            notes.push(format!("learnt from a summary of {rows} rows by {} of them at most", self.size()));
        }
        Ok(CentroidModel::new(self.clone(), finish::centers_of(&found.model, notes)))
    }
}

/// What k-means learnt of a summary.
pub type OnePassModel = CentroidModel<OnePass>;

impl ClusterMethod for OnePass {
    type Model = OnePassModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<OnePassModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        door::squares(points)?;
        let mut collector = self.collect();
        collector.take(points, progress)?;
        let summary = collector.union();
        let learnt = self.model_of(&summary, points.dimensions(), points.len() as u64, progress)?;
        drop(summary);
        // over all rows, from the centroids of the summary
        let from: Vec<f64> = learnt.centers().iter().copied().collect();
        let found = finish::over_all(points, &from, self.passes, progress)?;
        let mut centers = finish::centers_of(&found.model, learnt.notes());
        centers.iterations = learnt.iterations().unwrap_or(0);
        centers.converged = learnt.converged().unwrap_or(false);
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: found.labels })
    }
}

impl Family for OnePass {
    const KIND: &'static str = "one_pass";
    const OBJECTIVE: &'static str = "inertia";

    fn check_parameters(&self) -> Result<()> {
        for (name, value) in [("k", self.k), ("restarts", self.restarts), ("passes", self.passes)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        match self.summary {
            Some(rows) if !(1..=1 << 40).contains(&rows) => Err(Error::parameter("summary", "at least 1 row", rows)),
            _ => Ok(()),
        }
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Euclidean>(row, centers)
    }
}
