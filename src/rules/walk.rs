//! Walking over a definition: every condition, term, choice of events and window in it, wherever it is nested.
//!
//! The walk keeps its own stack, so that a tree of any depth cannot overflow the program's. It goes in the order in which
//! the definition is written, a node before what is inside it, and knows the key path of where it is.
//!
//! Four things have parts: conditions, terms, choices of events, and windows, of which only the one around an event has.
//! Each is in [`Node::each_part`] once; whoever asks for names, depths, limits or rules of style asks the walk. A variant
//! that joins the language joins here, and the compiler says so.
//!
//! What is walked over:
//!
//! | in | are |
//! | --- | --- |
//! | all, any, at least, not, if unknown | conditions |
//! | a comparison | its terms |
//! | exists | the condition on an item |
//! | has been | its changes, and the condition on them |
//! | a sequence | the filters of its steps, its window |
//! | a lifecycle | its events, its window |
//! | arithmetic, size, days since, years, calendar, rank, bucket | terms |
//! | a score | conditions, terms and events that give points |
//! | what events add up to | the events |
//! | events | their filter, their window |
//! | a window around an event | the events it is around |

use std::collections::BTreeSet;
use std::fmt;

use super::{Condition, Events, Given, Lifecycle, Term, Window};

/// A part of a definition that has parts of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Node<'a> {
    /// A condition.
    Condition(&'a Condition),
    /// A term.
    Term(&'a Term),
    /// A choice of events.
    Events(&'a Events),
    /// A window; only that around an event has parts.
    Window(&'a Window),
}

/// The way from a node to a part of it, as the keys of its JSON form: `compare.left`, `all.3`, `sequence.steps.0.where`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    /// Keys with dots between them.
    before: &'static str,
    /// The place in the list behind them.
    index: Option<usize>,
    /// Keys behind that place.
    after: &'static str,
}

impl Way {
    /// By keys only.
    const fn key(before: &'static str) -> Self {
        Way { before, index: None, after: "" }
    }

    /// To an item of a list.
    const fn item(before: &'static str, index: usize) -> Self {
        Way { before, index: Some(index), after: "" }
    }

    /// To what lies behind keys in an item of a list.
    const fn inside(before: &'static str, index: usize, after: &'static str) -> Self {
        Way { before, index: Some(index), after }
    }

    /// How many levels of JSON it goes down.
    pub(crate) fn levels(&self) -> usize {
        let keys = |text: &str| if text.is_empty() { 0 } else { 1 + text.matches('.').count() };
        keys(self.before) + usize::from(self.index.is_some()) + keys(self.after)
    }
}

impl fmt::Display for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.before)?;
        if let Some(index) = self.index {
            write!(f, ".{index}")?;
        }
        if !self.after.is_empty() {
            write!(f, ".{}", self.after)?;
        }
        Ok(())
    }
}

impl<'a> Node<'a> {
    /// Shows each part of the node, not the parts' parts, in the order in which they are written.
    pub(crate) fn each_part(self, see: &mut dyn FnMut(Way, Node<'a>)) {
        match self {
            Node::Condition(condition) => condition_parts(condition, see),
            Node::Term(term) => term_parts(term, see),
            Node::Events(events) => {
                if let Some(filter) = &events.filter {
                    see(Way::key("where"), Node::Condition(filter));
                }
                see(Way::key("window"), Node::Window(&events.window));
            }
            Node::Window(Window::Around(around)) => see(Way::key("around.events"), Node::Events(&around.events)),
            Node::Window(_) => {}
        }
    }

    /// The node and all that is in it.
    pub(crate) fn walk(self) -> Walk<'a> {
        Walk { open: vec![(0, Way::key(""), self)], path: Vec::new() }
    }
}

