//! What a buyer will do, not what is expected of it: intervals of realised purchases and value, by drawing futures.

use crate::error::{Error, Result};
use crate::math::interval;
use crate::math::random::Random;
use crate::parallel;

use super::super::buyer::Buyer;
use super::super::buyers::Buyers;
use super::super::family::Future;
use super::super::horizon::Horizon;
use super::super::model::PurchaseModel;
use super::super::spend::SpendModel;
use super::super::value::{LifetimeValue, Stream};
use super::draws::Draws;
use super::interval::{Interval, between};
use super::refit::whole_at;

/// Futures of a buyer drawn at random, and the interval in which most of them end.
///
/// An interval of confidence says how well the mean is known and shrinks with more customers; this one says what one
/// buyer will do, and does not: of a buyer who is expected to buy 1.2 times, nine of ten futures hold 0 to 4 purchases. The
/// estimate in the interval is the expected figure.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyer, Family, Horizon, Prediction, PurchaseModel};
///
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
/// let purchases = Prediction::new().confidence(0.9).purchases(&model, &buyer, Horizon::weeks(39.0))?;
/// assert_eq!((purchases.low, purchases.high), (0.0, 4.0));
/// assert!((purchases.estimate - 1.226).abs() < 1e-3);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// The purchases of 10,000 futures, in parallel; of many buyers the purchases of 10,000 futures of each.
///
/// # References
///
/// G. J. Hahn and W. Q. Meeker (1991), *Statistical Intervals: A Guide for Practitioners*, DOI 10.1002/9780470316771.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction<'a> {
    confidence: f64,
    futures: usize,
    seed: u64,
    draws: Option<&'a Draws<PurchaseModel>>,
}

impl Default for Prediction<'_> {
    fn default() -> Self {
        Prediction::new()
    }
}

impl<'a> Prediction<'a> {
    /// Intervals of 95 % from 10,000 futures, with the parameters as they are.
    pub const fn new() -> Self {
        Prediction { confidence: 0.95, futures: 10_000, seed: 0, draws: None }
    }

    /// Sets the confidence, between 0 and 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets how many futures are drawn, at least two for what is left on each side: 80 of 95 %.
    #[must_use]
    pub fn futures(mut self, futures: usize) -> Self {
        self.futures = futures;
        self
    }

    /// Sets the seed of the futures.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Draws the parameters too: each future is that of another of these models.
    #[must_use]
    pub fn with_draws(mut self, draws: &'a Draws<PurchaseModel>) -> Self {
        self.draws = Some(draws);
        self
    }

    /// How often the buyer will buy up to the horizon.
    ///
    /// # Errors
    /// If a setting or the horizon is outside what it may be, or the model was learnt with covariates.
    pub fn purchases(&self, model: &PurchaseModel, buyer: &Buyer, horizon: Horizon) -> Result<Interval> {
        let estimate = model.purchases(buyer, horizon)?;
        let t = horizon.in_unit(model.unit());
        let drawn =
            self.drawn(model, |model| model.future(buyer), |future, random| f64::from(draw(future, random, t).0))?;
        Ok(between(drawn, estimate, self.confidence, true))
    }

    /// How often all buyers together will buy up to the horizon; a row of weight 2 is two buyers.
    ///
    /// # Errors
    /// As [`Prediction::purchases`], or if a weight is not whole (with its row).
    pub fn purchases_of_all(&self, model: &PurchaseModel, buyers: &Buyers, horizon: Horizon) -> Result<Interval> {
        horizon.check()?;
        let expected = model.purchases_each(buyers, horizon)?;
        let counts = (0..buyers.len()).map(|row| whole_at(buyers, row)).collect::<Result<Vec<usize>>>()?;
        let known = expected.iter().zip(&counts).filter(|(value, _)| !value.is_nan());
        let estimate = crate::math::sum::sum(known.map(|(value, count)| value * *count as f64));
        let t = horizon.in_unit(buyers.unit());
        let futures = |model: &PurchaseModel| model.each(buyers, None, |future| Some(*future));
        let drawn = self.drawn(model, futures, |futures: &Vec<Option<Future>>, random| {
            let mut total = 0.0;
            for (future, count) in futures.iter().zip(&counts) {
                if let Some(future) = future {
                    total += (0..*count).map(|_| f64::from(draw(future, random, t).0)).sum::<f64>();
                }
            }
            total
        })?;
        Ok(between(drawn, estimate, self.confidence, true))
    }

