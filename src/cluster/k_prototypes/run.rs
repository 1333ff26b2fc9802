//! The search for prototypes: rows go to the nearest, prototypes become means and modes, until no row moves.
//!
//! One iteration is three steps:
//!
//! 1. each row goes to the nearest prototype, all rows at once and in parallel;
//! 2. a prototype that nobody went to takes the row that is furthest from its own;
//! 3. means and modes are taken anew from the rows of each cluster, chunk by chunk, sums in the order of chunks.
//!
//! No step raises the cost, but for rounding; the search rests when no row moves or the cost does not get lower.
//!
//! # How far a row is
//!
//! sum over numbers of w(c) (x(c) - m(c))² + sum over categories of γ w(c) [x(c) ≠ m(c)]
//!
//! Numbers are added in the order of columns. Categories that all count the same are counted, many rows with one
//! instruction, and the count is multiplied; else what they count is added in the order of columns. A model adds in
//! the same order, so it finds the same bits for one row as the search for all.
//!
//! # Ties
//!
//! A row between two prototypes goes to that of the larger cluster: at the end clusters are numbered by size and rows
//! placed again, until the order stays.
//!
//! # Memory
//!
//! Numbers take 8 bytes and codes one, two or four, in blocks of 512 rows; labels and distances take 16 bytes a row.
//! No row is copied again after that.

use crate::cluster::canonical;
use crate::cluster::empty;
use crate::cluster::k_modes::{BLOCK, Code, Lookup, Packed, mismatches};
use crate::error::Result;
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

/// Rows in a chunk of work: blocks.
const CHUNK: usize = 8 * BLOCK;
/// Rounds in which rows between two prototypes may go to the larger cluster.
const SETTLE: usize = 20;

/// What a column counts: of numbers its weight, of categories its weight times gamma.
pub(super) struct Scales {
    /// Weights of the columns of numbers.
    pub(super) numbers: Vec<f64>,
    /// Gamma times the weights of the columns of categories.
    pub(super) categories: Vec<f64>,
}

impl Scales {
    /// What every category counts, if all count the same.
    pub(super) fn even(&self) -> Option<f64> {
        let first = *self.categories.first()?;
        self.categories.iter().all(|scale| *scale == first).then_some(first)
    }
}

/// The rows, packed.
pub(super) struct Rows<'a, C> {
    /// Numbers in blocks, in each column after column.
    pub(super) numbers: Vec<f64>,
    /// Codes of categories in blocks.
    pub(super) packed: Packed<C>,
    /// What the codes of each column stand for.
    pub(super) lookups: &'a [Lookup],
    /// What each column counts.
    pub(super) scales: &'a Scales,
    /// How much each row counts; none is 1 each.
    pub(super) weights: Option<&'a [f64]>,
    /// How many rows.
    pub(super) len: usize,
}

/// Prototypes: means and modes, one after the other.
#[derive(Clone, PartialEq)]
pub(super) struct Prototypes<C> {
    /// The mean of each number, prototype after prototype.
    pub(super) means: Vec<f64>,
    /// The most frequent category of each column, prototype after prototype.
    pub(super) modes: Vec<C>,
}

/// Where a search came to.
pub(super) struct Reached<C> {
    /// Where the clusters are, the largest first.
    pub(super) prototypes: Prototypes<C>,
    /// The cluster of each row.
    pub(super) labels: Vec<u32>,
    /// The weight of each cluster.
    pub(super) sizes: Vec<f64>,
    /// The sum of the distances, by weight.
    pub(super) cost: f64,
    /// How many iterations there were.
    pub(super) iterations: usize,
    /// Whether it came to rest.
    pub(super) converged: bool,
    /// How often a prototype that nobody went to was begun anew.
    pub(super) reseeded: usize,
}

