//! What is expected by chance, beside all orders of rows.

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
    for (a, b, rows) in [(1 << 23, 1 << 23, 1 << 24), (1 << 23, 1 << 26, 1 << 27), (5_000_000, 15_000_000, 40_000_000)]
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