/// The parts of a condition.
fn condition_parts<'a>(condition: &'a Condition, see: &mut dyn FnMut(Way, Node<'a>)) {
    let mut term = |key, term| see(Way::key(key), Node::Term(term));
    match condition {
        Condition::Constant(_) | Condition::Member(_) => {}
        Condition::All(of) => list("all", of, see),
        Condition::Any(of) => list("any", of, see),
        Condition::AtLeast { of, .. } => list("at_least.of", of, see),
        Condition::Not(inner) => see(Way::key("not"), Node::Condition(inner)),
        Condition::IfUnknown { condition, .. } => see(Way::key("if_unknown.condition"), Node::Condition(condition)),
        Condition::Compare { left, right, .. } => {
            term("compare.left", left);
            term("compare.right", right);
        }
        Condition::Between { term: value, low, high, .. } => {
            term("between.term", value);
            term("between.low", low);
            term("between.high", high);
        }
        Condition::OneOf { term: value, .. } => term("one_of.term", value),
        Condition::Text { term: value, .. } => term("text.term", value),
        Condition::Set { term: value, .. } => term("set.term", value),
        Condition::Is { term: value, .. } => term("is.term", value),
        Condition::Anniversary { of, .. } => term("anniversary.of", of),
        Condition::Within { term: value, .. } => term("within.term", value),
        Condition::Version { term: value, .. } => term("version.term", value),
        Condition::Network { term: value, .. } => term("network.term", value),
        Condition::Exists { filter, .. } => see(Way::key("exists.where"), Node::Condition(filter)),
        Condition::HasBeen(been) => {
            see(Way::key("has_been.changes"), Node::Events(&been.changes));
            see(Way::key("has_been.so"), Node::Condition(&been.so));
        }
        Condition::Sequence(sequence) => {
            for (i, step) in sequence.steps.iter().enumerate() {
                if let Some(filter) = &step.filter {
                    see(Way::inside("sequence.steps", i, "where"), Node::Condition(filter));
                }
            }
            see(Way::key("sequence.window"), Node::Window(&sequence.window));
        }
        Condition::Lifecycle(lifecycle) => match &**lifecycle {
            Lifecycle::FirstTime { events, within } => {
                see(Way::key("lifecycle.first_time.events"), Node::Events(events));
                see(Way::key("lifecycle.first_time.within"), Node::Window(within));
            }
            Lifecycle::Regularly { events, .. } => see(Way::key("lifecycle.regularly.events"), Node::Events(events)),
            Lifecycle::Stopped { events, .. } => see(Way::key("lifecycle.stopped.events"), Node::Events(events)),
            Lifecycle::Restarted { events, .. } => see(Way::key("lifecycle.restarted.events"), Node::Events(events)),
        },
    }
}

/// The conditions of a list under that key.
fn list<'a>(key: &'static str, of: &'a [Condition], see: &mut dyn FnMut(Way, Node<'a>)) {
    for (i, condition) in of.iter().enumerate() {
        see(Way::item(key, i), Node::Condition(condition));
    }
}

/// The parts of a term.
fn term_parts<'a>(term: &'a Term, see: &mut dyn FnMut(Way, Node<'a>)) {
    match term {
        Term::Attribute(_) | Term::Field(_) | Term::Earlier { .. } | Term::Value(_) | Term::Today | Term::Model(_) => {}
        Term::Arithmetic { of, .. } => {
            for (i, term) in of.iter().enumerate() {
                see(Way::item("arithmetic.of", i), Node::Term(term));
            }
        }
        Term::Size(inner) => see(Way::key("size"), Node::Term(inner)),
        Term::DaysSince(inner) => see(Way::key("days_since"), Node::Term(inner)),
        Term::Years { since, .. } => see(Way::key("years.since"), Node::Term(since)),
        Term::Calendar { of, .. } => see(Way::key("calendar.of"), Node::Term(of)),
        Term::Events(aggregate) => see(Way::key("events.events"), Node::Events(&aggregate.events)),
        Term::Rank(rank) => see(Way::key("rank.by"), Node::Term(&rank.by)),
        Term::Bucket(bucket) => {
            if let Some(by) = &bucket.by {
                see(Way::key("bucket.by"), Node::Term(by));
            }
        }
        Term::Score(score) => {
            for (i, item) in score.items.iter().enumerate() {
                let way = |after| Way::inside("score.items", i, after);
                match &item.given {
                    Given::When(condition) => see(way("given.when"), Node::Condition(condition)),
                    Given::Each(term) => see(way("given.each"), Node::Term(term)),
                    Given::EachEvent { events, .. } => see(way("given.each_event.events"), Node::Events(events)),
                }
            }
        }
    }
}

