//! Out of time: does a division of earlier customers still divide later ones?
//!
//! The two doors make the same four lists: where the earlier rows were, where the old model has the later ones, where a
//! fresh model has them, and the numbers of each column at both times. All figures are made of these.
//!
//! Three things can have happened, and each has its figure. Sizes changed: the population stability index. Members
//! changed: the shift of means. The groups are no longer there: the agreement of the old model with a fresh one.

use std::fmt;

use crate::cluster::{AnyMethod, Points};
use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::evaluate::agreement::{Contingency, Matching};
use crate::evaluate::partition::Partition;
use crate::progress::Progress;
use crate::segment::Segment;
use crate::segmentation::Segmentation;
use crate::segmenter::{Fit, Segmenter};
use crate::text::{Align, Table, count, number, share};

use super::rows::Rows;

/// What became of a division between two times.
///
/// The old model, learnt from the earlier, places the later; a fresh one is learnt from the later. Where the two agree,
/// the old one may stay. Where they do not, it divides customers that are no more.
///
/// ```
/// use ndarray::{Array2, array};
/// use segmentry::cluster::{AnyMethod, KMeans, Points};
/// use segmentry::evaluate::OverTime;
///
/// let year = |big: usize| Array2::from_shape_fn((60, 1), |(row, _)| if row < big { 50.0 } else { 0.0 } + (row % 5) as f64);
/// let (last, this) = (year(20), year(30)); // the group of 20 has grown to 30
/// let method: AnyMethod = KMeans::new(2).into();
/// let found = OverTime::rows(&method, &Points::new(last.view()), &Points::new(this.view()))?;
/// assert_eq!(found.adjusted_rand, 1.0); // the same two groups
/// assert!((found.psi - 0.116).abs() < 0.001); // of other sizes: 1/6 of all × ln(1/2 ÷ 1/3) + …
/// assert_eq!(found.segments[1].later, 30);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # References
/// The population stability index is the symmetrised divergence of H. Jeffreys 1946, DOI 10.1098/rspa.1946.0056, as
/// credit scoring uses it; by its custom less than 0.1 is no change, and more than 0.25 a great one.
///
/// # Cost
/// Two fits, and O(n d).
///
/// # Determinism
/// The same bytes on any number of threads.
///
/// # Missing values
/// As the method; means are of what is known.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OverTime {
    /// The adjusted Rand index of the later rows as the old model places them and as the fresh one does.
    pub adjusted_rand: f64,
    /// How far sizes moved: Σ (share later − share earlier) ln(share later ÷ share earlier), over segments and, where
    /// there are such, those in none. An empty side is taken for half a row.
    pub psi: f64,
    /// The old model's segments.
    pub segments: Vec<SegmentOverTime>,
    /// How many earlier rows there are.
    pub earlier: usize,
    /// How many later rows there are.
    pub later: usize,
    /// How many earlier and later rows the old model has in no segment.
    pub in_none: (usize, usize),
}

/// What became of one segment between two times.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentOverTime {
    /// The segment of the old model: its key, or the number of the cluster.
    pub segment: String,
    /// How many of the earlier rows are in it.
    pub earlier: usize,
    /// How many of the later rows are in it.
    pub later: usize,
    /// The fresh model's segment that is its partner, matched one to one by rows in common; `None` if none is left.
    pub fresh: Option<String>,
    /// The Jaccard index of the two among the later rows; 0 without a partner.
    pub jaccard: f64,
    /// How far the means of its members moved, column by column, in standard deviations of the earlier rows; `None` where
    /// that is not known: the column is not of numbers or does not vary, or the segment has nobody on one side.
    pub shift: Vec<Option<f64>>,
    /// The root mean square of the known shifts.
    pub moved: Option<f64>,
}

/// Where rows are at both times: what [`OverTime`] is made of, whoever placed them.
struct Placed<'a> {
    names: Vec<String>,
    before: Vec<Option<usize>>,
    after: Vec<Option<usize>>,
    fresh_names: Vec<String>,
    fresh: Vec<Option<usize>>,
    earlier_columns: Vec<Option<Cells<'a>>>,
    later_columns: Vec<Option<Cells<'a>>>,
}

/// The numbers of a column, row by row; `None` where one is not known.
type Cells<'a> = Box<dyn Fn(usize) -> Option<f64> + 'a>;

impl OverTime {
    /// Rows of numbers at two times, the same columns in the same order.
    ///
    /// # Errors
    /// If the two have not as many columns, or the method refuses one.
    pub fn rows(method: &AnyMethod, earlier: &Points<'_>, later: &Points<'_>) -> Result<Self> {
        OverTime::rows_with(method, earlier, later, &Progress::none())
    }

