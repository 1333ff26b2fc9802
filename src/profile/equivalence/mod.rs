//! Whether two segments are one in all but name: equivalence shown, not merely no difference found.
//!
//! That a test finds no difference says nothing: with nine customers it never does. Here the burden is turned round. Two
//! segments are *equivalent* if each attribute's difference, with its interval, lies within a margin that is too small
//! to matter; *different* if one attribute's lies outside; *undecided* if the customers are too few to say.

mod print;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::{interval, tail};
use crate::parallel;
use crate::segment::Segment;
use crate::segmentation::{Segmentation, same_customers};

use crate::profile::groups::Groups;
use crate::profile::p_value::{Correction, PValue};
use crate::profile::reading::{Moments, Reading, chosen};
use crate::profile::summary::Estimate;

/// With fewer known on either side the arcsine of a share is not normal; as for markers. Ours.
const FEWEST: f64 = 5.0;

/// Tests whether segments are equivalent in profile: two one-sided tests for each attribute.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`attributes`](Equivalence::attributes) | all but places and those of the role *ignored* |
/// | [`margin`](Equivalence::margin) | 0.2: less is "small" by J. Cohen (1988) |
/// | [`alpha`](Equivalence::alpha) | 0.05, which makes intervals of 90 % |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::{Equivalence, Likeness};
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::{Column, Ids};
///
/// let spend: Vec<f64> = (0..3000).map(|i| f64::from(i % 10) + if i % 3 == 2 { 20.0 } else { 0.0 }).collect();
/// let customers = Customers::new(Ids::numbered(3000)).with_column("spend", Column::numbers(spend))?;
/// let names = ["a", "b", "c"].map(str::to_owned).to_vec();
/// let segmentation = Segmentation::new(&customers, names, (0..3000).map(|i| Ok(i % 3)))?;
/// let same = Equivalence::new().between(&customers, &segmentation, "a", "b")?;
/// assert_eq!(same.verdict, Likeness::Equivalent);
/// assert_eq!(Equivalence::new().between(&customers, &segmentation, "a", "c")?.verdict, Likeness::Different);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # How it is decided
/// - Numbers, ordered texts by their place, days: the difference of means in standard deviations (the root of the mean of
///   both variances), with the standard error and degrees of freedom of Welch. The deviation is taken as known.
/// - Each text, truth and text of a set: Cohen's h, with the standard error √(1/n₁ + 1/n₂). With fewer than five known on
///   a side it is undecided.
/// - All attributes must be equivalent at `alpha` each, which needs no correction (intersection-union). One that is
///   different suffices, so that is corrected by Holm: the difference must be beyond the margin, not merely beyond 0.
///
/// # Cost
/// O(n · attributes) once and O(attributes) a pair; 8 bytes a customer and attribute at a time.
///
/// # Missing values
/// Left out attribute by attribute. An attribute of which too little is known leaves the pair undecided.
///
/// # Differs from
/// R's `TOSTER` in that the margin is always in standard deviations, of both segments alike.
///
/// # References
/// D. J. Schuirmann 1987, A comparison of the two one-sided tests procedure and the power approach, DOI
/// 10.1007/BF01068419. R. L. Berger 1982, Multiparameter hypothesis testing and acceptance sampling, DOI
/// 10.1080/00401706.1982.10487790 (intersection-union). J. Cohen 1988, Statistical Power Analysis for the Behavioral
/// Sciences, sections 2.2.3 and 6.2.1.
#[derive(Clone, Debug, PartialEq)]
pub struct Equivalence {
    attributes: Option<Vec<String>>,
    margin: f64,
    alpha: f64,
}

impl Default for Equivalence {
    fn default() -> Self {
        Equivalence { attributes: None, margin: 0.2, alpha: 0.05 }
    }
}

/// Whether a difference matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "lowercase"))]
pub enum Likeness {
    /// It is shown to lie within the margin.
    Equivalent,
    /// It is shown to lie beyond it.
    Different,
    /// Neither is shown.
    Undecided,
}

/// How alike two segments are in one attribute.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct AttributeLikeness {
    /// The attribute.
    pub attribute: String,
    /// The text, for a share of texts; `None` for a mean.
    pub category: Option<String>,
    /// The first segment's mean or share.
    pub first: Option<f64>,
    /// The second's.
    pub second: Option<f64>,
    /// The first less the second, in standard deviations or as Cohen's h, with the interval that is held against the
    /// margin (90 % at an `alpha` of 0.05).
    pub difference: Estimate,
    /// Of the two one-sided tests: small if the difference is within the margin.
    pub p_within: Option<PValue>,
    /// Of the test that the difference is beyond the margin, corrected by Holm over the attributes of the pair.
    pub p_beyond: Option<PValue>,
    /// What follows.
    pub verdict: Likeness,
}

