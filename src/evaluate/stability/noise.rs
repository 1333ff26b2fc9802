//! How much noise a division bears.

use std::fmt;

use crate::error::{Error, Result};
use crate::evaluate::agreement::Contingency;
use crate::progress::Progress;
use crate::text::{Align, Table, number};

use super::recipe::{Purpose, Stability};
use super::refit::{Asked, Refit};
use super::scheme::Scheme;
use super::spread::Spread;
use super::work;

/// How far a division agrees with those of the same rows with more and more noise.
///
/// Its `Display` is a table, a line for each level.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct NoiseStability {
    /// The noise in standard deviations of each column, and the adjusted Rand index with the division without noise.
    pub levels: Vec<(f64, Spread)>,
}

impl NoiseStability {
    /// The most noise at which the median is still at least `limit`; `None` if there is none.
    ///
    /// Levels above one that failed do not count.
    pub fn bears(&self, limit: f64) -> Option<f64> {
        let mut levels: Vec<&(f64, Spread)> = self.levels.iter().collect();
        levels.sort_by(|a, b| a.0.total_cmp(&b.0));
        levels.into_iter().take_while(|(_, spread)| spread.median() >= limit).last().map(|(level, _)| *level)
    }
}

impl Stability {
    /// How far the division agrees with those of the rows with noise added: [`Scheme::Jitter`] of each level, a tenth
    /// of as many replicates as [`replicates`](Stability::replicates) a level, at least 1. All rows are placed as they
    /// are, without noise.
    ///
    /// Answers of a survey would be a little different on another day; segments that change with them are not worth a
    /// plan.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use segmentry::cluster::{AnyMethod, KMeans, Points};
    /// use segmentry::evaluate::{Refit, Stability};
    ///
    /// let rows = Array2::from_shape_fn((60, 1), |(row, _)| (row % 3 * 100 + row / 3) as f64);
    /// let (points, method): (_, AnyMethod) = (Points::new(rows.view()), KMeans::new(3).into());
    /// let found = Stability::new().by_noise(&Refit::rows(&method, &points)?, &[0.05, 0.2, 3.0])?;
    /// assert_eq!(found.bears(0.9), Some(0.2));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If there is no level, one is not above 0, or as [`Stability::segments`]; and for customers, whose values are of
    /// many kinds.
    pub fn by_noise(&self, refit: &Refit<'_>, levels: &[f64]) -> Result<NoiseStability> {
        self.by_noise_with(refit, levels, &Progress::none())
    }

    /// As [`by_noise`](Stability::by_noise), telling `progress` how many replicates are done.
    ///
    /// # Errors
    /// As [`by_noise`](Stability::by_noise), and if `progress` stops the work.
    pub fn by_noise_with(&self, refit: &Refit<'_>, levels: &[f64], progress: &Progress<'_>) -> Result<NoiseStability> {
        if levels.is_empty() {
            return Err(Error::empty("levels of noise"));
        }
        Stability::at_least_one("replicates", self.replicates)?;
        for level in levels {
            refit.scheme(Scheme::Jitter(*level))?;
        }
        let each = self.replicates.div_ceil(10);
        let whole = refit.whole(progress)?.partition.none_as_group();
        let values = work::run("replicates", each * levels.len(), progress, |at, progress| {
            let mut random = self.random(Purpose::Noise, at);
            let (_, again) = refit.replicate(Scheme::Jitter(levels[at / each]), Asked::All, &mut random, progress)?;
            Ok(Contingency::new(&whole, &again.none_as_group())?.adjusted_rand())
        })?;
        let spreads = values.chunks(each).map(|values| Spread::of(values.to_vec()));
        let levels = levels.iter().zip(spreads).map(|(level, spread)| Ok((*level, spread?)));
        Ok(NoiseStability { levels: levels.collect::<Result<_>>()? })
    }
}

impl fmt::Display for NoiseStability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["noise", "median", "lower quartile", "upper quartile", "mean", "mean at 95 %"];
        let mut table = Table::new(heads.map(|head| (head, Align::Right)));
        for (level, spread) in &self.levels {
            table.row([number(*level)].into_iter().chain(spread.cells()));
        }
        write!(f, "{table}")
    }
}
