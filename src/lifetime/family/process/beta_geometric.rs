//! Purchases at random, and a coin after each purchase that may end them.
//!
//! P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting your customers" the easy way, *Marketing Science* 24(2), DOI
//! 10.1287/mksc.1040.0098, give expected purchases as (a + b − 1) / (a − 1) · (1 − …₂F₁(r, b; a + b − 1; z)). That form is
//! not defined at a = 1 and a + b = 1 and loses all digits beside them. Two others are regular everywhere, and nothing
//! cancels in them:
//!
//! - by the number n of purchases that a buyer without coins would make, which is negative binomial:
//!   E = Σ P(N = n) (S₀ + … + S₍ₙ₋₁₎), where Sₙ = B(a, b + n) / B(a, b) is the probability to outlive n coins;
//! - by the drop-out probability p: E = ∫ Beta(p; a, b) / p · (1 − (α / (α + p t))^r) dp.
//!
//! The sum is used where it is short ([`Series`]), the integral elsewhere.

use crate::math::gamma::ln_rising;
use crate::math::hypergeometric2::{Logit, LogitBeta, ln_average};
use crate::math::quadrature::{kronrod_places, kronrod_sum, ln_integral_around};
use crate::math::random::Random;
use crate::math::tail;

use super::AT_ONCE;
use super::discounted::{SHORT, TOLERANCE};

/// Purchases after which a draw ends: a rate without end must not take for ever.
const MOST_DRAWN: u32 = 10_000_000;

/// The longest sum; beyond, the integral is faster.
const MOST_TERMS: f64 = 1_500.0;

