//! What is bought at a given rate where the coins are not known, remembered at places of the rate.
//!
//! Rates are told in units of the question: y = λ / force without end, y = λ · horizon up to one. With c = λ / (λ + force)
//! the stage number m counts c^m on the average without end, and c^m Q(m) up to a horizon, Q(m) the probability that a
//! Poisson number of the mean (λ + force) · horizon is m at least. A purchase takes k stages, and the coins before the
//! n-th held with the probability S₍ₙ₋₁₎ = B(a, b + n − 1) / B(a, b). So the purchases of one who has passed j stages of
//! the next one count
//!
//! | up to | discounted purchases |
//! | --- | --- |
//! | a horizon | Σ over n of S₍ₙ₋₁₎ c^(n k − j) Q(n k − j) |
//! | ever | c^(k − j) E\[1 / (1 − (1 − p) c^k)\] = c^(k − j) (1 + z) ₂F₁(1, a; a + b; −z), z = c^k / (1 − c^k) |
//!
//! The first is a sum over purchases of what each counts on the average, given that the coins before it held: a purchase at the
//! time t counts e^(−force · t) and is the last of its stages, whose times are Erlang. The second is the same sum with Q = 1,
//! taken under the mean over p.
//!
//! Nothing cancels in either. The hypergeometric function is Gauss's continued fraction; long sums of one stage a purchase
//! are integrals over p instead.

use crate::math::hypergeometric2::{Logit, LogitBeta, ln_average};
use crate::math::quadrature::ln_integral_of_line;

/// Purchases counted one by one where an integral over p does it as well.
const MOST_COUNTED: f64 = 2_000.0;

/// Places between those that are remembered and those that are asked for, above which all are forgotten.
const GAP: i64 = 512;

/// What is asked of a rate: purchases up to a horizon, or ever, each counted less the later it comes.
///
/// In units of its own time it is one number, so that the unit of a model does not matter to what is remembered.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question {
    /// In which rates are told: the horizon, or 1 / force.
    time: f64,
    /// Force times horizon; infinite without an end.
    whole: f64,
}

impl Question {
    /// Up to this horizon, by a force above 0.
    ///
    /// So far away that a stage number as high as `stages` comes after it with the probability 1e-16 only, it has no end.
    pub(super) fn new(horizon: f64, force: f64, stages: u32) -> Self {
        let whole = force * horizon;
        if whole >= 40.0 + 4.0 * f64::from(stages) {
            return Question { time: 1.0 / force, whole: f64::INFINITY };
        }
        Question { time: horizon, whole }
    }

    /// Whether it has no end.
    pub(super) fn is_forever(&self) -> bool {
        self.whole == f64::INFINITY
    }

    /// A scale of rates in units of the question.
    pub(super) fn scale(&self, alpha: f64) -> f64 {
        alpha / self.time
    }
}

/// What is remembered: of one question, number of stages and distribution of coins, the purchases at each place.
///
/// Places are multiples of a step of the logarithm of the rate. Asking for others forgets them. A number at a place depends on
/// the question, the stages, `a`, `b` and the place alone: not on what was asked before, and not on the order of buyers.
///
/// # Cost
/// O(1) of time and (stages + 1) numbers a place, some 70 to 300 places.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rates {
    stages: usize,
    a: f64,
    b: f64,
    step: f64,
    whole: f64,
    /// The place from which they are remembered, upwards and downwards: the rate, then purchases by stages passed.
    base: i64,
    up: Vec<f64>,
    down: Vec<f64>,
    /// Room for tails of the Poisson distribution.
    tails: Vec<f64>,
}

impl Rates {
    /// Forgets what does not belong to the question and to these stages, `a`, `b` and step, or is far from `place`.
    pub(super) fn prepare(&mut self, question: &Question, [stages, a, b, step]: [f64; 4], place: i64) {
        let stages = stages as usize;
        let same = (self.stages, self.a, self.b) == (stages, a, b) && (self.step, self.whole) == (step, question.whole);
        let width = (stages + 1) as i64;
        let (low, high) = (self.base - self.down.len() as i64 / width, self.base + self.up.len() as i64 / width);
        if !same || place > high + GAP || place < low - GAP {
            (self.stages, self.a, self.b, self.step, self.whole) = (stages, a, b, step, question.whole);
            self.base = place;
            self.up.clear();
            self.down.clear();
        }
    }

