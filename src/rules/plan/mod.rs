//! Definitions made ready to be asked.

mod leaves;
pub(super) mod lower;
pub(super) mod program;
mod ready;
pub(super) mod subjects;
mod terms;
pub(super) mod vocabulary;

pub use ready::Plan;
pub(super) use ready::{AudiencePlan, Root, RulesPlan};
pub use vocabulary::Vocabulary;
