//! Customer segmentation.

pub mod bands;
pub mod classify;

pub mod error;
mod math;
mod parallel;
pub mod time;

pub use error::{Error, ErrorKind, Result};
pub use math::concentration;
