//! Customer segmentation.

pub mod error;
pub mod features;
mod math;
mod parallel;
pub mod time;

pub use error::{Error, ErrorKind, Result};
