//! Means over remembered rates against integrals by parts, sums by definition, and themselves.

use super::super::{Process, leaving};
use super::*;
use crate::lifetime::family::gauss::rules;
use crate::lifetime::family::process::{Gompertz, Pareto};

fn near(found: f64, expected: f64, relative: f64, what: &impl std::fmt::Debug) {
    assert!((found - expected).abs() <= relative * expected.abs() + 1e-290, "{found}, expected {expected}: {what:?}");
}

/// By parts, in panels that halve towards 0: slow, and right also where all is bought at once.
///
/// Each half in so many panels: more for a hazard that turns.
fn by_halves(process: &Process, horizon: f64, force: f64, parts: u32) -> f64 {
    let far = horizon.min(45.0 / force);
    let mut total = (-force * far).exp() * process.expected(far);
    let mut high = far;
    for _ in 0..36 {
        let length = 0.5 * high / f64::from(parts);
        for (part, (place, weight)) in (0..parts).flat_map(|part| rules().twelve.map(|point| (part, point))) {
            let t = 0.5 * high + length * (f64::from(part) + place);
            total += length * weight * force * (-force * t).exp() * process.expected(t);
        }
        high *= 0.5;
    }
    total
}

/// Short and long horizons, and none, beside α and 1 / force.
const QUESTIONS: [(f64, f64); 6] =
    [(52.0, 0.0027), (260.0, 0.0027), (f64::INFINITY, 0.0027), (5.0, 1e-6), (1e4, 1e-3), (1e3, 2.0)];

/// Buyers of CDNOW and of shops with more and with fewer purchases, and parameters far from all of them.
fn some() -> Vec<BetaGeometric> {
    let mut list = Vec::new();
    for (r, alpha) in [(0.24, 4.4), (2.24, 43.3), (30.0, 100.0), (1e-6, 1e-3), (1e4, 1e4), (0.5, 1e6), (80.0, 0.1)] {
        for (a, b) in [(0.79, 2.4), (0.8, 32.0), (1e-6, 1.0), (1e6, 1e3), (20.0, 1e-6), (0.05, 1e5)] {
            list.push(BetaGeometric { r, alpha, a, b });
        }
    }
    list
}

#[test]
fn means_over_rates_are_integrals_by_parts() {
    for process in some() {
        for (horizon, force) in QUESTIONS {
            let what = (process, horizon, force);
            let expected = by_halves(&Process::BetaGeometric(process), horizon, force, 1);
            let found = Coins::from(&process).discounted(horizon, force, &mut Rates::default()).unwrap();
            near(found, expected, 1e-9, &what);
            if let Some(soon) = process.discounted_soon(horizon, force) {
                near(soon, expected, 1e-10, &what);
            }
        }
    }
}

/// Beside each other both ways are right to more digits: what is left is the tolerance of the integral by parts.
#[test]
fn buyers_of_a_shop_have_twelve_digits() {
    for (r, alpha, a, b) in [(0.243, 31.0, 0.793, 2.426), (2.243, 43.3, 0.793, 4.426), (26.0, 150.0, 0.8, 32.0)] {
        let process = BetaGeometric { r, alpha, a, b };
        for horizon in [20.0, 52.0, 60.0] {
            let found = Coins::from(&process).discounted(horizon, 0.0027, &mut Rates::default()).unwrap();
            near(found, process.discounted_soon(horizon, 0.0027).unwrap(), 3e-13, &(process, horizon));
        }
    }
}

#[test]
fn stages_are_integrals_by_parts() {
    for stages in [1, 2, 3, 8] {
        for (r, alpha, share) in [(0.5, 2.0, 0.0), (6.5, 80.0, 0.3), (40.0, 120.0, 0.9)] {
            for (a, b) in [(0.9, 1.6), (0.05, 30.0), (6.0, 0.3)] {
                let process = Erlang { stages, r, alpha, share, a, b };
                for (horizon, force) in [(52.0, 0.0027), (f64::INFINITY, 0.0027), (8.0, 1.0)] {
                    let found = Coins::from(&process).discounted(horizon, force, &mut Rates::default()).unwrap();
                    let expected = if horizon < f64::INFINITY {
                        by_halves(&Process::Erlang(process), horizon, force, 1)
                    } else {
                        process.forever(force).unwrap()
                    };
                    near(found, expected, 1e-9, &(process, horizon, force));
                }
            }
        }
    }
}

/// One stage is the beta-geometric process; a horizon far away is none.
#[test]
fn one_question_told_in_two_ways_has_one_answer() {
    for process in some() {
        let BetaGeometric { r, alpha, a, b } = process;
        let stages = Erlang { stages: 1, r, alpha, share: 0.0, a, b };
        for (horizon, force) in QUESTIONS {
            let one = Coins::from(&process).discounted(horizon, force, &mut Rates::default());
            let other = Coins::from(&stages).discounted(horizon, force, &mut Rates::default());
            assert_eq!(one.map(f64::to_bits), other.map(f64::to_bits));
        }
    }
    for stages in [1, 2, 5, 20] {
        let process = Erlang { stages, r: 2.5, alpha: 40.0, share: 0.2, a: 0.8, b: 4.0 };
        let end = (39.999 + 4.0 * f64::from(stages)) / 0.3;
        let long = Coins::from(&process).discounted(end, 0.3, &mut Rates::default()).unwrap();
        let ever = Coins::from(&process).discounted(f64::INFINITY, 0.3, &mut Rates::default()).unwrap();
        near(long, ever, 1e-13, &process);
    }
}