/// How alike two segments are.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairLikeness {
    /// The key of the first segment.
    pub first: String,
    /// The key of the second.
    pub second: String,
    /// The margin of each attribute.
    pub margin: f64,
    /// How sure the intervals are: 1 − 2 alpha.
    pub confidence: f64,
    /// Equivalent in all attributes, different in one at least, or undecided.
    pub verdict: Likeness,
    /// Each attribute, in the order asked for; texts by the alphabet.
    pub attributes: Vec<AttributeLikeness>,
}

impl PairLikeness {
    /// The attribute by which they differ most, equivalent or not: the largest difference.
    pub fn most_different(&self) -> Option<&AttributeLikeness> {
        let size = |a: &AttributeLikeness| a.difference.value.map_or(-1.0, f64::abs);
        self.attributes.iter().reduce(|most, next| if size(next) > size(most) { next } else { most })
    }
}

/// What one attribute gives for any pair of segments.
enum Summary {
    /// Moments of each segment and what they are multiplied by.
    Means(Vec<Moments>, f64),
    /// The texts, their counts by segment, and of how many it is known.
    Shares(Vec<String>, Vec<Vec<f64>>, Vec<f64>),
}

impl Equivalence {
    /// The usual settings.
    pub fn new() -> Self {
        Equivalence::default()
    }

    /// Sets which attributes must be equivalent.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets the difference that is too small to matter, in standard deviations and as Cohen's h. Above 0.
    #[must_use]
    pub fn margin(mut self, margin: f64) -> Self {
        self.margin = margin;
        self
    }

    /// Sets how likely a wrong verdict may be; between 0 and 0.5.
    #[must_use]
    pub fn alpha(mut self, alpha: f64) -> Self {
        self.alpha = alpha;
        self
    }

