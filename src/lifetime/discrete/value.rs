//! What buyers with opportunities will do in a stretch of time to come, and what they are worth.
//!
//! Money of a purchase is a margin: what is kept of it. A purchase at the `k`-th opportunity from now counts
//! `margin × (1 + rate)^(−k)`, so that the next opportunity is a period away.
//!
//! | buyer | worth |
//! | --- | --- |
//! | known | margin × discounted purchases to come (DERT without end, DET up to a horizon) |
//! | to be won | margin × (1 + the same of a newcomer): the first purchase is made at once |

use crate::error::{Error, Result};
use crate::math::sum::sum;

use super::super::periods::{PeriodDiscount, Periods};
use super::buyer::{DiscreteBuyer, DiscreteBuyers};
use super::model::BgBbModel;

impl BgBbModel {
    /// Expected purchases in a stretch of time to come: at so many opportunities, after the next `after` are over. Those of
    /// `after` 0 are [`BgBbModel::purchases`].
    ///
    /// ```
    /// use segmentry::lifetime::{BgBbModel, DiscreteBuyer, Periods};
    ///
    /// let model = BgBbModel::of(&[1.20352, 0.74972, 0.65672, 2.78344])?;
    /// let donor = DiscreteBuyer::new(6, 6, 6)?;
    /// // the second half of the next ten years
    /// let later = model.purchases_after(&donor, Periods::new(5), Periods::new(5))?;
    /// let all = model.purchases(&donor, Periods::new(10))? - model.purchases(&donor, Periods::new(5))?;
    /// assert!((later - all).abs() < 1e-9);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If one of both has no end.
    pub fn purchases_after(&self, buyer: &DiscreteBuyer, after: Periods, opportunities: Periods) -> Result<f64> {
        let (before, n) = (after.finite("after")?, opportunities.finite("opportunities")?);
        let future = self.future(buyer);
        let survival = future.coins.survival();
        Ok(future.alive * future.coins.mean() * survival.ln(before).exp() * survival.sum(before, 0.0, Some(n)))
    }

    /// What a buyer is still worth who brings the margin with each purchase: the margin times
    /// [`BgBbModel::discounted`].
    ///
    /// ```
    /// use segmentry::lifetime::{BgBbModel, DiscreteBuyer, PeriodDiscount, Periods};
    ///
    /// let model = BgBbModel::of(&[1.20352, 0.74972, 0.65672, 2.78344])?;
    /// let (yearly, donor) = (PeriodDiscount::per_period(0.1), DiscreteBuyer::new(6, 6, 6)?);
    /// let known = model.value(&donor, 25.0, Periods::forever(), yearly)?;
    /// let new = model.value_new(25.0, Periods::forever(), yearly)?; // gives the first time now
    /// assert!(known > new);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`BgBbModel::discounted`], or if the margin is NaN or infinite or the value too large for a number.
    pub fn value(&self, buyer: &DiscreteBuyer, margin: f64, over: Periods, discount: PeriodDiscount) -> Result<f64> {
        worth(margin, self.discounted(buyer, over, discount)?)
    }

    /// What a buyer is worth who buys for the first time now and brings the margin with that purchase and with each that
    /// follows.
    ///
    /// # Errors
    /// As [`BgBbModel::value`].
    pub fn value_new(&self, margin: f64, over: Periods, discount: PeriodDiscount) -> Result<f64> {
        worth(margin, 1.0 + self.discounted(&DiscreteBuyer::newcomer(), over, discount)?)
    }

    /// [`BgBbModel::value`] of each buyer, with a margin for each row; NaN of a row without a buyer, of which no margin is
    /// asked.
    ///
    /// # Cost
    /// A sum for each different buyer, in parallel.
    ///
    /// # Errors
    /// As [`BgBbModel::value`], with the first such row, or if there are not as many margins as rows.
    pub fn value_each(
        &self,
        buyers: &DiscreteBuyers,
        margins: &[f64],
        over: Periods,
        discount: PeriodDiscount,
    ) -> Result<Vec<f64>> {
        if margins.len() != buyers.len() {
            return Err(Error::length("margins", margins.len(), buyers.len()));
        }
        let purchases = self.discounted_each(buyers, over, discount)?;
        let one = |(row, (purchases, margin)): (usize, (f64, &f64))| {
            if purchases.is_nan() { Ok(f64::NAN) } else { worth(*margin, purchases).map_err(|e| e.at_row(row)) }
        };
        purchases.into_iter().zip(margins).enumerate().map(one).collect()
    }

    /// What all buyers together are still worth, with a margin for each row; rows count with their weights.
    ///
    /// # Errors
    /// As [`BgBbModel::value_each`].
    pub fn value_of_all(
        &self,
        buyers: &DiscreteBuyers,
        margins: &[f64],
        over: Periods,
        discount: PeriodDiscount,
    ) -> Result<f64> {
        let values = self.value_each(buyers, margins, over, discount)?;
        let known = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
        worth(1.0, sum(known.map(|(row, value)| value * buyers.weight(row))))
    }
}

/// The margin so often: how models whose time goes in steps make money.
///
/// # Errors
/// If the margin is NaN or infinite, or the product too large for a number.
pub(in crate::lifetime) fn worth(margin: f64, times: f64) -> Result<f64> {
    if !margin.is_finite() {
        return Err(Error::not_finite("margin", margin));
    }
    let value = margin * times;
    if value.is_finite() { Ok(value) } else { Err(Error::unsupported("the value is too large for a number")) }
}
