//! Does a segmentation move the goal: how much of it segments explain, beside what could be explained.
//!
//! A segmentation may be compact, stable and told apart at a glance, and have nothing to do with what the business wants.
//! So a goal is named, and segments are held against it:
//!
//! | question | figure |
//! | --- | --- |
//! | how much of the goal do segments explain, of customers not seen before | [`Comparison::segments`] |
//! | could one attribute do the same | [`Comparison::split`] |
//! | how much could so many groups explain | [`Comparison::tree`], [`Comparison::of_reachable`] |
//! | is it more than chance | [`Comparison::p_value`], [`Comparison::random_upper`] |
//! | does one large value decide | [`Aligned::on_ranks`] |
//! | which segments are the good ones | [`Aligned::segments`], [`Aligned::best`] |
//! | is something too good to be true | [`Aligned::leaks`], [`Aligned::circular`] |

mod compare;
mod measure;
mod outcome;
mod print;
mod result;
mod segments;
#[cfg(test)]
mod tests;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::interval;
use crate::profile::Estimate;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::{Segmentation, same_customers};

use super::goal::Goal;
use super::tree::{Choice, Classes, Impurity, Limits, Numbers, Table, Target, Tree, conditions, in_words, scaled};

use compare::Ground;
use outcome::Outcome;

pub use compare::Comparison;
pub use outcome::GoalKind;
pub use result::{Aligned, SegmentGoal, Telling};

/// How to hold a segmentation against a goal of the business.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`made_of`](Alignment::made_of) | nothing: say which attributes made the segments |
/// | [`leaks`](Alignment::leaks) | none: attributes that are known only after the goal is |
/// | [`attributes`](Alignment::attributes) | all of the roles *base* and *descriptor*, without ids and places |
/// | [`yes`](Alignment::yes) | of two texts the second in the alphabet |
/// | [`folds`](Alignment::folds), [`repeats`](Alignment::repeats) | 5, 3 |
/// | [`draws`](Alignment::draws) | 200 random segmentations |
/// | [`least`](Alignment::least) | a leaf has 5 customers and 1 in 500 |
/// | [`seed`](Alignment::seed), [`confidence`](Alignment::confidence) | 0, 0.95 |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::evaluate::{Alignment, Goal};
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::Column;
///
/// let ids: Vec<String> = (0..200).map(|i| format!("c-{i}")).collect();
/// let customers = Customers::with_ids(&ids)?
///     .with_column("visits", Column::integers((0..200).map(|i| i % 20)))?
///     .with_column("margin", Column::numbers((0..200).map(|i| f64::from(i % 20) + f64::from(i % 7))))?;
/// let names = vec!["rare".to_owned(), "often".to_owned()];
/// let segmentation = Segmentation::new(&customers, names, (0..200).map(|i| Ok(usize::from(i % 20 >= 10))))?;
///
/// let aligned = Alignment::new(Goal::maximize("margin")).of(&customers, &segmentation)?;
/// let share = aligned.share.segments.value.unwrap_or_default(); // R², out of sample
/// assert!(share > 0.6 && aligned.share.p_value < 0.01);
/// assert_eq!(aligned.best().map(|segment| segment.name()).as_deref(), Some("Often"));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// Before a segmentation is used to decide what to do for the goal. It says whether segments differ in the goal, not
/// whether treating them differently changes it: for that there are experiments. Segments that were made of the goal
/// itself explain it by nature; say so by [`made_of`](Alignment::made_of), and the result says so too.
///
/// # Missing values
///
/// Customers of whom the goal is not known are left out and counted. Customers in no segment are a group of their own.
/// Unknown attributes are no obstacle to the tree.
///
/// # Cost
///
/// O((folds · repeats · attributes · depth + draws) · customers), twice of numbers, in parallel.
///
/// # Determinism
///
/// The same bytes on any number of threads. Folds and draws follow from the seed and the order of the customers.
///
/// # Differs from
///
/// Eta squared and Cramér's V as they are usually given, which grow with the number of segments whatever these are: both
/// are here too, next to what is out of sample. scikit-learn's `cross_val_score` takes the mean of R² over folds; here
/// all rows count together, as in `r2_score(y, cross_val_predict(…))`.
///
/// # References
///
/// L. Goodman and W. Kruskal 1954, DOI 10.1080/01621459.1954.10501231 (tau). W. Bergsma 2013, DOI
/// 10.1016/j.jkss.2012.10.002 (Cramér's V without bias). J. Hanley and B. McNeil 1982, DOI
/// 10.1148/radiology.143.1.7063747 (the interval of an area under the curve). W. Kruskal and W. Wallis 1952, DOI
/// 10.1080/01621459.1952.10483441 (ranks; epsilon squared is H / (n − 1)).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Alignment {
    goal: Goal,
    made_of: Vec<String>,
    leaks: Vec<String>,
    attributes: Option<Vec<String>>,
    yes: Option<String>,
    folds: usize,
    repeats: usize,
    draws: usize,
    least: Option<f64>,
    seed: u64,
    confidence: f64,
}

