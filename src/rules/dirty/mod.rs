//! What a change concerns, and one customer followed through its changes.

mod readers;

pub(super) use readers::Readers;

use std::cell::RefCell;

use super::meaning::calendar::Clock;
use super::meaning::expr::fits;
use super::meaning::frame::{Frame, LookedAt};
use super::meaning::sums::Running;
use super::plan::Plan;
use super::row::{Answer, Asker, LARGE, SMALL, read_models};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::time::AsOf;
use crate::value::Value;

/// The audiences and rule lists that a change can concern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Affected {
    /// The numbers of the audiences, in order.
    pub audiences: Vec<usize>,
    /// The numbers of the rule lists, in order.
    pub lists: Vec<usize>,
}

impl Plan {
    /// The audiences and rule lists whose answer can be another when these attributes or lists have changed, or when there
    /// is a new event of that kind: those that read them, and those that ask for a member of those.
    ///
    /// ```
    /// use segmentry::rules::{Audience, Definitions, Events, Plan, Vocabulary, attribute, member};
    /// use segmentry::value::{Attribute, Kind};
    ///
    /// let definitions = Definitions::new()
    ///     .audience(Audience::new("large", attribute("mrr").at_least(500)))
    ///     .audience(Audience::new("buyers", Events::of("purchase").count().at_least(1)))
    ///     .audience(Audience::new("others", !member("large")));
    /// let plan = Plan::new(&definitions, &Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number))?)?;
    /// assert_eq!(plan.affected_by(&["mrr", "color"], None).audiences, [0, 2]);
    /// assert_eq!(plan.affected_by(&[], Some("purchase")).audiences, [1]);
    /// assert_eq!(plan.affected_by(&[], Some("visit")).audiences, [] as [usize; 0]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn affected_by(&self, changed: &[&str], event_kind: Option<&str>) -> Affected {
        let mut marks = Marks::new(self);
        changed.iter().for_each(|name| marks.name(&self.readers, name));
        event_kind.into_iter().for_each(|kind| marks.kind(&self.readers, kind));
        for number in &self.order {
            if marks.audiences.get(*number) == Some(&true) {
                marks.behind(&self.readers, *number);
            }
        }
        let which = |marks: &[bool]| (0..marks.len()).filter(|number| marks[*number]).collect();
        Affected { audiences: which(&marks.audiences), lists: which(&marks.lists) }
    }

    /// Follows one customer: asks everything once, and then only what a change concerns.
    ///
    /// # Errors
    /// As [`Asker::ask`].
    pub fn track(&self, customer: &dyn Customer) -> Result<Tracked<'_>> {
        let mut tracked = Tracked {
            asker: self.asker().by_leaves(),
            marks: Marks::new(self),
            segments: vec![None; self.lists.len()],
            as_of: None,
            stale: true,
            entered: Vec::with_capacity(self.audiences.len()),
            left: Vec::with_capacity(self.audiences.len()),
            moved: Vec::with_capacity(self.lists.len()),
        };
        tracked.update(customer, &[])?;
        Ok(tracked)
    }
}

/// What has to be looked at again.
#[derive(Clone, Debug)]
struct Marks {
    /// The leaves, each once.
    atoms: Vec<usize>,
    marked: Vec<bool>,
    audiences: Vec<bool>,
    lists: Vec<bool>,
}

impl Marks {
    fn new(plan: &Plan) -> Self {
        Marks {
            atoms: Vec::with_capacity(plan.atoms.len()),
            marked: vec![false; plan.atoms.len()],
            audiences: vec![false; plan.audiences.len()],
            lists: vec![false; plan.lists.len()],
        }
    }

    fn clear(&mut self) {
        self.atoms.clear();
        self.marked.fill(false);
        self.audiences.fill(false);
        self.lists.fill(false);
    }

    fn atom(&mut self, readers: &Readers, atom: usize) {
        let Some(marked) = self.marked.get_mut(atom) else { return };
        if std::mem::replace(marked, true) {
            return;
        }
        self.atoms.push(atom);
        if let Some(askers) = readers.of_atom.get(atom) {
            mark(&mut self.audiences, &askers.audiences);
            mark(&mut self.lists, &askers.lists);
        }
    }

