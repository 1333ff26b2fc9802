//! One distance for each pair of rows, and the algorithms that need all of them.
//!
//! Pairs are in the order (0, 1), (0, 2) … (0, n - 1), (1, 2) …, as scipy's `pdist` gives them: half of the square, and
//! without its diagonal. A merged cluster takes the place of the part of the higher number; the distances of the other
//! part are never looked at again, so nothing is ever moved.
//!
//! Three algorithms, by linkage. [`chain`] follows nearest neighbours where merging never brings clusters nearer;
//! [`nearest_pairs`] by a search among lower bounds where it may, with centroid and median linkage; a
//! [`spanning_tree`] for single linkage, which needs each distance but once.
//!
//! # Rounding
//! Distances after a merge are computed from those before it, so errors add up along the tree; they stay small, as each
//! update is a mean or a difference of positive numbers of like size. A squared distance that comes out below 0 is 0.
//! With linkages whose heights never fall, a merge that comes out lower than those of its parts gets the height of the
//! higher part.
//!
//! # Why not the whole square
//! Twice the memory would make each row of distances one stretch. Half of it limits how many rows a machine can take, and
//! that is the limit people meet first.
//!
//! Of equally near pairs the first in the order of rows is taken where an algorithm is free to choose.

use super::dendrogram::Step;
use super::linkage::Linkage;
use crate::cluster::Points;
use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

/// Where the distance of a pair stands among those of so many rows; the two differ, in either order.
pub(super) fn index(rows: usize, a: usize, b: usize) -> usize {
    let (low, high) = (a.min(b), a.max(b));
    low * rows - low * (low + 1) / 2 + high - low - 1
}

/// Where the distances of a row to rows of higher numbers begin, less by the row and one: add the higher number.
///
/// May be below 0, so it is to be added with wrapping.
fn base(rows: usize, low: usize) -> usize {
    (low * rows - low * (low + 1) / 2).wrapping_sub(low + 1)
}

/// Calls `visit` with each of these rows, which ascend, and where its distance from `row` stands; without `row` itself.
///
/// Rows of lower numbers have theirs far apart in memory, those of higher numbers in one stretch.
#[inline(always)]
fn each_pair(rows: usize, row: usize, others: &[usize], mut visit: impl FnMut(usize, usize)) {
    let own = others.partition_point(|other| *other < row);
    for other in &others[..own] {
        visit(*other, base(rows, *other).wrapping_add(row));
    }
    let start = base(rows, row);
    for other in others[own..].iter().filter(|other| **other != row) {
        visit(*other, start.wrapping_add(*other));
    }
}

/// How many rows have that many pairs; `None` if no number has. One row has none.
pub(super) fn rows_of(pairs: usize) -> Option<usize> {
    let rows = ((1.0 + (1.0 + 8.0 * pairs as f64).sqrt()) / 2.0).round() as usize;
    (rows.checked_mul(rows.saturating_sub(1))? / 2 == pairs).then_some(rows)
}

