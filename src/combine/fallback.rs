//! One segmenter after another: the first that places a customer decides.
//!
//! Two kinds. [`Fallback`] is of two segmenters whose segments mean different things: it keeps their types and says by
//! [`Either`] which of them answered. [`FallbackAll`] is of any number whose segments mean the same, measured by
//! whatever is known of a customer.
//!
//! It fits sources of different coverage: a good segmenter that needs orders, and one for those who have not ordered
//! yet. It does not fit exceptions ("if large then A else B"), which a segmenter of one's own says more plainly, and
//! it does not mix answers: nobody is asked twice.
//!
//! # Why many customers are placed by every part
//!
//! Each part places the whole table, and the first answer counts. Picking the customers that are left would copy
//! columns and events for the second part. An error of a later part may concern a customer whom it is never asked
//! about; then every customer is asked in turn, so that the answer is always that of asking one by one.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::segment::Segment;
use crate::segmentation::Segmentation;
use crate::segmenter::{Reads, Segmenter, one_by_one};

use super::reasons;

/// A segment of one segmenter or of the other.
///
/// Key, label and description are those of the segment inside, so that files read as if there were one segmenter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Either<A, B> {
    /// The first segmenter placed the customer.
    First(A),
    /// The first did not, the second did.
    Second(B),
}

impl<A: Segment, B: Segment> Either<A, B> {
    /// Whichever it is.
    fn inner(&self) -> &dyn Segment {
        match self {
            Either::First(segment) => segment,
            Either::Second(segment) => segment,
        }
    }
}

impl<A: Segment, B: Segment> Segment for Either<A, B> {
    fn key(&self) -> Cow<'_, str> {
        self.inner().key()
    }

    fn label(&self) -> Cow<'_, str> {
        self.inner().label()
    }

    fn description(&self) -> Cow<'_, str> {
        self.inner().description()
    }
}

/// One segmenter, and where it leaves a customer unassigned, another.
///
/// The second is asked about nobody whom the first places. A customer that neither places is unassigned with both
/// reasons. Segments are those of the first, then those of the second.
///
/// ```
/// use segmentry::combine::{Combine, Either};
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let by_orders = Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional");
/// let by_visits = Tiers::on("visits").tier("curious", 1.0).otherwise("silent");
/// let plan = by_orders.fallback(by_visits)?;
/// let visitor = Record::new("ann").with("visits", 4); // has not ordered yet
/// assert!(matches!(plan.assign(&visitor)?, Some(Either::Second(_))));
/// let stranger = Record::new("bo");
/// assert_eq!(plan.explain(&stranger)?.reason.unwrap().to_string(), "`orders` is missing; `visits` is missing");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Fallback<A, B> {
    first: A,
    second: B,
}

impl<A: Segmenter, B: Segmenter> Fallback<A, B> {
    /// The first, then the second.
    ///
    /// # Errors
    /// If a key is that of a segment of both, for files and programs could not tell the two apart. Where the same
    /// segment is meant, [`FallbackAll`] takes it as one.
    pub fn new(first: A, second: B) -> Result<Self> {
        let taken = first.segments();
        for segment in second.segments() {
            if taken.iter().any(|s| s.key() == segment.key()) {
                let key = segment.key();
                return Err(Error::definition(format!(
                    "segment `{key}` is one of both segmenters: rename one of them"
                )));
            }
        }
        Ok(Fallback { first, second })
    }
}

impl<A: Segmenter, B: Segmenter> Segmenter for Fallback<A, B> {
    type Segment = Either<A::Segment, B::Segment>;

    fn segments(&self) -> Vec<Self::Segment> {
        let second = self.second.segments().into_iter().map(Either::Second);
        self.first.segments().into_iter().map(Either::First).chain(second).collect()
    }

