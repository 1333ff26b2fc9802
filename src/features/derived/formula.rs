//! The formulas of derived attributes.
//!
//! A short list on purpose: each formula says by itself what it is when something is absent, and can be saved,
//! explained and checked for what it reads. What needs more is computed by the caller and given as an attribute.

use crate::customer::{Customer, as_of_is_missing};
use crate::error::{Error, Result};
use crate::value::{Kind, Level, Value};

use super::Absent;
use super::events::EventMeasure;

/// Days in a mean Gregorian year: 97 leap years in 400.
const DAYS_A_YEAR: f64 = 365.2425;

/// How a derived attribute is made.
///
/// | formula | R, pandas | absent or invalid if |
/// | --- | --- | --- |
/// | [`Sum`](Formula::Sum) | `a + b`, not `sum(na.rm)` | one is absent |
/// | [`Difference`](Formula::Difference) | `a - b` | one is absent |
/// | [`Ratio`](Formula::Ratio) | `a / b` | one is absent; divided by 0 |
/// | [`Log1p`](Formula::Log1p) | `log1p(x)` | absent; x is −1 or less |
/// | [`DaysSince`](Formula::DaysSince) | `as_of - x` in days | absent |
/// | [`YearsSince`](Formula::YearsSince) | the same over 365.2425 | absent |
/// | [`Events`](Formula::Events) | a count or a sum by group | never: without events it is 0 |
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::features::derived::{Derived, Formula};
/// use segmentry::time::Day;
///
/// let ann = Record::new("ann")
///     .with("born", Day::new(1990, 6, 1)?)
///     .with("spend", 320.0)
///     .with("returned", 80.0)
///     .as_of(Day::new(2026, 6, 1)?);
/// let value = |formula: Formula| Derived::new("it", formula).value(&ann);
///
/// assert_eq!(value(Formula::difference("spend", "returned"))?, Some(240.0));
/// assert_eq!(value(Formula::ratio("returned", "spend"))?, Some(0.25));
/// assert_eq!(value(Formula::YearsSince("born".to_owned()))?.map(f64::round), Some(36.0));
/// assert_eq!(value(Formula::ratio("spend", "orders"))?, None); // nobody said how many
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Formula {
    /// The sum of these numbers.
    Sum(Vec<String>),
    /// The first number less the second.
    Difference(String, String),
    /// The first number divided by the second.
    Ratio(String, String),
    /// ln(1 + x): squeezes what is skewed to the right, and keeps zero.
    Log1p(String),
    /// Whole days from that day to the day as of which the customer is seen; negative if it lies ahead.
    DaysSince(String),
    /// The same in mean Gregorian years of 365.2425 days: an age.
    YearsSince(String),
    /// What is counted or summed over events.
    Events(EventMeasure),
}

impl Formula {
    /// The sum of these numbers.
    pub fn sum<T: Into<String>>(of: impl IntoIterator<Item = T>) -> Self {
        Formula::Sum(of.into_iter().map(Into::into).collect())
    }

    /// One number less another.
    pub fn difference(of: impl Into<String>, less: impl Into<String>) -> Self {
        Formula::Difference(of.into(), less.into())
    }

    /// One number divided by another.
    pub fn ratio(of: impl Into<String>, by: impl Into<String>) -> Self {
        Formula::Ratio(of.into(), by.into())
    }

    /// The attributes it is made of.
    pub fn attributes(&self) -> Vec<&str> {
        match self {
            Formula::Sum(of) => of.iter().map(String::as_str).collect(),
            Formula::Difference(a, b) | Formula::Ratio(a, b) => vec![a, b],
            Formula::Log1p(of) | Formula::DaysSince(of) | Formula::YearsSince(of) => vec![of],
            Formula::Events(_) => Vec::new(),
        }
    }

    /// Whether it is made of events.
    pub fn reads_history(&self) -> bool {
        matches!(self, Formula::Events(_))
    }

