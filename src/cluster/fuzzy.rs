//! Fuzzy c-means: every row is in every cluster to a degree.
//!
//! Degrees, then centers, then degrees: as k-means, with soft labels.

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::sum::sum;
use crate::parallel;
use crate::progress::Progress;

use super::family::descent::{self, Plan, Run};
use super::family::measure::{self, Euclidean, Measure, Rows};
use super::family::{CentroidModel, Family, door};
#[cfg(feature = "serde")]
use super::family::{ten, three_hundred};
use super::k_means::Start;
use super::method::{ClusterMethod, Found, Placed};
use super::points::Points;

/// Rows in a chunk of an iteration.
const CHUNK: usize = 4096;

/// Clusters with soft edges: each row is in each cluster to a degree, and the degrees of a row sum to 1.
///
/// Take it where customers between two groups are to be seen as such. The objective is `fuzzy_inertia`: the sum over
/// rows (by weight) and clusters of degreeᵐ times the squared distance. The label of a row is the cluster of its highest
/// degree, which is the nearest center; degrees are told by
/// [`memberships`](crate::cluster::ClusterModel::memberships).
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Fuzzy};
///
/// let rows = array![[0.0], [1.0], [2.0], [10.0], [11.0], [12.0]];
/// let model = Fuzzy::new(2).fit_matrix(rows.view())?.model;
/// let mut degrees = [0.0; 2];
/// assert!(model.memberships(&[6.0], &mut degrees));
/// assert!((degrees[0] - 0.5).abs() < 1e-6, "halfway");
/// model.memberships(&[1.0], &mut degrees);
/// assert!(degrees[0] > 0.99);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// With fuzzifier m the degree in cluster j is 1 / Σₗ (dⱼ / dₗ)^(2 / (m − 1)). A row on a center is in that cluster
/// alone; on several centers at one place, in equal parts. Near 1 the method is k-means, far above it all degrees are
/// alike. Centers may come to lie together where there are fewer groups than clusters; all are kept, also those that are
/// nobody's nearest, and sizes count rows by label.
///
/// # Defaults
/// Fuzzifier 2 (the custom), tolerance 1e-6, 10 restarts, 300 iterations, seed 0.
///
/// # Errors
/// If `k`, `restarts` or `iterations` is 0, the fuzzifier is not above 1 or not finite, the tolerance is negative, the
/// start is `parallel` or has another shape, a number is beyond ±1e100, or [`Points::check`] refuses the rows.
///
/// # Cost
/// O(n k d) an iteration, and a power for each row and cluster unless the fuzzifier is 2; 20 bytes a row.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads. With a fuzzifier other than 2, powers
/// are those of the system's library.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// J. C. Bezdek 1981, Pattern recognition with fuzzy objective function algorithms, DOI 10.1007/978-1-4757-0450-1.
/// J. C. Dunn 1973, A fuzzy relative of the ISODATA process, DOI 10.1080/01969727308546046.
///
/// # Differs from
/// scikit-fuzzy's `cmeans` starts from random degrees, and stops by the sum of all changes of degrees, so that more rows
/// mean more iterations; here it is the largest change of one. R's `e1071::cmeans` divides the objective by the weights.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Fuzzy {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default = "two"))]
    fuzzifier: f64,
    #[cfg_attr(feature = "serde", serde(default = "millionth"))]
    tolerance: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    start: Start,
    #[cfg_attr(feature = "serde", serde(default = "ten"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "three_hundred"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// The fuzzifier where a recipe that was read does not say.
#[cfg(feature = "serde")]
fn two() -> f64 {
    2.0
}

/// The tolerance where a recipe that was read does not say.
#[cfg(feature = "serde")]
fn millionth() -> f64 {
    1e-6
}