    fn reads(&self) -> Reads {
        self.first.reads().and(self.second.reads())
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Self::Segment>> {
        Ok(match self.first.assign(customer)? {
            Some(segment) => Some(Either::First(segment)),
            None => self.second.assign(customer)?.map(Either::Second),
        })
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let first = self.first.explain(customer)?;
        if first.segment.is_some() { Ok(first) } else { Ok(after(vec![first], self.second.explain(customer)?)) }
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Self::Segment>> {
        let first = self.first.segment(customers)?;
        // an error of the second may concern a customer whom it is never asked about: then each is asked in turn
        let Ok(second) = self.second.segment(customers) else { return one_by_one(self, customers) };
        let offset = first.segments().len();
        let mut places = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        for row in 0..customers.len() {
            let place = first.index(row).or_else(|| second.index(row).map(|segment| offset + segment));
            places.push(place.ok_or_else(|| unplaced([first.reason(row), second.reason(row)])));
        }
        Ok(places.with_segments(self.segments()))
    }
}

/// Any number of segmenters with segments of one type: the first that places a customer decides.
///
/// Segments that several hand out are one segment: a size by employees and, where that is unknown, the same sizes by
/// revenue. Works with any type of segment, and with [`Label`](crate::segment::Label)s for segmenters of different
/// types.
///
/// ```
/// use segmentry::combine::FallbackAll;
/// use segmentry::customer::Record;
/// use segmentry::segment::Segment;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let by_employees = Tiers::on("employees").tier("large", 250.0).otherwise("small");
/// let by_revenue = Tiers::on("revenue").tier("large", 50e6).otherwise("small");
/// let size = FallbackAll::new(vec![by_employees.erase(), by_revenue.erase()])?;
/// assert_eq!(size.segments().len(), 2); // the same sizes, however they were found
/// let company = Record::new("ann").with("revenue", 80e6);
/// assert_eq!(size.assign(&company)?.unwrap().key(), "large");
/// # Ok::<(), segmentry::Error>(())
/// ```
pub struct FallbackAll<S> {
    parts: Vec<Box<dyn Segmenter<Segment = S>>>,
}

impl<S: Segment + Clone + Eq + std::hash::Hash + Send + Sync> FallbackAll<S> {
    /// Each in turn.
    ///
    /// # Errors
    /// If there is none.
    pub fn new(parts: Vec<Box<dyn Segmenter<Segment = S>>>) -> Result<Self> {
        if parts.is_empty() { Err(Error::empty("segmenters to fall back to")) } else { Ok(FallbackAll { parts }) }
    }
}

impl<S: Segment + Clone + Eq + std::hash::Hash + Send + Sync> Segmenter for FallbackAll<S> {
    type Segment = S;

    fn segments(&self) -> Vec<S> {
        let mut all: Vec<S> = Vec::new();
        for segment in self.parts.iter().flat_map(|part| part.segments()) {
            if !all.contains(&segment) {
                all.push(segment);
            }
        }
        all
    }

    fn reads(&self) -> Reads {
        self.parts.iter().fold(Reads::default(), |reads, part| reads.and(part.reads()))
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<S>> {
        for part in &self.parts {
            if let Some(segment) = part.assign(customer)? {
                return Ok(Some(segment));
            }
        }
        Ok(None)
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        let mut before = Vec::new();
        for part in &self.parts {
            let explanation = part.explain(customer)?;
            if explanation.segment.is_some() || before.len() + 1 == self.parts.len() {
                return Ok(after(before, explanation));
            }
            before.push(explanation);
        }
        Ok(Explanation::unassigned(customer.id(), Reason::NoMatch)) // `new` refuses an empty list
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<S>> {
        let segments = self.segments();
        let number: HashMap<&S, usize> = segments.iter().enumerate().map(|(i, s)| (s, i)).collect();
        let mut parts = Vec::new();
        for part in &self.parts {
            let Ok(segmentation) = part.segment(customers) else { return one_by_one(self, customers) };
            let numbers: Vec<usize> =
                segmentation.segments().iter().filter_map(|segment| number.get(segment).copied()).collect();
            parts.push((segmentation, numbers));
        }
        let mut places = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        for row in 0..customers.len() {
            let place =
                |(s, numbers): &(Segmentation<S>, Vec<usize>)| s.index(row).and_then(|i| numbers.get(i).copied());
            places.push(parts.iter().find_map(place).ok_or_else(|| unplaced(parts.iter().map(|(s, _)| s.reason(row)))));
        }
        Ok(places.with_segments(segments))
    }
}

/// The reasons of all parts, each once.
fn unplaced<'a>(list: impl IntoIterator<Item = Option<&'a Reason>>) -> Reason {
    reasons::joined(list.into_iter().flatten().cloned())
}

/// The explanation of the segmenter that decided, behind those of the ones before it, which did not.
fn after(before: Vec<Explanation>, last: Explanation) -> Explanation {
    let mut head = last.clone();
    (head.evidence, head.alternatives) = (Vec::new(), Vec::new());
    if last.segment.is_none() {
        head.reason = Some(reasons::joined(before.iter().chain([&last]).filter_map(|part| part.reason.clone())));
    }
    reasons::gather(head, before.into_iter().chain([last]))
}
