//! Models as they might have been learnt: drawn from the errors of the parameters, or by refitting.

use nalgebra::{DMatrix, SymmetricEigen};

use crate::error::{Error, Result};
use crate::math::interval;
use crate::math::random::Random;
use crate::parallel;

use super::estimated::Estimated;
use super::interval::{Interval, Scale, between};

/// A model with many others that might have been learnt in its place.
///
/// They are kept as coordinates: a thousand draws of four parameters are 32 kilobytes, and of any figure an interval can
/// be taken later, from the quantiles of what the draws say of it.
///
/// ```
/// use segmentry::features::purchases::TimeUnit;
/// use segmentry::lifetime::{BuyTillYouDie, Buyer, Buyers, Draws, Family, Horizon};
/// # let repeats: Vec<u32> = (0..300).map(|i| [0, 0, 1, 4, 2, 0, 7, 1, 0, 3][i % 10]).collect();
/// # let last: Vec<f64> = (0..300).map(|i| [0.0, 0.0, 12.0, 30.0, 4.0, 0.0, 37.5, 2.0, 0.0, 20.0][i % 10]).collect();
/// # let buyers = Buyers::new(TimeUnit::Weeks, &repeats, &last, &[39.0; 300])?;
///
/// let model = BuyTillYouDie::new(Family::BgNbd).fit(&buyers)?;
/// let draws = Draws::normal(&model, 500, 0)?;
/// let newcomer = draws.interval(0.95, |model| model.purchases(&Buyer::newcomer(), Horizon::years(1.0)))?;
/// assert!(newcomer.contains(newcomer.estimate));
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Draws<M> {
    model: M,
    coordinates: Vec<Vec<f64>>,
    unconverged: usize,
}

impl<M: Estimated> Draws<M> {
    /// So many draws of the normal distribution that the curvature of the likelihood gives: cheap, and right where there
    /// are enough data for it. The same seed gives the same draws.
    ///
    /// # Errors
    /// If the model's covariance is not known, or `count` is 0.
    pub fn normal(model: &M, count: usize, seed: u64) -> Result<Self>
    where
        M: Clone,
    {
        if count == 0 {
            return Err(Error::parameter("draws", "at least 1", count));
        }
        let covariance = model.covariance()?;
        let center = model.coordinates();
        let n = center.len();
        let matrix = DMatrix::from_fn(n, n, |row, column| {
            covariance.get(row).and_then(|line| line.get(column)).copied().unwrap_or(0.0)
        });
        // the symmetric root: no order of the parameters comes first
        let axes = SymmetricEigen::new(matrix);
        let lengths: Vec<f64> = axes.eigenvalues.iter().map(|value| value.max(0.0).sqrt()).collect();
        let draw = |number: usize| {
            let mut random = Random::new(seed, number as u64);
            let mut place = center.clone();
            for (axis, length) in lengths.iter().enumerate() {
                let far = random.normal() * length;
                for (at, place) in place.iter_mut().enumerate() {
                    *place += far * axes.eigenvectors[(at, axis)];
                }
            }
            place
        };
        Ok(Draws { model: model.clone(), coordinates: (0..count).map(draw).collect(), unconverged: 0 })
    }

    /// Draws that were found by refitting, some of which did not come to their end.
    pub(super) fn found(model: M, coordinates: Vec<Vec<f64>>, unconverged: usize) -> Self {
        Draws { model, coordinates, unconverged }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.coordinates.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.coordinates.is_empty()
    }

    /// The model that was learnt.
    pub fn model(&self) -> &M {
        &self.model
    }

    /// The coordinates of each draw: see [`Estimated::coordinates`].
    pub fn coordinates(&self) -> &[Vec<f64>] {
        &self.coordinates
    }

    /// How many refits did not come to their end; 0 of draws that are not refits.
    pub fn unconverged(&self) -> usize {
        self.unconverged
    }

    /// The model of a draw; `None` beyond the last.
    ///
    /// # Errors
    /// If the draw lies so far out that there is no such model.
    pub fn get(&self, draw: usize) -> Option<Result<M>> {
        self.coordinates.get(draw).map(|place| self.model.at(place))
    }

    /// These and the draws of another model, one beside the other: two errors that know nothing of each other, such as
    /// those of purchases and of spend.
    ///
    /// # Errors
    /// If there are not as many of both.
    pub fn beside<N: Estimated>(self, other: Draws<N>) -> Result<Draws<(M, N)>> {
        if self.len() != other.len() {
            return Err(Error::length("draws", other.len(), self.len()));
        }
        let pairs = self.coordinates.into_iter().zip(other.coordinates);
        let coordinates = pairs.map(|(first, second)| first.into_iter().chain(second).collect()).collect();
        let unconverged = self.unconverged + other.unconverged;
        Ok(Draws { model: (self.model, other.model), coordinates, unconverged })
    }

    /// The interval of a figure: between the quantiles of what the draws say.
    ///
    /// # Errors
    /// If the confidence does not lie between 0 and 1, there are too few draws for it (40 for 95 %), or the figure gives
    /// an error or NaN for the model or a draw.
    pub fn interval(&self, confidence: f64, figure: impl Fn(&M) -> Result<f64> + Sync + Send) -> Result<Interval> {
        let found = self.intervals(confidence, |model| Ok(vec![figure(model)?]))?;
        found.first().copied().flatten().ok_or_else(|| Error::unsupported("the figure is not a number"))
    }

