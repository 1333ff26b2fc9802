//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod choose;
mod data;
mod index;
mod index_twin;
mod pairs;
mod pairs_twin;
mod stability;
mod structure;
#[cfg(feature = "study")]
mod studies;
mod verdicts;
