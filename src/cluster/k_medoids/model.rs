//! What places rows by the nearest medoid: the same for all ways in which medoids are found.
//!
//! A model holds the medoids themselves, as rows of numbers, and the ruler: the distance with the ranges of its
//! columns. So it can measure strangers, which a list of row numbers could not. All three methods differ only in how
//! medoids were found.
//!
//! # Which medoid is the nearest
//!
//! That at the smallest distance; of equals the one whose row came first among the rows learnt from. The rule does
//! not speak of how clusters are numbered, because clusters are numbered by size, and sizes depend on it.
//!
//! # What a file holds
//!
//! The distance by its name, for Gower's the meaning, range and weight of each column, the medoids with what is
//! missing in them as nothing, and how the search went. Numbers of rows are those of the rows learnt from; they name
//! the customers who stand for the clusters while those rows are there.

use crate::cluster::canonical;
use crate::cluster::distance::{Distance, Distances, Measure};
use crate::cluster::method::{ClusterModel, Placed};
use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::Meaning;
use crate::parallel;

use super::method::Solved;

/// Medoids, and the ruler that they are measured with.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Body {
    /// The distance with what it learnt.
    measure: Measure,
    /// How many columns a row has.
    dimensions: usize,
    /// The numbers of the rows that are the medoids.
    rows: Vec<usize>,
    /// Medoid after medoid; what is missing in one is NaN here and nothing in a file.
    #[cfg_attr(feature = "serde", serde(with = "crate::cluster::distance::missing"))]
    medoids: Vec<f64>,
    /// The weight of each cluster, the largest first.
    sizes: Vec<f64>,
    /// The sum of the distances of all rows to their medoids.
    loss: f64,
    /// What was made large instead, where that is something else.
    silhouette: Option<f64>,
    /// Passes over the rows.
    iterations: usize,
    /// Swaps that were made.
    swaps: usize,
    /// Whether no swap helps any more.
    converged: bool,
    /// What was decided that nobody asked for.
    notes: Vec<String>,
}

/// The rows that count, as rows of their own.
pub(super) struct Counting {
    /// Their numbers among all.
    pub(super) rows: Vec<usize>,
    /// Their numbers.
    data: ndarray::Array2<f64>,
    /// Their weights, if rows have some.
    pub(super) weights: Option<Vec<f64>>,
    /// What the columns mean.
    meanings: Vec<Meaning>,
}

impl Counting {
    /// Leaves out rows without weight.
    /// O(n d): rows are copied, so that a search meets no row that does not count.
    pub(super) fn new(points: &Points<'_>) -> Self {
        let rows: Vec<usize> = (0..points.len()).filter(|row| points.weight(*row) > 0.0).collect();
        let data = ndarray::Array2::from_shape_fn((rows.len(), points.dimensions()), |(row, column)| {
            points.row(rows[row])[column]
        });
        let weights = points.row_weights().map(|weights| rows.iter().map(|row| weights[*row]).collect());
        let meanings = (0..points.dimensions()).map(|column| points.meaning(column)).collect();
        Counting { rows, data, weights, meanings }
    }

    /// Some of the rows.
    /// Numbers of rows are those among the rows that count.
    pub(super) fn part(&self, rows: &[usize]) -> Counting {
        let data = self.data.select(ndarray::Axis(0), rows);
        let weights = self.weights.as_ref().map(|weights| rows.iter().map(|row| weights[*row]).collect());
        Counting { rows: rows.to_vec(), data, weights, meanings: self.meanings.clone() }
    }

    /// The rows with their weights.
    /// They are in the order that they had among all.
    pub(super) fn points(&self) -> Points<'_> {
        let points = Points::new(self.data.view()).meanings(&self.meanings);
        match &self.weights {
            Some(weights) => points.weights(weights),
            None => points,
        }
    }
}

