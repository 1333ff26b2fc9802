//! Ward's method without the distances of all pairs: centroids and sizes are enough to know how far two clusters are.
//!
//! The merges are those of a chain of nearest neighbours over all distances. What is saved is looking: centroids that
//! are near each other stand in one block, and a block whose bounding box is too far to hold the nearest is not read.
//! Blocks are laid out anew when four in ten of their places have become empty.
//!
//! Ward's distance of clusters of sizes `a` and `b` is `2 a b / (a + b)` times the squared distance of their centroids.
//! The factor grows with either size, so a box and the least size in it bound the distance of everything inside from
//! below. Bounds for all blocks are one loop over boxes; then the block the cluster itself is in is read, then the one of
//! the lowest bound, and then those whose bounds are below the nearest that was found.
//!
//! The chain goes from a cluster to its nearest until two are each other's nearest; these merge, and the chain goes on
//! from what is left of it. That finds the merges of the plain definition because merging two clusters never brings a
//! third nearer than both were. Where rounding denies that, the chain would lead back to itself; it is cut there.
//!
//! # What it costs
//! A search reads a box of `2 d` numbers for each block and a few blocks of `16 d`. In separated clusters of ten thousand
//! rows in eight columns a few of six hundred blocks are read; in rows without any clusters, or in many columns, boxes
//! overlap and more blocks are read, at worst all. There are at most three searches for each merge, and blocks become
//! fewer as clusters do.
//!
//! # What rounding does
//! A centroid moves by its part of the way to the other, so equal rows stay exactly where they are and merge at height
//! 0. Bounds are lowered by more than rounding can have raised them. A merge that comes out lower than those of its
//! parts, which the definition excludes, gets the height of the higher part.
//!
//! Distances of one pair have the same bits from both sides, which ends the chain; of equally near clusters the one whose
//! first leaf is lowest counts, whatever place it has.

use super::dendrogram::Step;
use crate::cluster::Points;
use crate::error::Result;
use crate::progress::Progress;

/// How many centroids are in a block: few enough for boxes to be small, enough for loops to be wide.
const BLOCK: usize = 16;

/// Bounds are lowered by this part, far more than rounding can have raised them.
const SLACK: f64 = 1.0 - 1e-12;

/// A place and how far the cluster there is: squared, with Ward's factor.
type Near = (usize, f64);

/// The clusters that are still there, in places that fill blocks.
struct Centers {
    /// How many numbers a centroid has.
    dimensions: usize,
    /// Block after block, in a block column after column. An empty place is infinitely far away.
    columns: Vec<f64>,
    /// How much weight each cluster has; 1 in an empty place.
    sizes: Vec<f64>,
    /// A leaf of the cluster: the least of them, by which equals are ordered. Of an empty place the largest number.
    leaves: Vec<usize>,
    /// How high the last merge of the cluster was, squared; 0 of a single row.
    heights: Vec<f64>,
    /// The lower ends of the boxes of the blocks: of one column for all blocks, then of the next.
    lows: Vec<f64>,
    /// The upper ends of the boxes, likewise. A block without clusters has a box that is infinitely far away.
    highs: Vec<f64>,
    /// The least size in each block; 1 in one without clusters.
    least: Vec<f64>,
    /// How far the nearest of each block is at least, for the cluster that was asked for last.
    bounds: Vec<f64>,
    /// How many clusters there are.
    alive: usize,
}

/// What the squared distance of two centroids is multiplied by: 1 for two rows of weight 1, twice the smaller size where
/// the other is very large. The same bits in either order.
fn factor(a: f64, b: f64) -> f64 {
    2.0 * a * b / (a + b)
}

