//! k-medians: clusters around medians, by sums of absolute differences.

use crate::error::Result;
use crate::features::encoding::Form;
use crate::parallel;
use crate::progress::Progress;

use super::family::descent::{self, Plan};
use super::family::measure::{self, Measure, Rows};
use super::family::{CentroidModel, Family, door};
#[cfg(feature = "serde")]
use super::family::{ten, three_hundred};
use super::k_means::Start;
use super::method::{ClusterMethod, Found, Placed};
use super::points::Points;

/// Clusters whose centers are medians: the sum of absolute differences is made small.
///
/// One customer who spends a thousand times what others do moves a mean, not a median. Take it where columns have long
/// tails that are to stay as they are; where they are made even first (logarithm, ranks), k-means is as good and
/// faster. The objective is `manhattan`: the sum over rows and columns of the difference from the center, by weight.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::{ClusterMethod, ClusterModel, KMedians};
///
/// let rows = array![[1.0, 1.0], [2.0, 1.0], [3.0, 1.0], [40.0, 9.0], [41.0, 8.0], [60.0, 9.0]];
/// let found = KMedians::new(2).seed(7).fit_matrix(rows.view())?;
/// assert_eq!(found.labels, [0, 0, 0, 1, 1, 1].map(Some));
/// assert_eq!(found.model.representative(0), [2.0, 1.0]);
/// assert_eq!(found.model.representative(1), [41.0, 9.0]);
/// assert_eq!(found.model.place(&[4.0, 1.0]).distance, 2.0);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// Each column of a center is the median of its rows, halfway between the two middle ones where they are even in
/// number; with weights, where half of the weight is reached. Rows go to the nearest center, the lowest of equals. A
/// cluster that loses its rows gets the row that is farthest from its center.
///
/// # Defaults
/// 10 restarts, 300 iterations, seed 0.
///
/// # Errors
/// If `k`, `restarts` or `iterations` is 0, the start is `parallel` or has another shape, a number is beyond ±1e100, or
/// [`Points::check`] refuses the rows.
///
/// # Cost
/// O(n k d) for labels and O(n d) (O(n d log n) with weights) for medians, an iteration; 24 bytes a row beside the rows.
///
/// # Determinism
/// The same rows, recipe and seed give the same bytes on any number of threads.
///
/// # Missing values
/// Refused: fill them first.
///
/// # References
/// P. S. Bradley, O. L. Mangasarian and W. N. Street 1997, Clustering via concave minimization, Advances in Neural
/// Information Processing Systems 9, 368–374. The start is k-means++ by absolute differences, greedy.
///
/// # Differs from
/// R's `flexclust::kcca` with `kccaFamily("kmedians")` starts from rows drawn evenly and stops where this stops.
/// scikit-learn has none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(deny_unknown_fields))]
pub struct KMedians {
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

impl KMedians {
    /// That many clusters, with the defaults.
    pub fn new(k: usize) -> Self {
        KMedians { k, start: Start::PlusPlus, restarts: 10, iterations: 300, seed: 0 }
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
        let KMedians { k, restarts, iterations, seed, .. } = *self;
        Plan { k, start: &self.start, restarts, iterations, seed }
    }
}

/// What k-medians learnt.
pub type KMediansModel = CentroidModel<KMedians>;

impl ClusterMethod for KMedians {
    type Model = KMediansModel;
    const FORM: Form = Form::Numbers;

    fn find(&self, points: &Points<'_>, progress: &Progress<'_>) -> Result<Found<KMediansModel>> {
        self.check_parameters()?;
        points.check(Self::FORM)?;
        let rows = door::squares(points)?;
        let (centers, labels) = descent::best::<Manhattan>(&rows, &self.plan(), progress)?;
        Ok(Found { model: CentroidModel::new(self.clone(), centers), labels: labels.into_iter().map(Some).collect() })
    }
}

impl Family for KMedians {
    const KIND: &'static str = "k_medians";
    const OBJECTIVE: &'static str = "manhattan_distance";

    fn check_parameters(&self) -> Result<()> {
        self.plan().check()
    }

    fn place(&self, row: &[f64], centers: &[f64]) -> Placed {
        measure::place::<Manhattan>(row, centers)
    }
}

/// Sums of absolute differences; the center is the median of each column.
struct Manhattan;

impl Measure for Manhattan {
    fn cost(row: &[f64], center: &[f64]) -> f64 {
        row.iter().zip(center).map(|(x, c)| (x - c).abs()).sum()
    }

    fn center(rows: &Rows<'_>, members: &[u32], center: &mut [f64]) {
        let medians = parallel::map(rows.dimensions, |column| match rows.weights {
            None => {
                let mut values: Vec<f64> = members.iter().map(|row| rows.row(*row as usize)[column]).collect();
                median(&mut values)
            }
            Some(weights) => {
                let value = |row: &u32| (rows.row(*row as usize)[column], weights[*row as usize]);
                let mut values: Vec<(f64, f64)> = members.iter().map(value).collect();
                weighted_median(&mut values)
            }
        });
        center.copy_from_slice(&medians);
    }
}

/// The middle value, or halfway between the two middle ones; there is at least one.
fn median(values: &mut [f64]) -> f64 {
    let middle = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, high, _) = values.select_nth_unstable_by(middle, f64::total_cmp);
    let high = *high;
    match below.iter().copied().max_by(f64::total_cmp) {
        Some(low) if even => low / 2.0 + high / 2.0,
        _ => high,
    }
}

/// The value at which half of the weight is reached, or halfway to the next if it is reached exactly.
fn weighted_median(values: &mut [(f64, f64)]) -> f64 {
    values.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut reached = 0.0;
    for (at, (value, weight)) in values.iter().enumerate() {
        reached += weight;
        if reached >= half {
            let next = values.get(at + 1).filter(|_| reached == half).map_or(*value, |(next, _)| *next);
            return value / 2.0 + next / 2.0;
        }
    }
    values.last().map_or(0.0, |(value, _)| *value)
}

#[cfg(test)]
mod tests {
    use super::{median, weighted_median};

    #[test]
    fn a_weighted_median_is_the_median_of_rows_written_out() {
        let mut random = crate::math::random::Random::new(3, 0);
        for _ in 0..200 {
            let rows: Vec<(f64, f64)> =
                (0..1 + random.below(9)).map(|_| (random.below(8) as f64, 1.0 + random.below(3) as f64)).collect();
            let mut written: Vec<f64> = rows.iter().flat_map(|(x, w)| vec![*x; *w as usize]).collect();
            let mut sorted = written.clone();
            sorted.sort_by(f64::total_cmp);
            let plain = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
            assert_eq!(median(&mut written), plain);
            assert_eq!(weighted_median(&mut rows.clone()), plain, "{rows:?}");
        }
    }
}
