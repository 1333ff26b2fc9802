//! One segment, or the reason for none, a customer.
//!
//! Answers for millions of customers are kept: 4 bytes each for the place, and each reason once, however many share
//! it. Ids are shared with the table, attributes are not held at all.
//!
//! | question | asked by |
//! | --- | --- |
//! | where is this customer, and why nowhere | [`find`](Segmentation::find), [`get`](Segmentation::get), [`reason`](Segmentation::reason) |
//! | how large are the segments | [`sizes`](Segmentation::sizes), [`totals`](Segmentation::totals), [`shares`](Segmentation::shares) |
//! | who is in this one | [`members`](Segmentation::members) |
//! | labels for another program (`labels_` of scikit-learn) | [`indices`](Segmentation::indices); −1 there is `None` here |
//! | what do they look like | `Profile`, with the cargo feature `profile` |

use std::sync::Arc;

use ndarray::Array2;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::segment::{Label, Segment};
use crate::time::AsOf;
use crate::value::{Id, Ids};

/// Who is where: each customer's segment, or why it has none; with scores, distances and degrees of membership where
/// the segmenter has them.
///
/// It shares the customers' ids and nothing else, so it can be kept and compared with next month's.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::explanation::Reason;
/// use segmentry::segmentation::Segmentation;
///
/// let customers = Customers::with_ids(["ann", "bo", "cy"])?;
/// let unknown = Reason::Missing("spend".to_owned());
/// let places = [Ok(1), Ok(0), Err(unknown.clone())];
/// let segmentation = Segmentation::new(&customers, vec!["low".to_owned(), "high".to_owned()], places)?;
/// assert_eq!(segmentation.find("ann")?.map(String::as_str), Some("high"));
/// assert_eq!(segmentation.sizes(), [1, 1]);
/// assert_eq!(segmentation.reasons(), [(&unknown, 1)]);
/// assert_eq!(segmentation.shares(), [1.0 / 3.0, 1.0 / 3.0]); // the unassigned are part of the whole
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Segmentation<S = Label> {
    segments: Vec<S>,
    reasons: Vec<Reason>,
    /// A customer's segment, or `!` of its reason: −1 is the first reason, −2 the second.
    places: Vec<i32>,
    ids: Arc<Ids>,
    weights: Option<Vec<f64>>,
    as_of: Option<AsOf>,
    scores: Option<Vec<f64>>,
    distances: Option<Vec<f64>>,
    memberships: Option<Array2<f64>>,
}

/// A [`Segmentation`] that grows a customer at a time, in the customers' order.
///
/// Segments may be named at the end, because their numbers are all that places hold.
#[derive(Debug)]
pub struct SegmentationBuilder {
    ids: Arc<Ids>,
    weights: Option<Vec<f64>>,
    as_of: Option<AsOf>,
    places: Vec<i32>,
    reasons: Vec<Reason>,
}

impl SegmentationBuilder {
    /// Adds the next customer: the number of its segment, or why it has none.
    pub fn push(&mut self, place: Result<usize, Reason>) {
        let place = match place {
            Ok(segment) => i32::try_from(segment).unwrap_or(i32::MAX),
            Err(reason) => {
                let known = self.reasons.iter().rposition(|r| *r == reason);
                let number = known.unwrap_or_else(|| {
                    self.reasons.push(reason);
                    self.reasons.len() - 1
                });
                !i32::try_from(number).unwrap_or(i32::MAX)
            }
        };
        self.places.push(place);
    }

    /// The segmentation, with the segments that the numbers mean.
    pub fn with_segments<S>(self, segments: Vec<S>) -> Segmentation<S> {
        let SegmentationBuilder { ids, weights, as_of, places, reasons } = self;
        debug_assert!(places.len() == ids.len() && places.iter().all(|p| *p < segments.len() as i32));
        Segmentation {
            segments,
            reasons,
            places,
            ids,
            weights,
            as_of,
            scores: None,
            distances: None,
            memberships: None,
        }
    }
}

impl Segmentation<Label> {
    /// A segmentation of these customers that grows a customer at a time.
    ///
    /// `places` may hold the numbers of the first customers' segments already (negative: `!` of a reason's number).
    pub(crate) fn builder(customers: &Customers, places: Vec<i32>) -> SegmentationBuilder {
        SegmentationBuilder {
            ids: Arc::clone(customers.ids()),
            weights: customers.weights().map(<[f64]>::to_vec),
            as_of: customers.seen_as_of().ok(),
            places,
            reasons: Vec::new(),
        }
    }
}

