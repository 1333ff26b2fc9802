//! What a buyer is worth: expected purchases, made money and discounted.

mod spend;
mod stream;

use crate::error::{Error, Result};
use crate::features::purchases::TimeUnit;
use crate::math::sum::sum;

use super::buyer::Buyer;
use super::buyers::Buyers;
use super::family::Rates;
use super::horizon::{DiscountRate, Horizon};
use super::model::PurchaseModel;
pub use spend::Spend;
pub(super) use stream::Stream;

/// How future purchases become money: how far is looked, what later money is worth less, which share of spend is kept.
///
/// The value of a buyer is what is expected of the time to come: `margin × spend of a purchase × discounted purchases`.
/// What was paid before now is not in it. Each number carries its unit: the [`Horizon`] its own, the [`DiscountRate`] the
/// period for which it is told, the model that of its times.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyer, DiscountRate, Family, Horizon, LifetimeValue, PurchaseModel};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425929, 4.4135315, 0.7928861, 2.4257536])?;
/// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
///
/// let month = Horizon::weeks(4.345);
/// let year = LifetimeValue::new(Horizon::weeks(12.0 * 4.345)).discount(DiscountRate::per(0.01, month));
/// let value = year.in_steps(month).of_buyer(&model, &buyer, 24.658619)?;
/// assert!((value - 36.278).abs() < 1e-3);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// A number without a unit is no horizon. The same question as the first guide of Python's lifetimes asks it, which takes
/// weeks for days there and answers 140.10, does not compile here:
///
/// ```compile_fail,E0308
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyer, Family, LifetimeValue, PurchaseModel};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425929, 4.4135315, 0.7928861, 2.4257536])?;
/// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
/// let value = LifetimeValue::new(12.0).of_buyer(&model, &buyer, 24.658619)?; // 12 of what?
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Nor does a discount rate that does not say for how long it is told:
///
/// ```compile_fail,E0308
/// use segmentry::lifetime::{Horizon, LifetimeValue};
///
/// let year = LifetimeValue::new(Horizon::weeks(52.0)).discount(0.01); // a day, a month, a year?
/// ```
///
/// Nor an expectation over a bare number:
///
/// ```compile_fail,E0308
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyer, Family, PurchaseModel};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.2425929, 4.4135315, 0.7928861, 2.4257536])?;
/// let purchases = model.purchases(&Buyer::newcomer(), 30.0)?; // days, weeks?
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When money counts
///
/// | convention | a purchase at `t` counts | where it is used |
/// | --- | --- | --- |
/// | continuous, the default | `(1 + rate)^(−t / period)` | Fader, Hardie and Lee (2005); CLVTools |
/// | [`in_steps`](LifetimeValue::in_steps) | as at the end of its step | spreadsheets; lifetimes and pymc-marketing, by the month |
///
/// # Cost
///
/// Buyers that go on alike are asked once, in parallel: O(n) beside one figure for each pair of repeats and age that
/// occurs; a million buyers seen by the day are some thousand figures. Where no two are alike, a figure up to a horizon or for
/// ever costs 0.5 to 6 µs a buyer, in steps as much as an expectation or two for every step. Covariates that differ from
/// buyer to buyer cost some 20 to 50 µs each in BG/NBD, whose coins are then each buyer's own.
///
/// # Differs from
///
/// - lifetimes and pymc-marketing count time in months of 30 days or 4.345 weeks and guess the unit of the model by an
///   argument with a default; here months are what the step says, and the unit is the model's.
/// - CLVTools calls the discounted purchases without end DERT and up to a horizon DET; here both are
///   [`PurchaseModel::discounted`].
///
/// # References
///
/// P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), RFM and CLV: using iso-value curves for customer base analysis,
/// *Journal of Marketing Research* 42(4), DOI 10.1509/jmkr.2005.42.4.415.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct LifetimeValue {
    horizon: Horizon,
    discount: DiscountRate,
    margin: f64,
    step: Option<Horizon>,
    first_purchase: bool,
}

impl LifetimeValue {
    /// All that is spent up to the horizon, not discounted, at the time of each purchase.
    pub fn new(horizon: Horizon) -> Self {
        let discount = DiscountRate::none();
        LifetimeValue { horizon, discount, margin: 1.0, step: None, first_purchase: false }
    }

    /// All that is ever spent. It needs a discount above 0, unless purchases have a bound without one.
    pub fn forever() -> Self {
        LifetimeValue::new(Horizon::forever())
    }

    /// Sets what later money is worth less.
    #[must_use]
    pub fn discount(mut self, rate: DiscountRate) -> Self {
        self.discount = rate;
        self
    }

    /// Sets the share of spend that is kept, from 0 to 1.
    #[must_use]
    pub fn margin(mut self, share: f64) -> Self {
        self.margin = share;
        self
    }

    /// Counts the purchases of each such length of time at its end; the last step ends with the horizon.
    #[must_use]
    pub fn in_steps(mut self, step: Horizon) -> Self {
        self.step = Some(step);
        self
    }

    /// Counts the first purchase of a newcomer too, in full: what winning a customer is worth.
    #[must_use]
    pub fn with_first_purchase(mut self) -> Self {
        self.first_purchase = true;
        self
    }

