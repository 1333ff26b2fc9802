//! The instants at which something that a plan asks of a customer can change though nothing new becomes known.
//!
//! Two sorts of instants are kept. Those that hang on an event or on a value of the customer are finite in number
//! and are listed. Days, months and birthdays come for ever and are computed one at a time, from the instant at
//! which the search stands. Scores that decay have no instants at all; their leaves are listed for the search of
//! crossings.
//!
//! Each is tagged with the leaf that it concerns, so that a search for one audience passes over what concerns
//! others. The list is sorted once, and each step in it is a binary search.

use std::cell::RefCell;

use super::gather::Gather;
use super::pieces::{next_piece, piece_start, turns_of_day};
use crate::customer::Customer;
use crate::error::Result;
use crate::rules::language::{CalendarUnit, LeapDay};
use crate::rules::meaning::calendar::{Clock, anniversary};
use crate::rules::meaning::frame::{Frame, LookedAt};
use crate::rules::plan::Plan;
use crate::rules::row::{add_events, read_models, read_slots};
use crate::time::{Day, Timestamp, Zone};
use crate::value::Value;

/// The tag of what may concern every leaf.
pub(super) const ALL: usize = usize::MAX;

/// The instants at which the inputs of leaves can change: more of them than there are changes, and never fewer.
///
/// Those that events make are finite in number and lie in the past as well; days that roll come again and again.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    /// Sorted, with the leaf each concerns.
    pub instants: Vec<(i64, usize)>,
    /// Each with the leaf that it concerns, without repetitions.
    pub recurring: Vec<(Recurring, usize)>,
    /// The leaves with a number that falls all the time.
    pub decaying: Vec<usize>,
    /// The leaves that ask a model which knows the moment: nobody knows when it says otherwise.
    pub blind: Vec<usize>,
}

/// What comes again and again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Recurring {
    Day,
    Period(CalendarUnit),
    /// Today comes to be within these days of the day coming round.
    Round {
        day: Day,
        from: i32,
        to: i32,
        leap_day: LeapDay,
    },
}

/// Calls `then` with the customer as the plan's leaves see it by that clock.
///
/// Attributes, answers of models and sums over events are read once, and `then` may ask as many leaves as it likes. An
/// error that a term notes on the way is given in the place of the result.
///
/// # Errors
/// As asking the customer.
pub(in crate::rules) fn with_frame<'a, R>(
    plan: &'a Plan,
    customer: &'a dyn Customer,
    clock: &Clock,
    then: impl for<'s> FnOnce(Frame<'a, 's>) -> R,
) -> Result<R> {
    let mut slots = vec![Value::Missing; plan.slots.len()];
    let mut sums = vec![Value::Missing; plan.sums.len()];
    read_slots(plan, customer, &mut slots)?;
    let mut models = Vec::new();
    read_models(plan, customer, &mut models)?;
    let fault = RefCell::new(None);
    let frame = Frame {
        customer,
        clock,
        slots: &slots,
        sums: &[],
        models: &models,
        looked_at: LookedAt::Nothing,
        first: None,
        previous: None,
        fault: &fault,
    };
    add_events(plan, frame, &mut sums);
    let answer = then(Frame { sums: &sums, ..frame });
    match fault.into_inner() {
        Some(error) => Err(error),
        None => Ok(answer),
    }
}

impl Timeline {
    /// The timeline of those leaves for that customer; with its past, the instants too at which events became known.
    ///
    /// # Errors
    /// As asking the customer.
    pub(super) fn of(
        plan: &Plan,
        customer: &dyn Customer,
        clock: &Clock,
        needed: &[bool],
        with_past: bool,
    ) -> Result<Self> {
        let mut timeline = with_frame(plan, customer, clock, |frame| {
            let mut gather = Gather { plan, atom: ALL, found: Timeline::default() };
            for (number, atom) in plan.atoms.iter().enumerate() {
                if needed.get(number) == Some(&true) && (atom.as_of || with_past) {
                    gather.atom = number;
                    gather.test(&atom.test, frame);
                }
            }
            gather.atom = ALL;
            if with_past && plan.reads.history {
                for event in frame.events() {
                    gather.at(event.at);
                    if clock.zone.day(event.at) != event.day {
                        gather.day(event.day, frame);
                    }
                }
            }
            // a moment made elsewhere may lie on another day than the definitions' zone says
            let last = clock.now().micros().saturating_sub(1);
            if clock.zone.day(Timestamp::from_micros(last)) != clock.today() {
                gather.at(clock.now());
                gather.day(clock.today(), frame);
            }
            gather.found
        })?;
        for audience in &plan.audiences {
            let expiry = audience.include.of(customer.id()).into_iter().chain(audience.exclude.of(customer.id()));
            timeline.instants.extend(expiry.flatten().map(|until| (until.micros(), ALL)));
        }
        timeline.instants.sort_unstable();
        timeline.instants.dedup();
        Ok(timeline)
    }

