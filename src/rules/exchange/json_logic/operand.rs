//! What stands beside a comparison in json-logic: values, variables, arithmetic.
//!
//! A variable that is missing is its default or null; one that is null is null. In a comparison by order and in `-`, `/`,
//! `min` and `max`, null is 0; in `+` and `*` it is not a number, and what is made of that compares with nothing.
//!
//! So a variable in an order or a difference becomes the first known of itself and 0, and one in a sum stays as it is: a
//! sum with what is not known is not known here, and compares with nothing either. A default in a sum takes the place of
//! what is missing and leaves null not a number, which is noted as what must not hold ([`Number::spoilt`]).
//!
//! Refused, because the two sides would differ: a quotient by what may be zero, remainders, texts and lists made of
//! others, a truth as a number, a default other than 0 where null is 0.

use serde_json::Value;

use crate::error::{Error, Result};
use crate::rules::{Arithmetic, Condition, Literal, Term};

use super::super::parts::{check_depth, literal, null, refused, shown};

/// A variable: an attribute, or a field of an item.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    /// What it is here.
    pub(super) term: Term,
    /// What it is where it is missing, if not null.
    ///
    /// A default of null is no default.
    pub(super) default: Option<Literal>,
}

/// A number that is made of others.
#[derive(Clone, Debug)]
pub(super) struct Number {
    /// The number; unknown here where it is not a number there.
    pub(super) term: Term,
    /// What must not hold, because there it is not a number then, and here it is one.
    pub(super) spoilt: Vec<Condition>,
}

/// What stands beside a comparison.
#[derive(Clone, Debug)]
pub(super) enum Operand {
    /// Null.
    Null,
    /// A text, number or truth that stands in the rule.
    Literal(Literal),
    /// A variable.
    Variable(Variable),
    /// A number that is made of others.
    Number(Number),
    /// The item of a list that is looked at.
    ///
    /// Only its being equal to texts can be asked.
    Item,
    /// A list that stands in the rule.
    List(Vec<Value>),
}

/// The operation and its arguments: one that is no list stands for a list of one.
///
/// # Errors
///
/// It is no object with exactly one key.
pub(super) fn operation(rule: &Value) -> Result<(&str, &[Value])> {
    let Value::Object(entries) = rule else {
        return refused(format!("an operation is wanted, found `{}`", shown(rule)));
    };
    match entries.iter().next() {
        Some((operation, Value::Array(arguments))) if entries.len() == 1 => Ok((operation, arguments)),
        Some((operation, argument)) if entries.len() == 1 => Ok((operation, std::slice::from_ref(argument))),
        _ => refused(format!("an operation is an object with one key, found `{}`", shown(rule))),
    }
}

/// Reads what stands beside a comparison; names are fields where an item is looked at.
///
/// # Errors
///
/// It is nested too deep, or something that is no value here.
pub(super) fn operand(value: &Value, item: bool, depth: usize) -> Result<Operand> {
    check_depth(depth)?;
    match value {
        Value::Null => Ok(Operand::Null),
        Value::Array(values) => Ok(Operand::List(values.clone())),
        Value::Object(_) => {
            let (operation, arguments) = operation(value)?;
            let read = match operation {
                "var" => variable(arguments, item),
                operation => arithmetic(operation, arguments, item, depth),
            };
            read.map_err(|error| error.at_key(operation))
        }
        _ => match literal(value) {
            Some(literal) => Ok(Operand::Literal(literal)),
            None => refused("a number that is too large"),
        },
    }
}

/// A variable by its name, with what it is where it is missing.
///
/// # Errors
///
/// The name is computed, is empty outside a list, or the default is a list or an object.
fn variable(arguments: &[Value], item: bool) -> Result<Operand> {
    let (name, default) = match arguments {
        [] => ("", None),
        [Value::String(name)] => (name.as_str(), None),
        [Value::Null] => ("", None),
        [Value::String(name), default] => (name.as_str(), Some(default)),
        _ => return refused("a variable is a name that stands in the rule, and a default"),
    };
    if name.is_empty() {
        return if item { Ok(Operand::Item) } else { refused("all attributes together are no value here") };
    }
    let default = match default {
        None | Some(Value::Null) => None,
        Some(value) => match literal(value) {
            Some(literal) => Some(literal),
            None => return refused("a default is a text, a number or a truth"),
        },
    };
    let term = if item { Term::Field(name.to_owned()) } else { Term::Attribute(name.to_owned()) };
    Ok(Operand::Variable(Variable { term, default }))
}

