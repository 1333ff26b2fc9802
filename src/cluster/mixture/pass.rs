//! One pass over the rows: memberships, and what they add up to.
//!
//! While a block of rows is in the nearest cache, its log densities are computed, turned into degrees of membership, and
//! added to what the next components are made of. Partial sums are kept for chunks of rows and added in the order of
//! chunks, so the number of threads changes no bit.
//!
//! # Far rows
//! Densities are never taken out of log space. The largest logarithm of a row is taken from all of them before
//! exponentials are added, so a row far from all components still belongs to the least far, and its density is a number.
//! Parts below the smallest normal number are 0.
//!
//! # Weights
//! A degree of membership is multiplied by the weight of its row, and so is its logarithm in the likelihood: a row of
//! weight 2 adds what two rows add, one of weight 0 adds nothing and gets a label.
//!
//! Three questions are asked of the rows in this way: what the next components are made of ([`pass`]), what components
//! are made of when each row belongs to one ([`add_labels`]), and what a finished mixture says of the rows it was learnt
//! from ([`look`]). None of them keeps a membership: the memory for `n` rows and `k` components is that of a few chunks
//! of sums, and of labels in the end.

use std::ops::Range;

use super::block::{Block, Column, ROWS};
use super::emission::{Emission, State};
use super::exp::exp_down;
use crate::cluster::Points;
use crate::math::sum::sum;
use crate::parallel;

/// Room for one chunk of rows, some kilobytes for each component: allocated once a chunk, filled once a block.
struct Bench<S> {
    /// The rows that are looked at.
    block: Block,
    /// What the components need beside.
    scratch: S,
    /// By component: the logarithm of share times density.
    logs: Vec<Column>,
    /// By component: the same without the logarithm, divided by the largest; after the pass has scaled them, the degrees
    /// of membership times weights.
    parts: Vec<Column>,
    /// The logarithm of the density of the whole mixture.
    log_sums: Column,
    /// One by the sum of the parts: what makes a part a degree of membership. The pass multiplies it by the weight, which
    /// is 0 in places that no row takes.
    scales: Column,
}

impl<S> Bench<S> {
    /// Room for rows of that many numbers under that many components.
    fn new(dimensions: usize, scratch: S, components: usize) -> Self {
        let columns = vec![[0.0; ROWS]; components];
        let (log_sums, scales) = ([0.0; ROWS], [0.0; ROWS]);
        Bench { block: Block::new(dimensions), scratch, logs: columns.clone(), parts: columns, log_sums, scales }
    }

    /// Weighs all components at the rows of the block: fills `logs`, `parts`, `log_sums` and `scales`.
    ///
    /// In log space, and divided by the largest before exponentials are taken: no row is so far from all components that
    /// all its parts are zero.
    fn weigh<E: Emission<Scratch = S>>(&mut self, emission: &E, components: &E::Components, log_shares: &[f64]) {
        emission.prepare(components, &self.block, &mut self.scratch);
        let mut highest = [f64::NEG_INFINITY; ROWS];
        for (component, log_share) in log_shares.iter().enumerate() {
            let logs = &mut self.logs[component];
            emission.log_density(components, component, &self.block, &mut self.scratch, logs);
            for (log, highest) in logs.iter_mut().zip(&mut highest) {
                *log += log_share;
                *highest = highest.max(*log);
            }
        }
        let mut sums = [0.0; ROWS];
        for (logs, parts) in self.logs.iter().zip(&mut self.parts) {
            for lane in 0..ROWS {
                parts[lane] = exp_down(logs[lane] - highest[lane]);
                sums[lane] += parts[lane];
            }
        }
        for lane in 0..ROWS {
            self.scales[lane] = 1.0 / sums[lane];
            self.log_sums[lane] = highest[lane] + sums[lane].ln();
        }
    }
}

/// What one pass over the rows gives.
pub(super) struct Pass {
    /// What each component is made of next, one after the other.
    pub(super) sums: Vec<f64>,
    /// The logarithm of the density of all rows under the present components.
    pub(super) log_likelihood: f64,
    /// The row that counts and that the mixture expects least, and the logarithm of its density.
    pub(super) strangest: (f64, usize),
}

/// How many rows are added up before they join the others.
///
/// At most 64 chunks, few where each holds many sums: sums of all chunks together stay below 32 megabytes or are four.
/// The answer follows from the data alone and never from the number of threads.
fn chunk(rows: usize, sums: usize) -> usize {
    let chunks = (4_000_000 / sums.max(1)).clamp(4, 64);
    rows.div_ceil(chunks).next_multiple_of(ROWS).max(16 * ROWS)
}

