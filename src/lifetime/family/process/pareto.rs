//! Purchases at random until a lifetime ends that is exponential, with rates that differ: Pareto lifetimes.
//!
//! The survival function is (β / (β + y))^s. Who has lived up to T goes on in the same way with β + T in place of β: the
//! older, the longer the rest, since those with high rates are gone.

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

    fn begin(&self) -> f64 {
        self.beta / (self.s + 1.0)
    }
}