    /// Whether it depends on the moment as of which the customer is seen.
    pub fn reads_as_of(&self) -> bool {
        matches!(self, Formula::Events(_) | Formula::DaysSince(_) | Formula::YearsSince(_))
    }

    /// Whether its parameters can be.
    pub(crate) fn check(&self) -> Result<()> {
        match self {
            Formula::Sum(of) if of.is_empty() => Err(Error::parameter("sum", "at least one attribute", "none")),
            Formula::Events(measure) => measure.check(),
            _ => Ok(()),
        }
    }

    pub(super) fn level(&self) -> Level {
        match self {
            Formula::Events(measure) => measure.level(),
            Formula::Difference(..) | Formula::DaysSince(_) => Level::Interval,
            _ => Level::Ratio,
        }
    }

    pub(super) fn unit(&self) -> Option<&'static str> {
        match self {
            Formula::DaysSince(_) => Some("days"),
            Formula::YearsSince(_) => Some("years"),
            _ => None,
        }
    }

    /// The number, or why there is none.
    ///
    /// # Errors
    /// An attribute that is present and of another kind, and no moment where one is needed: these are mistakes of
    /// whoever wrote the formula, not gaps in the data.
    pub(super) fn evaluate(&self, customer: &dyn Customer) -> Result<Result<f64, Absent>> {
        let finite = |number: f64, words: &dyn Fn() -> String| {
            if number.is_finite() { Ok(number) } else { Err(Absent::Invalid(words())) }
        };
        match self {
            Formula::Sum(of) => {
                let mut total = 0.0;
                for name in of {
                    match number(customer, name)? {
                        Ok(number) => total += number,
                        absent => return Ok(absent),
                    }
                }
                Ok(finite(total, &|| "the sum is not finite".to_owned()))
            }
            Formula::Difference(a, b) => Ok(match (number(customer, a)?, number(customer, b)?) {
                (Ok(a), Ok(b)) => finite(a - b, &|| format!("{a} - {b}")),
                (Err(absent), _) | (_, Err(absent)) => Err(absent),
            }),
            Formula::Ratio(a, b) => Ok(match (number(customer, a)?, number(customer, b)?) {
                (Ok(a), Ok(b)) => finite(a / b, &|| format!("{a} / {b}")),
                (Err(absent), _) | (_, Err(absent)) => Err(absent),
            }),
            Formula::Log1p(of) => Ok(number(customer, of)?.and_then(|x| finite(x.ln_1p(), &|| format!("ln(1 + {x})")))),
            Formula::DaysSince(of) => days_since(customer, of),
            Formula::YearsSince(of) => Ok(days_since(customer, of)?.map(|days| days / DAYS_A_YEAR)),
            Formula::Events(measure) => measure.evaluate(customer),
        }
    }
}

fn absent(value: Value<'_>) -> Absent {
    match value {
        Value::Null => Absent::Null,
        Value::Invalid(text) => Absent::Invalid(text.to_owned()),
        _ => Absent::Missing,
    }
}

fn number(customer: &dyn Customer, name: &str) -> Result<Result<f64, Absent>> {
    let value = customer.value(name);
    match value.number() {
        Some(number) => Ok(Ok(number)),
        None if value.is_present() => Err(Error::wrong_kind(name, value.in_words(), Kind::Number.to_string())),
        None => Ok(Err(absent(value))),
    }
}

fn days_since(customer: &dyn Customer, name: &str) -> Result<Result<f64, Absent>> {
    let as_of = customer.as_of().ok_or_else(as_of_is_missing)?;
    match customer.value(name) {
        Value::Day(day) => Ok(Ok(f64::from(as_of.day().days_since(day)))),
        Value::Timestamp(at) => Ok(Ok(f64::from(as_of.day().days_since(at.day_utc())))),
        value if value.is_present() => Err(Error::wrong_kind(name, value.in_words(), Kind::Day.to_string())),
        value => Ok(Err(absent(value))),
    }
}
