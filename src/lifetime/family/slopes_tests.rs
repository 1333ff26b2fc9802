//! Slopes of every family's likelihood against differences.

use super::{Family, MOST, Seen};
use crate::lifetime::buyers::Cell;

/// ln of the likelihood of one buyer and its slopes by the logarithms of the parameters.
fn at(family: Family, parameters: &[f64; MOST], seen: &Seen) -> (f64, [f64; MOST]) {
    let cell = Cell { count: 0, repeats: seen.repeats, last: seen.last, age: seen.age, weight: 1.0 };
    let mut slopes = [0.0; MOST];
    let ln = family.kernel().sum(parameters, &[seen.repeats as u32], &[cell], &mut slopes);
    for (slope, parameter) in slopes.iter_mut().zip(parameters) {
        *slope *= parameter;
    }
    (ln, slopes)
}

#[test]
fn slopes_are_those_of_differences() {
    let seen = [(0.0, 0.0, 20.0), (1.0, 3.0, 20.0), (7.0, 19.9, 20.0), (7.0, 20.0, 20.0), (120.0, 30.0, 90.0)];
    let sizes = [[0.5, 8.0, 0.7, 2.0, 3.0, 1.0], [4.0, 0.3, 20.0, 0.4, 9.0, 1.0], [0.03, 200.0, 1.0, 1.0, 0.1, 1.0]];
    for (family, parameters) in Family::ALL.iter().flat_map(|family| sizes.map(|sizes| (*family, sizes))) {
        for seen in seen.map(|(repeats, last, age)| Seen { repeats, last, age }) {
            let (ln, slopes) = at(family, &parameters, &seen);
            for which in 0..family.parameters().len() {
                let step = 1e-4;
                let moved = |by: f64| {
                    let mut parameters = parameters;
                    parameters[which] *= (by * step).exp();
                    at(family, &parameters, &seen).0
                };
                // of fourth order
                let slope = (8.0 * (moved(1.0) - moved(-1.0)) - (moved(2.0) - moved(-2.0))) / (12.0 * step);
                let allowed = 1e-7 * (slope.abs() + 1.0) + 1e-11 * ln.abs() / step;
                let what = family.parameters()[which];
                assert!((slope - slopes[which]).abs() < allowed, "{family} {what} {seen:?}: {} {slope}", slopes[which]);
            }
        }
    }
}

#[test]
fn slopes_are_finite_at_the_limits() {
    let sizes = [1e-6, 1.0, 1e6];
    let seen =
        [(0.0, 0.0, 0.0), (0.0, 0.0, 1e4), (1.0, 1e-4, 1e4), (1e4, 1.0, 1e4), (1e4, 1e4, 1e4), (1.0, 1e-6, 1e-6)];
    for family in Family::ALL {
        let count = family.parameters().len();
        for number in 0..3_usize.pow(count as u32) {
            let mut parameters = [1.0; MOST];
            for (which, parameter) in parameters.iter_mut().enumerate().take(count) {
                *parameter = sizes[number / 3_usize.pow(which as u32) % 3];
            }
            for seen in seen.map(|(repeats, last, age)| Seen { repeats, last, age }) {
                let (ln, slopes) = at(*family, &parameters, &seen);
                let finite = ln.is_finite() && slopes.iter().all(|slope| slope.is_finite());
                assert!(finite, "{family} {parameters:?} {seen:?}: {ln} {slopes:?}");
            }
        }
    }
}
