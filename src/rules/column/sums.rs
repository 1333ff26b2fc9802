//! What events add up to, for a chunk of customers.
//!
//! A history holds each customer's events side by side in the order of time. Where a sum takes events by kind, by a window
//! that is the same for everybody and by what one column says, it reads those columns and makes no event; the others
//! are added up event by event, by what adds them up for one customer.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use super::bound::Bound;
use super::vector::{Values, Vector};
use crate::error::Error;
use crate::history::{Event, History};
use crate::rules::language::Comparison;
use crate::rules::meaning::calendar::{Bound as End, Range as Window};
use crate::rules::meaning::expr::{Expr, Field, FieldName};
use crate::rules::meaning::frame::{Frame, LookedAt};
use crate::rules::meaning::node::{Node, Test};
use crate::rules::meaning::sums::{Asked, Compensated, Running, Sum, When};
use crate::time::Day;
use crate::value::{AsValue, Column, OwnedValue, Raw, State, Value};

/// Whether a sum is a number for which there is a vector.
pub(super) fn is_number(asked: &Asked) -> bool {
    match asked {
        Asked::Count | Asked::Sum(_) | Asked::Mean(_) | Asked::Distinct(_) => true,
        Asked::Minimum(field) | Asked::Maximum(field) | Asked::First(field) | Asked::Last(field) => {
            matches!(field.which, FieldName::Amount | FieldName::Quantity)
        }
    }
}

/// The sums of one chunk, in the plan's order.
#[derive(Debug, Default)]
pub(super) struct Sums {
    columns: Vec<SumColumn>,
}

/// One sum of a chunk's rows.
#[derive(Debug)]
enum SumColumn {
    Integers(Vec<i64>),
    Floats(Vec<f64>, Option<Vec<State>>),
    Values(Vec<OwnedValue>),
}

impl Sums {
    /// The sum of that number of all rows, if it is a number.
    pub(super) fn vector(&self, sum: usize) -> Option<Vector<'_>> {
        match self.columns.get(sum)? {
            SumColumn::Integers(values) => {
                Some(Vector { values: Values::Integers(Cow::Borrowed(values)), states: None })
            }
            SumColumn::Floats(values, states) => Some(Vector {
                values: Values::Floats(Cow::Borrowed(values)),
                states: states.as_deref().map(Cow::Borrowed),
            }),
            SumColumn::Values(_) => None,
        }
    }

    /// All sums of a row of the chunk.
    pub(super) fn row<'s>(&'s self, row: usize, out: &mut Vec<Value<'s>>) {
        out.clear();
        out.extend(self.columns.iter().map(|column| match column {
            SumColumn::Integers(values) => values.get(row).copied().map_or(Value::Missing, Value::Integer),
            SumColumn::Floats(values, states) => {
                match states.as_ref().and_then(|states| states.get(row)).copied().unwrap_or(State::Present) {
                    State::Present => values.get(row).copied().map_or(Value::Missing, Value::Number),
                    State::Missing => Value::Missing,
                    State::Null => Value::Null,
                    State::Invalid => Value::Invalid("not finite"),
                }
            }
            SumColumn::Values(values) => values.get(row).map_or(Value::Missing, AsValue::as_value),
        }));
    }
}

/// All sums of a plan, bound to a history.
pub(super) struct Adders<'p> {
    adders: Vec<Adder<'p>>,
}

enum Adder<'p> {
    Fast(Fast<'p>),
    /// Event by event.
    Slow(&'p Sum),
}

/// A sum that reads columns.
struct Fast<'p> {
    /// The code of the events' kind; `Some(None)` of a kind that never occurs.
    kind: Option<Option<u32>>,
    window: Times,
    /// What one column must say of each event.
    filters: Vec<Filter<'p>>,
    asked: FastAsked<'p>,
}

/// A window as instants, and as days where an event's day is not that of its instant in UTC.
#[derive(Clone, Copy, Debug)]
struct Times {
    from: i64,
    to: i64,
    days: Option<(i32, i32)>,
}

/// What one column must say.
enum Filter<'p> {
    /// A comparison of numbers.
    Number(&'p Column, Comparison, f64),
    /// A bit for each code of a column of texts, and what holds of events of which it says nothing.
    Text(&'p Column, &'p [u32], Vec<bool>, bool),
}

