//! What an answer is: the squared distance of a row from a centroid, added up column by column in double precision,
//! and the centroid of the lowest number among the nearest.
//!
//! No product is fused with a sum here, so the bits are the same on any processor, and [`place`](super::KMeansModel)
//! finds what the last iteration found. Everything that is faster asks this file where it is not certain.

use crate::cluster::Points;

/// A number of a row: kept in single precision or in double.
pub(super) trait Value: Copy + Send + Sync + 'static {
    /// The same number in double precision.
    fn wide(self) -> f64;
}

impl Value for f64 {
    #[inline(always)]
    fn wide(self) -> f64 {
        self
    }
}

impl Value for f32 {
    #[inline(always)]
    fn wide(self) -> f64 {
        f64::from(self)
    }
}

/// The rows as they came, with their weights.
pub(super) struct Rows<'a, V> {
    /// All numbers, row after row.
    pub(super) data: &'a [V],
    /// How many numbers a row has.
    pub(super) dimensions: usize,
    /// How many rows.
    pub(super) len: usize,
    /// How much each row counts; none is 1 each.
    pub(super) weights: Option<&'a [f64]>,
}

impl<'a, V: Value> Rows<'a, V> {
    /// Rows of that many numbers.
    pub(super) fn new(data: &'a [V], dimensions: usize, weights: Option<&'a [f64]>) -> Self {
        Rows { data, dimensions, len: data.len() / dimensions.max(1), weights }
    }

    /// The numbers of a row.
    #[inline(always)]
    pub(super) fn row(&self, row: usize) -> &'a [V] {
        &self.data[row * self.dimensions..(row + 1) * self.dimensions]
    }

    /// How much a row counts.
    #[inline(always)]
    pub(super) fn weight(&self, row: usize) -> f64 {
        match self.weights {
            Some(weights) => weights[row],
            None => 1.0,
        }
    }
}

impl<'a> From<&'a Points<'_>> for Rows<'a, f64> {
    fn from(points: &'a Points<'_>) -> Self {
        Rows::new(points.data(), points.dimensions(), points.row_weights())
    }
}

/// The squared distance of a row from a centroid.
#[inline(always)]
pub(super) fn distance<V: Value>(row: &[V], centroid: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (x, c) in row.iter().zip(centroid) {
        let difference = x.wide() - c;
        sum += difference * difference;
    }
    sum
}

/// The nearest centroid and its squared distance; the lowest number among equals.
#[inline(always)]
pub(super) fn nearest<V: Value>(row: &[V], centroids: &[f64]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (cluster, centroid) in centroids.chunks_exact(row.len()).enumerate() {
        let square = distance(row, centroid);
        if square < best.1 {
            best = (cluster, square);
        }
    }
    best
}
