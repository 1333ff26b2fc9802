//! A rule of json-logic becomes one of our conditions.
//!
//! Only its truth is asked: 0, null, texts without letters and lists without items are false, all else is true. So `and`,
//! `or` and `if` are conditions here, whichever of their values json-logic would hand out.
//!
//! | operation | of null, and of what is missing without a default |
//! | --- | --- |
//! | `var` as a truth | false |
//! | `==` `===` | whether the other is null too |
//! | `!=` `!==` | whether the other is not null |
//! | `<` `<=` `>` `>=` | what 0 answers |
//! | `in` a list that stands in the rule | whether null is in it |
//! | `in` a text or list that is a variable | false |
//! | `some` | false |
//! | `none` | true |
//! | `all` | false, as of a list without items |
//! | `missing` `missing_some` | they ask for it; a text without letters is missing too |
//!
//! A default takes the place of what is missing, not of null, which stays null: the two are told apart here too.
//!
//! What makes texts or lists (`cat`, `substr`, `merge`, `map`, `filter`, `reduce`) has no counterpart here. `if` writes its
//! condition twice where neither branch is fixed; how much may be written twice is bounded.
//!
//! Every leaf is made total with the answers of the table, so that the conditions made here are never unknown and
//! NOT turns true and false round, as it does there. Nesting is bounded, and so is what an `if` may copy.

use std::cell::Cell;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::rules::walk::Node;
use crate::rules::{Comparison, Condition, Literal, SetOperator, State, Term};

use super::super::Importer;
use super::super::parts::{all, answered, any, check_depth, known, literal, refused, shown};
use super::compare::{between, compare, leaf};
use super::comparison;
use super::operand::{Operand, Variable, operand, operation};

/// How many nodes all conditions together may have that are written twice because of an `if`.
///
/// An `if` within the condition of an `if`, and so on, would double the size at each level.
const COPIES: usize = 100_000;

/// Reads a rule.
///
/// # Errors
///
/// Something cannot be said here with the same answers; the error names the key path.
pub(crate) fn import(importer: &Importer, rule: &Value) -> Result<Condition> {
    Reader { importer, copies: Cell::new(0) }.truth(rule, false, 0)
}

/// Reads one rule; a new one is made for each, so that the bound on copies is one for each rule.
struct Reader<'a> {
    /// What the rule does not say.
    importer: &'a Importer,
    /// How much has been written twice.
    copies: Cell<usize>,
}

