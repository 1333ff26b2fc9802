//! Prediction strength: whether the groups of one half of the rows are found again from the other half.
//!
//! R. Tibshirani and G. Walther 2005, Cluster validation by prediction strength, DOI 10.1198/106186005X59243. Rows are split
//! at random, both halves are clustered, and the rows of one are placed by the model of the other. For each group of the
//! half that is placed: the share of its pairs of rows that are placed together; the least of these shares is the prediction
//! strength. Both directions of many splits are averaged. PS(1) is 1; the largest k of at least 0.8 is picked, as the
//! authors advise.
//!
//! A group of one row has no pairs and is passed over. Weights are given to the methods; pairs are counted as rows.

use crate::cluster::Points;
use crate::error::Result;
use crate::math::interval;
use crate::math::random::Random;
use crate::math::sum::sum;

use super::base::{Fit, Methods, Rows, Work, meanings};
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::{NONE, plain};

/// From this prediction strength on groups count as found again.
pub(super) const CUTOFF: f64 = 0.8;

/// The prediction strength of each method for each split; `None` where a half was too few for the method.
///
/// # Errors
/// If the work is stopped.
pub(super) fn splits(
    points: &Points<'_>,
    methods: &Methods,
    (count, seed): (usize, u64),
    work: &Work<'_>,
) -> Result<Vec<Vec<Option<f64>>>> {
    let columns = meanings(points);
    let halves = Work::all(count, |at| {
        let order = Random::new(seed, (2 << 32) + at as u64).sample(points.len(), points.len());
        let (first, second) = order.split_at(points.len() / 2);
        let halves = [Rows::taken(points, first, true), Rows::taken(points, second, true)];
        let (a, b) = (halves[0].points(&columns)?, halves[1].points(&columns)?);
        Work::all(methods.len(), |one| {
            let (k, method) = &methods[one];
            if *k == 1 {
                return Ok(Some(1.0));
            }
            let (Ok(at_a), Ok(at_b)) = (work.try_find(method, &a)?, work.try_find(method, &b)?) else {
                return Ok(None);
            };
            let placed = |placed: Vec<crate::cluster::Placed>| -> Vec<u32> {
                placed.iter().map(|one| one.cluster.map_or(NONE, |cluster| cluster as u32)).collect()
            };
            let there = of_half(&plain(&at_b.labels), &placed(at_a.place(&b)));
            let back = of_half(&plain(&at_a.labels), &placed(at_b.place(&a)));
            Ok(there.zip(back).map(|(there, back)| (there + back) / 2.0))
        })
    })?;
    Ok(halves)
}

/// The least share of pairs within a group that are placed together; `None` if no group has a pair.
fn of_half(labels: &[u32], placed: &[u32]) -> Option<f64> {
    let mut pairs: Vec<(u32, u32)> = labels.iter().copied().zip(placed.iter().copied()).collect();
    pairs.retain(|(label, _)| *label != NONE);
    pairs.sort_unstable();
    let of = |count: usize| count as f64 * (count as f64 - 1.0);
    let shares = pairs.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1).map(|group| {
        let together = group.chunk_by(|a, b| a.1 == b.1).filter(|same| same[0].1 != NONE).map(|same| of(same.len()));
        together.sum::<f64>() / of(group.len())
    });
    shares.reduce(f64::min)
}

/// Judges the strengths of these fits.
pub(super) fn judge(fits: &[Fit], splits: &[Vec<Option<f64>>], confidence: f64) -> Answer {
    let mut answer = Answer::empty(Criterion::PredictionStrength);
    let before = fits.iter().filter(|fit| !fit.asked).count(); // k = 1 that no method was asked for
    for (at, fit) in fits.iter().enumerate() {
        if fit.k == 1 {
            answer.values.push(AtK::of(1, Some(1.0)));
            continue;
        }
        let drawn: Vec<f64> = splits.iter().filter_map(|split| split[at - before]).collect();
        if drawn.is_empty() {
            answer.values.push(AtK::none(fit.k, "no half of the rows has such groups"));
            continue;
        }
        let count = drawn.len() as f64;
        let mean = sum(drawn.iter().copied()) / count;
        let mut value = AtK::of(fit.k, Some(mean));
        if drawn.len() > 1 {
            let variance = sum(drawn.iter().map(|one| (one - mean).powi(2))) / (count - 1.0);
            let error = (variance / count).sqrt();
            let half = interval::student(confidence, count - 1.0).map(|times| times * error);
            value.error = Some(error);
            value.interval = half.map(|half| ((mean - half).max(0.0), (mean + half).min(1.0)));
        }
        let failed = splits.len() - drawn.len();
        value.note = fit.short().or_else(|| (failed > 0).then(|| format!("{failed} splits without an answer")));
        answer.values.push(value);
    }
    let strong =
        |(value, fit): &(&AtK, &Fit)| fit.short().is_none() && value.value.is_some_and(|strength| strength >= CUTOFF);
    let largest = answer.values.iter().zip(fits).rev().find(strong).map(|(value, _)| (value.k, value.value));
    (answer.pick, answer.why) = match largest {
        Some((1, _)) => (Some(1), format!("no k above 1 reaches {CUTOFF}")),
        Some((k, strength)) => {
            let why = format!("the largest k of at least {CUTOFF}: {}", crate::text::number(strength.unwrap_or(1.0)));
            (Some(k), why)
        }
        None => (None, format!("no k reaches {CUTOFF}")),
    };
    answer
}

#[cfg(test)]
mod tests {
    use super::of_half;

    #[test]
    fn it_is_the_least_share_of_pairs_that_stay_together() {
        // group 0: rows 0 to 3, of whose 6 pairs 3 stay; group 1 keeps its pair; group 2 has none
        assert_eq!(of_half(&[0, 0, 0, 0, 1, 1, 2], &[5, 5, 5, 6, 6, 6, 6]), Some(0.5));
        assert_eq!(of_half(&[0, 1, 2], &[0, 0, 0]), None);
        assert_eq!(of_half(&[0, 0], &[u32::MAX, u32::MAX]), Some(0.0));
    }
}
