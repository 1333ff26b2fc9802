//! Until when an answer holds if nothing new becomes known.
//!
//! An answer about a customer goes out of date by itself: events leave windows, days since grow, birthdays come,
//! scores decay. Who stores answers needs to know when to ask again, and asking everybody every day is the costly
//! way to find out.
//!
//! The search goes from instant to instant. A timeline, gathered once for each customer, gives the next instant at
//! which something can change; between two of them only decaying scores move, and for these the crossing is found
//! by halving. At each instant the plan is asked in full and compared with the answer of today. What is reported is
//! thus a change that was seen, and the instant before it was seen to be the same.
//!
//! The bounds, 200 years and 10,000 instants, keep one customer from taking for ever; beyond them the end is
//! reported as "at least".

mod decay;
mod gather;
mod past;
mod pieces;
mod possible;
mod timeline;

use decay::{Crossing, crossing};
pub use past::Since;
use timeline::Timeline;
pub(super) use timeline::with_frame;

use super::meaning::calendar::Clock;
use super::plan::program::Answers;
use super::row::Asker;
use super::standing::Held;
use crate::customer::Customer;
use crate::error::Result;
use crate::time::Timestamp;

/// Until when an answer holds if nothing new becomes known of the customer: the first instant as of which it is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Until {
    /// For good.
    Never,
    /// Until that instant: as of a microsecond before it the answer is the same, as of it another.
    Exactly(Timestamp),
    /// That long at least. The search goes no further: 200 years, or 10,000 instants at which something could have
    /// changed and did not; a model is asked that knows the moment; or the question is refused from then on.
    AtLeast(Timestamp),
}

impl Until {
    /// The instant before which nothing changes; `None` if nothing ever does.
    pub const fn instant(self) -> Option<Timestamp> {
        match self {
            Until::Never => None,
            Until::Exactly(at) | Until::AtLeast(at) => Some(at),
        }
    }

    /// Whether it is known to the microsecond.
    pub const fn is_exact(self) -> bool {
        !matches!(self, Until::AtLeast(_))
    }
}

/// Until when each answer of a plan holds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct ValidUntil {
    /// For each audience, in the order of the definitions.
    pub audiences: Vec<Until>,
    /// For each rule list.
    pub lists: Vec<Until>,
}

impl ValidUntil {
    /// The earliest instant at which any of the answers can be another; `None` if all hold for good.
    pub fn first(&self) -> Option<Timestamp> {
        self.audiences.iter().chain(&self.lists).filter_map(|until| until.instant()).min()
    }
}

/// At how many instants one looks at most.
///
/// A birthday within a window takes two a year; a rolling day takes 366. Restless leaves are looked at only where the
/// rest of the condition leaves the answer to them.
const STEPS: usize = 10_000;
/// How far one looks: 200 years of 366 days.
///
/// In microseconds.
const FAR: i64 = 200 * 366 * 86_400_000_000;

/// What a plan says of a customer as of a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// One for each audience, in the order of the definitions; `stay` plays no part.
    pub members: Vec<bool>,
    /// The number of the rule whose segment it is, for each rule list.
    pub segments: Vec<Option<usize>>,
}

