//! What events add up to.
//!
//! One walk over a customer's events feeds all sums of a plan: each event is read once and offered
//! to every sum. What is kept of a sum while it grows is small, but for counts of different values.
//!
//! A field that is not known of an event plays no part, as in SQL, so a mean is over the events
//! that have the field. Of no events, counts and sums are 0 and everything else is missing: there
//! is no smallest of nothing.
//!
//! Sums are compensated. An event more or less at the beginning of a history must not change
//! whether a customer who is exactly at a limit is above it.

use std::cmp::Ordering;

use super::super::language::{Side, Span, Which, Window};
use super::calendar::Range;
use super::expr::{Field, order};
use super::frame::Frame;
use super::node::Node;
use crate::history::Event;
use crate::value::Value;

/// Which events, with names resolved.
///
/// An event is meant if it is of the kind, in the window, and the filter holds of it.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    /// `None` if events of every kind are meant.
    pub kind: Option<Box<str>>,
    /// Events of which it is unknown are not meant.
    pub filter: Option<Node>,
    /// In which time they lie.
    pub window: When,
}

/// When.
///
/// A window is turned into a [`Range`] once a customer, before any event is looked at.
#[derive(Clone, Debug)]
pub(crate) enum When {
    /// The same for all customers.
    Fixed(Window),
    /// Around an event of the customer's own.
    Around {
        /// The first or the last of those selected.
        which: Which,
        /// Among which events it is looked for.
        anchor: Box<Selection>,
        /// Whether the window ends or begins there.
        side: Side,
        /// How long it is.
        within: Span,
    },
}

impl When {
    /// The window as of the moment, for this customer.
    ///
    /// Of a customer who has no such event, a window around it holds nothing. Before an event means
    /// up to it without it; after it means from its own instant on.
    ///
    /// # Cost
    /// Nothing to speak of for a fixed window; a walk over the events for one around an event.
    pub(crate) fn range<'a>(&'a self, frame: Frame<'a, '_>) -> Range {
        match self {
            When::Fixed(window) => frame.clock.bounds(window).unwrap_or(Range::NONE),
            When::Around { which, anchor, side, within } => {
                let range = anchor.range(frame);
                let mut selected = frame.events().filter(|event| anchor.selects(range, event, frame));
                let event = match which {
                    Which::First => selected.next(),
                    Which::Last => selected.last(),
                };
                event.map_or(Range::NONE, |event| match side {
                    Side::Before => Range::of_instants(frame.clock.before(event.at, *within), event.at),
                    Side::After => Range::of_instants(event.at, frame.clock.after(event.at, *within)),
                })
            }
        }
    }
}

impl Selection {
    /// Its window as of the moment, for this customer.
    pub(crate) fn range<'a>(&'a self, frame: Frame<'a, '_>) -> Range {
        self.window.range(frame)
    }

    /// Whether the event is one of them.
    ///
    /// `range` is what [`Selection::range`] gives for the same frame; it is handed over so that it
    /// is found once and not for each event. The cheap questions come first.
    pub(crate) fn selects<'a>(&'a self, range: Range, event: &Event<'a>, frame: Frame<'a, '_>) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == event.kind)
            && range.has(event.at, event.day)
            && self.filter.as_ref().is_none_or(|filter| filter.truth(frame.at_event(event)).is_true())
    }
}

/// What is asked of events, with the field resolved.
///
/// The same measures as in the language; kinds were checked there.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    /// How many events there are.
    Count,
    /// The sum of a field; 0 of no events.
    Sum(Field),
    /// Its mean over the events that have it; missing of none.
    Mean(Field),
    /// Its smallest value.
    Minimum(Field),
    /// Its largest value.
    Maximum(Field),
    /// How many different values it has.
    Distinct(Field),
    /// Its value in the first event that has one.
    First(Field),
    /// Its value in the last event that has one.
    Last(Field),
}

/// A sum over events that the plan computes once.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    /// What is asked.
    pub asked: Asked,
    /// Of which events.
    pub events: Selection,
}

