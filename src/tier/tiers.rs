//! Tiers between thresholds that somebody named.

use crate::bands::Better;
use crate::customer::{Customer, Customers};
use crate::error::Result;
use crate::explanation::Explanation;
use crate::segment::Label;
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter};

use super::ladder::Ladder;
use super::measure::Measure;
use super::place;

/// Tiers between thresholds: gold from 1 000, silver from 250, everybody else bronze.
///
/// A tier is told best first and holds from its threshold on: **at least** 1 000 is gold. Without
/// [`otherwise`](Tiers::otherwise), customers below the last threshold are unassigned. What is wrong with a definition
/// (thresholds that do not fall, a name twice, a number that is not finite) is an error of [`check`](Tiers::check) and
/// of every use.
///
/// A customer whose attribute is missing, null or invalid is unassigned with that reason, unless
/// [`Measure::missing_as`] says what it counts as.
///
/// ```
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let tiers = Tiers::on("spend").tier("gold", 1000.0).tier("silver", 250.0).otherwise("bronze");
/// let customer = Record::new("c-1").with("spend", 879.5);
/// assert_eq!(
///     tiers.explain(&customer)?.to_string(),
///     "customer `c-1` is in Silver
///   because spend is 879.5 (250 or more is `silver`)
///   `gold` with 120.5 more
///   `bronze` with more than 629.5 less",
/// );
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(try_from = "Definition", into = "Definition"))]
pub struct Tiers {
    definition: Definition,
    /// What the definition means, or what is wrong with it.
    ladder: Result<Ladder>,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Definition {
    measure: Measure,
    #[cfg_attr(feature = "serde", serde(default))]
    better: Better,
    tiers: Vec<Step>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    otherwise: Option<Label>,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
struct Step {
    tier: Label,
    from: f64,
}

impl Definition {
    fn ladder(&self) -> Result<Ladder> {
        self.measure.check()?;
        let (labels, cuts) = self.tiers.iter().map(|step| (step.tier.clone(), Some(step.from))).unzip();
        Ladder::new(labels, self.otherwise.clone(), cuts, self.better)
    }
}

impl TryFrom<Definition> for Tiers {
    type Error = crate::Error;

    fn try_from(definition: Definition) -> Result<Self> {
        let tiers = Tiers::new(definition);
        tiers.check()?;
        Ok(tiers)
    }
}

impl From<Tiers> for Definition {
    fn from(tiers: Tiers) -> Self {
        tiers.definition
    }
}

impl Tiers {
    /// Tiers by an attribute, by a weighted sum of attributes as they are (`[("spend", 1.0), ("orders", 20.0)]`), or by
    /// a score whose scales were learnt.
    pub fn on(measure: impl Into<Measure>) -> Self {
        let measure = measure.into();
        Tiers::new(Definition { measure, better: Better::Higher, tiers: Vec::new(), otherwise: None })
    }

    fn new(definition: Definition) -> Self {
        Tiers { ladder: definition.ladder(), definition }
    }

    /// Adds the next lower tier, which holds from this value on.
    #[must_use]
    pub fn tier(self, name: impl Into<String>, from: f64) -> Self {
        self.label(place::label(name), from)
    }

    /// As [`Tiers::tier`], with a label that has a name and a description of its own.
    #[must_use]
    pub fn label(mut self, label: Label, from: f64) -> Self {
        self.definition.tiers.push(Step { tier: label, from });
        Tiers::new(self.definition)
    }

    /// Sets the tier of everybody below the last threshold.
    #[must_use]
    pub fn otherwise(mut self, name: impl Into<String>) -> Self {
        self.definition.otherwise = Some(place::label(name));
        Tiers::new(self.definition)
    }

    /// The lowest values are best, as for the days since the last order: a tier holds **at most** its threshold, and
    /// thresholds rise.
    #[must_use]
    pub fn lower_is_better(mut self) -> Self {
        self.definition.better = Better::Lower;
        Tiers::new(self.definition)
    }

    /// Whether the definition holds together.
    ///
    /// # Errors
    /// If there is no tier, a name is empty or occurs twice, a threshold is not finite or not in strict order, no
    /// attribute is measured or one is twice, or a weight is 0 or not finite.
    pub fn check(&self) -> Result<()> {
        self.ladder().map(|_| ())
    }

    /// What is measured.
    pub fn measure(&self) -> &Measure {
        &self.definition.measure
    }

    /// The thresholds, best tier first.
    pub fn thresholds(&self) -> impl Iterator<Item = (&Label, f64)> {
        self.definition.tiers.iter().map(|step| (&step.tier, step.from))
    }

    pub(super) fn ladder(&self) -> Result<&Ladder> {
        self.ladder.as_ref().map_err(Clone::clone)
    }
}

impl Segmenter for Tiers {
    type Segment = Label;

    /// Best first; none while the definition is wrong.
    fn segments(&self) -> Vec<Label> {
        self.ladder.as_ref().map(|ladder| ladder.labels().to_vec()).unwrap_or_default()
    }

    fn reads(&self) -> Reads {
        self.measure().reads()
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        place::assign(self.measure(), self.ladder()?, customer)
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        place::explain(self.measure(), self.ladder()?, customer)
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        place::segment(self.measure(), self.ladder()?, customers)
    }
}

#[cfg(feature = "serde")]
impl crate::model::Model for Tiers {
    const KIND: &'static str = "tiers";

    fn reads(&self) -> Reads {
        self.measure().reads()
    }

    fn check(&self) -> Result<()> {
        Tiers::check(self)
    }
}
