//! Stability of each segment: is it found again?
//!
//! A division as a whole may be shaky and hold a segment that is solid, and that one is what a plan needs. So each
//! segment is looked for by itself: its most similar one in every replicate, whatever that one's number.

use std::fmt;

use crate::error::Result;
use crate::evaluate::agreement::Contingency;
use crate::evaluate::partition::{NONE_LABEL, Partition};
use crate::progress::Progress;
use crate::text::{Align, Table, count, counted};

use super::recipe::{Purpose, Stability};
use super::refit::{Asked, Refit};
use super::scheme::Scheme;
use super::spread::Spread;
use super::work;

/// What a segment's mean Jaccard index says of it, by the limits that R's fpc documents.
///
/// They were found for bootstrap samples; other schemes depend on how much they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
pub enum SegmentVerdict {
    /// Below 0.6: not to be trusted.
    Unstable,
    /// From 0.6: there is a pattern; who exactly belongs to it is doubtful.
    Pattern,
    /// From 0.75: it comes back.
    Valid,
    /// From 0.85: nearly the same members each time.
    HighlyStable,
}

impl SegmentVerdict {
    /// The verdict on a mean Jaccard index.
    ///
    /// ```
    /// use segmentry::evaluate::SegmentVerdict;
    ///
    /// assert_eq!(SegmentVerdict::of(0.75), SegmentVerdict::Valid);
    /// assert!(SegmentVerdict::of(0.5) < SegmentVerdict::of(0.7));
    /// ```
    pub fn of(mean: f64) -> Self {
        match mean {
            mean if mean >= 0.85 => SegmentVerdict::HighlyStable,
            mean if mean >= 0.75 => SegmentVerdict::Valid,
            mean if mean >= 0.6 => SegmentVerdict::Pattern,
            _ => SegmentVerdict::Unstable,
        }
    }
}

impl fmt::Display for SegmentVerdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            SegmentVerdict::Unstable => "unstable",
            SegmentVerdict::Pattern => "pattern, members doubtful",
            SegmentVerdict::Valid => "valid",
            SegmentVerdict::HighlyStable => "highly stable",
        })
    }
}

/// How often one segment came back.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentReturn {
    /// The segment: its key, or the number of the cluster.
    pub segment: String,
    /// How many rows it has.
    pub size: usize,
    /// The Jaccard index with the most similar segment of each replicate: the share of rows in both among those in
    /// either. 0 where none of its rows was drawn and only those are compared.
    pub jaccard: Spread,
    /// In how many replicates it was dissolved: an index of at most 0.5.
    pub dissolved: usize,
    /// In how many replicates it was recovered: an index above 0.75.
    pub recovered: usize,
    /// With which other segments it shared its most similar one, and in how many replicates; the most frequent first.
    pub mixed_with: Vec<(usize, usize)>,
    /// What the mean says.
    pub verdict: SegmentVerdict,
}

/// How often each segment of a division came back.
///
/// Its `Display` is a table, a line for each segment.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct SegmentStability {
    /// The segments, in their order.
    pub segments: Vec<SegmentReturn>,
    /// How the samples were drawn.
    pub scheme: Scheme,
    /// Whether rows that were drawn are compared, and not all rows.
    pub drawn_rows: bool,
}

