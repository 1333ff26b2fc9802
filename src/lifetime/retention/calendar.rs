//! Whole periods between two days of a contract.
//!
//! Renewals fall on anniversaries, not on calendar periods: a contract of 15 January is renewed on 15 February, and one of
//! 31 January on the last of February, then again on 31 March.
//!
//! | period | is over |
//! | --- | --- |
//! | day | the day after |
//! | week | seven days after, whatever the day of the week |
//! | month | on the anniversary |

use crate::features::purchases::Period;
use crate::time::Day;

/// How many periods of a contract that began on `start` are over on `end`: months end on the day of the month on which the
/// contract began, or on the last of a month that is too short. The day of the anniversary itself is the first of the next
/// period, so that the period before it is over then; none are over where `end` is earlier.
pub(in crate::lifetime) fn whole_periods(start: Day, end: Day, period: Period) -> u32 {
    let days = end.days_since(start).max(0);
    let steps = match period {
        Period::Day => days,
        Period::Week => days / 7,
        Period::Month => months(start, end),
    };
    u32::try_from(steps).unwrap_or(0)
}

/// Months between two days of the calendar, 0 of days beyond it: years in twelve, less one where the anniversary in the
/// last month is still to come.
fn months(start: Day, end: Day) -> i32 {
    let (Some(from), Some(to)) = (start.date(), end.date()) else { return 0 };
    let begun = 12 * (i32::from(to.year()) - i32::from(from.year())) + i32::from(to.month()) - i32::from(from.month());
    let due = from.day().min(to.days_in_month());
    if to.day() < due { begun - 1 } else { begun }
}

/// The day on which so many periods of a contract that began on `start` are over: the first on which [`whole_periods`] says
/// so. Of days beyond the calendar a number of mean length is taken.
pub(in crate::lifetime) fn anniversary(start: Day, periods: u32, period: Period) -> Day {
    let count = i32::try_from(periods).unwrap_or(i32::MAX);
    let step = match period {
        Period::Day => 1,
        Period::Week => 7,
        Period::Month => {
            let due = start.date().and_then(|from| {
                let months = i32::from(from.year()).checked_mul(12)?.checked_add(i32::from(from.month()) - 1)?;
                let months = months.checked_add(count)?;
                let year = i16::try_from(months.div_euclid(12)).ok()?;
                let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
                let days = jiff::civil::Date::new(year, month, 1).ok()?.days_in_month();
                Day::new(year, month, from.day().min(days)).ok()
            });
            if let Some(day) = due {
                return day;
            }
            30
        }
    };
    start.plus(count.saturating_mul(step))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Period, anniversary, whole_periods};
    use crate::time::Day;

    #[test]
    fn an_anniversary_is_the_first_day_on_which_so_many_periods_are_over() {
        for start in (0..800).map(|n| Day::from_days(19_700 + n)) {
            for period in [Period::Day, Period::Week, Period::Month] {
                for periods in [1, 2, 11, 12, 13, 24] {
                    let due = anniversary(start, periods, period);
                    assert_eq!(whole_periods(start, due, period), periods, "{start} {periods}");
                    assert_eq!(whole_periods(start, due.plus(-1), period), periods - 1, "{start} {periods}");
                }
            }
        }
    }

    #[test]
    fn months_end_on_the_day_on_which_they_began() {
        for (start, end, months) in [
            ("2026-01-15", "2026-01-15", 0),
            ("2026-01-15", "2026-02-14", 0),
            ("2026-01-15", "2026-02-15", 1),
            ("2026-01-31", "2026-02-27", 0),
            ("2026-01-31", "2026-02-28", 1),
            ("2026-01-31", "2026-03-30", 1),
            ("2024-02-29", "2025-02-28", 12),
            ("2025-11-30", "2026-01-29", 1),
        ] {
            let found = whole_periods(start.parse().unwrap(), end.parse().unwrap(), Period::Month);
            assert_eq!(found, months, "{start} {end}");
        }
        assert_eq!(whole_periods("2026-01-15".parse().unwrap(), "2026-01-28".parse().unwrap(), Period::Week), 1);
    }
}
