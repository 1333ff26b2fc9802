//! Rules: the language in its forms, and what answers it.

#[cfg(feature = "serde")]
mod exchange;
#[cfg(feature = "serde")]
mod fuzz;
mod generate;
#[cfg(feature = "serde")]
mod json;
mod row;
#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serde")]
mod targets;
mod text;
