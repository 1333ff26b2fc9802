//! Mixtures: each row drawn from one of several distributions, nobody knows which; both are learnt at once.
//!
//! How memberships and distributions improve each other stands in [`em`] and knows nothing of normal distributions;
//! these are in [`normal`], what is learnt of them in [`learn`], and what holds for all rows in [`ground`].

mod block;
mod em;
mod emission;
mod exp;
mod ground;
mod learn;
mod model;
mod normal;
mod notes;
mod pass;
mod shape;

use crate::cluster::canonical;
use crate::cluster::{ClusterMethod, ClusterModel, Found, KMeans, Points};
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::progress::Progress;

pub use model::MixtureModel;
pub use shape::Shape;

use em::{Ended, Limits};
use emission::State;
use ground::Ground;
use normal::Components;
use pass::Seen;

/// Where the components are at first.
///
/// The likelihood has many local optima, and which is found depends on this; several [restarts](Mixture::restarts) from
/// different clusters are the remedy.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MixtureStart {
    /// At the clusters of [`KMeans`], found in columns of variance 1: their means, covariances and sizes.
    #[default]
    KMeans,
    /// At these means, one for each component, all with the covariance of all rows and the same share.
    Given(Vec<Vec<f64>>),
}

/// A Gaussian mixture: `k` normal distributions, each with its mean, its covariance and its share of the rows.
///
/// Takes numbers only. A row belongs to every component to some degree; its cluster is the most probable one. With
/// [`Shape::Full`], [`Shape::Tied`] and [`Shape::Diagonal`] the units of the columns do not matter.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Mixture, Shape};
///
/// let rows = array![[1.0, 9.0], [8.0, 1.0], [1.5, 9.5], [8.5, 1.5], [8.0, 2.0], [1.0, 9.5], [7.5, 1.0]];
/// let found = Mixture::new(2).shape(Shape::Diagonal).seed(7).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(0), Some(1), Some(0), Some(0), Some(1), Some(0)]);
///
/// let mut degrees = [0.0; 2];
/// assert!(found.model.memberships(&[8.0, 1.2], &mut degrees));
/// assert!(degrees[0] > 0.999);
/// assert_eq!(found.model.parameters(), 9);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Time O(n k d²) an iteration for full covariances, O(n (k d + d²)) for tied, O(n k d) otherwise, and one k-means for
/// each restart; memory O(k d²) beside the rows, and a copy of them while k-means runs.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused; let the features impute them.
///
/// # Weights
/// A row of weight 2 counts as two; one of weight 0 teaches nothing and is placed.
///
/// # Range
/// Numbers are squared: beyond 1e140, or in a column whose differences have no squares, they are refused with their
/// row and column. Strangers may be anywhere.
///
/// # References
/// A. Dempster, N. Laird and D. Rubin 1977, Maximum likelihood from incomplete data via the EM algorithm,
/// DOI 10.1111/j.2517-6161.1977.tb01600.x. C. Fraley and A. Raftery 2002, Model-based clustering, discriminant
/// analysis, and density estimation, DOI 10.1198/016214502760047131. C. Biernacki, G. Celeux and G. Govaert 2000,
/// Assessing a mixture model for clustering with the integrated completed likelihood, DOI 10.1109/34.865189.
///
/// # Differs from
/// scikit-learn 1.9: rows may have weights; the regularisation is in parts of the variance of each column and not in
/// squared units; k-means sees columns of variance 1; five starts and not one; the tolerance is 1e-6 and not 1e-3.
/// From the same start with the same regularisation the iterations are the same. mclust prints the BIC with the
/// opposite sign.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Mixture {
    /// How many components.
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    shape: Shape,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_tolerance"))]
    tolerance: f64,
    #[cfg_attr(feature = "serde", serde(default = "default_regularisation"))]
    regularisation: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    start: MixtureStart,
}

const fn default_restarts() -> usize {
    5
}

const fn default_iterations() -> usize {
    200
}

const fn default_tolerance() -> f64 {
    1e-6
}

const fn default_regularisation() -> f64 {
    1e-6
}

impl Mixture {
    /// `k` components with full covariances, from 5 starts by k-means, at most 200 iterations each.
    pub fn new(k: usize) -> Self {
        Mixture {
            k,
            shape: Shape::default(),
            seed: 0,
            restarts: default_restarts(),
            iterations: default_iterations(),
            tolerance: default_tolerance(),
            regularisation: default_regularisation(),
            start: MixtureStart::default(),
        }
    }