impl Stability {
    /// How often each segment comes back, over [`replicates`](Stability::replicates) replicates.
    ///
    /// A segment that all replicates find is one that customers are in; one that is found now and then is one that the
    /// sample drew. The most similar segment of a replicate may serve several: who shares it is told, for two segments
    /// that are often one are perhaps one.
    ///
    /// ```
    /// use ndarray::Array2;
    /// use segmentry::cluster::{AnyMethod, KMeans, Points};
    /// use segmentry::evaluate::{Refit, SegmentVerdict, Stability};
    ///
    /// // a group of 40 that stands alone, and one of 60 that is cut in two
    /// let rows = Array2::from_shape_fn((100, 1), |(row, _)| if row < 40 { 500.0 + row as f64 } else { row as f64 });
    /// let points = Points::new(rows.view());
    /// let method: AnyMethod = KMeans::new(3).into();
    /// let found = Stability::new().replicates(20).segments(&Refit::rows(&method, &points)?)?;
    /// assert_eq!((found.segments[0].size, found.segments[0].verdict), (40, SegmentVerdict::HighlyStable));
    /// assert!(found.segments[0].jaccard.mean() > found.segments[1].jaccard.mean());
    /// assert!(found.to_string().contains("highly stable"));
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If a parameter is outside what it may be, or the method refuses the rows or a sample: the first in order.
    pub fn segments(&self, refit: &Refit<'_>) -> Result<SegmentStability> {
        self.segments_with(refit, &Progress::none())
    }

    /// As [`segments`](Stability::segments), telling `progress` how many replicates are done.
    ///
    /// # Errors
    /// As [`segments`](Stability::segments), and if `progress` stops the work.
    pub fn segments_with(&self, refit: &Refit<'_>, progress: &Progress<'_>) -> Result<SegmentStability> {
        Stability::at_least_one("replicates", self.replicates)?;
        let scheme = refit.scheme(self.scheme)?;
        let whole = refit.whole(progress)?;
        let groups = whole.partition.groups();
        let asked = if self.drawn { Asked::Drawn } else { Asked::All };
        let found = work::run("replicates", self.replicates, progress, |replicate, progress| {
            let mut random = self.random(Purpose::Segments, replicate);
            let (rows, again) = refit.replicate(scheme, asked, &mut random, progress)?;
            match rows {
                None => best_matches(&whole.partition, again, groups),
                Some(rows) => {
                    let few = |row: &u32| whole.partition.labels()[*row as usize];
                    let few: Vec<Option<u32>> =
                        rows.iter().map(|row| Some(few(row)).filter(|l| *l != NONE_LABEL)).collect();
                    // groups keep their numbers: the table of the rows that were drawn may lack some
                    let present = present(&few, groups);
                    let matches = best_matches(&Partition::new(&few)?, again, present.len())?;
                    let mut all = vec![(None, 0.0); groups];
                    present.into_iter().zip(matches).for_each(|(group, found)| all[group] = found);
                    Ok(all)
                }
            }
        })?;
        let segments = (0..groups).map(|group| segment(&whole.names, &whole.partition, &found, group));
        Ok(SegmentStability { segments: segments.collect::<Result<_>>()?, scheme, drawn_rows: self.drawn })
    }
}

/// The most similar group of a replicate, where there is one, and the Jaccard index with it.
type Best = (Option<usize>, f64);

/// What became of one segment in all replicates.
fn segment(names: &[String], whole: &Partition, found: &[Vec<Best>], group: usize) -> Result<SegmentReturn> {
    let jaccard = Spread::of(found.iter().map(|replicate| replicate[group].1).collect())?;
    let mixed = |other: usize| {
        let same = |replicate: &&Vec<Best>| replicate[group].0.is_some() && replicate[group].0 == replicate[other].0;
        (other, found.iter().filter(same).count())
    };
    let others = (0..whole.groups()).filter(|other| *other != group);
    let mut mixed_with: Vec<(usize, usize)> = others.map(mixed).filter(|(_, times)| *times > 0).collect();
    mixed_with.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
    Ok(SegmentReturn {
        segment: names.get(group).cloned().unwrap_or_else(|| group.to_string()),
        size: whole.sizes()[group],
        dissolved: jaccard.at_most(0.5),
        recovered: jaccard.values().iter().filter(|value| **value > 0.75).count(),
        verdict: SegmentVerdict::of(jaccard.mean()),
        jaccard,
        mixed_with,
    })
}

/// Which groups have a row, rising.
fn present(labels: &[Option<u32>], groups: usize) -> Vec<usize> {
    let mut seen = vec![false; groups];
    labels.iter().flatten().for_each(|label| seen[*label as usize] = true);
    (0..groups).filter(|group| seen[*group]).collect()
}

