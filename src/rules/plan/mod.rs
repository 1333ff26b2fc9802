//! Definitions made ready to be asked.

mod at_once;
mod layout;
mod leaves;
mod lines;
pub(super) mod lower;
mod order;
pub(super) mod program;
mod ready;
pub(super) mod subjects;
mod terms;
pub(super) mod vocabulary;

#[cfg(feature = "serde")]
pub(super) use lower::RankOf;
pub use ready::Plan;
pub(super) use ready::{AudiencePlan, Overrides, Root, RulesPlan};
pub use vocabulary::Vocabulary;
pub(super) use vocabulary::unknown;
