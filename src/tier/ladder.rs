//! Ordered tiers with the value from which each holds.
//!
//! This file is internal: every recipe of the room ([`Tiers`](super::Tiers), [`TopShare`](super::TopShare),
//! [`ValueShare`](super::ValueShare), [`Ntiles`](super::Ntiles), [`Programme`](super::Programme)) ends in a `Ladder`,
//! so that all of them place and explain by the same lines.
//!
//! # Invariants
//!
//! 1. There is at least one tier, and one cut for each tier but the rest.
//! 2. Labels have different keys, none of them empty.
//! 3. The cuts that are there are finite and in strict order from the best tier down; [`Better::Lower`] turns the
//!    order.
//! 4. A tier without a cut has no step: it keeps its number and its label, and nobody is placed in it.
//!
//! # Why values are turned
//!
//! Where lower is better, value and cuts change their sign on the way in. Comparisons, the search and the distances
//! are then written once; what people read is turned back. The sign of zero does not matter, for `-0.0 >= 0.0` holds.

use crate::bands::Better;
use crate::error::{Error, Result};
use crate::explanation::Evidence;
use crate::segment::{Label, Segment};
use crate::value::Value;

use super::measure::short;

/// Tiers, best first, each from a value on; below them the rest, which may be a tier too.
///
/// Units are those of the measure throughout: a cut of 250 on `spend` is 250 of whatever `spend` is in.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ladder {
    /// The tiers, best first; the rest is last if it is a tier.
    labels: Vec<Label>,
    /// From which value on each tier holds; `None`: nobody is in it. The rest has none.
    cuts: Vec<Option<f64>>,
    better: Better,
    /// The tiers that somebody can be in: the value turned so that more is better, falling, with the tier's number.
    steps: Vec<(f64, usize)>,
}

impl Ladder {
    /// `cuts`: one a tier, without the rest.
    ///
    /// # Errors
    /// If two tiers have the same key, a key is empty, a cut is not finite, or cuts are not in strict order.
    pub(super) fn new(
        labels: Vec<Label>,
        rest: Option<Label>,
        cuts: Vec<Option<f64>>,
        better: Better,
    ) -> Result<Ladder> {
        if labels.is_empty() {
            return Err(Error::empty("tiers"));
        }
        if cuts.len() != labels.len() {
            return Err(Error::length("cut values", cuts.len(), labels.len()));
        }
        let mut steps: Vec<(f64, usize)> = Vec::with_capacity(cuts.len());
        for (tier, cut) in cuts.iter().enumerate() {
            let Some(cut) = cut else { continue };
            let key = labels.get(tier).map(|label| label.key().into_owned()).unwrap_or_default();
            if !cut.is_finite() {
                return Err(Error::not_finite("`threshold`", *cut).at_key(format!("tiers.{key}")));
            }
            let turned = turn(better, *cut);
            if let Some((above, before)) = steps.last()
                && turned >= *above
            {
                let above_key = labels.get(*before).map(|label| label.key().into_owned()).unwrap_or_default();
                let than = turn(better, *above);
                let expected = match better {
                    Better::Higher => format!("below {than}, the threshold of `{above_key}` before it"),
                    Better::Lower => format!("above {than}, the threshold of `{above_key}` before it"),
                };
                return Err(Error::parameter("threshold", expected, cut).at_key(format!("tiers.{key}")));
            }
            steps.push((turned, tier));
        }
        let labels: Vec<Label> = labels.into_iter().chain(rest).collect();
        for (tier, label) in labels.iter().enumerate() {
            if label.key().is_empty() {
                return Err(Error::definition("a tier has no name"));
            }
            if labels.iter().take(tier).any(|earlier| earlier == label) {
                return Err(Error::definition(format!("tier `{}` occurs twice", label.key())));
            }
        }
        Ok(Ladder { labels, cuts, better, steps })
    }

    /// The tiers, best first, with the rest if it is one.
    pub(super) fn labels(&self) -> &[Label] {
        &self.labels
    }

