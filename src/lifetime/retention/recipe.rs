//! The recipes of projected retention, and the likelihood that both climb.

use crate::error::{Error, Result};
use crate::math::tail::ln_one_minus_exp;
use crate::progress::Progress;

use super::super::discrete::survival::{Survival, ln_ratio_slopes};
use super::super::fit::climb::Height;
use super::super::fit::plain::{Settings, settings};
use super::family::RetentionFamily;
use super::model::RetentionModel;
use super::renewals::Renewals;

/// Learns how long customers stay where each has a chance to leave of its own, the same at every renewal: the shifted
/// beta-geometric model.
///
/// Retention rates of a cohort rise although no customer changes, since those who leave easily are gone first. Two
/// parameters project the curve far beyond what was seen. Where rates rise faster or slower than that, or fall, take
/// [`BetaDiscreteWeibull`].
///
/// ```
/// use segmentry::lifetime::{Periods, Renewals, ShiftedBetaGeometric};
///
/// // Fader and Hardie (2007): a thousand regular customers, survivors of seven years
/// let regular = [1000.0, 631.0, 468.0, 382.0, 326.0, 289.0, 262.0, 241.0];
/// let model = ShiftedBetaGeometric::new().fit(&Renewals::survivors(&regular)?)?;
/// assert!((model.survival(Periods::new(12))? - 0.170).abs() < 1e-3); // 0.173 were there
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// A fit is some hundred sums over the periods that were seen, however many customers there are.
///
/// # Differs from
///
/// foretell's `BG` and pymc-marketing's `ShiftedBetaGeoModel` take one cohort, or customers one by one; cohorts of
/// different ages, tenures and weights come to the same counts here. Neither says that a curve of one renewal cannot tell
/// its two parameters apart; the certificate does.
///
/// # References
///
/// P. S. Fader and B. G. S. Hardie (2007), How to project customer retention, *Journal of Interactive Marketing* 21(1), DOI
/// 10.1002/dir.20074.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ShiftedBetaGeometric {
    settings: Settings,
}

/// Learns how long customers stay where the chance to leave differs between customers and changes with time: the
/// beta-discrete-Weibull model.
///
/// A third parameter, c, says how each customer's own chance changes: it grows where c is above 1, and falls below. With
/// c = 1 it is [`ShiftedBetaGeometric`]. Three parameters want a long curve: of five periods the certificate often tells a
/// ridge, or errors as wide as the values; a prior on `c` helps.
///
/// ```
/// use segmentry::lifetime::{BetaDiscreteWeibull, Periods, Renewals};
///
/// let high_end = [1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0];
/// let model = BetaDiscreteWeibull::new().fit(&Renewals::survivors(&high_end)?)?;
/// assert!(model.parameter("c").is_some_and(|c| c > 1.0));
/// assert!((model.survival(Periods::new(12))? - 0.394).abs() < 0.02); // the twelfth year, not shown to it
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// As [`ShiftedBetaGeometric`].
///
/// # Differs from
///
/// foretell's `BdW` fits the percentages of one curve, with parameters within bounds that it does not mention when they
/// are reached.
///
/// # References
///
/// P. S. Fader, B. G. S. Hardie, Y. Liu, J. Davin and T. Steenburgh (2018), "How to project customer retention" revisited:
/// the role of duration dependence, *Journal of Interactive Marketing* 43, DOI 10.1016/j.intmar.2018.01.002.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BetaDiscreteWeibull {
    settings: Settings,
}

settings!(ShiftedBetaGeometric);
settings!(BetaDiscreteWeibull);

impl ShiftedBetaGeometric {
    /// From five starts, without priors; the parameters are `alpha` and `beta`.
    pub fn new() -> Self {
        ShiftedBetaGeometric::default()
    }
}

impl BetaDiscreteWeibull {
    /// From five starts, without priors; the parameters are `alpha`, `beta` and `c`.
    pub fn new() -> Self {
        BetaDiscreteWeibull::default()
    }
}

/// How a recipe learns its family.
macro_rules! learns {
    ($recipe:ident) => {
        impl $recipe {
            /// What it learns.
            pub(super) const FAMILY: RetentionFamily = RetentionFamily::$recipe;

            /// Learns.
            ///
            /// # Errors
            /// If a setting is outside what it may be, or without priors nobody was seen to stay, or nobody to leave.
            pub fn fit(&self, renewals: &Renewals) -> Result<RetentionModel> {
                self.fit_with(renewals, &Progress::none())
            }

            /// Learns, telling `progress` how far it is.
            ///
            /// # Errors
            /// As [`fit`](Self::fit), or if `progress` stops it.
            pub fn fit_with(&self, renewals: &Renewals, progress: &Progress<'_>) -> Result<RetentionModel> {
                self.fit_from(renewals, &vec![0.0; Self::FAMILY.parameters().len()], progress)
            }

            /// Learns, the first search beginning there: logarithms of the parameters.
            pub(super) fn fit_from(
                &self,
                renewals: &Renewals,
                center: &[f64],
                progress: &Progress<'_>,
            ) -> Result<RetentionModel> {
                learn(Self::FAMILY, &self.settings, renewals, center, progress)
            }
        }
    };
}

