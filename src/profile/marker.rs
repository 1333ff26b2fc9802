//! What sets a segment apart.
//!
//! What sets a segment apart is what a reader of a profile looks for first, and what a table of forty attributes
//! hides. The effects are comparable over attributes of any kind: Cohen's d of numbers, h of shares, read by the same
//! rule of thumb.
//!
//! A marker says that members differ from the *other* customers; it does not say why, and an attribute by which the
//! segments were made marks them by nature.

use super::summary::{AttributeSummary, Details, Marker};

/// Effects below this are not worth a word: Cohen's "small" (1988, sections 2.2.3 and 6.2.1).
const SMALL: f64 = 0.2;

/// With fewer known on either side a share is no evidence: the arcsine of h is normal for large samples only, and of three
/// customers with a post code each the one of a segment of its own would have an effect of π, above any chance. Ours.
const FEWEST: f64 = 5.0;

/// The strongest differences between a group and the others, strongest first; of several as strong the earlier attribute.
///
/// Differences that a sample of that size shows by chance are left out: both d and h have the standard error
/// √(1 / n₁ + 1 / n₂), of h in large samples (shares of fewer than five are left out) and of d for effects that are not
/// large. Many attributes are looked at and nothing is
/// corrected for that: with `z` of 95 %, one attribute in twenty that means nothing passes.
pub(super) fn markers(own: &[AttributeSummary], everybody: &[AttributeSummary], most: usize, z: f64) -> Vec<Marker> {
    let mut all = Vec::new();
    for (own, everybody) in own.iter().zip(everybody) {
        let enough = own.present.min(everybody.present - own.present) >= FEWEST;
        let chance = z * (1.0 / own.present + 1.0 / (everybody.present - own.present)).sqrt();
        let marker = |attribute, category, effect: Option<f64>, value, everybody| {
            marker(attribute, category, effect.filter(|effect| effect.abs() > chance), value, everybody)
        };
        match (&own.details, &everybody.details) {
            (Details::Numbers(a), Details::Numbers(b)) => {
                all.extend(marker(&own.attribute, None, a.difference, a.mean.value, b.mean.value));
            }
            (Details::Categories(a), Details::Categories(b)) if enough => {
                let truths = own.kind == crate::value::Kind::Boolean; // `false` says the same as `true` again
                for (a, b) in a.iter().zip(b).filter(|(a, _)| a.pooled == 0 && !(truths && a.category == "false")) {
                    all.extend(marker(&own.attribute, Some(&a.category), a.difference, a.share.value, b.share.value));
                }
            }
            _ => {}
        }
    }
    all.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
    all.truncate(most);
    all
}

fn marker(
    attribute: &str,
    category: Option<&str>,
    effect: Option<f64>,
    value: Option<f64>,
    everybody: Option<f64>,
) -> Option<Marker> {
    let effect = effect.filter(|effect| effect.abs() >= SMALL)?;
    let category = category.map(str::to_owned);
    Some(Marker { attribute: attribute.to_owned(), category, effect, value: value?, everybody: everybody? })
}
