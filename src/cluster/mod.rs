//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod hierarchical;
mod k_means;
mod method;
mod mixture;
mod points;

pub use hierarchical::{Dendrogram, Hierarchical, HierarchicalModel, Linkage, Merge};
pub use k_means::{Algorithm, KMeans, KMeansModel, Start};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use mixture::{Mixture, MixtureModel, MixtureStart, Shape};
pub use points::Points;