learns!(ShiftedBetaGeometric);
learns!(BetaDiscreteWeibull);

/// Learns a family, the first search beginning at `center`.
fn learn(
    family: RetentionFamily,
    settings: &Settings,
    renewals: &Renewals,
    center: &[f64],
    progress: &Progress<'_>,
) -> Result<RetentionModel> {
    let likelihood = Likelihood { rows: renewals.seen() };
    if likelihood.rows.is_empty() {
        return Err(Error::empty("renewals to learn from"));
    }
    if settings.priors.is_empty() {
        if likelihood.rows.iter().all(|(_, _, lost)| *lost == 0.0) {
            return Err(Error::unsupported("nobody was seen to leave: how long customers stay cannot be learnt"));
        }
        if likelihood.rows.iter().all(|(_, kept, _)| *kept == 0.0) {
            return Err(Error::unsupported("nobody was seen to stay: how long customers stay cannot be learnt"));
        }
    }
    let names = family.parameters();
    let (parameters, mut certificate) = settings.learn(&likelihood, names, center, progress)?;
    if likelihood.rows.len() < names.len() && settings.priors.is_empty() {
        let seen = crate::text::counted(likelihood.rows.len(), "renewal was", "renewals were");
        let note = format!("{seen} seen: fewer than the {} parameters that are to be told apart", names.len());
        certificate.notes.push(note);
    }
    RetentionModel::learnt(family, parameters, certificate)
}

/// Survival with the parameters of a family, in their order; c is 1 where there is none.
pub(super) fn survival(parameters: &[f64]) -> Survival {
    let at = |place: usize| parameters.get(place).copied().unwrap_or(1.0);
    Survival { alpha: at(0), beta: at(1), c: at(2) }
}

/// Kept and lost by the number of the renewal.
struct Likelihood {
    rows: Vec<(f64, f64, f64)>,
}

/// ln of the likelihood of what was kept and lost at renewals.
pub(super) fn ln_likelihood(survival: &Survival, rows: &[(f64, f64, f64)]) -> f64 {
    rows.iter().map(|row| part(row, survival.ln_further(row.0 - 1.0, 1.0))).sum()
}

/// What one renewal adds, given the logarithm of its retention; nobody times anything is nothing.
fn part((_, kept, lost): &(f64, f64, f64), ln: f64) -> f64 {
    let times = |count: f64, ln: f64| if count > 0.0 { count * ln } else { 0.0 };
    times(*kept, ln) + times(*lost, ln_one_minus_exp(ln))
}

impl Height for Likelihood {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let parameters: Vec<f64> = at.iter().map(|ln| ln.exp()).collect();
        let survival = survival(&parameters);
        let mut own = [0.0; 3];
        for (t, kept, lost) in &self.rows {
            let (before, rise) = (survival.power(t - 1.0), survival.rise(t - 1.0, 1.0));
            let ln = survival.ln_further(t - 1.0, 1.0);
            let [by_x, by_a, by_n] = ln_ratio_slopes(survival.beta + before, survival.alpha, rise);
            let left = if *lost > 0.0 { lost / (-ln).exp_m1() } else { 0.0 };
            let slope = kept - left;
            // before and rise by c
            let of_before = if *t > 1.0 { before * (t - 1.0).ln() } else { 0.0 };
            let of_rise = survival.power(*t) * t.ln() - of_before;
            for (own, by) in own.iter_mut().zip([by_a, by_x, by_x * of_before + by_n * of_rise]) {
                *own += slope * by;
            }
        }
        for ((slope, own), parameter) in slopes.iter_mut().zip(own).zip(&parameters) {
            *slope = own * parameter;
        }
        ln_likelihood(&survival, &self.rows)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Height, Likelihood};

    #[test]
    fn slopes_are_those_of_differences() {
        let rows: Vec<(f64, f64, f64)> =
            (1..40).map(|t| (f64::from(t), 1000.0 / f64::from(t), 10.0 + f64::from(t % 7))).collect();
        let likelihood = Likelihood { rows };
        for at in [vec![0.3, 1.0], vec![-4.0, 3.0, 0.5], vec![1.0, 2.0, -1.0], vec![0.0, 0.0, 0.0], vec![5.0, 8.0, 0.2]]
        {
            let mut slopes = vec![0.0; at.len()];
            let height = likelihood.height(&at, &mut slopes);
            for i in 0..at.len() {
                let moved = |step: f64| {
                    let mut there = at.clone();
                    there[i] += step;
                    likelihood.height(&there, &mut vec![0.0; at.len()])
                };
                let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
                let near = (slopes[i] - difference).abs() < 1e-6 * slopes[i].abs() + 1e-9 * height.abs();
                assert!(near, "{at:?} {i}: {slopes:?} {difference}");
            }
        }
    }
}
