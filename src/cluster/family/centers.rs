//! What a model of centers keeps: the centers, how much weight each had, and how it came about.
//!
//! It is saved with the recipe, so that a model says what it was learnt by and with what success. Nothing in it may be
//! NaN or infinite: what is read from a file is checked before anything is placed by it.

use crate::error::{Error, Result};

/// The centers and how they were found.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Centers {
    /// How many numbers a row has.
    pub(crate) dimensions: usize,
    /// The centers, row after row.
    pub(crate) centers: Vec<f64>,
    /// How much weight each had.
    pub(crate) sizes: Vec<f64>,
    /// What the method makes small.
    pub(crate) objective: f64,
    /// Iterations of the best start.
    pub(crate) iterations: usize,
    /// Whether it came to rest.
    pub(crate) converged: bool,
    /// What was decided on the way.
    pub(crate) notes: Vec<String>,
}

impl Centers {
    /// The center of a cluster.
    pub(crate) fn center(&self, cluster: usize) -> &[f64] {
        &self.centers[cluster * self.dimensions..(cluster + 1) * self.dimensions]
    }

    /// Whether these can be centers: shapes, finite numbers.
    ///
    /// # Errors
    /// If there is no cluster or no column, the numbers of centers are not as many as clusters and columns make, or one
    /// is not finite, or a size or the objective is negative.
    pub(crate) fn check(&self) -> Result<()> {
        if self.dimensions == 0 {
            return Err(Error::parameter("dimensions", "at least 1", 0));
        }
        if self.sizes.is_empty() {
            return Err(Error::empty("clusters"));
        }
        if Some(self.centers.len()) != self.sizes.len().checked_mul(self.dimensions) {
            let expected = self.sizes.len().saturating_mul(self.dimensions);
            return Err(Error::length("centers", self.centers.len(), expected));
        }
        if let Some(bad) = self.centers.iter().find(|value| !value.is_finite()) {
            return Err(Error::not_finite("a number of a center", *bad));
        }
        if let Some(bad) = self.sizes.iter().find(|size| !(size.is_finite() && **size >= 0.0)) {
            return Err(Error::parameter("size of a cluster", "a finite number of at least 0", bad));
        }
        if !(self.objective.is_finite() && self.objective >= 0.0) {
            return Err(Error::parameter("objective", "a finite number of at least 0", self.objective));
        }
        Ok(())
    }
}

/// The sentences on clusters that were not found and on clusters that had lost their rows.
///
/// `asked` is what the recipe says, `found` what there is, `reseeded` how often an empty cluster got a row in the best
/// start. No sentence where all is as asked.
pub(crate) fn notes(asked: usize, found: usize, reseeded: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if found < asked {
        notes.push(format!("{asked} clusters were asked for, {found} were found: there are no more different rows"));
    }
    if reseeded > 0 {
        let what = if reseeded == 1 { "an empty cluster was" } else { "empty clusters were" };
        let times = if reseeded == 1 { String::new() } else { format!(" {reseeded} times") };
        notes.push(format!("{what} given the farthest row{times}"));
    }
    notes
}
