//! Tails of the chi-squared, F, t and normal distributions as logarithms, so that no probability is ever 0.
//!
//! A million customers give statistics whose tails are far below the least `f64`; tests that are corrected for many
//! attributes compare them, so they are kept as logarithms from the beginning. statrs 0.18 gives tails as numbers, and
//! its incomplete beta function stops after a fixed number of steps, which is too early for a million degrees of freedom.
//!
//! Both incomplete functions are the classic ones: series and continued fraction, whichever converges fast on that side
//! (J. A. Thompson and A. R. Barnett 1986, DOI 10.1016/0021-9991(86)90046-X, for the evaluation of fractions). What stands
//! before them is written with Stirling's remainder ([`remainder`]), without differences of large numbers.
//!
//! Nothing is checked here: statistics are not negative, degrees of freedom are above 0. Relative errors of the tails are
//! below 1e-11 up to a million degrees of freedom (held against scipy in the tests).
//!
//! | function | tail of | used for |
//! | --- | --- | --- |
//! | [`ln_chi_squared`] | χ², upper | shares, ranks |
//! | [`chi_squared_below`] | χ², lower, as a number | the interval of an effect |
//! | [`ln_f`] | F, upper | analyses of variance |
//! | [`ln_t_two_sided`], [`ln_t_above`] | Student's t | pairs of means, equivalence |
//! | [`ln_normal_two_sided`], [`ln_normal_above`] | normal | shares of two segments |
//!
//! # Which side is computed
//!
//! A tail near 1 is one less the other tail, which is then small and known well: [`ln_one_minus_exp`] takes it without loss.
//! The gamma functions change sides at x = a + 1, the beta functions at x = (a + 1) / (a + b + 2), near the middle of each
//! distribution. A tail below the middle therefore never comes from the difference of two numbers that are nearly the same.
//!
//! # What is not here
//!
//! Quantiles: [`interval`](super::interval) has those of the normal and of Student's distribution. Noncentral distributions are
//! [`noncentral`](super::noncentral)'s, which sums these.
//!
//! # Cost
//!
//! O(√degrees of freedom) steps near the middle, a few dozen in the tails.

use std::f64::consts::{LN_2, PI};

/// Steps after which a fraction or series is taken as it is; O(√degrees of freedom) are needed.
const STEPS: usize = 200_000;

/// What [`lentz`] puts in place of 0.
const TINY: f64 = 1e-300;

/// ln P(X > x) of the chi-squared distribution.
pub(crate) fn ln_chi_squared(x: f64, degrees: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { gamma(degrees / 2.0, x / 2.0).1 }
}

/// P(X ≤ x) of the chi-squared distribution.
pub(crate) fn chi_squared_below(x: f64, degrees: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { gamma(degrees / 2.0, x / 2.0).0.exp() }
}

/// ln P(X > f) of the F distribution.
pub(crate) fn ln_f(f: f64, first: f64, second: f64) -> f64 {
    if f <= 0.0 { 0.0 } else { beta(first / 2.0, second / 2.0, first * f / second).1 }
}

/// ln P(|T| > |t|) of Student's t distribution.
pub(crate) fn ln_t_two_sided(t: f64, degrees: f64) -> f64 {
    ln_f(t * t, 1.0, degrees)
}

/// ln P(T > t) of Student's t distribution.
pub(crate) fn ln_t_above(t: f64, degrees: f64) -> f64 {
    half(t, ln_t_two_sided(t, degrees))
}

/// ln P(|Z| > |z|) of the normal distribution.
pub(crate) fn ln_normal_two_sided(z: f64) -> f64 {
    ln_chi_squared(z * z, 1.0)
}

/// ln P(Z > z) of the normal distribution.
pub(crate) fn ln_normal_above(z: f64) -> f64 {
    half(z, ln_normal_two_sided(z))
}

/// From both sides to one of a distribution that is symmetric around 0.
fn half(at: f64, both: f64) -> f64 {
    if at >= 0.0 { both - LN_2 } else { (-both.exp() / 2.0).ln_1p() }
}

/// ln(1 − e^x) of x ≤ 0, without loss at either end.
pub(crate) fn ln_one_minus_exp(x: f64) -> f64 {
    if x > -LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}

