//! Numbers of any size: a power of two that lets squares of distances be told apart.
//!
//! A square overflows above 1e154 and vanishes below 1e-162. Numbers are multiplied with a power of two first, which
//! rounds nothing; with ordinary numbers that power is 1.

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

    /// Whether the scale is one that can be made.
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

    /// The numbers in this scale.
    pub(crate) fn all(self, numbers: &[f64]) -> Vec<f64> {
        let factor = power(self.exponent);
        numbers.iter().map(|number| number * factor).collect()
    }
}

/// Refuses numbers above 1e300, where distances would not be numbers any more.
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
mod tests {
    use super::{Scale, exponent, far, power, refuse_largest};

    #[test]
    fn lengths_of_any_size_become_ordinary_and_come_back() {
        for length in [5e-324, 1e-310, 1e-200, 1.0, 0.1, 1e120, 1e200, 1e300] {
            let scale = Scale::of_length(length);
            let inner = scale.inner(length);
            assert!((inner * inner).is_normal(), "{length}: {inner}");
            assert_eq!(scale.outer(inner), length);
        }
        assert_eq!(Scale::of_length(0.3), Scale::default());
        assert_eq!((exponent(1.5), exponent(0.75), exponent(5e-324), power(3)), (0, -1, -1074, 8.0));
    }

    #[test]
    fn far_rows_have_a_distance() {
        assert!((far(&[3e200, 0.0], &[0.0, 4e200]) / 5e200 - 1.0).abs() < 1e-12);
        assert_eq!(far(&[1e308], &[-1e308]), f64::MAX);
        let told = refuse_largest(&[1.0, 2.0, 3.0, 2e300], 2).unwrap_err().to_string();
        assert!(told.starts_with("row 1: column 1 is 2"), "{told}");
    }
}
