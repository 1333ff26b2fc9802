//! Days and windows: what the calendar says as of a moment.

use jiff::civil::Date;

use super::super::language::{CalendarPart, CalendarUnit, LeapDay, Moment, Span, SpanUnit, WeekStart, Window};
use crate::time::{AsOf, Day, Timestamp, Zone};

/// What every question about time needs: the moment, and whose calendar.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    /// The moment as of which the question is asked.
    pub as_of: AsOf,
    /// The moment up to which events are known: the same, except when one asks what a later moment will say of them.
    pub known: AsOf,
    pub zone: Zone,
    pub week_start: WeekStart,
}

impl Clock {
    pub(crate) fn new(as_of: AsOf, zone: Zone, week_start: WeekStart) -> Self {
        Clock { as_of, known: as_of, zone, week_start }
    }

    /// The same knowledge, asked as of another moment.
    pub(crate) fn moved_to(&self, as_of: AsOf) -> Self {
        Clock { as_of, known: self.known, zone: self.zone.clone(), week_start: self.week_start }
    }

    /// The day as of which the question is asked.
    pub(crate) fn today(&self) -> Day {
        self.as_of.day()
    }

    /// The first instant behind the moment.
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

    fn shifted(&self, at: Timestamp, span: Span, sign: i64) -> Timestamp {
        if let Some(micros) = span.micros() {
            return Timestamp::from_micros(at.micros().saturating_add(sign * micros));
        }
        let months = i64::from(span.count) * if span.unit == SpanUnit::Years { 12 } else { 1 };
        let end = if sign < 0 { i64::MIN } else { i64::MAX };
        self.zone.months_later(at, sign * months).unwrap_or(Timestamp::from_micros(end))
    }

    /// The first day of the period that many periods after the one that the day lies in.
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

    fn week_of(&self, day: Day) -> Day {
        let shift = match self.week_start {
            WeekStart::Monday => 0,
            WeekStart::Sunday => 1,
            WeekStart::Saturday => 2,
        };
        day.plus(shift).week_start().plus(-shift)
    }

    /// The bounds of a window; `None` of one around an event, which each customer has elsewhere.
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
    Open,
    Instant(Timestamp),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    pub from: Bound,
    pub to: Bound,
}

impl Range {
    pub(crate) const ALL: Range = Range { from: Bound::Open, to: Bound::Open };

    /// Nothing lies in it.
    pub(crate) const NONE: Range = Range {
        from: Bound::Instant(Timestamp::from_micros(i64::MAX)),
        to: Bound::Instant(Timestamp::from_micros(i64::MIN)),
    };

    pub(crate) fn of_instants(from: Timestamp, to: Timestamp) -> Self {
        Range { from: Bound::Instant(from), to: Bound::Instant(to) }
    }

    /// Whether an event at that instant, counted on that day, lies in it.
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
pub(crate) fn years(since: Day, today: Day, leap_day: LeapDay) -> Option<i64> {
    let year = today.date()?.year();
    let full = anniversary(since, year, leap_day)? <= today;
    Some(i64::from(year) - i64::from(since.date()?.year()) - i64::from(!full))
}

/// Whether that day comes round from `from` to `to` days after today.
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
