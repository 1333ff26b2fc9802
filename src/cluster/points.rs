//! Rows of numbers that are to be clustered: the door at which everything is checked.
//!
//! Behind it kernels trust what they are given: at least one row and one column, weights that count, numbers that are
//! finite, codes that name a category. A customer and an attribute are named where there are customers; here it is the
//! row and the column.

use std::borrow::Cow;

use ndarray::ArrayView2;

use crate::error::{Error, Result};
use crate::features::encoding::{Form, Meaning};

/// Rows of numbers, with weights if they have some, and the meaning of each column.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::features::encoding::{Form, Meaning};
///
/// let rows = array![[1.0, 0.0], [2.0, f64::NAN]];
/// let points = Points::new(rows.view()).meanings(&[Meaning::Number, Meaning::Category]);
/// assert!(points.check(Form::MeaningsOrMissing).is_ok());
/// let error = points.check(Form::Meanings).unwrap_err();
/// assert_eq!(error.to_string(), "row 1: column 1 is NaN, expected a finite number");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Points<'a> {
    data: Cow<'a, [f64]>,
    len: usize,
    dimensions: usize,
    weights: Option<&'a [f64]>,
    meanings: &'a [Meaning],
}

impl<'a> Points<'a> {
    /// The rows of a matrix, all columns numbers. Copies unless the matrix is in row-major order.
    pub fn new(rows: ArrayView2<'a, f64>) -> Self {
        let (len, dimensions) = rows.dim();
        let data = match rows.to_slice() {
            Some(data) => Cow::Borrowed(data),
            None => Cow::Owned(rows.iter().copied().collect()),
        };
        Points { data, len, dimensions, weights: None, meanings: &[] }
    }

    /// Sets how much each row counts: 2 is as if it were there twice, 0 as if it were not.
    #[must_use]
    pub fn weights(mut self, weights: &'a [f64]) -> Self {
        self.weights = Some(weights);
        self
    }

    /// Sets what the columns mean; none is all numbers.
    #[must_use]
    pub fn meanings(mut self, meanings: &'a [Meaning]) -> Self {
        self.meanings = meanings;
        self
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many columns.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// All numbers, row after row.
    pub fn data(&self) -> &[f64] {
        &self.data
    }

    /// The numbers of a row, which must be there.
    pub fn row(&self, row: usize) -> &[f64] {
        &self.data[row * self.dimensions..(row + 1) * self.dimensions]
    }

    /// How much a row counts.
    pub fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// How much each row counts, if not all the same.
    pub fn row_weights(&self) -> Option<&'a [f64]> {
        self.weights
    }

    /// What a column means.
    pub fn meaning(&self, column: usize) -> Meaning {
        self.meanings.get(column).copied().unwrap_or_default()
    }

    /// What the columns mean; none if all are numbers.
    #[cfg(feature = "evaluate")]
    pub(crate) fn meanings_of_columns(&self) -> &'a [Meaning] {
        self.meanings
    }

    /// The sum of the weights.
    pub fn total_weight(&self) -> f64 {
        self.weights.map_or(self.len as f64, |weights| crate::math::sum::sum(weights.iter().copied()))
    }

    /// Whether a method can work with these rows. Call it once, before anything else.
    ///
    /// O(n d).
    ///
    /// # Errors
    /// Rows and columns are counted from 0. If there is no row or no column, weights are not as many as rows, one is negative or not finite, all are zero;
    /// a number is not finite, or NaN where nothing may be missing; a code of a category is not 0, 1, 2 …, a flag not 0
    /// or 1; the first in the order of rows.
    pub fn check(&self, form: Form) -> Result<()> {
        if self.len == 0 {
            return Err(Error::empty("rows to cluster"));
        }
        if self.dimensions == 0 {
            return Err(Error::empty("columns to cluster by"));
        }
        if !self.meanings.is_empty() && self.meanings.len() != self.dimensions {
            return Err(Error::length("meanings of columns", self.meanings.len(), self.dimensions));
        }
        if form == Form::Numbers && self.meanings.contains(&Meaning::Category) {
            let column = self.meanings.iter().position(|meaning| *meaning == Meaning::Category).unwrap_or(0);
            let expected = "numbers; make indicators of the categories, or take a method for categories";
            return Err(Error::parameter(format!("column {}", column), expected, "codes of categories"));
        }
        self.check_weights()?;
        let bad = crate::parallel::map_chunks(self.len, crate::parallel::CHUNK, |rows| {
            let cells = &self.data[rows.start * self.dimensions..rows.end * self.dimensions];
            // almost always all are finite numbers: one pass that compiles to few instructions
            if self.meanings.is_empty() && cells.iter().fold(true, |all, value| all & value.is_finite()) {
                return None;
            }
            cells.iter().enumerate().find_map(|(cell, value)| {
                let column = cell % self.dimensions;
                let expected = refused(*value, self.meaning(column), form)?;
                Some((rows.start + cell / self.dimensions, column, *value, expected))
            })
        });
        match bad.into_iter().flatten().next() {
            None => Ok(()),
            Some((row, column, found, expected)) => {
                let message = format!("column {} is {found}, expected {expected}", column);
                Err(Error::definition(message).at_row(row))
            }
        }
    }

    fn check_weights(&self) -> Result<()> {
        let Some(weights) = self.weights else { return Ok(()) };
        if weights.len() != self.len {
            return Err(Error::length("weights", weights.len(), self.len));
        }
        if let Some(row) = weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
            return Err(Error::parameter("weight", "a finite number of at least 0", weights[row]).at_row(row));
        }
        match self.total_weight() {
            total if total > 0.0 && total.is_finite() => Ok(()),
            total => Err(Error::parameter("weights", "a positive, finite sum", total)),
        }
    }
}

/// What was expected in place of this value; `None` if it is as it must be.
fn refused(value: f64, meaning: Meaning, form: Form) -> Option<&'static str> {
    if value.is_nan() {
        return (form != Form::MeaningsOrMissing).then_some("a finite number");
    }
    let good = match meaning {
        _ if !value.is_finite() => return Some("a finite number"),
        Meaning::Number | Meaning::Rank => true,
        Meaning::Category => value >= 0.0 && value.fract() == 0.0 && value < f64::from(u32::MAX),
        Meaning::SymmetricFlag | Meaning::AsymmetricFlag => value == 0.0 || value == 1.0,
    };
    match meaning {
        _ if good => None,
        Meaning::Category => Some("a code of a category: 0, 1, 2 …"),
        _ => Some("0 or 1"),
    }
}
