//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod family;
mod frame;
mod k_means;
mod mixture;
mod gower;
mod k_medoids;
mod medoid_data;
