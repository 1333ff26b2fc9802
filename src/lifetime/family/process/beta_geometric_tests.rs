//! Figures of the beta-geometric process against fifty digits.

use super::super::rates::fraction;
use super::*;

#[test]
fn figures_are_those_of_fifty_digits() {
    let text = include_str!("../../../../tests/golden/lifetime/hypergeometric2.json");
    let mut lists: std::collections::BTreeMap<String, Vec<Vec<f64>>> = serde_json::from_str(text).unwrap();
    let mut worst = [0.0_f64; 2];
    for row in lists.remove("beta_geometric").unwrap() {
        let [r, a, b, odds, ln_alive, ln_expected] = row[..] else { panic!("{row:?}") };
        let process = BetaGeometric { r, alpha: 1.0, a, b };
        let expected = process.expected(odds) / ln_expected.exp() - 1.0;
        let alive = process.alive(odds) / ln_alive.exp() - 1.0;
        if ln_alive > -600.0 {
            worst[0] = worst[0].max(alive.abs());
        }
        worst[1] = worst[1].max(expected.abs());
    }
    assert!(worst.iter().all(|worst| *worst < 1e-11), "{worst:?}");
}

/// All purchases to come, each counted e^(−force · t), force above 0.
///
/// Of a buyer with the rate λ and the drop-out probability p the n-th purchase counts (λ / (λ + f))^n (1 − p)^(n − 1), all of
/// them λ / (f + λ p). The mean over p is y ₂F₁(1, a; a + b; −y), y = λ / f, which Gauss's continued fraction gives; the
/// mean over λ is an integral over ln y with one hump.
///
/// # Cost
/// About 150 continued fractions of up to 16 √(1 + y) steps.
fn for_ever(process: &BetaGeometric, force: f64) -> f64 {
    let BetaGeometric { r, alpha, a, b } = *process;
    let scale = alpha * force;
    let height = |w: f64| {
        let y = w.exp();
        let ln_mean = if y < 1e4 { -fraction(a, b, y).ln() } else { ln_average(1.0, a, b, -y, 1.0 + y) };
        r.ln() + tail::ln_gamma_term(r, scale * y) + w + ln_mean
    };
    ln_integral_around(height, ((r + 0.5) / scale).ln()).exp()
}

/// Without end by rates and without end by times.
#[test]
fn two_ways_to_discount_without_end_agree() {
    let sizes = [1e-6, 0.03, 0.8, 7.0, 1e6];
    let mut number = 0_usize;
    for (r, a) in sizes.iter().flat_map(|r| sizes.map(|a| (*r, a))) {
        for b in sizes {
            number += 1;
            let (alpha, force) = (sizes[number % 5], [1e-6, 0.003, 0.1, 50.0][number % 4]);
            let process = BetaGeometric { r, alpha, a, b };
            let by_times =
                crate::lifetime::family::process::Process::BetaGeometric(process).by_parts(f64::INFINITY, force);
            let by_rates = for_ever(&process, force);
            assert!((by_rates / by_times - 1.0).abs() < 1e-9, "{process:?} {force}: {by_rates} {by_times}");
        }
    }
}
