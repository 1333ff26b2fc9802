//! Days and windows: what the calendar says as of a moment.
//!
//! Time is the second largest source of wrong segments after missing values: windows of whole days
//! that are cut at an instant, midnights of another zone, months of thirty days, and 29 February.
//! So each definition has its own zone and its own first day of the week, a window says whether it
//! rolls or follows the calendar, and every window is half open.
//!
//! Spans in weeks and shorter units are fixed lengths, a day being 24 hours; months and years are
//! those of the calendar in the definition's zone, so a month before 31 March is the last day of
//! February.
//!
//! What lies outside the calendar saturates: a window of a million years begins at the first
//! instant there is.

use jiff::civil::Date;

use super::super::language::{CalendarPart, CalendarUnit, LeapDay, Moment, Span, SpanUnit, WeekStart, Window};
use crate::time::{AsOf, Day, Timestamp, Zone};

/// What every question about time needs: the moment, and whose calendar.
///
/// One for all questions about a customer; the questions themselves carry no time.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    /// The moment as of which the question is asked.
    pub as_of: AsOf,
    /// The moment up to which events are known: the same, except when one asks what a later moment will say of them.
    pub known: AsOf,
    /// In which instants have their days and months their lengths.
    pub zone: Zone,
    /// On which day weeks begin.
    pub week_start: WeekStart,
}

impl Clock {
    /// The clock of a moment up to which events are known, too.
    pub(crate) fn new(as_of: AsOf, zone: Zone, week_start: WeekStart) -> Self {
        Clock { as_of, known: as_of, zone, week_start }
    }

    /// The same knowledge, asked as of another moment.
    ///
    /// It answers what a definition will say later if nothing new happens: when a membership ends.
    pub(crate) fn moved_to(&self, as_of: AsOf) -> Self {
        Clock { as_of, known: self.known, zone: self.zone.clone(), week_start: self.week_start }
    }

    /// The day as of which the question is asked.
    pub(crate) fn today(&self) -> Day {
        self.as_of.day()
    }

    /// The first instant behind the moment.
    ///
    /// As of a day, that is the end of the day: what happened on it is known.
    pub(crate) fn now(&self) -> Timestamp {
        self.as_of.until()
    }

    /// The instant so long before that one.
    pub(crate) fn before(&self, at: Timestamp, span: Span) -> Timestamp {
        self.shifted(at, span, -1)
    }

    /// The instant so long after that one.
    pub(crate) fn after(&self, at: Timestamp, span: Span) -> Timestamp {
        self.shifted(at, span, 1)
    }

    /// The instant so long before (sign -1) or after (sign 1) another.
    fn shifted(&self, at: Timestamp, span: Span, sign: i64) -> Timestamp {
        if let Some(micros) = span.micros() {
            return Timestamp::from_micros(at.micros().saturating_add(sign * micros));
        }
        let months = i64::from(span.count) * if span.unit == SpanUnit::Years { 12 } else { 1 };
        let end = if sign < 0 { i64::MIN } else { i64::MAX };
        self.zone.months_later(at, sign * months).unwrap_or(Timestamp::from_micros(end))
    }

    /// The first day of the period that many periods after the one that the day lies in.
    ///
    /// The offset is 0 for the period itself, -1 for the one before. `None` outside the calendar.
    pub(crate) fn period_start(&self, day: Day, unit: CalendarUnit, offset: i64) -> Option<Day> {
        let months = |months: i64, start: Date| -> Option<Day> {
            Some(Day::from(start.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?))
        };
        let days = |days: i64, start: Day| Some(start.plus(i32::try_from(days).ok()?));
        match unit {
            CalendarUnit::Day => days(offset, day),
            CalendarUnit::Week => days(offset.checked_mul(7)?, self.week_of(day)),
            CalendarUnit::Month => months(offset, day.date()?.first_of_month()),
            CalendarUnit::Quarter => {
                let date = day.date()?;
                let month = (date.month() - 1) / 3 * 3 + 1;
                months(offset.checked_mul(3)?, Date::new(date.year(), month, 1).ok()?)
            }
            CalendarUnit::Year => months(offset.checked_mul(12)?, day.date()?.first_of_year()),
        }
    }

    /// The first day of the week that the day lies in, by the definition's first day of the week.
    fn week_of(&self, day: Day) -> Day {
        let shift = match self.week_start {
            WeekStart::Monday => 0,
            WeekStart::Sunday => 1,
            WeekStart::Saturday => 2,
        };
        day.plus(shift).week_start().plus(-shift)
    }

