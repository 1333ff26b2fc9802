//! Verdicts: what is wrong with a division of customers, with figures, and what to do next.
//!
//! | problem | what is looked at | a sign of trouble |
//! | --- | --- | --- |
//! | [`InsufficientData`](Problem::InsufficientData) | customers for each feature and segment, the smallest segment's interval, how long customers were watched, what is missing | fewer than 70 customers a feature; fewer than 30 in a segment; less than two usual gaps between purchases; a fifth unknown |
//! | [`ScaleDominated`](Problem::ScaleDominated) | variance of the columns; how much of each the segments explain; the largest segment | nine tenths of the variance in one column, and the segments follow it alone or hold nearly everybody |
//! | [`OverSegmented`](Problem::OverSegmented) | segments that nobody is in, that are too small to act on, that are like another | any; how small is too small is for you to say |
//! | [`Unstable`](Problem::Unstable) | the segments learnt again from samples, compared in pairs | a median adjusted Rand index below 0.7 |
//! | [`Redundant`](Problem::Redundant) | mutual information with other segmentations | four fifths shared beyond chance |
//! | [`NotReachable`](Problem::NotReachable) | rules from what is known of prospects, asked of other customers | less than a twentieth explained |
//! | [`NoStructure`](Problem::NoStructure) | the gap at one group, dips of components and distances | neither speaks for more than one group |
//! | [`UnderSegmented`](Problem::UnderSegmented) | the halves of each segment | a valley between them, halves far apart that come back |
//! | [`OffGoal`](Problem::OffGoal) | what segments say of the goal of other customers, beside segments by lot, the best split and a tree | no more than by lot; less than a quarter of the tree |
//! | [`OutlierDriven`](Problem::OutlierDriven) | small segments of customers beyond five deviations from the median | their members are far from each other too |

mod case;
mod diagnosis;
mod goal;
mod insufficient;
mod outliers;
mod over;
mod reach;
mod redundant;
mod scale;
mod score_card;
mod stable;
mod structure;
mod under;
mod verdict;

use std::sync::Arc;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::features::encoding::Features;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::Segmenter;

use super::Goal;
use case::Case;
pub use diagnosis::{Diagnosis, Evidence, Problem, Unit};
pub use score_card::{Grade, Quality, ScoreCard, Scored};
use verdict::Looked;
pub use verdict::{Check, Verdict};

/// Learns the segments again, from a sample of the customers.
pub type Again<'a> =
    dyn Fn(&Customers, &Progress<'_>) -> Result<Arc<dyn Segmenter<Segment = Label>>> + Send + Sync + 'a;

/// Says what is wrong with a division of customers: settings of a [`Verdict`].
///
/// The more is told, the more is looked at; what could not be looked at is told in the verdict.
///
/// | setting | unless said otherwise | is needed for |
/// | --- | --- | --- |
/// | [`goal`](Diagnose::goal) | none | off goal |
/// | [`features`](Diagnose::features) | none | scale, outliers, structure, two groups in one, customers for each feature |
/// | [`again`](Diagnose::again) | none | unstable |
/// | [`beside`](Diagnose::beside) | none | redundant |
/// | [`known_of_prospects`](Diagnose::known_of_prospects) | none | not reachable |
/// | [`made_of`](Diagnose::made_of) | the features' attributes | whether the goal was what segments were made of |
/// | [`smallest`](Diagnose::smallest) | any size | too small to act on |
/// | [`replicates`](Diagnose::replicates) | 20 | |
/// | [`rows`](Diagnose::rows) | 4,000 | |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::evaluate::{Diagnose, Goal, Grade, Problem, Quality};
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::Column;
///
/// // three segments by country, of which two buy alike
/// let country = |n: i64| n as usize % 3;
/// let spend = |n: i64| if country(n) == 0 { 90.0 } else { 20.0 } + (n / 3 % 10) as f64;
/// let customers = Customers::with_ids(0..3000)?.with_column("spend", Column::numbers((0..3000).map(spend)))?;
/// let names = ["at", "de", "fr"].map(str::to_owned).to_vec();
/// let segmentation = Segmentation::new(&customers, names, (0..3000).map(|n| Ok(country(n))))?;
/// let verdict = Diagnose::new().goal(Goal::maximize("spend")).judge(&customers, &segmentation)?;
/// assert!(verdict.has(Problem::OverSegmented));
/// assert_eq!(verdict.diagnoses[0].segments, ["de", "fr"]);
/// assert_eq!(verdict.score_card.grade(Quality::Distinct), Grade::NotMet);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// It finds faults that figures can show. Whether the segments are the right ones for a decision nobody has named, it
/// does not know. A verdict without problems says that nothing was found, not that there is nothing.
///
/// # Cost
///
/// Rules, equivalence and the goal look at all customers, O(n log n) for each attribute; what looks at rows (structure,
/// two groups in one, outliers) and what learns again looks at [`rows`](Diagnose::rows) of them at most. Learning again
/// costs twice [`replicates`](Diagnose::replicates) fits of so many customers.
///
/// # Determinism
///
/// The same customers, segments and seed give the same verdict on any number of threads.
///
/// # Missing values
///
/// Customers whom a feature leaves out are not looked at where rows are; how many is part of the verdict. Those in no
/// segment are counted, and are a group of their own before the goal.
///
/// # References
///
/// Each limit names its source where it stands. The criteria are those of S. Dolnicar, B. Grün and F. Leisch 2018, Market
/// Segmentation Analysis, DOI 10.1007/978-981-10-8818-6, and of the textbooks that [`ScoreCard`] names.
pub struct Diagnose<'a> {
    goal: Option<Goal>,
    features: Option<Features>,
    beside: Vec<(String, &'a Segmentation<Label>)>,
    smallest: Option<usize>,
    prospects: Option<Vec<String>>,
    made_of: Vec<String>,
    again: Option<Box<Again<'a>>>,
    replicates: usize,
    rows: usize,
    seed: u64,
}

/// Says what is wrong with a division, held against a goal; [`Diagnose`] takes more into account.
///
/// # Errors
/// As [`Diagnose::judge`].
pub fn diagnose<S: Segment + Clone>(
    customers: &Customers,
    segmentation: &Segmentation<S>,
    goal: Goal,
) -> Result<Verdict> {
    Diagnose::new().goal(goal).judge(customers, segmentation)
}

impl Default for Diagnose<'_> {
    fn default() -> Self {
        Diagnose {
            goal: None,
            features: None,
            beside: Vec::new(),
            smallest: None,
            prospects: None,
            made_of: Vec::new(),
            again: None,
            replicates: 20,
            rows: 4_000,
            seed: 0,
        }
    }
}

