//! Gamma, tau and G+: how often a pair of rows within a group is nearer than a pair of two groups.
//!
//! Each pair within would be compared with each pair between: n⁴ / 8 comparisons. Sorted distances within groups answer
//! for one pair between in O(log n) how many are nearer and how many are farther.

use crate::error::{Error, Result};
use crate::evaluate::Division;
use crate::progress::Progress;

use super::means::undefined;
use super::walk::Run;
use super::{Pairs, Which};

/// Most distances within groups that are held: 1 GB.
const MOST: u64 = 1 << 27;
/// How many parts the sorted distances have, so that a search begins near its end; as a power of two.
const PARTS: u32 = 16;

/// How often pairs within and pairs between are in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Order {
    /// How often a pair within is nearer than a pair between.
    plus: u128,
    /// How often it is farther.
    minus: u128,
    /// How many pairs are within.
    within: u128,
    /// How many are between.
    between: u128,
}

/// Baker and Hubert's gamma: of all comparisons of a pair of rows within a group with a pair of two groups that are not
/// ties, how many more are in order than not, as a share.
///
/// From -1 to 1; 1 is best: all pairs within are nearer than all pairs between.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, g_plus, gamma, tau};
///
/// let rows = array![[0.0], [1.0], [4.0], [9.0]];
/// let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1])?);
/// let division = Division::new(&points, &groups)?;
/// // within 1 and 5, between 3, 4, 8 and 9: 6 of 8 comparisons are in order
/// assert_eq!(gamma(&division)?, 0.5);
/// assert_eq!(tau(&division)?, 4.0 / f64::sqrt(8.0 * 15.0));
/// assert_eq!(g_plus(&division)?, 2.0 * 2.0 / (6.0 * 5.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows, so they must be whole numbers.
///
/// # Cost
/// O(n² (d + log n)) once for gamma, tau and G+ of the same division; memory 8 bytes for each pair within a group, of
/// which there are about n² / 2k. Other packages compare all with all, O(n⁴).
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// If there are fewer than 2 groups, no group has two rows, a weight is no whole number, there are more than 134,217,728
/// pairs within groups (1 GB), or all comparisons are ties.
///
/// # References
/// F. B. Baker and L. J. Hubert 1975, Measuring the power of hierarchical cluster analysis, DOI
/// 10.1080/01621459.1975.10480256. B. Desgraupes 2013, Clustering indices, 1.2.8.
///
/// # Differs from
/// clusterCrit, which keeps gamma in single precision.
pub fn gamma(division: &Division<'_>) -> Result<f64> {
    let order = super::PairCache::order(division, "gamma")?;
    match order.plus + order.minus {
        0 => Err(undefined("gamma", "all comparisons are ties")),
        all => Ok((order.plus as f64 - order.minus as f64) / all as f64),
    }
}

/// Kendall's tau between distances and groups: (s+ - s-) / √(N_w N_b N_t (N_t - 1) / 2), where s+ comparisons are in
/// order and s- are not, of N_t pairs of which N_w are within and N_b between.
///
/// From -1 to 1; large is good. It is less than [`gamma`], and much less where few pairs are within groups.
///
/// # Weights, cost, determinism, errors
/// As [`gamma`]; it is defined where all comparisons are ties, and 0.
///
/// # References
/// F. J. Rohlf 1974, Methods of comparing classifications, DOI 10.1146/annurev.es.05.110174.000533. B. Desgraupes 2013,
/// Clustering indices, 1.2.23.
pub fn tau(division: &Division<'_>) -> Result<f64> {
    let order = super::PairCache::order(division, "tau")?;
    let all = (order.within + order.between) as f64;
    let comparisons = (order.within as f64).sqrt() * (order.between as f64).sqrt();
    Ok((order.plus as f64 - order.minus as f64) / comparisons / (all * (all - 1.0) / 2.0).sqrt())
}

/// G+: the share of comparisons of two pairs of rows in which a pair within a group is farther than a pair of two groups,
/// 2 s- / (N_t (N_t - 1)).
///
/// From 0 to 1; 0 is best. All comparisons of pairs are counted, also of two within, so it is small for many small
/// groups whatever they are.
///
/// # Weights, cost, determinism, errors
/// As [`gamma`]; it is defined where all comparisons are ties, and 0.
///
/// # References
/// F. J. Rohlf 1974, as [`tau`]. B. Desgraupes 2013, Clustering indices, 1.2.10.
pub fn g_plus(division: &Division<'_>) -> Result<f64> {
    let order = super::PairCache::order(division, "G+ index")?;
    let all = (order.within + order.between) as f64;
    Ok(2.0 * order.minus as f64 / (all * (all - 1.0)))
}