    /// Sets what the covariances may be; full unless set.
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.shape = shape;
        self
    }

    /// Sets the seed of what k-means draws; 0 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how often it starts anew, keeping the highest log-likelihood; 5 unless set. Given means run once.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// Sets after how many iterations a start ends at the latest; 200 unless set.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets the change of the mean log-likelihood of a row below which a start has converged, as in scikit-learn; 1e-6
    /// unless set. 0 never converges.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets what is added to the variances of each component, as a part of the variance of the column over all rows;
    /// 1e-6 unless set.
    ///
    /// It keeps a component from shrinking to a point, where the likelihood has no bound. In columns of variance 1 it is
    /// scikit-learn's `reg_covar`.
    #[must_use]
    pub fn regularisation(mut self, regularisation: f64) -> Self {
        self.regularisation = regularisation;
        self
    }

    /// Sets where the components are at first; at the clusters of k-means unless set.
    #[must_use]
    pub fn start(mut self, start: MixtureStart) -> Self {
        self.start = start;
        self
    }

    /// Refuses what no mixture can be made with, before any row is read.
    fn check(&self, dimensions: usize) -> Result<()> {
        if self.k == 0 {
            return Err(Error::parameter("k", "at least 1", self.k));
        }
        if self.restarts == 0 {
            return Err(Error::parameter("restarts", "at least 1", self.restarts));
        }
        if self.iterations == 0 {
            return Err(Error::parameter("iterations", "at least 1", self.iterations));
        }
        if !(self.tolerance.is_finite() && self.tolerance >= 0.0) {
            return Err(Error::parameter("tolerance", "a finite number of at least 0", self.tolerance));
        }
        if !(0.0..=1.0).contains(&self.regularisation) {
            return Err(Error::parameter("regularisation", "from 0 to 1", self.regularisation));
        }
        let MixtureStart::Given(means) = &self.start else { return Ok(()) };
        if means.len() != self.k {
            return Err(Error::length("start", means.len(), self.k));
        }
        for (row, mean) in means.iter().enumerate() {
            if mean.len() != dimensions {
                return Err(Error::length("a mean of the start", mean.len(), dimensions).at_row(row));
            }
            if let Some(number) = mean.iter().find(|number| number.abs() > block::LARGEST || number.is_nan()) {
                return Err(Error::not_finite("a number of the start", *number).at_row(row));
            }
        }
        Ok(())
    }

    /// The mixture before the first iteration: of given means, or of the clusters of one run of k-means.
    ///
    /// Each restart has another seed, so other clusters. k-means finds fewer clusters than asked for where there are no
    /// more different rows; the mixture then has as many components as it found.
    fn begin(&self, points: &Points<'_>, ground: &Ground, restart: u64) -> Result<State<Components>> {
        match &self.start {
            MixtureStart::Given(means) => {
                let components = ground.around(&means.concat())?;
                Ok(State { components, shares: vec![1.0 / self.k as f64; self.k] })
            }
            MixtureStart::KMeans => {
                let d = points.dimensions();
                let mut even = ndarray::Array2::zeros((points.len(), d));
                for (row, mut out) in even.rows_mut().into_iter().enumerate() {
                    for (column, (out, value)) in out.iter_mut().zip(points.row(row)).enumerate() {
                        *out = (value - ground.center[column]) / ground.deviation(column);
                    }
                }
                let mut rows = Points::new(even.view());
                if let Some(weights) = points.row_weights() {
                    rows = rows.weights(weights);
                }
                let recipe = KMeans::new(self.k).seed(self.seed.wrapping_add(restart)).restarts(1).iterations(100);
                let found = recipe.find(&rows, &Progress::none())?;
                let labels: Vec<u32> = found.labels.iter().map(|label| label.unwrap_or(0)).collect();
                let k = found.model.clusters();
                let mut means = Vec::with_capacity(k * d);
                for cluster in 0..k {
                    let centroid = found.model.representative(cluster);
                    means.extend(
                        centroid
                            .iter()
                            .enumerate()
                            .map(|(column, value)| ground.center[column] + value * ground.deviation(column)),
                    );
                }
                let origin = ground.around(&means)?;
                Ok(em::from_labels(points, ground, &origin, k, &labels))
            }
        }
    }

    /// The mixture of the highest log-likelihood; the first among equals.
    fn best(&self, points: &Points<'_>, ground: &Ground, progress: &Progress<'_>) -> Result<(Ended<Components>, Seen)> {
        let restarts = if self.start == MixtureStart::KMeans { self.restarts as u64 } else { 1 };
        let iterations = self.iterations as u64;
        let mut best: Option<(Ended<Components>, Seen)> = None;
        for restart in 0..restarts {
            progress.step("restarts", restart, restarts)?;
            let state = self.begin(points, ground, restart)?;
            let limits = Limits {
                iterations: self.iterations,
                tolerance: self.tolerance,
                done: restart.saturating_mul(iterations),
                total: restarts.saturating_mul(iterations),
            };
            let ended = em::improve(points, ground, state, limits, progress)?;
            let seen = pass::look(points, ground, &ended.state);
            if best.as_ref().is_none_or(|(_, other)| seen.log_likelihood > other.log_likelihood) {
                best = Some((ended, seen));
            }
        }
        best.ok_or_else(|| Error::parameter("restarts", "at least 1", self.restarts))
    }
}

impl ClusterMethod for Mixture {
    type Model = MixtureModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<MixtureModel>> {
        self.check(points.dimensions())?;
        points.check(Self::FORM)?;
        let ground = Ground::new(points, self.shape, self.regularisation)?;
        let (mut ended, seen) = self.best(points, &ground, progress)?;
        ended.state = in_order(ended.state, &seen.sizes);
        // once more, in the order in which rows will be placed
        let seen = pass::look(points, &ground, &ended.state);
        let labels = seen.labels.iter().map(|label| Some(*label)).collect();
        let notes = notes::all(self.k, &ground, &ended, &seen, points.total_weight());
        Ok(Found { model: MixtureModel::new(self.k, ended, seen, points.total_weight(), notes), labels })
    }
}

/// The same mixture, components with the most rows first.
///
/// Shares do not decide the order, because labels are what people count.
fn in_order(state: State<Components>, sizes: &[f64]) -> State<Components> {
    let State { components, shares } = state;
    let (shape, d) = (components.shape, components.dimensions);
    let numbers = canonical::order(sizes, &components.means);
    let covariances = match shape {
        Shape::Tied => components.covariances.clone(),
        _ => canonical::reordered(&numbers, &components.covariances, shape.parameters(1, d)),
    };
    let means = canonical::reordered(&numbers, &components.means, d);
    match Components::new(shape, d, means, covariances) {
        Some(components) => State { components, shares: canonical::reordered(&numbers, &shares, 1) },
        None => State { components, shares },
    }
}
