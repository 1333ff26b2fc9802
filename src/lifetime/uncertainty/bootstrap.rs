//! The parametric bootstrap: what is learnt again of buyers that the model itself draws.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::super::buyers::Buyers;
use super::super::fit::BuyTillYouDie;
use super::super::model::PurchaseModel;
use super::super::spend::{GammaGamma, SpendModel};
use super::draws::Draws;
use super::estimated::Estimated;
use super::refit::{Refit, converged};

/// How else a model could have come out: customers like those it was learnt of are drawn from it, and each such sample is
/// learnt again.
///
/// It takes every recipe of lifetimes; what stays as it was in each sample (ages, opportunities, cohorts) says [`Refit`], the
/// trait that they share. It asks nothing of the curvature of the likelihood, so that it answers where the top is flat too,
/// and shows whether the errors are far from normal. Each refit begins at the parameters of the model.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Family, Horizon, ParametricBootstrap};
/// # let repeats: Vec<u32> = (0..300).map(|i| [0, 0, 1, 4, 2, 0, 7, 1, 0, 3][i % 10]).collect();
/// # let last: Vec<f64> = (0..300).map(|i| [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 20.0][i % 10]).collect();
/// # let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 300])?;
///
/// let recipe = BuyTillYouDie::new(Family::BgNbd);
/// let model = recipe.fit(&buyers)?;
/// let draws = ParametricBootstrap::new(recipe).draws(40).fit(&model, &buyers)?;
/// let newcomer = draws.interval(0.95, |model| model.purchases(&Buyer::newcomer(), Horizon::years(1.0)))?;
/// assert!(newcomer.low < newcomer.high);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// A fit from one start for each draw; draws in parallel, each with its own sample in memory, 40 bytes a buyer.
///
/// # References
///
/// B. Efron and R. J. Tibshirani (1993), *An Introduction to the Bootstrap*, DOI 10.1201/9780429246593.
#[derive(Clone, Debug, PartialEq)]
pub struct ParametricBootstrap<R = BuyTillYouDie> {
    recipe: R,
    draws: usize,
    seed: u64,
}

impl<R> ParametricBootstrap<R> {
    /// 200 draws, learnt again by that recipe: the one that the model was learnt with.
    pub fn new(recipe: R) -> Self {
        ParametricBootstrap { recipe, draws: 200, seed: 0 }
    }

    /// Sets how many samples are drawn and learnt, at least 1; an interval of 95 % asks for 40.
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// Sets the seed of the samples.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// What is learnt of each sample, given its seed.
    fn refits<T: Send>(&self, progress: &Progress<'_>, learn: impl Fn(u64) -> Result<T> + Sync + Send) -> Result<Vec<T>>
    where
        R: Sync,
    {
        if self.draws == 0 {
            return Err(Error::parameter("draws", "at least 1", self.draws));
        }
        let (done, total) = (AtomicU64::new(0), self.draws as u64);
        progress.step("refits", 0, total)?;
        let one = |draw: usize| {
            let learnt = learn(Random::new(self.seed, draw as u64).below(usize::MAX) as u64)?;
            progress.step("refits", done.fetch_add(1, Ordering::Relaxed) + 1, total)?;
            Ok(learnt)
        };
        parallel::map(self.draws, one).into_iter().collect()
    }
}

impl<R: Refit> ParametricBootstrap<R> {
    /// Draws and learns.
    ///
    /// # Errors
    /// If there is no draw or no customer, weights are not whole, the model was learnt with covariates or is of another
    /// family than the recipe, or a sample cannot be learnt from.
    pub fn fit(&self, model: &R::Model, data: &R::Data) -> Result<Draws<R::Model>> {
        self.fit_with(model, data, &Progress::none())
    }

    /// Draws and learns, telling `progress` how many refits are done.
    ///
    /// # Errors
    /// As [`ParametricBootstrap::fit`], or if `progress` stops it.
    pub fn fit_with(&self, model: &R::Model, data: &R::Data, progress: &Progress<'_>) -> Result<Draws<R::Model>> {
        let design = self.recipe.design(model, data)?;
        let found = self.refits(progress, |seed| {
            let (again, good) = self.recipe.refit(model, &design, seed)?;
            Ok((again.coordinates(), good))
        })?;
        Ok(draws(model.clone(), found))
    }
}

impl ParametricBootstrap<BuyTillYouDie> {
    /// Draws purchases and what is spent on them, and learns both: errors of a value with all that they have in common.
    ///
    /// ```
    /// use segmentry::features::purchases::TimeUnit;
    /// use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, GammaGamma, Horizon, LifetimeValue, ParametricBootstrap};
    /// # let repeats: Vec<u32> = (0..300).map(|i| [0, 0, 1, 4, 2, 0, 7, 1, 0, 3][i % 10]).collect();
    /// # let last: Vec<f64> = (0..300).map(|i| [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 20.0][i % 10]).collect();
    /// # let amounts: Vec<f64> = (0..300).map(|i| 20.0 + (i * 37 % 41) as f64).collect();
    /// # let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 300])?.with_spend(&amounts)?;
    ///
    /// let (purchases, spends) = (BuyTillYouDie::new(Family::BgNbd), GammaGamma::new());
    /// let (model, spend) = (purchases.fit(&buyers)?, spends.fit(&buyers)?);
    /// let draws = ParametricBootstrap::new(purchases).draws(40).fit_with_spend(&model, &spend, &spends, &buyers)?;
    /// let year = LifetimeValue::new(Horizon::years(1.0));
    /// let newcomer = draws.interval(0.95, |(model, spend)| year.of_newcomer(model, spend.mean()?))?;
    /// assert!(newcomer.low < newcomer.high);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`ParametricBootstrap::fit`], or if a sample's spend cannot be learnt from.
    pub fn fit_with_spend(
        &self,
        model: &PurchaseModel,
        spend: &SpendModel,
        spend_recipe: &GammaGamma,
        buyers: &Buyers,
    ) -> Result<Draws<(PurchaseModel, SpendModel)>> {
        let recipe = self.recipe.clone().starts(1).start_at(model.parameters());
        let [p, q, v] = spend.parameters();
        let spend_recipe = spend_recipe.clone().starts(1).start_at(p, q, v);
        let ages = self.recipe.design(model, buyers)?;
        let found = self.refits(&Progress::none(), |seed| {
            let sample = model.simulate(&ages, model.unit(), seed)?;
            let repeats: Vec<u32> =
                (0..sample.len()).map(|row| sample.get(row).map_or(0, |one| one.repeats())).collect();
            // another stream of the same seed
            let amounts = spend.simulate(&repeats, !seed);
            let sample = sample.with_spend(&amounts)?;
            let (again, spent) = (recipe.fit(&sample)?, spend_recipe.fit(&sample)?);
            let good = converged(again.certificate()) && converged(spent.certificate());
            Ok(((again, spent).coordinates(), good))
        })?;
        Ok(draws((model.clone(), spend.clone()), found))
    }
}

/// Draws of what refits found, and how many of them did not come to their end.
fn draws<M: Estimated>(model: M, found: Vec<(Vec<f64>, bool)>) -> Draws<M> {
    let (coordinates, good): (Vec<Vec<f64>>, Vec<bool>) = found.into_iter().unzip();
    Draws::found(model, coordinates, good.iter().filter(|good| !**good).count())
}
