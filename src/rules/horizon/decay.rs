//! When a number that falls all the time passes another.
//!
//! Events that count half after so long make a score that is another at every instant. Between two instants at which nothing
//! else changes, bounds of it are known from its values at both ends, since what one item gives only falls; halving the
//! time again and again where the bounds leave a doubt finds the first crossing to the microsecond (interval bisection:
//! R. E. Moore 1966, Interval Analysis).
//!
//! Where all items count for the customer, or all against, the score itself only falls or rises, and some 50 halvings of
//! 200 years are enough. Where some count for and some against it may rise first and fall then; the bounds show where it
//! cannot cross, and only the rest is halved. To the microsecond means as far as numbers of 64 bits tell one instant from
//! the next: with half-lives of more than a century they hardly do.

use std::cmp::Ordering;

use super::timeline::with_frame;
use crate::customer::Customer;
use crate::error::Result;
use crate::rules::language::Arithmetic;
use crate::rules::meaning::calendar::Clock;
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::frame::Frame;
use crate::rules::meaning::node::{Node, Test};
use crate::rules::meaning::score::{Given, Points};
use crate::rules::plan::Plan;
use crate::time::{AsOf, Timestamp};

/// How often the time is halved before one gives up.
const HALVINGS: usize = 4_000;
/// What rounding may make of a sum, as a part of it.
const ROUNDING: f64 = 1e-14;

/// What a search for a crossing came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Crossing {
    /// The answer is the same all the time.
    None,
    /// As of that instant the answer is another than a microsecond before.
    At(i64),
    /// Nobody knows what is behind that instant.
    Unknown(i64),
}

impl Clock {
    /// The clock at an instant, with the same knowledge.
    pub(super) fn at_instant(&self, at: i64) -> Clock {
        self.moved_to(AsOf::instant_in(Timestamp::from_micros(at), &self.zone))
    }
}

/// Between two instants, the first of them looked at already, the earliest, or the latest, at which the answer to a leaf
/// turns; nothing but scores that decay may change in between.
///
/// # Errors
/// As asking the customer.
pub(super) fn crossing(
    plan: &Plan,
    customer: &dyn Customer,
    clock: &Clock,
    atom: usize,
    (from, to): (i64, i64),
    latest: bool,
) -> Result<Crossing> {
    let Some(atom) = plan.atoms.get(atom) else { return Ok(Crossing::None) };
    with_frame(plan, customer, &clock.at_instant(from), |frame| {
        let truth = |at: i64| atom.test.truth(Frame { clock: &clock.at_instant(at), ..frame });
        let mut left = HALVINGS;
        let mut ranges = vec![(from, to)];
        while let Some((from, to)) = ranges.pop() {
            if from >= to {
                continue;
            }
            let (first, last) = (clock.at_instant(from), clock.at_instant(to));
            if settled(&atom.test, Frame { clock: &first, ..frame }, Frame { clock: &last, ..frame }) {
                continue;
            }
            if to - from == 1 {
                if truth(from) != truth(to) {
                    return Crossing::At(to);
                }
                continue;
            }
            if left == 0 {
                return Crossing::Unknown(if latest { to } else { from });
            }
            left -= 1;
            let middle = from + (to - from) / 2;
            let halves = [(middle, to), (from, middle)];
            ranges.extend(if latest { [halves[1], halves[0]] } else { halves });
        }
        Crossing::None
    })
}

/// Whether the answer is the same between two moments for certain.
fn settled<'a>(test: &'a Test, first: Frame<'a, '_>, last: Frame<'a, '_>) -> bool {
    let apart = |left: &'a Expr, right: &'a Expr| -> bool {
        let (Some(left), Some(right)) = (bounds(left, first, last), bounds(right, first, last)) else { return false };
        left.order(right).is_some()
    };
    match test {
        Test::Compare(left, _, right) => apart(left, right),
        Test::Between(term, low, high) => apart(term, &low.1) && apart(term, &high.1),
        Test::OneOf(term, values) => values.iter().all(|value| apart(term, value)),
        _ => true, // a score is known at all times, and nothing else asks what it is
    }
}

/// What a number lies between.
#[derive(Clone, Copy, Debug)]
struct Bounds(f64, f64);

impl Bounds {
    /// The least and the largest of some numbers.
    fn of(numbers: impl IntoIterator<Item = f64>) -> Self {
        let wide = Bounds(f64::INFINITY, f64::NEG_INFINITY);
        numbers.into_iter().fold(wide, |Bounds(low, high), number| Bounds(low.min(number), high.max(number)))
    }

    /// What a function that only rises or only falls makes of it.
    fn map(self, function: impl Fn(f64) -> f64) -> Self {
        Bounds::of([function(self.0), function(self.1)])
    }

    /// What a function of two numbers makes of it that is largest and smallest at the corners.
    fn with(self, other: Self, function: impl Fn(f64, f64) -> f64) -> Self {
        let Bounds(a, b) = self;
        let Bounds(c, d) = other;
        Bounds::of([function(a, c), function(a, d), function(b, c), function(b, d)])
    }

    /// How it compares with another number, if that is certain. Two numbers that only touch are a doubt, unless both are
    /// known to the last bit, as they are where a score is cut.
    fn order(self, other: Self) -> Option<Ordering> {
        if self.1 < other.0 {
            Some(Ordering::Less)
        } else if self.0 > other.1 {
            Some(Ordering::Greater)
        } else if self.0 == self.1 && other.0 == other.1 && self.0 == other.0 {
            Some(Ordering::Equal)
        } else {
            None
        }
    }
}

