//! k-means with limits to the size of a cluster.
//!
//! It is Lloyd's iteration with another assignment: rows do not go to the nearest centroid each for itself, but all
//! together to where they cost least within the limits (`flow`). Both halves of a step make the inertia less or leave
//! it, so it comes to rest as k-means does.

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::parallel;
use crate::progress::Progress;

use super::canonical;
use super::family::centers::{Centers, notes};
use super::family::descent::{self, Plan, Run};
use super::family::measure::{self, Euclidean, Measure, Rows};
use super::family::{CentroidModel, Family, door};
#[cfg(feature = "serde")]
use super::family::{ten, three_hundred};
use super::k_means::Start;
use super::method::{ClusterMethod, Found, Placed};
use super::points::Points;

mod flow;

/// k-means whose clusters have at least and at most so many rows: squads, territories, mailings of a given size.
///
/// The objective is `inertia`, the sum of squared distances to the centroids, within the limits. For the centroids that
/// are found no other assignment within the limits costs less: it is an exact flow of least cost, not a greedy filling.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, SizeLimited};
///
/// let rows = array![[0.0], [1.0], [2.0], [3.0], [10.0], [11.0]];
/// let found = SizeLimited::new(2).max_size(3).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [0, 0, 0, 1, 1, 1].map(Some));
/// assert_eq!(found.model.representative(1), [8.0]);
/// // a stranger is placed by distance: limits are for those that were learnt from
/// assert_eq!(found.model.place(&[3.0]).cluster, Some(0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Labels are where the limits put the rows; [`place`](crate::cluster::ClusterModel::place) answers the nearest centroid,
/// which for a row that had to make room is another. Sizes are counts of rows. Where there are more clusters than
/// different rows, some clusters share a centroid, and equal rows are divided among them.
///
/// # Defaults
/// At least 1 row, no upper limit, 10 restarts, 300 iterations, seed 0.
///
/// # Errors
/// If the limits cannot be met by the rows that there are, rows have weights other than 1, `k`, `min_size`, `restarts` or
/// `iterations` is 0, the start is `parallel` or has another shape, a number is beyond ±1e100, or [`Points::check`] refuses the rows.
/// More clusters than rows are no error: there are as many as rows, and a note says so.
///
/// # Cost
/// An iteration takes O(n k (d + log n)), and O(k²) to O(k³) for each row that cannot be in its nearest cluster; memory
/// is 48 bytes for each row and cluster: made for some 10⁵ rows, not for 10⁷.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// P. S. Bradley, K. P. Bennett and A. Demiriz 2000, Constrained k-means clustering, Microsoft Research MSR-TR-2000-65.
/// R. K. Ahuja, T. L. Magnanti and J. B. Orlin 1993, Network flows, chapter 9, on successive shortest paths.
///
/// # Differs from
/// Python's `k-means-constrained` solves the same flow with costs rounded to whole numbers; here they are not rounded.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct SizeLimited {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default = "one"))]
    min_size: usize,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    max_size: Option<usize>,
    #[cfg_attr(feature = "serde", serde(default))]
    start: Start,
    #[cfg_attr(feature = "serde", serde(default = "ten"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "three_hundred"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// The least size where a recipe that was read does not say.
#[cfg(feature = "serde")]
fn one() -> usize {
    1
}

impl SizeLimited {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        SizeLimited { k, min_size: 1, max_size: None, start: Start::PlusPlus, restarts: 10, iterations: 300, seed: 0 }
    }

    /// How many rows a cluster has at least.
    #[must_use]
    pub fn min_size(mut self, rows: usize) -> Self {
        self.min_size = rows;
        self
    }

    /// How many rows a cluster has at most.
    #[must_use]
    pub fn max_size(mut self, rows: usize) -> Self {
        self.max_size = Some(rows);
        self
    }

    /// Where the centroids are at first: greedy k-means++ unless set. Given centroids are tried once.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// How many starts are tried; the one with the least objective is kept, the first of equals.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// How many iterations a start has at most.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// What the draws follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn plan(&self) -> Plan<'_> {
        let SizeLimited { k, restarts, iterations, seed, .. } = *self;
        Plan { k, start: &self.start, restarts, iterations, seed }
    }

    /// The limits for that many clusters of so many rows.
    ///
    /// # Errors
    /// If they cannot be met.
    fn limits(&self, k: usize, rows: usize) -> Result<(usize, usize)> {
        if self.min_size.saturating_mul(k) > rows {
            let expected = format!("at most {}, so that {k} clusters can share {rows} rows", rows / k);
            return Err(Error::parameter("min_size", expected, self.min_size));
        }
        let most = self.max_size.unwrap_or(rows);
        if most.saturating_mul(k) < rows {
            let expected = format!("at least {}, so that {k} clusters can hold {rows} rows", rows.div_ceil(k));
            return Err(Error::parameter("max_size", expected, most));
        }
        Ok((self.min_size, most))
    }

    /// Assignments and means until no row moves; labels are the cheapest for the centroids that are answered.
    ///
    /// # Errors
    /// If `progress` stops the work.
    fn run(&self, rows: &Rows<'_>, begin: Vec<f64>, limits: (usize, usize), progress: &Progress<'_>) -> Result<Run> {
        let k = begin.len() / rows.dimensions;
        let mut run =
            Run { centers: begin, labels: Vec::new(), objective: 0.0, iterations: 0, converged: false, reseeded: 0 };
        loop {
            let costs = costs(rows, &run.centers);
            let labels = flow::assign(&costs, k, limits.0, limits.1);
            run.converged = labels == run.labels;
            run.labels = labels;
            if run.converged || run.iterations == self.iterations {
                let placed =
                    run.labels.iter().enumerate().map(|(row, label)| (*label, costs[row * k + *label as usize]));
                run.objective = descent::weighted(rows, &placed.collect::<Vec<_>>());
                return Ok(run);
            }
            let mut members = vec![Vec::new(); k];
            for (row, label) in run.labels.iter().enumerate() {
                members[*label as usize].push(row as u32);
            }
            for (members, center) in members.iter().zip(run.centers.chunks_exact_mut(rows.dimensions)) {
                Euclidean::center(rows, members, center);
            }
            run.iterations += 1;
            progress.step("iterations", run.iterations as u64, self.iterations as u64)?;
        }
    }
}

