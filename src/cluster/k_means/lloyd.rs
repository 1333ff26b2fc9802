//! Lloyd's iteration: rows to the nearest centroid, centroids to the mean of their rows, until nothing changes.
//!
//! An iteration ends the work if no row changed its cluster, or if the centroids moved no more than the tolerance; after
//! the last one rows are placed once more, so that labels, sizes and inertia are those of the centroids that are told.
//! Which blocks of rows were looked at makes no difference to any number: a row that is not looked at would have stayed.

use crate::error::Result;
use crate::parallel;
use crate::progress::Progress;

use super::assign::{Part, Pass, assign};
use super::choices::Algorithm;
use super::exact::{self, Centroids, Rows, Value};
use super::lane::Lane;
use super::packed::Packed;
use super::scan::Table;
use crate::math::simd::Level;

/// When to stop, and how to compare.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    /// At most so many iterations.
    pub(super) iterations: usize,
    /// Stop when the squared moves of the centroids add up to no more.
    pub(super) threshold: f64,
    /// How rows are compared with centroids.
    pub(super) algorithm: Algorithm,
    /// With which instructions.
    pub(super) level: Level,
}

/// What one start came to.
pub(super) struct Run {
    /// The centroids, in the order of the start.
    pub(super) centroids: Centroids,
    /// The rows as they are placed by the centroids.
    pub(super) parts: Vec<Part>,
    /// The weighted sum of squared distances.
    pub(super) inertia: f64,
    /// How many iterations it took.
    pub(super) iterations: usize,
    /// Whether it came to rest.
    pub(super) converged: bool,
    /// How often an empty cluster began again.
    pub(super) reseeded: usize,
}

impl Run {
    /// The weight of each cluster.
    pub(super) fn sizes(&self) -> Vec<f64> {
        counts(&self.parts, self.centroids.clusters)
    }
}

/// Iterates from those centroids; `None` if the precision of the packed rows is too coarse for them.
pub(super) fn run<V: Value, T: Lane>(
    rows: &Rows<'_, V>,
    packed: &Packed<T>,
    start: Vec<f64>,
    plan: Plan,
    progress: &Progress<'_>,
) -> Result<Option<Run>> {
    let mut centroids = Centroids::new(start, rows.dimensions);
    let mut state = State::new(rows, packed, &centroids, plan);
    let (mut converged, mut reseeded, mut done) = (false, 0, 0);
    let mut settled = false; // whether the labels are those of the centroids
    while done < plan.iterations && !converged {
        progress.step("iterations", done as u64, plan.iterations as u64)?;
        done += 1;
        if !state.assign(&centroids) {
            return Ok(None);
        }
        if state.moved == 0 {
            // nothing moved, so the means are where they were
            (converged, settled) = (true, true);
            break;
        }
        let again = state.reseed(&centroids);
        reseeded += again;
        let means = state.means(&centroids);
        let moves: Vec<f64> = (0..means.clusters).map(|c| exact::distance(means.row(c), centroids.row(c))).collect();
        state.drift(&moves);
        converged = again == 0 && moves.iter().sum::<f64>() <= plan.threshold;
        settled = again == 0 && means.rows == centroids.rows;
        centroids = means;
    }
    if !settled && !state.assign(&centroids) {
        return Ok(None);
    }
    let inertia = state.inertia(&centroids);
    Ok(Some(Run { centroids, parts: state.parts, inertia, iterations: done, converged, reseeded }))
}

/// The rows on their way.
struct State<'a, V, T> {
    rows: &'a Rows<'a, V>,
    packed: &'a Packed<T>,
    plan: Plan,
    parts: Vec<Part>,
    /// How many rows came to another cluster in the last pass.
    moved: usize,
    /// How far the centroids have moved altogether.
    drift: f64,
    /// How many passes there were.
    passes: usize,
}

impl<'a, V: Value, T: Lane> State<'a, V, T> {
    /// No row has a cluster yet.
    fn new(rows: &'a Rows<'a, V>, packed: &'a Packed<T>, centroids: &Centroids, plan: Plan) -> Self {
        // what a heavy row leaves behind is at most 1e-10 of what a typical row adds
        let heavy = [1e6 * rows.mean_weight(), 1e6 * rows.mean_weight() / packed.scale];
        let parts = parallel::map_chunks(rows.len, packed.chunk, |range| {
            Part::new(range.len(), centroids.clusters, rows.dimensions, heavy)
        });
        State { rows, packed, plan, parts, moved: rows.len, drift: 0.0, passes: 0 }
    }

    /// Whether blocks should remember until when nothing can change: where comparing costs more than remembering, and
    /// the rows have begun to settle.
    fn bounded(&self, clusters: usize) -> bool {
        match self.plan.algorithm {
            Algorithm::Lloyd => false,
            Algorithm::Hamerly => clusters > 1,
            Algorithm::Auto => clusters > 1 && self.moved < self.rows.len / 20,
        }
    }