impl Asker<'_> {
    /// Until when each answer holds if nothing new becomes known of the customer: no attribute changes, no event comes.
    ///
    /// "As of" an instant means what is so with that instant included; a customer seen as of a day is seen as of the
    /// last microsecond of it. Daylight saving, short months and leap years are those of the definitions' zone.
    ///
    /// `stay` plays no part: who is in by it depends on who was in before ([`Standing`](super::Standing)).
    ///
    /// ```
    /// use segmentry::customer::Record;
    /// use segmentry::rules::{Audience, Definitions, Events, Plan, Span, Until, Vocabulary};
    /// use segmentry::time::Day;
    ///
    /// let active = Events::of("purchase").last(Span::days(90)).count().at_least(1);
    /// let plan = Plan::new(&Definitions::new().audience(Audience::new("active", active)), &Vocabulary::new())?;
    /// let record = Record::new("c-17").purchase(Day::new(2026, 10, 3)?, 59.90).as_of(Day::new(2026, 11, 1)?);
    /// let until = plan.asker().valid_until(&record)?;
    /// assert_eq!(until.audiences, [Until::Exactly("2027-01-01T00:00:00Z".parse()?)]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Asker::ask`], as of the customer's moment.
    ///
    /// # Cost
    /// The plan is asked once for each instant at which something can change, until everything has changed or nothing
    /// is left that can.
    pub fn valid_until(&mut self, customer: &dyn Customer) -> Result<ValidUntil> {
        let plan = self.plan();
        let never = ValidUntil {
            audiences: vec![Until::Never; plan.audiences.len()],
            lists: vec![Until::Never; plan.lists.len()],
        };
        let clock = plan.clock_of(customer)?;
        if !plan.reads.as_of {
            return Ok(never);
        }
        let open = Open::all(never.audiences.len(), never.lists.len());
        self.search(customer, &clock, never, open, None).map_err(|error| error.at_customer(customer.id()))
    }

    /// Looks for the ends of those that are open and writes them into `until`; what is closed in between is not looked
    /// at again. A customer who cannot be asked as of a later moment has an end of "at least" there, not an error.
    ///
    /// # Errors
    /// If the customer cannot be asked as of the moment of the clock.
    pub(super) fn search(
        &mut self,
        customer: &dyn Customer,
        clock: &Clock,
        mut until: ValidUntil,
        mut open: Open,
        mut held: Option<Held>,
    ) -> Result<ValidUntil> {
        let plan = self.plan();
        let today = self.state_held(customer, clock, held.as_mut())?;
        let needed = plan.reach.atoms(&open.audiences, &open.lists, plan.atoms.len());
        let timeline = Timeline::of(plan, customer, clock, &needed, false)?;
        let begin = clock.now().micros().saturating_sub(1);
        let end = begin.saturating_add(FAR);

        // who hangs on a model that knows the moment is not looked at
        let seen = Timestamp::from_micros(begin.saturating_add(1));
        let numbers = if timeline.blind.is_empty() { 0 } else { open.audiences.len() + open.lists.len() };
        for number in 0..numbers {
            let atoms = plan.reach.atoms(&open.only(number).audiences, &open.only(number).lists, plan.atoms.len());
            if timeline.blind.iter().any(|atom| atoms.get(*atom) == Some(&true)) {
                open.close(number, Until::AtLeast(seen), &mut until);
            }
        }
        let mut asked = plan.reach.atoms(&open.audiences, &open.lists, plan.atoms.len());

        let restless = timeline.restless(plan.atoms.len());
        let mut at = begin;
        for _ in 0..STEPS {
            if open.is_empty() {
                return Ok(until);
            }
            let needed = match &held {
                // who stays or not hangs on more than the condition
                Some(_) => asked.clone(),
                None => self.still_asked(customer, &clock.at_instant(at), &asked, &restless, &open),
            };
            let stays = held.iter().filter_map(|held| held.next(plan, clock, at)).min();
            let discrete = timeline.next(at, &needed, &clock.zone);
            let mut next = discrete.into_iter().chain(stays).filter(|next| *next <= end).min();
            let mut dark = None;
            for atom in timeline.decaying.iter().filter(|atom| needed.get(**atom) == Some(&true)) {
                // the last instant before something else changes
                let limit = next.map_or(end, |next| next - 1);
                match crossing(plan, customer, clock, *atom, (at, limit), false)? {
                    Crossing::None => {}
                    Crossing::At(crossing) => next = Some(crossing),
                    Crossing::Unknown(from) => dark = Some(dark.unwrap_or(from).min(from)),
                }
            }
            if let Some(dark) = dark.filter(|dark| next.is_none_or(|next| *dark < next)) {
                open.close_all(Until::AtLeast(Timestamp::from_micros(dark.saturating_add(1))), &mut until);
                return Ok(until);
            }
            let Some(next) = next else {
                let more = discrete.is_some() || stays.is_some();
                let decays = timeline.decaying.iter().any(|atom| needed.get(*atom) == Some(&true));
                if more || decays {
                    open.close_all(Until::AtLeast(Timestamp::from_micros(end)), &mut until);
                }
                return Ok(until);
            };
            let Ok(then) = self.state_held(customer, &clock.at_instant(next), held.as_mut()) else {
                open.close_all(Until::AtLeast(Timestamp::from_micros(next)), &mut until);
                return Ok(until);
            };
            if open.compare(&today, &then, Until::Exactly(Timestamp::from_micros(next)), &mut until) {
                asked = plan.reach.atoms(&open.audiences, &open.lists, plan.atoms.len());
            }
            at = next;
        }
        open.close_all(Until::AtLeast(Timestamp::from_micros(at.saturating_add(1))), &mut until);
        Ok(until)
    }

    /// Those of the leaves asked for that matter: where the others decide, nobody need look at what changes day by day.
    fn still_asked(
        &self,
        customer: &dyn Customer,
        clock: &Clock,
        asked: &[bool],
        restless: &[bool],
        open: &Open,
    ) -> Vec<bool> {
        if !restless.contains(&true) {
            return asked.to_vec();
        }
        let plan = self.plan();
        let hanging = possible::hanging(plan, customer.id(), clock, self.leaf_answers(), restless, open);
        let moved = plan.reach.atoms(&hanging.audiences, &hanging.lists, plan.atoms.len());
        let each = asked.iter().zip(&moved).zip(restless);
        each.map(|((asked, moved), restless)| *asked && (*moved || !restless)).collect()
    }

    /// What the plan says as of a moment.
    ///
    /// The whole plan is asked, since one pass costs little more than a single audience.
    ///
    /// # Errors
    /// As asking the customer.
    pub(super) fn state(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<State> {
        self.state_held(customer, clock, None)
    }

    /// What the plan says as of a moment, and those who stay stay; notes who comes and goes.
    pub(super) fn state_held(
        &mut self,
        customer: &dyn Customer,
        clock: &Clock,
        held: Option<&mut Held>,
    ) -> Result<State> {
        let plan = self.plan();
        let answer = match held {
            Some(held) => {
                let settle =
                    |audience, inside, answers: Answers<'_>| held.settle(plan, audience, inside, answers, clock);
                let answer = self.ask_settling(customer, clock, settle)?;
                held.note(clock.now(), |audience| answer.is_member(audience));
                answer
            }
            None => self.ask_by(customer, clock)?,
        };
        let members = (0..plan.audiences.len()).map(|audience| answer.is_member(audience)).collect();
        let segments = (0..plan.lists.len()).map(|list| answer.segment_number(list)).collect::<Result<_>>()?;
        Ok(State { members, segments })
    }
}

