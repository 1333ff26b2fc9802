//! Definitions checked against the vocabulary, with their names resolved: the door behind which nothing is checked again.
//!
//! Lowering turns the language, which names things, into the meaning, which numbers them:
//! `employees` becomes slot 0, `count(purchase)` becomes sum 2, an audience's key becomes its
//! number. It is the only place where a definition can be wrong, so whatever runs behind it has no
//! error of its own to report and reads no name again.
//!
//! The work is divided by what is lowered: this file has the conditions that join others, events
//! and windows; `leaves` has what asks something itself; `terms` has what gives a value.
//!
//! Equal leaves, sums and ranks are recognised by how their definition prints for debugging, which
//! writes every part of it and so tells any two different ones apart. Sharing them is what makes a
//! hundred audiences over ten attributes cost little more than ten.

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
///
/// The scope decides which names a term may use and which questions make no sense: an aggregate or
/// a membership belongs to the customer, so it is refused inside a filter rather than asked again
/// for every event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// Of nothing: the customer is looked at.
    Customer,
    /// Of an event.
    Event,
    /// Of an event, from a step of a sequence.
    ///
    /// The first step has no earlier one to compare with.
    Step { first: bool },
    /// Of an item of that list.
    Item(&'a str),
}

/// A leaf of the definitions that the plan asks once, however many definitions have it.
///
/// Atoms are numbered in the order in which they are first met, so the same definitions always give
/// the same plan.
#[derive(Clone, Debug)]
pub(in crate::rules) struct Atom {
    /// As it was written.
    ///
    /// It is kept for explanations, costs and the writers of other languages, which need the names.
    pub condition: Condition,
    /// The same with names resolved: what the executors run.
    pub test: Test,
    /// Whether its answer may change with the moment alone.
    ///
    /// Only these need to be asked again when time passes and nothing else is new.
    pub as_of: bool,
}

/// A number by which customers are ranked.
///
/// It is kept apart from the term because one table serves all terms that rank by the same number
/// in the same order, whichever measure and ties they ask for.
#[derive(Clone, Debug)]
pub(in crate::rules) struct RankOf {
    /// By what and in which order, in words that are the same only for the same rank.
    pub key: String,
    /// The number, with names resolved; it is evaluated for each customer when the table is learnt.
    pub by: Expr,
    /// Whether the largest or the smallest is first.
    pub order: Order,
    /// The table; it is empty while the definitions are made ready to learn it.
    pub table: Arc<RankTable>,
}

/// Definitions on their way to a plan.
///
/// Everything that is found on the way is gathered here, without duplicates, and moved into the
/// plan at the end. The flags are notes that a caller further up reads and sometimes clears.
pub(super) struct Lower<'v> {
    /// What the definitions may speak of.
    pub vocabulary: &'v Vocabulary,
    /// The tables of ranks that were learnt; `None` while they are about to be.
    pub learnt: Option<Vec<(String, Arc<RankTable>)>>,
    /// The attributes that are read, in the order in which they are met, with their kinds.
    pub slots: Vec<(String, Kind)>,
    /// The different sums over events.
    pub sums: Vec<Sum>,
    /// The number of each sum by its definition. It is only looked into, never walked through, so
    /// that its order plays no part.
    pub sum_numbers: HashMap<String, usize>,
    /// The models that are asked, each once.
    pub models: Vec<SegmentsOf>,
    /// The different ranks.
    pub ranks: Vec<RankOf>,
    /// The different leaves.
    pub atoms: Vec<Atom>,
    /// The number of each leaf by its definition; only looked into as well.
    atom_numbers: HashMap<String, usize>,
    /// The audiences' keys.
    ///
    /// They are all known before the first condition is lowered, so an audience may refer to one
    /// that is defined behind it.
    pub audiences: Vec<String>,
    /// Whether what was lowered since this was last cleared depends on the moment, or on events.
    pub as_of: bool,
    /// Whether any event is read at all; an attribute-only plan needs no history.
    pub reads_events: bool,
    /// The lists that are looked at.
    pub lists: Vec<String>,
    /// Whether a step of the sequence that is being lowered compares with the first step's event.
    /// Such a sequence must be followed from each first event by itself.
    pub looks_at_first: bool,
    /// Whether what is lowered stands inside a rank, which can have no other rank in it and asks no
    /// membership: ranks are learnt before anybody is a member of anything.
    pub inside_rank: bool,
    /// How many scores are around what is lowered. Their conditions become no atoms, because the
    /// score is computed as one number and does not see the plan's answers.
    pub inside_score: usize,
}

