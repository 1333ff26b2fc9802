//! Logarithms and exponentials as plain arithmetic: loops over them become wide instructions.
//!
//! Those of the system are calls, one number each. These are some thirty additions, products and selections without a
//! branch or a table, so that a loop over a slice is compiled to two, four or eight numbers at once inside a
//! [`Task`](super::simd::Task). Nothing is fused, so that the bits are the same on every level.
//!
//! | function | for | error |
//! | --- | --- | --- |
//! | [`ln`] | normal numbers above 0 | 1 unit in the last place |
//! | [`ln_1p`] | 0 to 1 | 1.5 units |
//! | [`exp`] | 0 and less | 1 unit down to e^−708, 0 below |
//!
//! What is no number stays none. Coefficients are those of polynomials through Chebyshev's nodes, found with 60 digits.

/// ln 2 in two parts: the first has so few digits that its product with an exponent is exact.
const LN_2: [f64; 2] = [0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10];

/// (2 artanh s − 2 s) / s³ by s², for s² up to ((√2 − 1) / (√2 + 1))²: relative error 5e-18.
const NEAR: [f64; 7] = [
    0.666_666_666_666_667,
    0.399_999_999_998_994_44,
    0.285_714_286_260_032_7,
    0.222_222_111_302_598_78,
    0.181_828_894_556_749_47,
    0.153_317_106_182_107_73,
    0.146_165_854_248_886_23,
];

/// The same for s² up to 1/9: relative error 7e-18.
const WIDE: [f64; 10] = [
    0.666_666_666_666_666_6,
    0.400_000_000_000_145_85,
    0.285_714_285_671_087_6,
    0.222_222_227_174_278_64,
    0.181_817_894_361_328_6,
    0.153_855_700_649_586_23,
    0.133_141_442_096_549_35,
    0.120_010_728_095_907_13,
    0.088_007_384_861_446_74,
    0.161_640_456_119_435_3,
];

/// (e^r − 1 − r) / r² for |r| up to ln 2 / 2: relative error 3e-19.
const POWER: [f64; 11] = [
    0.5,
    0.166_666_666_666_666_7,
    0.041_666_666_666_666_67,
    0.008_333_333_333_326_136,
    0.001_388_888_888_888_374_8,
    0.000_198_412_698_748_206_27,
    2.480_158_732_554_774_5e-5,
    2.755_725_540_020_642_2e-6,
    2.755_727_364_311_03e-7,
    2.510_521_700_472_074_5e-8,
    2.091_468_696_808_687_6e-9,
];

/// The bits of √½, where mantissas begin.
const ROOT: u64 = 0x3FE6_A09E_667F_3BCD;
/// The bits of 1.
const ONE: u64 = 0x3FF0_0000_0000_0000;
const MANTISSA: u64 = 0x000F_FFFF_FFFF_FFFF;
/// The bits of 2^52, and the number itself: what is added to it as bits is added as a number.
const WHOLE: u64 = 0x4330_0000_0000_0000;
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Horner's rule, the lowest power first.
#[inline(always)]
fn polynomial<const N: usize>(coefficients: &[f64; N], x: f64) -> f64 {
    let mut value = coefficients[N - 1];
    let mut i = N - 1;
    while i > 0 {
        i -= 1;
        value = value * x + coefficients[i];
    }
    value
}

/// ln x of a normal number above 0; NaN of any other.
#[inline(always)]
pub(crate) fn ln(x: f64) -> f64 {
    // x = 2^k (1 + f), 1 + f from √½ to √2
    let shifted = x.to_bits().wrapping_add(ONE - ROOT);
    let k = f64::from_bits((shifted >> 52) | WHOLE) - (TWO_52 + 1023.0);
    let f = f64::from_bits((shifted & MANTISSA) + ROOT) - 1.0;
    let s = f / (2.0 + f);
    let rest = s * (f - s * s * polynomial(&NEAR, s * s));
    let value = k * LN_2[0] - ((rest - k * LN_2[1]) - f);
    if (f64::MIN_POSITIVE..=f64::MAX).contains(&x) { value } else { f64::NAN }
}

/// ln(1 + x) for x from 0 to 1.
#[inline(always)]
pub(crate) fn ln_1p(x: f64) -> f64 {
    let s = x / (2.0 + x);
    x - s * (x - s * s * polynomial(&WIDE, s * s))
}