/// The audiences and rule lists whose end was not found yet.
///
/// Audiences and lists are numbered together where one number is wanted: the audiences come first.
pub(super) struct Open {
    /// True where the end of the audience is still looked for.
    pub audiences: Vec<bool>,
    /// The same of the rule lists.
    pub lists: Vec<bool>,
}

impl Open {
    /// All of them are open at first.
    pub fn all(audiences: usize, lists: usize) -> Self {
        Open { audiences: vec![true; audiences], lists: vec![true; lists] }
    }

    /// One of them alone; rule lists are numbered behind the audiences.
    fn only(&self, number: usize) -> Self {
        let is = |at: usize| at == number;
        let behind = self.audiences.len();
        Open {
            audiences: (0..behind).map(is).collect(),
            lists: (0..self.lists.len()).map(|list| is(behind + list)).collect(),
        }
    }

    /// Whether there is nothing left to look for.
    fn is_empty(&self) -> bool {
        !self.audiences.iter().chain(&self.lists).any(|open| *open)
    }

    /// Writes the end of one that is open. One that was closed before keeps the end that it has, which is the earlier
    /// one.
    fn close(&mut self, number: usize, end: Until, until: &mut ValidUntil) {
        let open = self.audiences.iter_mut().chain(&mut self.lists).nth(number);
        let place = until.audiences.iter_mut().chain(&mut until.lists).nth(number);
        if let (Some(open), Some(place)) = (open, place)
            && std::mem::take(open)
        {
            *place = end;
        }
    }

    /// Writes the same end for all that are open: the search stops there.
    fn close_all(&mut self, end: Until, until: &mut ValidUntil) {
        for number in 0..self.audiences.len() + self.lists.len() {
            self.close(number, end, until);
        }
    }

    /// Closes those whose answer is another, and says whether there was one.
    ///
    /// Both states are of the same plan and thus of the same lengths. Those that were closed before are compared as
    /// well, and stay as they are.
    fn compare(&mut self, today: &State, then: &State, end: Until, until: &mut ValidUntil) -> bool {
        let members = today.members.iter().zip(&then.members).map(|(today, then)| today != then);
        let segments = today.segments.iter().zip(&then.segments).map(|(today, then)| today != then);
        let changed: Vec<bool> = members.chain(segments).collect();
        let mut any = false;
        for (number, _) in changed.into_iter().enumerate().filter(|(_, changed)| *changed) {
            any = true;
            self.close(number, end, until);
        }
        any
    }
}
