//! What customers did: events in time.
//!
//! A [`History`] is the log that most behavioural segments are made of: who bought what, when, for how much. Load one
//! with `History::from_csv`, `History::from_json_lines`, `History::from_serialize` or [`History::purchases`], look at
//! it, clean it with [`Clean`] (refunds, repeats, rows that are no sales), and hang it on a table with
//! [`Customers::with_history`](crate::customer::Customers::with_history), or make customers of it alone with
//! [`Customers::from_history`](crate::customer::Customers::from_history).
//!
//! It fits logs of things that happen to one customer at one moment: orders, order lines, visits, calls, returns. It
//! does not fit states that last (a contract from May to August): make two events of them, or an attribute.
//!
//! | word elsewhere | here |
//! | --- | --- |
//! | transactions, order lines, invoice lines | events of the kind [`PURCHASE`] |
//! | credit note, refund, negative quantity | [`RETURN`]; see [`Refunds`] |
//! | event log (process mining), customer ABT source | [`History`] |
//! | `CustomerID`, `InvoiceDate`, `UnitPrice` | the columns that `EventColumns` names |
//! | observation date, snapshot date, cut-off | [`AsOf`](crate::time::AsOf), [`Clean::until`] |
//!
//! ```
//! use segmentry::history::{Clean, History, Refunds};
//! use segmentry::time::Day;
//!
//! let day = Day::new(2026, 3, 1)?;
//! let history = History::purchases(["ann", "bob", "ann"], &[day, day.plus(2), day.plus(9)], &[40.0, 15.0, -40.0])?;
//! let cleaned = Clean::new().refunds(Refunds::Net).run(&history)?;
//! assert_eq!(cleaned.history.event(0).unwrap().amount, Some(0.0)); // ann gave everything back
//! assert_eq!(cleaned.report.events_after, 2);
//! # Ok::<(), segmentry::Error>(())
//! ```

mod clean;
#[cfg(any(feature = "csv", feature = "serde"))]
mod columns;
#[cfg(feature = "csv")]
mod csv;
mod currency;
mod event;
#[cfg(feature = "serde")]
mod json_lines;
mod log;
mod net;
#[cfg(any(feature = "csv", feature = "serde"))]
mod read;
mod regroup;
mod repeats;
#[cfg(feature = "serde")]
mod serialize;

pub(crate) use currency::{CURRENCY, currencies_in, refuse_several};
#[cfg(any(feature = "csv", feature = "serde"))]
pub(crate) use read::{all_owned, leave_out_strangers, owners};
pub(crate) use regroup::Merging;
pub(crate) use repeats::{Likeness, repeats};

pub use clean::{Clean, CleanReport, CleanStep, Cleaned, Refunds};
pub use event::{AsEvent, Event, PURCHASE, Properties, RETURN};

#[cfg(any(feature = "csv", feature = "serde"))]
pub use columns::EventColumns;
pub use log::{CustomerEvents, History, HistoryBuilder};
