//! The index without a table beside that of the table.

use super::RandCounter;
use crate::evaluate::{Contingency, Partition};
use crate::math::random::Random;

#[test]
fn it_is_the_index_of_the_table() {
    let mut counter = RandCounter::default();
    for seed in 0..40 {
        let mut random = Random::new(seed, 0);
        let (rows, most) = (1 + random.below(200), 1 + random.below(9) as u32);
        let mut draw = || -> Vec<u32> { (0..rows).map(|_| random.below(most as usize + 1) as u32).collect() };
        let (first, second) = (draw(), draw());
        let known = |labels: &[u32]| -> Vec<Option<u32>> {
            labels.iter().map(|label| Some(*label).filter(|label| *label < most)).collect()
        };
        let (a, b) = (Partition::new(&known(&first)).unwrap(), Partition::new(&known(&second)).unwrap());
        let groups = (most as usize, most as usize);
        match (counter.adjusted_rand(&first, &second, groups), Contingency::new(&a, &b)) {
            (Ok(fast), Ok(table)) => assert_eq!(fast.to_bits(), table.adjusted_rand().to_bits()),
            (fast, table) => assert_eq!(fast.unwrap_err().to_string(), table.unwrap_err().to_string()),
        }
    }
    assert!(counter.adjusted_rand(&[0], &[0, 1], (1, 2)).is_err());
}
