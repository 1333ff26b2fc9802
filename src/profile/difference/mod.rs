//! By which attributes segments differ: a test for each by its level, corrected for their number, with effect sizes.

mod found;
mod numbers;
mod pairs;
mod print;
mod ranks;
mod shares;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::interval;
use crate::parallel;
use crate::segment::Segment;
use crate::segmentation::{Segmentation, same_customers};
use crate::value::{Attribute, Level};

use super::groups::Groups;
use super::p_value::{Correction, PValue};
use super::reading::{Counts, Numbers, Reading, chosen};

pub use found::{Difference, DifferenceTable, Effect, Measure, Method, PairDifference, Test, Untested};

/// A sum of weights above which counts are no whole numbers any more.
const MOST_CUSTOMERS: f64 = 1e15;

/// Texts of a set that fewer have are not tested; as for markers. Ours.
const FEWEST: f64 = 5.0;

/// Tests by which attributes segments differ.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`attributes`](Differences::attributes) | all but places and those of the role *ignored* |
/// | [`made_by`](Differences::made_by) | not said |
/// | [`correction`](Differences::correction) | Holm's, over all tests |
/// | [`confidence`](Differences::confidence) | 0.95 |
/// | [`permutations`](Differences::permutations) | 2,000 tables |
/// | [`seed`](Differences::seed) | 0 |
/// | [`texts`](Differences::texts) | the 50 most frequent texts of a set |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::{Differences, Method};
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::{Column, Ids};
///
/// let customers = Customers::new(Ids::numbered(90))
///     .with_column("spend", Column::numbers((0..90).map(|i| f64::from(i % 7 + 10 * (i % 3)))))?
///     .with_column("plan", Column::texts((0..90).map(|i| if i % 4 == 0 { "pro" } else { "free" })))?;
/// let names = ["a", "b", "c"].map(str::to_owned).to_vec();
/// let segmentation = Segmentation::new(&customers, names, (0..90).map(|i| Ok(i % 3)))?;
/// let found = Differences::new().of(&customers, &segmentation)?;
/// assert_eq!(found.of("spend")?.test.method, Method::Welch);
/// assert!(found.of("spend")?.adjusted.at_most(0.001) && !found.of("plan")?.adjusted.at_most(0.05));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Which test
///
/// | attribute | test | effect, interval | beside it |
/// | --- | --- | --- | --- |
/// | texts, truths, numbers that are names | chi-squared | Cramér's V corrected by Bergsma, by the noncentral χ² | plain V |
/// | sets | the same for each text: has it or not | the same | |
/// | numbers, days (levels interval and ratio) | Welch's analysis of variance | η², by the noncentral F of equal spreads | classic analysis of variance with ω², Kruskal-Wallis |
/// | counts, ordered texts and answers; numbers whose skewness within segments is above 2 or that are all the same in a segment | Kruskal-Wallis | ε², by the noncentral F of ranks | the other two, of numbers |
///
/// The chi-squared distribution is an approximation. Where a count expected is below 5 that is told, and a p-value is
/// made of tables at random with the same sums; it is the one that counts where W. G. Cochran's rule (1954) is broken.
///
/// # When it fits and when not
///
/// **Attributes by which the segments were made differ by nature**: k-means finds groups with different means in noise,
/// and the test then says *p < 1e-300* of nothing (selective inference; L. L. Gao, J. Bien and D. Witten 2022, DOI
/// 10.1080/01621459.2022.2116331). Name them by [`made_by`](Differences::made_by): they are marked, and their p-values
/// mean nothing. Of attributes that were not used and do not follow from those that were, p-values mean what they say.
/// With a million customers everything is significant: read the effect.
///
/// # Cost
/// O(n log n) an attribute, one attribute a thread, 40 bytes a customer and thread.
///
/// # Determinism
/// Tables at random follow the seed; all else has no chance in it. The number of threads does not matter.
///
/// # Missing values
/// Left out attribute by attribute, and counted. Customers in no segment are left out.
///
/// # Differs from
/// scipy and R in that p-values are kept as logarithms, so that none is 0. No test is corrected for continuity.
///
/// # References
/// B. L. Welch 1951, DOI 10.1093/biomet/38.3-4.330; W. H. Kruskal and W. A. Wallis 1952, DOI
/// 10.1080/01621459.1952.10483441; W. G. Cochran 1954, DOI 10.2307/3001616; W. Bergsma 2013, Journal of the Korean
/// Statistical Society 42, 323–328; J. H. Steiger 2004 (intervals of effects), DOI 10.1037/1082-989X.9.2.164;
/// M. Tomczak and E. Tomczak 2014 (ε²), Trends in Sport Sciences 21, 19–25.
#[derive(Clone, Debug, PartialEq)]
pub struct Differences {
    attributes: Option<Vec<String>>,
    made_by: Option<Vec<String>>,
    correction: Correction,
    confidence: f64,
    permutations: usize,
    seed: u64,
    texts: usize,
}

