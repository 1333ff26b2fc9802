//! What the parts of a combination say, put together.
//!
//! All combinations keep these promises, which is why the words are made in one file:
//!
//! 1. A reason is told once, however many parts give it, and in the order of the parts.
//! 2. A reason that does not say what it is about (`no segment's criteria hold`) is told with the number of its part.
//! 3. Evidence and changes of the parts stand in the order of the parts, each once.
//! 4. Of several errors the one of the earliest customer is told, as if customers had been asked one by one.

use std::fmt;

use crate::error::Error;
use crate::explanation::{Explanation, Reason};

/// The reason of one part, so that it says which part is meant where it does not say so itself.
pub(super) fn of_part(reason: &Reason, part: usize, parts: usize) -> Reason {
    match reason {
        Reason::NoMatch => Reason::Other(format!("in part {} of {parts} {}", part + 1, Reason::NoMatch)),
        other => other.clone(),
    }
}

/// Several reasons as one: each once, in order.
///
/// None at all is `NoMatch`, which no combination gives: they ask only where a part has left a customer.
pub(super) fn joined(reasons: impl IntoIterator<Item = Reason>) -> Reason {
    let mut all: Vec<Reason> = Vec::new();
    for reason in reasons {
        if !all.contains(&reason) {
            all.push(reason);
        }
    }
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => only,
        (Some(last), false) => {
            let words: Vec<String> = all.iter().chain([&last]).map(ToString::to_string).collect();
            Reason::Other(words.join("; "))
        }
        (None, _) => Reason::NoMatch,
    }
}

/// The evidence and alternatives of several explanations behind those of `into`, each once.
pub(super) fn gather(mut into: Explanation, parts: impl IntoIterator<Item = Explanation>) -> Explanation {
    for part in parts {
        for evidence in part.evidence {
            if !into.evidence.contains(&evidence) {
                into.evidence.push(evidence);
            }
        }
        for change in part.alternatives {
            if !into.alternatives.contains(&change) {
                into.alternatives.push(change);
            }
        }
    }
    into
}

/// The error of the earlier customer, the first one's where both are of the same: the error that asking customer by
/// customer would have met.
///
/// An error without a row, such as one of a definition, comes before all that have one.
pub(super) fn earlier(errors: impl IntoIterator<Item = Error>) -> Option<Error> {
    errors.into_iter().min_by_key(|error| error.place().row)
}

/// That a part handed out what is not among its segments.
pub(super) fn not_among(key: impl fmt::Display) -> Error {
    Error::definition(format!("segment `{key}` is not among the segmenter's segments"))
}
