use proptest::prelude::*;

use super::{NO_GROUP, Reach};
use crate::cluster::density::{NOBODY, Tree};

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn the_nearest_is_that_of_a_look_at_all_rows(
        rows in prop::collection::vec((prop::collection::vec(0..7_i32, 2), 0..4_u32, 0..6_i32), 1..100),
        query in prop::collection::vec(-2..9_i32, 2),
        own in 0..8_i32,
    ) {
        let data: Vec<f64> = rows.iter().flat_map(|row| row.0.iter().map(|x| f64::from(*x))).collect();
        let query: Vec<f64> = query.iter().map(|x| f64::from(*x)).collect();
        let tree = Tree::new(&data, 2);
        let group = |row: usize| if rows[row].1 == 3 { NOBODY } else { rows[row].1 };
        let at = |row: &u32| *row as usize;
        let cores: Vec<f64> = tree.order.iter().map(|row| f64::from(rows[at(row)].2)).collect();
        let reach = Reach::new(&tree, cores, tree.order.iter().map(|row| group(at(row))).collect());
        let own = f64::from(own);
        for not in [NO_GROUP, 0, 1, 2] {
            let all = (0..rows.len()).filter(|row| group(*row) != NOBODY && group(*row) != not);
            let cost = |row: usize| {
                let numbers = data[2 * row..2 * row + 2].iter().zip(&query);
                let square = numbers.fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
                (f64::max(square, f64::from(rows[row].2)).max(own), square, row as u32)
            };
            let naive = all.map(cost).min_by(|a, b| a.partial_cmp(b).unwrap());
            let found = reach.nearest(&tree, &query, own, not, f64::INFINITY);
            let naive = naive.unwrap_or((f64::INFINITY, f64::INFINITY, NOBODY));
            prop_assert_eq!((found.cost, found.square, found.row), naive);
            let members = (0..rows.len()).filter(|row| group(*row) == 1);
            let naive = members.map(|row| {
                let square = data[2 * row..2 * row + 2].iter().zip(&query).map(|(x, y)| (x - y) * (x - y)).sum::<f64>();
                square.max(f64::from(rows[row].2))
            });
            prop_assert_eq!(reach.member(&tree, &query, 1).cost, naive.fold(f64::INFINITY, f64::min));
            for (node, part) in tree.nodes.iter().enumerate() {
                let near = part.positions().any(|position| {
                    let mut row = [0.0; 2];
                    tree.numbers(position, &mut row);
                    reach.nearest(&tree, &row, reach.cores[position], not, f64::INFINITY).cost < 5.0
                });
                prop_assert!(!near || reach.may(&tree, node, not, 5.0));
            }
            let any = reach.any(&tree, &query, own, not, f64::INFINITY);
            prop_assert_eq!(any.cost, found.cost);
        }
    }
}
