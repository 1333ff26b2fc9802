//! Evaluation: how long figures of divisions take.

#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at the first surprise")]

use criterion::{criterion_group, criterion_main};

mod agreement;
mod figures;

criterion_group!(benches, agreement::agreement, figures::figures, figures::verdicts);
criterion_main!(benches);
