//! Tables of two segmentations: the names of segments beside the counts.

use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::evaluate::partition::Partition;
use crate::segment::Segment;
use crate::segmentation::{Segmentation, same_customers};
use crate::text::{Align, Table, count};

use super::contingency::Contingency;

/// What the groups of two divisions are called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub(super) struct Names {
    /// Of the first division's groups.
    #[cfg_attr(feature = "serde", serde(rename = "first_names"))]
    first: Vec<String>,
    /// Of the second's.
    #[cfg_attr(feature = "serde", serde(rename = "second_names"))]
    second: Vec<String>,
}

impl Names {
    /// The other way round.
    pub(super) fn swapped(&self) -> Self {
        Names { first: self.second.clone(), second: self.first.clone() }
    }

    /// The name of a group of the first division, its number if it has none.
    pub(super) fn first(names: Option<&Names>, group: usize) -> String {
        names.and_then(|names| names.first.get(group)).cloned().unwrap_or_else(|| group.to_string())
    }

    /// The name of a group of the second division, its number if it has none.
    pub(super) fn second(names: Option<&Names>, group: usize) -> String {
        names.and_then(|names| names.second.get(group)).cloned().unwrap_or_else(|| group.to_string())
    }
}

/// The names of the segments that somebody is in: the groups of their partition.
fn present<S: Segment>(segmentation: &Segmentation<S>) -> Vec<String> {
    let sizes = segmentation.sizes();
    let segments = segmentation.segments().iter().zip(sizes).filter(|(_, size)| *size > 0);
    segments.map(|(segment, _)| segment.label().into_owned()).collect()
}

impl Contingency {
    /// The table of two segmentations of the same customers, with the names of their segments.
    ///
    /// Segments that nobody is in are left out, and so are customers whom either leaves unassigned. Each customer counts
    /// once, whatever they weigh.
    ///
    /// ```
    /// use segmentry::customer::Customers;
    /// use segmentry::evaluate::Contingency;
    /// use segmentry::segment::Label;
    /// use segmentry::segmentation::Segmentation;
    ///
    /// let customers = Customers::with_ids(["a", "b", "c"])?;
    /// let size = Segmentation::new(&customers, vec![Label::new("small"), Label::new("large")], [Ok(0), Ok(1), Ok(1)])?;
    /// let plan = Segmentation::new(&customers, vec![Label::new("free"), Label::new("pro")], [Ok(0), Ok(1), Ok(0)])?;
    /// let table = Contingency::of_segmentations(&size, &plan)?;
    /// let printed = ["       Free  Pro  all", "Small     1    0    1", "Large     1    1    2", "all       2    1    3"];
    /// assert_eq!(table.to_string(), printed.join("\n"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If they are not of the same customers in the same order, or nobody is in a segment of both.
    pub fn of_segmentations<A: Segment, B: Segment>(first: &Segmentation<A>, second: &Segmentation<B>) -> Result<Self> {
        same_customers(first.ids(), second.ids(), ("first segmentation", "second"))?;
        let (a, b) = (Partition::from_segmentation(first)?, Partition::from_segmentation(second)?);
        let names = Names { first: present(first), second: present(second) };
        Ok(Contingency::new(&a, &b)?.named(Arc::new(names)))
    }
}

impl fmt::Display for Contingency {
    /// A line for each group of the first, a column for each of the second, and sums.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.names().map(Arc::as_ref);
        let columns = (0..self.second_sizes().len()).map(|group| Names::second(names, group));
        let heads = columns.chain(["all".to_owned()]).map(|name| (name, Align::Right));
        let mut table = Table::new(std::iter::once((String::new(), Align::Left)).chain(heads));
        for (a, all) in self.first_sizes().iter().enumerate() {
            let counts = (0..self.second_sizes().len()).map(|b| count(self.count(a, b) as usize));
            table.row(std::iter::once(Names::first(names, a)).chain(counts).chain([count(*all as usize)]));
        }
        let sums = self.second_sizes().iter().map(|sum| count(*sum as usize));
        table.row(std::iter::once("all".to_owned()).chain(sums).chain([count(self.rows() as usize)]));
        write!(f, "{table}")?;
        match self.left_out() {
            0 => Ok(()),
            more => write!(f, "\nleft out, in none of one: {}", count(more as usize)),
        }
    }
}
