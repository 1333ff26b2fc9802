//! Lloyd's iteration: rows to the nearest centroid, centroids to the mean of their rows, until nothing changes.

use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::exact::{self, Rows, Value};

/// What one start came to.
pub(super) struct Run {
    /// Row after row.
    pub(super) centroids: Vec<f64>,
    pub(super) sizes: Vec<f64>,
    pub(super) labels: Vec<u32>,
    pub(super) inertia: f64,
    pub(super) iterations: usize,
    pub(super) converged: bool,
    pub(super) reseeded: usize,
}

/// Iterates from those centroids.
pub(super) fn run<V: Value>(
    rows: &Rows<'_, V>,
    mut centroids: Vec<f64>,
    iterations: usize,
    tolerance: f64,
    progress: &Progress<'_>,
) -> Result<Run> {
    let d = rows.dimensions;
    let threshold = tolerance * mean_variance(rows);
    let mut labels: Vec<u32> = Vec::new();
    let (mut converged, mut reseeded, mut done) = (false, 0, 0);
    while done < iterations && !converged {
        progress.step("iterations", done as u64, iterations as u64)?;
        done += 1;
        let (mut next, _) = assign(rows, &centroids);
        let unchanged = next == labels;
        let (means, again) = means(rows, &mut next, &centroids);
        reseeded += again;
        let moved: f64 = means.iter().zip(&centroids).map(|(a, b)| (a - b) * (a - b)).sum();
        converged = (unchanged && again == 0) || moved <= threshold;
        (labels, centroids) = (next, means);
    }
    // clusters that could not be filled are left out
    let (_, squares) = assign(rows, &centroids);
    let (found, _) = assign(rows, &centroids);
    let mut sizes = vec![0.0; centroids.len() / d];
    for (row, label) in found.iter().enumerate() {
        sizes[*label as usize] += rows.weight(row);
    }
    let kept: Vec<usize> = (0..sizes.len()).filter(|cluster| sizes[*cluster] > 0.0).collect();
    let centroids: Vec<f64> = kept.iter().flat_map(|c| centroids[c * d..(c + 1) * d].to_vec()).collect();
    let sizes = kept.iter().map(|c| sizes[*c]).collect();
    let (labels, _) = assign(rows, &centroids);
    let inertia = (0..rows.len).map(|row| rows.weight(row) * squares[row]).sum();
    Ok(Run { centroids, sizes, labels, inertia, iterations: done, converged, reseeded })
}

/// The nearest centroid of each row, and its squared distance.
fn assign<V: Value>(rows: &Rows<'_, V>, centroids: &[f64]) -> (Vec<u32>, Vec<f64>) {
    let chunks = parallel::map_chunks(rows.len, 8192, |range| {
        range.map(|row| exact::nearest(rows.row(row), centroids)).map(|(c, s)| (c as u32, s)).collect::<Vec<_>>()
    });
    chunks.into_iter().flatten().unzip()
}

/// The means of the clusters; an empty one begins again at the row that is farthest from its centroid.
fn means<V: Value>(rows: &Rows<'_, V>, labels: &mut [u32], centroids: &[f64]) -> (Vec<f64>, usize) {
    let (d, k) = (rows.dimensions, centroids.len() / rows.dimensions);
    let (mut sums, mut counts) = (vec![0.0; k * d], vec![0.0; k]);
    for (row, label) in labels.iter().enumerate() {
        let (cluster, weight) = (*label as usize, rows.weight(row));
        counts[cluster] += weight;
        for (sum, value) in sums[cluster * d..].iter_mut().zip(rows.row(row)) {
            *sum += weight * value.wide();
        }
    }
    let mut reseeded = 0;
    for cluster in 0..k {
        if counts[cluster] > 0.0 {
            continue;
        }
        let own = |row: usize| &centroids[labels[row] as usize * d..(labels[row] as usize + 1) * d];
        let mut farthest = (0.0, None);
        for row in
            (0..rows.len).filter(|row| rows.weight(*row) > 0.0 && counts[labels[*row] as usize] > rows.weight(*row))
        {
            let square = exact::distance(rows.row(row), own(row));
            if square > farthest.0 {
                farthest = (square, Some(row));
            }
        }
        let Some(row) = farthest.1 else {
            continue;
        };
        reseeded += 1;
        let (from, weight) = (labels[row] as usize, rows.weight(row));
        labels[row] = cluster as u32;
        counts[from] -= weight;
        counts[cluster] += weight;
        for (at, value) in rows.row(row).iter().enumerate() {
            sums[from * d + at] -= weight * value.wide();
            sums[cluster * d + at] += weight * value.wide();
        }
    }
    for cluster in 0..k {
        for at in cluster * d..(cluster + 1) * d {
            sums[at] = if counts[cluster] > 0.0 { sums[at] / counts[cluster] } else { centroids[at] };
        }
    }
    (sums, reseeded)
}

/// The mean of the variances of the columns.
fn mean_variance<V: Value>(rows: &Rows<'_, V>) -> f64 {
    let total: f64 = (0..rows.len).map(|row| rows.weight(row)).sum();
    let column = |at: usize| {
        let of =
            |f: &dyn Fn(f64) -> f64| (0..rows.len).map(|r| rows.weight(r) * f(rows.row(r)[at].wide())).sum::<f64>();
        let mean = of(&|x| x) / total;
        of(&|x| (x - mean) * (x - mean)) / total
    };
    (0..rows.dimensions).map(column).sum::<f64>() / rows.dimensions as f64
}
