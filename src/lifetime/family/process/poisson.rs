//! Purchases at random by buyers who never leave.
//!
//! Counts up to a time are negative binomial: Poisson with a rate that is Gamma(r, alpha). Alone of all processes this one
//! goes on for ever, so that its purchases grow with the time without end.

use crate::math::gamma::{ln_gamma, ln_rising};
use crate::math::random::Random;

/// Purchases after which a draw ends: a rate without end must not take for ever.
const MOST_DRAWN: u32 = 10_000_000;

/// Rates are Gamma(r, alpha); nobody leaves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Poisson {
    pub(crate) r: f64,
    pub(crate) alpha: f64,
}

impl Poisson {
    /// The mean rate r / alpha times the time.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        self.r * (t / self.alpha)
    }

    /// Always 1.
    pub(crate) fn alive(&self, _: f64) -> f64 {
        1.0
    }

    /// The negative binomial distribution, by logarithms: (r)_x / x! · (α / (α + t))^r · (t / (α + t))^x.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        let odds = t / self.alpha;
        if odds == 0.0 {
            return if count == 0 { 1.0 } else { 0.0 };
        }
        let x = f64::from(count);
        let bought = if count == 0 { 0.0 } else { -x * (1.0 / odds).ln_1p() };
        (ln_rising(self.r, x) - ln_gamma(x + 1.0) - self.r * odds.ln_1p() + bought).exp().min(1.0)
    }

    /// A future drawn at random: a rate, then gap after gap.
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let gap = (self.alpha.ln() - random.ln_gamma(self.r)).exp();
        let (mut count, mut last, mut now) = (0, 0.0, 0.0);
        loop {
            now += random.exponential() * gap;
            if now > t || now.is_nan() || count == MOST_DRAWN {
                return (count, last);
            }
            (count, last) = (count + 1, now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Poisson;

    #[test]
    fn chances_sum_to_one_with_the_expected_mean() {
        for (r, alpha, t) in [(0.4, 12.0, 39.0), (3.0, 1.0, 2.0), (1e-6, 1e-3, 1.0), (1e8, 1e8, 5.0)] {
            let process = Poisson { r, alpha };
            let (mut sum, mut mean) = (0.0, 0.0);
            for count in 0..20_000 {
                let share = process.probability(count, t);
                sum += share;
                mean += share * f64::from(count);
            }
            assert!((sum - 1.0).abs() < 1e-7, "{process:?}: {sum}");
            assert!((mean / process.expected(t) - 1.0).abs() < 1e-6, "{process:?}: {mean}");
        }
        assert_eq!(Poisson { r: 0.4, alpha: 12.0 }.probability(0, 0.0), 1.0);
    }

    #[test]
    fn extremes_are_finite_and_in_range() {
        for r in [1e-10, 1.0, 1e10] {
            for alpha in [1e-10, 1.0, 1e10] {
                for t in [0.0, 1e-10, 1.0, 1e4] {
                    let process = Poisson { r, alpha };
                    assert!(process.expected(t).is_finite());
                    for count in [0, 1, 10_000] {
                        assert!((0.0..=1.0).contains(&process.probability(count, t)), "{process:?} {count} {t}");
                    }
                }
            }
        }
    }
}
