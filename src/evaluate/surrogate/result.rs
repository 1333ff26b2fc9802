//! What the rules say, and how far they can be trusted.
//!
//! Two shares say how good the rule of a segment is, and neither is enough. *Coverage* is how many of the members the rule
//! finds; a rule that holds of everybody finds all. *Precision* is how many of those it finds are members; a rule that
//! holds of one member is never wrong. Elsewhere they are called recall and precision, or support and confidence.
//!
//! How rules are made of the tree:
//!
//! 1. Each leaf tells the segment that most of its customers are in.
//! 2. Neighbouring leaves that tell the same become one again.
//! 3. The way to what is left is a condition, one limit an attribute; several ways to one segment are joined by *or*.
//! 4. A segment that is the commonest in no leaf is reached by no rule, and said to be.

use crate::error::{Error, Result};
use crate::evaluate::tree::{Classes, Limit, Skill, Table, Target, Tree, conditions, in_words};
use crate::math::interval;
use crate::profile::Estimate;
use crate::segment::{Label, Segment};

use super::check::{Checked, commonest};

/// Segments in rules.
///
/// Prints as a table. Shares named *inside* are of the customers that the rules were learnt from, those named *outside* of
/// customers that rules learnt of others were asked of; only these say what to expect.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentRules {
    /// Each segment with its rule, in the segmentation's order.
    pub segments: Vec<SegmentRule>,
    /// How many leaves the tree has whose rules these are.
    pub leaves: usize,
    /// How far rules can be trusted, by the number of leaves, from 1 on.
    pub fidelity: Vec<Fidelity>,
    /// The attributes that rules ask for, with what they contribute.
    pub used: Vec<Used>,
    /// How many customers are in a segment and count.
    pub customers: usize,
    /// How many are in none, or count nothing: they teach nothing.
    pub left_out: usize,
    /// How sure the intervals are.
    pub confidence: f64,
    /// What else is to be known: which attributes were left out, and why.
    pub notes: Vec<String>,
    /// The segment that the rules give each customer.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) told: Vec<u32>,
}

/// A segment in rules.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentRule {
    /// The segment.
    pub segment: Label,
    /// How many customers are in it, and count.
    pub size: usize,
    /// The conditions of which one must hold; none if no rule reaches the segment.
    pub parts: Vec<Part>,
    /// Inside: the share of the segment's members of whom the rule holds; `None` if there are none.
    pub coverage: Option<f64>,
    /// Inside: the share of those of whom the rule holds that are members; `None` if it holds of nobody.
    pub precision: Option<f64>,
    /// Outside: as [`SegmentRule::coverage`], with Wilson's interval.
    pub coverage_outside: Estimate,
    /// Outside: as [`SegmentRule::precision`], with Wilson's interval.
    pub precision_outside: Estimate,
}

/// Conditions that must all hold: a leaf of the tree.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Part {
    /// What is asked, one limit an attribute; nothing is asked of anybody if there is none.
    pub limits: Vec<Limit>,
    /// Of how many customers it holds, in weight.
    pub holds: f64,
    /// How many of them are members, in weight.
    pub members: f64,
}

/// How far rules of so many leaves can be trusted.
///
/// Look for the fewest leaves after which little is gained: a list of three rules that are right for 90 % is used, one of
/// thirty that are right for 93 % is not.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Fidelity {
    /// How many leaves.
    pub leaves: usize,
    /// Inside: the share of customers that the rules put where they are.
    pub inside: f64,
    /// Outside: the same, with Wilson's interval; not defined with fewer customers than folds.
    pub outside: Estimate,
    /// Outside: the mean of the segments' coverage, each segment counting the same.
    pub balanced: Option<f64>,
    /// Outside: how much of who is where the rules explain, as a share of what there is to explain: 0 is no more than the
    /// sizes of the segments tell, below 0 less.
    pub explained: Estimate,
}

/// An attribute that rules ask for, with how much of the work it does; two that say the same share it by chance.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Used {
    /// The attribute.
    pub attribute: String,
    /// Its share of what all splits gain.
    pub share: f64,
}

/// What rules are made from: the attributes, the segments of the rows, which rows count, and the tree of all of them.
pub(super) struct Ground<'a> {
    pub(super) table: &'a Table,
    pub(super) target: &'a Classes<'a>,
    pub(super) rows: &'a [u32],
    pub(super) tree: &'a Tree,
    pub(super) names: Vec<Label>,
}

