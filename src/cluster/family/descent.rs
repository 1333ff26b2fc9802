//! To and fro between labels and centers, until nothing changes: the way of k-means with any measure.
//!
//! Each half of a step makes the objective less or leaves it: rows go to the center where they cost least, centers to
//! where their rows cost least. There are finitely many labellings, so it comes to rest, at an optimum that depends on
//! the start; so there are several starts.
//!
//! Labels are found in chunks of a fixed size and centers cluster by cluster, in the order of rows: the bits do not
//! depend on the number of threads.

use crate::error::{Error, Result};
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::parallel;
use crate::progress::Progress;

use super::super::canonical;
use super::super::k_means::Start;
use super::centers::{Centers, notes};
use super::measure::{Measure, Rows, nearest};
use super::start;

/// Rows in a chunk of the assignment.
const CHUNK: usize = 4096;

/// What a recipe asks for, of those that go to and fro: every sibling with restarts makes one of itself.
///
/// It is checked once, before rows are looked at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan<'a> {
    /// Clusters.
    pub(crate) k: usize,
    /// Where centers are at first; given ones are tried once.
    pub(crate) start: &'a Start,
    /// Starts, of which the best is kept.
    pub(crate) restarts: usize,
    /// Iterations at most.
    pub(crate) iterations: usize,
    /// What is drawn.
    pub(crate) seed: u64,
}

impl Plan<'_> {
    /// Whether this can be asked for.
    ///
    /// # Errors
    /// If there is to be no cluster, no start or no iteration, or the start is one of k-means alone.
    pub(crate) fn check(&self) -> Result<()> {
        for (name, value) in [("k", self.k), ("restarts", self.restarts), ("iterations", self.iterations)] {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        if self.k > u32::MAX as usize {
            return Err(Error::parameter("k", "at most 4294967295", self.k));
        }
        if matches!(self.start, Start::Parallel) {
            return Err(Error::parameter("start", "`plus_plus`, `random` or given rows", "`parallel`"));
        }
        Ok(())
    }

    /// The centers that a start begins with, row after row; fewer than asked for if there are not as many different
    /// rows. Each start draws from a stream of its own.
    ///
    /// # Errors
    /// If given ones do not suit the rows.
    pub(crate) fn begin<M: Measure>(&self, rows: &Rows<'_>, restart: usize) -> Result<Vec<f64>> {
        match self.start {
            Start::Given(given) => start::given(given, self.k, rows.dimensions),
            Start::Random => Ok(start::at_random(rows, self.k, &mut self.random(restart))),
            Start::PlusPlus | Start::Parallel => Ok(start::plus_plus::<M>(rows, self.k, &mut self.random(restart))),
        }
    }

    /// How many starts there are.
    pub(crate) fn starts(&self) -> usize {
        if matches!(self.start, Start::Given(_)) { 1 } else { self.restarts }
    }

    /// What a start draws from.
    fn random(&self, restart: usize) -> Random {
        Random::new(self.seed, restart as u64)
    }
}

/// Centers on the way, with the cluster of each row: what one start comes to.
///
/// Clusters are numbered as they began; the canonical order is made when the best start is known.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Centers, row after row.
    pub(crate) centers: Vec<f64>,
    /// The cluster of each row.
    pub(crate) labels: Vec<u32>,
    /// The sum of costs by weight.
    pub(crate) objective: f64,
    /// Iterations done.
    pub(crate) iterations: usize,
    /// Whether nothing changed any more.
    pub(crate) converged: bool,
    /// How often an empty cluster got a row.
    pub(crate) reseeded: usize,
}