    /// The bounds of a window; `None` of one around an event, which each customer has elsewhere.
    ///
    /// Windows that roll have instants as bounds, those of the calendar days. An event is held
    /// against the day on which it counts for its customer, and not against a midnight.
    pub(crate) fn bounds(&self, window: &Window) -> Option<Range> {
        let now = self.now();
        let instants = |from, to| Some(Range { from: Bound::Instant(from), to: Bound::Instant(to) });
        match window {
            Window::Always => Some(Range::ALL),
            Window::Last(span) => instants(self.before(now, *span), now),
            Window::Ago { from, to } => instants(self.before(now, *from), self.before(now, *to)),
            Window::Calendar { unit, first, last } => {
                let day = |offset: i64| {
                    let beyond = Day::from_days(if offset < 0 { i32::MIN } else { i32::MAX });
                    Bound::Day(self.period_start(self.today(), *unit, offset).unwrap_or(beyond))
                };
                Some(Range { from: day(i64::from(*first)), to: day(i64::from(*last) + 1) })
            }
            Window::Between { from, to } => {
                Some(Range { from: from.map_or(Bound::Open, Bound::from), to: to.map_or(Bound::Open, Bound::from) })
            }
            Window::Around(_) => None,
        }
    }
}

/// One end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bound {
    /// There is no end on this side.
    Open,
    /// An instant, which the event's instant is compared with.
    Instant(Timestamp),
    /// A day, which the event's day is compared with.
    Day(Day),
}

impl From<Moment> for Bound {
    fn from(moment: Moment) -> Self {
        match moment {
            Moment::Day(day) => Bound::Day(day),
            Moment::Timestamp(at) => Bound::Instant(at),
        }
    }
}

/// A window as of a moment, half open.
///
/// The beginning is in it, the end is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// From here on.
    pub from: Bound,
    /// Up to here.
    pub to: Bound,
}

impl Range {
    /// Everything lies in it.
    pub(crate) const ALL: Range = Range { from: Bound::Open, to: Bound::Open };

    /// Nothing lies in it.
    pub(crate) const NONE: Range = Range {
        from: Bound::Instant(Timestamp::from_micros(i64::MAX)),
        to: Bound::Instant(Timestamp::from_micros(i64::MIN)),
    };

    /// From the one instant up to the other without it.
    pub(crate) fn of_instants(from: Timestamp, to: Timestamp) -> Self {
        Range { from: Bound::Instant(from), to: Bound::Instant(to) }
    }

    /// Whether an event at that instant, counted on that day, lies in it.
    ///
    /// A window may have an instant at one end and a day at the other; each is compared with its
    /// like.
    pub(crate) fn has(self, at: Timestamp, day: Day) -> bool {
        let begun = match self.from {
            Bound::Open => true,
            Bound::Instant(from) => at >= from,
            Bound::Day(from) => day >= from,
        };
        begun
            && match self.to {
                Bound::Open => true,
                Bound::Instant(to) => at < to,
                Bound::Day(to) => day < to,
            }
    }
}

/// The part of a day in the calendar; `None` outside the calendar.
///
/// Weekdays are counted from Monday, which is 1 (ISO 8601), whatever day the definition's weeks
/// begin on.
pub(crate) fn part(day: Day, part: CalendarPart) -> Option<i64> {
    let date = day.date()?;
    Some(match part {
        CalendarPart::Weekday => i64::from(date.weekday().to_monday_one_offset()),
        CalendarPart::DayOfMonth => i64::from(date.day()),
        CalendarPart::Month => i64::from(date.month()),
        CalendarPart::Quarter => i64::from((date.month() - 1) / 3 + 1),
        CalendarPart::Year => i64::from(date.year()),
    })
}

/// The day on which that day comes round in a year.
///
/// `None` outside the calendar.
pub(crate) fn anniversary(day: Day, year: i16, leap_day: LeapDay) -> Option<Day> {
    let date = day.date()?;
    if date.month() == 2 && date.day() == 29 {
        return match (Date::new(year, 2, 29), leap_day) {
            (Ok(there), _) => Some(Day::from(there)),
            (Err(_), LeapDay::February28) => Date::new(year, 2, 28).ok().map(Day::from),
            (Err(_), LeapDay::March1) => Date::new(year, 3, 1).ok().map(Day::from),
        };
    }
    Date::new(year, date.month(), date.day()).ok().map(Day::from)
}

/// Whole years from that day to today: negative before it.
///
/// A year is full on the anniversary, not the day after it. `None` outside the calendar.
pub(crate) fn years(since: Day, today: Day, leap_day: LeapDay) -> Option<i64> {
    let year = today.date()?.year();
    let full = anniversary(since, year, leap_day)? <= today;
    Some(i64::from(year) - i64::from(since.date()?.year()) - i64::from(!full))
}

/// Whether that day comes round from `from` to `to` days after today.
///
/// Both ends are included and may lie in two different years, as around New Year; a stretch of a
/// whole year has every day in it. `None` outside the calendar.
pub(crate) fn comes_round(day: Day, today: Day, from: i32, to: i32, leap_day: LeapDay) -> Option<bool> {
    if from > to {
        return Some(false);
    }
    let (first, last) = (today.plus(from), today.plus(to));
    if i64::from(to) - i64::from(from) >= 366 {
        return day.date().map(|_| true);
    }
    let in_year = |year: i16| anniversary(day, year, leap_day).map(|there| first <= there && there <= last);
    let (a, b) = (first.date()?.year(), last.date()?.year());
    Some(in_year(a)? || (a != b && in_year(b)?))
}
