//! HDBSCAN: clusters of any shape and of several densities, from a tree of all densities.

mod condensed;
mod details;
mod levels;
mod model;
mod select;

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::progress::Progress;

use super::method::{ClusterMethod, Found};
use super::points::Points;
pub use details::{HdbscanCluster, HdbscanDetails, HdbscanEdge};
pub use model::HdbscanModel;
use select::Choice;
pub use select::ClusterSelection;

/// A recipe for clusters of any shape and density: what stays together longest while short steps become shorter.
///
/// The *core distance* of a row is how far its `neighbours`-th row is, itself counted. The *mutual reachability
/// distance* of two rows is the largest of their core distances and their distance. The shortest tree by these
/// distances is cut, the longest edges first and equal ones at once. What then falls off with a weight below `least` is
/// rows that leave a cluster; where two or more parts of at least that weight remain, a cluster splits. Of the clusters
/// that split from each other those are taken that last longest for their size. A row belongs to the taken cluster that
/// it leaves; rows that leave before the taken clusters begin belong to none.
///
/// It fits where clusters are dense parts of any shape with thin parts between them, and nobody knows their number.
/// It does not fit where everybody has to be in a segment, or with tens of features, where everything is thin.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, Hdbscan};
///
/// let rows = array![[0.0], [1.0], [2.1], [30.0], [30.1], [30.3], [30.4], [90.0]];
/// let found = Hdbscan::new(3).neighbours(2).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(1), Some(1), Some(0), Some(0), Some(0), Some(0), None]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Equal rows
/// Equal rows are never torn apart. Heaps that weigh at least `least` and `neighbours` hold together at any density: a
/// heap is a cluster of its own wherever clusters are compared by stability, as by definition. No infinite number
/// results: rows of a heap have probability 1 and outlier score 0, others are measured against the densest level above
/// the heap, and [`HdbscanCluster::stability`] leaves the heap out.
///
/// # Weights
/// A row of weight 2 is as if it were there twice. A row of weight 0 changes nothing and is placed as a stranger is.
///
/// # Errors
/// If `least` is below 2, `neighbours` is 0, epsilon is negative or not finite, or a number is above 1e300 in size.
/// Too few rows for any cluster are no error: then nobody belongs to one, and the model's notes say so.
///
/// # Cost
/// With few columns about O(n log² n) time; with many O(n² d log n). Memory O(n d): the distances are never kept.
/// Distances that are 1e-154 of the largest number or less count as zero.
///
/// # Determinism
/// The same bytes on any number of threads. There is no chance in it, and the order of the rows does not matter but for
/// sums of stabilities in their last bits.
///
/// # Missing values
/// Refused at the door.
///
/// # References
/// R. Campello, D. Moulavi, J. Sander 2013, Density-based clustering based on hierarchical density estimates, DOI
/// 10.1007/978-3-642-37456-2_14. R. Campello, D. Moulavi, A. Zimek, J. Sander 2015, Hierarchical density estimates for
/// data clustering, visualization, and outlier detection, DOI 10.1145/2733381. L. McInnes, J. Healy 2017, Accelerated
/// hierarchical density based clustering, DOI 10.1109/ICDMW.2017.12. C. Malzer, M. Baum 2020, A hybrid approach to
/// hierarchical density-based cluster selection, DOI 10.1109/MFI49285.2020.9235263.
///
/// # Differs from
/// Python's `hdbscan` and `fast_hdbscan`: `least` is `min_cluster_size`; their `min_samples` of m leaves the row itself
/// out and is `neighbours` of m + 1 here, while scikit-learn's `HDBSCAN` counts it as here. They cut edges of equal
/// length one after the other, in an order that depends on how the tree was found; so a few rows at the rim of clusters
/// differ, among them too. With the whole as the only cluster, `hdbscan` drops all rows that leave before the last;
/// here all rows are in it. Strangers are placed exactly, not by an approximation, and only into clusters that exist:
/// see [`HdbscanModel`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Hdbscan {
    least: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    neighbours: Option<usize>,
    #[cfg_attr(feature = "serde", serde(default))]
    selection: ClusterSelection,
    #[cfg_attr(feature = "serde", serde(default))]
    single: bool,
    #[cfg_attr(feature = "serde", serde(default))]
    epsilon: f64,
}

impl Hdbscan {
    /// Clusters of a weight of at least `least`: the smallest group that one would act on. At least 2.
    pub fn new(least: usize) -> Self {
        Hdbscan { least, neighbours: None, selection: ClusterSelection::default(), single: false, epsilon: 0.0 }
    }

    /// Sets the number of rows, the row itself counted, that make a place dense; as many as `least` if not set. More
    /// leaves more rows in no cluster, and rims smoother.
    #[must_use]
    pub fn neighbours(mut self, neighbours: usize) -> Self {
        self.neighbours = Some(neighbours);
        self
    }

    /// Sets how clusters are chosen; by excess of mass if not set.
    #[must_use]
    pub fn selection(mut self, selection: ClusterSelection) -> Self {
        self.selection = selection;
        self
    }

    /// Sets whether all rows may be one cluster; not, if not set. Where there are several clusters this often hides
    /// them.
    #[must_use]
    pub fn single(mut self, single: bool) -> Self {
        self.single = single;
        self
    }

    /// Sets a distance: clusters that are parted by less are one. 0, if not set, parts all. Where the whole is the only
    /// cluster, rows that leave it at a longer distance belong to none.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    fn check(&self) -> Result<()> {
        if self.least < 2 {
            return Err(Error::parameter("least", "at least 2", self.least));
        }
        if self.neighbours == Some(0) {
            return Err(Error::parameter("neighbours", "at least 1", 0));
        }
        if !(self.epsilon.is_finite() && self.epsilon >= 0.0) {
            return Err(Error::parameter("epsilon", "a finite number of at least 0", self.epsilon));
        }
        Ok(())
    }

    /// The weight that makes a place dense.
    fn need(&self) -> f64 {
        self.neighbours.unwrap_or(self.least) as f64
    }

    /// What decides between clusters, with epsilon in the scale of the lengths.
    fn choice(&self, epsilon: f64) -> Choice {
        Choice { selection: self.selection, single: self.single, epsilon }
    }

    /// Finds clusters, and all that was learnt on the way: probabilities, outlier scores, the condensed tree,
    /// exemplars, core distances and the shortest tree.
    ///
    /// # Errors
    /// As [`ClusterMethod::find`].
    pub fn details(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<HdbscanDetails> {
        self.check()?;
        points.check(Self::FORM)?;
        details::find(self, points, progress)
    }
}

impl ClusterMethod for Hdbscan {
    type Model = HdbscanModel;

    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<HdbscanModel>> {
        Ok(self.details(points, progress)?.found)
    }
}
