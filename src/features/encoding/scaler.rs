//! From a number in its own unit to one on a common scale, and back.
//!
//! | scale | less | divided by |
//! | --- | --- | --- |
//! | raw | 0 | 1 |
//! | standard | the mean | the standard deviation, divisor n |
//! | robust | the median | the distance of the quartiles |
//! | min-max | the least | the largest less the least |
//! | ranks, normal | | on lines between points instead |
//!
//! Three steps, each of which may do nothing: numbers beyond learnt ends are moved to them, a transformation
//! makes a long tail short, a scale makes features comparable. Back they go in the other order, except that
//! nobody knows any more how far beyond the ends a number was.
//!
//! A feature of which all are equal has no spread to divide by: all become 0, strangers with another value too, since
//! nothing was learnt of how much a difference means.

use crate::error::{Error, Result};

use super::choices::{Scale, Transform};
use super::knots;
use super::power::Power;
use super::spread::Numbers;

/// What was learnt of one number: ends to which it is moved, a transformation, a scale.
///
/// Only figures of the customers learnt from are kept: two for a linear scale, about a thousand points for ranks.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Scaler {
    /// Ends to which numbers beyond are moved.
    clip: Option<(f64, f64)>,
    power: Power,
    line: Line,
    /// The least and the largest number learnt from, after they were moved to the ends.
    ///
    /// Asked only where the way back ends in no number.
    range: (f64, f64),
}

/// The scale with its figures.
///
/// Standard, robust and min-max scales differ in how their two figures were learnt and not in how they are used.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
enum Line {
    /// Less `center`, by `spread`; 0 where the spread is.
    Linear { center: f64, spread: f64 },
    /// On lines between points.
    Knots(Vec<(f64, f64)>),
}

/// What is asked of a number's scale, once everything that was left open is decided.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wish {
    pub(super) scale: Scale,
    pub(super) transform: Transform,
    pub(super) winsorize: Option<(f64, f64)>,
}

impl Scaler {
    /// Numbers as they are: the scale of last resort.
    pub(super) fn raw() -> Scaler {
        Scaler { clip: None, power: Power::None, line: Line::Linear { center: 0.0, spread: 1.0 }, range: (0.0, 0.0) }
    }

    /// Learns from numbers, of which there is one at least, and says what nobody would expect.
    ///
    /// O(n) of linear scales, O(n log n) of ranks and of quantiles with weights.
    ///
    /// # Errors
    /// The place of the first number that the transformation does not take.
    pub(super) fn learn(numbers: Numbers<'_>, wish: Wish) -> Result<(Scaler, Vec<String>), usize> {
        let mut notes = Vec::new();
        let clip = wish.winsorize.map(|(low, high)| {
            let ends = numbers.quantiles(&[low, high]);
            (ends[0], ends[1])
        });
        let clipped: Vec<f64> = match clip {
            Some((low, high)) => numbers.values.iter().map(|value| value.clamp(low, high)).collect(),
            None => numbers.values.to_vec(),
        };
        if let Some(at) = clipped.iter().position(|value| !Power::takes(wish.transform, *value)) {
            return Err(at);
        }
        let numbers = Numbers { values: &clipped, ..numbers };
        let range = numbers.range();
        let power = Power::learn(wish.transform, numbers);
        let transformed: Vec<f64> = match power {
            Power::None => Vec::new(),
            _ => clipped.iter().map(|value| power.apply(*value)).collect(),
        };
        let numbers = if power == Power::None { numbers } else { Numbers { values: &transformed, ..numbers } };
        let ends = numbers.range();
        if range.0 == range.1 {
            notes.push("is the same of all and tells nobody apart".to_owned());
        }
        let line = match wish.scale {
            Scale::Raw => Line::Linear { center: 0.0, spread: 1.0 },
            _ if ends.0 == ends.1 => Line::Linear { center: ends.0, spread: 0.0 },
            Scale::Standard => {
                let (center, spread) = numbers.moments();
                Line::Linear { center, spread }
            }
            Scale::Robust => {
                let quartiles = numbers.quantiles(&[0.25, 0.5, 0.75]);
                let mut spread = (quartiles[2] - quartiles[0]).min(f64::MAX);
                if spread == 0.0 {
                    notes.push(
                        "has equal quartiles: the standard deviation takes the place of their distance".to_owned(),
                    );
                    spread = numbers.moments().1;
                }
                Line::Linear { center: quartiles[1], spread }
            }
            Scale::MinMax => Line::Linear { center: ends.0, spread: (ends.1 - ends.0).min(f64::MAX) },
            Scale::Ranks => Line::Knots(knots::ranks(numbers)),
            Scale::Normal => Line::Knots(knots::normal(knots::ranks(numbers))),
        };
        Ok((Scaler { clip, power, line, range }, notes))
    }

    /// The number on the scale. Not finite if the transformation does not take it or the scale cannot hold it.
    ///
    /// Where the difference of two numbers is beyond the largest one, they are divided first.
    pub(super) fn apply(&self, value: f64) -> f64 {
        let value = self.clip.map_or(value, |(low, high)| value.clamp(low, high));
        let value = self.power.apply(value);
        match &self.line {
            Line::Linear { spread: 0.0, .. } if !value.is_nan() => 0.0,
            Line::Linear { center, spread } => {
                let scaled = (value - center) / spread;
                if scaled.is_finite() { scaled } else { value / spread - center / spread }
            }
            Line::Knots(_) if value.is_nan() => value,
            Line::Knots(points) => knots::between(points, value, |knot| knot.0, |knot| knot.1),
        }
    }

    /// The way back: the number in its own unit. What lies where no number does becomes the least or the largest one learnt.
    pub(super) fn invert(&self, scaled: f64) -> f64 {
        let value = match &self.line {
            Line::Linear { center, spread } => center + spread * scaled,
            Line::Knots(points) => knots::between(points, scaled, |knot| knot.1, |knot| knot.0),
        };
        match self.power.invert(value) {
            number if number.is_finite() => number,
            number if number == f64::NEG_INFINITY || scaled < 0.0 => self.range.0,
            _ => self.range.1,
        }
    }

    /// Whether the transformation takes the number, moved to the ends first: a negative amount may be moved to 0.
    pub(super) fn takes(&self, value: f64) -> bool {
        let value = self.clip.map_or(value, |(low, high)| value.clamp(low, high));
        Power::takes(self.power.transform(), value)
    }

    /// The transformation, without its exponent.
    pub(super) fn transform(&self) -> Transform {
        self.power.transform()
    }

    /// The exponent of the transformation, where there is one: of both powers.
    pub(super) fn exponent(&self) -> Option<f64> {
        self.power.exponent()
    }

    /// Whether a loaded scaler can be one: finite figures, ends and points in order, so that nothing is divided
    /// by what is not there and no scale falls.
    ///
    /// # Errors
    /// If it cannot.
    pub(super) fn check(&self) -> Result<()> {
        let ordered = |(low, high): (f64, f64)| low.is_finite() && high.is_finite() && low <= high;
        let line = match &self.line {
            Line::Linear { center, spread } => center.is_finite() && spread.is_finite() && *spread >= 0.0,
            Line::Knots(points) => {
                let finite = points.iter().all(|(value, share)| value.is_finite() && share.is_finite());
                finite && !points.is_empty() && points.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1)
            }
        };
        let power = self.power.exponent().is_none_or(f64::is_finite);
        if line && power && ordered(self.range) && self.clip.is_none_or(ordered) {
            return Ok(());
        }
        Err(Error::format("a scale must be of finite numbers in order"))
    }
}
