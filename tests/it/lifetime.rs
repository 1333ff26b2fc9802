//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod compare;
mod contracts;
mod covariates;
mod data;
mod definition;
mod discounted;
mod discrete;
mod extremes;
mod hard;
mod historic;
mod intervals;
mod laws;
mod lifetimes;
#[cfg(all(feature = "csv", feature = "serde"))]
mod online_retail;
mod outputs;
mod pareto_nbd;
mod regular;
mod retention;
mod shrink;
mod sizes;
mod spend;
mod uncertainty;
mod value;
