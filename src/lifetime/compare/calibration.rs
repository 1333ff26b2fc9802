//! How well a model tells what it was learnt from.

use std::fmt;

use crate::error::Result;
use crate::lifetime::buyers::Buyers;
use crate::lifetime::family::Future;
use crate::lifetime::model::PurchaseModel;
use crate::math::sum::sum;
use crate::math::tail;
use crate::parallel;
use crate::text::{Align, Table, number};

use super::ages::{Age, ages};

/// Repeats that have a bin of their own; so many and more are one bin: the bins of Fader, Hardie and Lee (2005).
pub(super) const SINGLE: u32 = 7;

/// Expected buyers below which bins are taken together before the chi-squared figure, from the top.
const FEW: f64 = 5.0;

/// The fit of one model to the buyers that it was learnt from, or to others.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, Calibration, Family, PurchaseModel};
///
/// let buyers = Buyers::new(TimeUnit::Weeks, &[2, 0, 0], &[30.43, 0.0, 0.0], &[38.86; 3])?;
/// let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.243, 4.414, 0.793, 2.426])?;
/// let fit = Calibration::of(&model, &buyers)?;
/// assert_eq!((fit.bins[0].actual, fit.bins[2].actual), (2.0, 1.0));
/// let expected: f64 = fit.bins.iter().map(|bin| bin.expected).sum();
/// assert!((expected - 3.0).abs() < 1e-9); // everybody is in a bin
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Likelihoods of different families are likelihoods of the same moments of purchase, and may be compared; covariates
/// must be the same. Chi-squared is a measure and not a verdict: with many buyers every model is refused.
///
/// # Cost
///
/// One likelihood, and seven probabilities for each different age; where a group of buyers has more than 2,048 different
/// ages, near ones are taken together.
///
/// # References
///
/// H. Akaike (1974), DOI 10.1109/TAC.1974.1100705; G. Schwarz (1978), DOI 10.1214/aos/1176344136.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Calibration {
    /// How many buyers there are, with their weights.
    pub buyers: f64,
    /// The logarithm of the likelihood.
    pub log_likelihood: f64,
    /// Whether it may be compared with that of other families: not of regular buyers whose gaps are not known.
    pub comparable: bool,
    /// How many numbers were learnt: parameters and coefficients of covariates.
    pub parameters: usize,
    /// Akaike's criterion, 2 · parameters − 2 · log-likelihood: less is better.
    pub aic: f64,
    /// Schwarz's criterion, ln(buyers) · parameters − 2 · log-likelihood: less is better.
    pub bic: f64,
    /// Buyers by number of repeats 0 to 6, and 7 or more; each buyer is expected at its own age.
    pub bins: Vec<RepeatBin>,
    /// How far the bins are from what was expected; `None` if all buyers are expected in one bin.
    pub chi_squared: Option<ChiSquared>,
}

/// The buyers with so many repeats.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RepeatBin {
    /// Repeats; so many and more in the last bin.
    pub repeats: u32,
    /// How many buyers there are.
    pub actual: f64,
    /// How many there should be.
    pub expected: f64,
}

/// Pearson's measure of the distance between counts and what was expected.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct ChiSquared {
    /// Σ (actual − expected)² / expected, bins with fewer than five expected taken together from the top.
    pub statistic: f64,
    /// Bins less one, less the parameters; 0 if nothing is left.
    pub degrees: usize,
    /// The probability of so much by chance; `None` without degrees of freedom.
    pub p_value: Option<f64>,
}

impl Calibration {
    /// The fit of the model to these buyers.
    ///
    /// # Errors
    /// If the buyers' covariates are not those of the model.
    pub fn of(model: &PurchaseModel, buyers: &Buyers) -> Result<Self> {
        let log_likelihood = model.log_likelihood(buyers)?;
        let parameters = model.parameters().len() + model.coefficients().len();
        let total = buyers.total();
        let bins = bins(&model.newcomers(buyers)?, buyers);
        Ok(Calibration {
            buyers: total,
            log_likelihood,
            comparable: model.family().constant(buyers).is_some(),
            parameters,
            aic: 2.0 * (parameters as f64 - log_likelihood),
            bic: total.max(1.0).ln() * parameters as f64 - 2.0 * log_likelihood,
            chi_squared: chi_squared(&bins, parameters),
            bins,
        })
    }

