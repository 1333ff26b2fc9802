//! Who is where.
//!
//! A segmenter asked about many customers gives a [`Segmentation`]: each in one segment or in none, with the reason.
//! [`Audiences`] are for segments that overlap. Learn `Segmentation`; its builder is for segmenters of one's own.

mod audiences;
mod delta;
mod overlap;
mod placed;
mod same;
#[cfg(any(feature = "csv", feature = "serde"))]
mod write;

pub use audiences::Audiences;
pub use delta::Delta;
pub use overlap::Intersection;
pub use placed::{Segmentation, SegmentationBuilder};
#[cfg(any(feature = "combine", feature = "profile"))]
pub(crate) use same::same_customers;
