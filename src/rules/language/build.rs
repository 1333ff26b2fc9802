//! Conditions as they are written in Rust.

use std::ops::{Add, BitAnd, BitOr, Div, Mul, Not, Sub};

use crate::value::GeoPoint;

use super::condition::{Area, Bounds, Comparison, Condition, Fold, SetOperator, State, TextOperator};
use super::days::LeapDay;
use super::events::{Aggregate, Events, Measure};
use super::literal::Literal;
use super::term::{Arithmetic, Bucket, Order, Rank, RankMeasure, Term, Ties};
use super::window::{Span, Window};

/// What is known of the customer under that name.
pub fn attribute(name: impl Into<String>) -> Term {
    Term::Attribute(name.into())
}

/// A field of the event or the item that is looked at.
pub fn field(name: impl Into<String>) -> Term {
    Term::Field(name.into())
}

/// The customer is in that audience.
pub fn member(audience: impl Into<String>) -> Condition {
    Condition::Member(audience.into())
}

/// A stable random number from 0 to 9,999 of that experiment.
pub fn bucket(experiment: impl Into<String>) -> Term {
    Term::Bucket(Box::new(Bucket { experiment: experiment.into(), by: None }))
}

impl<L: Into<Literal>> From<L> for Term {
    fn from(value: L) -> Self {
        Term::Value(value.into())
    }
}

impl Term {
    fn compare(self, comparison: Comparison, right: impl Into<Term>) -> Condition {
        Condition::Compare { left: self, comparison, right: right.into() }
    }

    /// It is the same.
    pub fn is(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::Equal, other)
    }

    /// It is not the same.
    pub fn is_not(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::NotEqual, other)
    }

    /// It is that or more.
    pub fn at_least(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::GreaterOrEqual, other)
    }

    /// It is that or less.
    pub fn at_most(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::LessOrEqual, other)
    }

    /// It is more.
    pub fn above(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::Greater, other)
    }

    /// It is less.
    pub fn below(self, other: impl Into<Term>) -> Condition {
        self.compare(Comparison::Less, other)
    }

    /// It lies between two values.
    pub fn between(self, low: impl Into<Term>, high: impl Into<Term>, bounds: Bounds) -> Condition {
        Condition::Between { term: self, low: low.into(), high: high.into(), bounds }
    }

    /// It is one of these.
    pub fn one_of<L: Into<Literal>>(self, values: impl IntoIterator<Item = L>) -> Condition {
        Condition::OneOf { term: self, values: values.into_iter().map(Into::into).collect() }
    }

    /// The text is looked at that way.
    pub fn text(self, operator: TextOperator, text: impl Into<String>, fold: Fold) -> Condition {
        Condition::Text { term: self, operator, text: text.into(), fold }
    }

    /// That text stands in it.
    pub fn contains(self, text: impl Into<String>) -> Condition {
        self.text(TextOperator::Contains, text, Fold::Exact)
    }

    /// It starts with that text.
    pub fn starts_with(self, text: impl Into<String>) -> Condition {
        self.text(TextOperator::StartsWith, text, Fold::Exact)
    }

    /// It ends with that text.
    pub fn ends_with(self, text: impl Into<String>) -> Condition {
        self.text(TextOperator::EndsWith, text, Fold::Exact)
    }

    /// The regular expression is found in it.
    pub fn matches(self, pattern: impl Into<String>) -> Condition {
        self.text(TextOperator::Matches, pattern, Fold::Exact)
    }

    fn set<T: Into<String>>(self, operator: SetOperator, texts: impl IntoIterator<Item = T>) -> Condition {
        Condition::Set { term: self, operator, texts: texts.into_iter().map(Into::into).collect() }
    }

    /// One of the texts is in the set at least.
    pub fn any_of<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Condition {
        self.set(SetOperator::AnyOf, texts)
    }

    /// Each of the texts is in the set.
    pub fn all_of<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Condition {
        self.set(SetOperator::AllOf, texts)
    }

    /// None of the texts is in the set.
    pub fn none_of<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Condition {
        self.set(SetOperator::NoneOf, texts)
    }

    /// These texts and no others are in the set.
    pub fn exactly<T: Into<String>>(self, texts: impl IntoIterator<Item = T>) -> Condition {
        self.set(SetOperator::Exactly, texts)
    }

    /// How many different texts are in the set.
    #[must_use]
    pub fn size(self) -> Term {
        Term::Size(Box::new(self))
    }

    /// It is in that state.
    pub fn state(self, state: State) -> Condition {
        Condition::Is { term: self, state }
    }

    /// There is a value.
    pub fn is_known(self) -> Condition {
        self.state(State::Known)
    }

    /// Nobody said what it is.
    pub fn is_missing(self) -> Condition {
        self.state(State::Missing)
    }

    /// Whole days from it to the day as of which the question is asked.
    #[must_use]
    pub fn days_since(self) -> Term {
        Term::DaysSince(Box::new(self))
    }

    /// Whole years from it to the day as of which the question is asked; who was born on 29 February turns on 1 March.
    #[must_use]
    pub fn years(self) -> Term {
        Term::Years { since: Box::new(self), leap_day: LeapDay::default() }
    }

    /// The day comes round within so many days, today included.
    pub fn comes_round_within(self, days: i32) -> Condition {
        Condition::Anniversary { of: self, from: 0, to: days, leap_day: LeapDay::default() }
    }

    /// The place is within so many kilometres of another.
    pub fn near(self, center: GeoPoint, kilometers: f64) -> Condition {
        Condition::Within { term: self, area: Area::Circle { center, kilometers } }
    }

    /// Where the customer stands among all by this number, the largest first; ties get the best place.
    #[must_use]
    pub fn rank(self, measure: RankMeasure) -> Term {
        Term::Rank(Box::new(Rank { by: self, measure, order: Order::default(), ties: Ties::default() }))
    }

    /// Among the so many largest by this number.
    pub fn top(self, count: u32) -> Condition {
        self.rank(RankMeasure::Place).at_most(i64::from(count))
    }

    /// Among the so many percent of customers that are largest by this number.
    pub fn top_percent(self, percent: f64) -> Condition {
        self.rank(RankMeasure::Percent).at_most(percent)
    }

    /// A number made of this one and another.
    fn arithmetic(self, operator: Arithmetic, other: impl Into<Term>) -> Term {
        Term::Arithmetic { operator, of: vec![self, other.into()] }
    }
}

