//! Overlapping segments: a set of members each.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::segment::{Label, Segment};
use crate::value::Ids;

use super::placed::Segmentation;

/// Overlapping segments of the same customers: a customer is in none, one or several.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::segment::Label;
/// use segmentry::segmentation::Audiences;
///
/// let customers = Customers::with_ids(["a", "b", "c", "d"])?;
/// let audiences = Audiences::new(&customers)
///     .with(Label::new("newsletter"), [0, 1, 2])?
///     .with(Label::new("app"), [1, 2, 3])?;
/// assert_eq!(audiences.overlap(0, 1), 2);
/// assert_eq!(audiences.jaccard(0, 1), Some(0.5));
/// assert_eq!(audiences.of(3).collect::<Vec<_>>(), [1]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Audiences {
    ids: Arc<Ids>,
    audiences: Vec<(Label, Vec<u64>)>,
}

impl Audiences {
    /// No audience of these customers yet.
    pub fn new(customers: &crate::customer::Customers) -> Self {
        Audiences { ids: Arc::clone(customers.ids()), audiences: Vec::new() }
    }

    /// Each segment of a segmentation as an audience; these do not overlap.
    pub fn from_segmentation<S: Segment>(segmentation: &Segmentation<S>) -> Self {
        let ids = Arc::clone(segmentation.ids());
        let words = segmentation.len().div_ceil(64);
        let mut audiences: Vec<_> =
            segmentation.segments().iter().map(|s| (Label::of(s), vec![0_u64; words])).collect();
        for (row, segment) in segmentation.indices().enumerate() {
            if let Some((_, members)) = segment.and_then(|segment| audiences.get_mut(segment)) {
                members[row / 64] |= 1 << (row % 64); // `words` covers every row
            }
        }
        Audiences { ids, audiences }
    }

    /// Adds an audience of the customers in these rows.
    ///
    /// # Errors
    /// If its key is there already or there is no such row.
    pub fn with(mut self, label: Label, rows: impl IntoIterator<Item = usize>) -> Result<Self> {
        if self.audiences.iter().any(|(l, _)| *l == label) {
            return Err(Error::definition(format!("audience `{}` occurs twice", label.key())));
        }
        let mut members = vec![0_u64; self.ids.len().div_ceil(64)];
        for row in rows {
            if row >= self.ids.len() {
                return Err(Error::parameter("row", format!("below {}, the number of customers", self.ids.len()), row));
            }
            members[row / 64] |= 1 << (row % 64);
        }
        self.audiences.push((label, members));
        Ok(self)
    }

    /// The audiences of these members: a bit for each customer, as many words as that takes.
    #[cfg(feature = "rules")]
    pub(crate) fn from_words(
        customers: &crate::customer::Customers,
        audiences: impl IntoIterator<Item = (Label, Vec<u64>)>,
    ) -> Self {
        let audiences: Vec<_> = audiences.into_iter().collect();
        debug_assert!(audiences.iter().all(|(_, words)| words.len() == customers.len().div_ceil(64)));
        Audiences { ids: Arc::clone(customers.ids()), audiences }
    }

    /// The audiences' labels.
    pub fn labels(&self) -> impl Iterator<Item = &Label> {
        self.audiences.iter().map(|(label, _)| label)
    }

    /// The customers' ids.
    pub fn ids(&self) -> &Arc<Ids> {
        &self.ids
    }

    /// How many customers each audience has.
    pub fn sizes(&self) -> Vec<usize> {
        self.audiences.iter().map(|(_, members)| count(members.iter().copied())).collect()
    }

    /// Whether the customer in that row is in that audience.
    pub fn contains(&self, audience: usize, row: usize) -> bool {
        self.audiences.get(audience).and_then(|(_, m)| m.get(row / 64)).is_some_and(|word| word >> (row % 64) & 1 == 1)
    }

    /// The audiences that the customer in that row is in.
    pub fn of(&self, row: usize) -> impl Iterator<Item = usize> {
        (0..self.audiences.len()).filter(move |audience| self.contains(*audience, row))
    }

    /// The rows of an audience's members.
    pub fn members(&self, audience: usize) -> impl Iterator<Item = usize> {
        (0..self.ids.len()).filter(move |row| self.contains(audience, *row))
    }

    /// How many customers are in both.
    pub fn overlap(&self, a: usize, b: usize) -> usize {
        self.pairs(a, b).map_or(0, |(a, b)| count(a.iter().zip(b).map(|(a, b)| a & b)))
    }

    /// Those in both as a share of those in either (P. Jaccard 1901); `None` if both are empty.
    pub fn jaccard(&self, a: usize, b: usize) -> Option<f64> {
        let either = self.pairs(a, b).map_or(0, |(a, b)| count(a.iter().zip(b).map(|(a, b)| a | b)));
        (either > 0).then(|| self.overlap(a, b) as f64 / either as f64)
    }

    fn pairs(&self, a: usize, b: usize) -> Option<(&[u64], &[u64])> {
        Some((&self.audiences.get(a)?.1, &self.audiences.get(b)?.1))
    }
}

fn count(words: impl Iterator<Item = u64>) -> usize {
    words.map(|word| word.count_ones() as usize).sum()
}
