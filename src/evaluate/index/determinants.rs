//! Figures of scatter matrices: traces of quotients and determinants.
//!
//! All are invariant, or change by a known amount, if columns are multiplied or mixed, so unlike sums of squares they do
//! not ask that columns be of one unit. All need more rows in their groups than there are columns, and no column that
//! follows from others.

use nalgebra::DMatrix;

use crate::error::Result;
use crate::math::sum::sum;

use super::list::Index;
use super::passes::Passes;
use super::scatter::{Factor, between, within_each};

/// Friedman and Rubin: the trace of W⁻¹B, the sum of its eigenvalues.
///
/// Of one column it is B / W. Known in the analysis of variance of several columns as the trace of Hotelling and Lawley.
///
/// # Errors
/// If W is singular: a column is constant within groups or follows from others, or there are too few rows.
pub(super) fn trace_of_quotient(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let within = factor(passes.within()?, Index::TraceWiB, WITHIN)?;
    Ok(within.trace_of_inverse_times(&between(moments)))
}

/// The logarithm of det T over det W: the sum of the logarithms of 1 + each eigenvalue of W⁻¹B.
///
/// Its negative is the logarithm of Wilks' lambda.
///
/// # Errors
/// If W is singular.
pub(super) fn log_ratio(passes: &Passes<'_>, index: Index) -> Result<f64> {
    let within = passes.within()?;
    let total = within + between(passes.moments()?);
    let within = factor(within, index, WITHIN)?.log_determinant();
    Ok((factor(&total, index, "where the scatter matrix is singular")?.log_determinant() - within).max(0.0))
}

/// Scott and Symons: the sum over groups of the size times the logarithm of the determinant of the covariance matrix.
///
/// But for a negative factor and a constant it is the log-likelihood of normal groups, each of a shape of its own.
///
/// # Errors
/// If the scatter matrix of one group is singular.
pub(super) fn scott_symons(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let (matrices, d) = (within_each(moments), moments.dimensions() as f64);
    let mut parts = Vec::with_capacity(moments.groups());
    for group in &moments.present {
        let weight = moments.weights[*group];
        let why = "where the scatter matrix of a group is singular, as of one with no more rows than columns";
        let log = factor(&matrices[*group], Index::ScottSymons, why)?.log_determinant();
        parts.push(weight * (log - d * (weight.ln() - 2.0 * moments.scale().ln())));
    }
    Ok(sum(parts))
}

/// Marriott: the square of the number of groups times det W.
///
/// Of rows without groups det W falls with the square of the number of groups, so the product stays; it is least where
/// groups are real. It has the unit of the rows to twice the number of columns, and soon is no number.
///
/// # Errors
/// If W is singular, or the determinant is too small for a number.
pub(super) fn squared_groups_times_determinant(passes: &Passes<'_>) -> Result<f64> {
    let moments = passes.moments()?;
    let log = factor(passes.within()?, Index::KsqDetW, WITHIN)?.log_determinant();
    let unit = 2.0 * moments.dimensions() as f64 * moments.scale().ln();
    let found = (log + unit + 2.0 * (moments.groups() as f64).ln()).exp();
    if found < f64::MIN_POSITIVE {
        return Err(
            Index::KsqDetW.undefined("in numbers of this size: the determinant vanishes; divide columns by a unit")
        );
    }
    Ok(found)
}

/// Why W has no inverse.
const WITHIN: &str = "where the scatter matrix within groups is singular";

/// The factors of a matrix, or the error that says why there are none.
fn factor(matrix: &DMatrix<f64>, index: Index, why: &str) -> Result<Factor> {
    Factor::of(matrix).ok_or_else(|| index.undefined(why))
}