impl Default for Differences {
    fn default() -> Self {
        Differences {
            attributes: None,
            made_by: None,
            correction: Correction::Holm,
            confidence: 0.95,
            permutations: 2000,
            seed: 0,
            texts: 50,
        }
    }
}

impl Differences {
    /// The usual settings.
    pub fn new() -> Self {
        Differences::default()
    }

    /// Sets which attributes are tested, in this order.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Says by which attributes the segments were made; none of them where the list is empty.
    ///
    /// They are tested and marked. A name that the table has not is no error, for features have names of their own.
    #[must_use]
    pub fn made_by<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.made_by = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how p-values are corrected for the number of tests.
    #[must_use]
    pub fn correction(mut self, correction: Correction) -> Self {
        self.correction = correction;
        self
    }

    /// Sets how sure the intervals of effects are; between 0 and 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets how many tables are drawn at random where counts are small; 0 for none.
    #[must_use]
    pub fn permutations(mut self, tables: usize) -> Self {
        self.permutations = tables;
        self
    }

    /// Sets the seed of the tables at random.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how many texts of an attribute of sets are tested, the most frequent.
    #[must_use]
    pub fn texts(mut self, most: usize) -> Self {
        self.texts = most;
        self
    }

    /// By which attributes the segments differ.
    ///
    /// # Errors
    /// If there are no customers, the segmentation is of others, an attribute asked for does not exist or is a place,
    /// fewer than two segments have somebody, weights sum to more than 10¹⁵, or the confidence is not between 0 and 1.
    pub fn of<S: Segment>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<DifferenceTable> {
        let groups = self.groups(customers, segmentation)?;
        let columns = chosen(customers, self.attributes.as_deref())?;
        let found = parallel::map_items(columns, |(attribute, column)| {
            let reading = Reading::of(attribute, column, &groups);
            let found = match &reading {
                Reading::Numbers(numbers) => self.numbers(attribute, numbers).map(|found| vec![found]),
                Reading::Texts(counts) if counts.several => self.sets(counts),
                Reading::Texts(counts) => self.shares(&counts.counts).map(|found| vec![found]),
                Reading::Not(reason) => Err(reason.clone()),
            };
            let missing = reading.missing();
            match found {
                Ok(mut found) => {
                    for found in &mut found {
                        found.attribute.clone_from(&attribute.name);
                        found.missing = missing;
                        found.made_by = self.made_by.iter().flatten().any(|name| *name == attribute.name);
                    }
                    Ok(found)
                }
                Err(reason) => Err(Untested { attribute: attribute.name.clone(), reason }),
            }
        });
        let (mut differences, mut untested) = (Vec::new(), Vec::new());
        for found in found {
            match found {
                Ok(found) => differences.extend(found),
                Err(reason) => untested.push(reason),
            }
        }
        let p: Vec<PValue> = differences.iter().map(|d| d.p).collect();
        let adjusted = self.correction.adjust_all(&p);
        differences.iter_mut().zip(adjusted).for_each(|(difference, adjusted)| difference.adjusted = adjusted);
        Ok(DifferenceTable {
            correction: self.correction,
            confidence: self.confidence,
            segments: (0..groups.len() - 1).filter(|segment| groups.total(*segment) > 0.0).count(),
            unassigned: segmentation.unassigned(),
            made_by_known: self.made_by.is_some(),
            differences,
            untested,
        })
    }

