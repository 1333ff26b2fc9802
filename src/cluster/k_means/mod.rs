//! K-means: each row in the cluster whose mean is nearest, means moved until no row changes.
//!
//! What an answer is stands in [`exact`]; the rest exists to reach the same answer sooner. [`packed`] rows lie as kernels
//! read them, [`scan`] compares them with all centroids in single precision and says where that is certain, [`assign`]
//! keeps labels and sums from pass to pass and skips what is settled, [`lloyd`] iterates, [`fit`] lets restarts compete.
//! [`seed`] and [`start`] draw the first centroids, [`place`] serves many rows that nobody has seen;
//! [`simd`](crate::math::simd) is the door to wide instructions.

mod assign;
mod choices;
mod exact;
mod fit;
mod lane;
mod lloyd;
mod model;
mod packed;
mod place;
mod scan;
mod seed;
mod start;

use ndarray::ArrayView2;

use crate::cluster::{ClusterMethod, Found, Points};
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::progress::Progress;

pub use choices::{Algorithm, Start};
pub use model::KMeansModel;

use exact::Rows;

/// K-means: `k` clusters, each around its mean, so that the squared distances to the means add up to little.
///
/// Takes numbers only. Features should be comparable before: k-means sees a difference of 1 in each column alike.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, KMeans};
///
/// let rows = array![[1.0, 9.0], [8.0, 1.0], [1.5, 9.5], [8.5, 1.5], [8.0, 2.0]];
/// let found = KMeans::new(2).seed(7).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(0), Some(1), Some(0), Some(0)]);
/// assert_eq!(found.model.centroids().row(1).to_vec(), [1.25, 9.25]);
/// assert!((found.model.inertia() - 1.0).abs() < 0.1);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Time O(n k d) an iteration and restart at most, often much less; memory O(n d) beside the rows.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads and on any processor. Which algorithm
/// is chosen changes no answer.
///
/// # Missing values
/// Refused; let the features impute them.
///
/// # References
/// S. Lloyd 1982, Least squares quantization in PCM, DOI 10.1109/TIT.1982.1056489. D. Arthur and S. Vassilvitskii
/// 2007, k-means++: the advantages of careful seeding, SODA 2007, pages 1027 to 1035. G. Hamerly 2010, Making k-means
/// even faster, DOI 10.1137/1.9781611972801.12. B. Bahmani et al. 2012, Scalable k-means++,
/// DOI 10.14778/2180912.2180915.
///
/// # Differs from
/// scikit-learn 1.9 starts once and not 10 times; R's `kmeans` uses Hartigan and Wong's exchange, which stops in fewer
/// poor optima. Clusters are numbered by size; a cluster that loses all its rows starts again at the row farthest from
/// its centroid, as in scikit-learn, and is counted.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KMeans {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_tolerance"))]
    tolerance: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    start: Start,
    #[cfg_attr(feature = "serde", serde(default))]
    algorithm: Algorithm,
}

/// How often it starts unless told.
const fn default_restarts() -> usize {
    10
}

/// After how many iterations a start ends unless told.
const fn default_iterations() -> usize {
    300
}

/// How little centroids move at the end unless told.
const fn default_tolerance() -> f64 {
    1e-4
}

impl KMeans {
    /// `k` clusters, from 10 greedy k-means++ starts, at most 300 iterations each.
    pub fn new(k: usize) -> Self {
        KMeans {
            k,
            seed: 0,
            restarts: default_restarts(),
            iterations: default_iterations(),
            tolerance: default_tolerance(),
            start: Start::default(),
            algorithm: Algorithm::default(),
        }
    }

    /// Sets the seed of what is drawn; 0 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how often it starts anew, keeping the lowest inertia; 10 unless set. Given starts run once.
    ///
    /// One start of k-means++ is good on average and poor now and then; ten cost ten times as much and are rarely poor.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// Sets after how many iterations a start ends at the latest; 300 unless set.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets how little the centroids move at the end: the sum of their squared moves is at most this times the mean
    /// variance of the columns, as in scikit-learn. 1e-4 unless set; 0 goes on until no row changes its cluster.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets where the centroids are at first; greedy k-means++ unless set.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// Sets how rows are compared with centroids: the answer is the same, the time is not.
    #[must_use]
    pub fn algorithm(mut self, algorithm: Algorithm) -> Self {
        self.algorithm = algorithm;
        self
    }

    /// Whether all parameters are what they may be, for rows of that many columns.
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
        self.start.check(self.k, dimensions)
    }

    /// Finds clusters in rows of single precision, without a copy in double precision; sums and answers are double.
    ///
    /// # Errors
    /// As [`fit_matrix`](ClusterMethod::fit_matrix).
    pub fn fit_matrix_f32(&self, rows: ArrayView2<'_, f32>) -> Result<Found<KMeansModel>> {
        let (len, dimensions) = rows.dim();
        self.check(dimensions)?;
        if len == 0 || dimensions == 0 {
            return Err(Error::empty(if len == 0 { "rows to cluster" } else { "columns to cluster by" }));
        }
        let turned: Vec<f32>;
        let data = match rows.to_slice() {
            Some(data) => data,
            None => {
                turned = rows.iter().copied().collect();
                &turned
            }
        };
        if let Some(cell) = data.iter().position(|value| !value.is_finite()) {
            let (column, found) = (cell % dimensions, data[cell]);
            let message = format!("column {column} is {found}, expected a finite number");
            return Err(Error::definition(message).at_row(cell / dimensions));
        }
        fit::fit(self, &Rows::new(data, dimensions, None), &Progress::none())
    }
}

impl ClusterMethod for KMeans {
    type Model = KMeansModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<KMeansModel>> {
        self.check(points.dimensions())?;
        points.check(Self::FORM)?;
        let rows = Rows::new(points.data(), points.dimensions(), points.row_weights());
        fit::fit(self, &rows, progress)
    }
}
