//! One value: borrowed, and owned.

use std::fmt;

use crate::time::{Day, Timestamp};

use super::point::GeoPoint;
use super::schema::Kind;
use super::set::TextSet;

/// One thing that is known, or not known, of one customer; borrowed, two or three words, `Copy`.
///
/// ```
/// use segmentry::value::{AsValue, Kind, Value};
///
/// let employees: Option<u32> = Some(120);
/// assert_eq!(employees.as_value(), Value::Integer(120));
/// assert_eq!(employees.as_value().number(), Some(120.0));
/// assert_eq!(None::<u32>.as_value(), Value::Missing);
/// assert_eq!(f64::NAN.as_value(), Value::Invalid("NaN"));
/// assert_eq!("DE".as_value().kind(), Some(Kind::Text));
/// ```
///
/// Match on it with a last arm `_`: kinds may be added. Two values are equal if they say the same, so a whole number
/// never equals a number (`Value::Integer(2)`, `Value::Number(2.0)`): compare [`Value::number`] where that is meant.
///
/// # Missing values
///
/// The first three variants are the three ways not to be known; each has its reason to be kept apart.
///
/// | variant | who said so | example |
/// | --- | --- | --- |
/// | `Missing` | nobody | the question was not asked; the field was left out |
/// | `Null` | somebody: there is none | no second phone number |
/// | `Invalid` | somebody, but not in a way that can be read | `n.a.` in a column of numbers |
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// Nobody said.
    Missing,
    /// Somebody said that there is none.
    Null,
    /// Something stands there that is no value of the kind; the text as it was found.
    Invalid(&'a str),
    /// A finite number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// A text. An empty text is a text, not a missing one.
    Text(&'a str),
    /// True or false.
    Boolean(bool),
    /// A calendar day.
    Day(Day),
    /// An instant.
    Timestamp(Timestamp),
    /// A set of texts.
    Set(TextSet<'a>),
    /// A place on the earth.
    Point(GeoPoint),
}

impl<'a> Value<'a> {
    /// The value's kind, `None` if there is no value.
    pub fn kind(self) -> Option<Kind> {
        Some(match self {
            Value::Missing | Value::Null | Value::Invalid(_) => return None,
            Value::Number(_) => Kind::Number,
            Value::Integer(_) => Kind::Integer,
            Value::Text(_) => Kind::Text,
            Value::Boolean(_) => Kind::Boolean,
            Value::Day(_) => Kind::Day,
            Value::Timestamp(_) => Kind::Timestamp,
            Value::Set(_) => Kind::Set,
            Value::Point(_) => Kind::Point,
        })
    }

    /// Whether there is a value: not missing, null or invalid.
    ///
    /// ```
    /// use segmentry::value::Value;
    ///
    /// assert!(Value::Text("").is_present()); // an empty text was said
    /// assert!(!Value::Null.is_present());
    /// assert!(!Value::Invalid("n.a.").is_present());
    /// ```
    pub fn is_present(self) -> bool {
        !matches!(self, Value::Missing | Value::Null | Value::Invalid(_))
    }

    /// The number, also of a whole number; `None` of everything else.
    ///
    /// A truth, a day or a text that looks like a number is none: nothing is turned into numbers behind the caller's
    /// back.
    ///
    /// ```
    /// use segmentry::value::Value;
    ///
    /// assert_eq!(Value::Integer(3).number(), Some(3.0));
    /// assert_eq!((Value::Boolean(true).number(), Value::Text("3").number()), (None, None));
    /// ```
    pub fn number(self) -> Option<f64> {
        match self {
            Value::Number(number) => Some(number),
            Value::Integer(integer) => Some(integer as f64),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(self) -> Option<&'a str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The day, if it is one.
    pub fn day(self) -> Option<Day> {
        match self {
            Value::Day(day) => Some(day),
            _ => None,
        }
    }

    /// True or false, if it is one.
    pub fn boolean(self) -> Option<bool> {
        match self {
            Value::Boolean(boolean) => Some(boolean),
            _ => None,
        }
    }

    /// The set, if it is one.
    pub fn set(self) -> Option<TextSet<'a>> {
        match self {
            Value::Set(set) => Some(set),
            _ => None,
        }
    }

    /// A copy that owns its text.
    pub fn to_owned(self) -> OwnedValue {
        match self {
            Value::Missing => OwnedValue::Missing,
            Value::Null => OwnedValue::Null,
            Value::Invalid(text) => OwnedValue::Invalid(text.to_owned()),
            Value::Number(number) => OwnedValue::Number(number),
            Value::Integer(integer) => OwnedValue::Integer(integer),
            Value::Text(text) => OwnedValue::Text(text.to_owned()),
            Value::Boolean(boolean) => OwnedValue::Boolean(boolean),
            Value::Day(day) => OwnedValue::Day(day),
            Value::Timestamp(timestamp) => OwnedValue::Timestamp(timestamp),
            Value::Set(set) => OwnedValue::Set(set.iter().map(str::to_owned).collect()),
            Value::Point(point) => OwnedValue::Point(point),
        }
    }

    /// How the value, or its absence, is called in a message: ``text `many` ``, `missing`.
    pub(crate) fn in_words(self) -> String {
        match (self, self.kind()) {
            (Value::Invalid(_), _) | (_, None) => self.to_string(),
            (value, Some(kind)) => format!("{kind} `{}`", crate::error::excerpt(&value.to_string())),
        }
    }
}

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Missing => f.write_str("missing"),
            Value::Null => f.write_str("null"),
            Value::Invalid(text) => write!(f, "invalid `{}`", crate::error::excerpt(text)),
            Value::Number(number) => write!(f, "{number}"),
            Value::Integer(integer) => write!(f, "{integer}"),
            Value::Text(text) => f.write_str(text),
            Value::Boolean(boolean) => write!(f, "{boolean}"),
            Value::Day(day) => write!(f, "{day}"),
            Value::Timestamp(timestamp) => write!(f, "{timestamp}"),
            Value::Set(set) => write!(f, "{set}"),
            Value::Point(point) => write!(f, "{point}"),
        }
    }
}

