//! How each leaf of a plan is answered for a table: decided once, before the first row.

use super::bound::Bound;
use super::codes::Coded;
use super::logic::Side;
use super::ranges::{self, Numbers, Ranges};
use super::vector::is_vector;
use crate::rules::language::Term;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::Test;
use crate::rules::meaning::sums::Asked;
use crate::rules::plan::subjects::{MISSING, OTHER};
use crate::rules::truth::Truth;
use crate::rules::walk;
use crate::value::Kind;

/// How one leaf is answered.
pub(super) enum How {
    /// It is the same for everybody.
    Constant(Truth),
    /// By the codes of a column of few different values.
    Coded { group: usize, answers: Vec<Truth> },
    /// By ranges in which the subject's number lies.
    Ranged { subject: usize, ask: usize, ranges: Ranges, outside: bool },
    /// By the class of the subject's number.
    Classed { subject: usize, ask: usize },
    /// A question about a set.
    Set { slot: usize },
    /// Two columns of values compared.
    Pair,
    /// As it is for one customer, row by row.
    Row,
}

/// All leaves of a plan.
pub(super) struct Atoms<'p> {
    pub how: Vec<How>,
    /// The columns of few different values.
    pub groups: Vec<Coded<'p>>,
    /// Whether the answer is never unknown.
    total: Vec<bool>,
}

/// Where a column of few different values comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Slot(usize),
    Presence(usize),
    Model(usize),
}

/// The columns of few different values that were met so far.
struct Groups<'p> {
    of: Vec<(Of, Option<usize>)>,
    coded: Vec<Coded<'p>>,
    /// The class of each code of a subject.
    classes: Vec<Option<Vec<usize>>>,
}

impl<'p> Groups<'p> {
    fn get(&mut self, bound: &Bound<'p>, of: Of) -> Option<usize> {
        if let Some((_, group)) = self.of.iter().find(|(known, _)| *known == of) {
            return *group;
        }
        let coded = match of {
            Of::Slot(slot) => Coded::of_slot(bound, slot),
            Of::Presence(slot) => Some(Coded::presence(bound, slot)),
            Of::Model(model) => Some(Coded::of_model(bound, model)),
        };
        let group = coded.map(|coded| {
            self.coded.push(coded);
            self.coded.len() - 1
        });
        self.of.push((of, group));
        group
    }
}

impl<'p> Atoms<'p> {
    pub(super) fn new(bound: &Bound<'p>) -> Self {
        let plan = bound.plan;
        let mut asked = vec![None; plan.atoms.len()];
        let mut at = vec![None; plan.member_word * 64];
        for (number, subject) in plan.subjects.iter().enumerate() {
            for ask in 0..subject.words * 64 {
                if let Some(at) = at.get_mut(subject.word * 64 + ask) {
                    *at = Some((number, ask));
                }
            }
        }
        for (atom, place) in plan.places.iter().enumerate() {
            if let Some(asked) = asked.get_mut(atom) {
                *asked = at.get(*place).copied().flatten();
            }
        }
        let mut groups = Groups { of: Vec::new(), coded: Vec::new(), classes: vec![None; plan.subjects.len()] };
        let how: Vec<How> =
            asked.iter().enumerate().map(|(atom, asked)| how(bound, &mut groups, atom, *asked)).collect();
        let total = how.iter().enumerate().map(|(atom, how)| is_total(bound, how, atom)).collect();
        Atoms { how, groups: groups.coded, total }
    }

    /// Whether the answer to a leaf is never unknown.
    pub(super) fn is_total(&self, atom: usize) -> bool {
        self.total.get(atom).copied().unwrap_or(false)
    }
}

fn how<'p>(bound: &Bound<'p>, groups: &mut Groups<'p>, atom: usize, asked: Option<(usize, usize)>) -> How {
    let plan = bound.plan;
    let Some(leaf) = plan.atoms.get(atom) else { return How::Constant(Truth::Unknown) };
    if let Some((number, ask)) = asked
        && let Some(subject) = plan.subjects.get(number)
    {
        let of = match subject.expr {
            Expr::Slot(slot) => match plan.slots.get(slot).map(|(_, kind)| *kind) {
                Some(Kind::Text | Kind::Boolean) => Some(Of::Slot(slot)),
                Some(Kind::Set | Kind::Point) => Some(Of::Presence(slot)),
                _ => None,
            },
            Expr::Model(model) => Some(Of::Model(model)),
            _ => None,
        };
        if let Some(group) = of.and_then(|of| groups.get(bound, of)) {
            if let (Some(none @ None), Some(coded)) = (groups.classes.get_mut(number), groups.coded.get(group)) {
                *none = Some(coded.classes(bound, subject));
            }
            let classes = groups.classes.get(number).and_then(Option::as_ref);
            let answers = classes.into_iter().flatten().map(|class| subject.truth(*class, ask)).collect();
            return How::Coded { group, answers };
        }
        if matches!(subject.expr, Expr::Slot(_)) && is_vector(bound, &subject.expr) {
            return ranged(bound, number, ask);
        }
    }
    if let Some((group, slot)) = one_input(bound, groups, atom) {
        let Some(group) = group else { return How::Constant(bound.truth(&leaf.test, &[], &[])) };
        if let Some(coded) = groups.coded.get(group) {
            return How::Coded { group, answers: coded.answers(bound, &leaf.test, slot) };
        }
    }
    if let Some((number, ask)) = asked
        && plan.subjects.get(number).is_some_and(|subject| is_vector(bound, &subject.expr))
    {
        return ranged(bound, number, ask);
    }
    match &leaf.test {
        Test::Set(Expr::Slot(slot), ..) => How::Set { slot: *slot },
        Test::Compare(left, _, right) if is_vector(bound, left) && is_vector(bound, right) => How::Pair,
        _ => How::Row,
    }
}

