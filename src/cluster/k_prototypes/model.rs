//! What k-prototypes learnt: it places by squared differences of numbers and differing categories.
//!
//! Distances are of squared numbers, as k-means measures them, and of gamma for each category that differs; the root
//! of such a sum would mean nothing. They are comparable with each other, and not with those of other methods.
//!
//! What a file holds: which columns are categories, what each column counts, the prototypes, and how the search went.
//! Gamma is kept as it was chosen, though it is in the scales already, because people ask for it.

use crate::cluster::method::{ClusterModel, Placed};
use crate::error::{Error, Result};

use super::run::Scales;

/// Prototypes: a row belongs to the nearest, by the sum of squared differences of numbers and of gamma for each
/// category that differs.
///
/// A category that no row had differs from all. Of prototypes at the same distance that of the larger cluster is
/// nearer.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KPrototypesModel {
    /// Which columns are compared by being equal.
    categories: Vec<bool>,
    /// What each column counts: its weight, of categories times gamma.
    scales: Vec<f64>,
    /// What a category that differs costs, before the weight of its column.
    gamma: f64,
    /// Prototype after prototype, columns as in the rows.
    prototypes: Vec<f64>,
    /// The weight of each cluster, the largest first.
    sizes: Vec<f64>,
    /// The sum of the distances, by weight.
    cost: f64,
    /// How many iterations the best start took.
    iterations: usize,
    /// Whether it came to rest.
    converged: bool,
    /// What was decided that nobody asked for.
    notes: Vec<String>,
}

impl KPrototypesModel {
    /// The prototypes, in their canonical order; `how` is cost, iterations and convergence.
    /// Scales come apart by kind of column from the search, and are put back in the order of columns here.
    pub(super) fn new(
        categories: Vec<bool>,
        (scales, gamma): (&Scales, f64),
        prototypes: Vec<f64>,
        sizes: Vec<f64>,
        how: (f64, usize, bool),
        notes: Vec<String>,
    ) -> Self {
        let (mut number, mut category) = (scales.numbers.iter(), scales.categories.iter());
        let scale = |is_category: &bool| if *is_category { category.next() } else { number.next() };
        let scales = categories.iter().filter_map(scale).copied().collect();
        let (cost, iterations, converged) = how;
        KPrototypesModel { categories, scales, gamma, prototypes, sizes, cost, iterations, converged, notes }
    }

    /// What a category that differs costs.
    /// It is before the weight of a column: a category costs the product of both.
    pub fn gamma(&self) -> f64 {
        self.gamma
    }

    /// The sum of the distances of all rows to their prototypes, by weight.
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// The prototype of a cluster.
    fn prototype(&self, cluster: usize) -> &[f64] {
        &self.prototypes[cluster * self.scales.len()..(cluster + 1) * self.scales.len()]
    }

    /// How far a row is from a prototype: the bits that the search found.
    /// O(d). Numbers are added first, then categories, each in the order of columns.
    fn distance(&self, prototype: &[f64], row: &[f64]) -> f64 {
        let (mut numbers, mut sum, mut differing) = (0.0, 0.0, 0_u32);
        let mut scale_of_all: Option<f64> = None;
        let mut even = true;
        for (column, (a, b)) in prototype.iter().zip(row).enumerate() {
            let scale = self.scales[column];
            if !self.categories[column] {
                numbers += scale * ((b - a) * (b - a));
                continue;
            }
            even &= *scale_of_all.get_or_insert(scale) == scale;
            sum += if a == b { 0.0 } else { scale };
            differing += u32::from(a != b);
        }
        let distance = match scale_of_all {
            None => numbers,
            Some(scale) if even => numbers + scale * f64::from(differing),
            Some(_) => numbers + sum,
        };
        // a stranger may be further away than a number can say
        if distance.is_finite() { distance } else { f64::MAX }
    }
}

impl ClusterModel for KPrototypesModel {
    const KIND: &'static str = "k_prototypes";

    fn clusters(&self) -> usize {
        self.sizes.len()
    }

    fn dimensions(&self) -> usize {
        self.scales.len()
    }

    fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    fn representative(&self, cluster: usize) -> Vec<f64> {
        self.prototype(cluster).to_vec()
    }

    /// O(k d), with nothing allocated; of prototypes at the same distance the first is nearer.
    fn place(&self, row: &[f64]) -> Placed {
        let mut first: Option<(usize, f64)> = None;
        let mut second = None;
        for cluster in 0..self.clusters() {
            let found = (cluster, self.distance(self.prototype(cluster), row));
            if first.is_none_or(|first| found.1 < first.1) {
                (first, second) = (Some(found), first);
            } else if second.is_none_or(|second| found.1 < second.1) {
                second = Some(found);
            }
        }
        Placed { cluster: first.map(|first| first.0), distance: first.map_or(0.0, |first| first.1), second }
    }

    fn objective(&self) -> Option<(&'static str, f64)> {
        Some(("cost", self.cost))
    }

    fn iterations(&self) -> Option<usize> {
        Some(self.iterations)
    }

    fn converged(&self) -> Option<bool> {
        Some(self.converged)
    }

    fn notes(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn check(&self) -> Result<()> {
        let (clusters, dimensions) = (self.sizes.len(), self.scales.len());
        if clusters == 0 || dimensions == 0 {
            return Err(Error::format("a model of prototypes has no prototype or no column"));
        }
        if self.prototypes.len() != clusters * dimensions || self.categories.len() != dimensions {
            return Err(Error::format("prototypes, sizes and columns are not equally many"));
        }
        let positive = self.sizes.iter().chain(&self.scales).chain([&self.gamma, &self.cost]);
        let good = positive.chain(&[]).all(|number| number.is_finite() && *number >= 0.0);
        match good && self.prototypes.iter().all(|number| number.is_finite()) {
            true => Ok(()),
            false => Err(Error::format("a prototype, size, scale or cost is not a number that can be")),
        }
    }
}
