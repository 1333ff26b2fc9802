//! The grain of purchases and the ruler of time: two questions that are often taken for one.

use crate::time::Day;

/// Days in a Gregorian year on the average.
const DAYS_IN_YEAR: f64 = 365.2425;

/// Days in a month on the average: a year in twelve.
const DAYS_IN_MONTH: f64 = DAYS_IN_YEAR / 12.0;

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
    /// Years of 365.2425 days.
    Years,
}

impl TimeUnit {
    /// How many days the unit has on the average.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    ///
    /// assert_eq!((TimeUnit::Weeks.in_days(), TimeUnit::Years.in_days()), (7.0, 365.2425));
    /// ```
    pub const fn in_days(self) -> f64 {
        match self {
            TimeUnit::Days => 1.0,
            TimeUnit::Weeks => 7.0,
            TimeUnit::Months => DAYS_IN_MONTH,
            TimeUnit::Years => DAYS_IN_YEAR,
        }
    }

    /// A length of time that is known in days, in this unit.
    ///
    /// `grain` says what the days are counted between: starts of months are a whole number of months apart.
    pub fn of_days(self, days: i32, grain: Option<Period>) -> f64 {
        let days = f64::from(days);
        match (self, grain) {
            (TimeUnit::Months, Some(Period::Month)) => (days / DAYS_IN_MONTH).round(),
            _ => days / self.in_days(),
        }
    }

    /// The unit's name: `days`.
    pub const fn name(self) -> &'static str {
        match self {
            TimeUnit::Days => "days",
            TimeUnit::Weeks => "weeks",
            TimeUnit::Months => "months",
            TimeUnit::Years => "years",
        }
    }
}