    /// The value of one buyer who spends so much a purchase.
    ///
    /// # Errors
    /// If a setting or the spend is outside what it may be, the value for ever has no bound without a discount, or the
    /// model was learnt with covariates.
    pub fn of_buyer(&self, model: &PurchaseModel, buyer: &Buyer, spend: f64) -> Result<f64> {
        let spend = spend::checked(spend)?;
        finite(self.margin * spend * self.purchases(model, buyer)?)
    }

    /// The value of one who buys for the first time, with the first purchase if the recipe says so.
    ///
    /// # Errors
    /// As [`LifetimeValue::of_buyer`].
    pub fn of_newcomer(&self, model: &PurchaseModel, spend: f64) -> Result<f64> {
        let first = if self.first_purchase { 1.0 } else { 0.0 };
        let spend = spend::checked(spend)?;
        finite(self.margin * spend * (first + self.purchases(model, &Buyer::newcomer())?))
    }

    /// The discounted purchases that are to come of a buyer: its value where a purchase is worth 1.
    ///
    /// # Errors
    /// As [`LifetimeValue::of_buyer`].
    pub(super) fn purchases(&self, model: &PurchaseModel, buyer: &Buyer) -> Result<f64> {
        let stream = self.stream(model.unit())?;
        let future = model.future(buyer)?;
        bounded(future.alive * stream.purchases(&future.process, &mut Rates::default()))
    }

    /// The discounted purchases that are to come of each buyer; NaN of a row without one.
    ///
    /// # Errors
    /// If a setting is outside what it may be, the purchases of a buyer have no bound, or the buyers' covariates are not
    /// those of the model.
    pub(super) fn purchases_each(&self, model: &PurchaseModel, buyers: &Buyers) -> Result<Vec<f64>> {
        let stream = self.stream(buyers.unit())?;
        let found = model.each_living(buyers, |process, rates| stream.purchases(process, rates))?;
        // none of them but these can be infinite
        if self.horizon.is_forever() && found.contains(&f64::INFINITY) {
            bounded(f64::INFINITY)?;
        }
        Ok(found)
    }

    /// The value of each buyer; NaN of a row without one.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{Buyers, DiscountRate, Family, Horizon, LifetimeValue, PurchaseModel, Spend};
    ///
    /// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
    /// let buyers = Buyers::new(TimeUnit::Weeks, &[2, 0], &[30.43, 0.0], &[38.86, 38.86])?;
    /// let year = LifetimeValue::new(Horizon::years(1.0)).discount(DiscountRate::per_year(0.1)).margin(0.3);
    /// let values = year.each(&model, &buyers, &Spend::of_rows(&[24.66, 35.0]))?;
    /// assert!(values[0] > values[1]);
    /// let all = year.total(&model, &buyers, &Spend::of_rows(&[24.66, 35.0]))?;
    /// assert!((all - values[0] - values[1]).abs() < 1e-9);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a setting is outside what it may be, the spend of a buyer is not known, negative or infinite (with the first
    /// such row), or the buyers' covariates are not those of the model.
    pub fn each(&self, model: &PurchaseModel, buyers: &Buyers, spend: &Spend<'_>) -> Result<Vec<f64>> {
        let mut values = self.purchases_each(model, buyers)?;
        spend.multiply(buyers, self.margin, &mut values)?;
        Ok(values)
    }

    /// What all buyers are worth together: the sum of [`LifetimeValue::each`], with the weights of the rows. A
    /// [`DeltaMethod`](super::DeltaMethod) tells how sure it is.
    ///
    /// # Errors
    /// As [`LifetimeValue::each`].
    pub fn total(&self, model: &PurchaseModel, buyers: &Buyers, spend: &Spend<'_>) -> Result<f64> {
        let values = self.each(model, buyers, spend)?;
        let known = values.iter().enumerate().filter(|(_, value)| !value.is_nan());
        finite(sum(known.map(|(row, value)| value * buyers.weight(row))))
    }

    /// Whether the settings can be.
    ///
    /// # Errors
    /// If not.
    pub fn check(&self) -> Result<()> {
        self.stream(TimeUnit::Days).map(|_| ())
    }

    /// The share of spend that is kept.
    pub(super) fn kept(&self) -> f64 {
        self.margin
    }

    /// Checks the settings, and turns them into numbers of that unit.
    pub(super) fn stream(&self, unit: TimeUnit) -> Result<Stream> {
        self.discount.check()?;
        if !self.horizon.is_forever() {
            self.horizon.check()?;
        }
        if !(0.0..=1.0).contains(&self.margin) {
            return Err(Error::parameter("margin", "a share from 0 to 1", self.margin));
        }
        let step = self.step.map(|step| step.check().map(|()| step.in_unit(unit))).transpose()?;
        Stream::new(self.horizon.in_unit(unit), self.discount.force(unit), step)
    }
}

/// A value that overflowed is an error.
fn finite(value: f64) -> Result<f64> {
    if value.is_finite() { Ok(value) } else { Err(Error::unsupported("the value is too large for a number")) }
}

/// Purchases for ever that are not discounted may have no bound.
fn bounded(purchases: f64) -> Result<f64> {
    if purchases.is_finite() {
        return Ok(purchases);
    }
    Err(Error::unsupported("the value for ever is not defined without a discount: purchases have no bound"))
}