impl<S: Segment> Segmentation<S> {
    /// A segmentation of these customers from the number of each one's segment, or the reason for none.
    ///
    /// # Errors
    /// If there are not as many places as customers, or a number names no segment, with its row.
    pub fn new(
        customers: &Customers,
        segments: Vec<S>,
        places: impl IntoIterator<Item = Result<usize, Reason>>,
    ) -> Result<Self> {
        let mut builder = Segmentation::builder(customers, Vec::with_capacity(customers.len()));
        for (row, place) in places.into_iter().enumerate() {
            if let Ok(segment) = place
                && segment >= segments.len()
            {
                let expected = format!("below {}, the number of segments", segments.len());
                return Err(Error::parameter("segment", expected, segment).at_row(row));
            }
            builder.push(place);
        }
        if builder.places.len() != customers.len() {
            return Err(Error::length("places", builder.places.len(), customers.len()));
        }
        Ok(builder.with_segments(segments))
    }

    /// The segments, in the order in which they are shown.
    pub fn segments(&self) -> &[S] {
        &self.segments
    }

    /// How many customers there are, assigned or not.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is no customer.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Their ids, in the customers' order.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// How much each counts; `None` if each counts 1.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// The moment as of which the customers were seen, if they had one.
    pub fn as_of(&self) -> Option<AsOf> {
        self.as_of
    }

    /// The number of that customer's segment.
    pub fn index(&self, row: usize) -> Option<usize> {
        self.places.get(row).and_then(|place| usize::try_from(*place).ok())
    }

    /// The number of each customer's segment.
    pub fn indices(&self) -> impl ExactSizeIterator<Item = Option<usize>> {
        self.places.iter().map(|place| usize::try_from(*place).ok())
    }

    /// That customer's segment.
    pub fn get(&self, row: usize) -> Option<&S> {
        self.index(row).and_then(|segment| self.segments.get(segment))
    }

