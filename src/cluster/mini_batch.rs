//! Mini-batch k-means: centroids that move after every few rows.
//!
//! Most of what k-means gains it gains in its first rounds, and for these a part of the rows says as much as all.

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::math::random::Random;
use crate::progress::Progress;

use super::family::centers::notes;
use super::family::descent;
use super::family::measure::{self, Euclidean, Measure, Rows};
use super::family::{CentroidModel, Family, door, finish, start};
use super::k_means::{KMeans, Start};
use super::method::{ClusterMethod, ClusterModel, Found, Placed};
use super::points::Points;

/// Batches in the sample that the start is learnt from.
const SAMPLE: usize = 3;

/// K-means by small random batches: the centroids move a little after each, less the more rows they have seen.
///
/// Take it where rows are many and a few percent of inertia do not matter; [`OnePass`](super::OnePass) is steadier and
/// comes nearer. The objective is `inertia`, as with [`KMeans`], over all rows.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, MiniBatch};
///
/// let rows = Array2::from_shape_fn((9_000, 2), |(row, column)| (row * 7 % 10 + column) as f64 + (row % 3 * 50) as f64);
/// let found = MiniBatch::new(3).batch(256).seed(7).fit_matrix(rows.view())?;
/// assert_eq!(found.model.sizes(), [3_000.0; 3]);
/// assert_eq!(found.model.representative(1), [54.5, 55.5]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// It starts from k-means on a sample of three batches. A batch is drawn at random, each row as likely; its rows go to
/// the nearest centroid, and each centroid moves to the mean of all rows that it has had since the start, by weight: its
/// learning rate is what came over what has come. A centroid that has had less than a hundredth of the most is starved
/// and begins again at a row of the batch. Batches end when their inertia, smoothed, has not become less for 10 batches.
/// Then one iteration of k-means over all rows gives centroids, labels and inertia.
///
/// # Defaults
/// As scikit-learn: batches of 1,024 rows, patience 10, ratio 0.01, tolerance 0; 3 restarts (on the sample), at most
/// 10,000 batches, seed 0.
///
/// # Errors
/// If `k`, `batch`, `iterations`, `patience` or `restarts` is 0, the ratio is not from 0 to 1, the tolerance is negative,
/// a given start has another shape, a number is beyond ±1e100, or [`Points::check`] refuses the rows.
///
/// # Cost
/// O(b k d) a batch of b rows, and two passes over all rows, O(n k d); 4 bytes a row.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// D. Sculley 2010, Web-scale k-means clustering, DOI 10.1145/1772690.1772862.
///
/// # Differs from
/// scikit-learn's `MiniBatchKMeans` starts from k-means++ on the sample without iterations, counts the rows of the start
/// as not seen, and ends with labels and no last move of the centroids.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct MiniBatch {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default = "defaults::batch"))]
    batch: usize,
    #[cfg_attr(feature = "serde", serde(default = "defaults::iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "defaults::patience"))]
    patience: usize,
    #[cfg_attr(feature = "serde", serde(default = "defaults::ratio"))]
    ratio: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    tolerance: f64,
    #[cfg_attr(feature = "serde", serde(default))]
    start: Start,
    #[cfg_attr(feature = "serde", serde(default = "defaults::restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// What a recipe says unless it is set: also of a recipe that was read.
mod defaults {
    /// Rows in a batch.
    pub(super) const fn batch() -> usize {
        1024
    }
    /// Batches at most.
    pub(super) const fn iterations() -> usize {
        10_000
    }
    /// Batches without success.
    pub(super) const fn patience() -> usize {
        10
    }
    /// What a centroid has at least had, as a share of the most.
    pub(super) const fn ratio() -> f64 {
        0.01
    }
    /// Starts on the sample.
    pub(super) const fn restarts() -> usize {
        3
    }
}

