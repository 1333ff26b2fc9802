//! Rules: the language in its forms, and what answers it.

mod analysis;
mod file;
mod generate;
mod row;
mod text;