impl<'a> Diagnose<'a> {
    /// Nothing is known but the customers and their segments.
    pub fn new() -> Self {
        Diagnose::default()
    }

    /// Sets what the business wants.
    #[must_use]
    pub fn goal(mut self, goal: Goal) -> Self {
        self.goal = Some(goal);
        self
    }

    /// Sets the features that the segments were made of, with their scales.
    #[must_use]
    pub fn features(mut self, features: Features) -> Self {
        self.features = Some(features);
        self
    }

    /// Adds another segmentation of the same customers.
    #[must_use]
    pub fn beside(mut self, name: impl Into<String>, segmentation: &'a Segmentation<Label>) -> Self {
        self.beside.push((name.into(), segmentation));
        self
    }

    /// Sets how many customers a segment must have to be worth an action. Unless set, none is too small to act on.
    #[must_use]
    pub fn smallest(mut self, customers: usize) -> Self {
        self.smallest = Some(customers);
        self
    }

    /// Sets the attributes that are known of people who are no customers yet.
    #[must_use]
    pub fn known_of_prospects<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.prospects = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the attributes that the segments were made of: they differ between segments by nature.
    #[must_use]
    pub fn made_of<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.made_of = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets how the segments are learnt again, from a sample: whether they come back is looked at.
    #[must_use]
    pub fn again(
        mut self,
        learn: impl Fn(&Customers, &Progress<'_>) -> Result<Arc<dyn Segmenter<Segment = Label>>> + Send + Sync + 'a,
    ) -> Self {
        self.again = Some(Box::new(learn));
        self
    }

    /// Sets how many samples the segments are learnt again from. Default 20.
    #[must_use]
    pub fn replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// Sets on how many customers at most dear checks are made; more are sampled. Default 4,000.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets where random numbers begin. Default 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Judges a division.
    ///
    /// # Errors
    /// If it is of other customers, an attribute that is named is not there, or nobody is in a segment.
    pub fn judge<S: Segment + Clone>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<Verdict> {
        self.judge_with(customers, segmentation, &Progress::none())
    }

    /// Judges a division, telling `progress` how far it is.
    ///
    /// # Errors
    /// As [`Diagnose::judge`], or if `progress` stops it.
    pub fn judge_with<S: Segment + Clone>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
        progress: &Progress<'_>,
    ) -> Result<Verdict> {
        let segmentation = segmentation.clone().labelled();
        if segmentation.unassigned() == segmentation.len() {
            return Err(Error::empty("customers in a segment"));
        }
        let case = Case::new(self, customers, &segmentation)?;
        let checks: &[fn(&Case<'_>, &Progress<'_>) -> Result<Looked>] = &[
            insufficient::look,
            scale::look,
            outliers::look,
            structure::look,
            stable::look,
            over::look,
            under::look,
            redundant::look,
            reach::look,
            goal::look,
        ];
        let (mut diagnoses, mut judged, mut marks) = (Vec::new(), Vec::new(), Vec::new());
        let mut alignment = None;
        for (at, check) in checks.iter().enumerate() {
            progress.step("checks", at as u64, checks.len() as u64)?;
            let looked = check(&case, progress)?;
            judged.push(looked.check);
            diagnoses.extend(looked.found);
            marks.extend(looked.marks);
            alignment = alignment.or(looked.alignment);
        }
        diagnoses.sort_by_key(|diagnosis| std::cmp::Reverse(diagnosis.severity));
        Ok(Verdict { diagnoses, checks: judged, score_card: ScoreCard::of(marks), alignment })
    }
}

/// Whether the caller has stopped the work.
fn is_cancelled(error: &Error) -> bool {
    matches!(error.kind(), crate::error::ErrorKind::Cancelled { .. })
}
