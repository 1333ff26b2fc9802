//! Definitions made ready to be asked.

mod leaves;
mod lower;
pub(super) mod program;
mod ready;
pub(super) mod subjects;
mod terms;
mod vocabulary;

pub use ready::Plan;
pub(super) use ready::{AudiencePlan, Overrides, Root, RulesPlan};
pub use vocabulary::Vocabulary;
pub(super) use vocabulary::unknown;
