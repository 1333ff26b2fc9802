//! What customers did: events in time.

mod event;
mod log;

pub use event::{AsEvent, Event, PURCHASE, Properties};
pub use log::{CustomerEvents, History, HistoryBuilder};
