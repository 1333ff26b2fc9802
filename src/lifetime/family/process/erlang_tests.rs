//! Regular purchases computed in two ways, from drawn histories, and of hard parameters.

use super::super::{BetaGeometric, Process, Rates, erlang_long};
use super::Erlang;
use crate::math::random::Random;

fn near(found: f64, expected: f64, relative: f64, what: &impl std::fmt::Debug) {
    assert!((found - expected).abs() <= relative * expected.abs() + 1e-14, "{found}, {expected}: {what:?}");
}

fn some() -> Vec<(Erlang, f64)> {
    let mut list = Vec::new();
    for stages in [1, 2, 3, 7, 20] {
        for (r, share) in [(0.3, 0.0), (0.3, 0.4), (9.0, 0.6), (40.0, 0.2)] {
            for (a, b) in [(0.8, 2.4), (1.0, 0.3), (6.0, 30.0), (0.05, 0.01)] {
                for ratio in [0.01, 0.7, 5.0] {
                    list.push((Erlang { stages, r, alpha: 2.0, share, a, b }, 2.0 * ratio));
                }
            }
        }
    }
    list
}

#[test]
fn sums_by_terms_and_by_roots_of_unity_are_the_same() {
    for (process, t) in some() {
        let first = process.weights()[0] * (-process.r * (t / 2.0).ln_1p()).exp();
        let by_terms = process.figures_by_terms(t / 2.0, first);
        let by_roots = erlang_long::figures(&process, t / 2.0);
        near(by_roots.0, by_terms.0, 1e-9, &(process, t));
        near(by_roots.1, by_terms.1, 1e-9, &(process, t));
    }
}

/// Sums of hundreds of thousands of negative binomial tails with scipy 1.11.
#[test]
fn long_sums_are_those_of_scipy() {
    for (stages, r, share, a, b, ratio, expected, alive) in [
        (3, 0.3, 0.0, 0.8, 2.4, 1e4, 18.92358530700987, 0.17694402109873875),
        (3, 0.3, 0.6, 0.8, 2.4, 1e3, 11.22692670760848, 0.27662938348169647),
        (2, 5000.0, 0.3, 0.8, 2.4, 1.0, 35.66360460849984, 0.0037298806932938118),
        (7, 40.0, 0.9, 1.5, 0.2, 200.0, 1.3889716051372694, 4.350562254381724e-6),
        (20, 3.0, 0.5, 30.0, 400.0, 2000.0, 14.787661085524407, 0.00033423986603546086),
        (2, 0.01, 0.2, 0.1, 0.3, 1e4, 22.12920600717397, 0.9606032965182812),
    ] {
        let process = Erlang { stages, r, alpha: 3.0, share, a, b };
        near(process.expected(3.0 * ratio), expected, 1e-9, &process);
        near(process.alive(3.0 * ratio), alive, 1e-8, &process);
    }
}

/// Discounted purchases against Simpson's rule on their times, and all of them against those until very late.
#[test]
fn later_purchases_count_less() {
    let new = Erlang { stages: 2, r: 1.33, alpha: 2.8, share: 0.0, a: 1.4, b: 0.8 };
    let known = Erlang { r: 9.0, alpha: 40.0, share: 0.3, b: 4.8, ..new };
    for process in [new, known] {
        for (horizon, force) in [(52.0, 0.002), (1000.0, 0.01), (f64::INFINITY, 0.01)] {
            let found = Process::Erlang(process).discounted(horizon, force, &mut Rates::default());
            let far = horizon.min(40.0 / force);
            // in the logarithm of 1 + t, in which expected purchases bend evenly
            let steps = 600;
            let step = far.ln_1p() / f64::from(steps);
            let at = |i: i32| {
                let t = (step * f64::from(i)).exp_m1();
                (1.0 + t) * force * (-force * t).exp() * process.expected(t)
            };
            let inner: f64 = (1..steps).map(|i| f64::from(2 + 2 * (i % 2)) * at(i)).sum();
            let expected = (at(0) + inner + at(steps)) * step / 3.0 + (-force * far).exp() * process.expected(far);
            near(found, expected, 1e-7, &(process, horizon, force));
        }
        let (all, late) = (process.total().unwrap(), process.expected(1e13));
        near(late, all, 1e-4, &process);
        near(Process::Erlang(process).discounted(f64::INFINITY, 0.0, &mut Rates::default()), all, 1e-12, &process);
    }
    assert_eq!(Erlang { a: 0.9, ..new }.total(), None);
    // in closed form for ever, and as an integral over expected purchases until very late
    for stages in [2, 3, 20] {
        for (r, share) in [(0.02, 0.0), (30.0, 0.7)] {
            let process = Erlang { stages, r, share, ..new };
            for force in [1e-3, 3.0] {
                let forever = Process::Erlang(process).discounted(f64::INFINITY, force, &mut Rates::default());
                near(forever, Process::Erlang(process).by_parts(60.0 / force, force), 1e-8, &(process, force));
            }
        }
    }
    for r in [1e-10, 1.0, 1e10] {
        for alpha in [1e-10, 1.0, 1e10] {
            for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (0.5, 2.0)] {
                for share in [0.0, 1.0 - 1e-12] {
                    let process = Process::Erlang(Erlang { stages: 3, r, alpha, share, a, b });
                    let found = process.discounted(f64::INFINITY, 1e-3, &mut Rates::default());
                    assert!(found.is_finite() && found >= 0.0, "{process:?}: {found}");
                }
            }
        }
    }
}

