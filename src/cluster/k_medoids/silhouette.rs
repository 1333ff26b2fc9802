//! Medoids that make the medoid silhouette large, for a given number of clusters or the best number.

use crate::cluster::distance::{Distance, Distances};
use crate::cluster::method::{ClusterMethod, Found};
use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::random::Random;
use crate::progress::Progress;

use super::method::{Solved, at_least_one, default_iterations};
use super::model::{Body, SilhouetteMedoidsModel};
use super::ratios::Ratios;
use super::{KMedoids, MedoidStart, Medoids, Swap, start, swaps};

/// Finds medoids that make the medoid silhouette large: the mean over rows of 1 - d₁ / d₂, where d₁ is the distance to
/// the nearest medoid and d₂ to the second nearest. It is from 0 to 1; a row between two medoids counts 0.
///
/// It fits where clusters shall be apart from each other, and where nobody knows how many there are:
/// [`choose_k`](SilhouetteMedoids::choose_k) tries all numbers of clusters from `k` down to 2 in one search (DynMSC).
///
/// It does not say whether there are clusters at all: the best number is at least 2. And a medoid itself counts 1, so `k`
/// should be small beside the rows: clusters of one row each are perfect.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Distance, SilhouetteMedoids};
///
/// let rows = array![[0.0], [0.1], [0.2], [5.0], [5.1], [5.2], [9.0], [9.1], [9.2]];
/// let found = SilhouetteMedoids::new(4).choose_k(true).distance(Distance::Euclidean).fit_matrix(rows.view())?;
/// assert_eq!(found.model.clusters(), 3);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// The mean is by weight; a row of weight 0 learns nothing and gets a label.
///
/// # Cost
/// O(n²) for each pass of swaps, 4 n² bytes; with a chosen number, for each number of clusters.
///
/// # Determinism
/// The same bytes on any number of threads.
///
/// # Missing values
/// As [`KMedoids`].
///
/// # References
/// L. Lenssen and E. Schubert 2022, Clustering by direct optimization of the medoid silhouette, DOI
/// 10.1007/978-3-031-17849-8_15; 2024, Medoid silhouette clustering with automatic cluster number selection, DOI
/// 10.1016/j.is.2023.102290.
///
/// # Differs from
/// Where d₁ and d₂ both are 0 a row counts 0 here, so that two equal rows are no two good medoids. Python's kmedoids
/// begins at random by default.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct SilhouetteMedoids {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    choose_k: bool,
    #[cfg_attr(feature = "serde", serde(default))]
    distance: Distance,
    #[cfg_attr(feature = "serde", serde(default))]
    start: MedoidStart,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

fn default_restarts() -> usize {
    1
}

impl SilhouetteMedoids {
    /// So many clusters, at least 2.
    pub fn new(k: usize) -> Self {
        SilhouetteMedoids {
            k,
            choose_k: false,
            distance: Distance::default(),
            start: MedoidStart::default(),
            iterations: default_iterations(),
            restarts: default_restarts(),
            seed: 0,
        }
    }

    /// Sets whether `k` is only the most, and the number from 2 on with the largest silhouette is taken; of equals the
    /// fewest. `false` is the default.
    #[must_use]
    pub fn choose_k(mut self, choose: bool) -> Self {
        self.choose_k = choose;
        self
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

    /// Sets the most passes over the rows for each number of clusters; 1,000 is the default.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets how often a random start is tried, of which the largest silhouette is kept; 1 is the default.
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

    /// Finds medoids where only distances are known; beside them the medoid silhouette. The recipe's own distance is
    /// not used.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, or there is no row.
    pub fn find_in(&self, distances: &Distances) -> Result<(Medoids, f64)> {
        self.check()?;
        let (solved, silhouette) = self.solve(distances, None, &Progress::none())?;
        Ok((solved.named(), silhouette))
    }

    fn check(&self) -> Result<()> {
        if self.k < 2 {
            return Err(Error::parameter("k", "at least 2: a silhouette compares two medoids", self.k));
        }
        at_least_one("iterations", self.iterations)?;
        at_least_one("restarts", self.restarts)
    }

    /// The search from each start; the largest silhouette is kept.
    fn solve(&self, distances: &Distances, weights: Option<&[f64]>, progress: &Progress<'_>) -> Result<(Solved, f64)> {
        if distances.is_empty() {
            return Err(Error::empty("rows to cluster"));
        }
        let k = start::distinct(distances, self.k);
        if k < 2 {
            return Ok((KMedoids::new(1).solve(distances, weights, progress)?, 0.0));
        }
        let total = weights.map_or(distances.len() as f64, |weights| crate::math::sum::sum(weights.iter().copied()));
        let mut best: Option<(Solved, f64)> = None;
        let restarts = if self.start.is_random() { self.restarts } else { 1 };
        for restart in 0..restarts {
            let mut random = Random::new(self.seed, restart as u64);
            let mut medoids = start::medoids(&self.start, distances, weights, k, &mut random)?;
            let (mut iterations, mut swaps) = (0, 0);
            loop {
                let mut search = Ratios::new(distances, weights, medoids);
                let (passes, converged) = swaps::run(&mut search, distances, Swap::Eager, self.iterations, progress)?;
                (iterations, swaps) = (iterations + passes, swaps + search.swaps);
                let silhouette = 1.0 - search.loss / total;
                // with fewer clusters as good as with more, fewer are taken
                let fewer = |best: &(Solved, f64)| silhouette == best.1 && search.medoids.len() < best.0.medoids.len();
                if best.as_ref().is_none_or(|best| silhouette > best.1 || fewer(best)) {
                    let found = Solved::new(distances, weights, search.medoids.clone());
                    best = Some((Solved { iterations, swaps, converged, ..found }, silhouette));
                }
                if !self.choose_k || search.medoids.len() == 2 {
                    break;
                }
                medoids = search.without_worst();
            }
        }
        best.ok_or_else(|| Error::parameter("restarts", "at least 1", 0))
    }
}

impl ClusterMethod for SilhouetteMedoids {
    type Model = SilhouetteMedoidsModel;

    const FORM: Form = Form::MeaningsOrMissing;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<SilhouetteMedoidsModel>> {
        points.check(Self::FORM)?;
        self.check()?;
        let mut reached = 0.0;
        let least = if self.choose_k { 2 } else { self.k };
        let (mut body, labels) = Body::found(points, &self.distance, least, |distances, weights| {
            let (solved, silhouette) = self.solve(distances, weights, progress)?;
            reached = silhouette;
            Ok(solved)
        })?;
        body.silhouette(reached);
        Ok(Found { model: SilhouetteMedoidsModel(body), labels })
    }
}
