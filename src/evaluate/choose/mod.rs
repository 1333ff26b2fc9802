//! How many groups: one fit for each number, judged by many criteria, with their disagreement shown.
//!
//! | file | what |
//! | --- | --- |
//! | [`criterion`] | the list of criteria |
//! | [`base`] | rows, fits that are shared, progress |
//! | [`frame`] | W, the scatter within groups, at any size of numbers |
//! | [`elbow`], [`gap`], [`successive`] | criteria made of W |
//! | [`strength`], [`replicate`], [`consensus`] | criteria that draw rows again |
//! | [`likelihood`], [`figures`] | criteria of the model, and of internal figures |
//! | [`choice`], [`print`](mod@print) | what comes out |

mod base;
mod choice;
mod consensus;
mod criterion;
mod elbow;
mod figures;
pub(super) mod frame;
pub(super) mod gap;
mod likelihood;
mod print;
mod replicate;
mod strength;
mod successive;

use std::sync::Arc;

use crate::cluster::{AnyMethod, Points};
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::interval;
use crate::progress::Progress;

pub use choice::{Answer, AtK, Candidate, Choice, Support, Vote};
pub use criterion::Criterion;
pub use elbow::knee;
pub use gap::{GapRule, Reference};

use base::{Fit, Rows, Work};
use frame::Frame;
use replicate::Replicates;

/// Chooses how many groups there are: fits a method once for each number, asks many criteria, and counts their votes.
///
/// Criteria answer different questions and often disagree; that is shown and not hidden. A majority is a proposal, no
/// proof: read the reasons, and whether somebody can act on the groups. Only some criteria can say that there are no
/// groups at all ([`Structure`](super::Structure) asks that alone).
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{KMeans, Points};
/// use segmentry::evaluate::{ChooseK, Criterion};
///
/// // three groups of 20 rows each
/// let rows = Array2::from_shape_fn((60, 2), |(row, column)| {
///     let (group, within) = (row % 3, row / 3);
///     let middle = [[0.0, 0.0], [9.0, 0.0], [0.0, 9.0]][group][column];
///     middle + ((within * 7 + column * 3 + within * column) % 10) as f64 / 10.0
/// });
/// let choice = ChooseK::among(2..=5, |k| KMeans::new(k).restarts(3))
///     .criteria([Criterion::Elbow, Criterion::Gap, Criterion::PredictionStrength])
///     .replicates(5)
///     .choose(&Points::new(rows.view()))?;
/// assert_eq!(choice.k(), Some(3));
/// assert!(choice.agreed());
/// println!("{choice}"); // every figure, what each criterion picks, and why
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// For B replicates, R references and K numbers of groups: K fits of all rows, 2 B K of replicates for elbow and stability,
/// R K for the gap, 2 B K of halves for prediction strength, 4 B K of at most 1,600 rows for consensus. In parallel over
/// all of them; memory is O(n d) for each fit at work.
///
/// # Determinism
/// The same rows, methods and seed give the same bytes on any number of threads, whatever the order in which numbers and
/// criteria are named.
///
/// # Missing values
/// Are the method's matter. Criteria made of means are not defined for rows with missing values or categories and say so.
///
/// # Weights
/// Count in fits, in W and in the criteria made of it. Replicates draw rows in proportion to their weights; halves and
/// subsamples are drawn of rows. Rows of weight 0 are not there.
///
/// # References
/// Stand in the table of [`Criterion`]. The vote follows M. Charrad, N. Ghazzali, V. Boiteau and A. Niknafs 2014, NbClust,
/// DOI 10.18637/jss.v061.i06.
///
/// # Differs from
/// NbClust votes with 30 figures, of which many say the same; here it is one of each idea unless you name them. kneed and
/// yellowbrick hand out an elbow for any curve; here a curve may have none. R's `clusGap` uses distances and not their
/// squares in W unless told otherwise, and its rule answers the last k where the gap rises to the end: here that is none.
#[derive(Clone, Debug)]
pub struct ChooseK {
    methods: Vec<(usize, Arc<AnyMethod>)>,
    criteria: Vec<Criterion>,
    seed: u64,
    replicates: usize,
    references: usize,
    reference: Reference,
    gap_rule: GapRule,
    confidence: f64,
}