    /// The interval of each of many figures; `None` of one that is NaN, such as that of a row without a buyer.
    ///
    /// # Cost
    /// All figures of all draws are kept at once, 8 bytes each: of a million buyers ask the
    /// [`DeltaMethod`](super::DeltaMethod), or ask by parts.
    ///
    /// # Errors
    /// As [`Draws::interval`].
    pub fn intervals(
        &self,
        confidence: f64,
        figures: impl Fn(&M) -> Result<Vec<f64>> + Sync + Send,
    ) -> Result<Vec<Option<Interval>>> {
        let (estimates, drawn) = self.figures(confidence, figures)?;
        let of_row = |row: usize| {
            let estimate = estimates.get(row).copied().unwrap_or(f64::NAN);
            if estimate.is_nan() {
                return Ok(None);
            }
            let list: Vec<f64> = drawn.iter().filter_map(|list| list.get(row).copied()).collect();
            match list.iter().find(|value| !value.is_finite()) {
                Some(value) => Err(Error::not_finite("the figure of a draw", *value)),
                None => Ok(Some(between(list, estimate, confidence, false))),
            }
        };
        parallel::map(estimates.len(), of_row).into_iter().collect()
    }

    /// A band around many figures at once, such as a curve of retention: with that confidence it holds all of them, where
    /// [`Draws::intervals`] holds each. `None` of a figure that is NaN.
    ///
    /// Each figure has the same number of its standard errors on both sides, taken on the scale: as many as hold the whole
    /// curve in that share of the draws. A figure that no draw moves, such as the survival of no renewal, has no width.
    ///
    /// ```
    /// use segmentry::lifetime::{Draws, Periods, Renewals, Scale, ShiftedBetaGeometric};
    ///
    /// let cohort = Renewals::survivors(&[1000.0, 631.0, 468.0, 382.0, 326.0])?;
    /// let model = ShiftedBetaGeometric::new().fit(&cohort)?;
    /// let draws = Draws::normal(&model, 500, 0)?;
    /// let curve = |model: &_| segmentry::lifetime::RetentionModel::survival_curve(model, Periods::new(12));
    /// let (band, each) = (draws.band(0.95, Scale::Probability, curve)?, draws.intervals(0.95, curve)?);
    /// let width = |list: &[Option<segmentry::lifetime::Interval>]| list[12].map_or(0.0, |interval| interval.width());
    /// assert!(width(&band) > width(&each));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Draws::interval`], or if a figure is outside its scale, or at an end of it for the model or a draw but not both.
    ///
    /// # References
    /// J. L. Montiel Olea and M. Plagborg-Møller (2019), Simultaneous confidence bands: theory, implementation, and an
    /// application to SVARs, *Journal of Applied Econometrics* 34(1), DOI 10.1002/jae.2656: the "sup-t" band.
    pub fn band(
        &self,
        confidence: f64,
        scale: Scale,
        figures: impl Fn(&M) -> Result<Vec<f64>> + Sync + Send,
    ) -> Result<Vec<Option<Interval>>> {
        let (estimates, drawn) = self.figures(confidence, figures)?;
        // how far each draw is from the model on the scale, and the error of each figure
        let mut away = vec![Vec::with_capacity(estimates.len()); drawn.len()];
        let mut errors = Vec::with_capacity(estimates.len());
        for (row, estimate) in estimates.iter().enumerate() {
            let mut squares = 0.0;
            for (list, away) in drawn.iter().zip(&mut away) {
                let value = list.get(row).copied().unwrap_or(f64::NAN);
                let by = if estimate.is_nan() { 0.0 } else { scale.between(*estimate, value)? };
                squares += by * by;
                away.push(by);
            }
            errors.push((squares / drawn.len() as f64).sqrt());
        }
        let farthest = |away: &Vec<f64>| {
            let each = away.iter().zip(&errors).filter(|(_, error)| **error > 0.0);
            each.map(|(by, error)| by.abs() / error).fold(0.0, f64::max)
        };
        let mut farthest: Vec<f64> = away.iter().map(farthest).collect();
        farthest.sort_by(f64::total_cmp);
        let place = (confidence * farthest.len() as f64 - 1e-9).ceil() as usize;
        let wide = farthest.get(place.clamp(1, farthest.len()) - 1).copied().unwrap_or(0.0);
        let one = |(estimate, error): (&f64, &f64)| {
            let (low, high) = (scale.moved(*estimate, -wide * error), scale.moved(*estimate, wide * error));
            (!estimate.is_nan()).then_some(Interval { low, estimate: *estimate, high, confidence })
        };
        Ok(estimates.iter().zip(&errors).map(one).collect())
    }

    /// The figures of the model, and those of each draw.
    fn figures(
        &self,
        confidence: f64,
        figures: impl Fn(&M) -> Result<Vec<f64>> + Sync + Send,
    ) -> Result<(Vec<f64>, Vec<Vec<f64>>)> {
        self.enough(confidence)?;
        let estimates = figures(&self.model)?;
        let one = |draw: usize| match self.get(draw) {
            Some(model) => figures(&model?),
            None => Ok(Vec::new()),
        };
        let drawn = parallel::map(self.len(), one).into_iter().collect::<Result<Vec<Vec<f64>>>>()?;
        match drawn.iter().find(|list| list.len() != estimates.len()) {
            Some(other) => Err(Error::length("figures", other.len(), estimates.len())),
            None => Ok((estimates, drawn)),
        }
    }

    /// Whether the quantiles lie within the draws.
    fn enough(&self, confidence: f64) -> Result<()> {
        interval::confident(confidence)?;
        let least = (2.0 / (1.0 - confidence) - 1e-9).ceil();
        if (self.len() as f64) < least {
            return Err(Error::parameter("draws", format!("at least {least} for {confidence}"), self.len()));
        }
        Ok(())
    }
}
