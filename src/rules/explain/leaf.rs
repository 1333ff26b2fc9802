//! What was read at a leaf, how far it is from where the answer would turn, and what would turn it.
//!
//! A leaf is a condition with no other inside. Explanations and suggestions of changes both start here: the one
//! tells what was read and how far off it is, the other looks for values at which the leaf would be so.
//!
//! Both are read from the plan and asked of the plan's own test, so that what is told cannot differ from what
//! decides. A value that is suggested is tried by that test before anybody sees it.
//!
//! Of a leaf about sequences, sums over time or other audiences there is no single value; its text then stands for
//! itself. What nobody can change, such as today or a draw, is marked as fixed.

use crate::explanation::Reason;
use crate::rules::language::{Area, Comparison, Condition, State, Term};
use crate::rules::meaning::expr::{Expr, day_of};
use crate::rules::meaning::frame::Frame;
use crate::rules::meaning::node::Test;
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;
use crate::segment::Segment;
use crate::value::{AsValue, Kind, OwnedValue, Value};

use super::change::{around, sets, some};
use super::tree::Leaf;
use super::{Clause, Reading};

/// A leaf with the value it looks at.
pub(super) struct Look<'a> {
    /// As it was written, for words; `None` for membership of another audience.
    condition: Option<&'a Condition>,
    /// As it is computed, for answers.
    test: Option<&'a Test>,
    /// The term that is looked at, as it is written.
    what: String,
    /// Its attribute, if it is one.
    pub attribute: Option<&'a str>,
    /// The term as it is computed; `None` where there is no single term.
    expr: Option<&'a Expr>,
    /// How it is compared with what.
    bounds: Vec<(Comparison, &'a Expr)>,
    /// What the leaf came to for the customer.
    truth: Truth,
    text: String,
}

impl<'a> Look<'a> {
    /// Looks at a leaf of the plan that came to that truth. A literal on the left is turned to the right, so that the
    /// term always stands on the left. Nothing is computed yet.
    pub(super) fn at(plan: &'a Plan, leaf: Leaf, truth: Truth) -> Self {
        let mut look = Look {
            condition: None,
            test: None,
            what: String::new(),
            attribute: None,
            expr: None,
            bounds: Vec::new(),
            truth,
            text: String::new(),
        };
        let atom = match leaf {
            Leaf::Member(audience) => {
                let key = plan.audiences.get(audience).map(|audience| audience.label.key().into_owned());
                look.text = Condition::Member(key.unwrap_or_default()).to_string();
                return look;
            }
            Leaf::Atom(atom) => plan.atoms.get(atom),
        };
        let Some(atom) = atom else { return look };
        look.text = atom.condition.to_string();
        (look.condition, look.test) = (Some(&atom.condition), Some(&atom.test));
        let (term, expr) = match (&atom.condition, &atom.test) {
            (Condition::Compare { left, right, .. }, Test::Compare(l, comparison, r)) => match l {
                Expr::Value(_) => {
                    look.bounds.push((comparison.mirrored(), l));
                    (right, r)
                }
                _ => {
                    look.bounds.push((*comparison, r));
                    (left, l)
                }
            },
            (Condition::Compare { left, right, .. }, Test::Ordered(expr, ..)) => {
                (if matches!(left, Term::Attribute(_)) { left } else { right }, expr)
            }
            (Condition::Between { term, .. }, Test::Between(expr, low, high)) => {
                look.bounds.extend([(low.0, &low.1), (high.0, &high.1)]);
                (term, expr)
            }
            (Condition::OneOf { term, .. }, Test::OneOf(expr, _))
            | (Condition::Text { term, .. }, Test::Text(expr, _))
            | (Condition::Set { term, .. }, Test::Set(expr, ..))
            | (Condition::Is { term, .. }, Test::Is(expr, _))
            | (Condition::Anniversary { of: term, .. }, Test::Anniversary { of: expr, .. })
            | (Condition::Within { term, .. }, Test::Within(expr, _))
            | (Condition::Version { term, .. }, Test::Version(expr, ..))
            | (Condition::Network { term, .. }, Test::Network(expr, _)) => (term, expr),
            _ => return look,
        };
        look.what = term.to_string();
        look.expr = Some(expr);
        if let Term::Attribute(name) = term {
            look.attribute = Some(name);
        }
        look
    }

