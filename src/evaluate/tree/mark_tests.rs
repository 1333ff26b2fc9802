//! Cuts are short, and always between.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

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
    for (low, high) in [(f64::MIN, f64::MAX), (0.0, f64::from_bits(1)), (-f64::from_bits(1), 0.0), (1e300, 1.1e300)] {
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
