//! Would another sample of customers give the same segments?
//!
//! The segments are learnt again from samples, everybody is placed by each, and pairs of answers are compared. What cuts a
//! cloud into pieces finds other pieces each time; what finds groups finds them again.

use crate::customer::Customers;
use crate::error::Result;
use crate::evaluate::{Refit, SegmentReturn, Stability};
use crate::health::Severity;
use crate::math::random::Random;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::verdict::{Check, Looked};

/// Adjusted Rand indices of two samples below which segments are not the same any more. Ours: of the
/// examples of S. Dolnicar and F. Leisch (2010, DOI 10.1007/s11002-009-9083-4) good numbers of segments lie above 0.9, bad
/// ones around 0.6.
const ANOTHER: f64 = 0.7;

/// Below this hardly anything is left of them. Ours.
const OTHERS: f64 = 0.5;

/// Below this mean Jaccard index a segment does not come back: C. Hennig 2007, DOI 10.1016/j.csda.2006.11.025, and the manual
/// of his `clusterboot`.
const COMES_BACK: f64 = 0.6;

/// The stream of random numbers that draws customers.
const DRAW: u64 = 0x57AB;

/// Learns again from samples and compares: all segments together, and each with its most similar one.
///
/// That each sample gives others is one problem; that some segments come back and some do not is another, of too many
/// segments.
pub(super) fn look(case: &Case<'_>, progress: &Progress<'_>) -> Result<Looked> {
    let Some(again) = &case.asked.again else {
        return Ok(Check::not_asked(Problem::Unstable, "it was not said how the segments are learnt again").into());
    };
    let pairs = (case.asked.replicates / 2).max(1);
    let customers = sample(case)?;
    let refit = || Refit::by(&customers, |drawn, everybody, progress| again(drawn, progress)?.segment(everybody));
    let stability = Stability::new().pairs(pairs).seed(case.asked.seed);
    // some recipes refuse the weights that samples come with
    let weighed = match stability.of_with(&refit()?, progress) {
        Err(error) if !super::is_cancelled(&error) => None,
        found => Some(found?),
    };
    let refit = if weighed.is_some() { refit()? } else { refit()?.without_weights() };
    let found = match weighed.map_or_else(|| stability.of_with(&refit, progress), Ok) {
        Err(error) if !super::is_cancelled(&error) => {
            let why = format!("the segments cannot be learnt from a sample: {error}");
            return Ok(Check::not_asked(Problem::Unstable, why).into());
        }
        found => found?,
    };
    let mut looked = Looked::begin(Problem::Unstable);
    let middle = found.adjusted_rand.median();
    let seen =
        looked.see(Evidence::figure("agreement of two samples, adjusted Rand index, median", middle).limit(ANOTHER));
    looked.see(Evidence::count("pairs of samples", pairs));
    if middle < ANOTHER {
        let severity = if middle < OTHERS { Severity::Problem } else { Severity::Warning };
        let (low, high) = found.adjusted_rand.quartiles();
        let evidence = vec![seen, Evidence::figure("lower quartile", low), Evidence::figure("upper quartile", high)];
        let next = "try fewer segments, other features, or fixed rules in place of what is learnt";
        looked.find(severity, "another sample of the customers gives other segments", evidence, next);
    }
    let each = stability.replicates(pairs).segments_with(&refit, progress)?;
    let weak: Vec<&SegmentReturn> = each.segments.iter().filter(|one| one.jaccard.mean() < COMES_BACK).collect();
    looked.see(Evidence::count("segments that other samples do not find", weak.len()));
    if !weak.is_empty() && weak.len() < each.segments.len() {
        let figure = |one: &&SegmentReturn| {
            let what = format!("`{}`: Jaccard index with the most similar segment, mean", one.segment);
            Evidence::figure(what, one.jaccard.mean()).limit(COMES_BACK)
        };
        let evidence = weak.iter().map(figure).collect();
        let sentence = "some segments come back in other samples of the customers, and some do not";
        let next = "take fewer segments: those that do not come back are pieces of others";
        let found = looked.find(Severity::Warning, sentence, evidence, next);
        found.problem = Problem::OverSegmented;
        found.segments = weak.iter().map(|one| one.segment.clone()).collect();
    }
    Ok(looked)
}

/// The customers, or as many of them as are looked at.
///
/// # Errors
/// Those of [`Customers::take`]; never.
fn sample(case: &Case<'_>) -> Result<Customers> {
    if case.customers.len() <= case.asked.rows {
        return Ok(case.customers.clone());
    }
    let mut rows = Random::new(case.asked.seed, DRAW).sample(case.customers.len(), case.asked.rows);
    rows.sort_unstable();
    case.customers.take(&rows)
}