/// The squared Euclidean distance, added up column by column.
pub(super) fn squared(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

/// The Euclidean distances of all pairs, in parallel; squared if the linkage works with squares.
///
/// O(n²d) time and 4 n² bytes: the caller asks whether that may be.
pub(super) fn distances(points: &Points<'_>, squares: bool) -> Vec<f64> {
    let n = points.len();
    let mut out = vec![0.0; n * (n - 1) / 2];
    let mut rest = out.as_mut_slice();
    let mut rows = Vec::with_capacity(n);
    for row in 0..n {
        let (own, others) = rest.split_at_mut(n - 1 - row);
        rows.push((row, own));
        rest = others;
    }
    parallel::map_items(rows, |(row, own)| {
        for (other, out) in (row + 1..n).zip(own) {
            let square = squared(points.row(row), points.row(other));
            *out = if squares { square } else { square.sqrt() };
        }
    });
    out
}

/// All merges by following nearest neighbours until two are each other's (F. Murtagh 1983, DOI 10.1093/comjnl/26.4.354;
/// D. Müllner 2011, arXiv:1109.2378, figure 3), for linkages that never bring clusters nearer.
///
/// From a cluster to its nearest, from there to the nearest of that: distances fall along the way, so it ends, with two
/// that are each other's nearest. They are nearest as well in the tree of the definition, whatever merges there before
/// them. What is left of the way is still one, and the next search goes on from there.
///
/// O(n²) time. Heights are those of the distances as they are kept. No merge is lower than those of its parts.
///
/// # Errors
/// If `progress` stops the work.
pub(super) fn chain(
    linkage: Linkage,
    distances: &mut [f64],
    sizes: &[f64],
    progress: &Progress<'_>,
) -> Result<Vec<Step>> {
    let n = sizes.len();
    let mut sizes = sizes.to_vec();
    let mut active: Vec<usize> = (0..n).collect();
    let mut heights = vec![0.0_f64; n];
    let mut steps = Vec::with_capacity(n.saturating_sub(1));
    let mut path: Vec<usize> = Vec::with_capacity(n);
    while active.len() > 1 {
        if steps.len() % 1024 == 0 {
            progress.step("merges", steps.len() as u64, n as u64 - 1)?;
        }
        let start = active[0];
        let mut tip = *path.last().unwrap_or(&start);
        if path.is_empty() {
            path.push(tip);
        }
        loop {
            // the one before is kept unless another is nearer: paths never turn in circles
            let before = path.len().checked_sub(2).map(|at| path[at]);
            let mut nearest = before.map_or((usize::MAX, f64::INFINITY), |b| (b, distances[index(n, tip, b)]));
            each_pair(n, tip, &active, |other, at| {
                if distances[at] < nearest.1 || nearest.0 == usize::MAX {
                    nearest = (other, distances[at]);
                }
            });
            if Some(nearest.0) == before {
                let (a, b) = (tip.min(nearest.0), tip.max(nearest.0));
                path.truncate(path.len() - 2);
                // rounding must not put a parent below its children
                let height = nearest.1.max(heights[a]).max(heights[b]);
                steps.push(Step { a, b, height });
                active.retain(|slot| *slot != a);
                for other in active.iter().filter(|other| **other != b) {
                    let (at, to) = (distances[index(n, a, *other)], index(n, b, *other));
                    let merged = [sizes[a], sizes[b], sizes[*other]];
                    distances[to] = linkage.update(at, distances[to], nearest.1, merged);
                }
                sizes[b] += sizes[a];
                heights[b] = height;
                break;
            }
            // where rounding leads back to the path, it goes on from there
            match path.iter().position(|slot| *slot == nearest.0) {
                Some(known) => path.truncate(known + 1),
                None => path.push(nearest.0),
            }
            tip = nearest.0;
        }
    }
    Ok(steps)
}

/// All merges, the nearest two clusters each time, for any linkage (D. Müllner 2011, arXiv:1109.2378, figure 4, with a
/// plain search for the nearest pair in place of a queue).
///
/// For each cluster a candidate is kept, the nearest of a higher number, and a bound that no distance to those is below.
/// The cluster of the lowest bound is looked at; if its distance is as low as that, the pair is the nearest of all, else
/// the bound rises. A merge lowers bounds where it brings clusters nearer and lets all others be.
///
/// O(n²) time as a rule, O(n³) at worst. Heights are in the order of merges, which may fall.
///
/// # Errors
/// If `progress` stops the work.
pub(super) fn nearest_pairs(
    linkage: Linkage,
    distances: &mut [f64],
    sizes: &[f64],
    progress: &Progress<'_>,
) -> Result<Vec<Step>> {
    let n = sizes.len();
    let mut sizes = sizes.to_vec();
    let mut active: Vec<usize> = (0..n).collect();
    // for each cluster the nearest one of a higher number, and what its distance is at least
    let mut nearest: Vec<(usize, f64)> =
        (0..n).map(|row| nearest_above(distances, n, row, &active[row + 1..])).collect();
    let mut steps = Vec::with_capacity(n.saturating_sub(1));
    while active.len() > 1 {
        if steps.len() % 1024 == 0 {
            progress.step("merges", steps.len() as u64, n as u64 - 1)?;
        }
        let (a, b, between) = loop {
            let mut best = (0, f64::INFINITY);
            for (at, row) in active[..active.len() - 1].iter().enumerate() {
                if nearest[*row].1 < best.1 || at == 0 {
                    best = (at, nearest[*row].1);
                }
            }
            let row = active[best.0];
            let found = nearest_above(distances, n, row, &active[best.0 + 1..]);
            if found.1 <= best.1 {
                break (row, found.0, found.1);
            }
            nearest[row] = found; // the bound was too low: there is another candidate now
        };
        steps.push(Step { a, b, height: between });
        active.retain(|slot| *slot != a);
        let place = active.partition_point(|slot| *slot < b);
        for other in active.iter().filter(|other| **other != b) {
            let (at, to) = (distances[index(n, a, *other)], index(n, b, *other));
            let merged = [sizes[a], sizes[b], sizes[*other]];
            distances[to] = linkage.update(at, distances[to], between, merged);
        }
        sizes[b] += sizes[a];
        for other in &active[..place] {
            let distance = distances[index(n, *other, b)];
            if distance < nearest[*other].1 {
                nearest[*other] = (b, distance);
            }
        }
        nearest[b] = nearest_above(distances, n, b, &active[place + 1..]);
    }
    Ok(steps)
}

/// The nearest of these clusters, all of higher numbers, the first of equals; infinitely far if there is none.
fn nearest_above(distances: &[f64], n: usize, row: usize, others: &[usize]) -> (usize, f64) {
    let mut nearest = (usize::MAX, f64::INFINITY);
    for other in others {
        let distance = distances[index(n, row, *other)];
        if distance < nearest.1 || nearest.0 == usize::MAX {
            nearest = (*other, distance);
        }
    }
    nearest
}

/// The edges of a least spanning tree, as single linkage needs them (R. Prim 1957,
/// DOI 10.1002/j.1538-7305.1957.tb01515.x): from one row to the nearest that is not yet reached, again and again.
///
/// Sorted by length, the edges are the merges of single linkage (J. Gower and G. Ross 1969, DOI 10.2307/2346439).
///
/// O(n) memory; `between` is asked n²/2 times.
///
/// # Errors
/// If `progress` stops the work.
pub(super) fn spanning_tree(
    n: usize,
    between: impl Fn(usize, usize) -> f64,
    progress: &Progress<'_>,
) -> Result<Vec<Step>> {
    let mut steps = Vec::with_capacity(n.saturating_sub(1));
    // not yet reached: the row, the nearest reached one, and their distance
    let mut left: Vec<(usize, usize, f64)> = (1..n).map(|row| (row, 0, f64::INFINITY)).collect();
    let mut last = 0;
    while !left.is_empty() {
        if steps.len() % 1024 == 0 {
            progress.step("merges", steps.len() as u64, n as u64 - 1)?;
        }
        let mut best = 0;
        for at in 0..left.len() {
            let distance = between(last, left[at].0);
            if distance < left[at].2 {
                left[at].1 = last;
                left[at].2 = distance;
            }
            if left[at].2 < left[best].2 {
                best = at;
            }
        }
        let (row, from, height) = left.remove(best);
        steps.push(Step { a: from, b: row, height });
        last = row;
    }
    Ok(steps)
}
