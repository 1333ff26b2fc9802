//! What customers did: events in time.

#[cfg(any(feature = "csv", feature = "serde"))]
mod columns;
#[cfg(feature = "csv")]
mod csv;
mod event;
#[cfg(feature = "serde")]
mod json_lines;
mod log;
#[cfg(any(feature = "csv", feature = "serde"))]
mod read;
#[cfg(feature = "serde")]
mod serialize;

#[cfg(any(feature = "csv", feature = "serde"))]
pub use columns::EventColumns;
pub use event::{AsEvent, Event, Properties};
pub use log::{CustomerEvents, History, HistoryBuilder};
