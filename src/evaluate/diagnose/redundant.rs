//! Is it another segmentation under another name?
//!
//! A company that has tiers by spend, a score by spend and clusters of which spend is the widest column has one
//! segmentation three times. Mutual information says so whatever segments are called and however many there are; it is
//! adjusted for chance, because many segments of few customers share something by chance alone.

use crate::error::{ErrorKind, Result};
use crate::evaluate::{Contingency, Redundancy};
use crate::health::Severity;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::verdict::{Check, Looked};

/// What two segmentations share, adjusted for chance, from which they are one. Ours.
const SAME: f64 = 0.8;

/// The share of a segmentation from which it is known where the other is. Ours.
const KNOWN: f64 = 0.9;

/// Compares with each of the others by mutual information.
pub(super) fn look(case: &Case<'_>, _: &Progress<'_>) -> Result<Looked> {
    if case.asked.beside.is_empty() {
        return Ok(Check::not_asked(Problem::Redundant, "there is no other segmentation").into());
    }
    let mut looked = Looked::begin(Problem::Redundant);
    for (name, other) in &case.asked.beside {
        // nobody is in a segment of both: they share nothing
        let table = match Contingency::of_segmentations(case.segmentation, other) {
            Err(error) if matches!(error.kind(), ErrorKind::Empty { .. }) => continue,
            table => table?,
        };
        if table.first_sizes().iter().filter(|size| **size > 0).count() < 2 {
            continue;
        }
        let shared = Redundancy::of(&table);
        let both =
            looked.see(Evidence::share(format!("shared with `{name}`, beyond chance"), shared.adjusted).limit(SAME));
        let known =
            looked.see(Evidence::share(format!("known where `{name}` is known"), shared.first_known).limit(KNOWN));
        if shared.adjusted >= SAME {
            let sentence = format!("it is nearly the segmentation `{name}`");
            looked.find(Severity::Warning, sentence, vec![both, known], "keep the one that is easier to explain");
        } else if shared.first_known >= KNOWN {
            let sentence = format!("who knows the segment in `{name}` knows it here");
            let next = format!("merge segments of `{name}` in place of a segmentation of its own");
            looked.find(Severity::Note, sentence, vec![both, known], next);
        }
    }
    Ok(looked)
}
