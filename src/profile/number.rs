//! Numbers of each group.
//!
//! Two passes over a group's values: one for the mean, one for the squares of the deviations from it, both with sums
//! whose error does not grow. A single pass is cheaper and loses all digits of the deviation where amounts are large
//! and alike.
//!
//! 1. The known values of each group are copied into one list, group by group, with their weights.
//! 2. Each group is summed up by itself, in parallel.
//! 3. Everybody is put together from the groups, and the others of each group from the groups before and behind it: no
//!    second pass over the values, and no subtraction, which would lose the digits of a small group's others.
//!
//! # The figures
//!
//! | figure | how |
//! | --- | --- |
//! | mean | Σ w x / Σ w, with Student's t interval |
//! | standard deviation | of a sample: divisor Σ w − 1 |
//! | quantiles | of type 7; with weights as if each customer stood there as often as it weighs |
//! | lift, index | the group's mean over everybody's, times 100; only of attributes whose ratios mean something |
//! | difference | Cohen's d against the others, with the root of the mean of both variances |
//!
//! # Missing values
//!
//! What is missing, null or invalid is left out of the figures and counted as missing beside them.

use crate::math::interval;
use crate::math::quantile::{self, weighted_quantiles};
use crate::math::sum::sum;
use crate::parallel;
use crate::value::Column;

use super::groups::Groups;
use super::summary::{Estimate, NumberSummary, Quantile};

/// Count, mean and sum of squared deviations, weights counted.
///
/// A weight of 2 gives what the customer twice would give: the count is the sum of the weights, and so is the sample's
/// size.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    sum: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
    /// Nothing at all where the weights sum to 0: a group nobody is in has no mean.
    fn of(values: &[f64], weights: Option<&[f64]>) -> Self {
        let weight = |i: usize| weights.map_or(1.0, |w| w[i]); // as long as the values
        let each = || values.iter().enumerate();
        let count = if weights.is_some() { sum(each().map(|(i, _)| weight(i))) } else { values.len() as f64 };
        if count <= 0.0 {
            return Moments::default();
        }
        let total = sum(each().map(|(i, x)| weight(i) * x));
        let mean = total / count;
        let squares = sum(each().map(|(i, x)| weight(i) * (x - mean) * (x - mean)));
        Moments { count, sum: total, mean, squares }
    }

    /// Both together (T. F. Chan, G. H. Golub and R. J. LeVeque 1983, DOI 10.1080/00031305.1983.10483115).
    fn and(self, other: Moments) -> Self {
        if self.count <= 0.0 || other.count <= 0.0 {
            return if self.count > 0.0 { self } else { other };
        }
        let (count, sum) = (self.count + other.count, self.sum + other.sum);
        let between = other.mean - self.mean;
        let squares = self.squares + other.squares + between * between * (self.count / count) * other.count;
        Moments { count, sum, mean: sum / count, squares }
    }

    /// `None` of nobody.
    fn mean(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.mean)
    }

    /// Of a sample: `None` of one customer or less.
    fn variance(&self) -> Option<f64> {
        (self.count > 1.0).then(|| self.squares / (self.count - 1.0))
    }

    /// The squared standard error of the mean.
    ///
    /// `None` of one customer or less: from one value nothing follows for the next.
    fn error(&self) -> Option<f64> {
        self.variance().map(|variance| variance / self.count)
    }

    /// The mean with its t interval.
    ///
    /// Without an interval where there is no standard error.
    fn estimate(&self, confidence: f64) -> Estimate {
        let t = interval::student(confidence, self.count - 1.0);
        let half = self.error().zip(t).map(|(error, t)| t * error.sqrt());
        Estimate::new(self.mean(), half.map(|half| (self.mean - half, self.mean + half)))
    }
}

/// What is asked of numbers.
///
/// `quantiles` are probabilities from 0 to 1, `confidence` lies between 0 and 1; both were checked by the profiler.
/// Ratios mean something where zero means nothing of it: money and counts, not years or ratings
/// ([`Level`](crate::value::Level)).
pub(super) struct Asked<'a> {
    pub(super) quantiles: &'a [f64],
    pub(super) confidence: f64,
    /// Whether ratios mean something.
    pub(super) ratio: bool,
}

