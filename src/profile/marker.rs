//! What sets a segment apart.
//!
//! What sets a segment apart is what a reader of a profile looks for first, and what a table of forty attributes
//! hides. By the usual rule the effects are comparable over attributes of any kind: Cohen's d of numbers, h of shares,
//! read by the same rule of thumb; the other rule is that of R's flexclust.
//!
//! A marker says that members differ from the *other* customers; it does not say why, and an attribute by which the
//! segments were made marks them by nature.
//!
//! | rule | a marker is | tested |
//! | --- | --- | --- |
//! | [`MarkerRule::Effect`] | d or h of at least 0.2 against the others | corrected over all that was looked at |
//! | [`MarkerRule::Deviation`] | a mean or share far from everybody's | no |

use crate::error::{Error, Result};
use crate::math::tail;
use crate::segment::naming::{self, Mark};
use crate::value::Kind;

use super::p_value::{Correction, PValue};
use super::summary::{AttributeSummary, Details, GroupProfile, Marker};

/// Effects below this are not worth a word: Cohen's "small" (1988, sections 2.2.3 and 6.2.1).
const SMALL: f64 = 0.2;

/// With fewer known on either side a share is no evidence: the arcsine of h is normal for large samples only, and of three
/// customers with a post code each the one of a segment of its own would have an effect of π, above any chance. Ours.
const FEWEST: f64 = 5.0;

/// When a difference from everybody is a marker.
///
/// ```
/// use segmentry::profile::{MarkerRule, Profiler};
///
/// assert_eq!(MarkerRule::default(), MarkerRule::Effect);
/// let profiler = Profiler::new().marker_rule(MarkerRule::flexclust());
/// # let _ = profiler;
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum MarkerRule {
    /// The effect against the other customers is at least small (0.2), and larger than chance shows after correction.
    #[default]
    Effect,
    /// The mean or share is far from everybody's, by one of two measures. Nothing is tested, and with few customers
    /// chance makes such markers too.
    Deviation {
        /// More than this share of the range of a number (greatest less least of everybody), or more than this
        /// difference of shares.
        absolute: f64,
        /// More than this share of everybody's mean or share, where it is above 0 and ratios mean something.
        relative: f64,
    },
}

impl MarkerRule {
    /// A quarter of the range or half of everybody's: the marker variables of S. Dolnicar, B. Grün and F. Leisch 2018,
    /// Market Segmentation Analysis, chapter 8, DOI 10.1007/978-981-10-8818-6. For answers of 0 and 1, for which it was
    /// made, the range is 1, so that the first is a difference of 0.25.
    pub const fn flexclust() -> Self {
        MarkerRule::Deviation { absolute: 0.25, relative: 0.5 }
    }

    /// # Errors
    /// If a measure is not a number from 0 on.
    pub(super) fn check(self) -> Result<()> {
        if let MarkerRule::Deviation { absolute, relative } = self {
            for (name, value) in [("absolute", absolute), ("relative", relative)] {
                if value.is_nan() || value < 0.0 {
                    return Err(Error::parameter(name, "a number from 0 on", value));
                }
            }
        }
        Ok(())
    }
}

/// What is asked of markers.
pub(super) struct Asked {
    pub(super) rule: MarkerRule,
    pub(super) correction: Correction,
    pub(super) most: usize,
    /// The corrected p-value that a marker may have at most.
    pub(super) alpha: f64,
}

/// One that may become a marker: of which segment, and whether the measures of the rule are met.
struct Candidate {
    segment: usize,
    marker: Marker,
    meets: bool,
}

