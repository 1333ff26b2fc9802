//! Discounted purchases of buyers: what is to come, counted less the later it comes.

use crate::error::Result;

use super::buyer::Buyer;
use super::buyers::Buyers;
use super::horizon::{DiscountRate, Horizon};
use super::model::PurchaseModel;
use super::value::LifetimeValue;

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
    /// O(1): 1 to 6 µs where purchases come at random until a moment, some 20 to 50 µs where coins end them, because purchases at
    /// some hundred rates are computed first. [`PurchaseModel::discounted_each`] computes them once for all buyers with the same
    /// number of repeats.
    ///
    /// # References
    /// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
    /// *Journal of Marketing Research* 42(4), DOI 10.1509/jmkr.2005.42.4.415.
    ///
    /// # Errors
    /// If the horizon is below 0, the discount rate is negative or not finite, there is neither an end nor a discount and
    /// purchases have no bound that is known, or the model was learnt with covariates.
    pub fn discounted(&self, buyer: &Buyer, horizon: Horizon, rate: DiscountRate) -> Result<f64> {
        LifetimeValue::new(horizon).discount(rate).purchases(self, buyer)
    }

    /// [`PurchaseModel::discounted`] of each buyer; NaN of a row without one.
    ///
    /// # Cost
    /// O(n), in parallel; buyers that go on alike are asked once. Where no two are, 0.5 to 6 µs a buyer of any family, up to a
    /// horizon or for ever.
    ///
    /// # Errors
    /// As [`PurchaseModel::discounted`], or if the buyers' covariates are not those of the model.
    pub fn discounted_each(&self, buyers: &Buyers, horizon: Horizon, rate: DiscountRate) -> Result<Vec<f64>> {
        LifetimeValue::new(horizon).discount(rate).purchases_each(self, buyers)
    }
}
