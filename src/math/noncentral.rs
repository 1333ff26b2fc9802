//! Noncentral chi-squared and F distributions, turned round: which noncentrality a statistic is compatible with.
//!
//! The way from a statistic to the interval of its effect size (J. H. Steiger 2004, Beyond the F test, DOI
//! 10.1037/1082-989X.9.2.164): the lower end is the noncentrality under which a larger statistic has the probability
//! (1 − confidence) / 2, the upper end that under which a smaller one has it.
//!
//! Both distributions are Poisson mixtures of central ones. They are summed from the middle outwards, a term from the
//! one before, so that it takes O(√noncentrality) steps; the absolute error is below 1e-11. Nothing is checked here.
//!
//! # Why not by resampling
//!
//! A bootstrap of a million customers takes minutes where this takes milliseconds, and its interval changes with the seed.
//! The price is an assumption: the interval of an F is that of normal numbers with the same spread in all segments, the
//! interval of a χ² that of a large sample. Who doubts it resamples the effect.
//!
//! | statistic | noncentrality of an effect |
//! | --- | --- |
//! | χ² of a table | n φ², the sum of squared deviations of shares over what is expected |
//! | F of means | n η² / (1 − η²) |
//!
//! An interval whose lower end is 0 says that no effect at all is compatible with what was found, as a test would.

use crate::math::tail;

/// Noncentralities above this have no interval: 10 thousand million customers, whose effects are known to five digits.
const MOST: f64 = 1e10;

/// The noncentralities between which a chi-squared statistic is compatible; `None` above ten thousand million.
pub(crate) fn of_chi_squared(x: f64, degrees: f64, confidence: f64) -> Option<(f64, f64)> {
    let below = |lambda: f64| {
        if lambda <= 0.0 {
            return tail::chi_squared_below(x, degrees);
        }
        let (a, at) = (degrees / 2.0, x / 2.0);
        let first = |j: f64| (tail::gamma(a + j, at).0.exp(), tail::ln_gamma_term(a + j, at).exp());
        mixture(lambda / 2.0, first, |j| at / (a + j + 1.0))
    };
    ends(x, confidence, below)
}

/// The noncentralities between which an F statistic is compatible; `None` above ten thousand million.
pub(crate) fn of_f(f: f64, first: f64, second: f64, confidence: f64) -> Option<(f64, f64)> {
    let (a, b, odds) = (first / 2.0, second / 2.0, first * f / second);
    let share = odds / (1.0 + odds);
    let below = |lambda: f64| {
        if lambda <= 0.0 {
            return tail::beta(a, b, odds).0.exp();
        }
        let start = |j: f64| {
            let step = tail::ln_beta_term(a + j, b, odds).exp() / (a + j);
            (tail::beta(a + j, b, odds).0.exp(), step)
        };
        mixture(lambda / 2.0, start, |j| share * (a + b + j) / (a + j + 1.0))
    };
    ends(f * first, confidence, below)
}

/// Lower and upper end; `below` is the distribution function at the statistic by noncentrality, which falls.
fn ends(statistic: f64, confidence: f64, below: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    if !(statistic.is_finite() && statistic < MOST) {
        return None;
    }
    let half = (1.0 - confidence) / 2.0;
    let lower = crossing(&below, 1.0 - half)?;
    Some((lower, crossing(&below, half)?.max(lower)))
}

/// Where the falling function crosses `share`; 0 if it is below it from the beginning. By bisection.
fn crossing(below: &impl Fn(f64) -> f64, share: f64) -> Option<f64> {
    if below(0.0) <= share {
        return Some(0.0);
    }
    let (mut low, mut high) = (0.0, 1.0);
    while below(high) > share {
        (low, high) = (high, high * 2.0);
        if high > 4.0 * MOST {
            return None;
        }
    }
    while high - low > 4e-15 * high {
        let middle = low + (high - low) / 2.0;
        if below(middle) > share {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(low + (high - low) / 2.0)
}

/// Σ Poisson(j; mean) · G(j), where G(j + 1) = G(j) − step(j) and step(j + 1) = step(j) · ratio(j).
///
/// `start` gives G and step at a j. Begins at the mean, where the weights are greatest, and stops where they are nothing.
fn mixture(mean: f64, start: impl Fn(f64) -> (f64, f64), ratio: impl Fn(f64) -> f64) -> f64 {
    const NOTHING: f64 = 1e-20;
    let middle = mean.floor();
    let (value, step) = start(middle);
    let weight = tail::ln_gamma_term(middle, mean).exp();
    let mut sum = 0.0;
    let (mut g, mut d, mut w, mut j) = (value, step, weight, middle);
    while w > NOTHING && g > 0.0 {
        sum += w * g;
        g -= d;
        d *= ratio(j);
        j += 1.0;
        w *= mean / j;
    }
    let (mut g, mut d, mut w, mut j) = (value, step, weight, middle);
    while j > 0.0 && w > NOTHING {
        w *= j / mean;
        j -= 1.0;
        d /= ratio(j);
        g = (g + d).min(1.0);
        sum += w * g;
    }
    sum.min(1.0)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::*;

    #[test]
    fn the_ends_are_where_scipy_has_the_probability() {
        // scipy 1.17: optimize.brentq over stats.ncx2.cdf and stats.ncf.cdf at 0.975 and 0.025
        for (found, expected) in [
            (of_chi_squared(22.701_527_270_192_65, 4.0, 0.95), (5.578_742_769_528_07, 41.647_347_240_511_27)),
            (of_f(29.617, 3.0, 1449.0, 0.95), (53.493_305_702_774_64, 128.090_665_173_518_15)),
            (of_f(2.0, 1.0, 20.5, 0.95), (0.0, 11.590_212_472_521_95)),
            (of_chi_squared(250_000.0, 8.0, 0.95), (248_036.891_207_363_25, 251_956.791_736_799_2)),
        ] {
            let (lower, upper) = found.unwrap();
            assert!((lower - expected.0).abs() <= 2e-9 * expected.0.max(1e-3), "{lower} is not {}", expected.0);
            assert!((upper - expected.1).abs() <= 2e-9 * expected.1, "{upper} is not {}", expected.1);
        }
        assert_eq!(of_f(1e12, 3.0, 10.0, 0.95), None);
        assert_eq!(of_chi_squared(0.0, 3.0, 0.95).unwrap().0, 0.0);
    }
}
