//! The order in which clusters are numbered: so that two runs that find the same say the same.

/// New numbers of clusters, by old number: the heaviest is 0; among equals the one whose representative is the smaller,
/// number by number, and then the one that came first.
///
/// `centers` holds the representatives row after row.
pub(crate) fn order(sizes: &[f64], centers: &[f64]) -> Vec<usize> {
    let width = centers.len() / sizes.len().max(1);
    let center = |cluster: usize| &centers[cluster * width..(cluster + 1) * width];
    let mut by_rank: Vec<usize> = (0..sizes.len()).collect();
    by_rank.sort_by(|a, b| {
        sizes[*b].total_cmp(&sizes[*a]).then_with(|| {
            let unequal = center(*a).iter().zip(center(*b)).map(|(x, y)| x.total_cmp(y)).find(|order| order.is_ne());
            unequal.unwrap_or(a.cmp(b))
        })
    });
    let mut numbers = vec![0; sizes.len()];
    for (rank, cluster) in by_rank.into_iter().enumerate() {
        numbers[cluster] = rank;
    }
    numbers
}

/// The values in the new order, `width` for each cluster.
pub(crate) fn reordered<T: Clone>(numbers: &[usize], values: &[T], width: usize) -> Vec<T> {
    let mut out = values.to_vec();
    for (old, new) in numbers.iter().enumerate() {
        out[new * width..(new + 1) * width].clone_from_slice(&values[old * width..(old + 1) * width]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{order, reordered};

    #[test]
    fn the_heaviest_is_first_and_equals_go_by_their_centers() {
        let numbers = order(&[2.0, 5.0, 2.0], &[9.0, 1.0, 0.0, 0.0, 9.0, 0.5]);
        assert_eq!(numbers, [2, 0, 1]);
        assert_eq!(reordered(&numbers, &["a", "b", "c"], 1), ["b", "c", "a"]);
    }
}
