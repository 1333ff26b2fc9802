//! Which rows have enough weight within a radius.
//!
//! The sixteen rows of a leaf are asked about together: they lie close to each other, so what is near one is near most.
//! A node whose box is within the radius of the whole leaf adds its weight to all sixteen at once. The nearer half is
//! looked at first, and when all sixteen have enough nothing more is looked at: in dense places that is soon.
//!
//! A distance that is the radius counts as within. Squares are compared with the square of the radius, here and in all
//! that follows, so that no row is within by one count and beyond by another.

use crate::parallel;

use super::tree::{LEAF, Tree};

/// Leaves in a chunk of work.
const CHUNK: usize = 16;

/// The rows of one leaf, all asked about at once.
///
/// Copied once, row after row, before the walk begins.
struct Asked<'a> {
    /// All rows.
    tree: &'a Tree,
    /// Their weights by position; 1 if none.
    weights: Option<&'a [f64]>,
    /// The weight of each node.
    sums: &'a [f64],
    /// The squared radius.
    square: f64,
    /// How much weight is enough.
    need: f64,
    /// The node that is the leaf.
    leaf: usize,
    /// The numbers of its rows, row after row.
    rows: &'a [f64],
    /// How much was found around each.
    found: [f64; LEAF],
}

impl Asked<'_> {
    /// Whether a row of the leaf has not enough yet; it is the only one to be asked about further.
    fn open(&self, lane: usize) -> bool {
        self.found[lane] < self.need
    }

    /// The rows of the leaf, counted from 0.
    fn lanes(&self) -> std::ops::Range<usize> {
        0..self.tree.nodes[self.leaf].positions().len()
    }

    /// Adds what is near in a node; `false` when every row has enough.
    ///
    /// Weights are never negative, so who has enough keeps it: what is added later does not matter.
    fn node(&mut self, at: usize) -> bool {
        let tree = self.tree;
        let node = tree.nodes[at];
        if tree.across(self.leaf, at) <= self.square {
            self.lanes().for_each(|lane| self.found[lane] += self.sums[at]);
        } else if node.is_leaf() {
            for lane in self.lanes() {
                let row = &self.rows[lane * tree.dimensions..(lane + 1) * tree.dimensions];
                if self.open(lane) && tree.nearest(at, row) <= self.square {
                    self.found[lane] += self.near(node.start as usize, row);
                }
            }
        } else {
            let (lower, upper) = (at + 1, node.upper as usize);
            let (to_lower, to_upper) = (tree.between(self.leaf, lower), tree.between(self.leaf, upper));
            let in_turn = if to_lower <= to_upper {
                [(lower, to_lower), (upper, to_upper)]
            } else {
                [(upper, to_upper), (lower, to_lower)]
            };
            return in_turn.into_iter().all(|(half, square)| square > self.square || self.node(half));
        }
        self.lanes().any(|lane| self.open(lane))
    }

    /// How much weight of a leaf is near a row. Rows that fill up the last leaf are at infinity and never near.
    fn near(&self, start: usize, row: &[f64]) -> f64 {
        let squares = self.tree.squares(start, row);
        match self.weights {
            None => squares.into_iter().filter(|square| *square <= self.square).count() as f64,
            Some(weights) => {
                let near = squares.into_iter().zip(&weights[start..]).filter(|(square, _)| *square <= self.square);
                near.map(|(_, weight)| weight).sum()
            }
        }
    }
}

/// Whether the rows within the radius of the row at each position, itself among them, weigh enough. `square` is the
/// squared radius; `weights` are by position, at least as many as there are places in the leaves.
///
/// A node that is inside the radius is counted without a look at its rows, and nobody counts on who has enough. About
/// O(n log n) where few are near and where many are; O(n² d) with many columns.
pub(crate) fn dense(tree: &Tree, weights: Option<&[f64]>, square: f64, need: f64) -> Vec<bool> {
    let weight = |positions: std::ops::Range<usize>| match weights {
        None => positions.len() as f64,
        Some(weights) => weights[positions].iter().sum(),
    };
    let sums = tree.gather(weight, |lower, upper| lower + upper);
    let leaves = tree.leaves();
    let chunks = parallel::map_chunks(leaves.len(), CHUNK, |chunk| {
        let mut rows = vec![0.0; LEAF * tree.dimensions];
        let mut found = Vec::with_capacity(chunk.len() * LEAF);
        for leaf in &leaves[chunk] {
            let leaf = *leaf as usize;
            let positions = tree.nodes[leaf].positions();
            for (position, row) in positions.clone().zip(rows.chunks_mut(tree.dimensions)) {
                tree.numbers(position, row);
            }
            let (rows, sums) = (&rows[..], &sums[..]);
            let mut asked = Asked { tree, weights, sums, square, need, leaf, rows, found: [0.0; LEAF] };
            asked.node(0);
            found.extend((0..positions.len()).map(|lane| !asked.open(lane)));
        }
        found
    });
    chunks.into_iter().flatten().collect()
}

#[cfg(test)]
#[path = "count_tests.rs"]
mod tests;
