//! Is there enough: customers, history, knowledge of them?
//!
//! Methods divide whatever they are given, twenty customers by thirty features too, and print their figures with the same
//! face. Four things are counted: customers for each feature, customers in the smallest segment, how long customers were
//! watched against how often they buy, and what is not known of them.

use crate::error::Result;
use crate::health::Severity;
use crate::history::PURCHASE;
use crate::math::interval;
use crate::math::quantile::median;
use crate::progress::Progress;

use super::case::Case;
use super::diagnosis::{Evidence, Problem};
use super::score_card::{Grade, Quality};
use super::verdict::Looked;

/// Customers for each feature below which segments come out otherwise than they should: S. Dolnicar, B. Grün, F. Leisch
/// and K. Schmidt 2014, Required sample sizes for data-driven market segmentation analyses in tourism, DOI
/// 10.1177/0047287513496475.
const FOR_A_FEATURE: f64 = 70.0;

/// Customers for each feature and segment: W. Qiu and H. Joe's rule, told by S. Dolnicar, B. Grün and F. Leisch 2018,
/// Market Segmentation Analysis, DOI 10.1007/978-981-10-8818-6.
const FOR_A_SEGMENT: f64 = 10.0;

/// A share of a segment is known to ± 18 percentage points at best with this many.
const FEW: usize = 30;

/// A purchase gap must fit twice into the time that customers were watched, or nobody knows who has left.
const WINDOWS: f64 = 2.0;

/// The share of unknown customers from which one asks who they are.
const UNKNOWN: f64 = 0.2;

/// Counts customers, and looks at the window and at what is missing.
pub(super) fn look(case: &Case<'_>, _: &Progress<'_>) -> Result<Looked> {
    let mut looked = Looked::begin(Problem::InsufficientData);
    for_each_feature(case, &mut looked);
    smallest(case, &mut looked);
    window(case, &mut looked);
    unknown(case, &mut looked);
    measure(case, &mut looked);
    Ok(looked)
}

/// Measurable: of how many it is known where they are. Substantial: how many are in segments that are large enough.
fn measure(case: &Case<'_>, looked: &mut Looked) {
    let all = case.customers.len().max(1) as f64;
    let placed: usize = case.sizes.iter().sum();
    let assigned = placed as f64 / all;
    let evidence = vec![Evidence::share("customers in a segment", assigned)];
    looked.mark(Quality::Measurable, Grade::of(assigned, 1.0 - UNKNOWN, 0.95), evidence);
    let enough = case.asked.smallest.unwrap_or(FEW).max(1);
    let held: usize = case.sizes.iter().filter(|size| **size >= enough).sum();
    let held = held as f64 / placed.max(1) as f64;
    let least = case.chosen().into_iter().map(|at| case.sizes[at]).min().unwrap_or(0);
    let evidence = vec![
        Evidence::share(format!("customers in segments of at least {enough}"), held),
        Evidence::count("smallest segment", least),
    ];
    looked.mark(Quality::Substantial, Grade::of(held, 0.9, 1.0), evidence);
}

/// Customers for each feature, in all and in each segment.
///
/// The rule of ten for a segment is a note: it is held against all segments when features are many, and a small segment
/// may be a clear one.
fn for_each_feature(case: &Case<'_>, looked: &mut Looked) {
    let Some(rows) = &case.rows else { return };
    let (count, features) = (case.customers.len() - rows.absent, rows.columns.len());
    let a_feature = count as f64 / features as f64;
    let seen = looked.see(Evidence::figure("customers for each feature", a_feature).limit(FOR_A_FEATURE));
    if a_feature < FOR_A_FEATURE {
        let severity = if a_feature < FOR_A_SEGMENT { Severity::Problem } else { Severity::Warning };
        let wanted = (FOR_A_FEATURE * features as f64).ceil() as usize;
        let evidence = vec![seen, Evidence::count("customers", count), Evidence::count("features", features)];
        let next = format!("take fewer features, those that matter for the decision, or gather {wanted} customers");
        looked.find(severity, "too few customers for so many features", evidence, next);
    }
    let needed = FOR_A_SEGMENT * features as f64;
    let small: Vec<usize> = case.chosen().into_iter().filter(|at| (case.sizes[*at] as f64) < needed).collect();
    looked.see(Evidence::count("segments with fewer than ten customers a feature", small.len()));
    if !small.is_empty() && small.len() < case.chosen().len() {
        let least = small.iter().map(|at| case.sizes[*at]).min().unwrap_or(0);
        let evidence = vec![Evidence::count("smallest segment", least).limit(needed)];
        let sentence = "segments are small for the number of features";
        let keys = small.iter().map(|at| case.key(*at)).collect();
        looked.find(Severity::Note, sentence, evidence, "take fewer features or fewer segments").segments = keys;
    }
}

