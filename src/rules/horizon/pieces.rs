//! The calendar in pieces: stretches of time in which clocks go evenly and the day is one.
//!
//! Steps in the calendar are no straight line: a month before 29, 30 and 31 March is 28 February three times, an hour that is
//! gone through twice is gone back to, one that is left out is stepped over. On one piece each of them is a shift by a
//! constant, and so what happens when can be said exactly.
//!
//! All functions take and give microseconds since 1970-01-01 UTC. In UTC clocks are never put, and most of them
//! answer at once. The rules of zones are those of the IANA database that `jiff` reads. Instants outside the
//! calendar saturate or have no turns, and no function stops there.
//!
//! The guarantees are of one kind: the turns that are given are all turns there are, each exact to the microsecond.
//! The tests compare them with a walk in minutes through days on which clocks are put forward, put back and over
//! midnight, and through a day that a zone left out.

use crate::rules::language::Span;
use crate::rules::meaning::calendar::Clock;
use crate::time::{Day, Timestamp, Zone};

/// Microseconds of a day of 24 hours; days on which clocks are put are longer or shorter.
const MICROS_A_DAY: i64 = 86_400_000_000;

/// Microseconds by which clocks are ahead of UTC.
///
/// Outside the range of `jiff` it is 0, which is beyond all data.
fn offset(zone: &Zone, at: i64) -> i64 {
    if zone.is_utc() {
        return 0;
    }
    let at = jiff::Timestamp::from_microsecond(at);
    at.map_or(0, |at| i64::from(zone.rules().to_offset(at).seconds()) * 1_000_000)
}

/// When clocks are put forward or back next after that instant.
fn next_shift(zone: &Zone, at: i64) -> Option<i64> {
    if zone.is_utc() {
        return None;
    }
    let at = jiff::Timestamp::from_microsecond(at).ok()?;
    zone.rules().following(at).next().map(|shift| shift.timestamp().as_microsecond())
}

/// When clocks were put forward or back last before that instant, or at it.
fn last_shift(zone: &Zone, at: i64) -> Option<i64> {
    if zone.is_utc() {
        return None;
    }
    let behind = jiff::Timestamp::from_microsecond(at.saturating_add(1)).ok()?;
    zone.rules().preceding(behind).next().map(|shift| shift.timestamp().as_microsecond())
}

/// Where the next piece begins.
///
/// It lies behind the instant: at the next midnight, or where clocks are put before that.
pub(super) fn next_piece(zone: &Zone, at: i64) -> i64 {
    let offset = offset(zone, at);
    let midnight = (at.saturating_add(offset).div_euclid(MICROS_A_DAY) + 1).saturating_mul(MICROS_A_DAY) - offset;
    next_shift(zone, at).map_or(midnight, |shift| shift.min(midnight))
}

/// Where the piece begins in which the instant lies.
///
/// The instant itself, if a piece begins there.
pub(super) fn piece_start(zone: &Zone, at: i64) -> i64 {
    let offset = offset(zone, at);
    let midnight = at.saturating_add(offset).div_euclid(MICROS_A_DAY).saturating_mul(MICROS_A_DAY) - offset;
    last_shift(zone, at).map_or(midnight, |shift| shift.max(midnight))
}

/// The instants at which "today is that day or a later one" turns: its midnight, and where clocks are put back over
/// midnight, three instants.
///
/// The walk covers two days on either side of the day in UTC, piece by piece; within a piece the day is one, so that
/// it turns at the start of a piece or not at all.
pub(super) fn turns_of_day(zone: &Zone, day: Day, turns: &mut Vec<i64>) {
    if day.date().is_none() {
        return; // outside the calendar it never is
    }
    let start = day.start().micros();
    if zone.is_utc() {
        turns.push(start);
        return;
    }
    // no clock is more than 26 hours off UTC, or put by more than a day
    let end = start + 2 * MICROS_A_DAY;
    let mut at = start - 2 * MICROS_A_DAY;
    let has_come = |at: i64| zone.day(Timestamp::from_micros(at)) >= day;
    let mut before = has_come(at);
    while at < end {
        at = next_piece(zone, at);
        let now = has_come(at);
        if now != before {
            turns.push(at);
        }
        before = now;
    }
}

/// The instants *now* at which "so long before now is at or behind that instant" turns; of several spans, so long before
/// so long before now.
///
/// Spans are undone from the last to the first: what one span must reach is the target of the one before it. There may
/// be none, one or several turns for each target.
pub(super) fn turns_of_spans(clock: &Clock, spans: &[Span], target: i64) -> Vec<i64> {
    let mut targets = vec![target];
    for span in spans.iter().rev() {
        let mut turns = Vec::new();
        for target in targets {
            turns_of_span(clock, *span, target, &mut turns);
        }
        targets = turns;
    }
    targets
}

