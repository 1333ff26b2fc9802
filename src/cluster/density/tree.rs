//! A tree of boxes over rows, with leaves of sixteen rows that lie side by side in memory.
//!
//! J. L. Bentley 1975, Multidimensional binary search trees used for associative searching, DOI 10.1145/361002.361007;
//! J. H. Friedman, J. L. Bentley and R. A. Finkel 1977, An algorithm for finding best matches in logarithmic expected
//! time, DOI 10.1145/355744.355745.
//!
//! A row has a place in the tree, its position; sixteen positions are a leaf. A leaf keeps its numbers column by
//! column, so that sixteen distances are computed at once. The last leaf is filled up with rows at infinity, which are
//! never near. Halves are cut at the median of the widest column, equal values by row, so heaps of equal rows are cut
//! as any others. The shape follows from the number of rows alone.
//!
//! Sixteen numbers of a column are two lines of the cache, and sixteen sums fit into the registers of a processor
//! without wide vectors. Smaller leaves make more boxes to ask, larger ones more distances to compute.
//!
//! A node is a range of positions. So what is known of rows is kept in the order of positions too, and all rows of a
//! node are next to each other in every array. Who needs a row's number in the data finds it in the order of the tree.

use crate::parallel;

/// Rows in a leaf. Whoever keeps numbers by position and reads them leaf by leaf needs so many more at the end.
pub(crate) const LEAF: usize = 16;
/// Rows from which on both halves are cut at once; below, a thread costs more than it gains.
const APART: usize = 8_192;

/// A part of the tree: a range of positions, and where its halves are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    /// Its first position.
    pub(crate) start: u32,
    /// The position after its last.
    pub(crate) end: u32,
    /// Its upper half; the lower is the node after it. 0 if it is a leaf.
    pub(crate) upper: u32,
}

impl Node {
    /// Whether it has no halves. Its rows are looked at one and all.
    ///
    /// The whole is a leaf where there are no more rows than a leaf holds.
    pub(crate) fn is_leaf(self) -> bool {
        self.upper == 0
    }

    /// Its positions: those of a node are next to each other.
    pub(crate) fn positions(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Rows in boxes in boxes.
///
/// Positions are numbered so that each node has those from its first to its last; a leaf begins at a multiple of
/// [`LEAF`].
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    /// How many numbers a row has.
    pub(crate) dimensions: usize,
    /// The row at each position.
    pub(crate) order: Vec<u32>,
    /// The parts; the whole is the first.
    pub(crate) nodes: Vec<Node>,
    /// The least and the largest number of each column in each part.
    boxes: Vec<[f64; 2]>,
    /// Leaf by leaf, column by column, [`LEAF`] numbers.
    ///
    /// The last leaf is filled up with infinity.
    data: Vec<f64>,
}

impl Tree {
    /// A tree of at least one row, whose numbers lie row after row. O(n d log n) time; both halves of large parts are
    /// cut at once, with the same result.
    pub(crate) fn new(rows: &[f64], dimensions: usize) -> Self {
        let len = rows.len() / dimensions.max(1);
        let mut order: Vec<u32> = (0..len as u32).collect();
        cut(&mut order, rows, dimensions);
        let mut nodes = Vec::with_capacity(4 * len / LEAF + 1);
        shape(&mut nodes, 0, len);
        let mut data = vec![f64::INFINITY; len.div_ceil(LEAF) * LEAF * dimensions];
        parallel::fill(&mut data, LEAF * dimensions, |at, leaf| {
            let start = at / dimensions;
            for (lane, row) in order[start..(start + LEAF).min(len)].iter().enumerate() {
                let numbers = &rows[*row as usize * dimensions..(*row as usize + 1) * dimensions];
                numbers.iter().enumerate().for_each(|(column, number)| leaf[column * LEAF + lane] = *number);
            }
        });
        let mut tree = Tree { dimensions, order, nodes, boxes: Vec::new(), data };
        tree.boxes = tree.bound();
        tree
    }

    /// How many rows there are; the places that fill up the last leaf are not counted.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// The least and the largest numbers of every node: halves come after the whole, so from the last to the first.
    fn bound(&self) -> Vec<[f64; 2]> {
        let d = self.dimensions;
        let mut boxes = vec![[f64::INFINITY, f64::NEG_INFINITY]; self.nodes.len() * d];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            for column in 0..d {
                let mut both = [f64::INFINITY, f64::NEG_INFINITY];
                let mut with = |low: f64, high: f64| both = [both[0].min(low), both[1].max(high)];
                if node.is_leaf() {
                    let numbers = &self.block(node.start as usize)[column][..node.positions().len()];
                    numbers.iter().for_each(|number| with(*number, *number));
                } else {
                    for half in [at + 1, node.upper as usize] {
                        let [low, high] = boxes[half * d + column];
                        with(low, high);
                    }
                }
                boxes[at * d + column] = both;
            }
        }
        boxes
    }

    /// The columns of the leaf that begins at this position, sixteen numbers each, side by side.
    fn block(&self, start: usize) -> &[[f64; LEAF]] {
        let from = start * self.dimensions;
        self.data[from..from + LEAF * self.dimensions].as_chunks().0
    }

    /// Writes the numbers of a position to `row`.
    ///
    /// They lie sixteen apart in the leaf; who asks about a row copies it once.
    pub(crate) fn numbers(&self, position: usize, row: &mut [f64]) {
        let (start, lane) = (position / LEAF * LEAF, position % LEAF);
        row.iter_mut().zip(self.block(start)).for_each(|(number, column)| *number = column[lane]);
    }