/// How much can be said of the smallest segment: the interval of a share of it, at its widest.
fn smallest(case: &Case<'_>, looked: &mut Looked) {
    let chosen = case.chosen();
    let Some(least) = chosen.iter().copied().min_by_key(|at| case.sizes[*at]) else { return };
    let size = case.sizes[least] as f64;
    // the widest that the interval of a share can be
    let half = interval::wilson(size / 2.0, size, interval::normal(0.95)).map_or(1.0, |(low, high)| (high - low) / 2.0);
    looked.see(Evidence::count("smallest segment", case.sizes[least]).limit(FEW as f64));
    looked.see(Evidence::share("a share of the smallest segment is known to ±", half));
    let few: Vec<usize> = chosen.into_iter().filter(|at| case.sizes[*at] < FEW).collect();
    if !few.is_empty() {
        let evidence = vec![
            Evidence::count("smallest segment", case.sizes[least]).limit(FEW as f64),
            Evidence::share("a share of it is known to ±", half),
        ];
        let sentence = format!("{} too small for figures that one can trust", segments(case, &few));
        let next = "merge it with the segment that is most like it, or wait for more customers";
        looked.find(Severity::Warning, sentence, evidence, next).segments =
            few.iter().map(|at| case.key(*at)).collect();
    }
}

/// `segment `a` is`, `segments `a` and `b` are`.
pub(super) fn segments(case: &Case<'_>, all: &[usize]) -> String {
    let names: Vec<String> = all.iter().map(|at| case.name(*at)).collect();
    match names.as_slice() {
        [] => "no segment is".to_owned(),
        [one] => format!("segment {one} is"),
        [before @ .., last] if names.len() <= 4 => format!("segments {} and {last} are", before.join(", ")),
        _ => format!("{} segments are", names.len()),
    }
}

/// Gaps that are seen are never longer than the window, so a short window makes them look short: the rule errs on the side
/// of silence.
fn window(case: &Case<'_>, looked: &mut Looked) {
    let Ok(as_of) = case.customers.seen_as_of() else { return };
    let mut gaps = Vec::new();
    let mut first = i32::MAX;
    for row in 0..case.customers.len() {
        let mut before: Option<i32> = None;
        for event in case.customers.events(row).iter().filter(|event| event.kind == PURCHASE) {
            let day = event.day.days();
            first = first.min(day);
            match before {
                Some(last) if day > last => gaps.push(f64::from(day - last)),
                _ => {}
            }
            before = Some(day);
        }
    }
    let (Some(gap), true) = (median(&gaps), first < i32::MAX) else { return };
    let days = f64::from(as_of.day().days() - first + 1);
    looked.see(Evidence::figure("days that customers were watched", days).limit(WINDOWS * gap));
    if days < WINDOWS * gap {
        let evidence = vec![
            Evidence::figure("days that customers were watched", days),
            Evidence::figure("days between two purchases, median", gap),
        ];
        let sentence = "customers were watched for less than two usual gaps between purchases";
        let next = "take a longer history before you call anybody lost";
        looked.find(Severity::Warning, sentence, evidence, next);
    }
}

/// How many customers are in no segment, and of how many a feature is not known.
fn unknown(case: &Case<'_>, looked: &mut Looked) {
    let all = case.customers.len() as f64;
    let unassigned = case.segmentation.unassigned() as f64 / all;
    looked.see(Evidence::share("customers in no segment", unassigned).limit(UNKNOWN));
    if unassigned > UNKNOWN {
        let severity = if unassigned > 0.5 { Severity::Problem } else { Severity::Warning };
        let evidence = vec![Evidence::share("customers in no segment", unassigned).limit(UNKNOWN)];
        let next = "look at the reasons; fill in what is missing, or leave the attribute out that most lack";
        looked.find(severity, "many customers are in no segment", evidence, next);
    }
    let missing =
        |column: &crate::value::Column| column.values().filter(|value| value.kind().is_none()).count() as f64 / all;
    let read = case.asked.features.as_ref().map(|features| features.list()).unwrap_or_default();
    let mut gappy: Vec<(String, f64)> = Vec::new();
    for feature in read {
        if let Ok(column) = case.customers.column(feature.attribute()) {
            let share = missing(column);
            if share > UNKNOWN {
                gappy.push((feature.attribute().to_owned(), share));
            }
        }
    }
    if !read.is_empty() {
        looked.see(Evidence::count("features of which a fifth is unknown", gappy.len()));
    }
    if !gappy.is_empty() {
        let evidence = gappy
            .iter()
            .map(|(name, share)| Evidence::share(format!("`{name}` is not known of"), *share).limit(UNKNOWN))
            .collect();
        let next = "ask for it, take another attribute, or see whether those who lack it differ";
        looked.find(Severity::Warning, "features are not known of many customers", evidence, next);
    }
}
