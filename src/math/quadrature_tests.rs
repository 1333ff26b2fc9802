//! Quadrature against integrals that are known.

use super::*;
use crate::math::gamma::{ln_beta, ln_gamma};
use crate::math::hypergeometric2::Logit;

fn close(found: f64, expected: f64, relative: f64) {
    let apart = (found - expected).abs();
    assert!(found == expected || apart <= relative * expected.abs().max(1.0), "{found}, expected {expected}");
}

/// From 0 to 1, of one hump about that place.
fn from_0_to_1(ln_f: impl Fn(&Logit) -> f64, odds: f64) -> f64 {
    let height = |w: f64| {
        let at = Logit::new(w);
        ln_f(&at) + at.ln_p + at.ln_q
    };
    ln_integral_around(height, odds.ln())
}

#[test]
fn humps_of_any_width_and_place_are_integrated() {
    for scale in [1e-12_f64, 1e-5, 0.3, 10.0] {
        // falls from an end
        let mass = scale * -(-1.0 / scale).exp_m1();
        close(from_0_to_1(|at| -at.p / scale, scale.min(1.0)), mass.ln(), 1e-13);
        close(from_0_to_1(|at| -at.q / scale, 1.0 / scale.min(1.0)), mass.ln(), 1e-13);
    }
    for width in [1e-6_f64, 1e-4, 1e-2] {
        let normal = from_0_to_1(|at| 1e4 - 0.5 * ((at.p - 0.3) / width).powi(2), 3.0 / 7.0);
        close(normal, 1e4 + (width * (2.0 * std::f64::consts::PI).sqrt()).ln(), 1e-11);
    }
    assert_eq!(ln_integral_around(|_| f64::NAN, 0.0), f64::NEG_INFINITY);
}

#[test]
fn powers_at_the_ends_are_integrated() {
    for a in [1e-8, 1e-3, 0.5, 1.0, 7.0, 1e4] {
        for b in [1e-6, 0.25, 1.0, 3e3] {
            close(
                ln_integral_around(|w| a * Logit::new(w).ln_p + b * Logit::new(w).ln_q, f64::ln(a / b)),
                ln_beta(a, b),
                1e-12,
            );
        }
    }
}

#[test]
fn half_lines_are_integrated() {
    for shape in [1e-6_f64, 0.4, 1.0, 30.0, 1e6] {
        for scale in [1e-8_f64, 1.0, 1e8] {
            // x^(shape − 1) e^(−x / scale) over w = ln x
            let found = ln_integral_around(|w| shape * w - w.exp() / scale, (shape * scale).ln());
            close(found, ln_gamma(shape) + shape * scale.ln(), 1e-12);
        }
    }
}

#[test]
fn smooth_functions_are_integrated_by_the_pair() {
    close(integral_if_smooth(f64::exp, 0.0, 1.0, 1e-12).unwrap(), std::f64::consts::E - 1.0, 1e-15);
    let hill = |x: f64| 1.0 / (1.0 + x * x);
    close(integral_if_smooth(hill, -1.0, 1.0, 1e-9).unwrap(), 2.0 * 1.0_f64.atan(), 1e-9);
    assert_eq!(integral_if_smooth(|x| 1.0 / (1e-4 + x * x), -1.0, 1.0, 1e-9), None);
    assert_eq!(integral_if_smooth(f64::sqrt, 0.0, 1.0, 1e-11), None);
}
