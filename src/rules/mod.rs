//! Rules: a language in which people say who belongs to a segment, and what answers it.

mod expiry;
mod explain;
mod horizon;
mod language;
mod meaning;
mod plan;
mod reach;
mod row;
mod text;
mod truth;

pub use expiry::Expiries;
pub use explain::{Change, Clause, Decision, MembershipExplanation, Reading, Staying};
pub use horizon::{Since, Until, ValidUntil};
pub use language::*;
pub use plan::{Plan, Vocabulary};
pub use row::{Answer, Asker};
pub use truth::Truth;
