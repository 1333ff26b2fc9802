use proptest::prelude::*;

use super::dense;
use crate::cluster::density::Tree;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn rows_are_dense_as_a_look_at_all_rows_says(
        rows in prop::collection::vec(prop::collection::vec(0..9_i32, 3), 1..120),
        more in prop::collection::vec(1..4_i32, 120),
        radius in 0..5_i32,
        need in 1..25_i32,
    ) {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
        let data: Vec<f64> = rows.iter().flatten().copied().collect();
        let tree = Tree::new(&data, 3);
        let square = f64::from(radius * radius);
        for even in [true, false] {
            let weight = |row: usize| if even { 1.0 } else { f64::from(more[row]) };
            let mut weights: Vec<f64> = tree.order.iter().map(|row| weight(*row as usize)).collect();
            weights.resize(rows.len() + 16, 0.0);
            let found = dense(&tree, (!even).then_some(&weights[..]), square, f64::from(need));
            for (position, row) in tree.order.iter().enumerate() {
                let near = |other: &Vec<f64>| {
                    other.iter().zip(&rows[*row as usize]).map(|(x, y)| (x - y) * (x - y)).sum::<f64>() <= square
                };
                let sum: f64 = (0..rows.len()).filter(|other| near(&rows[*other])).map(weight).sum();
                prop_assert_eq!(found[position], sum >= f64::from(need));
            }
        }
    }
}
