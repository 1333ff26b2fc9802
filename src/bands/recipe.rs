//! The recipe: how to cut, and its fit.

use super::{BandsModel, equal_counts, natural_breaks};
use crate::{
    error::{Error, Result},
    math::quantile,
    parallel,
};

/// Which end of a band belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Closed {
    /// `[lower, upper)`: a value equal to a cut point is in the band above it.
    Lower,
    /// `(lower, upper]`: a value equal to a cut point is in the band below it.
    Upper,
}

/// Which end of the measure is good.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Better {
    /// The highest values score best: spend, orders.
    #[default]
    Higher,
    /// The lowest values score best: days since the last order.
    Lower,
}

/// What [`Bands::equal_counts`] does with equal values that lie on a border between two bands.
///
/// SQL knows only the last: which of two customers with the same spend is in the better band is then chance, or the
/// order of the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "lowercase"))]
pub enum Ties {
    /// Equal values stay together and get the lowest score that one of them would get.
    #[default]
    Lower,
    /// Equal values stay together and get the highest score that one of them would get.
    Upper,
    /// Equal values are split in the order of the rows, as `NTILE` of SQL does: bands of equal size, but two customers
    /// with the same value may score differently. There are no such cut points, so only [`Bands::score_rows`] does it.
    Split,
}

/// How to cut a measure into bands.
///
/// Wrong parameters are reported by [`fit`](Bands::fit), not before.
///
/// | elsewhere | here |
/// | --- | --- |
/// | `pandas.qcut` | [`quantiles`](Bands::quantiles) |
/// | `dplyr::ntile`, `NTILE` of SQL | [`equal_counts`](Bands::equal_counts) with [`Ties::Split`] |
/// | `pandas.cut`, `cut` of R with breaks | [`at`](Bands::at) |
/// | Jenks, `classInt::classIntervals`, `Ckmeans.1d.dp` | [`natural_breaks`](Bands::natural_breaks) |
/// | `rfm::rfm_table_order` of R | [`rfm_rule`](Bands::rfm_rule) |
///
/// ```
/// use segmentry::bands::Bands;
///
/// let days_since_last = [3.0, 8.0, 21.0, 40.0, 95.0, 180.0, 365.0, 400.0];
/// let recency = Bands::quantiles(4).lower_is_better().fit(&days_since_last, None)?;
/// assert_eq!(recency.cut_points(), [17.75, 67.5, 226.25]);
/// assert_eq!(recency.score(5.0), Some(4)); // a stranger, by the same cut points
/// assert_eq!(recency.interval(4).unwrap().to_string(), "up to 17.75");
/// assert_eq!(recency.score(f64::NAN), None);
/// # Ok::<(), segmentry::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub struct Bands {
    method: Method,
    #[cfg_attr(feature = "serde", serde(default))]
    better: Better,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    closed: Option<Closed>,
    #[cfg_attr(feature = "serde", serde(default, skip_serializing_if = "Option::is_none"))]
    ties: Option<Ties>,
}

#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "kebab-case"))]
enum Method {
    Quantiles(usize),
    RfmRule(usize),
    EqualCounts(usize),
    At(Vec<f64>),
    NaturalBreaks(usize),
}

impl Bands {
    /// Bands with equal shares of the values: cut points are the quantiles of type 7 (Hyndman and Fan 1996,
    /// DOI 10.1080/00031305.1996.10473566) at 1/n, 2/n, …, and a band is `(lower, upper]`. This is `pandas.qcut`, with
    /// two differences: cut points are kept, and values equal to the minimum stay a band of their own where
    /// `qcut(duplicates="drop")` joins them with the next.
    ///
    /// Equal values stay together. Where so many are equal that cut points coincide there are fewer bands than asked,
    /// which [`BandsModel::bands`] says; the scores keep their place on the scale: of 60 zeros and 40 other values in
    /// five bands, the zeros score 1 and the others 4 and 5. Ties at the top are pulled down in the same way.
    /// O(n), in parallel; with weights O(n log n).
    pub fn quantiles(bands: usize) -> Self {
        Bands::new(Method::Quantiles(bands))
    }

