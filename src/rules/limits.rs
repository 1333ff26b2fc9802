//! How large a definition may be, so that no file can exhaust the memory or the stack of who reads it.
//!
//! | what | at most |
//! | --- | --- |
//! | bytes of a file | 16 MiB |
//! | conditions and terms inside each other | 64 |
//! | levels of objects and lists in the JSON form above any of them | 100 |
//! | entries of a list, but not of a list of customers | 100,000 |
//! | bytes of a pattern | 10,000 |
//!
//! A definition within the limits can always be saved as JSON and read again, whichever way it was made.

use crate::error::{Error, Result};

use super::walk::{Node, Walk};
use super::{Area, Audience, Condition, Definitions, List, Literal, Rules, Score, Term, TextOperator};

/// The most bytes of a file or text that is read.
pub(crate) const BYTES: usize = 16 << 20;
/// The most conditions and terms inside each other.
pub(crate) const DEPTH: usize = 64;
/// The most levels of JSON above a condition or term; `serde_json` reads 127, the rest is for what has no parts.
const LEVELS: usize = 100;
/// The most entries of a list.
pub(crate) const ENTRIES: usize = 100_000;
/// The most bytes of a pattern.
pub(crate) const PATTERN: usize = 10_000;

/// Refuses a text that is too long to be read.
///
/// # Errors
///
/// The text is longer than 16 MiB.
pub(crate) fn check_bytes(text: &str) -> Result<()> {
    if text.len() > BYTES {
        return Err(Error::format(format!("{} bytes are too many to be read, at most {BYTES} are", text.len())));
    }
    Ok(())
}

/// Refuses what is nested too deep, too long or not finite, with the key path of where that is.
///
/// # Errors
///
/// The first place in the order of writing that is outside the limits.
pub(crate) fn check_definitions(definitions: &Definitions) -> Result<()> {
    length("audiences", definitions.audiences.len())?;
    length("rules", definitions.rules.len())?;
    for (i, audience) in definitions.audiences.iter().enumerate() {
        check_audience(audience).map_err(|error| error.at_key(format_args!("audiences.{i}")))?;
    }
    for (i, rules) in definitions.rules.iter().enumerate() {
        check_rules(rules).map_err(|error| error.at_key(format_args!("rules.{i}")))?;
    }
    Ok(())
}

/// The same of one audience.
fn check_audience(audience: &Audience) -> Result<()> {
    match &audience.list {
        List::Dynamic(condition) => check_below(condition, 4).map_err(|error| error.at_key("list.dynamic"))?,
        List::Frozen { condition, .. } => {
            check_below(condition, 5).map_err(|error| error.at_key("list.frozen.condition"))?;
        }
        List::Manual(_) => {}
    }
    match audience.stay.as_ref().and_then(|stay| stay.holds.as_ref()) {
        Some(condition) => check_below(condition, 4).map_err(|error| error.at_key("stay.while")),
        None => Ok(()),
    }
}

/// The same of one list of rules.
fn check_rules(rules: &Rules) -> Result<()> {
    length("rules", rules.rules.len())?;
    for (i, rule) in rules.rules.iter().enumerate() {
        check_below(&rule.when, 5).map_err(|error| error.at_key(format_args!("rules.{i}.when")))?;
    }
    Ok(())
}

/// Refuses a condition that is nested too deep, too long or not finite, with the key path of where that is.
///
/// It keeps no stack: a tree of any depth is refused and does not overflow the program's.
///
/// # Errors
///
/// The first place in the order of writing that is outside the limits.
pub(crate) fn check_condition(condition: &Condition) -> Result<()> {
    check_below(condition, 0)
}

/// The same where so many levels of JSON lie above the condition.
fn check_below(condition: &Condition, above: usize) -> Result<()> {
    let mut walk = Node::Condition(condition).walk();
    while let Some(node) = walk.next() {
        let checked = check_depth(&walk, above).and_then(|()| match node {
            Node::Condition(condition) => check_one_condition(condition),
            Node::Term(term) => check_one_term(term),
            Node::Events(_) | Node::Window(_) => Ok(()),
        });
        if let Err(error) = checked {
            return Err(if walk.depth() == 0 { error } else { error.at_key(walk.path()) });
        }
    }
    Ok(())
}