    /// As [`rows`](OverTime::rows); `progress` may stop the work.
    ///
    /// # Errors
    /// As [`rows`](OverTime::rows), and if `progress` stops the work.
    pub fn rows_with(
        method: &AnyMethod,
        earlier: &Points<'_>,
        later: &Points<'_>,
        progress: &Progress<'_>,
    ) -> Result<Self> {
        if earlier.dimensions() != later.dimensions() {
            return Err(Error::length("columns of the later rows", later.dimensions(), earlier.dimensions()));
        }
        let (old, new) = (Rows::new(method, earlier)?, Rows::new(method, later)?);
        let (model, fresh) = (old.find(progress)?, new.find(progress)?);
        let after = model.place(&new.all()?).into_iter().map(|placed| placed.cluster).collect();
        let index = |labels: &[Option<u32>]| labels.iter().map(|label| label.map(|label| label as usize)).collect();
        let names = |clusters: usize| (0..clusters).map(|cluster| cluster.to_string()).collect();
        OverTime::of(Placed {
            names: names(model.sizes.len()),
            before: index(&model.labels),
            after,
            fresh_names: names(fresh.sizes.len()),
            fresh: index(&fresh.labels),
            earlier_columns: (0..old.dimensions()).map(|column| old.column(column)).collect(),
            later_columns: (0..new.dimensions()).map(|column| new.column(column)).collect(),
        })
    }

    /// Customers at two times, divided by a recipe. Shifts are those of the numeric attributes that both have, in the
    /// order of the earlier ones.
    ///
    /// # Errors
    /// If there is no customer at one time, or the recipe refuses them.
    pub fn customers<F: Fit>(recipe: &F, earlier: &Customers, later: &Customers) -> Result<Self> {
        OverTime::customers_with(recipe, earlier, later, &Progress::none())
    }

    /// As [`customers`](OverTime::customers); `progress` may stop the work.
    ///
    /// # Errors
    /// As [`customers`](OverTime::customers), and if `progress` stops the work.
    pub fn customers_with<F: Fit>(
        recipe: &F,
        earlier: &Customers,
        later: &Customers,
        progress: &Progress<'_>,
    ) -> Result<Self> {
        let model = recipe.fit_with(earlier, progress)?;
        let before = model.segment(earlier)?;
        let after = model.segment(later)?;
        let fresh = recipe.fit_with(later, progress)?.segment(later)?;
        let names = |segmentation: &Segmentation<<F::Model as Segmenter>::Segment>| -> Vec<String> {
            segmentation.segments().iter().map(|segment| segment.key().into_owned()).collect()
        };
        let both = earlier
            .columns()
            .filter(|(attribute, column)| column.kind().is_numeric() && later.numeric_column(&attribute.name).is_ok());
        let (mut earlier_columns, mut later_columns): (Vec<Option<Cells<'_>>>, Vec<Option<Cells<'_>>>) =
            Default::default();
        for (attribute, column) in both {
            let other = later.numeric_column(&attribute.name)?;
            earlier_columns.push(Some(Box::new(|row| column.number(row))));
            later_columns.push(Some(Box::new(|row| other.number(row))));
        }
        OverTime::of(Placed {
            names: names(&before),
            before: before.indices().collect(),
            after: after.indices().collect(),
            fresh_names: names(&fresh),
            fresh: fresh.indices().collect(),
            earlier_columns,
            later_columns,
        })
    }

    /// The figures, whoever placed the rows.
    fn of(placed: Placed<'_>) -> Result<Self> {
        let groups = placed.names.len();
        let sizes = |of: &[Option<usize>]| {
            let mut sizes = vec![0_usize; groups + 1];
            of.iter().for_each(|group| sizes[group.unwrap_or(groups)] += 1);
            sizes
        };
        let (earlier, later) = (sizes(&placed.before), sizes(&placed.after));
        let (old, fresh) = (partition(&placed.after)?, partition(&placed.fresh)?);
        let adjusted_rand =
            Contingency::new(&old.clone().none_as_group(), &fresh.clone().none_as_group())?.adjusted_rand();
        let partners = partners(&placed, &old, &fresh)?;
        let shifts: Vec<Vec<Option<f64>>> = shifts(&placed, groups);
        let segment = |group: usize| {
            let shift: Vec<Option<f64>> = shifts.iter().map(|column| column[group]).collect();
            let squares: Vec<f64> = shift.iter().flatten().map(|shift| shift * shift).collect();
            let moved = (!squares.is_empty()).then(|| (squares.iter().sum::<f64>() / squares.len() as f64).sqrt());
            let (fresh, jaccard) = partners[group].clone().map_or((None, 0.0), |(name, jaccard)| (Some(name), jaccard));
            let segment = placed.names[group].clone();
            SegmentOverTime { segment, earlier: earlier[group], later: later[group], fresh, jaccard, shift, moved }
        };
        Ok(OverTime {
            adjusted_rand,
            psi: psi(&earlier, &later),
            segments: (0..groups).map(segment).collect(),
            earlier: placed.before.len(),
            later: placed.after.len(),
            in_none: (earlier[groups], later[groups]),
        })
    }
}

