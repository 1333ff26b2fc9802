//! Centroids that were learnt, and how they place other rows.

use ndarray::ArrayView2;

use crate::cluster::{ClusterModel, Placed, Points};
use crate::error::{Error, Result};

use super::exact::{self, Centroids, Rows, Value};
use super::place;
use crate::math::simd::Level;

/// Clusters that k-means found: their centroids, largest cluster first.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, KMeans};
///
/// let rows = array![[1.0], [2.0], [3.0], [10.0], [11.0]];
/// let model = KMeans::new(2).fit_matrix(rows.view())?.model;
/// assert_eq!(model.place_matrix(array![[4.0], [40.0]].view())?, [0, 1]);
/// let placed = model.place(&[5.0]);
/// assert_eq!((placed.cluster, placed.distance, placed.second), (Some(0), 3.0, Some((1, 5.5))));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// A row belongs to the nearest centroid, the first of equally near ones; its distance is Euclidean. Rows that were
/// learnt from are placed where they were.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KMeansModel {
    /// How many clusters were asked for.
    pub(super) asked: usize,
    /// How many numbers a row has.
    pub(super) dimensions: usize,
    /// The centroids, row after row.
    pub(super) centroids: Vec<f64>,
    /// The weight of each.
    pub(super) sizes: Vec<f64>,
    /// The weighted sum of squared distances.
    pub(super) inertia: f64,
    /// How many iterations the best start took.
    pub(super) iterations: usize,
    /// Whether it came to rest.
    pub(super) converged: bool,
    /// How often an empty cluster began again.
    pub(super) reseeded: usize,
}

impl KMeansModel {
    /// The means of the clusters, a row each.
    pub fn centroids(&self) -> ArrayView2<'_, f64> {
        // the shape is checked wherever a model comes from
        ArrayView2::from_shape((self.sizes.len(), self.dimensions), &self.centroids)
            .unwrap_or_else(|_| ArrayView2::from(&[] as &[[f64; 0]]))
    }

    /// The weighted sum of the squared distances of the rows learnt from to their centroids, as in scikit-learn.
    pub fn inertia(&self) -> f64 {
        self.inertia
    }

    /// How many iterations the best start took.
    pub fn iterations(&self) -> usize {
        self.iterations
    }

    /// Whether the best start came to rest before its iterations were used up.
    pub fn converged(&self) -> bool {
        self.converged
    }

    /// The weight of each cluster among the rows learnt from.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// The cluster of each row of a matrix: as [`place`](ClusterModel::place), and much faster where there are many.
    ///
    /// O(n k d), in parallel.
    ///
    /// # Errors
    /// If the matrix has not as many columns as the rows learnt from, or a number is not finite: the first in the order
    /// of rows.
    pub fn place_matrix(&self, rows: ArrayView2<'_, f64>) -> Result<Vec<u32>> {
        self.place_rows(rows)
    }

    /// The cluster of each row of a matrix of single precision; otherwise as [`place_matrix`](Self::place_matrix).
    ///
    /// # Errors
    /// As [`place_matrix`](Self::place_matrix).
    pub fn place_matrix_f32(&self, rows: ArrayView2<'_, f32>) -> Result<Vec<u32>> {
        self.place_rows(rows)
    }

    /// The cluster of each row of a matrix in either precision.
    fn place_rows<V: Value>(&self, rows: ArrayView2<'_, V>) -> Result<Vec<u32>> {
        if rows.ncols() != self.dimensions {
            return Err(Error::length("a row", rows.ncols(), self.dimensions));
        }
        let turned: Vec<V>;
        let data = match rows.to_slice() {
            Some(data) => data,
            None => {
                turned = rows.iter().copied().collect();
                &turned
            }
        };
        let centroids = Centroids::new(self.centroids.clone(), self.dimensions);
        place::place(&Rows::new(data, self.dimensions, None), &centroids, Level::best())
    }

    /// How often a cluster of the best start had lost all its rows and was started again.
    pub fn reseeded(&self) -> usize {
        self.reseeded
    }
}

impl ClusterModel for KMeansModel {
    const KIND: &'static str = "k_means";

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

    fn place(&self, row: &[f64]) -> Placed {
        let mut nearest = [(0, f64::INFINITY); 2];
        for (cluster, centroid) in self.centroids.chunks_exact(self.dimensions).enumerate() {
            // ties go to the lowest number, as everywhere
            let square = exact::distance(row, centroid);
            if square < nearest[0].1 || cluster == 0 {
                nearest = [(cluster, square), nearest[0]];
            } else if square < nearest[1].1 || cluster == 1 {
                nearest[1] = (cluster, square);
            }
        }
        let [first, second] = nearest.map(|(cluster, square)| (cluster, square.sqrt()));
        Placed { cluster: Some(first.0), distance: first.1, second: (self.sizes.len() > 1).then_some(second) }
    }

    fn label_all(&self, points: &Points<'_>) -> Vec<Option<u32>> {
        let centroids = Centroids::new(self.centroids.clone(), self.dimensions);
        match place::place(&Rows::new(points.data(), self.dimensions, None), &centroids, Level::best()) {
            Ok(labels) => labels.into_iter().map(Some).collect(),
            // a number that is not finite, which rows that were checked have not
            Err(_) => (0..points.len()).map(|row| self.place(points.row(row)).cluster.map(|c| c as u32)).collect(),
        }
    }

    fn objective(&self) -> Option<(&'static str, f64)> {
        Some(("inertia", self.inertia))
    }

    fn iterations(&self) -> Option<usize> {
        Some(self.iterations)
    }

    fn converged(&self) -> Option<bool> {
        Some(self.converged)
    }

    fn notes(&self) -> Vec<String> {
        let mut notes = Vec::new();
        let found = self.sizes.len();
        if found < self.asked {
            notes.push(format!("{found} clusters instead of {}: the others would have no rows", self.asked));
        }
        if self.reseeded > 0 {
            let times = if self.reseeded == 1 { "1 time".to_owned() } else { format!("{} times", self.reseeded) };
            notes.push(format!("a cluster lost all its rows and began again at the farthest row, {times}"));
        }
        notes
    }

    fn check(&self) -> Result<()> {
        let clusters = self.sizes.len();
        if clusters == 0 || self.dimensions == 0 {
            return Err(Error::format("no cluster, or clusters of no columns"));
        }
        if Some(self.centroids.len()) != clusters.checked_mul(self.dimensions) {
            return Err(Error::length("centroids", self.centroids.len(), clusters.saturating_mul(self.dimensions)));
        }
        if let Some(number) = self.centroids.iter().find(|number| !number.is_finite()) {
            return Err(Error::not_finite("a centroid", *number));
        }
        if let Some(size) = self.sizes.iter().find(|size| !(size.is_finite() && **size >= 0.0)) {
            return Err(Error::parameter("sizes", "finite numbers of at least 0", size));
        }
        if !(self.inertia.is_finite() && self.inertia >= 0.0) {
            return Err(Error::parameter("inertia", "a finite number of at least 0", self.inertia));
        }
        if self.asked < clusters {
            return Err(Error::parameter("asked", "at least as many as there are clusters", self.asked));
        }
        Ok(())
    }
}