/// A walk over a node and all that is in it.
pub(crate) struct Walk<'a> {
    /// What is still to be seen, the next one last: how deep it lies, the way to it from the node it is in.
    open: Vec<(usize, Way, Node<'a>)>,
    /// The ways from the first node to the one seen last.
    path: Vec<Way>,
}

impl Walk<'_> {
    /// How many nodes the one seen last lies inside of.
    pub(crate) fn depth(&self) -> usize {
        self.path.len()
    }

    /// How many levels of JSON the one seen last lies below the first.
    pub(crate) fn levels(&self) -> usize {
        self.path.iter().map(Way::levels).sum()
    }

    /// The key path from the first node to the one seen last: `all.0.compare.left`; empty of the first.
    pub(crate) fn path(&self) -> String {
        self.path.iter().map(Way::to_string).collect::<Vec<_>>().join(".")
    }
}

impl<'a> Iterator for Walk<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let (depth, way, node) = self.open.pop()?;
        if depth > 0 {
            self.path.truncate(depth - 1);
            self.path.push(way);
        }
        let first = self.open.len();
        node.each_part(&mut |way, part| self.open.push((depth + 1, way, part)));
        self.open[first..].reverse();
        Some(node)
    }
}

/// Shows the condition and every one in it, also in terms and in filters of events.
pub(crate) fn visit_conditions<'a>(condition: &'a Condition, see: &mut dyn FnMut(&'a Condition)) {
    for node in Node::Condition(condition).walk() {
        if let Node::Condition(condition) = node {
            see(condition);
        }
    }
}

/// Shows every term in the condition, also in other terms and in filters of events.
pub(crate) fn visit_terms<'a>(condition: &'a Condition, see: &mut dyn FnMut(&'a Term)) {
    for node in Node::Condition(condition).walk() {
        if let Node::Term(term) = node {
            see(term);
        }
    }
}

/// Shows every choice of events in the condition.
pub(crate) fn visit_events<'a>(condition: &'a Condition, see: &mut dyn FnMut(&'a Events)) {
    for node in Node::Condition(condition).walk() {
        if let Node::Events(events) = node {
            see(events);
        }
    }
}

/// The names that are found, each once, in alphabetical order.
fn names<'a>(condition: &'a Condition, name: impl Fn(Node<'a>) -> Option<&'a String>) -> Vec<String> {
    let found: BTreeSet<&String> = Node::Condition(condition).walk().filter_map(name).collect();
    found.into_iter().cloned().collect()
}

/// The attributes that the condition reads, each once, in alphabetical order.
pub(crate) fn attributes(condition: &Condition) -> Vec<String> {
    names(condition, |node| match node {
        Node::Term(Term::Attribute(name)) => Some(name),
        _ => None,
    })
}

/// The lists whose items the condition looks at, each once, in alphabetical order.
pub(crate) fn lists(condition: &Condition) -> Vec<String> {
    names(condition, |node| match node {
        Node::Condition(Condition::Exists { list, .. }) => Some(list),
        _ => None,
    })
}

/// The audiences whose members the condition asks for, each once, in alphabetical order.
pub(crate) fn members(condition: &Condition) -> Vec<String> {
    names(condition, |node| match node {
        Node::Condition(Condition::Member(audience)) => Some(audience),
        _ => None,
    })
}

/// The models whose segments the condition reads, each once, in alphabetical order.
pub(crate) fn models(condition: &Condition) -> Vec<String> {
    names(condition, |node| match node {
        Node::Term(Term::Model(model)) => Some(model),
        _ => None,
    })
}

/// Whether the condition looks at what the customer did.
pub(crate) fn reads_events(condition: &Condition) -> bool {
    Node::Condition(condition).walk().any(|node| match node {
        Node::Events(_) => true,
        Node::Condition(condition) => matches!(condition, Condition::Sequence(_)),
        Node::Term(_) | Node::Window(_) => false,
    })
}

#[cfg(test)]
#[path = "walk_tests.rs"]
mod tests;
