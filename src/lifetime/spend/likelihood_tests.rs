//! The likelihood of spend against sixty digits and differences.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use nalgebra::DMatrix;

use super::likelihood::Likelihood;
use super::rows::Cell;
use crate::lifetime::fit::climb::Height;

fn cells(rows: &[(u32, f64)]) -> (Vec<Cell>, Vec<u32>) {
    let mut counts: Vec<u32> = rows.iter().map(|row| row.0).collect();
    counts.sort_unstable();
    counts.dedup();
    let place = |count: u32| counts.iter().position(|known| *known == count).unwrap() as u32;
    let cell =
        |row: &(u32, f64)| Cell { count: place(row.0), repeats: row.0, mean: row.1, ln: row.1.ln(), weight: 1.0 };
    (rows.iter().map(cell).collect(), counts.clone())
}

/// ln f(z | x) by mpmath 1.3 with 60 digits, of equation 1a as Fader and Hardie print it.
#[test]
fn densities_are_those_of_sixty_digits() {
    for (p, q, v, x, z, expected) in ORACLE {
        let (cells, counts) = cells(&[(*x, *z)]);
        let at = [f64::ln(*p), f64::ln(*q), f64::ln(*v)];
        let found = Likelihood::new(&cells, &counts, 1.0, &[]).height(&at, &mut [0.0; 3]);
        // a logarithm of a parameter is known to 1e-16 of itself, which the slopes multiply
        let wide = if p.max(*q) > 1e4 { 1e-9 } else { 1e-12 } * (1.0 + expected.abs());
        assert!((found - expected).abs() <= wide, "{p} {q} {v} {x} {z}: {found}, expected {expected}");
    }
}

#[test]
fn slopes_are_those_of_differences() {
    let (cells, counts) = cells(&[(1, 0.3), (2, 1.7), (7, 0.9), (400, 1.1)]);
    for at in [[0.3, 1.1, -0.2], [1.8, 1.3, 0.4], [4.0, 4.5, 0.5], [9.0, 8.0, -1.0], [-3.0, -2.0, 2.0]] {
        let priors = [(1, 0.5, 0.7)];
        let likelihood = Likelihood::new(&cells, &counts, 3.0, &priors);
        let mut slopes = [0.0; 3];
        likelihood.height(&at, &mut slopes);
        for i in 0..3 {
            let moved = |step: f64| {
                let mut there = at;
                there[i] += step;
                likelihood.height(&there, &mut [0.0; 3])
            };
            let difference = (8.0 * (moved(1e-4) - moved(-1e-4)) - moved(2e-4) + moved(-2e-4)) / 12e-4;
            let scale = slopes[i].abs().max(1.0);
            assert!((slopes[i] - difference).abs() < 1e-6 * scale, "{at:?} {i}: {} {difference}", slopes[i]);
        }
    }
}

#[test]
fn curvature_is_that_of_differences_of_slopes_with_priors_and_penalty() {
    let (cells, counts) = cells(&[(1, 0.3), (2, 1.7), (7, 0.9), (400, 1.1)]);
    for at in [[0.3, 1.1, -0.2], [1.8, 1.3, 0.4], [4.0, 4.5, 0.5], [-3.0, -2.0, 2.0]] {
        let priors = [(1, 0.5, 0.7)];
        let likelihood = Likelihood::new(&cells, &counts, 3.0, &priors).penalty(0.01);
        let slopes = |i: usize, step: f64| {
            let (mut there, mut slopes) = (at, [0.0; 3]);
            there[i] += step;
            (likelihood.height(&there, &mut slopes), slopes)
        };
        let (mut exact, mut curve) = ([0.0; 3], DMatrix::zeros(3, 3));
        let height = likelihood.curved(&at, &mut exact, &mut curve).unwrap();
        assert_eq!((height, exact), slopes(0, 0.0));
        for i in 0..3 {
            let [up, down, far_up, far_down] = [1e-4, -1e-4, 2e-4, -2e-4].map(|step| slopes(i, step).1);
            for j in 0..3 {
                let second = (8.0 * (up[j] - down[j]) - far_up[j] + far_down[j]) / 12e-4;
                let scale = curve[(i, i)].abs().max(curve[(j, j)].abs()).max(1.0);
                assert!((curve[(i, j)] - second).abs() < 1e-6 * scale, "{at:?} {i} {j}: {} {second}", curve[(i, j)]);
            }
        }
    }
}

#[test]
fn extremes_are_finite() {
    let (cells, counts) = cells(&[(1, 1e-150), (1, 1e150), (10_000, 1.0), (4_000_000_000, 1e-9)]);
    for p in [-25.0, -3.0, 0.0, 3.0, 25.0] {
        for q in [-25.0, -3.0, 0.0, 3.0, 25.0] {
            for v in [-25.0, 0.0, 25.0] {
                let mut slopes = [0.0; 3];
                let height = Likelihood::new(&cells, &counts, 1.0, &[]).height(&[p, q, v], &mut slopes);
                assert!(height.is_finite() && slopes.iter().all(|slope| slope.is_finite()), "{p} {q} {v}");
            }
        }
    }
}

/// p, q, v, x, z and ln f(z | x).
const ORACLE: &[(f64, f64, f64, u32, f64, f64)] = &[
    (6.25, 3.74, 15.44, 2, 22.35, -3.5513167597317047),
    (6.25, 3.74, 15.44, 1, 0.01, -35.204_915_502_837_8),
    (0.01, 0.02, 5.0, 3, 7.0, -6.4071869030650598),
    (50.0, 60.0, 1.5, 4, 1.3, 0.697_954_083_389_069_2),
    (1e6, 2e6, 2.0, 3, 0.9999, 6.074_076_836_338_193),
    (1e6, 2e6, 2.0, 3, 1.2, -19672.858497237384),
    (1e9, 3.0, 2.0, 1, 1e9, -21.336_971_476_826_52),
    (3.0, 1e9, 1e9, 10, 2.5, -0.607_054_955_496_141_7),
    (9.99, 10.01, 1.0, 1, 1.0, -0.12672490079785279),
    (10.01, 10.0, 1.0, 1, 1.0, -0.12646083530906893),
    (2.0, 1.1, 1e-6, 10_000, 4e5, -41.473_086_158_706_67),
];
