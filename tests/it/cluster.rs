//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod customers;
mod dbscan;
mod family;
mod frame;
mod gower;
mod hdbscan;
mod hierarchical;
mod k_means;
mod k_medoids;
mod k_modes;
mod k_prototypes;
mod medoid_data;
mod mixture;
#[cfg(feature = "study")]
mod studies;