    /// The door: everything that can be wrong but the attributes.
    fn groups<'a, S: Segment>(&self, customers: &'a Customers, segmentation: &Segmentation<S>) -> Result<Groups<'a>> {
        if customers.is_empty() {
            return Err(Error::empty("customers"));
        }
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        interval::confident(self.confidence)?;
        let groups = Groups::new(segmentation, customers.weights());
        let totals: Vec<f64> = (0..groups.len() - 1).map(|segment| groups.total(segment)).collect();
        let some = totals.iter().filter(|total| **total > 0.0).count();
        if some < 2 {
            let message = format!("segments are compared where two have customers at least, found {some}");
            return Err(Error::unsupported(message));
        }
        let total: f64 = totals.iter().sum();
        if total > MOST_CUSTOMERS {
            return Err(Error::parameter("weights", "a sum of at most 1e15", total));
        }
        Ok(groups)
    }

    /// # Errors
    /// Why it cannot be tested.
    fn numbers(&self, attribute: &Attribute, numbers: &Numbers) -> Result<Difference, String> {
        let moments = numbers.moments();
        let ranks = ranks::kruskal_wallis(numbers, self.confidence).ok_or_else(|| nothing(&moments))?;
        let (mut others, mut notes) = (Vec::new(), Vec::new());
        let by_order = numbers.ordinal || attribute.level == Level::Count;
        let (welch, anova) = (numbers::welch(&moments, self.confidence), numbers::anova(&moments, self.confidence));
        let known = moments.iter().map(|m| m.count).sum();
        let test = match welch {
            Some(welch) if !by_order && !numbers::skewed(&moments) => {
                others.extend(anova);
                others.push(ranks);
                welch
            }
            welch => {
                if !by_order {
                    let why = if welch.is_some() { "it has a long tail" } else { "a segment has no spread in it" };
                    notes.push(format!("compared by ranks, because {why}"));
                }
                if !numbers.ordinal {
                    others.extend(anova);
                    others.extend(welch);
                }
                ranks
            }
        };
        Ok(Difference { others, notes, ..Difference::of(test, known) })
    }

    /// # Errors
    /// Why it cannot be tested.
    fn shares(&self, counts: &[Vec<f64>]) -> Result<Difference, String> {
        let shares = shares::Shares::of(counts);
        let known: f64 = counts.iter().flatten().sum();
        let why =
            || if known > 0.0 { "it is the same for all".to_owned() } else { "nothing is known of it".to_owned() };
        let test = shares.test(self.confidence).ok_or_else(why)?;
        let mut found = Difference::of(test, known);
        let (fewest, enough) = shares.fewest();
        found.fewest_expected = Some(fewest);
        if fewest < 5.0 {
            found.permuted = shares.permuted(self.permutations, self.seed);
            let told = format!("a count of {} is expected in a cell", crate::text::number(fewest));
            found.notes.push(match found.permuted {
                Some(permuted) if !enough => {
                    found.p = permuted;
                    format!("{told}: p-value by {} tables at random", crate::text::count(self.permutations))
                }
                Some(permuted) => format!("{told}: by tables at random p is {permuted}"),
                None => format!("{told}: the p-value is uncertain"),
            });
        }
        Ok(found)
    }

    /// Each text of a set by itself.
    ///
    /// # Errors
    /// If there is none that can be tested.
    fn sets(&self, counts: &Counts) -> Result<Vec<Difference>, String> {
        let mut found = Vec::new();
        for text in frequent(counts, self.texts) {
            if let Ok(difference) = self.shares(&has_or_not(counts, text)) {
                found.push(Difference { category: Some(counts.texts[text].clone()), ..difference });
            }
        }
        if found.is_empty() { Err("no text of it is had by some and not by others".to_owned()) } else { Ok(found) }
    }
}

/// Why ranks cannot be compared.
fn nothing(moments: &[super::reading::Moments]) -> String {
    match moments.iter().filter(|m| m.count > 0.0).count() {
        0 => "nothing is known of it".to_owned(),
        1 => "it is known in one segment only".to_owned(),
        _ => "it is the same for all".to_owned(),
    }
}

/// The most frequent texts that five have at least, the most frequent first.
fn frequent(counts: &Counts, most: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..counts.texts.len()).filter(|text| counts.total(*text) >= FEWEST).collect();
    order.sort_by(|a, b| counts.total(*b).total_cmp(&counts.total(*a)).then(a.cmp(b)));
    order.truncate(most);
    order
}

/// How many of each segment have the text and how many have not.
fn has_or_not(counts: &Counts, text: usize) -> Vec<Vec<f64>> {
    let pair = |(counts, known): (&Vec<f64>, &f64)| vec![counts[text], (known - counts[text]).max(0.0)];
    counts.counts.iter().zip(&counts.known).map(pair).collect()
}

impl Difference {
    /// Before anything but the test is known.
    fn of(test: Test, known: f64) -> Self {
        Difference {
            attribute: String::new(),
            category: None,
            made_by: false,
            known,
            missing: 0.0,
            p: test.p,
            adjusted: test.p,
            test,
            fewest_expected: None,
            permuted: None,
            others: Vec::new(),
            notes: Vec::new(),
        }
    }
}
