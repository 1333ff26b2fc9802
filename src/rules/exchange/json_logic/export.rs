//! One of our conditions becomes a rule of json-logic.
//!
//! | ours | theirs | of null |
//! | --- | --- | --- |
//! | `=` `!=` | `===` `!==` | false, true |
//! | `<` `<=` `>` `>=` | the same | what 0 answers |
//! | `=` with a day | `<=` of three, the day's text on both sides | false |
//! | between | `<` or `<=` of three, or two comparisons | both of them |
//! | in | `in` a list | false |
//! | contains | `in` a text | an error in some engines: it is asked first whether it is known |
//! | any of, none of | `some`, `none` with `in` | false, true |
//! | all of, exactly | `some` for each text, and `all` | false |
//! | is known | `!==` null | false |
//! | arithmetic | `+` `-` `*` `/` `min` `max` | it is asked first whether all is known |
//! | exists | `some` | false, as here |
//!
//! Everything else is refused: there are no patterns, no beginnings and endings, no folding of case, no versions, no
//! calendar, no events and no other customers. A division is written only by a number that is not zero, because a
//! quotient by zero is infinite there and unknown here.
//!
//! Operations are chosen so that every engine answers alike: no coercion, no more than three arguments in a comparison,
//! a question for null before a text or a list is looked into.
//!
//! As with other languages, their answers are true or false where ours may be unknown. Each leaf says what it
//! answers of null, and the writer of sides adds the questions for presence that are needed to make the two agree.

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::rules::{Arithmetic, Bounds, Comparison, Condition, Fold, Literal, SetOperator, State, Term, TextOperator};

use super::super::parts::{ordered, refused, term_name, unsayable, value};
use super::super::sides::{Language, Leaf, Side, write};
use super::sign;

/// Rules on attributes.
pub(crate) struct Export;

/// Rules on the fields of an item.
///
/// Names are those of fields there; the variable without a name is the item itself.
struct Item;

impl Language for Export {
    fn constant(&self, holds: bool) -> Value {
        Value::Bool(holds)
    }

    fn all(&self, of: Vec<Value>) -> Value {
        json!({ "and": flat("and", of) })
    }

    fn any(&self, of: Vec<Value>) -> Value {
        json!({ "or": flat("or", of) })
    }

