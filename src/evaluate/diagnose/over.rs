//! Are there more segments than there is reason for?
//!
//! A segment is one too many if nobody is in it, if it is too small for what is to be done with it, or if its customers
//! are like those of another in everything that is known of them.

use crate::error::{ErrorKind, Result};
use crate::health::Severity;
use crate::profile::{Equivalence, Likeness};
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::insufficient::segments;
use super::score_card::{Grade, Quality};
use super::verdict::Looked;

/// Looks for segments that are empty, small, or like another.
///
/// Segments that come back in no other sample are told by the check of stability, which has the samples.
///
/// # Errors
/// Those of [`Equivalence`].
pub(super) fn look(case: &Case<'_>, _: &Progress<'_>) -> Result<Looked> {
    let mut looked = Looked::begin(Problem::OverSegmented);
    never_chosen(case, &mut looked);
    too_small(case, &mut looked);
    alike(case, &mut looked)?;
    Ok(looked)
}

/// Segments that nobody is in: a note, since next month somebody may be.
fn never_chosen(case: &Case<'_>, looked: &mut Looked) {
    let empty: Vec<usize> = (0..case.sizes.len()).filter(|at| case.sizes[*at] == 0).collect();
    let seen = looked.see(Evidence::count("segments that nobody is in", empty.len()));
    if !empty.is_empty() {
        let sentence = format!("nobody is in {}", named(case, &empty));
        let evidence = vec![seen, Evidence::count("segments", case.sizes.len())];
        let next = "leave them out, or move their limits to where customers are";
        looked.find(Severity::Note, sentence, evidence, next).segments = empty.iter().map(|at| case.key(*at)).collect();
    }
}

/// Segments with fewer customers than an action needs, if that was said.
fn too_small(case: &Case<'_>, looked: &mut Looked) {
    let Some(least) = case.asked.smallest else { return };
    let small: Vec<usize> = case.chosen().into_iter().filter(|at| case.sizes[*at] < least).collect();
    looked.see(Evidence::count("segments too small to act on", small.len()));
    if let Some(size) = small.iter().map(|at| case.sizes[*at]).min() {
        let sentence = format!("{} too small for an action that needs {least} customers", segments(case, &small));
        let evidence = vec![Evidence::count("smallest segment", size).limit(least as f64)];
        let next = "merge each with the segment that is most like it";
        looked.find(Severity::Warning, sentence, evidence, next).segments =
            small.iter().map(|at| case.key(*at)).collect();
    }
}

/// Segments that are equivalent in what they were made of and in the goal, or in all that is known where that was not said.
///
/// Equivalence is shown and not merely no difference found ([`Equivalence`]): of two small segments nothing is said. How
/// many pairs are shown to differ is the mark for *distinct*.
fn alike(case: &Case<'_>, looked: &mut Looked) -> Result<()> {
    let mut attributes: Vec<String> = match &case.asked.features {
        Some(features) => features.list().iter().map(|feature| feature.attribute().to_owned()).collect(),
        None => case.asked.made_of.clone(),
    };
    attributes.retain(|name| case.customers.column(name).is_ok());
    attributes.sort();
    attributes.dedup();
    let mut asked = Equivalence::new();
    if !attributes.is_empty() {
        attributes.extend(case.asked.goal.iter().map(|goal| goal.attribute().to_owned()));
        attributes.dedup();
        asked = asked.attributes(&attributes);
    }
    let pairs = match asked.pairs(case.customers, case.segmentation) {
        // customers of whom only events are known
        Err(error) if matches!(error.kind(), ErrorKind::Empty { .. }) => return Ok(()),
        pairs => pairs?,
    };
    let same: Vec<_> = pairs.iter().filter(|pair| pair.verdict == Likeness::Equivalent).collect();
    let alike = looked.see(Evidence::count("pairs of segments that are alike in everything", same.len()));
    let differ = pairs.iter().filter(|pair| pair.verdict == Likeness::Different).count();
    if !pairs.is_empty() {
        let share = differ as f64 / pairs.len() as f64;
        let grade = if same.is_empty() { Grade::of(share, 0.5, 1.0) } else { Grade::NotMet };
        let shown = Evidence::share("pairs of segments that are shown to differ", share);
        looked.mark(Quality::Distinct, grade, vec![shown, alike]);
    }
    for pair in same {
        let most = pair.most_different().and_then(|attribute| {
            let what = format!("largest difference, in `{}`, in standard deviations", attribute.attribute);
            Some(Evidence::figure(what, attribute.difference.value?.abs()).limit(pair.margin))
        });
        let sentence = format!("segments `{}` and `{}` are one in all but name", pair.first, pair.second);
        let evidence = most.into_iter().collect();
        looked.find(Severity::Warning, sentence, evidence, "merge them").segments =
            vec![pair.first.clone(), pair.second.clone()];
    }
    Ok(())
}

/// `` `a` and `b` ``, or how many there are.
fn named(case: &Case<'_>, all: &[usize]) -> String {
    let names: Vec<String> = all.iter().map(|at| case.name(*at)).collect();
    match names.as_slice() {
        [before @ .., last] if !before.is_empty() && names.len() <= 4 => format!("{} and {last}", before.join(", ")),
        [one] => one.clone(),
        _ => format!("{} segments", names.len()),
    }
}
