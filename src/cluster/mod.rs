//! Groups that are found in the data, not defined: clustering for numbers, categories and both.

mod canonical;
mod method;
mod points;

pub use method::{ClusterMethod, ClusterModel, Found, Placed, Stored};
pub use points::Points;
