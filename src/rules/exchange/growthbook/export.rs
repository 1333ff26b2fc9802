//! One of our conditions becomes one of GrowthBook.

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::rules::{Comparison, Condition, Fold, Literal, SetOperator, State, Term, TextOperator};

use super::super::parts::{finds, ordered, refused, term_name, unsayable, value};
use super::super::pattern::{literal_to_javascript, to_javascript};
use super::super::sides::{Language, Leaf, Side, write};
use super::{sign, versions};

/// Conditions on attributes.
pub(crate) struct Export;

/// Conditions on the fields of an item.
struct Item;

impl Language for Export {
    fn constant(&self, holds: bool) -> Value {
        if holds { json!({}) } else { json!({ "$not": {} }) }
    }

    fn all(&self, of: Vec<Value>) -> Value {
        merged(&of).unwrap_or_else(|| json!({ "$and": of }))
    }

    fn any(&self, of: Vec<Value>) -> Value {
        json!({ "$or": of })
    }

    fn not(&self, of: Value) -> Value {
        json!({ "$not": of })
    }

    fn leaf(&self, condition: &Condition) -> Result<Leaf> {
        leaf(condition, false)
    }
}

impl Language for Item {
    fn constant(&self, holds: bool) -> Value {
        Export.constant(holds)
    }

    fn all(&self, of: Vec<Value>) -> Value {
        Export.all(of)
    }

    fn any(&self, of: Vec<Value>) -> Value {
        Export.any(of)
    }

    fn not(&self, of: Value) -> Value {
        Export.not(of)
    }

    fn leaf(&self, condition: &Condition) -> Result<Leaf> {
        leaf(condition, true)
    }
}

/// All of them in one object, if no two say something under the same key.
fn merged(of: &[Value]) -> Option<Value> {
    let mut out = Map::new();
    for object in of {
        for (key, value) in object.as_object()? {
            match (out.get_mut(key), value) {
                (None, value) => {
                    out.insert(key.clone(), value.clone());
                }
                (Some(Value::Object(before)), Value::Object(more)) if !key.starts_with('$') => {
                    for (operator, operand) in more {
                        if before.insert(operator.clone(), operand.clone()).is_some() {
                            return None;
                        }
                    }
                }
                _ => return None,
            }
        }
    }
    Some(Value::Object(out))
}

fn leaf(condition: &Condition, item: bool) -> Result<Leaf> {
    let about = |key: &'static str, term: &Term| name(term, item).map_err(|error| error.at_key(key));
    match condition {
        Condition::Compare { left, comparison, right } => {
            let sides = match (left, right) {
                (left, Term::Value(literal)) => compare(left, *comparison, literal, item),
                (Term::Value(literal), right) => compare(right, comparison.mirrored(), literal, item),
                _ => refused("two values of a customer are not compared there, only one with a fixed value"),
            };
            sides.map_err(|error| error.at_key("compare"))
        }
        Condition::Between { term, low, high, bounds } => {
            let (Term::Value(low), Term::Value(high)) = (low, high) else {
                return Err(Error::unsupported("the bounds must be fixed values").at_key("between"));
            };
            let (above, below) = bounds.comparisons();
            between(term, (above, low), (below, high), item).map_err(|error| error.at_key("between"))
        }
        Condition::OneOf { term, values } => {
            let name = about("one_of.term", term)?;
            let one = |(i, literal): (usize, &Literal)| match literal {
                Literal::Day(_) => Err(Error::unsupported("days are texts in a list there").at_key(i)),
                other => value(other).map_err(|error| error.at_key(i)),
            };
            let of: Vec<Value> =
                values.iter().enumerate().map(one).collect::<Result<_>>().map_err(|e| e.at_key("one_of.values"))?;
            Ok(partial(&name, json!({ "$in": of }), Some(false)))
        }
        Condition::Text { term, operator, text, fold } => {
            let name = about("text.term", term)?;
            self::text(&name, *operator, text, *fold).map_err(|error| error.at_key("text"))
        }
        Condition::Set { term, operator, texts } => {
            let name = about("set.term", term)?;
            set(&name, *operator, texts).map_err(|error| error.at_key("set"))
        }
        Condition::Is { term, state } => {
            let name = about("is.term", term)?;
            match state {
                State::Known => Ok(Leaf::Same(of(&name, json!({ "$exists": true })))),
                State::Empty => Ok(Leaf::Same(
                    json!({ "$or": [of(&name, json!({ "$eq": "" })), of(&name, json!({ "$size": 0 }))] }),
                )),
                State::Missing | State::Null | State::Invalid => {
                    let why = "missing, null and invalid are one there: ask whether it is known";
                    Err(Error::unsupported(why).at_key("is"))
                }
            }
        }
        Condition::Version { term, comparison, version } => {
            let name = about("version.term", term)?;
            let version = versions::same_order(version).map_err(|error| error.at_key("version"))?;
            let native = json!({ versions::sign(*comparison): version });
            Ok(partial(&name, native, Some(versions::of_missing(*comparison))))
        }
        Condition::Exists { list, filter } => exists(list, filter, item).map_err(|error| error.at_key("exists")),
        other => unsayable(other).map(Leaf::Same),
    }
}

/// What is asked of an attribute.
fn of(name: &str, operators: Value) -> Value {
    let mut out = Map::new();
    out.insert(name.to_owned(), operators);
    Value::Object(out)
}

/// An operator on an attribute, and what it answers of null.
fn partial(name: &str, native: Value, unknown: Option<bool>) -> Leaf {
    let exists = |exists: bool| of(name, json!({ "$exists": exists }));
    Leaf::Partial { native: of(name, native), known: exists(true), absent: exists(false), unknown }
}

