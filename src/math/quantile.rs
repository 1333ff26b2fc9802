//! Quantiles of type 7 by selection, weighted quantiles, median and median absolute deviation.
//!
//! Type 7 of Hyndman and Fan (1996, *Sample Quantiles in Statistical Packages*, The American Statistician 50(4),
//! DOI 10.1080/00031305.1996.10473566) is the default of R's `quantile`, of `numpy.quantile` and of `pandas.qcut`:
//! the value at position `(n - 1) p` of the sorted values, counted from 0, interpolated on the straight line between
//! its two neighbours. No function here checks its input: the values must be free of NaN, the probabilities in 0..=1.

/// The type-7 quantiles of `values` at `probabilities`, in the order of `probabilities`; `None` of nothing.
///
/// O(n) for a few probabilities, on one copy of the values. The answer has the bits that sorting would give.
pub(crate) fn quantiles(values: &[f64], probabilities: &[f64]) -> Option<Vec<f64>> {
    quantiles_in_place(&mut values.to_vec(), probabilities)
}

/// [`quantiles`] without the copy: `values` come back in another order.
pub(crate) fn quantiles_in_place(values: &mut [f64], probabilities: &[f64]) -> Option<Vec<f64>> {
    let last = values.len().checked_sub(1)?;
    let places: Vec<Place> = probabilities.iter().map(|p| Place::of(last as f64, *p)).collect();
    let mut ranks: Vec<usize> =
        places.iter().flat_map(|place| [place.low as usize, (place.low as usize + 1).min(last)]).collect();
    ranks.sort_unstable();
    ranks.dedup();
    select(values, &ranks, 0);
    let at = |rank: f64| values[(rank as usize).min(last)];
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
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    quantiles(values, &[0.5])?.first().copied()
}

/// The median absolute deviation from the median, without a factor: for a normal distribution 1.4826 times this
/// estimates the standard deviation (Hampel 1974, DOI 10.1080/01621459.1974.10482962). `None` of nothing. O(n).
pub(crate) fn median_absolute_deviation(values: &[f64]) -> Option<f64> {
    let center = median(values)?;
    let mut deviations: Vec<f64> = values.iter().map(|value| (value - center).abs()).collect();
    quantiles_in_place(&mut deviations, &[0.5])?.first().copied()
}

/// A position among sorted values: `low` from 0, and how far on from there to the next, in 0..1.
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

#[cfg(test)]
#[path = "quantile_tests.rs"]
mod tests;
