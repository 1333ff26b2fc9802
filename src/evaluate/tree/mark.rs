//! Where a split cuts: a value between two neighbours that is short to read.

use std::fmt;

use crate::time::{Day, Timestamp};

/// The value at which a condition cuts; the value itself belongs to the upper side.
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
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::{between, between_days, between_instants, between_integers};
    use crate::math::random::Random;
    use crate::time::{Day, Timestamp};

    #[test]
    fn a_cut_is_short_and_always_between() {
        let known = [
            (119.87, 120.4, 120.0),
            (0.1, 0.30000000000000004, 0.2),
            (-3.0, 4.0, 0.0),
            (1.0, 2.0, 2.0),
            (0.5, 1.5, 1.0),
            (9_990.0, 30_000.0, 20_000.0),
        ];
        for (low, high, expected) in known {
            assert_eq!(between(low, high), expected, "{low} {high}");
        }
        let mut random = Random::new(5, 0);
        for _ in 0..20_000 {
            let scale = 10_f64.powf(600.0 * random.uniform() - 300.0);
            let low = (random.uniform() - 0.5) * scale;
            let mut high = if random.below(2) == 0 { low.next_up() } else { (random.uniform() - 0.5) * scale };
            if high == low {
                high = low.next_up();
            }
            let (low, high) = (low.min(high), low.max(high));
            let cut = between(low, high);
            assert!(low < cut && cut <= high, "{low:e} {cut:e} {high:e}");
        }
        for (low, high) in [(f64::MIN, f64::MAX), (0.0, f64::from_bits(1)), (-f64::from_bits(1), 0.0), (1e300, 1.1e300)]
        {
            let cut = between(low, high);
            assert!(low < cut && cut <= high, "{low:e} {cut:e} {high:e}");
        }
    }

    #[test]
    fn whole_numbers_days_and_instants_are_cut_where_people_would() {
        assert_eq!(between_integers(3, 4), 4);
        assert_eq!(between_integers(4, 12), 10);
        assert_eq!(between_integers(i64::MIN, i64::MAX), 0);
        assert_eq!(between_integers(i64::MAX - 1, i64::MAX), i64::MAX);
        let day = |text: &str| text.parse::<Day>().unwrap();
        assert_eq!(between_days(day("2025-11-03"), day("2026-02-10")), day("2026-01-01"));
        assert_eq!(between_days(day("2025-11-03"), day("2025-12-10")), day("2025-12-01"));
        assert_eq!(between_days(day("2025-11-03"), day("2025-11-04")), day("2025-11-04"));
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (low, high) = (at("2025-11-03T10:59:59.5Z"), at("2025-11-03T11:20:00Z"));
        assert_eq!(between_instants(low, high), at("2025-11-03T11:00:00Z"));
    }
}
