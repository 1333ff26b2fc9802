//! One of our conditions becomes a rule of json-logic.

use serde_json::{Map, Value, json};

use crate::error::{Error, Result};
use crate::rules::{Arithmetic, Bounds, Comparison, Condition, Fold, Literal, SetOperator, State, Term, TextOperator};

use super::super::parts::{ordered, refused, term_name, unsayable, value};
use super::super::sides::{Language, Leaf, Side, write};
use super::sign;

/// Rules on attributes.
pub(crate) struct Export;

/// Rules on the fields of an item.
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
fn all_of(mut of: Vec<Value>) -> Value {
    if of.len() == 1 { of.swap_remove(0) } else { Export.all(of) }
}

/// One of one or more.
fn any_of(mut of: Vec<Value>) -> Value {
    if of.len() == 1 { of.swap_remove(0) } else { Export.any(of) }
}

/// What is inside operations of the same name stands beside the others.
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
fn known(variable: &Value) -> Value {
    json!({ "!==": [variable, null] })
}

/// Whether it is not.
fn absent(variable: &Value) -> Value {
    json!({ "===": [variable, null] })
}

fn partial(variable: &Value, native: Value, unknown: Option<bool>) -> Leaf {
    Leaf::Partial { native, known: known(variable), absent: absent(variable), unknown }
}

fn variable(term: &Term, item: bool) -> Result<Value> {
    match term {
        Term::Attribute(name) if !item => named(name),
        Term::Field(name) if item => named(name),
        Term::Attribute(_) => refused("in an item of a list only its fields can be asked there, no attribute"),
        other => refused(format!("{} cannot be said there, only attributes", term_name(other))),
    }
}

fn named(name: &str) -> Result<Value> {
    if name.is_empty() {
        return refused("a name without letters is all attributes together there");
    }
    let mut out = Map::new();
    out.insert("var".to_owned(), Value::from(name));
    Ok(Value::Object(out))
}

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
fn order(comparison: Comparison, literal: &Literal) -> Result<(Value, bool)> {
    match literal {
        Literal::Day(_) => Ok((value(literal)?, false)),
        Literal::Text(_) => refused("texts are ordered by their letters there and by their schema here"),
        other => Ok((value(literal)?, ordered(comparison, other)?.1)),
    }
}

/// A number that is made of others; which variables it reads is noted.
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