fn ranged(bound: &Bound<'_>, number: usize, ask: usize) -> How {
    let Some(subject) = bound.plan.subjects.get(number) else { return How::Row };
    let numbers = match &subject.expr {
        Expr::Slot(slot) => match bound.columns.get(*slot).map(|column| column.kind()) {
            Some(Kind::Number) => Numbers::Floats,
            _ => Numbers::Integers,
        },
        Expr::DaysSince(_) | Expr::Years(..) | Expr::Calendar(..) | Expr::Size(_) => Numbers::Integers,
        Expr::Sum(sum) => match bound.plan.sums.get(*sum).map(|sum| &sum.asked) {
            Some(Asked::Count | Asked::Distinct(_)) => Numbers::Integers,
            _ => Numbers::Floats,
        },
        _ => Numbers::Floats,
    };
    match ranges::of(subject, ask, numbers) {
        Some((ranges, outside)) => How::Ranged { subject: number, ask, ranges, outside },
        None => How::Classed { subject: number, ask },
    }
}

/// The one column of few different values that a leaf reads, with its slot; `None` inside if it reads nothing.
fn one_input<'p>(bound: &Bound<'p>, groups: &mut Groups<'p>, atom: usize) -> Option<(Option<usize>, usize)> {
    let condition = &bound.plan.atoms.get(atom)?.condition;
    if walk::reads_events(condition) || !walk::lists(condition).is_empty() {
        return None;
    }
    let mut of_id = false;
    walk::visit_terms(condition, &mut |term| of_id |= matches!(term, Term::Bucket(bucket) if bucket.by.is_none()));
    if of_id {
        return None;
    }
    let (attributes, models) = (walk::attributes(condition), walk::models(condition));
    match (attributes.as_slice(), models.as_slice()) {
        ([], []) => Some((None, 0)),
        ([name], []) => {
            let slot = bound.plan.slots.iter().position(|(known, _)| known == name)?;
            Some((Some(groups.get(bound, Of::Slot(slot))?), slot))
        }
        ([], [name]) => {
            let model = bound.plan.models.iter().position(|known| known.name == *name)?;
            Some((Some(groups.get(bound, Of::Model(model))?), 0))
        }
        _ => None,
    }
}

fn is_total(bound: &Bound<'_>, how: &How, atom: usize) -> bool {
    match how {
        How::Constant(truth) => truth.is_known(),
        How::Coded { answers, .. } => answers.iter().all(|truth| truth.is_known()),
        How::Ranged { subject, ask, .. } | How::Classed { subject, ask } => {
            let Some(subject) = bound.plan.subjects.get(*subject) else { return false };
            let absent_too = (MISSING..OTHER).all(|class| subject.truth(class, *ask).is_known());
            absent_too || is_complete(bound, &subject.expr)
        }
        How::Set { slot } => bound.states(*slot).is_none(),
        How::Pair => match bound.plan.atoms.get(atom).map(|atom| &atom.test) {
            Some(Test::Compare(left, _, right)) => is_complete(bound, left) && is_complete(bound, right),
            _ => false,
        },
        How::Row => false,
    }
}

/// Whether every row has a value of a term.
fn is_complete(bound: &Bound<'_>, expr: &Expr) -> bool {
    match expr {
        Expr::Slot(slot) => bound.states(*slot).is_none(),
        Expr::Value(_) => true,
        Expr::DaysSince(of) | Expr::Size(of) => is_complete(bound, of),
        Expr::Sum(sum) => {
            matches!(bound.plan.sums.get(*sum).map(|sum| &sum.asked), Some(Asked::Count | Asked::Distinct(_)))
        }
        _ => false,
    }
}

impl How {
    /// Whether the words of a side are those of everybody or of nobody.
    pub(super) fn constant(&self, side: Side) -> Option<bool> {
        match self {
            How::Constant(truth) => Some(*truth == meant(side)),
            _ => None,
        }
    }
}

/// The truth of which a side is the words.
pub(super) fn meant(side: Side) -> Truth {
    match side {
        Side::Holds => Truth::True,
        Side::Fails => Truth::False,
    }
}
