//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod data;
mod index;
mod index_twin;
mod stability;
#[cfg(feature = "study")]
mod studies;
mod verdicts;
