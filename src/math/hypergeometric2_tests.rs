//! Averages over beta distributions against fifty digits and closed forms.

use super::*;

/// Rows of `scripts/references/hypergeometric2.py`.
fn golden(name: &str) -> Vec<Vec<f64>> {
    let text = include_str!("../../tests/golden/lifetime/hypergeometric2.json");
    let mut lists: std::collections::BTreeMap<String, Vec<Vec<f64>>> = serde_json::from_str(text).unwrap();
    lists.remove(name).unwrap()
}

#[test]
fn values_are_those_of_fifty_digits() {
    let mut worst = 0.0_f64;
    for row in golden("gauss") {
        let [a, b, c, z, expected] = row[..] else { panic!("{row:?}") };
        let found = ln_average(a, b, c - b, z, 1.0 - z);
        // of a value that is e^1000 the relative error is at least the rounding of 1000
        worst = worst.max((found - expected).abs() / expected.abs().max(1.0));
    }
    assert!(worst < 1e-13, "{worst:?}");
}

#[test]
fn no_parameters_give_nan() {
    let sizes = [1e-8, 0.5, 1.0, 2.0, 1e4, 1e8];
    for power in [-1e4, -3.0, -0.5, 0.0, 1e-8, 0.5, 1.0, 2.0, 1e4, 1e8] {
        for (a, b) in sizes.iter().flat_map(|a| sizes.map(|b| (*a, b))) {
            for z in [-1e12, -3.0, -1e-300, 0.0, 0.5, 0.999, 1.0 - f64::EPSILON] {
                let ln = ln_average(power, a, b, z, 1.0 - z);
                assert!(!ln.is_nan(), "{power} {a} {b} {z}: {ln}");
            }
        }
    }
}

#[test]
fn closed_forms_are_met() {
    // ₂F₁(1, 1; 2; z) = −ln(1 − z) / z, ₂F₁(a, 1; 2; z) = ((1 − z)^(1 − a) − 1) / ((a − 1) z)
    for z in [-1e9_f64, -40.0, -0.3, 0.2, 0.97, 1.0 - 1e-12] {
        let found = ln_average(1.0, 1.0, 1.0, z, 1.0 - z);
        let expected = (-(-z).ln_1p() / z).ln();
        assert!((found - expected).abs() < 1e-12, "{z} {found} {expected}");
        let found = ln_average(3.5, 1.0, 1.0, z, 1.0 - z);
        let expected = ((-2.5 * (-z).ln_1p()).exp_m1() / (2.5 * z)).ln();
        assert!((found - expected).abs() < 1e-12 * found.abs().max(1.0), "{z} {found} {expected}");
    }
}
