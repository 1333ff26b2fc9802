//! The recipe of k-prototypes.
//!
//! Here columns are told apart by what they mean, scales are set, and restarts compared; the search itself is beside
//! this. What a stranger needs to be placed goes into the model: scales, prototypes, and which columns are
//! categories.
//!
//! Numbers larger than 1e140, and columns that spread over less than 1e-140, are refused: their squares are no numbers, and
//! what is found with them would be wrong without a word.

use crate::cluster::k_modes::{BLOCK, Code, Lookup, Packed};
use crate::cluster::method::{ClusterMethod, Found};
use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::{Form, Meaning};
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::parallel;
use crate::progress::Progress;

use super::run::{Prototypes, Reached, Rows, Scales};
use super::{Gamma, KPrototypesModel, PrototypeStart};

/// The largest size of a number, and one over the smallest range: squares of differences and their sums stay numbers.
const LARGEST: f64 = 1e140;
/// The most columns.
const MOST: usize = 65_000;

/// Finds k prototypes for rows with numbers and categories: the mean of each number and the most frequent category. A
/// row is as far from a prototype as the sum of its squared differences in numbers, and gamma for each category that
/// differs, says.
///
/// It fits customers of whom numbers and categories are known. Numbers and ranks count by their squared difference, so
/// they should be on one scale; categories and flags by being equal or not. See [`Gamma`] for how much they count
/// beside each other.
///
/// It does not fit missing values; [`KMedoids`](crate::cluster::KMedoids) with Gower's distance does.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, KPrototypes, Points};
/// use segmentry::features::encoding::Meaning;
/// use segmentry::progress::Progress;
///
/// // orders a month, and the code of a region
/// let rows = array![[1.0, 0.0], [1.2, 0.0], [0.8, 0.0], [9.0, 2.0], [9.4, 2.0]];
/// let points = Points::new(rows.view()).meanings(&[Meaning::Number, Meaning::Category]);
/// let found = KPrototypes::new(2).find(&points, &Progress::none())?;
/// assert_eq!(found.labels, [Some(0), Some(0), Some(0), Some(1), Some(1)]);
/// assert_eq!(found.model.representative(1), [9.2, 2.0]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// A weight of 2 is the row twice; a weight of 0 learns nothing and gets a label.
///
/// # Cost
/// O(n k d) for each iteration; 8 bytes a number and one a category, while no column has more than 254 of them.
///
/// # Determinism
/// The same bytes on any number of threads. Of prototypes at the same distance that of the larger cluster is nearer,
/// of categories that are as frequent the lower is the mode.
///
/// # Missing values
/// Refused.
///
/// # References
/// Z. Huang 1997, Clustering large data sets with mixed numeric and categorical values, First Pacific-Asia Conference
/// on Knowledge Discovery and Data Mining, 21-34; Z. Huang 1998, DOI 10.1023/A:1009769707641.
///
/// # Differs from
/// Huang and the Python package kmodes change prototypes after each row that moves; here they change when all rows
/// have been placed. kmodes begins with Cao's modes and random numbers by default. Numbers are not standardised, as
/// there.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KPrototypes {
    /// How many clusters.
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    /// What a category that differs costs.
    gamma: Gamma,
    #[cfg_attr(feature = "serde", serde(default))]
    /// How much each column counts; none is 1 each.
    feature_weights: Vec<f64>,
    #[cfg_attr(feature = "serde", serde(default))]
    /// Where the search begins.
    start: PrototypeStart,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    /// The most iterations of each start.
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    /// How many random starts there are.
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    /// What random starts are drawn by.
    seed: u64,
}

/// Lloyd's kind of search rests in a few dozen.
fn default_iterations() -> usize {
    100
}

/// Random starts differ; kmodes takes as many.
fn default_restarts() -> usize {
    10
}

impl KPrototypes {
    /// So many clusters.
    pub fn new(k: usize) -> Self {
        KPrototypes {
            k,
            gamma: Gamma::default(),
            feature_weights: Vec::new(),
            start: PrototypeStart::default(),
            iterations: default_iterations(),
            restarts: default_restarts(),
            seed: 0,
        }
    }

    /// Sets how much a category that differs costs; half the mean standard deviation of the numbers is the default.
    #[must_use]
    pub fn gamma(mut self, gamma: Gamma) -> Self {
        self.gamma = gamma;
        self
    }

    /// Sets how much each column counts: a factor of its squared difference, or of gamma. None is 1 each.
    #[must_use]
    pub fn feature_weights(mut self, weights: Vec<f64>) -> Self {
        self.feature_weights = weights;
        self
    }

    /// Sets which prototypes the search begins with; rows far from each other are the default.
    #[must_use]
    pub fn start(mut self, start: PrototypeStart) -> Self {
        self.start = start;
        self
    }

