//! Customer segmentation.

pub mod bands;
pub mod classify;

pub mod error;
mod math;
mod parallel;
pub mod time;

pub use error::{Error, ErrorKind, Result};
pub mod customer;
pub mod explanation;
pub mod history;
#[cfg(feature = "serde")]
pub mod model;
pub mod progress;
pub mod segment;
pub mod segmentation;
pub mod segmenter;
pub mod value;
pub use math::concentration;
#[cfg(feature = "combine")]
pub mod combine;
#[cfg(feature = "profile")]
pub mod profile;
