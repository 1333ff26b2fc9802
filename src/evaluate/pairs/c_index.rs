//! The C-index: the sum of the distances within groups between the least and the greatest it could be.
//!
//! With as many pairs as are within groups, the least sum is that of the nearest pairs of all, the greatest that of the
//! farthest. They are found without holding the distances: a walk counts how many lie in each of some thousand ranges of
//! numbers, another those of the range that holds the last pair asked for, until that range is one number or holds few
//! enough pairs to be gathered and sorted.

use std::ops::RangeInclusive;

use crate::error::Result;
use crate::evaluate::Division;
use crate::progress::Progress;

use super::means::undefined;
use super::walk::Run;
use super::{PairCache, Pairs, Which};

/// How many ranges are counted at once, as a power of two.
const RANGES: u32 = 13;
/// Pairs that are gathered and sorted: 16 MB.
const FEW: u64 = 1 << 20;

/// The C-index of Hubert and Levin: (S - least) / (greatest - least), where S is the sum of the distances within groups
/// and least and greatest are the sums of as many distances, the smallest and the largest of all pairs.
///
/// From 0 to 1; small is good. 0 where the pairs within are the nearest of all.
///
/// ```
/// use ndarray::array;
/// use segmentry::cluster::Points;
/// use segmentry::evaluate::{Division, Partition, c_index};
///
/// let rows = array![[0.0], [1.0], [4.0], [6.0]];
/// let points = Points::new(rows.view());
/// let (good, bad) = (Partition::of([0, 0, 1, 1])?, Partition::of([0, 1, 1, 0])?);
/// assert_eq!(c_index(&Division::new(&points, &good)?)?, 0.0);
/// assert_eq!(c_index(&Division::new(&points, &bad)?)?, 0.75);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Weights
/// As copies of rows, so they must be whole numbers.
///
/// # Cost
/// Three to seven walks over all pairs, each O(n² d / 2); memory O(n), some ten MB at most. Other packages hold and sort
/// all n² / 2 distances.
///
/// # Determinism
/// The same bits on any number of threads.
///
/// # Errors
/// If there are fewer than 2 groups, no group has two rows, all distances are the same, or a weight is no whole number.
///
/// # References
/// L. J. Hubert and J. R. Levin 1976, A general statistical framework for assessing categorical clustering in free
/// recall, DOI 10.1037/0033-2909.83.6.1072. B. Desgraupes 2013, Clustering indices, 1.2.3.
pub fn c_index(division: &Division<'_>) -> Result<f64> {
    const FIGURE: &str = "C-index";
    division.at_least(FIGURE, 2)?;
    let figures = PairCache::figures(division)?;
    let pairs = Pairs::of(division)?;
    let weights = pairs.whole_weights(FIGURE)?;
    if figures.within.pairs == 0.0 || figures.between.pairs == 0.0 {
        return Err(undefined(FIGURE, "all pairs are within groups, or none is"));
    }
    let count = figures.within.pairs as u64;
    let copies = weights.iter().flatten().map(|weight| weight * weight.saturating_sub(1) / 2).sum();
    let least = if copies > 0 { 0.0 } else { figures.within.least.min(figures.between.least) };
    let bits = least.to_bits()..=figures.within.greatest.max(figures.between.greatest).to_bits();
    let all = All { pairs: &pairs, weights: weights.as_deref(), copies };
    let (near, far) = all.sums(count, bits)?;
    match far > near {
        true => Ok(((figures.within.sum - near) / (far - near)).clamp(0.0, 1.0)),
        false => Err(undefined(FIGURE, "all distances are the same")),
    }
}

/// All pairs with how often each counts.
struct All<'a> {
    /// The pairs.
    pairs: &'a Pairs<'a>,
    /// How often each row is there.
    weights: Option<&'a [u64]>,
    /// How many pairs of a row with its copy there are: at distance 0.
    copies: u64,
}

/// A search for the pair of a rank: the numbers among which it is, and its rank there.
///
/// Numbers from 0 on have the order of their bits, so ranges of bits are ranges of numbers.
#[derive(Clone, Debug)]
struct Search {
    /// Whether ranks are counted from the farthest pair.
    far: bool,
    /// Where the distance of the pair is.
    bits: RangeInclusive<u64>,
    /// How many pairs of that range are asked for, from its near or far end.
    rank: u64,
    /// How many pairs are in the range; as good as infinite before they were counted.
    inside: u64,
}

impl Search {
    /// Whether the search goes on.
    fn is_wide(&self) -> bool {
        self.inside > FEW && self.bits.start() < self.bits.end()
    }

