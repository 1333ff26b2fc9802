//! What can be said of definitions themselves: what is odd about them, what they cost, who refers to whom, what a change of
//! them does.
//!
//! None of this needs the definitions to be wrong. They were checked when the plan was made; what
//! is found here is allowed and perhaps not meant.
//!
//! - `lints` says what is odd, by a search through `space`, where customers that no definition tells
//!   apart are one.
//! - `cost` says what each definition costs in time and memory.
//! - `references` finds who refers to whom, and plans what a deletion does to them.
//! - `compare` asks two versions of the same customers and says who moves, and why.

mod compare;
mod cost;
mod lints;
mod references;
mod space;

pub use compare::VersionDiff;
pub use cost::Cost;
pub use lints::{Odd, Oddity};
pub use references::Deletion;

use super::language::Unknown;
use super::truth::Truth;

/// What an unknown condition means for membership; one that is an error is none.
///
/// Whoever asks looks for errors elsewhere; here a customer of whom nothing is known is then no
/// member.
fn settle(truth: Truth, unknown: Unknown) -> bool {
    match truth {
        Truth::True => true,
        Truth::Unknown => unknown == Unknown::Include,
        Truth::False => false,
    }
}
