//! Definitions checked against the vocabulary, with their names resolved: the door behind which nothing is checked again.

use std::collections::HashMap;
use std::sync::Arc;

use super::vocabulary::{SegmentsOf, Vocabulary, unknown};
use crate::error::{Error, Result};
use crate::rules::language::{Arithmetic, Around, Condition, Events, Order, Window};
use crate::rules::meaning::expr::Expr;
use crate::rules::meaning::node::{Node, Test};
use crate::rules::meaning::rank::RankTable;
use crate::rules::meaning::sums::{Asked, Selection, Sum, When};
use crate::value::Kind;

/// What fields are read of where a condition stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// Of nothing: the customer is looked at.
    Customer,
    /// Of an event.
    Event,
    /// Of an event, from a step of a sequence.
    Step { first: bool },
    /// Of an item of that list.
    Item(&'a str),
}

/// A leaf of the definitions that the plan asks once, however many definitions have it.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Atom {
    /// As it was written.
    pub condition: Condition,
    pub test: Test,
    /// Whether its answer may change with the moment alone.
    pub as_of: bool,
}

/// A number by which customers are ranked.
#[derive(Clone, Debug)]
pub(in crate::rules) struct RankOf {
    pub key: String,
    pub by: Expr,
    pub order: Order,
    pub table: Arc<RankTable>,
}

/// Definitions on their way to a plan.
pub(super) struct Lower<'v> {
    pub vocabulary: &'v Vocabulary,
    /// The tables of ranks that were learnt; `None` while they are about to be.
    pub learnt: Option<Vec<(String, Arc<RankTable>)>>,
    pub slots: Vec<(String, Kind)>,
    pub sums: Vec<Sum>,
    pub sum_numbers: HashMap<String, usize>,
    pub models: Vec<SegmentsOf>,
    pub ranks: Vec<RankOf>,
    pub atoms: Vec<Atom>,
    atom_numbers: HashMap<String, usize>,
    /// The audiences' keys.
    pub audiences: Vec<String>,
    /// Whether what was lowered since this was last cleared depends on the moment, or on events.
    pub as_of: bool,
    pub reads_events: bool,
    /// The lists that are looked at.
    pub lists: Vec<String>,
    pub looks_at_first: bool,
    pub inside_rank: bool,
    pub inside_score: usize,
}

impl<'v> Lower<'v> {
    pub(super) fn new(vocabulary: &'v Vocabulary, learnt: Option<Vec<(String, Arc<RankTable>)>>) -> Self {
        Lower {
            vocabulary,
            learnt,
            slots: Vec::new(),
            sums: Vec::new(),
            sum_numbers: HashMap::new(),
            models: Vec::new(),
            ranks: Vec::new(),
            atoms: Vec::new(),
            atom_numbers: HashMap::new(),
            audiences: Vec::new(),
            as_of: false,
            reads_events: false,
            lists: Vec::new(),
            looks_at_first: false,
            inside_rank: false,
            inside_score: 0,
        }
    }

    /// The kind of the values of a term that was lowered.
    pub(super) fn kind_of(&self, expr: &Expr) -> Kind {
        match expr {
            Expr::Slot(slot) => self.slots.get(*slot).map_or(Kind::Point, |(_, kind)| *kind),
            Expr::Field(field) | Expr::Earlier(_, field) => field.kind,
            Expr::Value(literal) => literal.kind(),
            Expr::Today => Kind::Day,
            Expr::Arithmetic(operator, of) => match (operator, of.first()) {
                (Arithmetic::FirstKnown, Some(first)) => self.kind_of(first),
                _ => Kind::Number,
            },
            Expr::Size(_) | Expr::DaysSince(_) | Expr::Years(..) | Expr::Calendar(..) | Expr::Bucket(..) => {
                Kind::Integer
            }
            Expr::Sum(sum) => match self.sums.get(*sum).map(|sum| &sum.asked) {
                None | Some(Asked::Count | Asked::Distinct(_)) => Kind::Integer,
                Some(Asked::Sum(_) | Asked::Mean(_)) => Kind::Number,
                Some(Asked::Minimum(field) | Asked::Maximum(field) | Asked::First(field) | Asked::Last(field)) => {
                    field.kind
                }
            },
            Expr::Rank { .. } | Expr::Score(_) => Kind::Number,
            Expr::Model(_) => Kind::Text,
        }
    }

    pub(super) fn slot(&mut self, name: &str, kind: Kind) -> usize {
        if let Some(slot) = self.slots.iter().position(|(known, _)| known == name) {
            return slot;
        }
        self.slots.push((name.to_owned(), kind));
        self.slots.len() - 1
    }