    /// Gives each row the nearest centroid; `false` if that cannot be told in this precision often enough.
    fn assign(&mut self, centroids: &Centroids) -> bool {
        let width = self.plan.level.width();
        let Some(table) = Table::<T>::new(centroids, &self.packed.shift, self.packed.scale, width) else {
            return false;
        };
        let pass = Pass {
            rows: self.rows,
            packed: self.packed,
            table: &table,
            centroids,
            drift: self.drift,
            bounded: self.bounded(centroids.clusters),
            level: self.plan.level,
        };
        parallel::fill(&mut self.parts, 1, |chunk, part| {
            for part in part {
                assign(&pass, chunk, part);
            }
        });
        self.moved = self.parts.iter().map(|part| part.moved).sum();
        self.passes += 1;
        let unsure: usize = self.parts.iter().map(|part| part.unsure).sum();
        // double precision has nothing finer to turn to
        self.passes > 1 || size_of::<T>() == size_of::<f64>() || unsure <= self.rows.len / 8
    }

    /// The means of the clusters; an empty one stays where it is.
    fn means(&self, centroids: &Centroids) -> Centroids {
        let (clusters, dimensions) = (centroids.clusters, centroids.dimensions);
        let mut sums = vec![0.0; clusters * dimensions];
        for part in &self.parts {
            for (sum, one) in sums.iter_mut().zip(&part.sums) {
                *sum += one;
            }
        }
        for (cluster, count) in counts(&self.parts, clusters).into_iter().enumerate() {
            for (column, middle) in self.packed.shift.iter().enumerate() {
                let at = cluster * dimensions + column;
                sums[at] = if count > 0.0 { middle + sums[at] / count } else { centroids.rows[at] };
            }
        }
        Centroids::new(sums, dimensions)
    }

    /// Gives empty clusters the rows that are farthest from their centroids, and says how many got one.
    fn reseed(&mut self, centroids: &Centroids) -> usize {
        let mut counts = counts(&self.parts, centroids.clusters);
        let empty: Vec<usize> = (0..counts.len()).filter(|cluster| counts[*cluster] <= 0.0).collect();
        if empty.is_empty() {
            return 0;
        }
        let rows = self.rows;
        let chunk = self.packed.chunk;
        // the farthest of each chunk are enough: no more are needed than there are empty clusters
        let farthest = parallel::map(self.parts.len(), |at| {
            let mut far: Vec<(f64, usize)> = Vec::new();
            for (row, label) in self.parts[at].labels().iter().enumerate().map(|(here, l)| (at * chunk + here, *l)) {
                let square = exact::distance(rows.row(row), centroids.row(label as usize));
                if rows.weight(row) > 0.0 && square > 0.0 {
                    far.push((square, row));
                }
            }
            far.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            far.truncate(2 * empty.len());
            far
        });
        let mut farthest: Vec<(f64, usize)> = farthest.into_iter().flatten().collect();
        farthest.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut rest = farthest.into_iter();
        let mut reseeded = 0;
        for cluster in empty {
            let found = rest.find(|(_, row)| {
                let label = self.parts[row / chunk].labels[row % chunk] as usize;
                counts[label] > rows.weight(*row)
            });
            let Some((_, row)) = found else { break };
            let part = &mut self.parts[row / chunk];
            let here = row % chunk;
            counts[part.labels[here] as usize] -= rows.weight(row);
            counts[cluster] += rows.weight(row);
            part.relabel(here, rows.row(row), rows.weight(row), &self.packed.shift, cluster as u32);
            part.limits[here / super::lane::LANES] = f64::NEG_INFINITY;
            reseeded += 1;
        }
        reseeded
    }

    /// What is moved most may lose a row to what is moved next most; no row can lose more than both.
    ///
    /// Counts how far the centroids moved, whose squares these are: what a row loses at most between the nearest
    /// centroid and the next.
    fn drift(&mut self, moves: &[f64]) {
        let (mut most, mut next) = (0.0_f64, 0.0_f64);
        for square in moves {
            if *square > most {
                (most, next) = (*square, most);
            } else {
                next = next.max(*square);
            }
        }
        self.drift += (most.sqrt() + next.sqrt()) * self.packed.scale * (1.0 + 1e-6);
    }

    /// The weighted sum of squared distances.
    fn inertia(&self, centroids: &Centroids) -> f64 {
        let sums = parallel::map(self.parts.len(), |at| {
            let first = at * self.packed.chunk;
            let mut sum = 0.0;
            for (here, label) in self.parts[at].labels().iter().enumerate() {
                let row = first + here;
                sum += self.rows.weight(row) * exact::distance(self.rows.row(row), centroids.row(*label as usize));
            }
            sum
        });
        sums.into_iter().sum()
    }
}

/// The weight of each cluster in all parts.
fn counts(parts: &[Part], clusters: usize) -> Vec<f64> {
    let mut counts = vec![0.0; clusters];
    for part in parts {
        for (count, one) in counts.iter_mut().zip(&part.counts) {
            *count += one;
        }
    }
    counts
}
