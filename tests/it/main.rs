//! The one integration test binary: each file is a module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    missing_docs,
    reason = "tests may stop at the first surprise, and say when they skip"
)]

mod core;
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
mod time;
mod tree;