/// The logarithms of the regularised incomplete gamma functions P(a, x) and Q(a, x).
pub(crate) fn gamma(a: f64, x: f64) -> (f64, f64) {
    let front = ln_gamma_term(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for step in 1..STEPS {
            term *= x / (a + step as f64);
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let below = (front + f64::ln(sum)).min(0.0);
        return (below, ln_one_minus_exp(below));
    }
    // Q = front · a / (x + 1 − a − 1(1 − a) / (x + 3 − a − 2(2 − a) / …))
    let fraction = lentz(x + 1.0 - a, |step| (-step * (step - a), x + 2.0 * step + 1.0 - a));
    let above = (front + a.ln() - fraction.ln()).min(0.0);
    (ln_one_minus_exp(above), above)
}

/// ln of x^a e^−x / Γ(a + 1): the Poisson probability of `a` at the mean `x`.
pub(crate) fn ln_gamma_term(a: f64, x: f64) -> f64 {
    if a < 10.0 {
        return a * x.ln() - x - ln_gamma(a + 1.0);
    }
    let off = (x - a) / a;
    a * (off.ln_1p() - off) - remainder(a) - (2.0 * PI * a).ln() / 2.0
}

/// The logarithms of I and 1 − I of the regularised incomplete beta function I(a, b) at `odds / (1 + odds)`.
pub(crate) fn beta(a: f64, b: f64, odds: f64) -> (f64, f64) {
    let front = ln_beta_term(a, b, odds);
    let (x, y) = (odds / (1.0 + odds), 1.0 / (1.0 + odds));
    let x = if odds.is_infinite() { 1.0 } else { x };
    if x < (a + 1.0) / (a + b + 2.0) {
        let below = (front - a.ln() - beta_fraction(a, b, x).ln()).min(0.0);
        return (below, ln_one_minus_exp(below));
    }
    let above = (front - b.ln() - beta_fraction(b, a, y).ln()).min(0.0);
    (ln_one_minus_exp(above), above)
}

/// ln of x^a (1 − x)^b / B(a, b) at x = `odds / (1 + odds)`.
pub(crate) fn ln_beta_term(a: f64, b: f64, odds: f64) -> f64 {
    let whole = a + b;
    if a.min(b) >= 10.0 {
        // both powers beside their greatest value, which is at odds a / b
        let off = (odds * b - a) / a;
        let shift = (odds * b - a) / whole;
        let powers = a * off.ln_1p() - whole * shift.ln_1p();
        let front = (a / (2.0 * PI) * (b / whole)).ln() / 2.0;
        return powers + front + remainder(whole) - remainder(a) - remainder(b);
    }
    let (small, large, ln_odds) = if a <= b { (a, b, odds.ln()) } else { (b, a, -odds.ln()) };
    // powers of the smaller side: (x / (1 − x))^small (1 − x)^whole, or the other way round
    let rest = if a <= b { odds.ln_1p() } else { (1.0 / odds).ln_1p() };
    small * ln_odds - whole * rest - ln_gamma(small) - ln_gamma_step(large, small)
}

/// ln Γ(large) − ln Γ(large + small).
fn ln_gamma_step(large: f64, small: f64) -> f64 {
    if large < 10.0 {
        return ln_gamma(large) - ln_gamma(large + small);
    }
    let whole = large + small;
    small - (large - 0.5) * (small / large).ln_1p() - small * whole.ln() + remainder(large) - remainder(whole)
}

/// The continued fraction below the incomplete beta function: 1 + d₁ / (1 + d₂ / (1 + …)).
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    lentz(1.0, |step| {
        let half = (step / 2.0).floor();
        let up = if step % 2.0 == 0.0 {
            half * (b - half) * x / ((a + 2.0 * half - 1.0) * (a + 2.0 * half))
        } else {
            -(a + half) * (a + b + half) * x / ((a + 2.0 * half) * (a + 2.0 * half + 1.0))
        };
        (up, 1.0)
    })
}

/// b₀ + a₁ / (b₁ + a₂ / (b₂ + …)) from the front, by the modified method of Lentz.
fn lentz(first: f64, part: impl Fn(f64) -> (f64, f64)) -> f64 {
    let guard = |x: f64| if x.abs() < TINY { TINY } else { x };
    let mut fraction = guard(first);
    let (mut c, mut d) = (fraction, 0.0);
    for step in 1..STEPS {
        let (up, plain) = part(step as f64);
        d = 1.0 / guard(plain + up * d);
        c = guard(plain + up / c);
        fraction *= c * d;
        if (c * d - 1.0).abs() < 2e-16 {
            break;
        }
    }
    fraction
}

/// ln Γ(x) of x > 0.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    if x < 10.0 {
        return statrs::function::gamma::ln_gamma(x);
    }
    (x - 0.5) * x.ln() - x + (2.0 * PI).ln() / 2.0 + remainder(x)
}

