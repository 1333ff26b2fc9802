//! Keys that occur once, and audiences in an order in which each comes behind those it refers to.
//!
//! A reference in a circle has no answer and is refused with the way round it. Two ways to one audience are none: the
//! search knows what lies on its way down from what it has done with, which is where others saw circles in diamonds.

use crate::error::{Error, Result};
use crate::rules::meaning::node::Node;

/// # Errors
/// If a key is empty or occurs twice.
pub(super) fn unique(what: &str, keys: &[String]) -> Result<()> {
    let mut seen = std::collections::HashSet::new();
    for key in keys {
        if key.is_empty() {
            return Err(Error::definition(format!(
                "{} {what} has no key",
                if what.starts_with('a') { "an" } else { "a" }
            )));
        }
        if !seen.insert(key) {
            return Err(Error::definition(format!("{what} `{key}` occurs twice")));
        }
    }
    Ok(())
}

/// The audiences such that each comes behind those it refers to; a circle, as the way round it, if there is one.
///
/// The colours are those on the way down (a circle is met on the stack), so two ways to one audience are no circle.
///
/// It is a search in depth without recursion, so a chain of thousands of audiences needs no stack.
/// The condition on which members stay counts as well: it is asked in the same pass.
///
/// # Errors
/// The numbers of the audiences on the circle, the first one also last.
pub(super) fn in_order(references: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    #[derive(Clone, Copy, PartialEq)]
    enum Seen {
        No,
        OnTheWay,
        Yes,
    }
    let mut seen = vec![Seen::No; references.len()];
    let mut order = Vec::with_capacity(references.len());
    for start in 0..references.len() {
        if seen[start] != Seen::No {
            continue; // `start` counts the audiences
        }
        let mut way = vec![(start, 0)];
        seen[start] = Seen::OnTheWay;
        while let Some((at, next)) = way.last_mut() {
            let (at, reference) = (*at, references.get(*at).and_then(|list| list.get(*next)).copied());
            *next += 1;
            match reference {
                None => {
                    seen[at] = Seen::Yes;
                    order.push(at);
                    way.pop();
                }
                Some(other) => match seen.get(other) {
                    Some(Seen::No) => {
                        seen[other] = Seen::OnTheWay;
                        way.push((other, 0));
                    }
                    Some(Seen::OnTheWay) => {
                        let from = way.iter().position(|(at, _)| *at == other).unwrap_or(0);
                        return Err(way.iter().skip(from).map(|(at, _)| *at).chain([other]).collect());
                    }
                    _ => {}
                },
            }
        }
    }
    Ok(order)
}

/// The audiences that a condition refers to.
///
/// Each is given once, in the order of writing. Filters and scores cannot ask for membership, so
/// tests are not looked into.
pub(in crate::rules) fn members_of(node: &Node, members: &mut Vec<usize>) {
    match node {
        Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
            for node in nodes {
                members_of(node, members);
            }
        }
        Node::Not(node) | Node::IfUnknown(node, _) => members_of(node, members),
        Node::Member(audience) if !members.contains(audience) => members.push(*audience),
        Node::Member(_) | Node::Constant(_) | Node::Test(_) | Node::Atom(_) => {}
    }
}
