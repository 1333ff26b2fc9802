//! The grain of purchases and the ruler of time: two questions that are often taken for one.

use crate::time::Day;

/// Days in a month on the average: a Gregorian year of 365.2425 days in twelve.
const DAYS_IN_MONTH: f64 = 365.2425 / 12.0;

/// Purchases of one customer in the same period count as one purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Period {
    /// The day.
    Day,
    /// The week from Monday.
    Week,
    /// The calendar month.
    Month,
}

impl Period {
    /// The first day of the period in which the day lies.
    ///
    /// ```
    /// use segmentry::features::purchases::Period;
    /// use segmentry::time::Day;
    ///
    /// let sunday = Day::new(2026, 3, 1)?;
    /// assert_eq!(Period::Week.start(sunday), Day::new(2026, 2, 23)?); // weeks begin on Monday
    /// assert_eq!(Period::Month.start(sunday), sunday);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn start(self, day: Day) -> Day {
        match self {
            Period::Day => day,
            Period::Week => day.week_start(),
            Period::Month => day.month_start(),
        }
    }
}

/// The unit in which lengths of time are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum TimeUnit {
    /// Days.
    #[default]
    Days,
    /// Seven days.
    Weeks,
    /// Months of 30.436875 days; between the starts of calendar months the whole number of months.
    Months,
}

impl TimeUnit {
    /// A length of time that is known in days, in this unit.
    ///
    /// `grain` says what the days are counted between: starts of months are a whole number of months apart.
    pub fn of_days(self, days: i32, grain: Option<Period>) -> f64 {
        let days = f64::from(days);
        match (self, grain) {
            (TimeUnit::Days, _) => days,
            (TimeUnit::Weeks, _) => days / 7.0,
            (TimeUnit::Months, Some(Period::Month)) => (days / DAYS_IN_MONTH).round(),
            (TimeUnit::Months, _) => days / DAYS_IN_MONTH,
        }
    }

    /// The unit's name: `days`.
    pub const fn name(self) -> &'static str {
        match self {
            TimeUnit::Days => "days",
            TimeUnit::Weeks => "weeks",
            TimeUnit::Months => "months",
        }
    }
}
