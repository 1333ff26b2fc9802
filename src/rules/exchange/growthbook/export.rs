//! One of our conditions becomes one of GrowthBook.
//!
//! | ours | theirs | of null |
//! | --- | --- | --- |
//! | `=` `!=` | `$eq` `$ne` | false, true |
//! | `<` `<=` `>` `>=` with a number | `$lt` … | what 0 answers |
//! | `<` … with a day | `$lt` … with its text | false |
//! | `=` with a day | `$gte` and `$lte` with its text | false |
//! | between | two of `$gt` `$gte` `$lt` `$lte` | both of them |
//! | in | `$in` | false |
//! | equals | `$eq`, without regard to case `$ini` | false |
//! | contains, starts, ends, matches | `$regex`, `$regexi` | what `null` answers; else it is asked whether it is known |
//! | any of, none of | `$elemMatch` with `$in`, its negation | false, true |
//! | all of, exactly | `$all`, and `$size` | false |
//! | size | `$size` | false |
//! | is known, is empty | `$exists`; `$eq` of no letters or `$size` 0 | false |
//! | version | `$veq` … | what comes before all versions |
//! | exists | `$elemMatch` with names | false, as here |
//!
//! Everything else is refused: two values of a customer are not compared there, there are no numbers made of others, no
//! calendar, no events and no other customers.
//!
//! The last column is why a question is rarely written as it stands: they answer true or false of null, where we
//! answer unknown. Each leaf says what their operator answers of null, and the writer of sides adds a question for
//! the presence of the value where that differs from what is wanted. Conditions come out short where the two agree.
//!
//! What is refused is refused while writing, with the key path of the part that cannot be said. No condition is
//! written that answers otherwise there than here.

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
///
/// They stand within `$elemMatch`, where names are those of fields and the customer's attributes cannot be reached.
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
///
/// The shortest form is the one that people write there: the entries of an object must all hold. `None` means that two
/// of them would share a key or an operator, of which an object keeps only one.
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

/// A condition without conditions inside it, on attributes or on the fields of an item.
///
/// `item` says that it stands in a filter of items, where terms are fields.
///
/// # Errors
///
/// It cannot be said there; the error names the key of it and says why.
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
///
/// An object with one entry, the name with its operators.
fn of(name: &str, operators: Value) -> Value {
    let mut out = Map::new();
    out.insert(name.to_owned(), operators);
    Value::Object(out)
}

/// An operator on an attribute, and what it answers of null.
///
/// `None` says that what it answers of null is not known; presence is then asked in any case.
fn partial(name: &str, native: Value, unknown: Option<bool>) -> Leaf {
    let exists = |exists: bool| of(name, json!({ "$exists": exists }));
    Leaf::Partial { native: of(name, native), known: exists(true), absent: exists(false), unknown }
}

/// The name under which the value stands there.
///
/// A name with points in it leads into an object there; here it is one name, and both sides find the same value.
///
/// # Errors
///
/// It is no attribute where attributes are wanted, or no field where fields are.
fn name(term: &Term, item: bool) -> Result<String> {
    match term {
        Term::Attribute(name) if !item => named(name),
        Term::Field(name) if item => named(name),
        Term::Attribute(_) => refused("in an item of a list only its fields can be asked there, no attribute"),
        other => refused(format!("{} cannot be said there, only attributes", term_name(other))),
    }
}

/// The name, unless it is an operator there.
fn named(name: &str) -> Result<String> {
    if ["$and", "$or", "$nor", "$not"].contains(&name) {
        return refused(format!("an attribute of the name `{name}` is an operator there"));
    }
    Ok(name.to_owned())
}

/// An attribute, or the size of one, compared with a fixed value.
///
/// Equality with a day is written as two bounds, for the reason given beside it. The size of a list is asked by an
/// operator of its own, which answers false of what is no list.
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
///
/// # Errors
///
/// Texts have an order of their own on each side.
fn order(comparison: Comparison, literal: &Literal) -> Result<(Value, bool)> {
    match literal {
        Literal::Day(_) => Ok((value(literal)?, false)),
        Literal::Text(_) => refused("texts are ordered by their letters there and by their schema here"),
        other => Ok((value(literal)?, ordered(comparison, other)?.1)),
    }
}

/// A value between two fixed ones.
///
/// Both bounds stand in one object of operators, which must all hold. Null is in between if it passes both.
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

/// What stands in a text.
///
/// Beginnings, endings and parts become patterns, with every mark that has a meaning in patterns escaped.
///
/// # Errors
///
/// The fold is one of ASCII only, or the pattern is one that their engine reads otherwise.
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

/// What is in a set.
///
/// The size of exactly these texts is the number of different ones: a list there is a set without duplicates.
///
/// A text without letters is refused in a list of which one is to be found: they pass over it there.
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
