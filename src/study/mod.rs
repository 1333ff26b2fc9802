//! The whole cycle as data.
pub(crate) mod file;
mod recipe;
pub use recipe::{AnySegmenter, Ready, Recipe};
