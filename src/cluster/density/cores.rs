//! Core distances: how far one must go from a row until there is enough weight.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::parallel;

use super::tree::{LEAF, Tree};

/// Leaves in a chunk of work.
const CHUNK: usize = 16;

/// A row that was met, by its squared distance; the farthest first.
struct Met {
    square: f64,
    weight: f64,
}

impl PartialEq for Met {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Met {}

impl PartialOrd for Met {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Met {
    fn cmp(&self, other: &Self) -> Ordering {
        self.square.total_cmp(&other.square)
    }
}

/// The nearest rows that weigh enough together.
struct Near<'a> {
    tree: &'a Tree,
    weights: Option<&'a [f64]>,
    need: f64,
    row: &'a [f64],
    heap: &'a mut BinaryHeap<Met>,
    weight: f64,
    /// Rows at this squared distance or farther are not asked for; infinite until there is weight enough.
    limit: f64,
}

impl Near<'_> {
    fn leaf(&mut self, start: usize) {
        let squares = self.tree.squares(start, self.row);
        for (lane, square) in squares.into_iter().enumerate() {
            if square < self.limit {
                let weight = self.weights.map_or(1.0, |weights| weights[start + lane]);
                self.heap.push(Met { square, weight });
                self.weight += weight;
                while self.heap.peek().is_some_and(|last| self.weight - last.weight >= self.need) {
                    self.weight -= self.heap.pop().map_or(0.0, |last| last.weight);
                }
                if self.weight >= self.need {
                    self.limit = self.heap.peek().map_or(self.limit, |last| last.square);
                }
            }
        }
    }

    /// Looks into a node that may hold nearer rows; the leaf `skip` was looked at before.
    fn node(&mut self, at: usize, skip: u32) {
        let node = self.tree.nodes[at];
        if node.is_leaf() {
            if at as u32 != skip {
                self.leaf(node.start as usize);
            }
            return;
        }
        let (lower, upper) = (at + 1, node.upper as usize);
        let (to_lower, to_upper) = (self.tree.nearest(lower, self.row), self.tree.nearest(upper, self.row));
        let in_turn = if to_lower <= to_upper {
            [(lower, to_lower), (upper, to_upper)]
        } else {
            [(upper, to_upper), (lower, to_lower)]
        };
        for (half, square) in in_turn {
            if square < self.limit {
                self.node(half, skip);
            }
        }
    }
}

/// The squared distance within which there is this weight around a row, the row itself not counted unless it is in the
/// tree; infinite if there is not as much anywhere. `weights` are by position.
///
/// About O(d log n + need) with few columns, O(n d) with many.
pub(crate) fn core_distance(tree: &Tree, weights: Option<&[f64]>, need: f64, row: &[f64]) -> f64 {
    let mut heap = BinaryHeap::new();
    let mut near = Near { tree, weights, need, row, heap: &mut heap, weight: 0.0, limit: f64::INFINITY };
    near.node(0, u32::MAX);
    near.limit
}

/// The squared core distance of the row at every position.
///
/// About O(n log n) with few columns, O(n² d) with many; in parallel over leaves.
pub(crate) fn core_distances(tree: &Tree, weights: Option<&[f64]>, need: f64) -> Vec<f64> {
    let leaves = tree.leaves();
    let chunks = parallel::map_chunks(leaves.len(), CHUNK, |chunk| {
        let mut heap = BinaryHeap::new();
        let mut row = vec![0.0; tree.dimensions];
        let mut found = Vec::with_capacity(chunk.len() * LEAF);
        for leaf in &leaves[chunk] {
            for position in tree.nodes[*leaf as usize].positions() {
                tree.numbers(position, &mut row);
                heap.clear();
                let (row, heap) = (&row[..], &mut heap);
                let mut near = Near { tree, weights, need, row, heap, weight: 0.0, limit: f64::INFINITY };
                near.leaf(position / LEAF * LEAF); // its own leaf gives a good limit at once
                near.node(0, *leaf);
                found.push(near.limit);
            }
        }
        found
    });
    chunks.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{core_distance, core_distances};
    use crate::cluster::density::Tree;

    /// All squared distances, sorted; the first at which the weight is enough.
    fn naive(rows: &[Vec<f64>], weights: &[f64], need: f64, row: &[f64]) -> f64 {
        let square = |other: &Vec<f64>| other.iter().zip(row).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
        let mut all: Vec<(f64, f64)> = rows.iter().map(square).zip(weights.iter().copied()).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut weight = 0.0;
        for (square, more) in all {
            weight += more;
            if weight >= need {
                return square;
            }
        }
        f64::INFINITY
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
        #[test]
        fn core_distances_are_those_of_a_look_at_all_rows(
            rows in prop::collection::vec(prop::collection::vec(0..6_i32, 2), 1..90),
            more in prop::collection::vec(1..4_i32, 90),
            need in 1..30_usize,
            spread in 0.1..3.0_f64,
        ) {
            // whole numbers: duplicates and ties are the rule
            let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x) * spread).collect()).collect();
            let data: Vec<f64> = rows.iter().flatten().copied().collect();
            let tree = Tree::new(&data, 2);
            for even in [true, false] {
                let weights: Vec<f64> = more[..rows.len()].iter().map(|w| if even { 1.0 } else { f64::from(*w) }).collect();
                let mut by_position: Vec<f64> = tree.order.iter().map(|row| weights[*row as usize]).collect();
                by_position.resize(rows.len() + 16, 0.0);
                let given = (!even).then_some(&by_position[..]);
                let found = core_distances(&tree, given, need as f64);
                for (position, row) in tree.order.iter().enumerate() {
                    prop_assert_eq!(found[position], naive(&rows, &weights, need as f64, &rows[*row as usize]));
                }
                let stranger = [1.3, -0.7];
                prop_assert_eq!(core_distance(&tree, given, need as f64, &stranger), naive(&rows, &weights, need as f64, &stranger));
            }
        }
    }
}