    /// The segment of the customer of that id.
    ///
    /// # Errors
    /// If there is no such customer.
    pub fn find<'a>(&self, id: impl Into<Id<'a>>) -> Result<Option<&S>> {
        let id = id.into();
        let row = self.ids.row(id).ok_or_else(|| Error::unknown_customer(id))?;
        Ok(self.get(row))
    }

    /// Why that customer is in no segment; `None` if it is in one.
    pub fn reason(&self, row: usize) -> Option<&Reason> {
        let place = *self.places.get(row)?;
        if place < 0 { self.reasons.get(!place as usize) } else { None }
    }

    /// The rows of a segment's customers.
    ///
    /// Rows rise. O(customers) for each call: to go through all segments, walk [`indices`](Segmentation::indices)
    /// once.
    pub fn members(&self, segment: usize) -> impl Iterator<Item = usize> {
        self.indices().enumerate().filter(move |(_, s)| *s == Some(segment)).map(|(row, _)| row)
    }

    /// How many customers each segment has.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.segments.len()];
        for segment in self.indices().flatten() {
            if let Some(size) = sizes.get_mut(segment) {
                *size += 1;
            }
        }
        sizes
    }

    /// How much each segment's customers count together: their number, or the sum of their weights.
    pub fn totals(&self) -> Vec<f64> {
        match &self.weights {
            None => self.sizes().into_iter().map(|size| size as f64).collect(),
            Some(weights) => {
                let mut totals = vec![0.0; self.segments.len()];
                for (segment, weight) in self.indices().zip(weights) {
                    if let Some(total) = segment.and_then(|segment| totals.get_mut(segment)) {
                        *total += weight;
                    }
                }
                totals
            }
        }
    }

    /// Each segment's share of all customers, the unassigned included in the whole.
    pub fn shares(&self) -> Vec<f64> {
        let whole = self.weights.as_ref().map_or(self.len() as f64, |w| crate::math::sum::sum(w.iter().copied()));
        self.totals().into_iter().map(|total| if whole > 0.0 { total / whole } else { 0.0 }).collect()
    }

    /// How many customers are in no segment.
    pub fn unassigned(&self) -> usize {
        self.places.iter().filter(|place| **place < 0).count()
    }

    /// Why customers are in no segment, with how many.
    ///
    /// In the order in which the reasons came up first among the customers.
    pub fn reasons(&self) -> Vec<(&Reason, usize)> {
        let mut counts = vec![0; self.reasons.len()];
        for place in self.places.iter().filter(|place| **place < 0) {
            if let Some(count) = counts.get_mut(!*place as usize) {
                *count += 1;
            }
        }
        self.reasons.iter().zip(counts).filter(|(_, count)| *count > 0).collect()
    }

    /// A score a customer, if the segmenter has one; NaN for the unassigned.
    pub fn scores(&self) -> Option<&[f64]> {
        self.scores.as_deref()
    }

    /// How far each customer is from its segment's centre, if it has one; NaN for the unassigned.
    pub fn distances(&self) -> Option<&[f64]> {
        self.distances.as_deref()
    }

    /// To which degree each customer (rows) belongs to each segment (columns), if that is graded.
    pub fn memberships(&self) -> Option<&Array2<f64>> {
        self.memberships.as_ref()
    }

    /// Adds a score a customer.
    ///
    /// # Errors
    /// If there are not as many scores as customers.
    pub fn with_scores(mut self, scores: Vec<f64>) -> Result<Self> {
        self.scores = Some(self.one_each("scores", scores)?);
        Ok(self)
    }

    /// Adds each customer's distance.
    ///
    /// # Errors
    /// If there are not as many distances as customers.
    pub fn with_distances(mut self, distances: Vec<f64>) -> Result<Self> {
        self.distances = Some(self.one_each("distances", distances)?);
        Ok(self)
    }

    /// Adds degrees of membership (customers × segments).
    ///
    /// # Errors
    /// If the matrix is of another shape.
    pub fn with_memberships(mut self, memberships: Array2<f64>) -> Result<Self> {
        if memberships.nrows() != self.len() {
            return Err(Error::length("rows of memberships", memberships.nrows(), self.len()));
        }
        if memberships.ncols() != self.segments.len() {
            return Err(Error::length("columns of memberships", memberships.ncols(), self.segments.len()));
        }
        self.memberships = Some(memberships);
        Ok(self)
    }

    fn one_each(&self, what: &str, values: Vec<f64>) -> Result<Vec<f64>> {
        if values.len() == self.len() { Ok(values) } else { Err(Error::length(what, values.len(), self.len())) }
    }

    /// The same with [`Label`]s in place of the segments.
    pub fn labelled(self) -> Segmentation<Label> {
        let segments = self.segments.iter().map(|segment| Label::of(segment)).collect();
        self.relabelled(segments)
    }

    /// The same places under other segments, in the same order.
    pub(crate) fn relabelled<T>(self, segments: Vec<T>) -> Segmentation<T> {
        let Segmentation { reasons, places, ids, weights, as_of, scores, distances, memberships, .. } = self;
        Segmentation { segments, reasons, places, ids, weights, as_of, scores, distances, memberships }
    }
}

impl<S: PartialEq> PartialEq for Segmentation<S> {
    /// The same customers in the same order with the same answers.
    fn eq(&self, other: &Self) -> bool {
        let reason = |s: &Self, place: i32| s.reasons.get(!place as usize).cloned();
        let same_place = |a: i32, b: i32| match (a >= 0, b >= 0) {
            (true, true) => a == b,
            (false, false) => reason(self, a) == reason(other, b),
            _ => false,
        };
        self.segments == other.segments
            && *self.ids == *other.ids
            && self.places.len() == other.places.len()
            && self.places.iter().zip(&other.places).all(|(a, b)| same_place(*a, *b))
    }
}

/// What combinations are made of: places and reasons as they are stored.
#[cfg(feature = "combine")]
impl<S> Segmentation<S> {
    /// A customer's segment, or `!` of the number of its reason.
    pub(crate) fn places(&self) -> &[i32] {
        &self.places
    }

    /// The reasons that places refer to.
    pub(crate) fn reason_list(&self) -> &[Reason] {
        &self.reasons
    }

    /// The same customers in other places; scores, distances and memberships belong to the old ones and are left out.
    pub(crate) fn with_places<T>(
        &self,
        segments: Vec<T>,
        places: Vec<i32>,
        reasons: Vec<Reason>,
        as_of: Option<AsOf>,
    ) -> Segmentation<T> {
        debug_assert!(places.len() == self.ids.len() && places.iter().all(|p| *p < segments.len() as i32));
        Segmentation {
            segments,
            reasons,
            places,
            ids: Arc::clone(&self.ids),
            weights: self.weights.clone(),
            as_of,
            scores: None,
            distances: None,
            memberships: None,
        }
    }
}