impl ChooseK {
    /// Among these numbers of groups, by the method that is made for each.
    pub fn among<M: Into<AnyMethod>>(ks: impl IntoIterator<Item = usize>, method: impl Fn(usize) -> M) -> Self {
        ChooseK::of(ks.into_iter().map(|k| (k, method(k).into())))
    }

    /// Among these numbers of groups, each with its method.
    pub fn of(methods: impl IntoIterator<Item = (usize, AnyMethod)>) -> Self {
        ChooseK {
            methods: methods.into_iter().map(|(k, method)| (k, Arc::new(method))).collect(),
            criteria: Criterion::USUAL.to_vec(),
            seed: 0,
            replicates: 20,
            references: 20,
            reference: Reference::default(),
            gap_rule: GapRule::default(),
            confidence: 0.95,
        }
    }

    /// Sets who votes, in any order; [`Criterion::USUAL`] unless set.
    #[must_use]
    pub fn criteria(mut self, criteria: impl IntoIterator<Item = Criterion>) -> Self {
        self.criteria = criteria.into_iter().collect();
        self
    }

    /// Sets the seed of what is drawn; 0 unless set. Methods have seeds of their own.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how often rows are drawn again: pairs of bootstrap replicates, splits in halves, and four subsamples each; 20
    /// unless set. 0 leaves the elbow without its uncertainty, and what needs replicates undefined.
    #[must_use]
    pub fn replicates(mut self, replicates: usize) -> Self {
        self.replicates = replicates;
        self
    }

    /// Sets how many references the gap draws; 20 unless set.
    #[must_use]
    pub fn references(mut self, references: usize) -> Self {
        self.references = references;
        self
    }

    /// Sets what the gap's references look like; a box along the columns unless set.
    #[must_use]
    pub fn reference(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }

    /// Sets which k the gap picks; the first within an error unless set.
    #[must_use]
    pub fn gap_rule(mut self, rule: GapRule) -> Self {
        self.gap_rule = rule;
        self
    }

    /// Sets the confidence of intervals; 0.95 unless set.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Fits, asks and counts.
    ///
    /// # Errors
    /// If no k is given, one is 0 or given twice, no criterion is named, a setting is outside what it may be, or a method
    /// refuses its k or the rows.
    pub fn choose(&self, points: &Points<'_>) -> Result<Choice> {
        self.choose_with(points, &Progress::none())
    }

    /// As [`choose`](ChooseK::choose), telling `progress` how many `fits` are done.
    ///
    /// # Errors
    /// As [`choose`](ChooseK::choose), and if `progress` stops the work.
    pub fn choose_with(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Choice> {
        let mut methods = self.methods.clone();
        methods.sort_by_key(|(k, _)| *k);
        self.check(&methods)?;
        points.check(Form::MeaningsOrMissing)?;
        let counting: Vec<usize> = (0..points.len()).filter(|row| points.weight(*row) > 0.0).collect();
        let columns = base::meanings(points);
        let kept = (counting.len() < points.len()).then(|| Rows::taken(points, &counting, true));
        match kept {
            Some(kept) => self.judge(&kept.points(&columns)?, &methods, progress),
            None => self.judge(points, &methods, progress),
        }
    }

    /// Whether all settings are what they may be; `methods` rise with k.
    fn check(&self, methods: &base::Methods) -> Result<()> {
        match methods {
            [] => return Err(Error::empty("numbers of groups to choose among")),
            [(0, _), ..] => return Err(Error::parameter("k", "at least 1", 0)),
            _ => {}
        }
        if let Some(twice) = methods.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(Error::parameter("k", "each number once", format!("{} twice", twice[0].0)));
        }
        if self.criteria.is_empty() {
            return Err(Error::empty("criteria to choose by"));
        }
        if self.references == 0 && self.asks(Criterion::Gap) {
            return Err(Error::parameter("references", "at least 1", 0));
        }
        interval::confident(self.confidence)
    }

    fn asks(&self, criterion: Criterion) -> bool {
        self.criteria.contains(&criterion)
    }

