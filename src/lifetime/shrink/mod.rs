//! A model a segment, where segments are small: each learns from its own buyers and leans on all.
//!
//! [`PerSegment`] is the recipe, [`SegmentModels`] what it learns.

mod models;
mod rounds;

pub use models::{SegmentModel, SegmentModels};

use std::collections::BTreeMap;

use crate::error::{Error, Result};
use crate::parallel;
use crate::progress::Progress;
use crate::segment::Segment;
use crate::segmentation::Segmentation;

use super::buyers::Buyers;
use super::fit::BuyTillYouDie;
use super::model::PurchaseModel;
use rounds::{Group, settle};

/// Learns a model for each segment, each drawn towards what is common to all.
///
/// Parameters of segments are taken for draws from one distribution: their logarithms are normal around a common middle,
/// each with a spread of its own. Middle and spreads are learnt from all segments together (empirical Bayes). A segment with
/// many buyers keeps what it says itself, one with few is moved to the middle, and parameters that the data hardly tell are
/// moved more than others. Who is in no segment, or in one that was not there, is answered by the model of all buyers.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, PerSegment};
///
/// let repeats = [0, 0, 1, 4, 2, 0, 7, 1, 0, 3];
/// let last = [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 33.0];
/// let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 10])?;
/// let segments = ["shop", "web", "web", "shop", "web", "shop", "shop", "web", "web", "shop"];
/// let models = PerSegment::new(BuyTillYouDie::new(Family::BgNbd)).fit(&buyers, &segments)?;
/// let (shop, stranger) = (models.model(Some("shop")), models.model(None));
/// assert!(shop.parameter("r") != stranger.parameter("r"));
/// println!("{models}"); // each segment, and how much of it is the pool's
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// With fewer than two segments there is nothing to learn a spread of: the model is that of all buyers.
///
/// # Cost
///
/// One fit of all buyers, two of each segment, and one short fit of each segment a round; segments in parallel.
///
/// # References
///
/// B. Efron and C. Morris (1975), "Data analysis using Stein's estimator and its generalizations", *Journal of the American
/// Statistical Association* 70(350), DOI 10.1080/01621459.1975.10479864. D. J. C. MacKay (1992), "Bayesian interpolation",
/// *Neural Computation* 4(3), DOI 10.1162/neco.1992.4.3.415: the step by which the spreads are found.
///
/// # Differs from
///
/// pymc-marketing (1.3.0), lifetimes and CLVTools fit segments alone or not at all. Covariates move one parameter of a
/// common model; here every parameter of a segment is its own, as far as the data bear it.
#[derive(Clone, Debug, PartialEq)]
pub struct PerSegment {
    recipe: BuyTillYouDie,
    rounds: usize,
}

impl PerSegment {
    /// Models by that recipe, in at most 30 rounds. Its priors and its penalty are for the model of all buyers; segments have
    /// what is common to all for their prior.
    pub fn new(recipe: BuyTillYouDie) -> Self {
        PerSegment { recipe, rounds: 30 }
    }

    /// Sets the most rounds in which middle and spreads are found, at least 1. They end as soon as no spread changes by
    /// more than 2 %.
    #[must_use]
    pub fn rounds(mut self, rounds: usize) -> Self {
        self.rounds = rounds;
        self
    }

    /// Learns, of buyers with the name of a segment a row; a row with `None` is in no segment.
    ///
    /// # Errors
    /// If there are not as many names as rows, there are no rounds, buyers have covariates, or as [`BuyTillYouDie::fit`] on
    /// all buyers. A segment that cannot be fitted alone is no error.
    pub fn fit<'a, S: Copy + Into<Option<&'a str>>>(&self, buyers: &Buyers, segments: &[S]) -> Result<SegmentModels> {
        self.fit_with(buyers, segments, &Progress::none())
    }