/// The groups that somebody is in, numbered anew.
fn partition(groups: &[Option<usize>]) -> Result<Partition> {
    Partition::new(&groups.iter().map(|group| group.map(|group| group as u32)).collect::<Vec<_>>())
}

/// The fresh segment that each old one is matched with, and their Jaccard index.
fn partners(placed: &Placed<'_>, old: &Partition, fresh: &Partition) -> Result<Vec<Option<(String, f64)>>> {
    let mut partners = vec![None; placed.names.len()];
    if old.groups() == 0 || fresh.groups() == 0 {
        return Ok(partners);
    }
    // partitions number the groups that have rows
    let present = |of: &[Option<usize>]| {
        let mut present: Vec<usize> = of.iter().flatten().copied().collect();
        present.sort_unstable();
        present.dedup();
        present
    };
    let (first, second) = (present(&placed.after), present(&placed.fresh));
    let Ok(table) = Contingency::new(old, fresh) else { return Ok(partners) };
    for pair in Matching::of(&table)?.matches() {
        let (mine, other) = (old.sizes()[pair.first] as u64, fresh.sizes()[pair.second] as u64);
        let jaccard = pair.rows as f64 / (mine + other - pair.rows) as f64;
        partners[first[pair.first]] = Some((placed.fresh_names[second[pair.second]].clone(), jaccard));
    }
    Ok(partners)
}

/// The population stability index of two lists of counts.
///
/// A group that is empty on both sides has no part in it.
fn psi(earlier: &[usize], later: &[usize]) -> f64 {
    let share = |count: usize, all: &[usize]| {
        let count = if count == 0 { 0.5 } else { count as f64 };
        count / all.iter().sum::<usize>() as f64
    };
    let pairs = earlier.iter().zip(later).filter(|(a, b)| **a + **b > 0);
    let shares = pairs.map(|(a, b)| (share(*a, earlier), share(*b, later)));
    crate::math::sum::sum(shares.map(|(a, b)| (b - a) * (b / a).ln()))
}

/// For each column how far the mean of each group moved, in standard deviations of all earlier rows.
fn shifts(placed: &Placed<'_>, groups: usize) -> Vec<Vec<Option<f64>>> {
    let columns = placed.earlier_columns.iter().zip(&placed.later_columns);
    let shift = |(earlier, later): (&Option<Cells<'_>>, &Option<Cells<'_>>)| {
        let (Some(earlier), Some(later)) = (earlier, later) else { return vec![None; groups] };
        let known: Vec<f64> = (0..placed.before.len()).filter_map(earlier).collect();
        let scale = known.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        if scale == 0.0 || known.is_empty() {
            return vec![None; groups];
        }
        // all in units of the largest number, whose squares are harmless
        let mean = crate::math::sum::sum(known.iter().map(|value| value / scale)) / known.len() as f64;
        let squares = crate::math::sum::sum(known.iter().map(|value| (value / scale - mean) * (value / scale - mean)));
        let deviation = (squares / known.len() as f64).sqrt();
        let (before, after) =
            (means(earlier, &placed.before, groups, scale), means(later, &placed.after, groups, scale));
        let moved = |(a, b): (Option<f64>, Option<f64>)| Some((b? - a?) / deviation).filter(|moved| moved.is_finite());
        before.into_iter().zip(after).map(moved).collect()
    };
    columns.map(shift).collect()
}

/// The mean of each group's known cells, over `scale`.
fn means(cells: &Cells<'_>, places: &[Option<usize>], groups: usize, scale: f64) -> Vec<Option<f64>> {
    let mut sums = vec![(0.0, 0_usize); groups];
    for (row, group) in places.iter().enumerate() {
        if let (Some(group), Some(value)) = (group, cells(row)) {
            sums[*group].0 += value / scale;
            sums[*group].1 += 1;
        }
    }
    sums.into_iter().map(|(sum, count)| (count > 0).then(|| sum / count as f64)).collect()
}

impl fmt::Display for OverTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: f64| number((value * 1e3).round() / 1e3);
        let heads = [("segment", Align::Left), ("earlier", Align::Right), ("share", Align::Right)];
        let more = [("later", Align::Right), ("share", Align::Right), ("moved", Align::Right)];
        let ends = [("fresh segment", Align::Left), ("Jaccard", Align::Right)];
        let mut table = Table::new(heads.into_iter().chain(more).chain(ends));
        for one in &self.segments {
            let sizes = [count(one.earlier), share(one.earlier, self.earlier)];
            let later = [count(one.later), share(one.later, self.later), one.moved.map_or(String::new(), short)];
            let fresh = [one.fresh.clone().unwrap_or_else(|| "–".to_owned()), short(one.jaccard)];
            table.row([one.segment.clone()].into_iter().chain(sizes).chain(later).chain(fresh));
        }
        let (agreement, psi) = (short(self.adjusted_rand), short(self.psi));
        write!(f, "{table}\nadjusted Rand index {agreement}, population stability index {psi}")
    }
}
