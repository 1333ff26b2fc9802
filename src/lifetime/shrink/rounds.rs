//! What is common to segments: the middle and the spreads of the logarithms of their parameters.
//!
//! In rounds. Each segment is fitted with the common distribution for its prior; its place and the curvature there say where
//! it stands and how much of that it knows itself. From these the distribution is told anew. Segments that know nothing of a
//! parameter have no say in its spread, however far off their own fit would be: no fit without a prior is asked.

use crate::error::{ErrorKind, Result};
use crate::lifetime::buyers::Buyers;
use crate::lifetime::family::Family;
use crate::lifetime::fit::{BuyTillYouDie, Prior};
use crate::parallel;
use crate::progress::Progress;

/// The least and the greatest spread: a fiftieth, within which parameters are the same for all purposes, and a factor of e².
const SPREADS: (f64, f64) = (0.02, 2.0);

/// The spread at the beginning: wide, so that segments speak before they are drawn together.
const FIRST: f64 = 0.5;

/// The spread of one more segment that is taken as seen, so that two segments which happen to agree do not end the search.
const BELIEVED: f64 = 0.1;

/// The share by which a spread may still change at the end.
///
/// Shares that are common move by half of that at most.
const SETTLED: f64 = 0.02;

/// The common distribution.
///
/// Logarithms of parameters are normal and independent of each other.
#[derive(Clone, Debug)]
pub(super) struct Common {
    /// The means of the logarithms of the parameters.
    pub(super) middle: Vec<f64>,
    /// Their standard deviations, from 0.02 to 2.
    pub(super) spread: Vec<f64>,
    /// Where each segment stands.
    pub(super) groups: Vec<Group>,
    /// How many rounds it took.
    pub(super) rounds: usize,
    /// Whether nothing changed any more.
    pub(super) settled: bool,
    /// Whose parameters they are.
    family: Family,
}

/// Where a segment stands after a round.
///
/// A segment that tells nothing of a parameter stands in the middle, with the variance of the prior.
#[derive(Clone, Debug)]
pub(super) enum Group {
    /// The logarithms of its parameters, with the variance of each.
    Told { at: Vec<f64>, variance: Vec<f64> },
    /// It could not be fitted, not even with a prior.
    ///
    /// It has no say.
    Silent,
}

impl Common {
    /// The recipe with what is common for its prior: no other prior, and no penalty.
    pub(super) fn recipe(&self, recipe: &BuyTillYouDie) -> BuyTillYouDie {
        let names = self.family.parameters().into_iter();
        let priors = names.zip(self.middle.iter().zip(&self.spread)).map(|(name, (middle, spread))| Prior {
            parameter: name.to_owned(),
            median: middle.exp(),
            spread: *spread,
        });
        recipe.clone().believing(priors.collect())
    }

    /// The share of each parameter that is the prior's: 1 where a segment knows nothing of it, 0 where it knows all.
    pub(super) fn shrunk(&self, group: &Group) -> Vec<f64> {
        match group {
            Group::Silent => vec![1.0; self.spread.len()],
            Group::Told { variance, .. } => {
                variance.iter().zip(&self.spread).map(|(own, spread)| (own / spread.powi(2)).clamp(0.0, 1.0)).collect()
            }
        }
    }

    /// Fits each segment from where it stood, with what is common for its prior.
    ///
    /// The variances are those of the curvature with the prior: the posterior's, as Laplace approximates it.
    fn fit(&mut self, recipe: &BuyTillYouDie, parts: &[&Buyers], progress: &Progress<'_>) -> Result<()> {
        let recipe = self.recipe(recipe).starts(1);
        let now = parallel::map(parts.len(), |at| {
            let from = match self.groups.get(at) {
                Some(Group::Told { at, .. }) => at.clone(),
                _ => self.middle.clone(),
            };
            let Some(buyers) = parts.get(at) else { return Ok(Group::Silent) };
            let from: Vec<f64> = from.iter().map(|ln| ln.exp()).collect();
            match recipe.clone().start_at(&from).fit_with(buyers, progress) {
                Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => Err(error),
                Err(_) => Ok(Group::Silent),
                Ok(model) => {
                    let covariance = model.certificate().map_or(&[][..], |certificate| &certificate.covariance);
                    let own = |(at, spread): (usize, &f64)| {
                        let variance = covariance.get(at).and_then(|row| row.get(at)).copied();
                        variance.filter(|variance| *variance > 0.0).unwrap_or(spread.powi(2))
                    };
                    let variance = self.spread.iter().enumerate().map(own).collect();
                    Ok(Group::Told { at: model.parameters().iter().map(|value| value.ln()).collect(), variance })
                }
            }
        });
        self.groups = now.into_iter().collect::<Result<_>>()?;
        Ok(())
    }

    /// Tells the distribution anew; gives the greatest share by which a spread changed.
    ///
    /// A variance is the sum of squares around the middle, divided by how many segments know of the parameter, each by the
    /// share that is its own (MacKay 1992): the fixed point is that of the EM algorithm, reached in a few rounds.
    fn update(&mut self) -> f64 {
        let mut change: f64 = 0.0;
        for j in 0..self.middle.len() {
            let (mut known, mut off, mut squares) = (0.0, 0.0, 0.0);
            let middle = self.middle[j];
            for group in &self.groups {
                let Group::Told { at, variance } = group else { continue };
                let own = (1.0 - variance[j] / self.spread[j].powi(2)).clamp(0.0, 1.0);
                known += own;
                off += at[j] - middle;
                squares += (at[j] - middle).powi(2);
            }
            // the middle goes to the mean of where the segments stand, those that know nothing standing on it
            let many = self.groups.len() as f64;
            let shift = off / many;
            self.middle[j] += shift;
            let squares = (squares - 2.0 * shift * off + many * shift * shift).max(0.0);
            let spread = ((squares + BELIEVED * BELIEVED) / (known + 1.0)).sqrt().clamp(SPREADS.0, SPREADS.1);
            change = change.max((spread / self.spread[j] - 1.0).abs());
            self.spread[j] = spread;
        }
        change
    }
}

/// Finds what is common, from the logarithms of the parameters of all buyers.
///
/// A few rounds from a wide spread: every round fits each segment once, in parallel, from where it stood. What comes out does
/// not depend on the order of the segments but by the last bits.
///
/// # Errors
/// If `progress` stops it.
pub(super) fn settle(
    recipe: &BuyTillYouDie,
    parts: &[&Buyers],
    from: Vec<f64>,
    rounds: usize,
    progress: &Progress<'_>,
) -> Result<Common> {
    let spread = vec![FIRST; from.len()];
    let groups = vec![Group::Silent; parts.len()];
    let mut common = Common { middle: from, spread, groups, rounds: 0, settled: false, family: recipe.family() };
    while common.rounds < rounds && !common.settled {
        progress.step("rounds", common.rounds as u64, rounds as u64)?;
        common.fit(recipe, parts, progress)?;
        common.settled = common.update() < SETTLED;
        common.rounds += 1;
    }
    Ok(common)
}