    /// Counts one more number as learnt.
    pub(super) fn add_parameter(&mut self) {
        self.parameters += 1;
        self.aic += 2.0;
        self.bic += self.buyers.max(1.0).ln();
        self.chi_squared = chi_squared(&self.bins, self.parameters);
    }
}

/// The buyers by repeats, beside what newcomers should have come to at those ages.
fn bins(newcomers: &[Future], buyers: &Buyers) -> Vec<RepeatBin> {
    let ages = ages(buyers);
    let one = |age: &Age| {
        let mut chances = [0.0; SINGLE as usize];
        if let Some(newcomer) = newcomers.get(age.group) {
            for (count, chance) in (0..SINGLE).zip(&mut chances) {
                let nothing = if count == 0 { 1.0 - newcomer.alive } else { 0.0 };
                *chance = age.weight * (nothing + newcomer.alive * newcomer.process.probability(count, age.age));
            }
        }
        chances
    };
    let parts = parallel::map_chunks(ages.len(), 16, |range| {
        ages.get(range).unwrap_or(&[]).iter().map(one).collect::<Vec<_>>()
    });
    let chances: Vec<_> = parts.into_iter().flatten().collect();
    let mut bins: Vec<RepeatBin> = (0..SINGLE)
        .map(|repeats| {
            let expected = sum(chances.iter().map(|chances| chances[repeats as usize]));
            RepeatBin { repeats, actual: 0.0, expected }
        })
        .collect();
    let rest = buyers.total() - sum(bins.iter().map(|bin| bin.expected));
    bins.push(RepeatBin { repeats: SINGLE, actual: 0.0, expected: rest.max(0.0) });
    for cell in buyers.list() {
        bins[cell.repeats.min(f64::from(SINGLE)) as usize].actual += cell.weight;
    }
    bins
}

fn chi_squared(bins: &[RepeatBin], parameters: usize) -> Option<ChiSquared> {
    let mut merged: Vec<(f64, f64)> = Vec::new();
    let (mut actual, mut expected) = (0.0, 0.0);
    for bin in bins.iter().rev() {
        (actual, expected) = (actual + bin.actual, expected + bin.expected);
        if expected >= FEW {
            merged.push((actual, expected));
            (actual, expected) = (0.0, 0.0);
        }
    }
    let last = merged.last_mut()?;
    (last.0, last.1) = (last.0 + actual, last.1 + expected);
    if merged.len() < 2 {
        return None;
    }
    let statistic = sum(merged.iter().map(|(actual, expected)| (actual - expected).powi(2) / expected));
    let degrees = (merged.len() - 1).saturating_sub(parameters);
    let p_value = (degrees > 0).then(|| tail::ln_chi_squared(statistic, degrees as f64).exp().clamp(0.0, 1.0));
    Some(ChiSquared { statistic, degrees, p_value })
}

impl fmt::Display for Calibration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "log-likelihood {:.3}, AIC {:.2}, BIC {:.2}", self.log_likelihood, self.aic, self.bic)?;
        let mut table = Table::new([("repeats", Align::Right), ("buyers", Align::Right), ("expected", Align::Right)]);
        for bin in &self.bins {
            table.row([bin_name(bin.repeats), number(bin.actual), format!("{:.2}", bin.expected)]);
        }
        writeln!(f, "{table}")?;
        if let Some(chi) = self.chi_squared {
            write!(f, "chi-squared {:.2}, degrees of freedom {}", chi.statistic, chi.degrees)?;
            writeln!(f, "{}", chi.p_value.map_or(String::new(), |p| format!(", p {}", number(p))))?;
        }
        Ok(())
    }
}

/// `3`, and `7+` for the last.
pub(super) fn bin_name(repeats: u32) -> String {
    if repeats == SINGLE { format!("{repeats}+") } else { repeats.to_string() }
}