impl Centers {
    /// Lays clusters out, those near each other in one block; a row of `rows` for each of the other arguments. Gives
    /// the place of each beside.
    fn new(dimensions: usize, rows: &[f64], sizes: &[f64], leaves: &[usize], heights: &[f64]) -> (Self, Vec<usize>) {
        let mut order: Vec<usize> = (0..sizes.len()).collect();
        divide(rows, dimensions, leaves, &mut order);
        let blocks = order.len().div_ceil(BLOCK);
        let places = blocks * BLOCK;
        let mut centers = Centers {
            dimensions,
            columns: vec![f64::INFINITY; places * dimensions],
            sizes: vec![1.0; places],
            leaves: vec![usize::MAX; places],
            heights: vec![0.0; places],
            lows: vec![f64::INFINITY; blocks * dimensions],
            highs: vec![f64::NEG_INFINITY; blocks * dimensions],
            least: vec![1.0; blocks],
            bounds: vec![0.0; blocks],
            alive: order.len(),
        };
        let mut moved = vec![0; order.len()];
        for (place, row) in order.into_iter().enumerate() {
            moved[row] = place;
            centers.put(place, &rows[row * dimensions..(row + 1) * dimensions]);
            centers.sizes[place] = sizes[row];
            centers.leaves[place] = leaves[row];
            centers.heights[place] = heights[row];
        }
        (0..blocks).for_each(|block| centers.measure(block));
        (centers, moved)
    }

    /// Where a number of a centroid is.
    fn cell(&self, place: usize, column: usize) -> usize {
        (place / BLOCK * self.dimensions + column) * BLOCK + place % BLOCK
    }

    /// Writes a centroid.
    fn put(&mut self, place: usize, row: &[f64]) {
        for (column, value) in row.iter().enumerate() {
            let cell = self.cell(place, column);
            self.columns[cell] = *value;
        }
    }

    /// Reads a centroid.
    fn take(&self, place: usize, row: &mut [f64]) {
        for (column, value) in row.iter_mut().enumerate() {
            *value = self.columns[self.cell(place, column)];
        }
    }

    /// Whether no cluster is in a place.
    fn is_empty(&self, place: usize) -> bool {
        self.leaves[place] == usize::MAX
    }

    /// Measures the box and the least size of a block anew, so that bounds stay close when its clusters change.
    fn measure(&mut self, block: usize) {
        let blocks = self.least.len();
        let places = block * BLOCK..(block + 1) * BLOCK;
        let full = |place: &usize| !self.is_empty(*place);
        self.least[block] = places.clone().filter(full).map(|place| self.sizes[place]).fold(f64::INFINITY, f64::min);
        for column in 0..self.dimensions {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for place in places.clone().filter(|place| !self.is_empty(*place)) {
                let value = self.columns[self.cell(place, column)];
                (low, high) = (low.min(value), high.max(value));
            }
            self.lows[column * blocks + block] = low;
            self.highs[column * blocks + block] = high;
        }
        if self.least[block].is_infinite() {
            self.least[block] = 1.0;
        }
    }

    /// Writes how far the nearest cluster of each block is at least, from this centroid for this size.
    fn bound(&mut self, row: &[f64], size: f64) {
        let blocks = self.least.len();
        self.bounds.fill(0.0);
        for (column, value) in row.iter().enumerate() {
            let lows = &self.lows[column * blocks..(column + 1) * blocks];
            let highs = &self.highs[column * blocks..(column + 1) * blocks];
            for ((bound, low), high) in self.bounds.iter_mut().zip(lows).zip(highs) {
                let (below, above) = (low - value, value - high);
                let off = if below > above { below } else { above };
                let off = if off > 0.0 { off } else { 0.0 };
                *bound += off * off;
            }
        }
        for (bound, least) in self.bounds.iter_mut().zip(&self.least) {
            *bound *= factor(size, *least) * SLACK;
        }
    }

