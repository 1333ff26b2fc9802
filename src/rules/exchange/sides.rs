//! A condition of three truth values as two of two: where it is surely true, and where it may be.
//!
//! In a language that knows only true and false, a condition is written as the question whether it is true ([`Side::Sure`])
//! or as the question whether it is not false ([`Side::Maybe`]). Negation exchanges the two; all and any keep them; the
//! answer for unknown chooses one. So exactly the answers of the three-valued condition come out.

use std::cell::Cell;

use serde_json::Value;

use crate::error::Result;
use crate::rules::Condition;

use super::parts::refused;

/// Which of the two questions is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Whether it is true.
    Sure,
    /// Whether it is true or unknown.
    Maybe,
}

impl Side {
    fn other(self) -> Self {
        match self {
            Side::Sure => Side::Maybe,
            Side::Maybe => Side::Sure,
        }
    }
}

/// A condition without conditions inside it, in the other language.
pub(super) enum Leaf {
    /// It is never unknown, and says the same on both sides.
    Same(Value),
    /// It may be unknown here.
    Partial {
        /// The other language's own operator.
        native: Value,
        /// Whether what is read is there.
        known: Value,
        /// Whether it is not.
        absent: Value,
        /// What the operator answers where it is not; `None` if it must not be asked.
        unknown: Option<bool>,
    },
    /// It is written in two ways.
    Both {
        /// Whether it is true.
        sure: Value,
        /// Whether it is true or unknown.
        maybe: Value,
    },
}

/// A language that knows true and false only.
pub(super) trait Language {
    /// Always, or never.
    fn constant(&self, holds: bool) -> Value;
    /// Each of two or more.
    fn all(&self, of: Vec<Value>) -> Value;
    /// One of two or more.
    fn any(&self, of: Vec<Value>) -> Value;
    /// Not that.
    fn not(&self, of: Value) -> Value;
    /// A condition that has no conditions inside it, or [`Condition::Exists`].
    fn leaf(&self, condition: &Condition) -> Result<Leaf>;
}

/// How many nodes all copies together may have that are made where one condition is written several times.
const COPIES: usize = 100_000;

/// Writes where the condition is true, or where it is not false.
///
/// # Errors
///
/// The language cannot say it; the error names the key path.
pub(super) fn write(language: &dyn Language, condition: &Condition, side: Side) -> Result<Value> {
    Writer { language, copies: Cell::new(0) }.write(condition, side)
}

/// Writes all of what may be none or one.
fn all(language: &dyn Language, mut of: Vec<Value>) -> Value {
    match of.len() {
        0 => language.constant(true),
        1 => of.swap_remove(0),
        _ => language.all(of),
    }
}

/// Writes any of what may be none or one.
fn any(language: &dyn Language, mut of: Vec<Value>) -> Value {
    match of.len() {
        0 => language.constant(false),
        1 => of.swap_remove(0),
        _ => language.any(of),
    }
}

struct Writer<'a> {
    language: &'a dyn Language,
    copies: Cell<usize>,
}

impl Writer<'_> {
    fn write(&self, condition: &Condition, side: Side) -> Result<Value> {
        let language = self.language;
        match condition {
            Condition::Constant(holds) => Ok(language.constant(*holds)),
            Condition::All(of) => Ok(all(language, self.each("all", of, side)?)),
            Condition::Any(of) => Ok(any(language, self.each("any", of, side)?)),
            Condition::AtLeast { count, of } => {
                let of = self.each("at_least.of", of, side)?;
                self.at_least(*count as usize, &of).map_err(|error| error.at_key("at_least"))
            }
            Condition::Not(inner) => {
                let inner = self.write(inner, side.other()).map_err(|error| error.at_key("not"))?;
                Ok(language.not(inner))
            }
            Condition::IfUnknown { condition, then } => {
                let side = if *then { Side::Maybe } else { Side::Sure };
                self.write(condition, side).map_err(|error| error.at_key("if_unknown.condition"))
            }
            leaf => Ok(match (language.leaf(leaf)?, side) {
                (Leaf::Same(value), _) => value,
                (Leaf::Both { sure, .. }, Side::Sure) => sure,
                (Leaf::Both { maybe, .. }, Side::Maybe) => maybe,
                (Leaf::Partial { native, unknown: Some(false), .. }, Side::Sure)
                | (Leaf::Partial { native, unknown: Some(true), .. }, Side::Maybe) => native,
                (Leaf::Partial { native, known, .. }, Side::Sure) => all(language, vec![known, native]),
                (Leaf::Partial { native, absent, .. }, Side::Maybe) => any(language, vec![absent, native]),
            }),
        }
    }

    fn each(&self, key: &str, of: &[Condition], side: Side) -> Result<Vec<Value>> {
        let one = |(i, condition)| {
            self.write(condition, side).map_err(|error: crate::Error| error.at_key(format_args!("{key}.{i}")))
        };
        of.iter().enumerate().map(one).collect()
    }

    /// At least so many of them: every choice of so many, as all of which one must hold.
    fn at_least(&self, count: usize, of: &[Value]) -> Result<Value> {
        if count == 0 || count > of.len() {
            return Ok(self.language.constant(count == 0));
        }
        let mut choice: Vec<usize> = (0..count).collect();
        let mut choices = Vec::new();
        loop {
            let size: usize = choice.iter().map(|i| nodes(&of[*i])).sum();
            self.copies.set(self.copies.get() + size);
            if self.copies.get() > COPIES || choices.len() == 1_000 {
                return refused("`at least` is written as every choice there, and these are too many");
            }
            choices.push(all(self.language, choice.iter().map(|i| of[*i].clone()).collect()));
            // the next choice in order: the last place that can move on, and all behind it close up
            let Some(place) = (0..count).rev().find(|place| choice[*place] < of.len() - count + place) else { break };
            choice[place] += 1;
            for later in place + 1..count {
                choice[later] = choice[later - 1] + 1;
            }
        }
        Ok(any(self.language, choices))
    }
}

/// How many values there are in a value, itself included.
fn nodes(value: &Value) -> usize {
    match value {
        Value::Array(values) => 1 + values.iter().map(nodes).sum::<usize>(),
        Value::Object(values) => 1 + values.values().map(nodes).sum::<usize>(),
        _ => 1,
    }
}
