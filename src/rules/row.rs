//! One customer: every definition of a plan answered at once, without allocation where no events are summed up.

use std::cell::RefCell;

use super::language::Unknown;
use super::meaning::calendar::Clock;
use super::meaning::expr::{Expr, fits};
use super::meaning::frame::{Frame, LookedAt};
use super::meaning::sums::Running;
use super::plan::program::{Answers, run};
use super::plan::{Plan, Root, RulesPlan};
use super::truth::Truth;
use crate::customer::{Customer, as_of_is_missing};
use crate::error::{Error, Result};
use crate::segment::{Label, Segment};
use crate::time::{AsOf, Timestamp};
use crate::value::{Kind, Value};

/// Asks a [`Plan`] of one customer after another, with room that is used again.
///
/// Reading an attribute is one call of [`Customer::value`] however many definitions ask for it. Rules that read only
/// attributes allocate nothing.
#[derive(Clone, Debug)]
pub struct Asker<'p> {
    pub(super) plan: &'p Plan,
    /// That of the customer asked before, as copying a zone allocates.
    clock: Option<Clock>,
    pub(super) holds: Vec<u64>,
    pub(super) fails: Vec<u64>,
    /// Whether conditions are put together from their leaves, because the answers to whole lines of them are not kept.
    by_leaves: bool,
}

/// What a [`Plan`] says of one customer.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'s> {
    plan: &'s Plan,
    holds: &'s [u64],
    fails: &'s [u64],
    by_leaves: bool,
}

/// Slots up to which the values are kept on the stack.
pub(super) const SMALL: usize = 16;
pub(super) const LARGE: usize = 128;

impl Plan {
    /// What asks this plan of one customer after another.
    pub fn asker(&self) -> Asker<'_> {
        Asker { plan: self, clock: None, holds: vec![0; self.words], fails: vec![0; self.words], by_leaves: false }
    }

    /// The clock by which that customer is asked.
    pub(super) fn clock_of(&self, customer: &dyn Customer) -> Result<Clock> {
        self.clock_at(customer.as_of())
    }

    /// The clock of that moment; of no moment, all events are known.
    ///
    /// # Errors
    /// If a moment is needed.
    pub(super) fn clock_at(&self, as_of: Option<AsOf>) -> Result<Clock> {
        Ok(self.clock(self.moment(as_of)?))
    }

    /// # Errors
    /// If there is no moment and one is needed.
    fn moment(&self, as_of: Option<AsOf>) -> Result<AsOf> {
        match as_of {
            Some(as_of) => Ok(as_of),
            None if self.reads.as_of => Err(as_of_is_missing()),
            None => Ok(AsOf::from(Timestamp::from_micros(i64::MAX - 1))),
        }
    }
}

impl<'p> Asker<'p> {
    /// The same, putting conditions together from their leaves.
    pub(super) fn by_leaves(self) -> Self {
        Asker { by_leaves: true, ..self }
    }

