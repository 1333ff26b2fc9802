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
mod concentration;
mod core;
mod data;
#[cfg(feature = "full")]
mod examples;
#[cfg(feature = "serde")]
mod model;
mod readme;
#[cfg(feature = "behavioral")]
mod rfm;
mod rfm_data;
mod summary;
mod time;
mod tree;
