//! Rules: the language in its forms, and what answers it.

#[cfg(feature = "serde")]
mod conformance;
mod generate;
mod laws;
mod row;
mod text;
