//! The nearest row by mutual reachability, among those of another group.
//!
//! The mutual reachability distance of two rows is the largest of both core distances and their distance. With core
//! distances of zero it is the distance. Groups are clusters where a stranger looks for the next best one, and parts of
//! a growing tree where a part looks for its nearest neighbour.
//!
//! A node knows the least core distance of its rows, and their group if it is one. So it is passed over if its box, or
//! all its core distances, are beyond what was found, and if all its rows are of the group that does not count.
//!
//! There are two ways to ask. A stranger must get one answer whatever the shape of the tree, so equals are told apart:
//! by mutual reachability, then by distance, then by row. A part of a growing tree takes any of the nearest, and stops
//! as soon as none can be nearer; that is soon, because most rows have a neighbour at no more than their own core
//! distance, and nothing can be nearer than that.

use super::distinct::NOBODY;
use super::tree::{LEAF, Tree};

/// A node whose rows are of several groups. Not a group of a row.
const MIXED: u32 = u32::MAX - 1;
/// A group that is nobody's.
pub(crate) const NO_GROUP: u32 = u32::MAX - 2;

/// Rows of a tree with core distances and groups.
#[derive(Clone, Debug)]
pub(crate) struct Reach {
    /// The squared core distance at each position.
    pub(crate) cores: Vec<f64>,
    /// The least of each node.
    ///
    /// No row of it can be nearer to anybody.
    least: Vec<f64>,
    /// The group of each position, [`NOBODY`] if it has none.
    pub(crate) groups: Vec<u32>,
    /// The group of each node; [`NOBODY`] if none of its rows has one.
    uniform: Vec<u32>,
}

/// The best row so far, or none.
///
/// The cost of none is the limit below which rows are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Best {
    /// Its squared mutual reachability distance.
    pub(crate) cost: f64,
    /// Its squared distance.
    pub(crate) square: f64,
    /// The row, [`NOBODY`] if none is near enough.
    pub(crate) row: u32,
    /// Its position.
    pub(crate) position: u32,
}

impl Best {
    /// None yet; rows up to this squared distance will do.
    pub(crate) fn within(cost: f64) -> Self {
        Best { cost, square: f64::INFINITY, row: NOBODY, position: NOBODY }
    }
}

/// A row that looks for its nearest.
struct Search<'a> {
    /// The rows.
    tree: &'a Tree,
    /// Their core distances and groups.
    reach: &'a Reach,
    /// The one who looks.
    row: &'a [f64],
    /// Its squared core distance, or more if more is known of what it can find.
    own: f64,
    /// The group that will not do.
    not: u32,
    /// The only group that will do; [`NO_GROUP`] if all others will.
    only: u32,
    best: Best,
}

impl Reach {
    /// Core distances and groups by position.
    pub(crate) fn new(tree: &Tree, cores: Vec<f64>, groups: Vec<u32>) -> Self {
        let least = |positions: std::ops::Range<usize>| cores[positions].iter().copied().fold(f64::INFINITY, f64::min);
        let least = tree.gather(least, f64::min);
        let mut reach = Reach { cores, least, groups, uniform: Vec::new() };
        reach.regroup(tree);
        reach
    }

    /// Makes the groups of nodes those of their rows, which have changed.
    pub(crate) fn regroup(&mut self, tree: &Tree) {
        let both = |a: u32, b: u32| match (a, b) {
            (NOBODY, other) | (other, NOBODY) => other,
            _ if a == b => a,
            _ => MIXED,
        };
        self.uniform = tree.gather(|positions| self.groups[positions].iter().copied().fold(NOBODY, both), both);
    }

    /// The nearest row of a group other than `not`; among equals by mutual reachability the nearest by distance, then
    /// the first row. `own` is the squared core distance of the one who asks. What overflows is never found.
    pub(crate) fn nearest(&self, tree: &Tree, row: &[f64], own: f64, not: u32, within: f64) -> Best {
        let mut search = Search { tree, reach: self, row, own, not, only: NO_GROUP, best: Best::within(within) };
        search.first(0, tree.nearest(0, row));
        search.best
    }

    /// A row of a group other than `not` that is nearer than `below`: none is nearer than it, though some may be as
    /// near. `own` is also the least that can be had, where more than the core distance is known.
    pub(crate) fn any(&self, tree: &Tree, row: &[f64], own: f64, not: u32, below: f64) -> Best {
        let mut search = Search { tree, reach: self, row, own, not, only: NO_GROUP, best: Best::within(below) };
        search.any(0, tree.nearest(0, row));
        search.best
    }

