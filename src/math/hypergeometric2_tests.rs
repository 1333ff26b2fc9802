//! The Gauss hypergeometric function against fifty digits and closed forms.

use super::*;

/// Rows of `scripts/references/hypergeometric2.py`.
fn golden(name: &str) -> Vec<Vec<f64>> {
    let text = include_str!("../../tests/golden/lifetime/hypergeometric2.json");
    let mut lists: std::collections::BTreeMap<String, Vec<Vec<f64>>> = serde_json::from_str(text).unwrap();
    lists.remove(name).unwrap()
}

#[test]
fn values_are_those_of_fifty_digits() {
    let mut worst = [0.0_f64; 2];
    for row in golden("gauss") {
        let [a, b, c, z, expected, sign] = row[..] else { panic!("{row:?}") };
        let (found, found_sign) = ln_2f1(a, b, c, z);
        let euler = (b > 0.0 && b < c) || (a > 0.0 && a < c);
        // of a value that is e^1000 the relative error is at least the rounding of 1000
        let error = (found - expected).abs() / expected.abs().max(1.0);
        worst[usize::from(euler)] = worst[usize::from(euler)].max(error);
        assert_eq!(found_sign, sign, "{row:?}");
    }
    assert!(worst[1] < 1e-13 && worst[0] < 1e-9, "{worst:?}");
}

#[test]
fn no_parameters_give_nan() {
    let values = [-1e4, -3.0, -0.5, 0.0, 1e-8, 0.5, 1.0, 2.0, 1e4, 1e8];
    for (a, b) in values.iter().flat_map(|a| values.map(|b| (*a, b))) {
        for c in values {
            for z in [-1e12, -3.0, -1e-300, 0.0, 0.5, 0.999, 1.0 - f64::EPSILON, 1.0, 2.0, f64::NAN] {
                let (ln, sign) = ln_2f1(a, b, c, z);
                assert!(!ln.is_nan() && sign.abs() == 1.0, "{a} {b} {c} {z}: {ln} {sign}");
            }
        }
    }
}

#[test]
fn closed_forms_are_met() {
    // ₂F₁(1, 1; 2; z) = −ln(1 − z) / z, ₂F₁(a, b; b; z) = (1 − z)^(−a)
    for z in [-1e9_f64, -40.0, -0.3, 0.2, 0.97, 1.0 - 1e-12] {
        let expected = (-(-z).ln_1p() / z).ln();
        let found = ln_2f1_beside(1.0, 1.0, 2.0, z, 1.0 - z).0;
        assert!((found - expected).abs() < 1e-12, "{z} {found} {expected}");
        let found = ln_2f1(1e4, 3.0, 3.0, z).0;
        assert!((found + 1e4 * (-z).ln_1p()).abs() < 1e-11 * found.abs(), "{z} {found}");
    }
}