impl Fuzzy {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        Fuzzy { k, fuzzifier: 2.0, tolerance: 1e-6, start: Start::PlusPlus, restarts: 10, iterations: 300, seed: 0 }
    }

    /// How soft the edges are: above 1. At 1.1 nearly all degrees are 0 or 1, at 4 and more nearly all are 1 / k.
    ///
    /// With many columns 2 may be too soft: if all centers come to lie in the middle, take one nearer to 1.
    #[must_use]
    pub fn fuzzifier(mut self, fuzzifier: f64) -> Self {
        self.fuzzifier = fuzzifier;
        self
    }

    /// It has come to rest when no degree changes by more than this in an iteration.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Where the centers are at first: greedy k-means++ unless set. Given centers are tried once.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// How many starts are tried; the one with the least objective is kept, the first of equals.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// How many iterations a start has at most.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// What the draws follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    fn plan(&self) -> Plan<'_> {
        let Fuzzy { k, restarts, iterations, seed, .. } = *self;
        Plan { k, start: &self.start, restarts, iterations, seed }
    }

    /// Degrees, centers, degrees … until degrees rest. What there is to rest is the largest change of a degree of a row
    /// that counts; the first degrees have nothing to be compared with.
    ///
    /// # Errors
    /// If `progress` stops the work.
    fn run(&self, rows: &Rows<'_>, mut centers: Vec<f64>, progress: &Progress<'_>) -> Result<Run> {
        let k = centers.len() / rows.dimensions;
        let mut degrees = vec![0.0; rows.len() * k];
        let (mut iterations, mut converged) = (0, false);
        while iterations < self.iterations && !converged {
            let change = spread(rows, &centers, self.fuzzifier, &mut degrees);
            converged = iterations > 0 && change <= self.tolerance;
            if !converged {
                move_centers(rows, self.fuzzifier, &degrees, &mut centers);
                iterations += 1;
                progress.step("iterations", iterations as u64, self.iterations as u64)?;
            }
        }
        let mut placed = vec![(0, 0.0); rows.len()];
        descent::assign::<Euclidean>(rows, &centers, &mut placed);
        let labels = placed.into_iter().map(|(label, _)| label).collect();
        let objective = self.objective_of(rows, &centers);
        Ok(Run { centers, labels, objective, iterations, converged, reseeded: 0 })
    }

    /// The sum of degreeᵐ times the squared distance, by weight, with the degrees that these centers give: never above
    /// what any other degrees that sum to 1 would give.
    ///
    /// O(n k d), in chunks of rows.
    fn objective_of(&self, rows: &Rows<'_>, centers: &[f64]) -> f64 {
        let k = centers.len() / rows.dimensions;
        let parts = parallel::map_chunks(rows.len(), CHUNK, |chunk| {
            let mut degrees = vec![0.0; k];
            let mut total = 0.0;
            for row in chunk {
                degrees_of(rows.row(row), centers, self.fuzzifier, &mut degrees);
                for (center, degree) in centers.chunks_exact(rows.dimensions).zip(&degrees) {
                    total += rows.weight(row) * power(*degree, self.fuzzifier) * Euclidean::cost(rows.row(row), center);
                }
            }
            total
        });
        sum(parts)
    }
}

/// What fuzzy c-means learnt.
pub type FuzzyModel = CentroidModel<Fuzzy>;

impl ClusterMethod for Fuzzy {
    type Model = FuzzyModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<FuzzyModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        let rows = door::squares(points)?;
        let mut best: Option<Run> = None;
        for restart in 0..self.plan().starts() {
            let begin = self.plan().begin::<Euclidean>(&rows, restart)?;
            let run = self.run(&rows, begin, progress)?;
            if best.as_ref().is_none_or(|best| run.objective < best.objective) {
                best = Some(run);
            }
            progress.step("restarts", restart as u64 + 1, self.plan().starts() as u64)?;
        }
        let Some(run) = best else { return Err(Error::parameter("restarts", "at least 1", 0)) };
        let (mut centers, labels) = descent::settle::<Euclidean>(&rows, run, self.k, false);
        centers.objective = self.objective_of(&rows, &centers.centers);
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: labels.into_iter().map(Some).collect() })
    }
}

impl Family for Fuzzy {
    const KIND: &'static str = "fuzzy";
    const OBJECTIVE: &'static str = "fuzzy_inertia";

    fn check_parameters(&self) -> Result<()> {
        self.plan().check()?;
        if !(self.fuzzifier > 1.0 && self.fuzzifier.is_finite()) {
            return Err(Error::parameter("fuzzifier", "a finite number above 1", self.fuzzifier));
        }
        if !(self.tolerance >= 0.0 && self.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "a finite number of at least 0", self.tolerance));
        }
        Ok(())
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Euclidean>(row, centers)
    }

    fn memberships(&self, row: &[f64], centers: &[f64], degrees: &mut [f64]) -> bool {
        degrees_of(row, centers, self.fuzzifier, degrees);
        true
    }
}