impl SegmentRules {
    /// Chooses the number of leaves, and writes down the rules.
    ///
    /// Inside figures come from the sums of nodes, outside ones from what the trees of the folds told. `accuracy` chooses
    /// the fewest leaves that reach it outside; without it, or if none do, all are kept.
    pub(super) fn new(
        ground: &Ground<'_>,
        checked: Option<&Checked>,
        accuracy: Option<f64>,
        (confidence, z): (f64, f64),
    ) -> Self {
        let Ground { table, target, rows, tree, names } = ground;
        let classes = names.len();
        let (tree_leaves, node_class) = (tree.leaves(), tree.nodes.iter().map(|node| commonest(&node.sums)));
        let node_class: Vec<u32> = node_class.collect();
        let labels: Vec<u32> = rows.iter().map(|row| target.labels[*row as usize]).collect();
        let weights: Vec<f64> = rows.iter().map(|row| target.counts(*row as usize)).collect();
        let here = Classes { labels: &labels, classes, weights: Some(&weights), impurity: target.impurity };
        let skill = Skill::new(&here, rows.len());
        let total: f64 = weights.iter().sum();
        let mut sizes = vec![0.0; classes];
        labels.iter().zip(&weights).for_each(|(label, weight)| sizes[*label as usize] += weight);
        let inhabited = sizes.iter().filter(|size| **size > 0.0).count() as f64;

        let fidelity: Vec<Fidelity> = (1..=tree_leaves)
            .map(|leaves| {
                let is_leaf = |node: &usize| part_of(*node, leaves) && tree.split(*node, leaves).is_none();
                let right = |node: usize| tree.nodes[node].sums[node_class[node] as usize];
                let inside = (0..tree.nodes.len()).filter(is_leaf).map(right).sum::<f64>() / total;
                let mut fidelity = Fidelity {
                    leaves,
                    inside,
                    outside: Estimate::default(),
                    balanced: None,
                    explained: Estimate::default(),
                };
                if let Some(checked) = checked {
                    let table = Confusion::new(&labels, &checked.told[leaves - 1], &weights, classes);
                    fidelity.outside = rate(table.right.iter().sum(), total, z);
                    let coverage =
                        |class: usize| if sizes[class] > 0.0 { table.right[class] / sizes[class] } else { 0.0 };
                    fidelity.balanced = Some((0..classes).map(coverage).sum::<f64>() / inhabited);
                    fidelity.explained = skill.explained(&checked.losses[leaves - 1], z);
                }
                fidelity
            })
            .collect();
        let enough = |fidelity: &&Fidelity| accuracy.is_some_and(|least| fidelity.outside.value >= Some(least));
        let leaves = fidelity.iter().find(enough).map_or(tree_leaves, |fidelity| fidelity.leaves);

        let outside = checked.map(|checked| Confusion::new(&labels, &checked.told[leaves - 1], &weights, classes));
        let limits = conditions(tree, table, leaves);
        let mut segments: Vec<SegmentRule> = names
            .iter()
            .zip(&sizes)
            .enumerate()
            .map(|(class, (segment, size))| {
                let of = |count: fn(&Confusion) -> &[f64]| outside.as_ref().map_or(0.0, |table| count(table)[class]);
                let (right, told) = (of(|table| &table.right), of(|table| &table.told));
                SegmentRule {
                    segment: segment.clone(),
                    size: labels.iter().filter(|label| **label as usize == class).count(),
                    parts: Vec::new(),
                    coverage: None,
                    precision: None,
                    coverage_outside: outside.as_ref().map_or(Estimate::default(), |_| rate(right, *size, z)),
                    precision_outside: rate(right, told, z),
                }
            })
            .collect();
        for (node, class) in merged(tree, &node_class, leaves) {
            let sums = &tree.nodes[node].sums;
            let (holds, members) = (sums.iter().sum(), sums[class as usize]);
            segments[class as usize].parts.push(Part { limits: limits[node].clone(), holds, members });
        }
        for (segment, size) in segments.iter_mut().zip(&sizes) {
            segment.parts.sort_by(|a, b| b.members.total_cmp(&a.members));
            let members: f64 = segment.parts.iter().map(|part| part.members).sum();
            let holds: f64 = segment.parts.iter().map(|part| part.holds).sum();
            segment.coverage = (*size > 0.0).then_some(members / size);
            segment.precision = (holds > 0.0).then_some(members / holds);
        }
        let all = target.labels.len();
        SegmentRules {
            segments,
            leaves,
            fidelity,
            used: used(tree, table, leaves),
            customers: rows.len(),
            left_out: all - rows.len(),
            confidence,
            notes: table.notes.clone(),
            told: (0..all).map(|row| node_class[tree.leaf(table, row, leaves)]).collect(),
        }
    }

