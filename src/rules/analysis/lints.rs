//! What is odd about definitions, before any customer is asked.
//!
//! A definition that nobody can fulfil looks like any other until the campaign goes to nobody. What
//! is odd is found here by asking, for each audience and each rule: can anybody be in it, can
//! anybody be out of it, does it matter if this clause goes, is everybody in it in that one too.
//!
//! These are questions to the space of all classes of customers, so no customer is needed and the
//! answers hold for those to come. A few oddities are plain from the words alone, and one, a
//! negation over an attribute that is often not known, from data only.
//!
//! Nothing is found by pattern where the search can prove it; what is reported of members is
//! therefore true of them, and not a matter of style. Customers whose membership is set by hand are
//! left out.

use std::fmt;

use super::space::{Question, Space, Variable};
use crate::customer::Customers;
use crate::rules::language::{Condition, List, Term, Window};
use crate::rules::meaning::node::Node;
use crate::rules::plan::Plan;
use crate::rules::truth::Truth;
use crate::rules::walk;
use crate::segment::Segment;

/// Something odd about a definition: it can be used all the same.
///
/// It prints as a sentence with its place in front.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Oddity {
    /// The definition: `audiences.lapsed`, `rules.size.2`.
    ///
    /// Of a rule list the number of the rule, from 0, stands behind its name.
    pub place: String,
    /// What is odd.
    ///
    /// One thing each; a definition may be odd in several ways.
    pub what: Odd,
}

/// What is odd about a definition.
///
/// What is said of all customers was found by a search over all that the definitions tell apart, and holds for each. The
/// search does not know that two terms depend on each other (a day and the days since it), so it may miss something; and
/// it gives up on conditions with very many terms, which is said too.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Odd {
    /// No customer can fulfil it.
    Unsatisfiable,
    /// Every customer is in it.
    AlwaysTrue,
    /// Everybody in it is in that one too.
    SubsumedBy(String),
    /// Its members are those of that one.
    SameAs(String),
    /// Without this clause the members are the same.
    DeadClause(String),
    /// No customer gets as far as this rule: earlier ones take them all.
    NeverReached,
    /// A list without entries: nobody is in it.
    EmptyList(String),
    /// `not a or not b` of two values that one attribute cannot both have: it holds of everybody who has one. Meant was
    /// probably `not (a or b)`.
    NegatedAlternatives(String),
    /// A negation over an attribute that is often not known: those customers are not in it either.
    OftenUnknown {
        /// The attribute.
        attribute: String,
        /// The share of customers of whom it is not known.
        share: f64,
    },
    /// It looks at events without end: what is kept of a customer can never be thrown away.
    UnboundedLookBack,
    /// There are too many terms to search through; nothing is said of it.
    TooManyTerms,
}

/// From which share of unknowns on a negation is odd.
///
/// Below it, those who are missed are few enough for a default that was chosen knowingly.
const OFTEN: f64 = 0.05;

impl Plan {
    /// What is odd about the definitions, in their order.
    ///
    /// # Cost
    /// A search for each clause and for each pair of audiences that share a term; each is given up after 20,000 steps.
    ///
    /// Audiences come first, then rule lists. No customers are needed, and the answer is the same
    /// each time.
    pub fn analyze(&self) -> Vec<Oddity> {
        let space = Space::of(self);
        let mut found = Vec::new();
        self.analyze_audiences(&space, &mut found);
        self.analyze_lists(&space, &mut found);
        found
    }

    /// As [`Plan::analyze`], with what is seen only in data: negations over attributes that are often not known.
    ///
    /// # Errors
    /// If an attribute is not among those of the customers.
    ///
    /// Presence is counted over all customers; the share is of those of whom the attribute is
    /// missing, null or invalid.
    ///
    /// # Cost
    /// As [`Plan::analyze`], and the presence of each attribute under a negation.
    pub fn analyze_on(&self, customers: &Customers) -> crate::Result<Vec<Oddity>> {
        let mut found = self.analyze();
        for (place, condition) in self.definitions.conditions() {
            let mut negated = Vec::new();
            under_negation(condition, false, &mut negated);
            for attribute in negated {
                let presence = customers.column(&attribute)?.presence();
                let share = 1.0 - presence.present as f64 / customers.len().max(1) as f64;
                if share >= OFTEN && !customers.is_empty() {
                    found.push(Oddity { place: place.clone(), what: Odd::OftenUnknown { attribute, share } });
                }
            }
        }
        Ok(found)
    }

