//! Rows as kernels read them: blocks of sixteen, column by column, moved to the middle and rounded.
//!
//! Moving takes off what all rows have in common, such as the year of a date, so that single precision keeps the
//! digits in which rows differ. Rows are packed once for all restarts and iterations.
//!
//! The middle is the median of some rows and not the mean: one row that is far away must not take the digits of all
//! others. The scale is a power of two, so that it loses nothing; it keeps squares away from the ends of single
//! precision, whatever the unit of the columns.
//!
//! Sixteen rows lie side by side, first their first numbers, then their second: a kernel reads one line of memory for one
//! column of sixteen rows, and no row ever has to be added up across.

use crate::parallel;

use super::exact::{Rows, Value};
use super::lane::{LANES, Lane};

/// Rows in blocks, in chunks that are worked on at once.
pub(super) struct Packed<T> {
    /// What was taken off each column.
    pub(super) shift: Vec<f64>,
    /// What the rest was multiplied by: a power of two.
    pub(super) scale: f64,
    /// How many rows a chunk has, but for the last: whole blocks.
    pub(super) chunk: usize,
    /// The blocks of each chunk. The last block of all is filled up with its last row.
    pub(super) blocks: Vec<Vec<[T; LANES]>>,
}

/// How far rows are from the middle, by column.
#[derive(Clone, Debug)]
pub(super) struct Spread {
    /// The middle: the median of some rows.
    pub(super) shift: Vec<f64>,
    /// The greatest distance from it among those rows, in any column; 1 if they are all alike.
    pub(super) typical: f64,
}

impl Spread {
    /// Looks at some hundred rows, evenly spread.
    pub(super) fn of<V: Value>(rows: &Rows<'_, V>) -> Self {
        let step = (rows.len / 255).max(1);
        let mut typical = 0.0_f64;
        let shift = (0..rows.dimensions)
            .map(|column| {
                let mut values: Vec<f64> =
                    (0..rows.len).step_by(step).map(|row| rows.row(row)[column].wide()).collect();
                values.sort_unstable_by(f64::total_cmp);
                let middle = values[values.len() / 2];
                typical = values.iter().fold(typical, |most, value| most.max((value - middle).abs()));
                middle
            })
            .collect();
        Spread { shift, typical: if typical > 0.0 && typical.is_finite() { typical } else { 1.0 } }
    }

    /// The power of two that brings typical distances near 1.
    pub(super) fn scale(&self) -> f64 {
        (-self.typical.log2().floor()).clamp(-1000.0, 1000.0).exp2()
    }
}

/// How many rows make a chunk, whole blocks: so many that sums by cluster are small beside them.
pub(super) fn chunk(clusters: usize) -> usize {
    (16 * clusters).max(8192).next_multiple_of(LANES)
}

impl<T: Lane> Packed<T> {
    /// Packs rows for that many clusters; `None` if this precision cannot hold them.
    pub(super) fn new<V: Value>(rows: &Rows<'_, V>, spread: &Spread, clusters: usize) -> Option<Self> {
        let (chunk, scale) = (chunk(clusters), spread.scale());
        let blocks = parallel::map_chunks(rows.len, chunk, |range| {
            let mut blocks = vec![[T::ZERO; LANES]; range.len().div_ceil(LANES) * rows.dimensions];
            let mut most = 0.0_f64;
            for (at, block) in blocks.chunks_exact_mut(rows.dimensions).enumerate() {
                most = most.max(pack(rows, range.start + at * LANES, &spread.shift, scale, block));
            }
            (most <= T::LARGE).then_some(blocks)
        });
        let blocks: Option<Vec<Vec<[T; LANES]>>> = blocks.into_iter().collect();
        Some(Packed { shift: spread.shift.clone(), scale, chunk, blocks: blocks? })
    }
}

/// Packs the sixteen rows from `first` on, the last again where there are no more, and gives the greatest number.
#[inline(always)]
pub(super) fn pack<V: Value, T: Lane>(
    rows: &Rows<'_, V>,
    first: usize,
    shift: &[f64],
    scale: f64,
    block: &mut [[T; LANES]],
) -> f64 {
    let mut most = [0.0_f64; 4];
    for lane in 0..LANES {
        let row = rows.row((first + lane).min(rows.len - 1));
        for ((x, middle), out) in row.iter().zip(shift).zip(block.iter_mut()) {
            let value = (x.wide() - middle) * scale;
            let most = &mut most[lane % 4];
            *most = if value.abs() > *most { value.abs() } else { *most };
            out[lane] = T::narrow(value);
        }
    }
    most.into_iter().fold(0.0, f64::max)
}
