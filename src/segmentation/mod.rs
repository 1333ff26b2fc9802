//! Who is where.

mod audiences;
mod placed;

pub use audiences::Audiences;
pub use placed::{Segmentation, SegmentationBuilder};