    /// The rate at a place, and the purchases at that rate by the number of stages passed.
    pub(super) fn at(&mut self, place: i64) -> (f64, &[f64]) {
        let (first, side, from) = if place >= self.base {
            (self.base, &mut self.up, (place - self.base) as usize)
        } else {
            (self.base - 1, &mut self.down, (self.base - 1 - place) as usize)
        };
        let width = self.stages + 1;
        while side.len() < (from + 1) * width {
            let at = (side.len() / width) as i64;
            let at = if place >= self.base { first + at } else { first - at };
            let (begin, rate) = (side.len(), (at as f64 * self.step).exp());
            side.resize(begin + width, rate);
            let bought = side.get_mut(begin + 1..).unwrap_or_default();
            if self.whole == f64::INFINITY {
                forever(self.a, self.b, rate, bought);
            } else if self.stages == 1 && rate > MOST_COUNTED {
                bought.fill(by_coins(self.a, self.b, rate, self.whole));
            } else {
                until(self.a, self.b, rate, self.whole, bought, &mut self.tails);
            }
        }
        match side.get(from * width..(from + 1) * width) {
            Some([rate, bought @ ..]) => (*rate, bought),
            _ => (0.0, &[]),
        }
    }
}

/// Purchases without end at the rate `y`, by the number of stages passed: as many as there is room for.
///
/// # Cost
/// One continued fraction, or an integral over p of rates above 1e4.
fn forever(a: f64, b: f64, y: f64, bought: &mut [f64]) {
    let counts = y / (1.0 + y);
    let odds = 1.0 / (bought.len() as f64 * (1.0 / y).ln_1p()).exp_m1();
    let mean = if odds < 1e4 { 1.0 / fraction(a, b, odds) } else { ln_average(1.0, a, b, -odds, 1.0 + odds).exp() };
    let mut next = (1.0 + odds) * mean;
    for bought in bought.iter_mut().rev() {
        next *= counts;
        *bought = next;
    }
}

/// Purchases up to the horizon at the rate `y`, by the number of stages passed; `whole` is force times horizon.
///
/// # Cost
/// O(y + whole + 10 √(y + whole)) steps, and as many numbers of room. Tails of the Poisson distribution are summed from the
/// far end on, so that each keeps its digits, and divided by their sum, so that no first term is needed.
fn until(a: f64, b: f64, y: f64, whole: f64, bought: &mut [f64], tails: &mut Vec<f64>) {
    let (mean, stages) = (y + whole, bought.len());
    if mean < 1e-9 {
        // one purchase at the most: y^m / m! of m stages, to second order
        let (mut power, mut m) = (1.0, 0.0);
        for bought in bought.iter_mut().rev() {
            m += 1.0;
            power *= y / m;
            *bought = power * (1.0 - mean * m / (m + 1.0));
        }
        return;
    }
    let counts = y / mean;
    // tails from the far end on, beside the last chance
    let top = if mean < 1e-3 { stages + 8 } else { (mean + 10.0 * mean.sqrt()) as usize + 41 + stages };
    tails.clear();
    tails.resize(top + 1, 1.0);
    let (mut chance, mut tail, over) = (1.0, 1.0, 1.0 / mean);
    for (m, slot) in tails.iter_mut().enumerate().rev() {
        *slot = tail;
        chance *= m as f64 * over;
        tail += chance;
    }
    let all = tails.first().copied().unwrap_or(1.0);
    bought.fill(0.0);
    let (mut held, mut power, mut n) = (1.0 / all, 1.0, 0.0);
    for chunk in tails.get(1..).unwrap_or_default().chunks_exact(stages) {
        let (mut first, mut last) = (None, 0.0);
        for (bought, tail) in bought.iter_mut().rev().zip(chunk) {
            power *= counts;
            let term = held * power * tail;
            *bought += term;
            first = first.or(Some(term <= 1e-18 * *bought));
            last = 1e-18 * *bought - term;
        }
        held *= (b + n) / (a + b + n);
        n += 1.0;
        // each of the terms to come is smaller, and they are no more than some thousands
        if first == Some(true) && last >= 0.0 {
            break;
        }
    }
}

/// As [`until`], of one stage a purchase, at a high rate: E[y (1 − e^−(whole + y p)) / (whole + y p)] over p.
fn by_coins(a: f64, b: f64, y: f64, whole: f64) -> f64 {
    let coin = LogitBeta::new(a, b);
    let height = |w: f64| {
        let at = Logit::new(w);
        let x = whole + y * at.p;
        coin.ln(&at) + if x < 1e-16 { 0.0 } else { (-(-x).exp_m1() / x).ln() }
    };
    y * ln_integral_of_line(height).exp()
}

/// 1 / ₂F₁(1, a; a + b; −y): the continued fraction 1 + d₁ y / (1 + d₂ y / (1 + …)) of Gauss, all parts above 0 (Abramowitz
/// and Stegun 1964, 15.3; W. B. Jones and W. J. Thron 1980, *Continued Fractions*, 6.1).
///
/// # Cost
/// Up to 16 √(1 + y) steps.
pub(super) fn fraction(a: f64, b: f64, y: f64) -> f64 {
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
