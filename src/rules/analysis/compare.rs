//! Two versions of definitions on the same customers: who enters, who leaves, because of which clause.
//!
//! A definition is seldom wrong as text; it is wrong in whom it moves. Before a new version is
//! used, it is asked of the customers beside the old one, and those who enter or leave are counted
//! by the clause that moved them. `+412 because of` a clause that was meant to be a detail is found
//! in seconds.
//!
//! The clauses are those of the version that keeps the customer out: of the old one for those who
//! enter, of the new one for those who leave. They are named as they are written.

use std::fmt;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::parallel;
use crate::rules::language::Condition;
use crate::rules::meaning::node::Node;
use crate::rules::plan::{Plan, Root};
use crate::rules::row::Answer;
use crate::rules::truth::Truth;

/// What a new version of an audience does to its members.
///
/// It can be printed: a line with the counts, then one for each clause.
///
/// `after` is `before` with those who entered and without those who left.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct VersionDiff {
    /// The audience's key.
    pub audience: String,
    /// How many are in it by the old version.
    pub before: usize,
    /// How many are in it by the new version.
    pub after: usize,
    /// The rows of those who enter.
    ///
    /// They rise.
    pub entered: Vec<usize>,
    /// The rows of those who leave.
    ///
    /// They rise.
    pub left: Vec<usize>,
    /// Why they enter: how many for each clause, most first.
    ///
    /// Equal counts are in the order of their text. The counts may add up to more than those who
    /// enter, as somebody can have been kept out by two clauses.
    pub entered_by: Vec<(String, usize)>,
    /// Why they leave: how many for each clause, most first.
    ///
    /// In the same order as above.
    pub left_by: Vec<(String, usize)>,
}

impl Plan {
    /// What this version of an audience does to the members that `old` gives it.
    ///
    /// A customer enters because of the outermost clauses of the old version that kept them out and are not in the new
    /// one, or hold in it; they leave because of those of the new version that keep them out and were not in the old one.
    /// One who moves for two clauses counts for both.
    ///
    /// # Errors
    /// If one of the versions has no such audience, or as [`Asker::ask`](crate::rules::Asker::ask) of the first customer
    /// in order.
    ///
    /// # Cost
    /// Asks each version of each customer once, in parallel.
    ///
    /// Time and memory for reasons are taken only by those who move.
    pub fn diff(&self, old: &Plan, audience: &str, customers: &Customers) -> Result<VersionDiff> {
        let missing = || Error::definition(format!("no audience `{audience}` in both versions"));
        let (new_number, old_number) = self.audience(audience).zip(old.audience(audience)).ok_or_else(missing)?;
        let chunks = parallel::map_chunks(customers.len(), parallel::CHUNK, |rows| {
            let (mut new_asker, mut old_asker) = (self.asker(), old.asker());
            let mut part = Part::default();
            for row in rows {
                let Some(customer) = customers.get(row) else { continue };
                let place = |error: Error| error.at_row(row);
                let now = new_asker.ask(&customer).map_err(place)?;
                let was = old_asker.ask(&customer).map_err(place)?;
                part.add(row, (self, new_number, now), (old, old_number, was));
            }
            Ok::<Part, Error>(part)
        });
        let mut whole = Part::default();
        for chunk in chunks {
            whole.join(chunk?);
        }
        Ok(VersionDiff {
            audience: audience.to_owned(),
            before: whole.before,
            after: whole.after,
            entered: whole.entered,
            left: whole.left,
            entered_by: most_first(whole.entered_by),
            left_by: most_first(whole.left_by),
        })
    }
}

/// A plan, an audience of it, and what it says of one customer.
///
/// Two of these are what is compared: one of now, one of before.
type Said<'s> = (&'s Plan, usize, Answer<'s>);

