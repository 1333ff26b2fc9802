//! Points for this and that, added up.
//!
//! A score is a sum of points: for conditions that hold, for the units of a number, and for events, old ones of
//! which may count less. Categories and the whole have bounds, and single items may have a cap.
//!
//! An item whose condition or number is unknown gives 0 points, so that no item is ever NULL and one gap in what is
//! known does not take the whole score away. Only a total that is not finite is absent.
//!
//! The order of additions is that of the definition, categories first, because doubles round at each addition; thus
//! the statement gives the same bits as the other executors wherever the engine adds as it is told.
//!
//! Sums over events come from tables that the statement makes, and those of equal events share one.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::Said;
use crate::error::Result;
use crate::rules::language::{Events, Given, Score, ScoreItem, Span};
use crate::value::Kind;

impl<'r> Query<'r> {
    /// A score: the categories in their order, then what is in none.
    ///
    /// Each category is bounded before it is added, and the total in the end. A category without items is 0, within
    /// its bounds.
    ///
    /// # Errors If an item cannot be said, with its place among the items.
    pub(super) fn score(&mut self, score: &Score) -> Result<Said> {
        let mut parts = Vec::new();
        for category in &score.categories {
            let mut inner = Vec::new();
            for (number, item) in score.items.iter().enumerate() {
                if item.category.as_ref() == Some(&category.name) {
                    inner.push(self.item(item).map_err(|error| error.at_key(format!("items.{number}")))?);
                }
            }
            parts.push(self.clamped(&self.sum(&inner), category.minimum, category.maximum));
        }
        for (number, item) in score.items.iter().enumerate() {
            if item.category.is_none() {
                parts.push(self.item(item).map_err(|error| error.at_key(format!("items.{number}")))?);
            }
        }
        let total = self.clamped(&self.sum(&parts), score.minimum, score.maximum);
        Ok(Said::of(Kind::Number, self.dialect().finite(&total)))
    }

    /// Of none it is 0. Additions are written in one bracket and run from left to right.
    fn sum(&self, parts: &[String]) -> String {
        match parts {
            [] => self.dialect().number(0.0),
            [one] => one.clone(),
            many => format!("({})", many.join(" + ")),
        }
    }

    /// The upper bound comes first, so that the lower one would win if they crossed. The number is not NULL, as items
    /// never are.
    fn clamped(&self, x: &str, minimum: Option<f64>, maximum: Option<f64>) -> String {
        let dialect = self.dialect();
        let below = maximum.map_or(x.to_owned(), |most| dialect.extreme(true, x, &dialect.number(most)));
        minimum.map_or(below.clone(), |least| dialect.extreme(false, &below, &dialect.number(least)))
    }

    /// What an item gives; never NULL.
    ///
    /// The cap holds in both directions: an item that takes points away takes no more than its cap.
    fn item(&mut self, item: &ScoreItem) -> Result<String> {
        let dialect = self.dialect();
        let (points, zero) = (dialect.number(item.points), dialect.number(0.0));
        let given = match &item.given {
            Given::When(condition) => {
                let holds = self.condition(condition, Row::Customer)?;
                format!("CASE WHEN {} THEN {points} ELSE {zero} END", holds.text)
            }
            Given::Each(term) => {
                let number = self.number(term, Row::Customer)?;
                format!("({points} * COALESCE({}, {zero}))", number.text)
            }
            Given::EachEvent { events, half_life: None } => {
                let count = self.count(events)?;
                format!("({points} * {})", dialect.double(&count))
            }
            Given::EachEvent { events, half_life: Some(half_life) } => {
                format!("({points} * {})", self.decayed(events, *half_life)?)
            }
        };
        Ok(self.clamped(&given, item.cap.map(|cap| -cap), item.cap))
    }

    /// Events of which one that is so old counts half.
    ///
    /// An event of age `a` counts 0.5 to the power of `a` over the half-life. No events make 0. SQLite has `pow` only
    /// if it was built with its functions of mathematics, so that somebody has to promise it.
    fn decayed(&mut self, events: &Events, half_life: Span) -> Result<String> {
        let dialect = self.dialect();
        let micros = half_life.micros().unwrap_or(i64::MAX); // the plan takes no months
        if dialect == Dialect::Sqlite && !self.with.host_functions {
            let why = "it may lack `pow`; see that it has it and say so with `host_functions`";
            return Err(dialect.refuses("a half-life", why));
        }
        let part = self.group(events)?;
        let at = self.at("e")?;
        let age = dialect.micros_until(&at, self.with.clock.now())?;
        let halves = format!("({age} / {})", dialect.number(micros as f64));
        let sum = self.column(part, format!("SUM({})", dialect.half_to_the(&halves)));
        Ok(format!("COALESCE({sum}, {})", dialect.number(0.0)))
    }
}
