//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod analysis;
mod column;
#[cfg(feature = "serde")]
mod json;
mod language;
mod limits;
mod meaning;
mod model;
mod plan;
mod row;
#[cfg(feature = "schema")]
mod schema;
mod text;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

pub use analysis::{Cost, Deletion, Odd, Oddity};
pub use column::Truths;
pub use language::*;
pub use model::RulesModel;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
#[cfg(feature = "schema")]
pub use schema::json_schema;
pub use truth::Truth;
