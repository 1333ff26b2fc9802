//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod analysis;
mod column;
#[cfg(feature = "serde")]
mod exchange;
mod expression;
mod file;
mod graded;
mod horizon;
#[cfg(feature = "serde")]
mod json;
mod language;
mod limits;
mod meaning;
mod plan;
mod reach;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "sql")]
mod sql;
mod text;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

pub use analysis::{Cost, Deletion, Odd, Oddity, VersionDiff};
pub use column::Truths;
#[cfg(feature = "serde")]
pub use exchange::Importer;
pub use expression::Expression;
pub use file::DefinitionsFile;
pub use graded::Softness;
pub use horizon::{Until, ValidUntil};
pub use language::*;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
#[cfg(feature = "schema")]
pub use schema::json_schema;
#[cfg(feature = "sql")]
pub use sql::{Dialect, EventTable, ListTable, Renderer, Tables};
pub use truth::Truth;
