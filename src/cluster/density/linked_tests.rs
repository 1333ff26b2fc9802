use proptest::prelude::*;

use super::{Joined, components};
use crate::cluster::density::Tree;

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn rows_are_joined_as_by_a_look_at_all_pairs(
        rows in prop::collection::vec(prop::collection::vec(0..30_i32, 2), 1..150),
        radius in 0..9_i32,
    ) {
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter().map(|x| f64::from(*x)).collect()).collect();
        let data: Vec<f64> = rows.iter().flatten().copied().collect();
        let tree = Tree::new(&data, 2);
        let square = f64::from(radius * radius);
        let found = components(&tree, square);
        let mut joined = Joined::new(rows.len());
        for a in 0..rows.len() {
            for b in 0..a {
                let (x, y) = (&rows[tree.order[a] as usize], &rows[tree.order[b] as usize]);
                if x.iter().zip(y).map(|(x, y)| (x - y) * (x - y)).sum::<f64>() <= square {
                    joined.join(a as u32, b as u32);
                }
            }
        }
        let naive: Vec<u32> = (0..rows.len() as u32).map(|one| joined.find(one)).collect();
        prop_assert_eq!(found, naive);
    }
}
