//! What can be said of definitions themselves: what is odd about them, what they cost, who refers to whom, what a change of
//! them does.

mod lints;
mod space;

pub use lints::{Odd, Oddity};

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
