//! How the customer's doing goes on: states that last, events in order, habits that begin and end.
//!
//! A sum forgets the order of events; the questions here live on it. All of them look at the events
//! that are known as of the moment, oldest first, events at one instant in the order of the
//! history.
//!
//! *Has been* takes events as changes of a state: each change sets it, and it lasts until the next
//! one. A *sequence* is a choice of events, one for each step, each later in the history than the
//! one before. *Habits* compare one stretch of time before the moment with another.
//!
//! Windows of habits lie next to each other and are half open, so every event belongs to one of
//! them.

use super::super::language::{Span, Window};
use super::super::truth::Truth;
use super::calendar::Range;
use super::frame::Frame;
use super::node::Node;
use super::sums::{Selection, When};
use crate::history::Event;
use crate::time::Timestamp;

/// For how long something has been so.
///
/// It is about the state now: a state that lasted long enough in the past and has ended is not
/// meant.
#[derive(Clone, Debug)]
pub(crate) struct Been {
    /// The events that change the state.
    pub changes: Selection,
    /// What must hold of a change for the state to be so after it.
    pub so: Node,
    /// For how long; months and years are those of the calendar.
    pub at_least: Span,
}

impl Been {
    /// Since when it has been so without a break, and since when it may have been; `None` before the first change.
    ///
    /// A change that leaves it so does not begin it anew: the run goes on from its first change.
    ///
    /// # Cost
    /// One walk over the events.
    pub(crate) fn since<'a>(&'a self, frame: Frame<'a, '_>) -> Option<Since> {
        let range = self.changes.range(frame);
        let mut known: Option<Since> = None;
        for event in frame.events().filter(|event| self.changes.selects(range, event, frame)) {
            let before = known.unwrap_or_default();
            let since = |run: Option<Timestamp>| Some(run.unwrap_or(event.at));
            known = Some(match self.so.truth(frame.at_event(&event)) {
                Truth::True => Since { surely: since(before.surely), perhaps: since(before.perhaps) },
                Truth::Unknown => Since { surely: None, perhaps: since(before.perhaps) },
                Truth::False => Since::default(),
            });
        }
        known
    }

    /// Whether it has been so for long enough; unknown if it may have been, as far as changes of which nobody knows what
    /// they changed let one tell.
    pub(crate) fn truth<'a>(&'a self, frame: Frame<'a, '_>) -> Truth {
        let Some(since) = self.since(frame) else { return Truth::Unknown };
        let long = |run: Option<Timestamp>| {
            run.is_some_and(|since| frame.clock.after(since, self.at_least) <= frame.clock.now())
        };
        match (long(since.surely), long(since.perhaps)) {
            (true, _) => Truth::True,
            (false, true) => Truth::Unknown,
            (false, false) => Truth::False,
        }
    }
}

/// Since when something has been so, if it is: surely, and perhaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Since {
    /// No change since then left it unknown.
    pub surely: Option<Timestamp>,
    /// No change since then ended it.
    pub perhaps: Option<Timestamp>,
}

/// Events in order.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    /// Those that are not negated, in order; one at least.
    pub steps: Vec<PathStep>,
    /// What must not follow on the last step.
    pub not_after: Option<OneStep>,
    /// In which all of its events lie.
    pub window: Window,
    /// Whether a step compares with the first step's event.
    pub looks_at_first: bool,
}

/// A step that is not negated, and the negated step before it.
#[derive(Clone, Debug)]
pub(crate) struct PathStep {
    /// The step.
    pub step: OneStep,
    /// What must not lie between the event of the step before and its own.
    pub not_before: Option<OneStep>,
}

/// What one step asks.
#[derive(Clone, Debug)]
pub(crate) struct OneStep {
    /// `None` if events of every kind will do.
    pub kind: Option<Box<str>>,
    /// It may read fields of the step before, and of the first one.
    pub filter: Option<Node>,
    /// How long after the event before at the earliest.
    pub after: Option<Span>,
    /// How long after the event before at the latest; an event just then is in time.
    pub within: Option<Span>,
}

impl OneStep {
    /// Whether the event is of the step's kind and its filter holds, whatever its time.
    fn takes<'a>(&'a self, event: &Event<'a>, frame: Frame<'a, '_>) -> bool {
        self.kind.as_deref().is_none_or(|kind| kind == event.kind)
            && self.filter.as_ref().is_none_or(|filter| filter.truth(frame.at_event(event)).is_true())
    }

    /// The instants at which its event may be, after one at that instant: both are in.
    ///
    /// Without a span there is no bound on that side. Months are counted from the earlier event,
    /// not from the moment.
    fn gap(&self, previous: Timestamp, frame: Frame<'_, '_>) -> (Timestamp, Timestamp) {
        let earliest = self.after.map_or(previous, |span| frame.clock.after(previous, span));
        let latest = self.within.map_or(Timestamp::from_micros(i64::MAX), |span| frame.clock.after(previous, span));
        (earliest, latest)
    }
}

