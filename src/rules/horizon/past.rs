//! Since when an answer has held.
//!
//! This is the search for the end of an answer, turned round: from now back to the last instant at which the answer
//! was another. As of an earlier moment only the events count that were known then, so that the timeline has each
//! event's own instant as well. Attributes have no history; they are taken as they are now.
//!
//! The same bounds hold as for the future: 200 years, and 10,000 instants. What cannot be asked as of a moment,
//! such as a model that is not there, ends the search at that moment with "at least".
//!
//! Explanations of one audience tell both: since when its answer has held, and until when.

use super::decay::{Crossing, crossing};
use super::timeline::Timeline;
use super::{FAR, Open, STEPS, Until, ValidUntil};
use crate::customer::Customer;
use crate::error::Result;
use crate::rules::meaning::calendar::Clock;
use crate::rules::row::Asker;
use crate::time::Timestamp;

/// Since when an answer has held without a break.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Since {
    /// It never was another.
    ///
    /// As far back as the calendar of the search goes, with nothing left that could have changed.
    Always,
    /// Since that instant: as of a microsecond before it the answer was another.
    Exactly(Timestamp),
    /// Since that instant at least; one looked no further back.
    AtLeast(Timestamp),
}

impl Asker<'_> {
    /// Since when the answer for one audience has been as it is by that clock: as of each moment with the events that
    /// were known then, and the attributes of now.
    ///
    /// The plan is asked once for each instant at which something can have changed, so that the cost grows with the
    /// events that matter to the audience.
    ///
    /// # Errors
    /// As asking the customer.
    pub(in crate::rules) fn since(&mut self, audience: usize, customer: &dyn Customer, clock: &Clock) -> Result<Since> {
        let plan = self.plan();
        if customer.as_of().is_none() {
            return Ok(Since::Always); // nothing in the plan knows a moment
        }
        let today = self.state(customer, clock)?;
        let open = Open::all(plan.audiences.len(), plan.lists.len()).only(audience);
        let asked = plan.reach.atoms(&open.audiences, &open.lists, plan.atoms.len());
        let timeline = Timeline::of(plan, customer, clock, &asked, true)?;
        let restless = timeline.restless(plan.atoms.len());
        let mut at = clock.now().micros().saturating_sub(1);
        let end = at.saturating_sub(FAR);
        for _ in 0..STEPS {
            let needed = self.still_asked(customer, &clock.at_instant(at), &asked, &restless, &open);
            let mut last = timeline.last(at, &needed, &clock.zone).filter(|last| *last >= end);
            for atom in timeline.decaying.iter().filter(|atom| needed.get(**atom) == Some(&true)) {
                match crossing(plan, customer, clock, *atom, (last.unwrap_or(end), at), true)? {
                    Crossing::None => {}
                    Crossing::At(turn) => last = Some(turn),
                    Crossing::Unknown(to) => return Ok(Since::AtLeast(Timestamp::from_micros(to))),
                }
            }
            let Some(last) = last else {
                let more = timeline.last(at, &needed, &clock.zone).is_some();
                return Ok(if more { Since::AtLeast(Timestamp::from_micros(end)) } else { Since::Always });
            };
            at = last.saturating_sub(1);
            match self.state(customer, &clock.at_instant(at)) {
                Err(_) => return Ok(Since::AtLeast(Timestamp::from_micros(last))),
                Ok(then) if then.members.get(audience) != today.members.get(audience) => {
                    return Ok(Since::Exactly(Timestamp::from_micros(last)));
                }
                Ok(_) => {}
            }
        }
        Ok(Since::AtLeast(Timestamp::from_micros(at)))
    }

    /// Until when the answer for one audience holds by that clock.
    ///
    /// Only the leaves are looked at on which this audience hangs, which makes it cheaper than asking for all.
    ///
    /// # Errors
    /// As asking the customer.
    pub(in crate::rules) fn valid_until_of(
        &mut self,
        audience: usize,
        customer: &dyn Customer,
        clock: &Clock,
    ) -> Result<Until> {
        let plan = self.plan();
        if !plan.reads.as_of {
            return Ok(Until::Never);
        }
        let (audiences, lists) = (plan.audiences.len(), plan.lists.len());
        let never = ValidUntil { audiences: vec![Until::Never; audiences], lists: vec![Until::Never; lists] };
        let until = self.search(customer, clock, never, Open::all(audiences, lists).only(audience), None)?;
        Ok(until.audiences.get(audience).copied().unwrap_or(Until::Never))
    }
}