/// Of how many it is known, and the summary: of each group, then of everybody.
///
/// The last entry is everybody. Its lift is 1 and its index 100 where ratios mean something, so that columns of a
/// table can be read down; a difference it has not, because there are no others.
pub(super) fn summarize(column: &Column, groups: &Groups<'_>, asked: &Asked<'_>) -> Vec<(f64, NumberSummary)> {
    let mut values = Vec::with_capacity(groups.customers());
    let mut weights = Vec::new();
    let mut ends = Vec::with_capacity(groups.len());
    for group in 0..groups.len() {
        match column.as_numbers() {
            Some(numbers) => values.extend(groups.rows(group).filter_map(|row| numbers.get(row).copied())),
            None => values.extend(groups.rows(group).filter_map(|row| column.number(row))),
        }
        if groups.weighted() {
            let known = groups.rows(group).filter(|row| column.number(*row).is_some());
            weights.extend(known.map(|row| groups.weight(row)));
        }
        ends.push(values.len());
    }
    let start = |group: usize| group.checked_sub(1).map_or(0, |before| ends[before]);
    let weights_of = |group: usize| groups.weighted().then(|| &weights[start(group)..ends[group]]);

    let found = parallel::map(groups.len(), |group| {
        let (part, weights) = (&values[start(group)..ends[group]], weights_of(group));
        (Moments::of(part, weights), extremes(part, weights), quantiles(part, weights, asked.quantiles))
    });
    let everybody = found.iter().fold(Moments::default(), |all, (moments, ..)| all.and(*moments));
    let all_weights = groups.weighted().then_some(weights.as_slice());
    let (least, greatest) = extremes(&values, all_weights);
    let others = rests(&found.iter().map(|(moments, ..)| *moments).collect::<Vec<_>>());

    let mut summaries: Vec<(f64, NumberSummary)> = found
        .into_iter()
        .zip(others)
        .map(|((own, (least, greatest), quantiles), rest)| {
            let lift = if asked.ratio { lift(&own, &rest, &everybody, asked.confidence) } else { Estimate::default() };
            let difference =
                own.variance().zip(rest.variance()).map(|(a, b)| (own.mean - rest.mean) / ((a + b) / 2.0).sqrt());
            let summary = NumberSummary {
                sum: finite(own.sum),
                mean: own.estimate(asked.confidence),
                standard_deviation: own.variance().map(f64::sqrt).and_then(finite),
                least,
                greatest,
                quantiles,
                index: lift.value.map(|lift| lift * 100.0),
                lift,
                difference: difference.and_then(finite),
            };
            (own.count, summary)
        })
        .collect();
    let whole = (asked.ratio && everybody.mean > 0.0).then_some(1.0);
    let summary = NumberSummary {
        sum: finite(everybody.sum),
        mean: everybody.estimate(asked.confidence),
        standard_deviation: everybody.variance().map(f64::sqrt).and_then(finite),
        least,
        greatest,
        quantiles: quantiles(&values, all_weights, asked.quantiles),
        lift: Estimate::new(whole, None),
        index: whole.map(|lift| lift * 100.0),
        difference: None,
    };
    summaries.push((everybody.count, summary));
    summaries
}

/// A figure that is not finite, as the sum of amounts near the end of the number line, is not defined; JSON has no
/// other word.
fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// Everybody outside each group.
///
/// Sums from the front and from the back, so that it takes two walks over the groups and not one for each of them.
fn rests(groups: &[Moments]) -> Vec<Moments> {
    let mut behind = vec![Moments::default(); groups.len() + 1];
    for at in (0..groups.len()).rev() {
        behind[at] = groups[at].and(behind[at + 1]);
    }
    let mut before = Moments::default();
    let mut rests = Vec::with_capacity(groups.len());
    for (at, group) in groups.iter().enumerate() {
        rests.push(before.and(behind[at + 1]));
        before = before.and(*group);
    }
    rests
}

/// The group's mean over everybody's; not defined where everybody's is not above 0.
fn lift(own: &Moments, rest: &Moments, everybody: &Moments, confidence: f64) -> Estimate {
    let value = own.mean().filter(|_| everybody.mean > 0.0).map(|mean| mean / everybody.mean);
    let ends = own.error().zip(rest.error()).and_then(|(a, b)| {
        let z = interval::normal(confidence);
        interval::lift_of_means((own.mean, a, own.count), (rest.mean, b, rest.count), z)
    });
    Estimate::new(value, ends)
}

/// Least and greatest of the values that count.
///
/// A value of weight 0 is nobody's and does not count.
fn extremes(values: &[f64], weights: Option<&[f64]>) -> (Option<f64>, Option<f64>) {
    let counts = |i: usize| weights.is_none_or(|w| w[i] > 0.0); // as long as the values
    let mut known = values.iter().enumerate().filter(|(i, _)| counts(*i)).map(|(_, value)| *value);
    let Some(first) = known.next() else { return (None, None) };
    let (least, greatest) = known.fold((first, first), |(least, greatest), x| (least.min(x), greatest.max(x)));
    (Some(least), Some(greatest))
}

/// One a probability, in the order asked; none of nobody.
fn quantiles(values: &[f64], weights: Option<&[f64]>, probabilities: &[f64]) -> Vec<Quantile> {
    let found = match weights {
        Some(weights) => weighted_quantiles(values, weights, probabilities),
        None => quantile::quantiles(values, probabilities),
    };
    let pair = |(probability, value): (&f64, f64)| Quantile { probability: *probability, value };
    probabilities.iter().zip(found.unwrap_or_default()).map(pair).collect()
}