/// A [`Value`] that owns its text.
///
/// It is what a [`Record`](crate::customer::Record) and free properties of an [`Event`](crate::history::Event) hold.
/// Saved with serde it is an object with the keys `kind` and `value`.
///
/// ```
/// use segmentry::value::{AsValue, OwnedValue, Value};
///
/// let plan = OwnedValue::from("pro");
/// assert_eq!(plan, OwnedValue::Text("pro".to_owned()));
/// assert_eq!(plan.as_value(), Value::Text("pro"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", content = "value", rename_all = "lowercase"))]
#[non_exhaustive]
pub enum OwnedValue {
    /// Nobody said.
    #[default]
    Missing,
    /// Somebody said that there is none.
    Null,
    /// Something stands there that is no value of the kind.
    Invalid(String),
    /// A finite number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A calendar day.
    Day(Day),
    /// An instant.
    Timestamp(Timestamp),
    /// A set of texts.
    Set(Vec<String>),
    /// A place on the earth.
    Point(GeoPoint),
}

impl AsValue for OwnedValue {
    fn as_value(&self) -> Value<'_> {
        match self {
            OwnedValue::Missing => Value::Missing,
            OwnedValue::Null => Value::Null,
            OwnedValue::Invalid(text) => Value::Invalid(text),
            OwnedValue::Number(number) => number.as_value(),
            OwnedValue::Integer(integer) => Value::Integer(*integer),
            OwnedValue::Text(text) => Value::Text(text),
            OwnedValue::Boolean(boolean) => Value::Boolean(*boolean),
            OwnedValue::Day(day) => Value::Day(*day),
            OwnedValue::Timestamp(timestamp) => Value::Timestamp(*timestamp),
            OwnedValue::Set(texts) => Value::Set(texts.as_slice().into()),
            OwnedValue::Point(point) => Value::Point(*point),
        }
    }
}

