//! How an explanation is found.

use super::change::Changed;
use super::leaf::{Look, slot_of};
use super::tree::{Cost, Goal, Leaf, Tree, Written, cheapest, turned};
use super::{Change, Clause, Decision, MembershipExplanation};
use crate::customer::Customer;
use crate::error::{Error, Result};
use crate::rules::horizon::{Until, with_frame};
use crate::rules::language::List;
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::frame::Frame;
use crate::rules::meaning::node::Node;
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;
use crate::value::OwnedValue;

/// Leaves up to which every choice of them is tried.
const SMALL: usize = 16;
/// Trees that are asked at most to find what admits.
const ASKS: usize = 50_000;

impl Plan {
    /// Why the customer is in the audience of that number, or why not.
    ///
    /// ```
    /// use segmentry::customer::Record;
    /// use segmentry::rules::{Audience, Definitions, Plan, Vocabulary, attribute};
    /// use segmentry::value::{Attribute, Kind};
    ///
    /// let paying = attribute("mrr").at_least(500) & !attribute("country").is("DE");
    /// let vocabulary = Vocabulary::new()
    ///     .attribute(Attribute::new("mrr", Kind::Number).unit("EUR"))?
    ///     .attribute(Attribute::new("country", Kind::Text))?;
    /// let plan = Plan::new(&Definitions::new().audience(Audience::new("paying", paying)), &vocabulary)?;
    /// let why = plan.explain(0, &Record::new("c-17").with("mrr", 480).with("country", "FR"))?;
    /// assert_eq!(
    ///     why.to_string(),
    ///     "customer `c-17` is not in Paying
    ///   because not mrr >= 500: mrr is 480, 20 EUR away
    ///   it would be with mrr from 480 to at least 500",
    /// );
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// Who was in before plays no part; [`Plan::explain_standing`] asks that too.
    ///
    /// # Errors
    /// As asking the customer, or if there is no such audience.
    ///
    /// # Cost
    /// The fewest clauses are found from the leaves up, in time that grows with their number; where one stands there twice
    /// or the changes do not admit, choices of clauses are tried, the smallest first, 50,000 at most. Since when and until
    /// when ask the plan once for each instant at which something changed or can.
    pub fn explain(&self, audience: usize, customer: &dyn Customer) -> Result<MembershipExplanation> {
        self.explained(audience, customer).map_err(|error| error.at_customer(customer.id()))
    }

    fn explained(&self, number: usize, customer: &dyn Customer) -> Result<MembershipExplanation> {
        let (Some(audience), Some(written)) = (self.audiences.get(number), self.definitions.audiences.get(number))
        else {
            let found = format!("{number} of {}", self.audiences.len());
            return Err(Error::parameter("audience", "the number of an audience", found));
        };
        let clock = self.clock_of(customer)?;
        let mut asker = self.asker();
        let member = asker.state(customer, &clock)?.members.get(number) == Some(&true);
        let mut why = MembershipExplanation {
            customer: customer.id().to_string(),
            audience: audience.label.clone(),
            member,
            decision: Decision::Condition,
            clauses: Vec::new(),
            also: Vec::new(),
            changes: Vec::new(),
            tried: false,
            smallest: true,
            since: asker.since(number, customer, &clock)?,
            until: asker.valid_until_of(number, customer, &clock)?,
        };
        let by_hand = |list: &[crate::rules::language::Override]| {
            let id = customer.id().to_string();
            list.iter().find(|entry| entry.customer == id).map(|entry| (entry.until, entry.reason.clone()))
        };
        if audience.exclude.has(customer.id(), clock.now()) {
            let (until, reason) = by_hand(&written.exclude).unwrap_or_default();
            why.decision = Decision::Excluded { until, reason };
        } else if audience.include.has(customer.id(), clock.now()) {
            let (until, reason) = by_hand(&written.include).unwrap_or_default();
            why.decision = Decision::Included { until, reason };
        } else if let Some(root) = &audience.root {
            asker.state(customer, &clock)?;
            let answers = asker.leaf_answers();
            if root.truth(answers, self) == Truth::Unknown {
                why.decision = Decision::Unknown(audience.unknown);
            }
            let mut of = Written::new(self, customer.id(), &clock);
            let tree = of.settled(&root.node, audience.unknown);
            let condition = Condition::of(self, tree, of, |node| answers.truth(self.place(node)));
            with_frame(self, customer, &clock, |frame| condition.explain(&mut why, number, frame))??;
        } else if let List::Frozen { taken, .. } = &written.list {
            why.decision = Decision::Frozen { taken: *taken };
        } else {
            why.decision = Decision::Manual;
        }
        if !self.reads.as_of {
            why.until = Until::Never;
        }
        Ok(why)
    }
}

