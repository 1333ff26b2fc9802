//! Terms as text.
//!
//! Arithmetic has as few parentheses as give the same tree again:
//!
//! | tree | text |
//! | --- | --- |
//! | a sum of three | `a + b + c` |
//! | a sum of a sum and a third | `(a + b) + c` |
//! | a sum less a third | `a + b - c` |
//! | a product in a sum | `a * b + c` |
//! | a sum in a product | `a * (b + c)` |
//! | a sum of one or none, a difference of three | `add(a)`, `add()`, `subtract(a, b, c)` |

use std::fmt;

use crate::rules::{
    Arithmetic, Bucket, Earlier, Given, LeapDay, Literal, Order, Rank, RankMeasure, Score, ScoreItem, Term, Ties,
};

use super::super::words::{ARITHMETIC, PARTS, measure};
use super::Printer;

/// How tightly what stands beside a term binds.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Beside {
    /// Nothing does.
    Nothing,
    /// A plus or minus.
    Sum,
    /// A times or over.
    Product,
}

/// The sign of a number made of others, if signs can say it, and how tightly it binds.
///
/// Signs cannot say a sum of one or a difference of three, which are not valid but can be built.
fn sign(operator: Arithmetic, operands: usize) -> Option<(&'static str, Beside)> {
    match operator {
        Arithmetic::Add if operands > 1 => Some((" + ", Beside::Sum)),
        Arithmetic::Subtract if operands == 2 => Some((" - ", Beside::Sum)),
        Arithmetic::Multiply if operands > 1 => Some((" * ", Beside::Product)),
        Arithmetic::Divide if operands == 2 => Some((" / ", Beside::Product)),
        _ => None,
    }
}

impl Printer<'_, '_> {
    /// A value that stands alone.
    pub(super) fn term(&mut self, term: &Term) -> fmt::Result {
        self.beside(term, Beside::Nothing)
    }

    /// A value beside something; in parentheses if that would tear it apart.
    ///
    /// Only arithmetic can be torn apart; everything else is one word or ends with a parenthesis.
    fn beside(&mut self, term: &Term, neighbour: Beside) -> fmt::Result {
        match term {
            Term::Attribute(name) => self.name(name),
            Term::Field(field) => self.field(field),
            Term::Earlier { step, field } => {
                self.put(match step {
                    Earlier::First => "first ",
                    Earlier::Previous => "previous ",
                })?;
                self.field(field)
            }
            Term::Value(literal) => self.literal(literal),
            Term::Today => self.put("today"),
            Term::Arithmetic { operator, of } => match (sign(*operator, of.len()), of.split_first()) {
                (Some((sign, binds)), Some((first, rest))) if binds > neighbour => {
                    self.deeper(|p| p.operand_of(*operator, first, binds))?;
                    rest.iter().try_for_each(|operand| {
                        self.put(sign)?;
                        self.beside(operand, binds)
                    })
                }
                (Some(_), Some(_)) => self.enclosed(|p| p.term(term)),
                _ => {
                    self.put(ARITHMETIC.into_iter().find(|(known, _)| known == operator).map_or("", |(_, name)| name))?;
                    self.list(of, |p, operand| p.term(operand))
                }
            },
            Term::Size(of) => self.function("size", |p| p.term(of)),
            Term::DaysSince(of) => self.function("days_since", |p| p.term(of)),
            Term::Years { since, leap_day } => self.function("years", |p| {
                p.term(since)?;
                p.put(if *leap_day == LeapDay::February28 { ", february 28" } else { "" })
            }),
            Term::Calendar { part, of } => {
                let name = PARTS.into_iter().find(|(known, _)| known == part).map_or("", |(_, name)| name);
                self.function(name, |p| p.term(of))
            }
            Term::Events(aggregate) => self.function(measure(&aggregate.measure), |p| {
                if let Some(field) = aggregate.measure.field() {
                    p.field(field)?;
                    p.put(" of ")?;
                }
                p.events(&aggregate.events)
            }),
            Term::Rank(rank) => self.rank(rank),
            Term::Bucket(bucket) => {
                let Bucket { experiment, by } = &**bucket;
                self.function("bucket", |p| {
                    p.text(experiment)?;
                    by.iter().try_for_each(|by| {
                        p.put(", ")?;
                        p.term(by)
                    })
                })
            }
            Term::Score(score) => self.function("score", |p| p.score(score)),
            Term::Model(model) => self.function("model", |p| p.text(model)),
        }
    }