/// What some of the customers do.
///
/// Chunks are joined in the order of the rows, so the result is the same for any number of threads.
#[derive(Default)]
struct Part {
    /// Members by the old version.
    before: usize,
    /// Members by the new version.
    after: usize,
    /// Rows of those who enter.
    entered: Vec<usize>,
    /// Rows of those who leave.
    left: Vec<usize>,
    /// How many enter for each clause, in the order in which the clauses are met.
    entered_by: Vec<(String, usize)>,
    /// How many leave for each clause, in the same order.
    left_by: Vec<(String, usize)>,
}

impl Part {
    /// Counts one customer; the reason is looked for only where the two versions differ.
    fn add(&mut self, row: usize, now: Said<'_>, was: Said<'_>) {
        let (is_in, was_in) = (now.2.is_member(now.1), was.2.is_member(was.1));
        self.before += usize::from(was_in);
        self.after += usize::from(is_in);
        match (was_in, is_in) {
            (false, true) => {
                self.entered.push(row);
                count(&mut self.entered_by, blocking(was));
            }
            (true, false) => {
                self.left.push(row);
                count(&mut self.left_by, blocking(now));
            }
            _ => {}
        }
    }

    /// Puts the next customers behind these.
    fn join(&mut self, other: Part) {
        self.before += other.before;
        self.after += other.after;
        self.entered.extend(other.entered);
        self.left.extend(other.left);
        for (counts, more) in [(&mut self.entered_by, other.entered_by), (&mut self.left_by, other.left_by)] {
            for (clause, number) in more {
                add_to(counts, clause, number);
            }
        }
    }
}

/// The outermost clauses that keep the customer out.
///
/// An audience without a condition keeps out by its list. Where the condition holds and the
/// customer is out all the same, it is an override.
fn blocking((plan, audience, answer): Said<'_>) -> Vec<String> {
    let prepared = plan.audiences.get(audience).and_then(|audience| audience.root.as_ref());
    let condition = plan.definitions.audiences.get(audience).and_then(|audience| audience.condition());
    let Some((root, condition)) = prepared.zip(condition) else { return vec!["its list".to_owned()] };
    let mut found = Vec::new();
    if root.truth(answer.answers(), plan).is_true() {
        found.push("an override".to_owned());
    } else {
        outermost(condition, &root.node, plan, answer, &mut found);
    }
    found
}

/// Adds the clauses that keep the customer out. Of an `all` these are those of its clauses that do
/// not hold; anything else is one clause, as its parts alone do not decide.
fn outermost(condition: &Condition, node: &Node, plan: &Plan, answer: Answer<'_>, found: &mut Vec<String>) {
    match (condition, node) {
        (Condition::All(conditions), Node::All(nodes)) => {
            for (condition, node) in conditions.iter().zip(nodes) {
                let truth = Root { node: node.clone(), steps: None }.truth(answer.answers(), plan);
                if truth != Truth::True {
                    outermost(condition, node, plan, answer, found);
                }
            }
        }
        _ => found.push(condition.to_string()),
    }
}

/// Counts one customer for each of the clauses.
fn count(counts: &mut Vec<(String, usize)>, clauses: Vec<String>) {
    for clause in clauses {
        add_to(counts, clause, 1);
    }
}

/// Counts that many for a clause. There are few clauses, so they are looked through.
fn add_to(counts: &mut Vec<(String, usize)>, clause: String, number: usize) {
    match counts.iter_mut().find(|(known, _)| *known == clause) {
        Some((_, count)) => *count += number,
        None => counts.push((clause, number)),
    }
}

/// Sorted by how many, then by the clause, so that the order never depends on chance.
fn most_first(mut counts: Vec<(String, usize)>) -> Vec<(String, usize)> {
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    counts
}

impl fmt::Display for VersionDiff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VersionDiff { audience, before, after, entered, left, .. } = self;
        write!(f, "{audience}: {before} → {after} (+{} −{})", entered.len(), left.len())?;
        for (sign, counts) in [('+', &self.entered_by), ('−', &self.left_by)] {
            for (clause, number) in counts {
                write!(f, "\n  {sign}{number} because of `{clause}`")?;
            }
        }
        Ok(())
    }
}
