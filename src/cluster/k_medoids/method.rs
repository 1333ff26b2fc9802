//! Medoids among rows that all are compared with all: PAM and FasterPAM.

use crate::cluster::canonical;
use crate::cluster::distance::{Distance, Distances};
use crate::cluster::method::{ClusterMethod, Found};
use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::random::Random;
use crate::progress::Progress;

use super::model::{Body, KMedoidsModel};
use super::search::Search;
use super::{MedoidStart, Swap, start, swaps};

/// Finds k rows, the medoids, so that the sum of the distances of all rows to the nearest is small.
///
/// It fits where a mean of rows is nothing one can look at: customers with categories, sets, missing values. A medoid
/// is a customer who exists. It takes [`Distance::Gower`] unless told otherwise.
///
/// It does not fit many rows: all pairs are measured and held. [`Clara`](super::Clara) is for those.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Distance, KMedoids};
///
/// let rows = array![[1.0, 1.0], [1.2, 1.1], [0.9, 1.0], [8.0, 8.0], [8.1, 7.9]];
/// let found = KMedoids::new(2).distance(Distance::Manhattan).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(0), Some(0), Some(0), Some(1), Some(1)]);
/// assert_eq!(found.model.representative(0), [1.0, 1.0]);
/// assert_eq!(found.model.place(&[7.0, 9.0]).cluster, Some(1));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// A weight of 2 is the row twice in the loss and in the sizes. A weight of 0 keeps a row from being a medoid and from
/// the ranges of Gower's distance; it gets a label like a stranger.
///
/// # Cost
/// O(n² d) to measure, O(n² k) for [`MedoidStart::Build`], O(n²) for each pass of swaps, of which there are few; 4 n²
/// bytes. More than 46,340 rows are refused.
///
/// # Determinism
/// The same bytes on any number of threads. Candidates are measured in parallel and taken in the order of rows. Ties
/// go to the medoid whose row is the first.
///
/// # Missing values
/// Gower's distance leaves them out pair by pair; a pair with nothing to compare is an error that names both rows. A
/// stranger with nothing to compare is 1 from every medoid.
///
/// # References
/// L. Kaufman and P. J. Rousseeuw 1990, Finding groups in data, chapter 2, DOI 10.1002/9780470316801; E. Schubert and
/// P. J. Rousseeuw 2021, Fast and eager k-medoids clustering, DOI 10.1016/j.is.2021.101804.
///
/// # Differs from
/// R's `pam` only in the default distance and swap: with [`Swap::Best`] it makes the same swaps. Python's kmedoids
/// begins at random by default.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KMedoids {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    distance: Distance,
    #[cfg_attr(feature = "serde", serde(default))]
    start: MedoidStart,
    #[cfg_attr(feature = "serde", serde(default))]
    swap: Swap,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// Passes are few; a best swap takes one each.
pub(super) fn default_iterations() -> usize {
    1_000
}

fn default_restarts() -> usize {
    1
}

/// Medoids among rows of which only the distances are known.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Medoids {
    /// The number of the row that is the medoid of each cluster: the largest cluster first, equal ones by the row.
    pub rows: Vec<usize>,
    /// The cluster of each row.
    pub labels: Vec<u32>,
    /// How many rows each cluster has.
    pub sizes: Vec<f64>,
    /// The sum of the distances of all rows to their medoids.
    pub loss: f64,
    /// Passes over the rows.
    pub iterations: usize,
    /// Swaps that were made.
    pub swaps: usize,
    /// Whether no swap lowers the loss any more.
    pub converged: bool,
}

impl KMedoids {
    /// So many clusters.
    pub fn new(k: usize) -> Self {
        KMedoids {
            k,
            distance: Distance::default(),
            start: MedoidStart::default(),
            swap: Swap::default(),
            iterations: default_iterations(),
            restarts: default_restarts(),
            seed: 0,
        }
    }