/// A sum of numbers that loses nothing on the way (A. Neumaier 1974, DOI 10.1002/zamm.19740540106).
///
/// Twice the work of a plain sum, for an error that does not grow with the number of events.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compensated {
    /// The sum as `f64` gives it.
    total: f64,
    /// What was rounded away so far.
    lost: f64,
}

impl Compensated {
    /// Adds a number and keeps what the sum could not hold of it.
    #[inline]
    pub(crate) fn add(&mut self, number: f64) {
        let next = self.total + number;
        let (large, small) = if self.total.abs() >= number.abs() { (self.total, number) } else { (number, self.total) };
        self.lost += (large - next) + small;
        self.total = next;
    }

    /// The sum with what was rounded away put back.
    pub(crate) fn total(self) -> f64 {
        self.total + self.lost
    }
}

/// A sum while it grows.
///
/// One form for all measures; each uses what it needs of it.
#[derive(Clone, Debug)]
pub(crate) struct Running<'a> {
    /// The window, found before the walk.
    range: Range,
    /// The events so far: all that are meant, or those that have the field.
    count: u64,
    /// Of sums and means.
    total: Compensated,
    /// The smallest, largest, first or last value so far.
    value: Value<'a>,
    /// The different values so far.
    seen: Vec<Value<'a>>,
}

impl<'a> Running<'a> {
    /// A sum over no events yet.
    pub(crate) fn new(range: Range) -> Self {
        Running { range, count: 0, total: Compensated::default(), value: Value::Missing, seen: Vec::new() }
    }

    /// Adds an event if it is one of those that are meant.
    ///
    /// Events must come in the order of time: the first and the last are told by it.
    ///
    /// # Cost
    /// The selection, and a step of arithmetic; a count of different values looks through those seen so far.
    pub(crate) fn add(&mut self, sum: &'a Sum, event: &Event<'a>, frame: Frame<'a, '_>) {
        if !sum.events.selects(self.range, event, frame) {
            return;
        }
        let read = |field: &'a Field| Some(field.of_event(event, frame)).filter(|value| value.is_present());
        match &sum.asked {
            Asked::Count => self.count += 1,
            Asked::Sum(field) | Asked::Mean(field) => {
                if let Some(number) = read(field).and_then(Value::number) {
                    self.count += 1;
                    self.total.add(number);
                }
            }
            Asked::Minimum(field) | Asked::Maximum(field) => {
                if let Some(value) = read(field) {
                    let wanted =
                        if matches!(sum.asked, Asked::Minimum(_)) { Ordering::Less } else { Ordering::Greater };
                    if !self.value.is_present() || order(value, self.value, frame) == Some(wanted) {
                        self.value = value;
                    }
                }
            }
            Asked::Distinct(field) => {
                let same =
                    |seen: &Value<'a>, value| *seen == value || order(*seen, value, frame).is_some_and(Ordering::is_eq);
                if let Some(value) = read(field)
                    && !self.seen.iter().any(|seen| same(seen, value))
                {
                    self.seen.push(value);
                }
            }
            Asked::First(field) => {
                if !self.value.is_present()
                    && let Some(value) = read(field)
                {
                    self.value = value;
                }
            }
            Asked::Last(field) => {
                if let Some(value) = read(field) {
                    self.value = value;
                }
            }
        }
    }

    /// What it came to.
    ///
    /// A sum that is not finite is invalid.
    pub(crate) fn finish(self, asked: &Asked) -> Value<'a> {
        let total = self.total.total();
        let number =
            |number: f64| if number.is_finite() { Value::Number(number) } else { Value::Invalid("not finite") };
        match asked {
            Asked::Count => Value::Integer(self.count as i64),
            Asked::Sum(_) => number(total),
            Asked::Mean(_) if self.count == 0 => Value::Missing,
            Asked::Mean(_) => number(total / self.count as f64),
            Asked::Distinct(_) => Value::Integer(self.seen.len() as i64),
            Asked::Minimum(_) | Asked::Maximum(_) | Asked::First(_) | Asked::Last(_) => self.value,
        }
    }
}