    /// What is odd about audiences. Clauses and other audiences are looked at only if an audience
    /// has members and is not everybody, as everything would follow from that.
    ///
    /// Only pairs that share a term are compared: others cannot lie in each other, unless one of
    /// them is nobody or everybody. Of two that are the same the later one is named, once.
    fn analyze_audiences(&self, space: &Space<'_>, found: &mut Vec<Oddity>) {
        let terms: Vec<Vec<Variable>> = self
            .audiences
            .iter()
            .map(|audience| {
                let mut variables = Vec::new();
                if let Some(root) = &audience.root {
                    space.variables(&root.node, &mut variables);
                }
                variables
            })
            .collect();
        for (number, (audience, definition)) in self.audiences.iter().zip(&self.definitions.audiences).enumerate() {
            let key = audience.label.key().into_owned();
            let place = format!("audiences.{key}");
            let mut odd = |what| found.push(Oddity { place: place.clone(), what });
            if matches!(&definition.list, List::Manual(members) | List::Frozen { members, .. } if members.is_empty())
                && definition.include.is_empty()
            {
                odd(Odd::EmptyList(key.clone()));
            }
            let (Some(root), List::Dynamic(condition)) = (&audience.root, &definition.list) else { continue };
            of_words(condition, &mut odd);
            let member = Node::Member(number);
            match (space.holds(&member, Truth::True), space.holds(&member, Truth::False)) {
                (Some(false), _) => odd(Odd::Unsatisfiable),
                (_, Some(false)) => odd(Odd::AlwaysTrue),
                (None, _) | (_, None) => odd(Odd::TooManyTerms),
                _ => {
                    let unknown = |truth: Truth| super::settle(truth, audience.unknown);
                    dead_clauses(space, condition, &root.node, &unknown, &mut odd);
                    for other in 0..self.audiences.len() {
                        let shared = terms[number].iter().any(|term| terms[other].contains(term)); // one an audience
                        if other == number || !shared {
                            continue;
                        }
                        let other_key = || {
                            self.audiences.get(other).map_or_else(String::new, |other| other.label.key().into_owned())
                        };
                        let within = space.within(&member, &Node::Member(other)) == Some(true);
                        let around = within && space.within(&Node::Member(other), &member) == Some(true);
                        match (within, around) {
                            (true, true) if number > other => odd(Odd::SameAs(other_key())),
                            (true, false) => odd(Odd::SubsumedBy(other_key())),
                            _ => {}
                        }
                    }
                }
            }
        }
    }

    /// What is odd about rule lists. A rule is asked together with all the ones before it: the
    /// first that holds decides, so one that holds only where an earlier one does is never reached.
    fn analyze_lists(&self, space: &Space<'_>, found: &mut Vec<Oddity>) {
        for (list, definition) in self.lists.iter().zip(&self.definitions.rules) {
            let unknown = |truth: Truth| super::settle(truth, list.unknown);
            let mut earlier: Vec<Node> = Vec::new();
            for (number, ((_, root), rule)) in list.rules.iter().zip(&definition.rules).enumerate() {
                let place = format!("rules.{}.{number}", list.name);
                let mut odd = |what| found.push(Oddity { place: place.clone(), what });
                of_words(&rule.when, &mut odd);
                let taken = Node::Any(earlier.clone());
                let satisfiable =
                    space.possible(&Question { first: &root.node, second: None, wanted: &|truth, _| unknown(truth) });
                // a rule that holds of an earlier one's customers only is not reached
                let reached = space.possible(&Question {
                    first: &root.node,
                    second: Some(&taken),
                    wanted: &|this, before| unknown(this) && !unknown(before),
                });
                match (satisfiable, reached) {
                    (Some(false), _) => odd(Odd::Unsatisfiable),
                    (_, Some(false)) => odd(Odd::NeverReached),
                    (None, _) | (_, None) => odd(Odd::TooManyTerms),
                    _ => dead_clauses(space, &rule.when, &root.node, &unknown, &mut odd),
                }
                earlier.push(root.node.clone());
            }
        }
    }
}