/// Whether the node seen last lies not too deep.
fn check_depth(walk: &Walk<'_>, above: usize) -> Result<()> {
    if walk.depth() >= DEPTH {
        return Err(Error::definition(format!("conditions and terms are nested more than {DEPTH} deep")));
    }
    if walk.levels() + above > LEVELS {
        let found = walk.levels() + above;
        return Err(Error::definition(format!("as JSON this lies {found} levels deep, at most {LEVELS} are read")));
    }
    Ok(())
}

/// What a condition says besides its parts.
fn check_one_condition(condition: &Condition) -> Result<()> {
    match condition {
        Condition::All(of) => length("all", of.len()),
        Condition::Any(of) => length("any", of.len()),
        Condition::AtLeast { of, .. } => length("at_least.of", of.len()),
        Condition::OneOf { values, .. } => {
            length("one_of.values", values.len())?;
            let mut values = values.iter().enumerate();
            values.try_for_each(|(i, value)| {
                check_literal(value).map_err(|error| error.at_key(format_args!("one_of.values.{i}")))
            })
        }
        Condition::Text { operator: TextOperator::Matches, text, .. } if text.len() > PATTERN => {
            let found = format!("one of {} bytes", text.len());
            let expected = format!("a pattern of at most {PATTERN} bytes");
            Err(Error::parameter("text", expected, found).at_key("text.text"))
        }
        Condition::Set { texts, .. } => length("set.texts", texts.len()),
        Condition::Network { networks, .. } => length("network.networks", networks.len()),
        Condition::Within { area: Area::Polygon(corners), .. } => length("within.area.polygon", corners.len()),
        Condition::Within { area: Area::Circle { kilometers, .. }, .. } => {
            finite("within.area.circle.kilometers", *kilometers)
        }
        Condition::Sequence(sequence) => length("sequence.steps", sequence.steps.len()),
        _ => Ok(()),
    }
}

/// What a term says besides its parts.
fn check_one_term(term: &Term) -> Result<()> {
    match term {
        Term::Value(literal) => check_literal(literal).map_err(|error| error.at_key("value")),
        Term::Arithmetic { of, .. } => length("arithmetic.of", of.len()),
        Term::Score(score) => check_score(score).map_err(|error| error.at_key("score")),
        _ => Ok(()),
    }
}

/// The numbers and lists of a score.
fn check_score(score: &Score) -> Result<()> {
    length("items", score.items.len())?;
    length("categories", score.categories.len())?;
    let limit = |key, limit: Option<f64>| limit.map_or(Ok(()), |limit| finite(key, limit));
    limit("minimum", score.minimum)?;
    limit("maximum", score.maximum)?;
    for (i, item) in score.items.iter().enumerate() {
        let checked = finite("points", item.points).and_then(|()| limit("cap", item.cap));
        checked.map_err(|error| error.at_key(format_args!("items.{i}")))?;
    }
    for (i, category) in score.categories.iter().enumerate() {
        let checked = limit("minimum", category.minimum).and_then(|()| limit("maximum", category.maximum));
        checked.map_err(|error| error.at_key(format_args!("categories.{i}")))?;
    }
    Ok(())
}

/// A number that is not finite cannot be compared, nor saved as JSON.
fn check_literal(literal: &Literal) -> Result<()> {
    match literal {
        Literal::Number(number) => finite("number", *number),
        _ => Ok(()),
    }
}

/// Refuses a number that is NaN or infinite: it compares with nothing, and JSON cannot write it.
fn finite(key: &str, number: f64) -> Result<()> {
    if number.is_finite() { Ok(()) } else { Err(Error::not_finite("the number", number).at_key(key)) }
}

/// Refuses a list that is too long.
fn length(key: &str, found: usize) -> Result<()> {
    if found > ENTRIES {
        return Err(Error::definition(format!("a list of {found} entries, at most {ENTRIES} are read")).at_key(key));
    }
    Ok(())
}
