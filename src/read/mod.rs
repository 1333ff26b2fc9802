//! Reading from outside: rows that are `Serialize`, files of comma-separated values, JSON lines.
//!
//! The tables are made by [`Customers`](crate::customer::Customers) and [`History`](crate::history::History); here are
//! the options ([`Csv`], [`JsonLines`]) and the account of what was read ([`ReadReport`]). Nothing is decided silently:
//! kinds and forms of dates are found from the whole column, what is not clear is an error that says what to name,
//! and every row that is left out is counted and named.

mod convert;
#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "serde")]
mod fields;
#[cfg(feature = "serde")]
mod json_lines;
mod options;
mod parse;
mod report;
#[cfg(feature = "serde")]
mod serialize;
mod table;

#[cfg(feature = "csv")]
pub use csv::Csv;
#[cfg(feature = "serde")]
pub use json_lines::JsonLines;
pub use options::{OnBadRow, OnDuplicate};
pub use report::{ColumnRead, ReadReport, SkippedRow};

#[cfg(feature = "serde")]
pub(crate) use fields::Fields;
pub(crate) use options::Options;
#[cfg(feature = "serde")]
pub(crate) use serialize::{push_row, read_rows};
pub(crate) use table::{Table, Want};