impl Order {
    /// Holds the distances within, then walks the pairs between.
    pub(super) fn of(division: &Division<'_>, figure: &str) -> Result<Self> {
        division.at_least(figure, 2)?;
        let pairs = Pairs::of(division)?;
        let held = pairs.starts.windows(2).map(|group| (group[1] - group[0]) as u64);
        let held: u64 = held.map(|rows| rows * rows.saturating_sub(1) / 2).sum();
        if held > MOST {
            let message = format!(
                "the {figure} holds all distances within groups, at most {MOST}, found {held}: take a sample of the rows"
            );
            return Err(Error::unsupported(message));
        }
        let weights = pairs.whole_weights(figure)?;
        let within = Sorted::of(&pairs, weights.as_deref(), held as usize)?;
        let (mut plus, mut minus, mut between) = (0, 0, 0);
        let visit = |kept: &mut (u128, u128, u128), run: Run<'_>| {
            for (group, first, others) in pairs.by_group(&run) {
                if group == pairs.group[run.row] as usize {
                    continue;
                }
                for (other, far) in (first..).zip(others) {
                    let weight = weights.as_ref().map_or(1, |all| u128::from(all[run.row]) * u128::from(all[other]));
                    let (nearer, farther) = within.around(*far);
                    kept.0 += weight * u128::from(nearer);
                    kept.1 += weight * u128::from(farther);
                    kept.2 += weight;
                }
            }
        };
        let progress = Progress::none();
        let steps = (|_: &[u32]| (0, 0, 0), visit, |_: &[u32], kept| kept);
        pairs.walk(&pairs.all(), Which::Later, &progress, steps, |_, (more, less, all)| {
            plus += more;
            minus += less;
            between += all;
        })?;
        let within = u128::from(within.total());
        match within > 0 && between > 0 {
            true => Ok(Order { plus, minus, within, between }),
            false => Err(undefined(figure, "all pairs are within groups, or none is")),
        }
    }
}

/// The distances within groups, sorted.
struct Sorted {
    /// The distances.
    values: Vec<f64>,
    /// How many pairs come before each, and all; empty if each value is one pair.
    before: Vec<u64>,
    /// Where the values of each part of their range begin, and the end.
    parts: Vec<u32>,
    /// The bits of the least, and by how many they are shortened to be a part.
    first: u64,
    /// See [`Sorted::first`].
    shift: u32,
}

impl Sorted {
    /// Walks the pairs within and sorts them.
    fn of(pairs: &Pairs<'_>, weights: Option<&[u64]>, held: usize) -> Result<Self> {
        let mut values: Vec<f64> = Vec::new();
        let mut counts: Vec<u64> = Vec::new();
        if values.try_reserve_exact(held).is_err() {
            return Err(Error::unsupported(format!("no memory for {held} distances: take a sample of the rows")));
        }
        let visit = |kept: &mut (Vec<f64>, Vec<u64>), run: Run<'_>| {
            kept.0.extend_from_slice(run.far);
            if let Some(weights) = weights {
                let others = &weights[run.first..run.first + run.far.len()];
                kept.1.extend(others.iter().map(|weight| weights[run.row] * weight));
            }
        };
        let steps = (|_: &[u32]| (Vec::new(), Vec::new()), visit, |_: &[u32], kept| kept);
        pairs.walk(&pairs.all(), Which::OwnLater, &Progress::none(), steps, |_, (some, weights)| {
            values.extend(some);
            counts.extend(weights);
        })?;
        let mut before = Vec::new();
        if let Some(weights) = weights {
            let copies = weights.iter().map(|weight| weight * weight.saturating_sub(1) / 2).sum();
            values.push(0.0);
            counts.push(copies);
            let mut both: Vec<(f64, u64)> = values.into_iter().zip(counts).collect();
            both.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            let mut total = 0;
            before.push(0);
            before.extend(both.iter().map(|(_, count)| {
                total += count;
                total
            }));
            values = both.into_iter().map(|(value, _)| value).collect();
        } else {
            values.sort_unstable_by(f64::total_cmp);
        }
        Ok(Sorted::parted(values, before))
    }

    /// Says where each part of the range of values begins.
    fn parted(values: Vec<f64>, before: Vec<u64>) -> Self {
        let first = values.first().map_or(0, |value| value.to_bits());
        let width = values.last().map_or(0, |value| value.to_bits() - first);
        let shift = (u64::BITS - width.leading_zeros()).saturating_sub(PARTS);
        let mut parts = Vec::with_capacity((1 << PARTS) + 1);
        let mut at = 0;
        for part in 0..1_u64 << PARTS {
            at += values[at..].iter().take_while(|value| (value.to_bits() - first) >> shift < part).count();
            parts.push(at as u32);
        }
        parts.push(values.len() as u32);
        Sorted { values, before, parts, first, shift }
    }

    /// How many pairs there are.
    fn total(&self) -> u64 {
        self.before.last().copied().unwrap_or(self.values.len() as u64)
    }

    /// How many pairs are nearer than this distance, and how many are farther.
    fn around(&self, far: f64) -> (u64, u64) {
        let part = far.to_bits().checked_sub(self.first).map(|bits| (bits >> self.shift) as usize);
        let (below, upto) = match part {
            None => (0, 0), // nearer than all
            Some(part) if part >= 1 << PARTS => (self.values.len(), self.values.len()),
            Some(part) => {
                let start = self.parts[part] as usize;
                let inside = &self.values[start..self.parts[part + 1] as usize];
                let below = start + inside.partition_point(|value| *value < far);
                (below, start + inside.partition_point(|value| *value <= far))
            }
        };
        let pairs = |at: usize| self.before.get(at).copied().unwrap_or(at as u64);
        (pairs(below), self.total() - pairs(upto))
    }
}
