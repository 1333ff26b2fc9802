//! Confidence intervals of shares, means and ratios.
//!
//! Counts may be sums of weights: a weight is a number of customers. Nothing is checked on the way: confidences lie between
//! 0 and 1 ([`confident`]), counts are not negative.
//!
//! Which interval for which number:
//!
//! | number | interval | why this one |
//! | --- | --- | --- |
//! | a share | Wilson's score interval | stays within 0 and 1, and is fair where hits are few; Wald's is neither |
//! | a mean | Student's t | the variance is estimated from the same rows |
//! | a share or mean over that of everybody | log ratio, delta method | ratios are skewed, their logarithms less |
//!
//! They speak of one segment at a time: of twenty intervals of 95 % one misses by chance.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use crate::error::{Error, Result};

/// Above these degrees of freedom the t quantile is that of Fisher and Cornish's first two terms, whose error there is
/// below 3e-8; statrs 0.18 is within 1e-10 up to a thousand, and off by 6e-5 at a million.
const MANY_DEGREES: f64 = 10_000.0;

/// Checks a confidence that somebody set.
///
/// # Errors
/// If it does not lie between 0 and 1.
pub(crate) fn confident(confidence: f64) -> Result<()> {
    if confidence > 0.0 && confidence < 1.0 {
        return Ok(());
    }
    Err(Error::parameter("confidence", "between 0 and 1", confidence))
}

/// How many standard errors lie on each side of the middle `confidence` of a normal distribution: 1.96 of 0.95.
pub(crate) fn normal(confidence: f64) -> f64 {
    let standard = Normal::standard();
    standard.inverse_cdf(0.5 + confidence / 2.0)
}

/// As [`normal`], of Student's t distribution; `None` without degrees of freedom.
pub(crate) fn student(confidence: f64, degrees: f64) -> Option<f64> {
    if degrees > MANY_DEGREES {
        let z = normal(confidence);
        return Some(z + (z * z * z + z) / (4.0 * degrees));
    }
    StudentsT::new(0.0, 1.0, degrees).ok().map(|t| t.inverse_cdf(0.5 + confidence / 2.0))
}

/// The interval of a share of `hits` in `count` (E. B. Wilson 1927, DOI 10.1080/01621459.1927.10502953), without
///
/// The ends are the shares that a score test at the same level would just not refuse, so that of no hits in 20 the
/// upper end is 0.16, where Wald's interval has no width.
///
/// continuity correction; `None` of nothing.
pub(crate) fn wilson(hits: f64, count: f64, z: f64) -> Option<(f64, f64)> {
    if count <= 0.0 {
        return None;
    }
    let (share, z2) = ((hits / count).clamp(0.0, 1.0), z * z);
    let middle = (share + z2 / (2.0 * count)) / (1.0 + z2 / count);
    let half = z / (1.0 + z2 / count) * (share * (1.0 - share) / count + z2 / (4.0 * count * count)).sqrt();
    // at 0 and at 1 the end is exact, which rounding would miss
    let lower = if share == 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let upper = if share == 1.0 { 1.0 } else { (middle + half).min(1.0) };
    Some((lower, upper))
}

/// The interval of (share in the part) / (share in the whole), from `hits` of `count` in the part and in the rest.
///
/// D. Katz, J. Baptista, S. P. Azen and M. C. Pike 1978 (Obtaining Confidence Intervals for the Risk Ratio in Cohort
/// Studies, DOI 10.2307/2530610) give the interval of the ratio R of two separate groups from the variance of its
/// logarithm. Part and whole are not separate, so R is that of part and rest, carried over by [`to_whole`]. `None`
/// where a logarithm does not exist: no hits in either.
pub(crate) fn lift_of_shares(part: (f64, f64), rest: (f64, f64), z: f64) -> Option<(f64, f64)> {
    let ((x1, n1), (x2, n2)) = (part, rest);
    if x1 <= 0.0 || x2 <= 0.0 || n1 <= 0.0 || n2 <= 0.0 {
        return None;
    }
    let ratio = (x1 / n1) / (x2 / n2);
    let variance = (1.0 / x1 - 1.0 / n1) + (1.0 / x2 - 1.0 / n2);
    Some(log_interval(ratio, variance, z, n1 / (n1 + n2)))
}

