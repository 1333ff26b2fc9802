//! Hierarchical clustering: the two nearest clusters become one, until one is left; the tree of merges is cut.
//!
//! Which algorithm finds the merges follows from the linkage: [`ward`] and single linkage need no more memory than the
//! rows, the others a distance for each pair ([`condensed`]). All give the tree that the plain definition gives.

mod condensed;
mod dendrogram;
mod linkage;
mod model;
mod ward;

use ndarray::Array2;

use crate::cluster::canonical;
use crate::cluster::{ClusterMethod, ClusterModel, Found, Points};
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::progress::Progress;

pub use dendrogram::{Dendrogram, Merge};
pub use linkage::Linkage;
pub use model::HierarchicalModel;

use dendrogram::Step;

/// Numbers may be this large: their distances are still numbers.
const LARGEST: f64 = 1e300;

/// Hierarchical clustering: rows are merged from the bottom up, and the tree is cut at `k` clusters or at a height.
///
/// Takes numbers only and compares rows by their Euclidean distance; features should be comparable before. For other
/// distances there is [`dendrogram_of`](Hierarchical::dendrogram_of).
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, Hierarchical, Linkage};
///
/// let rows = array![[1.0, 9.0], [8.0, 1.0], [1.5, 9.5], [8.5, 1.5], [8.0, 2.0]];
/// let found = Hierarchical::new(2).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(0), Some(1), Some(0), Some(0)]);
///
/// let found = Hierarchical::at_height(0.8).linkage(Linkage::Single).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(0), Some(1), Some(0), Some(0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Ward: O(n²d) time at worst, far less for rows in few columns; O(n d) memory. Single: O(n²d) time, O(n) memory. The
/// others: O(n²d) time, O(n³) at worst for centroid and median, and 4 n² bytes for the distances, which is why they
/// refuse more [rows](Hierarchical::rows) than asked for. The model keeps centroids only with Ward, centroid and median
/// linkage, else all rows.
///
/// # Determinism
/// The same rows and recipe give the same bytes on any number of threads; nothing is drawn. Of equally near pairs the
/// one whose rows came first is merged, as far as the order of merges is free.
///
/// # Missing values
/// Refused; let the features impute them.
///
/// # Weights
/// A row of weight 2 is as two equal rows, which merge at height 0. A row of weight 0 is no leaf of the tree, but is
/// placed.
///
/// # References
/// J. Ward 1963, Hierarchical grouping to optimize an objective function, DOI 10.1080/01621459.1963.10500845.
/// D. Müllner 2011, Modern hierarchical, agglomerative clustering algorithms, arXiv:1109.2378. F. Murtagh and
/// P. Legendre 2014, Ward's hierarchical agglomerative clustering method: which algorithms implement Ward's criterion?,
/// DOI 10.1007/s00357-014-9161-z.
///
/// # Differs from
/// scipy's `linkage` gives the same tree where no two distances are equal; its `fcluster` numbers clusters from 1.
/// scikit-learn's `AgglomerativeClustering` has four of the seven linkages, no weights and places no other rows.
/// `Ward` is R's `ward.D2`; `Centroid` and `Median` are R's on squared distances.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Hierarchical {
    #[cfg_attr(feature = "serde", serde(default))]
    k: Option<usize>,
    #[cfg_attr(feature = "serde", serde(default))]
    height: Option<f64>,
    #[cfg_attr(feature = "serde", serde(default))]
    linkage: Linkage,
    #[cfg_attr(feature = "serde", serde(default = "default_rows"))]
    rows: usize,
}

const fn default_rows() -> usize {
    20_000
}

impl Hierarchical {
    /// `k` clusters by Ward's method.
    pub fn new(k: usize) -> Self {
        Hierarchical { k: Some(k), height: None, linkage: Linkage::default(), rows: default_rows() }
    }

    /// As many clusters as are left when no merge is higher than `height`, by Ward's method.
    pub fn at_height(height: f64) -> Self {
        Hierarchical { k: None, height: Some(height), linkage: Linkage::default(), rows: default_rows() }
    }

    /// Sets how far two clusters are from each other; Ward unless set.
    #[must_use]
    pub fn linkage(mut self, linkage: Linkage) -> Self {
        self.linkage = linkage;
        self
    }

