//! Averages of a power over a beta distribution, as logarithms: Gauss's hypergeometric function ₂F₁(a, b; c; z) of real
//! parameters with 0 < b < c, and z below 1.
//!
//! Models of lifetimes meet it with parameters of thousands and z beside 1 or far below 0, where its value leaves the
//! range of numbers and its series takes for ever. What they need is always such an average ([`ln_average`]): that is
//! Euler's integral, it is positive, and it has one hump whose place is the root of a quadratic. So:
//!
//! | where | how | relative error of the value |
//! | --- | --- | --- |
//! | short series | series with positive terms, after the transformation of Euler or Pfaff | 1e-13 |
//! | else | Euler's integral | 1e-12 + 1e-15 · (size of a power's exponent) |
//!
//! Answers are never NaN and steps are bounded.
//!
//! M. Abramowitz and I. Stegun (1964), *Handbook of Mathematical Functions*, 15.3.1 (Euler's integral), 15.3.3 to 15.3.5 (the
//! transformations). J. Pearson, S. Olver and M. Porter (2017), Numerical methods for the computation of the confluent and
//! Gauss hypergeometric functions, DOI 10.1007/s11075-016-0173-0, compare ways that work on parts of the plane.

use super::gamma::{ln_gamma, ln_rising};
use super::quadrature::ln_integral_around;
use super::tail;

/// Terms of a series before the integral is taken.
const SHORT: usize = 300;

/// ln E[(1 − z P)^(−power)] of a P that is Beta(a, b): ln ₂F₁(power, a; a + b; z).
///
/// Both parameters are above 0, `rest` is 1 − z, above 0.
///
/// # Cost
/// Up to 300 short steps of a series, else 60 to 300 evaluations of a logarithm and an exponential.
pub(crate) fn ln_average(power: f64, a: f64, b: f64, z: f64, rest: f64) -> f64 {
    let short = if z < 0.0 {
        let ratio = -z / rest;
        // the forms of Pfaff, whichever has positive terms and falls faster
        if power > 0.0 && power <= a || power >= a + b {
            positive(power, b, a + b, ratio).map(|ln| ln - power * rest.ln())
        } else {
            positive(a + b - power, a, a + b, ratio).map(|ln| ln - a * rest.ln())
        }
    } else if power > 0.0 && (power <= b || power >= a + b) {
        positive(power, a, a + b, z)
    } else {
        positive(a + b - power, b, a + b, z).map(|ln| ln + (b - power) * rest.ln())
    };
    short.unwrap_or_else(|| integral(power, a, b, z, rest))
}

/// Euler's integral over w = ln(p / (1 − p)).
///
/// The logarithm of the integrand, b ln(1 − p) + a ln p − power · ln(1 − z p), has one highest place: its slope times (1 − z p)
/// is a quadratic in p that is above 0 at p = 0 and below at p = 1.
/// 1 − z p is taken as (1 − p) + p (1 − z) where p is not small: z beside 1 costs no digits.
fn integral(power: f64, a: f64, b: f64, z: f64, rest: f64) -> f64 {
    let beta = LogitBeta::new(a, b);
    let height = |w: f64| {
        let at = Logit::new(w);
        let part = z * at.p;
        let ln = if part < 0.5 { (-part).ln_1p() } else { (at.q + at.p * rest).ln() };
        beta.ln(&at) - power * ln
    };
    // the slope is 0 where b (1 − z) o² − (z (power − a) + a − b) o − a = 0 of the odds o = p / (1 − p)
    let (square, middle) = (b * rest, z * (power - a) + a - b);
    let root = middle.hypot(2.0 * (square * a).sqrt());
    let odds = if middle > 0.0 { (middle + root) / (2.0 * square) } else { 2.0 * a / (root - middle) };
    let ln_odds = odds.ln();
    ln_integral_around(height, if ln_odds.is_finite() { ln_odds } else { (a / b).ln() })
}

/// ln of the sum of a short series with positive terms; `None` if it is long.
///
/// It ends when what is left is below the last digit: from a term on whose ratio to the one before is r < 1, the rest is at
/// most r / (1 − r) times that term, since ratios fall towards z or rise to it.
fn positive(a: f64, b: f64, c: f64, z: f64) -> Option<f64> {
    // where the terms are highest, (a + n)(b + n) z = (c + n)(1 + n), to first order
    let peak = ((a + b) * z - c - 1.0) / (1.0 - z);
    let far = (a * b * z / (1.0 - z)).sqrt();
    if peak.max(far) >= SHORT as f64 {
        return None;
    }
    let (mut term, mut sum) = (1.0, 1.0);
    for step in 0..SHORT {
        let n = step as f64;
        let ratio = (a + n) * (b + n) * z / ((c + n) * (n + 1.0));
        term *= ratio;
        sum += term;
        let bound = f64::max(ratio, z);
        if bound < 1.0 && term * bound <= 1e-16 * sum * (1.0 - bound) {
            return Some(sum.ln());
        }
        if sum > 1e290 {
            return None;
        }
    }
    None
}

/// The beta distribution over the logit of its variable, w = ln(p / (1 − p)), where its tails are exponentials.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogitBeta {
    a: f64,
    b: f64,
    /// Powers are taken beside their greatest value if both parameters are large.
    large: bool,
    front: f64,
}

impl LogitBeta {
    /// Of parameters above 0, from 1e-10 to 1e10.
    ///
    /// Of large parameters the constant is made of Stirling's remainders, without the large gamma functions.
    pub(crate) fn new(a: f64, b: f64) -> Self {
        let (small, big, whole) = (a.min(b), a.max(b), a + b);
        let large = small >= 10.0;
        let front = if large {
            let rest = tail::remainder(whole) - tail::remainder(a) - tail::remainder(b);
            (a / (2.0 * std::f64::consts::PI) * (b / whole)).ln() / 2.0 + rest
        } else {
            ln_rising(big, small) - ln_gamma(small)
        };
        LogitBeta { a, b, large, front }
    }

    /// ln of the density over the logit: p^a (1 − p)^b / B(a, b).
    pub(crate) fn ln(&self, at: &Logit) -> f64 {
        let (a, b) = (self.a, self.b);
        if self.large {
            let off = at.odds * b - a;
            return a * (off / a).ln_1p() - (a + b) * (off / (a + b)).ln_1p() + self.front;
        }
        a * at.ln_p + b * at.ln_q + self.front
    }
}

/// A probability and the logarithm of its odds, exact at both ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Logit {
    /// p / (1 − p)
    pub(crate) odds: f64,
    /// The probability.
    pub(crate) p: f64,
    /// 1 − p
    pub(crate) q: f64,
    pub(crate) ln_p: f64,
    pub(crate) ln_q: f64,
}

impl Logit {
    /// Of w = ln(p / (1 − p)).
    pub(crate) fn new(w: f64) -> Self {
        let small = (-w.abs()).exp();
        let (more, less) = (1.0 / (1.0 + small), small / (1.0 + small));
        let ln_more = -small.ln_1p();
        let ln_less = ln_more - w.abs();
        if w < 0.0 {
            return Logit { odds: small, p: less, q: more, ln_p: ln_less, ln_q: ln_more };
        }
        Logit { odds: 1.0 / small, p: more, q: less, ln_p: ln_more, ln_q: ln_less }
    }
}

#[cfg(test)]
#[path = "hypergeometric2_tests.rs"]
mod tests;
