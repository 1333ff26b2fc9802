//! What every method of clustering is: a recipe for rows of numbers, and a model that places other rows.
//!
//! A method knows nothing of customers. [`Clustering`] puts features before it,
//! [`Clusters`](super::Clusters) gives its clusters names and makes it a segmenter; both do so for all methods at once.

use std::fmt;

use ndarray::ArrayView2;

use crate::error::Result;
use crate::features::encoding::{Features, Form};
use crate::parallel;
use crate::progress::Progress;

use super::clustering::Clustering;
use super::points::Points;

/// Where a row is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// Its cluster; `None` if it belongs to none (density methods).
    pub cluster: Option<usize>,
    /// How far it is from that cluster, or from the nearest if it belongs to none, in the method's own distance.
    pub distance: f64,
    /// The next best cluster and how far that is, where there is one.
    pub second: Option<(usize, f64)>,
}

/// What was found: the model, and where the rows are that it was found in.
#[derive(Clone, Debug)]
pub struct Found<M> {
    /// What places other rows.
    pub model: M,
    /// The cluster of each row; `None` of rows that belong to none.
    pub labels: Vec<Option<u32>>,
}

/// How likely the rows learnt from are under a model, and what the model costs.
///
/// Criteria are small for good models, as in scikit-learn; R's mclust has the sign the other way.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Information {
    /// The logarithm of the likelihood of all rows.
    pub log_likelihood: f64,
    /// How many free parameters the model has.
    pub parameters: usize,
    /// Akaike's criterion (H. Akaike 1974, DOI 10.1109/TAC.1974.1100705).
    pub aic: f64,
    /// The Bayesian criterion (G. Schwarz 1978, DOI 10.1214/aos/1176344136).
    pub bic: f64,
    /// The integrated completed likelihood by entropy (C. Biernacki, G. Celeux and G. Govaert 2000, DOI 10.1109/34.865189).
    pub icl: f64,
}

/// A model can be written and read where the crate can.
#[cfg(feature = "serde")]
pub trait Stored: serde::Serialize + serde::de::DeserializeOwned {}
#[cfg(feature = "serde")]
impl<T: serde::Serialize + serde::de::DeserializeOwned> Stored for T {}
/// A model can be written and read where the crate can: here it cannot.
#[cfg(not(feature = "serde"))]
pub trait Stored {}
#[cfg(not(feature = "serde"))]
impl<T> Stored for T {}

/// A recipe of clustering for rows of numbers.
///
/// Clusters come in the canonical order: the largest first, equal ones by their representatives. The same rows, recipe
/// and seed give the same bytes on any number of threads.
pub trait ClusterMethod: Clone + fmt::Debug + Send + Sync {
    /// What it finds.
    type Model: ClusterModel;

    /// The form in which it wants its rows.
    const FORM: Form;

    /// Finds clusters, telling `progress` how far it is.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, [`Points::check`] refuses the rows, or `progress` stops the work.
    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<Self::Model>>;

    /// The method on features of customers.
    fn on(self, features: Features) -> Clustering<Self>
    where
        Self: Sized,
    {
        Clustering::new(self, features)
    }

    /// Finds clusters in the rows of a matrix.
    ///
    /// # Errors
    /// As [`ClusterMethod::find`].
    fn fit_matrix(&self, rows: ArrayView2<'_, f64>) -> Result<Found<Self::Model>> {
        self.find(&Points::new(rows), &Progress::none())
    }
}

/// What was learnt: it places rows that nobody has seen.
pub trait ClusterModel: Stored + Clone + fmt::Debug + Send + Sync {
    /// The name of its kind in saved files: lower snake case.
    const KIND: &'static str;

    /// How many clusters there are.
    fn clusters(&self) -> usize;

    /// How many numbers a row has.
    fn dimensions(&self) -> usize;

    /// How much weight each cluster had among the rows learnt from.
    fn sizes(&self) -> &[f64];

    /// A row that stands for the cluster: its centroid, medoid, mode or mean.
    fn representative(&self, cluster: usize) -> Vec<f64>;

    /// Where a row is. It has [`dimensions`](ClusterModel::dimensions) numbers.
    fn place(&self, row: &[f64]) -> Placed;

    /// Where all these rows are, in parallel: the same answers as [`place`](ClusterModel::place).
    fn place_all(&self, points: &Points<'_>) -> Vec<Placed> {
        let chunks = parallel::map_chunks(points.len(), 4096, |rows| {
            rows.map(|row| self.place(points.row(row))).collect::<Vec<_>>()
        });
        chunks.into_iter().flatten().collect()
    }

    /// The cluster of each of these rows, in parallel: the clusters of [`place_all`](ClusterModel::place_all), where
    /// nobody asks how far they are.
    fn label_all(&self, points: &Points<'_>) -> Vec<Option<u32>> {
        self.place_all(points).into_iter().map(|placed| placed.cluster.map(|cluster| cluster as u32)).collect()
    }

    /// Writes to what degree a row is in each cluster, from 0 to 1, and answers `true`; a method whose clusters have
    /// sharp edges answers `false`.
    fn memberships(&self, row: &[f64], degrees: &mut [f64]) -> bool {
        let _ = (row, degrees);
        false
    }

    /// What the method makes small or large, by its name in lower snake case, and how far it came: `("inertia", 78.85)`.
    fn objective(&self) -> Option<(&'static str, f64)> {
        None
    }

    /// How likely the rows learnt from are, where the model has a likelihood.
    fn information(&self) -> Option<Information> {
        None
    }

    /// How many iterations the best start took, where there are such.
    fn iterations(&self) -> Option<usize> {
        None
    }

    /// Whether it came to rest before its iterations were used up.
    fn converged(&self) -> Option<bool> {
        None
    }

    /// What was decided on the way that its maker did not ask for, in sentences.
    fn notes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Whether what was loaded can be such a model: shapes, finite numbers.
    ///
    /// # Errors
    /// If it cannot.
    fn check(&self) -> Result<()>;
}
