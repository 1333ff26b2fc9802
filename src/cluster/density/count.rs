//! Which rows have enough weight within a radius.

use crate::parallel;

use super::tree::{LEAF, Tree};

/// Leaves in a chunk of work.
const CHUNK: usize = 16;

/// The rows of one leaf, all asked about at once.
struct Asked<'a> {
    tree: &'a Tree,
    weights: Option<&'a [f64]>,
    /// The weight of each node.
    sums: &'a [f64],
    /// The squared radius.
    square: f64,
    need: f64,
    leaf: usize,
    rows: &'a [f64],
    found: [f64; LEAF],
}

impl Asked<'_> {
    /// Whether a row of the leaf has not enough yet.
    fn open(&self, lane: usize) -> bool {
        self.found[lane] < self.need
    }

    fn lanes(&self) -> std::ops::Range<usize> {
        0..self.tree.nodes[self.leaf].positions().len()
    }

    /// Adds what is near in a node; `false` when every row has enough.
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

    /// How much weight of a leaf is near a row.
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
mod tests {
    use proptest::prelude::*;

    use super::dense;
    use crate::cluster::density::Tree;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn rows_are_dense_as_a_look_at_all_rows_says(
            rows in prop::collection::vec(prop::collection::vec(0..9_i32, 3), 1..120),
            more in prop::collection::vec(1..4_i32, 120),
            radius in 0..5_i32,
            need in 1..25_i32,
        ) {
            let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
            let data: Vec<f64> = rows.iter().flatten().copied().collect();
            let tree = Tree::new(&data, 3);
            let square = f64::from(radius * radius);
            for even in [true, false] {
                let weight = |row: usize| if even { 1.0 } else { f64::from(more[row]) };
                let mut weights: Vec<f64> = tree.order.iter().map(|row| weight(*row as usize)).collect();
                weights.resize(rows.len() + 16, 0.0);
                let found = dense(&tree, (!even).then_some(&weights[..]), square, f64::from(need));
                for (position, row) in tree.order.iter().enumerate() {
                    let near = |other: &Vec<f64>| {
                        other.iter().zip(&rows[*row as usize]).map(|(x, y)| (x - y) * (x - y)).sum::<f64>() <= square
                    };
                    let sum: f64 = (0..rows.len()).filter(|other| near(&rows[*other])).map(weight).sum();
                    prop_assert_eq!(found[position], sum >= f64::from(need));
                }
            }
        }
    }
}