    /// A row of this group that is near: none has a shorter mutual reachability distance to one without a core
    /// distance.
    pub(crate) fn member(&self, tree: &Tree, row: &[f64], group: u32) -> Best {
        let best = Best::within(f64::INFINITY);
        let mut search = Search { tree, reach: self, row, own: 0.0, not: NO_GROUP, only: group, best };
        search.any(0, tree.nearest(0, row));
        search.best
    }

    /// Whether any row of a node may have a row of a group other than `not` nearer than `below`; `false` is certain.
    pub(crate) fn may(&self, tree: &Tree, node: usize, not: u32, below: f64) -> bool {
        self.may_in(tree, node, not, below, 0)
    }

    /// As [`Reach::may`], of the rows of the node `at`.
    fn may_in(&self, tree: &Tree, node: usize, not: u32, below: f64, at: usize) -> bool {
        let group = self.uniform[at];
        if group == not || group == NOBODY || self.least[at].max(self.least[node]) >= below {
            return false;
        }
        if tree.between(node, at) >= below {
            return false;
        }
        let halves = [at + 1, tree.nodes[at].upper as usize];
        tree.nodes[at].is_leaf() || halves.into_iter().any(|half| self.may_in(tree, node, not, below, half))
    }

    /// The group of a node, if it is one for all its rows. Rows without a group are not asked.
    pub(crate) fn group(&self, node: usize) -> Option<u32> {
        Some(self.uniform[node]).filter(|group| *group < NO_GROUP)
    }
}

impl Search<'_> {
    /// Whether rows of this group will do.
    fn fits(&self, group: u32) -> bool {
        group != self.not && group != NOBODY && (self.only == NO_GROUP || group == self.only)
    }

    /// What a row of this node at least costs, if it has rows of another group: the largest of the distance to its box,
    /// its least core distance and the own.
    fn least(&self, at: usize, square: f64) -> Option<f64> {
        let group = self.reach.uniform[at];
        (self.fits(group) || group == MIXED).then(|| square.max(self.reach.least[at]).max(self.own))
    }

    /// Both halves of a node and the least squared distances to them, the nearer first.
    fn halves(&self, at: usize) -> [(usize, f64); 2] {
        let (lower, upper) = (at + 1, self.tree.nodes[at].upper as usize);
        let (to_lower, to_upper) = (self.tree.nearest(lower, self.row), self.tree.nearest(upper, self.row));
        if to_lower <= to_upper {
            [(lower, to_lower), (upper, to_upper)]
        } else {
            [(upper, to_upper), (lower, to_lower)]
        }
    }

    /// The costs of the rows of a leaf, by position, for those of another group. A distance whose square overflows is
    /// no answer.
    #[inline]
    fn leaf(&self, at: usize) -> impl Iterator<Item = (usize, f64, f64)> + use<'_> {
        let positions = self.tree.nodes[at].positions();
        let squares: [f64; LEAF] = self.tree.squares(positions.start, self.row);
        positions.zip(squares).filter_map(|(position, square)| {
            let group = self.reach.groups[position];
            let cost = square.max(self.reach.cores[position]).max(self.own);
            (self.fits(group) && square < f64::INFINITY).then_some((position, square, cost))
        })
    }

    /// Looks for the best of all: what is as good must be looked at, because it may be nearer or come earlier.
    fn first(&mut self, at: usize, square: f64) {
        let Some(least) = self.least(at, square) else { return };
        if least > self.best.cost || (least == self.best.cost && square > self.best.square) {
            return;
        }
        if self.tree.nodes[at].is_leaf() {
            let mut best = self.best;
            for (position, square, cost) in self.leaf(at) {
                let row = self.tree.order[position];
                if (cost, square, row) < (best.cost, best.square, best.row) {
                    best = Best { cost, square, row, position: position as u32 };
                }
            }
            self.best = best;
            return;
        }
        self.halves(at).into_iter().for_each(|(half, square)| self.first(half, square));
    }

    /// Looks for one of the best: what is as good need not be looked at.
    fn any(&mut self, at: usize, square: f64) {
        if self.least(at, square).is_none_or(|least| least >= self.best.cost) {
            return;
        }
        if self.tree.nodes[at].is_leaf() {
            let mut best = self.best;
            for (position, square, cost) in self.leaf(at) {
                if cost < best.cost {
                    best = Best { cost, square, row: self.tree.order[position], position: position as u32 };
                }
            }
            self.best = best;
            return;
        }
        self.halves(at).into_iter().for_each(|(half, square)| self.any(half, square));
    }
}

#[cfg(test)]
#[path = "reach_tests.rs"]
mod tests;
