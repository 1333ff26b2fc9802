//! Clusters of categories around modes: the most frequent category of each column.

mod codes;
mod method;
mod model;
mod run;
mod start;

pub(super) use codes::{BLOCK, Code, Lookup, Packed, mismatches};
pub use method::KModes;
pub use model::KModesModel;

/// Which modes a search begins with.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum ModeStart {
    /// The row whose categories are the most frequent, then rows that are frequent and far from all before (Cao, Liang
    /// and Bai 2009). Nothing is random.
    #[default]
    Cao,
    /// Categories drawn as often as they occur, each such mode replaced by the row nearest to it (Huang 1998).
    Huang,
    /// Random rows.
    Random,
    /// These modes: a row of codes for each.
    Given(Vec<Vec<f64>>),
}

impl ModeStart {
    /// Whether another seed begins elsewhere.
    fn is_random(&self) -> bool {
        matches!(self, ModeStart::Huang | ModeStart::Random)
    }
}

/// What a missing category says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MissingAs {
    /// Missing is a category like others: two customers who both did not answer are alike in that. The mode may be
    /// missing.
    #[default]
    Category,
    /// It says nothing: it is 0 from every mode, and no vote for a mode. The mode of a cluster in which all are
    /// missing is missing, and 0 from everything.
    Nothing,
}
