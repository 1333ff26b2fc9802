//! What customers did: events in time.

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
pub(crate) use regroup::Merging;
pub(crate) use repeats::{Likeness, repeats};

pub use clean::{Clean, CleanReport, CleanStep, Cleaned, Refunds};
pub use event::{AsEvent, Event, PURCHASE, Properties, RETURN};

#[cfg(any(feature = "csv", feature = "serde"))]
pub use columns::EventColumns;
pub use log::{CustomerEvents, History, HistoryBuilder};
