//! Clusters: every method on real data, on hard input and beside its textbook twin.

mod family;
mod frame;
mod k_means;
mod mixture;
