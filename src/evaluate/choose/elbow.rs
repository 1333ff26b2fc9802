//! The elbow: the k whose W lies farthest below the chord of the curve, if the curve has one.
//!
//! Kneedle's rule without smoothing (V. Satopaa, J. Albrecht, D. Irwin and B. Raghavan 2011, Finding a "kneedle" in a
//! haystack, DOI 10.1109/ICDCSW.2011.20): both axes are stretched to 0..1, and the depth of k is 1 − x − y, how far it lies
//! below the line from the first point to the last. The deepest k is a knee if the curve comes back to the chord by more
//! than one mean step of x, the paper's sensitivity of 1.
//!
//! The curve goes over the numbers that were asked for and no others: where it begins and ends decides where its chord lies.
//! From 2 to 8 the mall's customers (numbers that are in many textbooks) have the knee at 5, from 1 to 8 they have none.
//!
//! A curve bends also where there are no groups: W of k groups of uniform rows in d columns falls about as k^(−2/d). A knee
//! that is not deeper than that curve's says nothing of groups and is not picked.

use super::base::Fit;
use super::choice::{Answer, AtK, Support};
use super::criterion::Criterion;
use super::frame::Frame;
use super::replicate::cost;

/// The knee of a falling curve and how deep below the chord it lies, from 0 to 1; `None` if the curve has none.
///
/// `curve` has a height for each of `ks`, which rise. Kneedle's rule without smoothing and with a sensitivity of 1; the
/// deepest point counts, the first among equals, and never an end. Heights that are not finite are no curve.
///
/// ```
/// use segmentry::evaluate::knee;
///
/// let (k, depth) = knee(&[1, 2, 3, 4, 5], &[100.0, 60.0, 10.0, 8.0, 7.0]).unwrap_or_default();
/// assert_eq!(k, 3);
/// assert!((depth - (0.5 - 3.0 / 93.0)).abs() < 1e-12);
/// assert_eq!(knee(&[1, 2, 3], &[3.0, 2.0, 1.0]), None); // straight
/// ```
///
/// # References
/// V. Satopaa, J. Albrecht, D. Irwin and B. Raghavan 2011, DOI 10.1109/ICDCSW.2011.20.
///
/// # Differs from
/// Python's kneed takes the first point of a curve that bends the other way, and the first of several knees; here the
/// former has none, and the deepest counts.
pub fn knee(ks: &[usize], curve: &[f64]) -> Option<(usize, f64)> {
    let rises = ks.windows(2).all(|pair| pair[0] < pair[1]);
    if !rises || ks.len() != curve.len() || curve.iter().any(|height| !height.is_finite()) {
        return None;
    }
    let numbers: Vec<f64> = ks.iter().map(|k| *k as f64).collect();
    let (at, depth) = knee_at(&numbers, curve)?;
    Some((ks[at], depth))
}

/// The place of the knee and its depth.
fn knee_at(ks: &[f64], curve: &[f64]) -> Option<(usize, f64)> {
    let (at, depth) = deepest(ks, curve)?;
    let step = 1.0 / (ks.len() - 1) as f64;
    (depth > step).then_some((at, depth))
}

/// The deepest point below the chord and its depth; `None` of fewer than 3 points and of a level curve.
///
/// Heights are stretched between the least and the most, not between the ends: a curve that rises on the way, as one of
/// poor local optima may, keeps depths of at most 1.
fn deepest(ks: &[f64], curve: &[f64]) -> Option<(usize, f64)> {
    let (first, last) = (*ks.first()?, *ks.last()?);
    let (low, high) =
        curve.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(*y), high.max(*y)));
    if ks.len() < 3 || high <= low {
        return None;
    }
    let depth = |at: usize| 1.0 - (ks[at] - first) / (last - first) - (curve[at] - low) / (high - low);
    let mut best = (0, f64::NEG_INFINITY);
    for at in 0..ks.len() {
        if depth(at) > best.1 {
            best = (at, depth(at));
        }
    }
    Some(best)
}

/// The depth of the curve k^(−2/d) of rows without groups.
///
/// Cells of k groups of rows that fill a space of d columns have a width of k^(−1/d), and W goes with its square. Columns that
/// say the same make the true curve steeper than this one, so that a knee is let pass rather than refused.
fn featureless(ks: &[f64], dimensions: usize) -> f64 {
    let curve: Vec<f64> = ks.iter().map(|k| k.powf(-2.0 / dimensions as f64)).collect();
    deepest(ks, &curve).map_or(0.0, |(_, depth)| depth)
}

