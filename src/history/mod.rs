//! What customers did: events in time.

mod event;
mod log;

pub use event::{AsEvent, Event, Properties, PURCHASE};
pub use log::{CustomerEvents, History, HistoryBuilder};