    /// The leaves that can change again and again, or all the time.
    ///
    /// True at the numbers of those leaves; leaves of listed instants alone are not among them.
    pub(super) fn restless(&self, atoms: usize) -> Vec<bool> {
        let mut restless = vec![false; atoms];
        for atom in self.recurring.iter().map(|(_, atom)| atom).chain(&self.decaying) {
            if let Some(is) = restless.get_mut(*atom) {
                *is = true;
            }
        }
        restless
    }

    /// The first instant behind that one at which one of those leaves can change.
    ///
    /// `None` if nothing comes any more. The cost is a binary search and one step for each of what recurs.
    pub(super) fn next(&self, at: i64, needed: &[bool], zone: &Zone) -> Option<i64> {
        let concerns = |atom: usize| atom == ALL || needed.get(atom) == Some(&true);
        let begin = self.instants.partition_point(|(instant, _)| *instant <= at);
        let known = self.instants.iter().skip(begin).find(|(_, atom)| concerns(*atom)).map(|(instant, _)| *instant);
        let recurring = self.recurring.iter().filter(|(_, atom)| concerns(*atom));
        recurring.filter_map(|(recurring, _)| recurring.next(at, zone)).chain(known).min()
    }

    /// The last instant before that one, or it, at which one of those leaves can have changed.
    ///
    /// `None` if nothing came before. It mirrors `next`, but takes in the instant itself.
    pub(super) fn last(&self, at: i64, needed: &[bool], zone: &Zone) -> Option<i64> {
        let concerns = |atom: usize| atom == ALL || needed.get(atom) == Some(&true);
        let end = self.instants.partition_point(|(instant, _)| *instant <= at);
        let past = self.instants.get(..end).unwrap_or_default();
        let known = past.iter().rev().find(|(_, atom)| concerns(*atom)).map(|(instant, _)| *instant);
        let recurring = self.recurring.iter().filter(|(_, atom)| concerns(*atom));
        recurring.filter_map(|(recurring, _)| recurring.last(at, zone)).chain(known).max()
    }
}

impl Recurring {
    fn next(self, at: i64, zone: &Zone) -> Option<i64> {
        match self {
            Recurring::Day => Some(next_piece(zone, at)),
            _ => self.turns(at, zone).into_iter().filter(|turn| *turn > at).min(),
        }
    }

    fn last(self, at: i64, zone: &Zone) -> Option<i64> {
        match self {
            Recurring::Day => Some(piece_start(zone, at)),
            _ => self.turns(at, zone).into_iter().filter(|turn| *turn <= at).max(),
        }
    }

    /// The turns around an instant: the last before it and the first behind it are among them.
    ///
    /// Periods are taken from the one of today and the next. A day coming round is looked for in the year before, in
    /// this one and in the one after, because the range may reach over the end of a year.
    fn turns(self, at: i64, zone: &Zone) -> Vec<i64> {
        let today = zone.day(Timestamp::from_micros(at));
        let mut turns = Vec::new();
        match self {
            Recurring::Day => {}
            Recurring::Period(unit) => {
                let clock = Clock::new(crate::time::AsOf::from(today), zone.clone(), Default::default());
                for offset in 0..=1 {
                    if let Some(day) = clock.period_start(today, unit, offset) {
                        turns_of_day(zone, day, &mut turns);
                    }
                }
            }
            Recurring::Round { day, from, to, leap_day } => {
                // within from today + from to today + to: from the day less to, until the day less from has passed
                for (shift, rest) in [(to, 0), (from, 1)] {
                    let Some(date) = today.plus(shift).date() else { continue };
                    for year in date.year().saturating_sub(1)..=date.year().saturating_add(1) {
                        if let Some(round) = anniversary(day, year, leap_day) {
                            turns_of_day(zone, round.plus(rest).plus(shift.saturating_neg()), &mut turns);
                        }
                    }
                }
            }
        }
        turns
    }
}
