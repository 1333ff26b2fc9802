//! Who was in which audience, and since when: what `stay` needs to know.

mod held;

pub(super) use held::Held;

use std::collections::BTreeMap;

use super::explain::{Decision, MembershipExplanation};
use super::horizon::{Open, Since, Until, ValidUntil};
use super::plan::Plan;
use super::row::Asker;
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::segment::Segment;
use crate::time::Timestamp;

/// Who was in which audience, and since when.
///
/// Keep it from one day to the next: audiences with [`Stay`](super::Stay) answer by it. The semantics, for an audience that
/// has it, with *now* the first instant behind the moment as of which the question is asked:
///
/// - of whom nothing is known, the condition alone decides;
/// - a member of whom less than `minimum` has passed since it came in stays;
/// - after that it stays as long as the condition or `while` holds;
/// - who has left and of whom less than `cool_down` has passed since does not come back;
/// - overrides win over all of it. An audience that asks for a member of another sees it as it stands.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::rules::{Audience, Definitions, Plan, Standing, Stay, Vocabulary, attribute};
/// use segmentry::time::Day;
/// use segmentry::value::{Attribute, Kind};
///
/// // in at 500, out below 450
/// let large = Audience::new("large", attribute("mrr").at_least(500))
///     .stay(Stay { holds: Some(attribute("mrr").at_least(450)), ..Stay::default() });
/// let vocabulary = Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number))?;
/// let plan = Plan::new(&Definitions::new().audience(large), &vocabulary)?;
/// let (mut asker, mut standing) = (plan.asker(), Standing::new());
/// let mut inside = |day: &str, mrr: i32| -> segmentry::Result<bool> {
///     let record = Record::new("c-17").with("mrr", mrr).as_of(day.parse::<Day>()?);
///     asker.move_on(&record, &mut standing)?;
///     Ok(standing.of("large", "c-17").is_some_and(|past| past.member))
/// };
/// assert!(!inside("2026-11-01", 480)?);
/// assert!(inside("2026-11-02", 510)?);
/// assert!(inside("2026-11-03", 480)?);
/// assert!(!inside("2026-11-04", 440)?);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// It knows audiences by key, so that it outlives a change of the definitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Standing {
    audiences: BTreeMap<String, BTreeMap<String, Past>>,
}

/// Whether a customer was in an audience, and since when it was so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Past {
    /// Whether it was in.
    pub member: bool,
    /// Since when: *now* of the question whose answer was first so.
    pub since: Timestamp,
}

/// A customer who came into an audience or left it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Move {
    /// The number of the audience.
    pub audience: usize,
    /// The customer's id.
    pub customer: String,
    /// Whether it came in.
    pub entered: bool,
    /// *Now* of the question.
    pub at: Timestamp,
}

/// Who came into audiences and who left them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Moves {
    /// In the order of customers, and of audiences for each.
    pub moves: Vec<Move>,
}

impl Moves {
    /// Those who came into that audience.
    pub fn entered(&self, audience: usize) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |one| one.entered && one.audience == audience)
    }

    /// Those who left it.
    pub fn left(&self, audience: usize) -> impl Iterator<Item = &Move> {
        self.moves.iter().filter(move |one| !one.entered && one.audience == audience)
    }
}

impl Standing {
    /// Nobody was in any audience.
    pub fn new() -> Self {
        Standing::default()
    }

    /// What is known of a customer and the audience of that key; `None` of who never was in it.
    pub fn of(&self, audience: &str, customer: &str) -> Option<Past> {
        self.audiences.get(audience)?.get(customer).copied()
    }

    /// Says what is known of a customer and an audience.
    pub fn set(&mut self, audience: impl Into<String>, customer: impl Into<String>, past: Past) {
        self.audiences.entry(audience.into()).or_default().insert(customer.into(), past);
    }

    /// Forgets a customer.
    pub fn forget(&mut self, customer: &str) {
        self.audiences.values_mut().for_each(|audience| {
            audience.remove(customer);
        });
    }

