//! Expectation and maximisation for any kind of component: which rows are whose, and what that makes of each component.
//!
//! One pass over the rows an iteration: while a block of rows is in the nearest cache, its log densities are computed,
//! turned into degrees of membership, and added to what the next components are made of. Partial sums are kept for
//! chunks of rows and added in the order of chunks, so the number of threads changes no bit.
//!
//! A kind of component is an [`Emission`]; normal distributions are one, tables of categories can be another.

use std::ops::Range;

use super::block::{Block, Column, ROWS};
use crate::cluster::Points;
use crate::error::Result;
use crate::math::sum::sum;
use crate::parallel;
use crate::progress::Progress;

/// What the components of a mixture are: how dense they are at a row, and what is learnt of rows that are theirs in part.
pub(super) trait Emission: Sync {
    /// All components of one mixture.
    type Components: Clone + Send + Sync;
    /// Room to work in.
    type Scratch;

    /// Room to work in.
    fn scratch(&self) -> Self::Scratch;

    /// How many numbers a component adds up; the first is the weight of the rows that are its own.
    fn width(&self) -> usize;

    /// Does what is the same for all components, once a block.
    fn prepare(&self, components: &Self::Components, block: &Block, scratch: &mut Self::Scratch);

    /// Writes the logarithm of the density of one component at each row, which is finite.
    fn log_density(
        &self,
        components: &Self::Components,
        component: usize,
        block: &Block,
        scratch: &mut Self::Scratch,
        out: &mut Column,
    );

    /// Adds up what the rows say of one component, each as far as it is that component's.
    fn add(
        &self,
        components: &Self::Components,
        component: usize,
        block: &Block,
        degrees: &Column,
        scratch: &mut Self::Scratch,
        sums: &mut [f64],
    );

    /// The components that fit these sums best. One with weight 0 stays as it is.
    fn learn(&self, components: &Self::Components, sums: &[f64]) -> Self::Components;

    /// Begins one component anew at a row.
    fn revive(&self, components: &mut Self::Components, component: usize, row: &[f64]);
}

/// A mixture on its way: the components, and the share of each.
#[derive(Clone, Debug)]
pub(super) struct State<C> {
    pub(super) components: C,
    pub(super) shares: Vec<f64>,
}

/// When to stop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub(super) iterations: usize,
    /// The gain of the mean log-likelihood below which nothing more is to be gained.
    pub(super) tolerance: f64,
    /// Iterations that are over already, and all that there may be: for the progress.
    pub(super) done: u64,
    pub(super) total: u64,
}

/// How the work ended.
#[derive(Clone, Debug)]
pub(super) struct Ended<C> {
    pub(super) state: State<C>,
    pub(super) iterations: usize,
    pub(super) converged: bool,
    /// How often a component had lost all rows and began anew.
    pub(super) revived: usize,
}

/// Room for one chunk of rows.
struct Bench<S> {
    block: Block,
    scratch: S,
    /// By component: the logarithm of share times density.
    logs: Vec<Column>,
    /// By component: the same without the logarithm, divided by the largest.
    parts: Vec<Column>,
    /// The logarithm of the density of the whole mixture.
    log_sums: Column,
    /// One by the sum of the parts.
    scales: Column,
}

impl<S> Bench<S> {
    fn new(dimensions: usize, scratch: S, components: usize) -> Self {
        let columns = vec![[0.0; ROWS]; components];
        let (log_sums, scales) = ([0.0; ROWS], [0.0; ROWS]);
        Bench { block: Block::new(dimensions), scratch, logs: columns.clone(), parts: columns, log_sums, scales }
    }

    /// Weighs all components at the rows of the block, in log space: no row is so far that all are zero.
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
                let below = logs[lane] - highest[lane];
                parts[lane] = if below < LOG_OF_NOTHING { 0.0 } else { below.exp() };
                sums[lane] += parts[lane];
            }
        }
        for lane in 0..ROWS {
            self.scales[lane] = 1.0 / sums[lane];
            self.log_sums[lane] = highest[lane] + sums[lane].ln();
        }
    }
}

