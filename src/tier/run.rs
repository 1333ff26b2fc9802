//! A programme over all customers.
//!
//! Two ways to run a [`Programme`] over a table. [`Programme::run`] replays every day, as the programme itself is
//! meant; use it for the members of today. [`Programme::run_on`] measures on given days only, as a company that
//! recalculates at each month's end does, and goes on from [`Standings`] that were saved, so that last year's
//! purchases need not be kept.
//!
//! A segmenter's `segment` gives the tiers alone; a run also gives what happened on the way ([`Transition`]), until
//! when each tier holds, and what the next period starts from.

use std::collections::HashMap;
use std::sync::Arc;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::parallel;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::time::Day;
use crate::value::{Id, Ids};

use super::programme::Programme;
use super::standing::{Change, Standing};

/// One thing that happened to a member: a change of tier, or the beginning or end of a time in which it was in danger.
///
/// A day on which a tier is held, or is in the same danger as before, is no transition: the list is as long as what a
/// member would be told by letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Transition {
    /// The customer's row.
    pub row: usize,
    /// When.
    pub day: Day,
    /// The tier before; `None` of a new member. The best is 0.
    pub from: Option<usize>,
    /// The tier after.
    pub to: usize,
    /// Why.
    pub change: Change,
}

/// What became of all customers in a programme.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::history::History;
/// use segmentry::tier::{Change, Programme};
/// use segmentry::time::Day;
///
/// let mut shop = History::builder();
/// shop.push("ann", &(Day::new(2025, 1, 10)?, 400.0))?;
/// shop.push("ann", &(Day::new(2025, 6, 10)?, 700.0))?;
/// shop.push("bo", &(Day::new(2025, 3, 1)?, 30.0))?;
/// let customers = Customers::with_ids(["ann", "bo", "cy"])?.with_history(shop.finish());
///
/// let programme = Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0);
/// let run = programme.run(&customers, Day::new(2026, 3, 1)?)?;
/// let changes: Vec<Change> = run.transitions().iter().filter(|t| t.row == 0).map(|t| t.change).collect();
/// assert_eq!(changes, [Change::Joined, Change::Promoted, Change::Demoted]);
/// assert_eq!(run.valid_until(0), Some(Day::new(2026, 6, 9)?)); // silver by the purchase of June
/// assert_eq!(run.segmentation(&customers)?.sizes(), [0, 1, 1]); // `cy` bought nothing and is no member
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProgrammeRun {
    tiers: Vec<Label>,
    ids: Arc<Ids>,
    standings: Vec<Option<Standing>>,
    valid_until: Vec<Option<Day>>,
    transitions: Vec<Transition>,
}

/// Where all members stand: what is saved today so that the next period goes on from there.
///
/// The tiers' names are kept with them, so that standings of another programme are refused and not read as other
/// tiers.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Standings {
    tiers: Vec<String>,
    members: Vec<(String, Standing)>,
}

impl Standings {
    /// Nobody is a member yet.
    pub fn none() -> Self {
        Standings::default()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// The members' ids with where they stand.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Standing)> {
        self.members.iter().map(|(id, standing)| (id.as_str(), standing))
    }

