//! Parts of the calendar that go round: after Sunday comes Monday.
//!
//! As a number from 0 to 6 Sunday would be as far from Monday as can be. On a circle each day of the week is as
//! near to the next as to the one before; sine and cosine of the angle are the two columns that say where on
//! the circle it lies. Two opposite points are 2 apart. The mean of points lies inside the circle, and how far
//! from the middle says how much they agree (K. Mardia and P. Jupp 2000, Directional Statistics, chapter 2).

use crate::time::{Day, Timestamp};
use crate::value::Value;

/// What of a day or an instant is laid on a circle.
///
/// Every part begins at 0: Monday, January, 1 January, midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Part {
    /// The day of the week: Monday is 0.
    Weekday,
    /// January is 0.
    Month,
    /// 1 January is 0; a year has 365 or 366 steps.
    DayOfYear,
    /// Midnight in UTC is 0, noon 12.
    Hour,
}

/// From Monday, as ISO 8601 has it. Names are English.
///
/// Which day a week begins with does not matter on a circle.
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
/// From January.
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Part {
    /// What stands behind the attribute's name in the names of features and columns.
    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Weekday => "weekday",
            Part::Month => "month",
            Part::DayOfYear => "day of year",
            Part::Hour => "hour",
        }
    }

    /// How many steps the circle has, as it is told in words. A leap year has one more, which its days share.
    fn steps(self) -> f64 {
        match self {
            Part::Weekday => 7.0,
            Part::Month => 12.0,
            Part::DayOfYear => 365.0,
            Part::Hour => 24.0,
        }
    }

    /// Where on the circle that number of days since 1970 lies, from 0 to 1; `None` of days beyond the
    /// calendar, which ends with the year 9999.
    ///
    /// Months are equal parts of the year, and so are the days of a year: 31 December lies next to 1 January in
    /// every year.
    pub(super) fn turn(self, days: f64) -> Option<f64> {
        let whole = days.floor();
        let day = Day::from_days(whole as i32);
        Some(match self {
            Part::Weekday => (whole + 3.0).rem_euclid(7.0) / 7.0, // 1970 began on a Thursday
            Part::Hour => days - whole,
            Part::Month => (f64::from(day.date()?.month()) - 1.0) / 12.0,
            Part::DayOfYear => {
                let date = day.date()?;
                (f64::from(date.day_of_year()) - 1.0) / f64::from(date.days_in_year())
            }
        })
    }

    /// Where a mean of sines and cosines lies on the circle, in steps, and how far it is from the middle: 1 if
    /// all are there, 0 if they are spread evenly.
    pub(super) fn mean(self, sine: f64, cosine: f64) -> (f64, f64) {
        let turn = (sine.atan2(cosine) / std::f64::consts::TAU).rem_euclid(1.0);
        let at = turn * self.steps();
        // what is within rounding of the next step is the next step
        let at = if (at - at.round()).abs() < 1e-9 { at.round() % self.steps() } else { at };
        (at, sine.hypot(cosine).min(1.0))
    }

    /// A place on the circle in words: the nearest day of the week, month or day, or the minute.
    ///
    /// Names are English, as all words of this crate; programs have [`Content::Circle`](super::Content::Circle).
    pub(super) fn words(self, at: f64) -> String {
        let name = |names: &[&str]| names.get(at.round() as usize % names.len()).copied().unwrap_or("").to_owned();
        match self {
            Part::Weekday => name(&WEEKDAYS),
            Part::Month => name(&MONTHS),
            Part::DayOfYear => {
                // of a year that is no leap year
                let date = Day::from_days(at.round() as i32 % 365).date();
                date.map_or_else(String::new, |date| {
                    let month = MONTHS.get(date.month() as usize - 1).copied().unwrap_or("");
                    format!("{} {month}", date.day())
                })
            }
            Part::Hour => {
                let minutes = (at * 60.0).round() as u32 % 1440;
                format!("{:02}:{:02}", minutes / 60, minutes % 60)
            }
        }
    }
}

/// The days since 1970 of a day or, with a fraction, of an instant.
///
/// An instant has no zone of its own: its day and its hour are those of UTC.
pub(super) fn days(value: Value<'_>) -> Option<f64> {
    match value {
        Value::Day(day) => Some(f64::from(day.days())),
        Value::Timestamp(at) => Some(at.micros() as f64 / MICROS_A_DAY),
        _ => None,
    }
}

/// The instant of that many days since 1970, at the nearest second.
///
/// Finer than a second a mean of instants says nothing, and a number of days does not hold it.
pub(super) fn timestamp(days: f64) -> Timestamp {
    Timestamp::from_micros((days * 86_400.0).round() as i64 * 1_000_000)
}

/// Microseconds of a day without a leap second.
const MICROS_A_DAY: f64 = 86_400e6;