    /// The squared distances of a row to all of the leaf that begins at this position; infinite where nothing is.
    ///
    /// The squares of one row are added in the order of the columns, as everywhere, while sixteen sums grow side by
    /// side: the compiler makes vector instructions of it.
    #[inline]
    pub(crate) fn squares(&self, start: usize, row: &[f64]) -> [f64; LEAF] {
        let mut squares = [0.0; LEAF];
        for (column, number) in self.block(start).iter().zip(row) {
            for (square, other) in squares.iter_mut().zip(column) {
                let difference = other - number;
                *square += difference * difference;
            }
        }
        squares
    }

    /// The box of a node: the least and the largest number of each column, of its rows and not of the space it cuts
    /// out.
    #[inline]
    fn sides(&self, node: usize) -> &[[f64; 2]] {
        &self.boxes[node * self.dimensions..(node + 1) * self.dimensions]
    }

    /// The least squared distance that a row of the node can have. Subtraction, squares and sums in the same order
    /// never turn a smaller number into a larger one, so this is not above the computed distance of any row inside.
    #[inline]
    pub(crate) fn nearest(&self, node: usize, row: &[f64]) -> f64 {
        let sides = self.sides(node).iter().zip(row);
        sides.fold(0.0, |sum, ([low, high], number)| {
            let outside = (low - number).max(number - high).max(0.0);
            sum + outside * outside
        })
    }

    /// The least squared distance that rows of two nodes can have: 0 where boxes overlap.
    pub(crate) fn between(&self, a: usize, b: usize) -> f64 {
        self.sides(a).iter().zip(self.sides(b)).fold(0.0, |sum, (a, b)| {
            let apart = (a[0] - b[1]).max(b[0] - a[1]).max(0.0);
            sum + apart * apart
        })
    }

    /// The largest squared distance that rows of two nodes can have. Of a node and itself: the square of its diagonal.
    pub(crate) fn across(&self, a: usize, b: usize) -> f64 {
        self.sides(a).iter().zip(self.sides(b)).fold(0.0, |sum, (a, b)| {
            let across = (b[1] - a[0]).max(a[1] - b[0]);
            sum + across * across
        })
    }

    /// A value for every node: of leaves by their positions, of others by their halves. What a node knows of its rows
    /// (their weight, their least core distance, their group) is made by this.
    pub(crate) fn gather<T: Copy>(
        &self,
        leaf: impl Fn(std::ops::Range<usize>) -> T,
        both: impl Fn(T, T) -> T,
    ) -> Vec<T> {
        let mut values: Vec<Option<T>> = vec![None; self.nodes.len()];
        for (at, node) in self.nodes.iter().enumerate().rev() {
            values[at] = match (values.get(at + 1).copied().flatten(), values[node.upper as usize]) {
                (Some(lower), Some(upper)) if !node.is_leaf() => Some(both(lower, upper)),
                _ => Some(leaf(node.positions())),
            };
        }
        values.into_iter().flatten().collect()
    }

    /// The leaves in the order of their positions: the work of everything that goes over all rows.
    pub(crate) fn leaves(&self) -> Vec<u32> {
        (0..self.nodes.len() as u32).filter(|node| self.nodes[*node as usize].is_leaf()).collect()
    }
}

/// How many rows of `len` go to the lower half: full leaves, so that only the last leaf of all is not full.
fn lower(len: usize) -> usize {
    (len / 2).div_ceil(LEAF) * LEAF
}

/// The parts of a tree over these positions, the whole before its halves; they follow from the length alone.
fn shape(nodes: &mut Vec<Node>, start: usize, len: usize) {
    let at = nodes.len();
    nodes.push(Node { start: start as u32, end: (start + len) as u32, upper: 0 });
    if len > LEAF {
        shape(nodes, start, lower(len));
        nodes[at].upper = nodes.len() as u32;
        shape(nodes, start + lower(len), len - lower(len));
    }
}

/// Orders rows so that each half of each part is on its side of the median of the widest column.
///
/// Equal numbers are told apart by row, so that the halves do not depend on how the median was found.
fn cut(order: &mut [u32], rows: &[f64], dimensions: usize) {
    if order.len() <= LEAF {
        return;
    }
    let mut ends = vec![[f64::INFINITY, f64::NEG_INFINITY]; dimensions];
    for row in order.iter() {
        let numbers = &rows[*row as usize * dimensions..(*row as usize + 1) * dimensions];
        ends.iter_mut().zip(numbers).for_each(|(ends, number)| *ends = [ends[0].min(*number), ends[1].max(*number)]);
    }
    let width = |column: usize| ends[column][1] - ends[column][0];
    let widest = (1..dimensions).fold(0, |best, column| if width(column) > width(best) { column } else { best });
    let value = |row: &u32| rows[*row as usize * dimensions + widest];
    let middle = lower(order.len());
    order.select_nth_unstable_by(middle, |a, b| value(a).total_cmp(&value(b)).then(a.cmp(b)));
    let (left, right) = order.split_at_mut(middle);
    if left.len() >= APART {
        parallel::join(|| cut(left, rows, dimensions), || cut(right, rows, dimensions));
    } else {
        cut(left, rows, dimensions);
        cut(right, rows, dimensions);
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
