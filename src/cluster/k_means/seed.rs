//! How far rows are from the rows chosen so far: what starts draw by.
//!
//! Each round of greedy k-means++ reads the rows once: what was chosen in the last round is learnt in the same pass in
//! which the candidates of this one are tried. Before a row is drawn only the chunk it comes from has to be up to date,
//! since the sums of all chunks are known from the pass that tried the row that was chosen.
//!
//! Squared distances are kept in the precision of the packed rows, and added up without fused products, in an order that
//! is the same at each level and for any number of threads: the same rows are drawn everywhere.

use crate::math::random::Random;
use crate::parallel;

use super::exact::{Rows, Value};
use super::lane::{LANES, Lane, least};
use super::packed::Packed;
use crate::math::simd::{Level, Task};

/// How many candidates are compared with a block at once.
const AT_ONCE: usize = 4;

/// The weighted squared distances of all rows from the nearest row that was chosen.
pub(super) struct Seeds<'a, V, T> {
    rows: &'a Rows<'a, V>,
    packed: &'a Packed<T>,
    level: Level,
    chunks: Vec<Chunk<T>>,
    /// The rows chosen in this state.
    pub(super) chosen: Vec<usize>,
}

/// One chunk of rows.
#[derive(Clone)]
struct Chunk<T> {
    /// The square of each row's distance from the nearest chosen row that is known, filled up with 0.
    nearest: Vec<T>,
    /// The weight of each row over the mean weight, if they differ.
    weights: Option<Vec<T>>,
    /// How many of the chosen rows it knows.
    known: usize,
    /// The weighted sum of the squares.
    sum: f64,
}

impl<'a, V: Value, T: Lane> Seeds<'a, V, T> {
    /// Nothing chosen, with all rows equally far, which is to say in proportion to their weights.
    pub(super) fn new(rows: &'a Rows<'a, V>, packed: &'a Packed<T>, level: Level) -> Self {
        let mean = rows.mean_weight();
        let chunks = parallel::map_chunks(rows.len, packed.chunk, |range| {
            let (len, whole) = (range.len(), range.len().next_multiple_of(LANES));
            let weights: Option<Vec<T>> = rows.weights.map(|weights| {
                let mut part: Vec<T> = weights[range].iter().map(|weight| T::narrow(weight / mean)).collect();
                part.resize(whole, T::ZERO);
                part
            });
            let mut nearest = vec![T::HUGE; len];
            nearest.resize(whole, T::ZERO);
            Chunk { nearest, weights, known: 0, sum: 0.0 }
        });
        Seeds { rows, packed, level, chunks, chosen: Vec::new() }
    }

    /// The numbers of a row as it is packed.
    fn packed_row(&self, row: usize) -> Vec<T> {
        let (chunk, here, d) = (row / self.packed.chunk, row % self.packed.chunk, self.rows.dimensions);
        let block = &self.packed.blocks[chunk][here / LANES * d..][..d];
        block.iter().map(|column| column[here % LANES]).collect()
    }

    /// Chooses a row; what that leaves is learnt later, where it is asked for.
    pub(super) fn choose(&mut self, row: usize) {
        self.chosen.push(row);
    }

    /// The sum of the weighted squares.
    pub(super) fn total(&self) -> f64 {
        self.chunks.iter().map(|chunk| chunk.sum).sum()
    }

    /// Learns of the chosen rows that are not known yet, and what each of the candidates would leave: by chunk, then by
    /// candidate. Without candidates it is what is left now.
    pub(super) fn learn(&mut self, candidates: &[usize]) -> Vec<Vec<f64>> {
        let chosen: Vec<Vec<T>> = self.chosen.iter().map(|row| self.packed_row(*row)).collect();
        let tried: Vec<Vec<T>> = candidates.iter().map(|row| self.packed_row(*row)).collect();
        let (packed, level, d) = (self.packed, self.level, self.rows.dimensions);
        let mut work: Vec<(&mut Chunk<T>, Vec<f64>)> = self.chunks.iter_mut().map(|c| (c, Vec::new())).collect();
        parallel::fill(&mut work, 1, |at, work| {
            for (chunk, left) in work {
                let fresh = &chosen[chunk.known..];
                *left = level.run(Learn { blocks: &packed.blocks[at], dimensions: d, chunk, fresh, tried: &tried });
                chunk.known = chosen.len();
            }
        });
        work.into_iter().map(|(_, left)| left).collect()
    }

    /// Takes over what a candidate leaves in each chunk, as [`learn`](Seeds::learn) found it, and chooses its row.
    pub(super) fn take(&mut self, row: usize, left: &[Vec<f64>], candidate: usize) {
        for (chunk, left) in self.chunks.iter_mut().zip(left) {
            chunk.sum = left[candidate];
        }
        self.choose(row);
    }

    /// Draws a row in proportion to its weighted square. Only the chunk it is drawn from has to be up to date.
    pub(super) fn draw(&mut self, random: &mut Random) -> usize {
        let sums: Vec<f64> = self.chunks.iter().map(|chunk| chunk.sum).collect();
        let at = random.weighted(&sums, self.total());
        let fresh: Vec<Vec<T>> = self.chosen[self.chunks[at].known..].iter().map(|row| self.packed_row(*row)).collect();
        let chunk = &mut self.chunks[at];
        let (blocks, dimensions) = (&self.packed.blocks[at], self.rows.dimensions);
        self.level.run(Learn { blocks, dimensions, chunk, fresh: &fresh, tried: &[] });
        chunk.known = self.chosen.len();
        let squares = chunk.weighted();
        at * self.packed.chunk + random.weighted(&squares, squares.iter().sum())
    }