    /// The rule of the R package `rfm` (Aravind Hebbali, rsquaredacademy/rfm): cut points are the quantiles of type 7
    /// **plus 1**, and a band is `[lower, upper)`, so that for whole numbers it holds what `(lower, upper]` would.
    ///
    /// Use it to get that package's scores, and only for measures in whole units such as days, orders or full
    /// currency units: on shares or ratings between 0 and 1 the added 1 puts every value into the first band.
    /// Ties and cost are those of [`quantiles`](Bands::quantiles).
    pub fn rfm_rule(bands: usize) -> Self {
        Bands::new(Method::RfmRule(bands))
    }

    /// Bands with equal shares of the rows: `NTILE` of SQL, counted from the worst row to the best, the first bands one
    /// row larger where the number of rows does not divide. Equal values are treated as [`ties`](Bands::ties) says.
    ///
    /// With [`Ties::Split`] the bands differ by one row at most; with the other two a big group of equal values fills
    /// a band beyond its share and leaves others empty. A cut point is the smallest value of the upper band.
    /// Weights must be whole numbers. O(n log n).
    pub fn equal_counts(bands: usize) -> Self {
        Bands::new(Method::EqualCounts(bands))
    }

    /// Bands between fixed cut points, which must be finite and strictly increasing; a band is `[lower, upper)` unless
    /// [`closed`](Bands::closed) says otherwise. The values given to [`fit`](Bands::fit) are only counted.
    pub fn at(cut_points: impl Into<Vec<f64>>) -> Self {
        Bands::new(Method::At(cut_points.into()))
    }

    /// Bands with the least spread inside: the optimal k-means of one dimension, by dynamic programming and so without
    /// seeds or local optima (Wang and Song 2011, *Ckmeans.1d.dp*, The R Journal 3(2), DOI 10.32614/RJ-2011-015), which
    /// is also what Jenks' natural breaks ask for. A cut point lies halfway between the two values it separates.
    ///
    /// It follows the gaps, so bands may be of any size; with a long tail the top bands hold a handful of rows (take
    /// the logarithm first, or quantiles). Of fewer different values than bands asked each is a band of its own, and
    /// the scores are spread over the scale. O(n log n) to sort, then for m different values
    /// O(bands m log m) time and 4 bytes for each of them and each band.
    pub fn natural_breaks(bands: usize) -> Self {
        Bands::new(Method::NaturalBreaks(bands))
    }

    fn new(method: Method) -> Self {
        Bands { method, better: Better::Higher, closed: None, ties: None }
    }

    /// The highest values get the best score. This is the default.
    #[must_use]
    pub fn higher_is_better(mut self) -> Self {
        self.better = Better::Higher;
        self
    }

    /// The lowest values get the best score, as for the days since the last order.
    #[must_use]
    pub fn lower_is_better(mut self) -> Self {
        self.better = Better::Lower;
        self
    }

    /// Which end of a band belongs to it. Default: the upper for [`quantiles`](Bands::quantiles), the lower otherwise;
    /// [`rfm_rule`](Bands::rfm_rule) has no choice.
    #[must_use]
    pub fn closed(mut self, closed: Closed) -> Self {
        self.closed = Some(closed);
        self
    }

