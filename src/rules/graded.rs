//! Degrees of membership: how clearly somebody is in an audience or out of it.

use super::language::{Comparison, Condition, Literal, Term};
use super::meaning::node::Node;
use super::plan::Plan;
use super::row::Asker;
use super::truth::Truth;
use crate::customer::Customer;
use crate::error::{Error, Result};

/// How wide the edge of a threshold is for degrees of membership.
///
/// A threshold of 500 with an edge of 10 % is fully passed at 550, half at 500 and not at all at 450.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Softness {
    relative: f64,
}

impl Softness {
    /// That part of each threshold on either side of it: 0.1 for 10 %. Of a threshold of zero, that much.
    ///
    /// # Errors
    /// If it is not above 0 and at most 1.
    pub fn relative(part: f64) -> Result<Self> {
        if part > 0.0 && part <= 1.0 {
            Ok(Softness { relative: part })
        } else {
            Err(Error::parameter("softness", "above 0 and at most 1", part))
        }
    }

    fn edge(self, threshold: f64) -> f64 {
        if threshold == 0.0 { self.relative } else { threshold.abs() * self.relative }
    }

    /// How far the number is past the threshold, from 0 to 1.
    fn past(self, number: f64, threshold: f64) -> f64 {
        let edge = self.edge(threshold);
        ((number - threshold) / (2.0 * edge) + 0.5).clamp(0.0, 1.0)
    }
}

impl Plan {
    /// How clearly the customer is in the audience of that number, from 0 to 1: `None` where nobody knows, or of an
    /// audience without a condition.
    ///
    /// Comparisons of numbers with numbers of the definition are graded; every other leaf is 0 or 1. *And* is the
    /// smaller degree, *or* the larger, *not* what is left to 1 (L. A. Zadeh 1965, Fuzzy sets,
    /// DOI 10.1016/S0019-9958(65)90241-X). At a half the plain condition turns: above it holds, below it does not.
    ///
    /// # Errors
    /// As [`Asker::ask`].
    pub fn degree(&self, audience: usize, customer: &dyn Customer, softness: Softness) -> Result<Option<f64>> {
        let condition = self.definitions.audiences.get(audience).and_then(|audience| audience.condition());
        let root = self.audiences.get(audience).and_then(|audience| audience.root.as_ref());
        let Some((condition, root)) = condition.zip(root) else { return Ok(None) };
        let mut asker: Asker<'_> = self.asker();
        let answers = asker.ask(customer)?;
        let leaf = |node: &Node, condition: &Condition| -> Option<f64> {
            match answers.answers().truth(self.place(node)) {
                Truth::Unknown => None,
                plain => {
                    let graded = thresholds(condition).and_then(|(term, comparison, threshold)| {
                        let number = self.number(term, customer)?;
                        let past = softness.past(number, threshold);
                        Some(match comparison {
                            Comparison::Greater | Comparison::GreaterOrEqual => past,
                            Comparison::Less | Comparison::LessOrEqual => 1.0 - past,
                            Comparison::Equal | Comparison::NotEqual => return None,
                        })
                    });
                    Some(graded.unwrap_or(f64::from(u8::from(plain.is_true()))))
                }
            }
        };
        Ok(degree(condition, &root.node, &leaf))
    }

    /// The number that an attribute has.
    fn number(&self, term: &Term, customer: &dyn Customer) -> Option<f64> {
        match term {
            Term::Attribute(name) => customer.value(name).number(),
            _ => None,
        }
    }
}

fn thresholds(condition: &Condition) -> Option<(&Term, Comparison, f64)> {
    match condition {
        Condition::Compare {
            left,
            comparison,
            right: Term::Value(literal @ (Literal::Number(_) | Literal::Integer(_))),
        } => Some((left, *comparison, literal.number()?)),
        _ => None,
    }
}

fn degree(condition: &Condition, node: &Node, leaf: &dyn Fn(&Node, &Condition) -> Option<f64>) -> Option<f64> {
    let each = |conditions: &[Condition], nodes: &[Node]| -> Vec<Option<f64>> {
        conditions.iter().zip(nodes).map(|(condition, node)| degree(condition, node, leaf)).collect()
    };
    match (condition, node) {
        (Condition::Constant(holds), _) => Some(f64::from(u8::from(*holds))),
        (Condition::All(conditions), Node::All(nodes)) => extreme(&each(conditions, nodes), 1.0, 0.0, f64::min),
        (Condition::Any(conditions), Node::Any(nodes)) => extreme(&each(conditions, nodes), 0.0, 1.0, f64::max),
        (Condition::AtLeast { of, .. }, Node::AtLeast(count, nodes)) => {
            // the degree of the count-th clearest
            let mut degrees: Vec<f64> = each(of, nodes).into_iter().collect::<Option<_>>()?;
            degrees.sort_by(|a, b| b.total_cmp(a));
            Some(if *count == 0 { 1.0 } else { degrees.get(count - 1).copied().unwrap_or(0.0) })
        }
        (Condition::Not(inner), Node::Not(node)) => degree(inner, node, leaf).map(|degree| 1.0 - degree),
        (Condition::IfUnknown { condition, then }, Node::IfUnknown(node, _)) => {
            Some(degree(condition, node, leaf).unwrap_or(f64::from(u8::from(*then))))
        }
        _ => leaf(node, condition),
    }
}

/// The extreme of degrees, of which one that settles it alone settles it though others are not known.
fn extreme(degrees: &[Option<f64>], of_none: f64, settles: f64, how: fn(f64, f64) -> f64) -> Option<f64> {
    let known = degrees.iter().flatten().fold(of_none, |a, b| how(a, *b));
    (known == settles || degrees.iter().all(Option::is_some)).then_some(known)
}