macro_rules! arithmetic {
    ($($trait:ident $method:ident $operator:ident),*) => {$(
        impl<T: Into<Term>> $trait<T> for Term {
            type Output = Term;

            fn $method(self, other: T) -> Term {
                self.arithmetic(Arithmetic::$operator, other)
            }
        }
    )*};
}
arithmetic!(Add add Add, Sub sub Subtract, Mul mul Multiply, Div div Divide);

impl Events {
    /// Events of that kind, at any time.
    pub fn of(kind: impl Into<String>) -> Self {
        Events { kind: Some(kind.into()), ..Events::default() }
    }

    /// Events of every kind, at any time.
    pub fn any() -> Self {
        Events::default()
    }

    /// Only those of which the condition holds too.
    #[must_use]
    pub fn filter(mut self, condition: Condition) -> Self {
        self.filter = Some(match self.filter.take() {
            Some(before) => before & condition,
            None => condition,
        });
        self
    }

    /// Only those in the window.
    #[must_use]
    pub fn window(mut self, window: Window) -> Self {
        self.window = window;
        self
    }

    /// Only those of the last so long.
    #[must_use]
    pub fn last(self, span: Span) -> Self {
        self.window(Window::Last(span))
    }

    /// What they add up to.
    #[must_use]
    pub fn measure(self, measure: Measure) -> Term {
        Term::Events(Box::new(Aggregate { measure, events: self }))
    }

    /// How many there are.
    #[must_use]
    pub fn count(self) -> Term {
        self.measure(Measure::Count)
    }

    /// The sum of a field.
    #[must_use]
    pub fn sum(self, field: impl Into<String>) -> Term {
        self.measure(Measure::Sum(field.into()))
    }
}

impl Condition {
    /// The condition, and that answer where it is unknown.
    #[must_use]
    pub fn if_unknown(self, then: bool) -> Self {
        Condition::IfUnknown { condition: Box::new(self), then }
    }

    /// So many of them hold at least.
    pub fn at_least(count: u32, of: impl IntoIterator<Item = Condition>) -> Self {
        Condition::AtLeast { count, of: of.into_iter().collect() }
    }

    /// None of them holds.
    pub fn none(of: impl IntoIterator<Item = Condition>) -> Self {
        !Condition::Any(of.into_iter().collect())
    }
}

impl Not for Condition {
    type Output = Condition;

    fn not(self) -> Condition {
        Condition::Not(Box::new(self))
    }
}

impl BitAnd for Condition {
    type Output = Condition;

    /// Both; a list that is there already grows.
    fn bitand(self, other: Condition) -> Condition {
        match self {
            Condition::All(mut conditions) => {
                conditions.push(other);
                Condition::All(conditions)
            }
            first => Condition::All(vec![first, other]),
        }
    }
}

impl BitOr for Condition {
    type Output = Condition;

    /// Either; a list that is there already grows.
    fn bitor(self, other: Condition) -> Condition {
        match self {
            Condition::Any(mut conditions) => {
                conditions.push(other);
                Condition::Any(conditions)
            }
            first => Condition::Any(vec![first, other]),
        }
    }
}
