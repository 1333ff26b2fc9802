//! Purchases at random, and a coin after each purchase that may end them.

use crate::math::gamma::{ln_gamma, ln_rising};
use crate::math::random::Random;
use crate::math::tail;

/// Purchases after which a draw ends: a rate without end must not take for ever.
const MOST_DRAWN: u32 = 10_000_000;

/// Rates are Gamma(r, alpha), drop-out probabilities Beta(a, b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BetaGeometric {
    pub(crate) r: f64,
    pub(crate) alpha: f64,
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl BetaGeometric {
    /// (a + b − 1) / (a − 1) · (1 − (α / (α + t))^r · ₂F₁(r, b; a + b − 1; t / (α + t))): Fader, Hardie, Lee 2005, equation 9.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let z = t / (alpha + t);
        let (mut term, mut sum) = (1.0, 1.0);
        for step in 0..100_000 {
            let n = f64::from(step);
            term *= (r + n) * (b + n) / ((a + b - 1.0 + n) * (n + 1.0)) * z;
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        (a + b - 1.0) / (a - 1.0) * (1.0 - (-r * (t / alpha).ln_1p()).exp() * sum)
    }

    /// E[(α / (α + p t))^r] over the drop-out probability p.
    pub(crate) fn alive(&self, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        // Σ over the number n of purchases that the living would have made: P(N = n) · B(a, b + n) / B(a, b)
        let z = t / (alpha + t);
        let mut term = (-r * (t / alpha).ln_1p()).exp();
        let mut sum = term;
        for step in 0..100_000 {
            let n = f64::from(step);
            term *= (r + n) * (b + n) / ((a + b + n) * (n + 1.0)) * z;
            sum += term;
            if term < 1e-17 * sum {
                break;
            }
        }
        sum.min(1.0)
    }

    /// Equation 8 of Fader, Hardie and Lee (2005).
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let x = f64::from(count);
        if t == 0.0 {
            return if count == 0 { 1.0 } else { 0.0 };
        }
        let (ln_still, ln_bought) = (-(t / alpha).ln_1p(), -(alpha / t).ln_1p());
        let ln_survives = ln_rising(b, x) - ln_rising(a + b, x);
        let ln_count = ln_rising(r, x) - ln_gamma(x + 1.0) + r * ln_still + x * ln_bought;
        let alive = (ln_survives + ln_count).exp();
        if count == 0 {
            return alive;
        }
        // the last coin fell: it would have bought at least as often
        let ln_stops = ln_survives + (a / (b + x - 1.0)).ln();
        let ln_more = tail::beta(x, r, t / alpha).0;
        alive + (ln_stops + ln_more).exp()
    }

    /// A future drawn at random.
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let (ln_rate, stop) = (random.ln_gamma(self.r) - self.alpha.ln(), random.beta(self.a, self.b));
        let (mut count, mut last, mut now) = (0, 0.0, 0.0);
        loop {
            now += random.exponential() * (-ln_rate).exp();
            if !(now <= t) || count == MOST_DRAWN {
                return (count, last);
            }
            (count, last) = (count + 1, now);
            if random.uniform() < stop {
                return (count, last);
            }
        }
    }
}
