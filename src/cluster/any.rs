//! A method without its type: for those who hold methods of several kinds, or know only at run time which it is.
//!
//! What divides rows again and again (evaluation, stability, the choice of the number of clusters) takes any method and
//! knows nothing of its type.

use std::fmt;

#[cfg(feature = "serde")]
use crate::customer::Customers;
use crate::error::Result;
use crate::features::encoding::Form;
use crate::progress::Progress;

#[cfg(feature = "serde")]
use super::clustering::Clustering;
use super::method::{ClusterMethod, ClusterModel, Found, Information, Placed};
#[cfg(feature = "serde")]
use super::named::{AnyClusters, Setting};
use super::points::Points;

/// A method of clustering, whichever it is.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{AnyMethod, KMeans, Mixture, Points};
/// use segmentry::progress::Progress;
///
/// let methods: Vec<AnyMethod> = vec![KMeans::new(2).into(), Mixture::new(2).into()];
/// let rows = array![[0.0], [0.2], [9.0], [9.1], [9.2]];
/// let points = Points::new(rows.view());
/// for method in &methods {
///     let found = method.find(&points, &Progress::none())?;
///     assert_eq!(found.labels, [Some(1), Some(1), Some(0), Some(0), Some(0)]); // the largest is the first
///     let placed = found.place(&Points::new(array![[8.0]].view()));
///     assert_eq!(placed[0].cluster, Some(0));
/// }
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Debug)]
pub struct AnyMethod(pub(super) Box<dyn Erased>);

/// What any method found.
#[derive(Debug)]
#[non_exhaustive]
pub struct AnyFound {
    /// The cluster of each row.
    pub labels: Vec<Option<u32>>,
    /// The weight of each cluster.
    pub sizes: Vec<f64>,
    /// What the method makes small or large.
    pub objective: Option<(&'static str, f64)>,
    /// How many iterations it took.
    pub iterations: Option<usize>,
    /// Whether it came to rest.
    pub converged: Option<bool>,
    /// What was decided on the way.
    pub notes: Vec<String>,
    pub(super) model: Box<dyn AnyModel>,
}

impl AnyFound {
    /// Where other rows are, in parallel.
    pub fn place(&self, points: &Points<'_>) -> Vec<Placed> {
        self.model.place_rows(points)
    }

    /// The cluster of other rows, in parallel: as [`place`](AnyFound::place), faster where a method can say no more.
    pub fn label(&self, points: &Points<'_>) -> Vec<Option<u32>> {
        self.model.label_rows(points)
    }

    /// A row that stands for each cluster: its centroid, medoid, mode or mean.
    pub fn representatives(&self) -> Vec<Vec<f64>> {
        (0..self.sizes.len()).map(|cluster| self.model.stands_for(cluster)).collect()
    }

    /// How likely the rows are under the model, if it has a likelihood.
    pub fn information(&self) -> Option<Information> {
        self.model.likelihood()
    }
}

impl<M> From<M> for AnyMethod
where
    M: ClusterMethod + 'static,
    M::Model: 'static,
{
    fn from(method: M) -> Self {
        AnyMethod(Box::new(method))
    }
}

impl AnyMethod {
    /// The form in which the method wants its rows.
    pub fn form(&self) -> Form {
        self.0.form()
    }

    /// Finds clusters in rows of numbers.
    ///
    /// # Errors
    /// As [`ClusterMethod::find`].
    pub fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<AnyFound> {
        self.0.find(points, progress)
    }
}

/// A method without its type.
pub(super) trait Erased: fmt::Debug + Send + Sync {
    fn form(&self) -> Form;
    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<AnyFound>;
    #[cfg(feature = "serde")]
    fn learn(
        &self,
        setting: &Setting,
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(Box<dyn AnyClusters>, String)>;
}

impl<M> Erased for M
where
    M: ClusterMethod + 'static,
    M::Model: 'static,
{
    fn form(&self) -> Form {
        M::FORM
    }

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<AnyFound> {
        let Found { model, labels } = ClusterMethod::find(self, points, progress)?;
        Ok(AnyFound {
            labels,
            sizes: model.sizes().to_vec(),
            objective: model.objective(),
            iterations: model.iterations(),
            converged: model.converged(),
            notes: model.notes(),
            model: Box::new(model),
        })
    }

    #[cfg(feature = "serde")]
    fn learn(
        &self,
        setting: &Setting,
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(Box<dyn AnyClusters>, String)> {
        let features = setting.features_for(customers);
        let recipe = setting.around(Clustering::new(self.clone(), features));
        let (clusters, _) = recipe.learn(customers, progress)?;
        let saved = crate::model::to_json(&clusters)?;
        Ok((Box::new(clusters), saved))
    }
}

/// A model without its type.
pub(super) trait AnyModel: fmt::Debug + Send + Sync {
    fn place_rows(&self, points: &Points<'_>) -> Vec<Placed>;
    fn label_rows(&self, points: &Points<'_>) -> Vec<Option<u32>>;
    fn stands_for(&self, cluster: usize) -> Vec<f64>;
    fn likelihood(&self) -> Option<Information>;
    #[cfg(feature = "serde")]
    fn to_json(&self, columns: &[&str], points: &Points<'_>, labels: &[Option<u32>]) -> Result<String>;
}

impl<M: ClusterModel> AnyModel for M {
    fn place_rows(&self, points: &Points<'_>) -> Vec<Placed> {
        self.place_all(points)
    }

    fn label_rows(&self, points: &Points<'_>) -> Vec<Option<u32>> {
        self.label_all(points)
    }

    fn stands_for(&self, cluster: usize) -> Vec<f64> {
        self.representative(cluster)
    }

    fn likelihood(&self) -> Option<Information> {
        self.information()
    }

    #[cfg(feature = "serde")]
    fn to_json(&self, columns: &[&str], points: &Points<'_>, labels: &[Option<u32>]) -> Result<String> {
        super::named::plain_json(self, columns, points, labels)
    }
}