    /// The nearer of `nearest` and the clusters of a block; of equals the one of the lower leaf.
    ///
    /// Squared distances of all places first, without a branch; factors only if one can be near enough.
    fn scan(&self, block: usize, own: usize, row: &[f64], size: f64, nearest: &mut Near) {
        let mut squares = [0.0; BLOCK];
        let columns = &self.columns[block * BLOCK * self.dimensions..(block + 1) * BLOCK * self.dimensions];
        for (values, own) in columns.as_chunks::<BLOCK>().0.iter().zip(row) {
            for (square, value) in squares.iter_mut().zip(values) {
                *square += (value - own) * (value - own);
            }
        }
        let least = squares.iter().copied().fold(f64::INFINITY, f64::min);
        if least * factor(size, self.least[block]) * SLACK > nearest.1 {
            return;
        }
        let sizes = &self.sizes[block * BLOCK..(block + 1) * BLOCK];
        for (lane, (square, other)) in squares.iter().zip(sizes).enumerate() {
            let place = block * BLOCK + lane;
            let distance = square * factor(size, *other);
            if distance <= nearest.1 && place != own && !self.is_empty(place) {
                let equal = distance == nearest.1 && nearest.0 != usize::MAX;
                if !equal || self.leaves[place] < self.leaves[nearest.0] {
                    *nearest = (place, distance);
                }
            }
        }
    }

    /// The nearest other cluster; `before` is kept unless another is nearer.
    ///
    /// `row` is room for the centroid. O(b d) for `b` blocks, and as much for each 1 of them that is read.
    fn nearest(&mut self, own: usize, before: Option<Near>, row: &mut [f64]) -> Near {
        self.take(own, row);
        let size = self.sizes[own];
        self.bound(row, size);
        let mut nearest = (usize::MAX, f64::INFINITY);
        let home = own / BLOCK;
        self.scan(home, own, row, size, &mut nearest);
        if let Some(before) = before.filter(|before| before.1 < nearest.1) {
            nearest = before;
        }
        let mut closest = (home, f64::INFINITY);
        for (block, bound) in self.bounds.iter().enumerate() {
            if *bound < closest.1 && block != home {
                closest = (block, *bound);
            }
        }
        if closest.1 <= nearest.1 && closest.0 != home {
            self.scan(closest.0, own, row, size, &mut nearest);
        }
        for (block, bound) in self.bounds.iter().enumerate() {
            if *bound <= nearest.1 && block != home && block != closest.0 {
                self.scan(block, own, row, size, &mut nearest);
            }
        }
        match before {
            Some(before) if before.1 <= nearest.1 => before,
            _ => nearest,
        }
    }

    /// Makes one cluster of two, at the place of the second; the first place becomes empty.
    fn merge(&mut self, a: usize, b: usize, height: f64) {
        let total = self.sizes[a] + self.sizes[b];
        let part = self.sizes[a] / total;
        for column in 0..self.dimensions {
            let (from, to) = (self.cell(a, column), self.cell(b, column));
            // equal rows stay exactly where they are
            self.columns[to] += part * (self.columns[from] - self.columns[to]);
            self.columns[from] = f64::INFINITY;
        }
        self.sizes[b] = total;
        self.sizes[a] = 1.0;
        self.leaves[b] = self.leaves[b].min(self.leaves[a]);
        self.leaves[a] = usize::MAX;
        self.heights[b] = height;
        self.alive -= 1;
        self.measure(a / BLOCK);
        self.measure(b / BLOCK);
    }

    /// Lays out what is left anew; gives the new place of each old one that is not empty.
    ///
    /// As each time four tenths are gone, all layouts together cost no more than a few of the first.
    fn again(&self) -> (Self, Vec<usize>) {
        let places: Vec<usize> = (0..self.sizes.len()).filter(|place| !self.is_empty(*place)).collect();
        let mut rows = vec![0.0; places.len() * self.dimensions];
        for (place, row) in places.iter().zip(rows.chunks_exact_mut(self.dimensions)) {
            self.take(*place, row);
        }
        let pick = |values: &[f64]| places.iter().map(|place| values[*place]).collect::<Vec<f64>>();
        let leaves: Vec<usize> = places.iter().map(|place| self.leaves[*place]).collect();
        let (sizes, heights) = (pick(&self.sizes), pick(&self.heights));
        let (centers, moved) = Centers::new(self.dimensions, &rows, &sizes, &leaves, &heights);
        let mut all = vec![usize::MAX; self.sizes.len()];
        for (old, new) in places.into_iter().zip(moved) {
            all[old] = new;
        }
        (centers, all)
    }
}

