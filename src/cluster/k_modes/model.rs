//! What k-modes learnt: it places by the number of categories that differ.
//!
//! A row is compared with each mode, column by column, by its codes as they were given: nothing has to be looked up,
//! and a category that nobody had is unlike all.
//!
//! Placing one row takes O(k d) and allocates nothing; of modes at the same distance the first is nearer, which is
//! that of the larger cluster, as clusters are numbered by size.
//!
//! A file holds the modes with what is missing in them as nothing, what missing means, sizes, and how the search went: all
//! that placing a stranger needs, and what is said of the clusters.

use crate::cluster::method::{ClusterModel, Placed};
use crate::error::{Error, Result};

use super::MissingAs;

/// Modes: a row belongs to the one from which it differs in the fewest columns.
///
/// A category that no row had differs from all modes. Of modes at the same distance that of the larger cluster is
/// nearer. A code that is missing in a mode is NaN in [`representative`](ClusterModel::representative).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KModesModel {
    /// What a missing category says.
    missing: MissingAs,
    /// How many columns a row has.
    dimensions: usize,
    /// Mode after mode; what is missing is nothing in a file.
    #[cfg_attr(feature = "serde", serde(with = "crate::cluster::distance::missing"))]
    modes: Vec<f64>,
    /// The weight of each cluster, the largest first.
    sizes: Vec<f64>,
    /// The number of columns in which rows differ from their modes, by weight.
    cost: f64,
    /// How many iterations the best start took.
    iterations: usize,
    /// Whether it came to rest.
    converged: bool,
    /// What was decided that nobody asked for.
    notes: Vec<String>,
}

impl KModesModel {
    /// The modes in their canonical order; `how` is cost, iterations and convergence.
    /// They come so from the search, which numbers clusters by size when it ends.
    pub(super) fn new(
        missing: MissingAs,
        modes: Vec<f64>,
        sizes: Vec<f64>,
        how: (f64, usize, bool),
        notes: Vec<String>,
    ) -> Self {
        let dimensions = modes.len() / sizes.len().max(1);
        let (cost, iterations, converged) = how;
        KModesModel { missing, dimensions, modes, sizes, cost, iterations, converged, notes }
    }

    /// The sum of the numbers of categories in which rows differ from their modes, by weight.
    pub fn cost(&self) -> f64 {
        self.cost
    }

    /// The mode of a cluster.
    fn mode(&self, cluster: usize) -> &[f64] {
        &self.modes[cluster * self.dimensions..(cluster + 1) * self.dimensions]
    }

    /// In how many columns a row differs from a mode.
    /// O(d). Two missing categories are equal where missing is a category, and nothing is said by one where it says
    /// nothing.
    fn distance(&self, mode: &[f64], row: &[f64]) -> usize {
        let differs = |(a, b): &(&f64, &f64)| match (a.is_nan(), b.is_nan()) {
            (false, false) => a != b,
            (a, b) => self.missing == MissingAs::Category && a != b,
        };
        mode.iter().zip(row).filter(differs).count()
    }
}

impl ClusterModel for KModesModel {
    const KIND: &'static str = "k_modes";

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
        self.mode(cluster).to_vec()
    }

    fn place(&self, row: &[f64]) -> Placed {
        let mut first: Option<(usize, usize)> = None;
        let mut second = None;
        for cluster in 0..self.clusters() {
            let found = (cluster, self.distance(self.mode(cluster), row));
            let nearer = |other: Option<(usize, usize)>| other.is_none_or(|other| found.1 < other.1);
            if nearer(first) {
                (first, second) = (Some(found), first);
            } else if nearer(second) {
                second = Some(found);
            }
        }
        let far = |found: (usize, usize)| (found.0, found.1 as f64);
        Placed {
            cluster: first.map(|first| first.0),
            distance: first.map_or(0.0, |first| first.1 as f64),
            second: second.map(far),
        }
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
        if self.sizes.is_empty() || self.dimensions == 0 || self.modes.len() != self.sizes.len() * self.dimensions {
            return Err(Error::format("modes are not as many as sizes, or have no column"));
        }
        let good = |number: &f64| number.is_finite() && *number >= 0.0;
        if !self.sizes.iter().chain([&self.cost]).all(good) || self.modes.iter().any(|code| code.is_infinite()) {
            return Err(Error::format("a size, cost or code of a mode is not a number that can be"));
        }
        Ok(())
    }
}
