use proptest::prelude::*;

use super::{core_distance, core_distances};
use crate::cluster::density::Tree;

/// All squared distances, sorted; the first at which the weight is enough.
fn naive(rows: &[Vec<f64>], weights: &[f64], need: f64, row: &[f64]) -> f64 {
    let square = |other: &Vec<f64>| other.iter().zip(row).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
    let mut all: Vec<(f64, f64)> = rows.iter().map(square).zip(weights.iter().copied()).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut weight = 0.0;
    for (square, more) in all {
        weight += more;
        if weight >= need {
            return square;
        }
    }
    f64::INFINITY
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn core_distances_are_those_of_a_look_at_all_rows(
        rows in prop::collection::vec(prop::collection::vec(0..6_i32, 2), 1..90),
        more in prop::collection::vec(1..4_i32, 90),
        need in 1..30_usize,
        spread in 0.1..3.0_f64,
    ) {
        // whole numbers: duplicates and ties are the rule
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x) * spread).collect()).collect();
        let data: Vec<f64> = rows.iter().flatten().copied().collect();
        let tree = Tree::new(&data, 2);
        for even in [true, false] {
            let weights: Vec<f64> = more[..rows.len()].iter().map(|w| if even { 1.0 } else { f64::from(*w) }).collect();
            let mut by_position: Vec<f64> = tree.order.iter().map(|row| weights[*row as usize]).collect();
            by_position.resize(rows.len() + 16, 0.0);
            let given = (!even).then_some(&by_position[..]);
            let found = core_distances(&tree, given, need as f64);
            for (position, row) in tree.order.iter().enumerate() {
                prop_assert_eq!(found[position], naive(&rows, &weights, need as f64, &rows[*row as usize]));
            }
            let stranger = [1.3, -0.7];
            let by_hand = naive(&rows, &weights, need as f64, &stranger);
            prop_assert_eq!(core_distance(&tree, given, need as f64, &stranger), by_hand);
        }
    }
}
