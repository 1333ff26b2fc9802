//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod k_means;
mod method;
mod points;

pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use points::Points;