    /// The members of the audience of that key, in the order of their ids, with since when.
    pub fn members(&self, audience: &str) -> impl Iterator<Item = (&str, Timestamp)> {
        let known = self.audiences.get(audience).into_iter().flatten();
        known.filter(|(_, past)| past.member).map(|(customer, past)| (customer.as_str(), past.since))
    }

    fn held(&self, plan: &Plan, customer: &str) -> Held {
        Held::new(plan.audiences.iter().map(|audience| self.of(&audience.label.key(), customer)).collect())
    }
}

impl Asker<'_> {
    /// Settles who is in now, as the customer's moment and its past say, notes it in the standing, and says what changed.
    ///
    /// # Errors
    /// As [`Asker::ask`]; the standing is then as it was.
    pub fn move_on(&mut self, customer: &dyn Customer, standing: &mut Standing) -> Result<Vec<Move>> {
        let plan = self.plan();
        let clock = plan.clock_of(customer)?;
        let id = customer.id().to_string();
        let before = standing.held(plan, &id);
        let mut held = before.clone();
        self.state_held(customer, &clock, Some(&mut held)).map_err(|error| error.at_customer(customer.id()))?;
        let mut moves = Vec::new();
        for (number, (audience, (was, is))) in plan.audiences.iter().zip(before.past.iter().zip(&held.past)).enumerate()
        {
            let Some(past) = is.filter(|_| was != is) else { continue };
            standing.set(audience.label.key(), id.clone(), past);
            moves.push(Move { audience: number, customer: id.clone(), entered: past.member, at: past.since });
        }
        Ok(moves)
    }

    /// As [`Asker::valid_until`], by a standing: also until a minimum or a cool-down is over.
    ///
    /// # Errors
    /// As [`Asker::ask`].
    pub fn valid_until_standing(&mut self, customer: &dyn Customer, standing: &Standing) -> Result<ValidUntil> {
        let plan = self.plan();
        let (audiences, lists) = (plan.audiences.len(), plan.lists.len());
        let never = ValidUntil { audiences: vec![Until::Never; audiences], lists: vec![Until::Never; lists] };
        let clock = plan.clock_of(customer)?;
        if !plan.reads.as_of {
            return Ok(never);
        }
        let held = standing.held(plan, &customer.id().to_string());
        self.search(customer, &clock, never, Open::all(audiences, lists), Some(held))
            .map_err(|error| error.at_customer(customer.id()))
    }
}

impl Plan {
    /// Settles who is in now among all the customers, notes it in the standing, and says what changed.
    ///
    /// # Errors
    /// As [`Asker::ask`], of the first customer in order; those before it have moved on.
    pub fn move_on(&self, customers: &Customers, standing: &mut Standing) -> Result<Moves> {
        let mut asker = self.asker();
        let mut moves = Vec::new();
        for customer in customers.iter() {
            moves.extend(asker.move_on(&customer, standing)?);
        }
        Ok(Moves { moves })
    }

    /// As [`Plan::explain`], by a standing: also why a customer stays in or out though the condition says otherwise.
    ///
    /// # Errors
    /// As [`Plan::explain`].
    pub fn explain_standing(
        &self,
        audience: usize,
        customer: &dyn Customer,
        standing: &Standing,
    ) -> Result<MembershipExplanation> {
        let mut why = self.explain(audience, customer)?;
        let clock = self.clock_of(customer)?;
        let mut asker = self.asker();
        let mut held = standing.held(self, &customer.id().to_string());
        let at = |error: Error| error.at_customer(customer.id());
        let state = asker.state_held(customer, &clock, Some(&mut held)).map_err(at)?;
        if let Some(staying) = held.staying.get(audience).copied().flatten() {
            why.decision = Decision::Stays(staying);
            why.changes.clear();
            why.also.clear();
            why.tried = false;
        }
        why.member = state.members.get(audience) == Some(&true);
        if let Some(past) = held.past.get(audience).copied().flatten() {
            why.since = Since::Exactly(past.since);
        }
        let until = asker.valid_until_standing(customer, standing)?;
        why.until = until.audiences.get(audience).copied().unwrap_or(why.until);
        Ok(why)
    }
}
