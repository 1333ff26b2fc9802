//! DBSCAN: clusters are where rows are dense, and rows in thin surroundings belong to none.

mod model;

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::parallel;
use crate::progress::Progress;

use super::density::{
    Distinct, LEAF, NO_GROUP, NOBODY, Reach, Scale, Tree, components, dense, members, refuse_largest,
};
use super::method::{ClusterMethod, Found};
use super::points::Points;
pub use model::DbscanModel;

/// Rows that a chunk of work places.
const CHUNK: usize = 1_024;

/// A recipe for clusters of any shape: rows that have enough others near them, and all that such rows reach.
///
/// A row is a *core* row if the rows within `radius` of it weigh at least `neighbours`, itself counted. Core rows
/// within the radius of each other are in one cluster. Another row within the radius of a core row is on the border and
/// in the cluster of its nearest core row; of core rows as near as each other, the first in the data. All other rows
/// belong to none. So a row is always placed as the model places it, and the order of the rows matters only where two
/// clusters are equally near.
///
/// It fits where one radius makes sense everywhere, as with places on a map. Where some clusters are dense and others
/// thin, [`Hdbscan`](super::Hdbscan) finds both.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, Dbscan};
///
/// let rows = array![[0.0], [1.0], [2.0], [10.0], [11.0], [12.0], [13.0], [50.0]];
/// let found = Dbscan::new(1.5, 3).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(1), Some(1), Some(1), Some(0), Some(0), Some(0), Some(0), None]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// A row of weight 2 is as if it were there twice. A row of weight 0 is no core row and nobody's neighbour; it gets the
/// label that a stranger at its place would get.
///
/// # Errors
/// If the radius is not a positive number, `neighbours` is 0, or a number is above 1e300 in size or so far beyond the
/// radius that their ratio is no number.
///
/// # Cost
/// With few columns about O(n log n) time, however many rows are within the radius; with many columns O(n² d). Memory
/// O(n d). Equal rows cost as much as one.
///
/// # Determinism
/// The same bytes on any number of threads. There is no chance in it.
///
/// # Missing values
/// Refused at the door.
///
/// # References
/// M. Ester, H.-P. Kriegel, J. Sander, X. Xu 1996, A density-based algorithm for discovering clusters in large spatial
/// databases with noise, KDD-96, 226-231. E. Schubert, J. Sander, M. Ester, H.-P. Kriegel, X. Xu 2017, DBSCAN
/// revisited, revisited, DOI 10.1145/3068335.
///
/// # Differs from
/// scikit-learn's `DBSCAN`: `eps` is `radius` and `min_samples` is `neighbours` (both count the row itself); core rows
/// and rows of no cluster are the same. A border row that two clusters reach goes to the first cluster there, to the
/// nearest core row here. Clusters are numbered by size. Rows of weight 0 can be core rows there. It places no
/// strangers.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Dbscan {
    radius: f64,
    neighbours: usize,
}

impl Dbscan {
    /// Clusters of rows that have at least `neighbours` rows, themselves counted, within `radius`.
    ///
    /// There is no good default for the radius. With standardised features start where the sorted distances to the
    /// `neighbours`-th row bend; for `neighbours` twice the number of columns is common (Sander et al. 1998, DOI
    /// 10.1023/A:1009745219419).
    pub fn new(radius: f64, neighbours: usize) -> Self {
        Dbscan { radius, neighbours }
    }

    fn check(&self) -> Result<()> {
        if !(self.radius.is_finite() && self.radius > 0.0) {
            return Err(Error::parameter("radius", "a positive, finite number", self.radius));
        }
        if self.neighbours == 0 {
            return Err(Error::parameter("neighbours", "at least 1", 0));
        }
        Ok(())
    }

    fn scale(&self) -> Scale {
        Scale::of_length(self.radius)
    }

    /// The squared radius in the scale.
    fn square(&self) -> f64 {
        let radius = self.scale().inner(self.radius);
        radius * radius
    }

    /// The numbers in the scale of the radius.
    fn scaled(&self, data: &[f64], columns: usize) -> Result<Vec<f64>> {
        let scaled = self.scale().all(data);
        match scaled.iter().position(|number| number.abs() > 1e300) {
            None => Ok(scaled),
            Some(cell) => {
                let expected = format!("a number that a radius of {} is no speck beside", self.radius);
                let message = format!("column {} is {}, expected {expected}", cell % columns, data[cell]);
                Err(Error::definition(message))
            }
        }
    }
}

