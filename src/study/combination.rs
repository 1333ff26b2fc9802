//! Segmenters made of a study's other segmenters.
//!
//! In a study the parts of a combination are the segmenters above it, named in the file. They are erased
//! ([`AnySegmenter`]), because a file cannot name a Rust type; what [`Combination`] makes of them
//! are the combinations of [`combine`](crate::combine), of labels.
//!
//! | file | here | made of |
//! | --- | --- | --- |
//! | `kind = "cross"` | [`Combination::Cross`] | [`CrossAll`]; with `merge_below` or `merge_share_below` a merged [`Cross`] of two |
//! | `kind = "fallback"` | [`Combination::Fallback`] | [`FallbackAll`] |
//! | `kind = "nested"` | [`Combination::Nested`] | [`Nested`] |
//! | `kind = "consensus"` | [`Combination::Consensus`] | [`Consensus`] |
//!
//! # How a combination is saved
//!
//! A saved combination holds the saved models of its parts, whole: one file is enough to place a customer, and parts
//! that change later change nothing in it. The price is that a part used twice is written twice. `Combined` is the
//! envelope's body, `How` the way of combining; a merged cross also keeps its map of cells.
//!
//! # Derived attributes
//!
//! What a study learns reads derived attributes such as `spend`, and a customer who comes alone has none: only the
//! sources know it. `Deriving` therefore wraps a segmenter with the derivations that its attributes need, so that the
//! saved model asks for what the sources hold. Combinations need no wrapping of their own, because their parts have
//! it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::combine::{
    CellMap, Consensus, ConsensusMap, ConsensusModel, Cross, CrossAll, FallbackAll, MergedModel, Nested, SparseCells,
};
use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::Explanation;
use crate::features::derived::{Derivation, WithDerived};
use crate::model::Model;
use crate::progress::Progress;
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Reads, Segmenter};

use super::recipe::AnySegmenter;

/// How segmenters of a study become one.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::segment::Segment;
/// use segmentry::study::{Combination, Ready, Study};
/// use segmentry::tier::Tiers;
/// use segmentry::value::Column;
///
/// let customers = Customers::with_ids(["ann", "bo"])?
///     .with_column("employees", Column::integers([3, 400]))?
///     .with_column("orders", Column::integers([20, 2]))?;
/// let findings = Study::new("who buys how often")
///     .customers("crm", customers)
///     .segmenter("size", Ready(Tiers::on("employees").tier("large", 100.0).otherwise("small")))
///     .segmenter("rhythm", Ready(Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional")))
///     .combine("plan", Combination::Cross { of: vec!["size".into(), "rhythm".into()], sparse: None })
///     .run()?;
/// assert_eq!(findings.segmentation("plan")?.find("bo")?.unwrap().key(), "large/occasional");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Combination {
    /// Each customer is in a pair, triple, … of segments; of two, sparse pairs may be merged.
    Cross {
        /// The segmenters, by name.
        of: Vec<String>,
        /// Which cells are too small, and what becomes of them.
        sparse: Option<SparseCells>,
    },
    /// Each customer is where the first segmenter that has a place for it puts it.
    Fallback {
        /// The segmenters, by name; the first is asked first.
        of: Vec<String>,
    },
    /// Each customer is where the outer segmenter puts it; some of its segments are divided further.
    Nested {
        /// The outer segmenter, by name.
        outer: String,
        /// The inner segmenter of an outer segment, by key and name.
        within: Vec<(String, String)>,
    },
    /// Each customer is in the group of those whom most segmenters put beside it.
    Consensus {
        /// The segmenters, by name.
        of: Vec<String>,
        /// How many groups; unless given, as many as no majority joins.
        groups: Option<usize>,
    },
}

impl Combination {
    /// The segmenters it is made of.
    ///
    /// By name, the outer segmenter first. A study checks that each stands above the combination, so that there are no
    /// circles.
    pub(super) fn parts(&self) -> Vec<&str> {
        match self {
            Combination::Cross { of, .. } | Combination::Fallback { of } | Combination::Consensus { of, .. } => {
                of.iter().map(String::as_str).collect()
            }
            Combination::Nested { outer, within } => {
                std::iter::once(outer).chain(within.iter().map(|(_, inner)| inner)).map(String::as_str).collect()
            }
        }
    }

