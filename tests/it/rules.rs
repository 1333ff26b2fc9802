//! Rules: the language in its forms, and what answers it.

mod expiry;
pub mod generate;
mod horizon;
mod row;
mod text;
