//! Logarithms and powers that make long tails short, and the exponent that does it best.
//!
//! | transformation | of a number x | with exponent 0 |
//! | --- | --- | --- |
//! | log1p | ln(1 + x) | |
//! | Box and Cox | (x^λ − 1) / λ | ln x |
//! | Yeo and Johnson, x ≥ 0 | ((1 + x)^λ − 1) / λ | ln(1 + x) |
//! | Yeo and Johnson, x < 0 | −((1 − x)^(2 − λ) − 1) / (2 − λ) | −ln(1 − x) where λ is 2 |
//!
//! Scaled afterwards, log1p of amounts compares customers by ratios: 10 and 100 are as far apart as 100 and
//! 1,000. A power between 0 and 1 lies between amounts and ratios. Decoded, the mean of transformed numbers is
//! a mean of another kind, of a logarithm about the geometric one.
//!
//! All of them rise, so the order of customers stays as it was; an exponent of 1 changes nothing but the origin.
//!
//! The exponent is the likeliest one if the transformed numbers were normal, as the authors of both families
//! propose; it is searched between [`LEAST`] and [`MOST`], which holds every exponent that is of use.

use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

use super::choices::Transform;
use super::spread::Numbers;

/// The least exponent that is tried: as far from 1, where nothing happens, as the largest.
const LEAST: f64 = -5.0;
/// The largest exponent that is tried. Both are of use only for a handful of customers.
///
/// A likelihood that goes on rising beyond them ends here.
const MOST: f64 = 7.0;

/// A transformation with its exponent, as it is saved.
///
/// Computed as `expm1(λ ln x) / λ`, which does not lose digits where the exponent is near 0.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
pub(super) enum Power {
    None,
    Log1p,
    BoxCox(f64),
    YeoJohnson(f64),
}

impl Power {
    /// The transformation of these numbers, with the likeliest exponent where it has one.
    ///
    /// All numbers are inside [`Power::takes`]. Of equal numbers no exponent is likelier than another: it is 1.
    /// O(n) for each of some seventy exponents that are tried, in parallel.
    pub(super) fn learn(transform: Transform, numbers: Numbers<'_>) -> Power {
        let (least, most) = numbers.range();
        match transform {
            Transform::None => Power::None,
            Transform::Log1p => Power::Log1p,
            _ if least == most && transform == Transform::BoxCox => Power::BoxCox(1.0),
            _ if least == most => Power::YeoJohnson(1.0),
            Transform::BoxCox => {
                // in units of the geometric mean the likelihood is the spread alone
                let logs: Vec<f64> = numbers.values.iter().map(|value| value.ln()).collect();
                let center = Numbers { values: &logs, ..numbers }.moments().0;
                let spread = |power: f64| log_spread(numbers, |at| scaled_expm1(power, logs[at] - center));
                Power::BoxCox(lowest(spread))
            }
            Transform::YeoJohnson => {
                let logs: Vec<f64> = numbers.values.iter().map(|value| value.abs().ln_1p().copysign(*value)).collect();
                let center = Numbers { values: &logs, ..numbers }.moments().0;
                let spread = |power: f64| {
                    let spread = log_spread(numbers, |at| yeo_johnson(power, numbers.values[at]));
                    spread - (power - 1.0) * center
                };
                Power::YeoJohnson(lowest(spread))
            }
        }
    }

    /// Whether it is defined of that number: [`apply`](Power::apply) of another is NaN.
    pub(super) fn takes(transform: Transform, value: f64) -> bool {
        match transform {
            Transform::Log1p => value >= 0.0,
            Transform::BoxCox => value > 0.0,
            Transform::None | Transform::YeoJohnson => true,
        }
    }

    /// The number transformed; NaN if it is not defined of it, and infinite if it is beyond the largest number.
    pub(super) fn apply(self, value: f64) -> f64 {
        match self {
            Power::None => value,
            Power::Log1p if value >= 0.0 => value.ln_1p(),
            Power::BoxCox(power) if value > 0.0 => scaled_expm1(power, value.ln()),
            Power::YeoJohnson(power) => yeo_johnson(power, value),
            Power::Log1p | Power::BoxCox(_) => f64::NAN,
        }
    }

