//! How sure a figure of a contract is: coordinates and their covariance, and how renewals like those seen are drawn.
//!
//! With this the [`DeltaMethod`](crate::lifetime::DeltaMethod), [`Draws`](crate::lifetime::Draws) and the
//! [`ParametricBootstrap`](crate::lifetime::ParametricBootstrap) take every figure of a [`RetentionModel`]: a place of its
//! curve, the whole curve, a residual lifetime, the value of a contract or of all of them.
//!
//! A sample begins with as many customers as were learnt of. At each renewal those who stay are drawn by the model; of them
//! the same share as in the data is seen no further, drawn too, since younger cohorts end there.

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::progress::Progress;

use super::super::uncertainty::{Estimated, Refit, converged, covariance_of};
use super::family::RetentionFamily;
use super::model::RetentionModel;
use super::recipe::{BetaDiscreteWeibull, ShiftedBetaGeometric};
use super::renewals::Renewals;

/// Counts up to which each customer is drawn; of more the middle one is, again and again, so that a million take some fifteen
/// steps and not a million.
const FEW: u64 = 32;

/// Counts beyond which a number does not know each customer.
const MOST: f64 = 9e15;

/// The coordinates are logarithms of the parameters, two or three.
impl Estimated for RetentionModel {
    fn coordinates(&self) -> Vec<f64> {
        self.parameters().iter().map(|value| value.ln()).collect()
    }

    fn covariance(&self) -> Result<Vec<Vec<f64>>> {
        covariance_of(self.certificate())
    }

    fn at(&self, coordinates: &[f64]) -> Result<Self> {
        RetentionModel::of(self.family(), &coordinates.iter().map(|ln| ln.exp()).collect::<Vec<f64>>())
    }
}

impl RetentionModel {
    /// Renewals drawn at random like those: as many customers begin, the model draws who stays at each renewal, and of them
    /// the same share is seen no further. With the same seed the same.
    ///
    /// ```
    /// use segmentry::lifetime::{Renewals, ShiftedBetaGeometric};
    ///
    /// // a younger cohort was seen at the first renewal only
    /// let seen = Renewals::cohorts(&[&[1000.0, 631.0, 468.0][..], &[500.0, 320.0]])?;
    /// let drawn = ShiftedBetaGeometric::new().fit(&seen)?.simulate_like(&seen, 7)?;
    /// assert_eq!(drawn.kept(1) + drawn.lost(1), 1500.0);
    /// assert!(drawn.kept(2) + drawn.lost(2) < drawn.kept(1));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Cost
    /// Some logarithms a renewal, however many customers there are.
    ///
    /// # Errors
    /// If a count is not a whole number, with the renewal as its row: of shares nobody can be drawn.
    pub fn simulate_like(&self, like: &Renewals, seed: u64) -> Result<Renewals> {
        let came = |period: usize| like.kept(period) + like.lost(period);
        for period in 1..=like.periods() {
            for count in [like.kept(period), like.lost(period)] {
                if count.fract() != 0.0 || count > MOST {
                    let expected = "whole numbers of customers, to draw as many";
                    return Err(Error::parameter("renewals", expected, count).at_row(period - 1));
                }
            }
        }
        let mut random = Random::new(seed, 0);
        let (mut kept, mut lost) = (Vec::with_capacity(like.periods()), Vec::with_capacity(like.periods()));
        let mut here = came(1) as u64;
        for (period, ln) in (1..=like.periods()).zip(self.ln_rates()) {
            let stay = binomial(&mut random, here, ln.exp());
            kept.push(stay as f64);
            lost.push((here - stay) as f64);
            let further = if like.kept(period) > 0.0 { came(period + 1) / like.kept(period) } else { 0.0 };
            here = binomial(&mut random, stay, further);
        }
        Ok(Renewals::of_counts(kept, lost))
    }
}

/// How many of `n` hit, each with that chance: exact, by the middle one of `n` uniform numbers, which is beta, and those on
/// one side of it (L. Devroye 1986, *Non-Uniform Random Variate Generation*, X.4.3, DOI 10.1007/978-1-4613-8643-8).
fn binomial(random: &mut Random, mut n: u64, mut chance: f64) -> u64 {
    if chance >= 1.0 {
        return n;
    }
    let mut hits = 0;
    while n > FEW {
        let middle = n / 2 + 1;
        let at = random.beta(middle as f64, (n + 1 - middle) as f64);
        if at <= chance {
            hits += middle;
            n -= middle;
            chance = ((chance - at) / (1.0 - at)).clamp(0.0, 1.0);
        } else {
            n = middle - 1;
            chance = (chance / at).clamp(0.0, 1.0);
        }
    }
    hits + (0..n).filter(|_| random.uniform() < chance).count() as u64
}

/// A refit of renewals like those, by the recipe of that family, and whether it came to its end.
///
/// # Errors
/// If the sample cannot be learnt from: of few customers it may be that nobody leaves, or nobody stays, and then there is no
/// model of it without a prior. A larger cohort, or several together, help.
fn again(
    model: &RetentionModel,
    like: &Renewals,
    seed: u64,
    fit: impl Fn(&Renewals, &[f64]) -> Result<RetentionModel>,
) -> Result<(RetentionModel, bool)> {
    let sample = model.simulate_like(like, seed)?;
    let some = |count: fn(&Renewals, usize) -> f64| (1..=sample.periods()).any(|period| count(&sample, period) > 0.0);
    // with priors such samples teach something all the same
    let again = fit(&sample, &model.coordinates()).map_err(|error| {
        let what = match (some(Renewals::lost), some(Renewals::kept)) {
            (false, _) => "leaves",
            (_, false) => "stays",
            _ => return error,
        };
        let why = "a bootstrap is not defined for so few customers: of a sample drawn like them nobody";
        Error::unsupported(format!("{why} {what}"))
    })?;
    let good = converged(again.certificate());
    Ok((again, good))
}

/// The renewals, if samples like them can be drawn and the model is of that family.
///
/// # Errors
/// If it is of another one, or counts are not whole.
fn like(family: RetentionFamily, model: &RetentionModel, renewals: &Renewals) -> Result<Renewals> {
    if model.family() != family {
        return Err(Error::definition(format!("the recipe learns {family}, the model is {}", model.family())));
    }
    model.simulate_like(renewals, 0)?;
    Ok(renewals.clone())
}

/// Connects a recipe of retention with the bootstrap.
macro_rules! refits {
    ($recipe:ident) => {
        /// Each sample is [`RetentionModel::simulate_like`] of the renewals.
        impl Refit for $recipe {
            type Model = RetentionModel;
            type Data = Renewals;
            type Design = Renewals;

            fn design(&self, model: &RetentionModel, renewals: &Renewals) -> Result<Renewals> {
                like($recipe::FAMILY, model, renewals)
            }

            fn refit(&self, model: &RetentionModel, like: &Renewals, seed: u64) -> Result<(RetentionModel, bool)> {
                let recipe = self.clone().starts(1);
                again(model, like, seed, |sample, center| recipe.fit_from(sample, center, &Progress::none()))
            }
        }
    };
}

refits!(ShiftedBetaGeometric);
refits!(BetaDiscreteWeibull);