/// The interval of (mean of the part) / (mean of the whole), from mean, squared standard error and count of the part
/// and of the rest: the delta method on the logarithm of the ratio of the two, carried over by [`to_whole`].
///
/// `None` unless both means are above 0.
pub(crate) fn lift_of_means(part: (f64, f64, f64), rest: (f64, f64, f64), z: f64) -> Option<(f64, f64)> {
    let ((m1, v1, n1), (m2, v2, n2)) = (part, rest);
    if !(m1 > 0.0 && m2 > 0.0) {
        return None;
    }
    Some(log_interval(m1 / m2, v1 / (m1 * m1) + v2 / (m2 * m2), z, n1 / (n1 + n2)))
}

/// The ends of the ratio, `ratio · exp(±z · sd)`, each carried over to the whole. A factor without bound gives the
/// widest answer there is, from 0 to one over the share.
fn log_interval(ratio: f64, variance: f64, z: f64, share: f64) -> (f64, f64) {
    let factor = (z * variance.max(0.0).sqrt()).exp();
    (to_whole(ratio / factor, share), to_whole(ratio * factor, share))
}

/// Part over rest as part over whole, where the part is `share` of the whole: R / (share R + 1 − share), which rises
/// with R, so that ends of intervals stay ends.
fn to_whole(ratio: f64, share: f64) -> f64 {
    if ratio.is_infinite() { 1.0 / share } else { ratio / (share * ratio + 1.0 - share) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64, error: f64) {
        assert!((found - expected).abs() <= error, "{found} is not {expected}");
    }

    #[test]
    fn quantiles_are_those_of_the_tables() {
        near(normal(0.95), 1.959963984540054, 1e-14);
        // R 4: qt(0.975, df)
        for (degrees, expected) in [
            (1.0, 12.7062047361747),
            (2.0, 4.30265272974946),
            (3.0, 3.18244630528371),
            (5.0, 2.57058183563631),
            (10.0, 2.22813885198627),
            (30.0, 2.04227245630124),
            (100.0, 1.98397151852355),
            (1000.0, 1.96233908082641),
        ] {
            near(student(0.95, degrees).unwrap(), expected, 2e-10);
        }
        let (below, above) = (student(0.95, MANY_DEGREES).unwrap(), student(0.95, MANY_DEGREES + 1.0).unwrap());
        near(above, below, 1e-7);
        assert_eq!(student(0.95, 0.0), None);
    }

    #[test]
    fn wilson_gives_the_published_interval() {
        // R. G. Newcombe 1998, Two-sided confidence intervals for the single proportion: comparison of seven methods,
        // DOI 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E, table I, method 3
        for (hits, count, lower, upper) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0000, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let (l, u) = wilson(hits, count, normal(0.95)).unwrap();
            near(l, lower, 5e-5);
            near(u, upper, 5e-5);
        }
        assert_eq!(wilson(20.0, 20.0, 1.96).unwrap().1, 1.0);
        assert_eq!(wilson(0.0, 0.0, 1.96), None);
    }

    #[test]
    fn a_lift_holds_its_ends() {
        // 30 of 100 against 20 of 100: the ratio is 1.5, Katz's interval 0.917 to 2.45 (by hand: log 1.5 = 0.4055,
        // standard error sqrt(1/30 - 1/100 + 1/20 - 1/100) = 0.2517), the whole has 50 of 200
        let (lower, upper) = lift_of_shares((30.0, 100.0), (20.0, 100.0), normal(0.95)).unwrap();
        let (katz_lower, katz_upper) = (0.915_9_f64, 2.456_6_f64);
        near(lower, katz_lower / (0.5 * katz_lower + 0.5), 1e-4);
        near(upper, katz_upper / (0.5 * katz_upper + 0.5), 1e-4);
        assert_eq!(lift_of_shares((0.0, 100.0), (20.0, 100.0), 1.96), None);
        assert_eq!(lift_of_means((-1.0, 1.0, 10.0), (1.0, 1.0, 10.0), 1.96), None);
        let (lower, upper) = lift_of_means((3.0, 0.0, 1.0), (1.0, 0.0, 3.0), 1.96).unwrap();
        assert_eq!((lower, upper), (2.0, 2.0)); // 3 beside a whole mean of 1.5, without error
    }
}
