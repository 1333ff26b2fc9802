//! What a definition costs, before it is asked.
//!
//! Whoever lets others write definitions wants to bound what they cost: in time for each customer,
//! and in what has to be kept. Both can be told from the plan alone. The counts are exact; the
//! nanoseconds are an estimate, made of a few constants that were measured.
//!
//! Leaves that several definitions share are counted for each of them, and told apart by
//! [`Cost::own_leaves`]: deleting a definition saves its own leaves and nothing else.

use crate::rules::language::{Condition, Window};
use crate::rules::meaning::node::{Node, Test};
use crate::rules::plan::Plan;
use crate::rules::plan::subjects::Ask;
use crate::rules::walk;
use crate::segment::Segment;

/// What a definition costs, so that a product can set limits of its own.
///
/// The nanoseconds are an estimate for one customer on one core of a server of 2021 (measured with the bench `rules`, group
/// `one`): they rank definitions, and are wrong by a factor of two on other machines.
///
/// The values of all definitions must not be added up to the cost of the plan: what is shared would
/// be counted several times.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Cost {
    /// The definition: `audiences.lapsed`, `rules.size`.
    pub place: String,
    /// How many different leaves it asks.
    ///
    /// A leaf that stands twice in the definition counts once.
    pub leaves: usize,
    /// How many of them no other definition asks.
    pub own_leaves: usize,
    /// How many sums over events it needs.
    ///
    /// Different selections of events, and one for each sequence. A sum and a count over the same
    /// events are one, as the same walk gives both.
    pub sums: usize,
    /// Bytes that have to be kept of a customer so that it can be asked again after new data: 8 a value and 8 a sum.
    pub state_bytes: usize,
    /// Whether the events themselves have to be kept, without end.
    ///
    /// That is so if a window has no beginning: an event of ten years ago still counts.
    pub unbounded: bool,
    /// Estimated nanoseconds for a customer without events.
    ///
    /// The sum over its leaves, shared with other definitions or not.
    pub nanoseconds: f64,
    /// Estimated nanoseconds more for each event.
    ///
    /// To be multiplied by how many events the customer has.
    pub nanoseconds_an_event: f64,
}

/// Nanoseconds of a comparison with what stands in the definition: a search among few cuts, shared.
const COMPARISON: f64 = 6.0;
/// Of a set, a place or a text that is looked through.
///
/// In nanoseconds, as the others.
const LOOK: f64 = 25.0;
/// Of a pattern, a version or an address.
///
/// A text has to be read before it can be compared.
const PARSE: f64 = 120.0;
/// Of an event that is looked at for a sum.
///
/// For each sum.
const EVENT: f64 = 6.0;

impl Plan {
    /// What each definition costs, in their order: audiences, then rule lists.
    ///
    /// # Cost
    /// In proportion to the definitions; no customer is needed.
    pub fn costs(&self) -> Vec<Cost> {
        let mut users = vec![0_usize; self.atoms.len()];
        let mut all = Vec::new();
        for audience in &self.audiences {
            let place = format!("audiences.{}", audience.label.key());
            let stays = audience.stay.iter().filter_map(|(_, root)| root.as_ref());
            all.push((place, leaves(audience.root.iter().chain(stays).map(|root| &root.node))));
        }
        for list in &self.lists {
            all.push((format!("rules.{}", list.name), leaves(list.rules.iter().map(|(_, root)| &root.node))));
        }
        for atom in all.iter().flat_map(|(_, atoms)| atoms) {
            if let Some(users) = users.get_mut(*atom) {
                *users += 1;
            }
        }
        all.into_iter().map(|(place, atoms)| self.cost(place, &atoms, &users)).collect()
    }

    /// `atoms` are its different leaves, `users` says by how many definitions each leaf is asked.
    fn cost(&self, place: String, atoms: &[usize], users: &[usize]) -> Cost {
        let mut cost = Cost {
            place,
            leaves: atoms.len(),
            own_leaves: atoms.iter().filter(|atom| users.get(**atom) == Some(&1)).count(),
            sums: 0,
            state_bytes: 0,
            unbounded: false,
            nanoseconds: 0.0,
            nanoseconds_an_event: 0.0,
        };
        let mut attributes: Vec<String> = Vec::new();
        let mut selections = Vec::new();
        for atom in atoms.iter().filter_map(|atom| self.atoms.get(*atom)) {
            cost.nanoseconds += if Ask::of(&atom.test).is_some() { COMPARISON } else { of_test(&atom.test) };
            attributes.extend(walk::attributes(&atom.condition));
            walk::visit_events(&atom.condition, &mut |events| {
                if !selections.contains(&events) {
                    selections.push(events);
                }
                cost.unbounded |= matches!(events.window, Window::Always | Window::Between { from: None, .. });
            });
            if matches!(atom.condition, Condition::Sequence(_)) {
                cost.sums += 1;
            }
        }
        attributes.sort_unstable();
        attributes.dedup();
        cost.sums += selections.len();
        cost.state_bytes = 8 * (attributes.len() + cost.sums);
        cost.nanoseconds_an_event = EVENT * cost.sums as f64;
        cost
    }
}

/// What a leaf costs that is asked by itself. Those over events cost little here; what they cost
/// grows with the events and is counted there.
fn of_test(test: &Test) -> f64 {
    match test {
        Test::Version(..) | Test::Network(..) => PARSE,
        Test::Text(_, crate::rules::meaning::text::Matcher::Pattern(_)) => PARSE,
        Test::Text(..) | Test::Set(..) | Test::Within(..) | Test::Exists(..) | Test::Anniversary { .. } => LOOK,
        Test::Compare(..) | Test::Between(..) | Test::OneOf(..) | Test::Ordered(..) | Test::Is(..) => COMPARISON,
        Test::HasBeen(_) | Test::Sequence(_) | Test::Doing(_) => LOOK,
    }
}

/// The leaves of these conditions, each once.
///
/// Memberships are left out: what another audience asks is that one's cost.
fn leaves<'n>(nodes: impl Iterator<Item = &'n Node>) -> Vec<usize> {
    /// Adds the leaves of one tree, in the order of writing.
    fn collect(node: &Node, found: &mut Vec<usize>) {
        match node {
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                for node in nodes {
                    collect(node, found);
                }
            }
            Node::Not(node) | Node::IfUnknown(node, _) => collect(node, found),
            Node::Atom(atom) if !found.contains(atom) => found.push(*atom),
            Node::Atom(_) | Node::Member(_) | Node::Constant(_) | Node::Test(_) => {}
        }
    }
    let mut found = Vec::new();
    for node in nodes {
        collect(node, &mut found);
    }
    found
}