/// What is asked of the column of numbers.
enum FastAsked<'p> {
    Count,
    Sum(&'p Column),
    Mean(&'p Column),
    Least(&'p Column),
    Most(&'p Column),
    First(&'p Column),
    Last(&'p Column),
}

impl<'p> Adders<'p> {
    pub(super) fn new(bound: &Bound<'p>) -> Self {
        let history = bound.customers.history();
        let adder = |sum: &'p Sum| match history.and_then(|history| Fast::new(bound, history, sum)) {
            Some(fast) => Adder::Fast(fast),
            None => Adder::Slow(sum),
        };
        Adders { adders: bound.plan.sums.iter().map(adder).collect() }
    }

    /// Whether there is nothing to add up.
    pub(super) fn is_empty(&self) -> bool {
        self.adders.is_empty()
    }

    /// All sums of these rows.
    ///
    /// # Errors
    /// If an event's property is of another kind than the vocabulary says.
    pub(super) fn run(&self, bound: &Bound<'p>, rows: &Range<usize>, sums: &mut Sums) -> Result<(), Error> {
        sums.columns.clear();
        let ranges: Vec<Range<usize>> = rows.clone().map(|row| bound.customers.events(row).range()).collect();
        for adder in &self.adders {
            sums.columns.push(match (adder, bound.customers.history()) {
                (Adder::Fast(fast), Some(history)) => fast.run(history, &ranges),
                (Adder::Fast(_), None) => SumColumn::Values(vec![OwnedValue::Missing; rows.len()]),
                (Adder::Slow(sum), _) => slow(bound, rows, sum)?,
            });
        }
        Ok(())
    }
}

/// Adds up event by event.
fn slow(bound: &Bound<'_>, rows: &Range<usize>, sum: &Sum) -> Result<SumColumn, Error> {
    let mut values: Vec<OwnedValue> = Vec::with_capacity(rows.len());
    bound.each_row(rows, &Sums::default(), |_, frame| {
        let mut running = Running::new(sum.events.range(frame));
        for event in frame.events() {
            running.add(sum, &event, frame);
        }
        values.push(running.finish(&sum.asked).to_owned());
    })?;
    Ok(match sum.asked {
        Asked::Count | Asked::Distinct(_) => {
            let integer = |value: &OwnedValue| if let OwnedValue::Integer(integer) = value { *integer } else { 0 };
            SumColumn::Integers(values.iter().map(integer).collect())
        }
        _ if is_number(&sum.asked) => {
            let state = |value: &OwnedValue| match value {
                OwnedValue::Missing => State::Missing,
                OwnedValue::Null => State::Null,
                OwnedValue::Invalid(_) => State::Invalid,
                _ => State::Present,
            };
            let states = values.iter().map(state).collect();
            let number = |value: &OwnedValue| value.as_value().number().unwrap_or(0.0);
            SumColumn::Floats(values.iter().map(number).collect(), Some(states))
        }
        _ => SumColumn::Values(values),
    })
}

impl Times {
    /// The window as far as events are known.
    fn new(window: Window, bound: &Bound<'_>, history: &History) -> Self {
        let as_of = bound.clock.as_of;
        let mut times = Times { from: i64::MIN, to: as_of.until().micros(), days: None };
        let (mut first, mut behind) = (i32::MIN, as_of.day().days().saturating_add(1));
        match window.from {
            End::Open => {}
            End::Instant(at) => times.from = at.micros(),
            End::Day(day) => first = day.days(),
        }
        match window.to {
            End::Open => {}
            End::Instant(at) => times.to = times.to.min(at.micros()),
            End::Day(day) => behind = behind.min(day.days()),
        }
        if history.days().is_some() {
            times.days = Some((first, behind));
            return times;
        }
        let beyond = |day: i32| if day < 0 { i64::MIN } else { i64::MAX };
        let start = |day: i32| i64::from(day).checked_mul(86_400_000_000).unwrap_or(beyond(day));
        times.from = if first == i32::MIN { times.from } else { times.from.max(start(first)) };
        times.to = times.to.min(start(behind));
        times
    }
}

impl<'p> Fast<'p> {
    fn new(bound: &Bound<'p>, history: &'p History, sum: &'p Sum) -> Option<Self> {
        let When::Fixed(window) = &sum.events.window else { return None };
        let window = bound.clock.bounds(window).unwrap_or(Window::NONE);
        let number = |field: &Field| match field.which {
            FieldName::Amount => Some(history.amounts()),
            FieldName::Quantity => history.quantities(),
            _ => None,
        };
        let asked = match &sum.asked {
            Asked::Count => FastAsked::Count,
            Asked::Sum(field) => FastAsked::Sum(number(field)?),
            Asked::Mean(field) => FastAsked::Mean(number(field)?),
            Asked::Minimum(field) => FastAsked::Least(number(field)?),
            Asked::Maximum(field) => FastAsked::Most(number(field)?),
            Asked::First(field) => FastAsked::First(number(field)?),
            Asked::Last(field) => FastAsked::Last(number(field)?),
            Asked::Distinct(_) => return None,
        };
        let mut filters = Vec::new();
        if let Some(node) = &sum.events.filter {
            filters_of(bound, history, node, &mut filters)?;
        }
        let kind = match &sum.events.kind {
            None => None,
            Some(kind) => Some(history.kinds().codes()?.1.code(kind)),
        };
        Some(Fast { kind, window: Times::new(window, bound, history), filters, asked })
    }

    fn run(&self, history: &History, ranges: &[Range<usize>]) -> SumColumn {
        match &self.asked {
            FastAsked::Count => {
                SumColumn::Integers(self.fold(history, ranges, 0_i64, |count, _| *count += 1, |count| count))
            }
            FastAsked::Sum(column) => {
                let total = self.numbers(history, column, ranges, Compensated::default(), Compensated::add);
                finite(total.into_iter().map(|sum| Some(sum.total())))
            }
            FastAsked::Mean(column) => {
                let start = (0_u64, Compensated::default());
                let totals = self.numbers(history, column, ranges, start, |(count, sum), number| {
                    *count += 1;
                    sum.add(number);
                });
                finite(totals.into_iter().map(|(count, sum)| (count > 0).then(|| sum.total() / count as f64)))
            }
            FastAsked::Least(column) => self.best(history, column, ranges, |new, old| new < old),
            FastAsked::Most(column) => self.best(history, column, ranges, |new, old| new > old),
            FastAsked::First(column) => self.best(history, column, ranges, |_, _| false),
            FastAsked::Last(column) => self.best(history, column, ranges, |_, _| true),
        }
    }

    /// The number that beats those before it.
    fn best(
        &self,
        history: &History,
        column: &Column,
        ranges: &[Range<usize>],
        beats: impl Fn(f64, f64) -> bool,
    ) -> SumColumn {
        let best = self.numbers(history, column, ranges, None, |best: &mut Option<f64>, number| {
            if best.is_none_or(|old| beats(number, old)) {
                *best = Some(number);
            }
        });
        finite(best.into_iter())
    }

    /// Folds the numbers of the events that are meant, for each customer.
    fn numbers<A: Copy>(
        &self,
        history: &History,
        column: &Column,
        ranges: &[Range<usize>],
        start: A,
        add: impl Fn(&mut A, f64),
    ) -> Vec<A> {
        match column.as_numbers() {
            Some(numbers) => {
                let add = |so_far: &mut A, event: usize| {
                    if let Some(number) = numbers.get(event) {
                        add(so_far, *number);
                    }
                };
                self.fold(history, ranges, start, add, |so_far| so_far)
            }
            None => {
                let add = |so_far: &mut A, event: usize| {
                    if let Some(number) = column.number(event) {
                        add(so_far, number);
                    }
                };
                self.fold(history, ranges, start, add, |so_far| so_far)
            }
        }
    }

    /// Folds the events that are meant, for each customer.
    fn fold<A: Copy, T>(
        &self,
        history: &History,
        ranges: &[Range<usize>],
        start: A,
        add: impl Fn(&mut A, usize),
        finish: impl Fn(A) -> T,
    ) -> Vec<T> {
        let ats = history.at();
        let codes = history.kinds().codes().map_or(&[][..], |(codes, _)| codes);
        let (any, kind) = match self.kind {
            None => (true, 0),
            Some(code) => (false, code.unwrap_or(u32::MAX)),
        };
        let Times { from, to, days } = self.window;
        let days = days.zip(history.days());
        let each = |range: &Range<usize>| {
            let mut so_far = start;
            let (Some(ats), Some(codes)) = (ats.get(range.clone()), codes.get(range.clone())) else {
                return finish(so_far);
            };
            for ((event, at), code) in range.clone().zip(ats).zip(codes) {
                let at = at.micros();
                if (any | (*code == kind)) & (at >= from) & (at < to) {
                    let day_fits = days.is_none_or(|((first, behind), days)| {
                        days.get(event).is_some_and(|day| first <= day.days() && day.days() < behind)
                    });
                    if day_fits && self.filters.iter().all(|filter| filter.passes(event)) {
                        add(&mut so_far, event);
                    }
                }
            }
            finish(so_far)
        };
        ranges.iter().map(each).collect()
    }
}

/// Numbers, of which those that are not there are missing and those that are not finite invalid.
fn finite(numbers: impl Iterator<Item = Option<f64>>) -> SumColumn {
    let mut states: Option<Vec<State>> = None;
    let mut values: Vec<f64> = Vec::with_capacity(numbers.size_hint().0);
    for number in numbers {
        let state = match number {
            None => State::Missing,
            Some(number) if !number.is_finite() => State::Invalid,
            Some(_) => State::Present,
        };
        if state != State::Present || states.is_some() {
            states.get_or_insert_with(|| vec![State::Present; values.len()]).push(state);
        }
        values.push(if state == State::Present { number.unwrap_or(0.0) } else { 0.0 });
    }
    SumColumn::Floats(values, states)
}

/// The filters that a condition on events is, if it is one or several that all have to hold.
fn filters_of<'p>(
    bound: &Bound<'p>,
    history: &'p History,
    node: &'p Node,
    filters: &mut Vec<Filter<'p>>,
) -> Option<()> {
    match node {
        Node::Constant(true) => Some(()),
        Node::All(nodes) => nodes.iter().try_for_each(|node| filters_of(bound, history, node, filters)),
        Node::Test(test) => {
            filters.push(filter_of(bound, history, test)?);
            Some(())
        }
        _ => None,
    }
}

fn filter_of<'p>(bound: &Bound<'p>, history: &'p History, test: &'p Test) -> Option<Filter<'p>> {
    let field = match test {
        Test::Compare(Expr::Field(field), _, Expr::Value(_)) | Test::OneOf(Expr::Field(field), _) => field,
        Test::Text(Expr::Field(field), _) => field,
        _ => return None,
    };
    match (field.which, test) {
        (FieldName::Amount | FieldName::Quantity, Test::Compare(_, comparison, Expr::Value(literal))) => {
            let column = if field.which == FieldName::Amount { history.amounts() } else { history.quantities()? };
            let literal = match literal.as_value() {
                Value::Number(number) => number,
                // the number that it is, or none is nearer to
                Value::Integer(integer) if integer.unsigned_abs() <= 1 << 53 => integer as f64,
                _ => return None,
            };
            Some(Filter::Number(column, *comparison, literal))
        }
        (FieldName::Item | FieldName::Channel, _) => {
            let column = if field.which == FieldName::Item { history.items()? } else { history.channels()? };
            let Raw::Texts(codes, dictionary) = column.raw() else { return None };
            if dictionary.len() > history.len().max(1_000) {
                return None;
            }
            let holds = |text: Option<&str>| {
                let event = Event { item: text, channel: text, ..Event::on(Day::from_days(0), "") };
                let nobody = crate::customer::Record::new("");
                let fault = RefCell::new(None);
                let frame = Frame {
                    customer: &nobody,
                    clock: &bound.clock,
                    slots: &[],
                    sums: &[],
                    models: &[],
                    looked_at: LookedAt::Event(&event),
                    first: None,
                    previous: None,
                    fault: &fault,
                };
                test.truth(frame).is_true()
            };
            Some(Filter::Text(column, codes, dictionary.iter().map(|text| holds(Some(text))).collect(), holds(None)))
        }
        _ => None,
    }
}

impl Filter<'_> {
    fn passes(&self, event: usize) -> bool {
        match self {
            Filter::Number(column, comparison, literal) => {
                let number = column.number(event);
                number.and_then(|number| number.partial_cmp(literal)).is_some_and(|ordering| comparison.holds(ordering))
            }
            Filter::Text(column, codes, passing, absent) => match column.state(event) {
                State::Present => {
                    codes.get(event).and_then(|code| passing.get(*code as usize)).copied().unwrap_or(false)
                }
                _ => *absent,
            },
        }
    }
}
