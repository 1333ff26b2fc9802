//! Definitions made ready to be asked.

mod leaves;
mod lower;
mod terms;
mod vocabulary;

pub use vocabulary::Vocabulary;
