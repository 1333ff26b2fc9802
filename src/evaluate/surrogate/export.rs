//! Rules that people may edit: what the tree found, in the language of rules.

use crate::error::Result;
use crate::evaluate::tree::{Allowed, Limit, Mark};
use crate::rules::{Condition, Expression, Literal, Rule, Rules, Term, Unknown, attribute};

use super::result::{Part, SegmentRules};

impl Expression for SegmentRules {
    /// The rules as a list of that name, which puts every customer of the table where [`SegmentRules::indices`] has it.
    ///
    /// Conditions exclude each other, so their order does not matter until somebody edits them. Who lacks a value that
    /// nobody lacked is in no segment.
    fn expression(&self, name: &str) -> Result<Rules> {
        let mut rules = Rules { name: name.to_owned(), rules: Vec::new(), otherwise: None, unknown: Unknown::Exclude };
        for segment in &self.segments {
            for part in &segment.parts {
                match part.condition() {
                    Some(when) => rules.rules.push(Rule { segment: segment.segment.clone(), when }),
                    None => rules.otherwise = Some(segment.segment.clone()),
                }
            }
        }
        Ok(rules)
    }
}

impl Part {
    /// The conditions as one in the language of rules; `None` if there are none.
    pub fn condition(&self) -> Option<Condition> {
        let mut all: Vec<Condition> = self.limits.iter().map(Limit::condition).collect();
        if all.len() > 1 { Some(Condition::All(all)) } else { all.pop() }
    }
}

impl Limit {
    /// The limit as a condition in the language of rules.
    pub fn condition(&self) -> Condition {
        let term = || attribute(&self.attribute);
        let condition = match &self.what {
            Allowed::Known => term().is_known(),
            Allowed::Unknown => !term().is_known(),
            Allowed::Is(truth) => term().is(*truth),
            Allowed::Between { at_least, below } => {
                let low = at_least.map(|mark| term().at_least(literal(mark)));
                let high = below.map(|mark| term().below(literal(mark)));
                all([low, high].into_iter().flatten())
            }
            Allowed::OneOf(texts) => texts_of(term(), texts, true),
            Allowed::NoneOf(texts) => texts_of(term(), texts, false),
            Allowed::Holds { with, without } => {
                let with = (!with.is_empty()).then(|| term().all_of(with.iter().cloned()));
                let without = (!without.is_empty()).then(|| term().none_of(without.iter().cloned()));
                all([with, without].into_iter().flatten())
            }
        };
        if self.or_unknown { condition.if_unknown(true) } else { condition }
    }
}

/// One condition of one or two.
fn all(conditions: impl Iterator<Item = Condition>) -> Condition {
    conditions.reduce(|first, second| first & second).unwrap_or(Condition::Constant(true))
}

/// One text by `=`, several by `in`.
fn texts_of(term: Term, texts: &[String], among: bool) -> Condition {
    match (texts, among) {
        ([one], true) => term.is(one.clone()),
        ([one], false) => term.is_not(one.clone()),
        (some, true) => term.one_of(some.iter().cloned()),
        (some, false) => !term.one_of(some.iter().cloned()),
    }
}

fn literal(mark: Mark) -> Literal {
    match mark {
        Mark::Number(number) => Literal::Number(number),
        Mark::Integer(integer) => Literal::Integer(integer),
        Mark::Day(day) => Literal::Day(day),
        Mark::Timestamp(at) => Literal::Timestamp(at),
        Mark::Boolean(truth) => Literal::Boolean(truth),
    }
}
