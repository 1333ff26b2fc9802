//! Purchases of regular buyers for ever, those to come counting less.
//!
//! A stage at rate λ counts c = λ / (λ + force) on the average, a purchase c^k. After j stages of silence the next purchase
//! counts c^(k − j), and each after it (1 − p) c^k times what the one before counts:
//!
//! ```text
//! Σ_j w_j · E[c^(k − j) / (1 − (1 − p) c^k)]
//! ```
//!
//! The mean over p is ₂F₁(1, b; a + b; c^k); that over λ is an integral of one hump in ln λ. It takes some hundred places
//! where integrals over expected purchases take as many expectations, each of them an integral for late times.

use std::f64::consts::PI;

use crate::math::gamma::ln_gamma;
use crate::math::hypergeometric2::ln_average;
use crate::math::quadrature::ln_integral_of_line;
use crate::math::tail::remainder;

use super::erlang::Erlang;

impl Erlang {
    /// All purchases to come, each counted e^(−force · t), by a force above 0; `None` where the chance of no stage in silence
    /// is too small for a number.
    pub(super) fn forever(&self, force: f64) -> Option<f64> {
        let Erlang { stages, r, alpha, share, a, b } = *self;
        let none = self.weights()[0];
        if none < f64::MIN_POSITIVE {
            return None;
        }
        let (k, silent) = (f64::from(stages), share * alpha);
        // around the mean rate, so that the powers of a large shape do not cancel
        let mean = r / alpha;
        let ln_g = |w: f64| {
            let rate = mean * w.exp();
            let ln_counts = -(force / rate).ln_1p();
            let (counts, whole) = (ln_counts.exp(), k * ln_counts);
            // Σ_j (silent · λ)^j / j! · c^(k − 1 − j), from the last stage on
            let (passed, _) = (1..stages).rev().fold((1.0, 1.0), |(sum, power), j| {
                let power = power * counts;
                (power + sum * silent * rate / f64::from(j), power)
            });
            let next = f64::ln(passed) + ln_counts;
            r * (w - w.exp_m1()) + next + ln_average(1.0, b, a, whole.exp(), -whole.exp_m1())
        };
        // ln Γ(r) − r ln r + r
        let front = if r >= 10.0 { 0.5 * (2.0 * PI / r).ln() + remainder(r) } else { ln_gamma(r) - r * r.ln() + r };
        Some((ln_integral_of_line(ln_g) - front + none.ln()).exp())
    }
}
