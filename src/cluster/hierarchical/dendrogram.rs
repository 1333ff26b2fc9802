//! The order in which rows became one cluster, and where to cut it.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::sum::sum;

/// Two clusters that became one.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Merge {
    /// The cluster of the lower number: below the number of leaves it is a leaf, `leaves + i` is the result of merge `i`.
    pub a: usize,
    /// The cluster of the higher number.
    pub b: usize,
    /// How far they were from each other.
    pub height: f64,
    /// How much weight the new cluster has: the number of its leaves where rows have no weights.
    pub size: f64,
}

/// The tree of all merges, from single rows to one cluster of all.
///
/// Merges are in the order and numbered as scipy's `linkage` does it, so a row of four numbers of scipy is a
/// [`Merge`]. Heights never fall, except with centroid and median linkage.
///
/// ```
/// use segmentry::cluster::{Hierarchical, Linkage};
///
/// // the distances of 0, 1 and 5: (0, 1), (0, 5), (1, 5)
/// let tree = Hierarchical::new(2).linkage(Linkage::Complete).dendrogram_of(&[1.0, 5.0, 4.0])?;
/// assert_eq!(tree.cut(2), [0, 0, 1]);
/// assert_eq!(tree.cut_at(0.5), [0, 1, 2]);
/// assert_eq!(tree.merges()[1].height, 5.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Dendrogram {
    /// How many rows there are at the bottom.
    leaves: usize,
    /// From the bottom to the top.
    merges: Vec<Merge>,
}

/// A merge as an algorithm finds it: one leaf of each cluster, and their distance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// A leaf of one cluster.
    pub(super) a: usize,
    /// A leaf of the other.
    pub(super) b: usize,
    /// Their distance.
    pub(super) height: f64,
}

impl Dendrogram {
    /// The tree of these merges in any order that has children before parents; `sizes` are those of the leaves.
    ///
    /// Sorted by height unless heights may fall; merges of one height stay in their order. Numbers of clusters follow
    /// from the order, as each merge makes the next.
    pub(super) fn new(sizes: &[f64], mut steps: Vec<Step>, sorted: bool) -> Self {
        if sorted {
            steps.sort_by(|a, b| a.height.total_cmp(&b.height));
        }
        let leaves = sizes.len();
        let mut roots = Roots::new(leaves);
        let mut weights = sizes.to_vec();
        let mut numbers: Vec<usize> = (0..leaves).collect();
        let mut merges = Vec::with_capacity(steps.len());
        for step in steps {
            let (a, b) = (roots.root(step.a), roots.root(step.b));
            let size = weights[a] + weights[b];
            let (low, high) = (numbers[a].min(numbers[b]), numbers[a].max(numbers[b]));
            let root = roots.join(a, b);
            weights[root] = size;
            numbers[root] = leaves + merges.len();
            merges.push(Merge { a: low, b: high, height: step.height, size });
        }
        Dendrogram { leaves, merges }
    }

    /// How many rows it was made of.
    pub fn leaves(&self) -> usize {
        self.leaves
    }

    /// The merges, one less than leaves.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Whether no merge is lower than one before it.
    pub fn is_monotone(&self) -> bool {
        self.merges.windows(2).all(|pair| pair[0].height <= pair[1].height)
    }

    /// The cluster of each leaf when all but the last `k - 1` merges are made; clusters are numbered by their first leaf.
    ///
    /// With `k` 0 or 1 all are one cluster; with `k` above the number of leaves each is its own.
    pub fn cut(&self, k: usize) -> Vec<u32> {
        let made = self.leaves.saturating_sub(k.max(1));
        self.joined(|merge| merge < made)
    }

    /// The cluster of each leaf when two leaves are together if no merge between them is higher than `height`; clusters
    /// are numbered by their first leaf.
    pub fn cut_at(&self, height: f64) -> Vec<u32> {
        let mut highest: Vec<f64> = Vec::with_capacity(self.merges.len());
        for merge in &self.merges {
            let below = |cluster: usize| if cluster < self.leaves { 0.0 } else { highest[cluster - self.leaves] };
            let all = merge.height.max(below(merge.a)).max(below(merge.b));
            highest.push(all);
        }
        self.joined(|merge| highest[merge] <= height)
    }

    /// Pairs of leaves that stand for clusters of equal leaves which merge at height 0.
    pub(super) fn equals(&self) -> Vec<(usize, usize)> {
        // of each cluster whose leaves are all equal one of them
        let mut equal: Vec<Option<usize>> = (0..self.leaves).map(Some).collect();
        let mut pairs = Vec::new();
        for merge in &self.merges {
            match (equal[merge.a], equal[merge.b]) {
                (Some(a), Some(b)) if merge.height == 0.0 => {
                    pairs.push((a, b));
                    equal.push(Some(a));
                }
                _ => equal.push(None),
            }
        }
        pairs
    }

