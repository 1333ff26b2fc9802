//! Terms checked against the vocabulary, with their names resolved.
//!
//! A term gives a value for a customer, an event or an item. Each is lowered together with the kind
//! of its values, from which the leaf around it tells whether it fits; so the kinds of a whole
//! definition are known before the first customer is seen, and no executor has to look at them
//! again.
//!
//! Terms that are costly or need several customers are gathered in the plan and referred to by
//! number: sums over events, models, ranks. A term that stands twice is computed once.
//!
//! What depends on the moment is noted on the way. `today` does, and so does the number of days
//! since a day; the month of a birthday does not.

use std::sync::Arc;

use super::lower::{Lower, Scope};
use crate::error::{Error, Result};
use crate::rules::language::{Aggregate, Arithmetic, Earlier, Given, Measure, Rank, RankMeasure, Score, Term};
use crate::rules::meaning::expr::{Expr, Field};
use crate::rules::meaning::identity::Buckets;
use crate::rules::meaning::rank::RankTable;
use crate::rules::meaning::score::{self, Points};
use crate::rules::meaning::sums::{Asked, Sum};
use crate::value::Kind;

impl Lower<'_> {
    /// The term with its names resolved, and the kind of its values.
    ///
    /// # Errors
    /// If a name is unknown, a value is of the wrong kind, or it stands where it cannot.
    ///
    /// A literal that is not a finite number is refused here, so comparisons never meet one that
    /// comes from a definition.
    pub(super) fn term(&mut self, term: &Term, scope: Scope<'_>) -> Result<(Expr, Kind)> {
        Ok(match term {
            Term::Attribute(name) => {
                let kind = self.vocabulary.the_attribute(name)?.kind;
                (Expr::Slot(self.slot(name, kind)), kind)
            }
            Term::Field(name) => {
                let field = self.field(name, scope)?;
                let kind = field.kind;
                (Expr::Field(field), kind)
            }
            Term::Earlier { step, field } => {
                let Scope::Step { first } = scope else {
                    return Err(Error::definition("a field of an earlier step stands outside a sequence's step"));
                };
                if first {
                    return Err(Error::definition("the first step of a sequence has no earlier one"));
                }
                self.looks_at_first |= *step == Earlier::First;
                let field = self.vocabulary.the_event_field(field)?;
                let kind = field.kind;
                (Expr::Earlier(*step, field), kind)
            }
            Term::Value(literal) => {
                if !literal.as_value().is_present() {
                    return Err(Error::not_finite("a number of the definition", f64::NAN));
                }
                (Expr::Value(literal.clone()), literal.kind())
            }
            Term::Today => {
                self.as_of = true;
                (Expr::Today, Kind::Day)
            }
            Term::Arithmetic { operator, of } => self.arithmetic(*operator, of, scope)?,
            Term::Size(set) => {
                let (set, kind) = self.term(set, scope)?;
                expect("a set", kind, kind == Kind::Set)?;
                (Expr::Size(Box::new(set)), Kind::Integer)
            }
            Term::DaysSince(since) => (Expr::DaysSince(Box::new(self.day(since, scope)?)), Kind::Integer),
            Term::Years { since, leap_day } => {
                (Expr::Years(Box::new(self.day(since, scope)?), *leap_day), Kind::Integer)
            }
            Term::Calendar { part, of } => {
                // the month of a day is the same on every day, that of today is not
                let of = self.timely(of, scope)?;
                (Expr::Calendar(*part, Box::new(of)), Kind::Integer)
            }
            Term::Events(aggregate) => self.aggregate(aggregate, scope)?,
            Term::Rank(rank) => self.rank(rank, scope)?,
            Term::Bucket(bucket) => {
                if bucket.experiment.is_empty() {
                    return Err(Error::definition("the experiment of a bucket has no id"));
                }
                let by = match &bucket.by {
                    None => None,
                    Some(by) => {
                        let (by, kind) = self.term(by, scope)?;
                        expect("a text or a whole number", kind, matches!(kind, Kind::Text | Kind::Integer))?;
                        Some(Box::new(by))
                    }
                };
                (Expr::Bucket(Buckets::of(&bucket.experiment), by), Kind::Integer)
            }
            Term::Score(score) => self.score(score, scope)?,
            Term::Model(name) => {
                self.only_of_customers(scope, "a model")?;
                let known = self.models.iter().position(|model| model.name == *name);
                let model = match known {
                    Some(model) => model,
                    None => {
                        self.models.push(self.vocabulary.the_model(name)?);
                        self.models.len() - 1
                    }
                };
                (Expr::Model(model), Kind::Text)
            }
        })
    }

    /// The field of the event or the item that is looked at.
    ///
    /// # Errors
    /// If nothing is looked at, or what is looked at has no such field.
    fn field(&self, name: &str, scope: Scope<'_>) -> Result<Field> {
        match scope {
            Scope::Customer => {
                Err(Error::definition(format!("field `{name}` stands outside a filter of events or items")))
            }
            Scope::Event | Scope::Step { .. } => self.vocabulary.the_event_field(name),
            Scope::Item(list) => self.vocabulary.the_item_field(list, name),
        }
    }

    /// A term that is a day or an instant; what depends on it depends on the moment.
    pub(super) fn day(&mut self, term: &Term, scope: Scope<'_>) -> Result<Expr> {
        self.as_of = true;
        self.timely(term, scope)
    }

    /// A term that is a day or an instant.
    ///
    /// This does not make the term depend on the moment; [`Lower::day`] is for what does.
    fn timely(&mut self, term: &Term, scope: Scope<'_>) -> Result<Expr> {
        let (expr, kind) = self.term(term, scope)?;
        expect("a day or an instant", kind, matches!(kind, Kind::Day | Kind::Timestamp))?;
        Ok(expr)
    }

    /// Arithmetic over numbers, or the first known of values of one kind.
    ///
    /// The result is a number even of whole numbers, as division and rounding would otherwise need
    /// rules of their own; whole numbers up to 2^53 lose nothing by it. The first known of several
    /// values keeps their kind, if it is the same for all.
    ///
    /// # Errors
    /// If there are too few or too many values for the operator, or one is no number.
    fn arithmetic(&mut self, operator: Arithmetic, of: &[Term], scope: Scope<'_>) -> Result<(Expr, Kind)> {
        let (least, most) = match operator {
            Arithmetic::Absolute | Arithmetic::Floor | Arithmetic::Round => (1, 1),
            Arithmetic::Subtract | Arithmetic::Divide => (2, 2),
            _ => (2, usize::MAX),
        };
        if of.len() < least || of.len() > most {
            let wanted = if least == most { least.to_string() } else { format!("{least} or more") };
            return Err(Error::parameter("values", wanted, of.len()));
        }
        let (mut exprs, mut kinds) = (Vec::with_capacity(of.len()), Vec::with_capacity(of.len()));
        for (i, term) in of.iter().enumerate() {
            let (expr, kind) = self.term(term, scope).map_err(|error| error.at_key(format!("of.{i}")))?;
            if operator != Arithmetic::FirstKnown {
                expect("a number", kind, kind.is_numeric()).map_err(|error| error.at_key(format!("of.{i}")))?;
            }
            exprs.push(expr);
            kinds.push(kind);
        }
        let first = kinds.first().copied().unwrap_or(Kind::Number);
        let kind = match operator {
            Arithmetic::FirstKnown if kinds.iter().all(|kind| *kind == first) => first,
            _ => Kind::Number,
        };
        if let Some(other) = kinds.iter().find(|other| **other != first && !(other.is_numeric() && first.is_numeric()))
        {
            return Err(Error::definition(format!("a value is {other}, the first is {first}")));
        }
        Ok((Expr::Arithmetic(operator, exprs), kind))
    }

    /// A sum over events, shared with every other place that asks for the same.
    ///
    /// A sum or mean is of numbers; a minimum or maximum also of days and instants; a count of
    /// different values, a first and a last value may be of any kind.
    fn aggregate(&mut self, aggregate: &Aggregate, scope: Scope<'_>) -> Result<(Expr, Kind)> {
        self.only_of_customers(scope, "a sum over events")?;
        let field = match aggregate.measure.field() {
            None => None,
            Some(name) => Some(self.vocabulary.the_event_field(name)?),
        };
        let kind = match (&aggregate.measure, &field) {
            (Measure::Count | Measure::Distinct(_), _) => Kind::Integer,
            (Measure::Sum(_) | Measure::Mean(_), Some(field)) => {
                expect("a number", field.kind, field.kind.is_numeric())?;
                Kind::Number
            }
            (Measure::Minimum(_) | Measure::Maximum(_), Some(field)) => {
                let ordered = field.kind.is_numeric() || matches!(field.kind, Kind::Day | Kind::Timestamp);
                expect("a number, a day or an instant", field.kind, ordered)?;
                field.kind
            }
            (_, Some(field)) => field.kind,
            (_, None) => Kind::Integer,
        };
        let asked = match (&aggregate.measure, field) {
            (Measure::Count, _) | (_, None) => Asked::Count,
            (Measure::Sum(_), Some(field)) => Asked::Sum(field),
            (Measure::Mean(_), Some(field)) => Asked::Mean(field),
            (Measure::Minimum(_), Some(field)) => Asked::Minimum(field),
            (Measure::Maximum(_), Some(field)) => Asked::Maximum(field),
            (Measure::Distinct(_), Some(field)) => Asked::Distinct(field),
            (Measure::First(_), Some(field)) => Asked::First(field),
            (Measure::Last(_), Some(field)) => Asked::Last(field),
        };
        let events = self.events(&aggregate.events).map_err(|error| error.at_key("events"))?;
        let key = format!("{aggregate:?}");
        let next = self.sums.len();
        let sum = *self.sum_numbers.entry(key).or_insert(next);
        if sum == next {
            self.sums.push(Sum { asked, events });
        }
        Ok((Expr::Sum(sum), kind))
    }

    /// A rank among all customers, with the table that was learnt for it.
    ///
    /// The key of a table leaves out the measure and the ties: `percent` and `place` of one number
    /// read the same table. While the tables are about to be learnt an empty one stands in, of
    /// which every rank is missing; only the number by which customers are ranked is then
    /// evaluated.
    ///
    /// # Errors
    /// If the number is none, a rank stands inside another, or no table was learnt for it: a rank among one
    /// customer would be a lie, so it is refused rather than answered.
    fn rank(&mut self, rank: &Rank, scope: Scope<'_>) -> Result<(Expr, Kind)> {
        self.only_of_customers(scope, "a rank")?;
        if matches!(rank.measure, RankMeasure::Ntile(parts) if !(1..=1_000_000).contains(&parts)) {
            return Err(Error::parameter("ntile", "1 to 1000000 parts", format!("{:?}", rank.measure)));
        }
        if self.inside_rank {
            return Err(Error::definition("a rank stands inside a rank"));
        }
        self.inside_rank = true;
        let lowered = self.term(&rank.by, scope);
        self.inside_rank = false;
        let (by, kind) = lowered.map_err(|error| error.at_key("by"))?;
        expect("a number", kind, kind.is_numeric())?;
        let key = format!("{:?} {:?}", rank.by, rank.order);
        let table = match self.ranks.iter().find(|known| known.key == key) {
            Some(known) => Arc::clone(&known.table),
            None => {
                let table = match &self.learnt {
                    Some(tables) => tables.iter().find(|(known, _)| *known == key).map(|(_, table)| Arc::clone(table)),
                    None => Some(Arc::new(RankTable::default())),
                };
                let table = table.ok_or_else(|| {
                    Error::unsupported("a rank is learnt from many customers: fit the definitions instead")
                })?;
                self.ranks.push(super::lower::RankOf {
                    key,
                    by: by.clone(),
                    order: rank.order,
                    table: Arc::clone(&table),
                });
                table
            }
        };
        let kind = match rank.measure {
            RankMeasure::Place | RankMeasure::Ntile(_) => Kind::Number,
            RankMeasure::Percent | RankMeasure::Share => Kind::Number,
        };
        Ok((Expr::Rank { by: Box::new(by), table, measure: rank.measure, ties: rank.ties }, kind))
    }

    /// A score with its items, categories and limits. Points are numbers, so a score can be
    /// compared, cut into bands and ranked as any other.
    ///
    /// # Errors
    /// If an item is wrong, or limits are the wrong way round.
    fn score(&mut self, score: &Score, scope: Scope<'_>) -> Result<(Expr, Kind)> {
        self.only_of_customers(scope, "a score")?;
        let mut items = Vec::with_capacity(score.items.len());
        for (i, item) in score.items.iter().enumerate() {
            let lowered = self.score_item(score, item).map_err(|error| error.at_key(format!("items.{i}")))?;
            items.push(lowered);
        }
        let limits = score.categories.iter().map(|category| (category.minimum, category.maximum));
        for (minimum, maximum) in limits.chain([(score.minimum, score.maximum)]) {
            let finite = [minimum, maximum].into_iter().flatten().all(f64::is_finite);
            if !finite || matches!((minimum, maximum), (Some(low), Some(high)) if low > high) {
                return Err(Error::definition("the minimum of a score is above its maximum, or one is not finite"));
            }
        }
        let points =
            Points { items, categories: score.categories.clone(), minimum: score.minimum, maximum: score.maximum };
        Ok((Expr::Score(Box::new(points)), Kind::Number))
    }

    /// One item. A condition in it is lowered as a tree of its own, without atoms: the score is one
    /// number of the customer and is computed where the plan's answers are not known yet.
    ///
    /// A half-life must be a fixed length of time; months are of different lengths, and what has
    /// decayed must not jump at their ends.
    ///
    /// # Errors
    /// If points or a cap are not finite, a cap is below zero, the category is unknown, or the half-life is
    /// no fixed length above zero.
    fn score_item(&mut self, score: &Score, item: &crate::rules::language::ScoreItem) -> Result<score::Item> {
        if !item.points.is_finite() {
            return Err(Error::not_finite("points", item.points));
        }
        if let Some(cap) = item.cap
            && !(cap.is_finite() && cap >= 0.0)
        {
            return Err(Error::parameter("cap", "a finite number of at least 0", cap));
        }
        let category = match &item.category {
            None => None,
            Some(name) => {
                let found = score.categories.iter().position(|category| category.name == *name);
                let names = score.categories.iter().map(|category| category.name.as_str());
                Some(found.ok_or_else(|| super::vocabulary::unknown("score category", name, names))?)
            }
        };
        let given = match &item.given {
            Given::When(condition) => {
                self.inside_score += 1;
                let node = self.condition(condition, Scope::Customer);
                self.inside_score -= 1;
                score::Given::When(node?)
            }
            Given::Each(term) => {
                let (expr, kind) = self.term(term, Scope::Customer)?;
                expect("a number", kind, kind.is_numeric())?;
                score::Given::Each(expr)
            }
            Given::EachEvent { events, half_life } => {
                if half_life.is_some_and(|span| span.micros().is_none_or(|micros| micros == 0)) {
                    let expected = "a length of time above zero, in weeks or shorter units";
                    return Err(Error::parameter(
                        "half_life",
                        expected,
                        half_life.map_or_else(String::new, |s| s.to_string()),
                    ));
                }
                self.as_of |= half_life.is_some();
                score::Given::EachEvent(self.events(events)?, *half_life)
            }
        };
        Ok(score::Item { points: item.points, cap: item.cap, category, given })
    }
}

/// # Errors
/// If it is not so: a kind is not what is wanted.
///
/// Refuses a kind that does not fit; `wanted` is what the message says was expected, with its
/// article.
pub(super) fn expect(wanted: &str, found: Kind, fits: bool) -> Result<()> {
    if fits { Ok(()) } else { Err(Error::definition(format!("expected {wanted}, found {found}"))) }
}
