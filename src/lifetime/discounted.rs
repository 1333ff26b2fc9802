//! Discounted purchases of buyers: what is to come, counted less the later it comes.

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;

use super::buyer::Buyer;
use super::buyers::Buyers;
use super::horizon::{DiscountRate, Horizon};
use super::model::PurchaseModel;

impl PurchaseModel {
    /// Expected purchases from now up to the horizon, each worth less the later it comes: DET, and DERT of
    /// [`Horizon::forever`] ("discounted expected residual transactions").
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{Buyer, DiscountRate, Family, Horizon, PurchaseModel};
    ///
    /// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
    /// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
    /// let yearly = DiscountRate::per_year(0.15);
    /// let ever = model.discounted(&buyer, Horizon::forever(), yearly)?;
    /// let decade = model.discounted(&buyer, Horizon::years(10.0), yearly)?;
    /// assert!(decade < ever && decade < model.purchases(&buyer, Horizon::years(10.0))?);
    /// assert!(model.discounted(&buyer, Horizon::forever(), DiscountRate::none()).is_err()); // a < 1: no bound
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    /// 16 expectations where the horizon is short, up to 200 without end.
    ///
    /// # References
    /// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
    /// *Journal of Marketing Research* 42(4), DOI 10.1509/jmkr.2005.42.4.415.
    ///
    /// # Errors
    /// If the horizon is below 0, the discount rate is negative or not finite, there is neither an end nor a discount and
    /// purchases have no bound that is known, or the model was learnt with covariates.
    pub fn discounted(&self, buyer: &Buyer, horizon: Horizon, rate: DiscountRate) -> Result<f64> {
        let (end, force) = numbers(horizon, rate, self.unit())?;
        let future = self.future(buyer)?;
        bounded(future.alive * future.process.discounted(end, force))
    }

    /// [`PurchaseModel::discounted`] of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// As [`PurchaseModel::discounted`], or if the buyers' covariates are not those of the model.
    pub fn discounted_each(&self, buyers: &Buyers, horizon: Horizon, rate: DiscountRate) -> Result<Vec<f64>> {
        let (end, force) = numbers(horizon, rate, buyers.unit())?;
        let found = self.each_living(buyers, |process| process.discounted(end, force))?;
        if found.contains(&f64::INFINITY) { bounded(f64::INFINITY).map(|_| found) } else { Ok(found) }
    }
}

/// A horizon and a discount rate as numbers of a unit.
fn numbers(horizon: Horizon, rate: DiscountRate, unit: TimeUnit) -> Result<(f64, f64)> {
    rate.check()?;
    if !horizon.is_forever() {
        horizon.check()?;
    }
    Ok((horizon.in_unit(unit), rate.force(unit)))
}

/// Purchases without end and discount may have no bound.
fn bounded(purchases: f64) -> Result<f64> {
    if purchases.is_finite() {
        return Ok(purchases);
    }
    Err(Error::unsupported("the number of purchases is not defined for ever without a discount: it has no bound"))
}
