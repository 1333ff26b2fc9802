//! Rows of many customers at once: column by column, in parallel.
//!
//! The rows are divided into chunks; within a chunk one attribute after the other is read, so that a column and
//! the figures of its feature stay near while they are used. What cannot be encoded is only noted there.
//! Afterwards the notes are read in the order of customers, which is why the first such customer is named on
//! any number of threads.

use std::ops::Range;

use ndarray::Array2;

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::explanation::Reason;
use crate::parallel;
use crate::time::AsOf;
use crate::value::{Column, State};

use super::coding::{Coding, Fault, Source};
use super::encoder::Encoder;
use super::fitted::Fitted;

/// Numbers of a chunk: with the columns they are made of they fit the second cache.
const CELLS: usize = 1 << 15;

/// Customers as rows of numbers.
///
/// Every customer is in one of the two lists: with a row, or left out with a reason.
///
/// ```
/// use segmentry::customer::Customers;
/// use segmentry::features::encoding::{Features, Form};
/// use segmentry::value::{Column, Kind};
///
/// let spend = Column::of(Kind::Number, [Some(10.0), None, Some(30.0)]);
/// let customers = Customers::with_ids(["ann", "bob", "cem"])?.with_column("spend", spend)?;
/// let encoded = Features::new().number("spend").raw().fit(&customers, Form::Numbers)?.encode(&customers)?;
/// assert_eq!((encoded.rows, encoded.matrix.column(0).to_vec()), (vec![0, 2], vec![10.0, 30.0]));
/// assert_eq!(encoded.absent[0].1.to_string(), "`spend` is missing");
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Encoded {
    /// The customers that have a row, by their place in the table, rising.
    pub rows: Vec<usize>,
    /// One row of each.
    pub matrix: Array2<f64>,
    /// The customers that are left out, rising, and why.
    pub absent: Vec<(usize, Reason)>,
}

/// A feature with the column it reads.
///
/// Made once for a table; chunks share it.
struct Read<'a> {
    feature: &'a Fitted,
    column: &'a Column,
    /// Where its cells begin in a row.
    first: usize,
    /// The category's number of each text of the column's dictionary.
    categories: Option<Vec<Option<usize>>>,
}

/// What could not be encoded: row, feature, and why.
type Miss = (usize, usize, Fault);

impl Encoder {
    /// The rows of many customers. Whom a feature leaves out has none, with the reason of the first such feature.
    ///
    /// # Cost
    /// O(n d), in parallel; 8 bytes a cell. A text is looked up once, however many customers have it.
    ///
    /// # Determinism
    /// The same bytes as [`encode_one`](Encoder::encode_one), on any number of threads.
    ///
    /// # Errors
    /// If an attribute is not there or of another kind, or a value that must be known or inside what its scale
    /// takes is not; the first such customer is named.
    pub fn encode(&self, customers: &Customers) -> Result<Encoded> {
        let as_of = match self.reads().as_of {
            true => Some(customers.seen_as_of()?),
            false => None,
        };
        let mut reads = Vec::with_capacity(self.features.len());
        let mut first = 0;
        for feature in &self.features {
            reads.push(Read::of(feature, customers, first)?);
            first += feature.width();
        }
        let (count, width) = (customers.len(), first.max(1));
        let mut cells = vec![0.0; count * width];
        let rows_at_once = (CELLS / width).max(1);
        let chunks: Vec<(usize, &mut [f64])> = cells.chunks_mut(rows_at_once * width).enumerate().collect();
        let misses = parallel::map_items(chunks, |(chunk, cells)| {
            let mut misses: Vec<Miss> = Vec::new();
            for (at, read) in reads.iter().enumerate() {
                read.write(chunk * rows_at_once, width, cells, as_of, |row, fault| misses.push((row, at, fault)));
            }
            misses.sort_unstable_by_key(|(row, feature, _)| (*row, *feature));
            misses.dedup_by_key(|(row, ..)| *row); // the first feature's
            misses
        });
        let mut absent = Vec::new();
        for (row, feature, fault) in misses.into_iter().flatten() {
            let Some(id) = customers.ids().get(row) else { continue };
            absent.push((row, reads[feature].feature.answer(fault, reads[feature].column.value(row), id)?));
        }
        let rows = kept(count, &absent, &mut cells, width);
        if let Some(components) = &self.components {
            cells = components.project_all(&cells, width);
        }
        let matrix = Array2::from_shape_vec((rows.len(), self.dimensions()), cells)
            .map_err(|error| Error::definition(error.to_string()))?;
        Ok(Encoded { rows, matrix, absent })
    }
}

