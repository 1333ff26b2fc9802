//! A document of definitions: audiences that may overlap, and rule lists of which the first match wins.

use crate::segment::{Label, Segment};
use crate::time::{Timestamp, Zone};

use super::condition::Condition;
use super::days::WeekStart;
use super::window::Span;

/// A document of definitions: audiences that may overlap, and rule lists of which the first match wins.
///
/// It is data: compare it, save it, write it as text. Nothing is checked before it is made into a
/// [`Plan`](crate::rules::Plan).
///
/// ```
/// use segmentry::rules::{Audience, Definitions, Rules, attribute};
///
/// let definitions = Definitions::new()
///     .audience(Audience::new("large", attribute("employees").at_least(1_000)))
///     .rules(Rules::new("size").when("large", attribute("employees").at_least(1_000)).otherwise("small"));
/// assert_eq!(definitions.audiences.len(), 1);
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Definitions {
    /// The version of this form: 1.
    #[cfg_attr(feature = "serde", serde(default))]
    pub version: Version,
    /// The zone whose days and midnights are meant. Give the moment as of which one asks in the same zone
    /// ([`AsOf::day_in`](crate::time::AsOf::day_in)).
    #[cfg_attr(feature = "serde", serde(default))]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub zone: Zone,
    /// The first day of the week.
    #[cfg_attr(feature = "serde", serde(default))]
    pub week_start: WeekStart,
    /// The audiences.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub audiences: Vec<Audience>,
    /// The rule lists.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub rules: Vec<Rules>,
}

/// The version of the form in which definitions are written; 1 is the only one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "u32", into = "u32"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(with = "u32"))]
pub struct Version;

impl TryFrom<u32> for Version {
    type Error = crate::Error;

    fn try_from(version: u32) -> crate::Result<Self> {
        match version {
            1 => Ok(Version),
            other => Err(crate::Error::parameter("version", "1, the only version of definitions", other)),
        }
    }
}

impl From<Version> for u32 {
    fn from(_: Version) -> u32 {
        1
    }
}

/// One audience: who is in it, whatever other audiences they are in.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Audience {
    /// Its key, name and description.
    #[cfg_attr(feature = "schema", schemars(with = "LabelForm"))]
    pub label: Label,
    /// Who is in it.
    pub list: List,
    /// What it means for membership that the condition is unknown.
    #[cfg_attr(feature = "serde", serde(default))]
    pub unknown: Unknown,
    /// Customers who are in it whatever the condition says.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub include: Vec<Override>,
    /// Customers who are not, whatever the condition and `include` say.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub exclude: Vec<Override>,
    /// When members leave, if not as soon as the condition does not hold.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub stay: Option<Stay>,
}

/// How a label is written.
#[cfg(feature = "schema")]
#[derive(schemars::JsonSchema)]
#[allow(dead_code, reason = "only its form is used")]
struct LabelForm {
    key: String,
    label: String,
    #[serde(default)]
    description: String,
}

/// How an audience's members are found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum List {
    /// By a condition that is asked again and again.
    Dynamic(Condition),
    /// By a condition that was asked once: these are the members it gave.
    Frozen {
        /// The condition.
        condition: Condition,
        /// The first instant that was not known when it was asked.
        #[cfg_attr(feature = "schema", schemars(with = "String"))]
        taken: Timestamp,
        /// The ids of the members.
        members: Vec<String>,
    },
    /// By hand: these are the ids.
    Manual(Vec<String>),
}

/// A customer whose membership is set by hand, for a time or for good.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Override {
    /// The customer's id.
    pub customer: String,
    /// The first instant at which it does not count any more; for good if there is none.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub until: Option<Timestamp>,
    /// Why.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "String::is_empty"))]
    pub reason: String,
}

/// When members leave, if not as soon as the condition does not hold: against audiences that flicker.
///
/// It needs to know who was in and since when: see [`Standing`](crate::rules::Standing).
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Stay {
    /// Hysteresis: a member stays as long as this holds, though the condition to enter does not. Enter at 500, stay at
    /// 450 and more.
    #[cfg_attr(feature = "serde", serde(default, rename = "while", skip_serializing_if = "Option::is_none"))]
    pub holds: Option<Condition>,
    /// A member stays at least so long.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub minimum: Option<Span>,
    /// Who has left does not come back before so long.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub cool_down: Option<Span>,
}

/// What it means for membership that a condition is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Unknown {
    /// The customer is not in.
    #[default]
    Exclude,
    /// The customer is in.
    Include,
    /// The question is refused with the customer's id.
    Error,
}

