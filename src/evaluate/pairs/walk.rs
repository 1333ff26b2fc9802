//! The walk: some rows against others, chunk by chunk, and what is seen on it.
//!
//! A chunk is 64 rows. They are compared with 256 others at a time, which stay in the nearest cache while the rows of
//! the chunk go over them. What a chunk makes of the distances it keeps for itself; results are handed on in the order
//! of chunks, some hundred chunks at a time, so that memory does not grow with the number of chunks.
//!
//! Who asks for all others of a row gets each pair twice, once from either side; then what a row makes of its distances
//! is known when its chunk is done, and no thread writes where another does. Who only wants sums of all pairs asks for
//! those after each row. Chunks then have unequal work, which the threads share out among them.
//!
//! Between two waves of chunks the caller hears how far the work is, and may stop it.

use std::ops::Range;

use crate::error::{Error, Result};
use crate::parallel;
use crate::progress::Progress;

use super::lanes::{LANES, TOGETHER};
use super::{Pairs, Ruler};

/// Rows in a chunk.
const CHUNK: usize = 64;
/// Rows that a chunk is compared with at a time; a multiple of [`LANES`].
const BLOCK: usize = 256;
/// Chunks between two looks at the progress.
const WAVE: usize = 256;

/// Which others a row is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// All, itself among them.
    All,
    /// Those after it: each pair once.
    Later,
    /// Those of its group, itself among them.
    Own,
    /// Those after it in its group: each pair within once.
    OwnLater,
}

/// Distances of a row to others that follow each other.
pub(crate) struct Run<'d> {
    /// The row.
    pub(crate) row: usize,
    /// Its place in its chunk.
    pub(crate) at: usize,
    /// The first of the others.
    pub(crate) first: usize,
    /// How far they are.
    pub(crate) far: &'d [f64],
}

