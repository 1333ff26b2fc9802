//! What several figures of one division are made of, each computed when it is first asked for and then kept.

use std::sync::OnceLock;

use nalgebra::DMatrix;

use crate::error::Result;
use crate::evaluate::division::Division;

use super::moments::Moments;
use super::scatter;
use super::spread::Spread;

/// A division and the passes over its rows that were made.
///
/// A figure has the same bits whether it is computed alone or with others, since a pass does not depend on who asks.
pub(super) struct Passes<'a> {
    pub(super) division: &'a Division<'a>,
    moments: OnceLock<Result<Moments<'a>>>,
    spread: OnceLock<Spread>,
    within: OnceLock<DMatrix<f64>>,
}

impl<'a> Passes<'a> {
    /// No pass yet.
    pub(super) fn new(division: &'a Division<'a>) -> Self {
        Passes { division, moments: OnceLock::new(), spread: OnceLock::new(), within: OnceLock::new() }
    }

    /// Weights, means and sums of squares: one pass, O(n d).
    ///
    /// # Errors
    /// If the rows have no means.
    pub(super) fn moments(&self) -> Result<&Moments<'a>> {
        self.moments.get_or_init(|| Moments::of(self.division)).as_ref().map_err(Clone::clone)
    }

    /// Distances from the means: one more pass, O(n d).
    ///
    /// # Errors
    /// As [`Passes::moments`].
    pub(super) fn spread(&self) -> Result<&Spread> {
        let moments = self.moments()?;
        Ok(self.spread.get_or_init(|| Spread::of(moments)))
    }

    /// The scatter matrix within groups: one more pass, O(n d²).
    ///
    /// # Errors
    /// As [`Passes::moments`].
    pub(super) fn within(&self) -> Result<&DMatrix<f64>> {
        let moments = self.moments()?;
        Ok(self.within.get_or_init(|| scatter::within(moments)))
    }
}
