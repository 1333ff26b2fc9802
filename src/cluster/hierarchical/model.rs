//! What is kept of a cut tree, and how it places other rows.

use super::dendrogram::Dendrogram;
use super::linkage::Linkage;
use crate::cluster::{ClusterModel, Placed, Points};
use crate::error::{Error, Result};

/// The clusters of a tree that was cut.
///
/// A row that is no leaf of the tree belongs to the cluster that is nearest in the sense of the linkage: with Ward,
/// centroid and median linkage the one of the nearest centroid; with single linkage that of the nearest row; with
/// complete linkage the one whose farthest row is nearest; with average and weighted linkage the one of the least mean
/// distance. The first of equally near ones.
///
/// With single linkage, rows that were learnt from are placed where they were, unless the tree was cut between equal
/// rows. With the others some are placed elsewhere: a tree is never corrected, and its outer rows may be nearer to
/// another cluster in the end.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Hierarchical};
///
/// let rows = array![[1.0], [2.0], [8.0], [9.0], [10.0]];
/// let model = Hierarchical::new(2).fit_matrix(rows.view())?.model;
/// assert_eq!(model.centroids(), [9.0, 1.5]);
/// assert_eq!(model.place(&[3.0]).cluster, Some(1));
/// // the tree was cut between merges of these heights: a wide gap, clear clusters
/// let (below, above) = model.gap();
/// assert!(below < Some(2.0) && above > Some(11.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Saved
/// O(k d) numbers with Ward, centroid and median linkage; all rows, O(n d), with the others. The tree itself is not
/// kept: ask the recipe for its [`dendrogram`](super::Hierarchical::dendrogram).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct HierarchicalModel {
    /// How far clusters are from each other, and a row from a cluster.
    linkage: Linkage,
    /// How many numbers a row has.
    dimensions: usize,
    /// The weight of the rows of each cluster.
    sizes: Vec<f64>,
    /// The means of the clusters, row after row.
    centroids: Vec<f64>,
    /// The number of rows of each cluster that are kept; none where centroids are enough.
    kept: Vec<usize>,
    /// Those rows, cluster after cluster.
    members: Vec<f64>,
    /// Their weights; none if all are 1.
    weights: Vec<f64>,
    /// The highest merge that was made, if there was one.
    made: Option<f64>,
    /// The lowest merge that was not made, if there was one.
    next: Option<f64>,
    /// What was decided on the way.
    notes: Vec<String>,
}

impl HierarchicalModel {
    /// The clusters with these labels, which are all of 0, 1, 2 …, a label for each of `rows`.
    pub(super) fn new(linkage: Linkage, points: &Points<'_>, rows: &[usize], labels: &[u32]) -> Self {
        let (d, k) = (points.dimensions(), labels.iter().max().map_or(0, |label| *label as usize + 1));
        let mut groups: Vec<Vec<usize>> = vec![Vec::new(); k];
        for (row, label) in rows.iter().zip(labels) {
            groups[*label as usize].push(*row);
        }
        let mut sizes = Vec::with_capacity(k);
        let mut centroids = Vec::with_capacity(k * d);
        for group in &groups {
            let size: f64 = group.iter().map(|row| points.weight(*row)).sum();
            sizes.push(size);
            for column in 0..d {
                // from the first on, so that the mean of equal rows is exactly theirs
                let first = points.row(group[0])[column];
                let parts = group.iter().map(|row| points.weight(*row) / size * (points.row(*row)[column] - first));
                centroids.push(first + crate::math::sum::sum(parts));
            }
        }
        let (mut kept, mut members, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        if !linkage.squares() {
            for row in groups.iter().flatten() {
                members.extend_from_slice(points.row(*row));
                weights.push(points.weight(*row));
            }
            kept = groups.iter().map(Vec::len).collect();
            if weights.iter().all(|weight| *weight == 1.0) {
                weights.clear();
            }
        }
        let (made, next, notes) = (None, None, Vec::new());
        HierarchicalModel { linkage, dimensions: d, sizes, centroids, kept, members, weights, made, next, notes }
    }

    /// Takes what is to be told from the tree: the heights beside the cut, and that merges fall if they do.
    pub(super) fn tell(&mut self, tree: &Dendrogram, note: Option<String>) {
        let made = tree.leaves() - self.sizes.len().min(tree.leaves());
        let mut heights: Vec<f64> = tree.merges().iter().map(|merge| merge.height).collect();
        heights.sort_by(f64::total_cmp);
        self.made = made.checked_sub(1).map(|last| heights[last]);
        self.next = heights.get(made).copied();
        self.notes.extend(note);
        if !tree.is_monotone() {
            self.notes.push("merges are not all higher than those before: the tree has inversions".to_owned());
        }
    }

    /// How far two clusters are from each other, and by which a stranger is placed.
    pub fn linkage(&self) -> Linkage {
        self.linkage
    }

    /// The weighted means of the rows of the clusters, row after row, the largest cluster first. With single linkage they
    /// stand for little: a chain may bend around its mean.
    pub fn centroids(&self) -> &[f64] {
        &self.centroids
    }

    /// The heights between which the tree was cut: the highest merge below the cut and the lowest above it. The wider
    /// the gap, the clearer the clusters.
    pub fn gap(&self) -> (Option<f64>, Option<f64>) {
        (self.made, self.next)
    }

    /// How far a row is from a cluster, whose kept rows begin at number `first`.
    fn distance(&self, cluster: usize, first: usize, row: &[f64]) -> f64 {
        let d = self.dimensions;
        if self.linkage.squares() {
            return distance(row, &self.centroids[cluster * d..(cluster + 1) * d]);
        }
        let places = first..first + self.kept[cluster];
        let distances = places.clone().map(|place| distance(row, &self.members[place * d..(place + 1) * d]));
        match self.linkage {
            Linkage::Single => distances.fold(f64::INFINITY, f64::min),
            Linkage::Complete => distances.fold(0.0, f64::max),
            _ => {
                let size = self.sizes[cluster];
                let weight = |place: usize| self.weights.get(place).copied().unwrap_or(1.0) / size;
                distances.zip(places).map(|(distance, place)| weight(place) * distance).sum()
            }
        }
    }
}

/// The Euclidean distance, also where squares are no numbers any more: then of numbers divided by the largest difference.
///
/// A distance that is larger than any number is the largest number.
fn distance(a: &[f64], b: &[f64]) -> f64 {
    let square: f64 = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum();
    if (1e-280..1e300).contains(&square) {
        return square.sqrt();
    }
    // halves, because a difference may be twice as large as any number
    let off = |(a, b): (&f64, &f64)| (0.5 * a - 0.5 * b).abs();
    let largest = a.iter().zip(b).map(off).fold(0.0, f64::max);
    if largest == 0.0 {
        return a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
    }
    let square: f64 = a.iter().zip(b).map(|pair| (off(pair) / largest) * (off(pair) / largest)).sum();
    (2.0 * square.sqrt() * largest).min(f64::MAX)
}

impl ClusterModel for HierarchicalModel {
    const KIND: &'static str = "hierarchical";