/// Rates are Gamma(r, alpha), drop-out probabilities Beta(a, b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct BetaGeometric {
    pub(crate) r: f64,
    pub(crate) alpha: f64,
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl BetaGeometric {
    /// Expected purchases up to `t`, never above those without coins, r t / α.
    ///
    /// Relative errors are below 1e-12 (parameters from 1e-8 to 1e6).
    ///
    /// # Cost
    /// O(1 + t / α + r t / α) short steps up to 1,500, about a hundred logarithms beyond.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let odds = t / alpha;
        if odds <= 0.0 {
            return 0.0;
        }
        let most = r * odds;
        let found = match Series::new(r, odds) {
            Some(series) => series.expected(a, b),
            None => self.expected_by_integral(odds),
        };
        found.min(most)
    }

    /// ∫ Beta(p) / p · (1 − (1 + p · odds)^(−r)) dp, over w = ln(p / (1 − p)), where it has one hump.
    ///
    /// # Cost
    /// About 170 evaluations, up to 1,000 of tiny `a` or `b`.
    fn expected_by_integral(&self, odds: f64) -> f64 {
        let BetaGeometric { r, a, b, .. } = *self;
        let (coin, ln_odds, ln_most) = (LogitBeta::new(a, b), odds.ln(), r.ln() + odds.ln());
        let height = |w: f64| {
            let at = Logit::new(w);
            let x = odds * at.p;
            // (1 − (1 + x)^(−r)) / p goes to r · odds as p goes to 0
            let bought = if x < 1e-280 { ln_most } else { (-(-r * x.ln_1p()).exp_m1() / x).ln() + ln_odds };
            coin.ln(&at) + bought
        };
        // the slope is (1 − p)(a − 1 + φ(x)) − b p, with φ = r x (1 + x)^(−r − 1) / (1 − (1 + x)^(−r)), which falls from 1 to 0
        let rises = |w: f64| {
            let at = Logit::new(w);
            let x = odds * at.p;
            let power = r * x.ln_1p();
            let phi = if x < 1e-280 { 1.0 } else { r * (x / (1.0 + x)) * (-power).exp() / -(-power).exp_m1() };
            a - 1.0 + phi > b * at.odds
        };
        let mut high = (a / b).ln();
        let mut low = if a > 1.0 { ((a - 1.0) / b).ln() } else { high };
        let mut reach = 1.0;
        while !rises(low) && reach < 1e4 {
            (high, low) = (low, low - reach);
            reach *= 2.0;
        }
        // the hump is no narrower than 1 / √(a + 1)
        while high - low > 0.25 / (a + 1.0).sqrt() {
            let middle = 0.5 * (low + high);
            if rises(middle) { low = middle } else { high = middle }
        }
        ln_integral_around(height, 0.5 * (low + high)).exp()
    }

    /// The probability to be alive at `t`: E[(α / (α + p t))^r] over the drop-out probability p, which is
    /// ₂F₁(r, a; a + b; −t / α).
    ///
    /// # Cost
    /// As [`BetaGeometric::expected`].
    pub(crate) fn alive(&self, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let odds = t / alpha;
        if odds <= 0.0 {
            return 1.0;
        }
        let found = match Series::new(r, odds) {
            Some(series) => series.alive(a, b),
            None => ln_average(r, a, b, -odds, 1.0 + odds).exp(),
        };
        found.min(1.0)
    }

    /// [`BetaGeometric::expected`] of times that rise: one series where that of the last time is short.
    pub(crate) fn expected_each(&self, times: &[f64; AT_ONCE]) -> [f64; AT_ONCE] {
        let BetaGeometric { r, alpha, a, b } = *self;
        let odds = times.map(|t| t / alpha);
        let Some(series) = Series::new(r, odds[AT_ONCE - 1]) else { return times.map(|t| self.expected(t)) };
        let mut found = series.expected_each(a, b, odds);
        found.iter_mut().zip(odds).for_each(|(found, odds)| *found = found.min(r * odds));
        found
    }

    /// Purchases up to a horizon that is short beside α and 1 / force, each counted e^(−force · t): by parts,
    /// e^(−f h) E(h) + ∫ f e^(−f t) E(t) dt, with Kronrod's rule of 15 points, so that E is asked for at 16 times. `None` where the horizon is not short, or the rule's own error says that it is too long.
    ///
    /// # Cost
    /// The terms of one series, each at 16 times.
    pub(crate) fn discounted_soon(&self, horizon: f64, force: f64) -> Option<f64> {
        let BetaGeometric { r, alpha, a, b } = *self;
        if horizon > 2.0 * alpha || force * horizon > SHORT {
            return None;
        }
        let series = Series::new(r, horizon / alpha)?;
        let mut times = [horizon; AT_ONCE];
        times.iter_mut().zip(kronrod_places(0.0, horizon)).for_each(|(time, place)| *time = place);
        let expected = series.expected_each(a, b, times.map(|t| t / alpha));
        let mut worth = [0.0; 15];
        for ((worth, t), expected) in worth.iter_mut().zip(times).zip(expected) {
            *worth = force * (-force * t).exp() * expected;
        }
        let later = kronrod_sum(&worth, horizon, TOLERANCE)?;
        Some((-force * horizon).exp() * expected[AT_ONCE - 1] + later)
    }

    /// All purchases that are ever expected, E\[1 / p\]; `None` if they have no bound.
    pub(crate) fn total(&self) -> Option<f64> {
        (self.a > 1.0).then(|| 1.0 + self.b / (self.a - 1.0))
    }

    /// The probability of so many purchases: Equation 8 of Fader, Hardie and Lee (2005).
    ///
    /// Either all coins have held and the next purchase is not yet, or the last coin fell and purchases would have been at
    /// least as many. The first is a negative binomial probability written beside its highest value, the second the tail of
    /// that distribution, an incomplete beta function: both keep their digits at ten thousand purchases.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let (x, odds) = (f64::from(count), t / alpha);
        if count == 0 {
            return (-r * odds.ln_1p()).exp();
        }
        if odds <= 0.0 {
            return 0.0;
        }
        let ln_survives = ln_rising(b, x) - ln_rising(a + b, x);
        let ln_count = tail::ln_beta_term(x, r, odds) - x.ln();
        // the last coin fell: it would have bought at least as often
        let ln_stops = ln_survives + a.ln() - (b + (x - 1.0)).ln();
        let ln_more = tail::beta(x, r, odds).0;
        ((ln_survives + ln_count).exp() + (ln_stops + ln_more).exp()).min(1.0)
    }

    /// A future drawn at random: purchases up to `t`, and when the last was (0 without one).
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let (ln_rate, stop) = (random.ln_gamma(self.r) - self.alpha.ln(), random.beta(self.a, self.b));
        let (mut count, mut last, mut now) = (0, 0.0, 0.0);
        loop {
            now += random.exponential() * (-ln_rate).exp();
            if now.is_nan() || now > t || count == MOST_DRAWN {
                return (count, last);
            }
            (count, last) = (count + 1, now);
            if random.uniform() < stop {
                return (count, last);
            }
        }
    }
}

