//! Can the members of a segment be found among people who are no customers yet?
//!
//! A segment by what people buy is of no use to whoever buys addresses: nobody has bought yet. Rules are learnt that tell
//! the segments from what is known of prospects (age, place, industry, size), and are asked of customers that they were
//! not learnt from.

use crate::error::Result;
use crate::evaluate::Surrogate;
use crate::health::Severity;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::score_card::{Grade, Quality};
use super::verdict::{Check, Looked};

/// Of who is where, what is known of prospects must explain this share at least. Ours: less than a twentieth makes no
/// list of addresses better than the telephone book.
const LEAST: f64 = 0.05;

/// From this share on the segments are well told. Ours.
const WELL: f64 = 0.25;

/// Learns rules from what is known of prospects and asks customers that they were not learnt from.
pub(super) fn look(case: &Case<'_>, progress: &Progress<'_>) -> Result<Looked> {
    let Some(attributes) = &case.asked.prospects else {
        let why = "it was not said what is known of prospects";
        return Ok(Check::not_asked(Problem::NotReachable, why).into());
    };
    let leaves = (2 * case.chosen().len()).clamp(4, 16);
    let asked = Surrogate::new().attributes(attributes).leaves(leaves).seed(case.asked.seed);
    let rules = asked.of_with(case.customers, case.segmentation, progress)?;
    let Some(trust) = rules.trust() else {
        return Ok(Check::not_asked(Problem::NotReachable, "too few customers for rules").into());
    };
    let Some(explained) = trust.explained.value else {
        return Ok(Check::not_asked(Problem::NotReachable, "there is one segment only").into());
    };
    let mut looked = Looked::begin(Problem::NotReachable);
    let mut evidence = vec![
        looked.see(Evidence::share("what is known of prospects explains of who is where", explained).limit(LEAST)),
    ];
    if let Some(right) = trust.outside.value {
        evidence.push(looked.see(Evidence::share("customers whom it puts where they are", right)));
    }
    looked.mark(Quality::Reachable, Grade::of(explained, LEAST, WELL), evidence.clone());
    if explained < LEAST {
        let sentence = "nothing that is known of prospects tells which segment they would be in";
        let next =
            "describe segments by what media and lists know too, or reach them by offers that they choose themselves";
        looked.find(Severity::Warning, sentence, evidence, next);
        return Ok(looked);
    }
    let missed: Vec<String> = rules.unreached().map(segment_key).collect();
    looked.see(Evidence::count("segments that no rule reaches", missed.len()));
    if !missed.is_empty() {
        let evidence = vec![Evidence::count("segments that no rule reaches", missed.len())];
        let next = "see whether another attribute tells them, or merge them with those that they are taken for";
        let sentence = "rules from what is known of prospects find some segments and not others";
        looked.find(Severity::Note, sentence, evidence, next).segments = missed;
    }
    Ok(looked)
}

fn segment_key(rule: &crate::evaluate::SegmentRule) -> String {
    use crate::segment::Segment;
    rule.segment.key().into_owned()
}
