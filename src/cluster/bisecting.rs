//! Bisecting k-means: one cluster is divided in two, again and again.

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::sum::sum;
use crate::progress::Progress;

use super::family::descent::{self, Run};
use super::family::measure::{self, Euclidean, Measure, Rows};
use super::family::{CentroidModel, Family, door};
#[cfg(feature = "serde")]
use super::family::{ten, three_hundred};
use super::k_means::KMeans;
use super::method::{ClusterMethod, Found, Placed};
use super::points::Points;

/// Which cluster is divided next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Split {
    /// The one whose squared distances to its centroid sum to most.
    #[default]
    Inertia,
    /// The one of the most weight.
    Size,
}

/// K-means by halves: all rows are divided in two clusters, the worst of these in two, until there are `k`.
///
/// Take it for many clusters, where k-means starts poorly, or where clusters of like size are wanted. The objective is
/// `inertia`, as with [`KMeans`]; it is often above that of k-means, as rows do not come back to the other half.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{Bisecting, ClusterMethod, ClusterModel};
///
/// let rows = array![[0.0], [1.0], [10.0], [11.0], [50.0], [52.0], [51.0]];
/// let found = Bisecting::new(3).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [1, 1, 2, 2, 0, 0, 0].map(Some));
/// assert_eq!(found.model.objective(), Some(("inertia", 3.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Each division is k-means of two clusters with restarts. At the end all rows, and any stranger, go to the nearest of
/// the centroids that are left, not down the halves: so that a row is never in another cluster than the one it is
/// nearest to. The centroids are the means of the halves, which for rows near an edge is another set.
///
/// # Defaults
/// Divides the cluster with most inertia; 10 restarts for each division, 300 iterations, seed 0.
///
/// # Errors
/// If `k`, `restarts` or `iterations` is 0, a number is beyond ±1e100, or [`Points::check`] refuses the rows.
///
/// # Cost
/// About O(n d log k) for each iteration of the restarts where halves are even, O(n k d) at worst and at the end; a copy of
/// the rows that are divided.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// M. Steinbach, G. Karypis and V. Kumar 2000, A comparison of document clustering techniques, KDD Workshop on Text
/// Mining; Technical Report 00-034, University of Minnesota.
///
/// # Differs from
/// scikit-learn's `BisectingKMeans` has 1 restart from random rows, and its labels and `predict` go down the halves; its
/// inertia is that of the halves and so never below ours for the same halves.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Bisecting {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    split: Split,
    #[cfg_attr(feature = "serde", serde(default = "ten"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "three_hundred"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

impl Bisecting {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        Bisecting { k, split: Split::Inertia, restarts: 10, iterations: 300, seed: 0 }
    }

    /// Which cluster is divided next.
    #[must_use]
    pub fn split(mut self, split: Split) -> Self {
        self.split = split;
        self
    }

    /// How many starts each division has.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// How many iterations a start has at most.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// What the draws follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Divides a part in two; nothing if its rows are all equal. Also iterations, and whether it came to rest.
    ///
    /// # Errors
    /// If `progress` stops the work.
    fn halves(
        &self,
        rows: &Rows<'_>,
        part: &Part,
        number: usize,
        progress: &Progress<'_>,
    ) -> Result<Option<([Part; 2], usize, bool)>> {
        let data: Vec<f64> = part.members.iter().flat_map(|row| rows.row(*row as usize)).copied().collect();
        let weights: Option<Vec<f64>> =
            rows.weights.map(|weights| part.members.iter().map(|row| weights[*row as usize]).collect());
        let view = ndarray::ArrayView2::from_shape((part.members.len(), rows.dimensions), &data);
        let view = view.map_err(|_| Error::length("a part", data.len(), part.members.len() * rows.dimensions))?;
        let mut points = Points::new(view);
        if let Some(weights) = &weights {
            points = points.weights(weights);
        }
        let seed = self.seed.wrapping_add(number as u64);
        let recipe = KMeans::new(2).restarts(self.restarts).iterations(self.iterations).tolerance(0.0).seed(seed);
        let found = recipe.find(&points, progress)?;
        let mut halves = [Vec::new(), Vec::new()];
        for (row, label) in part.members.iter().zip(&found.labels) {
            halves[usize::from(*label == Some(1))].push(*row);
        }
        if halves.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let halves = halves.map(|members| Part::new(rows, members));
        Ok(Some((halves, found.model.iterations(), found.model.converged())))
    }
}

/// A cluster on the way: rows that count, their mean, and what they cost there.
struct Part {
    /// Rows whose weight is not 0, in their order.
    members: Vec<u32>,
    /// Their mean.
    center: Vec<f64>,
    /// Their squared distances to it, by weight.
    inertia: f64,
    /// What they weigh together.
    weight: f64,
}

impl Part {
    /// The part of these rows, of which there is at least one.
    fn new(rows: &Rows<'_>, members: Vec<u32>) -> Self {
        let mut center = vec![0.0; rows.dimensions];
        Euclidean::center(rows, &members, &mut center);
        let cost = |row: &u32| rows.weight(*row as usize) * Euclidean::cost(rows.row(*row as usize), &center);
        let inertia = sum(members.iter().map(cost));
        let weight = sum(members.iter().map(|row| rows.weight(*row as usize)));
        Part { members, center, inertia, weight }
    }
}

/// What bisecting k-means learnt.
pub type BisectingModel = CentroidModel<Bisecting>;

impl ClusterMethod for Bisecting {
    type Model = BisectingModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<BisectingModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        let rows = door::squares(points)?;
        let all = (0..rows.len() as u32).filter(|row| rows.weight(*row as usize) > 0.0).collect();
        let mut parts = vec![Part::new(&rows, all)];
        let mut whole: Vec<Part> = Vec::new();
        let (mut iterations, mut converged) = (0, true);
        while parts.len() + whole.len() < self.k {
            progress.step("splits", (parts.len() + whole.len() - 1) as u64, (self.k - 1) as u64)?;
            let key = |part: &Part| if self.split == Split::Inertia { part.inertia } else { part.weight };
            // the first of equals; what has no inertia cannot be divided
            let next = (0..parts.len()).filter(|at| parts[*at].inertia > 0.0);
            let Some(next) = next.reduce(|best, at| if key(&parts[at]) > key(&parts[best]) { at } else { best }) else {
                break;
            };
            let number = parts.len() + whole.len();
            match self.halves(&rows, &parts[next], number, progress)? {
                None => whole.push(parts.remove(next)),
                Some(([first, second], took, rested)) => {
                    parts[next] = first;
                    parts.push(second);
                    iterations += took;
                    converged &= rested;
                }
            }
        }
        parts.append(&mut whole);
        let centers: Vec<f64> = parts.iter().flat_map(|part| part.center.iter().copied()).collect();
        let mut placed = vec![(0, 0.0); rows.len()];
        descent::assign::<Euclidean>(&rows, &centers, &mut placed);
        let labels = placed.into_iter().map(|(label, _)| label).collect();
        let run = Run { centers, labels, objective: 0.0, iterations, converged, reseeded: 0 };
        let (centers, labels) = descent::settle::<Euclidean>(&rows, run, self.k, true);
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: labels.into_iter().map(Some).collect() })
    }
}

impl Family for Bisecting {
    const KIND: &'static str = "bisecting";
    const OBJECTIVE: &'static str = "inertia";

    fn check_parameters(&self) -> Result<()> {
        for (name, value) in [("k", self.k), ("restarts", self.restarts), ("iterations", self.iterations)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        Ok(())
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Euclidean>(row, centers)
    }
}