    /// The segment of that key, whether a rule reaches it or not.
    ///
    /// # Errors
    /// If there is none.
    pub fn segment(&self, key: &str) -> Result<&SegmentRule> {
        let found = self.segments.iter().find(|segment| segment.segment.key() == key);
        found.ok_or_else(|| Error::definition(format!("no segment `{key}`")))
    }

    /// The number of the segment that the rules give each customer, also those in no segment.
    ///
    /// In the customers' order: what a list exported from the rules answers, and what can be held against the segmentation.
    pub fn indices(&self) -> impl ExactSizeIterator<Item = usize> {
        self.told.iter().map(|segment| *segment as usize)
    }

    /// How far these rules can be trusted: the line of [`SegmentRules::fidelity`] for as many leaves as they have.
    pub fn trust(&self) -> Option<&Fidelity> {
        self.fidelity.iter().find(|fidelity| fidelity.leaves == self.leaves)
    }

    /// The fewest leaves whose rules are right, outside, for that share of customers at least.
    pub fn smallest(&self, accuracy: f64) -> Option<usize> {
        let enough = |fidelity: &&Fidelity| fidelity.outside.value.is_some_and(|share| share >= accuracy);
        self.fidelity.iter().find(enough).map(|fidelity| fidelity.leaves)
    }

    /// The segments with customers that no rule reaches.
    ///
    /// More leaves may reach them; if not, the attributes do not tell them from the others.
    pub fn unreached(&self) -> impl Iterator<Item = &SegmentRule> {
        self.segments.iter().filter(|segment| segment.size > 0 && segment.parts.is_empty())
    }
}

impl SegmentRule {
    /// Whether a rule leads to it.
    pub fn is_reached(&self) -> bool {
        !self.parts.is_empty()
    }
}

impl std::fmt::Display for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&in_words(&self.limits))
    }
}

/// What is told of rows beside what is so: of the table of both only its diagonal and its margin are asked for.
struct Confusion {
    /// The weight of each class's rows of which it is told.
    right: Vec<f64>,
    /// The weight of all rows of which each class is told.
    told: Vec<f64>,
}

impl Confusion {
    fn new(labels: &[u32], answers: &[u32], weights: &[f64], classes: usize) -> Self {
        let mut table = Confusion { right: vec![0.0; classes], told: vec![0.0; classes] };
        for ((label, answer), weight) in labels.iter().zip(answers).zip(weights) {
            table.told[*answer as usize] += weight;
            if label == answer {
                table.right[*label as usize] += weight;
            }
        }
        table
    }
}

/// A share with Wilson's interval; of nothing not defined. Weights count as so many customers.
fn rate(hits: f64, count: f64, z: f64) -> Estimate {
    match interval::wilson(hits, count, z) {
        Some((lower, upper)) => Estimate { value: Some(hits / count), lower: Some(lower), upper: Some(upper) },
        None => Estimate::default(),
    }
}

/// Whether a node is there in the tree of so many leaves, which has made one split less.
fn part_of(node: usize, leaves: usize) -> bool {
    // nodes come in pairs behind the root, in the order of the splits
    node == 0 || node.div_ceil(2) < leaves
}

/// The nodes below which everything leads to one class, as high up as may be, with that class.
///
/// A split may make both sides less mixed without changing what is commonest on either: as a rule it says nothing.
fn merged(tree: &Tree, node_class: &[u32], leaves: usize) -> Vec<(usize, u32)> {
    let mut one: Vec<Option<u32>> = node_class.iter().map(|class| Some(*class)).collect();
    for node in (0..tree.nodes.len()).rev() {
        if let Some(split) = tree.split(node, leaves) {
            one[node] = if one[split.yes] == one[split.no] { one[split.yes] } else { None };
        }
    }
    let (mut found, mut open) = (Vec::new(), vec![0]);
    while let Some(node) = open.pop() {
        match (one[node], tree.split(node, leaves)) {
            (Some(class), _) => found.push((node, class)),
            (None, Some(split)) => open.extend([split.no, split.yes]),
            (None, None) => {}
        }
    }
    found
}

/// What each attribute contributes, the most first.
fn used(tree: &Tree, table: &Table, leaves: usize) -> Vec<Used> {
    let mut gains = vec![0.0; table.features.len()];
    for node in 0..tree.nodes.len() {
        if let Some(split) = tree.split(node, leaves) {
            gains[split.feature] += split.gain;
        }
    }
    let all: f64 = gains.iter().sum();
    let mut used: Vec<Used> = (table.features.iter().zip(&gains))
        .filter(|(_, gain)| **gain > 0.0)
        .map(|(feature, gain)| Used { attribute: feature.name.clone(), share: gain / all })
        .collect();
    used.sort_by(|a, b| b.share.total_cmp(&a.share));
    used
}
