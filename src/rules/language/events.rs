//! What the customer's events add up to, and in what order they came.

use super::condition::Condition;
use super::window::{Span, Window};

/// Which of the customer's events.
///
/// ```
/// use segmentry::rules::{Events, Span, field};
///
/// let by_app = Events::of("purchase").filter(field("channel").is("app")).last(Span::days(90));
/// assert_eq!(by_app.count().at_least(3).to_string(), "count(purchase where .channel = \"app\" in last 90 days) >= 3");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Events {
    /// Of that kind; of every kind if none is given.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub kind: Option<String>,
    /// Of which the condition holds; one that is unknown does not. It reads fields of the event and attributes of the
    /// customer.
    #[cfg_attr(feature = "serde", serde(default, rename = "where", skip_serializing_if = "Option::is_none"))]
    pub filter: Option<Condition>,
    /// When.
    #[cfg_attr(feature = "serde", serde(default))]
    pub window: Window,
}

/// What events add up to.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Aggregate {
    /// What is asked of them.
    pub measure: Measure,
    /// The events.
    pub events: Events,
}

/// What is asked of events. A field that is not known of an event plays no part; of no events, and where no event has
/// the field, counts (also of different values) and sums are 0, and everything else is missing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Measure {
    /// How many there are.
    Count,
    /// The sum of a field.
    Sum(String),
    /// Its mean.
    Mean(String),
    /// Its smallest value: a number, a day or an instant.
    Minimum(String),
    /// Its largest value: a number, a day or an instant.
    Maximum(String),
    /// How many different values it has.
    Distinct(String),
    /// Its value in the first event that has one; of events at one instant the first in the history.
    First(String),
    /// Its value in the last event that has one.
    Last(String),
}

impl Measure {
    /// The field that is asked for.
    pub fn field(&self) -> Option<&str> {
        match self {
            Measure::Count => None,
            Measure::Sum(field)
            | Measure::Mean(field)
            | Measure::Minimum(field)
            | Measure::Maximum(field)
            | Measure::Distinct(field)
            | Measure::First(field)
            | Measure::Last(field) => Some(field),
        }
    }
}

/// Events in order: first this, then that within three days, and nothing else in between.
///
/// It holds if there is a choice of one event for each step that is not negated, each later in the history than the one
/// before it, such that every step's filter and gap hold and nothing matches a negated step between its neighbours. A
/// negated step at the end looks at what follows the last event, for as long as its gap says, or until now.
///
/// A negated step at the end whose gap is not over yet holds as long as nothing has happened.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Sequence {
    /// The steps; the first is not negated, and no two negated steps follow each other.
    pub steps: Vec<Step>,
    /// When all of it has to have happened.
    #[cfg_attr(feature = "serde", serde(default))]
    pub window: Window,
}

/// A step of a [`Sequence`].
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Step {
    /// Whether it must not happen.
    #[cfg_attr(feature = "serde", serde(default))]
    pub negated: bool,
    /// Of that kind; of every kind if none is given.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub kind: Option<String>,
    /// Of which the condition holds. It reads fields of the event and of [`Term::Earlier`](super::Term::Earlier) steps.
    #[cfg_attr(feature = "serde", serde(default, rename = "where", skip_serializing_if = "Option::is_none"))]
    pub filter: Option<Condition>,
    /// At least so long after the step before it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub after: Option<Span>,
    /// At most so long after the step before it.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub within: Option<Span>,
}

/// How the customer's doing goes on: made of counts in windows.
///
/// The window inside `events` plays no part; these bring their own.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Lifecycle {
    /// The first of the events ever lies in the window.
    FirstTime {
        /// Of which the first is meant.
        events: Events,
        /// The window.
        within: Window,
    },
    /// In at least so many of the last periods there is one.
    Regularly {
        /// Of these events.
        events: Events,
        /// How long a period is; they are counted back from now.
        every: Span,
        /// How many periods are looked at.
        periods: u32,
        /// In how many of them there must be one.
        at_least: u32,
    },
    /// There were some, and then none for so long.
    Stopped {
        /// Of these events.
        events: Events,
        /// For how long there must have been none until now.
        quiet: Span,
        /// How long before that there must have been one.
        active: Span,
    },
    /// There were some, then none for so long, and now there are some again.
    Restarted {
        /// Of these events.
        events: Events,
        /// How far back from now one again is looked for.
        recent: Span,
        /// For how long before that stretch there must have been none; before both there was one.
        quiet: Span,
    },
}

/// For how long something has been so: a state that a log of changes tells.
///
/// Each of the events says what the state is from then on. The condition reads their fields; it must hold of the last of
/// them and of all before it back to one that is at least so long ago. A change that leaves the condition true does not
/// start the time anew. Unknown before the first change, and where it may have been so for so long: where no change since
/// then made it false, but nobody knows of one of them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct HasBeen {
    /// The changes.
    pub changes: Events,
    /// What must have been so, of their fields.
    pub so: Condition,
    /// For at least how long.
    pub at_least: Span,
}
