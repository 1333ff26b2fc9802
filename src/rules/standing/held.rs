//! Who stays in an audience, and who stays out.

use super::Past;
use crate::error::Result;
use crate::rules::explain::Staying;
use crate::rules::language::Span;
use crate::rules::meaning::calendar::Clock;
use crate::rules::plan::Plan;
use crate::rules::plan::program::Answers;
use crate::rules::row::settled;
use crate::segment::Segment;
use crate::time::Timestamp;

/// What is known of one customer's past, audience by audience.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::rules) struct Held {
    pub(super) past: Vec<Option<Past>>,
    /// Why it stays where the list says otherwise, as it was settled last.
    pub staying: Vec<Option<Staying>>,
}

impl Held {
    pub(super) fn new(past: Vec<Option<Past>>) -> Self {
        Held { staying: vec![None; past.len()], past }
    }

    /// Whether the customer is in the audience of which the list says that.
    ///
    /// # Errors
    /// If the condition under which members stay is unknown and the definition calls that an error.
    pub(in crate::rules) fn settle(
        &mut self,
        plan: &Plan,
        number: usize,
        inside: bool,
        answers: Answers<'_>,
        clock: &Clock,
    ) -> Result<bool> {
        let known = plan.audiences.get(number).and_then(|audience| Some((audience, audience.stay.as_ref()?)));
        let past = self.past.get(number).copied().flatten();
        let (Some((audience, (stay, holds))), Some(past)) = (known, past) else { return Ok(inside) };
        let not_over = |span: Option<Span>| {
            let end = clock.after(past.since, span?);
            (clock.now() < end).then_some(end)
        };
        let staying = if past.member == inside {
            None
        } else if !past.member {
            not_over(stay.cool_down).map(Staying::CoolDown)
        } else if let Some(end) = not_over(stay.minimum) {
            Some(Staying::Minimum(end))
        } else {
            let truth = holds.as_ref().map(|root| root.truth(answers, plan));
            let stays = match truth {
                Some(truth) => settled(truth, audience.unknown, "audience", &audience.label.key())?,
                None => false,
            };
            stays.then_some(Staying::While)
        };
        if let Some(place) = self.staying.get_mut(number) {
            *place = staying;
        }
        Ok(if staying.is_some() { past.member } else { inside })
    }

    /// Notes who is in now; what is as it was keeps its date.
    pub(in crate::rules) fn note(&mut self, now: Timestamp, member: impl Fn(usize) -> bool) {
        for (number, past) in self.past.iter_mut().enumerate() {
            let member = member(number);
            match past {
                Some(past) if past.member == member => {}
                None if !member => {}
                past => *past = Some(Past { member, since: now }),
            }
        }
    }

    /// The first instant behind that one at which a minimum or a cool-down is over.
    pub(in crate::rules) fn next(&self, plan: &Plan, clock: &Clock, at: i64) -> Option<i64> {
        let ends = plan.audiences.iter().zip(&self.past).filter_map(|(audience, past)| {
            let ((stay, _), past) = (audience.stay.as_ref()?, past.as_ref()?);
            let span = if past.member { stay.minimum } else { stay.cool_down };
            Some(clock.after(past.since, span?).micros().saturating_sub(1))
        });
        ends.filter(|end| *end > at).min()
    }
}
