//! What was learnt: cut points, and the score of each band between them.
//!
//! The model is what is kept: a few numbers, whatever the number of rows. Scores are stored beside the cut points and
//! not derived from their places, since bands that equal values closed leave holes in the scale: of 60 customers
//! without an order and 40 with some, the former score 1 and the latter 4 and 5, not 2 and 3.

use std::fmt;

use super::{Better, Closed};
use crate::{
    error::{Error, Result},
    parallel,
};

/// The score of a value that is not a number, in the answer of [`BandsModel::scores`].
pub const UNSCORED: u16 = 0;

/// Fitted bands: strictly increasing cut points, and a score for each band between them.
///
/// Made by [`Bands::fit`](super::Bands::fit). A value below the smallest value of the fit is in the lowest band, one
/// above the largest in the highest.
///
/// ```
/// use segmentry::bands::Bands;
///
/// let orders = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 5.0, 9.0]; // seven of ten bought once
/// let model = Bands::quantiles(5).fit(&orders, None)?;
/// assert_eq!((model.asked(), model.bands()), (5, 3));
/// assert_eq!(model.scores_of_bands(), [1, 4, 5]); // 2 and 3 were lost to equal values
/// assert_eq!(model.sizes(), [7.0, 1.0, 2.0]);
/// assert_eq!(model.score(1000.0), Some(5)); // a stranger beyond all
///
/// let words: Vec<String> = model.intervals().map(|(score, values)| format!("{score}: {values}")).collect();
/// assert_eq!(words[0], "1: up to 1");
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Missing values
/// NaN has no score. Infinite values have one: that of the band at their end.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(try_from = "Saved"))]
pub struct BandsModel {
    cut_points: Vec<f64>,
    scores: Vec<u16>,
    better: Better,
    closed: Closed,
    asked: u16,
    sizes: Vec<f64>,
}

/// What a file may claim.
#[cfg(feature = "serde")]
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    cut_points: Vec<f64>,
    scores: Vec<u16>,
    better: Better,
    closed: Closed,
    asked: u16,
    sizes: Vec<f64>,
}

#[cfg(feature = "serde")]
impl TryFrom<Saved> for BandsModel {
    type Error = Error;

    fn try_from(saved: Saved) -> Result<Self> {
        let mut model = BandsModel::new(saved.cut_points, saved.scores, saved.better, saved.closed, saved.asked)?;
        if saved.sizes.len() != model.bands() {
            return Err(Error::length("sizes", saved.sizes.len(), model.bands()));
        }
        if let Some(size) = saved.sizes.iter().find(|size| !size.is_finite() || **size < 0.0) {
            return Err(Error::parameter("sizes", "finite numbers, 0 or more", size));
        }
        model.sizes = saved.sizes;
        Ok(model)
    }
}

impl BandsModel {
    /// `scores` along the values: rising where higher is better, falling where lower is.
    ///
    /// The door for fits and files alike: what it lets through scores every number.
    pub(super) fn new(
        cut_points: Vec<f64>,
        scores: Vec<u16>,
        better: Better,
        closed: Closed,
        asked: u16,
    ) -> Result<BandsModel> {
        check_cut_points(&cut_points)?;
        if scores.len() != cut_points.len() + 1 {
            return Err(Error::length("scores", scores.len(), cut_points.len() + 1));
        }
        let ordered = match better {
            Better::Higher => scores.is_sorted_by(|a, b| a < b),
            Better::Lower => scores.is_sorted_by(|a, b| a > b),
        };
        if !ordered || scores.iter().any(|score| !(1..=asked).contains(score)) {
            let expected = format!("in the order of the bands and from 1 to {asked}");
            return Err(Error::parameter("scores", expected, format!("{scores:?}")));
        }
        let sizes = vec![0.0; scores.len()];
        Ok(BandsModel { cut_points, scores, better, closed, asked, sizes })
    }

    /// Counts the rows of the fit. The rows are finite and the weights fit, as the door has checked.
    ///
    /// In chunks, whose counts add up in order, so weights give the same bits on any number of threads.
    pub(super) fn counted(mut self, values: &[f64], weights: Option<&[f64]>) -> BandsModel {
        let parts = parallel::map_chunks(values.len(), parallel::CHUNK, |rows| {
            let mut sizes = vec![0.0; self.scores.len()];
            for row in rows {
                sizes[self.band(values[row])] += weights.map_or(1.0, |weights| weights[row]);
            }
            sizes
        });
        for part in parts {
            self.sizes.iter_mut().zip(part).for_each(|(size, more)| *size += more);
        }
        self
    }

    /// The score of a value, from 1 (worst) to [`asked`](BandsModel::asked) (best); `None` for NaN.
    ///
    /// No allocation: one comparison a cut point up to 16 of them, binary search above.
    pub fn score(&self, value: f64) -> Option<u16> {
        if value.is_nan() { None } else { self.scores.get(self.band(value)).copied() }
    }

