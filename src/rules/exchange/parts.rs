//! What the importers and exporters of all tools share: literals, nulls, refusals.

use serde_json::Value;

use crate::error::{Error, Result, excerpt};
use crate::rules::limits::DEPTH;
use crate::rules::{Comparison, Condition, Literal, State, Term, TextOperator};
use crate::time::Day;

/// The largest whole number up to which JavaScript knows all of them: 2^53.
const SAFE: i64 = 1 << 53;

/// The error for what cannot be said on the other side, or here.
pub(super) fn refused<T>(why: impl Into<String>) -> Result<T> {
    Err(Error::unsupported(why))
}

/// Refuses what is nested so deep that reading it could overflow the stack.
pub(super) fn check_depth(depth: usize) -> Result<()> {
    if depth > DEPTH { refused(format!("conditions are nested more than {DEPTH} deep")) } else { Ok(()) }
}

/// A value of another tool as it stands in an error.
pub(super) fn shown(value: &Value) -> String {
    excerpt(&value.to_string())
}

/// A text, number or truth; `None` of null, lists and objects.
pub(super) fn literal(value: &Value) -> Option<Literal> {
    match value {
        Value::String(text) => Some(Literal::Text(text.clone())),
        Value::Bool(truth) => Some(Literal::Boolean(*truth)),
        Value::Number(number) => match number.as_i64() {
            Some(integer) => Some(Literal::Integer(integer)),
            None => number.as_f64().map(Literal::Number),
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A literal as JavaScript has it; a day is a text there.
pub(super) fn value(literal: &Literal) -> Result<Value> {
    match literal {
        Literal::Integer(integer) if !(-SAFE..=SAFE).contains(integer) => {
            refused(format!("`{integer}` is beyond 2^53: there it is another number"))
        }
        Literal::Integer(integer) => Ok(Value::from(*integer)),
        Literal::Number(number) => Ok(Value::from(*number)),
        Literal::Text(text) => Ok(Value::from(text.as_str())),
        Literal::Boolean(truth) => Ok(Value::from(*truth)),
        Literal::Day(day) => Ok(Value::from(day.to_string())),
        Literal::Timestamp(_) => refused("instants have many forms as texts there, which do not compare in time"),
        Literal::Point(_) => refused("there are no places there"),
    }
}

/// A text that is a day and nothing else, so that the order of such texts is that of the days.
pub(super) fn day(text: &str) -> Option<Day> {
    let form = |(i, byte): (usize, u8)| if i == 4 || i == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    if text.len() != 10 || !text.bytes().enumerate().all(form) {
        return None;
    }
    text.parse().ok()
}

/// What stands on the other side of `<` and its like, and what null, which is 0 there, answers.
///
/// # Errors
///
/// The literal is a text that is no day, or a truth.
pub(super) fn ordered(comparison: Comparison, with: &Literal) -> Result<(Literal, bool)> {
    match with {
        Literal::Text(text) => match day(text) {
            Some(day) => Ok((Literal::Day(day), false)), // the number of such a text is NaN
            None => refused(format!(
                "texts are ordered by their letters there and by their schema here; `{}` is no day",
                excerpt(text)
            )),
        },
        Literal::Boolean(_) => refused("a truth is compared as a number there"),
        number => {
            let number = number.number().unwrap_or(f64::NAN);
            Ok((with.clone(), 0.0_f64.partial_cmp(&number).is_some_and(|order| comparison.holds(order))))
        }
    }
}

/// The condition, and that answer where it is unknown; nothing is added to what is never unknown.
pub(super) fn answered(condition: Condition, then: bool) -> Condition {
    match condition {
        Condition::Constant(_) | Condition::Is { .. } | Condition::IfUnknown { .. } => condition,
        other => other.if_unknown(then),
    }
}

/// All of them; one alone is itself.
pub(super) fn all(mut conditions: Vec<Condition>) -> Condition {
    match conditions.pop() {
        None => Condition::Constant(true),
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            Condition::All(conditions)
        }
    }
}

/// One of them; one alone is itself.
pub(super) fn any(mut conditions: Vec<Condition>) -> Condition {
    match conditions.pop() {
        None => Condition::Constant(false),
        Some(only) if conditions.is_empty() => only,
        Some(last) => {
            conditions.push(last);
            Condition::Any(conditions)
        }
    }
}

/// The value is there.
pub(super) fn known(term: &Term) -> Condition {
    term.clone().is_known()
}

/// The value is null or what counts as null: explicitly, not by being left out.
pub(super) fn null(term: &Term) -> Condition {
    any(vec![term.clone().state(State::Null), term.clone().state(State::Invalid)])
}

/// Whether the text operator finds the text in another, letter by letter.
pub(super) fn finds(operator: TextOperator, text: &str, inside: &str) -> bool {
    match operator {
        TextOperator::Equals => inside == text,
        TextOperator::Contains => inside.contains(text),
        TextOperator::StartsWith => inside.starts_with(text),
        TextOperator::EndsWith => inside.ends_with(text),
        TextOperator::Matches => false,
    }
}

/// What a term is called in a refusal.
pub(super) fn term_name(term: &Term) -> &'static str {
    match term {
        Term::Attribute(_) => "an attribute",
        Term::Field(_) => "a field",
        Term::Earlier { .. } => "a field of an earlier step",
        Term::Value(_) => "a fixed value",
        Term::Today => "today",
        Term::Arithmetic { .. } => "arithmetic",
        Term::Size(_) => "the size of a set",
        Term::DaysSince(_) | Term::Years { .. } | Term::Calendar { .. } => "a count in the calendar",
        Term::Events(_) => "what events add up to",
        Term::Rank(_) => "a rank among all customers",
        Term::Bucket(_) => "a random bucket",
        Term::Score(_) => "a score",
        Term::Model(_) => "a model",
    }
}

/// Why a condition that looks at more than one customer's attributes cannot be said in a tool that knows only those.
pub(super) fn unsayable(condition: &Condition) -> Result<Value> {
    let (key, what) = match condition {
        Condition::Anniversary { .. } => ("anniversary", "days that come round: there is no calendar there"),
        Condition::Within { .. } => ("within", "places: there are none there"),
        Condition::Network { .. } => ("network", "networks: there are none there"),
        Condition::HasBeen(_) => ("has_been", "for how long something has been so: there are no events there"),
        Condition::Sequence(_) => ("sequence", "sequences: there are no events there"),
        Condition::Lifecycle(_) => ("lifecycle", "how doings go on: there are no events there"),
        Condition::Member(_) => ("member", "other audiences: write the audience's condition in the place of its name"),
        _ => ("condition", "this condition"),
    };
    Err(Error::unsupported(format!("this cannot say {what}")).at_key(key))
}