/// The name under which the value stands there.
fn name(term: &Term, item: bool) -> Result<String> {
    match term {
        Term::Attribute(name) if !item => named(name),
        Term::Field(name) if item => named(name),
        Term::Attribute(_) => refused("in an item of a list only its fields can be asked there, no attribute"),
        other => refused(format!("{} cannot be said there, only attributes", term_name(other))),
    }
}

fn named(name: &str) -> Result<String> {
    if ["$and", "$or", "$nor", "$not"].contains(&name) {
        return refused(format!("an attribute of the name `{name}` is an operator there"));
    }
    Ok(name.to_owned())
}

fn compare(term: &Term, comparison: Comparison, literal: &Literal, item: bool) -> Result<Leaf> {
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if let Term::Size(set) = term {
        let name = name(set, item)?;
        if literal.number().is_none() {
            return refused("a size is compared with a number");
        }
        let size = match comparison {
            Comparison::Equal => value(literal)?,
            other => json!({ sign(other): value(literal)? }),
        };
        return Ok(partial(&name, json!({ "$size": size }), Some(false)));
    }
    let name = name(term, item)?;
    match literal {
        // no text of theirs is equal to a day of another form; both bounds are the same for all forms
        Literal::Day(_) if equality => {
            let day = value(literal)?;
            let same = json!({ "$gte": day, "$lte": day });
            let native = if comparison == Comparison::Equal { same } else { json!({ "$not": same }) };
            Ok(partial(&name, native, Some(comparison == Comparison::NotEqual)))
        }
        _ if equality => {
            Ok(partial(&name, json!({ sign(comparison): value(literal)? }), Some(comparison == Comparison::NotEqual)))
        }
        _ => {
            let (native, null) = order(comparison, literal)?;
            Ok(partial(&name, json!({ sign(comparison): native }), Some(null)))
        }
    }
}

/// What `<` and its like are compared with there, and what null answers.
fn order(comparison: Comparison, literal: &Literal) -> Result<(Value, bool)> {
    match literal {
        Literal::Day(_) => Ok((value(literal)?, false)),
        Literal::Text(_) => refused("texts are ordered by their letters there and by their schema here"),
        other => Ok((value(literal)?, ordered(comparison, other)?.1)),
    }
}

fn between(
    term: &Term,
    (above, low): (Comparison, &Literal),
    (below, high): (Comparison, &Literal),
    item: bool,
) -> Result<Leaf> {
    let (from, null_from) = order(above, low)?;
    let (to, null_to) = order(below, high)?;
    let native = json!({ sign(above): from, sign(below): to });
    match term {
        Term::Size(set) => Ok(partial(&name(set, item)?, json!({ "$size": native }), Some(false))),
        term => Ok(partial(&name(term, item)?, native, Some(null_from && null_to))),
    }
}

fn text(name: &str, operator: TextOperator, text: &str, fold: Fold) -> Result<Leaf> {
    let regex = match fold {
        Fold::Exact => "$regex",
        Fold::Unicode => "$regexi",
        Fold::Ascii => return refused("a fold of A to Z only cannot be said there"),
    };
    let literal = || literal_to_javascript(text);
    let pattern = match (operator, fold) {
        (TextOperator::Equals, Fold::Exact) => return Ok(partial(name, json!({ "$eq": text }), Some(false))),
        (TextOperator::Equals, _) => return Ok(partial(name, json!({ "$ini": [text] }), Some(false))),
        (TextOperator::Contains, _) => literal(),
        (TextOperator::StartsWith, _) => format!("^{}", literal()),
        (TextOperator::EndsWith, _) => format!("{}$", literal()),
        (TextOperator::Matches, _) => to_javascript(text)?,
    };
    // null is the text `null` there; what a pattern makes of it need not be known
    let null = (operator != TextOperator::Matches && fold == Fold::Exact).then(|| finds(operator, text, "null"));
    Ok(partial(name, json!({ regex: pattern }), null))
}

fn set(name: &str, operator: SetOperator, texts: &[String]) -> Result<Leaf> {
    if matches!(operator, SetOperator::AnyOf | SetOperator::NoneOf) && texts.iter().any(String::is_empty) {
        return refused("an empty text in a list is passed over there");
    }
    let any = json!({ "$elemMatch": { "$in": texts } });
    Ok(match operator {
        SetOperator::AnyOf => partial(name, any, Some(false)),
        SetOperator::NoneOf => partial(name, json!({ "$not": any }), Some(true)),
        SetOperator::AllOf => partial(name, json!({ "$all": texts }), Some(false)),
        SetOperator::Exactly => {
            let different: std::collections::BTreeSet<&String> = texts.iter().collect();
            partial(name, json!({ "$all": texts, "$size": different.len() }), Some(false))
        }
    })
}

/// One item is so. They take an object of which every key begins with `$` for operators on the item itself, so that a
/// question that is always true is added to it.
fn exists(list: &str, filter: &Condition, item: bool) -> Result<Leaf> {
    if item {
        return refused("a list in an item of a list cannot be said here");
    }
    let list = named(list)?;
    let found = |side| -> Result<Value> {
        let mut filter = write(&Item, filter, side).map_err(|error| error.at_key("where"))?;
        if let Value::Object(entries) = &mut filter
            && !entries.is_empty()
            && entries.keys().all(|key| key.starts_with('$'))
        {
            entries.insert("any".to_owned(), json!({ "$nin": [] }));
        }
        Ok(of(&list, json!({ "$elemMatch": filter })))
    };
    Ok(Leaf::Both { sure: found(Side::Sure)?, maybe: found(Side::Maybe)? })
}
