//! Quantiles of type 7 by selection, weighted quantiles, median and median absolute deviation.
//!
//! Type 7 of Hyndman and Fan (1996, *Sample Quantiles in Statistical Packages*, The American Statistician 50(4),
//! DOI 10.1080/00031305.1996.10473566) is the default of R's `quantile`, of `numpy.quantile` and of `pandas.qcut`:
//! the value at position `(n - 1) p` of the sorted values, counted from 0, interpolated on the straight line between
//! its two neighbours. No function here checks its input: the values must be free of NaN, the probabilities in 0..=1.
//!
//! Three ways lead to the same bits, and the sorted list stays the definition of them all:
//!
//! | values | way | cost |
//! | --- | --- | --- |
//! | fewer than 16,384 | one copy, selection of the ranks that are needed | O(n) for few ranks |
//! | more | count in buckets, in parallel; copy and select within the buckets that hold a rank | O(n), three reads |
//! | with weights | sort, running weights, binary search | O(n log n) |
//!
//! Selection and not sorting, since five bands need eight ranks of a million; and no approximation, since cut points
//! are kept for years and compared between runs.

use crate::parallel;

/// Values below which a copy is cheaper than counting.
const FEW: usize = 1 << 14;
/// Rows counted at once: many beside the buckets, of which each chunk has its own.
const ROWS: usize = 1 << 18;
/// 16,384 buckets: of values from 0 to a million 16 for each power of two, and 64 KiB of counts a chunk.
const BUCKET_BITS: u32 = 14;

/// The type-7 quantiles of `values` at `probabilities`, in the order of `probabilities`; `None` of nothing.
///
/// O(n) for a few probabilities. Below [`FEW`] values on one copy; above, in parallel and of the values only those
///
/// Each quantile needs the value of its rank and the next, so twice as many ranks as probabilities are looked up, of
/// which those that occur twice are found once.
///
/// near a quantile are copied (see [`gather`]). The answer has the bits that sorting would give.
pub(crate) fn quantiles(values: &[f64], probabilities: &[f64]) -> Option<Vec<f64>> {
    let last = values.len().checked_sub(1)?;
    let places: Vec<Place> = probabilities.iter().map(|p| Place::of(last as f64, *p)).collect();
    let mut ranks: Vec<usize> =
        places.iter().flat_map(|place| [place.low as usize, (place.low as usize + 1).min(last)]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    let ranked = if values.len() < FEW {
        let mut copy = values.to_vec();
        select(&mut copy, &ranks, 0);
        ranks.iter().map(|rank| copy[*rank]).collect()
    } else {
        gather(values, &ranks)
    };
    let at = |rank: f64| ranked[ranks.partition_point(|known| *known < (rank as usize).min(last))];
    Some(places.iter().map(|place| place.between(at(place.low), at(place.low + 1.0))).collect())
}

/// The type-7 quantiles of values that each stand for `weight` rows: a value of weight 2 answers as two equal values of
/// weight 1 do, to the bit. `None` if no weight is above zero.
///
/// Weights that are no whole numbers follow the same rule: the value of rank `k`, counted from 1, is the smallest one
/// with a cumulative weight of at least `k` (the rule of `wtd.quantile` in R's Hmisc). Weights are counts of rows, so
/// scaling them changes the answer: weights that sum to 1 stand for a single row. O(n log n).
pub(crate) fn weighted_quantiles(values: &[f64], weights: &[f64], probabilities: &[f64]) -> Option<Vec<f64>> {
    let mut rows: Vec<(f64, f64)> =
        values.iter().copied().zip(weights.iter().copied()).filter(|(_, weight)| *weight > 0.0).collect();
    rows.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut total = 0.0;
    for (_, weight) in &mut rows {
        total += *weight;
        *weight = total;
    }
    let largest = rows.last()?.0;
    let at = |rank: f64| {
        let row = rows.partition_point(|(_, cumulative)| *cumulative < rank + 1.0);
        rows.get(row).map_or(largest, |(value, _)| *value)
    };
    let quantile = |p: &f64| {
        let place = Place::of((total - 1.0).max(0.0), *p);
        place.between(at(place.low), at(place.low + 1.0))
    };
    Some(probabilities.iter().map(quantile).collect())
}

/// The median: of an even number of values the middle between the two inner ones. `None` of nothing. O(n).
///
/// The one median of the crate: of gaps, of spends, of distances from the median.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    quantiles(values, &[0.5])?.first().copied()
}

/// The median absolute deviation from the median, without a factor: for a normal distribution 1.4826 times this
/// estimates the standard deviation (Hampel 1974, DOI 10.1080/01621459.1974.10482962). `None` of nothing. O(n).
pub(crate) fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let center = median(values)?;
    let deviations: Vec<f64> = values.iter().map(|value| (value - center).abs()).collect();
    median(&deviations)
}

/// A position among sorted values: `low` from 0, and how far on from there to the next, in 0..1.
///
/// Kept as rank and remainder, for they are used apart: the rank is looked up, the remainder interpolates.
struct Place {
    low: f64,
    on: f64,
}

impl Place {
    fn of(last: f64, p: f64) -> Place {
        let position = last * p.clamp(0.0, 1.0);
        // 49 * (1.0 / 49.0) is 0.9999999999999999: such a position is the whole number it stands for, else a value
        // equal to its own quantile would lie above it. R's `quantile` has the same allowance of 4 epsilon.
        let whole = position.round();
        if (position - whole).abs() <= 4.0 * f64::EPSILON * whole {
            return Place { low: whole, on: 0.0 };
        }
        Place { low: position.floor(), on: position - position.floor() }
    }