impl<C: Code> Rows<'_, C> {
    /// How much a row counts.
    fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// How many columns of numbers and of categories there are.
    fn widths(&self) -> (usize, usize) {
        (self.scales.numbers.len(), self.packed.columns)
    }

    /// The row as a prototype.
    /// Its numbers and its codes.
    fn prototype(&self, row: usize) -> (Vec<f64>, Vec<C>) {
        let width = self.widths().0;
        let block = &self.numbers[row / BLOCK * BLOCK * width..][..BLOCK * width];
        (block.iter().skip(row % BLOCK).step_by(BLOCK).copied().collect(), self.packed.row(row).collect())
    }

    /// The prototypes of these rows.
    pub(super) fn prototypes(&self, rows: &[usize]) -> Prototypes<C> {
        let mut out = Prototypes { means: Vec::new(), modes: Vec::new() };
        for (means, modes) in rows.iter().map(|row| self.prototype(*row)) {
            out.means.extend(means);
            out.modes.extend(modes);
        }
        out
    }

    /// Random rows, each drawn in proportion to its weight and its distance from those before; fewer where all are at
    /// one of them.
    /// O(n k d): one pass over the rows for each prototype.
    pub(super) fn plus_plus(&self, k: usize, random: &mut Random) -> Vec<usize> {
        let mut chances: Vec<f64> = (0..self.len).map(|row| self.weight(row)).collect();
        let mut least = vec![f64::INFINITY; self.len];
        let mut rows = Vec::with_capacity(k);
        while rows.len() < k {
            let total = crate::math::sum::sum(chances.iter().copied());
            if total <= 0.0 {
                break;
            }
            let row = random.weighted(&chances, total);
            rows.push(row);
            let to = self.nearest(&self.prototypes(&[row]), 1);
            for (row, (_, distance)) in to.into_iter().enumerate() {
                least[row] = least[row].min(distance);
                chances[row] = self.weight(row) * least[row];
            }
        }
        rows
    }

    /// The nearest prototype of each row and how far it is; of equals the first.
    /// O(n k d), in parallel: a block of rows stays in the nearest cache while all prototypes are measured.
    fn nearest(&self, prototypes: &Prototypes<C>, k: usize) -> Vec<(u32, f64)> {
        let mut out = vec![(0, 0.0); self.len];
        parallel::fill(&mut out, CHUNK, |first, part| {
            let mut block = Block { distances: [0.0; BLOCK], sums: [0.0; BLOCK], counts: [0; BLOCK] };
            for (at, out) in part.chunks_mut(BLOCK).enumerate() {
                out.fill((0, f64::INFINITY));
                for cluster in 0..k {
                    block.measure(self, first / BLOCK + at, prototypes, cluster);
                    for ((label, least), distance) in out.iter_mut().zip(&block.distances) {
                        let nearer = *distance < *least;
                        *label = if nearer { cluster as u32 } else { *label };
                        *least = if nearer { *distance } else { *least };
                    }
                }
            }
        });
        out
    }

    /// Means and modes of the rows of each cluster; one with nobody keeps its prototype.
    /// O(n d), in parallel; memory of a chunk is 8 bytes for each cluster and category. Sums are added in the order
    /// of chunks, which are of fixed size, so the bits do not depend on the number of threads.
    fn centers(&self, placed: &[(u32, f64)], old: &Prototypes<C>, k: usize) -> (Prototypes<C>, Vec<f64>) {
        let (numbers, categories) = self.widths();
        let mut starts = vec![0];
        for lookup in self.lookups {
            starts.push(starts[starts.len() - 1] + lookup.codes());
        }
        let width = starts[categories];
        let chunks = parallel::map_chunks(self.len, 16 * CHUNK, |rows| {
            let (mut sizes, mut sums, mut counts) = (vec![0.0; k], vec![0.0; k * numbers], vec![0.0; k * width]);
            for row in rows {
                let (cluster, weight) = (placed[row].0 as usize, self.weight(row));
                sizes[cluster] += weight;
                let block = &self.numbers[row / BLOCK * BLOCK * numbers..][..BLOCK * numbers];
                for (column, sum) in sums[cluster * numbers..(cluster + 1) * numbers].iter_mut().enumerate() {
                    *sum += weight * block[column * BLOCK + row % BLOCK];
                }
                let counts = &mut counts[cluster * width..(cluster + 1) * width];
                for (start, code) in starts.iter().zip(self.packed.row(row)) {
                    counts[start + code.number()] += weight;
                }
            }
            (sizes, sums, counts)
        });
        let (mut sizes, mut sums, mut counts) = (vec![0.0; k], vec![0.0; k * numbers], vec![0.0; k * width]);
        let add =
            |into: &mut Vec<f64>, from: Vec<f64>| into.iter_mut().zip(from).for_each(|(into, from)| *into += from);
        for chunk in chunks {
            add(&mut sizes, chunk.0);
            add(&mut sums, chunk.1);
            add(&mut counts, chunk.2);
        }
        let mut out = old.clone();
        // a category that was given and that nobody has is none
        for (at, code) in out.modes.iter_mut().enumerate() {
            if code.number() > self.lookups[at % categories].missing() {
                *code = C::new(0);
            }
        }
        for cluster in (0..k).filter(|cluster| sizes[*cluster] > 0.0) {
            for column in 0..numbers {
                out.means[cluster * numbers + column] = sums[cluster * numbers + column] / sizes[cluster];
            }
            for column in 0..categories {
                let counts = &counts[cluster * width..][starts[column]..starts[column + 1]];
                let most = |best: (f64, usize), (code, count): (usize, &f64)| {
                    if *count > best.0 { (*count, code) } else { best }
                };
                let (_, code) = counts.iter().enumerate().fold((0.0, 0), most);
                out.modes[cluster * categories + column] = C::new(code);
            }
        }
        (out, sizes)
    }

    /// The search from these prototypes.
    ///
    /// # Errors
    /// If `progress` stops the work.
    /// Each iteration takes O(n k d). Prototypes of a search that was cut off are those of its last iteration, and
    /// labels belong to them.
    pub(super) fn run(
        &self,
        mut prototypes: Prototypes<C>,
        mut k: usize,
        iterations: usize,
        progress: &Progress<'_>,
    ) -> Result<Reached<C>> {
        let mut labels: Vec<u32> = Vec::new();
        let (mut last, mut reseeded, mut done, mut converged) = (f64::INFINITY, 0, 0, false);
        while done < iterations && !converged {
            progress.step("iterations", done as u64, iterations as u64)?;
            done += 1;
            let mut placed = self.nearest(&prototypes, k);
            let again = empty::refill(&mut placed, k, |row| self.weight(row) > 0.0);
            reseeded += again;
            let cost = self.cost(&placed);
            let same = labels.iter().copied().eq(placed.iter().map(|(label, _)| *label));
            converged = again == 0 && (same || cost >= last);
            last = cost;
            if !converged {
                prototypes = self.centers(&placed, &prototypes, k).0;
                labels = placed.into_iter().map(|(label, _)| label).collect();
            }
        }
        let (mut placed, mut sizes) = self.settle(&mut prototypes, k);
        if sizes.contains(&0.0) {
            // a prototype that nobody is nearest to, because there are no more different rows, is none
            let (numbers, categories) = self.widths();
            let kept: Vec<usize> = (0..k).filter(|cluster| sizes[*cluster] > 0.0).collect();
            prototypes = Prototypes {
                means: kept.iter().flat_map(|at| prototypes.means[at * numbers..][..numbers].to_vec()).collect(),
                modes: kept.iter().flat_map(|at| prototypes.modes[at * categories..][..categories].to_vec()).collect(),
            };
            k = kept.len();
            (placed, sizes) = self.settle(&mut prototypes, k);
        }
        let cost = self.cost(&placed);
        let labels = placed.into_iter().map(|(label, _)| label).collect();
        Ok(Reached { prototypes, labels, sizes, cost, iterations: done, converged, reseeded })
    }

    /// Places all rows and numbers the clusters by size, until the order stays: of prototypes at the same distance
    /// that of the larger cluster is nearer.
    /// Rows that go to the larger cluster make it larger still, so two or three rounds are enough.
    fn settle(&self, prototypes: &mut Prototypes<C>, k: usize) -> (Vec<(u32, f64)>, Vec<f64>) {
        let (numbers, categories) = self.widths();
        for _ in 0..SETTLE {
            let placed = self.nearest(prototypes, k);
            let sizes = self.sizes(&placed, k);
            let values = |cluster: usize| {
                let codes = prototypes.modes[cluster * categories..][..categories].iter();
                let means = prototypes.means[cluster * numbers..][..numbers].iter().copied();
                means.chain(codes.map(|code| code.number() as f64)).collect::<Vec<_>>()
            };
            let ranks = canonical::order(&sizes, &(0..k).flat_map(values).collect::<Vec<_>>());
            if ranks.iter().enumerate().all(|(cluster, rank)| cluster == *rank) {
                return (placed, sizes);
            }
            prototypes.means = canonical::reordered(&ranks, &prototypes.means, numbers);
            prototypes.modes = canonical::reordered(&ranks, &prototypes.modes, categories);
        }
        let placed = self.nearest(prototypes, k);
        let sizes = self.sizes(&placed, k);
        (placed, sizes)
    }

    /// The weight of each cluster.
    /// In the order of rows.
    fn sizes(&self, placed: &[(u32, f64)], k: usize) -> Vec<f64> {
        let mut sizes = vec![0.0; k];
        placed.iter().enumerate().for_each(|(row, (label, _))| sizes[*label as usize] += self.weight(row));
        sizes
    }

    /// The sum of the distances, by weight.
    /// With Neumaier's compensation, in the order of rows.
    fn cost(&self, placed: &[(u32, f64)]) -> f64 {
        crate::math::sum::sum(placed.iter().enumerate().map(|(row, (_, distance))| self.weight(row) * distance))
    }
}

