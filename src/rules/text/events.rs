//! Events, the windows in which they count, and spans of time.
//!
//! ```text
//! events  = ("any" | name) ["where" condition] [window]
//! short   = "any" | name | "(" events ")"
//! window  = "at" "any" "time"
//!         | "in" "last" span
//!         | "in" span "to" span "ago"
//!         | "in" ("this" | "previous") period
//!         | "in" "calendar" periods number "to" number
//!         | "from" (moment | "the" "beginning") ["until" moment]
//!         | "until" moment
//!         | "within" span ("before" | "after") ("first" | "last") short
//! span    = number unit
//! ```
//!
//! A window behind `where` belongs to the events, for no condition goes on with one of its words, except where a condition
//! brings a window of its own: `sequence(…) in last 90 days` takes the window to itself. The printer says the window of a
//! sequence always, so that nothing is taken that was not meant.

use winnow::Parser;

use crate::rules::{Aggregate, Around, Events, Measure, Moment, Side, Span, Term, Which, Window};

use super::expression::condition;
use super::input::{Input, advance, deeper, eat, eat_words, fault, name, peek, sees, unexpected, want, whole, word};
use super::token::{Kind, Parsed};
use super::words::{PERIODS, UNITS, measure_of, unit};

/// The arguments of an aggregate: `purchase in last 90 days`, `.amount of purchase`.
///
/// A count has no field; everything else asks for one.
pub(super) fn aggregate(input: &mut Input<'_, '_>, function: &str) -> Parsed<Term> {
    let measure = if function == "count" {
        Measure::Count
    } else {
        let field = field(input)?;
        word("of").parse_next(input)?;
        measure_of(function, field).ok_or_else(|| fault(input, format!("`{function}` asks nothing of events")))?
    };
    Ok(Term::Events(Box::new(Aggregate { measure, events: events(input)? })))
}

/// A field: `.amount`. The dot tells it from an attribute of the customer.
pub(super) fn field(input: &mut Input<'_, '_>) -> Parsed<String> {
    want(input, "a field such as `.amount`", &[]);
    let Kind::Field(field) = peek(input, 0) else { return Err(unexpected(input)) };
    let field = field.clone().into_owned();
    advance(input);
    Ok(field)
}

/// A kind of event; none for `any`. A kind that is called `any` stands in backticks.
pub(super) fn kind(input: &mut Input<'_, '_>) -> Parsed<Option<String>> {
    if eat(input, "any") {
        return Ok(None);
    }
    name(input, "a kind of event").map(Some)
}

/// Events with what they must fulfil and when: `purchase where .channel = "app" in last 90 days`.
pub(super) fn events(input: &mut Input<'_, '_>) -> Parsed<Events> {
    let kind = kind(input)?;
    let filter = if eat(input, "where") { Some(condition(input)?) } else { None };
    Ok(Events { kind, filter, window: window(input)?.unwrap_or_default() })
}

/// A kind of event, or events in parentheses: where more words follow.
///
/// In `first time purchase in last 30 days` the window is that of the lifecycle; one of the events stands in parentheses
/// with them.
pub(super) fn short_events(input: &mut Input<'_, '_>) -> Parsed<Events> {
    if !eat(input, "(") {
        return kind(input).map(|kind| Events { kind, ..Events::default() });
    }
    deeper(input, |input: &mut Input<'_, '_>| (events, word(")")).map(|(events, ())| events).parse_next(input))
}

/// `90 days`: a number and one of seven units, for one or many whatever the number is.
///
/// # Errors
/// If the number is no whole one of 32 bits without a sign.
pub(super) fn span(input: &mut Input<'_, '_>) -> Parsed<Span> {
    let count = whole(input)?;
    let found = match peek(input, 0) {
        Kind::Word(word) => unit(word),
        _ => None,
    };
    want(input, "a unit from `seconds` to `years`", &UNITS);
    let unit = found.ok_or_else(|| unexpected(input))?;
    advance(input);
    Ok(Span { count, unit })
}

