//! Slopes against differences, one stage against buying at random, and hard parameters.

use super::super::nbd::Nbd;
use super::super::{Kernel, MOST, Seen, bg_nbd::BgNbd, mbg_nbd::MbgNbd};
use super::Cnbd;

const COUNTS: [u32; 5] = [0, 1, 3, 40, 900];
const PLACES: [[f64; MOST]; 4] = [
    [0.24, 4.4, 0.79, 2.4, 1.0, 1.0],
    [3.0, 0.2, 5.0, 0.3, 1.0, 1.0],
    [1e-3, 50.0, 1e-3, 9.0, 1.0, 1.0],
    [40.0, 300.0, 60.0, 80.0, 1.0, 1.0],
];

fn buyers() -> impl Iterator<Item = (usize, Seen)> {
    COUNTS.iter().enumerate().flat_map(|(count, x)| {
        let last: &[f64] = if *x == 0 { &[0.0] } else { &[0.5, 20.0, 39.0] };
        last.iter().map(move |last| (count, Seen { repeats: f64::from(*x), last: *last, age: 39.0 }))
    })
}

fn slopes_are_those_of_differences(kernel: &impl Kernel) {
    let height = |place: &[f64; MOST], seen: &Seen, count: usize, slopes: &mut [f64; MOST]| {
        kernel.cell(&kernel.at(place, &COUNTS), seen, count, slopes)
    };
    for place in PLACES {
        for (count, seen) in buyers() {
            let mut slopes = [0.0; MOST];
            let here = height(&place, &seen, count, &mut slopes);
            for i in 0..kernel.parameters().len() {
                let step = 1e-5 * place[i];
                let [up, down] = [step, -step].map(|step| {
                    let mut moved = place;
                    moved[i] += step;
                    height(&moved, &seen, count, &mut [0.0; MOST])
                });
                let difference = (up - down) / (2.0 * step);
                let error = (slopes[i] - difference).abs() * place[i];
                let bound = 1e-6 * (slopes[i] * place[i]).abs() + 1e-8 * here.abs().max(1.0);
                assert!(error < bound, "{i} at {place:?}, {seen:?}: {} {difference}", slopes[i]);
            }
        }
    }
}

#[test]
fn slopes_are_exact() {
    slopes_are_those_of_differences(&Nbd);
    slopes_are_those_of_differences(&MbgNbd);
    for stages in [1, 2, 3, 20] {
        slopes_are_those_of_differences(&Cnbd::new(stages, false));
        slopes_are_those_of_differences(&Cnbd::new(stages, true));
    }
}

#[test]
fn one_stage_is_buying_at_random() {
    fn same(one: &impl Kernel, other: &impl Kernel) {
        for place in PLACES {
            for (count, seen) in buyers() {
                let (mut mine, mut yours) = ([0.0; MOST], [0.0; MOST]);
                let x = one.cell(&one.at(&place, &COUNTS), &seen, count, &mut mine);
                let y = other.cell(&other.at(&place, &COUNTS), &seen, count, &mut yours);
                assert!((x - y).abs() <= 1e-12 * y.abs(), "{place:?} {seen:?}");
                let (one, other) = (one.future(&place, &seen), other.future(&place, &seen));
                assert!((one.alive - other.alive).abs() < 1e-14 && one.process == other.process);
            }
        }
    }
    same(&Cnbd::new(1, false), &BgNbd);
    same(&Cnbd::new(1, true), &MbgNbd);
}

#[test]
fn likelihoods_of_extremes_are_finite() {
    for stages in [1, 2, 20] {
        for modified in [false, true] {
            let kernel = Cnbd::new(stages, modified);
            for r in [1e-10, 1.0, 1e10] {
                for alpha in [1e-10, 1.0, 1e10] {
                    for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (1.0, 1.0)] {
                        for (x, last, age) in [(0, 0.0, 0.0), (0, 0.0, 1e4), (10_000, 1e-3, 1e4), (1, 1e4, 1e4)] {
                            let seen = Seen { repeats: f64::from(x), last, age };
                            let (place, mut slopes) = ([r, alpha, a, b, 1.0, 1.0], [0.0; MOST]);
                            let ln = kernel.cell(&kernel.at(&place, &[x]), &seen, 0, &mut slopes);
                            let alive = kernel.future(&place, &seen).alive;
                            let good = ln.is_finite() && slopes.iter().all(|slope| slope.is_finite());
                            assert!(good && (0.0..=1.0).contains(&alive), "{stages} {place:?} {seen:?}: {ln}");
                        }
                    }
                }
            }
        }
    }
}
