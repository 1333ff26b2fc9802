//! How well a model tells what came after.

use std::fmt;

use crate::error::{Error, Result};
use crate::lifetime::family::Future;
use crate::lifetime::horizon::Horizon;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::parallel;
use crate::text::{Align, Table, number};

use super::calibration::{SINGLE, bin_name};
use super::ranking::RankQuality;
use super::trial::{Holdout, Trial};

/// The logarithm of a chance below which none is told: one event that a model holds for impossible must not decide all.
const IMPOSSIBLE: f64 = -690.0;

/// What a model said of the holdout, beside what came.
///
/// All figures are of the conditional expectation of each buyer, given its repeats, last purchase and age at the end of the
/// calibration, and are means with the buyers' weights.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, Family, HoldoutFit, Horizon, PurchaseModel, Trial};
///
/// let buyers = Buyers::new(TimeUnit::Weeks, &[2, 0, 0], &[30.43, 0.0, 0.0], &[38.86; 3])?;
/// let trial = Trial::new(buyers, &[1, 0, 1], Horizon::weeks(39.0))?;
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let fit = HoldoutFit::of(&model, &trial)?;
/// assert!((fit.bins[2].expected - 1.226).abs() < 1e-3); // Fader, Hardie and Lee (2005)
/// assert_eq!((fit.actual, fit.bins[0].actual), (2.0, 0.5));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// One expectation for each different buyer, one probability for each different pair of buyer and count.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HoldoutFit {
    /// How long the holdout is.
    pub length: Horizon,
    /// How many buyers there are.
    pub buyers: f64,
    /// How often they bought in the holdout, all together.
    pub actual: f64,
    /// How often they should have.
    pub expected: f64,
    /// What was expected too much of a buyer; too little if below 0.
    pub bias: f64,
    /// The mean distance of what was expected of a buyer from what came. It is least for medians, which are 0 where most
    /// buyers buy nothing: a model that says little may win by it.
    pub mae: f64,
    /// The root of the mean squared distance: least for means, and a matter of few large buyers.
    pub rmse: f64,
    /// The mean logarithm of the probability that the model gave to what came: greatest for the truth. A chance below
    /// e^−690 counts as that; `None` if the family gives no probability.
    pub log_score: Option<f64>,
    /// By repeats in the calibration: 0 to 6, and 7 or more.
    pub bins: Vec<HoldoutBin>,
    /// How good the order is.
    pub ranking: RankQuality,
    /// The logarithm of the probability for each different pair of buyer and count.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(super) scores: Vec<f64>,
}

/// The buyers with so many repeats in the calibration.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct HoldoutBin {
    /// Repeats in the calibration; so many and more in the last bin.
    pub repeats: u32,
    /// How many buyers there are.
    pub buyers: f64,
    /// How often one of them bought in the holdout on the average; 0 if there is none.
    pub actual: f64,
    /// How often one should have; 0 if there is none.
    pub expected: f64,
}

impl HoldoutFit {
    /// What the model says of the holdout.
    ///
    /// # Errors
    /// If the trial has no holdout, the buyers' covariates are not those of the model, or an expectation is not finite.
    pub fn of(model: &PurchaseModel, trial: &Trial) -> Result<Self> {
        let Some(Holdout { length, pairs }) = trial.pairs() else {
            return Err(Error::empty("holdout to judge a model on"));
        };
        trial.check()?;
        let buyers = trial.buyers();
        let t = length.in_unit(buyers.unit());
        let futures: Vec<Future> = model.each_cell(buyers, |future| *future)?;
        let expected = model.each_cell(buyers, |future| future.alive * future.process.expected(t))?;
        if let Some(wrong) = expected.iter().find(|value| !value.is_finite()) {
            return Err(Error::not_finite("expected purchases", *wrong));
        }
        let score = |(cell, count, _): &(u32, u32, f64)| {
            let Some(future) = futures.get(*cell as usize) else { return f64::NAN };
            let dead = if *count == 0 { 1.0 - future.alive } else { 0.0 };
            let chance = dead + future.alive * future.process.probability(*count, t);
            if chance.is_nan() { chance } else { chance.ln().clamp(IMPOSSIBLE, 0.0) }
        };
        let parts = parallel::map_chunks(pairs.len(), 64, |range| {
            pairs.get(range).unwrap_or(&[]).iter().map(score).collect::<Vec<f64>>()
        });
        let scores: Vec<f64> = parts.into_iter().flatten().collect();
        let told = |pair: &(u32, u32, f64)| expected.get(pair.0 as usize).copied().unwrap_or(0.0);
        let total = sum(pairs.iter().map(|pair| pair.2));
        let mean = |of: &dyn Fn(f64, f64) -> f64| {
            sum(pairs.iter().map(|pair| pair.2 * of(told(pair), f64::from(pair.1)))) / total
        };
        let rows = pairs.iter().filter(|pair| pair.2 > 0.0);
        let log_score = sum(pairs.iter().zip(&scores).map(|(pair, score)| pair.2 * score)) / total;
        Ok(HoldoutFit {
            length: *length,
            buyers: total,
            actual: total * mean(&|_, actual| actual),
            expected: total * mean(&|expected, _| expected),
            bias: mean(&|expected, actual| expected - actual),
            mae: mean(&|expected, actual| (expected - actual).abs()),
            rmse: mean(&|expected, actual| (expected - actual).powi(2)).sqrt(),
            log_score: log_score.is_finite().then_some(log_score),
            bins: bins(trial, pairs, &expected),
            ranking: RankQuality::weighted(rows.map(|pair| (told(pair), f64::from(pair.1), pair.2)).collect()),
            scores,
        })
    }
}

/// Means by repeats in the calibration.
fn bins(trial: &Trial, pairs: &[(u32, u32, f64)], expected: &[f64]) -> Vec<HoldoutBin> {
    let mut bins: Vec<HoldoutBin> =
        (0..=SINGLE).map(|repeats| HoldoutBin { repeats, buyers: 0.0, actual: 0.0, expected: 0.0 }).collect();
    for (cell, count, weight) in pairs {
        let (cell, expected) = (trial.buyers().list().get(*cell as usize), expected.get(*cell as usize));
        if let (Some(cell), Some(expected)) = (cell, expected) {
            let bin = &mut bins[cell.repeats.min(f64::from(SINGLE)) as usize];
            bin.buyers += weight;
            bin.actual += weight * f64::from(*count);
            bin.expected += weight * expected;
        }
    }
    for bin in bins.iter_mut().filter(|bin| bin.buyers > 0.0) {
        (bin.actual, bin.expected) = (bin.actual / bin.buyers, bin.expected / bin.buyers);
    }
    bins
}

impl fmt::Display for HoldoutFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let expected = format!("{:.1}", self.expected);
        writeln!(f, "{} purchases in {}, expected {expected}", number(self.actual), self.length)?;
        write!(f, "of a buyer: mean absolute error {:.4}, root mean squared {:.4}", self.mae, self.rmse)?;
        write!(f, ", bias {:.4}", self.bias)?;
        writeln!(f, "{}", self.log_score.map_or(String::new(), |score| format!(", log score {score:.4}")))?;
        let heads = ["repeats before", "buyers", "bought", "expected"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        for bin in &self.bins {
            let means = [bin.actual, bin.expected].map(|mean| format!("{mean:.4}"));
            table.row([bin_name(bin.repeats), number(bin.buyers)].into_iter().chain(means));
        }
        writeln!(f, "{table}")?;
        write!(f, "{}", self.ranking)
    }
}
