use proptest::prelude::*;

use super::spanning_tree;
use crate::cluster::density::{Tree, core_distances};
use crate::progress::Progress;

/// The lengths of a shortest tree by looking at all pairs (R. C. Prim 1957).
fn prim(data: &[f64], columns: usize, cores: &[f64]) -> Vec<f64> {
    let row = |at: usize| &data[at * columns..(at + 1) * columns];
    let mut open: Vec<usize> = (1..cores.len()).collect();
    let mut to = vec![f64::INFINITY; cores.len()];
    let (mut last, mut lengths) = (0, Vec::new());
    while !open.is_empty() {
        for at in &open {
            let square = row(*at).iter().zip(row(last)).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
            to[*at] = to[*at].min(square.max(cores[*at]).max(cores[last]));
        }
        let best = (0..open.len()).min_by(|a, b| to[open[*a]].total_cmp(&to[open[*b]])).unwrap();
        last = open.swap_remove(best);
        lengths.push(to[last]);
    }
    lengths.sort_by(f64::total_cmp);
    lengths
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn the_tree_is_as_short_as_that_of_prim(
        rows in prop::collection::vec(prop::collection::vec(0..40_i32, 3), 2..200),
        need in 1..12_usize,
        step in prop::sample::select(vec![1.0, 0.1, 7.3]),
    ) {
        let data: Vec<f64> = rows.iter().flatten().map(|x| f64::from(*x) * step).collect();
        let tree = Tree::new(&data, 3);
        prop_assume!(need <= rows.len());
        let cores = core_distances(&tree, None, need as f64);
        let mut by_row = vec![0.0; rows.len()];
        tree.order.iter().zip(&cores).for_each(|(row, core)| by_row[*row as usize] = *core);
        let edges = spanning_tree(&tree, cores, &Progress::none()).unwrap();
        let mut lengths: Vec<f64> = edges.iter().map(|edge| edge.square).collect();
        lengths.sort_by(f64::total_cmp);
        prop_assert_eq!(lengths, prim(&data, 3, &by_row));
    }
}

/// Rows in several chunks and waves, in clumps and between, with many equal distances.
#[test]
fn a_larger_tree_is_as_short_as_that_of_prim() {
    let mut random = crate::math::random::Random::new(3, 0);
    let data: Vec<f64> = (0..2_500)
        .flat_map(|row| {
            let center = if row % 9 == 0 { random.uniform() * 60.0 } else { f64::from(row % 7) * 9.0 };
            [(); 3].map(|()| (center + 3.0 * random.normal()).round() * 0.5)
        })
        .collect();
    let rows = data.len() / 3;
    let tree = Tree::new(&data, 3);
    let cores = core_distances(&tree, None, 4.0);
    let mut by_row = vec![0.0; rows];
    tree.order.iter().zip(&cores).for_each(|(row, core)| by_row[*row as usize] = *core);
    let edges = spanning_tree(&tree, cores, &Progress::none()).unwrap();
    let mut lengths: Vec<f64> = edges.iter().map(|edge| edge.square).collect();
    lengths.sort_by(f64::total_cmp);
    assert_eq!(lengths, prim(&data, 3, &by_row));
}