impl MiniBatch {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        MiniBatch {
            k,
            batch: defaults::batch(),
            iterations: defaults::iterations(),
            patience: defaults::patience(),
            ratio: defaults::ratio(),
            tolerance: 0.0,
            start: Start::PlusPlus,
            restarts: defaults::restarts(),
            seed: 0,
        }
    }

    /// How many rows are drawn between two moves of the centroids; all rows are as many as there are, if fewer.
    ///
    /// Larger ones are steadier and come to rest after fewer batches, not after fewer rows.
    #[must_use]
    pub fn batch(mut self, rows: usize) -> Self {
        self.batch = rows;
        self
    }

    /// How many batches there are at most. Most data come to rest long before.
    #[must_use]
    pub fn iterations(mut self, batches: usize) -> Self {
        self.iterations = batches;
        self
    }

    /// After how many batches without less inertia it has come to rest.
    #[must_use]
    pub fn patience(mut self, batches: usize) -> Self {
        self.patience = batches;
        self
    }

    /// A centroid that has had less than this share of what the greatest has had begins anew; 0 is never.
    ///
    /// Where groups are known to be as small as that, take less: a group that is small is not starved.
    #[must_use]
    pub fn ratio(mut self, ratio: f64) -> Self {
        self.ratio = ratio;
        self
    }

    /// It has come to rest too when the centroids' squared moves in a batch sum to no more than this times the mean
    /// variance of the columns in the sample; 0 is never.
    #[must_use]
    pub fn tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Where the centroids of the sample are at first; greedy k-means++ unless set. Given ones begin with the batches.
    #[must_use]
    pub fn start(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// How many starts k-means has on the sample; the best is where batches begin.
    ///
    /// They cost little: the sample is small.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// What the draws follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The first centroids and how much weight each has had: k-means on a sample, or what is given.
    ///
    /// The sample is three batches, or three rows for each cluster if that is more, drawn with replacement; all rows if
    /// there are not as many. Where it has fewer different rows than there are to be clusters, all rows are looked at,
    /// so that clusters are not said to be too many when only the sample was too small.
    ///
    /// # Errors
    /// If given ones do not suit the rows, or `progress` stops the work.
    fn begin(&self, rows: &Rows<'_>, progress: &Progress<'_>) -> Result<(Vec<f64>, Vec<f64>)> {
        if let Start::Given(given) = &self.start {
            return Ok((start::given(given, self.k, rows.dimensions)?, vec![0.0; self.k]));
        }
        let mut random = Random::new(self.seed, 1 << 62);
        let count = (SAMPLE * self.batch).max(SAMPLE * self.k);
        let drawn: Vec<usize> = if count >= rows.len() {
            (0..rows.len()).collect()
        } else {
            (0..count).map(|_| random.below(rows.len())).collect()
        };
        let drawn: Vec<usize> = drawn.into_iter().filter(|row| rows.weight(*row) > 0.0).collect();
        if !drawn.is_empty() {
            let data: Vec<f64> = drawn.iter().flat_map(|row| rows.row(*row)).copied().collect();
            let weights: Vec<f64> = drawn.iter().map(|row| rows.weight(*row)).collect();
            let view = ndarray::ArrayView2::from_shape((drawn.len(), rows.dimensions), &data);
            let view = view.map_err(|_| Error::length("a sample", data.len(), drawn.len() * rows.dimensions))?;
            let recipe = KMeans::new(self.k).start(self.start.clone()).restarts(self.restarts).seed(self.seed);
            let model = recipe.find(&Points::new(view).weights(&weights), progress)?.model;
            if model.clusters() == self.k {
                return Ok((model.centroids().iter().copied().collect(), model.sizes().to_vec()));
            }
        }
        // the sample has too few different rows: look among all
        let centers = start::plus_plus::<Euclidean>(rows, self.k, &mut random);
        let found = centers.len() / rows.dimensions;
        Ok((centers, vec![0.0; found]))
    }
}

/// What mini-batch k-means learnt.
pub type MiniBatchModel = CentroidModel<MiniBatch>;

impl ClusterMethod for MiniBatch {
    type Model = MiniBatchModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<MiniBatchModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        let rows = door::squares(points)?;
        let (centers, seen) = self.begin(&rows, progress)?;
        let mut state = State { recipe: self, rows, centers, seen, again: 0, since: 0, drawn: Vec::new() };
        let (iterations, converged) = state.run(progress)?;
        let found = finish::over_all(points, &state.centers, 1, progress)?;
        let mut centers = finish::centers_of(&found.model, Vec::new());
        centers.notes = notes(self.k, centers.sizes.len(), 0);
        if state.again > 0 {
            centers.notes.push(format!("starved centroids began again {} times", state.again));
        }
        (centers.iterations, centers.converged) = (iterations, converged);
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: found.labels })
    }
}

/// Centroids between two batches, and what has been seen so far.
struct State<'a> {
    /// What is asked for.
    recipe: &'a MiniBatch,
    /// All rows.
    rows: Rows<'a>,
    /// Centroids, row after row.
    centers: Vec<f64>,
    /// How much weight each centroid has had.
    seen: Vec<f64>,
    /// How often a starved centroid has begun again.
    again: usize,
    /// Rows since it was last looked for starved centroids.
    since: usize,
    /// The rows of the batch.
    drawn: Vec<u32>,
}

