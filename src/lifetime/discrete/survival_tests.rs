//! Tests of `survival`.

use super::{Survival, ln_ratio, ln_ratio_slopes};

#[test]
fn a_sum_by_an_integral_is_the_sum_of_its_terms() {
    for (alpha, beta, c) in [(0.7, 1.2, 1.0), (0.26, 1.72, 1.58), (1.5, 30.0, 0.6), (50.0, 1e5, 1.0), (1e-3, 2.0, 1.3)]
    {
        let survival = Survival { alpha, beta, c };
        for (force, last) in [(0.0, 5000.0), (1e-3, 40_000.0), (1e-4, 7001.0)] {
            let terms = (1..=last as u32).map(|k| (survival.ln_further(3.0, k.into()) - force * f64::from(k)).exp());
            let (found, expected) = (survival.sum(3.0, force, Some(last)), terms.sum::<f64>());
            assert!((found / expected - 1.0).abs() < 1e-10, "{survival:?} {force} {last}: {found} {expected}");
        }
    }
}

/// Σ (β)_t / (α + β)_t v^t = ₂F₁(1, β; α + β; v), mpmath 1.3 with 30 digits.
#[test]
fn a_sum_without_end_is_a_hypergeometric_function() {
    for (alpha, beta, discount, expected) in HYPERGEOMETRIC {
        let survival = Survival::geometric(alpha, beta);
        let found = 1.0 + survival.sum(0.0, f64::ln_1p(discount), None);
        assert!((found / expected - 1.0).abs() < 1e-10, "{alpha} {beta} {discount}: {found} {expected}");
    }
}

const HYPERGEOMETRIC: [(f64, f64, f64, f64); 6] = [
    (0.70408, 1.18204, 0.1, 3.694_894_092_755_253),
    (0.66809, 3.80609, 0.1, 5.922_243_741_262_864),
    (0.66809, 3.80609, 0.0001, 125.387_849_959_457_3),
    (0.01, 0.02, 0.000001, 580_925.902_402_259_5),
    (2.5, 40.0, 0.00001, 27.645_307_652_659_6),
    (300.0, 2e5, 0.0001, 627.776_789_744_142_3),
];

#[test]
fn slopes_are_those_of_differences() {
    for (x, a, n) in [(0.4, 0.7, 3.3), (2.0, 5.0, 0.2), (30.0, 0.01, 400.0), (1e4, 20.0, 7.0)] {
        let slopes = ln_ratio_slopes(x, a, n);
        let by = |dx: f64, da: f64, dn: f64| {
            let (up, down) = (ln_ratio(x + dx, a + da, n + dn), ln_ratio(x - dx, a - da, n - dn));
            (up - down) / (2.0 * (dx + da + dn))
        };
        let differences = [by(1e-5 * x, 0.0, 0.0), by(0.0, 1e-5 * a, 0.0), by(0.0, 0.0, 1e-5 * n)];
        for (slope, difference) in slopes.iter().zip(differences) {
            assert!((slope - difference).abs() < 1e-5 * slope.abs() + 1e-9, "{x} {a} {n}: {slopes:?} {differences:?}");
        }
    }
}