    fn between(&self, low: f64, high: f64) -> f64 {
        if self.on == 0.0 || low == high {
            return low;
        }
        let step = high - low;
        let value = if step.is_finite() { low + self.on * step } else { (1.0 - self.on) * low + self.on * high };
        value.clamp(low, high) // rounding may step over the neighbour, and quantiles must not fall with p
    }
}

/// Puts the value of each of `ranks` (sorted, counted from `offset`) where sorting would put it.
///
/// The middle rank splits the values, so that `r` ranks cost O(n log r) and not O(n r).
fn select(values: &mut [f64], ranks: &[usize], offset: usize) {
    let middle = ranks.len() / 2;
    let Some(rank) = ranks.get(middle) else { return };
    let at = rank - offset;
    let (below, _, above) = values.select_nth_unstable_by(at, f64::total_cmp);
    select(below, &ranks[..middle], offset);
    select(above, &ranks[middle + 1..], rank + 1);
}

/// The values of `ranks` (sorted) among many values, without sorting or copying them all.
///
/// Floats in the order of `total_cmp` are whole numbers in order (their bits, turned for the negative ones). The values
/// are counted in equally wide buckets of these numbers, of which there are many for each power of two, so that a long
/// tail does no harm; then only the buckets that hold a rank are copied and searched. Three reads in parallel, whose
/// counts add up to the same whatever the chunks.
fn gather(values: &[f64], ranks: &[usize]) -> Vec<f64> {
    let ends = parallel::map_chunks(values.len(), ROWS, |rows| {
        values[rows].iter().map(|value| key(*value)).fold((u64::MAX, 0), |(a, b), key| (a.min(key), b.max(key)))
    });
    let (least, most) = ends.into_iter().fold((u64::MAX, 0), |(a, b), end| (a.min(end.0), b.max(end.1)));
    let shift = (u64::BITS - (most - least).leading_zeros()).saturating_sub(BUCKET_BITS);
    let bucket = |value: f64| ((key(value) - least) >> shift) as usize;
    let mut counts = vec![0_usize; ((most - least) >> shift) as usize + 1];
    let parts = parallel::map_chunks(values.len(), ROWS, |rows| {
        let mut counts = vec![0_u32; counts.len()];
        values[rows].iter().for_each(|value| counts[bucket(*value)] += 1);
        counts
    });
    for part in parts {
        counts.iter_mut().zip(part).for_each(|(count, more)| *count += more as usize);
    }
    // the buckets that hold a rank: which they are, and the ranks within them
    let mut wanted: Vec<(usize, Vec<usize>)> = Vec::new();
    let mut slots = vec![u32::MAX; counts.len()];
    let mut ranks = ranks.iter().copied().peekable();
    let mut before = 0;
    for (bucket, count) in counts.into_iter().enumerate() {
        let within: Vec<usize> =
            std::iter::from_fn(|| ranks.next_if(|rank| *rank < before + count)).map(|rank| rank - before).collect();
        if !within.is_empty() {
            slots[bucket] = wanted.len() as u32;
            wanted.push((count, within));
        }
        before += count;
    }
    let parts = parallel::map_chunks(values.len(), ROWS, |rows| {
        let mut found: Vec<Members> = wanted.iter().map(|_| Members::default()).collect();
        for value in &values[rows] {
            if let Some(found) = found.get_mut(slots[bucket(*value)] as usize) {
                found.push(*value);
            }
        }
        found
    });
    let mut ranked = Vec::new();
    for (slot, (count, within)) in wanted.into_iter().enumerate() {
        let members = || parts.iter().filter_map(|part| part.get(slot));
        let first = members().find(|members| members.like_first > 0).map_or(f64::NAN, |members| members.first);
        if members().all(|members| members.is_only(first)) {
            ranked.extend(within.iter().map(|_| first));
            continue;
        }
        let mut all = Vec::with_capacity(count);
        for members in members() {
            all.extend(std::iter::repeat_n(members.first, members.like_first));
            all.extend_from_slice(&members.others);
        }
        select(&mut all, &within, 0);
        ranked.extend(within.into_iter().filter_map(|rank| all.get(rank)));
    }
    ranked
}

/// The values of one bucket in one chunk. Those like the first are counted: of a few different values, as counts of
///
/// Without that, the bucket of the value 1 in a column of orders would be a copy of most of the column.
///
/// orders are, a bucket holds one.
#[derive(Default)]
struct Members {
    first: f64,
    like_first: usize,
    others: Vec<f64>,
}

impl Members {
    fn push(&mut self, value: f64) {
        if self.like_first == 0 {
            self.first = value;
        }
        if value.to_bits() == self.first.to_bits() {
            self.like_first += 1;
        } else {
            self.others.push(value);
        }
    }

    fn is_only(&self, value: f64) -> bool {
        self.others.is_empty() && (self.like_first == 0 || self.first.to_bits() == value.to_bits())
    }
}

/// A whole number in the order of `total_cmp`.
///
/// Of positive floats the bits are in order already and get the high bit; of negative ones they are in the reverse
/// order and are all turned. So −0.0 comes just before 0.0, as `total_cmp` has it.
fn key(value: f64) -> u64 {
    let bits = value.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

#[cfg(test)]
#[path = "quantile_tests.rs"]
mod tests;