/// For each of the groups the most similar one of another division, by the Jaccard index; the first among equals.
///
/// Rows that are in none count in the unions, and what they form is no candidate. O(n).
fn best_matches(whole: &Partition, again: Partition, groups: usize) -> Result<Vec<Best>> {
    let real = again.groups();
    let table = Contingency::new(&whole.clone().none_as_group(), &again.none_as_group())?;
    let mut best: Vec<Best> = vec![(None, 0.0); groups];
    for (a, b, both) in table.cells().filter(|(a, b, _)| *a < groups && *b < real) {
        let either = table.first_sizes()[a] + table.second_sizes()[b] - both;
        let jaccard = both as f64 / either as f64;
        if jaccard > best[a].1 {
            best[a] = (Some(b), jaccard);
        }
    }
    Ok(best)
}

impl SegmentStability {
    /// The segment whose mean is lowest, the first among equals.
    pub fn weakest(&self) -> Option<&SegmentReturn> {
        self.segments.iter().reduce(|low, next| if next.jaccard.mean() < low.jaccard.mean() { next } else { low })
    }
}

impl fmt::Display for SegmentStability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = ["size", "median", "lower quartile", "upper quartile", "mean", "mean at 95 %"];
        let heads = heads.into_iter().chain(["dissolved", "recovered"]).map(|head| (head, Align::Right));
        let ends = [("verdict", Align::Left)];
        let mut table = Table::new([("segment", Align::Left)].into_iter().chain(heads).chain(ends));
        for one in &self.segments {
            let start = [one.segment.clone(), count(one.size)];
            let end = [count(one.dissolved), count(one.recovered), one.verdict.to_string()];
            table.row(start.into_iter().chain(one.jaccard.cells()).chain(end));
        }
        let replicates = self.segments.first().map_or(0, |one| one.jaccard.values().len());
        let rows = if self.drawn_rows { "the rows drawn" } else { "all rows" };
        let replicates = counted(replicates, "replicate", "replicates");
        write!(f, "{table}\nJaccard index in {replicates}, {}, on {rows}", self.scheme)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::{Partition, best_matches};
    use crate::math::random::Random;

    /// The definition, group by group and row by row.
    fn slowly(whole: &Partition, again: &Partition) -> Vec<f64> {
        let members = |partition: &Partition| partition.members();
        let jaccard = |a: &Vec<usize>, b: &Vec<usize>| {
            let both = a.iter().filter(|row| b.contains(row)).count();
            both as f64 / (a.len() + b.len() - both) as f64
        };
        let best = |a| members(again).iter().map(|b| jaccard(a, b)).fold(0.0, f64::max);
        members(whole).iter().map(best).collect()
    }

    #[test]
    fn the_best_match_is_that_of_the_definition() {
        for seed in 0..200 {
            let mut random = Random::new(seed, 0);
            let (rows, first, second) = (1 + random.below(40), 1 + random.below(5), 1 + random.below(6));
            let mut draw = |groups: usize| {
                let label = |_| Some(random.below(groups + 1) as u32).filter(|label| (*label as usize) < groups);
                Partition::new(&(0..rows).map(label).collect::<Vec<_>>()).unwrap()
            };
            let (whole, again) = (draw(first), draw(second));
            let found = best_matches(&whole, again.clone(), whole.groups()).unwrap();
            let expected = slowly(&whole, &again);
            assert_eq!(found.iter().map(|best| best.1).collect::<Vec<_>>(), expected, "seed {seed}");
            for ((group, jaccard), members) in found.iter().zip(whole.members()) {
                let Some(group) = group else { continue };
                let other = &again.members()[*group];
                let both = members.iter().filter(|row| other.contains(row)).count() as f64;
                assert_eq!(both / ((members.len() + other.len()) as f64 - both), *jaccard);
            }
        }
    }
}
