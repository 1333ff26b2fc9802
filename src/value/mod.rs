//! What can be known of a customer: values, their kinds and levels, and columns of them.
//!
//! A [`Value`] is one known thing, borrowed from wherever it lives; a [`Column`] is the same thing of many
//! customers. Three kinds of absence are kept apart everywhere: *missing* (nobody said), *null* (somebody
//! said that there is none) and *invalid* (something stands there that is no value of the kind).
//!
//! # What to learn, and what not
//!
//! Most programs meet three of these types: [`Column`] to bring data in, [`Value`] to look at one of them, and [`Id`]
//! to say who is meant (a `&str` or a whole number does). [`Attribute`] is needed to say more of a column than its
//! kind; [`ColumnBuilder`], [`Dictionary`] and [`Ids`] only by who reads data from a source that this crate does not
//! know.
//!
//! | word elsewhere | here |
//! | --- | --- |
//! | `factor`, `category`, one-hot column | [`Column::texts`], of [`Kind::Text`]: each text is stored once |
//! | `NA`, `NaN`, `None`, blank cell | [`Value::Missing`], [`Value::Null`] or [`Value::Invalid`], told apart |
//! | `dtype`, column class | [`Kind`] |
//! | measurement scale: nominal, ordinal, interval, ratio | [`Level`] |
//! | basis and descriptor variables, target | [`Role::Base`], [`Role::Descriptor`], [`Role::Outcome`] |
//! | customer key, index | [`Id`], [`Ids`] |
//!
//! ```
//! use segmentry::value::{Column, Kind, Value};
//!
//! // the ages of four customers: one was never asked, one gave none
//! let ages = Column::of(Kind::Integer, [Value::Integer(34), Value::Missing, Value::Null, Value::Integer(51)]);
//! assert_eq!(ages.presence().present, 2);
//! assert_eq!(ages.value(2), Value::Null);
//! ```

mod append;
mod builder;
mod column;
mod dictionary;
mod id;
mod point;
#[cfg(any(feature = "rules", feature = "evaluate"))]
mod raw;
mod schema;
mod set;
mod single;

pub use builder::ColumnBuilder;
pub use column::{Column, Presence, State};
pub use dictionary::Dictionary;
pub(crate) use dictionary::HASHER;
pub use id::{Id, Ids};
pub use point::GeoPoint;
#[cfg(any(feature = "rules", feature = "evaluate"))]
pub(crate) use raw::Raw;
pub use schema::{Attribute, Kind, Level, Role, Schema};
pub use set::TextSet;
pub use single::{AsValue, OwnedValue, Value};
