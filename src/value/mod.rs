//! What can be known of a customer: values, their kinds and levels, and columns of them.
//!
//! A [`Value`] is one known thing, borrowed from wherever it lives; a [`Column`] is the same thing of many
//! customers. Three kinds of absence are kept apart everywhere: *missing* (nobody said), *null* (somebody
//! said that there is none) and *invalid* (something stands there that is no value of the kind).

mod append;
mod builder;
mod column;
mod dictionary;
mod id;
mod point;
mod schema;
mod set;
mod single;

pub use builder::ColumnBuilder;
pub use column::{Column, Presence, State};
pub use dictionary::Dictionary;
pub(crate) use dictionary::HASHER;
pub use id::{Id, Ids};
pub use point::GeoPoint;
pub use schema::{Attribute, Kind, Level, Role, Schema};
pub use set::TextSet;
pub use single::{AsValue, OwnedValue, Value};
