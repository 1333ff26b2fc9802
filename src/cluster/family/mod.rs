//! What the siblings of k-means share: centers, a measure of how far a row is from one, starts, and steps to and fro
//! between labels and centers.
//!
//! A sibling is a recipe that says its [`Family`]: name, objective and measure. Its model is [`CentroidModel`], the same
//! for all. Those that go to and fro between labels and centers do it by [`descent`]; the others bring their own way and
//! end with [`settle`](descent::settle), so that labels agree with where the model places the same rows.

pub(crate) mod centers;
pub(crate) mod descent;
pub(crate) mod door;
pub(crate) mod finish;
pub(crate) mod measure;
pub(crate) mod model;
pub(crate) mod start;

pub use model::{CentroidModel, Family};

/// Restarts where a recipe that was read does not say.
#[cfg(feature = "serde")]
pub(crate) fn ten() -> usize {
    10
}

/// Iterations where a recipe that was read does not say.
#[cfg(feature = "serde")]
pub(crate) fn three_hundred() -> usize {
    300
}