    /// Draws each row by itself with `times` its part of the sum, at most 1: all at once, by chunk.
    pub(super) fn draw_each(&self, times: f64, seed: u64, stream: u64) -> Vec<usize> {
        let total = self.total();
        let drawn = parallel::map(self.chunks.len(), |at| {
            let mut random = Random::new(seed, stream | at as u64);
            let squares = self.chunks[at].weighted();
            let lucky = squares.iter().enumerate().filter(|(_, square)| random.uniform() * total < times * **square);
            lucky.map(|(here, _)| at * self.packed.chunk + here).collect::<Vec<usize>>()
        });
        drawn.into_iter().flatten().collect()
    }

    /// Adds up what is left in each chunk.
    pub(super) fn settle(&mut self) {
        let left = self.learn(&[]);
        for (chunk, left) in self.chunks.iter_mut().zip(left) {
            chunk.sum = left[0];
        }
    }
}

impl<T: Lane> Chunk<T> {
    /// The weighted squares, which rows are drawn by.
    fn weighted(&self) -> Vec<f64> {
        match &self.weights {
            None => self.nearest.iter().map(|square| square.wide()).collect(),
            Some(weights) => self.nearest.iter().zip(weights).map(|(s, w)| s.wide() * w.wide()).collect(),
        }
    }
}

/// Learns of chosen rows in one chunk, and what candidates would leave there.
struct Learn<'a, T> {
    /// The blocks of the chunk.
    blocks: &'a [[T; LANES]],
    /// How many columns a block has.
    dimensions: usize,
    /// What is known of the chunk.
    chunk: &'a mut Chunk<T>,
    /// Chosen rows that it does not know yet.
    fresh: &'a [Vec<T>],
    /// Candidates.
    tried: &'a [Vec<T>],
}

impl<T: Lane> Task for Learn<'_, T> {
    /// What is left by each candidate, or what is left now if there is none.
    type Out = Vec<f64>;

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) -> Vec<f64> {
        let Learn { blocks, dimensions, chunk, fresh, tried } = self;
        let mut left = vec![0.0; tried.len().max(1)];
        let mut lanes = vec![[T::ZERO; LANES]; tried.len().max(1)];
        for (at, block) in blocks.chunks_exact(dimensions).enumerate() {
            let mut nearest = [T::ZERO; LANES];
            nearest.copy_from_slice(&chunk.nearest[at * LANES..(at + 1) * LANES]);
            if !fresh.is_empty() {
                for rows in fresh.chunks(AT_ONCE) {
                    for squares in squares(block, rows).iter().take(rows.len()) {
                        for (nearest, square) in nearest.iter_mut().zip(squares) {
                            *nearest = least(*square, *nearest);
                        }
                    }
                }
                chunk.nearest[at * LANES..(at + 1) * LANES].copy_from_slice(&nearest);
            }
            let mut weights = [T::narrow(1.0); LANES];
            if let Some(all) = &chunk.weights {
                weights.copy_from_slice(&all[at * LANES..(at + 1) * LANES]);
            }
            for (rows, lanes) in tried.chunks(AT_ONCE).zip(lanes.chunks_mut(AT_ONCE)) {
                for (squares, lanes) in squares(block, rows).iter().zip(lanes) {
                    for lane in 0..LANES {
                        lanes[lane] = lanes[lane] + least(squares[lane], nearest[lane]) * weights[lane];
                    }
                }
            }
            if tried.is_empty() {
                for lane in 0..LANES {
                    lanes[0][lane] = lanes[0][lane] + nearest[lane] * weights[lane];
                }
            }
            // single precision adds up few numbers only
            if at % 16 == 15 || (at + 1) * LANES == chunk.nearest.len() {
                for (left, lanes) in left.iter_mut().zip(&mut lanes) {
                    *left += lanes.iter().fold(0.0, |sum, lane| sum + lane.wide());
                    *lanes = [T::ZERO; LANES];
                }
            }
        }
        left
    }
}

/// The squared distances of the rows of a block from up to four rows.
#[inline(always)]
fn squares<T: Lane>(block: &[[T; LANES]], rows: &[Vec<T>]) -> [[T; LANES]; AT_ONCE] {
    let mut sums = [[T::ZERO; LANES]; AT_ONCE];
    match rows {
        [a, b, c, d] => {
            for ((((column, a), b), c), d) in block.iter().zip(a).zip(b).zip(c).zip(d) {
                for (sums, value) in sums.iter_mut().zip([*a, *b, *c, *d]) {
                    *sums = add_squares(column, value, sums);
                }
            }
        }
        _ => {
            for (sums, row) in sums.iter_mut().zip(rows) {
                for (column, value) in block.iter().zip(row) {
                    *sums = add_squares(column, *value, sums);
                }
            }
        }
    }
    sums
}

/// Adds the squared differences of a column from a value.
#[inline(always)]
fn add_squares<T: Lane>(column: &[T; LANES], value: T, sums: &[T; LANES]) -> [T; LANES] {
    let mut new = [T::ZERO; LANES];
    for lane in 0..LANES {
        let difference = column[lane] - value;
        new[lane] = sums[lane] + difference * difference;
    }
    new
}
