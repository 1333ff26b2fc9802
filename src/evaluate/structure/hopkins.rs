//! Hopkins' statistic: whether rows are nearer to each other than to places where anything might be.

use statrs::distribution::{Beta, ContinuousCDF};

use crate::cluster::Points;
use crate::error::{Error, Result};
use crate::evaluate::choose::Reference;
use crate::evaluate::choose::frame::Frame;
use crate::evaluate::choose::gap::Space;
use crate::math::interval;
use crate::math::random::Random;
use crate::math::sum::sum;
use crate::parallel;

/// Hopkins' test of uniform rows: from the distances of drawn places, and of drawn rows, to the nearest row.
///
/// With m places at distances u and m rows at distances w, the statistic is Σ uᵉ / (Σ uᵉ + Σ wᵉ), the exponent e being the
/// number of columns. Of rows spread evenly it follows the Beta distribution with both parameters m, about 0.5; rows in
/// clumps have more, rows on a grid less.
///
/// **It does not tell groups from one lump**: a single Gaussian is not spread evenly in its box either, and has 0.7 and more.
/// It says whether to look on, and never that there are groups; [`Structure`](super::Structure) therefore shows it and does
/// not count it.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::Hopkins;
///
/// let rows = Array2::from_shape_fn((60, 2), |(row, column)| {
///     let group = (row % 2) as f64 * 50.0;
///     group + ((row * 7 + column * 13 + row * column) % 30) as f64 / 10.0
/// });
/// let found = Hopkins::new().of(&Points::new(rows.view()))?;
/// assert!(found.statistic > found.uniform.1); // far from uniform
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// O(r m n d) for r repeats, in parallel over them.
///
/// # Determinism
/// Seeded; the same bytes on any number of threads.
///
/// # Missing values
/// Refused, and so are categories.
///
/// # References
/// B. Hopkins and J. G. Skellam 1954, A new method for determining the type of distribution of plant individuals,
/// DOI 10.1093/oxfordjournals.aob.a083391. R. G. Lawson and P. C. Jurs 1990, New index for clustering tendency and its
/// application to chemical problems, DOI 10.1021/ci00065a010.
///
/// # Differs from
/// R's `clustertend` gives one less the statistic and no exponent, R's `hopkins` has exponent d as here. Rows near
/// the edge of the box have fewer neighbours, which lifts the statistic a little; it is not corrected.
#[derive(Clone, Debug, PartialEq)]
pub struct Hopkins {
    sample: Option<usize>,
    repeats: usize,
    reference: Reference,
    exponent: Option<f64>,
    confidence: f64,
    seed: u64,
}

/// How clumped rows are.
///
/// Made by [`Hopkins::of`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Tendency {
    /// The mean of the repeats, from 0 to 1.
    pub statistic: f64,
    /// Where a single repeat lies in the middle share of cases if rows are spread evenly: quantiles of Beta(m, m).
    pub uniform: (f64, f64),
    /// Each repeat.
    pub repeats: Vec<f64>,
    /// How many places, and rows, each repeat draws.
    pub sample: usize,
    /// The exponent of distances.
    pub exponent: f64,
}

impl Default for Hopkins {
    fn default() -> Self {
        Hopkins::new()
    }
}

impl Hopkins {
    /// Ten repeats of a tenth of the rows, at most 100, in the box along the columns.
    pub fn new() -> Self {
        let reference = Reference::default();
        Hopkins { sample: None, repeats: 10, reference, exponent: None, confidence: 0.95, seed: 0 }
    }

    /// Sets how many rows and places a repeat draws; a tenth of the rows unless set, at least 1 and at most 100.
    #[must_use]
    pub fn sample(mut self, sample: usize) -> Self {
        self.sample = Some(sample);
        self
    }

    /// Sets how often it is repeated; 10 unless set.
    #[must_use]
    pub fn repeats(mut self, repeats: usize) -> Self {
        self.repeats = repeats;
        self
    }

    /// Sets the box in which places are drawn; along the columns unless set.
    #[must_use]
    pub fn reference(mut self, reference: Reference) -> Self {
        self.reference = reference;
        self
    }

    /// Sets the exponent of distances; the number of columns unless set, for which alone the Beta distribution holds.
    #[must_use]
    pub fn exponent(mut self, exponent: f64) -> Self {
        self.exponent = Some(exponent);
        self
    }

