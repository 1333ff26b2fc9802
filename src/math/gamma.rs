//! The logarithm of the gamma function, its derivatives, and ratios of neighbouring gamma functions.
//!
//! `ln Γ` is libm's, within 1 ulp; derivatives are made of the asymptotic series (M. Abramowitz and I. Stegun 1964,
//! *Handbook of Mathematical Functions*, 6.3.18 and 6.4.11) above 10 and of the recurrence below. Likelihoods need
//! differences such as `ln Γ(r + x) − ln Γ(r)`: of large arguments those are taken without the large numbers
//! ([`ln_rising`]).
//!
//! Nothing is checked: arguments are above 0.

/// ln Γ(x).
pub(crate) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// ψ(x), the derivative of ln Γ.
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum -= 1.0 / x;
        x += 1.0;
    }
    sum + x.ln() - 0.5 / x - digamma_series(x)
}

/// What ln x − 1 / 2x exceeds ψ(x) by, of x ≥ 10.
pub(crate) fn digamma_series(x: f64) -> f64 {
    const TERMS: [f64; 7] =
        [1.0 / 12.0, -1.0 / 120.0, 1.0 / 252.0, -1.0 / 240.0, 1.0 / 132.0, -691.0 / 32_760.0, 1.0 / 12.0];
    let square = 1.0 / (x * x);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) * square
}

/// ln Γ(x + n) − ln Γ(x): the logarithm of the rising factorial, also of an `n` that is not whole.
///
/// A sum of logarithms of few factors; where `x` is far above `n` the difference of Stirling's formulas, in which
/// nothing large cancels.
pub(crate) fn ln_rising(x: f64, n: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    if x >= 10.0 && x + n >= 10.0 {
        let whole = x + n;
        return n * whole.ln() + (x - 0.5) * (n / x).ln_1p() - n + super::tail::remainder(whole)
            - super::tail::remainder(x);
    }
    ln_gamma(x + n) - ln_gamma(x)
}

/// ψ(x + n) − ψ(x).
pub(crate) fn digamma_rise(x: f64, n: f64) -> f64 {
    if n.fract() == 0.0 && (0.0..32.0).contains(&n) {
        return (0..n as u32).map(|step| 1.0 / (x + f64::from(step))).sum();
    }
    if x >= 10.0 && x + n >= 10.0 {
        let whole = x + n;
        return (n / x).ln_1p() + 0.5 * n / (x * whole) + digamma_series(x) - digamma_series(whole);
    }
    digamma(x + n) - digamma(x)
}

/// ψ′(x + n) − ψ′(x), ψ′ being the derivative of ψ: below 0 of an `n` above 0.
///
/// Few factors one by one; of large arguments the difference of the asymptotic series, in which nothing large cancels.
pub(crate) fn trigamma_rise(x: f64, n: f64) -> f64 {
    let (mut low, mut left, mut sum) = (x, n, 0.0);
    while left >= 1.0 && (low < 10.0 || left < 8.0) {
        sum -= 1.0 / (low * low);
        (low, left) = (low + 1.0, left - 1.0);
    }
    if left == 0.0 {
        return sum;
    }
    let mut high = low + left;
    while low < 10.0 {
        sum += 1.0 / (high * high) - 1.0 / (low * low);
        (low, high) = (low + 1.0, high + 1.0);
    }
    let first = -left / (low * high);
    sum + first + 0.5 * first * (1.0 / low + 1.0 / high) + trigamma_series(high) - trigamma_series(low)
}

/// ψ′(x), the second derivative of ln Γ.
pub(crate) fn trigamma(x: f64) -> f64 {
    let (mut x, mut sum) = (x, 0.0);
    while x < 10.0 {
        sum += 1.0 / (x * x);
        x += 1.0;
    }
    sum + (1.0 + 0.5 / x) / x + trigamma_series(x)
}

/// What ψ′(x) exceeds 1 / x + 1 / 2x² by, of x ≥ 10.
fn trigamma_series(x: f64) -> f64 {
    const TERMS: [f64; 7] = [1.0 / 6.0, -1.0 / 30.0, 1.0 / 42.0, -1.0 / 30.0, 5.0 / 66.0, -691.0 / 2730.0, 7.0 / 6.0];
    let square = 1.0 / (x * x);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) * square / x
}

/// ln B(a, b).
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    let (small, large) = if a <= b { (a, b) } else { (b, a) };
    ln_gamma(small) - ln_rising(large, small)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_those_of_fifty_digits() {
        // mpmath 1.3, 50 digits
        for (x, expected) in [
            (1e-3, -1_000.575_571_931_81),
            (0.5, -1.9635100260214235),
            (1.0, -0.5772156649015329),
            (9.5, 2.197737876402949),
            (1234.5, 7.118016231827998),
        ] {
            assert!((digamma(x) / expected - 1.0).abs() < 1e-13, "{x}: {}", digamma(x));
        }
        // π²/6 and π²/2; the asymptotic end
        for (x, expected) in [(1.0, 1.6449340668482264), (0.5, 4.934802200544679), (1e8, 1.0000000050000001e-8)] {
            assert!((trigamma(x) / expected - 1.0).abs() < 1e-14, "{x}: {}", trigamma(x));
        }
        assert!((ln_beta(2.0, 3.0) - (1.0_f64 / 12.0).ln()).abs() < 1e-15);
    }

    #[test]
    fn rising_factorials_agree_with_their_factors() {
        for x in [1e-3_f64, 0.4, 3.0, 12.0, 4e3, 1e9] {
            for n in [0_u32, 1, 2, 7, 40, 300] {
                let factors: f64 = (0..n).map(|step| (x + f64::from(step)).ln()).sum();
                let slope: f64 = (0..n).map(|step| 1.0 / (x + f64::from(step))).sum();
                let curve: f64 = (0..n).map(|step| -(x + f64::from(step)).powi(-2)).sum();
                let found = trigamma_rise(x, n.into());
                assert!((found - curve).abs() <= 1e-12 * curve.abs(), "{x} {n}: {found} {curve}");
                assert!((ln_rising(x, n.into()) - factors).abs() <= 1e-12 * factors.abs().max(1.0), "{x} {n}");
                assert!((digamma_rise(x, n.into()) - slope).abs() <= 1e-12 * slope.abs().max(1e-3), "{x} {n}");
            }
        }
    }
}