/// A rule list: the first rule that holds gives the segment.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Rules {
    /// The name of the list.
    pub name: String,
    /// The rules in order. Several may give the same segment.
    pub rules: Vec<Rule>,
    /// The segment of all for whom no rule holds; they are unassigned if there is none.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    #[cfg_attr(feature = "schema", schemars(with = "Option<LabelForm>"))]
    pub otherwise: Option<Label>,
    /// What it means that a rule's condition is unknown: by default that it does not hold.
    #[cfg_attr(feature = "serde", serde(default))]
    pub unknown: Unknown,
}

/// A rule: who fulfils the condition is in the segment, unless an earlier rule has taken them.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Rule {
    /// The segment.
    #[cfg_attr(feature = "schema", schemars(with = "LabelForm"))]
    pub segment: Label,
    /// The condition.
    pub when: Condition,
}

impl Definitions {
    /// No definitions, in UTC, with weeks from Monday.
    pub fn new() -> Self {
        Definitions::default()
    }

    /// Sets the zone.
    #[must_use]
    pub fn zone(mut self, zone: Zone) -> Self {
        self.zone = zone;
        self
    }

    /// Sets the first day of the week.
    #[must_use]
    pub fn week_start(mut self, day: WeekStart) -> Self {
        self.week_start = day;
        self
    }

    /// Adds an audience.
    #[must_use]
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audiences.push(audience);
        self
    }

    /// Adds a rule list.
    #[must_use]
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules.push(rules);
        self
    }
}

impl Definitions {
    /// Every condition that decides membership, with the place of its definition: `audiences.lapsed`, `rules.size.2`.
    pub(in crate::rules) fn conditions(&self) -> impl Iterator<Item = (String, &Condition)> {
        let audiences = self.audiences.iter().flat_map(|audience| {
            let place = format!("audiences.{}", audience.label.key());
            let stays = audience.stay.as_ref().and_then(|stay| stay.holds.as_ref());
            let conditions = audience.condition().into_iter().chain(stays);
            conditions.map(move |condition| (place.clone(), condition))
        });
        let rules = self.rules.iter().flat_map(|list| {
            let conditions = list.rules.iter().enumerate();
            conditions.map(move |(i, rule)| (format!("rules.{}.{i}", list.name), &rule.when))
        });
        audiences.chain(rules)
    }
}

impl Audience {
    /// All of whom the condition holds.
    pub fn new(key: impl Into<String>, condition: Condition) -> Self {
        Audience::of(Label::new(key), List::Dynamic(condition))
    }

    /// The audience of that label with that list.
    pub fn of(label: Label, list: List) -> Self {
        Audience { label, list, unknown: Unknown::default(), include: Vec::new(), exclude: Vec::new(), stay: None }
    }

    /// Its condition; `None` of one that is made by hand.
    pub fn condition(&self) -> Option<&Condition> {
        match &self.list {
            List::Dynamic(condition) | List::Frozen { condition, .. } => Some(condition),
            List::Manual(_) => None,
        }
    }

    /// Sets what it means that the condition is unknown.
    #[must_use]
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }

    /// Adds a customer whatever the condition says.
    #[must_use]
    pub fn include(mut self, included: Override) -> Self {
        self.include.push(included);
        self
    }

    /// Takes a customer out whatever the condition says.
    #[must_use]
    pub fn exclude(mut self, excluded: Override) -> Self {
        self.exclude.push(excluded);
        self
    }

    /// Sets when members leave.
    #[must_use]
    pub fn stay(mut self, stay: Stay) -> Self {
        self.stay = Some(stay);
        self
    }
}

impl Override {
    /// That customer, for good.
    pub fn of(customer: impl Into<String>) -> Self {
        Override { customer: customer.into(), until: None, reason: String::new() }
    }

    /// Sets until when it counts.
    #[must_use]
    pub fn until(mut self, until: Timestamp) -> Self {
        self.until = Some(until);
        self
    }

    /// Says why.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = reason.into();
        self
    }
}

impl Rules {
    /// A list of that name without rules.
    pub fn new(name: impl Into<String>) -> Self {
        Rules { name: name.into(), rules: Vec::new(), otherwise: None, unknown: Unknown::default() }
    }

    /// Adds a rule behind the others.
    #[must_use]
    pub fn when(mut self, segment: impl Into<String>, condition: Condition) -> Self {
        self.rules.push(Rule { segment: Label::new(segment), when: condition });
        self
    }

    /// Sets the segment of all for whom no rule holds.
    #[must_use]
    pub fn otherwise(mut self, segment: impl Into<String>) -> Self {
        self.otherwise = Some(Label::new(segment));
        self
    }

    /// Sets what it means that a rule's condition is unknown.
    #[must_use]
    pub fn unknown(mut self, unknown: Unknown) -> Self {
        self.unknown = unknown;
        self
    }
}
