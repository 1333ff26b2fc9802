//! Rules: the language in its forms, and what answers it.

mod analysis;
mod generate;
mod row;
#[cfg(feature = "sql")]
mod sql;
#[cfg(feature = "sql")]
mod sqlite;
mod text;
