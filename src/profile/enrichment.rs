//! Which texts are more frequent in a segment than outside it: the strongest of each, sets included.

use std::fmt;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::math::hypergeometric::Hypergeometric;
use crate::math::interval;
use crate::parallel;
use crate::segment::Segment;
use crate::segmentation::{Segmentation, same_customers};
use crate::text::{Align, Table, count};
use crate::value::Kind;

use super::groups::Groups;
use super::p_value::{Correction, PValue};
use super::reading::{Counts, Reading, chosen};
use super::summary::Estimate;
use super::table::{ends, number, percent};

/// How many of each segment are printed.
const PRINTED: usize = 5;

/// A sum of weights above which counts are no whole numbers any more.
const MOST_CUSTOMERS: f64 = 1e15;

/// Looks for texts that are more or less frequent in a segment than outside it.
///
/// Every segment, attribute and text of nominal attributes, truths and sets (technologies, needs, channels) is tested by
/// Fisher's exact test, and all p-values are corrected together.
///
/// | setting | unless said otherwise |
/// | --- | --- |
/// | [`attributes`](Enrichment::attributes) | all with texts, truths or sets but those of the role *ignored* |
/// | [`correction`](Enrichment::correction) | Benjamini and Hochberg's, as there are many tests |
/// | [`confidence`](Enrichment::confidence) | 0.95 |
/// | [`texts`](Enrichment::texts) | the 50 most frequent of an attribute |
/// | [`fewest`](Enrichment::fewest) | 5 customers have the text |
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::profile::Enrichment;
/// use segmentry::segmentation::Segmentation;
/// use segmentry::value::{Column, Ids};
///
/// let customers = Customers::new(Ids::numbered(60))
///     .with_column("country", Column::texts((0..60).map(|i| if i % 3 == 0 || i % 4 == 0 { "DE" } else { "FR" })))?;
/// let names = ["a", "b", "c"].map(str::to_owned).to_vec();
/// let segmentation = Segmentation::new(&customers, names, (0..60).map(|i| Ok(i % 3)))?;
/// let found = Enrichment::new().of(&customers, &segmentation)?;
/// let strongest = found.strongest("a", 1);
/// assert_eq!((strongest[0].category.as_str(), strongest[0].inside), ("DE", 20.0));
/// assert!(strongest[0].adjusted.at_most(0.001));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(n · attributes), and O(√n) a segment and text.
///
/// # Missing values
/// Left out. A set that is known and empty counts among those without each text.
///
/// # Weights
/// A weight is a number of customers. The exact test needs whole numbers: the four counts are rounded for it.
///
/// # Differs from
/// R's `fisher.test` in nothing but rounding; its odds ratio is the conditional one, here is the lift.
///
/// # References
/// R. A. Fisher 1922, On the interpretation of χ² from contingency tables, and the calculation of P, DOI 10.2307/2340521.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrichment {
    attributes: Option<Vec<String>>,
    correction: Correction,
    confidence: f64,
    texts: usize,
    fewest: f64,
}

impl Default for Enrichment {
    fn default() -> Self {
        let correction = Correction::BenjaminiHochberg;
        Enrichment { attributes: None, correction, confidence: 0.95, texts: 50, fewest: 5.0 }
    }
}

/// How frequent a text is in a segment and outside it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Enriched {
    /// The key of the segment.
    pub segment: String,
    /// The attribute.
    pub attribute: String,
    /// The text.
    pub category: String,
    /// How many of the segment have it.
    pub inside: f64,
    /// Of how many of the segment the attribute is known.
    pub inside_known: f64,
    /// How many of the other segments have it.
    pub outside: f64,
    /// Of how many of the other segments it is known.
    pub outside_known: f64,
    /// The share in the segment over the share of both together, with its interval (Katz et al. 1978).
    pub lift: Estimate,
    /// How likely so many or more are by chance.
    pub p_more: PValue,
    /// How likely so few or fewer are.
    pub p_fewer: PValue,
    /// How likely a table as unlikely is: the two-sided test, which is the one that is corrected.
    pub p: PValue,
    /// Corrected over all segments and texts.
    pub adjusted: PValue,
}

