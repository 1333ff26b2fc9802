//! Medoids of many rows, found in samples.

use crate::cluster::distance::{Distance, Distances, Measure};
use crate::cluster::method::{ClusterMethod, Found};
use crate::cluster::points::Points;
use crate::error::Result;
use crate::features::encoding::Form;
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::method::{at_least_one, default_iterations};
use super::model::{Body, ClaraModel, Counting};
use super::{KMedoids, MedoidStart, Swap};

/// Rows in a chunk of work.
const CHUNK: usize = 4096;

/// Finds k medoids in random samples, and keeps those that are best for all rows.
///
/// It fits hundreds of thousands of rows, where [`KMedoids`] cannot compare all with all. The result is as good as the
/// best of its samples: small clusters may be missed.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{Clara, ClusterMethod, ClusterModel, Distance};
///
/// // three groups on a line
/// let rows = Array2::from_shape_fn((3_000, 1), |(row, _)| (row % 3 * 100 + row % 7) as f64);
/// let found = Clara::new(3).distance(Distance::Euclidean).fit_matrix(rows.view())?;
/// assert_eq!(found.model.sizes(), [1_000.0; 3]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// They count in the loss and in the sizes. Samples are drawn without them, but never a row of weight 0.
///
/// # Cost
/// For m samples of s rows of d columns: O(m (s² d + n k d)); memory 4 s² bytes.
///
/// # Determinism
/// The same bytes on any number of threads; each sample has a random stream of its own.
///
/// # Missing values
/// As [`KMedoids`].
///
/// # References
/// L. Kaufman and P. J. Rousseeuw 1990, Finding groups in data, chapter 3, DOI 10.1002/9780470316801; E. Schubert and
/// P. J. Rousseeuw 2021, DOI 10.1016/j.is.2021.101804, from which the defaults are.
///
/// # Differs from
/// R's `clara` takes 5 samples of 40 + 2 k rows and PAM in each by default.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Clara {
    /// How many clusters.
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    distance: Distance,
    #[cfg_attr(feature = "serde", serde(default = "default_samples"))]
    samples: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    sample_size: Option<usize>,
    #[cfg_attr(feature = "serde", serde(default))]
    swap: Swap,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

/// FasterCLARA's, twice those of 1990: swaps are cheap.
fn default_samples() -> usize {
    10
}

impl Clara {
    /// So many clusters.
    pub fn new(k: usize) -> Self {
        Clara {
            k,
            distance: Distance::default(),
            samples: default_samples(),
            sample_size: None,
            swap: Swap::default(),
            iterations: default_iterations(),
            seed: 0,
        }
    }

    /// Sets the distance; Gower's is the default.
    #[must_use]
    pub fn distance(mut self, distance: Distance) -> Self {
        self.distance = distance;
        self
    }

    /// Sets how many samples are drawn; 10 is the default.
    #[must_use]
    pub fn samples(mut self, samples: usize) -> Self {
        self.samples = samples;
        self
    }

    /// Sets how many rows a sample has, beside the best medoids so far; 80 + 4 k is the default.
    #[must_use]
    pub fn sample_size(mut self, rows: usize) -> Self {
        self.sample_size = Some(rows);
        self
    }

    /// Sets which swaps are made in a sample; the first that helps is the default.
    #[must_use]
    pub fn swap(mut self, swap: Swap) -> Self {
        self.swap = swap;
        self
    }

    /// Sets the most passes over a sample; 1,000 is the default.
    #[must_use]
    pub fn iterations(mut self, iterations: usize) -> Self {
        self.iterations = iterations;
        self
    }

    /// Sets the seed of the samples; 0 is the default.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl ClusterMethod for Clara {
    type Model = ClaraModel;

    const FORM: Form = Form::MeaningsOrMissing;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<ClaraModel>> {
        points.check(Self::FORM)?;
        at_least_one("k", self.k)?;
        at_least_one("samples", self.samples)?;
        at_least_one("iterations", self.iterations)?;
        let size = self.sample_size.unwrap_or(80 + 4 * self.k);
        at_least_one("sample_size", size)?;
        Measure::accepts(&self.distance, points)?;
        let counting = Counting::new(points);
        let measure = Measure::new(&self.distance, &counting.points())?;
        let search = KMedoids::new(self.k).start(MedoidStart::Build).swap(self.swap).iterations(self.iterations);
        let mut best: Option<(f64, Vec<usize>, usize, bool)> = None;
        for sample in 0..self.samples {
            progress.step("samples", sample as u64, self.samples as u64)?;
            let mut random = Random::new(self.seed, sample as u64);
            let mut rows = random.sample(counting.rows.len(), size.max(self.k));
            rows.extend(best.iter().flat_map(|best| &best.1));
            rows.sort_unstable();
            rows.dedup();
            let few = counting.part(&rows);
            let distances = Distances::measured(&few.points(), &measure, |row| counting.rows[rows[row]])?;
            let solved = search.solve(&distances, few.weights.as_deref(), &Progress::none())?;
            let medoids: Vec<usize> = solved.medoids.iter().map(|row| rows[*row]).collect();
            let loss = loss(&counting.points(), &measure, &medoids);
            if best.as_ref().is_none_or(|best| loss < best.0) {
                best = Some((loss, medoids, solved.iterations, solved.converged));
            }
            if counting.rows.len() <= size {
                break; // the sample was all there is
            }
        }
        let (_, medoids, iterations, converged) = best.unwrap_or_default();
        let medoids = medoids.iter().map(|row| counting.rows[*row]).collect();
        let mut body = Body::new(points, measure, medoids, self.k, "no sample had more different rows");
        body.went(iterations, 0, converged);
        let labels = body.learn(points)?;
        Ok(Found { model: ClaraModel(body), labels })
    }
}

/// The sum of the distances of all rows to the nearest of these, chunk by chunk.
fn loss(points: &Points<'_>, measure: &Measure, medoids: &[usize]) -> f64 {
    let chunks = parallel::map_chunks(points.len(), CHUNK, |rows| {
        let nearest = |row: usize| {
            let to = medoids.iter().map(|medoid| measure.to_stranger(points.row(*medoid), points.row(row)));
            to.fold(f64::INFINITY, f64::min)
        };
        crate::math::sum::sum(rows.map(|row| points.weight(row) * nearest(row)))
    });
    crate::math::sum::sum(chunks)
}
