//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod agreement;
mod agreement_laws;
mod alignment;
mod choose;
mod data;
mod index;
mod index_laws;
mod index_twin;
mod pairs;
mod pairs_twin;
mod separation;
mod stability;
mod structure;
#[cfg(feature = "study")]
mod studies;
mod surrogate;
mod verdicts;
