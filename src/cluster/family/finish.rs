//! The end of methods that learn from a part of the rows: iterations of k-means over all of them.
//!
//! K-means is the fastest way over all rows that there is here, and its last move makes the centers better still.

use crate::error::Result;
use crate::progress::Progress;

use super::super::k_means::{KMeans, KMeansModel, Start};
use super::super::method::{ClusterMethod, ClusterModel, Found};
use super::super::points::Points;
use super::centers::Centers;

/// So many iterations of k-means over all rows from these centers: labels, sizes and inertia are those of all rows, the
/// centers the means of what was nearest before the last.
///
/// O(n k d) an iteration, with the speed of [`KMeans`].
///
/// # Errors
/// If `progress` stops the work.
pub(crate) fn over_all(
    points: &Points<'_>,
    centers: &[f64],
    iterations: usize,
    progress: &Progress<'_>,
) -> Result<Found<KMeansModel>> {
    let start: Vec<Vec<f64>> = centers.chunks_exact(points.dimensions()).map(<[f64]>::to_vec).collect();
    KMeans::new(start.len()).start(Start::Given(start)).iterations(iterations).find(points, progress)
}

/// What a model of k-means says, as centers; its own notes give way to these.
pub(crate) fn centers_of(model: &KMeansModel, notes: Vec<String>) -> Centers {
    Centers {
        dimensions: model.dimensions(),
        centers: model.centroids().iter().copied().collect(),
        sizes: model.sizes().to_vec(),
        objective: model.inertia(),
        iterations: model.iterations(),
        converged: model.converged(),
        notes,
    }
}
