//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod language;
#[cfg(feature = "sql")]
mod sql;
mod truth;

pub use language::*;
#[cfg(feature = "sql")]
pub use sql::{Dialect, EventTable, ListTable, Renderer, Tables, Threshold, Thresholds};
pub use truth::Truth;
