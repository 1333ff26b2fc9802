//! Choice among families: each is fitted on a calibration and judged on it and on what came after.
//!
//! [`Trial`] holds what is known, [`ChooseFamily`] fits and ranks, [`FamilyChoice`] says who won, by how much, and what
//! speaks against it. [`Calibration`], [`HoldoutFit`], [`Tracking`] and [`RankQuality`] judge one model alone, and
//! [`Observed`] says before any fit what the data can bear.

mod ages;
mod calibration;
mod candidate;
mod choice;
mod criterion;
mod holdout;
mod observed;
mod ranking;
mod tracking;
mod trial;

pub use calibration::{Calibration, ChiSquared, RepeatBin};
pub use candidate::{Behind, Candidate, Judged};
pub use choice::FamilyChoice;
pub use criterion::Criterion;
pub use holdout::{HoldoutBin, HoldoutFit};
pub use observed::{Half, Observed};
pub use ranking::RankQuality;
pub use tracking::{Tracking, TrackingPoint};
pub use trial::Trial;

use crate::error::{Error, ErrorKind, Result};
use crate::progress::Progress;

use super::family::Family;
use super::fit::BuyTillYouDie;
use super::fit::plain::starts;
use super::horizon::Horizon;

/// Fits several families to the same buyers and ranks them.
///
/// By default all families compete, and the one wins that gave the greatest probability to what each buyer did in the
/// holdout ([`Criterion::LogScore`]); without a holdout the one with the least [`Criterion::Bic`]. The result shows the other
/// criteria too, and says where they disagree.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{Buyers, ChooseFamily, Family, Horizon, PurchaseModel, Trial};
///
/// let truth = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &[0.8, 4.0, 0.8, 2.4])?;
/// let buyers = truth.simulate(&[39.0; 300], TimeUnit::Weeks, 7)?;
/// let later: Vec<u32> = (0..buyers.len()).map(|row| u32::from(row % 3 == 0)).collect();
/// let trial = Trial::new(buyers, &later, Horizon::weeks(39.0))?;
/// let choice = ChooseFamily::new().families([Family::BgNbd]).fit(&trial)?;
/// assert_eq!(choice.best().map(|best| best.model.family()), Some(Family::BgNbd));
/// println!("{choice}"); // the table, the reasons, the warnings
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// One fit of each family, then one pass of figures; families in turn, each in parallel.
///
/// # Which criterion
///
/// The mean absolute error is least for the median of what a buyer may do, which is 0 where most buy nothing: it favours
/// families that expect too little. On the CDs of CDNOW (39 weeks, then 39 more, in which 1,882 were bought) it would take the
/// family that expects 1,350. The log score asks for the whole distribution of each buyer and is greatest for the truth. Where
/// only the total or only the order matters, set that criterion.
///
/// # Differs from
///
/// lifetimes, pymc-marketing, CLVTools and BTYD leave the comparison to the reader: plots of calibration and holdout for one
/// model at a time. Here a family that fails stays in the table with its error.
#[derive(Clone, Debug, PartialEq)]
pub struct ChooseFamily {
    families: Vec<Family>,
    criterion: Option<Criterion>,
    step: Horizon,
    starts: usize,
    seed: u64,
    regular: bool,
}

impl Default for ChooseFamily {
    fn default() -> Self {
        ChooseFamily::new()
    }
}

starts!(ChooseFamily);

impl ChooseFamily {
    /// All families, tracked by the week, each from five starts.
    pub fn new() -> Self {
        let families = Family::ALL.to_vec();
        ChooseFamily { families, criterion: None, step: Horizon::weeks(1.0), starts: 5, seed: 0, regular: false }
    }

    /// Sets which families compete, at least one and each once.
    #[must_use]
    pub fn families(mut self, families: impl IntoIterator<Item = Family>) -> Self {
        self.families = families.into_iter().collect();
        self
    }

    /// Sets by what they are ranked.
    #[must_use]
    pub fn criterion(mut self, criterion: Criterion) -> Self {
        self.criterion = Some(criterion);
        self
    }

    /// Sets the length of the steps in which repeats are tracked.
    #[must_use]
    pub fn step(mut self, step: Horizon) -> Self {
        self.step = step;
        self
    }

    /// Chooses how many stages a purchase takes by likelihood, where a family of regular buyers is to compete: as
    /// [`BuyTillYouDie::regular`], counted as one more parameter. Without this the family's own number is taken, and where
    /// one stage is the best too, for that is another family.
    #[must_use]
    pub fn regular(mut self) -> Self {
        self.regular = true;
        self
    }

    /// Fits, judges and ranks.
    ///
    /// # Errors
    /// If no family or one twice is to compete, the step is not of a finite length above 0, there are no starts, there is no
    /// buyer, or the criterion needs a holdout and there is none. What a family says against the data is no error: it
    /// stands in the result.
    pub fn fit(&self, trial: &Trial) -> Result<FamilyChoice> {
        self.fit_with(trial, &Progress::none())
    }

    /// Fits, judges and ranks, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`ChooseFamily::fit`], or if `progress` stops it.
    pub fn fit_with(&self, trial: &Trial, progress: &Progress<'_>) -> Result<FamilyChoice> {
        if self.families.is_empty() {
            return Err(Error::parameter("families", "at least one", "none"));
        }
        let mut earlier = self.families.iter().enumerate();
        if let Some((_, family)) =
            earlier.find(|(at, family)| self.families.iter().take(*at).any(|known| known == *family))
        {
            return Err(Error::parameter("families", "each family once", format!("{family} twice")));
        }
        if self.starts == 0 {
            return Err(Error::parameter("starts", "at least 1", self.starts));
        }
        let held = trial.holdout().is_some();
        let criterion = self.criterion.unwrap_or(if held { Criterion::LogScore } else { Criterion::Bic });
        if criterion.needs_holdout() && !held {
            return Err(Error::parameter("criterion", "one of the calibration where there is no holdout", criterion));
        }
        trial.check()?;
        trial.steps(self.step)?;
        let all = self.families.len() as u64;
        let mut candidates = Vec::with_capacity(self.families.len());
        for (done, family) in self.families.iter().enumerate() {
            progress.step("families", done as u64, all)?;
            let candidate = match self.judge(*family, trial, progress) {
                Ok(judged) => Candidate::judged(judged),
                Err(error) if matches!(error.kind(), ErrorKind::Cancelled { .. }) => return Err(error),
                Err(error) => Candidate::failed(*family, &error),
            };
            candidates.push(candidate);
        }
        Ok(FamilyChoice::ranked(candidates, criterion, trial))
    }

    fn judge(&self, family: Family, trial: &Trial, progress: &Progress<'_>) -> Result<Judged> {
        let recipe = BuyTillYouDie::new(family).starts(self.starts).seed(self.seed);
        let mut found = None;
        if self.regular && family.stages() > 1 {
            found = Some(recipe.regular_with(trial.buyers(), progress)?).filter(|found| found.stages() > 1);
        }
        let searched = found.is_some();
        let model = match found {
            Some(found) => found.model,
            None => recipe.fit_with(trial.buyers(), progress)?,
        };
        let mut calibration = Calibration::of(&model, trial.buyers())?;
        if searched {
            calibration.add_parameter();
        }
        let holdout = trial.holdout().map(|_| HoldoutFit::of(&model, trial)).transpose()?;
        let tracking = Tracking::of(&model, trial, self.step)?;
        Ok(Judged { model, calibration, holdout, tracking })
    }
}