/// Writes the degrees of all rows, `k` for each; the largest change of one of a row that counts.
///
/// O(n k d), in parallel.
fn spread(rows: &Rows<'_>, centers: &[f64], fuzzifier: f64, degrees: &mut [f64]) -> f64 {
    let k = centers.len() / rows.dimensions;
    let new = parallel::map_chunks(rows.len(), CHUNK, |chunk| {
        let mut new = vec![0.0; chunk.len() * k];
        let mut change = 0.0_f64;
        for (row, new) in chunk.zip(new.chunks_exact_mut(k)) {
            degrees_of(rows.row(row), centers, fuzzifier, new);
            if rows.weight(row) > 0.0 {
                let old = &degrees[row * k..(row + 1) * k];
                change = old.iter().zip(&*new).fold(change, |most, (old, new)| most.max((old - new).abs()));
            }
        }
        (new, change)
    });
    let mut most = 0.0_f64;
    for ((new, change), old) in new.into_iter().zip(degrees.chunks_mut(CHUNK * k)) {
        old.copy_from_slice(&new);
        most = most.max(change);
    }
    most
}

/// Moves each center to the mean of all rows by degreeᵐ and weight; one that has no row at all stays.
///
/// Sums are those of differences from the first row, so that what all rows have in common takes no digits; they are
/// made chunk by chunk and added in the order of chunks.
fn move_centers(rows: &Rows<'_>, fuzzifier: f64, degrees: &[f64], centers: &mut [f64]) {
    let (width, origin) = (rows.dimensions, rows.row(0));
    let k = centers.len() / width;
    let parts = parallel::map_chunks(rows.len(), CHUNK, |chunk| {
        let (mut sums, mut totals) = (vec![0.0; k * width], vec![0.0; k]);
        for row in chunk {
            for (cluster, degree) in degrees[row * k..(row + 1) * k].iter().enumerate() {
                let share = rows.weight(row) * power(*degree, fuzzifier);
                totals[cluster] += share;
                let cells = rows.row(row).iter().zip(origin);
                for (sum, (x, origin)) in sums[cluster * width..(cluster + 1) * width].iter_mut().zip(cells) {
                    *sum += share * (x - origin);
                }
            }
        }
        (sums, totals)
    });
    for cluster in 0..k {
        let total: f64 = parts.iter().map(|(_, totals)| totals[cluster]).sum();
        if total > 0.0 {
            for column in 0..width {
                let sum: f64 = parts.iter().map(|(sums, _)| sums[cluster * width + column]).sum();
                centers[cluster * width + column] = origin[column] + sum / total;
            }
        }
    }
}

/// degreeᵐ: the square where it is the square, so that the custom costs no power.
fn power(degree: f64, fuzzifier: f64) -> f64 {
    if fuzzifier == 2.0 { degree * degree } else { degree.powf(fuzzifier) }
}

/// Writes the degrees of a row: relative to the nearest center, so that no power is too large.
///
/// With rⱼ = (least d² / dⱼ²)^(1 / (m − 1)), from 0 to 1, degrees are rⱼ / Σ r. On a center least is 0, and so is r of
/// all others.
fn degrees_of(row: &[f64], centers: &[f64], fuzzifier: f64, degrees: &mut [f64]) {
    let mut unit = 1.0;
    let mut least = f64::INFINITY;
    // a stranger beyond all squares is measured in a smaller unit
    for _ in 0..2 {
        for (degree, center) in degrees.iter_mut().zip(centers.chunks_exact(row.len().max(1))) {
            *degree = row.iter().zip(center).map(|(x, c)| (x * unit - c * unit) * (x * unit - c * unit)).sum();
        }
        least = degrees.iter().copied().fold(f64::INFINITY, f64::min);
        if degrees.iter().all(|cost| cost.is_finite()) {
            break;
        }
        unit = 2_f64.powi(-560);
    }
    let mut total = 0.0;
    for degree in &mut *degrees {
        let closeness = if *degree == least { 1.0 } else { least / *degree };
        *degree = if fuzzifier == 2.0 { closeness } else { closeness.powf(1.0 / (fuzzifier - 1.0)) };
        total += *degree;
    }
    for degree in degrees {
        *degree /= total;
    }
}