    /// Sets the most iterations; 100 is the default.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets how often a random start is tried, of which the lowest cost is kept; 10 is the default.
    #[must_use]
    pub fn restarts(mut self, restarts: usize) -> Self {
        self.restarts = restarts;
        self
    }

    /// Sets the seed of random starts; 0 is the default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Refuses parameters and numbers that cannot be.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, or squares of a column would not be numbers.
    fn check(&self, points: &Points<'_>) -> Result<()> {
        for (name, count) in [("k", self.k), ("iterations", self.iterations), ("restarts", self.restarts)] {
            if count == 0 {
                return Err(Error::parameter(name, "at least 1", count));
            }
        }
        let dimensions = points.dimensions();
        if dimensions > MOST {
            return Err(Error::parameter("columns", format!("at most {MOST}"), dimensions));
        }
        if !self.feature_weights.is_empty() && self.feature_weights.len() != dimensions {
            return Err(Error::length("feature_weights", self.feature_weights.len(), dimensions));
        }
        let scale = |name, value: f64| match (0.0..=1e9).contains(&value) {
            true => Ok(()),
            false => Err(Error::parameter(name, "from 0 to 1e9", value)),
        };
        self.feature_weights.iter().try_for_each(|weight| scale("feature_weights", *weight))?;
        if let Gamma::Given(gamma) = self.gamma
            && !(0.0..=LARGEST).contains(&gamma)
        {
            return Err(Error::parameter("gamma", "from 0 to 1e140", gamma));
        }
        for column in (0..dimensions).filter(|column| is_number(points, *column)) {
            let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
            for row in 0..points.len() {
                let value = points.row(row)[column];
                (low, high) = (low.min(value), high.max(value));
            }
            if low < -LARGEST || high > LARGEST {
                let found = if high > LARGEST { high } else { low };
                return Err(Error::parameter(
                    format!("column {column}"),
                    "at most 1e140 in size, to be squared",
                    found,
                ));
            }
            if high > low && high - low < 1.0 / LARGEST {
                let expected = "spread over at least 1e-140, to be squared";
                return Err(Error::parameter(format!("column {column}"), expected, high - low));
            }
        }
        Ok(())
    }

    /// What a category that differs costs.
    /// The given gamma, or half the mean standard deviation of the numbers, by weight; 1 where that is 0 or there are
    /// no numbers, so that categories count. O(n d).
    fn cost_of_category(&self, points: &Points<'_>, numbers: &[usize]) -> f64 {
        if let Gamma::Given(gamma) = self.gamma {
            return gamma;
        }
        let total = points.total_weight();
        let deviation = |column: &usize| {
            let mean = sum((0..points.len()).map(|row| points.weight(row) * points.row(row)[*column])) / total;
            let square = |row: usize| points.weight(row) * (points.row(row)[*column] - mean).powi(2);
            (sum((0..points.len()).map(square)) / total).sqrt()
        };
        let mean = sum(numbers.iter().map(deviation)) / numbers.len().max(1) as f64;
        if mean > 0.0 { 0.5 * mean } else { 1.0 }
    }

    /// The first prototypes and how many there are.
    /// # Errors
    /// If given prototypes are not k rows of numbers.
    fn begin<C: Code>(
        &self,
        rows: &Rows<'_, C>,
        columns: [&[usize]; 2],
        points: &Points<'_>,
        random: &mut Random,
    ) -> Result<(Prototypes<C>, usize)> {
        let [numbers, categories] = columns;
        match &self.start {
            PrototypeStart::PlusPlus => {
                let chosen = rows.plus_plus(self.k, random);
                Ok((rows.prototypes(&chosen), chosen.len()))
            }
            PrototypeStart::Random => {
                let counting: Vec<usize> = (0..rows.len).filter(|row| points.weight(*row) > 0.0).collect();
                let drawn = random.sample(counting.len(), self.k);
                let chosen: Vec<usize> = drawn.into_iter().map(|at| counting[at]).collect();
                Ok((rows.prototypes(&chosen), chosen.len()))
            }
            PrototypeStart::Given(given) => {
                if given.len() != self.k {
                    return Err(Error::length("given prototypes", given.len(), self.k));
                }
                let mut prototypes = Prototypes { means: Vec::new(), modes: Vec::new() };
                for row in given {
                    if row.len() != points.dimensions() {
                        return Err(Error::length("a given prototype", row.len(), points.dimensions()));
                    }
                    if let Some(bad) = row.iter().find(|value| value.is_nan() || value.abs() > LARGEST) {
                        return Err(Error::parameter("start", "numbers of at most 1e140 in size", bad));
                    }
                    prototypes.means.extend(numbers.iter().map(|column| row[*column]));
                    let code = |(column, lookup): (&usize, &Lookup)| C::new(lookup.code(row[*column]));
                    prototypes.modes.extend(categories.iter().zip(rows.lookups).map(code));
                }
                Ok((prototypes, self.k))
            }
        }
    }

