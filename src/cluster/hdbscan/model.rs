//! What HDBSCAN has learnt: its rows, and where each left the tree.
//!
//! Lengths are kept in the scale in which they were computed, so that a row of the data is placed by the same bits.
//! The tree of boxes is not saved: it follows from the rows, and is made again when a row is first placed.
//!
//! Clusters of the condensed tree are kept too, not only those that were taken: a stranger that joins above a taken
//! cluster belongs to none, and that is seen by climbing.

use std::borrow::Cow;
use std::sync::OnceLock;

use crate::error::{Error, Result};

use super::super::density::{LEAF, NO_GROUP, NOBODY, Reach, Scale, Tree, core_distance, far};
use super::super::method::{ClusterModel, Placed};
use super::Hdbscan;
use super::condensed::Condensed;

/// Clusters of the condensed tree, and the rows by which strangers are placed.
///
/// A stranger has a core distance among the rows learnt from, itself not counted. Its nearest row by mutual
/// reachability (the nearest by distance and then the first among equals) is the row beside which it would have joined
/// the tree, at that distance. It is in the cluster in which that row was then, if that is a taken cluster or lies in
/// one; so it never has a label that was not found, and no rows change theirs. One more condition holds, so that a
/// cluster far from all others does not take whoever comes: it does not join at a longer distance than any member did.
/// A row of the data finds itself, and is placed as it was.
///
/// The distance is the mutual reachability distance to the nearest member of the cluster, or of any cluster for a row
/// that belongs to none; infinite if there is no cluster. The second choice is the other cluster whose nearest member
/// is nearest; for a row that belongs to none it is the nearest cluster.
///
/// The model holds all rows that differ, so it is as large as the data.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct HdbscanModel {
    /// How it was found.
    pub(super) recipe: Hdbscan,
    /// How many numbers a row has.
    pub(super) dimensions: usize,
    /// The weight of the members of each taken cluster.
    pub(super) sizes: Vec<f64>,
    /// Their mean, cluster after cluster.
    pub(super) means: Vec<f64>,
    /// The scale of all lengths below.
    pub(super) scale: Scale,
    /// The rows that differ, one after the other.
    pub(super) rows: Vec<f64>,
    /// How much each weighs; none if 1.
    pub(super) weights: Option<Vec<f64>>,
    /// The core distance of each.
    pub(super) cores: Vec<f64>,
    /// The cluster of the condensed tree from which each fell, and at which distance.
    pub(super) fell: Vec<u32>,
    /// That distance; 0 of rows that nothing parts.
    pub(super) until: Vec<f64>,
    /// The parent of each cluster of the condensed tree; of the first itself.
    pub(super) parents: Vec<u32>,
    /// At which distance each begins; 0 of the first.
    pub(super) births: Vec<f64>,
    /// The taken cluster in which each lies.
    pub(super) labels: Vec<Option<u32>>,
    /// The longest distance at which a member of each taken cluster left, and the shortest above 0.
    pub(super) reaches: Vec<f64>,
    /// The latter: where a member has probability 1.
    pub(super) deaths: Vec<f64>,
    /// What is to be said of it.
    pub(super) notes: Vec<String>,
    /// Made of the rest when it is first needed.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) index: OnceLock<Index>,
}

/// The rows in a tree, as they are asked for.
#[derive(Clone, Debug)]
pub(super) struct Index {
    /// The rows.
    tree: Tree,
    /// Weights by position.
    weights: Option<Vec<f64>>,
    /// All rows, in one group.
    all: Reach,
    /// Members of clusters, in groups by cluster; other rows in none.
    members: Reach,
}

/// Where a stranger joins the tree, had it been there.
///
/// All in the scale of the model.
struct Joins {
    /// Its core distance.
    own: f64,
    /// How far its nearest row is.
    cost: f64,
    /// Its cluster.
    label: Option<u32>,
    /// The distance at which it would leave.
    level: f64,
}

impl HdbscanModel {
    /// How it was found.
    ///
    /// Its `neighbours` decide how far a stranger's core distance reaches.
    pub fn recipe(&self) -> &Hdbscan {
        &self.recipe
    }

