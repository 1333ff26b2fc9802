//! Customers: who they are (attributes) and what they did (events).
//!
//! [`Customer`] is a trait, so that your own type joins; [`Record`] is a ready-made customer; [`Customers`] are
//! many, column by column, which is what the segmenters work on in bulk.

#[cfg(feature = "csv")]
mod csv;
mod currency;
mod join;
#[cfg(feature = "serde")]
mod json_lines;
mod macros;
mod one;
#[cfg(any(feature = "csv", feature = "serde"))]
mod read;
mod record;
mod rollup;
mod rows;
#[cfg(feature = "serde")]
mod serialize;
mod table;

pub use join::{AttributeReport, Conflict, Join, JoinReport, Joined, Keep, Precedence, SourceReport, SourceShare};
pub use one::{Customer, Events, SeenOn};
pub use record::Record;
pub use rollup::{Aggregate, Hierarchy, RollUp, RollUpColumn, RollUpReport, RolledUp};
pub use rows::CustomersBuilder;
pub(crate) use table::as_of_is_missing;
pub use table::{CustomerRow, Customers};