impl Alignment {
    /// With that goal and the usual settings.
    pub fn new(goal: Goal) -> Self {
        Alignment {
            goal,
            made_of: Vec::new(),
            leaks: Vec::new(),
            attributes: None,
            yes: None,
            folds: 5,
            repeats: 3,
            draws: 200,
            least: None,
            seed: 0,
            confidence: 0.95,
        }
    }

    /// Sets of which attributes the segments were made; if the goal is one of them, the result says so.
    #[must_use]
    pub fn made_of<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.made_of = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets which attributes the tree may not look at, because they are known only after the goal is.
    #[must_use]
    pub fn leaks<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.leaks = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Sets which attributes the tree may look at; the goal is never one of them.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets which of the two texts of the goal counts as yes.
    #[must_use]
    pub fn yes(mut self, text: impl Into<String>) -> Self {
        self.yes = Some(text.into());
        self
    }

    /// Sets in how many parts customers are divided.
    #[must_use]
    pub fn folds(mut self, folds: usize) -> Self {
        self.folds = folds;
        self
    }

    /// Sets how often they are divided anew.
    #[must_use]
    pub fn repeats(mut self, repeats: usize) -> Self {
        self.repeats = repeats;
        self
    }

    /// Sets how many random segmentations are drawn.
    #[must_use]
    pub fn draws(mut self, draws: usize) -> Self {
        self.draws = draws;
        self
    }

    /// Sets how many customers, or how much weight, a leaf of the tree has at least.
    #[must_use]
    pub fn least(mut self, customers: f64) -> Self {
        self.least = Some(customers);
        self
    }

    /// Sets the seed of folds and draws.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how sure intervals are.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// How much of the goal these segments explain.
    ///
    /// # Errors
    /// If the segmentation is of other customers, an attribute is not known, the goal is of a kind that is neither a
    /// number, a truth nor a text, is known of fewer customers than twice the folds, or is the same of all; or a setting
    /// is outside what it may be.
    pub fn of<S: Segment>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<Aligned> {
        self.of_with(customers, segmentation, &Progress::none())
    }

    /// As [`Alignment::of`], telling how far it is.
    ///
    /// # Errors
    /// As [`Alignment::of`], and if the work is cancelled.
    pub fn of_with<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
        progress: &Progress<'_>,
    ) -> Result<Aligned> {
        self.check(customers)?;
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        let attribute = self.goal.attribute();
        let outcome = Outcome::read(customers, attribute, self.yes.as_deref())?;
        if outcome.rows.len() < 2 * self.folds {
            let (least, found) = (2 * self.folds, outcome.rows.len());
            let message =
                format!("the goal `{attribute}` must be known of {least} customers, twice the folds, found {found}");
            return Err(Error::unsupported(message));
        }
        let kept;
        let customers = if outcome.rows.len() == customers.len() {
            customers
        } else {
            kept = customers.take(&outcome.rows)?;
            &kept
        };
        let mut without = self.leaks.clone();
        without.push(attribute.to_owned());
        let table = Table::new(customers, &Choice { only: self.attributes.clone(), without })?;
        let names: Vec<Label> = segmentation.segments().iter().map(|segment| Label::of(segment)).collect();
        let (groups, present, unassigned) = grouped(&outcome.rows, segmentation);
        let weights = customers.weights();
        let weight = weights.map_or(groups.len() as f64, |weights| weights.iter().sum());
        let least = self.least.unwrap_or((weight / 500.0).max(5.0));
        let z = interval::normal(self.confidence);
        let ground = Ground {
            table: &table,
            groups: &groups,
            count: present.len(),
            limits: Limits { leaves: 2, least, texts: 12 },
            folds: self.folds,
            repeats: self.repeats,
            draws: self.draws,
            seed: self.seed,
            z,
        };
        let found = match &outcome.kind {
            GoalKind::Number => numbers(&ground, &outcome, weights, progress)?,
            _ => classes(&ground, &outcome, weights, progress)?,
        };
        let mut notes = table.notes.clone();
        if self.made_of.iter().any(|name| name == attribute) {
            notes.push(format!("the segments were made of `{attribute}` itself: that they explain it says little"));
        }
        notes.extend(found.leaks.iter().map(|name| {
            format!("`{name}` tells `{attribute}` nearly by itself: if it is known only afterwards, name it a leak")
        }));
        let left_out = segmentation.len() - outcome.rows.len();
        if left_out > 0 {
            let (out, of) =
                (crate::text::count(left_out), crate::text::counted(segmentation.len(), "customer", "customers"));
            notes.push(format!("{out} of {of} are left out: the goal is not known of them, or they count nothing"));
        }
        if unassigned > 0 {
            let some = crate::text::counted(unassigned, "customer", "customers");
            notes.push(format!("{some} in no segment are a group of their own"));
        }
        Ok(Aligned {
            goal: self.goal.clone(),
            kind: outcome.kind.clone(),
            customers: groups.len(),
            left_out,
            unassigned,
            segments: segments::of(&outcome, weights, &ground, &present, &names, self.confidence),
            share: found.share,
            on_ranks: found.on_ranks,
            telling: found.telling,
            best_split: found.best_split,
            leaks: found.leaks,
            circular: self.made_of.iter().any(|name| name == attribute),
            confidence: self.confidence,
            notes,
        })
    }

    /// # Errors
    /// If a setting is outside what it may be, or an attribute that made the segments is not there.
    fn check(&self, customers: &Customers) -> Result<()> {
        self.made_of.iter().try_for_each(|name| customers.column(name).map(|_| ()))?;
        if self.folds < 2 {
            return Err(Error::parameter("folds", "at least 2", self.folds));
        }
        if self.repeats == 0 {
            return Err(Error::parameter("repeats", "at least 1", 0));
        }
        if self.draws == 0 {
            return Err(Error::parameter("draws", "at least 1", 0));
        }
        if let Some(least) = self.least.filter(|least| !(least.is_finite() && *least > 0.0)) {
            return Err(Error::parameter("least", "a finite number above 0", least));
        }
        interval::confident(self.confidence)
    }
}

