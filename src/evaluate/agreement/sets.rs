//! Figures of groups as sets: how much of each is in the most similar one of the other division.
//!
//! Not one to one: a large group may be the most similar for several, unlike in a matching. Sums of whole numbers.

use super::contingency::Contingency;

/// How many rows of each group are in the one of the other division that has most of them, in sum; whole numbers.
///
/// The first number is over the groups of the first division, the second over those of the second. O(cells).
fn most(table: &Contingency) -> (u64, u64) {
    let mut first = vec![0; table.first_sizes().len()];
    let mut second = vec![0; table.second_sizes().len()];
    for (a, b, count) in table.cells() {
        first[a] = count.max(first[a]);
        second[b] = count.max(second[b]);
    }
    (first.iter().sum(), second.iter().sum())
}

/// What a majority says of each group of the second is right for so many.
///
/// The share of rows whose group of the second division is mostly of their group of the first.
pub(super) fn purity(table: &Contingency) -> f64 {
    most(table).1 as f64 / table.rows() as f64
}

/// The share of rows whose group of the first division is mostly in their group of the second.
pub(super) fn inverse_purity(table: &Contingency) -> f64 {
    most(table).0 as f64 / table.rows() as f64
}

/// The part of rows that would have to move, by both purities.
pub(super) fn van_dongen(table: &Contingency) -> f64 {
    let (first, second) = most(table);
    (2 * table.rows() - first - second) as f64 / (2 * table.rows()) as f64
}

/// Each group of the first beside the most similar of the second, by the harmonic mean of both shares of the overlap;
/// the mean over the rows of the first. O(cells).
pub(super) fn f_measure(table: &Contingency) -> f64 {
    let (first, second) = (table.first_sizes(), table.second_sizes());
    let mut best = vec![0.0_f64; first.len()];
    for (a, b, count) in table.cells() {
        best[a] = best[a].max(2.0 * count as f64 / (first[a] + second[b]) as f64);
    }
    let total: f64 = best.iter().zip(first).map(|(best, size)| best * *size as f64).sum();
    total / table.rows() as f64
}
