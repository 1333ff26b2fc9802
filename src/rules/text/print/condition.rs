//! Conditions as text.
//!
//! Parentheses stand where the reader of the text would otherwise take it for something else, and where a list of
//! conditions stands inside another: `a and (b and c)` and `a and b and c` are two values. Lists of one or none have no
//! sign between their entries and are written as functions, `all(a)` and `any()`.

use std::fmt;

use crate::rules::{Area, Bounds, Condition, LeapDay, Lifecycle, Term};

use super::super::words::{FOLDS, SET_OPERATORS, STATES, TEXT_OPERATORS};
use super::Printer;

impl Printer<'_, '_> {
    /// A condition that stands alone: between parentheses, commas or the ends of the text.
    pub(super) fn condition(&mut self, condition: &Condition) -> fmt::Result {
        match condition {
            Condition::Constant(true) => self.put("always"),
            Condition::Constant(false) => self.put("never"),
            Condition::All(of) if of.len() > 1 => self.joined(of, " and ", |p, one| p.operand(one)),
            Condition::Any(of) if of.len() > 1 => self.joined(of, " or ", |p, one| p.operand(one)),
            Condition::All(of) => self.conditions("all", of),
            Condition::Any(of) => self.conditions("any", of),
            Condition::AtLeast { count, of } => {
                self.show(format_args!("at least {count} of "))?;
                self.list(of, |p, one| p.condition(one))
            }
            Condition::Not(inner) => {
                self.put("not ")?;
                self.deeper(|p| p.operand(inner))
            }
            Condition::IfUnknown { condition, then } => self.enclosed(|p| {
                match &**condition {
                    Condition::Not(_) => p.enclosed(|p| p.condition(condition))?,
                    _ => p.operand(condition)?,
                }
                p.show(format_args!(" if unknown {then}"))
            }),
            Condition::Compare { left, comparison, right } => {
                self.followed(left, comparison.sign())?;
                self.put(" ")?;
                self.term(right)
            }
            Condition::Between { term, low, high, bounds } => self.between(term, low, high, *bounds),
            Condition::OneOf { term, values } => {
                self.followed(term, "in ")?;
                self.list(values, |p, value| p.literal(value))
            }
            Condition::Text { term, operator, text, fold } => {
                let known = TEXT_OPERATORS.into_iter().find(|(known, _, _)| known == operator);
                self.operator(term, known.map(|(_, first, second)| (first, second)))?;
                self.text(text)?;
                self.put(FOLDS.into_iter().find(|(known, _)| known == fold).map_or("", |(_, words)| words))
            }
            Condition::Set { term, operator, texts } => {
                let known = SET_OPERATORS.into_iter().find(|(known, _, _)| known == operator);
                self.operator(term, known.map(|(_, first, second)| (first, second)))?;
                self.list(texts, |p, text| p.text(text))
            }
            Condition::Is { term, state } => {
                self.followed(term, "is ")?;
                self.put(STATES.into_iter().find(|(known, _)| known == state).map_or("", |(_, word)| word))
            }
            Condition::Anniversary { of, from, to, leap_day } => {
                self.put("anniversary of ")?;
                self.term(of)?;
                self.show(format_args!(" within {from} to {to} days"))?;
                self.put(if *leap_day == LeapDay::February28 { " leap day february 28" } else { "" })
            }
            Condition::Within { term, area } => {
                self.followed(term, "within ")?;
                self.area(area)
            }
            Condition::Version { term, comparison, version } => {
                self.put("version")?;
                self.enclosed(|p| p.term(term))?;
                self.show(format_args!(" {} ", comparison.sign()))?;
                self.text(version)
            }
            Condition::Network { term, networks } => {
                self.followed(term, "in network ")?;
                self.list(networks, |p, network| p.text(network))
            }
            Condition::Exists { list, filter } => {
                self.put("exists ")?;
                self.name(list)?;
                self.put(" where ")?;
                self.enclosed(|p| p.condition(filter))
            }
            Condition::HasBeen(has_been) => {
                self.put("has been ")?;
                self.enclosed(|p| p.condition(&has_been.so))?;
                self.put(" by ")?;
                self.short_events(&has_been.changes)?;
                self.put(" for at least ")?;
                self.span(has_been.at_least)
            }
            Condition::Sequence(sequence) => self.sequence(sequence),
            Condition::Lifecycle(lifecycle) => self.lifecycle(lifecycle),
            Condition::Member(audience) => {
                self.put("member of ")?;
                self.text(audience)
            }
        }
    }

