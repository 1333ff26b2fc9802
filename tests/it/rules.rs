//! Rules: the language in its forms, and what answers it.

mod analysis;
mod generate;
mod row;
mod text;
