//! Documents: a zone, audiences, rule lists.
//!
//! ```text
//! document = { "version" "1" | "zone" text | "week" "starts" day | audience | rules }
//! audience = "audience" label ":" condition {clause}
//!          | "frozen" "audience" label ":" condition "taken" instant "members" texts {clause}
//!          | "manual" "audience" label ":" "members" texts {clause}
//! clause   = "unknown" ("exclude" | "include" | "error")
//!          | ("include" | "exclude") text ["until" instant] ["because" text]
//!          | "stay" ["while" condition] ["at" "least" span] ["cool" "down" span]
//! rules    = "rules" key ":" { label ":" condition | "otherwise" label | "unknown" … }
//! label    = key [text [text]]
//! ```
//!
//! Line ends only matter where something new begins: each definition, each rule and each clause begins a line, so that a
//! slip behind a condition is not taken for the key of a rule. A condition goes on over as many lines as it likes.

use winnow::Parser;

use crate::rules::{Audience, Condition, Definitions, List, Override, Rule, Rules, Stay, Unknown};
use crate::segment::Label;
use crate::time::{Timestamp, Zone};

use super::events::span;
use super::expression::condition;
use super::input::{
    Input, advance, at_line_start, check_length, eat, eat_words, fault, key, list, peek, sees, text, unexpected, want,
    whole, word, words,
};
use super::token::{Fault, Kind, Parsed};
use super::words::{HEADS, WEEK_STARTS};

/// A whole document: what holds for all of it, audiences and rule lists, in any order.
///
/// # Errors
/// If a line begins with something else, and if zone, week or version is said twice.
pub(super) fn definitions(input: &mut Input<'_, '_>) -> Parsed<Definitions> {
    let mut definitions = Definitions::default();
    let mut said = Vec::new();
    while *peek(input, 0) != Kind::End {
        line_start(input)?;
        let Kind::Word(head) = peek(input, 0) else { return Err(no_definition(input)) };
        if ["version", "zone", "week"].contains(head) {
            once(input, &mut said, head)?;
        }
        match *head {
            "version" => version(input)?,
            "zone" => definitions.zone = zone(input)?,
            "week" => definitions.week_start = week_start(input)?,
            "audience" | "frozen" | "manual" => {
                check_length(input, definitions.audiences.len())?;
                definitions.audiences.push(audience(input)?);
            }
            "rules" => {
                check_length(input, definitions.rules.len())?;
                definitions.rules.push(rules(input)?);
            }
            _ => return Err(no_definition(input)),
        }
    }
    Ok(definitions)
}

/// The fault that no definition begins here, with every word that one could begin with.
fn no_definition(input: &mut Input<'_, '_>) -> Fault {
    want(input, "`audience`, `frozen`, `manual`, `rules`, `zone`, `week`", &HEADS);
    unexpected(input)
}

/// Refuses what does not begin a line.
///
/// # Errors
/// If more stands on the line than belongs to what was read.
fn line_start(input: &mut Input<'_, '_>) -> Parsed<()> {
    if at_line_start(input) {
        return Ok(());
    }
    want(input, "the end of the line", &[]);
    Err(unexpected(input))
}

/// Refuses what has been said already.
fn once<'s>(input: &Input<'_, 's>, said: &mut Vec<&'s str>, head: &'s str) -> Parsed<()> {
    if said.contains(&head) {
        return Err(fault(input, format!("`{head}` is said twice")));
    }
    said.push(head);
    Ok(())
}

/// `version 1`: which form the document has. There is one, so it is not printed.
///
/// # Errors
/// If it is another.
fn version(input: &mut Input<'_, '_>) -> Parsed<()> {
    advance(input);
    let at = fault(input, "");
    let version: u32 = whole(input)?;
    let checked = crate::rules::Version::try_from(version);
    checked.map(|_| ()).map_err(|error| Fault { message: error.kind().to_string(), ..at })
}

/// `zone "Europe/Berlin"`: whose days and midnights are meant.
///
/// # Errors
/// If the time-zone database has no zone of that name.
fn zone(input: &mut Input<'_, '_>) -> Parsed<Zone> {
    advance(input);
    let at = fault(input, "");
    let name = text(input)?;
    Zone::named(&name).map_err(|error| Fault { message: error.kind().to_string(), ..at })
}

/// `week starts monday`, `sunday` or `saturday`.
fn week_start(input: &mut Input<'_, '_>) -> Parsed<crate::rules::WeekStart> {
    words(["week", "starts"]).parse_next(input)?;
    match WEEK_STARTS.into_iter().find(|(_, day)| sees(input, 0, day)) {
        Some((start, _)) => {
            advance(input);
            Ok(start)
        }
        None => {
            want(input, "`monday`, `sunday`, `saturday`", &["monday", "sunday", "saturday"]);
            Err(unexpected(input))
        }
    }
}

/// A key with the texts that people read: `lapsed "Lapsed customers" "who bought once and not lately"`.
///
/// Without a name the key in words is the name, so the name is printed only where it says something else or a sentence
/// follows it.
fn label(input: &mut Input<'_, '_>, what: &'static str) -> Parsed<Label> {
    let mut label = Label::new(key(input, what)?);
    if matches!(peek(input, 0), Kind::Text(_)) {
        label = label.named(text(input)?);
    }
    if matches!(peek(input, 0), Kind::Text(_)) {
        label = label.described(text(input)?);
    }
    Ok(label)
}

