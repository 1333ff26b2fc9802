//! Which segments are well apart and which run into each other.

mod pair;
mod print;
mod shadow;

use crate::cluster::Distance;
use crate::error::{Error, Result};
use crate::parallel;

use super::division::Division;

pub use pair::PairSeparation;
pub use shadow::Shadow;

/// Pairs whose overlap is above this are ambiguous: two normal segments then lie less than two standard deviations apart
/// (2 Φ(−1) = 0.317), where their sum has one peak only. Ours, after the rule for equal parts.
const AMBIGUOUS: f64 = 0.317;

/// How far each pair of segments is apart, and how many rows stand between them.
///
/// | figure | is | read |
/// | --- | --- | --- |
/// | `distance` | of the two means, by the pooled spread within all segments (Mahalanobis) | below 2 the two have one peak |
/// | `overlap` | share of the rows that lie nearer the other mean, on the line on which the two are best told apart | 0 apart, 1 one |
/// | `similarity` | mean shadow of the rows between the two (s_ij) | the width of a line in a neighbourhood graph |
/// | shadow of a segment | mean shadow of its rows | near 0 compact, near 1 nothing but border |
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, Separation};
///
/// let rows = array![[0.0], [2.0], [10.0], [12.0], [11.0], [13.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1, 2, 2])?);
/// let separation = Separation::of(&Division::new(&points, &groups)?)?;
/// assert_eq!(separation.pairs.len(), 3);
/// let ambiguous: Vec<(usize, usize)> = separation.ambiguous().map(|pair| (pair.first, pair.second)).collect();
/// assert_eq!(ambiguous, [(1, 2)]);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Definitions
/// The spread within is the pooled covariance, with n − k as divisor. The line is that of Fisher's discriminant of the
/// pair; a row lies nearer the other mean if it is beyond the middle of both. `overlap` is the sum of both segments'
/// shares beyond it, 1 at most: of two normal segments of the same spread at the distance D it is 2 Φ(−D / 2), their
/// overlapping coefficient. The shadow of a row is 2 d₁ / (d₁ + d₂), d₁ and d₂ being the distances from the nearest and
/// the second nearest mean of all: 0 on a mean, 1 in the middle. s_ij is the sum of the shadows of segment i's rows for
/// which j is the nearest other mean, divided by the size of i.
///
/// Directions in which no segment has any spread are left out of `distance` and `overlap`; where two means differ in such
/// a direction they are told apart without error: `distance` is then not defined, and `overlap` is 0.
///
/// # Cost
/// O(n (d² + k d) + k² d² + n k) time, O(n k + d²) memory; in parallel over chunks of rows.
///
/// # Determinism
/// The same bytes on any number of threads.
///
/// # Differs from
/// R's flexclust in that rows count for the segment they are in, also where another mean is nearer; how many these are
/// is told. For k-means' own groups there are none and the figures are the same.
///
/// # References
/// F. Leisch 2010, Neighborhood graphs, stripes and shadow plots for cluster visualization, Statistics and Computing 20,
/// 457–469. H. F. Inman and E. L. Bradley 1989, The overlapping coefficient as a measure of agreement between probability
/// distributions, DOI 10.1080/03610928908830127.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Separation {
    /// Each pair: the first with the second, the first with the third …
    pub pairs: Vec<PairSeparation>,
    /// The shadow of each segment.
    pub shadows: Vec<Shadow>,
    /// s_ij: how much of segment i (the row) lies towards segment j (the column); 0 on the diagonal. Not symmetric.
    pub similarity: Vec<Vec<f64>>,
}

