//! Slopes of every family against differences of its likelihood.
//!
//! Newton's method needs slopes that are exact, standard errors need their differences, and intervals need both. Each family
//! is asked at places near and far, for buyers of every kind, parameter by parameter.
//!
//! A slope that is a little wrong still leads up, only not to the top; nothing else would tell. Differences are taken by
//! the logarithm of a parameter with four places, so that what is left of them is rounding: what may be off is told by the
//! size of the value, whose last digits the differences divide by a thousandth.
//!
//! Families that are added are tested by being in [`Family::ALL`].

use super::{AnyKernel, Family, MOST};
use crate::lifetime::cell::Cell;

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

/// Second derivatives of those families that have them, against differences of slopes by the parameters themselves.
#[test]
fn curves_are_those_of_differences() {
    for family in Family::ALL {
        let kernel = family.kernel();
        for code in 0_i32..81 {
            let at = [0, 1, 2, 3, 4, 0].map(|at| f64::exp(1.7 * f64::from(code / 3_i32.pow(at) % 3 - 1) + 0.31));
            for (repeats, last, age) in SEEN {
                let cell = Cell { count: 0, repeats: f64::from(repeats), last, age, weight: 1.0 };
                let (mut curve, mut slopes) = ([[0.0; MOST]; MOST], [0.0; MOST]);
                let Some(value) = kernel.curve_all(&at, &[repeats], &[cell], &mut slopes, &mut curve) else { continue };
                let of = |parameters: &[f64; MOST]| {
                    let mut slopes = [0.0; MOST];
                    (kernel.sum(parameters, &[repeats], &[cell], &mut slopes), slopes)
                };
                assert!((value - of(&at).0).abs() <= 1e-12 * value.abs(), "{family} {at:?} {repeats} {value}");
                for i in 0..kernel.parameters().len() {
                    let moved = |steps: f64| {
                        let mut there = at;
                        there[i] *= 1.0 + steps * 1e-3;
                        of(&there).1
                    };
                    let (near, far) = ((moved(1.0), moved(-1.0)), (moved(2.0), moved(-2.0)));
                    for j in 0..kernel.parameters().len() {
                        let slope = 8.0 * (near.0[j] - near.1[j]) - (far.0[j] - far.1[j]);
                        let (expected, size) = (slope / (12e-3 * at[i]), 1.0 / (at[i] * at[j]));
                        let off = (curve[i][j] - expected).abs();
                        let allowed = 1e-7 * (expected.abs() + size) + 1e-10 * size * value.abs();
                        assert!(off <= allowed, "{family} {at:?} {repeats} {i} {j}: {} {expected}", curve[i][j]);
                    }
                }
            }
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

/// What a family has become is said with figures, and nothing is said where it is itself.
#[test]
fn families_know_their_limits() {
    let says = |family: Family, parameters: [f64; MOST]| family.kernel().degenerate(&parameters, 39.0);
    for (family, parameters, words) in [
        (Family::ParetoNbd, [0.5, 10.0, 0.6, 12.0, 1.0, 1.0], None),
        (Family::ParetoNbd, [0.5, 10.0, 1e-6, 12.0, 1.0, 1.0], Some("has become NBD")),
        (Family::ParetoNbd, [0.5, 10.0, 0.6, 1e9, 1.0, 1.0], Some("nobody leaves")),
        (Family::ParetoNbd, [1e6, 1e7, 0.6, 12.0, 1.0, 1.0], Some("all buy at the same rate 1.000e-1")),
        (Family::ParetoNbd, [0.5, 10.0, 1e6, 2e8, 1.0, 1.0], Some("all leave at the same rate 5.000e-3")),
        (Family::GgompertzNbd, [0.5, 10.0, 0.05, 0.6, 0.8, 1.0], None),
        (Family::GgompertzNbd, [0.5, 10.0, 1e-6, 0.6, 1.2e-5, 1.0], Some("b is 1.0e-6")),
        (Family::GgompertzNbd, [0.5, 10.0, 0.05, 1e-8, 0.8, 1.0], Some("nobody leaves")),
        (Family::BgNbd, [0.2, 4.0, 0.8, 2.5, 1.0, 1.0], None),
        (Family::BgNbd, [0.2, 4.0, 1e-6, 2.5, 1.0, 1.0], Some("nobody leaves")),
        (Family::BgNbd, [0.2, 4.0, 8e5, 2.5e6, 1.0, 1.0], Some("with the same probability 2.424e-1")),
    ] {
        let said = says(family, parameters);
        let fits = words.map_or(said.is_none(), |words| said.as_ref().is_some_and(|said| said.contains(words)));
        assert!(fits, "{family} {parameters:?}: {said:?}");
    }
}