/// Below this the exponential is less than the smallest normal number.
const LOG_OF_NOTHING: f64 = -708.0;

/// What one pass over the rows gives.
struct Pass {
    sums: Vec<f64>,
    log_likelihood: f64,
    /// The row that counts and that the mixture expects least, and the logarithm of its density.
    strangest: (f64, usize),
}

/// How many rows are added up before they join the others: few chunks where each holds many sums.
fn chunk(rows: usize, sums: usize) -> usize {
    let chunks = (4_000_000 / sums.max(1)).clamp(4, 64);
    rows.div_ceil(chunks).next_multiple_of(ROWS).max(16 * ROWS)
}

fn pass<E: Emission>(points: &Points<'_>, emission: &E, state: &State<E::Components>) -> Pass {
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

fn each_block<S>(bench: &mut Bench<S>, points: &Points<'_>, rows: Range<usize>, mut work: impl FnMut(&mut Bench<S>)) {
    let mut start = rows.start;
    while start < rows.end {
        let end = rows.end.min(start + ROWS);
        bench.block.load(points, start..end);
        work(bench);
        start = end;
    }
}

/// Improves a mixture until its mean log-likelihood gains no more.
pub(super) fn improve<E: Emission>(
    points: &Points<'_>,
    emission: &E,
    mut state: State<E::Components>,
    limits: Limits,
    progress: &Progress<'_>,
) -> Result<Ended<E::Components>> {
    let total = points.total_weight();
    let (mut before, mut revived) = (f64::NEG_INFINITY, 0);
    for iteration in 1..=limits.iterations {
        progress.step("iterations", limits.done + iteration as u64 - 1, limits.total)?;
        let found = pass(points, emission, &state);
        let dead;
        (state, dead) = maximise(emission, &state.components, &found.sums);
        if let Some(component) = dead {
            emission.revive(&mut state.components, component, points.row(found.strangest.1));
            let k = state.shares.len() as f64;
            state.shares[component] = 1.0 / k;
            let all = sum(state.shares.iter().copied());
            state.shares.iter_mut().for_each(|share| *share /= all);
            revived += 1;
        }
        let mean = found.log_likelihood / total;
        if dead.is_none() && (mean - before).abs() < limits.tolerance {
            return Ok(Ended { state, iterations: iteration, converged: true, revived });
        }
        before = mean;
    }
    Ok(Ended { state, iterations: limits.iterations, converged: false, revived })
}

/// The mixture that fits the sums best, and the first component that has lost all rows.
fn maximise<E: Emission>(
    emission: &E,
    components: &E::Components,
    sums: &[f64],
) -> (State<E::Components>, Option<usize>) {
    let masses: Vec<f64> = sums.chunks_exact(emission.width()).map(|sums| sums[0]).collect();
    let total = sum(masses.iter().copied());
    let shares: Vec<f64> = masses.iter().map(|mass| (mass / total).max(f64::MIN_POSITIVE)).collect();
    let dead = shares.iter().position(|share| *share < 1e-14);
    (State { components: emission.learn(components, sums), shares }, dead)
}

/// The mixture in which each row belongs to one component, as the labels say.
///
/// `origin` holds components near which sums are made, so that little is lost to rounding.
pub(super) fn from_labels<E: Emission>(
    points: &Points<'_>,
    emission: &E,
    origin: &E::Components,
    components: usize,
    labels: &[u32],
) -> State<E::Components> {
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
    maximise(emission, origin, &sums).0
}

/// What a finished mixture says of the rows it was learnt from.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// The most probable component of each row.
    pub(super) labels: Vec<u32>,
    /// The weight of the rows that each component is the most probable of.
    pub(super) sizes: Vec<f64>,
    pub(super) log_likelihood: f64,
    /// The sum of the logarithms of share times density, of the most probable component.
    pub(super) classification: f64,
    /// How undecided the memberships are: the sum of -t ln t.
    pub(super) entropy: f64,
}

/// Looks at all rows once more and changes nothing.
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
