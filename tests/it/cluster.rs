//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod frame;
mod gower;
mod k_medoids;
mod k_modes;
mod k_prototypes;
mod medoid_data;