    /// The number of which this is the transformed one; not finite where there is none.
    ///
    /// There and back is the same number but for rounding, and for exponents so far from 1 that numbers became equal.
    ///
    /// A power has a largest or a least value, beyond which no number lies.
    pub(super) fn invert(self, value: f64) -> f64 {
        match self {
            Power::None => value,
            Power::Log1p => value.exp_m1(),
            Power::BoxCox(power) => scaled_ln_1p(power, value).exp(),
            Power::YeoJohnson(1.0) => value,
            Power::YeoJohnson(power) if value >= 0.0 => scaled_ln_1p(power, value).exp_m1(),
            Power::YeoJohnson(power) => -scaled_ln_1p(2.0 - power, -value).exp_m1(),
        }
    }

    /// The exponent, where there is one. It is what people ask of a power: 0 is the logarithm, ½ the root.
    pub(super) fn exponent(self) -> Option<f64> {
        match self {
            Power::BoxCox(power) | Power::YeoJohnson(power) => Some(power),
            Power::None | Power::Log1p => None,
        }
    }

    /// The transformation without its exponent: what a message says of it.
    pub(super) fn transform(self) -> Transform {
        match self {
            Power::None => Transform::None,
            Power::Log1p => Transform::Log1p,
            Power::BoxCox(_) => Transform::BoxCox,
            Power::YeoJohnson(_) => Transform::YeoJohnson,
        }
    }
}

/// (exp(power · log) − 1) / power, and its limit where the power is 0: what both families are made of.
///
/// `log` is ln x of Box and Cox and ln(1 + |x|) of Yeo and Johnson.
fn scaled_expm1(power: f64, log: f64) -> f64 {
    if power == 0.0 { log } else { (power * log).exp_m1() / power }
}

/// The inverse of [`scaled_expm1`]. NaN where no number leads: beyond −1 / power.
fn scaled_ln_1p(power: f64, value: f64) -> f64 {
    if power == 0.0 { value } else { (power * value).ln_1p() / power }
}

/// The power of Yeo and Johnson: that of Box and Cox of 1 + x, and its mirror image below 0.
///
/// An exponent of 1 gives the number itself, which the way through logarithms would not for the largest numbers.
fn yeo_johnson(power: f64, value: f64) -> f64 {
    if power == 1.0 {
        return value;
    }
    if value >= 0.0 { scaled_expm1(power, value.ln_1p()) } else { -scaled_expm1(2.0 - power, (-value).ln_1p()) }
}

/// Half the logarithm of the variance of transformed numbers; infinite where one is beyond the largest number.
///
/// The likelihood of a normal distribution with mean and variance of the data is this but for constants and for the
/// derivative of the transformation, which the callers take into account.
fn log_spread(numbers: Numbers<'_>, transformed: impl Fn(usize) -> f64 + Sync + Send) -> f64 {
    let chunk = |rows: std::ops::Range<usize>| rows.map(&transformed).collect::<Vec<f64>>();
    let values: Vec<f64> = map_chunks(numbers.values.len(), CHUNK, chunk).into_iter().flatten().collect();
    let all = sum(values.iter().map(|value| if value.is_finite() { 0.0 } else { 1.0 }));
    let (_, deviation) = Numbers { values: &values, ..numbers }.moments();
    if all > 0.0 || deviation == 0.0 { f64::INFINITY } else { deviation.ln() }
}

/// Where `of` is lowest, within about 10⁻⁸: the best of steps of one half, then by the golden section around it
/// (J. Kiefer 1953, Sequential minimax search for a maximum, DOI 10.1090/S0002-9939-1953-0055639-3).
fn lowest(of: impl Fn(f64) -> f64) -> f64 {
    let steps = ((MOST - LEAST) * 2.0) as i32;
    let (mut best, mut lowest) = (1.0, of(1.0));
    for step in 0..=steps {
        let at = LEAST + f64::from(step) / 2.0;
        let here = of(at);
        if here < lowest {
            (best, lowest) = (at, here);
        }
    }
    let on_a_step = (best, lowest);
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (best - 0.5, best + 0.5);
    let (mut a, mut b) = (high - golden * (high - low), low + golden * (high - low));
    let (mut of_a, mut of_b) = (of(a), of(b));
    while high - low > 1e-9 {
        if of_a <= of_b {
            (high, b, of_b) = (b, a, of_a);
            a = high - golden * (high - low);
            of_a = of(a);
        } else {
            (low, a, of_a) = (a, b, of_b);
            b = low + golden * (high - low);
            of_b = of(b);
        }
    }
    // an exponent of 1, which changes nothing, may be the only one that stays inside the range of numbers
    let between = low.midpoint(high);
    if of(between) <= on_a_step.1 { between } else { on_a_step.0 }
}