    /// The values from which on each tier but the rest holds, best first, as they were given: not turned.
    pub(super) fn cuts(&self) -> &[Option<f64>] {
        &self.cuts
    }

    /// Which end of the measure is good.
    pub(super) fn better(&self) -> Better {
        self.better
    }

    /// The number of the rest, if it is a tier.
    pub(super) fn rest(&self) -> Option<usize> {
        (self.labels.len() > self.cuts.len()).then_some(self.cuts.len())
    }

    /// The number of the value's tier; `None` below all if the rest is none.
    ///
    /// The value is finite: [`Measure::of`](super::Measure::of) has seen to that. Up to 16 steps are walked, more are
    /// searched by halving; both find the first step, from the best, that the value reaches. Nothing is allocated.
    pub(super) fn place(&self, value: f64) -> Option<usize> {
        let value = turn(self.better, value);
        let step = if self.steps.len() <= 16 {
            self.steps.iter().position(|step| value >= step.0)
        } else {
            let at = self.steps.partition_point(|step| value < step.0);
            (at < self.steps.len()).then_some(at)
        };
        match step {
            Some(step) => self.steps.get(step).map(|step| step.1),
            None => self.rest(),
        }
    }

    /// What the value means here, with the smaller distance to where the answer changes, and what would change it:
    /// the next better tier, then the next worse.
    ///
    /// Distances are in the measure's unit and never negative: how much more is needed for the tier above, and how
    /// much may be lost before the tier below. A value on a cut has distance 0 to the tier it is in, and the sentence
    /// says so.
    pub(super) fn explain(&self, name: &str, value: f64) -> (Evidence, Vec<String>) {
        let turned = turn(self.better, value);
        let at = self.steps.iter().position(|step| turned >= step.0);
        let reached = at.and_then(|at| self.steps.get(at));
        let above = at.unwrap_or(self.steps.len()).checked_sub(1).and_then(|at| self.steps.get(at));
        let (from, more, less) = match self.better {
            Better::Higher => ("or more", "more", "less"),
            Better::Lower => ("or less", "less", "more"),
        };
        let key = |tier: usize| self.labels.get(tier).map_or_else(String::new, |label| label.key().into_owned());
        let mut meaning = match (reached, above) {
            (Some((cut, tier)), _) => format!("{} {from} is `{}`", turn(self.better, *cut), key(*tier)),
            (None, Some((cut, tier))) => format!("`{}` needs {} {from}", key(*tier), turn(self.better, *cut)),
            (None, None) => "no tier has a threshold".to_owned(),
        };
        let mut alternatives = Vec::new();
        let mut distances = Vec::new();
        if let Some((cut, tier)) = above {
            distances.push(cut - turned);
            alternatives.push(format!("`{}` with {} {more}", key(*tier), short(cut - turned)));
        }
        if let Some((cut, tier)) = reached {
            distances.push(turned - cut);
            let below = at.and_then(|at| self.steps.get(at + 1)).map(|step| step.1).or(self.rest());
            debug_assert!(below != Some(*tier));
            let fallen = below.map_or_else(|| "no tier".to_owned(), |below| format!("`{}`", key(below)));
            alternatives.push(format!("{fallen} with more than {} {less}", short(turned - cut)));
            if turned == *cut {
                meaning.push_str(", which it just reaches");
            }
        }
        let evidence = Evidence::new(name, Value::Number(value)).meaning(meaning);
        let nearest = distances.into_iter().reduce(f64::min);
        (nearest.map_or(evidence.clone(), |distance| evidence.distance(distance)), alternatives)
    }
}

/// The value turned so that more is better.
///
/// Turning twice gives the value back, so the same function undoes it for what people read.
///
/// The larger of two turned values is the better one, whichever end of the measure is good.
fn turn(better: Better, value: f64) -> f64 {
    match better {
        Better::Higher => value,
        Better::Lower => -value,
    }
}