    /// A condition beside `and`, `or` or `not`: lists of several stand in parentheses.
    ///
    /// Also where the word is the same: `(a and b) and c` is another value than `a and b and c`. Everything else ends by
    /// itself and needs none.
    fn operand(&mut self, condition: &Condition) -> fmt::Result {
        match condition {
            Condition::All(of) | Condition::Any(of) if of.len() > 1 => self.enclosed(|p| p.condition(condition)),
            _ => self.condition(condition),
        }
    }

    /// A condition behind `where`, in parentheses if more words follow that a reader could take for a part of it.
    ///
    /// `where (a and b) in last 90 days`: the parser would know without them, people would wonder.
    pub(super) fn filter(&mut self, condition: &Condition, last: bool) -> fmt::Result {
        if last { self.condition(condition) } else { self.operand(condition) }
    }

    /// `all(a)`: lists of which the signs `and` and `or` show nothing.
    ///
    /// `all()` is true and `any()` is false; both can be said.
    fn conditions(&mut self, function: &str, of: &[Condition]) -> fmt::Result {
        self.put(function)?;
        self.list(of, |p, one| p.condition(one))
    }

    /// A value and the word behind it, with a space between them and none behind.
    fn followed(&mut self, term: &Term, word: &str) -> fmt::Result {
        self.term(term)?;
        self.show(format_args!(" {word}"))
    }

    /// A value and the one or two words of an operator: `name starts with`, with a space behind.
    fn operator(&mut self, term: &Term, words: Option<(&str, Option<&str>)>) -> fmt::Result {
        let (first, second) = words.unwrap_or_default();
        self.followed(term, first)?;
        second.map_or(Ok(()), |second| self.show(format_args!(" {second}")))?;
        self.put(" ")
    }

    /// `spend between [10, 50)`, with the brackets of intervals.
    fn between(&mut self, term: &Term, low: &Term, high: &Term, bounds: Bounds) -> fmt::Result {
        let (open, close) = match bounds {
            Bounds::Both => ("[", "]"),
            Bounds::Lower => ("[", ")"),
            Bounds::Upper => ("(", "]"),
            Bounds::Neither => ("(", ")"),
        };
        self.followed(term, "between ")?;
        self.put(open)?;
        self.deeper(|p| {
            p.term(low)?;
            p.put(", ")?;
            p.term(high)
        })?;
        self.put(close)
    }

    /// A part of the earth; places have their latitude first.
    fn area(&mut self, area: &Area) -> fmt::Result {
        match area {
            Area::Circle { center, kilometers } => {
                self.number(*kilometers)?;
                self.show(format_args!(" km of {center}"))
            }
            Area::Box { south_west, north_east } => self.show(format_args!("box {south_west} to {north_east}")),
            Area::Polygon(corners) => {
                self.put("polygon ")?;
                self.list(corners, |p, corner| p.show(corner))
            }
        }
    }

    /// A lifecycle. Its events stand in parentheses if they have a filter or a window, which plays no part and is kept.
    fn lifecycle(&mut self, lifecycle: &Lifecycle) -> fmt::Result {
        match lifecycle {
            Lifecycle::FirstTime { events, within } => {
                self.put("first time ")?;
                self.short_events(events)?;
                self.put(" ")?;
                self.said_window(within)
            }
            Lifecycle::Regularly { events, every, periods, at_least } => {
                self.put("regularly ")?;
                self.short_events(events)?;
                let some = if *periods == 1 { "period" } else { "periods" };
                self.show(format_args!(" every {every} in at least {at_least} of {periods} {some}"))
            }
            Lifecycle::Stopped { events, quiet, active } => {
                self.put("stopped ")?;
                self.short_events(events)?;
                self.show(format_args!(" quiet {quiet} after active {active}"))
            }
            Lifecycle::Restarted { events, recent, quiet } => {
                self.put("restarted ")?;
                self.short_events(events)?;
                self.show(format_args!(" in last {recent} after quiet {quiet}"))
            }
        }
    }
}
