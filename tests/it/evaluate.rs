//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod agreement;
mod agreement_laws;
mod choose;
mod data;
mod index;
mod index_twin;
mod separation;
mod stability;
mod structure;
#[cfg(feature = "study")]
mod studies;
mod verdicts;
