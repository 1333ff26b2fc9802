//! The order of rows of spend: by spend first, and from there to the cells of their repeats.
//!
//! One sort serves two questions: ranks need all rows in the order of what they spend, likelihoods need cells by repeats and
//! spend. So rows are sorted by spend once, and what comes in that order is dealt out to the numbers of repeats, whose cells
//! are then sorted too.
//!
//! # Cost
//!
//! O(n) to put rows into places of some thirty, which are sorted in parallel, and O(n) to deal them out. 32 bytes a row.

use crate::math::elementary;
use crate::math::simd::Task;
use crate::parallel;

use super::rows::Cell;

/// Cells of which logarithms are taken at once.
pub(super) const CHUNK: usize = 4096;

/// A row as rows are sorted: by spend, repeats, and place. Numbers above 0 have bits in the order of numbers.
pub(super) fn key(spend: f64, repeats: u32, at: usize) -> u128 {
    u128::from(spend.to_bits()) << 64 | u128::from(repeats) << 32 | at as u128
}

/// The repeats of equal rows.
pub(super) fn repeats_of(equal: &[u128]) -> u32 {
    equal.first().map_or(0, |key| (key >> 32) as u32)
}

/// Sorted keys.
///
/// Spends fall into places by their logarithm, roughly: by their bits, from the least to the greatest. Where one spend is far
/// from all others they share few places and sorting has more to do; the order is the same.
pub(super) fn by_spend(keys: Vec<Vec<u128>>) -> Vec<u128> {
    let ends = parallel::map(keys.len(), |part| {
        let spends = keys.get(part).into_iter().flatten().map(|key| (key >> 64) as u64);
        spends.fold((u64::MAX, 0), |(least, most), bits| (least.min(bits), most.max(bits)))
    });
    let (least, most) = ends.into_iter().fold((u64::MAX, 0), |a, b| (a.0.min(b.0), a.1.max(b.1)));
    let len: usize = keys.iter().map(Vec::len).sum();
    let places = (len / 32).clamp(1, 1 << 14);
    let width = (most.saturating_sub(least) / places as u64).saturating_add(1);
    let shift = width.checked_next_power_of_two().map_or(63, u64::trailing_zeros);
    let place = |key: &u128| ((((key >> 64) as u64) - least) >> shift) as usize;
    parallel::sorted(keys, places, place)
}

/// The middle ranks of the means of cells, whose order by mean is known: equal means share the middle one.
///
/// To be asked before means are scaled, which makes equal what differs in a last digit.
pub(super) fn middle_ranks(cells: &[Cell], by_mean: &[u32]) -> Vec<f64> {
    let (mut ranks, mut below) = (vec![0.0; cells.len()], 0.0);
    let cell = |at: &u32| &cells[*at as usize];
    for tied in by_mean.chunk_by(|a, b| cell(a).mean == cell(b).mean) {
        let weight: f64 = tied.iter().map(|at| cell(at).weight).sum();
        for at in tied {
            ranks[*at as usize] = below + (weight + 1.0) / 2.0;
        }
        below += weight;
    }
    ranks
}

/// How often each number of repeats occurs.
pub(super) struct Times {
    /// Of those that are few.
    few: Vec<usize>,
    /// The others, as they come.
    many: Vec<u32>,
}

impl Default for Times {
    fn default() -> Self {
        Times { few: vec![0; 1024], many: Vec::new() }
    }
}

impl Times {
    /// Counts one more cell of that number.
    pub(super) fn add(&mut self, repeats: u32) {
        match self.few.get_mut(repeats as usize) {
            Some(times) => *times += 1,
            None => self.many.push(repeats),
        }
    }

    /// The numbers that occur, rising, and where the cells of each begin.
    pub(super) fn starts(mut self) -> (Vec<u32>, Starts) {
        self.many.sort_unstable();
        let few = self.few.iter().zip(0..).filter(|(times, _)| **times > 0).map(|(times, repeats)| (repeats, *times));
        let many = self.many.chunk_by(|a, b| a == b).filter_map(|equal| Some((*equal.first()?, equal.len())));
        let (mut counts, mut starts, mut len) = (Vec::new(), Vec::new(), 0);
        for (repeats, times) in few.chain(many) {
            counts.push(repeats);
            starts.push(len);
            len += times;
        }
        let mut count_of = vec![0; self.few.len()];
        for (count, repeats) in counts.iter().enumerate() {
            if let Some(slot) = count_of.get_mut(*repeats as usize) {
                *slot = count as u32;
            }
        }
        (counts.clone(), Starts { counts, count_of, starts })
    }
}

/// Where the next cell of a number of repeats goes.
pub(super) struct Starts {
    /// The numbers that occur, rising.
    counts: Vec<u32>,
    /// The place of few repeats among all that occur.
    count_of: Vec<u32>,
    /// By number that occurs: the caller moves it on by each cell.
    pub(super) starts: Vec<usize>,
}

impl Starts {
    /// Where that number stands among all that occur, for which no cell was counted in vain.
    pub(super) fn place(&self, repeats: u32) -> usize {
        let few = self.count_of.get(repeats as usize).map(|count| *count as usize);
        few.unwrap_or_else(|| self.counts.partition_point(|count| *count < repeats))
    }
}

/// Takes the logarithm of each cell's mean, as wide as the level can.
///
/// Means go to a column first, since cells hold more than them; the bits are those of any level.
pub(super) struct Logarithms<'a>(pub(super) &'a mut [Cell]);

impl Task for Logarithms<'_> {
    type Out = ();

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) {
        for cells in self.0.chunks_mut(64) {
            let mut numbers = [1.0; 64];
            for (number, cell) in numbers.iter_mut().zip(cells.iter()) {
                *number = cell.mean;
            }
            for number in &mut numbers {
                *number = elementary::ln(*number);
            }
            for (cell, ln) in cells.iter_mut().zip(numbers) {
                // of the least numbers there are, which are not normal
                cell.ln = if ln.is_nan() { cell.mean.ln() } else { ln };
            }
        }
    }
}