/// What k-means with limits learnt.
pub type SizeLimitedModel = CentroidModel<SizeLimited>;

impl ClusterMethod for SizeLimited {
    type Model = SizeLimitedModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<SizeLimitedModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        if let Some(other) = points.row_weights().and_then(|weights| weights.iter().find(|weight| **weight != 1.0)) {
            return Err(Error::parameter("weights", "none or 1, as sizes are counts of rows", other));
        }
        let rows = door::squares(points)?;
        let k = self.k.min(rows.len());
        let limits = self.limits(k, rows.len())?;
        let mut best: Option<Run> = None;
        for restart in 0..self.plan().starts() {
            let mut begin = self.plan().begin::<Euclidean>(&rows, restart)?;
            begin.truncate(k * rows.dimensions);
            // fewer different rows than clusters: some share a centroid
            let different = begin.len();
            begin.extend((different..k * rows.dimensions).map(|at| begin[at % different]).collect::<Vec<_>>());
            let run = self.run(&rows, begin, limits, progress)?;
            if best.as_ref().is_none_or(|best| run.objective < best.objective) {
                best = Some(run);
            }
            progress.step("restarts", restart as u64 + 1, self.plan().starts() as u64)?;
        }
        let Some(run) = best else { return Err(Error::parameter("restarts", "at least 1", 0)) };
        let (centers, labels) = ordered(&rows, run, self.k);
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: labels.into_iter().map(Some).collect() })
    }
}

impl Family for SizeLimited {
    const KIND: &'static str = "size_limited";
    const OBJECTIVE: &'static str = "inertia";

    fn check_parameters(&self) -> Result<()> {
        if self.min_size == 0 {
            return Err(Error::parameter("min_size", "at least 1", 0));
        }
        if let Some(most) = self.max_size.filter(|most| *most < self.min_size) {
            return Err(Error::parameter("max_size", format!("at least `min_size`, {}", self.min_size), most));
        }
        self.plan().check()
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Euclidean>(row, centers)
    }
}

/// What each row costs at each center, `k` numbers for each row. O(n k d), in parallel.
fn costs(rows: &Rows<'_>, centers: &[f64]) -> Vec<f64> {
    let k = centers.len() / rows.dimensions;
    let mut costs = vec![0.0; rows.len() * k];
    parallel::fill(&mut costs, 4096 * k, |first, part| {
        for (at, costs) in part.chunks_exact_mut(k).enumerate() {
            for (cost, center) in costs.iter_mut().zip(centers.chunks_exact(rows.dimensions)) {
                *cost = Euclidean::cost(rows.row(first / k + at), center);
            }
        }
    });
    costs
}

/// Clusters in the canonical order; the labels keep the limits, they are not placed anew.
fn ordered(rows: &Rows<'_>, run: Run, asked: usize) -> (Centers, Vec<u32>) {
    let k = run.centers.len() / rows.dimensions;
    let sizes = descent::sizes(rows, k, run.labels.iter().copied());
    let numbers = canonical::order(&sizes, &run.centers);
    let found = Centers {
        dimensions: rows.dimensions,
        centers: canonical::reordered(&numbers, &run.centers, rows.dimensions),
        sizes: canonical::reordered(&numbers, &sizes, 1),
        objective: run.objective,
        iterations: run.iterations,
        converged: run.converged,
        notes: notes(asked, k, 0),
    };
    (found, run.labels.iter().map(|label| numbers[*label as usize] as u32).collect())
}
