//! What all buyers are worth together.

use std::fmt;

use crate::text::{Align, Table, number};

use super::LifetimeValue;

/// What all buyers are worth together, as [`LifetimeValue::total`] finds it: customer equity.
///
/// Every number counts a row with its weight. An interval of it comes of the
/// [`DeltaMethod`](super::super::DeltaMethod): what all buyers are worth is a figure of a model like any other.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, DiscountRate, Family, LifetimeValue, PurchaseModel, Spend};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let buyers = Buyers::new(TimeUnit::Weeks, &[2, 0], &[30.43, 0.0], &[38.86, 38.86])?;
/// let recipe = LifetimeValue::forever().discount(DiscountRate::per_year(0.15)).margin(0.3);
/// let equity = recipe.total(&model, &buyers, &Spend::amount(35.0))?;
/// println!("{equity}"); // a line for buyers, the living, purchases to come, value, the mean
/// assert!(equity.alive < 2.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
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
