//! How much of the goal segments explain, and what each segment has of it.

use crate::evaluate::goal::Goal;
use crate::evaluate::tree::{Classes, Target};
use crate::profile::Estimate;
use crate::segment::{Label, Segment};

use super::compare::Comparison;
use super::outcome::GoalKind;

/// How much of a goal segments explain.
///
/// Prints as a sentence and two tables. Take [`Comparison::of_reachable`] for *is there more to have*, and
/// [`Comparison::p_value`] for *is it more than chance*.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Aligned {
    /// The goal.
    pub goal: Goal,
    /// What kind of a goal it is.
    pub kind: GoalKind,
    /// How many customers the figures are of.
    pub customers: usize,
    /// How many are left out: the goal is not known of them, or they count nothing.
    pub left_out: usize,
    /// How many of the customers are in no segment: a group of their own.
    pub unassigned: usize,
    /// What segments explain beside a split, a tree and chance.
    pub share: Comparison,
    /// The same of the ranks of a number: one very large value does not decide there.
    /// [`Comparison::inside`] is Kruskal's epsilon squared.
    pub on_ranks: Option<Comparison>,
    /// Figures for goals that are no numbers.
    pub telling: Option<Telling>,
    /// The best single split of all customers, in words; `None` if no attribute divides the goal.
    pub best_split: Option<String>,
    /// What each group has of the goal, in the order of the segments, the unassigned last; nobody's are left out.
    pub segments: Vec<SegmentGoal>,
    /// The attributes that tell the goal nearly by themselves.
    pub leaks: Vec<String>,
    /// Whether the segments were made of the goal.
    pub circular: bool,
    /// How sure the intervals are.
    pub confidence: f64,
    /// What else is to be known.
    pub notes: Vec<String>,
}

/// Figures for goals that are no numbers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Telling {
    /// Of a yes or no: how often a yes is in a segment of a higher rate than a no is, out of sample; 0.5 is chance.
    pub area: Estimate,
    /// Cramér's V without the part that chance gives it; inside, `None` of one group.
    pub cramers_v: Option<f64>,
    /// By how much the log loss is less than without segments, out of sample.
    pub log_loss_reduction: Option<f64>,
}

/// What a group has of the goal.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentGoal {
    /// The segment; `None`: those in no segment.
    pub segment: Option<Label>,
    /// How many customers it has whose goal is known.
    pub size: usize,
    /// The mean of a number with Student's interval, the rate of a yes with Wilson's; not defined for texts.
    pub mean: Estimate,
    /// 100 times the mean beside everybody's; `None` unless both are above 0.
    pub index: Option<f64>,
    /// Of texts: the one that most have, with its share of the group.
    pub commonest: Option<(String, f64)>,
}

impl SegmentGoal {
    /// What it is called.
    pub fn name(&self) -> String {
        self.segment.as_ref().map_or_else(|| "(in no segment)".to_owned(), |label| label.label().into_owned())
    }
}

impl Aligned {
    /// The segment that has most of what is to be maximised, or least of what is to be minimised; `None` of texts.
    pub fn best(&self) -> Option<&SegmentGoal> {
        self.ordered().into_iter().next_back()
    }

    /// The segment that is farthest from the goal.
    pub fn worst(&self) -> Option<&SegmentGoal> {
        self.ordered().into_iter().next()
    }

    /// Whether segments explain more than random segments of the same sizes, at 5 %.
    pub fn beats_chance(&self) -> bool {
        self.share.p_value <= 0.05 || self.on_ranks.as_ref().is_some_and(|ranks| ranks.p_value <= 0.05)
    }

    /// From the farthest from the goal to the nearest.
    fn ordered(&self) -> Vec<&SegmentGoal> {
        let sign = if matches!(self.goal, Goal::Maximize(_)) { 1.0 } else { -1.0 };
        let mut known: Vec<(f64, &SegmentGoal)> =
            self.segments.iter().filter_map(|segment| Some((sign * segment.mean.value?, segment))).collect();
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        known.into_iter().map(|(_, segment)| segment).collect()
    }
}

/// The area with the interval of Hanley and McNeil (1982): of pairs of as many yes and no as there are.
pub(super) fn with_hanley(area: f64, target: &Classes<'_>, z: f64) -> Estimate {
    let count = |class: u32| -> f64 {
        (0..target.labels.len()).filter(|row| target.labels[*row] == class).map(|row| target.counts(row)).sum()
    };
    let (no, yes) = (count(0), count(1));
    let (one, two) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
    let spread = area * (1.0 - area) + (yes - 1.0) * (one - area * area) + (no - 1.0) * (two - area * area);
    let error = (spread.max(0.0) / (yes * no)).sqrt();
    let end = |value: f64| value.is_finite().then(|| value.clamp(0.0, 1.0));
    Estimate { value: Some(area), lower: end(area - z * error), upper: end(area + z * error) }
}
