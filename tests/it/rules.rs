//! Rules: the language in its forms, and what answers it.

mod dirty;
mod expiry;
mod explain;
pub mod generate;
mod horizon;
mod row;
mod standing;
mod text;
