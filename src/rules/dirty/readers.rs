//! Which leaves read what, and which audiences ask for which leaves.

use std::collections::HashMap;

use crate::rules::meaning::doing::Doing;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::{Node, Test};
use crate::rules::meaning::score::Given;
use crate::rules::meaning::sums::{Selection, Sum, When};
use crate::rules::plan::lower::Atom;
use crate::rules::plan::vocabulary::SegmentsOf;
use crate::rules::reach::Reach;
use crate::value::Kind;

/// Which leaves read what, and which audiences and rule lists ask for which leaves: made once with the plan.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Readers {
    /// The leaves by the name of an attribute or a list.
    names: HashMap<String, Vec<usize>>,
    /// The leaves by the kind of an event.
    kinds: HashMap<Box<str>, Vec<usize>>,
    /// The leaves that read events of every kind.
    every_kind: Vec<usize>,
    /// The leaves whose answer may change with the moment alone.
    pub timely: Vec<usize>,
    /// What each leaf reads.
    pub inputs: Vec<Inputs>,
    /// The audiences that ask for a leaf, and the rule lists.
    pub of_atom: Vec<Askers>,
    /// The audiences that ask for an audience, and the rule lists.
    pub of_audience: Vec<Askers>,
}

/// Audiences and rule lists.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Askers {
    pub audiences: Vec<usize>,
    pub lists: Vec<usize>,
}

/// What a leaf reads.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Inputs {
    pub slots: Vec<usize>,
    pub sums: Vec<usize>,
    pub models: Vec<usize>,
    lists: Vec<Box<str>>,
    /// Kinds of events; `None` is every kind.
    kinds: Vec<Option<Box<str>>>,
}

impl Readers {
    /// Who reads what of these leaves.
    pub(in crate::rules) fn of(
        atoms: &[Atom],
        sums: &[Sum],
        models: &[SegmentsOf],
        slots: &[(String, Kind)],
        reach: &Reach,
        audiences: usize,
    ) -> Self {
        let mut readers = Readers {
            of_atom: vec![Askers::default(); atoms.len()],
            of_audience: vec![Askers::default(); audiences],
            ..Readers::default()
        };
        for (number, atom) in atoms.iter().enumerate() {
            let mut inputs = Inputs::default();
            inputs.test(&atom.test, sums);
            inputs.slots.sort_unstable();
            inputs.slots.dedup();
            inputs.sums.sort_unstable();
            inputs.sums.dedup();
            let mut by_name = |name: &str| {
                let known = readers.names.entry(name.to_owned()).or_default();
                if known.last() != Some(&number) {
                    known.push(number);
                }
            };
            inputs.slots.iter().filter_map(|slot| slots.get(*slot)).for_each(|(name, _)| by_name(name));
            inputs.lists.iter().for_each(|list| by_name(list));
            let mut timely = atom.as_of;
            for model in inputs.models.iter().filter_map(|model| models.get(*model)) {
                let reads = model.model.reads();
                reads.attributes.iter().for_each(|name| by_name(name));
                if reads.history {
                    inputs.kinds.push(None);
                }
                timely |= reads.as_of;
            }
            for kind in &inputs.kinds {
                let known = match kind {
                    Some(kind) => readers.kinds.entry(kind.clone()).or_default(),
                    None => &mut readers.every_kind,
                };
                if known.last() != Some(&number) {
                    known.push(number);
                }
            }
            if timely {
                readers.timely.push(number);
            }
            readers.inputs.push(inputs);
        }
        let Readers { of_atom, of_audience, .. } = &mut readers;
        for (number, asks) in reach.audiences.iter().enumerate() {
            note(of_atom, &asks.atoms, |askers| askers.audiences.push(number));
            note(of_audience, &asks.members, |askers| askers.audiences.push(number));
        }
        for (number, asks) in reach.lists.iter().enumerate() {
            note(of_atom, &asks.atoms, |askers| askers.lists.push(number));
            note(of_audience, &asks.members, |askers| askers.lists.push(number));
        }
        readers
    }