impl Body {
    /// Measures all pairs of rows that count, searches, and places all rows.
    /// # Errors
    /// If the distance is not for such rows, two rows cannot be compared, or the search is stopped.
    pub(super) fn found(
        points: &Points<'_>,
        distance: &Distance,
        k: usize,
        search: impl FnOnce(&Distances, Option<&[f64]>) -> Result<Solved>,
    ) -> Result<(Body, Vec<Option<u32>>)> {
        Measure::accepts(distance, points)?;
        let counting = Counting::new(points);
        let few = counting.points();
        let measure = Measure::new(distance, &few)?;
        let distances = Distances::measured(&few, &measure, |row| counting.rows[row])?;
        let solved = search(&distances, counting.weights.as_deref())?;
        let medoids = solved.medoids.iter().map(|row| counting.rows[*row]).collect();
        let mut body = Body::new(points, measure, medoids, k, "there are no more different rows");
        body.went(solved.iterations, solved.swaps, solved.converged);
        let labels = body.learn(points)?;
        Ok((body, labels))
    }

    /// These rows are the medoids; nobody is placed yet.
    /// If they are fewer than `k`, a note says so, and why.
    pub(super) fn new(points: &Points<'_>, measure: Measure, rows: Vec<usize>, k: usize, why: &str) -> Body {
        let mut notes = Vec::new();
        if rows.len() < k {
            notes.push(format!("{} of {k} clusters: {why}", rows.len()));
        }
        let medoids = rows.iter().flat_map(|row| points.row(*row).iter().copied()).collect();
        Body {
            measure,
            dimensions: points.dimensions(),
            sizes: vec![0.0; rows.len()],
            rows,
            medoids,
            loss: 0.0,
            silhouette: None,
            iterations: 1,
            swaps: 0,
            converged: true,
            notes,
        }
    }

    /// Sets how the search went.
    /// Passes, swaps, and whether it came to rest.
    pub(super) fn went(&mut self, iterations: usize, swaps: usize, converged: bool) {
        (self.iterations, self.swaps, self.converged) = (iterations, swaps, converged);
    }

    /// Places all rows, counts sizes and loss, and brings the clusters into the canonical order.
    /// The rows that were searched get what the search gave them, because both measure with the same ruler.
    ///
    /// # Errors
    /// If the loss is too large for a number.
    pub(super) fn learn(&mut self, points: &Points<'_>) -> Result<Vec<Option<u32>>> {
        let placed = parallel::map_chunks(points.len(), 4096, |rows| {
            rows.map(|row| self.place(points.row(row))).map(|at| (at.cluster, at.distance)).collect::<Vec<_>>()
        });
        let placed: Vec<(Option<usize>, f64)> = placed.into_iter().flatten().collect();
        self.sizes = vec![0.0; self.rows.len()];
        for (row, (cluster, _)) in placed.iter().enumerate() {
            if let Some(cluster) = cluster {
                self.sizes[*cluster] += points.weight(row);
            }
        }
        self.loss = crate::math::sum::sum(placed.iter().enumerate().map(|(row, at)| points.weight(row) * at.1));
        if !self.loss.is_finite() {
            return Err(Error::unsupported(
                "the sum of the distances is too large for a number; make the numbers smaller",
            ));
        }
        let numbers = canonical::order(&self.sizes, &self.medoids);
        self.rows = canonical::reordered(&numbers, &self.rows, 1);
        self.sizes = canonical::reordered(&numbers, &self.sizes, 1);
        self.medoids = canonical::reordered(&numbers, &self.medoids, self.dimensions);
        Ok(placed.iter().map(|(cluster, _)| cluster.map(|cluster| numbers[cluster] as u32)).collect())
    }

    /// Sets what was made large.
    pub(super) fn silhouette(&mut self, silhouette: f64) {
        self.silhouette = Some(silhouette);
    }

    /// The row that stands for a cluster.
    fn medoid(&self, cluster: usize) -> &[f64] {
        &self.medoids[cluster * self.dimensions..(cluster + 1) * self.dimensions]
    }

