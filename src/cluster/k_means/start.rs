//! Where the centroids are at first.

use crate::math::random::Random;

use super::choices::Start;
use super::exact::{self, Rows, Value};

/// The first centroids, row after row; fewer than `k` if there are not as many different rows that count.
pub(super) fn centroids<V: Value>(start: &Start, rows: &Rows<'_, V>, k: usize, seed: u64, stream: u64) -> Vec<f64> {
    let mut random = Random::new(seed, stream);
    match start {
        Start::Given(given) => given.concat(),
        Start::Random => distinct(rows, k, &mut random),
        Start::PlusPlus | Start::Parallel => plus_plus(rows, k, &mut random),
    }
}

fn wide<V: Value>(row: &[V]) -> impl Iterator<Item = f64> {
    row.iter().map(|value| value.wide())
}

/// Rows in random order, the first `k` that differ.
fn distinct<V: Value>(rows: &Rows<'_, V>, k: usize, random: &mut Random) -> Vec<f64> {
    let mut chosen: Vec<f64> = Vec::new();
    for row in random.sample(rows.len, rows.len) {
        if rows.weight(row) > 0.0 && (chosen.is_empty() || exact::nearest(rows.row(row), &chosen).1 > 0.0) {
            chosen.extend(wide(rows.row(row)));
            if chosen.len() == k * rows.dimensions {
                break;
            }
        }
    }
    chosen
}

/// Greedy k-means++.
fn plus_plus<V: Value>(rows: &Rows<'_, V>, k: usize, random: &mut Random) -> Vec<f64> {
    let weights: Vec<f64> = (0..rows.len).map(|row| rows.weight(row)).collect();
    let first = random.weighted(&weights, weights.iter().sum());
    let mut chosen: Vec<f64> = wide(rows.row(first)).collect();
    let trials = 2 + (k as f64).ln() as usize;
    let mut squares: Vec<f64> =
        (0..rows.len).map(|row| weights[row] * exact::distance(rows.row(row), &chosen)).collect();
    while chosen.len() < k * rows.dimensions {
        let total: f64 = squares.iter().sum();
        if total <= 0.0 {
            break;
        }
        let mut best: Option<(f64, usize, Vec<f64>)> = None;
        for _ in 0..trials {
            let candidate = random.weighted(&squares, total);
            let centroid: Vec<f64> = wide(rows.row(candidate)).collect();
            let less: Vec<f64> = (0..rows.len)
                .map(|row| squares[row].min(weights[row] * exact::distance(rows.row(row), &centroid)))
                .collect();
            let left: f64 = less.iter().sum();
            if best.as_ref().is_none_or(|best| left < best.0) {
                best = Some((left, candidate, less));
            }
        }
        let Some((_, candidate, less)) = best else { break };
        chosen.extend(wide(rows.row(candidate)));
        squares = less;
    }
    chosen
}
