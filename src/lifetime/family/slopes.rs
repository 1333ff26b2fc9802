//! Slopes of every family against differences of its likelihood.
//!
//! A slope that is a little wrong still leads up, only not to the top; nothing else would tell. Differences are taken by
//! the logarithm of a parameter with four places, so that what is left of them is rounding.

use super::{AnyKernel, Family, MOST};
use crate::lifetime::buyers::Cell;

/// Kinds of buyers: new, silent from the first day, bought just now, bought long ago, often.
const SEEN: [(u32, f64, f64); 8] = [
    (0, 0.0, 0.0),
    (0, 0.0, 39.0),
    (1, 2.0, 2.0),
    (1, 1.0, 39.0),
    (3, 38.0, 39.0),
    (12, 20.0, 39.0),
    (60, 300.0, 310.0),
    (700, 60.0, 900.0),
];

/// ln of the likelihood of one buyer, and its slopes by the logarithms of the parameters.
fn height(kernel: &dyn AnyKernel, ln: &[f64; MOST], (repeats, last, age): (u32, f64, f64)) -> (f64, [f64; MOST]) {
    let cell = Cell { count: 0, repeats: f64::from(repeats), last, age, weight: 1.0 };
    let (natural, mut slopes) = (ln.map(f64::exp), [0.0; MOST]);
    let value = kernel.sum(&natural, &[repeats], &[cell], &mut slopes);
    for (slope, natural) in slopes.iter_mut().zip(natural) {
        *slope *= natural;
    }
    (value, slopes)
}

/// Compares at these parameters.
fn check(family: Family, ln: &[f64; MOST]) {
    let kernel = family.kernel();
    for seen in SEEN {
        let (value, slopes) = height(&*kernel, ln, seen);
        for (at, parameter) in kernel.parameters().iter().enumerate() {
            let moved = |steps: f64| {
                let mut there = *ln;
                there[at] += steps * 1e-3;
                height(&*kernel, &there, seen).0
            };
            let expected = (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / 12e-3;
            let off = (slopes[at] - expected).abs();
            let allowed = 1e-8 * (1.0 + slopes[at].abs()) + 1e-11 * value.abs();
            assert!(off <= allowed, "{family} {ln:?} {seen:?} {}: {} {expected}", parameter.name, slopes[at]);
        }
    }
}

#[test]
fn slopes_are_those_of_differences() {
    for family in Family::ALL {
        for code in 0_i32..243 {
            let digit = |at: u32| f64::from(code / 3_i32.pow(at) % 3 - 1);
            check(*family, &[0, 1, 2, 3, 4, 0].map(|at| 1.7 * digit(at) + 0.31));
        }
    }
}

#[test]
fn slopes_are_those_of_differences_far_out() {
    for family in Family::ALL {
        for code in 0_i32..32 {
            check(*family, &[0, 1, 2, 3, 4, 0].map(|at| if code >> at & 1 == 1 { 5.5 } else { -6.5 }));
        }
    }
}
