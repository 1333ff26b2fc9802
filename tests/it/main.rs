//! The one integration test binary: each file is a module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "tests may stop at the first surprise, and say when they skip"
)]

mod alone;
mod bands;
#[cfg(feature = "behavioral")]
mod behavioral;
mod classify;
#[cfg(feature = "cluster")]
mod cluster;
#[cfg(feature = "combine")]
mod combine;
mod concentration;
mod core;
#[cfg(feature = "csv")]
mod csv;
mod data;
mod encoding;
#[cfg(feature = "evaluate")]
mod evaluate;
#[cfg(feature = "full")]
mod examples;
mod features;
mod health;
#[cfg(feature = "serde")]
mod items;
mod join;
#[cfg(feature = "serde")]
mod jsonl;
#[cfg(all(feature = "study", feature = "parallel"))]
mod laws;
#[cfg(feature = "lifetime")]
mod lifetime;
#[cfg(feature = "serde")]
mod model;
#[cfg(feature = "profile")]
mod profile;
mod purchases;
mod readme;
#[cfg(feature = "behavioral")]
mod rfm;
mod rfm_data;
mod rollup;
#[cfg(all(feature = "rules", feature = "serde", feature = "tier"))]
mod rules;
#[cfg(feature = "serde")]
mod serialize;
mod shared;
#[cfg(feature = "study")]
mod study;
mod summary;
#[cfg(all(feature = "tier", feature = "serde"))]
mod tier;
mod time;
mod tree;
#[cfg(feature = "full")]
mod workbench;
#[cfg(feature = "worth")]
mod worth;