    /// All of it, on rows that all count.
    fn judge(&self, points: &Points<'_>, methods: &base::Methods, progress: &Progress<'_>) -> Result<Choice> {
        let framed = Frame::of(points);
        let frame = framed.as_ref().ok();
        let again = |criterion| if self.asks(criterion) { self.replicates } else { 0 };
        let pairs = again(Criterion::Elbow).max(again(Criterion::Stability));
        let (halves, subsamples) =
            (again(Criterion::PredictionStrength), consensus::TIMES * again(Criterion::Consensus));
        let references = if self.asks(Criterion::Gap) && frame.is_some() { self.references } else { 0 };
        let above = methods.iter().filter(|(k, _)| *k > 1).count();
        let total = methods.len() * (1 + 2 * pairs + references) + above * (2 * halves + subsamples);
        let work = Work::new(progress, total as u64);
        let fits = Fit::each(methods, points, frame, &work)?;
        let against = match frame {
            Some(frame) if references > 0 => {
                let kind = (self.reference, references, self.seed);
                gap::references((points, frame), (&fits, methods), kind, &work)?
            }
            _ => Vec::new(),
        };
        let place = self.asks(Criterion::Stability);
        let replicates = Replicates::draw((points, frame), methods, (pairs, self.seed, place), &work)?;
        let splits = strength::splits(points, methods, (halves, self.seed), &work)?;
        let ambiguous = match subsamples {
            0 => vec![None; methods.len()],
            count => consensus::ambiguous(points, methods, (count, self.seed), &work)?,
        };
        let answer = |criterion: Criterion| -> Result<Answer> {
            let redrawn =
                matches!(criterion, Criterion::PredictionStrength | Criterion::Stability | Criterion::Consensus);
            if redrawn && self.replicates == 0 {
                return Ok(Answer::undefined(criterion, "not defined without replicates"));
            }
            let of_w = matches!(criterion, Criterion::Gap | Criterion::SphericalBic | Criterion::Hartigan)
                || criterion == Criterion::KrzanowskiLai;
            let frame = match &framed {
                Err(error) if of_w => return Ok(Answer::undefined(criterion, format!("not defined: it {error}"))),
                other => other.as_ref().ok(),
            };
            Ok(match (criterion, frame) {
                (Criterion::Elbow, _) => {
                    elbow::judge(&fits, &replicates.curves, points.dimensions(), self.confidence, frame)
                }
                (Criterion::Gap, _) => gap::judge(&fits, &against, self.gap_rule, self.confidence),
                (Criterion::PredictionStrength, _) => strength::judge(&fits, &splits, self.confidence),
                (Criterion::Aic | Criterion::Bic | Criterion::Icl, _) => likelihood::judge(criterion, &fits),
                (Criterion::SphericalBic, Some(frame)) => likelihood::spherical(&fits, points, frame),
                (Criterion::Hartigan, _) => successive::hartigan(&fits, points.total_weight()),
                (Criterion::KrzanowskiLai, _) => successive::krzanowski_lai(&fits, points.dimensions()),
                (Criterion::Stability, _) => replicate::judge(&fits, &replicates.alike, self.confidence),
                (Criterion::Consensus, _) => consensus::judge(&fits, &ambiguous),
                _ => figures::judge(criterion, &fits, points, (self.seed, self.confidence), progress)?,
            })
        };
        let asked = Criterion::ALL.into_iter().filter(|criterion| self.asks(*criterion));
        let answers: Vec<Answer> = asked.map(answer).collect::<Result<_>>()?;
        let mut notes = Vec::new();
        if self.asks(Criterion::Silhouette) && points.len() > figures::MOST {
            notes.push("the silhouette is that of a sample of about 2,000 rows, held against all rows".to_owned());
        }
        if self.asks(Criterion::Consensus) && points.len() > consensus::MOST {
            let all = crate::text::count(points.len());
            notes.push(format!("consensus looks at a sample of {} of {all} rows", crate::text::count(consensus::MOST)));
        }
        notes.extend(fits.iter().filter_map(|fit| fit.short().map(|short| format!("k = {}: {short}", fit.k))));
        Ok(Choice {
            rows: points.len(),
            votes: Choice::count(&answers),
            candidates: fits.into_iter().filter(|fit| fit.asked).map(Candidate::of).collect(),
            answers,
            notes,
        })
    }
}
