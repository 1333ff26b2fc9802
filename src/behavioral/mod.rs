//! Behavioral segments: by what customers did.
//!
//! [`Rfm`] scores how recently, how often and for how much customers bought.

pub mod rfm;
mod scored;

pub use rfm::{Rfm, RfmModel, RfmSegment};
