//! What a user of k-means may choose: where it starts and how it compares.

use crate::error::{Error, Result};

/// The square of a greater number does not go well with others.
const FAR: f64 = 1e149;

/// Where the centroids are at first.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Start {
    /// Greedy k-means++: one row after another, drawn in proportion to its squared distance from those chosen; of
    /// 2 + ln k draws the one that helps most, as in scikit-learn.
    #[default]
    PlusPlus,
    /// k-means||: many rows at once in five rounds, then k-means++ among them. For many clusters in many rows: it
    /// reads the rows as often for 1000 clusters as for 10.
    Parallel,
    /// Rows drawn at random, each as likely, none twice.
    Random,
    /// These rows, one for each cluster.
    Given(Vec<Vec<f64>>),
}

impl Start {
    /// Whether it can begin `k` clusters of rows with that many columns.
    pub(super) fn check(&self, k: usize, dimensions: usize) -> Result<()> {
        let Start::Given(rows) = self else { return Ok(()) };
        if rows.len() != k {
            return Err(Error::length("start", rows.len(), k));
        }
        for (row, numbers) in rows.iter().enumerate() {
            if numbers.len() != dimensions {
                return Err(Error::length("a row of the start", numbers.len(), dimensions).at_row(row));
            }
            if let Some(number) = numbers.iter().find(|number| !number.is_finite()) {
                return Err(Error::not_finite("a number of the start", *number).at_row(row));
            }
            if let Some(number) = numbers.iter().find(|number| number.abs() > FAR) {
                return Err(Error::parameter("start", "numbers within 1e149 of 0", number).at_row(row));
            }
        }
        Ok(())
    }
}

/// How rows are compared with centroids. All give the same answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Algorithm {
    /// Bounds where a comparison is dear enough to be saved, none for few clusters in few columns.
    #[default]
    Auto,
    /// Each row with each centroid in each iteration.
    Lloyd,
    /// As Hamerly: rows are not looked at while the centroids have not moved enough to change anything. Kept for
    /// groups of rows, so that what is settled is not even read.
    Hamerly,
}
