//! Figures made of distances between pairs of rows: all pairs are walked and none is kept.
//!
//! [`Pairs`] knows how far any rows are from each other and walks them in blocks, in parallel, in memory of the order of
//! the rows. Chunks are fixed and their results come in order, so the same input gives the same bytes on any number of
//! threads. Euclidean distances go by [`lanes`], others by what `cluster::distance` has for them.
//!
//! | figure | of what |
//! | --- | --- |
//! | [`dunn()`], [`generalized_dunn`] | the nearest groups over the widest group |
//! | [`c_index()`] | the sum within beside the least and the greatest it could be |
//! | [`gamma`], [`tau`], [`g_plus`] | how often a pair within is farther apart than a pair between |
//! | [`mcclain_rao`], [`point_biserial`], [`pearson_gamma`] | the mean within beside the mean between |
//!
//! Silhouettes and DBCV walk the same pairs and have files of their own.

mod c_index;
mod concordance;
mod dunn;
mod figures;
mod lanes;
mod means;
mod walk;

use std::sync::OnceLock;

use crate::cluster::{Against, Distance, Distances, Points, Scale, against};
use crate::error::{Error, Result};
use crate::evaluate::{Division, Partition};
use crate::features::encoding::Form;

use concordance::Order;
use lanes::Lanes;

pub use c_index::c_index;
pub use concordance::{g_plus, gamma, tau};
pub use dunn::{Between, Within, dunn, generalized_dunn};
pub(crate) use dunn::{Centers, apart};
pub(crate) use figures::PairFigures;
pub use means::{mcclain_rao, pearson_gamma, point_biserial};
pub(crate) use walk::{Run, Which};

/// What was computed of all pairs of a division, for figures that need the same.
#[derive(Debug, Default)]
pub(crate) struct PairCache {
    /// Sums and extremes.
    figures: OnceLock<PairFigures>,
    /// How often pairs within and between are in order.
    order: OnceLock<Order>,
}

impl PairCache {
    /// Sums and extremes of the distances between all pairs of rows, made when they are first asked for.
    ///
    /// # Errors
    /// If the distance is not for these rows, or no row is in a group.
    pub(crate) fn figures<'d>(division: &'d Division<'_>) -> Result<&'d PairFigures> {
        let cache = division.pair_cache();
        match cache.figures.get() {
            Some(known) => Ok(known),
            None => PairFigures::of(division).map(|found| cache.figures.get_or_init(|| found)),
        }
    }

    /// How often a pair within is nearer than a pair between.
    ///
    /// # Errors
    /// As [`gamma`].
    fn order<'d>(division: &'d Division<'_>, figure: &str) -> Result<&'d Order> {
        let cache = division.pair_cache();
        match cache.order.get() {
            Some(known) => Ok(known),
            None => Order::of(division, figure).map(|found| cache.order.get_or_init(|| found)),
        }
    }
}

/// Rows group by group, and how far any two are from each other.
///
/// Rows are named by their place in the order of groups; lengths are those of [`Pairs::scale`].
pub(crate) struct Pairs<'a> {
    /// Where each group begins, and the end.
    pub(crate) starts: Vec<usize>,
    /// How much each row counts; `None` if each counts 1.
    pub(crate) weights: Option<&'a [f64]>,
    /// Which row of the data each is.
    pub(crate) rows: Vec<u32>,
    /// The group of each row.
    pub(crate) group: Vec<u32>,
    /// How they are measured.
    ruler: Ruler<'a>,
}

