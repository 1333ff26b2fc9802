//! When an event has to have happened to count: half-open windows, each of one kind.

use crate::time::{Day, Timestamp};

use super::events::Events;

/// How long.
///
/// Seconds to weeks are exact: a day is 24 hours, whatever the clocks do. Months and years are steps in the calendar of
/// the definition's zone, which end on the last day of a month that is too short.
///
/// ```
/// use segmentry::rules::Span;
///
/// assert_eq!(Span::days(90).to_string(), "90 days");
/// assert_eq!(Span::months(1).to_string(), "1 month");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Span {
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: SpanUnit,
}

/// What a [`Span`] counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum SpanUnit {
    /// Seconds.
    Seconds,
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// 24 hours.
    Days,
    /// 7 times 24 hours.
    Weeks,
    /// Months in the calendar.
    Months,
    /// Years in the calendar.
    Years,
}

impl SpanUnit {
    /// Every unit with its name for one and for many, shortest first.
    pub(crate) const ALL: [(SpanUnit, &'static str, &'static str); 7] = [
        (SpanUnit::Seconds, "second", "seconds"),
        (SpanUnit::Minutes, "minute", "minutes"),
        (SpanUnit::Hours, "hour", "hours"),
        (SpanUnit::Days, "day", "days"),
        (SpanUnit::Weeks, "week", "weeks"),
        (SpanUnit::Months, "month", "months"),
        (SpanUnit::Years, "year", "years"),
    ];

    /// Its seconds, `None` if the calendar decides.
    pub const fn seconds(self) -> Option<i64> {
        match self {
            SpanUnit::Seconds => Some(1),
            SpanUnit::Minutes => Some(60),
            SpanUnit::Hours => Some(3_600),
            SpanUnit::Days => Some(86_400),
            SpanUnit::Weeks => Some(7 * 86_400),
            SpanUnit::Months | SpanUnit::Years => None,
        }
    }
}

impl Span {
    /// So many of that.
    pub const fn new(count: u32, unit: SpanUnit) -> Self {
        Span { count, unit }
    }

    /// So many hours.
    pub const fn hours(count: u32) -> Self {
        Span::new(count, SpanUnit::Hours)
    }

    /// So many times 24 hours.
    pub const fn days(count: u32) -> Self {
        Span::new(count, SpanUnit::Days)
    }

    /// So many times 7 times 24 hours.
    pub const fn weeks(count: u32) -> Self {
        Span::new(count, SpanUnit::Weeks)
    }

    /// So many months in the calendar.
    pub const fn months(count: u32) -> Self {
        Span::new(count, SpanUnit::Months)
    }

    /// So many years in the calendar.
    pub const fn years(count: u32) -> Self {
        Span::new(count, SpanUnit::Years)
    }

    /// Its microseconds, `None` if the calendar decides.
    pub const fn micros(self) -> Option<i64> {
        match self.unit.seconds() {
            Some(seconds) => Some((self.count as i64).saturating_mul(seconds).saturating_mul(1_000_000)),
            None => None,
        }
    }
}

/// When an event has to have happened to count.
///
/// Every window is half open: it has its first instant and not its end. None reaches beyond the moment as of which the
/// question is asked, and *now* below is the first instant behind it: of a day the end of the day. Rolling windows are measured in time, calendar
/// windows in days of the definition's zone: "the last 7 days" and "this week" are two things.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Window {
    /// At any time.
    #[default]
    Always,
    /// From so long before now until now.
    Last(Span),
    /// From so long before now until so long before now: 90 to 30 days ago.
    Ago {
        /// The earlier bound, which is in the window.
        from: Span,
        /// The later bound, which is not.
        to: Span,
    },
    /// Whole periods of the calendar: from the start of one to the end of another, counted from the one that now lies
    /// in. 0 to 0 is this month, -1 to -1 last month, -3 to -1 the last three full months.
    Calendar {
        /// Which periods.
        unit: CalendarUnit,
        /// The first one.
        first: i32,
        /// The last one.
        last: i32,
    },
    /// From one moment until another.
    Between {
        /// The first moment in it; from the beginning if there is none.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        from: Option<Moment>,
        /// The first moment behind it; to now if there is none.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        to: Option<Moment>,
    },
    /// Around an event of the customer's own: within 14 days after the first visit. Nothing counts where there is no
    /// such event.
    Around(Box<Around>),
}

/// A period of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum CalendarUnit {
    /// A day of the zone.
    Day,
    /// Seven days from the definition's first day of the week.
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July or October.
    Quarter,
    /// A year from January.
    Year,
}

/// A day, which begins at midnight of the definition's zone, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Moment {
    /// The start of a day.
    Day(#[cfg_attr(feature = "schema", schemars(with = "String"))] Day),
    /// An instant.
    Timestamp(#[cfg_attr(feature = "schema", schemars(with = "String"))] Timestamp),
}

/// A window around an event of the customer's own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Around {
    /// Whether the first or the last of the events is meant.
    pub which: Which,
    /// The events; their window must not be around another event.
    pub events: Events,
    /// Whether the window lies before or after it. The instant of the event itself is in the window after it and not in
    /// the window before it.
    pub side: Side,
    /// How long the window is.
    pub within: Span,
}

/// Which of several events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Which {
    /// The first.
    First,
    /// The last.
    Last,
}

/// On which side of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Side {
    /// Before it.
    Before,
    /// After it.
    After,
}