    /// Sets the share of cases in the interval; 0.95 unless set.
    #[must_use]
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets the seed; 0 unless set.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The statistic of these rows. Rows of weight 0 are not there; other weights play no part.
    ///
    /// # Errors
    /// If there are fewer than 2 rows, all are equal, they are not all known numbers, the sample is 0 or more than there are
    /// rows, or a setting is outside what it may be.
    pub fn of(&self, points: &Points<'_>) -> Result<Tendency> {
        let numbers = Inside::of(points)?;
        let count = numbers.len();
        if count < 2 {
            return Err(Error::unsupported("the Hopkins statistic is not defined for fewer than 2 rows"));
        }
        let sample = self.sample.unwrap_or((count / 10).clamp(1, 100));
        if !(1..=count).contains(&sample) {
            let expected = format!("from 1 to the number of rows, {count}");
            return Err(Error::parameter("sample", expected, sample));
        }
        if self.repeats == 0 {
            return Err(Error::parameter("repeats", "at least 1", 0));
        }
        let exponent = self.exponent.unwrap_or(points.dimensions() as f64);
        if !(exponent.is_finite() && exponent > 0.0) {
            return Err(Error::parameter("exponent", "a finite number above 0", exponent));
        }
        interval::confident(self.confidence)?;
        let inside = numbers.points()?;
        let frame = Frame::of(&inside)?;
        let space = Space::of(&inside, &frame, self.reference);
        let repeats = parallel::map(self.repeats, |repeat| {
            let mut random = Random::new(self.seed, (5 << 32) + repeat as u64);
            let rows = random.sample(count, sample);
            let places = space.draw(&frame, sample, &mut random).data;
            let width = points.dimensions();
            let u: Vec<f64> = places.chunks(width).map(|place| numbers.nearest(place, None)).collect();
            let w: Vec<f64> = rows.iter().map(|row| numbers.nearest(inside.row(*row), Some(*row))).collect();
            share(&u, &w, exponent)
        });
        let repeats: Option<Vec<f64>> = repeats.into_iter().collect();
        let repeats = repeats
            .ok_or_else(|| Error::unsupported("the Hopkins statistic is not defined for rows that are all equal"))?;
        let statistic = sum(repeats.iter().copied()) / repeats.len() as f64;
        Ok(Tendency { statistic, uniform: even(sample, self.confidence)?, repeats, sample, exponent })
    }
}

/// Σ uᵉ / (Σ uᵉ + Σ wᵉ), of distances over the largest so that no power overflows; `None` if all are 0.
fn share(u: &[f64], w: &[f64], exponent: f64) -> Option<f64> {
    let most = u.iter().chain(w).copied().fold(0.0, f64::max);
    let powers = |all: &[f64]| sum(all.iter().map(|far| (far / most).powf(exponent)));
    (most > 0.0).then(|| {
        let places = powers(u);
        places / (places + powers(w))
    })
}

/// The middle share of Beta(m, m).
fn even(sample: usize, confidence: f64) -> Result<(f64, f64)> {
    let size = sample as f64;
    let beta = Beta::new(size, size).map_err(|_| Error::parameter("sample", "at least 1", sample))?;
    let high = beta.inverse_cdf(0.5 + confidence / 2.0);
    Ok((1.0 - high, high)) // the same on both sides of a half
}

/// Rows of a size at which nothing overflows or vanishes, without those of weight 0.
pub(super) struct Inside {
    data: Vec<f64>,
    width: usize,
}

impl Inside {
    /// The rows that count, moved and shrunk. O(n d).
    ///
    /// # Errors
    /// If they are not all known numbers.
    pub(super) fn of(points: &Points<'_>) -> Result<Self> {
        let width = points.dimensions();
        points.check(crate::features::encoding::Form::MeaningsOrMissing)?;
        let frame = Frame::of(points).map_err(|error| Error::unsupported(format!("structure {error}")))?;
        let mut data = Vec::with_capacity(points.len() * width);
        let mut entered = vec![0.0; width];
        for row in (0..points.len()).filter(|row| points.weight(*row) > 0.0) {
            frame.enter(points.row(row), &mut entered);
            data.extend_from_slice(&entered);
        }
        Ok(Inside { data, width })
    }

    /// How many rows.
    pub(super) fn len(&self) -> usize {
        self.data.len() / self.width
    }

    /// A row.
    pub(super) fn row(&self, at: usize) -> &[f64] {
        &self.data[at * self.width..(at + 1) * self.width]
    }

    /// The rows to be clustered.
    ///
    /// # Errors
    /// Never: the rows are as long as they are wide.
    pub(super) fn points(&self) -> Result<Points<'_>> {
        let matrix = ndarray::ArrayView2::from_shape((self.len(), self.width), &self.data);
        matrix.map(Points::new).map_err(|_| Error::length("numbers", self.data.len(), self.len() * self.width))
    }

    /// These of the rows.
    pub(super) fn some(&self, rows: &[usize]) -> Inside {
        Inside { data: rows.iter().flat_map(|row| self.row(*row)).copied().collect(), width: self.width }
    }

    /// How far it is to the nearest row, but for one.
    fn nearest(&self, from: &[f64], but: Option<usize>) -> f64 {
        let mut least = f64::INFINITY;
        for (at, row) in self.data.chunks(self.width).enumerate() {
            let far = apart(from, row);
            if far < least && but != Some(at) {
                least = far;
            }
        }
        least.sqrt()
    }
}

/// The squared distance of two rows.
pub(super) fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum()
}

#[cfg(test)]
mod tests {
    use super::{even, share};

    #[test]
    fn the_share_is_its_formula_and_ends_of_beta_are_those_of_r() {
        assert_eq!(share(&[3.0, 1.0], &[1.0, 2.0], 2.0), Some(10.0 / 15.0));
        assert_eq!(share(&[0.0], &[0.0], 2.0), None);
        assert_eq!(share(&[1e-3], &[0.0], 300.0), Some(1.0));
        // R: qbeta(0.975, m, m)
        for (m, expected) in [(1, 0.975), (2, 0.905_700_675_949_754), (10, 0.711_356_752_083), (100, 0.569_049_069_058)]
        {
            let (low, high) = even(m, 0.95).unwrap_or_default();
            assert!((high - expected).abs() < 1e-6 && (low + high - 1.0).abs() < 1e-12, "{m}: {high}");
        }
    }
}
