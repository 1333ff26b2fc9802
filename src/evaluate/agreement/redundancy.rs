//! Whether two segmentations say the same: what is left to learn from one where the other is known.

use std::fmt;

use super::contingency::Contingency;
use super::information::Mean;
use super::work::Work;

/// How much one of two divisions says of the other.
///
/// The shares are H. Theil's coefficients of uncertainty, one for each direction (1970, On the estimation of relationships
/// involving qualitative variables, DOI 10.1086/224909): of a fine division much of a coarse one is known, but not the
/// other way round. They rise by chance where there are few rows for the number of cells; `adjusted` does not.
///
/// ```
/// use segmentry::evaluate::{Contingency, Partition, Redundancy};
///
/// let region = Partition::of(["north", "north", "north", "south", "south", "south"])?;
/// let city = Partition::of(["a", "a", "b", "c", "c", "d"])?;
/// let found = Redundancy::of(&Contingency::new(&region, &city)?);
/// assert_eq!(found.first_known, 1.0); // who knows the city knows the region
/// assert!(found.second_known < 0.6);
/// assert_eq!(found.to_string(), "the second tells 100 % of the first, the first tells 52 % of the second");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Redundancy {
    /// The mutual information by the mean of both entropies: 0 if neither says anything of the other, 1 for the same
    /// groups.
    pub shared: f64,
    /// The same adjusted for chance: 0 on average for divisions that have nothing to do with each other.
    pub adjusted: f64,
    /// The share of the first that is known where the second is.
    pub first_known: f64,
    /// The share of the second that is known where the first is.
    pub second_known: f64,
}

impl Redundancy {
    /// Of a table, as of [`Contingency::of_segmentations`]. A division of one group is known to everybody: its share
    /// is 1, and `shared` is 0 unless both are one group.
    ///
    /// # Cost
    /// As [`Agreement::AmiArithmetic`](super::Agreement::AmiArithmetic).
    pub fn of(table: &Contingency) -> Self {
        let work = Work::new(table);
        Redundancy {
            shared: work.normalized(Mean::Arithmetic),
            adjusted: work.adjusted(Mean::Arithmetic),
            first_known: work.information().homogeneity(),
            second_known: work.information().completeness(),
        }
    }
}

impl fmt::Display for Redundancy {
    /// One sentence.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let share = |known: f64| format!("{:.0} %", (100.0 * known).floor()); // what is not all is not 100 %
        let (first, second) = (share(self.first_known), share(self.second_known));
        write!(f, "the second tells {first} of the first, the first tells {second} of the second")
    }
}