    /// The nearest medoid and the next; of equals the one whose row came first.
    /// O(k d), with nothing allocated.
    fn place(&self, row: &[f64]) -> Placed {
        let far = (f64::INFINITY, usize::MAX, usize::MAX);
        let (mut first, mut second) = (far, far);
        for (cluster, number) in self.rows.iter().enumerate() {
            let found = (self.measure.to_stranger(self.medoid(cluster), row), *number, cluster);
            if (found.0, found.1) < (first.0, first.1) {
                (first, second) = (found, first);
            } else if (found.0, found.1) < (second.0, second.1) {
                second = found;
            }
        }
        let second = (second.2 != usize::MAX).then_some((second.2, second.0));
        Placed { cluster: Some(first.2), distance: first.0, second }
    }

    /// Whether what was loaded can be such a model.
    /// # Errors
    /// If shapes do not fit, a number is not finite, or a value is missing where the distance needs it.
    fn check(&self) -> Result<()> {
        let clusters = self.rows.len();
        if clusters == 0 || self.dimensions == 0 {
            return Err(Error::format("a model of medoids has no medoid or no column"));
        }
        if self.medoids.len() != clusters * self.dimensions || self.sizes.len() != clusters {
            return Err(Error::format("medoids, their rows and sizes are not equally many"));
        }
        self.measure.check(self.dimensions)?;
        let numbers = self.sizes.iter().chain([&self.loss]).chain(&self.silhouette);
        if numbers.chain(&self.medoids).any(|number| number.is_infinite()) || self.sizes.iter().any(|size| *size < 0.0)
        {
            return Err(Error::format("a medoid, size or loss is not a number that can be"));
        }
        match self.measure.takes_missing() || self.medoids.iter().all(|value| !value.is_nan()) {
            true => Ok(()),
            false => Err(Error::format("a medoid misses a value that its distance needs")),
        }
    }
}

/// A model that places by medoids, under its own name.
macro_rules! model {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
        pub struct $name(pub(super) Body);

        impl $name {
            /// The numbers of the rows that are the medoids.
            pub fn rows(&self) -> &[usize] {
                &self.0.rows
            }

            /// The sum of the distances of all rows to their medoids, by weight.
            pub fn loss(&self) -> f64 {
                self.0.loss
            }

            /// How many swaps were made.
            pub fn swaps(&self) -> usize {
                self.0.swaps
            }
        }

        impl ClusterModel for $name {
            const KIND: &'static str = $kind;

            fn clusters(&self) -> usize {
                self.0.rows.len()
            }

            fn dimensions(&self) -> usize {
                self.0.dimensions
            }

            fn sizes(&self) -> &[f64] {
                &self.0.sizes
            }

            fn representative(&self, cluster: usize) -> Vec<f64> {
                self.0.medoid(cluster).to_vec()
            }

            fn place(&self, row: &[f64]) -> Placed {
                self.0.place(row)
            }

            fn objective(&self) -> Option<(&'static str, f64)> {
                Some(self.0.silhouette.map_or(("loss", self.0.loss), |silhouette| ("medoid_silhouette", silhouette)))
            }

            fn iterations(&self) -> Option<usize> {
                Some(self.0.iterations)
            }

            fn converged(&self) -> Option<bool> {
                Some(self.0.converged)
            }

            fn notes(&self) -> Vec<String> {
                self.0.notes.clone()
            }

            fn check(&self) -> Result<()> {
                self.0.check()
            }
        }
    };
}

model! {
    /// Medoids that [`KMedoids`](super::KMedoids) found: a row belongs to the nearest, by the distance of the recipe.
    ///
    /// Of medoids at the same distance the one whose row came first is nearer. A stranger with nothing that can be
    /// compared is 1 from all.
    KMedoidsModel, "k_medoids"
}
model! {
    /// Medoids that [`Clara`](super::Clara) found in samples; it places as [`KMedoidsModel`] does.
    ClaraModel, "clara"
}
model! {
    /// Medoids that [`SilhouetteMedoids`](super::SilhouetteMedoids) found; it places as [`KMedoidsModel`] does.
    SilhouetteMedoidsModel, "silhouette_medoids"
}
