//! Purchases at random until a lifetime ends whose hazard grows with age: Gompertz lifetimes.
//!
//! With B = β + e^(b y) − 1 the survival function is (β / B)^s and the density s b e^(b y) β^s / B^(s + 1). Both are written
//! with `q = B e^(−b y) = β e^(−b y) + 1 − e^(−b y)`, a mean of β and 1, which neither overflows nor cancels.
//!
//! B is 0 at `ln(1 − β) / b` and at multiples of 2πi / b beside it. For β below 1 that is left of all ages, and panels grow
//! with age; for β above 1 the places are π / b above and below the age `ln(β − 1) / b` at which the hazard turns, and
//! panels are short around it. Survival and density are all that is its own; counts and draws are those of every process
//! whose end does not depend on purchases.

use std::f64::consts::PI;

use crate::math::random::Random;

use super::AT_ONCE;
use super::leaving::{Leaving, between, draw, probability};

/// Purchase rates are Gamma(r, alpha); the hazard at age t is η b e^(b t), where η is Gamma(s, beta).
///
/// For a known buyer beta lies nearer to 1 than for a newcomer, since its hazard has grown already.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Gompertz {
    pub(crate) r: f64,
    pub(crate) alpha: f64,
    pub(crate) b: f64,
    pub(crate) s: f64,
    pub(crate) beta: f64,
}

/// What is known of the hazard at an age: all that likelihoods and slopes need, from one exponential, with B = β + e^(b y) − 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Age {
    /// ln (B / β)
    pub(crate) ln_rise: f64,
    /// B e^(−b y), and its logarithm
    pub(crate) q: f64,
    pub(crate) ln_q: f64,
    /// 1 / B
    pub(crate) over: f64,
}

impl Gompertz {
    /// The hazard at age `y`, from one exponential: nothing overflows, however large b y is, and nothing cancels, however small.
    pub(crate) fn age(&self, y: f64) -> Age {
        let by = self.b * y;
        if by < 30.0 {
            let grown = by.exp_m1();
            let (whole, power) = (self.beta + grown, 1.0 + grown);
            // a large power of what is hardly above 1 wants all digits of it
            let rise = grown / self.beta;
            let ln_rise = if self.s > 1e3 { rise.ln_1p() } else { (1.0 + rise).ln() };
            return Age { ln_rise, q: whole / power, ln_q: ln_rise + self.beta.ln() - by, over: 1.0 / whole };
        }
        let small = (-by).exp();
        let q = 1.0 + (self.beta - 1.0) * small;
        Age { ln_rise: by + q.ln() - self.beta.ln(), q, ln_q: q.ln(), over: small / q }
    }

    /// Whether a plain exponential has digits enough: e^(b y) − 1 is not divided by a small β, nor is what is hardly above 1
    /// raised to a large power.
    pub(crate) fn is_plain(&self) -> bool {
        self.beta > 0.05 && self.s < 100.0
    }

    /// B e^(−b y) alone, to a few digits where b y is small: for those who look how long a panel may be.
    fn q(&self, y: f64) -> f64 {
        let small = (-self.b * y).exp();
        self.beta * small + (1.0 - small)
    }

    /// E\[λ\] ∫ S(y) dy from 0 to t: as many purchases as the living make, for as long as they live.
    ///
    /// The conditional expectation that Bemmaor and Glady printed in 2012 is too high (J. Adler 2022, Comment on
    /// "Modeling purchasing behavior with sudden death", *Management Science* 68(3)); this one
    /// is the mean of the process that goes on, whatever was seen.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        self.r / self.alpha * between(self, 0.0, t, 0.0).min(t)
    }

    /// [`Gompertz::expected`] of times that rise, each from the one before.
    pub(crate) fn expected_after(&self, known: (f64, f64), times: &[f64; AT_ONCE]) -> [f64; AT_ONCE] {
        let (mut from, mut found) = known;
        times.map(|t| {
            found += self.r / self.alpha * between(self, from, t, 0.0).min(t - from);
            from = t;
            found
        })
    }

    /// (β / (β + e^(b t) − 1))^s: the mean of the survival functions of all η.
    ///
    /// It is 1 at 0 and falls to 0, in the end as e^(−s b t).
    pub(crate) fn alive(&self, t: f64) -> f64 {
        self.ln_survival(t).exp()
    }

    /// The probability of `count` purchases up to `t`, by quadrature.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        probability(self.r, self.alpha, self, count, t)
    }

    /// A future drawn at random: when it ends, then purchases until then.
    ///
    /// η (e^(b τ) − 1) of a lifetime τ is exponential. All is drawn in logarithms, since η of a small shape is below the
    /// least `f64` and e^(b τ) then above the greatest.
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let ln_eta = random.ln_gamma(self.s) - self.beta.ln();
        let ln_odds = random.exponential().ln() - ln_eta;
        let ln_power = if ln_odds > 30.0 { ln_odds } else { ln_odds.exp().ln_1p() };
        draw(self.r, self.alpha, ln_power / self.b, random, t)
    }
}

impl Leaving for Gompertz {
    fn ln_survival(&self, y: f64) -> f64 {
        // to the last digit also where hardly anybody has left
        let by = self.b * y;
        if by < 30.0 { -self.s * (by.exp_m1() / self.beta).ln_1p() } else { -self.s * self.age(y).ln_rise }
    }

    fn ln_staying(&self, y: f64) -> f64 {
        let by = self.b * y;
        if by < 30.0 && self.is_plain() {
            return -self.s * ((self.beta - 1.0 + by.exp()) / self.beta).ln();
        }
        self.ln_survival(y)
    }

    fn ln_density(&self, y: f64) -> f64 {
        let age = self.age(y);
        (self.s * self.b).ln() - age.ln_q - self.s * age.ln_rise
    }

    fn reach(&self, y: f64) -> f64 {
        // where B is 0: left of the range for β < 1, else at a distance of π / b of the real line
        if self.beta < 1.0 {
            2.0 * (y - (-self.beta).ln_1p() / self.b)
        } else if self.beta > 1.0 {
            0.8 * (y - (self.beta - 1.0).ln() / self.b).hypot(PI / self.b)
        } else {
            f64::INFINITY
        }
    }

    fn steepness(&self, y: f64) -> f64 {
        self.b * (1.0 - (self.s + 1.0) / self.q(y)).abs()
    }

    fn hazard(&self, y: f64) -> f64 {
        self.s * self.b / self.q(y)
    }

    fn begin(&self) -> f64 {
        1.0 / (self.b * (1.0 + (self.s + 1.0) / self.beta.min(1.0)))
    }
}