    /// The segmenter that its parts make; what it learns it learns from the customers.
    ///
    /// Parts come learnt, each with its saved model. Only a merged cross learns anything itself: which cells are
    /// sparse.
    ///
    /// # Errors
    /// If a model is no JSON, sparse cells are to be merged of other than two, or the combination refuses its parts.
    pub(super) fn learn(
        &self,
        parts: &[(AnySegmenter, String)],
        customers: &Customers,
        progress: &Progress<'_>,
    ) -> Result<(AnySegmenter, String)> {
        let envelopes = parts.iter().map(|(_, saved)| envelope(saved)).collect::<Result<Vec<_>>>()?;
        let segmenters: Vec<AnySegmenter> = parts.iter().map(|(segmenter, _)| Arc::clone(segmenter)).collect();
        let how = match self {
            Combination::Cross { sparse: None, .. } => How::Cross { merged: None },
            Combination::Cross { sparse: Some(sparse), .. } => match segmenters.as_slice() {
                [first, second] => {
                    let cross = Cross::new(Arc::clone(first), Arc::clone(second));
                    let model = cross.merge(*sparse).fit_with(customers, progress)?;
                    How::Cross { merged: Some(model.map().clone()) }
                }
                _ => {
                    let message =
                        format!("sparse cells are merged where two segmenters are crossed, not {}", parts.len());
                    return Err(Error::unsupported(message));
                }
            },
            Combination::Fallback { .. } => How::Fallback,
            Combination::Nested { within, .. } => {
                How::Nested { within: within.iter().map(|(segment, _)| segment.clone()).collect() }
            }
            Combination::Consensus { groups, .. } => {
                let mut consensus = Consensus::of(boxed(segmenters.clone()));
                if let Some(groups) = groups {
                    consensus = consensus.groups(*groups);
                }
                How::Consensus { map: consensus.fit_with(customers, progress)?.map().clone() }
            }
        };
        let saved = Combined { how, reads: Reads::default(), parts: envelopes };
        let segmenter = saved.build(segmenters)?;
        let saved = Combined { reads: segmenter.reads(), ..saved };
        Ok((segmenter, crate::model::to_json(&saved)?))
    }
}

fn boxed(parts: Vec<AnySegmenter>) -> Vec<Box<dyn Segmenter<Segment = Label>>> {
    parts.into_iter().map(|part| Box::new(part) as Box<dyn Segmenter<Segment = Label>>).collect()
}

/// A saved model as JSON, to stand inside another.
pub(super) fn envelope(saved: &str) -> Result<serde_json::Value> {
    serde_json::from_str(saved).map_err(|error| Error::format(format!("a part's model is no JSON: {error}")))
}

/// A combination with its parts, as it is saved.
///
/// `reads` is kept because an envelope must say it and the parts are only known as JSON here.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Combined {
    how: How,
    reads: Reads,
    parts: Vec<serde_json::Value>,
}

/// Written in snake case: `cross`, `fallback`, `nested`, `consensus`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum How {
    Cross { merged: Option<CellMap> },
    Fallback,
    Nested { within: Vec<String> },
    Consensus { map: ConsensusMap },
}

impl Model for Combined {
    const KIND: &'static str = "combined";

    fn reads(&self) -> Reads {
        self.reads.clone()
    }

    fn check(&self) -> Result<()> {
        let least = if matches!(self.how, How::Nested { .. }) { 1 } else { 2 };
        if self.parts.len() < least {
            return Err(Error::length("parts", self.parts.len(), least));
        }
        match &self.how {
            How::Nested { within } if within.len() + 1 != self.parts.len() => {
                Err(Error::length("parts", self.parts.len(), within.len() + 1))
            }
            How::Cross { merged: Some(_) } if self.parts.len() != 2 => Err(Error::length("parts", self.parts.len(), 2)),
            _ => Ok(()),
        }
    }
}

impl Combined {
    /// The saved parts.
    pub(super) fn parts(&self) -> &[serde_json::Value] {
        &self.parts
    }

    /// The segmenter, of its parts in the order in which they are saved.
    ///
    /// # Errors
    /// If there are too few parts, a segment to divide does not exist, or the map of cells is of other segments.
    pub(super) fn build(&self, parts: Vec<AnySegmenter>) -> Result<AnySegmenter> {
        Ok(match &self.how {
            How::Cross { merged: Some(map) } => {
                let mut parts = parts.into_iter();
                let (Some(first), Some(second)) = (parts.next(), parts.next()) else {
                    return Err(Error::length("parts", 0, 2));
                };
                MergedModel::new(Cross::new(first, second), map.clone())?.erase().into()
            }
            How::Cross { merged: None } => CrossAll::new(boxed(parts))?.erase().into(),
            How::Fallback => FallbackAll::new(boxed(parts))?.erase().into(),
            How::Consensus { map } => ConsensusModel::new(boxed(parts), map.clone())?.erase().into(),
            How::Nested { within } => {
                let mut parts = parts.into_iter();
                let outer = parts.next().ok_or_else(|| Error::empty("outer segmenter"))?;
                let segments = outer.segments();
                let mut nested = Nested::new(outer);
                for (key, inner) in within.iter().zip(parts) {
                    let segment = segments.iter().find(|segment| segment.key() == key.as_str()).cloned();
                    let segment = segment.ok_or_else(|| {
                        let known: Vec<String> = segments.iter().map(|s| format!("`{}`", s.key())).collect();
                        Error::definition(format!("no segment `{key}` to divide: there are {}", known.join(", ")))
                    })?;
                    nested = nested.within(segment, inner)?;
                }
                nested.erase().into()
            }
        })
    }
}

/// A segmenter with the derivations of the attributes that it reads, as it is saved.
///
/// Derivations stand in the order of the study, up to the last that is needed: a later one may be made of earlier
/// ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Deriving {
    derivations: Vec<Derivation>,
    reads: Reads,
    segmenter: serde_json::Value,
}

