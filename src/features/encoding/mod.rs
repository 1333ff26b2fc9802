//! Attributes become rows of numbers: what clustering and other methods work on.

mod meaning;

pub use meaning::{Form, Meaning};
