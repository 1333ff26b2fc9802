//! Clusters around medoids: rows that stand for their clusters, by any distance.

mod clara;
mod method;
mod model;
mod ratios;
mod search;
mod silhouette;
mod start;
mod swaps;

pub use clara::Clara;
pub use method::{KMedoids, Medoids};
pub use model::{ClaraModel, KMedoidsModel, SilhouetteMedoidsModel};
pub use silhouette::SilhouetteMedoids;

/// Which medoids a search begins with.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum MedoidStart {
    /// One after the other, each the row that lowers the loss most (BUILD, Kaufman and Rousseeuw 1990). Nothing is
    /// random. O(n² k).
    #[default]
    Build,
    /// The same on a small random sample for each medoid (LAB, Schubert and Rousseeuw 2021). O(n k).
    Lab,
    /// Random rows.
    Random,
    /// These rows, by their numbers.
    Given(Vec<usize>),
}

impl MedoidStart {
    /// Whether another seed begins elsewhere.
    fn is_random(&self) -> bool {
        matches!(self, MedoidStart::Lab | MedoidStart::Random)
    }
}

/// Which swap of a medoid for another row is made.
///
/// Both end where no single swap lowers the loss, but not always in the same such place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Swap {
    /// The first that lowers the loss (FasterPAM, Schubert and Rousseeuw 2021): as good, and many times faster.
    #[default]
    Eager,
    /// The best of all (PAM, Kaufman and Rousseeuw 1990), one a pass over the rows.
    Best,
}