impl Separation {
    /// The separation of all pairs of segments.
    ///
    /// # Errors
    /// If there are fewer than two groups, a group has no row that counts, the distance is not Euclidean or a column is no
    /// number, for means are needed.
    pub fn of(division: &Division<'_>) -> Result<Self> {
        division.at_least("separation", 2)?;
        if !matches!(division.distance(), Distance::Euclidean) {
            return Err(Error::unsupported("the separation is not defined for distances other than Euclidean"));
        }
        let sorted = division.sorted();
        let (dimensions, groups) = (division.points().dimensions(), sorted.starts.len() - 1);
        if let Some(group) = (0..groups).find(|group| sorted.starts[*group] == sorted.starts[group + 1]) {
            return Err(Error::unsupported(format!("the separation is not defined where group {group} has no weight")));
        }
        let rows = Rows::of(&sorted.data, sorted.weights.as_deref(), &sorted.starts, dimensions);
        let (shadows, similarity) = shadow::of(&rows);
        let whitened = pair::Whitened::of(&rows);
        let pairs: Vec<(usize, usize)> = (0..groups).flat_map(|a| (a + 1..groups).map(move |b| (a, b))).collect();
        let pairs = parallel::map_items(pairs, |(first, second)| PairSeparation {
            similarity: (similarity[first][second] + similarity[second][first]) / 2.0,
            ..whitened.pair(first, second)
        });
        Ok(Separation { pairs, shadows, similarity })
    }

    /// The pairs that run into each other, the most first: overlap above 0.317, that of two normal segments two standard
    /// deviations apart.
    pub fn ambiguous(&self) -> impl Iterator<Item = &PairSeparation> {
        let mut found: Vec<&PairSeparation> = self.pairs.iter().filter(|pair| pair.overlap > AMBIGUOUS).collect();
        found.sort_by(|a, b| b.overlap.total_cmp(&a.overlap));
        found.into_iter()
    }

    /// The segment that runs most into that one, by s_ij; `None` if no row of it lies towards another.
    pub fn neighbour(&self, segment: usize) -> Option<usize> {
        let row = self.similarity.get(segment)?;
        let most = (0..row.len()).reduce(|most, next| if row[next] > row[most] { next } else { most })?;
        (row[most] > 0.0).then_some(most)
    }
}

/// The rows group by group on a scale of their own, and the mean of each group.
struct Rows {
    data: Vec<f64>,
    weights: Option<Vec<f64>>,
    starts: Vec<usize>,
    dimensions: usize,
    means: Vec<f64>,
    sizes: Vec<f64>,
    /// How many rows a weight of 1 stands for here.
    unit: f64,
}

impl Rows {
    /// All numbers are divided by one power of two, so that squares of 1e300 are no infinities: no figure here depends on
    /// the scale.
    fn of(data: &[f64], weights: Option<&[f64]>, starts: &[usize], dimensions: usize) -> Self {
        let greatest = data.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let scale = if greatest > 0.0 { greatest.log2().floor().clamp(-1000.0, 1020.0).exp2() } else { 1.0 };
        let data: Vec<f64> = data.iter().map(|x| x / scale).collect();
        let most = weights.map_or(1.0, |w| w.iter().copied().fold(0.0, f64::max));
        let weights = weights.map(|w| w.iter().map(|weight| weight / most).collect::<Vec<f64>>());
        let mut rows = Rows {
            data,
            weights,
            starts: starts.to_vec(),
            dimensions,
            means: Vec::new(),
            sizes: Vec::new(),
            unit: most,
        };
        let sums = parallel::map(starts.len() - 1, |group| {
            let size = crate::math::sum::sum(rows.span(group).map(|at| rows.weight(at)));
            let mean = |column: usize| {
                let total = rows.span(group).map(|at| rows.weight(at) * rows.row(at)[column]);
                crate::math::sum::sum(total) / size
            };
            ((0..dimensions).map(mean).collect::<Vec<f64>>(), size)
        });
        for (mean, size) in sums {
            rows.means.extend(mean);
            rows.sizes.push(size);
        }
        rows
    }

    /// How many groups.
    fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// Where a group's rows are.
    fn span(&self, group: usize) -> std::ops::Range<usize> {
        self.starts[group]..self.starts[group + 1]
    }

    /// The numbers of a row.
    fn row(&self, at: usize) -> &[f64] {
        &self.data[at * self.dimensions..(at + 1) * self.dimensions]
    }

    /// The mean of a group.
    fn mean(&self, group: usize) -> &[f64] {
        &self.means[group * self.dimensions..(group + 1) * self.dimensions]
    }

    /// How much a row counts.
    fn weight(&self, at: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[at])
    }
}