/// A condition written out, with what holds of a customer.
pub(super) struct Condition<'p> {
    pub plan: &'p Plan,
    pub tree: Tree,
    pub named: Vec<Leaf>,
    pub repeats: bool,
    pub truths: Vec<Truth>,
}

impl<'p> Condition<'p> {
    /// The condition of a root, written out for a customer by the answers to the leaves.
    pub(super) fn of(plan: &'p Plan, tree: Tree, written: Written<'_>, truth: impl Fn(&Node) -> Truth) -> Self {
        let Written { leaves: named, repeats, .. } = written;
        let of_leaf = |leaf: &Leaf| match leaf {
            Leaf::Atom(atom) => truth(&Node::Atom(*atom)),
            Leaf::Member(audience) => truth(&Node::Member(*audience)),
        };
        let truths = named.iter().map(of_leaf).collect();
        Condition { plan, tree, named, repeats, truths }
    }

    fn look<'a>(&self, at: usize) -> Look<'a>
    where
        'p: 'a,
    {
        let leaf = self.named.get(at).copied().unwrap_or(Leaf::Member(usize::MAX));
        Look::at(self.plan, leaf, self.truth(at))
    }

    fn truth(&self, at: usize) -> Truth {
        self.truths.get(at).copied().unwrap_or(Truth::Unknown)
    }

    /// Whether it holds.
    pub(super) fn holds(&self) -> bool {
        self.tree.truth(&|at| self.truth(at)).is_true()
    }

    /// The fewest leaves by which the goal is met as it is, leaving some out.
    pub(super) fn support(&self, goal: Goal, without: &[(usize, bool)]) -> Option<Cost> {
        let one = |at: usize, goal: Goal| {
            let out = without.iter().any(|(known, _)| *known == at);
            let leaves = vec![(at, goal.wants())];
            (goal.met(self.truth(at)) && !out).then(|| Cost { count: 1, leaves, ..Cost::default() })
        };
        let mut cost = cheapest(&self.tree, goal, &one)?;
        let mut seen = Vec::new();
        cost.leaves.retain(|leaf| {
            !seen.contains(leaf) && {
                seen.push(*leaf);
                true
            }
        });
        Some(cost)
    }

    /// What a leaf costs that has to turn.
    fn cost<'a>(&self, at: usize, to: bool, frame: Frame<'a, '_>) -> Cost
    where
        'p: 'a,
    {
        let look: Look<'a> = self.look(at);
        Cost { count: 1, fixed: usize::from(look.is_fixed()), far: look.far(frame), leaves: vec![(at, to)] }
    }

    /// The fewest leaves that have to turn for the condition to hold, and whether that is certain.
    pub(super) fn fewest<'a>(&self, frame: Frame<'a, '_>) -> (Option<Cost>, bool)
    where
        'p: 'a,
    {
        let turn = |at: usize, goal: Goal| {
            Some(if goal.met(self.truth(at)) { Cost::default() } else { self.cost(at, goal.wants(), frame) })
        };
        let each = |at: usize, to: bool| self.cost(at, to, frame);
        let small = self.named.len() <= SMALL;
        if self.repeats && small {
            let mut found = None;
            let all = turned(&self.tree, Goal::True, &self.truths, &each, ASKS, |cost| {
                found = Some(cost.clone());
                true
            });
            if all {
                return (found, true);
            }
        }
        (cheapest(&self.tree, Goal::True, &turn), !self.repeats)
    }

    pub(super) fn clauses<'a>(&self, cost: &Cost, frame: Frame<'a, '_>) -> Vec<Clause>
    where
        'p: 'a,
    {
        cost.leaves.iter().map(|(at, wanted)| self.look(*at).clause(self.plan, *wanted, frame)).collect()
    }

