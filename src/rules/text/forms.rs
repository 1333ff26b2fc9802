//! Conditions that are a phrase: `at least 2 of`, `member of`, `exists … where`, `has been`, `sequence`, lifecycle.
//!
//! ```text
//! phrase = "at" "least" number "of" "(" [condition {"," condition}] ")"
//!        | "member" "of" text
//!        | "exists" name "where" "(" condition ")"
//!        | "anniversary" "of" term "within" number "to" number "days" ["leap" "day" leap]
//!        | "has" "been" "(" condition ")" "by" short "for" "at" "least" span
//!        | "sequence" "(" [step {"," "then" step}] ")" [window]
//!        | "first" "time" short window
//!        | "regularly" short "every" span "in" "at" "least" number "of" number "periods"
//!        | "stopped" short "quiet" span "after" "active" span
//!        | "restarted" short "in" "last" span "after" "quiet" span
//! step   = ["no"] ("any" | name) ["after" span] ["within" span] ["where" condition]
//! ```
//!
//! Every phrase has a beginning that no attribute can have, and an end that does not depend on what follows.

use winnow::Parser;

use crate::rules::{Condition, HasBeen, LeapDay, Lifecycle, Sequence, Step};

use super::events::{kind, short_events, span, window};
use super::expression::{condition, term};
use super::function::leap_day;
use super::input::{Input, advance, deeper, eat, eat_words, list, name, peek, text, unexpected, whole, word, words};
use super::token::{Kind, Parsed};

/// The condition that is a phrase beginning with this word, if there is one.
///
/// Two words decide, so that attributes may be called `at`, `member`, `has` or `first`.
pub(super) fn form(input: &mut Input<'_, '_>, first: &str) -> Option<Parsed<Condition>> {
    let second = match peek(input, 1) {
        Kind::Word(word) => *word,
        _ => "",
    };
    Some(match (first, second) {
        ("at", "least") => at_least(input),
        ("member", "of") => member(input),
        ("member", _) if matches!(peek(input, 1), Kind::Text(_)) => member(input),
        ("anniversary", "of") => anniversary(input),
        ("has", "been") => has_been(input),
        ("first", "time") => lifecycle(input, first_time),
        ("exists", _) => exists(input),
        ("regularly", _) => lifecycle(input, regularly),
        ("stopped", _) => lifecycle(input, stopped),
        ("restarted", _) => lifecycle(input, restarted),
        _ => return None,
    })
}

/// `at least 2 of (a, b, c)`.
fn at_least(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    let (_, count, _) = (words(["at", "least"]), whole, word("of")).parse_next(input)?;
    Ok(Condition::AtLeast { count, of: list(input, condition)? })
}

/// `member of "lapsed"`.
fn member(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    (words(["member", "of"]), text).map(|(_, audience)| Condition::Member(audience)).parse_next(input)
}

/// A condition in parentheses, which must be there: one sees where it ends.
fn enclosed(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    word("(").parse_next(input)?;
    deeper(input, |input: &mut Input<'_, '_>| (condition, word(")")).map(|(inner, ())| inner).parse_next(input))
}

/// `exists subscriptions where (.plan = "pro")`.
fn exists(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    advance(input);
    let list = name(input, "the name of a list")?;
    word("where").parse_next(input)?;
    Ok(Condition::Exists { list, filter: Box::new(enclosed(input)?) })
}

/// `anniversary of birthday within 0 to 7 days leap day february 28`.
fn anniversary(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    let (_, of, _) = (words(["anniversary", "of"]), term, word("within")).parse_next(input)?;
    let (from, _, to) = (whole, word("to"), whole).parse_next(input)?;
    if !eat(input, "day") {
        word("days").parse_next(input)?;
    }
    let leap_day = if eat_words(input, &["leap", "day"]) { leap_day(input)? } else { LeapDay::default() };
    Ok(Condition::Anniversary { of, from, to, leap_day })
}

/// `has been (.plan = "trial") by plan_change for at least 14 days`.
fn has_been(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    let (_, so, _) = (words(["has", "been"]), enclosed, word("by")).parse_next(input)?;
    let (changes, _, at_least) = (short_events, words(["for", "at", "least"]), span).parse_next(input)?;
    Ok(Condition::HasBeen(Box::new(HasBeen { changes, so, at_least })))
}

/// A lifecycle behind its first word.
fn lifecycle<'t, 's>(
    input: &mut Input<'t, 's>,
    rest: fn(&mut Input<'t, 's>) -> Parsed<Lifecycle>,
) -> Parsed<Condition> {
    advance(input);
    rest(input).map(|lifecycle| Condition::Lifecycle(Box::new(lifecycle)))
}

/// Behind `first`: `time purchase in last 30 days`.
fn first_time(input: &mut Input<'_, '_>) -> Parsed<Lifecycle> {
    word("time").parse_next(input)?;
    let events = short_events(input)?;
    match window(input)? {
        Some(within) => Ok(Lifecycle::FirstTime { events, within }),
        None => Err(unexpected(input)),
    }
}

/// Behind `regularly`: `purchase every 30 days in at least 3 of 4 periods`.
fn regularly(input: &mut Input<'_, '_>) -> Parsed<Lifecycle> {
    let (events, _, every) = (short_events, word("every"), span).parse_next(input)?;
    let (_, at_least, _) = (words(["in", "at", "least"]), whole, word("of")).parse_next(input)?;
    let periods = whole(input)?;
    if !eat(input, "period") {
        word("periods").parse_next(input)?;
    }
    Ok(Lifecycle::Regularly { events, every, periods, at_least })
}

/// Behind `stopped`: `purchase quiet 90 days after active 180 days`.
fn stopped(input: &mut Input<'_, '_>) -> Parsed<Lifecycle> {
    let (events, _, quiet) = (short_events, word("quiet"), span).parse_next(input)?;
    let (_, active) = (words(["after", "active"]), span).parse_next(input)?;
    Ok(Lifecycle::Stopped { events, quiet, active })
}

/// Behind `restarted`: `purchase in last 30 days after quiet 90 days`.
fn restarted(input: &mut Input<'_, '_>) -> Parsed<Lifecycle> {
    let (events, _, recent) = (short_events, words(["in", "last"]), span).parse_next(input)?;
    let (_, quiet) = (words(["after", "quiet"]), span).parse_next(input)?;
    Ok(Lifecycle::Restarted { events, recent, quiet })
}

/// `sequence(visit, then purchase within 3 days) in last 90 days`.
pub(super) fn sequence(input: &mut Input<'_, '_>) -> Parsed<Condition> {
    let sequence = steps(input)?;
    Ok(Condition::Sequence(Box::new(sequence)))
}

/// A sequence. Which steps may be denied is checked with the rest of the definition.
fn steps(input: &mut Input<'_, '_>) -> Parsed<Sequence> {
    advance(input);
    let mut first = true;
    let steps = list(input, |input: &mut Input<'_, '_>| {
        if !std::mem::take(&mut first) {
            word("then").parse_next(input)?;
        }
        step(input)
    })?;
    Ok(Sequence { steps, window: window(input)?.unwrap_or_default() })
}

/// `no return after 1 day within 14 days where .item = previous .item`.
fn step(input: &mut Input<'_, '_>) -> Parsed<Step> {
    let negated = eat(input, "no");
    let kind = kind(input)?;
    let after = if eat(input, "after") { Some(span(input)?) } else { None };
    let within = if eat(input, "within") { Some(span(input)?) } else { None };
    let filter = if eat(input, "where") { Some(condition(input)?) } else { None };
    Ok(Step { negated, kind, filter, after, within })
}