impl Enriched {
    /// The share in the segment.
    pub fn share(&self) -> f64 {
        self.inside / self.inside_known
    }

    /// The share in the other segments.
    pub fn share_outside(&self) -> f64 {
        self.outside / self.outside_known
    }

    /// Whether the text is more frequent in the segment.
    pub fn is_more(&self) -> bool {
        self.share() > self.share_outside()
    }
}

/// What [`Enrichment`] finds.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EnrichmentTable {
    /// How p-values were corrected, over all of `found`.
    pub correction: Correction,
    /// How sure the intervals are.
    pub confidence: f64,
    /// The keys of the segments.
    pub segments: Vec<String>,
    /// Every segment and text that was tested: segment by segment, attribute by attribute, texts by frequency.
    pub found: Vec<Enriched>,
}

impl EnrichmentTable {
    /// The texts that are more frequent in the segment of that key, the least likely first, then those of the larger lift.
    pub fn strongest(&self, segment: &str, most: usize) -> Vec<&Enriched> {
        let mut own: Vec<&Enriched> = self.found.iter().filter(|e| e.segment == segment && e.is_more()).collect();
        let lift = |e: &Enriched| e.lift.value.unwrap_or(0.0);
        own.sort_by(|a, b| a.p.ln().total_cmp(&b.p.ln()).then(lift(b).total_cmp(&lift(a))));
        own.truncate(most);
        own
    }
}

impl Enrichment {
    /// The usual settings.
    pub fn new() -> Self {
        Enrichment::default()
    }

    /// Sets which attributes are looked at.
    #[must_use]
    pub fn attributes<T: Into<String>>(mut self, attributes: impl IntoIterator<Item = T>) -> Self {
        self.attributes = Some(attributes.into_iter().map(Into::into).collect());
        self
    }

    /// Sets how p-values are corrected.
    #[must_use]
    pub fn correction(mut self, correction: Correction) -> Self {
        self.correction = correction;
        self
    }

    /// Sets how sure the intervals of lifts are; between 0 and 1.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets how many texts of an attribute are tested, the most frequent.
    #[must_use]
    pub fn texts(mut self, most: usize) -> Self {
        self.texts = most;
        self
    }

    /// Sets how many customers must have a text for it to be tested.
    #[must_use]
    pub fn fewest(mut self, customers: f64) -> Self {
        self.fewest = customers;
        self
    }

    /// How frequent each text is in each segment and outside it; the unassigned are left out.
    ///
    /// # Errors
    /// If there are no customers, the segmentation is of others, an attribute asked for does not exist or has no texts, no
    /// attribute has any, weights sum to more than 10¹⁵, or a setting is outside what it may be.
    pub fn of<S: Segment>(&self, customers: &Customers, segmentation: &Segmentation<S>) -> Result<EnrichmentTable> {
        if customers.is_empty() {
            return Err(Error::empty("customers"));
        }
        same_customers(customers.ids(), segmentation.ids(), ("table", "segmentation"))?;
        interval::confident(self.confidence)?;
        if self.fewest.is_nan() || self.fewest < 0.0 {
            return Err(Error::parameter("fewest", "a number from 0 on", self.fewest));
        }
        let groups = Groups::new(segmentation, customers.weights());
        let total: f64 = (0..groups.len()).map(|group| groups.total(group)).sum();
        if total > MOST_CUSTOMERS {
            return Err(Error::parameter("weights", "a sum of at most 1e15", total));
        }
        let keys: Vec<String> = segmentation.segments().iter().map(|segment| segment.key().into_owned()).collect();
        let columns = chosen(customers, self.attributes.as_deref())?;
        let found = parallel::map_items(columns, |(attribute, column)| match Reading::of(attribute, column, &groups) {
            Reading::Texts(counts) => Ok(self.texts_of(&attribute.name, attribute.kind, &counts, &keys)),
            _ => Err((attribute.name.clone(), column.kind())),
        });
        let mut by_segment: Vec<Vec<Enriched>> = keys.iter().map(|_| Vec::new()).collect();
        let mut any = false;
        for found in found {
            match found {
                Ok(found) => {
                    any = true;
                    by_segment.iter_mut().zip(found).for_each(|(all, more)| all.extend(more));
                }
                Err((name, kind)) if self.attributes.is_some() => {
                    return Err(Error::wrong_kind(name, kind, "text without an order, boolean or set"));
                }
                Err(_) => {}
            }
        }
        if !any {
            return Err(Error::empty("attributes with texts"));
        }
        let mut found: Vec<Enriched> = by_segment.into_iter().flatten().collect();
        let p: Vec<PValue> = found.iter().map(|e| e.p).collect();
        found.iter_mut().zip(self.correction.adjust_all(&p)).for_each(|(e, adjusted)| e.adjusted = adjusted);
        Ok(EnrichmentTable { correction: self.correction, confidence: self.confidence, segments: keys, found })
    }

