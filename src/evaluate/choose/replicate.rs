//! Bootstrap replicates: how sure the elbow is, and whether the same groups come back.
//!
//! | criterion | looks at |
//! | --- | --- |
//! | elbow | the curve of W of every replicate, each with a knee of its own or none |
//! | stability | where both models of a pair place all rows, also those that were not drawn |
//!
//! Groups that come back need not be there: a method that cuts a lump in half at its longest side does so every time.
//! Stability therefore speaks against a number more surely than for it.
//!
//! Replicates come in pairs. Each is as many rows as there are, drawn with replacement, in proportion to their weights;
//! every method is fitted to both of a pair, and both models place all rows. The adjusted Rand index of the two divisions
//! (1 for the same groups, 0 on average for groups drawn at random) says how alike they are; the median over pairs is the stability of k, and of equal medians the one with the larger mean is
//! picked (S. Dolnicar and F. Leisch 2010, Evaluation of
//! structure and reproducibility of cluster solutions using the bootstrap, DOI 10.1007/s11002-009-9083-4).

use crate::cluster::{AnyFound, Points};
use crate::error::Result;
use crate::evaluate::{Contingency, Partition};
use crate::math::quantile::median;
use crate::math::random::Random;
use crate::math::sum::sum;

use super::base::{Fit, Methods, Rows, Work, meanings};
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::{Frame, plain};
use super::likelihood::reached;

/// What pairs of replicates give.
///
/// A replicate that lacks a rare kind of row may have fewer groups than k; that is how such rows are, and it counts. One that
/// a method refuses is left out, and how many were is told.
#[derive(Default)]
pub(super) struct Replicates {
    /// The curve of W over all methods, for each replicate that all methods could be fitted to.
    pub(super) curves: Vec<Vec<f64>>,
    /// The adjusted Rand index of each pair for each method; `None` where a replicate was too few for it.
    pub(super) alike: Vec<Vec<Option<f64>>>,
}

/// Rows drawn with replacement: as many as there are, each as likely as its weight.
///
/// The rows that are drawn count once each: their weights have had their say.
fn drawn(points: &Points<'_>, random: &mut Random) -> Vec<usize> {
    let count = points.len();
    let Some(weights) = points.row_weights() else { return (0..count).map(|_| random.below(count)).collect() };
    let mut total = 0.0;
    let sums: Vec<f64> = weights
        .iter()
        .map(|weight| {
            total += weight;
            total
        })
        .collect();
    let one = |random: &mut Random| {
        let at = random.uniform() * total;
        sums.partition_point(|sum| *sum <= at).min(count - 1)
    };
    (0..count).map(|_| one(random)).collect()
}