impl Reader<'_> {
    /// Whether the rule is true; names are fields where an item of a list is looked at.
    ///
    /// # Errors
    ///
    /// It is a list, is nested too deep, or is an operation that cannot be said here.
    fn truth(&self, rule: &Value, item: bool, depth: usize) -> Result<Condition> {
        check_depth(depth)?;
        match rule {
            Value::Null => Ok(Condition::Constant(false)),
            Value::Array(_) => refused("a list as a truth"),
            Value::Object(_) => {
                let (name, arguments) = operation(rule)?;
                self.operation(name, arguments, item, depth).map_err(|error| error.at_key(name))
            }
            value => Ok(Condition::Constant(literal(value).is_some_and(|literal| is_true(&literal)))),
        }
    }

    /// One operation and its arguments.
    ///
    /// Operations that make numbers, texts or lists are refused in this place with what to do instead; beside a
    /// comparison, numbers are read.
    fn operation(&self, name: &str, arguments: &[Value], item: bool, depth: usize) -> Result<Condition> {
        let operand = |i: usize| {
            let missing = || Error::unsupported(format!("an argument with the number {i} is missing"));
            let argument = arguments.get(i).ok_or_else(missing)?;
            operand(argument, item, depth + 1).map_err(|error| error.at_key(i))
        };
        if let Some(comparison) = comparison(name) {
            return match arguments.len() {
                2 => compare(operand(0)?, comparison, operand(1)?, name.len() == 3),
                3 if matches!(comparison, Comparison::Less | Comparison::LessOrEqual) => {
                    between(operand(0)?, comparison, operand(1)?, operand(2)?)
                }
                found => refused(format!("{found} arguments are compared otherwise by each implementation")),
            };
        }
        match (name, arguments) {
            ("and" | "or", []) => Ok(Condition::Constant(false)),
            ("and", _) => Ok(all(self.each(arguments, item, depth)?)),
            ("or", _) => Ok(any(self.each(arguments, item, depth)?)),
            ("!", [of]) => Ok(!self.truth(of, item, depth + 1)?),
            ("!!", [of]) => self.truth(of, item, depth + 1),
            ("if" | "?:", of) => self.choice(of, item, depth),
            ("var", _) => match operand_of(name, arguments, item, depth)? {
                Operand::Variable(Variable { term, default }) => {
                    Ok(leaf(term.clone().is(true), &term, default.as_ref().is_some_and(is_true), false))
                }
                _ => refused("an item of a list as a truth"),
            },
            ("in", [_, _]) => self.contained(operand(0)?, operand(1)?),
            ("some" | "none" | "all", [list, of]) if !item => self.quantified(name, list, of, depth),
            ("some" | "none" | "all", [_, _]) => refused("a list in an item of a list cannot be said here"),
            ("missing", keys) => Ok(any(self.missing(keys, item)?)),
            ("missing_some", [Value::Number(need), Value::Array(keys)]) => {
                let Some(need) = need.as_u64().and_then(|need| u32::try_from(need).ok()) else {
                    return refused("how many are needed is a whole number");
                };
                let missing = self.missing(keys, item)?;
                let there = missing.iter().map(|missing| !missing.clone());
                let enough = Condition::at_least(need, there);
                Ok(all(vec![!enough, any(missing)]))
            }
            ("+" | "-" | "*" | "/" | "%" | "min" | "max" | "cat" | "substr", _) => {
                refused("a number or text as a truth: compare it with something")
            }
            ("merge" | "map" | "filter" | "reduce", _) => refused("a list as a truth"),
            ("!" | "!!" | "in" | "some" | "none" | "all" | "missing_some", _) => {
                refused(format!("{} arguments, or of another form than this operation takes", arguments.len()))
            }
            ("log" | "method", _) => refused("what does something, instead of answering, cannot be said here"),
            _ => refused("json-logic has no such operation"),
        }
    }

    /// The truth of each.
    ///
    /// In their order; an error names the number.
    fn each(&self, of: &[Value], item: bool, depth: usize) -> Result<Vec<Condition>> {
        let one = |(i, of)| self.truth(of, item, depth + 1).map_err(|error| error.at_key(i));
        of.iter().enumerate().map(one).collect()
    }

    /// If this then that, if not and so on.
    ///
    /// It is built from the last pair to the first. Without an "otherwise" the end is null, which is false.
    fn choice(&self, of: &[Value], item: bool, depth: usize) -> Result<Condition> {
        let of = self.each(of, item, depth)?;
        let mut pairs = of.chunks_exact(2);
        let last = match pairs.remainder() {
            [otherwise] => otherwise.clone(),
            _ => Condition::Constant(false),
        };
        let mut chosen = last;
        while let Some([when, then]) = pairs.next_back() {
            chosen = self.either(when, then, chosen)?;
        }
        Ok(chosen)
    }

    /// This if it holds, else that; all three are known to be true or false.
    ///
    /// Fixed branches need the condition once only, so that the common forms copy nothing.
    ///
    /// # Errors
    ///
    /// Too much would be copied.
    fn either(&self, when: &Condition, then: &Condition, otherwise: Condition) -> Result<Condition> {
        use Condition::Constant;
        Ok(match (then, otherwise) {
            (Constant(true), Constant(true)) => Constant(true),
            (Constant(false), Constant(false)) => Constant(false),
            (Constant(true), Constant(false)) => when.clone(),
            (Constant(false), Constant(true)) => !when.clone(),
            (then, Constant(false)) => all(vec![when.clone(), then.clone()]),
            (then, Constant(true)) => any(vec![!when.clone(), then.clone()]),
            (Constant(true), otherwise) => any(vec![when.clone(), otherwise]),
            (Constant(false), otherwise) => all(vec![!when.clone(), otherwise]),
            (then, otherwise) => {
                self.copies.set(self.copies.get() + Node::Condition(when).walk().count());
                if self.copies.get() > COPIES {
                    return refused("an `if` is written as two conditions here, and these are too many");
                }
                any(vec![all(vec![when.clone(), then.clone()]), all(vec![!when.clone(), otherwise])])
            }
        })
    }

    /// Which of the names have no value: null, or a text without letters.
    ///
    /// Names may come as arguments or as one list. A text without letters is asked for only where the importer holds
    /// it possible that the attribute is a text.
    fn missing(&self, keys: &[Value], item: bool) -> Result<Vec<Condition>> {
        let keys = match keys {
            [Value::Array(keys)] => keys,
            keys => keys,
        };
        let one = |(i, key): (usize, &Value)| {
            let Value::String(name) = key else {
                return Err(Error::unsupported("a name that stands in the rule").at_key(i));
            };
            let term = if item { Term::Field(name.clone()) } else { Term::Attribute(name.clone()) };
            let absent = !known(&term);
            Ok(if item || self.importer.may_be_text(name) { absent | term.state(State::Empty) } else { absent })
        };
        keys.iter().enumerate().map(one).collect()
    }

    /// A value in a list, a text in a text, or a text in a set.
    ///
    /// Whether it is a text or a set that is looked into hangs on what the importer knows of the attribute: the rule
    /// does not say it.
    ///
    /// # Errors
    ///
    /// Neither side is a fixed value, or a list has values that are none here.
    fn contained(&self, what: Operand, within: Operand) -> Result<Condition> {
        match (what, within) {
            (Operand::Variable(variable), Operand::List(of)) => {
                let null = of.contains(&Value::Null);
                let values = literals(of.iter().filter(|value| !value.is_null()))?;
                let missing = variable.default.as_ref().map_or(null, |default| values.contains(default));
                Ok(leaf(variable.term.clone().one_of(values), &variable.term, missing, null))
            }
            (Operand::Literal(literal), Operand::List(of)) => {
                Ok(Condition::Constant(literals(of.iter().filter(|value| !value.is_null()))?.contains(&literal)))
            }
            (Operand::Literal(Literal::Text(text)), Operand::Variable(Variable { term, default })) => {
                let set = matches!(&term, Term::Attribute(name) if self.importer.is_set(name));
                let missing = match default {
                    None => false,
                    Some(Literal::Text(default)) if !set => default.contains(&text),
                    Some(_) => return refused("a default of another kind than the text or list it stands for"),
                };
                let condition =
                    if set { term.clone().any_of([text.as_str()]) } else { term.clone().contains(text.as_str()) };
                Ok(leaf(condition, &term, missing, false))
            }
            (Operand::Literal(Literal::Text(text)), Operand::Literal(Literal::Text(within))) => {
                Ok(Condition::Constant(within.contains(&text)))
            }
            (Operand::Variable(_), Operand::Literal(_)) => {
                refused("which part of a fixed text it is cannot be asked here")
            }
            _ => refused("what is in what must be a variable and a fixed value"),
        }
    }

    /// Some, none or all items of a list are so.
    ///
    /// # Errors
    ///
    /// The list is no variable, has a default, or is asked for all of its texts.
    fn quantified(&self, name: &str, list: &Value, of: &Value, depth: usize) -> Result<Condition> {
        let Operand::Variable(Variable { term: Term::Attribute(list), default: None }) =
            operand(list, false, depth + 1).map_err(|error| error.at_key(0))?
        else {
            return Err(Error::unsupported("the list must be a variable without default").at_key(0));
        };
        if let Some(texts) = of_the_item(of) {
            let term = Term::Attribute(list);
            return match name {
                "some" => Ok(answered(Condition::Set { term, operator: SetOperator::AnyOf, texts }, false)),
                "none" => Ok(answered(Condition::Set { term, operator: SetOperator::NoneOf, texts }, true)),
                _ => refused("that a set has no other texts than these cannot be said here"),
            };
        }
        let filter = self.truth(of, true, depth + 1).map_err(|error| error.at_key(1))?;
        let exists = |filter| answered(Condition::Exists { list: list.clone(), filter: Box::new(filter) }, false);
        Ok(match name {
            "some" => exists(filter),
            "none" => !exists(filter),
            // of no items at all they say false
            _ => all(vec![exists(Condition::Constant(true)), !exists(!filter)]),
        })
    }
}

