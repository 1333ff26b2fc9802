//! What customers did: events in time.

mod clean;
mod currency;
mod event;
mod log;
mod regroup;
mod repeats;

pub(crate) use currency::{CURRENCY, currencies_in, refuse_several};
pub(crate) use regroup::Merging;
pub(crate) use repeats::{Likeness, repeats};

pub use clean::{Clean, CleanReport, CleanStep, Cleaned, Refunds};
pub use event::{AsEvent, Event, PURCHASE, Properties, RETURN};
pub use log::{CustomerEvents, History, HistoryBuilder};