/// What Stirling's formula lacks: ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), of x ≥ 10.
///
/// The asymptotic series with Bernoulli's numbers, whose next term is below 1e-17 there.
pub(crate) fn remainder(x: f64) -> f64 {
    const TERMS: [f64; 8] = [
        1.0 / 12.0,
        -1.0 / 360.0,
        1.0 / 1260.0,
        -1.0 / 1680.0,
        1.0 / 1188.0,
        -691.0 / 360_360.0,
        1.0 / 156.0,
        -3617.0 / 122_400.0,
    ];
    let square = 1.0 / (x * x);
    TERMS.iter().rev().fold(0.0, |sum, term| sum * square + term) / x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tails_are_those_of_scipy() {
        // scipy 1.17: stats.chi2, f, t, norm .logsf
        let known: [(&str, &[f64], f64); 33] = [
            ("chi", &[0.1, 1.0], -0.2852455311696769),
            ("chi", &[3.84, 1.0], -2.9948622271800254),
            ("chi", &[811.27, 30.0], -346.71483615403577),
            ("chi", &[30.953, 3.0], -13.95518678311757),
            ("chi", &[1400.0, 10.0], -676.9680100490358),
            ("chi", &[5.0, 4.5], -1.0474300834288732),
            ("chi", &[1000.0, 1000.0], -0.7051127759602377),
            ("chi", &[1000500.0, 1000000.0], -1.0169892656147346),
            ("chi", &[50.0, 100.0], -6.9533294219551955e-06),
            ("chi", &[900.0, 1000.0], -0.010775081338570521),
            ("chi", &[12.0, 0.7], -8.190262725800483),
            ("f", &[29.617, 3.0, 1449.0], -41.11717266253674),
            ("f", &[1.2, 3.0, 10.0], -1.0240525861490999),
            ("f", &[0.2, 5.0, 7.0], -0.04875289213154421),
            ("f", &[4.0, 1.0, 3.0], -1.9709389937556672),
            ("f", &[1.001, 7.0, 1000000.0], -0.848276737394138),
            ("f", &[3.0, 7.0, 1000000.0], -5.580574526312888),
            ("f", &[150.0, 7.0, 1000000.0], -510.2648964574616),
            ("f", &[0.9, 300.0, 400.0], -0.18246497091022437),
            ("f", &[1.1, 5000.0, 70000.5], -13.4248703480152),
            ("f", &[2.5, 1.7, 2.2], -1.3248139651181325),
            ("f", &[10.0, 50.0, 12.0], -9.710818977229392),
            ("f", &[1000.0, 2.0, 30.0], -63.218905355605166),
            ("t", &[2.0, 5.0], -2.976523167161812),
            ("t", &[-1.0, 3.3], -0.213740827336302),
            ("t", &[0.001, 1000000.0], -0.6939453832673346),
            ("t", &[8.0, 40.5], -21.739680262235254),
            ("t", &[-3.0, 12.0], -0.0055487135208339335),
            ("z", &[0.0], -std::f64::consts::LN_2),
            ("z", &[1.96], -3.6889636517296385),
            ("z", &[-2.5], -0.00622902548586),
            ("z", &[37.0], -689.0305855768908),
            ("z", &[50.0], -1254.8313611394199),
        ];
        for (kind, at, expected) in known {
            let found = match (kind, at) {
                ("chi", [x, degrees]) => ln_chi_squared(*x, *degrees),
                ("f", [x, a, b]) => ln_f(*x, *a, *b),
                ("t", [x, degrees]) => ln_t_above(*x, *degrees),
                (_, [z]) => ln_normal_above(*z),
                _ => f64::NAN,
            };
            assert!((found - expected).abs() <= 3e-11 * expected.abs().max(1e-3), "{kind} {at:?}: {found} {expected}");
        }
    }

    #[test]
    fn both_sides_sum_to_one_and_extremes_are_finite() {
        for (a, x) in [(0.5, 0.1), (3.0, 7.0), (40.0, 20.0), (5e5, 5.01e5)] {
            let (below, above) = gamma(a, x);
            assert!((below.exp() + above.exp() - 1.0).abs() < 1e-12);
        }
        assert!((chi_squared_below(3.841_458_820_694_124, 1.0) - 0.95).abs() < 1e-13);
        for found in [ln_f(1e300, 3.0, 1e6), ln_chi_squared(1e300, 3.0), ln_f(1e-300, 3.0, 4.0), ln_t_above(1e150, 2.0)]
        {
            assert!(found.is_finite() && found <= 0.0, "{found}");
        }
    }
}
