//! Which leaves and which other audiences an audience or a rule list asks for.

use super::meaning::node::Node;
use super::plan::{AudiencePlan, Root, RulesPlan};

/// Which leaves and which other audiences each audience and each rule list asks for.
#[derive(Clone, Debug, Default)]
pub(super) struct Reach {
    pub audiences: Vec<Asks>,
    pub lists: Vec<Asks>,
}

/// What one condition asks for itself, each once, in the order in which it stands there.
#[derive(Clone, Debug, Default)]
pub(super) struct Asks {
    pub atoms: Vec<usize>,
    pub members: Vec<usize>,
}

impl Asks {
    fn add(&mut self, root: &Root) {
        self.add_node(&root.node);
        self.atoms.sort_unstable();
        self.atoms.dedup();
        self.members.sort_unstable();
        self.members.dedup();
    }

    fn add_node(&mut self, node: &Node) {
        match node {
            Node::All(nodes) | Node::Any(nodes) | Node::AtLeast(_, nodes) => {
                nodes.iter().for_each(|node| self.add_node(node));
            }
            Node::Not(node) | Node::IfUnknown(node, _) => self.add_node(node),
            Node::Atom(atom) => self.atoms.push(*atom),
            Node::Member(audience) => self.members.push(*audience),
            Node::Constant(_) | Node::Test(_) => {}
        }
    }
}

impl Reach {
    /// What those ask for; the condition under which members stay is asked for too.
    pub(super) fn of(audiences: &[AudiencePlan], lists: &[RulesPlan]) -> Self {
        let of_audience = |audience: &AudiencePlan| {
            let mut asks = Asks::default();
            let stay = audience.stay.as_ref().and_then(|(_, root)| root.as_ref());
            audience.root.iter().chain(stay).for_each(|root| asks.add(root));
            asks
        };
        let of_list = |list: &RulesPlan| {
            let mut asks = Asks::default();
            list.rules.iter().for_each(|(_, root)| asks.add(root));
            asks
        };
        Reach { audiences: audiences.iter().map(of_audience).collect(), lists: lists.iter().map(of_list).collect() }
    }

    /// The audiences that those audiences and rule lists hang on, themselves included.
    pub(super) fn behind(&self, audiences: &[bool], lists: &[bool]) -> Vec<bool> {
        let mut behind = audiences.to_vec();
        let mut way: Vec<usize> = (0..behind.len()).filter(|at| behind[*at]).collect();
        let asked = self.lists.iter().zip(lists).filter(|(_, open)| **open).flat_map(|(asks, _)| &asks.members);
        let mut visit = |at: usize, way: &mut Vec<usize>| {
            if let Some(seen) = behind.get_mut(at)
                && !std::mem::replace(seen, true)
            {
                way.push(at);
            }
        };
        asked.for_each(|member| visit(*member, &mut way));
        while let Some(at) = way.pop() {
            for member in self.audiences.get(at).map_or(&[][..], |asks| &asks.members) {
                visit(*member, &mut way);
            }
        }
        behind
    }

    /// The leaves that those audiences and rule lists hang on, of so many.
    pub(super) fn atoms(&self, audiences: &[bool], lists: &[bool], count: usize) -> Vec<bool> {
        let behind = self.behind(audiences, lists);
        let of_audiences = self.audiences.iter().zip(&behind).filter(|(_, is)| **is).map(|(asks, _)| asks);
        let of_lists = self.lists.iter().zip(lists).filter(|(_, open)| **open).map(|(asks, _)| asks);
        let mut atoms = vec![false; count];
        for atom in of_audiences.chain(of_lists).flat_map(|asks| &asks.atoms) {
            if let Some(needed) = atoms.get_mut(*atom) {
                *needed = true;
            }
        }
        atoms
    }
}