    /// Sets the distance; Gower's is the default.
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = distance;
        self
    }

    /// Sets which medoids the search begins with; BUILD is the default.
    #[must_use]
    pub fn start(mut self, start: MedoidStart) -> Self {
        self.start = start;
        self
    }

    /// Sets which swaps are made; the first that helps is the default.
    #[must_use]
    pub fn swap(mut self, swap: Swap) -> Self {
        self.swap = swap;
        self
    }

    /// Sets the most passes over the rows; 1,000 is the default.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets how often a random start is tried, of which the lowest loss is kept; 1 is the default.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// Sets the seed of random starts; 0 is the default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Finds medoids where only distances are known. The recipe's own distance is not used.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, or there is no row.
    pub fn find_in(&self, distances: &Distances) -> Result<Medoids> {
        self.find_in_with(distances, &Progress::none())
    }

    /// As [`KMedoids::find_in`], telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`KMedoids::find_in`], or if `progress` stops the work.
    pub fn find_in_with(&self, distances: &Distances, progress: &Progress<'_>) -> Result<Medoids> {
        self.check()?;
        Ok(self.solve(distances, None, progress)?.named())
    }

    fn check(&self) -> Result<()> {
        at_least_one("k", self.k)?;
        at_least_one("iterations", self.iterations)?;
        at_least_one("restarts", self.restarts)
    }

    /// The search, from each start; all weights are above 0.
    pub(super) fn solve(
        &self,
        distances: &Distances,
        weights: Option<&[f64]>,
        progress: &Progress<'_>,
    ) -> Result<Solved> {
        if distances.is_empty() {
            return Err(Error::empty("rows to cluster"));
        }
        let k = start::distinct(distances, self.k);
        if k == 1 {
            let medoids = start::build(distances, weights, 1);
            return Ok(Solved::new(distances, weights, medoids));
        }
        let mut best: Option<Solved> = None;
        let restarts = if self.start.is_random() { self.restarts } else { 1 };
        for restart in 0..restarts {
            if restarts > 1 {
                progress.step("restarts", restart as u64, restarts as u64)?;
            }
            let mut random = Random::new(self.seed, restart as u64);
            let medoids = start::medoids(&self.start, distances, weights, k, &mut random)?;
            let mut search = Search::new(distances, weights, medoids);
            let (iterations, converged) = swaps::run(&mut search, distances, self.swap, self.iterations, progress)?;
            if best.as_ref().is_none_or(|best| search.loss < best.loss) {
                let swaps = search.swaps;
                let found = Solved::new(distances, weights, search.medoids);
                best = Some(Solved { iterations, swaps, converged, ..found });
            }
        }
        best.ok_or_else(|| Error::parameter("restarts", "at least 1", 0))
    }
}

/// Refuses none.
pub(super) fn at_least_one(name: &str, count: usize) -> Result<()> {
    if count == 0 { Err(Error::parameter(name, "at least 1", count)) } else { Ok(()) }
}

/// What a search found, medoids in the order of rows.
pub(super) struct Solved {
    pub(super) medoids: Vec<usize>,
    /// The place in `medoids` of each row's medoid.
    pub(super) labels: Vec<usize>,
    pub(super) loss: f64,
    pub(super) iterations: usize,
    pub(super) swaps: usize,
    pub(super) converged: bool,
}

impl Solved {
    /// Each row goes to its nearest medoid, ties to the first; a medoid that nobody is nearest to is dropped.
    pub(super) fn new(distances: &Distances, weights: Option<&[f64]>, mut medoids: Vec<usize>) -> Self {
        medoids.sort_unstable();
        let len = distances.len();
        let (mut labels, mut nearest) = (vec![0; len], vec![f64::INFINITY; len]);
        let mut row = vec![0.0; len];
        for (place, medoid) in medoids.iter().enumerate() {
            distances.rows(*medoid..*medoid + 1, &mut row);
            for (at, distance) in row.iter().enumerate() {
                if *distance < nearest[at] {
                    (nearest[at], labels[at]) = (*distance, place);
                }
            }
        }
        let mut used = vec![false; medoids.len()];
        labels.iter().for_each(|label| used[*label] = true);
        if used.contains(&false) {
            let kept = medoids.iter().zip(&used).filter(|(_, used)| **used).map(|(medoid, _)| *medoid).collect();
            return Solved::new(distances, weights, kept);
        }
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let loss = crate::math::sum::sum(nearest.iter().enumerate().map(|(row, distance)| weight(row) * distance));
        Solved { medoids, labels, loss, iterations: 1, swaps: 0, converged: true }
    }

    /// The clusters in their canonical order, named by rows; no row has a weight.
    pub(super) fn named(&self) -> Medoids {
        let mut sizes = vec![0.0; self.medoids.len()];
        self.labels.iter().for_each(|label| sizes[*label] += 1.0);
        let names: Vec<f64> = self.medoids.iter().map(|row| *row as f64).collect();
        let numbers = canonical::order(&sizes, &names);
        Medoids {
            rows: canonical::reordered(&numbers, &self.medoids, 1),
            labels: self.labels.iter().map(|label| numbers[*label] as u32).collect(),
            sizes: canonical::reordered(&numbers, &sizes, 1),
            loss: self.loss,
            iterations: self.iterations,
            swaps: self.swaps,
            converged: self.converged,
        }
    }
}

impl ClusterMethod for KMedoids {
    type Model = KMedoidsModel;

    const FORM: Form = Form::MeaningsOrMissing;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<KMedoidsModel>> {
        points.check(Self::FORM)?;
        self.check()?;
        let (body, labels) =
            Body::found(points, &self.distance, self.k, |distances, weights| self.solve(distances, weights, progress))?;
        Ok(Found { model: KMedoidsModel(body), labels })
    }
}
