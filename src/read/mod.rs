//! Reading from outside: rows that are `Serialize`, files of comma-separated values, JSON lines.
//!
//! The tables are made by [`Customers`](crate::customer::Customers) and [`History`](crate::history::History); here are
//! the options ([`Csv`], [`JsonLines`]) and the account of what was read ([`ReadReport`]). Nothing is decided silently:
//! kinds and forms of dates are found from the whole column, what is not clear is an error that says what to name,
//! and every row that is left out is counted and named.
//!
//! ```
//! use segmentry::customer::Customers;
//! use segmentry::read::{Csv, OnBadRow};
//!
//! let file = "id,age,city\n7,34,Lyon\n8,forty\n9,51,Turin\n";
//! let strict = Customers::from_csv_reader(file.as_bytes(), "id", &Csv::new()).unwrap_err();
//! assert_eq!(strict.to_string(), "line 3: the row has 2 entries, expected 3");
//!
//! let (customers, report) = Customers::from_csv_reader(file.as_bytes(), "id", &Csv::new().on_bad_row(OnBadRow::Skip))?;
//! assert_eq!((customers.len(), report.skipped, report.first_skipped[0].line), (2, 1, 3));
//! # Ok::<(), segmentry::Error>(())
//! ```

mod convert;
#[cfg(feature = "csv")]
mod csv;
#[cfg(feature = "serde")]
mod fields;
#[cfg(feature = "serde")]
mod json_lines;
mod lists;
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
pub(crate) use lists::ItemRows;
pub(crate) use options::Options;
#[cfg(feature = "serde")]
pub(crate) use serialize::{push_row, read_rows};
pub(crate) use table::{Table, Want};
