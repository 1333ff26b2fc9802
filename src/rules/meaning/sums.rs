//! What events add up to.

use std::cmp::Ordering;

use super::super::language::{Side, Span, Which, Window};
use super::calendar::Range;
use super::expr::{Field, order};
use super::frame::Frame;
use super::node::Node;
use crate::history::Event;
use crate::value::Value;

/// Which events, with names resolved.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub kind: Option<Box<str>>,
    pub filter: Option<Node>,
    pub window: When,
}

/// When.
#[derive(Clone, Debug)]
pub(crate) enum When {
    Fixed(Window),
    /// Around an event of the customer's own.
    Around {
        which: Which,
        anchor: Box<Selection>,
        side: Side,
        within: Span,
    },
}

impl When {
    /// The window as of the moment, for this customer.
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
    pub(crate) fn selects<'a>(&'a self, range: Range, event: &Event<'a>, frame: Frame<'a, '_>) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == event.kind)
            && range.has(event.at, event.day)
            && self.filter.as_ref().is_none_or(|filter| filter.truth(frame.at_event(event)).is_true())
    }
}

/// What is asked of events, with the field resolved.
#[derive(Clone, Debug)]
pub(crate) enum Asked {
    Count,
    Sum(Field),
    Mean(Field),
    Minimum(Field),
    Maximum(Field),
    Distinct(Field),
    First(Field),
    Last(Field),
}

/// A sum over events that the plan computes once.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    pub asked: Asked,
    pub events: Selection,
}

/// A sum of numbers that loses nothing on the way (A. Neumaier 1974, DOI 10.1002/zamm.19740540106).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Compensated {
    total: f64,
    lost: f64,
}

impl Compensated {
    #[inline]
    pub(crate) fn add(&mut self, number: f64) {
        let next = self.total + number;
        let (large, small) = if self.total.abs() >= number.abs() { (self.total, number) } else { (number, self.total) };
        self.lost += (large - next) + small;
        self.total = next;
    }

    pub(crate) fn total(self) -> f64 {
        self.total + self.lost
    }
}

/// A sum while it grows.
#[derive(Clone, Debug)]
pub(crate) struct Running<'a> {
    range: Range,
    count: u64,
    total: Compensated,
    value: Value<'a>,
    seen: Vec<Value<'a>>,
}

impl<'a> Running<'a> {
    pub(crate) fn new(range: Range) -> Self {
        Running { range, count: 0, total: Compensated::default(), value: Value::Missing, seen: Vec::new() }
    }

    /// Adds an event if it is one of those that are meant.
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
