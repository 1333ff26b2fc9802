//! Two segmenters at once: small and frequent, small and occasional, …

use std::collections::HashMap;
use std::sync::Arc;

use crate::customer::{Customer, Customers};
use crate::error::{Error, Result};
use crate::explanation::{Explanation, Reason};
use crate::parallel;
use crate::segment::{Label, Segment};
use crate::segmentation::{Segmentation, same_customers};
use crate::segmenter::{Reads, Segmenter};

use super::cells::SparseCells;
use super::merged::Merged;
use super::reasons;

/// Two segmenters at once: a segment is a pair of segments, one of each.
///
/// A customer that either leaves unassigned is unassigned, with the reason of that one, or of both. Segments are in the
/// order of the first segmenter, within each in the order of the second. Both are always asked, so that an error of
/// the second shows even where the first leaves the customer unassigned.
///
/// Costs what both cost, and for many customers one pass over two lists of places more. For three and more, cross
/// again (segments are pairs of pairs) or use [`CrossAll`](super::CrossAll).
///
/// ```
/// use segmentry::combine::Combine;
/// use segmentry::customer::Record;
/// use segmentry::segmenter::Segmenter;
/// use segmentry::tier::Tiers;
///
/// let size = Tiers::on("employees").tier("large", 100.0).otherwise("small");
/// let rhythm = Tiers::on("orders").tier("frequent", 12.0).otherwise("occasional");
/// let plan = size.cross(rhythm);
/// assert_eq!(plan.segments().len(), 4);
/// let shop = Record::new("ann").with("employees", 12); // nobody knows how often it orders
/// assert_eq!(plan.assign(&shop)?, None);
/// assert_eq!(plan.explain(&shop)?.reason.unwrap().to_string(), "`orders` is missing");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Cross<A, B> {
    first: A,
    second: B,
}

impl<A: Segmenter, B: Segmenter> Cross<A, B> {
    /// Both at once.
    pub fn new(first: A, second: B) -> Self {
        Cross { first, second }
    }

    /// The segmenter of the pair's first segment.
    pub fn first(&self) -> &A {
        &self.first
    }

    /// The segmenter of the pair's second segment.
    pub fn second(&self) -> &B {
        &self.second
    }

    /// A recipe that merges cells with few customers.
    pub fn merge(self, sparse: SparseCells) -> Merged<A, B> {
        Merged::new(Arc::new(self), sparse)
    }
}

impl<A: Segmenter, B: Segmenter> Segmenter for Cross<A, B> {
    type Segment = (A::Segment, B::Segment);

    fn segments(&self) -> Vec<Self::Segment> {
        pairs(&self.first.segments(), &self.second.segments())
    }

    fn reads(&self) -> Reads {
        self.first.reads().and(self.second.reads())
    }

    fn assign(&self, customer: &dyn Customer) -> Result<Option<Self::Segment>> {
        let (first, second) = (self.first.assign(customer)?, self.second.assign(customer)?);
        Ok(first.zip(second))
    }

    fn explain(&self, customer: &dyn Customer) -> Result<Explanation> {
        explain_all([self.first.explain(customer)?, self.second.explain(customer)?].into())
    }

    fn notes(&self) -> Vec<String> {
        self.first.notes().into_iter().chain(self.second.notes()).collect()
    }

    fn segment(&self, customers: &Customers) -> Result<Segmentation<Self::Segment>> {
        match parallel::join(|| self.first.segment(customers), || self.second.segment(customers)) {
            (Ok(first), Ok(second)) => cross_segmentations(&first, &second),
            (first, second) => Err(reasons::earlier(first.err().into_iter().chain(second.err()))
                .unwrap_or_else(|| Error::empty("segmentation"))),
        }
    }
}

