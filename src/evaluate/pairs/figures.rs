//! Sums and extremes of the distances between all pairs, by pair of groups: one walk for many figures.
//!
//! Each pair is looked at once. A chunk of rows keeps a line for each pair of one of its groups with any group; rows lie
//! group by group, so a chunk mostly has rows of one or two groups, and lines are few. Lines are added in the order of
//! chunks. With thousands of groups lines would be millions: then only the pairs of each group with itself have one, and
//! all pairs between groups share one.

use crate::cluster::Scale;
use crate::error::Result;
use crate::evaluate::Division;
use crate::progress::Progress;

use super::lanes::LANES;
use super::walk::{Run, side_by_side};
use super::{Pairs, Which};

/// Most groups for which each pair of groups has a line of its own: 100 MB.
const MOST_GROUPS: usize = 2_048;

/// What is known of some pairs of rows.
///
/// Enough for means, for the spread of distances and for the nearest and the farthest pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Total {
    /// How many pairs: of rows that count twice, all of both.
    pub(crate) pairs: f64,
    /// The sum of their distances.
    pub(crate) sum: f64,
    /// The sum of the squares of their distances.
    pub(crate) squares: f64,
    /// The least distance of two different rows; infinite without a pair.
    pub(crate) least: f64,
    /// The greatest distance; 0 without a pair.
    pub(crate) greatest: f64,
}

impl Total {
    /// Of no pairs.
    const NONE: Total = Total { pairs: 0.0, sum: 0.0, squares: 0.0, least: f64::INFINITY, greatest: 0.0 };

    /// Adds what is known of other pairs; how many they are is known from the weights of groups.
    fn add(&mut self, other: &Total) {
        self.sum += other.sum;
        self.squares += other.squares;
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    /// The mean distance; `None` without a pair.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.pairs > 0.0).then(|| self.sum / self.pairs)
    }
}

/// All pairs of rows of a division, by pair of groups. Lengths are those of [`PairFigures::scale`].
///
/// A row of weight 2 is two rows: the pair of both has distance 0 and counts within its group, but it is not asked for
/// the least distance, which is never less than 0 and only of interest between groups.
#[derive(Clone, Debug)]
pub(crate) struct PairFigures {
    /// How many groups.
    pub(crate) groups: usize,
    /// The pairs of each group.
    pub(crate) own: Vec<Total>,
    /// The pairs of two groups, the lesser first: 0 with 1, 0 with 2 …; `None` where groups are too many.
    across: Option<Vec<Total>>,
    /// All pairs within a group.
    pub(crate) within: Total,
    /// All pairs between groups.
    pub(crate) between: Total,
    /// What lengths are multiplied with.
    pub(crate) scale: Scale,
}

/// What a chunk of rows has seen.
struct Seen {
    /// The group of its first row.
    first: usize,
    /// For each group of its rows from the first on, the pairs with each group.
    table: Vec<Total>,
    /// Where groups are too many for that: the pairs within each of its groups.
    own: Vec<Total>,
    /// And all pairs between.
    between: Total,
}

impl PairFigures {
    /// Walks all pairs once. O(n² d / 2) time, O(n + k²) memory, without k² for more than 2,048 groups.
    ///
    /// # Errors
    /// If the distance is not for these rows, or no row is in a group.
    pub(crate) fn of(division: &Division<'_>) -> Result<Self> {
        PairFigures::walked(&Pairs::of(division)?, MOST_GROUPS)
    }