    /// The leaves that read an attribute or a list of that name.
    pub(in crate::rules) fn of_name(&self, name: &str) -> &[usize] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    /// The leaves that a new event of that kind can change.
    pub(in crate::rules) fn of_kind(&self, kind: &str) -> impl Iterator<Item = usize> {
        self.kinds.get(kind).into_iter().flatten().chain(&self.every_kind).copied()
    }
}

fn note(askers: &mut [Askers], numbers: &[usize], note: impl Fn(&mut Askers)) {
    for number in numbers {
        if let Some(askers) = askers.get_mut(*number) {
            note(askers);
        }
    }
}

impl Inputs {
    /// Whether it reads events.
    pub(super) fn reads_events(&self) -> bool {
        !self.kinds.is_empty()
    }

    fn test(&mut self, test: &Test, sums: &[Sum]) {
        match test {
            Test::Compare(left, _, right) => {
                self.expr(left, sums);
                self.expr(right, sums);
            }
            Test::Between(term, low, high) => [term, &low.1, &high.1].into_iter().for_each(|of| self.expr(of, sums)),
            Test::OneOf(term, values) => {
                self.expr(term, sums);
                values.iter().for_each(|value| self.expr(value, sums));
            }
            Test::Text(term, _)
            | Test::Ordered(term, ..)
            | Test::Set(term, ..)
            | Test::Is(term, _)
            | Test::Anniversary { of: term, .. }
            | Test::Within(term, _)
            | Test::Version(term, ..)
            | Test::Network(term, _) => self.expr(term, sums),
            Test::Exists(list, filter) => {
                self.lists.push(list.clone());
                self.node(filter, sums);
            }
            Test::HasBeen(been) => {
                self.selection(&been.changes, sums);
                self.node(&been.so, sums);
            }
            Test::Sequence(path) => {
                let negated = path.steps.iter().filter_map(|step| step.not_before.as_ref()).chain(&path.not_after);
                for step in path.steps.iter().map(|step| &step.step).chain(negated) {
                    self.kinds.push(step.kind.clone());
                    step.filter.iter().for_each(|filter| self.node(filter, sums));
                }
            }
            Test::Doing(doing) => match doing {
                Doing::FirstTime { events, within } => {
                    self.selection(events, sums);
                    if let When::Around { anchor, .. } = within {
                        self.selection(anchor, sums);
                    }
                }
                Doing::Regularly { events, .. } | Doing::Stopped { events, .. } | Doing::Restarted { events, .. } => {
                    self.selection(events, sums);
                }
            },
        }
    }

    fn node(&mut self, node: &Node, sums: &[Sum]) {
        match node {
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().for_each(|node| self.node(node, sums));
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.node(node, sums),
            Node::Test(test) => self.test(test, sums),
            Node::Constant(_) | Node::Atom(_) | Node::Member(_) => {}
        }
    }

    fn selection(&mut self, selection: &Selection, sums: &[Sum]) {
        self.kinds.push(selection.kind.clone());
        selection.filter.iter().for_each(|filter| self.node(filter, sums));
        if let When::Around { anchor, .. } = &selection.window {
            self.selection(anchor, sums);
        }
    }

    fn expr(&mut self, expr: &Expr, sums: &[Sum]) {
        match expr {
            Expr::Slot(slot) => self.slots.push(*slot),
            Expr::Field(_) | Expr::Earlier(..) | Expr::Value(_) | Expr::Today | Expr::Bucket(_, None) => {}
            Expr::Arithmetic(_, of) => of.iter().for_each(|of| self.expr(of, sums)),
            Expr::Size(of)
            | Expr::DaysSince(of)
            | Expr::Years(of, _)
            | Expr::Calendar(_, of)
            | Expr::Bucket(_, Some(of))
            | Expr::Rank { by: of, .. } => self.expr(of, sums),
            Expr::Sum(number) => {
                self.sums.push(*number);
                sums.get(*number).into_iter().for_each(|sum| self.selection(&sum.events, sums));
            }
            Expr::Score(points) => {
                for item in &points.items {
                    match &item.given {
                        Given::When(node) => self.node(node, sums),
                        Given::Each(expr) => self.expr(expr, sums),
                        Given::EachEvent(selection, _) => self.selection(selection, sums),
                    }
                }
            }
            Expr::Model(model) => self.models.push(*model),
        }
    }
}