impl fmt::Display for OwnedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_value().fmt(f)
    }
}

impl<T: AsValue + ?Sized> From<&T> for OwnedValue {
    fn from(value: &T) -> Self {
        value.as_value().to_owned()
    }
}

/// What can be read as a [`Value`]: the fields of your own struct.
///
/// An absent `Option` is *missing*; a number that is not finite is *invalid*.
///
/// Implemented for all integers and floats, `bool`, `str` and `String`, lists of `String` (a set), [`Day`],
/// [`Timestamp`], the dates and instants of jiff, [`GeoPoint`], and `Option` and references of them. Implement it for
/// an enum of your own to use the enum as an attribute:
///
/// ```
/// use segmentry::value::{AsValue, Value};
///
/// enum Plan { Free, Pro }
///
/// impl AsValue for Plan {
///     fn as_value(&self) -> Value<'_> {
///         Value::Text(match self { Plan::Free => "free", Plan::Pro => "pro" })
///     }
/// }
/// assert_eq!(Some(Plan::Pro).as_value(), Value::Text("pro"));
/// assert_eq!(None::<Plan>.as_value(), Value::Missing);
/// ```
pub trait AsValue {
    /// The value, borrowed.
    fn as_value(&self) -> Value<'_>;
}

impl AsValue for f64 {
    fn as_value(&self) -> Value<'_> {
        match *self {
            number if number.is_finite() => Value::Number(number),
            number if number.is_nan() => Value::Invalid("NaN"),
            number if number > 0.0 => Value::Invalid("inf"),
            _ => Value::Invalid("-inf"),
        }
    }
}

impl AsValue for f32 {
    fn as_value(&self) -> Value<'_> {
        match f64::from(*self) {
            number if number.is_finite() => Value::Number(number),
            number if number.is_nan() => Value::Invalid("NaN"),
            number if number > 0.0 => Value::Invalid("inf"),
            _ => Value::Invalid("-inf"),
        }
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl AsValue for $integer {
            fn as_value(&self) -> Value<'_> {
                // what does not fit a 64-bit integer becomes the nearest number
                i64::try_from(*self).map_or(Value::Number(*self as f64), Value::Integer)
            }
        }
    )*};
}
integers!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl AsValue for str {
    fn as_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl AsValue for String {
    fn as_value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl AsValue for bool {
    fn as_value(&self) -> Value<'_> {
        Value::Boolean(*self)
    }
}

impl AsValue for Day {
    fn as_value(&self) -> Value<'_> {
        Value::Day(*self)
    }
}

impl AsValue for jiff::civil::Date {
    fn as_value(&self) -> Value<'_> {
        Value::Day(Day::from(*self))
    }
}

impl AsValue for Timestamp {
    fn as_value(&self) -> Value<'_> {
        Value::Timestamp(*self)
    }
}

impl AsValue for jiff::Timestamp {
    fn as_value(&self) -> Value<'_> {
        Value::Timestamp(Timestamp::from(*self))
    }
}

impl AsValue for GeoPoint {
    fn as_value(&self) -> Value<'_> {
        Value::Point(*self)
    }
}

impl AsValue for [String] {
    fn as_value(&self) -> Value<'_> {
        Value::Set(self.into())
    }
}

impl AsValue for Vec<String> {
    fn as_value(&self) -> Value<'_> {
        Value::Set(self.as_slice().into())
    }
}

impl AsValue for Value<'_> {
    fn as_value(&self) -> Value<'_> {
        *self
    }
}

impl<T: AsValue> AsValue for Option<T> {
    fn as_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Missing, T::as_value)
    }
}

impl<T: AsValue + ?Sized> AsValue for &T {
    fn as_value(&self) -> Value<'_> {
        (**self).as_value()
    }
}
