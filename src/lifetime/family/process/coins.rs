//! Discounted purchases of buyers whom a coin ends, as a mean over their rates.
//!
//! Two things are not known of a buyer: its rate λ, which is Gamma(r, α), and its drop-out probability p, which is
//! Beta(a, b). Given the rate, what is bought depends on `a`, `b` and the question alone ([`Rates`]): not on the age of
//! the buyer. So the mean over p is taken first, at places of the rate that are the same for all buyers, and remembered;
//! the mean over λ is then a sum of known numbers with the buyer's own weights.
//!
//! # The sum
//!
//! Over w = ln λ the density of rates is one hump, analytic in a strip of ±π / 2 and more. The trapezoid rule with a step
//! δ errs there by e^(−π² / δ) (L. N. Trefethen and J. A. C. Weideman 2014, The exponentially convergent trapezoidal rule,
//! DOI 10.1137/130932132), below the last digit for δ = 1/4. Humps of large shapes are narrow and want smaller steps, as
//! 1 / √r, as do many stages up to a horizon ([`narrow`]). Left of the hump terms fall as a geometric series in the end, whose rest is told in closed form.
//!
//! # Why alone and among many are the same
//!
//! The places are multiples of δ, which follows from the shape. What is remembered is what would be computed anew, to the
//! last bit: nothing is interpolated, and nothing depends on who else is asked.
//!
//! # Stages
//!
//! With hidden stages the number j of those passed in silence has the weights w_j ∝ (r)_j / j! · share^j, and rates are
//! Gamma(r + j, α) then. As densities these are the first one times (silence · λ)^j / j!, a polynomial in λ.

use std::f64::consts::{FRAC_PI_2, TAU};

use crate::math::tail;

use super::BetaGeometric;
use super::erlang::Erlang;
use super::rates::{Question, Rates};

/// The step of the sum for shapes below 1.
const STEP: f64 = 0.25;

/// What is left out at either end, as a share of the sum.
const REST: f64 = 1e-17;

/// What may be wrong with the rest on the left that is told in closed form, as a share of the sum.
const CLOSED: f64 = 1e-16;

/// Terms to one side after which a sum is taken as it is: none is known to need a tenth of them.
const MOST_TERMS: i64 = 20_000;

/// The most purchases of a rate up to a horizon that are counted one by one.
const MOST_COUNTED: f64 = 20_000.0;

/// From this shape on powers are taken beside their highest place.
const LARGE: f64 = 64.0;

/// Purchases at rates that differ, in one or more stages, and a coin after each.
pub(super) struct Coins {
    process: Erlang,
    /// The probability that no stage passed in silence.
    none: f64,
}

impl From<&BetaGeometric> for Coins {
    fn from(&BetaGeometric { r, alpha, a, b }: &BetaGeometric) -> Self {
        Coins { process: Erlang { stages: 1, r, alpha, share: 0.0, a, b }, none: 1.0 }
    }
}

impl From<&Erlang> for Coins {
    fn from(process: &Erlang) -> Self {
        Coins { process: *process, none: process.weights()[0] }
    }
}

impl Coins {
    /// Purchases up to the horizon, each counted e^(−force · t), by a force above 0; `None` where parameters are so extreme
    /// that the sum would be long or leave the range of numbers.
    ///
    /// Relative errors are below 1e-12 for shapes up to 1e4.
    ///
    /// # Cost
    /// 60 to 150 short steps, and what is not remembered yet: a buyer alone costs some 20 to 50 µs, one of many of the same
    /// number of repeats 1/2 µs.
    pub(super) fn discounted(&self, horizon: f64, force: f64, known: &mut Rates) -> Option<f64> {
        let Erlang { stages, r, alpha, a, b, .. } = self.process;
        let question = Question::new(horizon, force, stages);
        // the shape of rates, those of all stages in silence included, and one over their scale
        let shape = r + f64::from(stages - 1);
        let scale = question.scale(alpha);
        let far = (shape + 9.0 * shape.sqrt() + 40.0) / scale;
        if stages > 1 && !question.is_forever() && far > MOST_COUNTED {
            return None;
        }
        let narrow = if question.is_forever() { 1.0 } else { narrow(stages, scale) };
        let step = STEP * narrow / (1.0 + 0.1 * shape).sqrt();
        let middle = (((r + 0.5) / scale).ln() / step).round();
        if !(middle.abs() < 1e15 && self.none >= f64::MIN_POSITIVE) {
            return None;
        }
        known.prepare(&question, [f64::from(stages), a, b, step], middle as i64);
        let mean = self.sum(scale, middle as i64, step, known) * step * self.none;
        (mean.is_finite()).then_some(mean)
    }

