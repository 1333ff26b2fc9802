//! The recipe of k-modes.

use ndarray::ArrayView2;

use crate::cluster::method::{ClusterMethod, Found};
use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::{Form, Meaning};
use crate::math::random::Random;
use crate::parallel;
use crate::progress::Progress;

use super::codes::{Code, Lookup, Packed};
use super::run::{Reached, Rows};
use super::{KModesModel, MissingAs, ModeStart, start};

/// The most columns and the most clusters.
const MOST: usize = 65_000;

/// Finds k modes, so that the number of categories in which rows differ from the nearest mode is small.
///
/// It fits answers to questions, kinds, plans, regions: columns of categories, ranks and flags. The mode of a cluster
/// is the most frequent category of each column. It does not fit numbers;
/// [`KPrototypes`](crate::cluster::KPrototypes) takes both.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, KModes};
///
/// // codes of three questions
/// let rows = array![[0.0, 1.0, 2.0], [0.0, 1.0, 2.0], [0.0, 1.0, 0.0], [3.0, 0.0, 1.0], [3.0, 0.0, 1.0]];
/// let found = KModes::new(2).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [Some(0), Some(0), Some(0), Some(1), Some(1)]);
/// assert_eq!(found.model.representative(0), [0.0, 1.0, 2.0]);
/// assert_eq!(found.model.objective(), Some(("cost", 1.0)));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// A weight of 2 is the row twice; a weight of 0 learns nothing and gets a label.
///
/// # Cost
/// O(n k d) for each iteration, 16 or 32 rows with one instruction; n d bytes while no column has more than 254
/// categories. Counts take 8 k bytes for each category of each column.
///
/// # Determinism
/// The same bytes on any number of threads. Of modes at the same distance that of the larger cluster is nearer, of
/// categories that are as frequent the lower is the mode.
///
/// # Missing values
/// A category of their own, or nothing: [`MissingAs`].
///
/// # References
/// Z. Huang 1998, Extensions to the k-means algorithm for clustering large data sets with categorical values, DOI
/// 10.1023/A:1009769707641; F. Cao, J. Liang and L. Bai 2009, A new initialization method for categorical data
/// clustering, DOI 10.1016/j.eswa.2009.01.060.
///
/// # Differs from
/// Huang and the Python package kmodes change modes after each row that moves; here they change when all rows have
/// been placed, so that rows can be placed at once. From the same start the two may end in different, equally local,
/// optima. kmodes refuses missing values.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct KModes {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    start: ModeStart,
    #[cfg_attr(feature = "serde", serde(default))]
    missing: MissingAs,
    #[cfg_attr(feature = "serde", serde(default = "default_iterations"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default = "default_restarts"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

fn default_iterations() -> usize {
    100
}

fn default_restarts() -> usize {
    10
}

impl KModes {
    /// So many clusters.
    pub fn new(k: usize) -> Self {
        KModes {
            k,
            start: ModeStart::default(),
            missing: MissingAs::default(),
            iterations: default_iterations(),
            restarts: default_restarts(),
            seed: 0,
        }
    }

    /// Sets which modes the search begins with; Cao's, where nothing is random, is the default.
    #[must_use]
    pub fn start(mut self, start: ModeStart) -> Self {
        self.start = start;
        self
    }

    /// Sets what a missing category says; a category of its own is the default.
    #[must_use]
    pub fn missing(mut self, missing: MissingAs) -> Self {
        self.missing = missing;
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

    /// # Errors
    /// If a parameter is outside what it may be, or a column is of numbers.
    fn check(&self, points: &Points<'_>) -> Result<()> {
        for (name, count) in [("k", self.k), ("iterations", self.iterations), ("restarts", self.restarts)] {
            if count == 0 {
                return Err(Error::parameter(name, "at least 1", count));
            }
        }
        for (name, count) in [("k", self.k), ("columns", points.dimensions())] {
            if count > MOST {
                return Err(Error::parameter(name, format!("at most {MOST}"), count));
            }
        }
        let number = (0..points.dimensions()).find(|column| points.meaning(*column) == Meaning::Number);
        match number {
            None => Ok(()),
            Some(column) => {
                let expected = "categories, ranks or flags; make bands of the numbers, or take `k_prototypes`";
                Err(Error::parameter(format!("column {column}"), expected, "numbers"))
            }
        }
    }

    /// The search with codes of this width.
    fn search<C: Code>(
        &self,
        points: &Points<'_>,
        lookups: &[Lookup],
        progress: &Progress<'_>,
    ) -> Result<Found<KModesModel>> {
        let columns: Vec<usize> = (0..points.dimensions()).collect();
        let nothing = self.missing == MissingAs::Nothing;
        let rows = Rows {
            packed: Packed::<C>::new(points, &columns, lookups),
            lookups,
            missing: nothing.then(|| lookups.iter().map(|lookup| C::new(lookup.missing())).collect()),
            weights: points.row_weights(),
            len: points.len(),
        };
        let restarts = if self.start.is_random() { self.restarts } else { 1 };
        let mut best: Option<Reached<C>> = None;
        for restart in 0..restarts {
            if restarts > 1 {
                progress.step("restarts", restart as u64, restarts as u64)?;
            }
            let mut random = Random::new(self.seed, restart as u64);
            let modes = start::modes(&self.start, &rows, self.k, &mut random)?;
            let reached = rows.run(modes, self.iterations, progress)?;
            if best.as_ref().is_none_or(|best| reached.cost < best.cost) {
                best = Some(reached);
            }
        }
        let Some(best) = best else { return Err(Error::parameter("restarts", "at least 1", 0)) };
        let value = |(at, code): (usize, &C)| lookups[at % columns.len()].value(code.number());
        let modes: Vec<f64> = best.modes.iter().enumerate().map(value).collect();
        let mut notes = Vec::new();
        if best.sizes.len() < self.k {
            notes.push(format!("{} of {} clusters: there are no more different rows", best.sizes.len(), self.k));
        }
        if best.reseeded > 0 {
            notes.push(format!("{} times a cluster had nobody and was begun anew", best.reseeded));
        }
        let how = (best.cost, best.iterations, best.converged);
        let model = KModesModel::new(self.missing, modes, best.sizes, how, notes);
        Ok(Found { model, labels: best.labels.iter().map(|label| Some(u32::from(*label))).collect() })
    }
}

impl ClusterMethod for KModes {
    type Model = KModesModel;

    const FORM: Form = Form::MeaningsOrMissing;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<KModesModel>> {
        points.check(Self::FORM)?;
        self.check(points)?;
        let lookups = parallel::map(points.dimensions(), |column| Lookup::new(points, column));
        match lookups.iter().map(Lookup::codes).max() {
            Some(0..=256) => self.search::<u8>(points, &lookups, progress),
            Some(0..=65_536) => self.search::<u16>(points, &lookups, progress),
            _ => self.search::<u32>(points, &lookups, progress),
        }
    }

    /// Finds clusters in a matrix of codes: all columns are categories.
    fn fit_matrix(&self, rows: ArrayView2<'_, f64>) -> Result<Found<KModesModel>> {
        let meanings = vec![Meaning::Category; rows.ncols()];
        self.find(&Points::new(rows).meanings(&meanings), &Progress::none())
    }
}