impl ClusterMethod for Dbscan {
    type Model = DbscanModel;

    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<DbscanModel>> {
        self.check()?;
        points.check(Self::FORM)?;
        let (len, d, steps) = (points.len(), points.dimensions(), 4);
        refuse_largest(points.data(), d)?;
        progress.step("steps", 0, steps)?;
        let distinct = Distinct::new(points);
        let tree = Tree::new(&self.scaled(&distinct.data, d)?, d);
        progress.step("steps", 1, steps)?;
        let core = self.cores(&distinct, &tree);
        progress.step("steps", 2, steps)?;
        let chosen = core.iter().flat_map(|row| &distinct.data[*row as usize * d..(*row as usize + 1) * d]);
        let cores: Vec<f64> = chosen.copied().collect();
        let Linked { clusters, labels: joined, near: reach } = self.join(&cores, d)?;
        progress.step("steps", 3, steps)?;

        // a core row has the label of its cluster; others go to the nearest core row within the radius
        let mut of_distinct = vec![NOBODY; distinct.len()];
        core.iter().zip(&joined).for_each(|(row, cluster)| of_distinct[*row as usize] = *cluster);
        let label = |row: usize| -> Option<u32> {
            let known = distinct.of.get(row).and_then(|at| of_distinct.get(*at as usize));
            if let Some(known) = known.filter(|cluster| **cluster != NOBODY) {
                return Some(*known);
            }
            let (tree, reach) = reach.as_ref()?;
            let near = reach.nearest(tree, &self.scale().all(points.row(row)), 0.0, NO_GROUP, self.square());
            joined.get(near.row as usize).copied()
        };
        let chunks = parallel::map_chunks(len, CHUNK, |rows| rows.map(label).collect::<Vec<_>>());
        let mut labels: Vec<Option<u32>> = chunks.into_iter().flatten().collect();
        let members = members(points, &mut labels, clusters);
        let of_core = joined.iter().map(|cluster| members.numbers[*cluster as usize] as u32).collect();
        let model = DbscanModel::new(self.clone(), d, members, cores, of_core);
        progress.step("steps", steps, steps)?;
        Ok(Found { model, labels })
    }
}

/// Core rows that hang together.
struct Linked {
    /// How many clusters they make.
    clusters: usize,
    /// The cluster of each; clusters in the order of their first rows.
    labels: Vec<u32>,
    /// The core rows in a tree, in groups by cluster, if there are any.
    near: Option<(Tree, Reach)>,
}

impl Dbscan {
    /// The distinct rows that are core rows, in their order.
    fn cores(&self, distinct: &Distinct, tree: &Tree) -> Vec<u32> {
        let weights = distinct.uneven().map(|weights| {
            let mut weights: Vec<f64> = tree.order.iter().map(|row| weights[*row as usize]).collect();
            weights.resize(weights.len() + LEAF, 0.0);
            weights
        });
        let dense = dense(tree, weights.as_deref(), self.square(), self.neighbours as f64);
        let mut core: Vec<u32> =
            tree.order.iter().zip(dense).filter_map(|(row, dense)| dense.then_some(*row)).collect();
        core.sort_unstable();
        core
    }

    /// Joins core rows that are within the radius of each other.
    fn join(&self, cores: &[f64], columns: usize) -> Result<Linked> {
        if cores.is_empty() {
            return Ok(Linked { clusters: 0, labels: Vec::new(), near: None });
        }
        let tree = Tree::new(&self.scaled(cores, columns)?, columns);
        let sets = components(&tree, self.square());
        let mut set_of = vec![0; tree.len()];
        tree.order.iter().zip(&sets).for_each(|(row, set)| set_of[*row as usize] = *set);
        let mut numbers = vec![NOBODY; tree.len()];
        let mut clusters = 0;
        for set in &mut set_of {
            let number = &mut numbers[*set as usize];
            if *number == NOBODY {
                *number = clusters;
                clusters += 1;
            }
            *set = *number;
        }
        let groups = tree.order.iter().map(|row| set_of[*row as usize]).collect();
        let reach = Reach::new(&tree, vec![0.0; tree.len()], groups);
        Ok(Linked { clusters: clusters as usize, labels: set_of, near: Some((tree, reach)) })
    }
}
