//! Stability of a whole division: do two samples lead to the same?

use std::fmt;

use crate::error::Result;
use crate::evaluate::agreement::Contingency;
use crate::evaluate::partition::Partition;
use crate::progress::Progress;
use crate::text::{Align, Table, counted};

use super::recipe::{Purpose, Stability};
use super::refit::{Asked, Refit};
use super::scheme::Scheme;
use super::spread::Spread;
use super::work;

/// How far divisions that were learnt from two samples agree about all rows, over many pairs.
///
/// 1 is the same division each time, 0 is agreement by chance only. What is high depends on the method and the number
/// of segments; compare with other numbers of segments ([`Stability::among`]).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GlobalStability {
    /// The adjusted Rand index of each pair. Rows that are in no segment are taken for one more segment.
    pub adjusted_rand: Spread,
    /// How the samples were drawn.
    pub scheme: Scheme,
}

/// Global stability of several divisions of the same rows.
///
/// Its `Display` is a table, a line for each.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct GlobalStabilities {
    /// What each was called, and its stability, in the order in which they were given.
    pub solutions: Vec<(String, GlobalStability)>,
}

impl Stability {
    /// How far divisions learnt from two samples agree, over [`pairs`](Stability::pairs) pairs.
    ///
    /// # Errors
    /// If a parameter is outside what it may be, or the method refuses a sample: the first in order.
    pub fn of(&self, refit: &Refit<'_>) -> Result<GlobalStability> {
        self.of_with(refit, &Progress::none())
    }

    /// As [`of`](Stability::of), telling `progress` how many pairs are done.
    ///
    /// # Errors
    /// As [`of`](Stability::of), and if `progress` stops the work.
    pub fn of_with(&self, refit: &Refit<'_>, progress: &Progress<'_>) -> Result<GlobalStability> {
        Stability::at_least_one("pairs", self.pairs)?;
        let scheme = refit.scheme(self.scheme)?;
        let values = work::run("pairs", self.pairs, progress, |pair, progress| {
            let learnt = |side: usize| -> Result<Partition> {
                let mut random = self.random(Purpose::Pairs, 2 * pair + side);
                let (_, partition) = refit.replicate(scheme, Asked::All, &mut random, progress)?;
                Ok(partition.none_as_group())
            };
            Ok(Contingency::new(&learnt(0)?, &learnt(1)?)?.adjusted_rand())
        })?;
        Ok(GlobalStability { adjusted_rand: Spread::of(values)?, scheme })
    }

    /// Global stability of several divisions, on the same samples: one for each number of segments, say.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use segmentry::cluster::{AnyMethod, KMeans, Points};
    /// use segmentry::evaluate::{Refit, Stability};
    ///
    /// let rows = Array2::from_shape_fn((60, 1), |(row, _)| (row % 3 * 100 + row / 3) as f64);
    /// let points = Points::new(rows.view());
    /// let methods: Vec<AnyMethod> = (3..6).map(|k| KMeans::new(k).into()).collect();
    /// let mut refits = Vec::new();
    /// for (k, method) in (3..6).zip(&methods) {
    ///     refits.push((k, Refit::rows(method, &points)?));
    /// }
    /// let table = Stability::new().pairs(10).among(&refits)?;
    /// assert_eq!(table.best().map(|(name, _)| name.as_str()), Some("3"));
    /// assert!(table.to_string().starts_with("solution  median"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`of`](Stability::of).
    pub fn among<T: fmt::Display>(&self, refits: &[(T, Refit<'_>)]) -> Result<GlobalStabilities> {
        self.among_with(refits, &Progress::none())
    }

    /// As [`among`](Stability::among), telling `progress` how many pairs of each are done.
    ///
    /// # Errors
    /// As [`among`](Stability::among), and if `progress` stops the work.
    pub fn among_with<T: fmt::Display>(
        &self,
        refits: &[(T, Refit<'_>)],
        progress: &Progress<'_>,
    ) -> Result<GlobalStabilities> {
        let one = |(name, refit): &(T, Refit<'_>)| Ok((name.to_string(), self.of_with(refit, progress)?));
        Ok(GlobalStabilities { solutions: refits.iter().map(one).collect::<Result<_>>()? })
    }
}

impl GlobalStabilities {
    /// The one whose median is highest, the first among equals.
    pub fn best(&self) -> Option<&(String, GlobalStability)> {
        let median = |at: usize| self.solutions[at].1.adjusted_rand.median();
        let best = (0..self.solutions.len()).reduce(|best, at| if median(at) > median(best) { at } else { best });
        best.map(|best| &self.solutions[best])
    }
}

impl fmt::Display for GlobalStability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs = counted(self.adjusted_rand.values().len(), "pair", "pairs");
        write!(f, "adjusted Rand index over {pairs} of {}: {}", self.scheme, self.adjusted_rand)
    }
}

impl fmt::Display for GlobalStabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["median", "lower quartile", "upper quartile", "mean", "mean at 95 %"];
        let heads = heads.map(|head| (head, Align::Right));
        let mut table = Table::new([("solution", Align::Left)].into_iter().chain(heads));
        for (name, stability) in &self.solutions {
            table.row([name.clone()].into_iter().chain(stability.adjusted_rand.cells()));
        }
        write!(f, "{table}")
    }
}
