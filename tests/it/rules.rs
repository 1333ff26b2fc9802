//! Rules: the language in its forms, and what answers it.

mod analysis;
#[cfg(feature = "serde")]
mod conformance;
#[cfg(feature = "sql")]
mod engines;
#[cfg(feature = "serde")]
mod exchange;
mod file;
#[cfg(feature = "serde")]
mod fuzz;
mod generate;
mod horizon;
#[cfg(feature = "serde")]
mod json;
mod laws;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "sql")]
mod sqlite;
mod text;
