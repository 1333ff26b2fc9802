//! Segments in a few rules: which conditions on attributes lead to which segment, and how far they can be trusted.
//!
//! A segmentation found by a method nobody can follow is told again by a small tree, whose leaves are rules. How often
//! the rules are right is measured on customers that they were not learnt from.

mod check;
#[cfg(feature = "rules")]
mod export;
mod print;
mod result;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::interval;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::{Segmentation, same_customers};

use super::tree::{Choice, Classes, Impurity, Limits, Table, Tree};

pub use result::{Fidelity, Part, SegmentRule, SegmentRules, Used};

/// How to describe segments in rules.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`leaves`](Surrogate::leaves) | at most 8 |
/// | [`least`](Surrogate::least) | a leaf has 5 customers and 1 in 500 |
/// | [`attributes`](Surrogate::attributes) | all of the roles *base* and *descriptor*, without ids and places |
/// | [`accuracy`](Surrogate::accuracy) | as many leaves as may be |
/// | [`texts`](Surrogate::texts) | a condition names at most 12 texts |
/// | [`impurity`](Surrogate::impurity) | Gini's |
/// | [`folds`](Surrogate::folds), [`seed`](Surrogate::seed) | 5, 0 |
/// | [`confidence`](Surrogate::confidence) | 0.95 |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::evaluate::Surrogate;
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::Column;
///
/// let spend: Vec<f64> = (0..60).map(|i| f64::from(i) * 10.0).collect();
/// let ids: Vec<String> = (0..60).map(|i| format!("c-{i}")).collect();
/// let customers = Customers::with_ids(&ids)?.with_column("spend", Column::numbers(spend.iter().copied()))?;
/// let names = vec!["small".to_owned(), "big".to_owned()];
/// let places = spend.iter().map(|spend| Ok(usize::from(*spend > 395.0)));
/// let segmentation = Segmentation::new(&customers, names, places)?;
///
/// let told = Surrogate::new().leaves(4).of(&customers, &segmentation)?;
/// assert_eq!(told.segment("big")?.parts[0].to_string(), "spend >= 400");
/// assert_eq!((told.leaves, told.segment("big")?.coverage), (2, Some(1.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # When it fits and when not
///
/// To hand a segmentation to people and systems that know attributes and no distances; to see whether attributes that
/// are known of prospects would do ([`attributes`](Surrogate::attributes)). It does not say whether the segments are good
/// ones, and a rule that is right in nine of ten cases still puts the tenth in the wrong segment.
///
/// # Missing values
///
/// Who lacks a value goes to the side of the split that fits better, and the rule says so: `or … is not known`. Customers
/// in no segment teach nothing and are counted.
///
/// # Cost
///
/// O(folds · attributes · customers · depth), in parallel over folds and attributes; memory 2 to 4 bytes a customer and
/// attribute.
///
/// # Determinism
///
/// The same bytes on any number of threads. Folds are drawn from the seed by row, so another order of the customers
/// changes what is measured out of sample, not the rules.
///
/// # Differs from
///
/// Trees of scikit-learn, rpart and smartcore: see the notes at the tree's module. Global surrogates (C. Molnar 2022,
/// Interpretable Machine Learning, chapter 8.6) are often judged on the rows that they were learnt from; here never.
///
/// # References
///
/// L. Breiman, J. Friedman, R. Olshen and C. Stone 1984, Classification and Regression Trees (gini, entropy, sets of
/// categories). M. W. Craven and J. W. Shavlik 1996, Extracting Tree-Structured Representations of Trained Networks
/// (fidelity; trees that grow best first).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Surrogate {
    leaves: usize,
    least: Option<f64>,
    attributes: Option<Vec<String>>,
    without: Vec<String>,
    accuracy: Option<f64>,
    texts: usize,
    impurity: Impurity,
    folds: usize,
    seed: u64,
    confidence: f64,
}

impl Default for Surrogate {
    fn default() -> Self {
        Surrogate {
            leaves: 8,
            least: None,
            attributes: None,
            without: Vec::new(),
            accuracy: None,
            texts: 12,
            impurity: Impurity::Gini,
            folds: 5,
            seed: 0,
            confidence: 0.95,
        }
    }
}

impl Surrogate {
    /// The usual settings.
    pub fn new() -> Self {
        Surrogate::default()
    }

    /// Sets how many leaves the tree has at most: so many rules there are at most.
    #[must_use]
    pub fn leaves(mut self, most: usize) -> Self {
        self.leaves = most;
        self
    }

