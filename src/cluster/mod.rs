//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod dbscan;
mod density;
mod hdbscan;
mod method;
mod points;

pub use dbscan::{Dbscan, DbscanModel};
pub use hdbscan::{ClusterSelection, Hdbscan, HdbscanCluster, HdbscanDetails, HdbscanEdge, HdbscanModel};
pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use points::Points;