    /// # Errors
    /// If a member occurs twice, its tier is none of those named, or its days are out of order.
    fn check(&self) -> Result<()> {
        Ids::unique(self.members.iter().map(|(id, _)| Id::Text(id)))?;
        for (id, standing) in &self.members {
            let Standing { tier, since, below_since, measured } = standing;
            if *tier >= self.tiers.len() {
                let expected = format!("below {}, the number of tiers", self.tiers.len());
                return Err(Error::parameter("tier", expected, tier).at_customer(id));
            }
            if since > measured || below_since.is_some_and(|below| below > *measured) {
                let expected = format!("at most {measured}, the day that was measured");
                let found = below_since.unwrap_or(*since).max(*since);
                return Err(Error::parameter("since", expected, found).at_customer(id));
            }
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for Standings {
    const KIND: &'static str = "tier_standings";

    fn reads(&self) -> crate::segmenter::Reads {
        crate::segmenter::Reads::default()
    }

    fn check(&self) -> Result<()> {
        Standings::check(self)
    }
}

impl ProgrammeRun {
    /// The tiers, best first.
    pub fn tiers(&self) -> &[Label] {
        &self.tiers
    }

    /// Where the customer in that row stands; `None` if it is no member.
    pub fn standing(&self, row: usize) -> Option<Standing> {
        self.standings.get(row).copied().flatten()
    }

    /// The last day on which the customer in that row has its tier with no new purchases, if every day is measured;
    /// `None` if it does not end or the customer is no member. Measured more seldom, it holds at least so long.
    pub fn valid_until(&self, row: usize) -> Option<Day> {
        self.valid_until.get(row).copied().flatten()
    }

    /// What happened, customer by customer in the order of days.
    pub fn transitions(&self) -> &[Transition] {
        &self.transitions
    }

    /// How often each change happened.
    pub fn count(&self, change: Change) -> usize {
        self.transitions.iter().filter(|transition| transition.change == change).count()
    }

    /// Where everybody stands, to be saved.
    pub fn standings(&self) -> Standings {
        let member = |(id, standing): (Id<'_>, &Option<Standing>)| standing.map(|standing| (id.to_string(), standing));
        Standings {
            tiers: self.tiers.iter().map(|tier| tier.key().into_owned()).collect(),
            members: self.ids.iter().zip(&self.standings).filter_map(member).collect(),
        }
    }

    /// The tiers as a segmentation of the customers of the run.
    ///
    /// # Errors
    /// If there are not as many customers.
    pub fn segmentation(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let place = |standing: &Option<Standing>| standing.map(|s| s.tier).ok_or(Reason::NoEvents);
        Segmentation::new(customers, self.tiers.clone(), self.standings.iter().map(place))
    }
}

/// What a customer's replay leaves.
type Life = (Option<Standing>, Option<Day>, Vec<Transition>);

impl Programme {
    /// All customers day by day up to and including `until`. O(events); only days on which something can change are
    /// visited. In parallel, with the same answer on any number of threads.
    ///
    /// # Errors
    /// If the definition is wrong.
    pub fn run(&self, customers: &Customers, until: Day) -> Result<ProgrammeRun> {
        let seen = customers.clone().as_of(until);
        self.each(&seen, |row| {
            let Some(customer) = seen.get(row) else { return Ok((None, None, Vec::new())) };
            let mut replay = self.replay(&customer)?;
            let mut list = Story::of(row);
            replay.run_to(until, |before, standing, change| list.tell(before, standing, change));
            Ok((replay.standing(), replay.valid_until(until), list.transitions))
        })
    }

    /// All customers measured on these days only, such as the first of each month, going on from where they stood.
    /// Purchases before the first day count as far as they qualify.
    ///
    /// # Errors
    /// If the definition is wrong, there is no day, days do not rise or begin before the day on which a member was
    /// measured last, or the standings are of other tiers.
    pub fn run_on(&self, customers: &Customers, days: &[Day], from: &Standings) -> Result<ProgrammeRun> {
        let ladder = self.ladder()?;
        let (Some(first), Some(last)) = (days.first(), days.last()) else {
            return Err(Error::empty("days to measure"));
        };
        if let Some((a, b)) = days.windows(2).find_map(|pair| match pair {
            [a, b] if a >= b => Some((a, b)),
            _ => None,
        }) {
            return Err(Error::parameter("days", "rising", format!("{a} before {b}")));
        }
        from.check()?;
        let keys: Vec<String> = ladder.labels().iter().map(|label| label.key().into_owned()).collect();
        if !from.is_empty() && from.tiers != keys {
            let expected = format!("those of the programme, {}", keys.join(", "));
            return Err(Error::parameter("tiers of the standings", expected, from.tiers.join(", ")));
        }
        if let Some((id, standing)) = from.iter().find(|(_, standing)| standing.measured > *first) {
            let expected = format!("not before {}, the last that was measured", standing.measured);
            return Err(Error::parameter("day", expected, first).at_customer(id));
        }
        let known: HashMap<&str, Standing> = from.iter().map(|(id, standing)| (id, *standing)).collect();
        let seen = customers.clone().as_of(*last);
        self.each(&seen, |row| {
            let Some(customer) = seen.get(row) else { return Ok((None, None, Vec::new())) };
            let mut replay = self.replay(&customer)?;
            if let Some(id) = seen.ids().get(row).filter(|_| !known.is_empty()) {
                replay.resume(id.with_text(|id| known.get(id).copied()));
            }
            let mut list = Story::of(row);
            list.danger = replay.standing().is_some_and(|standing| standing.below_since.is_some());
            for day in days {
                if let Some((before, standing, change)) = replay.visit(*day) {
                    list.tell(before, standing, change);
                }
            }
            Ok((replay.standing(), replay.valid_until(*last), list.transitions))
        })
    }

    fn each(&self, customers: &Customers, life: impl Fn(usize) -> Result<Life> + Sync + Send) -> Result<ProgrammeRun> {
        let mut run = ProgrammeRun {
            tiers: self.ladder()?.labels().to_vec(),
            ids: Arc::clone(customers.ids()),
            standings: Vec::with_capacity(customers.len()),
            valid_until: Vec::with_capacity(customers.len()),
            transitions: Vec::new(),
        };
        let chunks = parallel::map_chunks(customers.len(), 1024, |rows| rows.map(&life).collect::<Result<Vec<Life>>>());
        for chunk in chunks {
            for (standing, until, transitions) in chunk? {
                run.standings.push(standing);
                run.valid_until.push(until);
                run.transitions.extend(transitions);
            }
        }
        Ok(run)
    }
}

/// The transitions of one customer.
struct Story {
    row: usize,
    transitions: Vec<Transition>,
    /// Whether the value was too low on the last day.
    danger: bool,
    last: Option<Change>,
}

impl Story {
    fn of(row: usize) -> Self {
        Story { row, transitions: Vec::new(), danger: false, last: None }
    }

    /// Keeps what is new: not every day on which a tier is held, or in the same danger as before.
    fn tell(&mut self, before: Option<Standing>, standing: Standing, change: Change) {
        let same = change == Change::Held || (self.danger && self.last == Some(change));
        self.danger = standing.below_since.is_some();
        self.last = Some(change);
        if !same || change == Change::Demoted {
            let Standing { tier: to, measured: day, .. } = standing;
            self.transitions.push(Transition { row: self.row, day, from: before.map(|b| b.tier), to, change });
        }
    }
}
