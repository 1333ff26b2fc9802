//! Survival by the step: beta-geometric and beta-discrete-Weibull, and sums over it.
//!
//! The chance to leave at a step is Beta(α, β) over customers, and S(t) = B(α, β + t^c) / B(α, β); with c = 1 each has one
//! chance at every step.
//!
//! | c | a customer's own chance to leave | literature |
//! | --- | --- | --- |
//! | 1 | stays as it is | shifted beta-geometric: Fader and Hardie 2007, DOI 10.1002/dir.20074 |
//! | above 1 | grows from step to step | beta-discrete-Weibull: Fader and others 2018, DOI 10.1016/j.intmar.2018.01.002 |
//! | below 1 | falls from step to step | the same |
//!
//! BG/BB leaves as the first of them; what both kinds of models sum up over time is [`Survival::sum`], and without a discount
//! or an end [`Survival::mean`]. Everything is a value of one function, the logarithm of a ratio of four gamma functions,
//! which is taken so that nothing large cancels ([`ln_ratio`]).

use crate::math::gamma::{digamma_rise, ln_rising};

/// Terms of a sum that are taken one by one; what follows is smooth enough for an integral.
const ONE_BY_ONE: f64 = 1000.0;

/// Terms below this share of the sum end it: what follows could not change its last digit, were there as many terms as all
/// before.
const NOTHING: f64 = 1e-18;

/// Nodes and weights of Gauss and Legendre's rule of eight points on (−1, 1), the positive half (M. Abramowitz and I. Stegun
/// 1964, *Handbook of Mathematical Functions*, table 25.4).
const GAUSS: [(f64, f64); 4] = [
    (0.183_434_642_495_649_8, 0.362_683_783_378_362),
    (0.525_532_409_916_329, 0.313_706_645_877_887_3),
    (0.796_666_477_413_626_7, 0.222_381_034_453_374_5),
    (0.960_289_856_497_536_3, 0.101_228_536_290_376_26),
];

/// ln Γ(x + n) Γ(x + a) / (Γ(x) Γ(x + a + n)): never above 0, the same with `a` and `n` changed.
///
/// ln S(t) is this at x = β, a = α, n = t^c, and the logarithm of a retention rate at x = β + (t − 1)^c. It is a difference
/// of two rising factorials with as few factors as can be, so that it keeps its digits where the other two are large; of one
/// factor it is a logarithm.
pub(crate) fn ln_ratio(x: f64, a: f64, n: f64) -> f64 {
    let (short, long) = if n <= a { (n, a) } else { (a, n) };
    if short == 0.0 {
        return 0.0;
    }
    if short == 1.0 {
        return -(long / x).ln_1p();
    }
    (ln_rising(x, short) - ln_rising(x + long, short)).min(0.0)
}

/// The derivatives of [`ln_ratio`] by `x`, `a` and `n`, in this order: differences of digamma functions, taken as such.
pub(crate) fn ln_ratio_slopes(x: f64, a: f64, n: f64) -> [f64; 3] {
    [digamma_rise(x, n) - digamma_rise(x + a, n), -digamma_rise(x + a, n), -digamma_rise(x + n, a)]
}

/// How long customers stay, by the step.
///
/// Nothing is checked: parameters are finite and above 0, steps at least 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Survival {
    /// The first parameter of the chance to leave: the smaller it is, the longer some stay.
    pub(crate) alpha: f64,
    /// The second: the larger it is, the fewer leave at once.
    pub(crate) beta: f64,
    /// 1 where each has one chance at every step.
    pub(crate) c: f64,
}

impl Survival {
    /// One chance at every step.
    pub(crate) fn geometric(alpha: f64, beta: f64) -> Self {
        Survival { alpha, beta, c: 1.0 }
    }

    /// t^c: how much of the chance to leave has been met after t steps.
    pub(crate) fn power(&self, t: f64) -> f64 {
        if self.c == 1.0 { t } else { t.powf(self.c) }
    }

    /// (t + n)^c − t^c, without the difference of two large numbers.
    pub(crate) fn rise(&self, t: f64, n: f64) -> f64 {
        if self.c == 1.0 {
            n
        } else if t == 0.0 {
            n.powf(self.c)
        } else {
            t.powf(self.c) * (self.c * (n / t).ln_1p()).exp_m1()
        }
    }

    /// ln S(t): of staying for t steps. Where t^c is more than a number can hold its logarithm does.
    pub(crate) fn ln(&self, t: f64) -> f64 {
        let power = self.power(t);
        if power < 1e300 {
            return ln_ratio(self.beta, self.alpha, power);
        }
        // Γ(y) / Γ(y + α) of a large y is y^−α
        (ln_rising(self.beta, self.alpha) - self.alpha * self.c * t.ln()).min(0.0)
    }

    /// ln S(t + n) / S(t): of staying for n steps more after t; of n = 1 the logarithm of a retention rate.
    pub(crate) fn ln_further(&self, t: f64, n: f64) -> f64 {
        let (before, rise) = (self.power(t), self.rise(t, n));
        if before + rise < 1e300 {
            return ln_ratio(self.beta + before, self.alpha, rise);
        }
        (self.ln(t + n) - self.ln(t)).min(0.0)
    }

