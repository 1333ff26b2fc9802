//! What each group has of the goal.
//!
//! | goal | figure | interval |
//! | --- | --- | --- |
//! | number | mean | Student's t |
//! | yes or no | rate | Wilson's score |
//! | text | the commonest, with its share | none |
//!
//! The index is 100 times the mean beside everybody's, as marketing has it: 170 is seven tenths above the average. It is
//! given where both are above 0, for half of a loss is no index.
//!
//! These are of all customers, also those that a fold leaves out: a description, not a forecast. Which segments differ by
//! more than chance, the intervals say one at a time.

use crate::math::interval::{normal, student, wilson};
use crate::math::sum::sum;
use crate::profile::Estimate;
use crate::segment::Label;

use super::compare::Ground;
use super::outcome::{GoalKind, Outcome};
use super::result::SegmentGoal;

/// Mean, rate or commonest text of each group that somebody is in. O(n).
///
/// `present` says which segment each group is, `names` what the segments are called, in the segmentation's order.
pub(super) fn of(
    outcome: &Outcome,
    weights: Option<&[f64]>,
    ground: &Ground<'_>,
    present: &[Option<usize>],
    names: &[Label],
    confidence: f64,
) -> Vec<SegmentGoal> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); present.len()];
    for (row, group) in ground.groups.iter().enumerate() {
        members[*group as usize].push(row);
    }
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let everybody: Vec<usize> = (0..ground.groups.len()).collect();
    let overall = (!outcome.values.is_empty()).then(|| mean(&outcome.values, &everybody, &weight));
    let group = |(place, rows): (&Option<usize>, &Vec<usize>)| {
        let mut found = SegmentGoal {
            segment: place.and_then(|place| names.get(place).cloned()),
            size: rows.len(),
            mean: Estimate::default(),
            index: None,
            commonest: None,
        };
        match (&outcome.kind, overall) {
            (GoalKind::Texts(texts), _) => found.commonest = commonest(outcome, texts, rows, &weight),
            (GoalKind::Rate { .. }, Some(_)) => {
                let (all, yes) = rows.iter().fold((0.0, 0.0), |(all, yes), row| {
                    (all + weight(*row), yes + weight(*row) * outcome.values[*row])
                });
                if let Some((lower, upper)) = wilson(yes, all, normal(confidence)) {
                    found.mean = Estimate { value: Some(yes / all), lower: Some(lower), upper: Some(upper) };
                }
            }
            _ => found.mean = of_number(&outcome.values, rows, &weight, confidence),
        }
        if let (Some(mean), Some(overall)) = (found.mean.value, overall) {
            let index = 100.0 * (mean / overall);
            found.index = Some(index).filter(|index| mean >= 0.0 && overall > 0.0 && index.is_finite());
        }
        found
    };
    present.iter().zip(&members).map(group).collect()
}

/// The mean, without a sum that could overflow: each number comes with its share of the weight.
fn mean(values: &[f64], rows: &[usize], weight: &impl Fn(usize) -> f64) -> f64 {
    let all = sum(rows.iter().map(|row| weight(*row)));
    sum(rows.iter().map(|row| values[*row] * (weight(*row) / all)))
}

/// The mean with Student's interval: of values scaled by the largest, so that squares stay finite. Weights count as so
/// many customers; of one there is no interval.
fn of_number(values: &[f64], rows: &[usize], weight: &impl Fn(usize) -> f64, confidence: f64) -> Estimate {
    let all = sum(rows.iter().map(|row| weight(*row)));
    let mean = mean(values, rows, weight);
    let scale = rows.iter().map(|row| (values[*row] / 2.0 - mean / 2.0).abs()).fold(0.0, f64::max);
    let finite = |value: f64| value.is_finite().then_some(value);
    let mut found = Estimate { value: finite(mean), lower: None, upper: None };
    if all > 1.0
        && let Some(t) = student(confidence, all - 1.0)
    {
        let square = |row: &usize| {
            let away = if scale > 0.0 { (values[*row] / 2.0 - mean / 2.0) / scale } else { 0.0 };
            weight(*row) * away * away
        };
        let error = 2.0 * scale * (sum(rows.iter().map(square)) / (all - 1.0) / all).sqrt();
        (found.lower, found.upper) = (finite(mean - t * error), finite(mean + t * error));
    }
    found
}

/// The text that most of a group have, the first in the alphabet of several, with its share of the group's weight.
fn commonest(
    outcome: &Outcome,
    texts: &[String],
    rows: &[usize],
    weight: &impl Fn(usize) -> f64,
) -> Option<(String, f64)> {
    let mut counts = vec![0.0; texts.len()];
    rows.iter().for_each(|row| counts[outcome.labels[*row] as usize] += weight(*row));
    let all: f64 = counts.iter().sum();
    let mut best = 0;
    for (text, count) in counts.iter().enumerate() {
        if *count > counts[best] {
            best = text;
        }
    }
    texts.get(best).filter(|_| all > 0.0).map(|text| (text.clone(), counts[best] / all))
}