    fn clusters(&self) -> usize {
        self.sizes.len()
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.centroids[cluster * self.dimensions..(cluster + 1) * self.dimensions].to_vec()
    }

    /// The nearest cluster in the sense of the linkage; allocates nothing. O(k d), or O(n d) where rows are kept.
    fn place(&self, row: &[f64]) -> Placed {
        let mut best = [(0, f64::INFINITY); 2];
        let mut first = 0;
        for cluster in 0..self.sizes.len() {
            let distance = self.distance(cluster, first, row);
            first += self.kept.get(cluster).copied().unwrap_or(0);
            if cluster == 0 || distance < best[0].1 {
                best = [(cluster, distance), best[0]];
            } else if cluster == 1 || distance < best[1].1 {
                best[1] = (cluster, distance);
            }
        }
        let [(cluster, distance), second] = best;
        Placed { cluster: Some(cluster), distance, second: (self.sizes.len() > 1).then_some(second) }
    }

    /// The height of the highest merge that was made, in the units of the distances.
    fn objective(&self) -> Option<(&'static str, f64)> {
        self.made.map(|height| ("height_of_last_merge", height))
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn check(&self) -> Result<()> {
        let (k, d) = (self.sizes.len(), self.dimensions);
        if k == 0 || d == 0 {
            return Err(Error::format("no cluster, or clusters of no columns"));
        }
        if Some(self.centroids.len()) != k.checked_mul(d) {
            return Err(Error::length("centroids", self.centroids.len(), k.saturating_mul(d)));
        }
        if let Some(size) = self.sizes.iter().find(|size| !(size.is_finite() && **size > 0.0)) {
            return Err(Error::parameter("sizes", "finite numbers above 0", size));
        }
        let clusters = if self.linkage.squares() { 0 } else { k };
        if self.kept.len() != clusters || self.kept.contains(&0) {
            return Err(Error::format("the rows that are kept are not those of the clusters"));
        }
        let rows = self.kept.iter().try_fold(0_usize, |rows, kept| rows.checked_add(*kept));
        if rows.and_then(|rows| rows.checked_mul(d)) != Some(self.members.len()) {
            return Err(Error::length("members", self.members.len(), rows.unwrap_or(usize::MAX).saturating_mul(d)));
        }
        if !self.weights.is_empty() && Some(self.weights.len()) != rows {
            return Err(Error::length("weights", self.weights.len(), rows.unwrap_or(0)));
        }
        if let Some(weight) = self.weights.iter().find(|weight| !(weight.is_finite() && **weight > 0.0)) {
            return Err(Error::parameter("weights", "finite numbers above 0", weight));
        }
        let heights = self.made.iter().chain(&self.next);
        match self.centroids.iter().chain(&self.members).chain(heights).find(|number| !number.is_finite()) {
            Some(number) => Err(Error::not_finite("a number of a cluster", *number)),
            None => Ok(()),
        }
    }
}