    /// The search with codes of this width.
    /// # Errors
    /// If a start is not what it must be, the cost is too large for a number, or `progress` stops the work.
    fn search<C: Code>(
        &self,
        points: &Points<'_>,
        [numbers, categories]: [&[usize]; 2],
        lookups: &[Lookup],
        progress: &Progress<'_>,
    ) -> Result<Found<KPrototypesModel>> {
        let gamma = self.cost_of_category(points, numbers);
        let weight = |column: &usize| self.feature_weights.get(*column).copied().unwrap_or(1.0);
        let scales = Scales {
            numbers: numbers.iter().map(weight).collect(),
            categories: categories.iter().map(|column| gamma * weight(column)).collect(),
        };
        let rows = Rows {
            numbers: blocks(points, numbers),
            packed: Packed::<C>::new(points, categories, lookups),
            lookups,
            scales: &scales,
            weights: points.row_weights(),
            len: points.len(),
        };
        let restarts = if matches!(self.start, PrototypeStart::Given(_)) { 1 } else { self.restarts };
        let mut best: Option<Reached<C>> = None;
        for restart in 0..restarts {
            if restarts > 1 {
                progress.step("restarts", restart as u64, restarts as u64)?;
            }
            let mut random = Random::new(self.seed, restart as u64);
            let (prototypes, k) = self.begin(&rows, [numbers, categories], points, &mut random)?;
            let reached = rows.run(prototypes, k, self.iterations, progress)?;
            if best.as_ref().is_none_or(|best| reached.cost < best.cost) {
                best = Some(reached);
            }
        }
        let Some(best) = best else { return Err(Error::parameter("restarts", "at least 1", 0)) };
        if !best.cost.is_finite() {
            return Err(Error::unsupported("the sum of the distances is too large for a number; scale the numbers"));
        }
        let clusters = best.sizes.len();
        let mut prototypes = vec![0.0; clusters * points.dimensions()];
        for (cluster, out) in prototypes.chunks_mut(points.dimensions()).enumerate() {
            for (at, column) in numbers.iter().enumerate() {
                out[*column] = best.prototypes.means[cluster * numbers.len() + at];
            }
            for (at, column) in categories.iter().enumerate() {
                let code = best.prototypes.modes[cluster * categories.len() + at].number();
                out[*column] = lookups[at].value(code);
            }
        }
        let mut notes = Vec::new();
        if clusters < self.k {
            notes.push(format!("{clusters} of {} clusters: there are no more different rows", self.k));
        }
        if best.reseeded > 0 {
            notes.push(format!("{} times a cluster had nobody and was begun anew", best.reseeded));
        }
        let kinds = (0..points.dimensions()).map(|column| !is_number(points, column)).collect();
        let how = (best.cost, best.iterations, best.converged);
        let model = KPrototypesModel::new(kinds, (&scales, gamma), prototypes, best.sizes, how, notes);
        Ok(Found { model, labels: best.labels.into_iter().map(Some).collect() })
    }
}

/// Whether a column counts by its squared difference.
/// A rank is a number here: between the first and the third there is more than between the first and the second.
fn is_number(points: &Points<'_>, column: usize) -> bool {
    matches!(points.meaning(column), Meaning::Number | Meaning::Rank)
}

/// These columns of the rows in blocks, in each column after column; the last block is filled up.
/// O(n d), in parallel; each block is a copy of 512 rows, column after column.
fn blocks(points: &Points<'_>, columns: &[usize]) -> Vec<f64> {
    let size = BLOCK * columns.len();
    let mut out = vec![0.0; points.len().div_ceil(BLOCK) * size];
    parallel::fill(&mut out, size, |first, block| {
        let first = first / columns.len();
        for (column, out) in columns.iter().zip(block.chunks_mut(BLOCK)) {
            for (row, out) in (first..points.len()).zip(out) {
                *out = points.row(row)[*column];
            }
        }
    });
    out
}

impl ClusterMethod for KPrototypes {
    type Model = KPrototypesModel;

    const FORM: Form = Form::Meanings;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<KPrototypesModel>> {
        points.check(Self::FORM)?;
        self.check(points)?;
        let (numbers, categories): (Vec<usize>, Vec<usize>) =
            (0..points.dimensions()).partition(|column| is_number(points, *column));
        let lookups = parallel::map(categories.len(), |at| Lookup::new(points, categories[at]));
        let columns = [&numbers[..], &categories[..]];
        match lookups.iter().map(Lookup::codes).max().unwrap_or(0) {
            0..=256 => self.search::<u8>(points, columns, &lookups, progress),
            257..=65_536 => self.search::<u16>(points, columns, &lookups, progress),
            _ => self.search::<u32>(points, columns, &lookups, progress),
        }
    }
}
