//! The verdicts of a study: what is judged, and against what.
//!
//! ```toml
//! [goal]
//! maximize = "margin"
//!
//! [evaluation]
//! of = ["groups", "size"]
//! smallest = 200
//! known_of_prospects = ["country", "employees"]
//! ```
//!
//! A study with a goal is judged without being asked; `[evaluation]` says more, and judges a study without a goal.

use serde::Deserialize;

use crate::customer::Customers;
use crate::error::Result;
use crate::evaluate::{Diagnose, Goal, Verdict};
use crate::features::encoding::Features;
use crate::progress::Progress;

use super::findings::Placed;
use super::kinds::Step;

/// What is judged, and what is to be known for it: the `[evaluation]` table of the file.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::study::{Evaluation, Ready, Study};
/// use segmentry::tier::Tiers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(0..400)?
///     .with_column("spend", Column::numbers((0..400).map(f64::from)))?;
/// let worth = Tiers::on("spend").tier("gold", 395.0).tier("silver", 200.0).otherwise("tin");
/// let study = Study::new("whom to keep").customers("crm", customers).segmenter("worth", Ready(worth));
/// let findings = study.evaluation(Evaluation::new().smallest(50)).run()?;
/// let verdict = findings.placed("worth")?.verdict.as_ref().unwrap();
/// assert!(verdict.summary().contains("over-segmented")); // five customers are not worth a campaign
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Evaluation {
    pub(super) of: Option<Vec<String>>,
    smallest: Option<usize>,
    pub(super) known_of_prospects: Option<Vec<String>>,
    rows: Option<usize>,
    replicates: Option<usize>,
    seed: u64,
    #[serde(skip)]
    features: Vec<(String, Features)>,
}

impl Evaluation {
    /// Everything is judged, by what [`Diagnose`] takes for usual.
    pub fn new() -> Self {
        Evaluation::default()
    }

    /// Sets the segmenters that are judged; all unless said otherwise.
    #[must_use]
    pub fn of<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.of = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how many customers a segment must have; see [`Diagnose::smallest`].
    #[must_use]
    pub fn smallest(mut self, customers: usize) -> Self {
        self.smallest = Some(customers);
        self
    }

    /// Sets the attributes that are known of prospects; see [`Diagnose::known_of_prospects`].
    #[must_use]
    pub fn known_of_prospects<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.known_of_prospects = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets on how many customers at most dear checks are made; see [`Diagnose::rows`].
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = Some(rows);
        self
    }

    /// Sets how often a segmenter is learnt again from a sample; see [`Diagnose::replicates`].
    #[must_use]
    pub fn replicates(mut self, replicates: usize) -> Self {
        self.replicates = Some(replicates);
        self
    }

    /// Sets where random numbers begin.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets the features that a segmenter was made of. Not needed for clusters of a study file, which say it themselves.
    #[must_use]
    pub fn features(mut self, segmenter: impl Into<String>, features: Features) -> Self {
        self.features.push((segmenter.into(), features));
        self
    }

    /// Whether that segmenter is judged.
    pub(super) fn wants(&self, name: &str) -> bool {
        self.of.as_ref().is_none_or(|of| of.iter().any(|wanted| wanted == name))
    }

    /// Judges one of the segmenters, beside the others.
    ///
    /// A combination is judged by its segments; whether it comes back is a question to its parts. `made` are the attributes
    /// that the study derives.
    ///
    /// # Errors
    /// As [`Diagnose::judge_with`].
    pub(super) fn judge(
        &self,
        (placed, step): (&Placed, &Step),
        others: &[(&Placed, &Step)],
        goal: Option<&Goal>,
        (customers, made): (&Customers, &[String]),
        progress: &Progress<'_>,
    ) -> Result<Verdict> {
        // what reads events is made of all that is derived from them
        let reads = placed.segmenter.reads();
        let made = if reads.history { made } else { &[] };
        let mut asked = Diagnose::new().seed(self.seed).made_of(reads.attributes.iter().chain(made));
        if let Some(goal) = goal {
            asked = asked.goal(goal.clone());
        }
        if let Some(attributes) = &self.known_of_prospects {
            asked = asked.known_of_prospects(attributes);
        }
        asked = self.smallest.into_iter().fold(asked, Diagnose::smallest);
        asked = self.rows.into_iter().fold(asked, Diagnose::rows);
        asked = self.replicates.into_iter().fold(asked, Diagnose::replicates);
        let given = self.features.iter().find(|(name, _)| *name == placed.name).map(|(_, features)| features.clone());
        if let Step::Learn(recipe) = step {
            if let Some(features) = given.or_else(|| recipe.features(customers)) {
                asked = asked.features(features);
            }
            asked = asked.again(|sample, progress| Ok(recipe.learn(sample, progress)?.0));
            for (other, _) in others.iter().filter(|(_, other)| matches!(other, Step::Learn(_))) {
                asked = asked.beside(&other.name, &other.segmentation);
            }
        } else if let Some(features) = given {
            asked = asked.features(features);
        }
        asked.judge_with(customers, &placed.segmentation, progress)
    }
}
