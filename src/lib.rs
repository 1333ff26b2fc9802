//! Customer segmentation.

pub mod error;
mod math;
mod parallel;
mod text;
pub mod time;

pub use error::{Error, ErrorKind, Result};
pub mod customer;
pub mod health;
pub mod history;
pub mod value;
