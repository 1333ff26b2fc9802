//! What windows are as of a moment: bounds that stand in SQL as literals, so that no engine has to know a calendar.

use jiff::civil::Date;

use crate::rules::language::{CalendarUnit, LeapDay, Moment, Span, SpanUnit, WeekStart, Window};
use crate::time::{AsOf, Day, Timestamp, Zone};

/// The moment, and whose calendar.
#[derive(Clone, Debug)]
pub(super) struct Clock {
    pub as_of: AsOf,
    pub zone: Zone,
    pub week_start: WeekStart,
}

/// One end of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bound {
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

impl Clock {
    pub(super) fn today(&self) -> Day {
        self.as_of.day()
    }

    /// The first instant behind the moment.
    pub(super) fn now(&self) -> Timestamp {
        self.as_of.until()
    }

    /// The instant so long before that one; in months as the calendar of the zone has them.
    pub(super) fn before(&self, at: Timestamp, span: Span) -> Timestamp {
        self.shifted(at, span, -1)
    }

    /// The instant so long after that one.
    pub(super) fn after(&self, at: Timestamp, span: Span) -> Timestamp {
        self.shifted(at, span, 1)
    }

    fn shifted(&self, at: Timestamp, span: Span, sign: i64) -> Timestamp {
        match span.micros() {
            Some(micros) => Timestamp::from_micros(at.micros().saturating_add(sign * micros)),
            None => {
                let end = if sign < 0 { i64::MIN } else { i64::MAX };
                self.zone.months_later(at, sign * months(span)).unwrap_or(Timestamp::from_micros(end))
            }
        }
    }

    /// The last instant of which `span` has passed by now.
    ///
    /// Found by halving, as months are not all of one length; the instants of an hour that the clock shows twice are in
    /// the order in which they pass.
    pub(super) fn passed(&self, span: Span) -> Timestamp {
        let now = self.now();
        let Some(micros) = span.micros() else {
            let guess = self.before(now, span).micros();
            let reach = 40 * 86_400_000_000_i64;
            let (mut low, mut high) = (guess.saturating_sub(reach), guess.saturating_add(reach));
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if self.after(Timestamp::from_micros(middle), span) <= now {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            return Timestamp::from_micros(low);
        };
        Timestamp::from_micros(now.micros().saturating_sub(micros))
    }

    /// The bounds of a window; `None` of one around an event, which each customer has elsewhere.
    pub(super) fn bounds(&self, window: &Window) -> Option<(Bound, Bound)> {
        let now = self.now();
        Some(match window {
            Window::Always => (Bound::Open, Bound::Open),
            Window::Last(span) => (Bound::Instant(self.before(now, *span)), Bound::Open), // now ends every window
            Window::Ago { from, to } => {
                (Bound::Instant(self.before(now, *from)), Bound::Instant(self.before(now, *to)))
            }
            Window::Calendar { unit, first, last } => {
                let from = self.period_start(*unit, i64::from(*first));
                let to = self.period_start(*unit, i64::from(*last) + 1);
                let day = |day: Option<Day>| day.map_or(Bound::Open, Bound::Day);
                (day(from), day(to))
            }
            Window::Between { from, to } => {
                (from.map_or(Bound::Open, Bound::from), to.map_or(Bound::Open, Bound::from))
            }
            Window::Around(_) => return None,
        })
    }

    /// The first day of the period that many periods after the one that today lies in.
    fn period_start(&self, unit: CalendarUnit, offset: i64) -> Option<Day> {
        let today = self.today();
        let months = |months: i64, start: Date| -> Option<Day> {
            Some(Day::from(start.checked_add(jiff::Span::new().try_months(months).ok()?).ok()?))
        };
        let days = |days: i64, start: Day| Some(start.plus(i32::try_from(days).ok()?));
        match unit {
            CalendarUnit::Day => days(offset, today),
            CalendarUnit::Week => {
                let shift = match self.week_start {
                    WeekStart::Monday => 0,
                    WeekStart::Sunday => 1,
                    WeekStart::Saturday => 2,
                };
                days(offset.checked_mul(7)?, today.plus(shift).week_start().plus(-shift))
            }
            CalendarUnit::Month => months(offset, today.date()?.first_of_month()),
            CalendarUnit::Quarter => {
                let date = today.date()?;
                months(offset.checked_mul(3)?, Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?)
            }
            CalendarUnit::Year => months(offset.checked_mul(12)?, today.date()?.first_of_year()),
        }
    }

    /// The ranges of month and day (229 is 29 February) that come round from `from` to `to` days after today; `None` if
    /// all do.
    pub(super) fn coming_round(&self, from: i32, to: i32, leap_day: LeapDay) -> Option<Vec<(u16, u16)>> {
        if i64::from(to) - i64::from(from) >= 366 {
            return None;
        }
        let mut comes = vec![false; MONTH_AND_DAY.len()];
        for days in from..=to {
            let Some(date) = self.today().plus(days).date() else { continue };
            let day = date.month() as u16 * 100 + date.day() as u16;
            let leap = match leap_day {
                LeapDay::February28 => 228,
                LeapDay::March1 => 301,
            };
            let mut mark = |day: u16| {
                if let Ok(at) = MONTH_AND_DAY.binary_search(&day) {
                    comes[at] = true; // as long as the list
                }
            };
            mark(day);
            if day == leap && !date.in_leap_year() {
                mark(229);
            }
        }
        let mut ranges: Vec<(u16, u16)> = Vec::new();
        let mut before = false;
        for (day, comes) in MONTH_AND_DAY.iter().zip(comes) {
            match ranges.last_mut() {
                Some(range) if comes && before => range.1 = *day,
                _ if comes => ranges.push((*day, *day)),
                _ => {}
            }
            before = comes;
        }
        Some(ranges)
    }
}

/// The months of a span that the calendar decides on.
pub(super) fn months(span: Span) -> i64 {
    i64::from(span.count) * if span.unit == SpanUnit::Years { 12 } else { 1 }
}

/// Every day of a leap year as month and day.
static MONTH_AND_DAY: [u16; 366] = month_and_day();

const fn month_and_day() -> [u16; 366] {
    let days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut all = [0; 366];
    let (mut at, mut month) = (0, 0);
    while month < 12 {
        let mut day = 1;
        while day <= days[month] {
            all[at] = (month as u16 + 1) * 100 + day;
            at += 1;
            day += 1;
        }
        month += 1;
    }
    all
}