/// The distances of the rows of a block to one prototype, and room to find them.
struct Block {
    /// What was found.
    distances: [f64; BLOCK],
    /// Sums of what categories count, where they do not count the same.
    sums: [f64; BLOCK],
    /// In how many columns a row differs.
    counts: [u16; BLOCK],
}

impl Block {
    /// Measures a block: numbers first, then categories, each in the order of columns.
    /// O(d) for each of the block's rows; the last block has rows that are none, whose distances mean nothing.
    fn measure<C: Code>(&mut self, rows: &Rows<'_, C>, block: usize, prototypes: &Prototypes<C>, cluster: usize) {
        let (numbers, categories) = rows.widths();
        self.distances.fill(0.0);
        let values = &rows.numbers[block * BLOCK * numbers..][..BLOCK * numbers];
        let means = &prototypes.means[cluster * numbers..][..numbers];
        for ((values, mean), scale) in values.chunks_exact(BLOCK).zip(means).zip(&rows.scales.numbers) {
            for (distance, value) in self.distances.iter_mut().zip(values) {
                *distance += scale * ((value - mean) * (value - mean));
            }
        }
        let (codes, mode) = (rows.packed.block(block), &prototypes.modes[cluster * categories..][..categories]);
        if let Some(scale) = rows.scales.even() {
            mismatches(codes, mode, None, &mut self.counts);
            for (distance, count) in self.distances.iter_mut().zip(&self.counts) {
                *distance += scale * f64::from(*count);
            }
        } else if categories > 0 {
            self.sums.fill(0.0);
            for ((codes, mode), scale) in codes.chunks_exact(BLOCK).zip(mode).zip(&rows.scales.categories) {
                for (sum, code) in self.sums.iter_mut().zip(codes) {
                    *sum += if code == mode { 0.0 } else { *scale };
                }
            }
            self.distances.iter_mut().zip(&self.sums).for_each(|(distance, sum)| *distance += sum);
        }
    }
}