    /// Whether it looks at what nobody can change: a day, a place among all, a draw, who is on a list.
    ///
    /// A term with one such part in it is fixed as a whole; so is a leaf compared with one.
    pub(super) fn is_fixed(&self) -> bool {
        match self.test {
            None | Some(Test::Anniversary { .. } | Test::HasBeen(_)) => true,
            Some(_) => self.expr.into_iter().chain(self.bounds.iter().map(|(_, expr)| *expr)).any(fixed),
        }
    }

    /// The bound that decides, with how the value must compare with it.
    ///
    /// Of two bounds it is the nearer one. Where no distance can be told, it is the first.
    fn bound(&self, frame: Frame<'a, '_>) -> Option<(Comparison, Value<'a>)> {
        let value = self.expr?.value(frame);
        let bounds = || self.bounds.iter().map(|(comparison, expr)| (*comparison, expr.value(frame)));
        let off = |bound: &(Comparison, Value<'a>)| difference(value, bound.1, frame).map_or(f64::MAX, f64::abs);
        bounds().min_by(|a, b| off(a).total_cmp(&off(b)))
    }

    /// How far the value is from where the answer turns, as a part of that.
    ///
    /// It serves to put leaves in order, the nearest first. Days are measured against a year where the bound is a day,
    /// and bounds below 1 count as 1. What has no distance is 1.
    pub(super) fn far(&self, frame: Frame<'a, '_>) -> f64 {
        let Some((expr, (_, bound))) = self.expr.zip(self.bound(frame)) else { return 1.0 };
        let size = bound.number().map_or(365.0, f64::abs).max(1.0);
        difference(expr.value(frame), bound, frame).map_or(1.0, |difference| difference.abs() / size)
    }

    /// The leaf as data, as it is to hold or not to.
    ///
    /// `wanted` is false below a NOT: the truth is then turned round and the text says "not". A distance is told as a
    /// magnitude; the threshold says in which direction it lies.
    pub(super) fn clause(&self, plan: &Plan, wanted: bool, frame: Frame<'a, '_>) -> Clause {
        let value = self.expr.map(|expr| expr.value(frame));
        let bound = self.bound(frame);
        let mut read: Vec<Reading> =
            value.iter().map(|value| Reading { what: self.what.clone(), value: Value::to_owned(*value) }).collect();
        match self.test {
            Some(Test::Compare(left, _, right))
                if !matches!(left, Expr::Value(_)) && !matches!(right, Expr::Value(_)) =>
            {
                if let Some(Condition::Compare { right: term, .. }) = self.condition {
                    read.push(Reading { what: term.to_string(), value: right.value(frame).to_owned() });
                }
            }
            Some(Test::Exists(list, _)) => {
                let count = frame.customer.item_count(list) as i64;
                read.push(Reading { what: format!("number of `{list}`"), value: OwnedValue::Integer(count) });
            }
            Some(Test::HasBeen(been)) => {
                let since = been.since(frame).and_then(|since| since.surely);
                let since = since.map_or(OwnedValue::Missing, OwnedValue::Timestamp);
                read.push(Reading { what: "so since".to_owned(), value: since });
            }
            _ => {}
        }
        let unit = match self.expr {
            Some(Expr::DaysSince(_)) => Some("days".to_owned()),
            Some(Expr::Years(..)) => Some("years".to_owned()),
            _ if bound.is_some_and(|(_, bound)| day_of(bound, frame).is_some()) => Some("days".to_owned()),
            _ => self.attribute.and_then(|name| plan.vocabulary.attributes().get(name)).and_then(|a| a.unit.clone()),
        };
        let distance = value.zip(bound).and_then(|(value, (_, bound))| difference(value, bound, frame));
        Clause {
            text: self.text(wanted),
            truth: if wanted { self.truth } else { !self.truth },
            read,
            threshold: bound.map(|(_, bound)| bound.to_owned()),
            unit: unit.filter(|_| distance.is_some()),
            distance: distance.map(f64::abs),
            reason: if self.truth.is_known() { None } else { self.reason(plan, frame) },
            fixed: self.is_fixed(),
        }
    }

    /// Why nobody knows whether it holds.
    ///
    /// An attribute that is absent is the reason before anything else; otherwise the value itself is, if it is absent
    /// or cannot be read in the way that the leaf asks.
    fn reason(&self, plan: &Plan, frame: Frame<'a, '_>) -> Option<Reason> {
        let exprs = self.expr.into_iter().chain(self.bounds.iter().map(|(_, expr)| *expr));
        let mut names = Vec::new();
        exprs.for_each(|expr| slots(expr, &mut names));
        let absent = |slot: &usize| {
            let (name, _) = plan.slots.get(*slot)?;
            Reason::of(name, frame.slots.get(*slot).copied().unwrap_or(Value::Missing))
        };
        let of_attribute = names.iter().find_map(absent);
        of_attribute.or_else(|| match self.expr?.value(frame) {
            value if !value.is_present() => Some(Reason::Other(format!("{} is {value}", self.what))),
            value => Some(Reason::Other(format!("{} cannot be read from {value}", self.what))),
        })
    }

    /// The leaf as it has to hold.
    pub(super) fn text(&self, wanted: bool) -> String {
        if wanted { self.text.clone() } else { format!("not {}", self.text) }
    }

    /// In words what the value must come to, if words say it better than a value.
    ///
    /// `None` where the value says it well enough. Bounds are told by their values as of now: a leaf that is not
    /// wanted is told by the negated comparison.
    pub(super) fn aim(&self, wanted: bool, frame: Frame<'a, '_>) -> Option<String> {
        let words = |comparison: Comparison, bound: Value<'_>| match comparison {
            Comparison::Equal => bound.to_string(),
            Comparison::NotEqual => format!("anything but {bound}"),
            Comparison::Less => format!("below {bound}"),
            Comparison::LessOrEqual => format!("at most {bound}"),
            Comparison::Greater => format!("above {bound}"),
            Comparison::GreaterOrEqual => format!("at least {bound}"),
        };
        let bounds: Vec<(Comparison, Value<'_>)> =
            self.bounds.iter().map(|(comparison, expr)| (*comparison, expr.value(frame))).collect();
        Some(match (self.test, bounds.as_slice(), wanted) {
            (_, [(comparison, bound)], true) => words(*comparison, *bound),
            (_, [(comparison, bound)], false) => words(comparison.negated(), *bound),
            (_, [low, high], true) => format!("{} and {}", words(low.0, low.1), words(high.0, high.1)),
            (_, [low, high], false) => {
                format!("{} or {}", words(low.0.negated(), low.1), words(high.0.negated(), high.1))
            }
            (Some(Test::OneOf(_, values)), ..) => {
                let values: Vec<String> = values.iter().map(|value| value.value(frame).to_string()).collect();
                format!("{}{}", if wanted { "" } else { "anything but " }, values.join(" or "))
            }
            (Some(Test::Ordered(_, comparison, at, order)), ..) => {
                let among = order.iter().enumerate().filter(|(i, _)| comparison.holds(i.cmp(at)) == wanted);
                among.map(|(_, text)| text.as_value().to_string()).collect::<Vec<_>>().join(" or ")
            }
            _ if self.expr.is_none() => wanted.to_string(),
            _ => return None,
        })
    }

    /// The words for the value as it is.
    ///
    /// Where there is no single value it is the leaf's own truth, or nothing if that is unknown.
    pub(super) fn now(&self, frame: Frame<'a, '_>) -> (String, OwnedValue) {
        match self.expr {
            Some(expr) => (self.what.clone(), expr.value(frame).to_owned()),
            None if self.truth.is_known() => (self.text.clone(), OwnedValue::Boolean(self.truth.is_true())),
            None => (self.text.clone(), OwnedValue::Missing),
        }
    }

    /// Whether the leaf is so if the attribute in that slot has that value.
    ///
    /// The other attributes stay as they are. Sums over events and answers of models were computed before and stay
    /// too.
    pub(super) fn is_so(&self, slot: usize, value: &'a OwnedValue, wanted: bool, frame: Frame<'a, '_>) -> bool {
        let mut slots = frame.slots.to_vec();
        if let Some(place) = slots.get_mut(slot) {
            *place = value.as_value();
        }
        self.test.is_some_and(|test| test.truth(Frame { slots: &slots, ..frame }) == Truth::from(wanted))
    }

    /// Values of its attribute, of that kind, at which the leaf may be so.
    ///
    /// They come from the bounds, the lists and the texts of the leaf itself, with a step to either side where there
    /// is an order. They are proposals: the caller tries each. The nearest to the value of now comes first; the order
    /// is the same at each run.
    pub(super) fn candidates(&self, kind: Kind, frame: Frame<'a, '_>) -> Vec<OwnedValue> {
        let text = |text: &str| OwnedValue::Text(text.to_owned());
        let mut found = Vec::new();
        for (_, expr) in &self.bounds {
            around(expr.value(frame), kind, &mut found);
        }
        let current = self.expr.map_or(Value::Missing, |expr| expr.value(frame));
        match (self.test, self.condition) {
            (Some(Test::Ordered(_, _, _, order)), _) => {
                found.extend(order.iter().map(|text| text.as_value().to_owned()))
            }
            (Some(Test::OneOf(_, values)), _) => values.iter().for_each(|v| around(v.value(frame), kind, &mut found)),
            (_, Some(Condition::Text { text: wanted, .. })) => found.extend([text(wanted), text("")]),
            (_, Some(Condition::Version { version, .. })) => found.push(text(version)),
            (Some(Test::Network(_, networks)), _) => found.extend(networks.iter().map(|n| text(&n.addr().to_string()))),
            (_, Some(Condition::Within { area, .. })) => found.extend(match area {
                Area::Circle { center, .. } => vec![OwnedValue::Point(*center)],
                Area::Box { south_west, .. } => vec![OwnedValue::Point(*south_west)],
                Area::Polygon(corners) => corners.iter().map(|corner| OwnedValue::Point(*corner)).collect(),
            }),
            (_, Some(Condition::Set { operator, texts, .. })) => found.extend(sets(current, *operator, texts)),
            (_, Some(Condition::Is { state, .. })) => {
                if *state == State::Null {
                    found.push(OwnedValue::Null);
                }
                found.extend([some(kind), OwnedValue::Missing, text(""), OwnedValue::Set(Vec::new())]);
            }
            _ => {}
        }
        let fits = |value: &OwnedValue| match value.as_value().kind() {
            None => true,
            Some(found) => found == kind || (found.is_numeric() && kind.is_numeric()),
        };
        found.retain(fits);
        // the nearest first; what has no distance stays in order
        let off = |value: &OwnedValue| difference(current, value.as_value(), frame).map_or(0.0, f64::abs);
        found.sort_by(|a, b| off(a).total_cmp(&off(b)));
        found
    }
}

/// Whether a term is one that nobody can change.
fn fixed(expr: &Expr) -> bool {
    match expr {
        Expr::Today | Expr::DaysSince(_) | Expr::Years(..) | Expr::Rank { .. } | Expr::Bucket(..) => true,
        Expr::Arithmetic(_, of) => of.iter().any(fixed),
        Expr::Size(of) | Expr::Calendar(_, of) => fixed(of),
        _ => false,
    }
}

/// The slots that a term reads.
///
/// In the order in which they stand, with repetitions; the first that is absent is named as the reason.
fn slots(expr: &Expr, found: &mut Vec<usize>) {
    match expr {
        Expr::Slot(slot) => found.push(*slot),
        Expr::Arithmetic(_, of) => of.iter().for_each(|of| slots(of, found)),
        Expr::Size(of)
        | Expr::Calendar(_, of)
        | Expr::DaysSince(of)
        | Expr::Years(of, _)
        | Expr::Bucket(_, Some(of))
        | Expr::Rank { by: of, .. } => slots(of, found),
        _ => {}
    }
}

/// How much larger one value is than another, in numbers or in days.
///
/// `None` if the two are neither numbers nor days.
fn difference(value: Value<'_>, other: Value<'_>, frame: Frame<'_, '_>) -> Option<f64> {
    let days = || Some(f64::from(day_of(value, frame)?.days_since(day_of(other, frame)?)));
    value.number().zip(other.number()).map(|(a, b)| a - b).or_else(days)
}

/// The slot of an attribute with its kind.
///
/// `None` if no condition of the plan reads the attribute.
pub(super) fn slot_of(plan: &Plan, name: &str) -> Option<(usize, Kind)> {
    let at = plan.slots.iter().position(|(known, _)| known == name)?;
    plan.slots.get(at).map(|(_, kind)| (at, *kind))
}