    /// The cluster of each leaf when these merges are made; a made merge has made parts.
    fn joined(&self, made: impl Fn(usize) -> bool) -> Vec<u32> {
        let mut parents: Vec<usize> = (0..self.leaves + self.merges.len()).collect();
        for (number, merge) in self.merges.iter().enumerate() {
            if made(number) {
                parents[merge.a] = self.leaves + number;
                parents[merge.b] = self.leaves + number;
            }
        }
        for cluster in (0..parents.len()).rev() {
            parents[cluster] = parents[parents[cluster]];
        }
        let mut numbers = vec![u32::MAX; parents.len()];
        let mut next = 0;
        let mut labels = Vec::with_capacity(self.leaves);
        for leaf in 0..self.leaves {
            let number = &mut numbers[parents[leaf]];
            if *number == u32::MAX {
                *number = next;
                next += 1;
            }
            labels.push(*number);
        }
        labels
    }

    /// For each pair of leaves the height of the merge that brought them together: pairs (0, 1), (0, 2) … as distances
    /// are given to [`dendrogram_of`](super::Hierarchical::dendrogram_of).
    ///
    /// O(n²) time and memory.
    pub fn cophenetic_distances(&self) -> Vec<f64> {
        let n = self.leaves;
        let mut out = vec![0.0; n * n.saturating_sub(1) / 2];
        let mut members: Vec<Vec<usize>> = (0..n).map(|leaf| vec![leaf]).collect();
        for merge in &self.merges {
            let (a, b) = (std::mem::take(&mut members[merge.a]), std::mem::take(&mut members[merge.b]));
            for one in &a {
                for other in &b {
                    out[super::condensed::index(n, *one, *other)] = merge.height;
                }
            }
            let (mut large, small) = if a.len() < b.len() { (b, a) } else { (a, b) };
            large.extend(small);
            members.push(large);
        }
        out
    }

    /// How well the heights of the tree stand for the distances it was made of: their correlation, 1 at best (R. Sokal
    /// and F. Rohlf 1962, DOI 10.2307/1217208).
    ///
    /// O(n²) time and memory. NaN never; 0 where distances or heights are all the same.
    ///
    /// # Errors
    /// If there are not as many distances as pairs of leaves.
    pub fn cophenetic_correlation(&self, distances: &[f64]) -> Result<f64> {
        let heights = self.cophenetic_distances();
        if heights.len() != distances.len() {
            return Err(Error::length("distances", distances.len(), heights.len()));
        }
        let count = heights.len().max(1) as f64;
        let mean = |values: &[f64]| sum(values.iter().copied()) / count;
        let (x, y) = (mean(&heights), mean(distances));
        let products = |f: &dyn Fn(f64, f64) -> f64| sum(heights.iter().zip(distances).map(|(a, b)| f(a - x, b - y)));
        let scale = (products(&|a, _| a * a) * products(&|_, b| b * b)).sqrt();
        Ok(if scale > 0.0 { products(&|a, b| a * b) / scale } else { 0.0 })
    }
}

/// The last merges, from the top: what a plot would show.
impl fmt::Display for Dendrogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} leaves; clusters left, height of the merge, size", self.leaves)?;
        for (above, merge) in self.merges.iter().rev().take(12).enumerate() {
            writeln!(f, "{:>8} {:>14.6} {:>10}", above + 1, merge.height, merge.size)?;
        }
        Ok(())
    }
}

/// Which leaves are together: a forest whose paths are halved as they are walked.
struct Roots {
    /// Of each leaf one of its cluster that is nearer to the root; a root has itself.
    parents: Vec<usize>,
    /// Of each root the number of leaves.
    sizes: Vec<usize>,
}

impl Roots {
    /// Each leaf alone.
    fn new(leaves: usize) -> Self {
        Roots { parents: (0..leaves).collect(), sizes: vec![1; leaves] }
    }

    /// The leaf that stands for all of a cluster.
    fn root(&mut self, mut leaf: usize) -> usize {
        while self.parents[leaf] != leaf {
            self.parents[leaf] = self.parents[self.parents[leaf]];
            leaf = self.parents[leaf];
        }
        leaf
    }

    /// Joins two different roots; the result is one of them.
    fn join(&mut self, a: usize, b: usize) -> usize {
        let (large, small) = if self.sizes[a] < self.sizes[b] { (b, a) } else { (a, b) };
        self.parents[small] = large;
        self.sizes[large] += self.sizes[small];
        large
    }
}
