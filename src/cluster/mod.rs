//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod bisecting;
mod canonical;
mod family;
mod fuzzy;
mod k_means;
mod k_medians;
mod method;
mod mini_batch;
mod one_pass;
mod points;
mod size_limited;
mod spherical;

pub use bisecting::{Bisecting, BisectingModel, Split};
pub use family::CentroidModel;
pub use fuzzy::{Fuzzy, FuzzyModel};
pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use k_medians::{KMedians, KMediansModel};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use mini_batch::{MiniBatch, MiniBatchModel};
pub use one_pass::{Collector, OnePass, OnePassModel};
pub use points::Points;
pub use size_limited::{SizeLimited, SizeLimitedModel};
pub use spherical::{Spherical, SphericalModel};