/// Finds the memberships of all rows and adds up what the next components are made of.
///
/// Components that no row of a block belongs to are passed over there; far ones cost a density and no more.
pub(super) fn pass<E: Emission>(points: &Points<'_>, emission: &E, state: &State<E::Components>) -> Pass {
    let (k, width) = (state.shares.len(), emission.width());
    let log_shares: Vec<f64> = state.shares.iter().map(|share| share.ln()).collect();
    let parts = parallel::map_chunks(points.len(), chunk(points.len(), k * width), |rows| {
        let mut bench = Bench::new(points.dimensions(), emission.scratch(), k);
        let mut found = Pass { sums: vec![0.0; k * width], log_likelihood: 0.0, strangest: (f64::INFINITY, 0) };
        each_block(&mut bench, points, rows, |bench| {
            bench.weigh(emission, &state.components, &log_shares);
            for (lane, row) in bench.block.rows.clone().enumerate() {
                let (log, weight) = (bench.log_sums[lane], bench.block.weights[lane]);
                found.log_likelihood += weight * log;
                if weight > 0.0 && log < found.strangest.0 {
                    found.strangest = (log, row);
                }
                bench.scales[lane] *= weight;
            }
            for lane in bench.block.rows.len()..ROWS {
                bench.scales[lane] = 0.0;
            }
            for component in 0..k {
                let mut any = false;
                let degrees = &mut bench.parts[component];
                for (degree, scale) in degrees.iter_mut().zip(&bench.scales) {
                    *degree *= scale;
                    any |= *degree > 0.0;
                }
                if any {
                    let sums = &mut found.sums[component * width..(component + 1) * width];
                    let degrees = &bench.parts[component];
                    emission.add(&state.components, component, &bench.block, degrees, &mut bench.scratch, sums);
                }
            }
        });
        found
    });
    let log_likelihood = sum(parts.iter().map(|part| part.log_likelihood));
    let mut strangest = (f64::INFINITY, 0);
    let mut sums = vec![0.0; k * width];
    for part in parts {
        if part.strangest.0 < strangest.0 {
            strangest = part.strangest;
        }
        for (sum, part) in sums.iter_mut().zip(part.sums) {
            *sum += part;
        }
    }
    Pass { sums, log_likelihood, strangest }
}

/// Loads these rows block after block and calls `work` with each.
fn each_block<S>(bench: &mut Bench<S>, points: &Points<'_>, rows: Range<usize>, mut work: impl FnMut(&mut Bench<S>)) {
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + ROWS);
        bench.block.load(points, start..end);
        work(bench);
        start = end;
    }
}

/// What rows add up to that belong to one component each, as the labels say.
///
/// The start of a mixture from clusters: the first components have the means, spreads and shares of the clusters.
///
/// `origin` holds components from whose means deviations are taken.
pub(super) fn add_labels<E: Emission>(
    points: &Points<'_>,
    emission: &E,
    origin: &E::Components,
    components: usize,
    labels: &[u32],
) -> Vec<f64> {
    let width = emission.width();
    let parts = parallel::map_chunks(points.len(), chunk(points.len(), components * width), |rows| {
        let mut bench = Bench::new(points.dimensions(), emission.scratch(), 0);
        let mut sums = vec![0.0; components * width];
        each_block(&mut bench, points, rows, |bench| {
            for component in 0..components {
                let mut degrees = [0.0; ROWS];
                let mut any = false;
                for (lane, row) in bench.block.rows.clone().enumerate() {
                    if labels[row] as usize == component {
                        degrees[lane] = bench.block.weights[lane];
                        any = true;
                    }
                }
                if any {
                    let sums = &mut sums[component * width..(component + 1) * width];
                    emission.add(origin, component, &bench.block, &degrees, &mut bench.scratch, sums);
                }
            }
        });
        sums
    });
    let mut sums = vec![0.0; components * width];
    for part in parts {
        for (sum, part) in sums.iter_mut().zip(part) {
            *sum += part;
        }
    }
    sums
}

/// What a finished mixture says of the rows it was learnt from.
///
/// The criteria by which mixtures are compared are made of these sums; they count each row by its weight.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The most probable component of each row.
    pub(super) labels: Vec<u32>,
    /// The weight of the rows that each component is the most probable of. It may be 0: a component can have a share of
    /// many rows and the largest of none.
    pub(super) sizes: Vec<f64>,
    /// The logarithm of the density of all rows.
    pub(super) log_likelihood: f64,
    /// The sum of the logarithms of share times density, of the most probable component.
    pub(super) classification: f64,
    /// How undecided the memberships are: the sum of `-t ln t` over rows and components, 0 if each row is wholly of one.
    pub(super) entropy: f64,
}

/// Looks at all rows once more and changes nothing: labels, sizes and likelihoods of a finished mixture.
///
/// The arithmetic is that of placing a row alone, so a row that was learnt from is placed where it was.
pub(super) fn look<E: Emission>(points: &Points<'_>, emission: &E, state: &State<E::Components>) -> Seen {
    let k = state.shares.len();
    let log_shares: Vec<f64> = state.shares.iter().map(|share| share.ln()).collect();
    let parts = parallel::map_chunks(points.len(), chunk(points.len(), k), |rows| {
        let mut bench = Bench::new(points.dimensions(), emission.scratch(), k);
        let mut seen = Seen { labels: Vec::with_capacity(rows.len()), sizes: vec![0.0; k], ..Seen::default() };
        each_block(&mut bench, points, rows, |bench| {
            bench.weigh(emission, &state.components, &log_shares);
            for lane in 0..bench.block.rows.len() {
                let (weight, log_sum) = (bench.block.weights[lane], bench.log_sums[lane]);
                let mut best = 0;
                for component in 0..k {
                    let log = bench.logs[component][lane];
                    if log > bench.logs[best][lane] {
                        best = component;
                    }
                    let degree = bench.parts[component][lane] * bench.scales[lane];
                    if degree > 0.0 {
                        seen.entropy -= weight * degree * (log - log_sum);
                    }
                }
                seen.labels.push(best as u32);
                seen.sizes[best] += weight;
                seen.classification += weight * bench.logs[best][lane];
                seen.log_likelihood += weight * log_sum;
            }
        });
        seen
    });
    let mut seen = Seen { sizes: vec![0.0; k], ..Seen::default() };
    seen.log_likelihood = sum(parts.iter().map(|part| part.log_likelihood));
    seen.classification = sum(parts.iter().map(|part| part.classification));
    seen.entropy = sum(parts.iter().map(|part| part.entropy));
    for part in parts {
        seen.labels.extend(part.labels);
        for (size, part) in seen.sizes.iter_mut().zip(part.sizes) {
            *size += part;
        }
    }
    seen
}
