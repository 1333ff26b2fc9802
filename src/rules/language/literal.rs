//! Values as they stand in a definition.

use crate::time::{Day, Timestamp};
use crate::value::{GeoPoint, Kind, Value};

/// A value as it stands in a definition.
///
/// ```
/// use segmentry::rules::Literal;
///
/// assert_eq!(Literal::from(1_000), Literal::Integer(1_000));
/// assert_eq!(Literal::from("DE"), Literal::Text("DE".to_owned()));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Literal {
    /// A finite number.
    Number(f64),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// True or false.
    Boolean(bool),
    /// A calendar day.
    Day(#[cfg_attr(feature = "schema", schemars(with = "String"))] Day),
    /// An instant.
    Timestamp(#[cfg_attr(feature = "schema", schemars(with = "String"))] Timestamp),
    /// A place on the earth.
    Point(#[cfg_attr(feature = "schema", schemars(with = "(f64, f64)"))] GeoPoint),
}

impl Literal {
    /// The literal as the value that customers have.
    pub fn as_value(&self) -> Value<'_> {
        match self {
            Literal::Number(number) if number.is_finite() => Value::Number(*number),
            Literal::Number(_) => Value::Invalid("not finite"),
            Literal::Integer(integer) => Value::Integer(*integer),
            Literal::Text(text) => Value::Text(text),
            Literal::Boolean(boolean) => Value::Boolean(*boolean),
            Literal::Day(day) => Value::Day(*day),
            Literal::Timestamp(at) => Value::Timestamp(*at),
            Literal::Point(point) => Value::Point(*point),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        match self {
            Literal::Number(_) => Kind::Number,
            Literal::Integer(_) => Kind::Integer,
            Literal::Text(_) => Kind::Text,
            Literal::Boolean(_) => Kind::Boolean,
            Literal::Day(_) => Kind::Day,
            Literal::Timestamp(_) => Kind::Timestamp,
            Literal::Point(_) => Kind::Point,
        }
    }

    /// The number, also of a whole number.
    pub fn number(&self) -> Option<f64> {
        self.as_value().number()
    }
}

macro_rules! from {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Literal {
            fn from(value: $type) -> Self {
                Literal::$variant(value.into())
            }
        }
    )*};
}
from!(f64 => Number, f32 => Number, i64 => Integer, i32 => Integer, u32 => Integer, u8 => Integer, i16 => Integer,
    &str => Text, String => Text, bool => Boolean, Day => Day, Timestamp => Timestamp, GeoPoint => Point);