/// Judges the curve of these fits; `replicates` are curves of bootstrap replicates over the same fits, which say how sure
/// the knee is.
///
/// A k that was not reached is no point of the curve. Heights have an interval where replicates were drawn.
///
/// Rows without means, which have no frame, have the curve of what the method makes small.
pub(super) fn judge(
    fits: &[Fit],
    replicates: &[Vec<f64>],
    dimensions: usize,
    confidence: f64,
    frame: Option<&Frame>,
) -> Answer {
    let mut answer = Answer::empty(Criterion::Elbow);
    let in_units = |within: f64| frame.map_or(within, |frame| frame.in_units(within));
    let fits: Vec<&Fit> = fits.iter().filter(|fit| fit.asked).collect();
    let height = |fit: &Fit| fit.within.or_else(|| cost(fit.objective));
    let reached: Vec<usize> = (0..fits.len()).filter(|at| fits[*at].short().is_none()).collect();
    let ks: Vec<f64> = reached.iter().map(|at| fits[*at].k as f64).collect();
    let curve: Vec<f64> = reached.iter().filter_map(|at| height(fits[*at])).collect();
    for (at, fit) in fits.iter().enumerate() {
        let (inside, outside) = (height(fit), height(fit).map(in_units));
        let mut value = match outside {
            Some(0.0) if inside != Some(0.0) => AtK::none(fit.k, "below the smallest number"),
            outside => AtK::of(fit.k, outside),
        };
        value.note = fit.short().or(value.note);
        let drawn: Vec<f64> = replicates.iter().map(|curve| in_units(curve[at])).collect();
        value.set_interval(&drawn, confidence);
        answer.values.push(value);
    }
    if curve.len() < ks.len() {
        answer.why = "not defined: rows without means, and a method that makes nothing small".to_owned();
        return answer;
    }
    if ks.len() < 3 {
        answer.why = "no knee: a curve of fewer than 3 points has none".to_owned();
        return answer;
    }
    let plain = if frame.is_some() { featureless(&ks, dimensions) } else { 0.0 };
    let picked = |curve: &[f64]| knee_at(&ks, curve).filter(|(_, depth)| *depth > plain);
    answer.support = support(replicates.iter().map(|all| {
        let curve: Vec<f64> = reached.iter().map(|at| all[*at]).collect();
        picked(&curve).map(|(at, _)| fits[reached[at]].k)
    }));
    let share = |k: Option<usize>| {
        let share = answer.support.iter().find(|one| one.k == k).map_or(0.0, |one| one.share);
        if replicates.is_empty() { String::new() } else { format!("; so say {:.0} % of the replicates", 100.0 * share) }
    };
    (answer.pick, answer.why) = match (picked(&curve), deepest(&ks, &curve)) {
        (Some((at, depth)), _) => {
            let k = fits[reached[at]].k;
            let why =
                format!("farthest below the chord, by {depth:.2} (rows without groups: {plain:.2}){}", share(Some(k)));
            (Some(k), why)
        }
        (None, Some((at, depth))) => {
            let why = format!(
                "no knee: the curve is deepest at {}, by {depth:.2}, which is not more than {:.2} of rows without groups \
                 or one step of k{}",
                fits[reached[at]].k,
                plain,
                share(None)
            );
            (None, why)
        }
        (None, None) => (None, "no knee: the curve is level".to_owned()),
    };
    answer
}

/// How often each k is picked by replicates, as shares that add up to 1.
///
/// Rows drawn again move the curve a little: where two numbers are nearly as deep, both are picked now and then, and the
/// share of the winner says so. The smallest first and none at all last.
fn support(picks: impl Iterator<Item = Option<usize>>) -> Vec<Support> {
    let mut picks: Vec<Option<usize>> = picks.collect();
    picks.sort_by_key(|pick| pick.unwrap_or(usize::MAX));
    let all = picks.len() as f64;
    picks.chunk_by(|a, b| a == b).map(|same| Support { k: same[0], share: same.len() as f64 / all }).collect()
}

#[cfg(test)]
mod tests {
    use super::{deepest, featureless, knee_at};

    #[test]
    fn a_straight_curve_has_no_knee_and_a_bent_one_has() {
        let ks = [2.0, 3.0, 4.0, 5.0, 6.0];
        assert_eq!(knee_at(&ks, &[5.0, 4.0, 3.0, 2.0, 1.0]), None);
        assert_eq!(knee_at(&ks, &[5.0; 5]), None);
        assert_eq!(knee_at(&ks[..2], &[5.0, 1.0]), None);
        let (at, depth) = knee_at(&ks, &[9.0, 8.0, 1.0, 0.5, 0.0]).unwrap_or((0, 0.0));
        assert_eq!(at, 2);
        assert!((depth - (0.5 - 1.0 / 9.0)).abs() < 1e-12);
        assert!(deepest(&ks, &[9.0, 8.9, 8.5, 7.0, 0.0]).is_some_and(|(_, depth)| depth == 0.0));
        // 1/k from 1 to 10: x = 2/9 at 3, y = (1/3 - 1/10) / (9/10)
        let ks: Vec<f64> = (1..=10).map(f64::from).collect();
        assert!((featureless(&ks, 2) - (1.0 - 2.0 / 9.0 - (1.0 / 3.0 - 0.1) / 0.9)).abs() < 1e-12);
    }
}