    /// The taken cluster of a row that leaves this cluster of the condensed tree at this distance: the cluster climbs
    /// to the one that was there at that distance.
    pub(super) fn label(&self, fell: u32, level: f64) -> Option<u32> {
        let mut cluster = fell as usize;
        while cluster != 0 && level >= self.births[cluster] {
            cluster = self.parents[cluster] as usize;
        }
        // the whole as the only cluster, seen at one distance
        let (single, epsilon) =
            (self.labels.first().is_some_and(Option::is_some), self.scale.inner(self.recipe.epsilon));
        if single && epsilon > 0.0 && level > epsilon {
            return None;
        }
        self.labels[cluster]
    }

    /// The tree over rows, with all of them and with the members of clusters. Made at most once; a model that was read
    /// from a file makes it anew, with the same answers.
    fn index(&self) -> &Index {
        self.index.get_or_init(|| {
            let tree = Tree::new(&self.scale.all(&self.rows), self.dimensions);
            let by_position =
                |values: &[f64]| -> Vec<f64> { tree.order.iter().map(|row| values[*row as usize]).collect() };
            let weights = self.weights.as_deref().map(|weights| {
                let mut weights = by_position(weights);
                weights.resize(weights.len() + LEAF, 0.0);
                weights
            });
            let squares: Vec<f64> = by_position(&self.cores).into_iter().map(|core| core * core).collect();
            let label = |row: &u32| self.label(self.fell[*row as usize], self.until[*row as usize]).unwrap_or(NOBODY);
            let labels = tree.order.iter().map(label).collect();
            let all = Reach::new(&tree, squares.clone(), vec![0; tree.len()]);
            let members = Reach::new(&tree, squares, labels);
            Index { tree, weights, all, members }
        })
    }

    /// Where a row in the scale of the model joins.
    fn joins(&self, inner: &[f64]) -> Joins {
        let Index { tree, weights, all, .. } = self.index();
        let own = core_distance(tree, weights.as_deref(), self.recipe.need(), inner);
        let best = all.nearest(tree, inner, own, NO_GROUP, f64::INFINITY);
        let Some(until) = self.until.get(best.row as usize) else {
            return Joins { own, cost: f64::INFINITY, label: None, level: f64::INFINITY };
        };
        // a row learnt from leaves when its neighbours become too far, which is when it falls, not before
        let cost = best.cost.sqrt();
        let level = until.max(cost);
        let label = self.label(self.fell[best.row as usize], level);
        let label = label.filter(|label| level <= self.reaches[*label as usize]);
        Joins { own, cost, label, level }
    }

    /// The core distance that a row has among those learnt from.
    pub(super) fn core(&self, row: &[f64]) -> f64 {
        let Index { tree, weights, .. } = self.index();
        let square = core_distance(tree, weights.as_deref(), self.recipe.need(), &self.inner(row));
        self.scale.outer(square.sqrt())
    }

    /// The row in the scale of the model.
    fn inner<'a>(&self, row: &'a [f64]) -> Cow<'a, [f64]> {
        if self.scale == Scale::default() { Cow::Borrowed(row) } else { Cow::Owned(self.scale.all(row)) }
    }

    /// The nearest member of all clusters but one: its cluster, and how far it is outside of the scale.
    ///
    /// Nodes whose members are all of that one cluster are passed over, so this is no look at all of it. Where squares
    /// overflow all members are looked at in a smaller scale.
    fn nearest(&self, row: &[f64], inner: &[f64], own: f64, not: u32) -> Option<(usize, f64)> {
        let Index { tree, members, .. } = self.index();
        let best = members.nearest(tree, inner, own, not, f64::INFINITY);
        if best.row != NOBODY {
            let label = members.groups[best.position as usize] as usize;
            return Some((label, self.scale.outer(best.cost.sqrt())));
        }
        // so far away that squares overflow, or no other cluster
        let each = self.rows.chunks_exact(self.dimensions).enumerate();
        let members = each.filter_map(|(at, other)| {
            let label = self.label(self.fell[at], self.until[at]).filter(|label| *label != not)?;
            Some((label as usize, far(other, row).max(self.scale.outer(self.cores[at]))))
        });
        members.min_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// Where a row is, and its probability there: 0 where it belongs to none. What a place and a membership have in
    /// common.
    pub(super) fn placed(&self, row: &[f64]) -> (Placed, f64) {
        if self.sizes.is_empty() {
            return (Placed { cluster: None, distance: f64::INFINITY, second: None }, 0.0);
        }
        let inner = self.inner(row);
        let Joins { own, cost, label, level } = self.joins(&inner);
        let Some(label) = label else {
            let second = self.nearest(row, &inner, own, NO_GROUP);
            let distance = second.map_or(f64::INFINITY, |(_, distance)| distance);
            return (Placed { cluster: None, distance, second }, 0.0);
        };
        let second = if self.sizes.len() > 1 { self.nearest(row, &inner, own, label) } else { None };
        let probability = Condensed::probability(self.deaths[label as usize], level);
        (Placed { cluster: Some(label as usize), distance: self.scale.outer(cost), second }, probability)
    }
}