/// The rows that stay, with their cells moved together.
///
/// Nothing is moved where nobody is left out.
fn kept(count: usize, absent: &[(usize, Reason)], cells: &mut Vec<f64>, width: usize) -> Vec<usize> {
    if absent.is_empty() {
        return (0..count).collect();
    }
    let mut out = absent.iter().map(|(row, _)| *row).peekable();
    let mut rows = Vec::with_capacity(count - absent.len());
    for row in 0..count {
        if out.next_if_eq(&row).is_none() {
            cells.copy_within(row * width..(row + 1) * width, rows.len() * width);
            rows.push(row);
        }
    }
    cells.truncate(rows.len() * width);
    rows
}

impl<'a> Read<'a> {
    /// The column of a feature, which must be of the kind that was learnt; a whole number will do for a number.
    ///
    /// # Errors
    /// If the table has no such attribute, or it is of another kind.
    fn of(feature: &'a Fitted, customers: &'a Customers, first: usize) -> Result<Self> {
        let column = customers.column(&feature.attribute)?;
        if !feature.coding.takes(column.kind()) {
            return Err(Error::wrong_kind(&feature.attribute, column.kind(), feature.coding.expected()));
        }
        let look_up = |text| feature.coding.find(crate::value::Value::Text(text));
        let categories = match column.codes() {
            Some((_, dictionary)) if feature.coding.has_categories() => Some(dictionary.iter().map(look_up).collect()),
            _ => None,
        };
        Ok(Read { feature, column, first, categories })
    }

    /// Writes the feature's cells of a chunk of rows; tells `miss` which have none.
    ///
    /// Complete columns of numbers and columns of texts have ways of their own, since most tables are made of
    /// them; all ways lead to the same cells.
    fn write(
        &self,
        first_row: usize,
        width: usize,
        cells: &mut [f64],
        as_of: Option<AsOf>,
        mut miss: impl FnMut(usize, Fault),
    ) {
        let Read { feature, column, first, categories } = self;
        let span = *first..*first + feature.width();

        match (&feature.coding, column.as_numbers(), column.codes(), categories) {
            (Coding::Number { source: Source::Number, scaler, .. }, Some(numbers), ..) => {
                each_row(first_row, width, span, cells, &mut miss, |row, cells| {
                    cells[0] = scaler.apply(numbers[row]);
                    if !cells[0].is_finite() {
                        return Err(Fault::Number);
                    }
                    feature.finish(false, cells);
                    Ok(())
                });
            }
            (coding, _, Some((codes, _)), Some(categories)) => {
                let inner = coding.width();
                each_row(first_row, width, span, cells, &mut miss, |row, cells| {
                    if column.state(row) != State::Present {
                        return feature.write_absent(cells);
                    }
                    let found = categories.get(codes[row] as usize).copied().flatten();
                    coding.write_category(found, || true, &mut cells[..inner])?;
                    feature.finish(false, cells);
                    Ok(())
                });
            }
            _ => each_row(first_row, width, span, cells, &mut miss, |row, cells| {
                feature.write(column.value(row), as_of, cells)
            }),
        }
    }
}

/// Lets `write` make the cells of each row, in the columns of `span`, and tells `miss` where it could not.
fn each_row(
    first_row: usize,
    width: usize,
    span: Range<usize>,
    cells: &mut [f64],
    miss: &mut impl FnMut(usize, Fault),
    write: impl Fn(usize, &mut [f64]) -> Result<(), Fault>,
) {
    for (at, row) in cells.chunks_exact_mut(width).enumerate() {
        if let Err(fault) = write(first_row + at, &mut row[span.clone()]) {
            miss(first_row + at, fault);
        }
    }
}
