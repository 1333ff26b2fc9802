//! Rules: the language in its forms, and what answers it.

mod analysis;
mod column;
#[cfg(feature = "serde")]
mod conformance;
#[cfg(feature = "sql")]
mod engines;
#[cfg(feature = "serde")]
mod exchange;
mod expiry;
mod file;
#[cfg(feature = "serde")]
mod fuzz;
mod generate;
mod horizon;
#[cfg(feature = "serde")]
mod json;
mod laws;
mod lines;
mod people;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "sql")]
mod sqlite;
#[cfg(feature = "serde")]
mod targets;
mod text;
