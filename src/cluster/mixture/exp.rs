//! Exponentials of many numbers at once.
//!
//! A library's `exp` takes one number a call; half of the time of an iteration went there. This one is plain arithmetic
//! without a branch, which compiles to vector instructions, and has the same bits on any processor.

/// Below this the exponential is less than the smallest normal number; here it is 0.
const LOG_OF_NOTHING: f64 = -708.0;

/// Added to a number of moderate size, it leaves the nearest whole number in the lowest bits.
const WHOLE: f64 = 6_755_399_441_055_744.0; // 1.5 times 2^52

/// The natural logarithm of 2 in two parts; the first has so few bits that its products with exponents are exact.
const LN_2: [f64; 2] = [0.693_145_751_953_125, 1.428_606_820_309_417_2e-6];

/// One by the factorials of 13 down to 0: the series of the exponential function. For numbers of at most 0.35 the next
/// term would change no digit.
const SERIES: [f64; 14] = [
    1.0 / 6_227_020_800.0,
    1.0 / 479_001_600.0,
    1.0 / 39_916_800.0,
    1.0 / 3_628_800.0,
    1.0 / 362_880.0,
    1.0 / 40_320.0,
    1.0 / 5_040.0,
    1.0 / 720.0,
    1.0 / 120.0,
    1.0 / 24.0,
    1.0 / 6.0,
    0.5,
    1.0,
    1.0,
];

/// The exponential of a number of at most 0, within 1e-15 of its size.
///
/// Memberships are parts of the largest one, so no number above 0 is ever asked for, and parts too small to count are 0.
///
/// The number is a whole multiple of ln 2 and a rest of at most 0.35, for which 14 terms of the series are enough; the
/// multiple becomes the exponent of the result.
#[inline(always)]
pub(super) fn exp_down(x: f64) -> f64 {
    let inside = if x > LOG_OF_NOTHING { x } else { LOG_OF_NOTHING };
    let shifted = inside * std::f64::consts::LOG2_E + WHOLE;
    let whole = shifted - WHOLE;
    let rest = inside - whole * LN_2[0] - whole * LN_2[1];
    let mut sum = SERIES[0];
    for term in &SERIES[1..] {
        sum = sum * rest + term;
    }
    let power = f64::from_bits((shifted.to_bits() << 52).wrapping_add(1.0_f64.to_bits()));
    if x > LOG_OF_NOTHING { sum * power } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::exp_down;

    /// The whole range in steps that hit no grid, and its ends.
    #[test]
    fn it_is_the_exponential_of_the_library() {
        for step in 0..708_000 {
            let x = -f64::from(step) * 0.001 - 0.000_123;
            let (found, known) = (exp_down(x), x.exp());
            assert!((found - known).abs() <= 1e-15 * known, "{x}: {found} is not {known}");
        }
        assert_eq!(exp_down(0.0), 1.0);
        assert_eq!([exp_down(-708.1), exp_down(-1e300), exp_down(f64::NEG_INFINITY)], [0.0; 3]);
    }
}
