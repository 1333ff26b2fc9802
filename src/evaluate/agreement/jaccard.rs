//! The most similar group of the other division for each group: not one to one.

use super::contingency::Contingency;

/// For each group of the first division the group of the second with the highest Jaccard index, and that index.
///
/// The Jaccard index of two groups is the share of the rows that are in both among those that are in either. A group of
/// the second may be the best for several of the first, as in the stability of single clusters (C. Hennig 2007,
/// Cluster-wise assessment of cluster stability, DOI 10.1016/j.csda.2006.11.025). The lowest number of equals; shares
/// are compared as whole numbers. A group without a row in the table has group 0 and index 0.
///
/// Rows that are in none in one division are not in the table, so they are in neither union;
/// [`Partition::none_as_group`](crate::evaluate::Partition::none_as_group) keeps them.
///
/// ```
/// use segmentry::evaluate::{Contingency, Partition, best_jaccard};
///
/// let known = Partition::of([0, 0, 0, 1, 1, 1])?;
/// let found = Partition::of([0, 0, 1, 1, 1, 1])?;
/// let best = best_jaccard(&Contingency::new(&known, &found)?);
/// assert_eq!(best, [(0, 2.0 / 3.0), (1, 3.0 / 4.0)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(cells).
pub fn best_jaccard(table: &Contingency) -> Vec<(usize, f64)> {
    let (first, second) = (table.first_sizes(), table.second_sizes());
    let mut best = vec![(0, 0_u64, 1_u64); first.len()]; // the group, rows in both, rows in either
    for (a, b, both) in table.cells() {
        let either = first[a] + second[b] - both;
        let (_, most, of) = best[a];
        if u128::from(both) * u128::from(of) > u128::from(most) * u128::from(either) {
            best[a] = (b, both, either);
        }
    }
    best.into_iter().map(|(group, both, either)| (group, both as f64 / either as f64)).collect()
}