impl Space<'_> {
    /// Whether the condition can have that truth.
    ///
    /// `None` if the search was given up.
    fn holds(&self, node: &Node, truth: Truth) -> Option<bool> {
        self.possible(&Question { first: node, second: None, wanted: &|found, _| found == truth })
    }

    /// Whether whoever fulfils the first fulfils the second.
    ///
    /// That is so if no customer fulfils the first and not the second.
    fn within(&self, first: &Node, second: &Node) -> Option<bool> {
        let wanted = |a: Truth, b: Truth| a.is_true() && !b.is_true();
        self.possible(&Question { first, second: Some(second), wanted: &wanted }).map(|possible| !possible)
    }
}

/// The clauses without which the members are the same. Of two that say the same the later is dead.
///
/// They are tried from the last to the first, each together with those found dead before: what is
/// reported can be removed all at once. A clause inside a dead one is not reported by itself.
fn dead_clauses(
    space: &Space<'_>,
    condition: &Condition,
    root: &Node,
    member: &dyn Fn(Truth) -> bool,
    odd: &mut impl FnMut(Odd),
) {
    let mut ways = Vec::new();
    clauses(condition, root, &mut Vec::new(), &mut ways);
    let mut dead: Vec<Vec<usize>> = Vec::new();
    for (way, clause) in ways.into_iter().rev() {
        if dead.iter().any(|gone| way.starts_with(gone)) {
            continue;
        }
        let mut gone = dead.clone();
        gone.push(way.clone());
        let without = remove(root, &mut Vec::new(), &gone);
        let differ = |a: Truth, b: Truth| member(a) != member(b);
        let question = Question { first: root, second: Some(&without), wanted: &differ };
        if space.possible(&question) == Some(false) {
            odd(Odd::DeadClause(clause.to_string()));
            dead = gone;
        }
    }
}

/// The clauses of lists of two and more, with the way to each.
///
/// The way is the number of the clause at each level. A clause alone in its list is not one that
/// can be removed, nor is one of `at least`, where the number would have to change with it.
fn clauses<'c>(
    condition: &'c Condition,
    node: &Node,
    way: &mut Vec<usize>,
    found: &mut Vec<(Vec<usize>, &'c Condition)>,
) {
    let mut each = |conditions: &'c [Condition], nodes: &[Node], removable: bool| {
        for (i, (condition, node)) in conditions.iter().zip(nodes).enumerate() {
            way.push(i);
            if removable && conditions.len() > 1 {
                found.push((way.clone(), condition));
            }
            clauses(condition, node, way, found);
            way.pop();
        }
    };
    match (condition, node) {
        (Condition::All(conditions), Node::All(nodes)) | (Condition::Any(conditions), Node::Any(nodes)) => {
            each(conditions, nodes, true);
        }
        (Condition::AtLeast { of, .. }, Node::AtLeast(_, nodes)) => each(of, nodes, false),
        (Condition::Not(inner), Node::Not(node)) => {
            each(std::slice::from_ref(inner), std::slice::from_ref(node), false)
        }
        (Condition::IfUnknown { condition: inner, .. }, Node::IfUnknown(node, _)) => {
            each(std::slice::from_ref(inner), std::slice::from_ref(node), false);
        }
        _ => {}
    }
}

/// The tree without the clauses at the end of those ways.
///
/// Nodes are copied, as the original is asked beside what is left of it.
fn remove(node: &Node, way: &mut Vec<usize>, gone: &[Vec<usize>]) -> Node {
    let list = |nodes: &[Node], way: &mut Vec<usize>| {
        let mut kept = Vec::new();
        for (i, node) in nodes.iter().enumerate() {
            way.push(i);
            if !gone.contains(way) {
                kept.push(remove(node, way, gone));
            }
            way.pop();
        }
        kept
    };
    let one = |node: &Node, way: &mut Vec<usize>| {
        way.push(0);
        let inner = remove(node, way, gone);
        way.pop();
        Box::new(inner)
    };
    match node {
        Node::All(nodes) => Node::All(list(nodes, way)),
        Node::Any(nodes) => Node::Any(list(nodes, way)),
        Node::AtLeast(count, nodes) => Node::AtLeast(*count, list(nodes, way)),
        Node::Not(node) => Node::Not(one(node, way)),
        Node::IfUnknown(node, then) => Node::IfUnknown(one(node, way), *then),
        leaf => leaf.clone(),
    }
}

