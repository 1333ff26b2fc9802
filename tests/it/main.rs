//! The one integration test binary: each file is a module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "tests may stop at the first surprise, and say when they skip"
)]

mod bands;
mod classify;
mod concentration;
mod core;
mod data;
#[cfg(feature = "full")]
mod examples;
mod features;
mod health;
mod join;
#[cfg(feature = "serde")]
mod model;
mod purchases;
mod readme;
mod rfm_data;
#[cfg(feature = "combine")]
mod combine;
#[cfg(feature = "csv")]
mod csv;
mod data;
#[cfg(feature = "full")]
mod examples;
#[cfg(feature = "serde")]
mod jsonl;
#[cfg(feature = "serde")]
mod model;
mod readme;
#[cfg(feature = "serde")]
mod serialize;
mod tier;
mod rollup;
#[cfg(feature = "profile")]
mod profile;
mod time;
mod tree;
