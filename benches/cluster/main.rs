//! Clustering: how long each method takes on rows that fit a cache, and on more.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at the first surprise")]

use criterion::{criterion_group, criterion_main};

mod k_means;
mod methods;

criterion_group!(benches, k_means::fit, k_means::place, methods::find, methods::assign, methods::encode);
criterion_main!(benches);
