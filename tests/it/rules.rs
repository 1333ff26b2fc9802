//! Rules: the language in its forms, and what answers it.

mod generate;
mod column;
mod people;
mod row;
mod text;
