//! The mean silhouette of many rows from a sample of them, with how far it may be off.

use std::fmt;

use crate::error::{Error, Result};
use crate::evaluate::Division;
use crate::evaluate::pairs::Pairs;
use crate::math::interval::{confident, student};
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::progress::Progress;
use crate::text::{Align, Table, count, number};

use super::rows::silhouettes;

/// Rows that are taken of a group whatever its share; a group with no more is taken whole.
const LEAST: usize = 30;

/// The mean silhouette of a sample of rows, each held against all rows, with an interval.
///
/// Rows are drawn group by group in proportion to the sizes of groups, at least 30 of each; a group with no more is
/// taken whole. The silhouette of a row that was drawn is exact, so the only error is that of the draw, and the interval
/// says how large it is. Others draw rows first and compute silhouettes within the draw: then small groups are missed,
/// and each silhouette is off as well.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, SilhouetteSample, silhouette};
///
/// let rows = Array2::from_shape_fn((900, 1), |(row, _)| (row / 300 * 10) as f64 + (row * row % 17) as f64 / 17.0);
/// let points = Points::new(rows.view());
/// let groups = Partition::of((0..900).map(|row| row / 300))?;
/// let division = Division::new(&points, &groups)?;
/// let found = SilhouetteSample::new().rows(150).estimate(&division)?;
/// let (low, high) = found.interval();
/// assert!(low < found.mean() && found.mean() < high && high - low < 0.02);
/// assert!((found.mean() - silhouette(&division)?.mean()).abs() < 0.01);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// Rows are drawn without regard to weights and counted by them: means are ratios, and their errors those of ratios.
///
/// # Cost
/// O(m n d) time for m rows drawn, in parallel; memory O(n d).
///
/// # Determinism
/// The same bits for the same seed on any number of threads.
///
/// # Missing values
/// As the distance of the division.
///
/// # References
/// W. G. Cochran 1977, Sampling techniques, third edition, chapters 5 (strata, and the correction for few rows) and 6
/// (ratios). P. J. Rousseeuw 1987, DOI 10.1016/0377-0427(87)90125-7.
///
/// # Differs from
/// `silhouette_score(sample_size=…)` of scikit-learn, which draws without regard to groups, compares drawn rows with drawn
/// rows only, and gives no error.
#[derive(Clone, Debug, PartialEq)]
pub struct SilhouetteSample {
    rows: usize,
    seed: u64,
    confidence: f64,
}

impl Default for SilhouetteSample {
    fn default() -> Self {
        SilhouetteSample::new()
    }
}

impl SilhouetteSample {
    /// 2,000 rows, an interval of 95 %.
    pub fn new() -> Self {
        SilhouetteSample { rows: 2_000, seed: 0, confidence: 0.95 }
    }

    /// Sets how many rows are drawn; a few more where groups are many or small. 2,000 is the default.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// Sets the seed of the draw; 0 is the default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Sets how often an interval made like this holds the mean of all rows; 0.95 is the default.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Draws and computes.
    ///
    /// # Errors
    /// If no row is to be drawn, the confidence is not between 0 and 1, and as
    /// [`silhouette`](crate::evaluate::silhouette()).
    pub fn estimate(&self, division: &Division<'_>) -> Result<SampledSilhouette> {
        self.estimate_with(division, &Progress::none())
    }

    /// As [`estimate`](SilhouetteSample::estimate), telling how many rows are done.
    ///
    /// # Errors
    /// As there, and if the work is cancelled.
    pub fn estimate_with(&self, division: &Division<'_>, progress: &Progress<'_>) -> Result<SampledSilhouette> {
        if self.rows == 0 {
            return Err(Error::parameter("rows", "at least 1", self.rows));
        }
        confident(self.confidence)?;
        division.at_least("silhouette", 2)?;
        let pairs = Pairs::of(division)?;
        let drawn = self.draw(&pairs);
        let rows: Vec<u32> = drawn.iter().flatten().copied().collect();
        let found = silhouettes(&pairs, &rows, progress)?;
        let (mut groups, mut at) = (Vec::with_capacity(drawn.len()), 0);
        for (group, rows) in drawn.iter().enumerate() {
            let values: Vec<(f64, f64)> =
                rows.iter().zip(&found[at..]).map(|(row, found)| (pairs.weight(*row as usize), found.value)).collect();
            at += rows.len();
            groups.push(SampledGroup::of(&values, pairs.starts[group + 1] - pairs.starts[group]));
        }
        let weights = pairs.group_weights();
        let total: f64 = weights.iter().sum();
        let mean = sum(groups.iter().zip(&weights).map(|(group, weight)| group.mean * (weight / total)));
        let part = |(group, weight): (&SampledGroup, &f64)| (group.standard_error * (weight / total)).powi(2);
        let standard_error = sum(groups.iter().zip(&weights).map(part)).sqrt();
        let partial = groups.iter().filter(|group| group.sampled < group.rows);
        let degrees: usize = partial.map(|group| group.sampled.saturating_sub(1)).sum();
        let half = student(self.confidence, degrees as f64).map_or(0.0, |width| width * standard_error);
        let interval = ((mean - half).max(-1.0), (mean + half).min(1.0));
        let mut sampled: Vec<(usize, f64)> =
            rows.iter().zip(&found).map(|(row, found)| (pairs.rows[*row as usize] as usize, found.value)).collect();
        sampled.sort_by_key(|(row, _)| *row);
        Ok(SampledSilhouette { mean, standard_error, confidence: self.confidence, interval, groups, sampled })
    }