/// The cross of two segmentations of the same customers, without asking a segmenter: what [`Cross`] gives in bulk.
///
/// The moment as of which the customers were seen is kept if it is the same in both. O(customers + segments of the
/// first × segments of the second).
///
/// ```
/// use segmentry::combine::cross_segmentations;
/// use segmentry::customer::Customers;
/// use segmentry::explanation::Reason;
/// use segmentry::segment::{Label, Segment};
/// use segmentry::segmentation::Segmentation;
///
/// let customers = Customers::with_ids(["a", "b", "c"])?;
/// let size = Segmentation::new(&customers, vec![Label::new("small"), Label::new("large")], [Ok(0), Ok(1), Ok(1)])?;
/// let rhythm = Segmentation::new(&customers, vec![Label::new("frequent")], [Ok(0), Ok(0), Err(Reason::NoEvents)])?;
/// let both = cross_segmentations(&size, &rhythm)?;
/// assert_eq!(both.get(1).unwrap().key(), "large/frequent");
/// assert_eq!(both.reason(2), Some(&Reason::NoEvents));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Errors
/// If they are not of the same customers in the same order, weigh them differently, or have more than 2³¹ pairs of
/// segments.
pub fn cross_segmentations<A: Segment + Clone, B: Segment + Clone>(
    first: &Segmentation<A>,
    second: &Segmentation<B>,
) -> Result<Segmentation<(A, B)>> {
    same_customers(first.ids(), second.ids(), ("first segmentation", "second"))?;
    if first.weights() != second.weights() {
        return Err(Error::definition("the segmentations weigh their customers differently"));
    }
    let sizes = [first.segments().len(), second.segments().len()];
    check_cells(&sizes)?;
    let (places, list) = cross_places(&[
        Part { places: first.places(), reasons: first.reason_list(), segments: sizes[0] },
        Part { places: second.places(), reasons: second.reason_list(), segments: sizes[1] },
    ]);
    let as_of = if first.as_of() == second.as_of() { first.as_of() } else { None };
    Ok(first.with_places(pairs(first.segments(), second.segments()), places, list, as_of))
}

/// One segmentation among those that are crossed.
pub(super) struct Part<'a> {
    pub(super) places: &'a [i32],
    pub(super) reasons: &'a [Reason],
    pub(super) segments: usize,
}

/// Places in the product of all segments, the last part's running fastest; and the reasons they refer to.
///
/// Reasons are joined once for each set of reasons that occurs together, not once a customer.
pub(super) fn cross_places(parts: &[Part<'_>]) -> (Vec<i32>, Vec<Reason>) {
    let rows = parts.iter().map(|part| part.places.len()).min().unwrap_or(0);
    let mut places = Vec::with_capacity(rows);
    let mut list: Vec<Reason> = Vec::new();
    let mut known: HashMap<Vec<i32>, i32> = HashMap::new(); // asked, never walked
    let mut absent = Vec::with_capacity(parts.len());
    for row in 0..rows {
        let mut cell = 0_usize;
        let mut assigned = true;
        for part in parts {
            let place = part.places[row]; // `rows` is the shortest
            assigned &= place >= 0;
            cell = cell * part.segments + place.max(0) as usize;
        }
        if assigned {
            places.push(cell as i32); // `check_cells` was asked
            continue;
        }
        absent.clear();
        absent.extend(parts.iter().map(|part| part.places[row].min(0)));
        let number = match known.get(&absent) {
            Some(number) => *number,
            None => {
                let reason = |(at, part): (usize, &Part<'_>)| {
                    let reason = part.places.get(row).filter(|p| **p < 0).and_then(|p| part.reasons.get(!*p as usize));
                    reason.map(|reason| reasons::of_part(reason, at, parts.len()))
                };
                list.push(reasons::joined(parts.iter().enumerate().filter_map(reason)));
                let number = !(list.len() as i32 - 1);
                known.insert(absent.clone(), number);
                number
            }
        };
        places.push(number);
    }
    (places, list)
}

/// Refuses more cells than a place can number.
pub(super) fn check_cells(sizes: &[usize]) -> Result<usize> {
    let cells = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size));
    match cells {
        Some(cells) if i32::try_from(cells).is_ok() => Ok(cells),
        _ => {
            let sizes: Vec<String> = sizes.iter().map(ToString::to_string).collect();
            Err(Error::unsupported(format!("{} cells are more than can be numbered", sizes.join(" × "))))
        }
    }
}

/// The explanation of a customer that is in a pair, triple, … of segments, or misses one of them.
pub(super) fn explain_all(parts: Vec<Explanation>) -> Result<Explanation> {
    let count = parts.len();
    let customer = parts.first().map(|part| part.customer.clone()).unwrap_or_default();
    let absent: Vec<Reason> = parts
        .iter()
        .enumerate()
        .filter(|(_, part)| part.segment.is_none())
        .map(|(at, part)| reasons::of_part(part.reason.as_ref().unwrap_or(&Reason::NoMatch), at, count))
        .collect();
    let labels = parts.iter().filter_map(|part| part.segment.clone());
    let head = match labels.reduce(|a, b| Label::of(&(a, b))) {
        Some(label) if absent.is_empty() => Explanation::assigned(customer, &label),
        _ => Explanation::unassigned(customer, reasons::joined(absent)),
    };
    Ok(reasons::gather(head, parts))
}

fn pairs<A: Clone, B: Clone>(first: &[A], second: &[B]) -> Vec<(A, B)> {
    first.iter().flat_map(|a| second.iter().map(move |b| (a.clone(), b.clone()))).collect()
}
