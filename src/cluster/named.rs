//! Methods by their names: for studies, command lines and others who know only at run time which method it is.
//!
//! | name | recipe |
//! | --- | --- |
//! | `k_means` | [`KMeans`] |
//! | `mini_batch` | [`MiniBatch`] |
//! | `bisecting` | [`Bisecting`] |
//! | `one_pass` | [`OnePass`] |
//! | `size_limited` | [`SizeLimited`] |
//! | `k_medians` | [`KMedians`] |
//! | `spherical` | [`Spherical`] |
//! | `fuzzy` | [`Fuzzy`] |
//! | `mixture` | [`Mixture`] |
//! | `hierarchical` | [`Hierarchical`] |
//! | `dbscan` | [`Dbscan`] |
//! | `hdbscan` | [`Hdbscan`] |
//! | `k_modes` | [`KModes`] |
//! | `k_prototypes` | [`KPrototypes`] |
//! | `k_medoids` | [`KMedoids`] |
//! | `clara` | [`Clara`] |
//! | `silhouette_medoids` | [`SilhouetteMedoids`] |
//!
//! The settings of a method are the names of its setters.

use serde::de::DeserializeOwned;

use crate::customer::Customers;
use crate::error::{Error, Result, nearest};
use crate::features::encoding::{Encoder, Features, Form};
use crate::model;
use crate::progress::Progress;
use crate::segment::Label;
use crate::segmenter::Segmenter;

use super::any::{AnyFound, AnyMethod};
use super::clustering::Clustering;
use super::clusters::Clusters;
use super::markers;
use super::method::{ClusterMethod, ClusterModel, Placed};
use super::points::Points;
use super::reach::Reach;
use super::{
    Bisecting, Clara, Dbscan, Fuzzy, Hdbscan, Hierarchical, KMeans, KMedians, KMedoids, KModes, KPrototypes, MiniBatch,
    Mixture, OnePass, SilhouetteMedoids, SizeLimited, Spherical,
};

/// What reads the settings of a method, whichever it is.
pub trait SettingsReader {
    /// Reads the settings.
    ///
    /// # Errors
    /// If a key is not one of the method's, or a value is not what it must be; naming the key.
    fn read<M: DeserializeOwned>(self) -> Result<M>;
}

/// Settings as JSON: `{"k": 5, "seed": 7}`.
impl SettingsReader for serde_json::Value {
    fn read<M: DeserializeOwned>(self) -> Result<M> {
        serde_path_to_error::deserialize(self).map_err(|error| {
            let path = error.path().to_string();
            let told = Error::definition(error.into_inner().to_string());
            if path == "." { told } else { told.at_key(path) }
        })
    }
}

macro_rules! methods {
    ($($name:literal => $method:ident),* $(,)?) => {
        /// The names of the methods.
        pub const METHODS: &[&str] = &[$($name),*];

        impl AnyMethod {
            /// The method of that name with settings from `reader`.
            ///
            /// ```
            /// use segmentry::cluster::AnyMethod;
            ///
            /// assert!(AnyMethod::read("k_means", serde_json::json!({ "k": 2, "restarts": 3 })).is_ok());
            /// let slip = AnyMethod::read("k_means", serde_json::json!({ "clusters": 2 })).unwrap_err();
            /// assert!(slip.to_string().contains("unknown field `clusters`"));
            /// ```
            ///
            /// # Errors
            /// If no method has that name, or as [`SettingsReader::read`].
            pub fn read(name: &str, reader: impl SettingsReader) -> Result<Self> {
                match name {
                    $($name => Ok(AnyMethod(Box::new(reader.read::<$method>()?))),)*
                    _ => {
                        let close = nearest(name, METHODS.iter().copied());
                        let hint = close.map(|name| format!("; did you mean `{name}`")).unwrap_or_default();
                        let message = format!("`{name}` is no method of clustering: {}{hint}", METHODS.join(", "));
                        Err(Error::definition(message))
                    }
                }
            }
        }

        /// Saved clusters of any method; `None` if that is no kind of clusters.
        ///
        /// # Errors
        /// As [`model::from_json`].
        pub fn clusters_from_json(kind: &str, json: &str) -> Option<Result<Box<dyn AnyClusters>>> {
            fn of<M: ClusterModel + 'static>(json: &str) -> Result<Box<dyn AnyClusters>> {
                Ok(Box::new(model::from_json::<Clusters<M>>(json)?))
            }
            type ModelOf<M> = <M as ClusterMethod>::Model;
            $(if kind == ModelOf::<$method>::KIND {
                return Some(of::<ModelOf<$method>>(json));
            })*
            None
        }
    };
}