    fn name(&mut self, readers: &Readers, name: &str) {
        readers.of_name(name).iter().for_each(|atom| self.atom(readers, *atom));
    }

    fn kind(&mut self, readers: &Readers, kind: &str) {
        readers.of_kind(kind).for_each(|atom| self.atom(readers, atom));
    }

    /// Those who ask for a member of that audience.
    fn behind(&mut self, readers: &Readers, audience: usize) {
        if let Some(askers) = readers.of_audience.get(audience) {
            mark(&mut self.audiences, &askers.audiences);
            mark(&mut self.lists, &askers.lists);
        }
    }
}

fn mark(marks: &mut [bool], numbers: &[usize]) {
    for number in numbers {
        if let Some(mark) = marks.get_mut(*number) {
            *mark = true;
        }
    }
}

/// One customer's answers, kept: after a change only the leaves that read what has changed are asked again, and only the
/// audiences that hang on them settled again. The answers are those of asking everything anew.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::rules::{Audience, Definitions, Plan, Vocabulary, attribute};
/// use segmentry::value::{Attribute, Kind};
///
/// let definitions = Definitions::new().audience(Audience::new("large", attribute("mrr").at_least(500)));
/// let plan = Plan::new(&definitions, &Vocabulary::new().attribute(Attribute::new("mrr", Kind::Number))?)?;
/// let mut tracked = plan.track(&Record::new("c-17").with("mrr", 480))?;
/// let delta = tracked.update(&Record::new("c-17").with("mrr", 510), &["mrr"])?;
/// assert_eq!((delta.entered, delta.left), (&[0][..], &[][..]));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Nothing is allocated after the first time, but for models, for different values that are counted, for events in order,
/// and where more than 128 attributes or sums are read.
#[derive(Clone, Debug)]
pub struct Tracked<'p> {
    asker: Asker<'p>,
    marks: Marks,
    segments: Vec<Option<usize>>,
    as_of: Option<AsOf>,
    /// Whether nothing that is kept can be trusted.
    stale: bool,
    entered: Vec<usize>,
    left: Vec<usize>,
    moved: Vec<usize>,
}

/// What a change has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delta<'t> {
    /// The numbers of the audiences that the customer has come into.
    pub entered: &'t [usize],
    /// The numbers of those it has left.
    pub left: &'t [usize],
    /// The numbers of the rule lists that put it into another segment.
    pub lists: &'t [usize],
}

