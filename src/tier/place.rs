//! Placing customers, one or a table of them, by a measure and a ladder: what every kind of tier shares.
//!
//! A tier is a function of one number, so placing is in two steps: the measure makes the number, the ladder finds the
//! tier. `assign` and `segment` take the same two steps, which is why they cannot differ; `segment` has its columns
//! bound ([`Measure`]'s `bind`) and works in fixed chunks, so that the answer is the same on any number of threads.
//!
//! Errors are rare and carry a text, so the parallel pass only marks a wrong row with a code and the first marked row
//! is asked again for its error. That keeps a place at 4 bytes, and the error that is told is that of the first
//! customer in order, not of the first thread to meet one.

use crate::customer::{Customer, Customers};
use crate::error::Result;
use crate::explanation::{Explanation, Reason};
use crate::parallel;
use crate::segment::Label;
use crate::segmentation::Segmentation;

use super::ladder::Ladder;
use super::measure::Measure;

/// Codes of rows that are in no tier; tiers are numbered from 0.
const NO_VALUE: i32 = -1;
const NO_TIER: i32 = -2;
const WRONG: i32 = -3;

/// The tier of one customer; `None` if it has no value, or is below the last threshold and the rest is no tier.
///
/// # Errors
/// As [`Measure::of`].
pub(super) fn assign(measure: &Measure, ladder: &Ladder, customer: &dyn Customer) -> Result<Option<Label>> {
    let tier = measure.of(customer)?.and_then(|value| ladder.place(value));
    Ok(tier.and_then(|tier| ladder.labels().get(tier)).cloned())
}

/// The same for each customer of a table, over columns and in parallel.
///
/// # Errors
/// Of the first customer in order whose value is no number or not finite, with its row and id.
pub(super) fn segment(measure: &Measure, ladder: &Ladder, customers: &Customers) -> Result<Segmentation<Label>> {
    let bound = measure.bind(customers);
    let mut places = vec![0_i32; customers.len()];
    parallel::fill(&mut places, parallel::CHUNK, |first, part| {
        for (row, place) in (first..).zip(part) {
            *place = match bound.of(row) {
                Ok(Some(value)) => ladder.place(value).map_or(NO_TIER, |tier| tier as i32), // there are few tiers
                Ok(None) => NO_VALUE,
                Err(_) => WRONG,
            };
        }
    });
    if let Some(row) = places.iter().position(|place| *place == WRONG)
        && let Err(error) = bound.of(row)
    {
        let error = error.at_row(row);
        return Err(customers.ids().get(row).map_or(error.clone(), |id| error.at_customer(id)));
    }
    let labels = ladder.labels().to_vec();
    if places.iter().all(|place| *place >= 0) {
        return Ok(Segmentation::builder(customers, places).with_segments(labels));
    }
    let mut builder = Segmentation::builder(customers, Vec::with_capacity(places.len()));
    for (row, place) in places.into_iter().enumerate() {
        builder.push(match usize::try_from(place) {
            Ok(tier) => Ok(tier),
            Err(_) if place == NO_TIER => Err(Reason::NoMatch),
            Err(_) => Err(customers.get(row).and_then(|c| measure.absent(&c)).unwrap_or(Reason::NoMatch)),
        });
    }
    Ok(builder.with_segments(labels))
}

/// Why one customer is where it is: its value against the ladder first; for a score then each attribute with what it
/// adds. A single attribute is told once, unless a number counted in place of a missing value, which must not go
/// unsaid.
///
/// # Errors
/// As [`Measure::of`].
pub(super) fn explain(measure: &Measure, ladder: &Ladder, customer: &dyn Customer) -> Result<Explanation> {
    let value = measure.of(customer)?;
    let parts = measure.evidence(customer);
    let Some(value) = value else {
        let reason = measure.absent(customer).unwrap_or(Reason::NoMatch);
        return Ok(parts.into_iter().fold(Explanation::unassigned(customer.id(), reason), Explanation::because));
    };
    let tier = ladder.place(value).and_then(|tier| ladder.labels().get(tier));
    let mut explanation = match tier {
        Some(label) => Explanation::assigned(customer.id(), label),
        None => Explanation::unassigned(customer.id(), Reason::NoMatch),
    };
    let (evidence, alternatives) = ladder.explain(measure.name(), value);
    explanation = explanation.because(evidence);
    // the one attribute has just been told, unless something else counted in its place
    let told = measure.name() != "score" && parts.iter().all(|part| part.meaning.starts_with("adds"));
    if !told {
        explanation = parts.into_iter().fold(explanation, Explanation::because);
    }
    Ok(alternatives.into_iter().fold(explanation, Explanation::unless))
}

/// A tier's name, from what a caller gives.
///
/// The one way in which the recipes of this room make a label, so that a name becomes key and text alike everywhere.
pub(super) fn label(name: impl Into<String>) -> Label {
    Label::new(name)
}
