//! Tests of `likelihood`.

use super::{Coins, DiscreteBuyer, Likelihood};
use crate::lifetime::fit::climb::Height;

fn buyer(x: u32, t: u32, n: u32) -> DiscreteBuyer {
    DiscreteBuyer::new(x, t, n).unwrap()
}

/// Every history of eight opportunities: the chances of all add up to one, and are the integral over both coins.
#[test]
fn the_chances_of_all_histories_add_up_to_one() {
    let coins = Coins { alpha: 0.8, beta: 2.1, gamma: 0.6, delta: 3.0 };
    let of = |history: u32| buyer(history.count_ones(), 32 - history.leading_zeros(), 8);
    let total: f64 = (0..256).map(|history| coins.seen(&of(history)).ln.exp()).sum();
    assert!((total - 1.0).abs() < 1e-13, "{total}");
    for x in 0..=8 {
        let same = (0..256).filter(|history: &u32| history.count_ones() == x);
        let sum: f64 = same.map(|history| coins.seen(&of(history)).ln.exp()).sum();
        assert!((sum - coins.probability(x.into(), 8.0)).abs() < 1e-13, "{x}");
    }
}

#[test]
fn slopes_are_those_of_differences() {
    let cells: Vec<(DiscreteBuyer, f64)> =
        [(0, 0, 0), (0, 0, 5), (0, 0, 9), (1, 1, 7), (2, 4, 40), (3, 3, 3), (9, 30, 31)]
            .map(|(x, t, n)| (buyer(x, t, n), f64::from(x + n + 1)))
            .to_vec();
    for at in [[0.0, 0.0, 0.0, 0.0], [-3.0, 2.0, 1.0, -2.0], [4.0, 3.0, -5.0, 6.0], [-9.0, 9.0, -9.0, 9.0]] {
        let mut slopes = [0.0; 4];
        Likelihood(&cells).height(&at, &mut slopes);
        for i in 0..4 {
            let moved = |step: f64| {
                let mut there = at;
                there[i] += step;
                Likelihood(&cells).height(&there, &mut [0.0; 4])
            };
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!(
                (slopes[i] - difference).abs() < 1e-6 * (1.0 + slopes[i].abs()),
                "{at:?} {i}: {slopes:?} {difference}"
            );
        }
    }
}
