//! Rules: the language in its forms, and what answers it.

mod column;
mod generate;
mod people;
mod ranks;
mod row;
mod text;