/// The markers of each segment, strongest first; of several as strong the earlier attribute.
///
/// Both d and h have the standard error √(1 / n₁ + 1 / n₂), of h in large samples (shares of fewer than five are left
/// out) and of d for effects that are not large. The p-values are corrected over all segments, attributes and texts of
/// which there is an effect, however small.
pub(super) fn markers(
    segments: &[Vec<AttributeSummary>],
    everybody: &[AttributeSummary],
    asked: &Asked,
) -> Vec<Vec<Marker>> {
    let mut all = Vec::new();
    for (segment, own) in segments.iter().enumerate() {
        for (own, everybody) in own.iter().zip(everybody) {
            candidates(segment, own, everybody, asked.rule, &mut all);
        }
    }
    let p: Vec<PValue> = all.iter().map(|candidate| candidate.marker.p).collect();
    let mut found: Vec<Vec<Marker>> = segments.iter().map(|_| Vec::new()).collect();
    for (mut candidate, p) in all.into_iter().zip(asked.correction.adjust_all(&p)) {
        candidate.marker.p = p;
        let by_chance = asked.rule == MarkerRule::Effect && !p.at_most(asked.alpha);
        if candidate.meets && !by_chance {
            found[candidate.segment].push(candidate.marker);
        }
    }
    for markers in &mut found {
        markers.sort_by(|a, b| b.effect.abs().total_cmp(&a.effect.abs()));
        markers.truncate(asked.most);
    }
    found
}

/// All differences of one attribute of one segment.
fn candidates(
    segment: usize,
    own: &AttributeSummary,
    everybody: &AttributeSummary,
    rule: MarkerRule,
    all: &mut Vec<Candidate>,
) {
    let others = everybody.present - own.present;
    let error = (1.0 / own.present + 1.0 / others).sqrt();
    let far = |own: f64, all: f64, range: f64, ratio: bool| match rule {
        MarkerRule::Effect => false,
        MarkerRule::Deviation { absolute, relative } => {
            let off = (own - all).abs();
            off > absolute * range || (ratio && all > 0.0 && off > relative * all)
        }
    };
    let mut add =
        |category: Option<&String>, effect: Option<f64>, own_value: Option<f64>, value: Option<f64>, far: bool| {
            let (Some(effect), Some(own_value), Some(value)) = (effect, own_value, value) else { return };
            let meets = if rule == MarkerRule::Effect { effect.abs() >= SMALL } else { far };
            let p = PValue::from_ln(tail::ln_normal_two_sided(effect / error));
            let (attribute, category) = (own.attribute.clone(), category.cloned());
            let marker = Marker { attribute, category, effect, p, value: own_value, everybody: value };
            all.push(Candidate { segment, marker, meets });
        };
    match (&own.details, &everybody.details) {
        (Details::Numbers(a), Details::Numbers(b)) => {
            let range = b.greatest.zip(b.least).map_or(f64::INFINITY, |(most, least)| most - least);
            let (mine, whole) = (a.mean.value, b.mean.value);
            let far = mine.zip(whole).is_some_and(|(mine, whole)| far(mine, whole, range, a.lift.value.is_some()));
            add(None, a.difference, mine, whole, far);
        }
        (Details::Categories(a), Details::Categories(b)) if own.present.min(others) >= FEWEST => {
            let truths = own.kind == Kind::Boolean; // `false` says the same as `true` again
            for (a, b) in a.iter().zip(b).filter(|(a, _)| a.pooled == 0 && !(truths && a.category == "false")) {
                let (mine, whole) = (a.share.value, b.share.value);
                let far = mine.zip(whole).is_some_and(|(mine, whole)| far(mine, whole, 1.0, true));
                add(Some(&a.category), a.difference, mine, whole, far);
            }
        }
        _ => {}
    }
}

/// Names of segments made of their markers; a text that is rarer than elsewhere makes none.
pub(super) fn names<'a>(segments: impl Iterator<Item = &'a GroupProfile>) -> Vec<String> {
    let mark = |group: &GroupProfile, marker: &Marker| {
        let source = group.attributes.iter().position(|a| a.attribute == marker.attribute)?;
        let (name, high) = (&marker.attribute, marker.value > marker.everybody);
        let words = match &marker.category {
            None => naming::of_number(name, high),
            Some(_) if group.attributes[source].kind == Kind::Boolean => naming::of_flag(name, high),
            Some(category) if high => naming::of_category(name, category),
            Some(_) => return None,
        };
        Some(Mark { strength: marker.effect.abs(), source, words })
    };
    let marks = segments.map(|group| group.markers.iter().filter_map(|marker| mark(group, marker)).collect());
    naming::names(marks.collect())
}