    /// Learns, of buyers who are the customers of a segmentation, row by row; segments go by their keys.
    ///
    /// # Errors
    /// As [`PerSegment::fit`].
    pub fn fit_by<S: Segment>(&self, buyers: &Buyers, segmentation: &Segmentation<S>) -> Result<SegmentModels> {
        let keys: Vec<_> = segmentation.segments().iter().map(Segment::key).collect();
        let key = |index: Option<usize>| index.and_then(|index| keys.get(index)).map(|key| key.as_ref());
        let segments: Vec<Option<&str>> = segmentation.indices().map(key).collect();
        self.fit(buyers, &segments)
    }

    /// Learns, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`PerSegment::fit`], or if `progress` stops it.
    pub fn fit_with<'a, S: Copy + Into<Option<&'a str>>>(
        &self,
        buyers: &Buyers,
        segments: &[S],
        progress: &Progress<'_>,
    ) -> Result<SegmentModels> {
        if self.rounds == 0 {
            return Err(Error::parameter("rounds", "at least 1", self.rounds));
        }
        if !buyers.covariates().is_empty() {
            let message =
                "models by segment are not defined with covariates: fit one model, with the segments among them";
            return Err(Error::unsupported(message));
        }
        let parts = parts(buyers, segments)?;
        let pooled = self.recipe.fit_with(buyers, progress)?;
        let groups: Vec<(&str, Buyers)> =
            parts.into_iter().filter_map(|(name, rows)| Some((name?, buyers.part(&rows)))).collect();
        let groups: Vec<_> = groups.into_iter().filter(|(_, buyers)| buyers.total() > 0.0).collect();
        if groups.len() < 2 {
            let alone = |(name, buyers): (&str, Buyers)| SegmentModel::pooled(name, buyers.total(), &pooled);
            return Ok(SegmentModels::new(pooled.clone(), groups.into_iter().map(alone).collect(), None));
        }
        let own = parallel::map(groups.len(), |at| match groups.get(at) {
            Some((_, buyers)) => self.recipe.clone().believing(Vec::new()).fit_with(buyers, progress),
            None => Err(Error::empty("segment")),
        });
        let from: Vec<f64> = pooled.parameters().iter().map(|value| value.ln()).collect();
        let parts: Vec<&Buyers> = groups.iter().map(|(_, buyers)| buyers).collect();
        let common = settle(&self.recipe, &parts, from, self.rounds, progress)?;
        let last = parallel::map(groups.len(), |at| match (parts.get(at), common.groups.get(at)) {
            (Some(buyers), Some(Group::Told { at, .. })) => {
                let at: Vec<f64> = at.iter().map(|ln| ln.exp()).collect();
                common.recipe(&self.recipe).start_at(&at).fit_with(buyers, progress)
            }
            _ => self.middle(&common, buyers),
        });
        let mut models = Vec::with_capacity(groups.len());
        for ((((name, buyers), own), model), group) in groups.iter().zip(own).zip(last).zip(&common.groups) {
            let (own, error) = match own {
                Ok(own) => (Some(own), None),
                Err(error) => (None, Some(error.to_string())),
            };
            progress.step("segments", models.len() as u64, groups.len() as u64)?;
            let (segment, buyers, shrunk) = ((*name).to_owned(), buyers.total(), common.shrunk(group));
            models.push(SegmentModel { segment, buyers, model: model?, own, error, shrunk });
        }
        Ok(SegmentModels::new(pooled, models, Some(&common)))
    }

    /// The model of the common middle: of a segment that tells nothing.
    fn middle(&self, common: &rounds::Common, buyers: &Buyers) -> Result<PurchaseModel> {
        let parameters: Vec<f64> = common.middle.iter().map(|ln| ln.exp()).collect();
        PurchaseModel::of(self.recipe.family(), buyers.unit(), &parameters)
    }
}

/// The rows of each segment, in the order of their names; those of none first.
pub(super) fn parts<'a, S: Copy + Into<Option<&'a str>>>(
    buyers: &Buyers,
    segments: &[S],
) -> Result<BTreeMap<Option<&'a str>, Vec<usize>>> {
    if segments.len() != buyers.len() {
        return Err(Error::length("segments", segments.len(), buyers.len()));
    }
    let mut parts: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
    for (row, segment) in segments.iter().enumerate() {
        parts.entry((*segment).into()).or_default().push(row);
    }
    Ok(parts)
}