methods! {
    "k_means" => KMeans,
    "mini_batch" => MiniBatch,
    "bisecting" => Bisecting,
    "one_pass" => OnePass,
    "size_limited" => SizeLimited,
    "k_medians" => KMedians,
    "spherical" => Spherical,
    "fuzzy" => Fuzzy,
    "mixture" => Mixture,
    "hierarchical" => Hierarchical,
    "dbscan" => Dbscan,
    "hdbscan" => Hdbscan,
    "k_modes" => KModes,
    "k_prototypes" => KPrototypes,
    "k_medoids" => KMedoids,
    "clara" => Clara,
    "silhouette_medoids" => SilhouetteMedoids,
}

/// The features of a clustering and what else stands around its method.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    features: Option<Features>,
    reach: Reach,
    names: Vec<String>,
}

impl Setting {
    /// Sets the features. Unless set, every attribute that may form segments.
    #[must_use]
    pub fn features(mut self, features: Features) -> Self {
        self.features = Some(features);
        self
    }

    /// Sets who belongs to a cluster at all.
    #[must_use]
    pub fn reach(mut self, reach: Reach) -> Self {
        self.reach = reach;
        self
    }

    /// Names the clusters, the largest first; the rest is named by markers.
    #[must_use]
    pub fn names(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// The features for these customers: those that were set, or every attribute that may form segments.
    pub fn features_for(&self, customers: &Customers) -> Features {
        self.features.clone().unwrap_or_else(|| Features::of(customers))
    }

    /// A clustering with what else was set.
    pub(super) fn around<M: ClusterMethod>(&self, clustering: Clustering<M>) -> Clustering<M> {
        clustering.reach(self.reach).names(&self.names)
    }
}

impl AnyFound {
    /// The model on columns of these names, as a saved model that places customers with such attributes.
    ///
    /// `points` are the rows that it was found in: names of clusters are made of them.
    ///
    /// # Errors
    /// If the names are not as many as columns.
    pub fn to_json(&self, columns: &[&str], points: &Points<'_>) -> Result<String> {
        self.model.to_json(columns, points, &self.labels)
    }
}

impl AnyMethod {
    /// Finds clusters among customers; gives the segmenter and its saved form.
    ///
    /// # Errors
    /// As [`Fit::fit_with`](crate::segmenter::Fit::fit_with) of [`Clustering`].
    pub fn learn(
        &self,
        setting: &Setting,
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(Box<dyn AnyClusters>, String)> {
        self.0.learn(setting, customers, progress)
    }
}

/// Clusters of any method: a segmenter that also places rows.
pub trait AnyClusters: Segmenter<Segment = Label> {
    /// Where customers are: cluster, distance and second choice of each; `None` of those of whom too little is known.
    ///
    /// # Errors
    /// If a value is of the wrong kind.
    fn places(&self, customers: &Customers) -> Result<Vec<Option<Placed>>>;

    /// The same as a segmenter only.
    fn into_segmenter(self: Box<Self>) -> Box<dyn Segmenter<Segment = Label>>;
}

impl<M: ClusterModel + 'static> AnyClusters for Clusters<M> {
    fn places(&self, customers: &Customers) -> Result<Vec<Option<Placed>>> {
        let encoded = self.encoder().encode(customers)?;
        let meanings = self.encoder().meanings();
        let placed = self.model().place_all(&Points::new(encoded.matrix.view()).meanings(&meanings));
        let mut places = vec![None; customers.len()];
        for (row, place) in encoded.rows.iter().zip(placed) {
            places[*row] = Some(place);
        }
        Ok(places)
    }

    fn into_segmenter(self: Box<Self>) -> Box<dyn Segmenter<Segment = Label>> {
        self
    }
}

/// The saved form of a model on columns of these names.
///
/// # Errors
/// As [`AnyFound::to_json`].
pub(super) fn plain_json<M: ClusterModel>(
    model: &M,
    columns: &[&str],
    points: &Points<'_>,
    labels: &[Option<u32>],
) -> Result<String> {
    let encoder = plain(columns)?;
    let names = markers::of(&encoder, points, labels, model.clusters());
    model::to_json(&Clusters::learnt(encoder, model.clone(), Vec::new(), names, 0)?)
}

/// An encoder of numbers as they are.
///
/// # Errors
/// If a name occurs twice.
fn plain(columns: &[&str]) -> Result<Encoder> {
    let nobody = Customers::from_matrix(columns, ndarray::Array2::zeros((1, columns.len())).view())?;
    let features = columns.iter().fold(Features::new().raw(), |features, column| features.number(*column));
    features.fit(&nobody, Form::Numbers)
}
