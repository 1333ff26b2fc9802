//! Lifetimes: how long it takes to put equal buyers together, to learn, and to foretell; how that grows.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at the first surprise")]

use criterion::{criterion_group, criterion_main};

mod families;
mod growth;

criterion_group!(
    benches,
    growth::compress,
    growth::fit,
    growth::predict,
    families::fit,
    families::predict,
    families::future,
    families::spend
);
criterion_main!(benches);
