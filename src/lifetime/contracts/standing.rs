//! Where a contract stands now: how often it was renewed, how far the next renewal is, what it pays.
//!
//! Asked of one customer at a time, so that one who signs in and one among a million have the same answer to the bit.
//!
//! | customer | stands |
//! | --- | --- |
//! | no start, or one that is still to come | nowhere: no contract yet |
//! | an end up to now, that of today included | nowhere: has left |
//! | no end, or one that is still to come | at so many renewals, with the next ahead |

use crate::customer::{Customer, as_of_is_missing};
use crate::error::{Error, Result};
use crate::lifetime::retention::{anniversary, whole_periods};
use crate::time::Day;
use crate::value::Value;

use super::Contracts;

/// A contract that goes on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Standing {
    /// Renewals so far.
    pub(super) renewals: u32,
    /// The part of a period until the next: above 0, at most 1.
    pub(super) wait: f64,
    /// What is paid a period; `None` if it is not known.
    pub(super) amount: Option<f64>,
}

impl Contracts {
    /// Where the contract of a customer stands; `None` of one that has ended or has not begun.
    ///
    /// # Errors
    /// If the customer is seen as of no moment, the attributes hold no days, the end is before the start, or the amount is
    /// negative.
    pub(super) fn standing(&self, customer: &dyn Customer) -> Result<Option<Standing>> {
        let now = customer.as_of().ok_or_else(as_of_is_missing)?.day();
        let (start, end) = (day(customer, &self.start)?, day(customer, &self.end)?);
        let Some(start) = start.filter(|start| *start <= now) else { return Ok(None) };
        if end.is_some_and(|end| end < start) {
            return Err(Error::definition(format!("`{}` is before `{}`", self.end, self.start)));
        }
        if end.is_some_and(|end| end <= now) {
            return Ok(None);
        }
        let every = self.every.max(1);
        let renewals = whole_periods(start, now, self.period) / every;
        let due = |renewal: u32| anniversary(start, renewal.saturating_mul(every), self.period);
        let (last, next) = (due(renewals), due(renewals.saturating_add(1)));
        let wait = f64::from(next.days_since(now)) / f64::from(next.days_since(last).max(1));
        Ok(Some(Standing { renewals, wait: wait.clamp(0.0, 1.0), amount: self.paid(customer)? }))
    }

    /// What the customer pays a period: what the attribute says times the amount of the recipe, or that amount alone.
    fn paid(&self, customer: &dyn Customer) -> Result<Option<f64>> {
        let Some(attribute) = &self.amount_of else { return Ok(Some(self.amount)) };
        let value = customer.value(attribute);
        match value.number() {
            Some(amount) if amount >= 0.0 => Ok(Some(amount * self.amount)),
            Some(amount) => Err(Error::parameter(attribute, "an amount of at least 0", amount)),
            None => match value.kind() {
                Some(kind) => Err(Error::wrong_kind(attribute, kind, "number")),
                None => Ok(None),
            },
        }
    }
}

/// The day that the attribute holds, if it is known.
fn day(customer: &dyn Customer, attribute: &str) -> Result<Option<Day>> {
    match customer.value(attribute) {
        Value::Day(day) => Ok(Some(day)),
        Value::Timestamp(at) => Ok(Some(at.day_utc())),
        Value::Missing | Value::Null => Ok(None),
        Value::Invalid(text) => Err(Error::no_value(attribute, format!("`{text}`"))),
        other => Err(match other.kind() {
            Some(kind) => Error::wrong_kind(attribute, kind, "day"),
            None => Error::no_value(attribute, "missing"),
        }),
    }
}
