//! The purchases of many customers, column by column.
//!
//! The fast way to [`PurchaseSummary`], beside [`Purchases::summarize_one`]: kinds are compared as codes and amounts
//! read from a slice, and no event is put together. Both ways feed the same `Running`, in the same order, so they give
//! the same bits.
//!
//! Callers hold: a row is one of `customers`. The history's events are in time order, which it sees to itself.

use super::summary::Running;
use super::{PurchaseSummary, Purchases};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::history::History;
use crate::time::{AsOf, Day, Timestamp};

/// The purchases of many customers, column by column.
///
/// Made once a table by [`Purchases::log`], read from several threads.
pub(crate) struct Log<'a> {
    pub(super) purchases: &'a Purchases,
    pub(super) customers: &'a Customers,
    pub(super) history: &'a History,
    /// The kind of each event, and the one that counts; `None` if no event is of that kind.
    pub(super) code: Option<(&'a [u32], u32)>,
    /// The amounts as plain numbers, where the column is held so; else they are read one by one.
    pub(super) amounts: Option<&'a [f64]>,
    pub(super) as_of: AsOf,
}

impl Log<'_> {
    /// The purchases of the customer in that row.
    ///
    /// `None` without one up to the moment.
    ///
    /// # Errors
    /// Amounts that come to more than a number can hold, with row and customer.
    pub(crate) fn summary(&self, row: usize) -> Result<Option<PurchaseSummary>> {
        let running = self.run(row, |at, day| self.as_of.includes(at, day))?;
        running.finish(self.as_of.day()).map_err(|error| self.at(error, row))
    }

    /// Adds up the purchases of a row that happened when `when` says.
    ///
    /// The split into calibration and holdout asks twice with other spans.
    pub(super) fn run(&self, row: usize, when: impl Fn(Timestamp, Day) -> bool) -> Result<Running> {
        self.walk(row, when, |_, _| {})
    }

    /// The days of the purchases of a row up to the moment, as many as [`PurchaseSummary::purchases`].
    ///
    /// A period with several purchases is told by the day of its first.
    ///
    /// # Errors
    /// As [`Log::summary`].
    #[cfg(feature = "lifetime")]
    pub(crate) fn days(&self, row: usize, days: &mut Vec<Day>) -> Result<()> {
        days.clear();
        let seen = |purchases: u32, day: Day| {
            if purchases as usize > days.len() {
                days.push(day);
            }
        };
        self.walk(row, |at, day| self.as_of.includes(at, day), seen).map(|_| ())
    }

    /// As [`Log::run`], and `seen` hears after each purchase how many there are by then, and its day.
    ///
    /// Purchases in one period count once: then the number stays as it was.
    ///
    /// # Errors
    /// As [`Log::run`].
    fn walk(
        &self,
        row: usize,
        when: impl Fn(Timestamp, Day) -> bool,
        mut seen: impl FnMut(u32, Day),
    ) -> Result<Running> {
        let mut running = Running::new(self.purchases.grain());
        let Some((kinds, kind)) = self.code else { return Ok(running) };
        let events = self.customers.events(row).range();
        let (Some(kinds), Some(ats)) = (kinds.get(events.clone()), self.history.at().get(events.clone())) else {
            return Ok(running);
        };
        for ((event, code), at) in events.zip(kinds).zip(ats) {
            let day = self.history.day(event).unwrap_or(at.day_utc());
            if *code != kind || !when(*at, day) {
                continue;
            }
            let amount = match self.amounts {
                Some(amounts) => amounts.get(event).copied(),
                None => self.history.amounts().number(event),
            };
            if self.purchases.counts(amount) {
                running.add(*at, day, amount.unwrap_or(f64::NAN)).map_err(|error| self.at(error, row))?;
                seen(running.purchases(), day);
            }
        }
        Ok(running)
    }

    /// Tells each gap between purchases of a row in days, oldest first: between the days, or the starts of periods, where
    /// purchases are collapsed. A gap of 0 is told where they are not and two are of one day.
    ///
    /// # Errors
    /// As [`Log::summary`].
    #[cfg(feature = "lifetime")]
    pub(crate) fn gaps(&self, row: usize, mut tell: impl FnMut(i32)) -> Result<()> {
        let grain = self.purchases.grain();
        let (mut known, mut before) = (0, Day::from_days(0));
        let seen = |purchases: u32, day: Day| {
            let mark = grain.map_or(day, |grain| grain.start(day));
            // days counted in several zones may fall back: the later day is taken, as in summaries
            let mark = if known == 0 { mark } else { mark.max(before) };
            if purchases > known {
                if known > 0 {
                    tell(mark.days_since(before));
                }
                known = purchases;
            }
            before = mark;
        };
        self.walk(row, |at, day| self.as_of.includes(at, day), seen).map(|_| ())
    }

    /// Names the row and its customer in an error.
    ///
    /// A row beyond the customers has no name.
    pub(super) fn at(&self, error: Error, row: usize) -> Error {
        let error = error.at_row(row);
        match self.customers.ids().get(row) {
            Some(id) => error.at_customer(id),
            None => error,
        }
    }
}