impl ClusterModel for HdbscanModel {
    const KIND: &'static str = "hdbscan";

    /// How many clusters were taken; 0 if the rows do not part.
    fn clusters(&self) -> usize {
        self.sizes.len()
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// How much the members of each cluster weigh.
    fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The mean of the members. It need not lie in the cluster: that of a ring is in its hole.
    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.means[cluster * self.dimensions..(cluster + 1) * self.dimensions].to_vec()
    }

    /// Where a row is. About O(d log n + `neighbours`) with few columns, for each of three questions: its core
    /// distance, its nearest row, its second choice.
    fn place(&self, row: &[f64]) -> Placed {
        self.placed(row).0
    }

    /// The probability of the cluster that the row is in, 0 of all others.
    fn memberships(&self, row: &[f64], degrees: &mut [f64]) -> bool {
        let (placed, probability) = self.placed(row);
        degrees.fill(0.0);
        if let Some(degree) = placed.cluster.and_then(|cluster| degrees.get_mut(cluster)) {
            *degree = probability;
        }
        true
    }

    /// Why there is no cluster, where there is none.
    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    /// Whether shapes agree, lengths are finite, and the tree of clusters is one: parents come before children, and
    /// whatever names a cluster names one that is there.
    fn check(&self) -> Result<()> {
        self.recipe.check()?;
        let (k, d, n, c) = (self.sizes.len(), self.dimensions, self.cores.len(), self.parents.len());
        if d == 0 || !self.scale.is_sound() {
            return Err(Error::format("a model of rows without numbers, or of no scale"));
        }
        let lengths = [
            ("means", self.means.len(), k * d),
            ("rows", self.rows.len(), n * d),
            ("weights", self.weights.as_ref().map_or(n, Vec::len), n),
            ("fell", self.fell.len(), n),
            ("until", self.until.len(), n),
            ("births", self.births.len(), c),
            ("labels", self.labels.len(), c),
            ("reaches", self.reaches.len(), k),
            ("deaths", self.deaths.len(), k),
        ];
        if let Some((what, found, expected)) = lengths.into_iter().find(|(_, found, expected)| found != expected) {
            return Err(Error::length(what, found, expected));
        }
        let positive = |size: &f64| size.is_finite() && *size > 0.0;
        if !self.sizes.iter().chain(self.weights.iter().flatten()).all(positive) {
            return Err(Error::format("a size or a weight is not positive"));
        }
        let parts = [&self.cores, &self.until, &self.births, &self.reaches, &self.deaths];
        let lengths = || parts.into_iter().flatten();
        let numbers = || self.means.iter().chain(&self.rows);
        if !lengths().all(|length| *length >= 0.0 && length.is_finite())
            || !numbers().all(|number| number.abs() <= 1e300)
        {
            return Err(Error::format("a length is negative or not finite, or a number is above 1e300"));
        }
        let tree = self.parents.iter().enumerate().all(|(at, parent)| (*parent as usize) < at.max(1));
        let labels = self.labels.iter().flatten().all(|label| (*label as usize) < k);
        if !tree || !labels || !self.fell.iter().all(|cluster| (*cluster as usize) < c) || (k > 0 && n == 0) {
            return Err(Error::format("the tree of clusters names clusters that are not there"));
        }
        Ok(())
    }
}