/// The number that an operation makes.
///
/// Each argument is a number by the rules of the operation: null is 0 in a difference and spoils a sum.
///
/// # Errors
///
/// There is no such operation, it makes no number, or it has another number of arguments than engines agree on.
fn arithmetic(operation: &str, arguments: &[Value], item: bool, depth: usize) -> Result<Operand> {
    let operator = match operation {
        "+" => Arithmetic::Add,
        "*" => Arithmetic::Multiply,
        "-" => Arithmetic::Subtract,
        "/" => Arithmetic::Divide,
        "min" => Arithmetic::Minimum,
        "max" => Arithmetic::Maximum,
        "%" => return refused("remainders cannot be said here"),
        "cat" | "substr" => return refused("texts that are made of texts cannot be said here"),
        "map" | "filter" | "reduce" | "merge" => return refused("lists that are made of lists cannot be said here"),
        "if" | "?:" | "and" | "or" | "!" | "!!" | "==" | "===" | "!=" | "!==" | "<" | "<=" | ">" | ">=" | "in"
        | "all" | "some" | "none" | "missing" | "missing_some" => {
            return refused("a truth as a value in a comparison cannot be said here");
        }
        _ => return refused("json-logic has no such operation"),
    };
    let zero = !matches!(operator, Arithmetic::Add | Arithmetic::Multiply);
    let mut spoilt = Vec::new();
    let mut of = Vec::new();
    for (i, argument) in arguments.iter().enumerate() {
        let read = operand(argument, item, depth + 1).and_then(|operand| number(operand, zero));
        let number = read.map_err(|error| error.at_key(i))?;
        spoilt.extend(number.spoilt);
        of.push(number.term);
    }
    let term = match (operator, of.len()) {
        (_, 0) => return refused("arithmetic of nothing"),
        (Arithmetic::Subtract, 1) => {
            of.insert(0, Term::Value(Literal::Integer(0)));
            Term::Arithmetic { operator, of }
        }
        // a number and 0 are the number, but not a number of what is none
        (Arithmetic::Add, 1) => Term::Arithmetic { operator, of: vec![Term::Value(Literal::Integer(0)), of.remove(0)] },
        (Arithmetic::Multiply, 1) => {
            return refused("the product of one argument is the argument as it is, also as a text");
        }
        (Arithmetic::Minimum | Arithmetic::Maximum, 1) => of.remove(0),
        (Arithmetic::Divide, 2) => match &of[1] {
            Term::Value(by) if by.number().is_some_and(|by| by != 0.0) => Term::Arithmetic { operator, of },
            _ => return refused("dividing by what may be zero: that is infinite there and not a number here"),
        },
        (Arithmetic::Divide, _) => return refused("a quotient has two arguments"),
        (Arithmetic::Subtract, 3..) => return refused("a difference has two arguments"),
        (Arithmetic::Minimum | Arithmetic::Maximum | Arithmetic::Subtract, _) => Term::Arithmetic { operator, of },
        (_, _) => Term::Arithmetic { operator, of },
    };
    Ok(Operand::Number(Number { term, spoilt }))
}

/// An operand as a number, where null is 0 or is not a number.
///
/// `zero` says that null is 0 in this place. A variable is then the first known of itself and 0; otherwise it stays
/// unknown where it is absent.
///
/// # Errors
///
/// It is no number, or one in a way that cannot be said here.
pub(super) fn number(operand: Operand, zero: bool) -> Result<Number> {
    let known = |term| Number { term, spoilt: Vec::new() };
    let or = |term: Term, number: Literal| {
        known(Term::Arithmetic { operator: Arithmetic::FirstKnown, of: vec![term, Term::Value(number)] })
    };
    match operand {
        Operand::Number(number) => Ok(number),
        Operand::Literal(literal) if literal.number().is_some() => Ok(known(Term::Value(literal))),
        Operand::Literal(literal) => Err(Error::unsupported(format!("`{literal}` is turned into a number there"))),
        Operand::Null if zero => Ok(known(Term::Value(Literal::Integer(0)))),
        Operand::Null => refused("null is not a number there"),
        Operand::Variable(Variable { term, default: None }) if zero => Ok(or(term, Literal::Integer(0))),
        Operand::Variable(Variable { term, default: None }) => Ok(known(term)),
        Operand::Variable(Variable { term, default: Some(default) }) => match (default.number(), zero) {
            (None, _) => refused(format!("the default `{default}` is turned into a number there")),
            (Some(number), true) if number != 0.0 => {
                refused("a default that is not 0: here null is 0 there, and only what is missing is the default")
            }
            (Some(_), true) => Ok(or(term, default)),
            (Some(_), false) => Ok(Number { spoilt: vec![null(&term)], ..or(term, default) }),
        },
        Operand::Item | Operand::List(_) => refused("a number is wanted"),
    }
}
