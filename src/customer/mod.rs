//! Customers: who they are (attributes), what they have (lists of items) and what they did (events).
//!
//! [`Customer`] is a trait, so that your own type joins; [`Record`] is a ready-made customer; [`Customers`] are
//! many, column by column, which is what the segmenters work on in bulk.
//!
//! # Which type to use
//!
//! | you have | take |
//! | --- | --- |
//! | a struct of your own, one customer at a time | [`Customer`], by [`impl_customer!`](crate::impl_customer) |
//! | rows of a `Serialize` type, a CSV file, JSON lines | `Customers::from_serialize`, `from_csv`, `from_json_lines` |
//! | columns, a matrix | [`Customers::with_ids`] and [`Customers::with_column`], [`Customers::from_matrix`] |
//! | nothing but a purchase log | [`Customers::from_history`] |
//! | subscriptions, devices, contracts: several a customer | [`Items`] and [`Customers::with_items`] |
//! | CRM, survey and purchases as separate sources | [`Join`] |
//! | contacts, and segments wanted for accounts | [`RollUp`], [`Hierarchy`] |
//! | one customer to try something on | [`Record`] |
//!
//! Segmenters take both forms: one customer (`&dyn Customer`) where a request is answered, and [`Customers`] where a
//! whole base is divided. [`SeenOn`] and [`Events`] are needed only by who writes a segmenter or has no day in the
//! struct.
//!
//! ```
//! use segmentry::customer::{Customer, Customers};
//! use segmentry::history::History;
//! use segmentry::time::Day;
//! use segmentry::value::{Column, Value};
//!
//! let day = Day::new(2026, 10, 3)?;
//! let customers = Customers::with_ids(["ann", "bob"])?
//!     .with_column("city", Column::texts(["Lyon", "Turin"]))?
//!     .with_history(History::purchases(["bob", "bob"], &[day, day.plus(20)], &[12.0, 30.0])?)
//!     .as_of(Day::new(2026, 10, 10)?);
//! let bob = customers.find("bob")?;
//! assert_eq!(bob.value("city"), Value::Text("Turin"));
//! assert_eq!(bob.events().count(), 1); // the second purchase is not known yet
//! # Ok::<(), segmentry::Error>(())
//! ```

#[cfg(feature = "csv")]
mod csv;
mod currency;
mod items;
mod join;
#[cfg(feature = "serde")]
mod json_lines;
mod lists;
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

pub use items::{Items, ItemsBuilder};
pub use join::{AttributeReport, Conflict, Join, JoinReport, Joined, Keep, Precedence, SourceReport, SourceShare};
pub use one::{Customer, Events, SeenOn};
pub use record::Record;
pub use rollup::{Aggregate, Hierarchy, RollUp, RollUpColumn, RollUpReport, RolledUp};
pub use rows::CustomersBuilder;
pub(crate) use table::as_of_is_missing;
pub use table::{CustomerRow, Customers};
