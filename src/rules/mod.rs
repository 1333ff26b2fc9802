//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod language;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

pub use language::*;
pub use truth::Truth;
