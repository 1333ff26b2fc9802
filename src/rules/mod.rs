//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod language;
mod meaning;
mod plan;
mod row;
mod truth;

pub use language::*;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
pub use truth::Truth;
