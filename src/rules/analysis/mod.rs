//! What can be said of definitions themselves: what is odd about them, what they cost, who refers to whom, what a change of
//! them does.

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
fn settle(truth: Truth, unknown: Unknown) -> bool {
    match truth {
        Truth::True => true,
        Truth::Unknown => unknown == Unknown::Include,
        Truth::False => false,
    }
}
