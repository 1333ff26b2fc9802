//! Counts beside a loop.

use super::{NONE_LABEL, cells, dense, filled, sparse, weighted_cells};
use crate::math::random::Random;

#[test]
fn both_ways_of_counting_agree_with_a_loop() {
    for (seed, rows, groups) in [(1, 1, (1, 1)), (2, 500, (7, 3)), (3, 200_000, (9, 11)), (4, 300, (90, 80))] {
        let mut random = Random::new(seed, 0);
        let mut draw = |most: usize| match random.below(most + 1) {
            label if label == most => NONE_LABEL,
            label => label as u32,
        };
        let first: Vec<u32> = (0..rows).map(|_| draw(groups.0)).collect();
        let second: Vec<u32> = (0..rows).map(|_| draw(groups.1)).collect();
        let weights: Vec<u64> = (0..rows as u64).map(|row| row % 3).collect();
        let mut plain = std::collections::BTreeMap::new();
        let mut heavy = std::collections::BTreeMap::new();
        for ((a, b), weight) in first.iter().zip(&second).zip(&weights) {
            if *a != NONE_LABEL && *b != NONE_LABEL {
                *plain.entry((*a, *b)).or_insert(0) += 1;
                *heavy.entry((*a, *b)).or_insert(0) += weight;
            }
        }
        let plain: Vec<_> = plain.into_iter().map(|((a, b), count)| (a, b, count)).collect();
        let heavy: Vec<_> = heavy.into_iter().map(|((a, b), count)| (a, b, count)).filter(|c| c.2 > 0).collect();
        assert_eq!(cells(&first, &second, groups), plain);
        assert_eq!(filled(&dense(&first, &second, groups, |_| 1_u32), groups), plain);
        assert_eq!(sparse(&first, &second, groups, |_| 1), plain);
        assert_eq!(weighted_cells(&first, &second, groups, &weights), heavy);
        assert_eq!(filled(&dense(&first, &second, groups, |row| weights[row]), groups), heavy);
        assert_eq!(sparse(&first, &second, groups, |row| weights[row]), heavy);
    }
}
