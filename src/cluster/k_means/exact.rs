//! What an answer is: the squared distance of a row from a centroid, added up column by column in double precision,
//! and the centroid of the lowest number among the nearest.
//!
//! No product is fused with a sum here, so the bits are the same on any processor, and [`place`](super::KMeansModel)
//! finds what the last iteration found. Everything that is faster asks this file where it is not certain.

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

    /// How much a row counts on average.
    pub(super) fn mean_weight(&self) -> f64 {
        self.weights.map_or(1.0, |weights| weights.iter().sum::<f64>() / self.len as f64)
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

/// How many centroids are compared with a row at once.
const AT_ONCE: usize = 8;

/// Centroids, as they are and laid out for a row to be compared with several at once.
#[derive(Clone)]
pub(super) struct Centroids {
    /// How many.
    pub(super) clusters: usize,
    /// How many numbers each has.
    pub(super) dimensions: usize,
    /// Row after row.
    pub(super) rows: Vec<f64>,
    /// Eight at a time, column by column; what fills up the last eight is infinitely far.
    tiles: Vec<f64>,
}

/// The nearest centroid of a row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Nearest {
    /// Which: the lowest number among the nearest.
    pub(super) cluster: usize,
    /// Its squared distance.
    pub(super) square: f64,
    /// Whether another is as near.
    pub(super) tied: bool,
}

impl Centroids {
    /// These rows.
    pub(super) fn new(rows: Vec<f64>, dimensions: usize) -> Self {
        let clusters = rows.len() / dimensions.max(1);
        let mut tiles = vec![f64::INFINITY; clusters.next_multiple_of(AT_ONCE) * dimensions];
        for (cluster, row) in rows.chunks_exact(dimensions).enumerate() {
            let tile = cluster / AT_ONCE * AT_ONCE * dimensions;
            for (column, value) in row.iter().enumerate() {
                tiles[tile + column * AT_ONCE + cluster % AT_ONCE] = *value;
            }
        }
        Centroids { clusters, dimensions, rows, tiles }
    }

    /// The numbers of a centroid.
    #[inline(always)]
    pub(super) fn row(&self, cluster: usize) -> &[f64] {
        &self.rows[cluster * self.dimensions..(cluster + 1) * self.dimensions]
    }

    /// The nearest centroid: the same bits as [`distance`] to each.
    #[inline(always)]
    pub(super) fn nearest<V: Value>(&self, row: &[V]) -> Nearest {
        let mut best = Nearest { cluster: 0, square: f64::INFINITY, tied: false };
        for (tile, columns) in self.tiles.chunks_exact(AT_ONCE * self.dimensions).enumerate() {
            let mut sums = [0.0_f64; AT_ONCE];
            for (x, values) in row.iter().zip(columns.chunks_exact(AT_ONCE)) {
                let x = x.wide();
                for (sum, value) in sums.iter_mut().zip(values) {
                    let difference = x - value;
                    *sum += difference * difference;
                }
            }
            for (at, square) in sums.into_iter().enumerate() {
                if square < best.square {
                    best = Nearest { cluster: tile * AT_ONCE + at, square, tied: false };
                } else if square == best.square && square < f64::INFINITY {
                    best.tied = true;
                }
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::{Centroids, Nearest, distance};

    #[test]
    fn several_at_once_are_as_one_after_another() {
        let mut random = crate::math::random::Random::new(1, 1);
        for (clusters, dimensions) in [(1, 1), (3, 2), (8, 5), (17, 3), (40, 33)] {
            let rows: Vec<f64> = (0..clusters * dimensions).map(|_| random.normal()).collect();
            let centroids = Centroids::new(rows, dimensions);
            for _ in 0..50 {
                let row: Vec<f64> = (0..dimensions).map(|_| random.normal()).collect();
                let squares: Vec<f64> = (0..clusters).map(|cluster| distance(&row, centroids.row(cluster))).collect();
                let square = squares.iter().copied().fold(f64::INFINITY, f64::min);
                let cluster = squares.iter().position(|other| *other == square).unwrap();
                assert_eq!(centroids.nearest(&row), Nearest { cluster, square, tied: false });
            }
        }
    }

    #[test]
    fn the_lowest_of_equals_is_nearest_and_told_to_be_tied() {
        let centroids = Centroids::new(vec![9.0, 2.0, 0.0, 2.0], 1);
        assert_eq!(centroids.nearest(&[1.0]), Nearest { cluster: 1, square: 1.0, tied: true });
        assert_eq!(centroids.nearest(&[0.5_f32]), Nearest { cluster: 2, square: 0.25, tied: false });
    }
}