impl<'p> Tracked<'p> {
    /// The answers as they are.
    pub fn answer(&self) -> Answer<'_> {
        Answer::of(&self.asker)
    }

    /// These attributes or lists of the customer have changed; its moment may have too. It must be the same customer.
    ///
    /// # Errors
    /// As [`Asker::ask`]; the next call then asks everything anew.
    pub fn update(&mut self, customer: &dyn Customer, changed: &[&str]) -> Result<Delta<'_>> {
        self.moved(customer, changed, None)
    }

    /// The customer has a new event of that kind; its moment may have changed too.
    ///
    /// # Errors
    /// As [`Asker::ask`]; the next call then asks everything anew.
    pub fn event(&mut self, customer: &dyn Customer, kind: &str) -> Result<Delta<'_>> {
        self.moved(customer, &[], Some(kind))
    }

    fn moved(&mut self, customer: &dyn Customer, changed: &[&str], kind: Option<&str>) -> Result<Delta<'_>> {
        let plan = self.asker.plan;
        let at = |error: Error| error.at_customer(customer.id());
        let clock = plan.clock_of(customer).map_err(at)?;
        self.marks.clear();
        let stale = std::mem::replace(&mut self.stale, true);
        if stale {
            (0..plan.atoms.len()).for_each(|atom| self.marks.atom(&plan.readers, atom));
            self.marks.audiences.fill(true);
            self.marks.lists.fill(true);
        } else {
            changed.iter().for_each(|name| self.marks.name(&plan.readers, name));
            kind.into_iter().for_each(|kind| self.marks.kind(&plan.readers, kind));
            if self.as_of != customer.as_of() {
                plan.readers.timely.iter().for_each(|atom| self.marks.atom(&plan.readers, *atom));
                // an event that was known is so no more, or the other way round
                if plan.reads.history {
                    (0..plan.atoms.len())
                        .filter(|atom| plan.readers.inputs.get(*atom).is_some_and(|inputs| inputs.reads_events()))
                        .for_each(|atom| self.marks.atom(&plan.readers, atom));
                }
                for (mark, audience) in self.marks.audiences.iter_mut().zip(&plan.audiences) {
                    *mark |= audience.include.expires() || audience.exclude.expires();
                }
            }
        }
        self.answer_leaves(customer, &clock).and_then(|()| self.settle(customer, &clock)).map_err(at)?;
        self.as_of = customer.as_of();
        self.stale = false;
        Ok(Delta { entered: &self.entered, left: &self.left, lists: &self.moved })
    }

    fn answer_leaves(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<()> {
        let plan = self.asker.plan;
        let needed = plan.slots.len().max(plan.sums.len());
        if self.marks.atoms.is_empty() {
            Ok(())
        } else if needed <= SMALL {
            self.answer_with(customer, clock, &mut [Value::Missing; SMALL], &mut [Value::Missing; SMALL])
        } else if needed <= LARGE {
            self.answer_with(customer, clock, &mut [Value::Missing; LARGE], &mut [Value::Missing; LARGE])
        } else {
            let (mut slots, mut sums) = (vec![Value::Missing; needed], vec![Value::Missing; needed]);
            self.answer_with(customer, clock, &mut slots, &mut sums)
        }
    }

    fn answer_with<'a>(
        &mut self,
        customer: &'a dyn Customer,
        clock: &Clock,
        slots: &mut [Value<'a>],
        sums: &mut [Value<'a>],
    ) -> Result<()>
    where
        'p: 'a,
    {
        let plan = self.asker.plan;
        let inputs = || self.marks.atoms.iter().filter_map(|atom| plan.readers.inputs.get(*atom));
        for slot in inputs().flat_map(|inputs| &inputs.slots) {
            if let (Some((name, kind)), Some(place)) = (plan.slots.get(*slot), slots.get_mut(*slot)) {
                let value = fits(customer.value(name), *kind);
                *place = value.map_err(|found| Error::wrong_kind(name, found, kind.to_string()))?;
            }
        }
        let mut models = Vec::new();
        if inputs().any(|inputs| !inputs.models.is_empty()) {
            read_models(plan, customer, &mut models)?;
        }
        let fault = RefCell::new(None);
        let frame = Frame {
            customer,
            clock,
            slots,
            sums: &[],
            models: &models,
            looked_at: LookedAt::Nothing,
            first: None,
            previous: None,
            fault: &fault,
        };
        for number in inputs().flat_map(|inputs| &inputs.sums) {
            let (Some(sum), Some(place)) = (plan.sums.get(*number), sums.get_mut(*number)) else { continue };
            if place.is_present() {
                continue; // added up for another leaf
            }
            let mut running = Running::new(sum.events.range(frame));
            frame.events().for_each(|event| running.add(sum, &event, frame));
            *place = running.finish(&sum.asked);
        }
        let frame = Frame { sums, ..frame };

        for atom in &self.marks.atoms {
            let (Some(atom), Some(place)) = (plan.atoms.get(*atom), plan.places.get(*atom)) else { continue };
            let truth = atom.test.truth(frame);
            self.asker.set(*place, truth);
        }
        match fault.into_inner() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Settles the marked audiences and rule lists, and those behind what has changed.
    fn settle(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<()> {
        let plan = self.asker.plan;
        self.entered.clear();
        self.left.clear();
        self.moved.clear();
        for number in &plan.order {
            if self.marks.audiences.get(*number) != Some(&true) {
                continue;
            }
            let was = Answer::of(&self.asker).is_member(*number);
            let is = self.asker.decide_one(*number, customer, clock, |_, inside, _| Ok(inside))?;
            if was != is {
                if is {
                    self.entered.push(*number)
                } else {
                    self.left.push(*number)
                }
                self.marks.behind(&plan.readers, *number);
            }
        }
        self.entered.sort_unstable();
        self.left.sort_unstable();
        for (number, segment) in self.segments.iter_mut().enumerate() {
            if self.marks.lists.get(number) != Some(&true) {
                continue;
            }
            let now = Answer::of(&self.asker).segment_number(number)?;
            if std::mem::replace(segment, now) != now {
                self.moved.push(number);
            }
        }
        Ok(())
    }
}
