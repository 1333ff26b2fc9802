//! How far two divisions of the same rows agree.

mod contingency;

pub use contingency::Contingency;
