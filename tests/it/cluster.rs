//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod customers;
mod family;
mod frame;
mod gower;
mod k_means;
mod k_medoids;
mod medoid_data;
mod mixture;
mod dbscan;
mod frame;
mod hdbscan;
