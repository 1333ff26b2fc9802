//! Purchases at random until a moment that is drawn for each buyer: what Pareto and Gompertz lifetimes have in common.
//!
//! Purchase rates are Gamma(r, α); lifetimes have a survival function and a density with a mixed hazard. Purchases do not
//! change the hazard, so that the chance of `n` purchases up to `t` is that of an NBD at `t` for those who stay, and at
//! the moment of leaving for those who leave before:
//!
//! `P(n, t) = NBD(n, t) S(t) + ∫ NBD(n, y) f(y) dy` from 0 to t.
//!
//! The integral is taken by panels. Of few purchases it begins at 0, y^n being a polynomial, or so near that y^n is nothing; of many the beginning
//! is found by bounds on a grid, since a peak as narrow as 1 / √n stands far from 0 and the way there is long. The end is
//! where the most likely count and all who are still there together are nothing.

use crate::lifetime::family::gauss::{Integrand, integrate};
use crate::math::gamma::{ln_gamma, ln_rising};
use crate::math::random::Random;
use crate::math::tail::ln_one_minus_exp;

use super::discounted::FAR;

/// Purchases after which a draw ends: a rate without end must not take for ever.
const MOST_DRAWN: u32 = 10_000_000;

/// The most purchases whose power of time is taken from 0 on as it is.
const FEW: f64 = 6.0;

/// How a lifetime ends.
pub(crate) trait Leaving {
    /// ln of the probability to live longer than `y`.
    fn ln_survival(&self, y: f64) -> f64;

    /// The same to the last digit of the probability itself, which may be faster: one of nearly 1 is not told from 1.
    fn ln_staying(&self, y: f64) -> f64 {
        self.ln_survival(y)
    }

    /// ln of the density of lifetimes at `y`.
    fn ln_density(&self, y: f64) -> f64;

    /// How long a panel of quadrature from `y` may be.
    fn reach(&self, y: f64) -> f64;

    /// How fast the logarithm of the density changes at `y`, up or down.
    fn steepness(&self, y: f64) -> f64;

    /// How fast the probability to live longer falls at `y`, as a logarithm: the hazard of all who are still there.
    ///
    /// It may rise or fall with `y`, not both.
    fn hazard(&self, y: f64) -> f64;

    /// A time up to which the density changes by no more than a factor of e.
    fn begin(&self) -> f64;
}

/// The survival function times e^(−force · y) up to the end of a horizon: what discounted purchases are made of.
///
/// It falls from 1 on and never rises, so that what is left is at most its height times the time that is left.
struct Staying<'a, L> {
    leaving: &'a L,
    end: f64,
    force: f64,
}

impl<L: Leaving> Integrand<0> for Staying<'_, L> {
    fn at(&self, y: f64) -> (f64, [f64; 0]) {
        (self.leaving.ln_staying(y) - self.force * y, [])
    }

    fn reach(&self, y: f64) -> f64 {
        self.leaving.reach(y)
    }

    fn steepness(&self, y: f64) -> f64 {
        self.leaving.hazard(y) + self.force
    }

    fn rest(&self, y: f64) -> f64 {
        self.leaving.ln_staying(y) - self.force * y + (self.end - y).min(1.0 / self.force).ln()
    }
}

/// ∫ e^(−force · y) S(y) dy up to `end`: the time that is lived, later time counting less. Without an end it takes a force.
///
/// # Cost
///
/// Eight to sixteen values a panel, one to six panels.
pub(super) fn staying<L: Leaving>(leaving: &L, end: f64, force: f64) -> f64 {
    between(leaving, 0.0, end, force)
}

/// As [`staying`], beginning later.
pub(super) fn between<L: Leaving>(leaving: &L, from: f64, end: f64, force: f64) -> f64 {
    let far = if force > 0.0 { end.min(FAR / force) } else { end };
    integrate(&Staying { leaving, end, force }, from, far).ln.exp()
}

/// What the probability of a count is made of: a negative binomial one with its coefficient taken once.
#[derive(Clone, Copy)]
struct Count {
    r: f64,
    alpha: f64,
    n: f64,
    /// ln (r)_n / n!
    front: f64,
}

impl Count {
    fn new(r: f64, alpha: f64, n: f64) -> Self {
        let front = if n == 0.0 { 0.0 } else { ln_rising(r, n) - ln_gamma(n + 1.0) };
        Count { r, alpha, n, front }
    }