impl State<'_> {
    /// Batch after batch until it rests: how many there were, and whether it does.
    ///
    /// The inertia of batches is smoothed over about as many as make up half of the rows.
    ///
    /// # Errors
    /// If `progress` stops the work.
    fn run(&mut self, progress: &Progress<'_>) -> Result<(usize, bool)> {
        let (n, most) = (self.rows.len(), self.recipe.iterations);
        let size = self.recipe.batch.min(n);
        let fade = (2.0 * size as f64 / (n as f64 + 1.0)).min(1.0);
        let variance = self.variance();
        let (mut smooth, mut least, mut without) = (None, f64::INFINITY, 0);
        for done in 1..=most {
            let mut random = Random::new(self.recipe.seed, (1 << 61) | done as u64);
            self.drawn = (0..size).map(|_| random.below(n) as u32).collect();
            let (inertia, moved) = self.step(&mut random);
            progress.step("iterations", done as u64, most as u64)?;
            // the first batch tells of the start
            let Some(inertia) = inertia.filter(|_| done > 1) else { continue };
            let now = smooth.map_or(inertia, |smooth: f64| smooth + fade * (inertia - smooth));
            smooth = Some(now);
            without = if now < least { 0 } else { without + 1 };
            least = least.min(now);
            if without >= self.recipe.patience
                || (self.recipe.tolerance > 0.0 && moved <= self.recipe.tolerance * variance)
            {
                return Ok((done, true));
            }
        }
        Ok((most, false))
    }

    /// Takes in one batch: its inertia for a unit of weight, if it has any, and how far centroids moved, squared.
    ///
    /// All rows of a batch are placed before any centroid moves, so their order does not count.
    fn step(&mut self, random: &mut Random) -> (Option<f64>, f64) {
        let (width, k) = (self.rows.dimensions, self.seen.len());
        let (mut sums, mut totals, mut inertia) = (vec![0.0; k * width], vec![0.0; k], 0.0);
        for row in self.drawn.iter().map(|row| *row as usize) {
            let (cells, weight) = (self.rows.row(row), self.rows.weight(row));
            let (cluster, cost, _) = measure::nearest(&self.centers, width, |center| Euclidean::cost(cells, center));
            inertia += weight * cost;
            totals[cluster] += weight;
            let center = &self.centers[cluster * width..(cluster + 1) * width];
            let from = sums[cluster * width..(cluster + 1) * width].iter_mut();
            from.zip(cells.iter().zip(center)).for_each(|(sum, (x, c))| *sum += weight * (x - c));
        }
        let mut moved = 0.0;
        for cluster in (0..k).filter(|cluster| totals[*cluster] > 0.0) {
            self.seen[cluster] += totals[cluster];
            let center = self.centers[cluster * width..(cluster + 1) * width].iter_mut();
            for (center, sum) in center.zip(&sums[cluster * width..]) {
                let by = sum / self.seen[cluster];
                *center += by;
                moved += by * by;
            }
        }
        self.since += self.drawn.len();
        if self.since >= 10 * k || self.seen.contains(&0.0) {
            self.since = 0;
            self.feed(random);
        }
        let total: f64 = totals.iter().sum();
        ((total > 0.0).then(|| inertia / total), moved)
    }

    /// Lets starved centroids begin again at rows of the batch, the most starved first, half of the batch at most.
    ///
    /// The rows are different ones that count, each as likely. A centroid that begins again is taken to have had as much
    /// as the least of the others, so that the next row does not carry it off.
    fn feed(&mut self, random: &mut Random) {
        let width = self.rows.dimensions;
        let least = self.recipe.ratio * self.seen.iter().copied().fold(0.0, f64::max);
        let mut starved: Vec<usize> = (0..self.seen.len()).filter(|cluster| self.seen[*cluster] < least).collect();
        starved.sort_by(|a, b| self.seen[*a].total_cmp(&self.seen[*b]));
        starved.truncate(self.drawn.len() / 2);
        let fed = (0..self.seen.len()).filter(|cluster| !starved.contains(cluster)).map(|cluster| self.seen[cluster]);
        let share = fed.fold(f64::INFINITY, f64::min);
        let counting: Vec<u32> =
            self.drawn.iter().copied().filter(|row| self.rows.weight(*row as usize) > 0.0).collect();
        let places = random.sample(counting.len(), starved.len());
        for (cluster, place) in starved.into_iter().zip(places) {
            let row = self.rows.row(counting[place] as usize);
            self.centers[cluster * width..(cluster + 1) * width].copy_from_slice(row);
            self.seen[cluster] = share;
            self.again += 1;
        }
    }

    /// The mean of the variances of columns, in rows from all over: the unit of the tolerance.
    fn variance(&self) -> f64 {
        let step = self.rows.len().div_ceil(SAMPLE * self.recipe.batch).max(1);
        let some: Vec<u32> = (0..self.rows.len()).step_by(step).map(|row| row as u32).collect();
        let even = Rows { weights: None, ..self.rows };
        let mut mean = vec![0.0; even.dimensions];
        Euclidean::center(&even, &some, &mut mean);
        let placed: Vec<(u32, f64)> =
            some.iter().map(|row| (0, Euclidean::cost(even.row(*row as usize), &mean))).collect();
        descent::weighted(&even, &placed) / (some.len() * even.dimensions) as f64
    }
}

impl Family for MiniBatch {
    const KIND: &'static str = "mini_batch";
    const OBJECTIVE: &'static str = "inertia";

    fn check_parameters(&self) -> Result<()> {
        let counts = [("k", self.k), ("batch", self.batch), ("iterations", self.iterations)];
        for (name, value) in counts.into_iter().chain([("patience", self.patience), ("restarts", self.restarts)]) {
            if value == 0 {
                return Err(Error::parameter(name, "at least 1", value));
            }
        }
        if !(0.0..=1.0).contains(&self.ratio) {
            return Err(Error::parameter("ratio", "from 0 to 1", self.ratio));
        }
        if !(self.tolerance >= 0.0 && self.tolerance.is_finite()) {
            return Err(Error::parameter("tolerance", "a finite number of at least 0", self.tolerance));
        }
        Ok(())
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Euclidean>(row, centers)
    }
}