/// Orders rows so that each [`BLOCK`] of them are near each other: halves along the widest column, again and again.
///
/// Halves are whole blocks, so all but the last are full. Of equal numbers the lower leaf goes first: the layout follows
/// from the clusters alone.
fn divide(rows: &[f64], dimensions: usize, leaves: &[usize], order: &mut [usize]) {
    let blocks = order.len().div_ceil(BLOCK);
    if blocks < 2 {
        return;
    }
    let width = |column: usize| {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for row in order.iter() {
            let value = rows[row * dimensions + column];
            (low, high) = (low.min(value), high.max(value));
        }
        high - low
    };
    let mut widest = (0, f64::NEG_INFINITY);
    for column in 0..dimensions {
        let width = width(column);
        if width > widest.1 {
            widest = (column, width);
        }
    }
    let middle = blocks / 2 * BLOCK;
    order.select_nth_unstable_by(middle, |a, b| {
        let value = |row: &usize| rows[row * dimensions + widest.0];
        value(a).total_cmp(&value(b)).then_with(|| leaves[*a].cmp(&leaves[*b]))
    });
    let (left, right) = order.split_at_mut(middle);
    divide(rows, dimensions, leaves, left);
    divide(rows, dimensions, leaves, right);
}

/// All merges of Ward's method; heights are distances.
///
/// O(n d) memory. O(n²d) time at worst, much less where boxes keep clusters apart. Rows must be of a size whose squares
/// are numbers; equal rows merge at exactly 0.
///
/// # Errors
/// If `progress` stops the work.
pub(super) fn merges(points: &Points<'_>, sizes: &[f64], progress: &Progress<'_>) -> Result<Vec<Step>> {
    let n = points.len();
    let leaves: Vec<usize> = (0..n).collect();
    let (mut centers, _) = Centers::new(points.dimensions(), points.data(), sizes, &leaves, &vec![0.0; n]);
    let mut row = vec![0.0; points.dimensions()];
    let mut steps = Vec::with_capacity(n.saturating_sub(1));
    // the clusters on the way, each the nearest of the one before, with that distance
    let mut path: Vec<Near> = Vec::new();
    let mut first = 0;
    while centers.alive > 1 {
        if steps.len() % 256 == 0 {
            progress.step("merges", steps.len() as u64, n as u64 - 1)?;
        }
        if centers.alive * 10 < centers.sizes.len() * 6 && centers.alive > BLOCK {
            let (fresh, moved) = centers.again();
            centers = fresh;
            path.iter_mut().for_each(|near| near.0 = moved[near.0]);
            first = 0;
        }
        if path.is_empty() {
            while centers.is_empty(first) {
                first += 1;
            }
            path.push((first, f64::INFINITY));
        }
        loop {
            let at = path.len() - 1;
            let (tip, reached) = path[at];
            let before = at.checked_sub(1).map(|before| (path[before].0, reached));
            let nearest = centers.nearest(tip, before, &mut row);
            if before.is_some_and(|before| before.0 == nearest.0) {
                path.truncate(at - 1);
                let (a, b) = (tip, nearest.0);
                // rounding must not put a parent below its children
                let height = nearest.1.max(centers.heights[a]).max(centers.heights[b]);
                steps.push(Step { a: centers.leaves[a], b: centers.leaves[b], height: height.sqrt() });
                centers.merge(a, b, height);
                break;
            }
            // where rounding leads back to the path, it goes on from there
            match path.iter().position(|near| near.0 == nearest.0) {
                Some(known) => path.truncate(known + 1),
                None => path.push(nearest),
            }
        }
    }
    Ok(steps)
}
