//! Leaves checked against the vocabulary, with their names resolved.
//!
//! A leaf is a condition without conditions in it, or with conditions over events and items only.
//! For each kind of leaf this file says which kinds of values it takes; the language has no silent
//! conversions, so `employees = "100"` is an error here, and not a comparison that is never true.
//!
//! Everything that can be compiled is compiled now: patterns, versions, networks, the order of
//! texts. A pattern that is no pattern is thus an error of the definition with the way to it, not a
//! leaf that is quietly false of everybody, as it is in PostHog and Yggdrasil.
//!
//! Errors are given the key of the part that is wrong (`left`, `low`, `values.3`, `steps.1`), to
//! which callers further up add theirs.

use super::lower::{Lower, Scope};
use super::terms::expect;
use crate::error::{Error, Result};
use crate::rules::language::{Comparison, Condition, HasBeen, Lifecycle, Literal, Sequence, State, Step, Term, Window};
use crate::rules::meaning::doing::{Been, Doing, OneStep, Path, PathStep};
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::identity;
use crate::rules::meaning::node::Test;
use crate::rules::meaning::place;
use crate::rules::meaning::sums::{Selection, When};
use crate::rules::meaning::text::Matcher;
use crate::value::{Kind, Level};

impl Lower<'_> {
    /// The leaf with its names resolved.
    ///
    /// # Errors
    /// If a name is unknown, kinds do not fit, or a text cannot be read as what it has to be.
    pub(super) fn test(&mut self, leaf: &Condition, scope: Scope<'_>) -> Result<Test> {
        Ok(match leaf {
            Condition::Compare { left, comparison, right } => self.compare(left, *comparison, right, scope)?,
            Condition::Between { term, low, high, bounds } => {
                let (term, kind) = self.term(term, scope).map_err(|error| error.at_key("term"))?;
                let (low_comparison, high_comparison) = bounds.comparisons();
                let mut bound = |bound: &Term, comparison, key| -> Result<(Comparison, Expr)> {
                    let lowered = |lower: &mut Self| -> Result<Expr> {
                        let (expr, found) = lower.term(bound, scope)?;
                        comparable(kind, comparison, found)?;
                        Ok(expr)
                    };
                    Ok((comparison, lowered(self).map_err(|error| error.at_key(key))?))
                };
                let low = bound(low, low_comparison, "low")?;
                let high = bound(high, high_comparison, "high")?;
                Test::Between(term, low, high)
            }
            Condition::OneOf { term, values } => {
                let (term, kind) = self.term(term, scope).map_err(|error| error.at_key("term"))?;
                let mut exprs = Vec::with_capacity(values.len());
                for (i, value) in values.iter().enumerate() {
                    comparable(kind, Comparison::Equal, value.kind())
                        .map_err(|error| error.at_key(format!("values.{i}")))?;
                    exprs.push(Expr::Value(value.clone()));
                }
                Test::OneOf(term, exprs)
            }
            Condition::Text { term, operator, text, fold } => {
                Test::Text(self.text(term, scope)?, Matcher::new(*operator, text, *fold)?)
            }
            Condition::Set { term, operator, texts } => {
                let (term, kind) = self.term(term, scope)?;
                expect("a set", kind, kind == Kind::Set)?;
                Test::Set(term, *operator, texts.clone())
            }
            Condition::Is { term, state } => {
                let (term, kind) = self.term(term, scope)?;
                if *state == State::Empty {
                    expect("a text or a set", kind, matches!(kind, Kind::Text | Kind::Set))?;
                }
                Test::Is(term, *state)
            }
            Condition::Anniversary { of, from, to, leap_day } => {
                if from > to {
                    return Err(Error::definition(format!("the days from {from} to {to} are none")));
                }
                Test::Anniversary { of: self.day(of, scope)?, from: *from, to: *to, leap_day: *leap_day }
            }
            Condition::Within { term, area } => {
                place::check(area)?;
                let (term, kind) = self.term(term, scope)?;
                expect("a place", kind, kind == Kind::Point)?;
                Test::Within(term, area.clone())
            }
            Condition::Version { term, comparison, version } => {
                Test::Version(self.text(term, scope)?, *comparison, identity::version(version)?)
            }
            Condition::Network { term, networks } => {
                let networks = networks.iter().map(|network| identity::network(network)).collect::<Result<_>>()?;
                Test::Network(self.text(term, scope)?, networks)
            }
            Condition::Exists { list, filter } => {
                self.only_of_customers(scope, "a list")?;
                self.vocabulary.list_fields(list)?;
                let filter = self.condition(filter, Scope::Item(list)).map_err(|error| error.at_key("where"))?;
                if !self.lists.contains(list) {
                    self.lists.push(list.clone());
                }
                Test::Exists(list.as_str().into(), filter)
            }
            Condition::HasBeen(been) => self.has_been(been, scope)?,
            Condition::Sequence(sequence) => self.sequence(sequence, scope)?,
            Condition::Lifecycle(lifecycle) => {
                self.only_of_customers(scope, "a habit")?;
                self.as_of = true;
                Test::Doing(self.doing(lifecycle)?)
            }
            Condition::Constant(_)
            | Condition::All(_)
            | Condition::Any(_)
            | Condition::AtLeast { .. }
            | Condition::Not(_)
            | Condition::IfUnknown { .. }
            | Condition::Member(_) => return Err(Error::definition("a condition that is no leaf")),
        })
    }

    /// A term that is a text, for leaves that look into one.
    fn text(&mut self, term: &Term, scope: Scope<'_>) -> Result<Expr> {
        let (term, kind) = self.term(term, scope).map_err(|error| error.at_key("term"))?;
        expect("a text", kind, kind == Kind::Text)?;
        Ok(term)
    }

    /// Two terms compared. A comparison by the order of the schema is tried first, on both sides,
    /// because it is the only one that gives `<` between texts a meaning; letters are never
    /// compared by the alphabet, whose order depends on the language.
    fn compare(&mut self, left: &Term, comparison: Comparison, right: &Term, scope: Scope<'_>) -> Result<Test> {
        if let Some(test) = self.ordinal(left, comparison, right, scope)? {
            return Ok(test);
        }
        if let Some(test) = self.ordinal(right, comparison.mirrored(), left, scope)? {
            return Ok(test);
        }
        let (left, left_kind) = self.term(left, scope).map_err(|error| error.at_key("left"))?;
        let (right, right_kind) = self.term(right, scope).map_err(|error| error.at_key("right"))?;
        comparable(left_kind, comparison, right_kind)?;
        Ok(Test::Compare(left, comparison, right))
    }

    /// `plan >= "pro"` where the schema says in what order the texts are.
    ///
    /// `None` if it is not of that form: another comparison then has to fit. Equality of an ordinal
    /// text is that of any text, since no order is needed for it.
    ///
    /// # Errors
    /// If the text has no place in the order. A customer's text that has none is unknown instead: data can
    /// be wrong, a definition must not be.
    fn ordinal(&mut self, left: &Term, comparison: Comparison, right: &Term, scope: Scope<'_>) -> Result<Option<Test>> {
        let (Term::Attribute(name), Term::Value(Literal::Text(text))) = (left, right) else { return Ok(None) };
        if matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return Ok(None);
        }
        let attribute = self.vocabulary.the_attribute(name)?;
        let Level::Ordinal(order) = &attribute.level else { return Ok(None) };
        let Some(at) = order.iter().position(|known| known == text) else {
            let error = super::vocabulary::unknown("value", text, order.iter().map(String::as_str));
            return Err(Error::definition(format!("{error} in the order of `{name}`")));
        };
        let order = order.iter().map(|text| Literal::Text(text.clone())).collect();
        let (term, _) = self.term(left, scope)?;
        Ok(Some(Test::Ordered(term, comparison, at, order)))
    }

    /// The condition over changes is lowered as a filter of events, so it sees each change with its
    /// own fields. The answer always depends on the moment: being so for long enough is a matter of
    /// time.
    fn has_been(&mut self, been: &HasBeen, scope: Scope<'_>) -> Result<Test> {
        self.only_of_customers(scope, "`has been`")?;
        self.as_of = true;
        let changes = self.events(&been.changes).map_err(|error| error.at_key("changes"))?;
        let so = self.condition(&been.so, Scope::Event).map_err(|error| error.at_key("so"))?;
        Ok(Test::HasBeen(Been { changes, so, at_least: been.at_least }))
    }

    /// The steps of the language come as one list in which some are negated. Here each negated step
    /// is put next to the step that it stands in front of, or behind the last one, so that what
    /// follows the events need not look ahead.
    ///
    /// # Errors
    /// If the first step is negated or has a time of its own, two negated steps follow each other, a
    /// negated step in between has a time, there are no steps, or the window lies around an event.
    fn sequence(&mut self, sequence: &Sequence, scope: Scope<'_>) -> Result<Test> {
        self.only_of_customers(scope, "a sequence")?;
        if matches!(sequence.window, Window::Around(_)) {
            return Err(Error::definition(
                "the window of a sequence lies around an event; put the event into the steps",
            ));
        }
        self.window(&sequence.window).map_err(|error| error.at_key("window"))?;
        self.looks_at_first = false;
        let (mut steps, mut pending) = (Vec::new(), None);
        for (i, step) in sequence.steps.iter().enumerate() {
            let at = |error: Error| error.at_key(format!("steps.{i}"));
            let first = steps.is_empty();
            let lowered = self.step(step, first).map_err(at)?;
            match (step.negated, pending.is_some()) {
                (true, _) if first => return Err(at(Error::definition("the first step is negated"))),
                (true, true) => return Err(at(Error::definition("two negated steps follow each other"))),
                (true, false) => pending = Some(lowered),
                (false, _) if first && (step.after.is_some() || step.within.is_some()) => {
                    return Err(at(Error::definition("the first step has nothing before it to be near to")));
                }
                (false, _) => steps.push(PathStep { step: lowered, not_before: pending.take() }),
            }
        }
        if steps.is_empty() {
            return Err(Error::definition("a sequence has no steps"));
        }
        let in_between = steps.iter().filter_map(|step| step.not_before.as_ref());
        if in_between.into_iter().any(|not| not.after.is_some() || not.within.is_some()) {
            let message = "a negated step between two others lies between them: it has no time of its own";
            return Err(Error::definition(message));
        }
        let looks_at_first = self.looks_at_first;
        Ok(Test::Sequence(Path { steps, not_after: pending, window: sequence.window.clone(), looks_at_first }))
    }

    /// One step; `first` says that there is no earlier event for its fields to be compared with.
    fn step(&mut self, step: &Step, first: bool) -> Result<OneStep> {
        let filter = self.filter(step.filter.as_ref(), Scope::Step { first })?;
        Ok(OneStep { kind: step.kind.as_deref().map(Into::into), filter, after: step.after, within: step.within })
    }

    /// A habit. Its events come without a window because the habit itself says when they must have
    /// come and when they must not.
    ///
    /// The number of periods is bounded: each is a look through the events.
    fn doing(&mut self, lifecycle: &Lifecycle) -> Result<Doing> {
        let of = |lower: &mut Self, events: &crate::rules::language::Events| -> Result<Selection> {
            if events.window != Window::Always {
                return Err(Error::definition("a habit has windows of its own; its events can have none"));
            }
            lower.events(events).map_err(|error| error.at_key("events"))
        };
        Ok(match lifecycle {
            Lifecycle::FirstTime { events, within } => {
                let within: When = self.window(within).map_err(|error| error.at_key("within"))?;
                Doing::FirstTime { events: of(self, events)?, within }
            }
            Lifecycle::Regularly { events, every, periods, at_least } => {
                if !(1..=1_000).contains(periods) || *at_least > *periods || every.count == 0 {
                    let found = format!("{at_least} of {periods} periods of {every}");
                    return Err(Error::parameter("regularly", "at most 1000 periods, and no more of them", found));
                }
                Doing::Regularly { events: of(self, events)?, every: *every, periods: *periods, at_least: *at_least }
            }
            Lifecycle::Stopped { events, quiet, active } => {
                Doing::Stopped { events: of(self, events)?, quiet: *quiet, active: *active }
            }
            Lifecycle::Restarted { events, recent, quiet } => {
                Doing::Restarted { events: of(self, events)?, recent: *recent, quiet: *quiet }
            }
        })
    }
}

/// # Errors
/// If values of these kinds cannot be so compared.
///
/// Whether values of these kinds can be so compared: numbers with whole numbers, days with
/// instants, texts and truths with their like and for equality only. Sets and places are compared
/// with nothing; they have operators of their own.
fn comparable(left: Kind, comparison: Comparison, right: Kind) -> Result<()> {
    let timely = |kind| matches!(kind, Kind::Day | Kind::Timestamp);
    let ordered = (left.is_numeric() && right.is_numeric()) || (timely(left) && timely(right));
    let equal = left == right && matches!(left, Kind::Text | Kind::Boolean);
    let only_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
    if ordered || (equal && only_equality) {
        return Ok(());
    }
    let sign = comparison.sign();
    Err(Error::definition(if left == right {
        format!("values of the kind {left} cannot be compared with `{sign}`")
    } else {
        format!("expected {left}, found {right}, in a comparison with `{sign}`")
    }))
}
