//! Who is to be looked at again when.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::hash::Hash;

use super::horizon::{Until, ValidUntil};
use crate::time::{AsOf, Timestamp};

/// Who is to be looked at again when: with it exits come out exactly and at once, and nobody is looked at for nothing.
///
/// Ask of each customer [`valid_until`](super::Asker::valid_until) once and push it. Then, whenever time has passed, ask
/// again those that [`due`](Expiries::due) gives, and those of whom something new is known, and push the answers. Nobody
/// else's membership can have changed.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::rules::{Audience, Definitions, Events, Expiries, Plan, Span, Vocabulary};
/// use segmentry::time::Day;
///
/// let active = Events::of("purchase").last(Span::days(90)).count().at_least(1);
/// let plan = Plan::new(&Definitions::new().audience(Audience::new("active", active)), &Vocabulary::new())?;
/// let record = Record::new("c-17").purchase(Day::new(2026, 10, 3)?, 59.90).as_of(Day::new(2026, 11, 1)?);
///
/// let mut expiries = Expiries::new();
/// expiries.push("c-17", &plan.asker().valid_until(&record)?);
/// assert_eq!(expiries.due(Day::new(2026, 12, 31)?), None);
/// assert_eq!(expiries.due(Day::new(2027, 1, 1)?), Some("c-17")); // after 90 days
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// `K` is the id or the row of the customer. A heap: a push and a customer that is due cost the logarithm of how many wait.
#[derive(Clone, Debug)]
pub struct Expiries<K> {
    heap: BinaryHeap<Reverse<(Timestamp, K)>>,
    /// What counts: what else is in the heap was pushed earlier.
    waiting: HashMap<K, Timestamp>,
}

impl<K: Ord + Hash + Clone> Expiries<K> {
    /// Nobody waits.
    pub fn new() -> Self {
        Expiries { heap: BinaryHeap::new(), waiting: HashMap::new() }
    }

    /// The customer is to be looked at when the first of those answers can have changed; what was pushed of it before
    /// counts no more.
    pub fn push(&mut self, customer: K, until: &ValidUntil) {
        self.push_at(customer, until.first());
    }

    /// The customer is to be looked at when that one answer can have changed.
    pub fn push_until(&mut self, customer: K, until: Until) {
        self.push_at(customer, until.instant());
    }

    /// The customer is to be looked at at that instant, or not any more.
    pub fn push_at(&mut self, customer: K, at: Option<Timestamp>) {
        let Some(at) = at else {
            self.waiting.remove(&customer);
            return;
        };
        if self.waiting.insert(customer.clone(), at) != Some(at) {
            self.heap.push(Reverse((at, customer)));
        }
    }

    /// The next customer to be looked at as of that moment, the earliest first, of equal ones the least; it waits no more.
    ///
    /// Call it until it gives `None`.
    pub fn due(&mut self, as_of: impl Into<AsOf>) -> Option<K> {
        let until = as_of.into().until();
        while self.heap.peek().is_some_and(|Reverse((at, _))| *at < until) {
            let Reverse((at, customer)) = self.heap.pop()?;
            if self.waiting.get(&customer) == Some(&at) {
                self.waiting.remove(&customer);
                return Some(customer);
            }
        }
        None
    }

    /// When the next customer is to be looked at.
    pub fn next_instant(&mut self) -> Option<Timestamp> {
        while let Some(Reverse((at, customer))) = self.heap.peek() {
            if self.waiting.get(customer) == Some(at) {
                return Some(*at);
            }
            self.heap.pop();
        }
        None
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

impl<K: Ord + Hash + Clone> Default for Expiries<K> {
    fn default() -> Self {
        Expiries::new()
    }
}