/// What others have asked before does not change a bit.
#[test]
fn what_is_remembered_is_what_would_be_computed() {
    let mut known = Rates::default();
    let list = some();
    let regular = |process: &BetaGeometric| {
        let BetaGeometric { r, alpha, a, b } = *process;
        Erlang { stages: 3, r, alpha, share: 0.4, a, b }
    };
    for (number, process) in list.iter().enumerate() {
        for scale in [1.0, 1.3, 0.2, 700.0, 1e-5, 1.1] {
            let process = BetaGeometric { alpha: process.alpha * scale, ..*process };
            let (horizon, force) = QUESTIONS[number % 6];
            for coins in [Coins::from(&process), Coins::from(&regular(&process))] {
                let alone = coins.discounted(horizon, force, &mut Rates::default());
                let among = coins.discounted(horizon, force, &mut known);
                assert_eq!(alone.map(f64::to_bits), among.map(f64::to_bits), "{process:?}");
            }
        }
    }
}

/// Lifetimes: one integral of the survival function against an integral over expectations.
#[test]
fn times_lived_are_integrals_by_parts() {
    let sizes = [1e-6, 0.02, 0.6, 3.0, 1e6];
    for s in [1e-6, 0.6, 0.949, 50.0, 1e6] {
        for beta in sizes {
            let pareto = Pareto { r: 2.5, alpha: 40.0, s, beta };
            let gompertz = sizes.map(|b| Process::Gompertz(Gompertz { r: 2.5, alpha: 40.0, b, s, beta }));
            for process in [Process::Pareto(pareto), gompertz[0], gompertz[1], gompertz[3]] {
                for (horizon, force) in [(52.0, 0.0027), (f64::INFINITY, 0.0027)] {
                    let found = process.discounted(horizon, force, &mut Rates::default());
                    near(found, by_halves(&process, horizon, force, 6), 1e-9, &(process, horizon, force));
                }
            }
            for force in [1e-9, 0.02, 1.0].map(|z| z / beta) {
                if let Some(found) = pareto.staying_forever(force) {
                    near(found, leaving::staying(&pareto, f64::INFINITY, force), 1e-11, &(pareto, force));
                }
            }
            // without a force it is the closed form
            near(leaving::staying(&pareto, 52.0, 0.0), 16.0 * pareto.expected(52.0), 1e-12, &pareto);
        }
    }
}

/// By mpmath 1.4.1, 30 digits: ∫ e^(−f y) S(y) dy of a hazard that is there at once.
#[test]
fn a_sudden_hazard_is_met() {
    let process = Gompertz { r: 2.5, alpha: 40.0, b: 50.0, s: 0.02, beta: 1e-6 };
    let found = Process::Gompertz(process).discounted(1e4, 1e-5, &mut Rates::default());
    near(found, 0.047_441_833_628_324_93, 1e-13, &process);
}

/// By mpmath 1.4.1, 20 digits: the mean over rates of Σ B(a, b + n − 1) / B(a, b) c^(8 n) Q(8 n), by steps of 0.1.
#[test]
fn eight_stages_are_those_of_mpmath() {
    let process = Erlang { stages: 8, r: 0.5, alpha: 2.0, share: 0.0, a: 0.9, b: 1.6 };
    let found = Coins::from(&process).discounted(52.0, 0.0027, &mut Rates::default()).unwrap();
    near(found, 0.765_600_132_031_98, 1e-11, &process);
}

#[test]
fn extremes_are_finite_and_in_range() {
    let sizes = [1e-10, 1e-3, 1.0, 1e4, 1e10];
    for (r, alpha) in sizes.iter().flat_map(|r| sizes.map(|alpha| (*r, alpha))) {
        for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (1e-10, 1e-10), (1e10, 1e10), (0.5, 2.0), (1.0, 1e-6)] {
            let process = Process::BetaGeometric(BetaGeometric { r, alpha, a, b });
            for (horizon, force) in [(1e4, 1e-3), (f64::INFINITY, 1e-3), (1.0, 1e-10), (1e-10, 1e10), (1e10, 1e-10)] {
                let found = process.discounted(horizon, force, &mut Rates::default());
                let most = r / alpha * -(-force * horizon).exp_m1() / force;
                assert!(
                    (0.0..=most * (1.0 + 1e-15)).contains(&found),
                    "{process:?} {horizon} {force}: {found} of {most}"
                );
            }
        }
    }
}
