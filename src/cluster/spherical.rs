//! Spherical k-means: clusters of directions, by the cosine.

use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::parallel;
use crate::progress::Progress;

use super::family::descent::{self, Plan};
use super::family::measure::{Measure, Rows, nearest};
use super::family::{CentroidModel, Family, door};
#[cfg(feature = "serde")]
use super::family::{ten, three_hundred};
use super::k_means::Start;
use super::method::{ClusterMethod, Found, Placed};
use super::points::Points;

/// Half the square of a chord below which two directions are one: the rounding of making rows one long.
const SAME: f64 = 1e-30;

/// Clusters of rows that point the same way, however long they are: the cosine to the center is made large.
///
/// Take it for counts of what somebody bought, read or answered, where the mix counts and not the amount. The objective
/// is `cosine_distance`: the sum over rows, by weight, of 1 − cos(row, center); distances are 1 − cos too, from 0 to 2.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, Spherical};
///
/// let baskets = array![[9.0, 1.0], [90.0, 8.0], [1.0, 0.1], [1.0, 7.0], [2.0, 15.0]];
/// let found = Spherical::new(2).fit_matrix(baskets.view())?;
/// assert_eq!(found.labels, [0, 0, 0, 1, 1].map(Some));
/// let stranger = found.model.place(&[300.0, 40.0]);
/// assert_eq!(stranger.cluster, Some(0));
/// assert!(stranger.distance < 0.001);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Centers have length 1: the sum of the rows of a cluster, each made one long, made one long. Where that sum is
/// nothing because rows point opposite ways, all directions are as good and the first row's is taken. A cluster that
/// loses its rows gets the row that is farthest from its center. A stranger of zeros only points nowhere and belongs to
/// no cluster.
///
/// # Defaults
/// 10 restarts, 300 iterations, seed 0.
///
/// # Errors
/// If a row is zeros only, which is told with its number; if `k`, `restarts` or `iterations` is 0, the start is
/// `parallel`, has another shape or a row of zeros, or [`Points::check`] refuses the rows.
///
/// # Cost
/// O(n k d) an iteration; a copy of the rows and 24 bytes a row.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// I. S. Dhillon and D. S. Modha 2001, Concept decompositions for large sparse text data using clustering, Machine
/// Learning 42, 143–175, DOI 10.1023/A:1007612920971. The start is k-means++ by the same cost, greedy.
///
/// # Differs from
/// k-means on rows made one long, as one does with scikit-learn, keeps centers shorter than 1 and so prefers tight
/// clusters. R's `skmeans` has the same objective and other ways to make it small.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct Spherical {
    k: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    start: Start,
    #[cfg_attr(feature = "serde", serde(default = "ten"))]
    restarts: usize,
    #[cfg_attr(feature = "serde", serde(default = "three_hundred"))]
    iterations: usize,
    #[cfg_attr(feature = "serde", serde(default))]
    seed: u64,
}

impl Spherical {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        Spherical { k, start: Start::PlusPlus, restarts: 10, iterations: 300, seed: 0 }
    }

    /// Where the directions are at first: greedy k-means++ unless set. Given directions are tried once.
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

    fn plan<'a>(&self, start: &'a Start) -> Plan<'a> {
        let Spherical { k, restarts, iterations, seed, .. } = *self;
        Plan { k, start, restarts, iterations, seed }
    }
}

/// What spherical k-means learnt.
pub type SphericalModel = CentroidModel<Spherical>;

impl ClusterMethod for Spherical {
    type Model = SphericalModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<SphericalModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        let data = directions(points)?;
        door::weights(points)?;
        let rows = Rows { data: &data, dimensions: points.dimensions(), weights: points.row_weights() };
        let start = match &self.start {
            Start::Given(rows) => Start::Given(given(rows)?),
            other => other.clone(),
        };
        let (centers, labels) = descent::best::<Cosine>(&rows, &self.plan(&start), progress)?;
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: labels.into_iter().map(Some).collect() })
    }
}

