//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod alignment;
mod data;
mod surrogate;
