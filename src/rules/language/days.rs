//! Days in the calendar: parts of a day, years that are full, days that come round.

/// A part of a day in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum CalendarPart {
    /// 1 is Monday and 7 is Sunday, as in ISO 8601, wherever weeks begin.
    Weekday,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12.
    Month,
    /// 1 to 4.
    Quarter,
    /// The year.
    Year,
}

/// What 29 February is in a year that has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum LeapDay {
    /// 28 February: the last day of the month, as calendars that add years have it.
    February28,
    /// 1 March: the first day on which a whole year has passed.
    #[default]
    March1,
}

/// The first day of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum WeekStart {
    /// As in ISO 8601.
    #[default]
    Monday,
    /// As in North America, Brazil, Israel and Japan.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}