impl Path {
    /// Whether there is a choice of events in that order.
    ///
    /// Looks at each pair of an event and a later one once for each step, and once more for each first event where steps
    /// look back to it; a gap ends the search early.
    ///
    /// It is a search over all choices and not the first that fits: a greedy search takes the first
    /// purchase after a visit and then misses that the second one was followed by a return.
    pub(crate) fn holds<'a>(&'a self, frame: Frame<'a, '_>) -> bool {
        let range = frame.clock.bounds(&self.window).unwrap_or(Range::NONE);
        let events: Vec<Event<'a>> = frame.events().filter(|event| range.has(event.at, event.day)).collect();
        let Some((first, rest)) = self.steps.split_first() else { return false };
        let starts: Vec<usize> = events
            .iter()
            .enumerate()
            .filter(|(_, event)| first.step.takes(event, frame))
            .map(|(index, _)| index)
            .collect();
        if !self.looks_at_first {
            return self.follows(rest, starts, &events, frame);
        }
        starts.into_iter().any(|start| {
            let frame = Frame { first: events.get(start), ..frame };
            self.follows(rest, vec![start], &events, frame)
        })
    }

    /// Whether the steps can follow on one of these events.
    ///
    /// The set of events at which a step can end is carried from step to step, so a choice is never
    /// followed twice. A negated step between two others ends the search from one event where it is
    /// met; that event itself may still be the next step's.
    fn follows<'a, 's>(
        &'a self,
        steps: &'a [PathStep],
        mut reached: Vec<usize>,
        events: &'s [Event<'a>],
        frame: Frame<'a, 's>,
    ) -> bool {
        for PathStep { step, not_before } in steps {
            let mut next = vec![false; events.len()];
            for at in reached {
                let Some(previous) = events.get(at) else { continue };
                let frame = Frame { previous: Some(previous), ..frame };
                let (earliest, latest) = step.gap(previous.at, frame);
                for (index, event) in events.iter().enumerate().skip(at + 1) {
                    if event.at > latest {
                        break;
                    }
                    if event.at >= earliest && !next[index] && step.takes(event, frame) {
                        next[index] = true; // as long as `events`
                    }
                    if not_before.as_ref().is_some_and(|not| not.takes(event, frame)) {
                        break;
                    }
                }
            }
            reached = (0..events.len()).filter(|index| next[*index]).collect();
            if reached.is_empty() {
                return false;
            }
        }
        match &self.not_after {
            None => !reached.is_empty(),
            Some(not) => reached.into_iter().any(|at| {
                let Some(previous) = events.get(at) else { return false };
                let frame = Frame { previous: Some(previous), ..frame };
                let (earliest, latest) = not.gap(previous.at, frame);
                let meant = |event: &&Event<'a>| earliest <= event.at && event.at <= latest;
                !events.iter().skip(at + 1).filter(meant).any(|event| not.takes(event, frame))
            }),
        }
    }
}

/// Habits that begin and end.
///
/// Every window ends at the moment or where the next one begins.
#[derive(Clone, Debug)]
pub(crate) enum Doing {
    /// The first of all such events lies in the window.
    FirstTime { events: Selection, within: When },
    /// So many of the last periods have one at least; periods are counted back from the moment.
    Regularly { events: Selection, every: Span, periods: u32, at_least: u32 },
    /// None of late, and some in the time before that.
    Stopped { events: Selection, quiet: Span, active: Span },
    /// Some of late, none in the time before that, and some earlier still.
    Restarted { events: Selection, recent: Span, quiet: Span },
}

impl Doing {
    /// Whether the habit is so as of the moment.
    ///
    /// # Cost
    /// A walk over the events for each of its windows; for regular doing one for each period.
    pub(crate) fn holds<'a>(&'a self, frame: Frame<'a, '_>) -> bool {
        let (clock, now) = (frame.clock, frame.clock.now());
        let count = |events: &'a Selection, range: Range| {
            frame.events().filter(|event| events.selects(range, event, frame)).count()
        };
        match self {
            Doing::FirstTime { events, within } => {
                let range = within.range(frame);
                let first = frame.events().find(|event| events.selects(Range::ALL, event, frame));
                first.is_some_and(|event| range.has(event.at, event.day))
            }
            Doing::Regularly { events, every, periods, at_least } => {
                let mut with_one = 0;
                let mut end = now;
                for period in 1..=*periods {
                    let start = clock.before(now, Span::new(every.count.saturating_mul(period), every.unit));
                    let range = Range::of_instants(start, end);
                    with_one += u32::from(frame.events().any(|event| events.selects(range, &event, frame)));
                    end = start;
                }
                with_one >= *at_least
            }
            Doing::Stopped { events, quiet, active } => {
                let silent = clock.before(now, *quiet);
                let before = clock.before(silent, *active);
                count(events, Range::of_instants(silent, now)) == 0
                    && count(events, Range::of_instants(before, silent)) > 0
            }
            Doing::Restarted { events, recent, quiet } => {
                let again = clock.before(now, *recent);
                let silent = clock.before(again, *quiet);
                let begin = Timestamp::from_micros(i64::MIN);
                count(events, Range::of_instants(again, now)) > 0
                    && count(events, Range::of_instants(silent, again)) == 0
                    && count(events, Range::of_instants(begin, silent)) > 0
            }
        }
    }
}
