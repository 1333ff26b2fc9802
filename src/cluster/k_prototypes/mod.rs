//! Clusters of rows with numbers and categories: means of the ones, modes of the others.

mod method;
mod model;
mod run;

pub use method::KPrototypes;
pub use model::KPrototypesModel;

/// How much a category that differs costs, beside the squared differences of numbers.
///
/// Huang 1997 advises from a third to two thirds of the mean standard deviation of the numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Gamma {
    /// Half the mean of the standard deviations of the columns of numbers, each with n and not n - 1 below: what the
    /// Python package kmodes takes. The R package clustMixType takes the mean variance of the numbers by the mean of
    /// what varies in the categories, which is another figure.
    ///
    /// 1 if there are no numbers, or none varies.
    #[default]
    Automatic,
    /// So much; 0 is k-means of the numbers.
    Given(f64),
}

/// Which prototypes a search begins with.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum PrototypeStart {
    /// Random rows, each drawn in proportion to its distance from those before: k-means++ in this method's distance
    /// (Arthur and Vassilvitskii 2007).
    #[default]
    PlusPlus,
    /// Random rows.
    Random,
    /// These prototypes: a row of numbers and codes for each.
    Given(Vec<Vec<f64>>),
}
