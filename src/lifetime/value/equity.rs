//! What all buyers are worth together.

use std::fmt;

use crate::text::{Align, Table, number};

use super::LifetimeValue;

/// What all buyers are worth together, as [`LifetimeValue::total`] finds it: customer equity.
///
/// Every number counts a row with its weight.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct CustomerEquity {
    /// Horizon, discount and margin that it was found with.
    pub recipe: LifetimeValue,
    /// How many buyers there are.
    pub buyers: f64,
    /// How many of them are expected to be alive now.
    pub alive: f64,
    /// Expected purchases up to the horizon, discounted.
    pub purchases: f64,
    /// Their value: money up to the horizon, discounted, times the margin.
    pub value: f64,
}

impl CustomerEquity {
    /// The mean value of a buyer; `None` without buyers.
    pub fn mean(&self) -> Option<f64> {
        (self.buyers > 0.0).then(|| self.value / self.buyers)
    }
}

impl fmt::Display for CustomerEquity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LifetimeValue { horizon, discount, margin, step, .. } = &self.recipe;
        write!(f, "horizon {horizon}, discount {discount}, margin {margin}")?;
        match step {
            Some(step) => writeln!(f, ", purchases counted at the end of each {step}")?,
            None => writeln!(f, ", purchases counted when they are made")?,
        }
        let mut table = Table::new([("of all buyers", Align::Left), ("expected", Align::Right)]);
        let mut row = |name: &str, value: f64| table.row([name.to_owned(), number(value)]);
        row("buyers", self.buyers);
        row("alive now", self.alive);
        row("purchases to come, discounted", self.purchases);
        row("value", self.value);
        if let Some(mean) = self.mean() {
            row("value of a buyer", mean);
        }
        write!(f, "{table}")
    }
}
