//! Euclidean distances of a few rows to many, eight of the many at once.
//!
//! Rows lie in blocks of eight, column by column, so that one instruction works on the same column of eight rows. A few
//! single rows are compared with a block together, which spares reading it again. Differences are taken before they are
//! squared: the shorter way by products of rows loses the digits of near rows.
//!
//! The rows lie twice in memory while the walk goes on: as they came, and here. That is what a walk in memory of the order
//! of the rows costs, and it is what makes it fast: read as they came, eight rows would be eight places.
//!
//! No product is fused with a sum and columns are added in their order, so the bits are the same on every processor, and
//! the same as of two rows measured alone.

use crate::cluster::Scale;
use crate::math::simd::{Level, Task};

/// Rows in a block.
pub(super) const LANES: usize = 8;
/// Single rows that are compared with blocks together.
pub(super) const TOGETHER: usize = 8;

/// Rows of numbers in blocks.
pub(super) struct Lanes {
    /// Block by block, column by column, [`LANES`] numbers; the last block is filled up with zeros.
    data: Vec<f64>,
    /// How many numbers a row has.
    dimensions: usize,
    /// What lengths are multiplied with, so that squares are neither too large nor too small for a number. With ordinary
    /// numbers it is 1.
    scale: Scale,
    /// The instructions to use.
    level: Level,
}

impl Lanes {
    /// Lays out rows of at least one number each. O(n d).
    ///
    /// Numbers so large or small that their squares would be none are multiplied with a power of two first.
    pub(super) fn new(rows: &[f64], dimensions: usize) -> Self {
        let scale = Scale::of_numbers(rows);
        let len = rows.len() / dimensions.max(1);
        let mut data = vec![0.0; len.div_ceil(LANES) * LANES * dimensions];
        crate::parallel::fill(&mut data, LANES * dimensions, |at, block| {
            let first = at / dimensions.max(1);
            for lane in 0..LANES.min(len - first) {
                let row = &rows[(first + lane) * dimensions..(first + lane + 1) * dimensions];
                for (column, value) in row.iter().enumerate() {
                    block[column * LANES + lane] = scale.inner(*value);
                }
            }
        });
        // measured: 64 bytes at once are slower here than 32, and all levels give the same bits
        let level = if Level::best() == Level::Portable { Level::Portable } else { Level::Avx2 };
        Lanes { data, dimensions, scale, level }
    }

    /// The power of two that lengths are multiplied with.
    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    /// Gathers single rows for [`distances`](Lanes::distances): column by column, [`TOGETHER`] numbers.
    ///
    /// Places without a row get the first, and nobody looks at what comes of them.
    pub(super) fn gather(&self, rows: &[u32], out: &mut Vec<f64>) {
        out.clear();
        for column in 0..self.dimensions {
            for at in 0..TOGETHER {
                let row = rows.get(at).or(rows.first()).map_or(0, |row| *row as usize);
                out.push(self.data[(row / LANES * self.dimensions + column) * LANES + row % LANES]);
            }
        }
    }

    /// Writes how far gathered rows are from those of the blocks: `out` holds [`TOGETHER`] runs of `stride` distances.
    ///
    /// O(rows d) for each of the gathered, of which `count` are asked for. Those of rows that fill up the last block are
    /// written too: `stride` leaves room for whole blocks.
    pub(super) fn distances(
        &self,
        gathered: &[f64],
        count: usize,
        blocks: std::ops::Range<usize>,
        stride: usize,
        out: &mut [f64],
    ) {
        let width = LANES * self.dimensions;
        let blocks = &self.data[blocks.start * width..blocks.end * width];
        self.level.run(Compare { blocks, gathered, count, dimensions: self.dimensions, stride, out });
    }
}

/// The comparison, compiled for each level of instructions.
struct Compare<'a> {
    /// The rows of several blocks.
    blocks: &'a [f64],
    /// The single rows.
    gathered: &'a [f64],
    /// How many single rows count.
    count: usize,
    /// How many numbers a row has.
    dimensions: usize,
    /// How many distances there is room for in each run.
    stride: usize,
    /// Where distances go.
    out: &'a mut [f64],
}

impl Task for Compare<'_> {
    type Out = ();

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) {
        let Compare { blocks, gathered, count, dimensions, stride, out } = self;
        for (at, block) in blocks.chunks_exact(LANES * dimensions).enumerate() {
            // what fits the registers: fused instructions are a sign that they are wide
            if FUSED {
                for first in (0..count).step_by(WIDTH) {
                    compare::<WIDTH>(block, gathered, first, stride, &mut out[at * LANES..]);
                }
            } else {
                for first in (0..count).step_by(2) {
                    compare::<2>(block, gathered, first, stride, &mut out[at * LANES..]);
                }
            }
        }
    }
}

/// Some of the gathered rows with one block.
///
/// `ROWS` times eight sums stay in registers while the columns go by; each number of the block is read once for all of
/// them.
#[inline(always)]
fn compare<const ROWS: usize>(block: &[f64], gathered: &[f64], first: usize, stride: usize, out: &mut [f64]) {
    let mut sums = [[0.0_f64; LANES]; ROWS];
    let (columns, _) = block.as_chunks::<LANES>();
    let (singles, _) = gathered.as_chunks::<TOGETHER>();
    for (column, single) in columns.iter().zip(singles) {
        let Some(single) = single.get(first..).and_then(|single| single.first_chunk::<ROWS>()) else { return };
        for (sum, a) in sums.iter_mut().zip(single) {
            for (sum, b) in sum.iter_mut().zip(column) {
                let difference = a - b;
                *sum += difference * difference;
            }
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        let start = (first + row) * stride;
        for (out, sum) in out[start..start + LANES].iter_mut().zip(sums) {
            *out = sum.sqrt();
        }
    }
}

#[cfg(test)]
#[path = "lanes_tests.rs"]
mod tests;
