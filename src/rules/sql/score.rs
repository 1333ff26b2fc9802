//! Points for this and that, added up.

use super::dialect::Dialect;
use super::query::{Query, Row};
use super::said::Said;
use crate::error::Result;
use crate::rules::language::{Events, Given, Score, ScoreItem, Span};
use crate::value::Kind;

impl<'r> Query<'r> {
    /// A score: the categories in their order, then what is in none.
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

    fn sum(&self, parts: &[String]) -> String {
        match parts {
            [] => self.dialect().number(0.0),
            [one] => one.clone(),
            many => format!("({})", many.join(" + ")),
        }
    }

    fn clamped(&self, x: &str, minimum: Option<f64>, maximum: Option<f64>) -> String {
        let dialect = self.dialect();
        let below = maximum.map_or(x.to_owned(), |most| dialect.extreme(true, x, &dialect.number(most)));
        minimum.map_or(below.clone(), |least| dialect.extreme(false, &below, &dialect.number(least)))
    }

    /// What an item gives; never NULL.
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
