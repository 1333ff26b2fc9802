//! What an expression is evaluated in: one customer, one moment, and the event or item that is looked at.
//!
//! A frame is a handful of references and is copied at every step downwards: looking at an event is
//! a new frame with the same customer in it. Nothing is evaluated for a frame in advance but
//! attributes, sums and models, which many questions share.
//!
//! A filter of events can ask for attributes, but for no sum and no model; so what a sum reads is
//! there before the sum is.

use std::cell::RefCell;

use super::calendar::Clock;
use crate::customer::Customer;
use crate::error::Error;
use crate::history::Event;
use crate::value::Value;

/// A customer as expressions see it. `'a` is the customer's and the plan's life, `'s` that of what was computed on the
/// way.
#[derive(Clone, Copy)]
pub(crate) struct Frame<'a, 's> {
    /// Whom the question is about.
    pub customer: &'a dyn Customer,
    /// As of when.
    pub clock: &'s Clock,
    /// The attributes that the plan reads.
    pub slots: &'s [Value<'a>],
    /// What the events add up to, in the plan's order.
    pub sums: &'s [Value<'a>],
    /// What the models say, in the plan's order.
    pub models: &'s [Value<'a>],
    /// The event or item that fields are read of.
    pub looked_at: LookedAt<'a, 's>,
    /// The first event of the sequence that is followed, and the one before this one.
    pub first: Option<&'s Event<'a>>,
    /// The event of the step before, inside a step.
    pub previous: Option<&'s Event<'a>>,
    /// The first thing that was of the wrong kind.
    pub fault: &'s RefCell<Option<Error>>,
}

/// What fields are read of.
#[derive(Clone, Copy)]
pub(crate) enum LookedAt<'a, 's> {
    /// The customer alone.
    Nothing,
    /// That event.
    Event(&'s Event<'a>),
    /// That item of that list.
    Item { list: &'a str, index: usize },
}

impl<'a, 's> Frame<'a, 's> {
    /// The same frame, looking at an event.
    pub(crate) fn at_event<'t>(self, event: &'t Event<'a>) -> Frame<'a, 't>
    where
        's: 't,
    {
        Frame { looked_at: LookedAt::Event(event), ..self }
    }

    /// The events that are known, oldest first.
    ///
    /// An event ahead of the moment is never seen, even where the customer's history has it: a
    /// question as of last year gets last year's answer.
    pub(crate) fn events(self) -> impl Iterator<Item = Event<'a>> {
        let Frame { customer, clock, .. } = self;
        (0..customer.event_count()).filter_map(move |index| {
            let event = customer.event(index)?;
            let known = clock.known.includes(event.at, event.day) && clock.as_of.includes(event.at, event.day);
            known.then_some(event)
        })
    }

    /// Notes that something was of the wrong kind; the answer is then not used.
    ///
    /// Only the first fault is kept. It is a note and not a result, so that evaluation needs no
    /// error at every step; whoever made the frame must look.
    pub(crate) fn fail(self, error: Error) {
        self.fault.borrow_mut().get_or_insert(error);
    }
}