    /// The rows of each group that are drawn, rising.
    fn draw(&self, pairs: &Pairs<'_>) -> Vec<Vec<u32>> {
        let draw = |(group, range): (usize, &[usize])| {
            let rows = range[1] - range[0];
            let share = (self.rows as f64 * rows as f64 / pairs.len() as f64).ceil() as usize;
            let mut drawn = Random::new(self.seed, group as u64).sample(rows, share.max(LEAST).min(rows));
            drawn.sort_unstable();
            drawn.into_iter().map(|row| (range[0] + row) as u32).collect()
        };
        pairs.starts.windows(2).enumerate().map(draw).collect()
    }
}

/// What was drawn of a group, and its mean silhouette.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SampledGroup {
    /// How many rows it has that count.
    pub rows: usize,
    /// How many of them were drawn.
    pub sampled: usize,
    /// The mean silhouette of those that were drawn, by weight.
    pub mean: f64,
    /// The standard error of the mean; 0 where all rows were drawn.
    pub standard_error: f64,
}

impl SampledGroup {
    /// The mean of values with weights as an estimate for so many rows.
    fn of(values: &[(f64, f64)], rows: usize) -> Self {
        let sampled = values.len();
        let weight = sum(values.iter().map(|(weight, _)| *weight));
        if sampled == 0 {
            return SampledGroup { rows, sampled, mean: 0.0, standard_error: 0.0 };
        }
        let mean = sum(values.iter().map(|(weight, value)| weight * value)) / weight;
        let squares = sum(values.iter().map(|(weight, value)| (weight * (value - mean)).powi(2)));
        let left_out = 1.0 - sampled as f64 / rows as f64;
        let variance = squares / (sampled as f64 - 1.0) / (weight / sampled as f64).powi(2);
        let standard_error = if sampled < rows { (left_out * variance / sampled as f64).sqrt() } else { 0.0 };
        SampledGroup { rows, sampled, mean, standard_error }
    }
}

/// The mean silhouette as a sample of rows shows it.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct SampledSilhouette {
    mean: f64,
    standard_error: f64,
    confidence: f64,
    interval: (f64, f64),
    groups: Vec<SampledGroup>,
    sampled: Vec<(usize, f64)>,
}

impl SampledSilhouette {
    /// The mean over all rows, by weight, as the sample shows it.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Its standard error; 0 where all rows were drawn.
    pub fn standard_error(&self) -> f64 {
        self.standard_error
    }

    /// How often an interval made like this holds the mean of all rows.
    pub fn confidence(&self) -> f64 {
        self.confidence
    }

    /// Between which values the mean of all rows is, with this confidence (Student's t).
    pub fn interval(&self) -> (f64, f64) {
        self.interval
    }

    /// What was drawn of each group.
    pub fn groups(&self) -> &[SampledGroup] {
        &self.groups
    }

    /// The rows that were drawn, rising, with the silhouette of each, which is exact.
    pub fn sampled(&self) -> &[(usize, f64)] {
        &self.sampled
    }
}

impl fmt::Display for SampledSilhouette {
    /// A line for each group, and one for all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["group", "rows", "drawn", "silhouette", "standard error"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        let rows: usize = self.groups.iter().map(|group| group.rows).sum();
        let line = |name: String, (rows, drawn): (usize, usize), mean, error| {
            [name, count(rows), count(drawn), number(mean), number(error)]
        };
        for (at, group) in self.groups.iter().enumerate() {
            table.row(line(at.to_string(), (group.rows, group.sampled), group.mean, group.standard_error));
        }
        table.row(line("all".to_owned(), (rows, self.sampled.len()), self.mean, self.standard_error));
        let (low, high) = self.interval;
        write!(
            f,
            "{table}\n{} to {} with a confidence of {} %",
            number(low),
            number(high),
            number(100.0 * self.confidence)
        )
    }
}