impl Model for Deriving {
    const KIND: &'static str = "deriving";

    fn reads(&self) -> Reads {
        self.reads.clone()
    }

    fn check(&self) -> Result<()> {
        self.derivations.iter().try_for_each(Derivation::check)
    }
}

impl Deriving {
    /// The saved segmenter that reads what is derived.
    pub(super) fn inner(&self) -> &serde_json::Value {
        &self.segmenter
    }

    /// The segmenter.
    pub(super) fn build(&self, inner: AnySegmenter) -> AnySegmenter {
        Arc::new(DerivingSegmenter { derivations: self.derivations.clone(), inner })
    }
}

/// A segmenter that makes the attributes it reads, so that it can be asked about a customer of whom only the sources
/// are known.
///
/// A table gets the columns once; a single customer is looked at through [`WithDerived`], which makes a value when
/// asked.
struct DerivingSegmenter {
    derivations: Vec<Derivation>,
    inner: AnySegmenter,
}

/// The same segmenter, making what it reads; itself if it reads nothing that is derived.
///
/// # Errors
/// If the saved segmenter is no JSON, or cannot be written with its derivations.
pub(super) fn deriving(
    (segmenter, saved): (AnySegmenter, String),
    derivations: &[Derivation],
) -> Result<(AnySegmenter, String)> {
    let mut read = segmenter.reads().attributes;
    let mut needed: Vec<Derivation> = Vec::new();
    for derivation in derivations.iter().rev() {
        if read.iter().any(|name| derivation.makes(name)) {
            read.extend(derivation.reads().attributes);
            needed.push(derivation.clone());
        }
    }
    if needed.is_empty() {
        return Ok((segmenter, saved));
    }
    needed.reverse();
    let deriving = DerivingSegmenter { derivations: needed.clone(), inner: segmenter };
    let saved = Deriving { derivations: needed, reads: deriving.reads(), segmenter: envelope(&saved)? };
    let saved = crate::model::to_json(&saved)?;
    Ok((Arc::new(deriving), saved))
}

impl Segmenter for DerivingSegmenter {
    type Segment = Label;

    fn segments(&self) -> Vec<Label> {
        self.inner.segments()
    }

    /// What the inner segmenter reads, with the derived attributes replaced by what they are made of.
    fn reads(&self) -> Reads {
        self.derivations.iter().rev().fold(self.inner.reads(), |mut reads, derivation| {
            if !reads.attributes.iter().any(|name| derivation.makes(name)) {
                return reads;
            }
            reads.attributes.retain(|name| !derivation.makes(name));
            reads.and(derivation.reads())
        })
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Label>> {
        self.inner.assign(&WithDerived::new(customer, &self.derivations))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        self.inner.explain(&WithDerived::new(customer, &self.derivations))
    }

    fn notes(&self) -> Vec<String> {
        self.inner.notes()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Label>> {
        let derived = self.derivations.iter().try_fold(customers.clone(), |table, step| step.add_to(table))?;
        self.inner.segment(&derived)
    }
}

/// What a study file says of a combination.
///
/// Of a cross and of a fallback; the keys about sparse cells belong to a cross of two.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OfPlan {
    pub(super) of: Vec<String>,
    pub(super) merge_below: Option<f64>,
    pub(super) merge_share_below: Option<f64>,
    pub(super) merge_into: Option<MergePlan>,
}

/// Where sparse cells go.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum MergePlan {
    Nearest,
    RestOfRow,
    Other,
}

impl OfPlan {
    /// `None` where nothing is said of sparse cells. Nearest unless `merge_into` says otherwise.
    ///
    /// # Errors
    /// If both limits are given, or a place to merge into without a limit.
    pub(super) fn sparse(&self) -> Result<Option<SparseCells>> {
        let cells = match (self.merge_below, self.merge_share_below) {
            (None, None) if self.merge_into.is_some() => {
                let message = "say which cells are sparse with `merge_below` or `merge_share_below`";
                return Err(Error::definition(message).at_key("merge_into"));
            }
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(Error::definition("either `merge_below` or `merge_share_below`").at_key("merge_below"));
            }
            (Some(customers), None) => SparseCells::fewer_than(customers),
            (None, Some(share)) => SparseCells::smaller_than(share),
        };
        Ok(Some(match self.merge_into {
            None => cells,
            Some(MergePlan::Nearest) => cells.into_nearest(),
            Some(MergePlan::RestOfRow) => cells.into_rest_of_row(),
            Some(MergePlan::Other) => cells.into_other(),
        }))
    }
}

/// What a study file says of a consensus.
///
/// `groups` is how many there are; unless given, the majority of the parts decides.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConsensusPlan {
    pub(super) of: Vec<String>,
    pub(super) groups: Option<usize>,
}

/// `within` is outer segment's key to inner segmenter's name; sorted by key, so that the order in the file does not
/// matter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NestedPlan {
    pub(super) outer: String,
    pub(super) within: BTreeMap<String, String>,
}
