//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod dirty;
mod expiry;
mod explain;
mod horizon;
mod language;
mod meaning;
mod plan;
mod reach;
mod row;
mod standing;
mod text;
mod truth;

pub use dirty::{Affected, Delta, Tracked};
pub use expiry::Expiries;
pub use explain::{Change, Clause, Decision, MembershipExplanation, Reading, Staying};
pub use horizon::{Since, Until, ValidUntil};
pub use language::*;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
pub use standing::{Move, Moves, Past, Standing};
pub use truth::Truth;