    /// What [`equal_counts`](Bands::equal_counts) does with equal values on a border. Default: [`Ties::Lower`].
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = Some(ties);
        self
    }

    /// How many bands are asked for.
    pub fn asked(&self) -> usize {
        match &self.method {
            Method::At(cut_points) => cut_points.len() + 1,
            Method::Quantiles(n) | Method::RfmRule(n) | Method::EqualCounts(n) | Method::NaturalBreaks(n) => *n,
        }
    }

    /// Which end of the measure is good.
    pub fn better(&self) -> Better {
        self.better
    }

    /// Learns the cut points. A weight is a number of rows: weight 2 is the row twice, 0 is no row.
    ///
    /// The answer does not depend on the order of the rows or the number of threads.
    ///
    /// # Errors
    /// No values (except for fixed cut points), a value that is NaN or infinite (the row is named, the first is 0),
    /// weights of another length, negative or with a sum below 1, and every wrong parameter.
    pub fn fit(&self, values: &[f64], weights: Option<&[f64]>) -> Result<BandsModel> {
        if self.ties == Some(Ties::Split) && matches!(self.method, Method::EqualCounts(_)) {
            return Err(Error::unsupported(
                "equal values that are split by order have no cut points: score the rows with `score_rows`, or keep \
                 ties together with `lower` or `upper`",
            ));
        }
        let (asked, closed) = self.check()?;
        let span = check_rows(values, weights)?;
        let (cut_points, scores) = match (&self.method, span) {
            (Method::At(cut_points), _) => (cut_points.clone(), (1..=asked).collect()),
            (_, None) => return Err(Error::empty("values to cut into bands")),
            (Method::Quantiles(_), Some(span)) => self.by_quantiles(values, weights, asked, closed, 0.0, span),
            (Method::RfmRule(_), Some(span)) => self.by_quantiles(values, weights, asked, closed, 1.0, span),
            (Method::EqualCounts(_), Some(_)) => {
                let upper = self.ties == Some(Ties::Upper);
                let scored = equal_counts::scores(values, weights, asked, self.better, upper)?;
                return BandsModel::new(
                    scored.cut_points(closed, self.better),
                    scored.scores(self.better),
                    self.better,
                    closed,
                    asked,
                )
                .map(|model| model.counted(values, weights));
            }
            (Method::NaturalBreaks(_), Some(_)) => {
                let cut_points = natural_breaks::cut_points(values, weights, asked.into(), closed);
                let scores = spread(cut_points.len() + 1, asked);
                (cut_points, scores)
            }
        };
        let scores = match self.better {
            Better::Higher => scores,
            Better::Lower => scores.into_iter().map(|score| asked + 1 - score).collect(),
        };
        Ok(BandsModel::new(cut_points, scores, self.better, closed, asked)?.counted(values, weights))
    }

    /// The score of each row, by cut points learnt from these rows; with [`Ties::Split`] by the rows' order.
    ///
    /// Without [`Ties::Split`] this is [`fit`](Bands::fit) and [`BandsModel::scores`].
    ///
    /// # Errors
    /// As for [`fit`](Bands::fit); and weights together with [`Ties::Split`], which would give one row two scores.
    pub fn score_rows(&self, values: &[f64], weights: Option<&[f64]>) -> Result<Vec<u16>> {
        if self.ties != Some(Ties::Split) || !matches!(self.method, Method::EqualCounts(_)) {
            return Ok(self.fit(values, weights)?.scores(values));
        }
        let (asked, _) = self.check()?;
        if weights.is_some() {
            return Err(Error::unsupported("rows with weights cannot be split by order: a row would get two scores"));
        }
        if check_rows(values, None)?.is_none() {
            return Err(Error::empty("values to cut into bands"));
        }
        Ok(equal_counts::split(values, asked, self.better))
    }

    /// Checks the parameters: the bands asked, and which end is closed.
    fn check(&self) -> Result<(u16, Closed)> {
        let asked = self.asked();
        if let Method::At(cut_points) = &self.method {
            if cut_points.is_empty() {
                return Err(Error::parameter("cut_points", "one number or more", "none"));
            }
            super::model::check_cut_points(cut_points)?;
        }
        let count = u16::try_from(asked).ok().filter(|count| *count >= 2 && *count < u16::MAX);
        let Some(count) = count else {
            return Err(Error::parameter("bands", "a whole number from 2 to 65534", asked));
        };
        if self.ties.is_some() && !matches!(self.method, Method::EqualCounts(_)) {
            return Err(Error::parameter("ties", "left out, as only equal counts choose", "a choice"));
        }
        let closed = match (&self.method, self.closed) {
            (Method::RfmRule(_), Some(Closed::Upper)) => {
                return Err(Error::parameter("closed", "`lower` under the rule of R's rfm", "`upper`"));
            }
            (_, Some(closed)) => closed,
            (Method::Quantiles(_), None) => Closed::Upper,
            (_, None) => Closed::Lower,
        };
        Ok((count, closed))
    }

    /// Cut points and scores along the values: cut points that coincide become one, above which the score jumps.
    fn by_quantiles(
        &self,
        values: &[f64],
        weights: Option<&[f64]>,
        asked: u16,
        closed: Closed,
        plus: f64,
        (least, most): (f64, f64),
    ) -> (Vec<f64>, Vec<u16>) {
        let probabilities: Vec<f64> = (1..asked).map(|k| f64::from(k) / f64::from(asked)).collect();
        let found = match weights {
            None => quantile::quantiles(values, &probabilities),
            Some(weights) => quantile::weighted_quantiles(values, weights, &probabilities),
        };
        let raised: Vec<f64> = found.unwrap_or_default().iter().map(|quantile| quantile + plus).collect();
        if least == most {
            let below =
                raised.iter().filter(|cut| if closed == Closed::Lower { least >= **cut } else { least > **cut });
            return (Vec::new(), vec![1 + below.count() as u16]);
        }
        let (mut cut_points, mut scores) = (Vec::with_capacity(raised.len()), vec![1_u16]);
        for (cut, score) in raised.into_iter().zip(2_u16..) {
            if cut_points.last() == Some(&cut) {
                scores.pop();
            } else {
                cut_points.push(cut);
            }
            scores.push(score);
        }
        (cut_points, scores)
    }
}

