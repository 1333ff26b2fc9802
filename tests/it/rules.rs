//! Rules: the language in its forms, and what answers it.

mod analysis;
#[path = "rules/generate.rs"]
pub mod generate;
#[path = "rules/row.rs"]
mod row;
#[path = "rules/text.rs"]
mod generate;
mod row;
mod text;