/// Purchases of a buyer without coins: negative binomial, P(N = n) = Γ(r + n) / (Γ(r) n!) (1 − z)^r z^n.
struct Series {
    r: f64,
    z: f64,
    /// P(N = 0)
    none: f64,
}

impl Series {
    /// `None` where the sum is long or its first term too small for a number.
    ///
    /// Long is what has many purchases, mean and spread, or a slow tail: z^n takes 37 (1 + t / α) terms to fall to 1e-16.
    fn new(r: f64, odds: f64) -> Option<Self> {
        let (mean, spread) = (r * odds, (r * odds * (1.0 + odds)).sqrt());
        let ln_none = -r * odds.ln_1p();
        // z^n falls to 1e-16 in 37 / −ln z ≤ 37 (1 + odds) steps
        let short = mean + 10.0 * spread + 37.0 * (1.0 + odds) < MOST_TERMS && ln_none > -650.0;
        short.then(|| Series { r, z: odds / (1.0 + odds), none: ln_none.exp() })
    }

    /// Σ P(N = n) (S₀ + … + S₍ₙ₋₁₎), terms of one sign: each is made of the one before by one division, and what is left at
    /// the end is known to be below the last digit.
    fn expected(&self, a: f64, b: f64) -> f64 {
        let (r, z, whole) = (self.r, self.z, a + b);
        let (mut n, mut chance, mut outlives, mut bought, mut sum) = (0.0, self.none, 1.0, 0.0, 0.0);
        while n < 2.0 * MOST_TERMS {
            for _ in 0..4 {
                let next = n + 1.0;
                let below = 1.0 / (next * (whole + n));
                bought += outlives;
                chance *= (r + n) * (whole + n) * below * z;
                outlives *= (b + n) * next * below;
                sum += chance * bought;
                n = next;
            }
            // S₀ + … + S₍ₙ₋₁₎ grows by less than (n + 1) / n, and so the terms by less than
            let ratio = (r + n) / n * z;
            if chance * bought * ratio <= 1e-16 * sum * (1.0 - ratio) {
                break;
            }
        }
        sum
    }

    /// [`Series::expected`] at several times at once, the last of them that of the series: what does not depend on the time
    /// is made once.
    fn expected_each<const N: usize>(&self, a: f64, b: f64, odds: [f64; N]) -> [f64; N] {
        let (r, whole) = (self.r, a + b);
        let z = odds.map(|odds| odds / (1.0 + odds));
        let mut chance = odds.map(|odds| (-r * odds.ln_1p()).exp());
        let mut sum = [0.0; N];
        let (mut n, mut outlives, mut bought) = (0.0, 1.0, 0.0);
        while n < 2.0 * MOST_TERMS {
            for _ in 0..4 {
                let next = n + 1.0;
                let below = 1.0 / (next * (whole + n));
                bought += outlives;
                let grows = (r + n) * (whole + n) * below;
                outlives *= (b + n) * next * below;
                for ((chance, sum), z) in chance.iter_mut().zip(&mut sum).zip(z) {
                    *chance *= grows * z;
                    *sum += *chance * bought;
                }
                n = next;
            }
            // what is left at the last time is the greatest share
            let (chance, sum) = (chance.last().map_or(0.0, |last| *last), sum.last().map_or(0.0, |last| *last));
            let ratio = (r + n) / n * self.z;
            if chance * bought * ratio <= 1e-16 * sum * (1.0 - ratio) {
                break;
            }
        }
        sum
    }

    /// Σ P(N = n) Sₙ, in the same way.
    fn alive(&self, a: f64, b: f64) -> f64 {
        let (r, z, whole) = (self.r, self.z, a + b);
        let (mut n, mut term) = (0.0, self.none);
        let mut sum = term;
        while n < 2.0 * MOST_TERMS {
            for _ in 0..4 {
                let next = n + 1.0;
                term *= (r + n) * (b + n) * z / (next * (whole + n));
                sum += term;
                n = next;
            }
            let ratio = f64::max((r + n) / n, 1.0) * z;
            if term * ratio <= 1e-16 * sum * (1.0 - ratio) {
                break;
            }
        }
        sum
    }
}

#[cfg(test)]
#[path = "beta_geometric_tests.rs"]
mod tests;
