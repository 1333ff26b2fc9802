//! Attributes become rows of numbers: what clustering and other methods work on.
//!
//! [`Features`] say which attributes count and how; fitted to customers they give an [`Encoder`], which makes the rows
//! and tells what a row says in words.

mod encoder;
mod meaning;
mod recipe;

pub use encoder::{Content, Decoded, Encoded, EncodedColumn, Encoder};
pub use meaning::{Form, Meaning};
pub use recipe::{Feature, Features};
