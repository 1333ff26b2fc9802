//! Purchases at random until a lifetime ends that is exponential, with rates that differ: Pareto lifetimes.
//!
//! The survival function is (β / (β + y))^s. Who has lived up to T goes on in the same way with β + T in place of β: the
//! older, the longer the rest, since those with high rates are gone.
//!
//! Nothing here is a difference of large numbers: powers are of 1 + t / β, and the mean of purchases at s near 1 is a
//! logarithm and not 0 / 0.

use crate::math::gamma::ln_gamma;
use crate::math::random::Random;

use super::leaving::{Leaving, draw, probability};

/// Purchase rates are Gamma(r, alpha), drop-out rates Gamma(s, beta).
///
/// For a known buyer r and alpha count its purchases and its age, beta its age; for a newcomer they are the model's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pareto {
    pub(crate) r: f64,
    pub(crate) alpha: f64,
    pub(crate) s: f64,
    pub(crate) beta: f64,
}

impl Pareto {
    /// r β / (α (s − 1)) · (1 − (β / (β + t))^(s − 1)): Schmittlein, Morrison, Colombo 1987, equation 17; also at s = 1,
    /// where it is r β / α · ln(1 + t / β).
    pub(crate) fn expected(&self, t: f64) -> f64 {
        let Pareto { r, alpha, s, beta } = *self;
        let ln = (t / beta).ln_1p();
        let power = (s - 1.0) * ln;
        let mean = if power == 0.0 { 1.0 } else { -(-power).exp_m1() / power };
        r / alpha * (beta * ln * mean)
    }

    /// ∫ e^(−force · t) (β / (β + t))^s dt for ever, z = force · β: β e^z times the exponential integral of order s,
    ///
    /// ```text
    /// e^z (Γ(1 − s) z^(s − 1) − Σ (−z)^n / (n! (n + 1 − s)))
    /// ```
    ///
    /// (M. Abramowitz and I. Stegun 1964, 5.1.12 and 6.5.29). `None` for an order near or above 1, where both parts are
    /// large beside their difference, and for a large z.
    pub(super) fn staying_forever(&self, force: f64) -> Option<f64> {
        let z = force * self.beta;
        if self.s > 0.95 || z > 1.0 {
            return None;
        }
        let (mut power, mut sum, mut n) = (1.0, 0.0, 0.0);
        for _ in 0..24 {
            sum += power / (n + 1.0 - self.s);
            n += 1.0;
            power *= -z / n;
        }
        let front = (ln_gamma(1.0 - self.s) + (self.s - 1.0) * z.ln()).exp();
        Some(self.beta * z.exp() * (front - sum))
    }

    /// (β / (β + t))^s: the mean of e^(−μ t).
    pub(crate) fn alive(&self, t: f64) -> f64 {
        self.ln_survival(t).exp()
    }

    /// P. S. Fader and B. G. S. Hardie (2005), A note on deriving the Pareto/NBD model and related expressions,
    /// brucehardie.com/notes/009; by quadrature in place of hypergeometric functions.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        probability(self.r, self.alpha, self, count, t)
    }

    /// A future drawn at random: when it ends, then purchases until then.
    ///
    /// Rates are drawn as logarithms, since those of a small shape are below the least `f64`.
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let ln_rate = random.ln_gamma(self.s) - self.beta.ln();
        let lifetime = random.exponential() * (-ln_rate).exp();
        draw(self.r, self.alpha, lifetime, random, t)
    }
}

impl Leaving for Pareto {
    fn ln_survival(&self, y: f64) -> f64 {
        -self.s * (y / self.beta).ln_1p()
    }

    fn ln_density(&self, y: f64) -> f64 {
        (self.s / (self.beta + y)).ln() + self.ln_survival(y)
    }

    fn reach(&self, y: f64) -> f64 {
        2.0 * (self.beta + y)
    }

    fn steepness(&self, y: f64) -> f64 {
        (self.s + 1.0) / (self.beta + y)
    }

    fn hazard(&self, y: f64) -> f64 {
        self.s / (self.beta + y)
    }

    fn begin(&self) -> f64 {
        self.beta / (self.s + 1.0)
    }
}
