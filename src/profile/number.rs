//! Numbers of each group.

use crate::math::interval;
use crate::math::quantile::{self, weighted_quantiles};
use crate::math::sum::sum;
use crate::parallel;
use crate::value::Column;

use super::groups::Groups;
use super::summary::{Estimate, NumberSummary, Quantile};

/// Count, mean and sum of squared deviations, weights counted.
#[derive(Clone, Copy, Default)]
struct Moments {
    count: f64,
    sum: f64,
    mean: f64,
    squares: f64,
}

impl Moments {
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

    fn mean(&self) -> Option<f64> {
        (self.count > 0.0).then_some(self.mean)
    }

    fn variance(&self) -> Option<f64> {
        (self.count > 1.0).then(|| self.squares / (self.count - 1.0))
    }

    /// The squared standard error of the mean.
    fn error(&self) -> Option<f64> {
        self.variance().map(|variance| variance / self.count)
    }

    /// The mean with its t interval.
    fn estimate(&self, confidence: f64) -> Estimate {
        let t = interval::student(confidence, self.count - 1.0);
        let half = self.error().zip(t).map(|(error, t)| t * error.sqrt());
        Estimate::new(self.mean(), half.map(|half| (self.mean - half, self.mean + half)))
    }
}

/// What is asked of numbers.
pub(super) struct Asked<'a> {
    pub(super) quantiles: &'a [f64],
    pub(super) confidence: f64,
    /// Whether ratios mean something.
    pub(super) ratio: bool,
}

/// Of how many it is known, and the summary: of each group, then of everybody.
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

fn finite(number: f64) -> Option<f64> {
    number.is_finite().then_some(number)
}

/// Everybody outside each group.
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

fn lift(own: &Moments, rest: &Moments, everybody: &Moments, confidence: f64) -> Estimate {
    let value = own.mean().filter(|_| everybody.mean > 0.0).map(|mean| mean / everybody.mean);
    let ends = own.error().zip(rest.error()).and_then(|(a, b)| {
        let z = interval::normal(confidence);
        interval::lift_of_means((own.mean, a, own.count), (rest.mean, b, rest.count), z)
    });
    Estimate::new(value, ends)
}

/// Least and greatest of the values that count.
fn extremes(values: &[f64], weights: Option<&[f64]>) -> (Option<f64>, Option<f64>) {
    let counts = |i: usize| weights.is_none_or(|w| w[i] > 0.0); // as long as the values
    let mut known = values.iter().enumerate().filter(|(i, _)| counts(*i)).map(|(_, value)| *value);
    let Some(first) = known.next() else { return (None, None) };
    let (least, greatest) = known.fold((first, first), |(least, greatest), x| (least.min(x), greatest.max(x)));
    (Some(least), Some(greatest))
}

fn quantiles(values: &[f64], weights: Option<&[f64]>, probabilities: &[f64]) -> Vec<Quantile> {
    let found = match weights {
        Some(weights) => weighted_quantiles(values, weights, probabilities),
        None => quantile::quantiles(values, probabilities),
    };
    let pair = |(probability, value): (&f64, f64)| Quantile { probability: *probability, value };
    probabilities.iter().zip(found.unwrap_or_default()).map(pair).collect()
}