    /// Sets for how many rows the distances of all pairs are kept at most; 20,000 unless set, which are 1.6 GB.
    ///
    /// Ward and single linkage need no such distances and take any number of rows.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// The tree of all rows of a weight above 0, in their order. It is not part of a model: it has as many merges as
    /// there are rows.
    ///
    /// # Errors
    /// If there are more [rows](Hierarchical::rows) than the linkage keeps distances of, a number is above 1e300,
    /// [`Points::check`] refuses the rows, or `progress` stops the work.
    pub fn dendrogram(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Dendrogram> {
        points.check(Self::FORM)?;
        self.tree(points, &counted(points), progress)
    }

    /// The tree of things of which only the distances are known: of each pair once, in the order (0, 1), (0, 2) … (1, 2)
    /// …, as scipy's `pdist` gives them.
    ///
    /// Ward, centroid and median linkage take the distances for Euclidean ones. There are no weights.
    ///
    /// # Errors
    /// If the distances are not those of all pairs of some number of things, or one is negative or not finite.
    pub fn dendrogram_of(&self, distances: &[f64]) -> Result<Dendrogram> {
        let count = condensed::rows_of(distances.len());
        let n = count.ok_or_else(|| Error::parameter("distances", "as many as pairs", distances.len()))?;
        if let Some(pair) = distances.iter().position(|distance| !(0.0..=LARGEST).contains(distance)) {
            let message = format!("distance {pair} is {}, expected a finite number of at least 0", distances[pair]);
            return Err(Error::definition(message));
        }
        // one scale for all, a power of two: squares neither overflow nor vanish
        let exponent = exponent(distances.iter().copied().fold(0.0, f64::max));
        let square = |distance: f64| if self.linkage.squares() { distance * distance } else { distance };
        let mut kept: Vec<f64> = distances.iter().map(|distance| square(scaled(*distance, -exponent))).collect();
        let sizes = vec![1.0; n];
        let steps = match self.linkage {
            Linkage::Single => condensed::spanning_tree(n, |a, b| kept[condensed::index(n, a, b)], &Progress::none())?,
            _ => self.of_pairs(&mut kept, &sizes, &Progress::none())?,
        };
        Ok(self.grown(&sizes, steps, exponent))
    }

    /// The merges from kept distances, with heights in the units of the distances.
    fn of_pairs(&self, kept: &mut [f64], sizes: &[f64], progress: &Progress<'_>) -> Result<Vec<Step>> {
        let mut steps = if self.linkage.inverts() {
            condensed::nearest_pairs(self.linkage, kept, sizes, progress)?
        } else {
            condensed::chain(self.linkage, kept, sizes, progress)?
        };
        if self.linkage.squares() {
            steps.iter_mut().for_each(|step| step.height = step.height.sqrt());
        }
        Ok(steps)
    }

    fn grown(&self, sizes: &[f64], mut steps: Vec<Step>, exponent: i32) -> Dendrogram {
        steps.iter_mut().for_each(|step| step.height = scaled(step.height, exponent));
        Dendrogram::new(sizes, steps, !self.linkage.inverts())
    }

    /// The tree of these rows.
    fn tree(&self, original: &Points<'_>, rows: &[usize], progress: &Progress<'_>) -> Result<Dendrogram> {
        let sizes: Vec<f64> = rows.iter().map(|row| original.weight(*row)).collect();
        let exponent = exponent(largest(original)?);
        let cell = |(row, column): (usize, usize)| scaled(original.row(rows[row])[column], -exponent);
        let kept = Array2::from_shape_fn((rows.len(), original.dimensions()), cell);
        let points = Points::new(kept.view());
        let steps = match self.linkage {
            Linkage::Ward => ward::merges(&points, &sizes, progress)?,
            Linkage::Single => {
                let between = |a, b| condensed::squared(points.row(a), points.row(b));
                let mut steps = condensed::spanning_tree(rows.len(), between, progress)?;
                steps.iter_mut().for_each(|step| step.height = step.height.sqrt());
                steps
            }
            _ if rows.len() > self.rows => {
                let (name, count) = (self.linkage.name(), rows.len());
                let size = 4.0e-9 * count as f64 * count as f64;
                return Err(Error::unsupported(format!(
                    "{name} linkage keeps a distance for each pair of rows: {count} rows need {size:.1} GB; raise \
                     `rows`, now {}, take a sample, or take ward or single linkage",
                    self.rows
                )));
            }
            _ => {
                let mut distances = condensed::distances(&points, self.linkage.squares());
                self.of_pairs(&mut distances, &sizes, progress)?
            }
        };
        let tree = self.grown(&sizes, steps, exponent);
        for (a, b) in tree.equals() {
            let (a, b) = (rows[a], rows[b]);
            if original.row(a) != original.row(b) {
                let message = format!("rows {a} and {b} differ by less than can be squared beside the largest number");
                return Err(Error::definition(format!("{message}; winsorise or scale the columns")));
            }
        }
        Ok(tree)
    }

    fn check(&self) -> Result<()> {
        match (self.k, self.height) {
            (Some(0), None) => Err(Error::parameter("k", "at least 1", 0)),
            (None, Some(height)) if !(height.is_finite() && height >= 0.0) => {
                Err(Error::parameter("height", "a finite number of at least 0", height))
            }
            (Some(_), None) | (None, Some(_)) => Ok(()),
            _ => Err(Error::definition("a tree is cut at `k` clusters or at a `height`: give one of both")),
        }
    }

    /// The cluster of each leaf, and a note if they are fewer than asked for.
    fn cut(&self, tree: &Dendrogram) -> (Vec<u32>, Option<String>) {
        match (self.k, self.height) {
            (_, Some(height)) => (tree.cut_at(height), None),
            (k, None) => {
                let k = k.unwrap_or(1);
                let different = tree.leaves() - tree.equals().len();
                let note = format!("{different} clusters instead of {k}: there are no more different rows");
                (tree.cut(k.min(different)), (different < k).then_some(note))
            }
        }
    }
}

/// The rows of a weight above 0.
fn counted(points: &Points<'_>) -> Vec<usize> {
    (0..points.len()).filter(|row| points.weight(*row) > 0.0).collect()
}

/// The largest size of a number.
fn largest(points: &Points<'_>) -> Result<f64> {
    let mut largest = 0.0_f64;
    for (cell, value) in points.data().iter().enumerate() {
        if value.abs() > LARGEST {
            let (row, column) = (cell / points.dimensions(), cell % points.dimensions());
            let message = format!("column {column} is {value:e}, expected a number within {LARGEST:e}; scale it down");
            return Err(Error::definition(message).at_row(row));
        }
        largest = largest.max(value.abs());
    }
    Ok(largest)
}

/// The power of two that brings numbers up to this size near 1; 0 where squares are safe as they are.
fn exponent(largest: f64) -> i32 {
    if largest == 0.0 || (1e-100..1e100).contains(&largest) { 0 } else { largest.log2().round() as i32 }
}

/// A number times a power of two, in two steps, as one may be too large.
fn scaled(value: f64, exponent: i32) -> f64 {
    if exponent == 0 {
        return value;
    }
    let half = exponent / 2;
    value * 2_f64.powi(half) * 2_f64.powi(exponent - half)
}

impl ClusterMethod for Hierarchical {
    type Model = HierarchicalModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<HierarchicalModel>> {
        self.check()?;
        points.check(Self::FORM)?;
        let rows = counted(points);
        let tree = self.tree(points, &rows, progress)?;
        let (leaves, note) = self.cut(&tree);
        let mut model = HierarchicalModel::new(self.linkage, points, &rows, &leaves);
        let numbers = canonical::order(model.sizes(), model.centroids());
        let of_leaves: Vec<u32> = leaves.iter().map(|leaf| numbers[*leaf as usize] as u32).collect();
        model = HierarchicalModel::new(self.linkage, points, &rows, &of_leaves);
        model.tell(&tree, note);
        let mut labels: Vec<Option<u32>> = vec![None; points.len()];
        for (row, label) in rows.iter().zip(&of_leaves) {
            labels[*row] = Some(*label);
        }
        if rows.len() < points.len() {
            for (row, label) in labels.iter_mut().enumerate().filter(|(_, label)| label.is_none()) {
                *label = model.place(points.row(row)).cluster.map(|cluster| cluster as u32);
            }
        }
        Ok(Found { model, labels })
    }
}