    /// Sets how many customers, or how much weight, a leaf has at least.
    #[must_use]
    pub fn least(mut self, customers: f64) -> Self {
        self.least = Some(customers);
        self
    }

    /// Sets which attributes rules may ask for: those known of prospects, say.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets which attributes rules may not ask for.
    #[must_use]
    pub fn without<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.without = attributes.into_iter().map(Into::into).collect();
        self
    }

    /// Takes the fewest leaves whose rules are right, out of sample, for that share of customers; all that may be if
    /// none are.
    #[must_use]
    pub fn accuracy(mut self, share: f64) -> Self {
        self.accuracy = Some(share);
        self
    }

    /// Sets how many texts a condition names at most.
    #[must_use]
    pub fn texts(mut self, most: usize) -> Self {
        self.texts = most;
        self
    }

    /// Sets what a split is to make smaller.
    #[must_use]
    pub fn impurity(mut self, impurity: Impurity) -> Self {
        self.impurity = impurity;
        self
    }

    /// Sets in how many parts customers are divided to measure the rules on each with those learnt of the others.
    #[must_use]
    pub fn folds(mut self, folds: usize) -> Self {
        self.folds = folds;
        self
    }

    /// Sets the seed of the folds.
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

    /// The rules that tell these segments.
    ///
    /// # Errors
    /// If the segmentation is of other customers, nobody is in a segment, an attribute is not known or is a place, or a
    /// setting is outside what it may be.
    pub fn of<S: Segment>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<SegmentRules> {
        self.of_with(customers, segmentation, &Progress::none())
    }

    /// As [`Surrogate::of`], telling how far it is.
    ///
    /// # Errors
    /// As [`Surrogate::of`], and if the work is cancelled.
    pub fn of_with<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
        progress: &Progress<'_>,
    ) -> Result<SegmentRules> {
        self.check()?;
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        let weights = customers.weights();
        let counts = |row: &usize| weights.is_none_or(|weights| weights[*row] > 0.0);
        let rows: Vec<u32> = (0..segmentation.len())
            .filter(|row| segmentation.index(*row).is_some() && counts(row))
            .map(|row| row as u32)
            .collect();
        if rows.is_empty() {
            return Err(Error::empty("customers in a segment"));
        }
        let choice = Choice { only: self.attributes.clone(), without: self.without.clone() };
        let table = Table::new(customers, &choice)?;
        let labels: Vec<u32> = segmentation.indices().map(|segment| segment.unwrap_or(0) as u32).collect();
        let classes = segmentation.segments().len();
        let target = Classes { labels: &labels, classes, weights, impurity: self.impurity };
        let weight: f64 = rows.iter().map(|row| weights.map_or(1.0, |weights| weights[*row as usize])).sum();
        let least = self.least.unwrap_or((weight / 500.0).max(5.0));
        let limits = Limits { leaves: self.leaves, least, texts: self.texts };
        let all: Vec<usize> = (0..table.features.len()).collect();
        let tree = Tree::grow(&table, &all, &target, rows.clone(), &limits, progress)?;
        let checked = check::out_of_fold(&table, &target, &rows, &limits, (self.folds, self.seed), progress)?;
        let names = segmentation.segments().iter().map(|segment| Label::of(segment)).collect();
        let ground = result::Ground { table: &table, target: &target, rows: &rows, tree: &tree, names };
        let z = interval::normal(self.confidence);
        Ok(SegmentRules::new(&ground, checked.as_ref(), self.accuracy, (self.confidence, z)))
    }

    /// # Errors
    /// If a setting is outside what it may be.
    fn check(&self) -> Result<()> {
        if self.leaves == 0 {
            return Err(Error::parameter("leaves", "at least 1", 0));
        }
        if let Some(least) = self.least.filter(|least| !(least.is_finite() && *least > 0.0)) {
            return Err(Error::parameter("least", "a finite number above 0", least));
        }
        if self.texts == 0 {
            return Err(Error::parameter("texts", "at least 1", 0));
        }
        if self.folds < 2 {
            return Err(Error::parameter("folds", "at least 2", self.folds));
        }
        if let Some(share) = self.accuracy.filter(|share| !(0.0..=1.0).contains(share)) {
            return Err(Error::parameter("accuracy", "between 0 and 1", share));
        }
        interval::confident(self.confidence)
    }
}