/// A span of even length has one turn, which is an addition. Months and years are looked at piece by piece around the
/// sum: at the start of a piece the answer may jump, and within a piece it moves as fast as the clock. Pieces are cut
/// as well where the time of the day is one that clocks leave out or repeat on the day that is stepped back to.
fn turns_of_span(clock: &Clock, span: Span, target: i64, turns: &mut Vec<i64>) {
    if let Some(micros) = span.micros() {
        turns.extend(target.checked_add(micros));
        return;
    }
    let zone = &clock.zone;
    let later = clock.after(Timestamp::from_micros(target), span).micros();
    let (Some(begin), Some(end)) = (later.checked_sub(4 * MICROS_A_DAY), later.checked_add(7 * MICROS_A_DAY)) else {
        return;
    };
    let before = |now: i64| clock.before(Timestamp::from_micros(now), span).micros();
    let begin = piece_start(zone, begin);
    let mut pieces = vec![begin];
    let mut at = begin;
    while at < end {
        at = next_piece(zone, at);
        pieces.push(at);
    }
    // where the clock was put in the days that these are steps back to
    let shifts = walls(zone, target.saturating_sub(8 * MICROS_A_DAY), target.saturating_add(8 * MICROS_A_DAY));
    let whole: Vec<i64> = pieces.clone();
    for (from, to) in whole.iter().zip(whole.iter().skip(1)) {
        let shift = offset(zone, *from);
        let midnight = (from + shift).div_euclid(MICROS_A_DAY) * MICROS_A_DAY;
        let at_wall = |wall: &i64| midnight + wall.rem_euclid(MICROS_A_DAY) - shift;
        pieces.extend(shifts.iter().map(at_wall).filter(|at| from < at && at < to));
    }
    pieces.sort_unstable();
    pieces.dedup();
    for (from, to) in pieces.iter().zip(pieces.iter().skip(1)) {
        let (first, last) = (before(*from), before(to - 1));
        if (before(from - 1) >= target) != (first >= target) {
            turns.push(*from);
        }
        if (first >= target) != (last >= target) {
            turns.push(from + (target - first));
        }
    }
}

/// What clocks show, before and after, where they are put between two instants.
///
/// As microseconds of local time, of which the callers take the time of the day.
fn walls(zone: &Zone, from: i64, to: i64) -> Vec<i64> {
    let mut walls = Vec::new();
    let mut at = from;
    while let Some(shift) = next_shift(zone, at).filter(|shift| *shift < to) {
        walls.extend([shift + offset(zone, shift - 1), shift + offset(zone, shift)]);
        at = shift;
    }
    walls
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::language::WeekStart;
    use crate::time::AsOf;

    const ZONES: [&str; 6] =
        ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia"];

    /// The turns that a walk in steps finds, each step said to be where it lies.
    fn walked(from: i64, to: i64, step: i64, holds: &dyn Fn(i64) -> bool) -> Vec<i64> {
        let mut found = Vec::new();
        let mut at = from;
        while at < to {
            if holds(at) != holds(at + step) {
                found.push(at + step);
            }
            at += step;
        }
        found
    }

    #[test]
    fn spans_turn_where_a_walk_in_minutes_sees_them_turn() {
        const MINUTE: i64 = 60_000_000;
        let targets = [
            "2016-02-28T09:30:00Z",
            "2016-02-29T23:30:00Z",
            "2015-03-29T01:10:00Z",
            "2015-10-25T00:30:00Z",
            "2015-10-25T01:30:00Z",
            "2015-10-18T03:20:00Z",
            "2015-02-22T01:40:00Z",
            "2015-04-04T15:10:00Z",
            "2015-10-03T15:40:00Z",
            "2011-10-30T02:30:00Z",
            "2011-12-30T11:00:00Z",
            "2011-11-30T12:00:00Z",
            "2015-01-31T12:00:00Z",
        ];
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            let step = if name == "America/St_Johns" { MINUTE } else { 5 * MINUTE };
            for target in targets {
                let target: Timestamp = target.parse().unwrap();
                let clock = Clock::new(AsOf::from(target), zone.clone(), WeekStart::Monday);
                for span in [Span::months(1), Span::years(1)] {
                    let later = clock.after(target, span).micros();
                    let holds = |now: i64| clock.before(Timestamp::from_micros(now), span) >= target;
                    let expected = walked(later - 3 * MICROS_A_DAY, later + 5 * MICROS_A_DAY, step, &holds);
                    let mut found = turns_of_spans(&clock, &[span], target.micros());
                    found.sort_unstable();
                    for turn in &found {
                        assert_ne!(holds(*turn), holds(turn - 1), "{name} {target} {span}");
                    }
                    assert_eq!(found, expected, "{name} {target} {span}");
                }
            }
        }
    }

    #[test]
    fn days_turn_where_a_walk_in_minutes_sees_them_turn() {
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            for day in
                ["2011-10-30", "2011-11-06", "2011-11-07", "2011-12-30", "2011-12-31", "2015-10-18", "2015-03-29"]
            {
                let day: Day = day.parse().unwrap();
                let mut found = Vec::new();
                turns_of_day(&zone, day, &mut found);
                let start = day.start().micros();
                let holds = |at: i64| zone.day(Timestamp::from_micros(at)) >= day;
                let expected = walked(start - 2 * MICROS_A_DAY, start + 2 * MICROS_A_DAY, 60_000_000, &holds);
                assert_eq!(found, expected, "{name} {day}");
            }
        }
    }
}