    /// What the buyer will turn out to be worth, with so much spent on each purchase: margin times discounted spend.
    ///
    /// Purchases before the last are put where random buying puts them, anywhere between now and the last.
    ///
    /// # Errors
    /// As [`LifetimeValue::of_buyer`], or if a setting is outside what it may be.
    pub fn value(&self, model: &PurchaseModel, buyer: &Buyer, recipe: &LifetimeValue, spend: f64) -> Result<Interval> {
        let estimate = recipe.of_buyer(model, buyer, spend)?;
        let (stream, money) = (recipe.stream(model.unit())?, recipe.kept() * spend);
        let drawn = self.drawn(
            model,
            |model| model.future(buyer),
            |future, random| discounted(future, random, &stream, |_| 1.0) * money,
        )?;
        Ok(between(drawn, estimate, self.confidence, true))
    }

    /// What the buyer will turn out to be worth, where each purchase is an amount drawn as the model says of one whose
    /// repeats had this mean; NaN of one without a repeat.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{Buyer, Family, Horizon, LifetimeValue, Prediction, PurchaseModel, SpendModel};
    ///
    /// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
    /// let spend = SpendModel::of(6.25, 3.74, 15.44)?;
    /// let buyer = Buyer::new(TimeUnit::Weeks, 2, 30.43, 38.86)?;
    /// let year = LifetimeValue::new(Horizon::years(1.0));
    /// let value = Prediction::new().value_of_spend(&model, &buyer, &year, &spend, 22.35)?;
    /// assert!(value.low == 0.0 && value.high > 3.0 * value.estimate);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Prediction::value`], or if the expected spend is not defined.
    pub fn value_of_spend(
        &self,
        model: &PurchaseModel,
        buyer: &Buyer,
        recipe: &LifetimeValue,
        spend: &SpendModel,
        mean: f64,
    ) -> Result<Interval> {
        let estimate = recipe.of_buyer(model, buyer, spend.mean_of(buyer.repeats(), mean)?)?;
        let stream = recipe.stream(model.unit())?;
        let [p, q, v] = spend.parameters();
        let known = if mean > 0.0 { f64::from(buyer.repeats()) } else { 0.0 };
        let (shape, ln_scale) = (q + p * known, if known > 0.0 { v + known * mean } else { v }.ln());
        let drawn = self.drawn(
            model,
            |model| model.future(buyer),
            |future, random| {
                let ln_rate = random.ln_gamma(shape) - ln_scale;
                let value =
                    recipe.kept() * discounted(future, random, &stream, |random| (random.ln_gamma(p) - ln_rate).exp());
                value.min(f64::MAX)
            },
        )?;
        Ok(between(drawn, estimate, self.confidence, true))
    }

    /// A figure of each future. What a model prepares is prepared once, unless the parameters are drawn too.
    fn drawn<T: Sync + Send>(
        &self,
        model: &PurchaseModel,
        prepare: impl Fn(&PurchaseModel) -> Result<T> + Sync + Send,
        figure: impl Fn(&T, &mut Random) -> f64 + Sync + Send,
    ) -> Result<Vec<f64>> {
        interval::confident(self.confidence)?;
        let least = (2.0 / (0.5 - 0.5 * self.confidence) - 1e-9).ceil();
        if (self.futures as f64) < least {
            return Err(Error::parameter("futures", format!("at least {least}"), self.futures));
        }
        let draws = self.draws.filter(|draws| !draws.is_empty());
        let one = |future: usize, prepared: Option<&T>| {
            let mut random = Random::new(self.seed, future as u64);
            if let Some(prepared) = prepared {
                return Ok(figure(prepared, &mut random));
            }
            let drawn = draws.and_then(|draws| draws.get(future % draws.len())).transpose()?;
            let drawn = drawn.map_or_else(|| model.clone(), |drawn| drawn.in_unit(model.unit()));
            Ok(figure(&prepare(&drawn)?, &mut random))
        };
        let prepared = if draws.is_some() { None } else { Some(prepare(model)?) };
        let parts = parallel::map_chunks(self.futures, 256, |futures| {
            futures.map(|future| one(future, prepared.as_ref())).collect::<Result<Vec<f64>>>()
        });
        let mut all = Vec::with_capacity(self.futures);
        for part in parts {
            all.extend(part?);
        }
        Ok(all)
    }
}

/// One future of a buyer, who may be gone already.
fn draw(future: &Future, random: &mut Random, t: f64) -> (u32, f64) {
    if random.uniform() < future.alive { future.process.draw(random, t) } else { (0, 0.0) }
}

/// The discounted purchases of one future, each times `amount`.
fn discounted(
    future: &Future,
    random: &mut Random,
    stream: &Stream,
    mut amount: impl FnMut(&mut Random) -> f64,
) -> f64 {
    let (count, last) = draw(future, random, stream.far());
    let mut total = 0.0;
    for purchase in 0..count {
        // times of random buying before the last are spread evenly
        let t = if purchase + 1 == count { last } else { last * random.uniform() };
        total += stream.weight(t) * amount(random);
    }
    total
}