    fn not(&self, of: Value) -> Value {
        json!({ "!": [of] })
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

/// All of one or more.
///
/// The caller guarantees that there is at least one.
fn all_of(mut of: Vec<Value>) -> Value {
    if of.len() == 1 { of.swap_remove(0) } else { Export.all(of) }
}

/// One of one or more.
///
/// The caller guarantees that there is at least one.
fn any_of(mut of: Vec<Value>) -> Value {
    if of.len() == 1 { of.swap_remove(0) } else { Export.any(of) }
}

/// What is inside operations of the same name stands beside the others.
///
/// It keeps rules short and shallow, and changes no answer, as both operations are associative.
fn flat(operation: &str, of: Vec<Value>) -> Vec<Value> {
    let mut out = Vec::with_capacity(of.len());
    for value in of {
        match value {
            Value::Object(mut entries) if entries.len() == 1 && entries.contains_key(operation) => {
                match entries.remove(operation) {
                    Some(Value::Array(inner)) => out.extend(inner),
                    other => out.extend(other),
                }
            }
            value => out.push(value),
        }
    }
    out
}

/// A condition without conditions inside it, on attributes or on the fields of an item.
///
/// `item` says that it stands in a filter of items, where terms are fields.
///
/// # Errors
///
/// It cannot be said there; the error names the key of it and says why.
fn leaf(condition: &Condition, item: bool) -> Result<Leaf> {
    let at = |key: &'static str| move |error: Error| error.at_key(key);
    match condition {
        Condition::Compare { left, comparison, right } => {
            compare(left, *comparison, right, item).map_err(at("compare"))
        }
        Condition::Between { term, low, high, bounds } => {
            between(term, low, high, *bounds, item).map_err(at("between"))
        }
        Condition::OneOf { term, values } => {
            let one = |(i, literal): (usize, &Literal)| match literal {
                Literal::Day(_) => Err(Error::unsupported("days are texts in a list there").at_key(i)),
                other => value(other).map_err(|error| error.at_key(i)),
            };
            let of: Vec<Value> =
                values.iter().enumerate().map(one).collect::<Result<_>>().map_err(at("one_of.values"))?;
            let variable = variable(term, item).map_err(at("one_of.term"))?;
            Ok(partial(&variable, json!({ "in": [variable, of] }), Some(false)))
        }
        Condition::Text { term, operator, text, fold } => {
            let variable = variable(term, item).map_err(at("text.term"))?;
            if *fold != Fold::Exact {
                return Err(Error::unsupported("there is no comparison without regard to case there").at_key("text"));
            }
            match operator {
                TextOperator::Equals => Ok(partial(&variable, json!({ "===": [variable, text] }), Some(false))),
                TextOperator::Contains => Ok(partial(&variable, json!({ "in": [text, variable] }), None)),
                TextOperator::StartsWith | TextOperator::EndsWith | TextOperator::Matches => {
                    Err(Error::unsupported("there are no beginnings, endings and patterns there").at_key("text"))
                }
            }
        }
        Condition::Set { term, operator, texts } => {
            let variable = variable(term, item).map_err(at("set.term"))?;
            set(&variable, *operator, texts).map_err(at("set"))
        }
        Condition::Is { term, state } => {
            let variable = variable(term, item).map_err(at("is.term"))?;
            match state {
                State::Known => Ok(Leaf::Same(known(&variable))),
                State::Empty => Err(Error::unsupported("what is empty there depends on its kind").at_key("is")),
                State::Missing | State::Null | State::Invalid => {
                    let why = "missing, null and invalid are one there: ask whether it is known";
                    Err(Error::unsupported(why).at_key("is"))
                }
            }
        }
        Condition::Version { .. } => Err(Error::unsupported("there are no versions there").at_key("version")),
        Condition::Exists { list, filter } => {
            if item {
                return Err(Error::unsupported("a list in an item of a list cannot be said here").at_key("exists"));
            }
            let list = named(list).map_err(at("exists"))?;
            let found = |side| -> Result<Value> {
                Ok(json!({ "some": [list, write(&Item, filter, side).map_err(at("exists.where"))?] }))
            };
            Ok(Leaf::Both { sure: found(Side::Sure)?, maybe: found(Side::Maybe)? })
        }
        other => unsayable(other).map(Leaf::Same),
    }
}

/// Whether the variable is there.
///
/// Missing and null are one in this question.
fn known(variable: &Value) -> Value {
    json!({ "!==": [variable, null] })
}

/// Whether it is not.
///
/// The opposite of the question whether it is there.
fn absent(variable: &Value) -> Value {
    json!({ "===": [variable, null] })
}

/// A question about one variable, and what it answers of null.
///
/// `None` says that it must not be asked of null, because engines differ or stop there.
fn partial(variable: &Value, native: Value, unknown: Option<bool>) -> Leaf {
    Leaf::Partial { native, known: known(variable), absent: absent(variable), unknown }
}

/// The variable that stands for an attribute, or for a field.
///
/// # Errors
///
/// It is neither an attribute among attributes nor a field among fields.
fn variable(term: &Term, item: bool) -> Result<Value> {
    match term {
        Term::Attribute(name) if !item => named(name),
        Term::Field(name) if item => named(name),
        Term::Attribute(_) => refused("in an item of a list only its fields can be asked there, no attribute"),
        other => refused(format!("{} cannot be said there, only attributes", term_name(other))),
    }
}

/// The variable of that name.
fn named(name: &str) -> Result<Value> {
    if name.is_empty() {
        return refused("a name without letters is all attributes together there");
    }
    let mut out = Map::new();
    out.insert("var".to_owned(), Value::from(name));
    Ok(Value::Object(out))
}

/// Two values compared: with a fixed one, with each other, or numbers that are made of others.
///
/// Where numbers are made of others, all that they read is asked for presence first: null would be 0 there in one
/// operation and not a number in another.
///
/// # Errors
///
/// Both are fixed values, or one is no number that can be made there.
fn compare(left: &Term, comparison: Comparison, right: &Term, item: bool) -> Result<Leaf> {
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let (left, comparison, right) = match (left, right) {
        (Term::Value(_), right) => (right, comparison.mirrored(), left),
        _ => (left, comparison, right),
    };
    match (left, right) {
        (Term::Value(_), Term::Value(_)) => refused("a comparison of two fixed values: say whether it holds"),
        (Term::Attribute(_) | Term::Field(_), Term::Value(literal)) => {
            let variable = variable(left, item)?;
            match literal {
                Literal::Day(_) if equality => {
                    let day = value(literal)?;
                    let same = json!({ "<=": [day, variable, day] });
                    Ok(match comparison {
                        Comparison::Equal => partial(&variable, same, Some(false)),
                        _ => partial(&variable, json!({ "!": [same] }), Some(true)),
                    })
                }
                _ if equality => {
                    let native = json!({ sign(comparison): [variable, value(literal)?] });
                    Ok(partial(&variable, native, Some(comparison == Comparison::NotEqual)))
                }
                _ => {
                    let (native, null) = order(comparison, literal)?;
                    Ok(partial(&variable, json!({ sign(comparison): [variable, native] }), Some(null)))
                }
            }
        }
        (left, right) => {
            let mut reads = Vec::new();
            let native =
                json!({ sign(comparison): [number(left, item, &mut reads)?, number(right, item, &mut reads)?] });
            let mut different: Vec<Value> = Vec::new();
            for variable in reads {
                if !different.contains(&variable) {
                    different.push(variable);
                }
            }
            let known = all_of(different.iter().map(known).collect());
            let absent = any_of(different.iter().map(absent).collect());
            Ok(Leaf::Partial { native, known, absent, unknown: None })
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

/// A number that is made of others; which variables it reads is noted.
///
/// # Errors
///
/// There is no such arithmetic there, or it answers otherwise, as a division by zero does.
fn number(term: &Term, item: bool, reads: &mut Vec<Value>) -> Result<Value> {
    let (operator, of) = match term {
        Term::Attribute(_) | Term::Field(_) => {
            let variable = variable(term, item)?;
            reads.push(variable.clone());
            return Ok(variable);
        }
        Term::Value(literal) if literal.number().is_some() => return value(literal),
        Term::Arithmetic { operator, of } => (operator, of),
        other => return refused(format!("{} cannot be said there as a number", term_name(other))),
    };
    let sign = match (operator, of.as_slice()) {
        (Arithmetic::Add, [_, _, ..]) => "+",
        (Arithmetic::Subtract, [_, _]) => "-",
        (Arithmetic::Multiply, [_, _, ..]) => "*",
        (Arithmetic::Minimum, [_, _, ..]) => "min",
        (Arithmetic::Maximum, [_, _, ..]) => "max",
        (Arithmetic::Divide, [_, Term::Value(by)]) if by.number().is_some_and(|by| by != 0.0) => "/",
        (Arithmetic::Divide, _) => {
            return refused("dividing by what may be zero: that is infinite there, and unknown here");
        }
        (Arithmetic::FirstKnown, _) => return refused("a default there takes the place of missing only, not of null"),
        _ => return refused("there is no such arithmetic there"),
    };
    let of: Vec<Value> = of.iter().map(|term| number(term, item, reads)).collect::<Result<_>>()?;
    Ok(json!({ sign: of }))
}

/// A value between two fixed ones.
///
/// Two bounds of one sort are a comparison of three, which reads the variable once.
///
/// # Errors
///
/// A bound is no fixed value, or is a text.
fn between(term: &Term, low: &Term, high: &Term, bounds: Bounds, item: bool) -> Result<Leaf> {
    let (Term::Value(low), Term::Value(high)) = (low, high) else { return refused("the bounds must be fixed values") };
    let variable = variable(term, item)?;
    let (above, below) = bounds.comparisons();
    let (from, null_from) = order(above, low)?;
    let (to, null_to) = order(below, high)?;
    let native = match bounds {
        Bounds::Both => json!({ "<=": [from, variable, to] }),
        Bounds::Neither => json!({ "<": [from, variable, to] }),
        Bounds::Lower | Bounds::Upper => {
            json!({ "and": [{ sign(above): [variable, from] }, { sign(below): [variable, to] }] })
        }
    };
    Ok(partial(&variable, native, Some(null_from && null_to)))
}

/// What is in a set.
///
/// # Errors
///
/// That a set is empty cannot be asked there without knowing what kind the variable has.
fn set(variable: &Value, operator: SetOperator, texts: &[String]) -> Result<Leaf> {
    let item = || json!({ "var": "" });
    let each = || texts.iter().map(|text| json!({ "some": [variable, { "===": [item(), text] }] }));
    Ok(match operator {
        SetOperator::AnyOf => partial(variable, json!({ "some": [variable, { "in": [item(), texts] }] }), Some(false)),
        SetOperator::NoneOf => partial(variable, json!({ "none": [variable, { "in": [item(), texts] }] }), Some(true)),
        SetOperator::AllOf if texts.is_empty() => partial(variable, Value::Bool(true), Some(true)),
        SetOperator::AllOf => partial(variable, json!({ "and": each().collect::<Vec<_>>() }), Some(false)),
        SetOperator::Exactly if texts.is_empty() => {
            return refused("that a list has no items is said by its kind there");
        }
        SetOperator::Exactly => {
            let only = json!({ "all": [variable, { "in": [item(), texts] }] });
            let of: Vec<Value> = each().chain([only]).collect();
            partial(variable, json!({ "and": of }), Some(false))
        }
    })
}