/// An audience of any kind, with its clauses in any order.
///
/// # Errors
/// If what decides who is in it is said twice; overrides may be many.
pub(super) fn audience(input: &mut Input<'_, '_>) -> Parsed<Audience> {
    let frozen = eat(input, "frozen");
    let manual = !frozen && eat(input, "manual");
    word("audience").parse_next(input)?;
    let label = label(input, "the key of an audience")?;
    word(":").parse_next(input)?;
    let list = match (frozen, manual) {
        (true, _) => {
            let condition = condition(input)?;
            let taken = clause(input, "taken", instant)?;
            List::Frozen { condition, taken, members: clause(input, "members", members)? }
        }
        (_, true) => List::Manual((word("members"), members).map(|(_, members)| members).parse_next(input)?),
        _ => List::Dynamic(condition(input)?),
    };
    let mut audience = Audience::of(label, list);
    let mut said = Vec::new();
    while at_line_start(input) {
        let Kind::Word(head) = peek(input, 0) else { break };
        match *head {
            "unknown" => {
                once(input, &mut said, head)?;
                audience.unknown = unknown(input)?;
            }
            "stay" => {
                once(input, &mut said, head)?;
                audience.stay = Some(stay(input)?);
            }
            "include" => {
                check_length(input, audience.include.len())?;
                audience.include.push(overridden(input)?);
            }
            "exclude" => {
                check_length(input, audience.exclude.len())?;
                audience.exclude.push(overridden(input)?);
            }
            _ => break,
        }
    }
    if at_line_start(input) {
        want(input, "`unknown`, `include`, `exclude`, `stay`", &HEADS);
    }
    Ok(audience)
}

/// A clause that must stand on the next line.
fn clause<'t, 's, T>(
    input: &mut Input<'t, 's>,
    head: &'static str,
    mut rest: impl FnMut(&mut Input<'t, 's>) -> Parsed<T>,
) -> Parsed<T> {
    if sees(input, 0, head) {
        line_start(input)?;
    }
    word(head).parse_next(input)?;
    rest(input)
}

/// `("c-17", "c-18")`.
fn members(input: &mut Input<'_, '_>) -> Parsed<Vec<String>> {
    list(input, text)
}

/// An instant.
fn instant(input: &mut Input<'_, '_>) -> Parsed<Timestamp> {
    let Kind::Timestamp(at) = peek(input, 0) else {
        want(input, "an instant such as `2026-11-01T08:30:00Z`", &[]);
        return Err(unexpected(input));
    };
    advance(input);
    Ok(*at)
}

/// `unknown include`: what it means that the condition is unknown.
fn unknown(input: &mut Input<'_, '_>) -> Parsed<Unknown> {
    advance(input);
    match () {
        () if eat(input, "exclude") => Ok(Unknown::Exclude),
        () if eat(input, "include") => Ok(Unknown::Include),
        () => word("error").parse_next(input).map(|()| Unknown::Error),
    }
}

/// `include "c-17" until 2026-12-01T00:00:00Z because "VIP"`: a customer whose membership is set by hand.
///
/// An id is a text in quotes, also one of digits.
fn overridden(input: &mut Input<'_, '_>) -> Parsed<Override> {
    advance(input);
    let customer = text(input)?;
    let until = if eat(input, "until") { Some(instant(input)?) } else { None };
    let reason = if eat(input, "because") { text(input)? } else { String::new() };
    Ok(Override { customer, until, reason })
}

/// `stay while spend >= 450 at least 7 days cool down 30 days`: when members leave. Each part may be left out.
fn stay(input: &mut Input<'_, '_>) -> Parsed<Stay> {
    advance(input);
    let holds: Option<Condition> = if eat(input, "while") { Some(condition(input)?) } else { None };
    let minimum = if eat_words(input, &["at", "least"]) { Some(span(input)?) } else { None };
    let cool_down = if eat_words(input, &["cool", "down"]) { Some(span(input)?) } else { None };
    Ok(Stay { holds, minimum, cool_down })
}

/// A rule list: its name, then a rule a line, then `otherwise`.
///
/// # Errors
/// If a rule stands behind `otherwise`: no customer could ever reach it.
pub(super) fn rules(input: &mut Input<'_, '_>) -> Parsed<Rules> {
    word("rules").parse_next(input)?;
    let mut rules = Rules::new(key(input, "the name of a rule list")?);
    word(":").parse_next(input)?;
    let mut said = Vec::new();
    loop {
        let head = match peek(input, 0) {
            Kind::Word(word) => *word,
            Kind::Name(_) => "",
            _ => break,
        };
        line_start(input)?;
        match head {
            "unknown" => {
                once(input, &mut said, head)?;
                rules.unknown = unknown(input)?;
            }
            "otherwise" => {
                once(input, &mut said, head)?;
                advance(input);
                rules.otherwise = Some(label(input, "the key of a segment")?);
            }
            head if HEADS.contains(&head) => break,
            _ if rules.otherwise.is_some() => {
                return Err(fault(input, "a rule behind `otherwise`, which takes all that are left"));
            }
            _ => {
                check_length(input, rules.rules.len())?;
                let segment = label(input, "the key of a segment")?;
                word(":").parse_next(input)?;
                rules.rules.push(Rule { segment, when: condition(input)? });
            }
        }
    }
    if at_line_start(input) {
        want(input, "a rule, `otherwise`, `unknown`", &HEADS);
    }
    Ok(rules)
}
