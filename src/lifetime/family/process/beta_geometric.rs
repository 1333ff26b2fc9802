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
use crate::math::quadrature::ln_integral_around;
use crate::math::random::Random;
use crate::math::tail;

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

    /// All purchases to come, each counted e^(−force · t), force above 0.
    ///
    /// Of a buyer with the rate λ and the drop-out probability p the n-th purchase counts (λ / (λ + f))^n (1 − p)^(n − 1), all of
    /// them λ / (f + λ p). The mean over p is y ₂F₁(1, a; a + b; −y), y = λ / f, which Gauss's continued fraction gives; the
    /// mean over λ is an integral over ln y with one hump.
    ///
    /// # Cost
    /// About 150 continued fractions of up to 16 √(1 + y) steps.
    pub(crate) fn for_ever(&self, force: f64) -> f64 {
        let BetaGeometric { r, alpha, a, b } = *self;
        let scale = alpha * force;
        let height = |w: f64| {
            let y = w.exp();
            let ln_mean = if y < 1e4 { -fraction(a, b, y).ln() } else { ln_average(1.0, a, b, -y, 1.0 + y) };
            r.ln() + tail::ln_gamma_term(r, scale * y) + w + ln_mean
        };
        ln_integral_around(height, ((r + 0.5) / scale).ln()).exp()
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

/// 1 / ₂F₁(1, a; a + b; −y): the continued fraction 1 + d₁ y / (1 + d₂ y / (1 + …)) of Gauss, all parts above 0 (Abramowitz
/// and Stegun 1964, 15.3; W. B. Jones and W. J. Thron 1980, *Continued Fractions*, 6.1).
fn fraction(a: f64, b: f64, y: f64) -> f64 {
    let whole = a + b;
    let (mut fraction, mut c, mut d, mut n) = (1.0, 1.0, 0.0, 0.0);
    let mut step = |up: f64| {
        d = 1.0 / (1.0 + up * d);
        c = 1.0 + up / c;
        fraction *= c * d;
        ((c * d - 1.0_f64).abs() < 1e-15, fraction)
    };
    let (mut done, mut found) = step(a / whole * y);
    while !done && n < 4_000.0 {
        n += 1.0;
        let middle = whole + 2.0 * n - 1.0;
        step(n * (b + n - 1.0) / ((middle - 1.0) * middle) * y);
        (done, found) = step((a + n) * (whole + n - 1.0) / (middle * (middle + 1.0)) * y);
    }
    found
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
