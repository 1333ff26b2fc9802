//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod family;
mod fuzzy;
mod k_means;
mod k_medians;
mod method;
mod points;
mod size_limited;
mod spherical;

pub use family::CentroidModel;
pub use fuzzy::{Fuzzy, FuzzyModel};
pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use k_medians::{KMedians, KMediansModel};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use points::Points;
pub use size_limited::{SizeLimited, SizeLimitedModel};
pub use spherical::{Spherical, SphericalModel};
