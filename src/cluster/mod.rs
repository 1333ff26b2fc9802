//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

#[cfg(feature = "serde")]
mod any;
mod canonical;
mod clustering;
mod clusters;
mod distance;
mod explain;
mod family;
mod fuzzy;
mod k_means;
mod k_medians;
mod k_medoids;
mod markers;
mod method;
mod mixture;
mod points;
mod reach;

#[cfg(feature = "serde")]
pub use any::{AnyClusters, AnyFound, AnyMethod, METHODS, Setting, SettingsReader, clusters_from_json};
pub use clustering::Clustering;
pub use clusters::Clusters;
mod size_limited;
mod spherical;

pub use distance::{Distance, Distances};
pub use family::CentroidModel;
pub use fuzzy::{Fuzzy, FuzzyModel};
pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use k_medians::{KMedians, KMediansModel};
pub use k_medoids::{
    Clara, ClaraModel, KMedoids, KMedoidsModel, MedoidStart, Medoids, SilhouetteMedoids, SilhouetteMedoidsModel, Swap,
};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use mixture::{Mixture, MixtureModel, MixtureStart, Shape};
pub use points::Points;
pub use reach::Reach;
pub use size_limited::{SizeLimited, SizeLimitedModel};
pub use spherical::{Spherical, SphericalModel};