    /// Whether the segments of these two keys are equivalent.
    ///
    /// # Errors
    /// As [`Equivalence::pairs`], and if there is no segment of a key.
    pub fn between<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
        first: &str,
        second: &str,
    ) -> Result<PairLikeness> {
        let keys: Vec<String> = segmentation.segments().iter().map(|segment| segment.key().into_owned()).collect();
        let place = |key: &str| {
            let known = || keys.join("`, `");
            let found = keys.iter().position(|k| k == key);
            found.ok_or_else(|| Error::definition(format!("no segment `{key}`, there are `{}`", known())))
        };
        let (a, b) = (place(first)?, place(second)?);
        let summaries = self.summaries(customers, segmentation)?;
        Ok(self.judge(&summaries, &keys, a, b))
    }

    /// Whether the segments of each pair are equivalent: the first with the second, the first with the third …
    ///
    /// # Errors
    /// If there are no customers or no attributes to compare, the segmentation is of others, an attribute does not exist
    /// or is a place, or a setting is outside what it may be.
    pub fn pairs<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
    ) -> Result<Vec<PairLikeness>> {
        let keys: Vec<String> = segmentation.segments().iter().map(|segment| segment.key().into_owned()).collect();
        let summaries = self.summaries(customers, segmentation)?;
        let pairs: Vec<(usize, usize)> =
            (0..keys.len()).flat_map(|a| (a + 1..keys.len()).map(move |b| (a, b))).collect();
        Ok(parallel::map_items(pairs, |(a, b)| self.judge(&summaries, &keys, a, b)))
    }

    /// Each attribute, summed up once for all pairs.
    fn summaries<S: Segment>(
        &self,
        customers: &Customers,
        segmentation: &Segmentation<S>,
    ) -> Result<Vec<(String, Summary)>> {
        if customers.is_empty() {
            return Err(Error::empty("customers"));
        }
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        if !(self.margin > 0.0 && self.margin.is_finite()) {
            return Err(Error::parameter("margin", "a number above 0", self.margin));
        }
        if !(self.alpha > 0.0 && self.alpha < 0.5) {
            return Err(Error::parameter("alpha", "between 0 and 0.5", self.alpha));
        }
        let columns = chosen(customers, self.attributes.as_deref())?;
        let groups = Groups::new(segmentation, customers.weights());
        let found = parallel::map_items(columns, |(attribute, column)| {
            let summary = match Reading::of(attribute, column, &groups) {
                Reading::Numbers(numbers) => Some(Summary::Means(numbers.moments(), numbers.scale)),
                Reading::Texts(counts) => Some(Summary::Shares(counts.texts, counts.counts, counts.known)),
                Reading::Not(_) => None,
            };
            summary.map(|summary| (attribute.name.clone(), summary))
        });
        let found: Vec<(String, Summary)> = found.into_iter().flatten().collect();
        if found.is_empty() { Err(Error::empty("attributes to compare")) } else { Ok(found) }
    }

    /// One pair.
    fn judge(&self, summaries: &[(String, Summary)], keys: &[String], a: usize, b: usize) -> PairLikeness {
        let mut attributes = Vec::new();
        for (name, summary) in summaries {
            match summary {
                Summary::Means(moments, scale) => attributes.push(self.means(name, moments[a], moments[b], *scale)),
                Summary::Shares(texts, counts, known) => {
                    // of two texts the second says the same as the first
                    let texts = if texts.len() == 2 { &texts[..1] } else { &texts[..] };
                    for (at, text) in texts.iter().enumerate() {
                        let (x, y) = ((counts[a][at], known[a]), (counts[b][at], known[b]));
                        if texts.len() == 1 || x.0 + y.0 > 0.0 {
                            attributes.push(self.shares(name, text, x, y));
                        }
                    }
                }
            }
        }
        let least = PValue::from_ln(0.0);
        let beyond: Vec<PValue> = attributes.iter().map(|a| a.p_beyond.unwrap_or(least)).collect();
        for (attribute, corrected) in attributes.iter_mut().zip(Correction::Holm.adjust_all(&beyond)) {
            attribute.p_beyond = attribute.p_beyond.map(|_| corrected);
            attribute.verdict = match (attribute.p_within, attribute.p_beyond) {
                (Some(within), _) if within.at_most(self.alpha) => Likeness::Equivalent,
                (_, Some(beyond)) if beyond.at_most(self.alpha) => Likeness::Different,
                _ => Likeness::Undecided,
            };
        }
        let verdict = if attributes.iter().any(|a| a.verdict == Likeness::Different) {
            Likeness::Different
        } else if !attributes.is_empty() && attributes.iter().all(|a| a.verdict == Likeness::Equivalent) {
            Likeness::Equivalent
        } else {
            Likeness::Undecided
        };
        let (first, second) = (keys[a].clone(), keys[b].clone());
        let confidence = 1.0 - 2.0 * self.alpha;
        PairLikeness { first, second, margin: self.margin, confidence, verdict, attributes }
    }

    /// Of two means: Welch's standard error, the margin in standard deviations.
    fn means(&self, attribute: &str, a: Moments, b: Moments, scale: f64) -> AttributeLikeness {
        let mean = |m: Moments| (m.count > 0.0).then_some(m.mean * scale).filter(|mean| mean.is_finite());
        let mut found = AttributeLikeness::unknown(attribute, None, mean(a), mean(b));
        let Some((x, y)) = a.variance().zip(b.variance()) else { return found };
        let (deviation, off) = (((x + y) / 2.0).sqrt(), a.mean - b.mean);
        if deviation <= 0.0 {
            // all alike in both: nothing is left to chance
            let sure = (PValue::from_ln(f64::MIN), PValue::from_ln(0.0));
            let (within, beyond) = if off == 0.0 { sure } else { (sure.1, sure.0) };
            (found.p_within, found.p_beyond) = (Some(within), Some(beyond));
            found.difference = Estimate::new((off == 0.0).then_some(0.0), Some((0.0, 0.0)));
            return found;
        }
        let (u, v) = (x / a.count, y / b.count);
        let (share, rest) = (u / (u + v), v / (u + v));
        let degrees = 1.0 / (share * share / (a.count - 1.0) + rest * rest / (b.count - 1.0));
        let error = (u + v).sqrt() / deviation;
        let t = interval::student(1.0 - 2.0 * self.alpha, degrees);
        found.decide(off / deviation, error, self.margin, t, |z| tail::ln_t_above(z, degrees));
        found
    }

    /// Of two shares, each hits and known.
    fn shares(&self, attribute: &str, text: &str, a: (f64, f64), b: (f64, f64)) -> AttributeLikeness {
        let share = |(hits, known): (f64, f64)| (known > 0.0).then(|| (hits / known).clamp(0.0, 1.0));
        let mut found = AttributeLikeness::unknown(attribute, Some(text), share(a), share(b));
        let Some((x, y)) = share(a).zip(share(b)).filter(|_| a.1.min(b.1) >= FEWEST) else { return found };
        let angle = |share: f64| 2.0 * share.sqrt().asin();
        let error = (1.0 / a.1 + 1.0 / b.1).sqrt();
        let z = Some(interval::normal(1.0 - 2.0 * self.alpha));
        found.decide(angle(x) - angle(y), error, self.margin, z, tail::ln_normal_above);
        found
    }
}

impl AttributeLikeness {
    /// Before anything is decided.
    fn unknown(attribute: &str, category: Option<&str>, first: Option<f64>, second: Option<f64>) -> Self {
        AttributeLikeness {
            attribute: attribute.to_owned(),
            category: category.map(str::to_owned),
            first,
            second,
            difference: Estimate::default(),
            p_within: None,
            p_beyond: None,
            verdict: Likeness::Undecided,
        }
    }

    /// Difference, interval and both p-values; `above` is the upper tail of the statistic, as a logarithm.
    fn decide(&mut self, off: f64, error: f64, margin: f64, half: Option<f64>, above: impl Fn(f64) -> f64) {
        let ends = half.map(|half| (off - half * error, off + half * error));
        self.difference = Estimate::new(Some(off), ends);
        // the one of the two one-sided tests that is harder to pass
        let within = above((margin - off.abs()) / error);
        let beyond = above((off.abs() - margin) / error) + std::f64::consts::LN_2;
        self.p_within = Some(PValue::from_ln(within));
        self.p_beyond = Some(PValue::from_ln(beyond));
    }
}