impl Family for Spherical {
    const KIND: &'static str = "spherical";
    const OBJECTIVE: &'static str = "cosine_distance";

    fn check_parameters(&self) -> Result<()> {
        self.plan(&self.start).check()
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        let Some(length) = Length::of(row) else { return Placed { cluster: None, distance: 1.0, second: None } };
        let half_chord = |center: &[f64]| cost(row.iter().map(|x| length.divides(*x)), center);
        let (cluster, distance, second) = nearest(centers, row.len(), half_chord);
        Placed { cluster: Some(cluster), distance, second }
    }
}

/// Half the square of the chord between directions, which is 1 − cos without the loss of digits between near ones.
struct Cosine;

impl Measure for Cosine {
    fn cost(row: &[f64], center: &[f64]) -> f64 {
        cost(row.iter().copied(), center)
    }

    fn center(rows: &Rows<'_>, members: &[u32], center: &mut [f64]) {
        center.fill(0.0);
        for row in members.iter().map(|row| *row as usize) {
            let weight = rows.weight(row);
            for (sum, x) in center.iter_mut().zip(rows.row(row)) {
                *sum += weight * x;
            }
        }
        let total: f64 = members.iter().map(|row| rows.weight(*row as usize)).sum();
        match Length::of(center) {
            // what rounding leaves of opposite rows is no direction
            Some(length) if center.iter().any(|x| x.abs() > 1e-14 * total) => {
                center.iter_mut().for_each(|x| *x = length.divides(*x));
            }
            _ => members.iter().take(1).for_each(|row| center.copy_from_slice(rows.row(*row as usize))),
        }
    }
}

/// Half the square of the chord; 0 for what differs by rounding only.
fn cost(row: impl Iterator<Item = f64>, center: &[f64]) -> f64 {
    let chord: f64 = row.zip(center).map(|(x, c)| (x - c) * (x - c)).sum();
    if chord < 2.0 * SAME { 0.0 } else { 0.5 * chord }
}

/// The length of a row, in two factors so that neither a huge nor a tiny row loses it.
#[derive(Clone, Copy)]
struct Length {
    largest: f64,
    rest: f64,
}

impl Length {
    /// The length of a row that is not zeros only.
    fn of(row: &[f64]) -> Option<Length> {
        let largest = row.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let rest = row.iter().map(|x| (x / largest) * (x / largest)).sum::<f64>().sqrt();
        (largest > 0.0).then_some(Length { largest, rest })
    }

    /// A number of the row, for a row one long.
    fn divides(self, x: f64) -> f64 {
        x / self.largest / self.rest
    }
}

/// All rows made one long.
///
/// # Errors
/// If one is zeros only: the first.
fn directions(points: &Points<'_>) -> Result<Vec<f64>> {
    let mut data = points.data().to_vec();
    let width = points.dimensions();
    parallel::fill(&mut data, 4096 * width, |_, rows| {
        for row in rows.chunks_exact_mut(width) {
            if let Some(length) = Length::of(row) {
                row.iter_mut().for_each(|x| *x = length.divides(*x));
            }
        }
    });
    match data.chunks_exact(width).position(|row| row.iter().all(|x| *x == 0.0)) {
        Some(row) => Err(Error::definition("all numbers are 0, which is no direction").at_row(row)),
        None => Ok(data),
    }
}

/// Given centers made one long.
///
/// # Errors
/// If one is zeros only.
fn given(start: &[Vec<f64>]) -> Result<Vec<Vec<f64>>> {
    let unit = |(at, row): (usize, &Vec<f64>)| {
        let zeros = || Error::parameter("start", "rows that are not zeros only", format!("zeros in row {at}"));
        let length = Length::of(row).ok_or_else(zeros)?;
        Ok(row.iter().map(|x| length.divides(*x)).collect())
    };
    start.iter().enumerate().map(unit).collect()
}
