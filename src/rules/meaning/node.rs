//! Conditions with their names resolved, and whether they hold of one customer.
//!
//! This is the meaning that everything else is held against: the asker of one customer, the columns
//! of many, and the SQL that is written for a database must answer as the functions here do, and
//! tests compare them on the same customers.
//!
//! Three rules hold throughout. What is missing, null or invalid makes a comparison unknown, and
//! its negation as well. A question about the state of a value is always answered. Whether events
//! or items are meant is decided by their filter holding: one of which the filter is unknown is not
//! meant.
//!
//! Nothing here fails. What a definition can get wrong was refused before, and a customer's value
//! of the wrong kind is noted in the frame, where the caller finds it.

use ipnet::IpNet;
use semver::Version;

use super::super::language::{Area, Comparison, LeapDay, Literal, SetOperator, State};
use super::super::truth::Truth;
use super::calendar;
use super::doing::{Been, Doing, Path};
use super::expr::{Expr, day_of, order};
use super::frame::{Frame, LookedAt};
use super::identity;
use super::place;
use super::text::Matcher;
use crate::value::{TextSet, Value};

/// A condition with its names resolved.
///
/// The clauses stand as they were written; nothing is simplified away, so that an explanation can
/// name the clause that decided.
#[derive(Clone, Debug)]
pub(crate) enum Node {
    /// Always, or never.
    Constant(bool),
    /// Each of them; true of none.
    All(Vec<Node>),
    /// One of them at least; false of none.
    Any(Vec<Node>),
    /// So many of them at least.
    AtLeast(usize, Vec<Node>),
    /// It does not hold; unknown stays unknown.
    Not(Box<Node>),
    /// It holds, and where it is unknown that answer.
    IfUnknown(Box<Node>, bool),
    /// A leaf of its own: in a filter, a step or a score. In a box, as most nodes are no tests and
    /// the tree stays small.
    Test(Box<Test>),
    /// The test of that number, which the plan shares.
    Atom(usize),
    /// The audience of that number.
    Member(usize),
}

/// What a condition asks at its leaves. One definition each, here: what holds of one customer.
///
/// Kinds were checked when the definition was made ready, and what can be compiled is compiled.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    /// Two values compared.
    Compare(Expr, Comparison, Expr),
    /// A value compared with a lower and an upper bound; what is out of one bound is out, whatever
    /// the other is.
    Between(Expr, (Comparison, Expr), (Comparison, Expr)),
    /// A value among some; unknown only where the value itself is absent.
    OneOf(Expr, Vec<Expr>),
    /// A text's place in that order compared with a place; unknown of a text that has none.
    Ordered(Expr, Comparison, usize, Vec<Literal>),
    /// What stands in a text.
    Text(Expr, Matcher),
    /// What is in a set.
    Set(Expr, SetOperator, Vec<String>),
    /// Whether there is a value, or why not; never unknown.
    Is(Expr, State),
    /// A day that comes round.
    Anniversary {
        /// The day or instant.
        of: Expr,
        /// The first day looked at, in days from today.
        from: i32,
        /// The last one, included.
        to: i32,
        /// What 29 February is in other years.
        leap_day: LeapDay,
    },
    /// A place in an area.
    Within(Expr, Area),
    /// A text that is a version; unknown of another text.
    Version(Expr, Comparison, Version),
    /// A text that is an internet address; unknown of another text.
    Network(Expr, Vec<IpNet>),
    /// Whether the condition holds of one item of a list; false of no items.
    Exists(Box<str>, Node),
    /// For how long something has been so.
    HasBeen(Been),
    /// Whether events came in that order; never unknown.
    Sequence(Path),
    /// A habit; never unknown.
    Doing(Doing),
}

impl Node {
    /// Whether it holds; atoms and audiences, which only a plan knows, are unknown.
    ///
    /// It is for conditions inside filters, steps and scores, which have no atoms.
    pub(crate) fn truth<'a>(&'a self, frame: Frame<'a, '_>) -> Truth {
        self.combine(&mut |node| match node {
            Node::Test(test) => test.truth(frame),
            _ => Truth::Unknown,
        })
    }

    /// Whether it holds, with the truth of each leaf given.
    ///
    /// Each leaf is asked once and none is skipped, even where the answer is settled: explanations
    /// need all of them, and the executors have them anyway.
    pub(crate) fn combine<'a>(&'a self, leaf: &mut impl FnMut(&'a Node) -> Truth) -> Truth {
        match self {
            Node::Constant(holds) => (*holds).into(),
            Node::All(nodes) => {
                let mut truth = Truth::True;
                for node in nodes {
                    truth = truth.and(node.combine(leaf));
                }
                truth
            }
            Node::Any(nodes) => {
                let mut truth = Truth::False;
                for node in nodes {
                    truth = truth.or(node.combine(leaf));
                }
                truth
            }
            Node::AtLeast(count, nodes) => {
                let (mut holding, mut possible) = (0, 0);
                for node in nodes {
                    let truth = node.combine(leaf);
                    holding += usize::from(truth.is_true());
                    possible += usize::from(!truth.is_false());
                }
                at_least(*count, holding, possible)
            }
            Node::Not(node) => !node.combine(leaf),
            Node::IfUnknown(node, then) => match node.combine(leaf) {
                Truth::Unknown => (*then).into(),
                known => known,
            },
            Node::Test(_) | Node::Atom(_) | Node::Member(_) => leaf(self),
        }
    }
}

