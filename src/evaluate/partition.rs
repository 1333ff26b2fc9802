//! Who is with whom: the groups of rows as metrics want them, whatever they were called.
//!
//! The door of every metric. Groups are numbered 0, 1, 2 … in the order of what they were called, none of them is empty,
//! and rows that are in none are counted and known.

use crate::error::{Error, Result};
use crate::segment::Segment;
use crate::segmentation::Segmentation;

/// What stands in place of a group's number for a row that is in none.
const NONE: u32 = u32::MAX;

/// Which rows are together. Metrics ask for no more than that.
///
/// ```
/// use segmentry::evaluate::Partition;
///
/// let found = Partition::new(&[Some(7), Some(2), None, Some(7)])?;
/// assert_eq!((found.groups(), found.sizes(), found.in_none()), (2, &[1, 2][..], 1));
/// assert_eq!(found.group(0), Some(1)); // group 1 is what was called 7
/// let plans = Partition::of(["pro", "free", "pro"])?; // whatever has an order
/// assert_eq!(plans.sizes(), [1, 2]);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partition {
    labels: Vec<u32>,
    sizes: Vec<usize>,
    none: usize,
}

impl Partition {
    /// The groups that a method found; `None` is a row in no group.
    ///
    /// O(n) where numbers are small, O(n log n) at most.
    ///
    /// # Errors
    /// If there is no row.
    pub fn new(labels: &[Option<u32>]) -> Result<Self> {
        let most = labels.iter().flatten().copied().max().unwrap_or(0) as usize;
        if most <= labels.len().saturating_mul(2).saturating_add(1024) {
            let mut present = vec![NONE; most + 1];
            labels.iter().flatten().for_each(|label| present[*label as usize] = 0);
            let seen = present.iter_mut().filter(|number| **number == 0);
            seen.zip(0..).for_each(|(number, group)| *number = group);
            return Partition::numbered(labels.iter().map(|label| label.map_or(NONE, |label| present[label as usize])));
        }
        Partition::of_some(labels.iter().copied())
    }

    /// The groups of rows by what each is called; all rows are in one.
    ///
    /// # Errors
    /// If there is no row.
    pub fn of<T: Ord>(labels: impl IntoIterator<Item = T>) -> Result<Self> {
        Partition::of_some(labels.into_iter().map(Some))
    }

    /// The groups of rows by what each is called; `None` is a row in no group. O(n log n).
    ///
    /// # Errors
    /// If there is no row.
    pub fn of_some<T: Ord>(labels: impl IntoIterator<Item = Option<T>>) -> Result<Self> {
        let labels: Vec<Option<T>> = labels.into_iter().collect();
        let mut names: Vec<&T> = labels.iter().flatten().collect();
        names.sort_unstable();
        names.dedup();
        let number = |label: &T| names.binary_search(&label).map_or(NONE, |at| at as u32);
        let numbers: Vec<u32> = labels.iter().map(|label| label.as_ref().map_or(NONE, number)).collect();
        Partition::numbered(numbers)
    }

    /// The segments of a segmentation that somebody is in; the unassigned are in none.
    ///
    /// # Errors
    /// If there is no customer.
    pub fn from_segmentation<S: Segment>(segmentation: &Segmentation<S>) -> Result<Self> {
        let labels: Vec<Option<u32>> =
            segmentation.indices().map(|place| place.and_then(|place| u32::try_from(place).ok())).collect();
        Partition::new(&labels)
    }

    /// Of numbers without gaps.
    fn numbered(labels: impl IntoIterator<Item = u32>) -> Result<Self> {
        let (mut sizes, mut none) = (Vec::new(), 0);
        let labels: Vec<u32> = labels.into_iter().collect();
        for label in &labels {
            if *label == NONE {
                none += 1;
                continue;
            }
            let group = *label as usize;
            if group >= sizes.len() {
                sizes.resize(group + 1, 0);
            }
            sizes[group] += 1;
        }
        if labels.is_empty() {
            return Err(Error::empty("rows in a partition"));
        }
        Ok(Partition { labels, sizes, none })
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none; never.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// How many groups, none of them empty.
    pub fn groups(&self) -> usize {
        self.sizes.len()
    }

    /// How many rows each group has.
    pub fn sizes(&self) -> &[usize] {
        &self.sizes
    }

    /// How many rows are in none.
    pub fn in_none(&self) -> usize {
        self.none
    }

    /// The group of a row, which must be there.
    pub fn group(&self, row: usize) -> Option<usize> {
        Some(self.labels[row]).filter(|label| *label != NONE).map(|label| label as usize)
    }

    /// The group of each row.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Option<usize>> {
        self.labels.iter().map(|label| (*label != NONE).then_some(*label as usize))
    }

    /// The rows of each group, rising.
    pub fn members(&self) -> Vec<Vec<usize>> {
        let mut members: Vec<Vec<usize>> = self.sizes.iter().map(|size| Vec::with_capacity(*size)).collect();
        for (row, group) in self.iter().enumerate() {
            if let Some(group) = group {
                members[group].push(row);
            }
        }
        members
    }

    /// The same with all rows that were in none as a group of their own, the last.
    #[must_use]
    pub fn none_as_group(mut self) -> Self {
        if self.none > 0 {
            let last = self.sizes.len() as u32;
            self.labels.iter_mut().filter(|label| **label == NONE).for_each(|label| *label = last);
            self.sizes.push(self.none);
            self.none = 0;
        }
        self
    }

    /// The groups' numbers, [`NONE_LABEL`] for none: for kernels, which trust them.
    pub(crate) fn labels(&self) -> &[u32] {
        &self.labels
    }
}

/// What [`Partition::labels`] has for rows in no group.
pub(crate) const NONE_LABEL: u32 = NONE;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::Partition;

    #[test]
    fn numbers_follow_the_order_of_names_without_gaps() {
        for high in [9, u32::MAX - 1] {
            let found = Partition::new(&[Some(high), None, Some(3), Some(high)]).unwrap();
            assert_eq!(found.iter().collect::<Vec<_>>(), [Some(1), None, Some(0), Some(1)]);
            assert_eq!((found.sizes(), found.in_none(), found.members()), (&[1, 2][..], 1, vec![vec![2], vec![0, 3]]));
            let grouped = found.none_as_group();
            assert_eq!((grouped.sizes(), grouped.group(1)), (&[1, 2, 1][..], Some(2)));
        }
        assert!(Partition::new(&[]).is_err());
        assert_eq!(Partition::new(&[None]).unwrap().groups(), 0);
    }
}