    /// Σ S(t + k) / S(t) · e^(−force · k) over k from 1 to the last, or without end.
    ///
    /// Discounted purchases and residual lifetimes are such sums; with c = 1 they are hypergeometric functions, which
    /// converge no faster. The first thousand terms one by one, the rest by an integral with the midpoint rule's corrections
    /// (Euler and Maclaurin); relative error below 1e-10.
    pub(crate) fn sum(&self, t: f64, force: f64, last: Option<f64>) -> f64 {
        let last = last.unwrap_or(f64::INFINITY);
        let term = |k: f64| (self.ln_further(t, k) - force * k).exp();
        let (mut total, mut k, mut next) = (0.0, 1.0, 1.0);
        let each = (-force).exp();
        while k <= last && k <= ONE_BY_ONE {
            // with one chance a step a term is the one before times a fraction
            next = match self.c {
                1.0 => {
                    // k − 1 first: a small beta would lose its digits to a 1 that is taken away again
                    let stayed = self.beta + (t + (k - 1.0));
                    next * each * (stayed / (self.alpha + stayed))
                }
                _ => term(k),
            };
            total += next;
            // what follows is at most a falling sequence of such terms
            if next * (last - k).min(1e10) < NOTHING * total || next == 0.0 {
                return total;
            }
            k += 1.0;
        }
        if k > last {
            return total;
        }
        total + integral(&term, k - 0.5, last + 0.5, force) + edge(&term, k, last)
    }
}

impl Survival {
    /// Σ S(t + k) / S(t) over all k from 1, not discounted, as [`Survival::sum`] is with a force above 0: how many steps more are expected after t; `None` where that has no
    /// bound or is more than a number can hold.
    ///
    /// Far out survival falls as `k^(−α c)`, so that there is a mean only where α c is above 1, and what is left of the sum
    /// beyond a k is `k S(k) / (α c − 1)`. With c = 1 all of it is (β + t) / (α − 1).
    pub(crate) fn mean(&self, t: f64) -> Option<f64> {
        let fall = self.alpha * self.c;
        if fall <= 1.0 {
            return None;
        }
        if self.c == 1.0 {
            return Some((self.beta + t) / (self.alpha - 1.0)).filter(|mean| mean.is_finite());
        }
        let term = |k: f64| self.ln_further(t, k).exp();
        let (mut total, mut k) = (0.0, 1.0);
        while k <= ONE_BY_ONE {
            let next = term(k);
            total += next;
            if next == 0.0 {
                return Some(total);
            }
            k += 1.0;
        }
        // the power law holds to thirteen digits where t^c is so much more than the other parameters
        let far = 1e13 * (1.0 + self.alpha + self.beta).powi(2);
        let mut low = k - 0.5;
        total += edge(&term, k, f64::INFINITY);
        while low < 1e300 {
            let rest = (t + low) * term(low) / (fall - 1.0);
            if self.power(t + low) > far || rest < NOTHING * total {
                return Some(total + rest).filter(|mean| mean.is_finite());
            }
            let high = low + low / 3.0;
            total += panel(&term, low, high);
            low = high;
        }
        None
    }
}

/// What the sum over whole numbers is more than the integral between the halves around it: a twenty-fourth of the difference
/// of the slopes at both ends, and further terms that a thousand steps have made small.
fn edge(term: &dyn Fn(f64) -> f64, first: f64, last: f64) -> f64 {
    let begin = term(first) - term(first - 1.0);
    let end = if last.is_finite() { term(last + 1.0) - term(last) } else { 0.0 };
    (begin - end) / 24.0
}

/// ∫ of a falling function from `a` to `b`, by panels that grow with their distance from 0 and are short against the decay.
///
/// Survival falls as a power of time far out, so that a panel a third longer than the one before sees as much of it.
fn integral(function: &dyn Fn(f64) -> f64, a: f64, b: f64, force: f64) -> f64 {
    let (mut total, mut low) = (0.0, a);
    let longest = if force > 0.0 { 4.0 / force } else { f64::INFINITY };
    // 10^300 in steps of a third more
    for _ in 0..20_000 {
        let high = (low + (low / 3.0).min(longest)).min(b);
        let part = panel(function, low, high);
        total += part;
        if high >= b || (part < NOTHING * total && force > 0.0) || part == 0.0 {
            break;
        }
        low = high;
    }
    total
}

/// The integral of one panel by Gauss and Legendre's rule: of powers of the argument to thirteen digits where a panel is a
/// third of its distance from 0.
fn panel(function: &dyn Fn(f64) -> f64, low: f64, high: f64) -> f64 {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    let pair = |(node, weight): &(f64, f64)| weight * (function(middle - half * node) + function(middle + half * node));
    half * GAUSS.iter().map(pair).sum::<f64>()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
#[path = "survival_tests.rs"]
mod tests;