    /// The plan that is asked.
    pub(super) fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// The answers to the leaves when it was asked last.
    pub(super) fn leaf_answers(&self) -> Answers<'_> {
        Answers { holds: &self.holds, fails: &self.fails }
    }

    /// What the plan says of that customer.
    ///
    /// # Errors
    /// If a value is of another kind than the vocabulary says, a model that is asked refuses the customer, a condition is
    /// unknown whose definition calls that an error, or the moment as of which the customer is seen is not given and needed.
    pub fn ask(&mut self, customer: &dyn Customer) -> Result<Answer<'_>> {
        let as_of = self.plan.moment(customer.as_of())?;
        let clock = match self.clock.take() {
            Some(clock) => Clock { as_of, known: as_of, ..clock },
            None => self.plan.clock(as_of),
        };
        let asked = self.answer_leaves(customer, &clock).and_then(|()| self.decide(customer, &clock));
        self.clock = Some(clock);
        asked.map_err(|error| error.at_customer(customer.id()))?;
        Ok(Answer::of(self))
    }

    /// As [`Asker::ask`], by a clock of one's own.
    pub(super) fn ask_by(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<Answer<'_>> {
        self.answer_leaves(customer, clock)?;
        self.decide(customer, clock)?;
        Ok(Answer::of(self))
    }

    /// As [`Asker::ask_by`], with the last word on who is in an audience, where no override has it: `settle` is told the
    /// audience, what its list says, and the answers so far.
    pub(super) fn ask_settling(
        &mut self,
        customer: &dyn Customer,
        clock: &Clock,
        mut settle: impl FnMut(usize, bool, Answers<'_>) -> Result<bool>,
    ) -> Result<Answer<'_>> {
        self.answer_leaves(customer, clock)?;
        for number in &self.plan.order {
            self.decide_one(*number, customer, clock, &mut settle)?;
        }
        Ok(Answer::of(self))
    }

    fn answer_leaves(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<()> {
        let needed = self.plan.slots.len().max(self.plan.sums.len());
        if self.plan.slots.len() <= SMALL && self.plan.sums.is_empty() {
            self.answer_with(customer, clock, &mut [Value::Missing; SMALL], &mut [])
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
        let plan = self.plan;
        read_slots(plan, customer, slots)?;
        let mut models = Vec::new();
        read_models(plan, customer, &mut models)?;
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
        add_events(plan, frame, sums);
        let frame = Frame { sums, ..frame };

        plan.lines.start(&mut self.holds, &mut self.fails);
        for (number, subject) in plan.subjects.iter().enumerate() {
            let value = match &subject.expr {
                Expr::Slot(slot) => slots.get(*slot).copied().unwrap_or(Value::Missing), // most are, and a frame is large
                other => other.value(frame),
            };
            let class = subject.class(value);
            plan.lines.narrow(number, class, &mut self.holds, &mut self.fails);
            let (holds, fails) = subject.answers(class);
            let at = subject.word..subject.word + subject.words;
            if let (Some(to_hold), Some(to_fail)) = (self.holds.get_mut(at.clone()), self.fails.get_mut(at)) {
                to_hold.copy_from_slice(holds);
                to_fail.copy_from_slice(fails);
            }
        }
        for atom in &plan.singles {
            if let (Some(atom), Some(place)) = (plan.atoms.get(*atom), plan.places.get(*atom)) {
                let truth = atom.test.truth(frame);
                self.set(*place, truth);
            }
        }
        match fault.into_inner() {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    pub(super) fn set(&mut self, place: usize, truth: Truth) {
        let (word, bit) = (place / 64, 1 << (place % 64));
        if let (Some(holds), Some(fails)) = (self.holds.get_mut(word), self.fails.get_mut(word)) {
            *holds = if truth.is_true() { *holds | bit } else { *holds & !bit };
            *fails = if truth.is_false() { *fails | bit } else { *fails & !bit };
        }
    }

    /// Settles who is in which audience, from the answers to the leaves.
    fn decide(&mut self, customer: &dyn Customer, clock: &Clock) -> Result<()> {
        let plan = self.plan;
        self.decide_at_once()?;
        for number in &plan.at_once.one_by_one {
            self.decide_one(*number, customer, clock, |_, inside, _| Ok(inside))?;
        }
        Ok(())
    }

    /// Settles the audiences that are a line each.
    fn decide_at_once(&mut self) -> Result<()> {
        let plan = self.plan;
        let (Some((holds, lines_hold)), Some((fails, lines_fail))) =
            (self.holds.split_at_mut_checked(plan.lines.word), self.fails.split_at_mut_checked(plan.lines.word))
        else {
            return Ok(());
        };
        let members = plan.member_word..;
        let (Some(inside), Some(outside)) = (holds.get_mut(members.clone()), fails.get_mut(members)) else {
            return Ok(());
        };
        plan.at_once.settle((lines_hold, lines_fail), (inside, outside)).or_else(|number| {
            let key = plan.audiences.get(number).map(|audience| audience.label.key()).unwrap_or_default();
            settled(Truth::Unknown, Unknown::Error, "audience", &key).map(|_| ())
        })
    }

    /// Settles who is in one audience, and says whether the customer is.
    pub(super) fn decide_one(
        &mut self,
        number: usize,
        customer: &dyn Customer,
        clock: &Clock,
        mut settle: impl FnMut(usize, bool, Answers<'_>) -> Result<bool>,
    ) -> Result<bool> {
        let plan = self.plan;
        let Some(audience) = plan.audiences.get(number) else { return Ok(false) };
        let id = customer.id();
        let inside = if audience.exclude.has(id, clock.now()) {
            false
        } else if audience.include.has(id, clock.now()) {
            true
        } else {
            let answers = Answers { holds: &self.holds, fails: &self.fails };
            let inside = match (&audience.root, &audience.members) {
                (Some(root), _) => settled(
                    root.truth_by(self.by_leaves, answers, plan),
                    audience.unknown,
                    "audience",
                    &audience.label.key(),
                )?,
                (None, Some(members)) => members.row(id).is_some(),
                (None, None) => false,
            };
            settle(number, inside, answers)?
        };
        self.set(plan.member_word * 64 + number, inside.into());
        Ok(inside)
    }
}

/// What an unknown condition means for membership.
///
/// # Errors
/// If the definition calls it an error.
pub(super) fn settled(truth: Truth, unknown: Unknown, what: &str, key: &str) -> Result<bool> {
    match (truth, unknown) {
        (Truth::True, _) | (Truth::Unknown, Unknown::Include) => Ok(true),
        (Truth::False, _) | (Truth::Unknown, Unknown::Exclude) => Ok(false),
        (Truth::Unknown, Unknown::Error) => {
            Err(Error::unsupported(format!("{what} `{key}`: nobody knows whether its condition holds")))
        }
    }
}

/// # Errors
/// If a value is of another kind than the vocabulary says.
pub(super) fn read_slots<'a>(plan: &Plan, customer: &'a dyn Customer, slots: &mut [Value<'a>]) -> Result<()> {
    for ((name, kind), slot) in plan.slots.iter().zip(slots) {
        let value = customer.value(name);
        *slot = match value {
            // the two that are read most need not be looked into
            Value::Text(_) if *kind == Kind::Text => value,
            Value::Integer(_) if kind.is_numeric() => value,
            _ => fits(value, *kind).map_err(|found| Error::wrong_kind(name, found, kind.to_string()))?,
        };
    }
    Ok(())
}

/// # Errors
/// If a model refuses the customer or gives a segment it does not have.
pub(super) fn read_models<'a>(plan: &'a Plan, customer: &dyn Customer, models: &mut Vec<Value<'a>>) -> Result<()> {
    for asked in &plan.models {
        let value = match asked.model.assign(customer)? {
            None => Value::Missing,
            Some(label) => match asked.keys.iter().find(|key| **key == label.key()) {
                Some(key) => Value::Text(key),
                None => {
                    let message = format!("model `{}` gives `{}`, which is no segment of it", asked.name, label.key());
                    return Err(Error::definition(message));
                }
            },
        };
        models.push(value);
    }
    Ok(())
}

/// Adds up the events of the customer for every sum of the plan, in one walk.
pub(super) fn add_events<'a>(plan: &'a Plan, frame: Frame<'a, '_>, sums: &mut [Value<'a>]) {
    if plan.sums.is_empty() {
        return;
    }
    let mut running: Vec<Running<'a>> = plan.sums.iter().map(|sum| Running::new(sum.events.range(frame))).collect();
    for event in frame.events() {
        for (sum, running) in plan.sums.iter().zip(&mut running) {
            running.add(sum, &event, frame);
        }
    }
    for ((sum, running), slot) in plan.sums.iter().zip(running).zip(sums) {
        *slot = running.finish(&sum.asked);
    }
}

impl Root {
    /// Whether it holds, put together from its leaves or by its program; both give the same.
    fn truth_by(&self, leaves: bool, answers: Answers<'_>, plan: &Plan) -> Truth {
        if leaves { self.node.combine(&mut |leaf| answers.truth(plan.place(leaf))) } else { self.truth(answers, plan) }
    }

    /// Whether it holds, by the answers to the leaves.
    pub(super) fn truth(&self, answers: Answers<'_>, plan: &Plan) -> Truth {
        match &self.steps {
            Some(steps) => run(steps, answers),
            None => self.node.combine(&mut |leaf| answers.truth(plan.place(leaf))),
        }
    }
}

impl<'s> Answer<'s> {
    /// Whether the customer is in the audience of that number.
    pub fn is_member(&self, audience: usize) -> bool {
        let at = self.plan.member_word + audience / 64;
        audience < self.plan.audiences.len() && self.holds.get(at).is_some_and(|word| word >> (audience % 64) & 1 == 1)
    }

    /// The audiences that the customer is in, a bit each.
    pub fn memberships(&self) -> &'s [u64] {
        self.holds.get(self.plan.member_word..self.plan.lines.word).unwrap_or_default()
    }

    /// The labels of the audiences that the customer is in.
    pub fn audiences(&self) -> impl Iterator<Item = &'s Label> {
        let answer = *self;
        let members = move |(number, audience): (usize, &'s super::plan::AudiencePlan)| {
            answer.is_member(number).then_some(&audience.label)
        };
        self.plan.audiences.iter().enumerate().filter_map(members)
    }

    /// Whether the condition of the audience of that number holds, before `unknown`, overrides and lists have their say.
    pub fn truth(&self, audience: usize) -> Truth {
        let root = self.plan.audiences.get(audience).and_then(|audience| audience.root.as_ref());
        root.map_or(Truth::Unknown, |root| root.truth_by(self.by_leaves, self.answers(), self.plan))
    }

    /// The segment in which the rule list of that number puts the customer.
    ///
    /// # Errors
    /// If a condition is unknown and the list calls that an error.
    pub fn segment(&self, list: usize) -> Result<Option<&'s Label>> {
        let Some(rules) = self.plan.lists.get(list) else { return Ok(None) };
        Ok(self.segment_number(list)?.and_then(|segment| rules.segments.get(segment)))
    }

    /// The number of the segment in which the rule list of that number puts the customer.
    pub(super) fn segment_number(&self, list: usize) -> Result<Option<usize>> {
        let Some(list) = self.plan.lists.get(list) else { return Ok(None) };
        Ok(self.first_match(list)?.or(list.otherwise))
    }

    /// The segment of the first rule that holds.
    fn first_match(&self, list: &RulesPlan) -> Result<Option<usize>> {
        for (segment, root) in &list.rules {
            if settled(root.truth_by(self.by_leaves, self.answers(), self.plan), list.unknown, "rule list", &list.name)?
            {
                return Ok(Some(*segment));
            }
        }
        Ok(None)
    }

    /// The answer as it stands.
    pub(super) fn of(asker: &'s Asker<'_>) -> Self {
        Answer { plan: asker.plan, holds: &asker.holds, fails: &asker.fails, by_leaves: asker.by_leaves }
    }

    pub(super) fn answers(&self) -> Answers<'s> {
        Answers { holds: self.holds, fails: self.fails }
    }
}
