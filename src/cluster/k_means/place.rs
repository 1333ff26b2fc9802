//! Many rows at once to their nearest centroids: the same answers as one row alone.
//!
//! Rows are packed a few hundred at a time into a block that stays in the nearest cache, compared in single precision,
//! and those that this leaves open are asked in double precision. So rows are read once and nothing but the labels is
//! written. Memory O(d) a thread beside the labels.
//!
//! A number that is not finite makes sums that are not certain, so that checking it costs nothing where all are finite.

use crate::error::{Error, Result};
use crate::parallel;

use super::exact::{Centroids, Rows, Value};
use super::lane::LANES;
use super::packed::{Spread, pack};
use super::scan::{AT_ONCE, Nearest, Scan, Table};
use crate::math::simd::Level;

/// Rows in a chunk.
const CHUNK: usize = 4096;

/// The nearest centroid of each row.
///
/// # Errors
/// If a number is not finite: the first in the order of rows.
pub(super) fn place<V: Value>(rows: &Rows<'_, V>, centroids: &Centroids, level: Level) -> Result<Vec<u32>> {
    let spread = Spread::of(&Rows::new(&centroids.rows, centroids.dimensions, None));
    let scale = spread.scale();
    let table = Table::<f32>::new(centroids, &spread.shift, scale, level.width());
    let mut labels = vec![0_u32; rows.len];
    parallel::fill(&mut labels, CHUNK, |first, labels| match &table {
        Some(table) => several(rows, centroids, table, (&spread.shift, scale), level, first, labels),
        None => {
            for (at, label) in labels.iter_mut().enumerate() {
                *label = one(rows.row(first + at), centroids);
            }
        }
    });
    // a row that is no row has the label that none has
    match labels.iter().position(|label| *label == u32::MAX) {
        None => Ok(labels),
        Some(row) => {
            let bad = |(_, value): &(usize, &V)| !value.wide().is_finite();
            let (column, found) = rows.row(row).iter().enumerate().find(bad).map_or((0, 0.0), |(c, v)| (c, v.wide()));
            let message = format!("column {column} is {found}, expected a finite number");
            Err(Error::definition(message).at_row(row))
        }
    }
}

/// The nearest centroids of the rows of one chunk.
///
/// The last block is filled up with the last row of all, and what it comes to is not taken.
fn several<V: Value>(
    rows: &Rows<'_, V>,
    centroids: &Centroids,
    table: &Table<f32>,
    (shift, scale): (&[f64], f64),
    level: Level,
    first: usize,
    labels: &mut [u32],
) {
    let d = rows.dimensions;
    let mut blocks = vec![[0.0_f32; LANES]; AT_ONCE * d];
    let mut found = Nearest::room();
    let wanted: Vec<usize> = (0..AT_ONCE).collect();
    for (at, labels) in labels.chunks_mut(AT_ONCE * LANES).enumerate() {
        let first = first + at * AT_ONCE * LANES;
        let wanted = &wanted[..labels.len().div_ceil(LANES)];
        for (at, block) in blocks.chunks_exact_mut(d).take(wanted.len()).enumerate() {
            pack(rows, first + at * LANES, shift, scale, block);
        }
        level.run(Scan { blocks: &blocks, wanted, table, gaps: false, found: &mut found });
        for (at, (labels, found)) in labels.chunks_mut(LANES).zip(&found).enumerate() {
            for (lane, label) in labels.iter_mut().enumerate() {
                // false too where a number is infinite, no number, or too far for its square
                let certain = found.certain(lane) && found.square[lane] < 1e30;
                let row = first + at * LANES + lane;
                *label = if certain { found.cluster[lane] } else { one(rows.row(row), centroids) };
            }
        }
    }
}

/// The nearest centroid of one row; none if it is no row.
#[inline(always)]
fn one<V: Value>(row: &[V], centroids: &Centroids) -> u32 {
    if row.iter().any(|value| !value.wide().is_finite()) {
        return u32::MAX;
    }
    centroids.nearest(row).cluster as u32
}
