//! Which rows are joined by steps within a radius.
//!
//! Pairs of nodes are walked through, each pair once. Most of the work is not done: what is too far apart is left, what
//! is within the radius as a whole is joined as a whole, and two nodes whose rows are known to be in one set need no
//! look. In a dense place the rows of a leaf are joined with each other first, and then a single near pair joins two
//! leaves.
//!
//! The result is the same as if all pairs were compared: a pair is left out only if it is too far apart by its boxes,
//! which never say more than the rows do, or if both are in one set already.
//!
//! R. Tarjan 1975, Efficiency of a good but not linear set union algorithm, DOI 10.1145/321879.321884, is where the
//! sets come from. Here the first position stands for a set, not the root of the larger tree: then names do not depend
//! on the order in which sets were joined, and shortening the paths is enough to keep them short.

use super::tree::Tree;

/// Sets of positions that grow together.
///
/// Each is named by its first position, so that the names do not depend on what was joined when.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    /// For each one a smaller one of its set, or itself if it is the first. Paths become shorter as they are walked.
    parents: Vec<u32>,
}

impl Joined {
    /// Each of `len` alone.
    pub(crate) fn new(len: usize) -> Self {
        Joined { parents: (0..len as u32).collect() }
    }

    /// Who stands for the set of this one: its first.
    pub(crate) fn find(&mut self, mut one: u32) -> u32 {
        while self.parents[one as usize] != one {
            let parent = self.parents[one as usize];
            self.parents[one as usize] = self.parents[parent as usize];
            one = parent;
        }
        one
    }

    /// Makes two sets one; `false` if they were. The smaller number stands for both, whatever the order of joining.
    pub(crate) fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// The walk over pairs of nodes. It runs on one thread: most of its time goes into sets that all of it shares.
struct Walk<'a> {
    /// The rows.
    tree: &'a Tree,
    /// The squared radius.
    square: f64,
    /// The sets so far, of positions.
    joined: Joined,
    /// Whether all rows of a node are known to be in one set.
    whole: Vec<bool>,
}

impl Walk<'_> {
    /// Both halves of a node, unless it is a leaf.
    fn halves(&self, at: usize) -> Option<[usize; 2]> {
        let node = self.tree.nodes[at];
        (!node.is_leaf()).then_some([at + 1, node.upper as usize])
    }

    /// The first position of a node, which stands for it when it is whole.
    fn first(&self, at: usize) -> u32 {
        self.tree.nodes[at].start
    }

    /// Joins what is near within a node: within its halves first, then between them.
    ///
    /// A node whose box is no wider than the radius is one set at once.
    fn within(&mut self, at: usize) {
        if self.tree.across(at, at) <= self.square {
            self.all(at);
        } else if let Some([lower, upper]) = self.halves(at) {
            self.within(lower);
            self.within(upper);
            self.between(lower, upper);
            let same = self.joined.find(self.first(lower)) == self.joined.find(self.first(upper));
            self.whole[at] = same && self.whole[lower] && self.whole[upper];
        } else {
            self.rows(at, at);
            let first = self.joined.find(self.first(at));
            self.whole[at] = self.tree.nodes[at].positions().all(|other| self.joined.find(other as u32) == first);
        }
    }

    /// Joins what is near between two nodes that have nothing in common.
    ///
    /// The larger is cut until what is left is too far, joined as a whole, known to be one set, or two leaves.
    fn between(&mut self, a: usize, b: usize) {
        if self.tree.between(a, b) > self.square || self.one(a, b) {
            return;
        }
        if self.tree.across(a, b) <= self.square {
            self.all(a);
            self.all(b);
            self.joined.join(self.first(a), self.first(b));
            return;
        }
        let larger = self.tree.nodes[a].positions().len() >= self.tree.nodes[b].positions().len();
        match (self.halves(a), self.halves(b)) {
            (None, None) => self.rows(a, b),
            (Some(halves), None) => halves.into_iter().for_each(|half| self.between(half, b)),
            (Some(halves), _) if larger => halves.into_iter().for_each(|half| self.between(half, b)),
            (_, Some(halves)) => halves.into_iter().for_each(|half| self.between(a, half)),
        }
    }

    /// Whether both nodes are known to be in one set. `false` says nothing: they may be without its being known.
    fn one(&mut self, a: usize, b: usize) -> bool {
        self.whole[a] && self.whole[b] && self.joined.find(self.first(a)) == self.joined.find(self.first(b))
    }

    /// Makes all rows of a node one set.
    fn all(&mut self, at: usize) {
        if !self.whole[at] {
            let positions = self.tree.nodes[at].positions();
            positions.clone().for_each(|one| {
                self.joined.join(positions.start as u32, one as u32);
            });
            self.whole[at] = true;
        }
    }

    /// Joins the rows of two leaves that are near. Two leaves that are one set each need one near pair only.
    fn rows(&mut self, a: usize, b: usize) {
        let (tree, start) = (self.tree, self.tree.nodes[b].start);
        let mut row = vec![0.0; tree.dimensions];
        for one in tree.nodes[a].positions() {
            tree.numbers(one, &mut row);
            if tree.nearest(b, &row) > self.square {
                continue;
            }
            for (other, square) in (start..).zip(tree.squares(start as usize, &row)) {
                if square <= self.square {
                    self.joined.join(one as u32, other);
                }
            }
            if self.one(a, b) {
                return;
            }
        }
    }
}

/// The set of each position: joined are those whose squared distance is at most `square`, and who is joined with the
/// same. A set is named by its first position.
///
/// Nodes that are inside the radius of each other are joined at once, and nodes that are in one set are passed over.
/// About O(n log n) with few columns, O(n² d) with many.
pub(crate) fn components(tree: &Tree, square: f64) -> Vec<u32> {
    let joined = Joined::new(tree.len());
    let mut walk = Walk { tree, square, joined, whole: vec![false; tree.nodes.len()] };
    walk.within(0);
    (0..tree.len() as u32).map(|one| walk.joined.find(one)).collect()
}

#[cfg(test)]
#[path = "linked_tests.rs"]
mod tests;
