//! Who is where.

mod audiences;
mod placed;
#[cfg(any(feature = "combine", feature = "profile"))]
mod same;
#[cfg(any(feature = "csv", feature = "serde"))]
mod write;

pub use audiences::Audiences;
pub use placed::{Segmentation, SegmentationBuilder};
#[cfg(any(feature = "combine", feature = "profile"))]
pub(crate) use same::same_customers;
