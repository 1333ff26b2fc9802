//! What a condition looks at: a value that is made of what is known of one customer.

use super::condition::Condition;
use super::days::{CalendarPart, LeapDay};
use super::events::{Aggregate, Events};
use super::literal::Literal;
use super::window::Span;

/// A value that is made of what is known of one customer: an attribute, a number made of others, what the events add up
/// to.
///
/// Terms are total: what is made of a value that is missing, null or invalid is so too, for the reason of the first
/// such value from the left; a division by zero and a result that is not finite are invalid. Nothing else can go wrong
/// behind [`Plan`](crate::rules::Plan)'s door.
///
/// ```
/// use segmentry::rules::attribute;
///
/// // nine tenths of the seats bought are in use
/// let full = attribute("seats_used").at_least(attribute("seats_bought") * 0.9);
/// assert_eq!(full.to_string(), "seats_used >= seats_bought * 0.9");
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Term {
    /// What is known under that name. A nested path is a name with dots: `account.industry`.
    Attribute(String),
    /// A field of the event or the item that is looked at: `amount`, `quantity`, `item`, `channel`, `kind`, `day`, `at`, or
    /// a property. Only inside a filter.
    Field(String),
    /// A field of the event that an earlier step of a sequence found. Only inside the filter of a step.
    Earlier {
        /// Which step.
        step: Earlier,
        /// Its field.
        field: String,
    },
    /// A value that stands in the definition.
    Value(Literal),
    /// The day as of which the question is asked.
    Today,
    /// A number made of numbers.
    Arithmetic {
        /// How.
        operator: Arithmetic,
        /// Of what, from left to right.
        of: Vec<Term>,
    },
    /// How many different texts are in a set.
    Size(Box<Term>),
    /// Whole days from a day, or the day of an instant in the definition's zone, to the day as of which the question is
    /// asked; negative if it lies ahead.
    DaysSince(Box<Term>),
    /// Whole years from a day to the day as of which the question is asked, rounded down: an age.
    Years {
        /// The day.
        since: Box<Term>,
        /// When the year is full for who was born on 29 February.
        leap_day: LeapDay,
    },
    /// A part of a day: its weekday, month, year.
    Calendar {
        /// Which part.
        part: CalendarPart,
        /// Of which day.
        of: Box<Term>,
    },
    /// What the customer's events add up to.
    Events(Box<Aggregate>),
    /// Where the customer stands among all.
    Rank(Box<Rank>),
    /// A stable random number from 0 to 9,999.
    Bucket(Box<Bucket>),
    /// Points for this and that, added up.
    Score(Box<Score>),
    /// The key of the segment in which the model of that name puts the customer; missing if it puts it in none.
    Model(String),
}

/// A step of a sequence, seen from a later one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Earlier {
    /// The first step.
    First,
    /// The last step before this one that is not negated.
    Previous,
}

/// How numbers make a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Arithmetic {
    /// The sum of two or more.
    Add,
    /// The first less the second.
    Subtract,
    /// The product of two or more.
    Multiply,
    /// The first over the second; invalid if that is zero.
    Divide,
    /// The smallest of two or more.
    Minimum,
    /// The largest of two or more.
    Maximum,
    /// One without its sign.
    Absolute,
    /// One, down to the next whole number.
    Floor,
    /// One, to the nearest whole number; halves away from zero.
    Round,
    /// The first that is known of two or more.
    FirstKnown,
}

/// Where the customer stands among all by some number.
///
/// What *all* are is learnt when the definitions are fitted and kept, so that a newcomer is measured with the same rod.
/// A customer of whom the number is not known has no rank and counts among nobody.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Rank {
    /// The number.
    pub by: Term,
    /// How the place is told.
    pub measure: RankMeasure,
    /// Whether 1 is the largest or the smallest.
    #[cfg_attr(feature = "serde", serde(default))]
    pub order: Order,
    /// What customers with the same number get.
    #[cfg_attr(feature = "serde", serde(default))]
    pub ties: Ties,
}

/// How a place among all is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum RankMeasure {
    /// The place: 1, 2, 3.
    Place,
    /// The place in percent of all: above 0, at most 100. The best ten of a hundred have 1 to 10.
    Percent,
    /// The part of everybody's sum, in percent, that this one and all before it make: the top customers who bring 80 % of
    /// the revenue have at most 80. Numbers below zero count as zero.
    Share,
    /// The number of the part when all are divided into so many of equal size, from 1: ⌊(place − 1) × parts / all⌋ + 1.
    Ntile(u32),
}

/// From which end one counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Order {
    /// The largest is the first.
    #[default]
    Largest,
    /// The smallest is the first.
    Smallest,
}

/// What customers with the same number get.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
pub enum Ties {
    /// The best of their places: all who tie with the hundredth are among the top hundred.
    #[default]
    Best,
    /// The worst of their places: none of them is, unless there is room for all.
    Worst,
}

/// A stable random number from 0 to 9,999, made of the experiment's id and the customer's.
///
/// The first 32 bits of MD5 (R. Rivest 1992, RFC 1321) of `experiment:customer`, modulo 10,000: every engine can make the
/// same. Experiments that shall not meet share one id and take different ranges; a holdout is such a range.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Bucket {
    /// The experiment's id: never a name that may change.
    pub experiment: String,
    /// What is drawn: by default the customer; an account's id puts all its contacts into one bucket. A text or a whole
    /// number; where it is not known there is no bucket.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub by: Option<Term>,
}

/// Points for this and that, added up.
///
/// What is not known gives no points, so that a score is always known.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Score {
    /// What gives points.
    pub items: Vec<ScoreItem>,
    /// The most and the least that the items of a category give together.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Vec::is_empty"))]
    pub categories: Vec<ScoreCategory>,
    /// The least that the score can be.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub minimum: Option<f64>,
    /// The most that the score can be.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub maximum: Option<f64>,
}

/// One thing that gives points.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ScoreItem {
    /// How many points, or how many for each: the weight. May be negative.
    pub points: f64,
    /// For what.
    pub given: Given,
    /// The category it belongs to.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub category: Option<String>,
    /// The most this item gives, without regard to its sign.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub cap: Option<f64>,
}

/// For what points are given.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Given {
    /// If the condition holds.
    When(Condition),
    /// For each unit of a number.
    Each(Term),
    /// For each event; with a half-life, an event that old counts half.
    EachEvent {
        /// Which events.
        events: Events,
        /// After how long an event counts half: 0.5^(age / half-life). The age is the time until *now*, the first instant
        /// behind the moment as of which the question is asked.
        #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
        half_life: Option<Span>,
    },
}

/// The most and the least that the items of a category give together.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct ScoreCategory {
    /// Its name.
    pub name: String,
    /// The least.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub minimum: Option<f64>,
    /// The most.
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    pub maximum: Option<f64>,
}