    /// The score of each value, [`UNSCORED`] for NaN. In parallel, with the same answer as one by one.
    ///
    /// ```
    /// use segmentry::bands::{Bands, UNSCORED};
    ///
    /// let spend = Bands::at([100.0, 500.0]).fit(&[], None)?;
    /// assert_eq!(spend.scores(&[99.0, 100.0, 2000.0, f64::NAN]), [1, 2, 3, UNSCORED]);
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    pub fn scores(&self, values: &[f64]) -> Vec<u16> {
        let mut scores = vec![UNSCORED; values.len()];
        parallel::fill(&mut scores, parallel::CHUNK, |first, part| {
            for (score, value) in part.iter_mut().zip(&values[first..]) {
                *score = self.score(*value).unwrap_or(UNSCORED);
            }
        });
        scores
    }

    /// The band of a value, along the values, from 0. A NaN would land at an end: the caller has looked.
    fn band(&self, value: f64) -> usize {
        let few = self.cut_points.len() <= 16;
        match (self.closed, few) {
            (Closed::Lower, true) => self.cut_points.iter().map(|cut| usize::from(value >= *cut)).sum(),
            (Closed::Upper, true) => self.cut_points.iter().map(|cut| usize::from(value > *cut)).sum(),
            (Closed::Lower, false) => self.cut_points.partition_point(|cut| value >= *cut),
            (Closed::Upper, false) => self.cut_points.partition_point(|cut| value > *cut),
        }
    }

    /// The values whose score is `score`, or `None` if no band has it.
    pub fn interval(&self, score: u16) -> Option<Interval> {
        self.scores.iter().position(|found| *found == score).map(|band| self.interval_of_band(band))
    }

    /// Each band along the values: its score and its interval.
    pub fn intervals(&self) -> impl Iterator<Item = (u16, Interval)> + '_ {
        self.scores.iter().enumerate().map(|(band, score)| (*score, self.interval_of_band(band)))
    }

    fn interval_of_band(&self, band: usize) -> Interval {
        let lower = band.checked_sub(1).and_then(|below| self.cut_points.get(below)).copied();
        Interval { lower, upper: self.cut_points.get(band).copied(), closed: self.closed }
    }

    /// The cut points, strictly increasing, one fewer than bands.
    pub fn cut_points(&self) -> &[f64] {
        &self.cut_points
    }

    /// The scores of the bands along the values. Where bands were lost to equal values, scores are left out.
    pub fn scores_of_bands(&self) -> &[u16] {
        &self.scores
    }

    /// How many bands there are: fewer than [`asked`](BandsModel::asked) where equal values left cut points together.
    pub fn bands(&self) -> usize {
        self.scores.len()
    }

    /// How many bands were asked for, which is the best score.
    pub fn asked(&self) -> u16 {
        self.asked
    }

    /// How many rows of the fit lie in each band along the values, by weight. A band between two interpolated cut
    /// points of a small sample may be empty.
    pub fn sizes(&self) -> &[f64] {
        &self.sizes
    }

    /// Which end of the measure is good.
    pub fn better(&self) -> Better {
        self.better
    }

    /// Which end of a band belongs to it.
    pub fn closed(&self) -> Closed {
        self.closed
    }
}

/// Cut points are finite and strictly increasing.
pub(super) fn check_cut_points(cut_points: &[f64]) -> Result<()> {
    if let Some(cut) = cut_points.iter().find(|cut| !cut.is_finite()) {
        return Err(Error::parameter("cut_points", "finite numbers", cut));
    }
    match cut_points.windows(2).find(|pair| pair[0] >= pair[1]) {
        Some(pair) => {
            Err(Error::parameter("cut_points", "strictly increasing", format!("{} before {}", pair[0], pair[1])))
        }
        None => Ok(()),
    }
}

/// The values of one band. Its text is fit for people: `from 12 to below 255.8`.
///
/// ```
/// use segmentry::bands::{Closed, Interval};
///
/// let band = Interval { lower: Some(12.0), upper: Some(255.8), closed: Closed::Upper };
/// assert_eq!(band.to_string(), "above 12 up to 255.8");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// The lower end; none for the lowest band.
    pub lower: Option<f64>,
    /// The upper end; none for the highest band.
    pub upper: Option<f64>,
    /// Which end belongs to it.
    pub closed: Closed,
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.lower, self.upper, self.closed) {
            (None, None, _) => write!(f, "any value"),
            (None, Some(upper), Closed::Lower) => write!(f, "below {upper}"),
            (None, Some(upper), Closed::Upper) => write!(f, "up to {upper}"),
            (Some(lower), None, Closed::Lower) => write!(f, "{lower} or more"),
            (Some(lower), None, Closed::Upper) => write!(f, "above {lower}"),
            (Some(lower), Some(upper), Closed::Lower) => write!(f, "from {lower} to below {upper}"),
            (Some(lower), Some(upper), Closed::Upper) => write!(f, "above {lower} up to {upper}"),
        }
    }
}
