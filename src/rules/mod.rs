//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod analysis;
mod graded;
#[cfg(feature = "serde")]
mod exchange;
#[cfg(feature = "serde")]
mod json;
mod language;
#[cfg(feature = "sql")]
mod sql;
mod limits;
mod meaning;
mod plan;
mod row;
#[cfg(feature = "schema")]
mod schema;
mod text;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

pub use analysis::{Cost, Deletion, Odd, Oddity, VersionDiff};
pub use graded::Softness;
pub use analysis::{Cost, Deletion, Odd, Oddity};
#[cfg(feature = "serde")]
pub use exchange::Importer;
pub use language::*;
#[cfg(feature = "sql")]
pub use sql::{Dialect, EventTable, ListTable, Renderer, Tables, Threshold, Thresholds};
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
#[cfg(feature = "schema")]
pub use schema::json_schema;
pub use truth::Truth;