/// What is found of a goal, whatever its kind.
struct Found {
    share: Comparison,
    on_ranks: Option<Comparison>,
    telling: Option<Telling>,
    best_split: Option<String>,
    leaks: Vec<String>,
}

/// The group of each row, of groups that somebody is in; which segment each is (`None`: those in no segment), and how
/// many are in none.
fn grouped<S: Segment>(rows: &[usize], segmentation: &Segmentation<S>) -> (Vec<u32>, Vec<Option<usize>>, usize) {
    let none = segmentation.segments().len();
    let places: Vec<usize> = rows.iter().map(|row| segmentation.index(*row).unwrap_or(none)).collect();
    let mut present: Vec<usize> = places.clone();
    present.sort_unstable();
    present.dedup();
    let groups = places.iter().map(|place| present.binary_search(place).unwrap_or(0) as u32).collect();
    let unassigned = places.iter().filter(|place| **place == none).count();
    (groups, present.into_iter().map(|place| Some(place).filter(|place| *place < none)).collect(), unassigned)
}

/// A number: as it is and by its ranks. Leaks are looked for by ranks, where a curve is as good as a line.
fn numbers(ground: &Ground<'_>, outcome: &Outcome, weights: Option<&[f64]>, progress: &Progress<'_>) -> Result<Found> {
    let values = scaled(&outcome.values);
    let ranks = scaled(&outcome::ranks(&outcome.values, weights));
    let (target, on_ranks) = (Numbers { values: &values, weights }, Numbers { values: &ranks, weights });
    Ok(Found {
        share: ground.compare(&target, progress)?,
        on_ranks: Some(ground.compare(&on_ranks, progress)?),
        telling: None,
        best_split: best_split(ground, &target, progress)?,
        leaks: ground.leaks(&on_ranks, progress)?,
    })
}

/// A yes or no, or texts: shares of classes, and the figures that only they have.
fn classes(ground: &Ground<'_>, outcome: &Outcome, weights: Option<&[f64]>, progress: &Progress<'_>) -> Result<Found> {
    let target = Classes { labels: &outcome.labels, classes: outcome.classes, weights, impurity: Impurity::Gini };
    let area = |repeat: usize| measure::area(&target, ground.groups, ground.count, &ground.fold(repeat), ground.folds);
    let areas: Vec<f64> = match outcome.kind {
        GoalKind::Rate { .. } => (0..ground.repeats).filter_map(area).collect(),
        _ => Vec::new(),
    };
    let area = (!areas.is_empty()).then(|| areas.iter().sum::<f64>() / areas.len() as f64);
    let telling = Telling {
        area: area.map_or(Estimate::default(), |area| result::with_hanley(area, &target, ground.z)),
        cramers_v: measure::cramers_v(&target, ground.groups, ground.count),
        log_loss_reduction: measure::log_loss_reduction(
            &target,
            ground.groups,
            ground.count,
            &ground.fold(0),
            ground.folds,
        ),
    };
    Ok(Found {
        share: ground.compare(&target, progress)?,
        on_ranks: None,
        telling: Some(telling),
        best_split: best_split(ground, &target, progress)?,
        leaks: ground.leaks(&target, progress)?,
    })
}

/// The best single split of all rows, in words.
fn best_split<T: Target>(ground: &Ground<'_>, target: &T, progress: &Progress<'_>) -> Result<Option<String>> {
    let all: Vec<usize> = (0..ground.table.features.len()).collect();
    let rows = (0..ground.groups.len() as u32).collect();
    let tree = Tree::grow(ground.table, &all, target, rows, &Limits { leaves: 2, ..ground.limits }, progress)?;
    let Some(split) = tree.split(0, 2) else { return Ok(None) };
    Ok(conditions(&tree, ground.table, 2).get(split.yes).map(|limits| in_words(limits)))
}