/// How they are drawn.
impl Replicates {
    /// Draws `count` pairs; all rows are placed only if `place` asks for it.
    ///
    /// Where each row was placed is forgotten once a pair is compared: of a million rows and a hundred replicates it would
    /// fill the memory. Elbow and stability share these fits, which is why they are drawn here.
    ///
    /// # Cost
    /// 2 `count` fits of each method, and as many times all rows placed.
    ///
    /// # Errors
    /// If the work is stopped.
    pub(super) fn draw(
        (points, frame): (&Points<'_>, Option<&Frame>),
        methods: &Methods,
        (count, seed, place): (usize, u64, bool),
        work: &Work<'_>,
    ) -> Result<Self> {
        let columns = meanings(points);
        let pairs = Work::all(count, |pair| {
            let mut sides: Vec<Side> = Vec::with_capacity(2);
            for side in 0..2 {
                let mut random = Random::new(seed, (3 << 32) + 2 * pair as u64 + side);
                let rows = Rows::taken(points, &drawn(points, &mut random), false);
                let sample = rows.points(&columns)?;
                let found = Work::all(methods.len(), |one| {
                    let found = work.try_find(&methods[one].1, &sample)?.ok();
                    Ok(found.map(|found| {
                        let height = height(frame, &sample, &found);
                        (height, if place { placed(&found, points) } else { None })
                    }))
                })?;
                let heights = found.iter().map(|one| one.as_ref().and_then(|(height, _)| *height));
                let curve: Option<Vec<f64>> = heights.collect();
                let places = found.into_iter().map(|one| one.and_then(|(_, placed)| placed)).collect();
                sides.push(Side { curve, places });
            }
            let [first, second] = [&sides[0].places, &sides[1].places];
            let alike = first.iter().zip(second).map(|(a, b)| {
                let (a, b) = (a.as_ref()?, b.as_ref()?);
                Contingency::new(a, b).ok().map(|table| table.adjusted_rand())
            });
            let alike: Vec<Option<f64>> = alike.collect();
            Ok((sides.into_iter().filter_map(|side| side.curve).collect::<Vec<_>>(), alike))
        })?;
        let (curves, alike): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
        Ok(Replicates { curves: curves.into_iter().flatten().collect(), alike })
    }
}

/// One replicate: its curve, if all methods could be fitted, and where each method's model places all rows.
struct Side {
    curve: Option<Vec<f64>>,
    places: Vec<Option<Partition>>,
}

/// Where the model places these rows; those that it places nowhere are together.
fn placed(found: &AnyFound, points: &Points<'_>) -> Option<Partition> {
    let labels: Vec<Option<u32>> = found.place(points).iter().map(|one| one.cluster.map(|c| c as u32)).collect();
    Partition::new(&labels).ok().map(Partition::none_as_group)
}

/// The height of the elbow's curve: W, or what the method makes small where rows have no means.
///
/// W is the yardstick of all methods for numbers, whatever they make small themselves, so that curves of two methods can be
/// laid side by side.
pub(super) fn height(frame: Option<&Frame>, points: &Points<'_>, found: &AnyFound) -> Option<f64> {
    match frame {
        Some(frame) => Some(frame.within(points, &plain(&found.labels))),
        None => cost(found.objective),
    }
}

/// Costs of two methods are on scales of their own, so that such a curve speaks of one method only.
///
/// What a method for categories or distances makes small, by the names that such methods give it.
pub(super) fn cost(objective: Option<(&'static str, f64)>) -> Option<f64> {
    objective.filter(|(name, _)| matches!(*name, "cost" | "loss")).map(|(_, value)| value)
}

/// Judges how alike pairs of replicates are: the largest median is picked.
///
/// One group is always the same and would always win; it is left out. The standard error is that of the median as for a
/// normal distribution, the interval that of the pairs themselves.
pub(super) fn judge(fits: &[Fit], alike: &[Vec<Option<f64>>], confidence: f64) -> Answer {
    let mut answer = Answer::empty(Criterion::Stability);
    for (at, fit) in fits.iter().filter(|fit| fit.asked).enumerate() {
        if fit.k == 1 {
            answer.values.push(AtK::none(1, "one group is the same whatever the rows"));
            continue;
        }
        let drawn: Vec<f64> = alike.iter().filter_map(|pair| pair[at]).collect();
        let Some(middle) = median(&drawn) else {
            answer.values.push(AtK::none(fit.k, "no replicate has such groups"));
            continue;
        };
        let mut value = AtK::of(fit.k, Some(middle));
        value.set_interval(&drawn, confidence);
        if drawn.len() > 1 {
            // of a median: 1.2533 times that of a mean, as for a normal distribution
            let (count, mean) = (drawn.len() as f64, sum(drawn.iter().copied()) / drawn.len() as f64);
            let variance = sum(drawn.iter().map(|one| (one - mean).powi(2))) / (count - 1.0);
            value.error = Some((std::f64::consts::FRAC_PI_2 * variance / count).sqrt());
        }
        let failed = alike.len() - drawn.len();
        value.note = fit.short().or_else(|| (failed > 0).then(|| format!("{failed} pairs without an answer")));
        answer.values.push(value);
    }
    // medians of few pairs are often equal: then the mean decides
    let mean = |k: usize| {
        let at = fits.iter().filter(|fit| fit.asked).position(|fit| fit.k == k)?;
        let drawn: Vec<f64> = alike.iter().filter_map(|pair| pair[at]).collect();
        Some(sum(drawn.iter().copied()) / drawn.len() as f64)
    };
    let most = answer.values.iter().filter(|one| reached(fits, one.k)).filter_map(|one| one.value).reduce(f64::max);
    let best = |k: usize| reached(fits, k) && answer.value(k) == most;
    let highest = answer.values.iter().filter(|one| best(one.k)).filter_map(|one| mean(one.k)).reduce(f64::max);
    let chosen: Vec<usize> =
        answer.values.iter().map(|one| one.k).filter(|k| best(*k) && mean(*k) == highest).collect();
    answer.best("the largest median of the adjusted Rand index", &|k| chosen.contains(&k), |a, b| a > b)
}