    /// The walk, with a line for each pair of groups where there are at most `most`.
    ///
    /// How many pairs there are follows from what groups weigh: W (W - 1) / 2 within, V W between. Of a group that weighs
    /// less than one row there is no pair.
    fn walked(pairs: &Pairs<'_>, most: usize) -> Result<Self> {
        let groups = pairs.groups();
        let tabled = groups <= most;
        let mut own = vec![Total::NONE; groups];
        let mut across = tabled.then(|| vec![Total::NONE; groups * groups.saturating_sub(1) / 2]);
        let mut between = Total::NONE;
        let start = |rows: &[u32]| {
            let at = |row: Option<&u32>| row.map_or(0, |row| pairs.group[*row as usize] as usize);
            let (first, last) = (at(rows.first()), at(rows.last()));
            let span = last + 1 - first;
            let table = if tabled { vec![Total::NONE; span * groups] } else { Vec::new() };
            Seen { first, table, own: vec![Total::NONE; span], between: Total::NONE }
        };
        let visit = |seen: &mut Seen, run: Run<'_>| {
            let own = pairs.group[run.row] as usize;
            for (group, first, far) in pairs.by_group(&run) {
                let found = total(pairs, run.row, first, far);
                if tabled {
                    seen.table[(own - seen.first) * groups + group].add(&found);
                } else if own == group {
                    seen.own[own - seen.first].add(&found);
                } else {
                    seen.between.add(&found);
                }
            }
        };
        pairs.walk(
            &pairs.all(),
            Which::Later,
            &Progress::none(),
            (start, visit, |_, seen| seen),
            |_, seen: Seen| {
                for (at, line) in seen.own.iter().enumerate() {
                    own[seen.first + at].add(line);
                }
                between.add(&seen.between);
                let Some(across) = &mut across else { return };
                for (at, line) in seen.table.chunks(groups).enumerate() {
                    let group = seen.first + at;
                    own[group].add(&line[group]);
                    for other in group + 1..groups {
                        across[place(groups, group, other)].add(&line[other]);
                    }
                }
            },
        )?;
        let weights = pairs.group_weights();
        let mut within = Total::NONE;
        for (own, weight) in own.iter_mut().zip(&weights) {
            own.pairs = (weight * (weight - 1.0) / 2.0).max(0.0);
            within.add(own);
            within.pairs += own.pairs;
        }
        let total: f64 = weights.iter().sum();
        for (group, weight) in weights.iter().enumerate() {
            for other in group + 1..groups {
                if let Some(across) = &mut across {
                    across[place(groups, group, other)].pairs = weight * weights[other];
                    between.add(&across[place(groups, group, other)]);
                }
            }
        }
        between.pairs = (total * total - weights.iter().map(|weight| weight * weight).sum::<f64>()) / 2.0;
        if groups < 2 {
            between.pairs = 0.0; // and not what rounding leaves
        }
        Ok(PairFigures { groups, own, across, within, between, scale: pairs.scale() })
    }

    /// The pairs of two different groups; `None` where there are more than 2,048 groups.
    ///
    /// O(1), whichever comes first.
    pub(crate) fn across(&self, a: usize, b: usize) -> Option<&Total> {
        self.across.as_ref().and_then(|across| across.get(place(self.groups, a.min(b), a.max(b))))
    }
}

/// Where the pair of groups stands; the first is the lesser.
fn place(groups: usize, a: usize, b: usize) -> usize {
    a * (2 * groups - a - 1) / 2 + b - a - 1
}

/// The pairs of one row with a run of others of one group: four figures side by side, eight numbers at a time.
///
/// The eight parts of each sum are added in one order, so the bits follow from the run alone.
fn total(pairs: &Pairs<'_>, row: usize, first: usize, run: &[f64]) -> Total {
    let (mut least, mut greatest) = ([f64::INFINITY; LANES], [0.0_f64; LANES]);
    let (mut sums, mut squares) = ([0.0_f64; LANES], [0.0_f64; LANES]);
    let mut see = |at: usize, far: f64, weight: f64| {
        least[at] = if far < least[at] { far } else { least[at] };
        greatest[at] = if far > greatest[at] { far } else { greatest[at] };
        sums[at] += weight * far;
        squares[at] += weight * far * far;
    };
    let (parts, rest) = run.as_chunks::<LANES>();
    match pairs.weights {
        None => {
            parts.iter().for_each(|part| (0..LANES).for_each(|at| see(at, part[at], 1.0)));
            rest.iter().enumerate().for_each(|(at, far)| see(at, *far, 1.0));
        }
        Some(weights) => {
            let others = weights[first..].iter().zip(run);
            others.enumerate().for_each(|(at, (weight, far))| see(at % LANES, *far, weights[row] * weight));
        }
    }
    Total {
        pairs: 0.0,
        sum: side_by_side(sums),
        squares: side_by_side(squares),
        least: least.into_iter().fold(f64::INFINITY, f64::min),
        greatest: greatest.into_iter().fold(0.0, f64::max),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
#[path = "figures_tests.rs"]
mod tests;
