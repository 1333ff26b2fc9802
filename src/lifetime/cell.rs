//! Equal buyers as one: what likelihoods are sums over.

use std::ops::Range;

/// The cell of a row without a buyer.
pub(crate) const NOBODY: u32 = u32::MAX;

/// Equal buyers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Cell {
    /// Where the number of repeats stands among [`Group::counts`].
    pub(crate) count: u32,
    pub(crate) repeats: f64,
    pub(crate) last: f64,
    pub(crate) age: f64,
    pub(crate) weight: f64,
}

/// Cells with the same covariates.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    /// The covariates, none where there are none.
    pub(crate) covariates: Vec<f64>,
    pub(crate) cells: Range<usize>,
    /// The numbers of repeats that occur, rising.
    pub(crate) counts: Vec<u32>,
}
