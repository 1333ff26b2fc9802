//! Terms of a chunk of rows at once: numbers, days and instants.
//!
//! Columns are borrowed as they are; what is computed goes a column at a time, by the functions that compute it for one
//! customer.

use std::borrow::Cow;
use std::ops::Range;

use super::bound::{Bound, part};
use super::sums::Sums;
use crate::rules::language::{Arithmetic, Literal};
use crate::rules::meaning::calendar;
use crate::rules::meaning::expr::{Expr, step};
use crate::time::{Day, Timestamp};
use crate::value::{Kind, Raw, State, Value};

/// The values of some rows, one kind.
#[derive(Clone, Debug)]
pub(super) enum Values<'v> {
    Floats(Cow<'v, [f64]>),
    Integers(Cow<'v, [i64]>),
    Days(Cow<'v, [Day]>),
    Timestamps(Cow<'v, [Timestamp]>),
}

/// The values of some rows, and which rows have none.
#[derive(Clone, Debug)]
pub(super) struct Vector<'v> {
    pub values: Values<'v>,
    /// `None` if every row has a value.
    pub states: Option<Cow<'v, [State]>>,
}

/// Whether the values of a term can be computed a column at a time.
pub(super) fn is_vector(bound: &Bound<'_>, expr: &Expr) -> bool {
    let kind = |slot: usize| bound.plan.slots.get(slot).map(|(_, kind)| *kind);
    match expr {
        Expr::Slot(slot) => kind(*slot).is_some_and(|kind| kind.is_numeric() || is_day(kind)),
        Expr::Value(literal) => literal.kind().is_numeric(),
        Expr::Arithmetic(Arithmetic::FirstKnown, _) => false,
        Expr::Arithmetic(_, of) => of.iter().all(|expr| is_vector(bound, expr)),
        Expr::Size(set) => matches!(**set, Expr::Slot(_)),
        Expr::DaysSince(of) | Expr::Years(of, _) | Expr::Calendar(_, of) => {
            matches!(**of, Expr::Slot(_)) && is_vector(bound, of)
        }
        Expr::Rank { by, .. } => is_vector(bound, by),
        Expr::Sum(sum) => bound.plan.sums.get(*sum).is_some_and(|sum| super::sums::is_number(&sum.asked)),
        _ => false,
    }
}

fn is_day(kind: Kind) -> bool {
    matches!(kind, Kind::Day | Kind::Timestamp)
}

impl<'v> Vector<'v> {
    /// The values of a term that [`is_vector`] says can be computed so.
    pub(super) fn of(bound: &'v Bound<'_>, expr: &'v Expr, rows: &Range<usize>, sums: &'v Sums) -> Option<Self> {
        let clock = &bound.clock;
        Some(match expr {
            Expr::Slot(slot) => {
                let values = match bound.columns.get(*slot)?.raw() {
                    Raw::Numbers(values) => Values::Floats(Cow::Borrowed(part(values, rows))),
                    Raw::Integers(values) => Values::Integers(Cow::Borrowed(part(values, rows))),
                    Raw::Days(values) => Values::Days(Cow::Borrowed(part(values, rows))),
                    Raw::Timestamps(values) => Values::Timestamps(Cow::Borrowed(part(values, rows))),
                    _ => return None,
                };
                Vector { values, states: bound.states(*slot).map(|states| Cow::Borrowed(part(states, rows))) }
            }
            Expr::Value(Literal::Integer(integer)) => Vector::integers(vec![*integer; rows.len()]),
            Expr::Value(literal) => {
                let number = literal.number()?;
                Vector { values: Values::Floats(Cow::Owned(vec![number; rows.len()])), states: None }
            }
            Expr::Arithmetic(operator, of) => {
                let of: Option<Vec<Vector<'_>>> = of.iter().map(|expr| Vector::of(bound, expr, rows, sums)).collect();
                arithmetic(*operator, &of?, rows.len())
            }
            Expr::Size(set) => {
                let Expr::Slot(slot) = **set else { return None };
                let Raw::Sets(ends, ..) = bound.columns.get(slot)?.raw() else { return None };
                let before = rows.start.checked_sub(1).and_then(|row| ends.get(row)).copied().unwrap_or(0);
                let sizes = part(ends, rows).iter().scan(before, |before, end| {
                    let size = *end - std::mem::replace(before, *end); // ends rise
                    Some(size as i64)
                });
                let states = bound.states(slot).map(|states| Cow::Borrowed(part(states, rows)));
                Vector { states, ..Vector::integers(sizes.collect()) }
            }
            Expr::DaysSince(of) => {
                let today = clock.today();
                Vector::of(bound, of, rows, sums)?.of_days(bound, |day| Some(i64::from(today.days_since(day))))
            }
            Expr::Years(of, leap_day) => {
                let today = clock.today();
                Vector::of(bound, of, rows, sums)?.of_days(bound, |day| calendar::years(day, today, *leap_day))
            }
            Expr::Calendar(which, of) => {
                Vector::of(bound, of, rows, sums)?.of_days(bound, |day| calendar::part(day, *which))
            }
            Expr::Rank { by, table, measure, ties } => {
                let by = Vector::of(bound, by, rows, sums)?;
                let mut states = by.states_of(rows.len());
                let mut ranks = Vec::with_capacity(rows.len());
                for (row, state) in states.iter_mut().enumerate() {
                    let rank = by.number(row).filter(|_| *state == State::Present);
                    let rank = rank.and_then(|number| table.rank(number, *measure, *ties));
                    match rank {
                        None if *state == State::Present => *state = State::Missing,
                        Some(rank) if !rank.is_finite() => *state = State::Invalid,
                        _ => {}
                    }
                    ranks.push(rank.unwrap_or(0.0));
                }
                Vector::computed(ranks, states)
            }
            Expr::Sum(sum) => sums.vector(*sum)?,
            _ => return None,
        })
    }

    pub(super) fn integers(integers: Vec<i64>) -> Self {
        Vector { values: Values::Integers(Cow::Owned(integers)), states: None }
    }

    fn computed(numbers: Vec<f64>, states: Vec<State>) -> Self {
        let complete = states.iter().all(|state| *state == State::Present);
        Vector { values: Values::Floats(Cow::Owned(numbers)), states: (!complete).then_some(Cow::Owned(states)) }
    }

    /// The number of a row, whatever its state.
    pub(super) fn number(&self, row: usize) -> Option<f64> {
        match &self.values {
            Values::Floats(values) => values.get(row).copied(),
            Values::Integers(values) => values.get(row).map(|integer| *integer as f64),
            Values::Days(_) | Values::Timestamps(_) => None,
        }
    }

    /// The value of a row.
    pub(super) fn value(&self, row: usize) -> Value<'v> {
        match self.states.as_ref().and_then(|states| states.get(row)) {
            None | Some(State::Present) => {}
            Some(State::Missing) => return Value::Missing,
            Some(State::Null) => return Value::Null,
            Some(State::Invalid) => return Value::Invalid(""),
        }
        let value = match &self.values {
            Values::Floats(values) => values.get(row).copied().map(Value::Number),
            Values::Integers(values) => values.get(row).copied().map(Value::Integer),
            Values::Days(values) => values.get(row).copied().map(Value::Day),
            Values::Timestamps(values) => values.get(row).copied().map(Value::Timestamp),
        };
        value.unwrap_or(Value::Missing)
    }

    fn states_of(&self, rows: usize) -> Vec<State> {
        self.states.as_ref().map_or_else(|| vec![State::Present; rows], |states| states.to_vec())
    }

    /// A whole number made of each day, or of the day of each instant.
    fn of_days(self, bound: &Bound<'_>, count: impl Fn(Day) -> Option<i64>) -> Self {
        let mut outside = Vec::new();
        let mut of = |(row, day): (usize, Day)| {
            count(day).unwrap_or_else(|| {
                outside.push(row);
                0
            })
        };
        let zone = &bound.clock.zone;
        let integers: Vec<i64> = match &self.values {
            Values::Days(days) => days.iter().copied().enumerate().map(&mut of).collect(),
            Values::Timestamps(ats) => ats.iter().map(|at| zone.day(*at)).enumerate().map(&mut of).collect(),
            Values::Floats(_) | Values::Integers(_) => Vec::new(),
        };
        let mut states = self.states;
        for row in outside {
            let states = states.get_or_insert_with(|| Cow::Owned(vec![State::Present; integers.len()]));
            if let Some(state) = states.to_mut().get_mut(row)
                && *state == State::Present
            {
                *state = State::Invalid;
            }
        }
        Vector { values: Values::Integers(Cow::Owned(integers)), states }
    }
}

/// Numbers made of numbers, from left to right.
fn arithmetic<'v>(operator: Arithmetic, of: &[Vector<'_>], rows: usize) -> Vector<'v> {
    let mut states = vec![State::Present; rows];
    let mut totals: Vec<f64> = Vec::new();
    for vector in of {
        if let Some(theirs) = &vector.states {
            for (state, theirs) in states.iter_mut().zip(theirs.iter()) {
                if *state == State::Present {
                    *state = *theirs;
                }
            }
        }
        match &vector.values {
            Values::Floats(values) => fold(operator, &mut totals, values.iter().copied(), &mut states),
            Values::Integers(values) => {
                fold(operator, &mut totals, values.iter().map(|integer| *integer as f64), &mut states);
            }
            Values::Days(_) | Values::Timestamps(_) => {}
        }
    }
    for (total, state) in totals.iter_mut().zip(&mut states) {
        if *state == State::Present && !total.is_finite() {
            *state = State::Invalid;
        }
        if *state != State::Present {
            *total = 0.0;
        }
    }
    totals.resize(rows, 0.0);
    Vector::computed(totals, states)
}

/// One number more in each row; what is divided by zero is invalid.
fn fold(operator: Arithmetic, totals: &mut Vec<f64>, numbers: impl Iterator<Item = f64>, states: &mut [State]) {
    if totals.is_empty() {
        totals.extend(numbers.map(|number| step(operator, None, number).unwrap_or(0.0)));
        return;
    }
    for ((total, number), state) in totals.iter_mut().zip(numbers).zip(states) {
        match step(operator, Some(*total), number) {
            Some(next) => *total = next,
            None if *state == State::Present => *state = State::Invalid,
            None => {}
        }
    }
}
