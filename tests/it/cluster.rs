//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod frame;
mod hierarchical;
mod k_means;
mod mixture;