    /// Σ over places of the density of ln λ times what is bought at that rate, with the stages of silence.
    fn sum(&self, scale: f64, middle: i64, step: f64, known: &mut Rates) -> f64 {
        let r = self.process.r;
        let shape = r + f64::from(self.process.stages - 1);
        let centre = known.at(middle).0;
        let most = scale * centre;
        let (mut sum, mut term) = (0.0, 0.0);
        for at in 0..MOST_TERMS {
            let (rate, bought) = self.bought(scale, middle + at, known);
            let (off, power) = (at as f64 * step, scale * rate);
            // the density beside that at the middle
            let height = if r < LARGE { r * off - (power - most) } else { r * off - most * off.exp_m1() };
            let next = height.exp() * bought;
            sum += next;
            let fall = next / term;
            term = next;
            // from here on terms fall ever faster
            if power > shape + 1.0 && (term == 0.0 || fall < 1.0 && term * fall <= REST * sum * (1.0 - fall)) {
                break;
            }
        }
        let (mut term, mut ratio) = (self.bought(scale, middle, known).1, 1.0);
        // e^(r · off + most), of small shapes
        let (shrink, mut front) = ((-r * step).exp(), if r < LARGE { most.exp() } else { 0.0 });
        for at in 1..MOST_TERMS {
            let (rate, bought) = self.bought(scale, middle - at, known);
            let (off, power) = (at as f64 * step, scale * rate);
            front *= shrink;
            let height = if r < LARGE { front * exp_minus(power) } else { (-r * off - most * (-off).exp_m1()).exp() };
            let next = height * bought;
            sum += next;
            let fall = next / term;
            term = next;
            let left = 1.0 - fall;
            if power < r && (term == 0.0 || left > 0.0 && term * fall <= REST * sum * left) {
                break;
            }
            // as good as a geometric series: what is bought is a power of the rate
            let bend = (fall - ratio).abs();
            if power.max(rate) < 0.01 && left > 0.0 && term * bend <= CLOSED * sum * left * left {
                sum += term * fall / left;
                break;
            }
            ratio = fall;
        }
        (r.ln() + tail::ln_gamma_term(r, most)).exp() * sum
    }

    /// The rate at a place, and what is bought at it: Σ over stages j of (silence · λ)^j / j! times the purchases after j stages.
    fn bought(&self, scale: f64, place: i64, known: &mut Rates) -> (f64, f64) {
        match known.at(place) {
            (rate, [bought]) => (rate, *bought),
            (rate, bought) => {
                let silent = self.process.share * scale * rate;
                let (mut stage, mut all) = (f64::from(self.process.stages), 0.0);
                for bought in bought.iter().rev() {
                    all = bought + all * (silent / stage);
                    stage -= 1.0;
                }
                (rate, all)
            }
        }
    }
}

/// By which power of two steps are shorter for purchases in stages up to a horizon.
///
/// They are sums of e^(−λ (α + h (1 − ω))) over the k-th roots of unity ω (h the horizon), which grow where the imaginary part of
/// ln λ leaves π / 2 − |arg(α + h (1 − ω))|: that is how wide the strip is in which the sum is good. A power of two, so that
/// buyers of about the same age have the same places.
fn narrow(stages: u32, scale: f64) -> f64 {
    let strip = |root: u32| {
        let (sin, cos) = (TAU * f64::from(root) / f64::from(stages)).sin_cos();
        FRAC_PI_2 - sin.atan2(scale + 1.0 - cos)
    };
    let width = (1..stages.div_ceil(2)).map(strip).fold(FRAC_PI_2, f64::min);
    let mut narrow = 1.0;
    while TAU * width < 28.0 * STEP * narrow && narrow > 1e-3 {
        narrow *= 0.5;
    }
    narrow
}

/// e^−x of an x of at least 0: of a small one by its series, which is as exact and faster.
fn exp_minus(x: f64) -> f64 {
    if x < 1.0 / 64.0 {
        let rest = 1.0 - x * (1.0 / 5.0) * (1.0 - x * (1.0 / 6.0));
        return 1.0 - x * (1.0 - x * 0.5 * (1.0 - x * (1.0 / 3.0) * (1.0 - x * 0.25 * rest)));
    }
    (-x).exp()
}

#[cfg(test)]
#[path = "coins_tests.rs"]
mod tests;