/// e^x for x of at most 0, from 2.2e-308 to 1; 0 where that is below.
#[inline(always)]
pub(crate) fn exp(x: f64) -> f64 {
    let far = x < -708.0;
    let x = if far { -708.0 } else { x };
    // the nearest whole number of ln 2 stands in the last bits
    let shifted = x * std::f64::consts::LOG2_E + 1.5 * TWO_52;
    let k = shifted - 1.5 * TWO_52;
    let power = f64::from_bits(shifted.to_bits().wrapping_add(1023) << 52);
    let r = (x - k * LN_2[0]) - k * LN_2[1];
    let value = (1.0 + (r + r * r * polynomial(&POWER, r))) * power;
    if far { 0.0 } else { value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::random::Random;
    use crate::math::simd::{Level, Task};

    /// By how many units in the last place two numbers differ.
    fn units(found: f64, expected: f64) -> f64 {
        (found - expected).abs() / (expected.abs() * f64::EPSILON).max(f64::MIN_POSITIVE)
    }

    #[test]
    fn numbers_are_those_of_the_system_over_the_whole_range() {
        let mut random = Random::new(1, 0);
        for turn in 0..200_000 {
            let (part, far) = (random.uniform(), turn % 2 == 0);
            let x = if far { f64::exp(1416.0 * part - 707.0) } else { 0.5 + 1.5 * part };
            assert!(units(ln(x), f64::ln(x)) <= 1.5, "ln {x:e}");
            let x = if far { f64::exp(-300.0 * part) } else { part };
            assert!(units(ln_1p(x), f64::ln_1p(x)) <= 2.0, "ln_1p {x:e}");
            let x = if far { -708.0 * part } else { -part };
            assert!(units(exp(x), f64::exp(x)) <= 1.5, "exp {x:e}");
        }
        for x in [f64::MIN_POSITIVE, f64::MAX, 1.0 - f64::EPSILON, 1.0 + f64::EPSILON, 2.0_f64.sqrt(), 0.5_f64.sqrt()] {
            for x in [x, x.next_up(), x.next_down()] {
                let defined = (f64::MIN_POSITIVE..=f64::MAX).contains(&x);
                assert!(if defined { units(ln(x), f64::ln(x)) <= 1.5 } else { ln(x).is_nan() }, "{x:e}");
            }
        }
        for power in -1021..1024 {
            let x = 2.0_f64.powi(power);
            assert!(units(ln(x), f64::ln(x)) <= 1.0, "2^{power}");
        }
    }

    #[test]
    fn edges_are_told() {
        assert_eq!((ln(1.0), ln_1p(0.0), exp(0.0), exp(-0.0)), (0.0, 0.0, 1.0, 1.0));
        assert!(ln_1p(1e-300) == 1e-300 && units(ln_1p(1.0), std::f64::consts::LN_2) <= 1.0);
        assert!([0.0, -1.0, 1e-310, f64::INFINITY, f64::NAN].into_iter().all(|x| ln(x).is_nan()));
        assert_eq!([exp(-708.1), exp(-1e300), exp(f64::NEG_INFINITY)], [0.0; 3]);
        assert!(exp(-708.0) > 0.0 && exp(f64::NAN).is_nan() && ln_1p(f64::NAN).is_nan());
    }

    /// What a loop comes to.
    struct Loop<'a>(&'a mut [f64]);

    impl Task for Loop<'_> {
        type Out = ();

        #[inline(always)]
        fn run<const WIDTH: usize, const FUSED: bool>(self) {
            for x in self.0 {
                *x = ln(*x) + ln_1p(exp(-*x));
            }
        }
    }

    #[test]
    fn every_level_has_the_same_bits() {
        let mut random = Random::new(2, 0);
        let numbers: Vec<f64> = (0..1_003).map(|_| f64::exp(20.0 * random.uniform() - 10.0)).collect();
        let on = |level: Level| {
            let mut numbers = numbers.clone();
            level.run(Loop(&mut numbers));
            numbers.into_iter().map(f64::to_bits).collect::<Vec<_>>()
        };
        let alone: Vec<u64> = numbers.iter().map(|x| (ln(*x) + ln_1p(exp(-*x))).to_bits()).collect();
        for level in Level::all() {
            assert_eq!(on(level), alone, "{level:?}");
        }
    }
}