    /// Of each segment, the texts of one attribute.
    fn texts_of(&self, attribute: &str, kind: Kind, counts: &Counts, keys: &[String]) -> Vec<Vec<Enriched>> {
        // of truths `false` says the same as `true` again
        let told = |text: &usize| kind != Kind::Boolean || counts.texts[*text] == "true";
        let total = |text: usize| counts.total(text);
        let mut texts: Vec<usize> =
            (0..counts.texts.len()).filter(told).filter(|text| total(*text) >= self.fewest).collect();
        texts.sort_by(|a, b| total(*b).total_cmp(&total(*a)).then(a.cmp(b)));
        texts.truncate(self.texts);
        let known: f64 = counts.known.iter().sum();
        let z = interval::normal(self.confidence);
        let one = |segment: usize, text: usize| {
            let (x, n) = (counts.counts[segment][text], counts.known[segment]);
            let (y, m) = ((total(text) - x).max(0.0), (known - n).max(0.0));
            if n <= 0.0 || m <= 0.0 {
                return None; // there is nobody to compare with
            }
            let (inside, having, drawn) = (x.round(), x.round() + y.round(), n.round());
            let exact = Hypergeometric::new(drawn + m.round(), having, drawn);
            let p = PValue::from_ln(exact.ln_as_unlikely(inside));
            let lift = (x / n) / ((x + y) / (n + m));
            Some(Enriched {
                segment: keys[segment].clone(),
                attribute: attribute.to_owned(),
                category: counts.texts[text].clone(),
                inside: x,
                inside_known: n,
                outside: y,
                outside_known: m,
                lift: Estimate::new(Some(lift), interval::lift_of_shares((x, n), (y, m), z)),
                p_more: PValue::from_ln(exact.ln_at_least(inside)),
                p_fewer: PValue::from_ln(exact.ln_at_most(inside)),
                p,
                adjusted: p,
            })
        };
        (0..keys.len()).map(|segment| texts.iter().filter_map(|text| one(segment, *text)).collect()).collect()
    }
}

/// The five strongest of each segment whose corrected p-value is at most one less the confidence.
impl fmt::Display for EnrichmentTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sure = (self.confidence * 1000.0).round() / 10.0;
        let (tests, correction) = (count(self.found.len()), self.correction.name());
        writeln!(f, "what is more frequent in each segment: {tests} tests, {correction}; intervals at {sure} %")?;
        let heads = ["inside", "outside", "lift", "interval", "p", "corrected"].map(|head| (head, Align::Right));
        let mut table = Table::new([("segment", Align::Left), ("text", Align::Left)].into_iter().chain(heads));
        for segment in &self.segments {
            let strongest = self.strongest(segment, usize::MAX).into_iter();
            for e in strongest.filter(|e| e.adjusted.at_most(1.0 - self.confidence)).take(PRINTED) {
                table.row([
                    segment.clone(),
                    format!("{} `{}`", e.attribute, e.category),
                    percent(Some(e.share())),
                    percent(Some(e.share_outside())),
                    number(e.lift.value),
                    ends(e.lift.lower, e.lift.upper, number),
                    e.p.to_string(),
                    e.adjusted.to_string(),
                ]);
            }
        }
        write!(f, "{table}")
    }
}
