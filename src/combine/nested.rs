//! Segments divided further: champions by tier, everybody else as before.
//!
//! It fits when one segment is too large or too mixed to act on and the others are fine. It does not fit when every
//! segment is to be divided by the same: that is a cross ([`Combine::cross`](super::Combine::cross)), whose segments
//! stay comparable.

use std::borrow::Cow;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::segment::{Label, Segment};
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter, one_by_one};

use super::reasons;

/// A segment, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Nest<S> {
    /// The segment, or those of it that are in none of its parts.
    Outer(S),
    /// A part of the segment.
    Inner(S, Label),
}

impl<S: Segment> Segment for Nest<S> {
    fn key(&self) -> Cow<'_, str> {
        match self {
            Nest::Outer(outer) => outer.key(),
            Nest::Inner(outer, inner) => format!("{}/{}", outer.key(), inner.key()).into(),
        }
    }

    fn label(&self) -> Cow<'_, str> {
        match self {
            Nest::Outer(outer) => outer.label(),
            Nest::Inner(outer, inner) => format!("{}: {}", outer.label(), inner.label()).into(),
        }
    }

    fn description(&self) -> Cow<'_, str> {
        match self {
            Nest::Outer(outer) => outer.description(),
            Nest::Inner(outer, inner) if inner.description().is_empty() => outer.description(),
            Nest::Inner(_, inner) => inner.description(),
        }
    }
}

/// Where a customer goes that is in a divided segment, but in none of its parts.
///
/// ```
/// use segmentry::combine::{Combine, Unplaced};
/// use segmentry::customer::Record;
/// use segmentry::segment::{Label, Segment};
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let rhythm = || Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional").nested();
/// let worth = || Tiers::on("spend").tier("gold", 1000.0); // no `otherwise`: below it is no tier
/// let shop = Record::new("ann").with("orders", 20).with("spend", 300.0);
/// let stays = rhythm().within(Label::new("frequent"), worth())?;
/// assert_eq!(stays.assign(&shop)?.unwrap().key(), "frequent");
/// let strict = rhythm().within(Label::new("frequent"), worth())?.unplaced(Unplaced::Unassigned);
/// assert_eq!(strict.assign(&shop)?, None);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Unplaced {
    /// It stays in the segment itself, which then is shown before its parts.
    #[default]
    Stays,
    /// It is unassigned, with the reason of the segmenter that divides.
    Unassigned,
}

/// A segmenter with segments that are divided further, each by a segmenter of its own.
///
/// The segmenter that divides a segment is asked about nobody else. For many customers it is run over all of them
/// nevertheless, which is faster than picking some; where that meets an error, each customer is asked in turn.
///
/// ```
/// use segmentry::combine::Combine;
/// # use segmentry::customer::{Customer, Record};
/// # use segmentry::segment::Segment;
/// # use segmentry::segmenter::{Reads, Segmenter};
/// # struct Above(&'static str, f64, [&'static str; 2]);
/// # impl Segmenter for Above {
/// #     type Segment = String;
/// #     fn segments(&self) -> Vec<String> { self.2.map(str::to_owned).to_vec() }
/// #     fn reads(&self) -> Reads { Reads::attributes([self.0]) }
/// #     fn assign(&self, customer: &dyn Customer) -> segmentry::Result<Option<String>> {
/// #         Ok(customer.value(self.0).number().map(|n| self.2[usize::from(n > self.1)].to_owned()))
/// #     }
/// # }
/// let rhythm = Above("orders", 11.0, ["occasional", "frequent"]); // segmenters of your own
/// let worth = Above("spend", 1_000.0, ["silver", "gold"]);
/// let plan = rhythm.nested().within("frequent".to_owned(), worth)?;
/// let keys: Vec<String> = plan.segments().iter().map(|s| s.key().into_owned()).collect();
/// assert_eq!(keys, ["occasional", "frequent", "frequent/silver", "frequent/gold"]);
/// let best = Record::new("c-1").with("orders", 20).with("spend", 4_000);
/// assert_eq!(plan.assign(&best)?.unwrap().key(), "frequent/gold");
/// # Ok::<(), segmentry::Error>(())
/// ```
pub struct Nested<G: Segmenter> {
    outer: G,
    inner: Vec<(G::Segment, Box<dyn Segmenter<Segment = Label>>)>,
    unplaced: Unplaced,
}

impl<G: Segmenter> Nested<G> {
    /// Nothing is divided yet.
    pub fn new(outer: G) -> Self {
        Nested { outer, inner: Vec::new(), unplaced: Unplaced::default() }
    }

