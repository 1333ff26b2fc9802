//! The rule language and its executors.

mod row;
//! Rules: the language in its forms, and what answers it.

#[path = "rules/generate.rs"]
pub mod generate;
#[path = "rules/text.rs"]
mod text;
