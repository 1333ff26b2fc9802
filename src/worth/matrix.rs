//! The recipe: which two values, and where high begins.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::lifetime::{LIFETIME_VALUE, VALUE_SO_FAR};
use crate::math::{quantile, sum};
use crate::progress::Progress;
use crate::segmenter::Fit;

use super::model::ValueMatrixModel;

/// Divides customers by what they have brought and what they will bring: current value against potential value.
///
/// Each of the two is high from a cut on: the value from which the best share of the customers begins
/// ([`top`](ValueMatrix::top), 20 % unless said otherwise), or a number of your own ([`at`](ValueMatrix::at)). The cuts
/// are learnt once and kept, so that next month's customer is measured with this month's yardstick.
///
/// Customers with the same value are in the same segment. Where so many have the value at which a best share would begin
/// that more than twice the share were high, nine of ten with 0 say, high begins with the next value instead.
///
/// It fits where the two values differ: newcomers who will bring much, faithful ones who fade. Where potential is no more
/// than the past drawn on, nearly everybody is in [`Protect`](super::ValueSegment::Protect) or
/// [`Serve`](super::ValueSegment::Serve), and tiers of one value say as much.
///
/// # Missing values
///
/// A customer of whom one of the two is not known is unassigned, with that attribute as the reason. Customers of weight 0
/// teach nothing.
///
/// # Cost
///
/// O(n) to learn; two comparisons to place.
///
/// # References
///
/// P. C. Verhoef and B. Donkers (2001), Predicting customer potential value: an application in the insurance industry,
/// *Decision Support Systems* 32(2), DOI 10.1016/S0167-9236(01)00110-5, for the two values and the four groups. The names
/// of the groups, and 20 %, are ours.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(default, deny_unknown_fields))]
pub struct ValueMatrix {
    current: String,
    potential: String,
    high_current: Cut,
    high_potential: Cut,
}

/// Where high begins.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Cut {
    /// With the best share of the customers that have a value.
    Top(f64),
    /// At this value.
    At(f64),
}

impl Default for ValueMatrix {
    fn default() -> Self {
        ValueMatrix {
            current: VALUE_SO_FAR.to_owned(),
            potential: LIFETIME_VALUE.to_owned(),
            high_current: Cut::Top(0.2),
            high_potential: Cut::Top(0.2),
        }
    }
}

impl ValueMatrix {
    /// `value_so_far` against `lifetime_value`, each high for its best 20 %.
    pub fn new() -> Self {
        ValueMatrix::default()
    }

    /// Sets the attribute of what customers have brought.
    #[must_use]
    pub fn current(mut self, attribute: impl Into<String>) -> Self {
        self.current = attribute.into();
        self
    }

    /// Sets the attribute of what customers will bring.
    #[must_use]
    pub fn potential(mut self, attribute: impl Into<String>) -> Self {
        self.potential = attribute.into();
        self
    }

    /// Both values are high for this best share of the customers.
    #[must_use]
    pub fn top(mut self, share: f64) -> Self {
        (self.high_current, self.high_potential) = (Cut::Top(share), Cut::Top(share));
        self
    }

    /// The values are high from these numbers on.
    #[must_use]
    pub fn at(mut self, current: f64, potential: f64) -> Self {
        (self.high_current, self.high_potential) = (Cut::At(current), Cut::At(potential));
        self
    }

    /// Sets where what customers have brought is high.
    #[must_use]
    pub fn high_current(mut self, cut: Cut) -> Self {
        self.high_current = cut;
        self
    }

    /// Sets where what customers will bring is high.
    #[must_use]
    pub fn high_potential(mut self, cut: Cut) -> Self {
        self.high_potential = cut;
        self
    }

    fn check(&self) -> Result<()> {
        if self.current == self.potential {
            return Err(Error::definition(format!("`{}` is both the current and the potential value", self.current)));
        }
        for (name, cut) in [("high_current", self.high_current), ("high_potential", self.high_potential)] {
            match cut {
                Cut::Top(share) if !(share > 0.0 && share < 1.0) => {
                    return Err(Error::parameter(name, "a share above 0 and below 1", share));
                }
                Cut::At(value) if !value.is_finite() => return Err(Error::not_finite(name, value)),
                _ => {}
            }
        }
        Ok(())
    }
}

/// The value from which an attribute is high.
///
/// # Errors
/// If nobody has a value, or the attribute is no number.
fn cut(customers: &Customers, attribute: &str, cut: Cut) -> Result<f64> {
    let column = customers.numeric_column(attribute)?;
    let share = match cut {
        Cut::At(value) => return Ok(value),
        Cut::Top(share) => share,
    };
    let (mut values, mut counts) = (Vec::with_capacity(customers.len()), Vec::new());
    for row in 0..customers.len() {
        let weight = customers.weight(row);
        if weight > 0.0
            && let Some(value) = column.number(row)
        {
            values.push(value);
            counts.push(weight);
        }
    }
    let found = match customers.weights() {
        None => quantile::quantiles(&values, &[1.0 - share]),
        Some(_) => quantile::weighted_quantiles(&values, &counts, &[1.0 - share]),
    };
    let found = found.and_then(|found| found.first().copied());
    let found = found.ok_or_else(|| Error::empty(format!("customers with `{attribute}`")))?;
    // of many with the same value none is better than another
    let rows = || values.iter().zip(&counts);
    let high = sum::sum(rows().filter(|row| *row.0 >= found).map(|row| *row.1));
    let next = values.iter().copied().filter(|value| *value > found).min_by(f64::total_cmp);
    let crowded = high > 2.0 * share * sum::sum(counts.iter().copied());
    Ok(next.filter(|_| crowded).unwrap_or(found))
}

impl Fit for ValueMatrix {
    type Model = ValueMatrixModel;

    /// Learns where the two values are high.
    ///
    /// # Errors
    /// If a setting is wrong, an attribute is not there or no number, nobody has a value, or `progress` stops the work.
    fn fit_with(&self, customers: &Customers, progress: &Progress<'_>) -> Result<ValueMatrixModel> {
        self.check()?;
        progress.step("steps", 0, 2)?;
        let current = cut(customers, &self.current, self.high_current)?;
        progress.step("steps", 1, 2)?;
        let potential = cut(customers, &self.potential, self.high_potential)?;
        progress.step("steps", 2, 2)?;
        ValueMatrixModel::learnt(self.current.clone(), self.potential.clone(), current, potential)
    }
}