/// The best of all starts, settled: centers in the canonical order and the cluster of each row.
///
/// The best is the one of the least objective, the first of equals. `progress` hears of each iteration of each start, as
/// `iterations`, and of each start, as `restarts`.
///
/// O(n k d) an iteration of a start.
///
/// # Errors
/// If a given start does not suit the rows, or `progress` stops the work.
pub(crate) fn best<M: Measure>(
    rows: &Rows<'_>,
    plan: &Plan<'_>,
    progress: &Progress<'_>,
) -> Result<(Centers, Vec<u32>)> {
    let mut best: Option<Run> = None;
    for restart in 0..plan.starts() {
        let begin = plan.begin::<M>(rows, restart)?;
        let run = descend::<M>(rows, begin, plan.iterations, progress)?;
        if best.as_ref().is_none_or(|best| run.objective < best.objective) {
            best = Some(run);
        }
        progress.step("restarts", restart as u64 + 1, plan.starts() as u64)?;
    }
    let Some(run) = best else { return Err(Error::parameter("restarts", "at least 1", 0)) };
    Ok(settle::<M>(rows, run, plan.k, true))
}

/// Labels, centers, labels … until no label changes.
///
/// A cluster without rows gets the row that costs most where it is, of a cluster with other rows too. If iterations are
/// used up before, labels are those of the last centers all the same.
///
/// O(n k d) an iteration.
///
/// # Errors
/// If `progress` stops the work.
fn descend<M: Measure>(rows: &Rows<'_>, begin: Vec<f64>, iterations: usize, progress: &Progress<'_>) -> Result<Run> {
    let k = begin.len() / rows.dimensions;
    let mut placed: Vec<(u32, f64)> = vec![(u32::MAX, 0.0); rows.len()];
    let mut run =
        Run { centers: begin, labels: Vec::new(), objective: 0.0, iterations: 0, converged: false, reseeded: 0 };
    while run.iterations < iterations {
        let mut changed = assign::<M>(rows, &run.centers, &mut placed);
        let reseeded = reseed(rows, k, &mut placed);
        run.reseeded += reseeded;
        changed |= reseeded > 0;
        if !changed {
            run.converged = true;
            break;
        }
        update::<M>(rows, k, &placed, &mut run.centers);
        run.iterations += 1;
        progress.step("iterations", run.iterations as u64, iterations as u64)?;
    }
    if !run.converged {
        run.converged = !assign::<M>(rows, &run.centers, &mut placed);
    }
    run.labels = placed.iter().map(|(label, _)| *label).collect();
    run.objective = weighted(rows, &placed);
    Ok(run)
}

/// Puts each row to its nearest center, the lowest of equals, with what it costs there; whether one changed.
///
/// O(n k d), in parallel.
pub(crate) fn assign<M: Measure>(rows: &Rows<'_>, centers: &[f64], placed: &mut [(u32, f64)]) -> bool {
    let changed = std::sync::atomic::AtomicBool::new(false);
    parallel::fill(placed, CHUNK, |first, placed| {
        let mut moved = false;
        for (at, placed) in placed.iter_mut().enumerate() {
            let row = rows.row(first + at);
            let (cluster, cost, _) = nearest(centers, rows.dimensions, |center| M::cost(row, center));
            moved |= placed.0 != cluster as u32;
            *placed = (cluster as u32, cost);
        }
        if moved {
            changed.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    });
    changed.into_inner()
}

/// Gives each cluster without rows that count the farthest row of another; how many got one.
///
/// Far is what a row costs at its center, whatever it weighs; the first of equals. A row that is alone in its cluster
/// stays, and so does one that costs nothing: then the cluster stays empty for now.
fn reseed(rows: &Rows<'_>, k: usize, placed: &mut [(u32, f64)]) -> usize {
    let mut counts = vec![0_usize; k];
    for (row, (label, _)) in placed.iter().enumerate() {
        counts[*label as usize] += usize::from(rows.weight(row) > 0.0);
    }
    let mut given = 0;
    for cluster in 0..k {
        if counts[cluster] > 0 {
            continue;
        }
        let mut farthest: Option<(usize, f64)> = None;
        for (row, (label, cost)) in placed.iter().enumerate() {
            let free = counts[*label as usize] > 1 && rows.weight(row) > 0.0;
            if free && *cost > farthest.map_or(0.0, |(_, most)| most) {
                farthest = Some((row, *cost));
            }
        }
        let Some((row, _)) = farthest else { break };
        counts[placed[row].0 as usize] -= 1;
        counts[cluster] = 1;
        placed[row] = (cluster as u32, 0.0);
        given += 1;
    }
    given
}

/// Moves each center that has rows to where they cost least; one without rows stays where it is.
///
/// Rows of weight 0 move nothing. O(n d) for means.
fn update<M: Measure>(rows: &Rows<'_>, k: usize, placed: &[(u32, f64)], centers: &mut [f64]) {
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); k];
    for (row, (label, _)) in placed.iter().enumerate() {
        if rows.weight(row) > 0.0 {
            members[*label as usize].push(row as u32);
        }
    }
    let moved = parallel::map(k, |cluster| {
        let mut center = vec![0.0; rows.dimensions];
        if !members[cluster].is_empty() {
            M::center(rows, &members[cluster], &mut center);
        }
        center
    });
    for (cluster, center) in moved.iter().enumerate().filter(|(cluster, _)| !members[*cluster].is_empty()) {
        centers[cluster * rows.dimensions..(cluster + 1) * rows.dimensions].copy_from_slice(center);
    }
}