/// How rows are measured.
enum Ruler<'a> {
    /// The straight line.
    Straight(Lanes),
    /// Any other distance.
    Other(Against<'a>),
    /// Distances that are known.
    Known(&'a Distances),
}

impl<'a> Pairs<'a> {
    /// The pairs of a division. O(n d).
    ///
    /// # Errors
    /// If the distance is not for such rows, or no row is in a group.
    pub(crate) fn of(division: &'a Division<'_>) -> Result<Self> {
        let sorted = division.sorted();
        if sorted.rows.is_empty() {
            return Err(Error::empty("rows in a group"));
        }
        let dimensions = division.points().dimensions();
        let ruler = match division.distance() {
            Distance::Euclidean => {
                division.points().check(Form::Numbers)?;
                Ruler::Straight(Lanes::new(&sorted.data, dimensions))
            }
            other => {
                let rows = ndarray::ArrayView2::from_shape((sorted.rows.len(), dimensions), &sorted.data);
                let rows = rows.map_err(|_| Error::length("numbers", sorted.data.len(), sorted.rows.len()))?;
                let points = Points::new(rows).meanings(division.points().meanings_of_columns());
                Ruler::Other(against(points, other)?)
            }
        };
        let group = groups(&sorted.starts);
        Ok(Pairs {
            starts: sorted.starts.clone(),
            weights: sorted.weights.as_deref(),
            rows: sorted.rows.clone(),
            group,
            ruler,
        })
    }

    /// Pairs of rows of which only the distances are known.
    ///
    /// # Errors
    /// If there are not as many rows in both, or no row is in a group.
    pub(crate) fn known(distances: &'a Distances, partition: &Partition) -> Result<Self> {
        if distances.len() != partition.len() {
            return Err(Error::length("groups", partition.len(), distances.len()));
        }
        let members = partition.members();
        let mut starts = vec![0];
        starts.extend(members.iter().scan(0, |end, rows| {
            *end += rows.len();
            Some(*end)
        }));
        let rows: Vec<u32> = members.into_iter().flatten().map(|row| row as u32).collect();
        if rows.is_empty() {
            return Err(Error::empty("rows in a group"));
        }
        Ok(Pairs { group: groups(&starts), starts, weights: None, rows, ruler: Ruler::Known(distances) })
    }

    /// How many rows.
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// How many groups.
    pub(crate) fn groups(&self) -> usize {
        self.starts.len() - 1
    }

    /// How much a row counts.
    pub(crate) fn weight(&self, row: usize) -> f64 {
        self.weights.map_or(1.0, |weights| weights[row])
    }

    /// What each group weighs.
    pub(crate) fn group_weights(&self) -> Vec<f64> {
        let weight = |range: &[usize]| match self.weights {
            Some(weights) => weights[range[0]..range[1]].iter().sum(),
            None => (range[1] - range[0]) as f64,
        };
        self.starts.windows(2).map(weight).collect()
    }

    /// The sum of the distances of a run, of which the first is to that row, each as often as the row counts.
    pub(crate) fn sum(&self, first: usize, far: &[f64]) -> f64 {
        match self.weights {
            None => walk::sum(far),
            Some(weights) => walk::weighted_sum(far, &weights[first..first + far.len()]),
        }
    }

    /// The weights as numbers of rows.
    ///
    /// # Errors
    /// If one is no whole number: a figure that counts pairs is not defined then.
    pub(crate) fn whole_weights(&self, figure: &str) -> Result<Option<Vec<u64>>> {
        let Some(weights) = self.weights else { return Ok(None) };
        match weights.iter().position(|weight| weight.fract() != 0.0 || *weight > 1e9) {
            None => Ok(Some(weights.iter().map(|weight| *weight as u64).collect())),
            Some(at) => {
                let message = format!(
                    "the {figure} counts pairs and is not defined for the weight {}: no number of rows",
                    weights[at]
                );
                Err(Error::unsupported(message).at_row(self.rows[at] as usize))
            }
        }
    }

    /// The scale of the lengths: ratios of lengths need not ask.
    pub(crate) fn scale(&self) -> Scale {
        match &self.ruler {
            Ruler::Straight(lanes) => lanes.scale(),
            Ruler::Other(_) | Ruler::Known(_) => Scale::default(),
        }
    }
}

/// The group of each row, from where groups begin.
fn groups(starts: &[usize]) -> Vec<u32> {
    (0..).zip(starts.windows(2)).flat_map(|(group, range)| (range[0]..range[1]).map(move |_| group)).collect()
}