/// Whether at least so many hold, of which so many do and so many may.
///
/// The truth is known as soon as the unknown ones cannot change it either way.
pub(crate) fn at_least(count: usize, holding: usize, possible: usize) -> Truth {
    if holding >= count {
        Truth::True
    } else if possible < count {
        Truth::False
    } else {
        Truth::Unknown
    }
}

impl Test {
    /// Whether it holds of the customer.
    ///
    /// The frame says which customer, as of when, and which event or item is looked at.
    ///
    /// # Cost
    /// What its terms cost, but for `Exists` (the items), `HasBeen` (the changes), `Doing` (the events for
    /// each of its windows) and `Sequence`, which is described at [`Path::holds`].
    pub(crate) fn truth<'a>(&'a self, frame: Frame<'a, '_>) -> Truth {
        match self {
            Test::Compare(left, comparison, right) => {
                compared(left.value(frame), *comparison, right.value(frame), frame)
            }
            Test::Between(term, low, high) => {
                let value = term.value(frame);
                let above = compared(value, low.0, low.1.value(frame), frame);
                above.and(compared(value, high.0, high.1.value(frame), frame))
            }
            Test::OneOf(term, values) => {
                let value = term.value(frame);
                if !value.is_present() {
                    return Truth::Unknown;
                }
                let same = |other: &'a Expr| compared(value, Comparison::Equal, other.value(frame), frame).is_true();
                values.iter().any(same).into()
            }
            Test::Ordered(term, comparison, at, order) => of_text(term.value(frame), |text| {
                let place = order.iter().position(|known| matches!(known, Literal::Text(known) if known == text))?;
                Some(comparison.holds(place.cmp(at)))
            }),
            Test::Text(term, matcher) => of_text(term.value(frame), |text| Some(matcher.holds(text))),
            Test::Set(term, operator, texts) => match term.value(frame) {
                Value::Set(set) => in_set(set, *operator, texts).into(),
                _ => Truth::Unknown,
            },
            Test::Is(term, state) => is(term.value(frame), *state).into(),
            Test::Anniversary { of, from, to, leap_day } => {
                let comes =
                    |day| calendar::comes_round(day, frame.clock.today(), *from, *to, *leap_day).map(Truth::from);
                day_of(of.value(frame), frame).and_then(comes).unwrap_or(Truth::Unknown)
            }
            Test::Within(term, area) => match term.value(frame) {
                Value::Point(point) => place::within(area, point).into(),
                _ => Truth::Unknown,
            },
            Test::Version(term, comparison, version) => of_text(term.value(frame), |text| {
                Some(comparison.holds(identity::version_of(text)?.cmp_precedence(version)))
            }),
            Test::Network(term, networks) => of_text(term.value(frame), |text| identity::in_networks(text, networks)),
            Test::Exists(list, filter) => {
                let items = frame.customer.item_count(list);
                let of = |index| Frame { looked_at: LookedAt::Item { list, index }, ..frame };
                (0..items).map(|index| filter.truth(of(index))).fold(Truth::False, Truth::or)
            }
            Test::HasBeen(been) => been.truth(frame),
            Test::Sequence(path) => path.holds(frame).into(),
            Test::Doing(doing) => doing.holds(frame).into(),
        }
    }
}

/// How two values compare; unknown if one of them is absent.
pub(crate) fn compared(left: Value<'_>, comparison: Comparison, right: Value<'_>, frame: Frame<'_, '_>) -> Truth {
    order(left, right, frame).map_or(Truth::Unknown, |ordering| comparison.holds(ordering).into())
}

/// A test of a text; unknown of what is no text, and of a text that the test can make nothing of.
fn of_text(value: Value<'_>, test: impl FnOnce(&str) -> Option<bool>) -> Truth {
    value.text().and_then(test).map_or(Truth::Unknown, Truth::from)
}

/// Whether a set is so.
///
/// A text that is named twice counts once, on both sides.
pub(crate) fn in_set(set: TextSet<'_>, operator: SetOperator, texts: &[String]) -> bool {
    match operator {
        SetOperator::AnyOf => texts.iter().any(|text| set.contains(text)),
        SetOperator::AllOf => texts.iter().all(|text| set.contains(text)),
        SetOperator::NoneOf => !texts.iter().any(|text| set.contains(text)),
        SetOperator::Exactly => {
            texts.iter().all(|text| set.contains(text)) && set.iter().all(|text| texts.iter().any(|t| t == text))
        }
    }
}

/// Whether a value is in that state.
///
/// Only a text and a set can be empty, and an empty one is known: it is a value.
pub(crate) fn is(value: Value<'_>, state: State) -> bool {
    match state {
        State::Missing => matches!(value, Value::Missing),
        State::Null => matches!(value, Value::Null),
        State::Invalid => matches!(value, Value::Invalid(_)),
        State::Empty => match value {
            Value::Text(text) => text.is_empty(),
            Value::Set(set) => set.is_empty(),
            _ => false,
        },
        State::Known => value.is_present(),
    }
}