    /// By how many bits numbers are shortened, so that the range has so many parts at most.
    fn shift(&self) -> u32 {
        (u64::BITS - (self.bits.end() - self.bits.start()).leading_zeros()).saturating_sub(RANGES)
    }

    /// Takes the part that holds the rank.
    fn narrow(&mut self, counts: &[u64]) {
        let (start, shift) = (*self.bits.start(), self.shift());
        let order: Vec<usize> = if self.far { (0..counts.len()).rev().collect() } else { (0..counts.len()).collect() };
        for part in order {
            if self.rank <= counts[part] {
                let first = start + ((part as u64) << shift);
                self.bits = first..=(*self.bits.end()).min(first + ((1_u64 << shift) - 1));
                self.inside = counts[part];
                return;
            }
            self.rank -= counts[part];
        }
        self.inside = 0; // not with as many pairs as were counted
    }
}

impl All<'_> {
    /// The sums of the `count` least and the `count` greatest distances, all of which lie in that range of bits.
    fn sums(&self, count: u64, bits: RangeInclusive<u64>) -> Result<(f64, f64)> {
        let search = |far| Search { far, bits: bits.clone(), rank: count, inside: u64::MAX };
        let mut both = [search(false), search(true)];
        while both.iter().any(Search::is_wide) {
            let counts = self.count(&both)?;
            for (search, counts) in both.iter_mut().zip(&counts) {
                if search.is_wide() {
                    search.narrow(counts);
                }
            }
        }
        let [near, far] = both;
        Ok((self.sum(&near)?, self.sum(&far)?))
    }

    /// Shows all pairs as distances with how often each counts.
    fn walk<K: Send>(
        &self,
        start: impl Fn() -> K + Sync + Send,
        see: impl Fn(&mut K, f64, u64) + Sync + Send,
        done: impl FnMut(&[u32], K),
    ) -> Result<()> {
        let visit = |kept: &mut K, run: Run<'_>| match self.weights {
            None => run.far.iter().for_each(|far| see(kept, *far, 1)),
            Some(weights) => {
                let others = run.far.iter().zip(&weights[run.first..]);
                others.for_each(|(far, weight)| see(kept, *far, weights[run.row] * weight));
            }
        };
        let all = self.pairs.all();
        self.pairs.walk(
            &all,
            Which::Later,
            &Progress::none(),
            (|_: &[u32]| start(), visit, |_: &[u32], kept| kept),
            done,
        )
    }

    /// How many pairs lie in each part of the ranges of two searches.
    fn count(&self, both: &[Search; 2]) -> Result<[Vec<u64>; 2]> {
        let empty = || both.each_ref().map(|search| vec![0_u64; if search.is_wide() { 1 << RANGES } else { 0 }]);
        let see = |counts: &mut [Vec<u64>; 2], far: f64, weight: u64| {
            let bits = far.to_bits();
            for (search, counts) in both.iter().zip(counts) {
                if !counts.is_empty() && search.bits.contains(&bits) {
                    counts[((bits - search.bits.start()) >> search.shift()) as usize] += weight;
                }
            }
        };
        let mut total = empty();
        see(&mut total, 0.0, self.copies);
        self.walk(empty, see, |_, counts| {
            for (total, counts) in total.iter_mut().zip(counts) {
                total.iter_mut().zip(counts).for_each(|(total, count)| *total += count);
            }
        })?;
        Ok(total)
    }

    /// The sum of the distances up to the rank of a search that has found a range of few pairs, or of one number.
    fn sum(&self, search: &Search) -> Result<f64> {
        let single = search.bits.start() == search.bits.end();
        let beyond = |bits: u64| if search.far { bits > *search.bits.end() } else { bits < *search.bits.start() };
        let mut gathered = Vec::new();
        let mut parts = Vec::new();
        let see = |kept: &mut (f64, Vec<(f64, u64)>), far: f64, weight: u64| {
            let bits = far.to_bits();
            if beyond(bits) {
                kept.0 += far * weight as f64;
            } else if !single && search.bits.contains(&bits) {
                kept.1.push((far, weight));
            }
        };
        self.walk(
            || (0.0, Vec::new()),
            see,
            |_, (sum, few)| {
                parts.push(sum);
                gathered.extend(few);
            },
        )?;
        if single {
            gathered.push((f64::from_bits(*search.bits.start()), search.rank));
        } else if search.bits.contains(&0) {
            gathered.push((0.0, self.copies));
        }
        gathered.sort_by(|a, b| if search.far { b.0.total_cmp(&a.0) } else { a.0.total_cmp(&b.0) });
        let mut left = search.rank;
        for (far, count) in gathered {
            let taken = count.min(left);
            parts.push(far * taken as f64);
            left -= taken;
        }
        Ok(crate::math::sum::sum(parts))
    }
}