    /// ln of the probability of `n` purchases up to `y` while alive.
    ///
    /// As powers of 1 + y / α and 1 + α / y, of which neither is a difference.
    fn ln(&self, y: f64) -> f64 {
        let still = -self.r * (y / self.alpha).ln_1p();
        if self.n == 0.0 { still } else { self.front + still - self.n * (self.alpha / y).ln_1p() }
    }

    /// Whether `y` to the power of the count is a polynomial that a rule of sixteen points takes as it is.
    fn is_few(&self) -> bool {
        self.n <= FEW
    }
}

/// The chance of a count at the moment of leaving.
struct AtLeaving<'a, L> {
    leaving: &'a L,
    count: Count,
    to: f64,
}

impl<L: Leaving> AtLeaving<'_, L> {
    /// When the count is most likely.
    fn peak(&self) -> f64 {
        (self.count.n * self.count.alpha / self.count.r).min(self.to)
    }
}

impl<L: Leaving> Integrand<0> for AtLeaving<'_, L> {
    fn at(&self, y: f64) -> (f64, [f64; 0]) {
        (self.count.ln(y) + self.leaving.ln_density(y), [])
    }

    fn reach(&self, y: f64) -> f64 {
        let own = if self.count.is_few() { self.count.alpha + y } else { y };
        (2.0 * own).min(self.leaving.reach(y))
    }

    fn steepness(&self, y: f64) -> f64 {
        let Count { r, alpha, n, .. } = self.count;
        let own = if self.count.is_few() { (r + n) / (alpha + y) } else { n / y - (r + n) / (alpha + y) };
        own.abs() + self.leaving.steepness(y)
    }

    fn rest(&self, y: f64) -> f64 {
        self.count.ln(y.max(self.peak())) + self.leaving.ln_survival(y)
    }
}

/// The probability of `count` purchases up to `t`.
///
/// # Cost
///
/// Eight to sixteen values a panel; one to four panels of up to six purchases, ten of some more, some dozens of thousands.
pub(crate) fn probability<L: Leaving>(r: f64, alpha: f64, leaving: &L, count: u32, t: f64) -> f64 {
    if t == 0.0 {
        return if count == 0 { 1.0 } else { 0.0 };
    }
    let count = Count::new(r, alpha, f64::from(count));
    let what = AtLeaving { leaving, count, to: t };
    let staying = count.ln(t) + leaving.ln_survival(t);
    let from = if count.is_few() { 0.0 } else { first(&what, staying) };
    let left = integrate(&what, from, t).ln;
    (staying.exp() + left.exp()).min(1.0)
}

/// Where the integral begins to count: y^n is 0 for long.
///
/// Left of the place all together are below e^−38 of the whole.
fn first<L: Leaving>(what: &AtLeaving<'_, L>, staying: f64) -> f64 {
    let Count { r, alpha, n, .. } = what.count;
    let slow = what.to.min(alpha / (r + n)).min(what.leaving.begin());
    let from = slow * (-40.0 / (n + 1.0)).exp();
    if n < 50.0 {
        return from;
    }
    // lower bounds of the whole from the pieces of a grid: where all before is nothing against one of them, begin
    let factor = (what.to / from).powf(1.0 / 256.0);
    let grid: Vec<(f64, f64, f64)> = (0..=256)
        .map(|at| (from * factor.powi(at)).min(what.to))
        .map(|y| (y, what.count.ln(y), what.leaving.ln_survival(y)))
        .collect();
    let piece = |(a, b): (&(f64, f64, f64), &(f64, f64, f64))| a.1.min(b.1) + a.2 + ln_one_minus_exp(b.2 - a.2);
    let pieces = grid.iter().zip(grid.iter().skip(1)).map(piece).filter(|piece| !piece.is_nan());
    let least = pieces.fold(staying, f64::max);
    let peak = what.peak();
    let nothing = |(y, count, stays): &&(f64, f64, f64)| *y <= peak && count + ln_one_minus_exp(*stays) < least - 40.0;
    grid.iter().take_while(nothing).last().map_or(from, |place| place.0)
}

/// A future drawn at random, given when it ends: purchases up to `t` or until the lifetime ends, and the last of them.
pub(crate) fn draw(r: f64, alpha: f64, lifetime: f64, random: &mut Random, t: f64) -> (u32, f64) {
    let ln_rate = random.ln_gamma(r) - alpha.ln();
    let (gap, end) = ((-ln_rate).exp(), t.min(lifetime));
    let (mut count, mut last, mut now) = (0, 0.0, 0.0);
    loop {
        now += random.exponential() * gap;
        if now.is_nan() || now > end || count == MOST_DRAWN {
            return (count, last);
        }
        (count, last) = (count + 1, now);
    }
}