/// What the number lies between from the first moment to the last; `None` if that cannot be said.
fn bounds<'a>(expr: &'a Expr, first: Frame<'a, '_>, last: Frame<'a, '_>) -> Option<Bounds> {
    match expr {
        Expr::Score(points) => Some(of_points(points, first, last)),
        Expr::Arithmetic(operator, of) => {
            let mut of = of.iter().map(|of| bounds(of, first, last));
            let mut total = of.next()??;
            match operator {
                Arithmetic::Absolute if total.0 < 0.0 && total.1 > 0.0 => {
                    return Some(Bounds(0.0, total.1.max(-total.0)));
                }
                Arithmetic::Absolute => return Some(total.map(f64::abs)),
                Arithmetic::Floor => return Some(total.map(f64::floor)),
                Arithmetic::Round => return Some(total.map(f64::round)),
                Arithmetic::FirstKnown => return Some(total),
                _ => {}
            }
            for next in of {
                let next = next?;
                total = match operator {
                    Arithmetic::Add => total.with(next, |a, b| a + b),
                    Arithmetic::Subtract => total.with(next, |a, b| a - b),
                    Arithmetic::Multiply => total.with(next, |a, b| a * b),
                    Arithmetic::Divide if next.0 <= 0.0 && next.1 >= 0.0 => return None,
                    Arithmetic::Divide => total.with(next, |a, b| a / b),
                    Arithmetic::Minimum => total.with(next, f64::min),
                    _ => total.with(next, f64::max),
                };
            }
            Some(total)
        }
        Expr::Rank { by, table, measure, ties } => {
            let Bounds(low, high) = bounds(by, first, last)?;
            let rank = |number| table.rank(number, *measure, *ties);
            Some(Bounds::of([rank(low)?, rank(high)?]))
        }
        still => {
            let number = still.value(first).number()?;
            Some(Bounds(number, number))
        }
    }
}

/// Whether a number falls all the time.
///
/// Other terms inside a score stand still between two instants of the timeline; one score inside another may not.
fn decays(expr: &Expr) -> bool {
    match expr {
        Expr::Score(points) => points.items.iter().any(|item| match &item.given {
            Given::EachEvent(_, half_life) => half_life.is_some(),
            Given::Each(expr) => decays(expr),
            Given::When(node) => node_decays(node),
        }),
        Expr::Arithmetic(_, of) => of.iter().any(decays),
        Expr::Rank { by, .. } => decays(by),
        _ => false,
    }
}

/// Whether a condition asks for such a number: it may then hold and not hold again between two moments.
fn node_decays(node: &Node) -> bool {
    match node {
        Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => nodes.iter().any(node_decays),
        Node::Not(node) | Node::IfUnknown(node, _) => node_decays(node),
        Node::Test(test) => match &**test {
            Test::Compare(left, _, right) => decays(left) || decays(right),
            Test::Between(term, low, high) => decays(term) || decays(&low.1) || decays(&high.1),
            Test::OneOf(term, _) => decays(term),
            _ => false,
        },
        Node::Constant(_) | Node::Atom(_) | Node::Member(_) => false,
    }
}

/// What a score lies between: the bounds of its items added up and cut as the score is.
///
/// What each event gives falls as it ages, so that an item with a half-life lies between its values at both ends, with a
/// little more for what rounding may do; all else stands still. Adding and cutting keep bounds bounds.
fn of_points<'a>(points: &'a Points, first: Frame<'a, '_>, last: Frame<'a, '_>) -> Bounds {
    let clamp = |bounds: Bounds, minimum: Option<f64>, maximum: Option<f64>| {
        bounds.map(|number| {
            let number = maximum.map_or(number, |maximum| number.min(maximum));
            minimum.map_or(number, |minimum| number.max(minimum))
        })
    };
    let add = |category: Option<usize>| {
        let items = points.items.iter().filter(move |item| item.category == category);
        items.fold(Bounds(0.0, 0.0), |total, item| {
            let between = match &item.given {
                Given::EachEvent(_, Some(_)) => {
                    let Bounds(low, high) = Bounds::of([item.given(first), item.given(last)]);
                    let slack = if low == high { 0.0 } else { ROUNDING * low.abs().max(high.abs()) };
                    Bounds(low - slack, high + slack)
                }
                Given::When(node) if node_decays(node) => {
                    let cap = item.cap.unwrap_or(f64::INFINITY);
                    Bounds::of([0.0, item.points.clamp(-cap, cap)])
                }
                Given::Each(expr) => match bounds(expr, first, last) {
                    Some(units) => {
                        let cap = item.cap.unwrap_or(f64::INFINITY);
                        units.map(|units| (item.points * units).clamp(-cap, cap))
                    }
                    None => Bounds::of([item.given(first), item.given(last)]),
                },
                _ => Bounds::of([item.given(first)]),
            };
            total.with(between, |a, b| a + b)
        })
    };
    let mut total = Bounds(0.0, 0.0);
    for (number, category) in points.categories.iter().enumerate() {
        let part = clamp(add(Some(number)), category.minimum, category.maximum);
        total = total.with(part, |a, b| a + b);
    }
    total = total.with(add(None), |a, b| a + b);
    clamp(total, points.minimum, points.maximum)
}
