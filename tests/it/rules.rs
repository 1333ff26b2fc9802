//! Rules: the language in its forms, and what answers it.

mod analysis;
mod column;
#[cfg(feature = "serde")]
mod conformance;
mod dirty;
#[cfg(feature = "sql")]
mod engines;
#[cfg(feature = "serde")]
mod exchange;
mod expiry;
mod explain;
mod file;
#[cfg(feature = "serde")]
mod fuzz;
mod generate;
mod guide;
mod horizon;
#[cfg(feature = "serde")]
mod json;
mod laws;
mod lines;
mod people;
mod ranks;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "sql")]
mod sqlite;
mod standing;
#[cfg(feature = "serde")]
mod targets;
mod text;
