//! Survival by the step: beta-geometric and beta-discrete-Weibull, and sums over it.
//!
//! The chance to leave at a step is Beta(α, β) over customers, and S(t) = B(α, β + t^c) / B(α, β); with c = 1 each has one
//! chance at every step. Everything is a value of one function, the logarithm of a ratio of four gamma functions, which is
//! taken so that nothing large cancels ([`ln_ratio`]).

use crate::math::gamma::{digamma_rise, ln_rising};

/// Terms of a sum that are taken one by one; what follows is smooth enough for an integral.
const ONE_BY_ONE: f64 = 1000.0;

/// Terms below this share of the sum end it.
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

/// The derivatives of [`ln_ratio`] by `x`, `a` and `n`.
pub(crate) fn ln_ratio_slopes(x: f64, a: f64, n: f64) -> [f64; 3] {
    [digamma_rise(x, n) - digamma_rise(x + a, n), -digamma_rise(x + a, n), -digamma_rise(x + n, a)]
}

/// How long customers stay, by the step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Survival {
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    /// 1 where each has one chance at every step.
    pub(crate) c: f64,
}

impl Survival {
    /// One chance at every step.
    pub(crate) fn geometric(alpha: f64, beta: f64) -> Self {
        Survival { alpha, beta, c: 1.0 }
    }

    /// t^c.
    pub(crate) fn power(&self, t: f64) -> f64 {
        if self.c == 1.0 { t } else { t.powf(self.c) }
    }

    /// (t + n)^c − t^c.
    pub(crate) fn rise(&self, t: f64, n: f64) -> f64 {
        if self.c == 1.0 {
            n
        } else if t == 0.0 {
            n.powf(self.c)
        } else {
            t.powf(self.c) * (self.c * (n / t).ln_1p()).exp_m1()
        }
    }

    /// ln S(t): of staying for t steps.
    pub(crate) fn ln(&self, t: f64) -> f64 {
        let power = self.power(t);
        if power < 1e300 {
            return ln_ratio(self.beta, self.alpha, power);
        }
        // Γ(y) / Γ(y + α) of a large y is y^−α
        (ln_rising(self.beta, self.alpha) - self.alpha * self.c * t.ln()).min(0.0)
    }

    /// ln S(t + n) / S(t): of staying for n steps more.
    pub(crate) fn ln_further(&self, t: f64, n: f64) -> f64 {
        let (before, rise) = (self.power(t), self.rise(t, n));
        if before + rise < 1e300 {
            return ln_ratio(self.beta + before, self.alpha, rise);
        }
        (self.ln(t + n) - self.ln(t)).min(0.0)
    }

    /// Σ S(t + k) / S(t) · e^(−force · k) over k from 1 to the last, or without end.
    ///
    /// The first thousand terms one by one, the rest by an integral with the midpoint rule's corrections (Euler and
    /// Maclaurin); relative error below 1e-10.
    pub(crate) fn sum(&self, t: f64, force: f64, last: Option<f64>) -> f64 {
        let last = last.unwrap_or(f64::INFINITY);
        let term = |k: f64| (self.ln_further(t, k) - force * k).exp();
        let (mut total, mut k) = (0.0, 1.0);
        while k <= last && k <= ONE_BY_ONE {
            let next = term(k);
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

/// What the sum over whole numbers is more than the integral between the halves around it.
fn edge(term: &dyn Fn(f64) -> f64, first: f64, last: f64) -> f64 {
    let begin = term(first) - term(first - 1.0);
    let end = if last.is_finite() { term(last + 1.0) - term(last) } else { 0.0 };
    (begin - end) / 24.0
}

/// ∫ of a falling function from `a` to `b`, by panels that grow with their distance from 0 and are short against the decay.
fn integral(function: &dyn Fn(f64) -> f64, a: f64, b: f64, force: f64) -> f64 {
    let (mut total, mut low) = (0.0, a);
    let longest = if force > 0.0 { 4.0 / force } else { f64::INFINITY };
    // 10^300 in steps of a third more
    for _ in 0..20_000 {
        let high = (low + (low / 3.0).min(longest)).min(b);
        let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
        let pair =
            |(node, weight): &(f64, f64)| weight * (function(middle - half * node) + function(middle + half * node));
        let part = half * GAUSS.iter().map(pair).sum::<f64>();
        total += part;
        if high >= b || (part < NOTHING * total && force > 0.0) || part == 0.0 {
            break;
        }
        low = high;
    }
    total
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Survival, ln_ratio, ln_ratio_slopes};

    #[test]
    fn a_sum_by_an_integral_is_the_sum_of_its_terms() {
        for (alpha, beta, c) in
            [(0.7, 1.2, 1.0), (0.26, 1.72, 1.58), (1.5, 30.0, 0.6), (50.0, 1e5, 1.0), (1e-3, 2.0, 1.3)]
        {
            let survival = Survival { alpha, beta, c };
            for (force, last) in [(0.0, 5000.0), (1e-3, 40_000.0), (1e-4, 7001.0)] {
                let terms =
                    (1..=last as u32).map(|k| (survival.ln_further(3.0, k.into()) - force * f64::from(k)).exp());
                let (found, expected) = (survival.sum(3.0, force, Some(last)), terms.sum::<f64>());
                assert!((found / expected - 1.0).abs() < 1e-10, "{survival:?} {force} {last}: {found} {expected}");
            }
        }
    }

    /// Σ (β)_t / (α + β)_t v^t = ₂F₁(1, β; α + β; v), mpmath 1.3 with 30 digits.
    #[test]
    fn a_sum_without_end_is_a_hypergeometric_function() {
        for (alpha, beta, discount, expected) in HYPERGEOMETRIC {
            let survival = Survival::geometric(alpha, beta);
            let found = 1.0 + survival.sum(0.0, f64::ln_1p(discount), None);
            assert!((found / expected - 1.0).abs() < 1e-10, "{alpha} {beta} {discount}: {found} {expected}");
        }
    }

    const HYPERGEOMETRIC: [(f64, f64, f64, f64); 6] = [
        (0.70408, 1.18204, 0.1, 3.694_894_092_755_253),
        (0.66809, 3.80609, 0.1, 5.922_243_741_262_864),
        (0.66809, 3.80609, 0.0001, 125.387_849_959_457_3),
        (0.01, 0.02, 0.000001, 580_925.902_402_259_5),
        (2.5, 40.0, 0.00001, 27.645_307_652_659_6),
        (300.0, 2e5, 0.0001, 627.776_789_744_142_3),
    ];

    #[test]
    fn slopes_are_those_of_differences() {
        for (x, a, n) in [(0.4, 0.7, 3.3), (2.0, 5.0, 0.2), (30.0, 0.01, 400.0), (1e4, 20.0, 7.0)] {
            let slopes = ln_ratio_slopes(x, a, n);
            let by = |dx: f64, da: f64, dn: f64| {
                let (up, down) = (ln_ratio(x + dx, a + da, n + dn), ln_ratio(x - dx, a - da, n - dn));
                (up - down) / (2.0 * (dx + da + dn))
            };
            let differences = [by(1e-5 * x, 0.0, 0.0), by(0.0, 1e-5 * a, 0.0), by(0.0, 0.0, 1e-5 * n)];
            for (slope, difference) in slopes.iter().zip(differences) {
                assert!(
                    (slope - difference).abs() < 1e-5 * slope.abs() + 1e-9,
                    "{x} {a} {n}: {slopes:?} {differences:?}"
                );
            }
        }
    }
}
