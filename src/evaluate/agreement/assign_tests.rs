//! The assignment beside all ways to assign.

use super::assign;
use crate::math::random::Random;

/// The greatest gain over all ways.
fn greatest(gains: &[i64], rows: usize, columns: usize, row: usize, taken: u32) -> i64 {
    let free = |column: &usize| taken >> column & 1 == 0;
    let gain =
        |column| gains[row * columns + column] + greatest(gains, rows, columns, row + 1, taken | (1_u32 << column));
    if row == rows { 0 } else { (0..columns).filter(free).map(gain).max().unwrap_or(0) }
}

#[test]
fn it_is_the_best_of_all_permutations() {
    for seed in 0..300 {
        let mut random = Random::new(seed, 0);
        let rows = 1 + random.below(7);
        let columns = rows + random.below(8 - rows);
        let most = [2, 5, 1000][random.below(3)];
        let gains: Vec<i64> = (0..rows * columns).map(|_| random.below(most) as i64).collect();
        let found = assign(&gains, rows, columns);
        let mut taken = found.clone();
        taken.sort_unstable();
        taken.dedup();
        assert!(taken.len() == rows && taken.iter().all(|column| *column < columns), "{found:?}");
        let gain: i64 = found.iter().enumerate().map(|(row, column)| gains[row * columns + column]).sum();
        assert_eq!(gain, greatest(&gains, rows, columns, 0, 0), "{gains:?}");
    }
}
