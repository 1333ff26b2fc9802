//! The whole cycle as data.
pub(crate) mod file;