/// Scores for fewer bands than asked, the first 1, the last `asked`, the others evenly between.
fn spread(bands: usize, asked: u16) -> Vec<u16> {
    let steps = (bands - 1).max(1);
    (0..bands).map(|band| 1 + ((2 * band * usize::from(asked - 1) + steps) / (2 * steps)) as u16).collect()
}

/// Checks the rows once, at the door, and gives the least and the largest value with a weight above zero.
fn check_rows(values: &[f64], weights: Option<&[f64]>) -> Result<Option<(f64, f64)>> {
    if let Some(weights) = weights
        && weights.len() != values.len()
    {
        return Err(Error::length("weights", weights.len(), values.len()));
    }
    let parts = parallel::map_chunks(values.len(), parallel::CHUNK, |rows| {
        let (mut least, mut most, mut total) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
        for row in rows {
            let value = values[row];
            if !value.is_finite() {
                return Err(Error::not_finite("value", value).at_row(row));
            }
            let weight = weights.map_or(1.0, |weights| weights[row]);
            if !weight.is_finite() || weight < 0.0 {
                return Err(Error::parameter("weight", "a finite number of rows, 0 or more", weight).at_row(row));
            }
            if weight > 0.0 {
                (least, most, total) = (least.min(value), most.max(value), total + weight);
            }
        }
        Ok((least, most, total))
    });
    let (mut least, mut most, mut total) = (f64::INFINITY, f64::NEG_INFINITY, 0.0);
    for part in parts {
        let part = part?;
        (least, most, total) = (least.min(part.0), most.max(part.1), total + part.2);
    }
    if weights.is_some() && !values.is_empty() && total < 1.0 {
        return Err(Error::parameter(
            "weights",
            "numbers of rows with a sum of at least 1",
            format!("a sum of {total}"),
        ));
    }
    Ok((least <= most).then_some((least, most)))
}
