//! Numbers of any size: a power of two that lets squares of distances be told apart.
//!
//! A square overflows above 1e154 and vanishes below 1e-162. Numbers are multiplied with a power of two first, which
//! rounds nothing; with ordinary numbers that power is 1.
//!
//! By the radius where there is one: what is much larger or smaller than it need not be told apart. By the largest
//! number where all distances count: then distances down to 1e-300 of the largest number keep their squares if that is
//! large, down to 1e-154 if it is ordinary. What is smaller than that is no distance.

use crate::error::{Error, Result};

/// Largest number that a row may hold.
const LARGEST: f64 = 1e300;
/// Exponents of ordinary numbers, which are left as they are. What is larger becomes as large as they can be, so that
/// much smaller distances keep a square too.
const ORDINARY: std::ops::RangeInclusive<i32> = -400..=500;

/// The power of two that numbers are multiplied with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub(crate) struct Scale {
    /// From -1000 to 1000: a power of two that is a number itself, and so is its inverse.
    exponent: i32,
}

impl Scale {
    /// The scale at which a length is an ordinary number.
    pub(crate) fn of_length(length: f64) -> Self {
        let exponent = exponent(length);
        if length == 0.0 || ORDINARY.contains(&exponent) {
            return Scale::default();
        }
        let aim = if exponent > *ORDINARY.end() { *ORDINARY.end() } else { 0 };
        Scale { exponent: (aim - exponent).clamp(-1000, 1000) }
    }

    /// The scale at which the largest of these numbers is an ordinary one.
    pub(crate) fn of_numbers(numbers: &[f64]) -> Self {
        Scale::of_length(numbers.iter().fold(0.0, |most: f64, number| most.max(number.abs())))
    }

    /// Whether the scale is one that can be made: asked of models that are read.
    pub(crate) fn is_sound(self) -> bool {
        (-1000..=1000).contains(&self.exponent)
    }

    /// A length or a number in this scale.
    pub(crate) fn inner(self, length: f64) -> f64 {
        length * power(self.exponent)
    }

    /// A length of this scale as it is outside; the largest number there is in place of an overflow.
    pub(crate) fn outer(self, length: f64) -> f64 {
        (length * power(-self.exponent)).min(f64::MAX)
    }

    /// The numbers in this scale. What becomes too small for any number becomes 0.
    pub(crate) fn all(self, numbers: &[f64]) -> Vec<f64> {
        let factor = power(self.exponent);
        numbers.iter().map(|number| number * factor).collect()
    }
}

/// Refuses numbers above 1e300, where distances would not be numbers any more. Row and column are told.
pub(crate) fn refuse_largest(data: &[f64], columns: usize) -> Result<()> {
    match data.iter().position(|number| number.abs() > LARGEST) {
        None => Ok(()),
        Some(cell) => {
            let message = format!("column {} is {}, expected at most 1e300 in size", cell % columns, data[cell]);
            Err(Error::definition(message).at_row(cell / columns))
        }
    }
}

/// The distance between rows of any size: what is asked where a square overflows. The largest number at most.
pub(crate) fn far(a: &[f64], b: &[f64]) -> f64 {
    let down = power(-520);
    let squares: f64 = a.iter().zip(b).map(|(x, y)| (x * down - y * down).powi(2)).sum();
    (squares.sqrt() / down).min(f64::MAX)
}

/// The exponent of a number, which is not 0: 0 for 1 to 2, -1 for 0.5 to 1.
fn exponent(number: f64) -> i32 {
    let bits = |number: f64| ((number.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    match bits(number) {
        -1023 => bits(number * power(200)) - 200, // denormal
        exponent => exponent,
    }
}

/// Two to this power, from -1022 to 1023.
fn power(exponent: i32) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

#[cfg(test)]
#[path = "scale_tests.rs"]
mod tests;
