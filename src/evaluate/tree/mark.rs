//! Where a split cuts: a value between two neighbours that is short to read.
//!
//! A tree knows only that customers with 119.87 go one way and those with 120.4 the other; every cut between the two is as
//! good. Other trees print the middle, 120.135, which looks exact and is not. Here a rule says 120.
//!
//! | values | of all cuts between the two neighbours |
//! | --- | --- |
//! | numbers | the one with the fewest digits behind the point, or the most zeros before it |
//! | whole numbers | the one with the most zeros at its end |
//! | days | the first of a year, else of a month, else the one in the middle |
//! | instants | the first of a day in UTC, else of an hour, a minute, a second, a thousandth |
//!
//! Of several that are as short the one nearest the middle is taken, so that a newcomer between two neighbours goes the
//! way of the nearer.

use std::fmt;

use crate::time::{Day, Timestamp};

/// The value at which a condition cuts; the value itself belongs to the upper side.
///
/// ```
/// use segmentry::evaluate::Mark;
///
/// assert_eq!(Mark::Number(120.0).to_string(), "120");
/// assert_eq!(Mark::Integer(4).to_string(), "4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Mark {
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// A day.
    Day(Day),
    /// An instant.
    Timestamp(Timestamp),
    /// True or false.
    Boolean(bool),
}

impl fmt::Display for Mark {
    /// In full: what is printed cuts where the mark cuts.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mark::Number(number) => write!(f, "{number}"),
            Mark::Integer(integer) => write!(f, "{integer}"),
            Mark::Day(day) => write!(f, "{day}"),
            Mark::Timestamp(at) => write!(f, "{at}"),
            Mark::Boolean(truth) => write!(f, "{truth}"),
        }
    }
}

/// The number above `low` and at most `high` that has the fewest decimals, and of these one near the middle.
///
/// A cut at 119.87 or at 120.4 divides the same customers as one at 120, which people remember: of all cuts between
/// two neighbouring values the one is taken that is written shortest. `low` is below `high`.
pub(super) fn between(low: f64, high: f64) -> f64 {
    let (middle, half) = (low / 2.0 + high / 2.0, high / 2.0 - low / 2.0);
    let first = half.max(f64::MIN_POSITIVE).log10().floor() as i32 + 2;
    for exponent in (first - 24..=first).rev() {
        let found = match usize::try_from(-exponent) {
            Ok(decimals) if decimals > 0 => format!("{middle:.decimals$}").parse().unwrap_or(high),
            _ => {
                let step = 10_f64.powi(exponent.max(0));
                (middle / step).round() * step
            }
        };
        if low < found && found <= high {
            return found + 0.0; // never −0
        }
    }
    high
}

/// The whole number above `low` and at most `high` with the most zeros at its end, near the middle.
pub(super) fn between_integers(low: i64, high: i64) -> i64 {
    let (low, high) = (i128::from(low), i128::from(high));
    let middle = (low + high + 1).div_euclid(2);
    let mut step = 10_i128.pow(18);
    while step > 1 {
        let found = (middle + step / 2).div_euclid(step) * step;
        if low < found && found <= high {
            return i64::try_from(found).unwrap_or(i64::MAX);
        }
        step /= 10;
    }
    i64::try_from(middle).unwrap_or(i64::MAX)
}

/// The day after `low` and not after `high` at which a year begins, else a month, else the middle.
pub(super) fn between_days(low: Day, high: Day) -> Day {
    let (first, last) = (i64::from(low.days()), i64::from(high.days()));
    let middle = Day::from_days(((first + last + 1).div_euclid(2)) as i32); // between two days
    let year = |day: Day| day.date().and_then(|date| Day::new(date.year(), 1, 1).ok()).unwrap_or(day);
    let candidates = [year(middle), year(high), middle.month_start(), high.month_start()];
    candidates.into_iter().find(|day| low < *day && *day <= high).unwrap_or(middle)
}

/// The instant after `low` and not after `high` at which a day begins in UTC, else an hour, a minute, a second.
pub(super) fn between_instants(low: Timestamp, high: Timestamp) -> Timestamp {
    const SECOND: i128 = 1_000_000;
    let (first, last) = (i128::from(low.micros()), i128::from(high.micros()));
    let middle = (first + last + 1).div_euclid(2);
    for unit in [86_400 * SECOND, 3_600 * SECOND, 60 * SECOND, SECOND, 1_000] {
        for near in [middle, last] {
            let found = near.div_euclid(unit) * unit;
            if first < found && found <= last {
                return Timestamp::from_micros(i64::try_from(found).unwrap_or(i64::MAX));
            }
        }
    }
    Timestamp::from_micros(i64::try_from(middle).unwrap_or(i64::MAX))
}

#[cfg(test)]
#[path = "mark_tests.rs"]
mod tests;