    fn explain<'a>(&self, why: &mut MembershipExplanation, number: usize, frame: Frame<'a, '_>) -> Result<()>
    where
        'p: 'a,
    {
        if why.member {
            if let Some(cost) = self.support(Goal::True, &[]) {
                why.smallest = !self.repeats;
                why.clauses = self.clauses(&cost, frame);
                let other = self.support(Goal::True, &cost.leaves);
                why.also = other.map(|cost| self.clauses(&cost, frame)).unwrap_or_default();
            }
            return Ok(());
        }
        let (fewest, smallest) = self.fewest(frame);
        why.smallest = smallest;
        let Some(fewest) = fewest else {
            let support = self.support(Goal::NotTrue, &[]);
            why.clauses = support.map(|cost| self.clauses(&cost, frame)).unwrap_or_default();
            return Ok(());
        };
        why.clauses = self.clauses(&fewest, frame);
        why.changes = self.changes(&fewest, frame);
        if self.admits(&why.changes, number, frame)? {
            why.tried = true;
        } else if self.named.len() <= SMALL {
            // the leaves of one attribute may stand against one another: look for others that do not
            let mut failed = Ok(());
            turned(&self.tree, Goal::True, &self.truths, &|at, to| self.cost(at, to, frame), ASKS, |cost| {
                let changes = self.changes(cost, frame);
                match self.admits(&changes, number, frame) {
                    Ok(true) => {
                        (why.changes, why.tried) = (changes, true);
                        true
                    }
                    Ok(false) => false,
                    Err(error) => {
                        failed = Err(error);
                        true
                    }
                }
            });
            failed?;
        }
        Ok(())
    }

    /// The changes that turn those leaves.
    pub(super) fn changes<'a>(&self, cost: &Cost, frame: Frame<'a, '_>) -> Vec<Change>
    where
        'p: 'a,
    {
        let mut groups: Vec<Vec<(Look<'a>, bool)>> = Vec::new();
        for (at, wanted) in &cost.leaves {
            let look: Look<'a> = self.look(*at);
            let same = |group: &&mut Vec<(Look<'a>, bool)>| {
                look.attribute.is_some() && group.iter().any(|(other, _)| other.attribute == look.attribute)
            };
            match groups.iter_mut().find(same) {
                Some(group) => group.push((look, *wanted)),
                None => groups.push(vec![(look, *wanted)]),
            }
        }
        groups.iter().filter_map(|group| self.change(group, frame)).collect()
    }

    fn change<'a>(&self, group: &[(Look<'a>, bool)], frame: Frame<'a, '_>) -> Option<Change> {
        let (first, _) = group.first()?;
        let (what, from) = first.now(frame);
        let to = first.attribute.and_then(|name| slot_of(self.plan, name)).and_then(|(slot, kind)| {
            let mut candidates = group.iter().flat_map(|(look, _)| look.candidates(kind, frame));
            candidates.find(|value| group.iter().all(|(look, wanted)| look.is_so(slot, value, *wanted, frame)))
        });
        let aims: Option<Vec<String>> = group.iter().map(|(look, wanted)| look.aim(*wanted, frame)).collect();
        let aim = match (aims, &to) {
            (Some(aims), _) => aims.join(" and "),
            (None, Some(to)) => to.to_string(),
            (None, None) => {
                let texts: Vec<String> = group.iter().map(|(look, wanted)| look.text(*wanted)).collect();
                format!("what makes {}", texts.join(" and "))
            }
        };
        let fixed = group.iter().any(|(look, _)| look.is_fixed());
        Some(Change { what, from, to, aim, fixed })
    }

    /// Whether the changes, made all at once, admit the customer; not if one is no change of an attribute.
    fn admits(&self, changes: &[Change], number: usize, frame: Frame<'_, '_>) -> Result<bool> {
        let values: Option<Vec<(String, OwnedValue)>> = changes
            .iter()
            .map(|change| {
                let attribute = self.plan.slots.iter().find(|(name, _)| *name == change.what)?;
                Some((attribute.0.clone(), change.to.clone()?))
            })
            .collect();
        let Some(values) = values else { return Ok(false) };
        let changed = Changed { customer: frame.customer, values: &values };
        let clock: &Clock = frame.clock;
        Ok(self.plan.asker().state(&changed, clock).is_ok_and(|state| state.members.get(number) == Some(&true)))
    }
}
