//! Why a customer is where it is.
//!
//! An [`Explanation`] is data: programs read its fields, people its text. Segmenters make it, callers read it; whoever
//! writes a segmenter needs [`Evidence`] and [`Reason`] too, or leaves it to
//! [`Segmenter::explain`](crate::segmenter::Segmenter::explain), which tells what was read.
//!
//! | asked elsewhere as | here |
//! | --- | --- |
//! | reason code, adverse action reason | [`Reason`], [`Evidence`] |
//! | counterfactual | [`Explanation::alternatives`] |
//! | distance to the decision boundary | [`Evidence::distance`], in the measure's unit |

use std::fmt;

use crate::segment::{Label, Segment};
use crate::value::{OwnedValue, Value};

/// Why a customer is in no segment.
///
/// Three kinds of absence are told apart because they call for different deeds: ask, accept, repair.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Reason {
    /// Nobody said what the attribute is.
    Missing(String),
    /// The attribute is known to have no value.
    Null(String),
    /// What stands in the attribute is no value of its kind.
    Invalid(String),
    /// The customer has no events that count.
    NoEvents,
    /// No segment's criteria hold.
    NoMatch,
    /// Something else, in words.
    Other(String),
}

impl Reason {
    /// The reason that the value of that attribute cannot be used, `None` if it can.
    pub fn of(attribute: &str, value: Value<'_>) -> Option<Self> {
        match value {
            Value::Missing => Some(Reason::Missing(attribute.to_owned())),
            Value::Null => Some(Reason::Null(attribute.to_owned())),
            Value::Invalid(_) => Some(Reason::Invalid(attribute.to_owned())),
            _ => None,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::Missing(attribute) => write!(f, "`{attribute}` is missing"),
            Reason::Null(attribute) => write!(f, "`{attribute}` is null"),
            Reason::Invalid(attribute) => write!(f, "`{attribute}` is invalid"),
            Reason::NoEvents => f.write_str("no events that count"),
            Reason::NoMatch => f.write_str("no segment's criteria hold"),
            Reason::Other(words) => f.write_str(words),
        }
    }
}

/// One thing that was read and what it decided.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Evidence {
    /// The attribute or measure: `days_since_last`.
    pub what: String,
    /// What was read.
    pub value: OwnedValue,
    /// What it means here: `score 5 of 5, below 115`. Empty if it is only reported.
    pub meaning: String,
    /// How far the value is from where the answer would change, in the measure's unit, if that is known.
    pub distance: Option<f64>,
}

impl Evidence {
    /// That this was read.
    pub fn new(what: impl Into<String>, value: Value<'_>) -> Self {
        Evidence { what: what.into(), value: value.to_owned(), meaning: String::new(), distance: None }
    }

    /// Says what it means.
    #[must_use]
    pub fn meaning(mut self, meaning: impl Into<String>) -> Self {
        self.meaning = meaning.into();
        self
    }

    /// Says how far it is from where the answer would change.
    #[must_use]
    pub fn distance(mut self, distance: f64) -> Self {
        self.distance = Some(distance);
        self
    }
}

/// Why a customer is where it is, as data; [`Display`](fmt::Display) makes sentences of it.
///
/// ```
/// use segmentry::explanation::{Evidence, Explanation};
/// use segmentry::value::Value;
///
/// let spend = Evidence::new("spend", Value::Number(180.0)).meaning("100 or more is `gold`").distance(80.0);
/// let why = Explanation::assigned("ann", &"gold".to_owned()).because(spend).unless("`silver` with more than 80 less");
/// assert_eq!(
///     why.to_string(),
///     "customer `ann` is in Gold
///   because spend is 180 (100 or more is `gold`)
///   `silver` with more than 80 less",
/// );
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Explanation {
    /// The customer's id.
    pub customer: String,
    /// The segment, `None` if it is unassigned.
    pub segment: Option<Label>,
    /// Why it is unassigned.
    pub reason: Option<Reason>,
    /// What was read, in order.
    pub evidence: Vec<Evidence>,
    /// What would have to change for another answer, in words; nearest first.
    pub alternatives: Vec<String>,
}

impl Explanation {
    /// The customer is in that segment.
    pub fn assigned(customer: impl fmt::Display, segment: &dyn Segment) -> Self {
        Explanation {
            customer: customer.to_string(),
            segment: Some(Label::of(segment)),
            reason: None,
            evidence: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    /// The customer is in no segment.
    pub fn unassigned(customer: impl fmt::Display, reason: Reason) -> Self {
        Explanation {
            customer: customer.to_string(),
            segment: None,
            reason: Some(reason),
            evidence: Vec::new(),
            alternatives: Vec::new(),
        }
    }

    /// Adds what was read.
    #[must_use]
    pub fn because(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    /// Adds what would have to change.
    #[must_use]
    pub fn unless(mut self, change: impl Into<String>) -> Self {
        self.alternatives.push(change.into());
        self
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.segment, &self.reason) {
            (Some(segment), _) => write!(f, "customer `{}` is in {}", self.customer, segment.label())?,
            (None, Some(reason)) => write!(f, "customer `{}` is unassigned: {reason}", self.customer)?,
            (None, None) => write!(f, "customer `{}` is unassigned", self.customer)?,
        }
        for (i, evidence) in self.evidence.iter().enumerate() {
            f.write_str(if i == 0 { "\n  because " } else { "\n      and " })?;
            write!(f, "{} is {}", evidence.what, evidence.value)?;
            if !evidence.meaning.is_empty() {
                write!(f, " ({})", evidence.meaning)?;
            }
        }
        for change in &self.alternatives {
            write!(f, "\n  {change}")?;
        }
        Ok(())
    }
}
