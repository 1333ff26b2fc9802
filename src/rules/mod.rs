//! Rules: a language in which people say who belongs to a segment, and what answers it.

#[cfg(feature = "serde")]
mod exchange;
#[cfg(feature = "serde")]
mod json;
mod language;
#[allow(dead_code, reason = "the plan's check reads it too")]
mod limits;
#[cfg(feature = "schema")]
mod schema;
mod truth;
#[allow(dead_code, reason = "what reads it joins part by part")]
mod walk;

#[cfg(feature = "serde")]
pub use exchange::Importer;
pub use language::*;
#[cfg(feature = "schema")]
pub use schema::json_schema;
pub use truth::Truth;
