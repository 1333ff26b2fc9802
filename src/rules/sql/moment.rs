//! What depends on the moment alone, computed here so that no engine has to know a calendar.

use crate::rules::language::{LeapDay, Span, SpanUnit};
use crate::rules::meaning::calendar::Clock;
use crate::time::Timestamp;

/// The ranges of instants of which `span` has passed by now, both ends in them; the first goes back to the beginning.
///
/// Several where a month ends: at the start of 28 February a month has passed of the start of the 29th, 30th and 31st of
/// January, and not of the noon of the 28th. Within a day the instants are in the order in which they pass, so that the
/// end of each range is found by halving.
pub(super) fn passed(clock: &Clock, span: Span) -> Vec<(Option<Timestamp>, Timestamp)> {
    let now = clock.now();
    if let Some(micros) = span.micros() {
        return vec![(None, Timestamp::from_micros(now.micros().saturating_sub(micros)))];
    }
    let has = |at: i64| clock.after(Timestamp::from_micros(at), span) <= now;
    let middle = clock.zone.day(clock.before(now, span));
    let mut ranges: Vec<(Option<Timestamp>, Timestamp)> = Vec::new();
    for days in -4..=4 {
        let (start, end) = (clock.zone.start(middle.plus(days)), clock.zone.start(middle.plus(days + 1)));
        if !has(start.micros()) {
            continue;
        }
        let (mut low, mut high) = (start.micros(), end.micros());
        while high.saturating_sub(low) > 1 {
            let middle = (low & high) + ((low ^ high) >> 1);
            if has(middle) { low = middle } else { high = middle }
        }
        let last = Timestamp::from_micros(low);
        match ranges.last_mut() {
            None => ranges.push((None, last)), // all days before these have passed too
            Some(range) if range.1.micros().saturating_add(1) == start.micros() => range.1 = last,
            Some(_) => ranges.push((Some(start), last)),
        }
    }
    ranges
}

/// The ranges of month and day (229 is 29 February) that come round from `from` to `to` days after today; `None` if all
/// do.
pub(super) fn coming_round(clock: &Clock, from: i32, to: i32, leap_day: LeapDay) -> Option<Vec<(u16, u16)>> {
    if i64::from(to) - i64::from(from) >= 366 {
        return None;
    }
    let leap = match leap_day {
        LeapDay::February28 => 228,
        LeapDay::March1 => 301,
    };
    let mut comes = vec![false; MONTH_AND_DAY.len()];
    let mut mark = |day: u16| {
        if let Ok(at) = MONTH_AND_DAY.binary_search(&day) {
            comes[at] = true; // as long as the list
        }
    };
    for days in from..=to {
        let Some(date) = clock.today().plus(days).date() else { continue };
        let day = date.month() as u16 * 100 + date.day() as u16;
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