impl<'v> Lower<'v> {
    /// Nothing lowered yet.
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
    ///
    /// It is worked out from the lowered term rather than stored with it, since only the layout of
    /// the plan asks for it, once for each atom.
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

    /// The number of the slot that the attribute is read into; a new one if nothing has read it so
    /// far.
    ///
    /// A plan reads few attributes compared with its leaves, so looking through the slots is quick
    /// enough.
    pub(super) fn slot(&mut self, name: &str, kind: Kind) -> usize {
        if let Some(slot) = self.slots.iter().position(|(known, _)| known == name) {
            return slot;
        }
        self.slots.push((name.to_owned(), kind));
        self.slots.len() - 1
    }

    /// # Errors
    /// If it stands in a filter, which looks at events or items.
    ///
    /// Refuses what can be asked of customers only. `what` is named in the message: `a rank`, `a
    /// model`.
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
    ///
    /// The shape is kept as it was written, clause by clause, so that an explanation or a lint can
    /// walk through the definition and the tree side by side.
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

    /// The clauses of a list in their order; an error is given the way `key.number`.
    fn conditions(&mut self, conditions: &[Condition], scope: Scope<'_>, key: &str) -> Result<Vec<Node>> {
        let lowered =
            |(i, condition)| self.condition(condition, scope).map_err(|error| error.at_key(format!("{key}.{i}")));
        conditions.iter().enumerate().map(lowered).collect()
    }

    /// The leaf as an atom that the plan shares, or as a test of its own where it is no question
    /// about the customer alone: in a filter, in a step, in a score.
    ///
    /// Whether the answer depends on the moment is found by clearing the flag, lowering, and
    /// looking at it; what was noted before is kept, as the plan as a whole wants to know too.
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
    ///
    /// A window that lies around an event of its own is lowered with it; that event is searched for
    /// each customer.
    pub(super) fn events(&mut self, events: &Events) -> Result<Selection> {
        self.reads_events = true;
        let window = self.window(&events.window).map_err(|error| error.at_key("window"))?;
        let filter = self.filter(events.filter.as_ref(), Scope::Event)?;
        Ok(Selection { kind: events.kind.as_deref().map(Into::into), filter, window })
    }

    /// The filter of events or items, if there is one. Its errors lie below the key `where`.
    pub(super) fn filter(&mut self, filter: Option<&Condition>, scope: Scope<'_>) -> Result<Option<Node>> {
        let Some(filter) = filter else { return Ok(None) };
        self.condition(filter, scope).map(Some).map_err(|error| error.at_key("where"))
    }

    /// The window with its names resolved.
    ///
    /// Every window with an end or a beginning is noted as depending on the moment; one around an
    /// event depends on it if the window of that event does.
    ///
    /// # Errors
    /// If a window can hold no event because its ends are the wrong way round. Whether months and days
    /// are the wrong way round depends on the month, so only lengths in the same kind of unit are checked.
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

    /// A window before or after an event of the customer's own. It cannot be nested: two levels
    /// would make the cost grow with the square of the events for a question that nobody could
    /// read.
    fn around(&mut self, around: &Around) -> Result<When> {
        if matches!(around.events.window, Window::Around(_)) {
            return Err(Error::definition("a window around an event lies around an event itself"));
        }
        let anchor = self.events(&around.events).map_err(|error| error.at_key("around.events"))?;
        Ok(When::Around { which: around.which, anchor: Box::new(anchor), side: around.side, within: around.within })
    }
}