/// The texts of which one must be the item itself: `{"==": [{"var": ""}, "a"]}`, `{"in": [{"var": ""}, ["a", "b"]]}`.
///
/// `None` if anything else is asked; the rule is then a filter of items.
fn of_the_item(rule: &Value) -> Option<Vec<String>> {
    let (name, [left, right]) = operation(rule).ok()? else { return None };
    let is_item = |value: &Value| matches!(operand(value, true, 0), Ok(Operand::Item));
    let text = |value: &Value| value.as_str().map(str::to_owned);
    match name {
        "==" | "===" if is_item(left) => Some(vec![text(right)?]),
        "==" | "===" if is_item(right) => Some(vec![text(left)?]),
        "in" if is_item(left) => right.as_array()?.iter().map(text).collect(),
        _ => None,
    }
}

/// An operation as an operand.
///
/// It is put together again, because an operand is read as a whole.
fn operand_of(name: &str, arguments: &[Value], item: bool, depth: usize) -> Result<Operand> {
    let mut rule = serde_json::Map::new();
    rule.insert(name.to_owned(), Value::Array(arguments.to_vec()));
    operand(&Value::Object(rule), item, depth)
}

/// Values that stand in the rule.
///
/// # Errors
///
/// One of them is no text, number or truth.
fn literals<'a>(values: impl Iterator<Item = &'a Value>) -> Result<Vec<Literal>> {
    let one = |value: &Value| {
        let wanted = || Error::unsupported(format!("a list of texts, numbers and truths, found `{}`", shown(value)));
        literal(value).ok_or_else(wanted)
    };
    values.map(one).collect()
}

/// Whether json-logic takes the value for true: not 0, and not a text without letters.
///
/// A text of the digit 0 is true, as are all other texts with letters.
fn is_true(literal: &Literal) -> bool {
    match literal {
        Literal::Boolean(truth) => *truth,
        Literal::Text(text) => !text.is_empty(),
        other => other.number().is_some_and(|number| number != 0.0),
    }
}
