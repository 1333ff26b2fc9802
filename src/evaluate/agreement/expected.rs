//! The mutual information that divisions with these sizes share by chance.

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

/// The different sizes, rising, and how many groups have each.
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
mod tests {
    use super::{by_counts, by_moments, expected_information, variance};

    /// The mean over all ways to deal out the rows of the second division, each as likely.
    fn over_all_orders(first: &[u32], second: &mut Vec<u32>, from: usize) -> (f64, f64) {
        if from == second.len() {
            let n = first.len() as f64;
            let count = |of: &[u32], group| of.iter().filter(|g| **g == group).count() as f64;
            let mut shared = 0.0;
            for a in 0..4 {
                for b in 0..4 {
                    let both = first.iter().zip(second.iter()).filter(|(x, y)| (**x, **y) == (a, b)).count() as f64;
                    if both > 0.0 {
                        shared += both / n * (both * n / count(first, a) / count(second, b)).ln();
                    }
                }
            }
            return (shared, 1.0);
        }
        let (mut total, mut ways) = (0.0, 0.0);
        for at in from..second.len() {
            second.swap(from, at);
            let (more, found) = over_all_orders(first, second, from + 1);
            second.swap(from, at);
            total += more;
            ways += found;
        }
        (total, ways)
    }

    #[test]
    fn it_is_the_mean_over_all_permutations() {
        let cases: [(&[u32], &[u32]); 4] = [
            (&[0, 0, 0, 1, 1, 2, 2], &[0, 0, 1, 1, 1, 1, 1]),
            (&[0, 0, 0, 0, 0, 0, 1], &[0, 1, 1, 1, 1, 1, 1]),
            (&[0, 1, 2, 3, 3, 3, 3], &[0, 1, 2, 3, 0, 1, 2]),
            (&[0, 0, 0, 0, 0, 0], &[0, 1, 1, 2, 2, 2]),
        ];
        for (first, second) in cases {
            let sizes = |labels: &[u32]| -> Vec<u64> {
                (0..4).map(|group| labels.iter().filter(|label| **label == group).count() as u64).collect()
            };
            let (total, ways) = over_all_orders(first, &mut second.to_vec(), 0);
            let found = expected_information(&sizes(first), &sizes(second), first.len() as u64);
            assert!((found - total / ways).abs() < 1e-14, "{found} {}", total / ways);
        }
    }

    #[test]
    fn moments_are_the_sum_where_it_is_long() {
        for (a, b, rows) in
            [(1 << 23, 1 << 23, 1 << 24), (1 << 23, 1 << 26, 1 << 27), (5_000_000, 9_000_000, 40_000_000)]
        {
            let spread = variance(a as f64, b as f64, rows as f64);
            assert!(spread > 1e6, "{spread}");
            let (short, long) = (by_moments(a, b, rows, spread), by_counts(a, b, rows, &[]));
            // logarithms are rounded to 1e-15, and are multiplied by counts of millions: the sum is the less exact
            assert!((short / long - 1.0).abs() < 1e-6, "{short} {long}");
        }
    }

    #[test]
    fn many_rows_lose_no_digits() {
        // of two halves: 1 / (2 n) (1 + 1 / n + …), for the expansion of the mean of x ln x
        for rows in [1_u64 << 20, 1 << 30, 1 << 52] {
            let found = expected_information(&[rows / 2, rows / 2], &[rows / 2, rows / 2], rows);
            assert!((found * 2.0 * rows as f64 - 1.0).abs() < 1e-5, "{found}");
        }
    }
}
