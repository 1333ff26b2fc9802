//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod language;
mod text;
mod truth;

pub use language::*;
pub use truth::Truth;
