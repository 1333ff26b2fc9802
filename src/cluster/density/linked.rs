//! Which rows are joined by steps within a radius.

use super::tree::Tree;

/// Sets of positions that grow together.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
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

    /// Makes two sets one; `false` if they were.
    pub(crate) fn join(&mut self, a: u32, b: u32) -> bool {
        let (a, b) = (self.find(a), self.find(b));
        self.parents[a.max(b) as usize] = a.min(b);
        a != b
    }
}

/// The walk over pairs of nodes.
struct Walk<'a> {
    tree: &'a Tree,
    square: f64,
    joined: Joined,
    /// Whether all rows of a node are known to be in one set.
    whole: Vec<bool>,
}

impl Walk<'_> {
    fn halves(&self, at: usize) -> Option<[usize; 2]> {
        let node = self.tree.nodes[at];
        (!node.is_leaf()).then_some([at + 1, node.upper as usize])
    }

    fn first(&self, at: usize) -> u32 {
        self.tree.nodes[at].start
    }

    /// Joins what is near within a node.
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

    /// Whether both nodes are known to be in one set.
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

    /// Joins the rows of two leaves that are near.
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
mod tests {
    use proptest::prelude::*;

    use super::{Joined, components};
    use crate::cluster::density::Tree;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn rows_are_joined_as_by_a_look_at_all_pairs(
            rows in prop::collection::vec(prop::collection::vec(0..30_i32, 2), 1..150),
            radius in 0..9_i32,
        ) {
            let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
            let data: Vec<f64> = rows.iter().flatten().copied().collect();
            let tree = Tree::new(&data, 2);
            let square = f64::from(radius * radius);
            let found = components(&tree, square);
            let mut joined = Joined::new(rows.len());
            for a in 0..rows.len() {
                for b in 0..a {
                    let (x, y) = (&rows[tree.order[a] as usize], &rows[tree.order[b] as usize]);
                    if x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>() <= square {
                        joined.join(a as u32, b as u32);
                    }
                }
            }
            let naive: Vec<u32> = (0..rows.len() as u32).map(|one| joined.find(one)).collect();
            prop_assert_eq!(found, naive);
        }
    }
}
