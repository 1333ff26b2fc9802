//! Evaluation: figures beside published ones and other tools, laws, and verdicts on good and bad divisions.

mod agreement;
mod agreement_laws;
mod data;
