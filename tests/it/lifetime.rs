//! Lifetimes: published figures, laws, hard input.

mod bg_nbd;
mod covariates;
mod data;
mod pareto_nbd;
mod value;
