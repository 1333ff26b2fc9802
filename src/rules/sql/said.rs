//! Pieces of SQL while a definition is written out.

use crate::rules::language::Literal;
use crate::value::Kind;

/// A term in SQL: one word, call or bracket, so that it stands anywhere.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub text: String,
    pub kind: Kind,
    /// The largest magnitude that a number can have; infinite where only its kind is known.
    pub most: f64,
    /// The literal that it is, if it is one.
    pub literal: Option<Literal>,
}

impl Said {
    /// A term of that kind.
    pub(super) fn of(kind: Kind, text: String) -> Self {
        let most = match kind {
            Kind::Integer => 9.3e18,
            Kind::Number | Kind::Text | Kind::Boolean | Kind::Day | Kind::Timestamp | Kind::Set | Kind::Point => {
                f64::MAX
            }
        };
        Said { text, kind, most, literal: None }
    }

    /// The same with a bound that is known of its magnitude.
    pub(super) fn at_most(self, most: f64) -> Self {
        Said { most, ..self }
    }
}

/// How tightly the outermost operator of a condition binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A word, a call or a bracket.
    Word,
    /// A comparison.
    Test,
    Not,
    And,
    Or,
}

/// A condition in SQL: TRUE, FALSE, or NULL where it is unknown.
#[derive(Clone, Debug)]
pub(super) struct Holds {
    pub text: String,
    pub shape: Shape,
}

impl Holds {
    /// A word, a call or a bracket.
    pub(super) fn word(text: impl Into<String>) -> Self {
        Holds { text: text.into(), shape: Shape::Word }
    }

    /// A comparison.
    pub(super) fn test(text: impl Into<String>) -> Self {
        Holds { text: text.into(), shape: Shape::Test }
    }

    /// Always or never.
    pub(super) fn constant(holds: bool) -> Self {
        Holds::word(if holds { "TRUE" } else { "FALSE" })
    }

    /// That answer where `known` holds, unknown where it does not.
    pub(super) fn where_known(known: &str, holds: &Holds) -> Self {
        Holds::word(format!("CASE WHEN {known} THEN {} END", holds.text))
    }

    /// In brackets, unless it needs none.
    pub(super) fn bracketed(&self) -> String {
        match self.shape {
            Shape::Word => self.text.clone(),
            Shape::Test | Shape::Not | Shape::And | Shape::Or => format!("({})", self.text),
        }
    }

    /// It does not hold.
    pub(super) fn not(&self) -> Self {
        Holds { text: format!("NOT {}", self.bracketed()), shape: Shape::Not }
    }

    /// All of them hold.
    pub(super) fn all(conditions: Vec<Holds>) -> Self {
        Holds::joined(conditions, " AND ", Shape::And, true)
    }

    /// One of them holds.
    pub(super) fn any(conditions: Vec<Holds>) -> Self {
        Holds::joined(conditions, " OR ", Shape::Or, false)
    }

    fn joined(mut conditions: Vec<Holds>, word: &str, shape: Shape, empty: bool) -> Self {
        if conditions.len() < 2 {
            return conditions.pop().unwrap_or(Holds::constant(empty));
        }
        let parts: Vec<String> = conditions
            .iter()
            .map(|condition| match condition.shape {
                Shape::Word | Shape::Test | Shape::Not => condition.text.clone(),
                Shape::And | Shape::Or => condition.bracketed(),
            })
            .collect();
        Holds { text: parts.join(word), shape }
    }

    /// That answer where it is unknown.
    pub(super) fn or_else(&self, then: bool) -> Self {
        Holds::word(format!("COALESCE({}, {})", self.text, if then { "TRUE" } else { "FALSE" }))
    }
}
