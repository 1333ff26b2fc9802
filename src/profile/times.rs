//! Days and timestamps of each group.
//!
//! Days are compared as whole days, timestamps as microseconds in UTC: integers, so that nothing is rounded. Only what
//! needs no arithmetic is told (the earliest, the middle, the latest), because a mean day or its deviation is nothing
//! one reads.
//!
//! The median is the first instant by which half of the weight has come: an instant that occurs, never one between
//! two.

use crate::math::sum::sum;
use crate::time::{Day, Timestamp};
use crate::value::{Column, Kind, Value};

use super::groups::Groups;
use super::summary::TimeSummary;

/// Of how many it is known, and the summary: of each group, then of everybody.
///
/// Everybody is summarised from all groups' values, because medians of parts do not give the median of the whole.
pub(super) fn summarize(column: &Column, groups: &Groups<'_>) -> Vec<(f64, TimeSummary)> {
    let mut all = Vec::with_capacity(groups.customers());
    let mut summaries = Vec::with_capacity(groups.len() + 1);
    for group in 0..groups.len() {
        let start = all.len();
        all.extend(groups.rows(group).filter_map(|row| number(column.value(row)).map(|at| (at, groups.weight(row)))));
        summaries.push(summary(column.kind(), &mut all[start..]));
    }
    summaries.push(summary(column.kind(), &mut all));
    summaries
}

/// A day or instant as a whole number; `None` of everything else.
fn number(value: Value<'_>) -> Option<i64> {
    match value {
        Value::Day(day) => Some(i64::from(day.days())),
        Value::Timestamp(at) => Some(at.micros()),
        _ => None,
    }
}

/// The same number as it is written, by the kind of the column.
fn text(kind: Kind, number: i64) -> String {
    match (kind, i32::try_from(number)) {
        (Kind::Day, Ok(days)) => Day::from_days(days).to_string(),
        _ => Timestamp::from_micros(number).to_string(),
    }
}

/// How much weight is known, and the three instants; none where the weights sum to 0.
///
/// A time of weight 0 is nobody's: it is neither the earliest nor the latest.
fn summary(kind: Kind, times: &mut [(i64, f64)]) -> (f64, TimeSummary) {
    times.sort_unstable_by_key(|(at, _)| *at);
    let count = sum(times.iter().map(|(_, weight)| *weight));
    let mut counted = 0.0;
    let median = times.iter().find(|(_, weight)| {
        counted += weight;
        counted > 0.0 && counted >= count / 2.0
    });
    let mut known = times.iter().filter(|(_, weight)| *weight > 0.0);
    let write = |found: Option<&(i64, f64)>| found.map(|(at, _)| text(kind, *at));
    let latest = known.clone().next_back();
    (count, TimeSummary { earliest: write(known.next()), median: write(median), latest: write(latest) })
}
