//! Customer segmentation.

pub mod error;
mod math;
mod parallel;
pub mod time;

pub use error::{Error, ErrorKind, Result};
