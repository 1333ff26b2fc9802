//! Why a customer is in an audience or not, and what would change it.

mod change;
mod leaf;
mod list;
mod show;
mod tree;
mod why;

use super::horizon::{Since, Until};
use super::language::Unknown;
use super::truth::Truth;
use crate::explanation::Reason;
use crate::segment::Label;
use crate::time::Timestamp;
use crate::value::OwnedValue;

/// Why a customer is in an audience or not, as data; [`Display`](std::fmt::Display) makes sentences of it.
///
/// Made by [`Plan::explain`](super::Plan::explain).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct MembershipExplanation {
    /// The customer's id.
    pub customer: String,
    /// The audience.
    pub audience: Label,
    /// Whether the customer is in it.
    pub member: bool,
    /// Who or what decided that.
    pub decision: Decision,
    /// The fewest clauses that decide. Of a member: all of which together it is enough that they hold. Of all others: those
    /// that block, all of which together it would be enough that they held; where nothing would admit the customer, those
    /// that keep it out as they are.
    pub clauses: Vec<Clause>,
    /// Of a member: the clauses that would decide if the first ones did not.
    pub also: Vec<Clause>,
    /// What would admit the customer: one change for each clause that blocks, several of one attribute made one.
    /// None if there is no way: the condition contradicts itself, or hands decide.
    pub changes: Vec<Change>,
    /// Whether the changes, made all at once to a copy of the customer, were tried and admit it. They cannot be where one
    /// is no change of an attribute.
    pub tried: bool,
    /// Whether it is certain that no fewer clauses decide: not in a condition of more than 16 different leaves of which
    /// one stands there twice.
    pub smallest: bool,
    /// Since when it has been so without a break, by the events as they were known and by the attributes as they are now,
    /// as if they had never been others.
    pub since: Since,
    /// Until when it will be so if nothing new becomes known.
    pub until: Until,
}

/// Who or what decided whether a customer is in an audience.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Decision {
    /// The condition holds, or does not.
    Condition,
    /// Nobody knows whether the condition holds; the definition says what that means.
    Unknown(Unknown),
    /// It was put in by hand.
    Included {
        /// Until when.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// It was taken out by hand.
    Excluded {
        /// Until when.
        until: Option<Timestamp>,
        /// Why.
        reason: String,
    },
    /// The members are those of the moment at which the condition was asked.
    Frozen {
        /// The first instant that was not known then.
        taken: Timestamp,
    },
    /// The members are listed by hand.
    Manual,
    /// The condition says otherwise, and who was in or out before decides ([`Stay`](super::Stay)).
    Stays(Staying),
}

/// Why a customer stays in or out though the condition says otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Staying {
    /// A member stays at least until that instant.
    Minimum(Timestamp),
    /// The condition under which members stay holds.
    While,
    /// Who has left does not come back before that instant.
    CoolDown(Timestamp),
}

/// One clause of a condition.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Clause {
    /// The clause as it has to hold: `mrr >= 500`, `not country = "DE"`.
    pub text: String,
    /// Whether it does.
    pub truth: Truth,
    /// What was read.
    pub read: Vec<Reading>,
    /// What the value is compared with; of several bounds the nearest.
    pub threshold: Option<OwnedValue>,
    /// How far the value is from there.
    pub distance: Option<f64>,
    /// The unit of the distance.
    pub unit: Option<String>,
    /// Why nobody knows whether it holds.
    pub reason: Option<Reason>,
    /// Whether nobody can change it: a day, a place among all, a draw, who is on a list.
    pub fixed: bool,
}

/// Something that was read.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Reading {
    /// The term as it is written: `mrr`, `count(purchase in last 90 days)`.
    pub what: String,
    /// Its value.
    pub value: OwnedValue,
}

/// One change that would help to admit the customer.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Change {
    /// The term that has to change.
    pub what: String,
    /// Its value.
    pub from: OwnedValue,
    /// The nearest value that would do, of an attribute of which one is known.
    pub to: Option<OwnedValue>,
    /// In words what it must come to: `at least 500`.
    pub aim: String,
    /// Whether nobody can change it: time may.
    pub fixed: bool,
}
