//! The one integration test binary: each file is a module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "tests may stop at the first surprise"
)]

#[cfg(feature = "combine")]
mod combine;
#[cfg(feature = "profile")]
mod profile;
mod time;
