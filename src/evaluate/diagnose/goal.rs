//! Do the segments say anything of what the business wants?
//!
//! What segments say of a goal is measured on customers that their means were not learnt from, and held against three
//! things: segments of the same sizes drawn by lot, the best single split, and the best tree with as many leaves. A share
//! alone is no judgement: a tenth of next year's margin may be all that anybody can know.
//!
//! The tree does not read what tells the goal nearly by itself, such as the same money under another name: beside that no
//! segments would say anything.

use crate::error::{Error, ErrorKind, Result};
use crate::evaluate::{Alignment, Comparison};
use crate::health::Severity;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::score_card::{Grade, Quality};
use super::verdict::{Check, Looked};

/// Segments that say less than this share of what a tree with as many leaves says are not made for the goal. Ours.
const LITTLE: f64 = 0.25;

/// A share of the goal below which segments say nothing that one could use, however surely they say it. Ours.
const NOTHING: f64 = 0.01;

/// From this share on they say much of what there is to say. Ours.
const MUCH: f64 = 0.5;

/// Compares what segments say of the goal with chance, one split and a tree, of customers that nothing was learnt from.
///
/// Of numbers the better of two figures counts, that of the amounts and that of their ranks: one customer who spends a
/// thousand times as much as the others decides the first alone.
///
/// | what is seen | what is said |
/// | --- | --- |
/// | no more than segments of these sizes drawn by lot | a problem |
/// | less than a hundredth of the goal | a warning |
/// | less than a quarter of what the tree explains | a warning |
/// | the goal, or what tells it nearly by itself, is among what segments were made of | a note: no forecast |
/// | an attribute tells the goal nearly by itself | a note: the tree does not read it |
///
/// # Errors
/// If there is no such attribute, or the work is stopped.
pub(super) fn look(case: &Case<'_>, progress: &Progress<'_>) -> Result<Looked> {
    let Some(goal) = &case.asked.goal else {
        return Ok(Check::not_asked(Problem::OffGoal, "no goal was named").into());
    };
    let attribute = goal.attribute();
    case.customers.column(attribute)?;
    let features = case.asked.features.iter().flat_map(|features| features.list());
    let made_of: Vec<String> =
        features.map(|feature| feature.attribute().to_owned()).chain(case.asked.made_of.iter().cloned()).collect();
    let asked = Alignment::new(goal.clone()).made_of(&made_of).seed(case.asked.seed);
    let mut aligned = match asked.of_with(case.customers, case.segmentation, progress) {
        // a goal of which nothing is known, or that is the same of everybody
        Err(error) if undefined(&error) => {
            return Ok(Check::not_asked(Problem::OffGoal, error.to_string()).into());
        }
        aligned => aligned?,
    };
    let leaks = std::mem::take(&mut aligned.leaks);
    if !leaks.is_empty() {
        aligned = asked.leaks(&leaks).of_with(case.customers, case.segmentation, progress)?;
    }
    let mut looked = Looked::begin(Problem::OffGoal);
    // money is skewed: a few giants can hide what the ranks tell
    let (share, what) = match &aligned.on_ranks {
        Some(ranks) if value(ranks) > value(&aligned.share) => (ranks, "the ranks of "),
        _ => (&aligned.share, ""),
    };
    let explained = Evidence::share(format!("explained of {what}`{attribute}`, of other customers"), value(share));
    let evidence = vec![
        looked.see(explained.limit(share.random_upper)),
        looked.see(Evidence::share("a tree with as many leaves explains", share.tree.value.unwrap_or(0.0))),
        looked.see(Evidence::share("the best single split explains", share.split.value.unwrap_or(0.0))),
        looked.see(Evidence::chance("p of segments of these sizes drawn by lot", share.p_value)),
    ];
    let by_chance = value(share) <= share.random_upper.max(0.0);
    let reached = share.of_reachable.value.unwrap_or(1.0);
    if by_chance {
        let next = format!("divide by what goes with `{attribute}`: the best split is a beginning");
        let sentence = format!("the segments say no more of `{attribute}` than segments drawn by lot");
        looked.find(Severity::Problem, sentence, evidence.clone(), next);
    } else if value(share) < NOTHING {
        let next = format!("divide by what goes with `{attribute}`: the best split is a beginning");
        let sentence = format!("the segments say hardly anything of `{attribute}`");
        looked.find(Severity::Warning, sentence, evidence.clone(), next);
    } else if reached < LITTLE {
        let sentence = format!("a tree with as many leaves says far more of `{attribute}` than the segments");
        let next = "take segments for what they are good for, and the tree's rules for this goal";
        looked.find(Severity::Warning, sentence, evidence.clone(), next);
    }
    for leak in &leaks {
        let sentence = format!("`{leak}` tells `{attribute}` nearly by itself: the tree does not read it");
        let next = format!("if `{leak}` is known before `{attribute}`, it does without segments");
        looked.find(Severity::Note, sentence, Vec::new(), next);
    }
    let own = match aligned.circular {
        true => Some(format!("`{attribute}` itself")),
        false => leaks.iter().find(|leak| made_of.contains(leak)).map(|leak| format!("`{leak}`")),
    };
    if let Some(own) = &own {
        let sentence = format!("the segments are made of {own}: what they say of `{attribute}` is no forecast");
        let next = format!("judge them by what comes after: `{attribute}` of the next months");
        looked.find(Severity::Note, sentence, Vec::new(), next);
    }
    let grade = match reached {
        _ if by_chance || value(share) < NOTHING => Grade::NotMet,
        reached if reached >= MUCH && own.is_none() => Grade::Met,
        _ => Grade::Partly,
    };
    looked.mark(Quality::Actionable, grade, evidence[..2].to_vec());
    looked.alignment = Some(aligned);
    Ok(looked)
}

/// The share that is explained out of sample; 0 where it is not defined.
fn value(share: &Comparison) -> f64 {
    share.segments.value.unwrap_or(0.0)
}

/// Whether the question has no answer for these customers: that is told, and is no error of the verdict.
fn undefined(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported { .. } | ErrorKind::Empty { .. } | ErrorKind::Parameter { .. })
}