/// The sum of costs by weight, with the same bits in any chunking.
pub(crate) fn weighted(rows: &Rows<'_>, placed: &[(u32, f64)]) -> f64 {
    sum(placed.iter().enumerate().map(|(row, (_, cost))| rows.weight(row) * cost))
}

/// How much weight each of `k` clusters has, summed in the order of rows.
pub(crate) fn sizes(rows: &Rows<'_>, k: usize, labels: impl Iterator<Item = u32>) -> Vec<f64> {
    let mut sizes = vec![0.0; k];
    for (row, label) in labels.enumerate() {
        sizes[label as usize] += rows.weight(row);
    }
    sizes
}

/// Brings centers into the canonical order, with labels as the model places the same rows.
///
/// Where a row is as far from two centers, the lower number has it; so new numbers may move rows and the order is
/// looked at again, until it holds. Clusters without weight go if `thin`. The objective, sizes and notes are those of the
/// labels that come of it.
///
/// O(n k d), mostly once.
pub(crate) fn settle<M: Measure>(rows: &Rows<'_>, run: Run, asked: usize, thin: bool) -> (Centers, Vec<u32>) {
    let dimensions = rows.dimensions;
    let mut centers = run.centers;
    let mut placed: Vec<(u32, f64)> = vec![(u32::MAX, 0.0); rows.len()];
    let mut counted = sizes(rows, centers.len() / dimensions, run.labels.iter().copied());
    for _ in 0..16 {
        if thin && counted.contains(&0.0) {
            let kept: Vec<usize> = (0..counted.len()).filter(|cluster| counted[*cluster] > 0.0).collect();
            centers = kept.iter().flat_map(|c| centers[c * dimensions..(c + 1) * dimensions].to_vec()).collect();
            counted = kept.iter().map(|cluster| counted[*cluster]).collect();
        }
        let numbers = canonical::order(&counted, &centers);
        centers = canonical::reordered(&numbers, &centers, dimensions);
        let changed = assign::<M>(rows, &centers, &mut placed);
        let before = counted;
        counted = sizes(rows, before.len(), placed.iter().map(|(label, _)| *label));
        let same = counted == canonical::reordered(&numbers, &before, 1);
        if !changed || (same && !(thin && counted.contains(&0.0))) {
            break;
        }
    }
    let centers = Centers {
        dimensions,
        notes: notes(asked, counted.len(), run.reseeded),
        centers,
        sizes: counted,
        objective: weighted(rows, &placed),
        iterations: run.iterations,
        converged: run.converged,
    };
    (centers, placed.into_iter().map(|(label, _)| label).collect())
}
