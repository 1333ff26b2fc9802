//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod dbscan;
mod frame;
mod hdbscan;