    /// The first operand: what a row of one sign would take up stands in parentheses.
    ///
    /// Rows are read from the left, so `a - b - c` needs none; but `a + b + c` is one sum of three, so a sum of a sum
    /// does.
    fn operand_of(&mut self, operator: Arithmetic, first: &Term, binds: Beside) -> fmt::Result {
        let same = matches!(first, Term::Arithmetic { operator: inner, of } if *inner == operator && of.len() > 1);
        match (operator, binds) {
            (Arithmetic::Add | Arithmetic::Multiply, _) if same => self.beside(first, binds),
            (_, Beside::Product) => self.beside(first, Beside::Sum),
            _ => self.beside(first, Beside::Nothing),
        }
    }

    /// A function with its arguments: `size(tags)`.
    fn function(&mut self, name: &str, arguments: impl FnOnce(&mut Self) -> fmt::Result) -> fmt::Result {
        self.put(name)?;
        self.enclosed(arguments)
    }

    /// A value that stands in the definition: `5.0` is a number and `5` a whole one, so that each comes back as it was.
    ///
    /// A number that is not finite is not valid; what stands for it is not read as anything else.
    pub(super) fn literal(&mut self, literal: &Literal) -> fmt::Result {
        match literal {
            Literal::Text(text) => self.text(text),
            Literal::Number(number) if number.is_finite() => self.show(format_args!("{number:?}")),
            Literal::Number(number) => self.show(format_args!("number({number})")), // is not valid and not read
            Literal::Integer(integer) => self.show(integer),
            Literal::Boolean(boolean) => self.show(boolean),
            Literal::Day(day) => self.show(day),
            Literal::Timestamp(at) => self.show(at),
            Literal::Point(point) => self.show(point),
        }
    }

    /// Where the customer stands among all: `rank(spend, smallest first, ties worst)`; what is so by default is left out.
    fn rank(&mut self, rank: &Rank) -> fmt::Result {
        let (name, parts) = match rank.measure {
            RankMeasure::Place => ("rank", None),
            RankMeasure::Percent => ("percent", None),
            RankMeasure::Share => ("share", None),
            RankMeasure::Ntile(parts) => ("ntile", Some(parts)),
        };
        self.function(name, |p| {
            p.term(&rank.by)?;
            parts.iter().try_for_each(|parts| p.show(format_args!(", {parts}")))?;
            p.put(if rank.order == Order::Smallest { ", smallest first" } else { "" })?;
            p.put(if rank.ties == Ties::Worst { ", ties worst" } else { "" })
        })
    }

    /// What gives points, then categories, then bounds, in the order in which they are counted.
    fn score(&mut self, score: &Score) -> fmt::Result {
        let mut before = "";
        for item in &score.items {
            self.put(std::mem::replace(&mut before, ", "))?;
            self.score_item(item)?;
        }
        for category in &score.categories {
            self.put(std::mem::replace(&mut before, ", "))?;
            self.put("category ")?;
            self.text(&category.name)?;
            self.bound(" at least ", category.minimum)?;
            self.bound(" at most ", category.maximum)?;
        }
        if score.minimum.is_some() || score.maximum.is_some() {
            self.put(before)?;
            self.bound("at least ", score.minimum)?;
            let words = if score.minimum.is_some() { " at most " } else { "at most " };
            self.bound(words, score.maximum)?;
        }
        Ok(())
    }

    /// A bound, if there is one, behind its words.
    fn bound(&mut self, words: &str, bound: Option<f64>) -> fmt::Result {
        bound.map_or(Ok(()), |bound| {
            self.put(words)?;
            self.number(bound)
        })
    }

    /// One thing that gives points: `20 when employees >= 100 category "fit" cap 30`.
    fn score_item(&mut self, item: &ScoreItem) -> fmt::Result {
        self.number(item.points)?;
        match &item.given {
            Given::When(condition) => {
                self.put(" when ")?;
                self.filter(condition, item.category.is_none() && item.cap.is_none())?;
            }
            Given::Each(term) => {
                self.put(" each ")?;
                self.term(term)?;
            }
            Given::EachEvent { events, half_life } => {
                self.put(" each event ")?;
                self.short_events(events)?;
                half_life.map_or(Ok(()), |half_life| self.show(format_args!(" half life {half_life}")))?;
            }
        }
        if let Some(category) = &item.category {
            self.put(" category ")?;
            self.text(category)?;
        }
        self.bound(" cap ", item.cap)
    }
}
