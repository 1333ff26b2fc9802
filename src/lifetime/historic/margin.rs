//! What an event is worth, and what it costs to serve a customer.

use crate::error::{Error, Result};
use crate::lifetime::horizon::Horizon;

/// What remains of a purchase's amount.
///
/// A refund takes back what the purchase gave: with a rate the same share of its amount; with a property what the refund's
/// own property says, whatever its sign.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum Margin {
    /// This share of each amount, from −1 to 1; 1 values customers by revenue.
    Rate(f64),
    /// The share that an attribute of the customer says.
    RateAttribute(String),
    /// The margin that a property of the event says, as money.
    Property(String),
    /// The amount less the cost that a property of the event says.
    CostProperty(String),
}

impl Margin {
    /// Says what must hold.
    ///
    /// # Errors
    /// If a rate is not from −1 to 1.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Margin::Rate(rate) => check_rate(*rate),
            _ => Ok(()),
        }
    }
}

/// Whether a rate can be one.
///
/// # Errors
/// If it is not from −1 to 1.
pub(super) fn check_rate(rate: f64) -> Result<()> {
    if (-1.0..=1.0).contains(&rate) {
        return Ok(());
    }
    Err(Error::parameter("margin", "a rate from -1 to 1, so 0.3 for 30 %", rate))
}

/// What it costs to serve a customer; several add up.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "snake_case", deny_unknown_fields))]
#[non_exhaustive]
pub enum ServiceCost {
    /// So much for each purchase: picking, postage.
    Purchase(f64),
    /// So much for each event of that kind: support calls, returns.
    Event {
        /// The kind of event.
        kind: String,
        /// What one costs.
        amount: f64,
    },
    /// What a property of each event of that kind says.
    EventProperty {
        /// The kind of event.
        kind: String,
        /// The property with its cost.
        property: String,
    },
    /// So much for each span since the first purchase, in proportion: a fee, a mailing.
    Time {
        /// What one span costs.
        amount: f64,
        /// The span.
        every: Horizon,
    },
    /// What an attribute of the customer says, for the whole window.
    Attribute(String),
}

impl ServiceCost {
    /// Says what must hold.
    ///
    /// # Errors
    /// If an amount is not finite or below 0, or a span not above 0.
    pub(super) fn check(&self) -> Result<()> {
        let amount = match self {
            ServiceCost::Purchase(amount) | ServiceCost::Event { amount, .. } | ServiceCost::Time { amount, .. } => {
                *amount
            }
            ServiceCost::EventProperty { .. } | ServiceCost::Attribute(_) => 0.0,
        };
        if !(amount.is_finite() && amount >= 0.0) {
            return Err(Error::parameter("cost", "a finite amount of at least 0", amount));
        }
        if let ServiceCost::Time { every, .. } = self {
            every.check()?;
            if every.in_unit(crate::features::purchases::TimeUnit::Days) <= 0.0 {
                return Err(Error::parameter("every", "a length of time above 0", every));
            }
        }
        Ok(())
    }
}