/// What is odd in the words alone.
///
/// Empty lists, which are never or always so; alternatives that are negated; windows without a
/// beginning.
fn of_words(condition: &Condition, odd: &mut impl FnMut(Odd)) {
    walk::visit_conditions(condition, &mut |condition| match condition {
        Condition::OneOf { values, .. } if values.is_empty() => odd(Odd::EmptyList(condition.to_string())),
        Condition::Set { texts, .. } if texts.is_empty() => odd(Odd::EmptyList(condition.to_string())),
        Condition::Network { networks, .. } if networks.is_empty() => odd(Odd::EmptyList(condition.to_string())),
        Condition::All(conditions) | Condition::Any(conditions) if conditions.is_empty() => {
            odd(Odd::EmptyList(condition.to_string()));
        }
        Condition::Any(conditions) if negated_alternatives(conditions) => {
            odd(Odd::NegatedAlternatives(condition.to_string()));
        }
        _ => {}
    });
    let mut unbounded = false;
    walk::visit_events(condition, &mut |events| unbounded |= !bounded(&events.window));
    if unbounded {
        odd(Odd::UnboundedLookBack);
    }
}

/// Whether the window has a beginning, so that older events need not be kept. One around an event
/// is taken to have one.
fn bounded(window: &Window) -> bool {
    !matches!(window, Window::Always | Window::Between { from: None, .. })
}

/// Whether two of the alternatives say that one term is not this and not that.
///
/// It is a slip of the tongue: *not in Germany or not in France* holds of everybody.
fn negated_alternatives(conditions: &[Condition]) -> bool {
    use crate::rules::language::{Comparison, Literal};
    /// The term and the value that it is said not to have.
    fn denied(condition: &Condition) -> Option<(&Term, &Literal)> {
        let compared = |condition, wanted| match condition {
            &Condition::Compare { ref left, comparison, right: Term::Value(ref literal) } if comparison == wanted => {
                Some((left, literal))
            }
            _ => None,
        };
        match condition {
            Condition::Not(inner) => compared(inner, Comparison::Equal),
            other => compared(other, Comparison::NotEqual),
        }
    }
    let denied: Vec<_> = conditions.iter().filter_map(denied).collect();
    denied.iter().enumerate().any(|(i, (term, value))| denied[..i].iter().any(|(t, v)| t == term && v != value))
}

/// The attributes that stand under a negation without a word of what holds where they are unknown.
///
/// A negation over a missing value is unknown and not true, which surprises those who wrote it.
fn under_negation(condition: &Condition, negated: bool, found: &mut Vec<String>) {
    match condition {
        Condition::Not(inner) => under_negation(inner, true, found),
        Condition::IfUnknown { .. } | Condition::Is { .. } => {}
        Condition::All(conditions) | Condition::Any(conditions) | Condition::AtLeast { of: conditions, .. } => {
            for condition in conditions {
                under_negation(condition, negated, found);
            }
        }
        leaf if negated => {
            for attribute in walk::attributes(leaf) {
                if !found.contains(&attribute) {
                    found.push(attribute);
                }
            }
        }
        _ => {}
    }
}

impl fmt::Display for Oddity {
    /// In a sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Odd::Unsatisfiable => f.write_str("no customer can fulfil it"),
            Odd::AlwaysTrue => f.write_str("every customer is in it"),
            Odd::SubsumedBy(other) => write!(f, "everybody in it is in `{other}` too"),
            Odd::SameAs(other) => write!(f, "its members are those of `{other}`"),
            Odd::DeadClause(clause) => write!(f, "without `{clause}` the members are the same"),
            Odd::NeverReached => f.write_str("no customer gets as far as this rule: earlier ones take them all"),
            Odd::EmptyList(list) => write!(f, "`{list}` has no entries"),
            Odd::NegatedAlternatives(clause) => {
                write!(f, "`{clause}` holds of everybody who has a value; meant was probably `not (… or …)`")
            }
            Odd::OftenUnknown { attribute, share } => {
                let percent = share * 100.0;
                write!(
                    f,
                    "a negation asks `{attribute}`, which is not known of {percent:.0} % of the customers: they are not in it"
                )
            }
            Odd::UnboundedLookBack => f.write_str("it looks at events without end; a window would bound what is kept"),
            Odd::TooManyTerms => f.write_str("it has too many terms to be searched through"),
        }
    }
}