/// A window, if one stands here. Every kind of window has a beginning of its own.
pub(super) fn window(input: &mut Input<'_, '_>) -> Parsed<Option<Window>> {
    Ok(Some(match () {
        () if eat_words(input, &["at", "any", "time"]) => Window::Always,
        () if eat(input, "in") => behind_in(input)?,
        () if eat(input, "from") => from(input)?,
        () if eat(input, "until") => Window::Between { from: None, to: Some(moment(input)?) },
        () if eat(input, "within") => around(input)?,
        () => return Ok(None),
    }))
}

/// Behind `in`: `last 90 days`, `90 days to 30 days ago`, `this month`, `calendar months -3 to -1`.
///
/// # Errors
/// If it is `last month`, which means the thirty or so days before now to some and the month before this one to others.
fn behind_in(input: &mut Input<'_, '_>) -> Parsed<Window> {
    if eat(input, "last") {
        if let Kind::Word(word) = peek(input, 0)
            && (unit(word).is_some() || PERIODS.iter().any(|(_, one, _)| one == word))
        {
            let message = format!(
                "`last {word}` may mean two things: `previous {word}` is the one of the calendar, \
                                   `last 1 {word}` goes back from now"
            );
            return Err(fault(input, message));
        }
        return span(input).map(Window::Last);
    }
    for (words, periods) in [("this", 0), ("previous", -1)] {
        if eat(input, words) {
            let unit = period(input, |(_, one, _)| *one)?;
            return Ok(Window::Calendar { unit, first: periods, last: periods });
        }
    }
    if eat(input, "calendar") {
        let unit = period(input, |(_, _, many)| *many)?;
        let (first, _, last) = (whole, word("to"), whole).parse_next(input)?;
        return Ok(Window::Calendar { unit, first, last });
    }
    want(input, "a span such as `90 days to 30 days ago`", &[]);
    if !matches!(peek(input, 0), Kind::Number(_)) {
        return Err(unexpected(input));
    }
    let (from, _, to, _) = (span, word("to"), span, word("ago")).parse_next(input)?;
    Ok(Window::Ago { from, to })
}

/// A row of the table of periods.
type Period = (crate::rules::CalendarUnit, &'static str, &'static str);

/// A period of the calendar by one of its names.
fn period(input: &mut Input<'_, '_>, name: fn(&Period) -> &'static str) -> Parsed<crate::rules::CalendarUnit> {
    const NAMES: [&str; 10] =
        ["day", "week", "month", "quarter", "year", "days", "weeks", "months", "quarters", "years"];
    let found = PERIODS.iter().find(|period| sees(input, 0, name(period)));
    match found {
        Some((unit, _, _)) => {
            advance(input);
            Ok(*unit)
        }
        None => {
            let many = PERIODS.first().is_some_and(|first| name(first) == "days");
            want(
                input,
                if many {
                    "`days`, `weeks`, `months`, `quarters`, `years`"
                } else {
                    "`day`, `week`, `month`, `quarter`, `year`"
                },
                &NAMES,
            );
            Err(unexpected(input))
        }
    }
}

/// Behind `from`: `2026-01-01 until 2026-02-01`, `the beginning`. The second moment is the first behind the window.
fn from(input: &mut Input<'_, '_>) -> Parsed<Window> {
    let from = if eat(input, "the") {
        word("beginning").parse_next(input)?;
        None
    } else {
        Some(moment(input)?)
    };
    let to = if eat(input, "until") { Some(moment(input)?) } else { None };
    Ok(Window::Between { from, to })
}

/// A day or an instant.
fn moment(input: &mut Input<'_, '_>) -> Parsed<Moment> {
    let moment = match peek(input, 0) {
        Kind::Day(day) => Moment::Day(*day),
        Kind::Timestamp(at) => Moment::Timestamp(*at),
        _ => {
            want(input, "a day such as `2026-11-01` or an instant", &[]);
            return Err(unexpected(input));
        }
    };
    advance(input);
    Ok(moment)
}

/// Behind `within`: `14 days after first visit`, a window around an event of the customer's own.
fn around(input: &mut Input<'_, '_>) -> Parsed<Window> {
    let within = span(input)?;
    let side = if eat(input, "before") {
        Side::Before
    } else {
        word("after").parse_next(input)?;
        Side::After
    };
    let which = if eat(input, "last") {
        Which::Last
    } else {
        word("first").parse_next(input)?;
        Which::First
    };
    let events = short_events(input)?;
    Ok(Window::Around(Box::new(Around { which, events, side, within })))
}