    /// Divides a segment.
    ///
    /// # Errors
    /// If the outer segmenter has no such segment, it is divided already, or a key would occur twice.
    pub fn within<I: Segmenter + 'static>(mut self, segment: G::Segment, inner: I) -> Result<Self> {
        let key = segment.key().into_owned();
        if !self.outer.segments().contains(&segment) {
            return Err(Error::definition(format!("there is no segment `{key}` to divide")));
        }
        if self.inner.iter().any(|(divided, _)| *divided == segment) {
            return Err(Error::definition(format!("segment `{key}` is divided twice")));
        }
        self.inner.push((segment, inner.erase()));
        let mut keys: Vec<String> = self.segments().iter().map(|segment| segment.key().into_owned()).collect();
        keys.sort_unstable();
        if let Some((twice, _)) = keys.iter().zip(keys.iter().skip(1)).find(|(a, b)| a == b) {
            return Err(Error::definition(format!("two segments have the key `{twice}`")));
        }
        Ok(self)
    }

    /// Sets where customers go that are in a divided segment, but in none of its parts; they stay unless said otherwise.
    #[must_use]
    pub fn unplaced(mut self, unplaced: Unplaced) -> Self {
        self.unplaced = unplaced;
        self
    }

    fn inner(&self, outer: &G::Segment) -> Option<&dyn Segmenter<Segment = Label>> {
        self.inner.iter().find(|(segment, _)| segment == outer).map(|(_, inner)| inner.as_ref())
    }
}

impl<G: Segmenter> Segmenter for Nested<G> {
    type Segment = Nest<G::Segment>;

    fn segments(&self) -> Vec<Self::Segment> {
        let mut all = Vec::new();
        for outer in self.outer.segments() {
            let inner = self.inner(&outer).map(|inner| inner.segments());
            if inner.is_none() || self.unplaced == Unplaced::Stays {
                all.push(Nest::Outer(outer.clone()));
            }
            all.extend(inner.into_iter().flatten().map(|label| Nest::Inner(outer.clone(), label)));
        }
        all
    }

    fn reads(&self) -> Reads {
        self.inner.iter().fold(self.outer.reads(), |reads, (_, inner)| reads.and(inner.reads()))
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Self::Segment>> {
        let Some(outer) = self.outer.assign(customer)? else { return Ok(None) };
        let Some(inner) = self.inner(&outer) else { return Ok(Some(Nest::Outer(outer))) };
        Ok(match (inner.assign(customer)?, self.unplaced) {
            (Some(label), _) => Some(Nest::Inner(outer, label)),
            (None, Unplaced::Stays) => Some(Nest::Outer(outer)),
            (None, Unplaced::Unassigned) => None,
        })
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let outer = self.outer.explain(customer)?;
        let inner = match self.outer.assign(customer)? {
            Some(segment) => self.inner(&segment).map(|inner| inner.explain(customer)).transpose()?,
            None => None,
        };
        let Some(inner) = inner else { return Ok(outer) };
        let reason = inner.reason.clone().unwrap_or(Reason::NoMatch);
        let head = match (self.assign(customer)?, &inner.segment) {
            (Some(segment), Some(_)) => Explanation::assigned(customer.id(), &segment),
            (Some(segment), None) => {
                Explanation::assigned(customer.id(), &segment).unless(format!("in no part of it: {reason}"))
            }
            (None, _) => Explanation::unassigned(customer.id(), reason),
        };
        Ok(reasons::gather(head, [outer, inner]))
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Self::Segment>> {
        let outer = self.outer.segment(customers)?;
        let mut parts = Vec::new();
        let mut at = 0;
        for segment in outer.segments() {
            let inner = match self.inner(segment).map(|inner| inner.segment(customers)) {
                None => None,
                Some(Ok(inner)) => Some(inner),
                Some(Err(_)) => return one_by_one(self, customers),
            };
            let stays = usize::from(inner.is_none() || self.unplaced == Unplaced::Stays);
            let width = stays + inner.as_ref().map_or(0, |inner| inner.segments().len());
            parts.push((at, at + stays, inner));
            at += width;
        }
        let mut places = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        for row in 0..customers.len() {
            let absent = |s: Option<&Reason>| s.cloned().unwrap_or(Reason::NoMatch);
            places.push(match outer.index(row).and_then(|segment| parts.get(segment)) {
                None => Err(absent(outer.reason(row))),
                Some((own, _, None)) => Ok(*own),
                Some((own, first, Some(inner))) => match (inner.index(row), self.unplaced) {
                    (Some(part), _) => Ok(first + part),
                    (None, Unplaced::Stays) => Ok(*own),
                    (None, Unplaced::Unassigned) => Err(absent(inner.reason(row))),
                },
            });
        }
        Ok(places.with_segments(self.segments()))
    }
}