impl Pairs<'_> {
    /// Walks rows against others.
    ///
    /// `start` makes what a chunk keeps, `visit` is shown runs of distances, `finish` makes a result of what was kept; all
    /// three work in parallel. `done` gets the results in the order of chunks. Runs may begin and end anywhere and hold
    /// rows of several groups: [`Pairs::by_group`] cuts them.
    ///
    /// O(rows n d) time for all, half for each pair once; memory O(1) beside what is kept.
    ///
    /// # Errors
    /// If two rows cannot be compared, or the work is cancelled.
    pub(crate) fn walk<K, T: Send>(
        &self,
        rows: &[u32],
        which: Which,
        progress: &Progress<'_>,
        (start, visit, finish): (
            impl Fn(&[u32]) -> K + Sync + Send,
            impl Fn(&mut K, Run<'_>) + Sync + Send,
            impl Fn(&[u32], K) -> T + Sync + Send,
        ),
        mut done: impl FnMut(&[u32], T),
    ) -> Result<()> {
        let total = rows.len() as u64;
        for (wave, rows) in rows.chunks(CHUNK * WAVE).enumerate() {
            progress.step("rows", (wave * CHUNK * WAVE) as u64, total)?;
            let chunks = parallel::map_chunks(rows.len(), CHUNK, |chunk| {
                let mut kept = start(&rows[chunk.clone()]);
                let rows = &rows[chunk];
                let unknown = self.chunk(rows, which, |run| visit(&mut kept, run));
                (finish(rows, kept), unknown)
            });
            for ((kept, unknown), rows) in chunks.into_iter().zip(rows.chunks(CHUNK)) {
                if let Some((row, other)) = unknown {
                    let (row, other) = (self.rows[row] as usize, self.rows[other] as usize);
                    let (row, other) = (row.min(other), row.max(other));
                    let message =
                        format!("no column can be compared with row {other}: each is missing or absent in both");
                    return Err(Error::definition(message).at_row(row));
                }
                done(rows, kept);
            }
        }
        Ok(())
    }

    /// All rows, for [`walk`](Pairs::walk).
    pub(crate) fn all(&self) -> Vec<u32> {
        (0..self.len() as u32).collect()
    }

    /// Cuts a run of distances by group: each group with the first of its rows and the distances.
    pub(crate) fn by_group<'d>(&self, run: &Run<'d>) -> impl Iterator<Item = (usize, usize, &'d [f64])> {
        let Run { mut first, mut far, .. } = *run;
        std::iter::from_fn(move || {
            let group = *self.group.get(first)? as usize;
            let (run, rest) = far.split_at((self.starts[group + 1] - first).min(far.len()));
            if run.is_empty() {
                return None;
            }
            let found = (group, first, run);
            (first, far) = (first + run.len(), rest);
            Some(found)
        })
    }

    /// The others that a row is compared with: they always follow each other.
    fn others(&self, row: usize, which: Which) -> Range<usize> {
        let group = self.group[row] as usize;
        match which {
            Which::All => 0..self.len(),
            Which::Later => row + 1..self.len(),
            Which::Own => self.starts[group]..self.starts[group + 1],
            Which::OwnLater => row + 1..self.starts[group + 1],
        }
    }

    /// One chunk of rows; a pair that cannot be compared, if there is one.
    ///
    /// Blocks of others come from the outside in, rows inside: a block is read from far memory once for the whole chunk.
    /// A few rows for which a block holds nobody are passed over.
    fn chunk(&self, rows: &[u32], which: Which, mut visit: impl FnMut(Run<'_>)) -> Option<(usize, usize)> {
        let ranges: Vec<Range<usize>> = rows.iter().map(|row| self.others(*row as usize, which)).collect();
        let least = ranges.iter().map(|range| range.start).min()?;
        let most = ranges.iter().map(|range| range.end).max()?;
        let mut out = vec![0.0; TOGETHER * BLOCK];
        let gathered: Vec<Vec<f64>> = rows.chunks(TOGETHER).map(|rows| self.gathered(rows)).collect();
        let mut first = least / LANES * LANES;
        while first < most {
            let block = first..(first + BLOCK).min(most);
            for (part, some) in rows.chunks(TOGETHER).enumerate() {
                let ranges = &ranges[part * TOGETHER..part * TOGETHER + some.len()];
                if ranges.iter().all(|range| range.start >= block.end || range.end <= block.start) {
                    continue;
                }
                self.fill(some, &gathered[part], block.clone(), &mut out);
                for (at, ((row, range), run)) in some.iter().zip(ranges).zip(out.chunks(BLOCK)).enumerate() {
                    let (from, to) = (range.start.max(block.start), range.end.min(block.end));
                    if from < to {
                        let (row, far) = (*row as usize, &run[from - block.start..to - block.start]);
                        if let (Ruler::Other(_), Some(bad)) = (&self.ruler, far.iter().position(|far| far.is_nan())) {
                            return Some((row, from + bad));
                        }
                        visit(Run { row, at: part * TOGETHER + at, first: from, far });
                    }
                }
            }
            first += BLOCK;
        }
        None
    }

    /// What a few rows need to be compared with blocks; made once for all blocks.
    fn gathered(&self, rows: &[u32]) -> Vec<f64> {
        let mut out = Vec::new();
        if let Ruler::Straight(lanes) = &self.ruler {
            lanes.gather(rows, &mut out);
        }
        out
    }

    /// Writes how far a few rows are from those of a block that begins at a multiple of [`LANES`]: a run of [`BLOCK`]
    /// for each. A row is at 0 from itself, also where it could not be compared with another like it.
    fn fill(&self, rows: &[u32], gathered: &[f64], block: Range<usize>, out: &mut [f64]) {
        match &self.ruler {
            Ruler::Straight(lanes) => {
                let blocks = block.start / LANES..block.end.div_ceil(LANES);
                lanes.distances(gathered, rows.len(), blocks, BLOCK, out);
            }
            Ruler::Other(against) => {
                for (row, run) in rows.iter().zip(out.chunks_mut(BLOCK)) {
                    against(*row as usize, block.start, &mut run[..block.len()]);
                    if block.contains(&(*row as usize)) {
                        run[*row as usize - block.start] = 0.0;
                    }
                }
            }
            Ruler::Known(distances) => {
                for (row, run) in rows.iter().zip(out.chunks_mut(BLOCK)) {
                    let from = self.rows[*row as usize] as usize;
                    for (far, to) in run.iter_mut().zip(&self.rows[block.clone()]) {
                        *far = distances.get(from, *to as usize);
                    }
                }
            }
        }
    }

    /// Writes how far one row is from those of a range: for walks whose next step depends on the last.
    ///
    /// NaN where two rows cannot be compared. The range is widened to whole blocks of eight inside.
    pub(crate) fn one(&self, row: usize, range: Range<usize>, out: &mut [f64]) {
        let rows = [row as u32];
        let (gathered, mut part) = (self.gathered(&rows), vec![0.0; TOGETHER * BLOCK]);
        let mut first = range.start / LANES * LANES;
        while first < range.end {
            let block = first..(first + BLOCK).min(range.end);
            self.fill(&rows, &gathered, block.clone(), &mut part);
            let from = block.start.max(range.start);
            out[from - range.start..block.end - range.start].copy_from_slice(&part[from - block.start..block.len()]);
            first += BLOCK;
        }
    }
}

/// The sum of a run: eight sums side by side, so that many rows lose few digits.
pub(super) fn sum(run: &[f64]) -> f64 {
    let (parts, rest) = run.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for part in parts {
        sums.iter_mut().zip(part).for_each(|(sum, value)| *sum += value);
    }
    rest.iter().zip(&mut sums).for_each(|(value, sum)| *sum += value);
    side_by_side(sums)
}

/// The weighted sum of a run, in the same order.
pub(super) fn weighted_sum(run: &[f64], weights: &[f64]) -> f64 {
    let mut sums = [0.0; LANES];
    for (run, weights) in run.chunks(LANES).zip(weights.chunks(LANES)) {
        sums.iter_mut().zip(run.iter().zip(weights)).for_each(|(sum, (value, weight))| *sum += value * weight);
    }
    side_by_side(sums)
}

/// Adds sums that were kept side by side.
pub(super) fn side_by_side(sums: [f64; LANES]) -> f64 {
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
}
