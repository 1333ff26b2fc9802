//! The mutual information that divisions with these sizes share by chance.
//!
//! The dear part of every figure adjusted for chance: a sum over all pairs of groups and all numbers of rows that they can
//! share. Three things make it cheap: equal sizes are one case, counts far from the likeliest are not looked at, and where
//! there are very many rows two moments say it all.

use crate::math::sum::sum;
use crate::parallel;

/// Logarithms of whole numbers kept at most: 512 kB.
const KEPT: u64 = 65_536;

/// How much less likely a count is than the likeliest where the rest is left out. Beyond it counts become unlikely
/// faster than a geometric series.
const NEGLIGIBLE: f64 = 1e-25;

/// The variance from which on moments are as good as the sum.
const WIDE: f64 = 1e6;

/// The expected mutual information of two divisions of `rows` rows into groups of these sizes, in nats, if the rows were
/// divided at random (N. Vinh, J. Epps and J. Bailey 2010, Journal of Machine Learning Research 11, 2837–2854).
///
/// The rows that two groups of sizes a and b share are hypergeometric. Its probabilities follow from each other by
/// ratios of whole numbers, from the likeliest count outwards until they vanish, and are divided by their own sum: no
/// logarithms of factorials, whose digits are lost where there are many rows. Groups of the same size are one case,
/// however many they are.
///
/// # Cost
/// O(√(a b / n)) up to 20,000 steps for each pair of different sizes, of which there are at most 2 n; in parallel.
pub(super) fn expected_information(first: &[u64], second: &[u64], rows: u64) -> f64 {
    let (first, second) = (distinct(first), distinct(second));
    let largest = |sizes: &[(u64, u64)]| sizes.last().map_or(0, |(size, _)| *size);
    let kept = largest(&first).min(largest(&second)).min(KEPT);
    let logarithms: Vec<f64> = (0..=kept).map(|number| (number as f64).ln()).collect();
    sum(parallel::map(first.len(), |at| {
        let (a, times) = first[at];
        let terms = second.iter().map(|(b, others)| *others as f64 * share(a, *b, rows, &logarithms));
        times as f64 * sum(terms)
    }))
}

/// The different sizes, rising, and how many groups have each. Empty groups share nothing.
///
/// O(k log k).
fn distinct(sizes: &[u64]) -> Vec<(u64, u64)> {
    let mut sizes: Vec<u64> = sizes.iter().copied().filter(|size| *size > 0).collect();
    sizes.sort_unstable();
    sizes.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64)).collect()
}

/// What a group of `a` rows and one of `b` of `rows` are expected to add: the mean of x / n · ln(n x / (a b)) over the
/// hypergeometric x.
fn share(a: u64, b: u64, rows: u64, logarithms: &[f64]) -> f64 {
    let variance = variance(a as f64, b as f64, rows as f64);
    if variance > WIDE { by_moments(a, b, rows, variance) } else { by_counts(a, b, rows, logarithms) }
}

/// How far the rows that two groups share are spread by chance; never more than their mean.
fn variance(a: f64, b: f64, n: f64) -> f64 {
    (a / n) * (b / n) * (n - a) * ((n - b) / (n - 1.0).max(1.0))
}

/// The mean by moments: with x = μ (1 + ε) it is μ / n times that of ε²/2 − ε³/6 + ε⁴/12 − …, in which each power is
/// smaller by the root of the mean. Where the variance is above a million what is left out is below 10⁻¹² of the rest.
fn by_moments(a: u64, b: u64, rows: u64, variance: f64) -> f64 {
    let (a, b, n) = (a as f64, b as f64, rows as f64);
    let mean = a / n * b;
    let third = variance * ((n - 2.0 * a) / n) * ((n - 2.0 * b) / (n - 2.0));
    let square = variance / mean / mean;
    mean / n * (square / 2.0 - third / mean / mean / mean / 6.0 + square * square / 4.0)
}

/// The mean over all counts that are not negligible. O(√variance).
fn by_counts(a: u64, b: u64, rows: u64, logarithms: &[f64]) -> f64 {
    let n = rows as f64;
    let (least, most) = ((a + b).saturating_sub(rows), a.min(b));
    let likeliest = ((u128::from(a) + 1) * (u128::from(b) + 1) / (u128::from(rows) + 2)) as u64;
    let likeliest = likeliest.clamp(least, most);
    let (a, b) = (a as f64, b as f64);
    let scale = (n / a / b).ln();
    let value = |x: u64| match x {
        0 => 0.0,
        _ => x as f64 * (logarithms.get(x as usize).copied().unwrap_or_else(|| (x as f64).ln()) + scale),
    };
    let outside = n - a - b; // may be negative: then x is at least its opposite
    let (mut total, mut weighted) = (1.0, value(likeliest));
    let mut chance = 1.0;
    for x in likeliest..most {
        let at = x as f64;
        chance *= (a - at) * (b - at) / ((at + 1.0) * (outside + at + 1.0));
        if chance < NEGLIGIBLE {
            break;
        }
        total += chance;
        weighted += chance * value(x + 1);
    }
    chance = 1.0;
    for x in (least..likeliest).rev() {
        let at = x as f64;
        chance *= (at + 1.0) * (outside + at + 1.0) / ((a - at) * (b - at));
        if chance < NEGLIGIBLE {
            break;
        }
        total += chance;
        weighted += chance * value(x);
    }
    weighted / total / n
}

#[cfg(test)]
#[path = "expected_tests.rs"]
mod tests;
