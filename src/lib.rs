//! Customer segmentation.

pub mod error;
mod math;
mod parallel;
pub mod time;

pub use error::{Error, ErrorKind, Result};
pub mod customer;
pub mod history;
pub mod value;
