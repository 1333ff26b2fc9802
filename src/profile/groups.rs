//! The rows of each group.
//!
//! Every summary goes through the customers group by group, so the rows are sorted by group once (a counting sort, in
//! which rows stay in order) and each attribute walks over slices. That is what makes one attribute a thread cheap,
//! and a sum the same whatever else is profiled.
//!
//! Units: a *row* is a customer's number in the table, a *weight* a number of customers, 1 where there are none.

use crate::math::sum::sum;
use crate::segmentation::Segmentation;

/// The customers' rows, sorted by group: each segment in order, then the unassigned. Within a group in row order.
///
/// Invariant: `starts` has one entry more than there are groups, does not fall, begins at 0 and ends at the number of
/// rows.
pub(super) struct Groups<'a> {
    rows: Vec<u32>,
    starts: Vec<usize>,
    weights: Option<&'a [f64]>,
}

impl<'a> Groups<'a> {
    /// O(customers).
    pub(super) fn new<S: crate::segment::Segment>(segmentation: &Segmentation<S>, weights: Option<&'a [f64]>) -> Self {
        let segments = segmentation.segments().len();
        let group = |segment: Option<usize>| segment.unwrap_or(segments);
        let mut starts = vec![0; segments + 2];
        for segment in segmentation.indices() {
            starts[group(segment) + 1] += 1; // a segmentation numbers its own segments
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut rows = vec![0; segmentation.len()];
        for (row, segment) in segmentation.indices().enumerate() {
            let at = &mut next[group(segment)];
            rows[*at] = row as u32; // ids are numbered by u32 throughout
            *at += 1;
        }
        Groups { rows, starts, weights }
    }

    /// How many groups there are: the segments, and the unassigned as the last.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The rows of a group, rising.
    pub(super) fn rows(&self, group: usize) -> impl ExactSizeIterator<Item = usize> {
        self.rows[self.starts[group]..self.starts[group + 1]].iter().map(|row| *row as usize)
    }

    /// All rows, group by group.
    pub(super) fn customers(&self) -> usize {
        self.rows.len()
    }

    /// Whether customers count differently.
    pub(super) fn weighted(&self) -> bool {
        self.weights.is_some()
    }

    /// How much the customer in that row counts.
    pub(super) fn weight(&self, row: usize) -> f64 {
        self.weights.and_then(|weights| weights.get(row)).copied().unwrap_or(1.0)
    }

    /// How much a group's customers count together.
    pub(super) fn total(&self, group: usize) -> f64 {
        if self.weighted() { sum(self.rows(group).map(|row| self.weight(row))) } else { self.rows(group).len() as f64 }
    }
}
