//! Core distances: how far one must go from a row until there is enough weight.
//!
//! The nearest rows that weigh enough are kept in a heap, the farthest on top. It falls off as soon as the others weigh
//! enough without it; so with weights of 1 the heap is the k nearest. Only the distance of the last counts, not which
//! of several equally far rows it is: the answer does not depend on the order in which rows are met.
//!
//! A row begins in its own leaf, where some of its nearest are, so most other nodes are beyond its limit from the
//! start. Heaps of equal rows are one row with their weight before they come here; a row that weighs enough by itself
//! has the core distance 0.
//!
//! Weights that are no whole numbers are added in the order in which rows are met, which is always the same; a sum that
//! comes within a rounding of what is needed may count as either.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::parallel;

use super::tree::{LEAF, Tree};

/// Leaves in a chunk of work: some hundred rows, whose queries are near each other and find the same leaves in the
/// cache.
const CHUNK: usize = 16;

/// A row that was met, by its squared distance; the farthest first.
struct Met {
    /// Its squared distance.
    square: f64,
    /// How much it weighs.
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
    /// The rows.
    tree: &'a Tree,
    /// Their weights by position; 1 if none.
    weights: Option<&'a [f64]>,
    /// How much weight is enough.
    need: f64,
    /// The row around which to look.
    row: &'a [f64],
    /// The nearest so far.
    heap: &'a mut BinaryHeap<Met>,
    /// What they weigh.
    weight: f64,
    /// Rows at this squared distance or farther are not asked for; infinite until there is weight enough.
    limit: f64,
}

impl Near<'_> {
    /// Meets the rows of a leaf.
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
    ///
    /// The nearer half first: what it holds makes the limit shorter for the other. Rows exactly at the limit change
    /// nothing, so equal distances cost no look.
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
/// This is what a stranger is asked: a row of the data finds its own copy, and so has the core distance that it had.
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
#[path = "cores_tests.rs"]
mod tests;