#[test]
fn chances_of_counts_have_the_expected_mean() {
    for (process, t) in some() {
        let (mut sum, mut mean, mut alive, mut survives) = (0.0, 0.0, 0.0, 1.0);
        for count in 0..600_u32 {
            let (n, share) = (f64::from(count), process.probability(count, t));
            sum += share;
            mean += n * share;
            alive += survives * process.exactly(count, t / 2.0);
            survives *= (process.b + n) / (process.a + process.b + n);
            if count > 10 && share < 1e-19 {
                break;
            }
        }
        near(sum, 1.0, 1e-9, &(process, t));
        near(mean, process.expected(t), 1e-9, &(process, t));
        near(alive, process.alive(t), 1e-9, &(process, t));
    }
}

#[test]
fn one_stage_is_the_beta_geometric_process() {
    for (process, t) in some().into_iter().filter(|(process, _)| process.stages == 1) {
        let Erlang { r, alpha, a, b, .. } = process;
        let other = BetaGeometric { r, alpha, a, b };
        near(process.alive(t), other.alive(t), 1e-12, &(process, t));
        for count in [0, 1, 2, 30] {
            near(process.probability(count, t), other.probability(count, t), 1e-10, &(process, t));
        }
    }
}

/// What is known of silence is what follows from the process of a newcomer.
#[test]
fn silence_is_what_is_left_of_newcomers_that_did_not_buy() {
    let new = Erlang { stages: 3, r: 1.4, alpha: 2.0, share: 0.0, a: 0.8, b: 2.4 };
    let (silent, t) = (1.7, 2.6);
    let old = Erlang { alpha: 2.0 + silent, share: silent / (2.0 + silent), ..new };
    let none = |t: f64| new.probability(0, t);
    near(old.probability(0, t), none(silent + t) / none(silent), 1e-12, &old);
    // by a drawn history: those that are silent, and how often they buy after that
    let (mut random, mut kept, mut bought) = (Random::new(5, 0), 0.0, 0.0);
    for _ in 0..200_000 {
        let (rate, stop) = (random.gamma(1.4) / 2.0, random.beta(0.8, 2.4));
        let mut gap = || (0..3).map(|_| random.exponential()).sum::<f64>() / rate;
        let mut now = gap();
        if now <= silent {
            continue;
        }
        kept += 1.0;
        let mut coins = Random::new(kept as u64, 1);
        while now <= silent + t {
            bought += 1.0;
            now += if coins.uniform() < stop { f64::INFINITY } else { gap() };
        }
    }
    near(bought / kept, old.expected(t), 0.02, &old);
    let drawn: f64 = (0..100_000).map(|_| f64::from(old.draw(&mut random, t).0)).sum();
    near(drawn / 1e5, old.expected(t), 0.02, &old);
}

#[test]
fn extremes_are_finite_and_in_range() {
    let sizes = [1e-10, 1.0, 1e10];
    for stages in [2, 3, 20] {
        for r in [1e-10, 1e-3, 1.0, 1e4, 1e10] {
            for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (1e-10, 1e-10), (1e10, 1e10), (0.5, 2.0), (1.0, 1e-6)] {
                for alpha in sizes {
                    for share in [0.0, 0.5, 1.0 - 1e-12] {
                        let process = Erlang { stages, r, alpha, share, a, b };
                        let mut before = (0.0, 1.0);
                        for t in [0.0, 1e-6, 1.0, 1e4] {
                            let (expected, alive) = (process.expected(t), process.alive(t));
                            let good = expected.is_finite() && (0.0..=1.0).contains(&alive);
                            assert!(good, "{process:?} {t}: {expected} {alive}");
                            let falls = expected < before.0 * (1.0 - 1e-9) || alive > before.1 + 1e-9;
                            assert!(!falls, "{process:?} {t}: {expected} {alive}, {before:?}");
                            before = (expected, alive);
                            for count in [0, 1, 10_000] {
                                let chance = process.probability(count, t);
                                assert!((0.0..=1.0).contains(&chance), "{process:?} {t} {count}: {chance}");
                            }
                        }
                    }
                }
            }
        }
    }
}
