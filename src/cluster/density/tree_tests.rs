use proptest::prelude::*;

use super::{LEAF, Tree, lower};

#[test]
fn a_lower_half_is_full_leaves_and_leaves_something_over() {
    for len in LEAF + 1..2_000 {
        assert!(lower(len).is_multiple_of(LEAF) && lower(len) < len, "{len}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]
    #[test]
    fn boxes_bound_their_rows_to_the_last_bit(
        rows in prop::collection::vec(prop::collection::vec(-3.0..3.0_f64, 3), 1..120),
        query in prop::collection::vec(-5.0..5.0_f64, 3),
    ) {
        let data: Vec<f64> = rows.iter().flatten().copied().collect();
        let tree = Tree::new(&data, 3);
        let mut seen: Vec<u32> = tree.order.clone();
        seen.sort_unstable();
        prop_assert!(seen.iter().copied().eq(0..rows.len() as u32));
        let square = |row: &[f64]| row.iter().zip(&query).fold(0.0, |sum, (x, q)| sum + (x - q) * (x - q));
        for (at, node) in tree.nodes.iter().enumerate() {
            for position in node.positions() {
                let row = &rows[tree.order[position] as usize];
                prop_assert!(tree.nearest(at, &query) <= square(row));
                if node.is_leaf() {
                    let found = tree.squares(node.start as usize, &query)[position - node.start as usize];
                    prop_assert_eq!(found, square(row));
                }
            }
        }
    }
}