    /// # Errors
    /// If it stands in a filter, which looks at events or items.
    pub(super) fn only_of_customers(&self, scope: Scope<'_>, what: &str) -> Result<()> {
        if scope == Scope::Customer {
            return Ok(());
        }
        Err(Error::definition(format!("{what} stands inside a filter; it can be asked of customers only")))
    }

    /// The condition with its names resolved.
    ///
    /// # Errors
    /// If a name is unknown, a value is of the wrong kind, or it stands where it cannot; with the way to it as key.
    pub(super) fn condition(&mut self, condition: &Condition, scope: Scope<'_>) -> Result<Node> {
        Ok(match condition {
            Condition::Constant(holds) => Node::Constant(*holds),
            Condition::All(conditions) => Node::All(self.conditions(conditions, scope, "all")?),
            Condition::Any(conditions) => Node::Any(self.conditions(conditions, scope, "any")?),
            Condition::AtLeast { count, of } => {
                Node::AtLeast(*count as usize, self.conditions(of, scope, "at_least.of")?)
            }
            Condition::Not(condition) => {
                let node = self.condition(condition, scope).map_err(|error| error.at_key("not"))?;
                Node::Not(Box::new(node))
            }
            Condition::IfUnknown { condition, then } => {
                let node = self.condition(condition, scope).map_err(|error| error.at_key("if_unknown.condition"))?;
                Node::IfUnknown(Box::new(node), *then)
            }
            Condition::Member(key) => {
                if scope != Scope::Customer || self.inside_score > 0 || self.inside_rank {
                    return Err(Error::definition(format!("`member of {key:?}` can be asked of customers only")));
                }
                let at = self.audiences.iter().position(|known| known == key);
                Node::Member(at.ok_or_else(|| unknown("audience", key, self.audiences.iter().map(String::as_str)))?)
            }
            leaf => return self.leaf(leaf, scope),
        })
    }

    fn conditions(&mut self, conditions: &[Condition], scope: Scope<'_>, key: &str) -> Result<Vec<Node>> {
        let lowered =
            |(i, condition)| self.condition(condition, scope).map_err(|error| error.at_key(format!("{key}.{i}")));
        conditions.iter().enumerate().map(lowered).collect()
    }

    fn leaf(&mut self, leaf: &Condition, scope: Scope<'_>) -> Result<Node> {
        if scope != Scope::Customer || self.inside_score > 0 {
            return Ok(Node::Test(Box::new(self.test(leaf, scope)?)));
        }
        let key = format!("{leaf:?}");
        if let Some(atom) = self.atom_numbers.get(&key) {
            return Ok(Node::Atom(*atom));
        }
        let outer = std::mem::take(&mut self.as_of);
        let test = self.test(leaf, scope)?;
        let as_of = std::mem::replace(&mut self.as_of, outer);
        self.as_of |= as_of;
        let atom = self.atoms.len();
        self.atoms.push(Atom { condition: leaf.clone(), test, as_of });
        self.atom_numbers.insert(key, atom);
        Ok(Node::Atom(atom))
    }

    /// The events with their names resolved.
    pub(super) fn events(&mut self, events: &Events) -> Result<Selection> {
        self.reads_events = true;
        let window = self.window(&events.window).map_err(|error| error.at_key("window"))?;
        let filter = self.filter(events.filter.as_ref(), Scope::Event)?;
        Ok(Selection { kind: events.kind.as_deref().map(Into::into), filter, window })
    }

    pub(super) fn filter(&mut self, filter: Option<&Condition>, scope: Scope<'_>) -> Result<Option<Node>> {
        let Some(filter) = filter else { return Ok(None) };
        self.condition(filter, scope).map(Some).map_err(|error| error.at_key("where"))
    }

    /// The window with its names resolved.
    pub(super) fn window(&mut self, window: &Window) -> Result<When> {
        self.reads_events = true;
        match window {
            Window::Always => {}
            Window::Last(_) | Window::Calendar { .. } | Window::Ago { .. } | Window::Between { .. } => {
                self.as_of = true
            }
            Window::Around(around) => return self.around(around),
        }
        match window {
            Window::Ago { from, to } if from.micros().zip(to.micros()).is_some_and(|(from, to)| from <= to) => {
                return Err(Error::definition(format!("the window from {from} ago to {to} ago is empty")));
            }
            Window::Calendar { first, last, .. } if first > last => {
                return Err(Error::definition(format!("the window from period {first} to period {last} is empty")));
            }
            _ => {}
        }
        Ok(When::Fixed(window.clone()))
    }

    fn around(&mut self, around: &Around) -> Result<When> {
        if matches!(around.events.window, Window::Around(_)) {
            return Err(Error::definition("a window around an event lies around an event itself"));
        }
        let anchor = self.events(&around.events).map_err(|error| error.at_key("around.events"))?;
        Ok(When::Around { which: around.which, anchor: Box::new(anchor), side: around.side, within: around.within })
    }
}
