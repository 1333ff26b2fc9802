//! Conditions with their names resolved, and whether they hold of one customer.

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
#[derive(Clone, Debug)]
pub(crate) enum Node {
    Constant(bool),
    All(Vec<Node>),
    Any(Vec<Node>),
    AtLeast(usize, Vec<Node>),
    Not(Box<Node>),
    IfUnknown(Box<Node>, bool),
    Test(Box<Test>),
    /// The test of that number, which the plan shares.
    Atom(usize),
    /// The audience of that number.
    Member(usize),
}

/// What a condition asks at its leaves. One definition each, here: what holds of one customer.
#[derive(Clone, Debug)]
pub(crate) enum Test {
    Compare(Expr, Comparison, Expr),
    Between(Expr, (Comparison, Expr), (Comparison, Expr)),
    OneOf(Expr, Vec<Expr>),
    /// A text's place in that order compared with a place; unknown of a text that has none.
    Ordered(Expr, Comparison, usize, Vec<Literal>),
    Text(Expr, Matcher),
    Set(Expr, SetOperator, Vec<String>),
    Is(Expr, State),
    Anniversary {
        of: Expr,
        from: i32,
        to: i32,
        leap_day: LeapDay,
    },
    Within(Expr, Area),
    Version(Expr, Comparison, Version),
    Network(Expr, Vec<IpNet>),
    Exists(Box<str>, Node),
    HasBeen(Been),
    Sequence(Path),
    Doing(Doing),
}

impl Node {
    /// Whether it holds; atoms and audiences, which only a plan knows, are unknown.
    pub(crate) fn truth<'a>(&'a self, frame: Frame<'a, '_>) -> Truth {
        self.combine(&mut |node| match node {
            Node::Test(test) => test.truth(frame),
            _ => Truth::Unknown,
        })
    }

    /// Whether it holds, with the truth of each leaf given.
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

pub(crate) fn compared(left: Value<'_>, comparison: Comparison, right: Value<'_>, frame: Frame<'_, '_>) -> Truth {
    order(left, right, frame).map_or(Truth::Unknown, |ordering| comparison.holds(ordering).into())
}

fn of_text(value: Value<'_>, test: impl FnOnce(&str) -> Option<bool>) -> Truth {
    value.text().and_then(test).map_or(Truth::Unknown, Truth::from)
}

/// Whether a set is so.
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
