//! Where the search for medoids begins.
//!
//! The search ends in a local optimum, so where it begins decides where it ends and how many swaps that takes. BUILD
//! looks at all pairs of rows for each medoid and begins near the end; LAB looks at a sample; random rows cost
//! nothing and need the most swaps, which eager swapping makes cheap (E. Schubert and P. J. Rousseeuw 2021, DOI
//! 10.1016/j.is.2021.101804).
//!
//! Whatever the start, no row is taken twice, and there are never more medoids than rows that differ: that is found before.
//! So a cluster without rows can only come from distances that call two different rows equal.

use crate::cluster::distance::Distances;
use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;

use super::MedoidStart;

/// Candidates in a chunk of work: each line of memory that is read holds distances of eight.
const CHUNK: usize = 64;

/// As many different rows that are not at distance 0 from each other as there are, up to `most`.
/// O(n k). Found before the search, so that no medoid is there twice where other rows could be.
pub(super) fn distinct(distances: &Distances, most: usize) -> usize {
    let mut found: Vec<usize> = Vec::new();
    for row in 0..distances.len() {
        if found.len() == most {
            break;
        }
        if found.iter().all(|other| distances.get(row, *other) > 0.0) {
            found.push(row);
        }
    }
    found.len()
}

/// The first medoids. There are at least `k` rows.
///
/// # Errors
/// If given medoids are not `k`, not different or not rows.
/// What is random is drawn from the stream of this restart. Given medoids may be more than `k` where rows are so few
/// that `k` was made smaller: then the first are taken.
pub(super) fn medoids(
    start: &MedoidStart,
    distances: &Distances,
    weights: Option<&[f64]>,
    k: usize,
    random: &mut Random,
) -> Result<Vec<usize>> {
    match start {
        MedoidStart::Build => Ok(build(distances, weights, k)),
        MedoidStart::Lab => Ok(lab(distances, weights, k, random)),
        MedoidStart::Random => Ok(random.sample(distances.len(), k)),
        MedoidStart::Given(rows) => {
            if rows.len() < k {
                return Err(Error::length("given medoids", rows.len(), k));
            }
            for (at, row) in rows.iter().enumerate() {
                if *row >= distances.len() || rows[..at].contains(row) {
                    return Err(Error::parameter("start", "different numbers of rows", row));
                }
            }
            Ok(rows[..k].to_vec())
        }
    }
}

/// BUILD of Kaufman and Rousseeuw 1990: one medoid after the other, each the row that lowers the loss most; ties by
/// the lowest row.
///
/// O(n² k).
/// All rows are candidates for each medoid, judged in parallel and compared in their order.
pub(super) fn build(distances: &Distances, weights: Option<&[f64]>, k: usize) -> Vec<usize> {
    let len = distances.len();
    let mut nearest = vec![f64::INFINITY; len];
    let mut medoids: Vec<usize> = Vec::with_capacity(k);
    while medoids.len() < k {
        let losses = parallel::map_chunks(len, CHUNK, |rows| {
            let mut panel = vec![0.0; rows.len() * len];
            distances.rows(rows, &mut panel);
            panel.chunks(len).map(|row| loss_with(row, &nearest, weights)).collect::<Vec<_>>()
        });
        let mut best = (f64::INFINITY, usize::MAX);
        for (row, loss) in losses.into_iter().flatten().enumerate() {
            if (loss < best.0 || best.1 == usize::MAX) && !medoids.contains(&row) {
                best = (loss, row);
            }
        }
        let mut row = vec![0.0; len];
        distances.rows(best.1..best.1 + 1, &mut row);
        nearest.iter_mut().zip(&row).for_each(|(nearest, distance)| *nearest = nearest.min(*distance));
        medoids.push(best.1);
    }
    medoids
}

/// The loss if this row became a medoid too: sums in four lanes, that do not wait for each other.
/// Not more than the loss without it: a row stays with its nearest medoid if that is nearer. Rows are added in four
/// sums, whatever the number of threads, so the bits do not depend on it.
fn loss_with(row: &[f64], nearest: &[f64], weights: Option<&[f64]>) -> f64 {
    let mut sums = [0.0; 4];
    for (block, (distances, nearest)) in row.chunks(4).zip(nearest.chunks(4)).enumerate() {
        for (lane, (distance, nearest)) in distances.iter().zip(nearest).enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[block * 4 + lane]);
            sums[lane] += weight * if distance < nearest { *distance } else { *nearest };
        }
    }
    sums.iter().sum()
}

/// LAB of Schubert and Rousseeuw 2021: BUILD where each medoid is the best of a random sample of 10 + √n rows, judged
/// by that sample.
///
/// O(n k).
/// The sample always has a row that is no medoid yet, and so a medoid is found each time; ties go to the lowest row.
fn lab(distances: &Distances, weights: Option<&[f64]>, k: usize, random: &mut Random) -> Vec<usize> {
    let len = distances.len();
    let size = 10 + (len as f64).sqrt().ceil() as usize;
    let mut medoids: Vec<usize> = Vec::with_capacity(k);
    while medoids.len() < k {
        // at most k rows of the sample are medoids already, so that at least one is none
        let sample = random.sample(len, size.max(k + 1));
        let nearest = |row: usize| {
            let to = medoids.iter().map(|medoid| distances.get(row, *medoid));
            to.fold(f64::INFINITY, f64::min)
        };
        let near: Vec<f64> = sample.iter().map(|row| nearest(*row)).collect();
        let mut best = (f64::INFINITY, usize::MAX);
        for candidate in sample.iter().filter(|row| !medoids.contains(row)) {
            let each = sample.iter().zip(&near).map(|(row, near)| {
                let weight = weights.map_or(1.0, |weights| weights[*row]);
                weight * distances.get(*row, *candidate).min(*near)
            });
            let loss: f64 = each.sum();
            if loss < best.0 || (loss == best.0 && *candidate < best.1) {
                best = (loss, *candidate);
            }
        }
        medoids.push(best.1);
    }
    medoids
}
