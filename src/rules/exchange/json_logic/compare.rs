//! Comparisons of json-logic, and what they answer of what is missing and of null.
//!
//! Null is equal to null and to nothing else, and 0 in an order. What is not a number is equal to nothing, itself
//! included, and in no order.
//!
//! `==` turns one kind into another there; here an attribute has one kind, and a literal of another kind is refused: at
//! once where both stand in the rule, and when the definition is checked where an attribute is compared.
//!
//! Each comparison thus has three answers that are found apart: of a value, of what is missing and of null. They
//! become one condition that is never unknown.

use crate::error::Result;
use crate::rules::{Comparison, Condition, Literal, Term};

use super::super::parts::{all, answered, any, known, null, ordered, refused};
use super::operand::{Number, Operand, Variable, number};

/// A condition on a variable, with the answer where it is missing and the answer where it is null.
///
/// What is invalid answers as null does. Where both answers agree, one "if unknown" says it all.
pub(super) fn leaf(condition: Condition, variable: &Term, missing: bool, null: bool) -> Condition {
    let is_missing = || variable.clone().is_missing();
    let condition = answered(condition, null);
    match (missing, null) {
        (true, false) => any(vec![is_missing(), condition]),
        (false, true) => all(vec![!is_missing(), condition]),
        (true, true) | (false, false) => condition,
    }
}

/// Two operands compared.
///
/// `strict` says that it is `===` or `!==`: what is of another kind is unequal then, and not refused.
///
/// # Errors
///
/// Kinds would be turned into others, or lists compared.
pub(super) fn compare(left: Operand, comparison: Comparison, right: Operand, strict: bool) -> Result<Condition> {
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    match (left, right) {
        (Operand::List(_), _) | (_, Operand::List(_)) => refused("lists are compared as texts or by identity there"),
        (Operand::Item, _) | (_, Operand::Item) => refused(
            "of the texts in a list only whether one is equal to a text, or in a list of texts, can be asked here",
        ),
        (Operand::Literal(left), Operand::Literal(right)) => constants(&left, comparison, &right, strict),
        (Operand::Variable(variable), Operand::Null) | (Operand::Null, Operand::Variable(variable)) if equality => {
            let absent = match variable.default {
                None => !known(&variable.term),
                Some(_) => null(&variable.term),
            };
            Ok(if comparison == Comparison::Equal { absent } else { !absent })
        }
        (Operand::Null, Operand::Null | Operand::Literal(_)) | (Operand::Literal(_), Operand::Null) if equality => {
            refused("a comparison with null that reads nothing")
        }
        (Operand::Variable(variable), Operand::Literal(literal)) => {
            with_literal(&variable, comparison, &literal, strict)
        }
        (Operand::Literal(literal), Operand::Variable(variable)) => {
            with_literal(&variable, comparison.mirrored(), &literal, strict)
        }
        (Operand::Variable(left), Operand::Variable(right)) if equality => equal(&left, comparison, &right),
        (left, right) => {
            // null is 0 in an order, and equal to no number
            let (left, right) = (number(left, !equality)?, number(right, !equality)?);
            Ok(numbers(left, comparison, right))
        }
    }
}

/// Two values that stand in the rule.
///
/// Texts are ordered by their letters there: ASCII only, where nobody differs about it.
///
/// The answer is found here and the condition is a constant.
///
/// # Errors
///
/// The kinds differ and the comparison would turn one into the other.
fn constants(left: &Literal, comparison: Comparison, right: &Literal, strict: bool) -> Result<Condition> {
    let holds = match (left, right) {
        (left, right) if left.number().is_some() && right.number().is_some() => {
            left.number().partial_cmp(&right.number()).is_some_and(|order| comparison.holds(order))
        }
        (Literal::Text(left), Literal::Text(right)) if left.is_ascii() && right.is_ascii() => {
            comparison.holds(left.cmp(right))
        }
        (Literal::Text(left), Literal::Text(right)) if comparison == Comparison::Equal => left == right,
        (Literal::Text(left), Literal::Text(right)) if comparison == Comparison::NotEqual => left != right,
        (Literal::Boolean(left), Literal::Boolean(right)) => comparison.holds(left.cmp(right)),
        _ if strict => comparison == Comparison::NotEqual, // `===` and `!==` only
        _ => return refused(format!("`{left}` and `{right}` are turned into one kind there, which nothing is here")),
    };
    Ok(Condition::Constant(holds))
}

/// A variable and a value that stands in the rule.
///
/// Where it is missing its default answers, where it is null null does.
///
/// The default is compared with the literal at once, as both stand in the rule.
///
/// # Errors
///
/// A text is compared by order, or the default is of another kind.
fn with_literal(variable: &Variable, comparison: Comparison, literal: &Literal, strict: bool) -> Result<Condition> {
    let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    let (right, of_null) = match equality {
        true => (literal.clone(), comparison == Comparison::NotEqual),
        false => ordered(comparison, literal)?,
    };
    let of_missing = match &variable.default {
        None => of_null,
        Some(default) => constants(default, comparison, literal, strict)? == Condition::Constant(true),
    };
    let condition = Condition::Compare { left: variable.term.clone(), comparison, right: right.into() };
    Ok(leaf(condition, &variable.term, of_missing, of_null))
}

/// Whether two variables are the same: null is equal to null.
///
/// # Errors
///
/// One of them has a default, which would make the answer hang on why the other is absent.
fn equal(left: &Variable, comparison: Comparison, right: &Variable) -> Result<Condition> {
    if left.default.is_some() || right.default.is_some() {
        return refused("defaults of two variables that are compared with each other");
    }
    let both = answered(left.term.clone().is(right.term.clone()), false);
    let neither = all(vec![!known(&left.term), !known(&right.term)]);
    let equal = any(vec![both, neither]);
    Ok(if comparison == Comparison::Equal { equal } else { !equal })
}

/// Two numbers; what is not a number is unequal to everything and in no order.
///
/// What spoils a number there is asked beside the comparison, since here the number would be known.
fn numbers(left: Number, comparison: Comparison, right: Number) -> Condition {
    let not_a_number = comparison == Comparison::NotEqual;
    let spoilt: Vec<Condition> = left.spoilt.into_iter().chain(right.spoilt).collect();
    let condition = Condition::Compare { left: left.term, comparison, right: right.term };
    let condition = answered(condition, not_a_number);
    if spoilt.is_empty() {
        condition
    } else if not_a_number {
        any(spoilt.into_iter().chain([condition]).collect())
    } else {
        all(spoilt.into_iter().map(|spoilt| !spoilt).chain([condition]).collect())
    }
}

/// A value between two others: both comparisons hold.
///
/// The middle is read twice here, which costs nothing: the plan shares equal terms.
///
/// # Errors
///
/// As of either comparison.
pub(super) fn between(low: Operand, comparison: Comparison, middle: Operand, high: Operand) -> Result<Condition> {
    let from = compare(low, comparison, middle.clone(), false)?;
    let to = compare(middle, comparison, high, false)?;
    Ok(all(vec![from, to]))
}
