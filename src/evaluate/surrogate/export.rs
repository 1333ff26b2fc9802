//! Rules that people may edit: what the tree found, in the language of rules.
//!
//! | limit | condition |
//! | --- | --- |
//! | from one value on, below another | `spend >= 120 and spend < 400` |
//! | one text, some texts | `plan = "pro"`, `plan in ("pro", "team")` |
//! | none of these | `plan != "pro"`, `not plan in ("pro", "team")` |
//! | members of a set | `owns all of ("app")`, `owns none of ("app")` |
//! | or not known | the condition with *if unknown, true* |
//!
//! To the language a comparison with what is not known is unknown, and unknown does not hold; so only limits that let the
//! unknown in have to say so.
//!
//! What comes out is a list as one would write it: it can be printed, read back, changed, asked of one customer, of many
//! and of a database.

use crate::error::Result;
use crate::evaluate::tree::{Allowed, Limit, Mark};
use crate::rules::{Condition, Expression, Literal, Rule, Rules, Term, Unknown, attribute};

use super::result::{Part, SegmentRules};

impl Expression for SegmentRules {
    /// The rules as a list of that name, which puts every customer of the table where [`SegmentRules::indices`] has it.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::evaluate::Surrogate;
    /// use segmentry::rules::{Definitions, Expression};
    /// use segmentry::segmentation::Segmentation;
    /// use segmentry::value::Column;
    ///
    /// let ids: Vec<String> = (0..40).map(|i| i.to_string()).collect();
    /// let customers = Customers::with_ids(&ids)?.with_column("visits", Column::integers(0..40))?;
    /// let names = vec!["rare".to_owned(), "often".to_owned()];
    /// let segmentation = Segmentation::new(&customers, names, (0..40).map(|i| Ok(usize::from(i >= 20))))?;
    /// let rules = Surrogate::new().of(&customers, &segmentation)?.expression("visitors")?;
    /// assert_eq!(rules.rules[0].when.to_string(), "visits < 20");
    /// let text = Definitions::new().rules(rules).to_string(); // to be edited
    /// assert!(text.parse::<Definitions>().is_ok());
    /// # Ok::<(), segmentry::Error>(())
    /// ```
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

/// A mark as it stands in a definition.
fn literal(mark: Mark) -> Literal {
    match mark {
        Mark::Number(number) => Literal::Number(number),
        Mark::Integer(integer) => Literal::Integer(integer),
        Mark::Day(day) => Literal::Day(day),
        Mark::Timestamp(at) => Literal::Timestamp(at),
        Mark::Boolean(truth) => Literal::Boolean(truth),
    }
}
