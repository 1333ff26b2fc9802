//! Consensus: whether pairs of rows are always or never in one group, whichever rows are left out.
//!
//! S. Monti, P. Tamayo, J. Mesirov and T. Golub 2003, Consensus clustering, DOI 10.1023/A:1023949509487: for each pair of
//! rows the share of subsamples with both in which they are together. A clear division has shares near 0 and near 1. How
//! many are between, above 0.1 and below 0.9, is the proportion of ambiguous clustering of Y. Șenbabaoğlu, G. Michailidis and
//! J. Li 2014, DOI 10.1038/srep06207; the smallest is picked.
//!
//! The measure falls with k also where there are no groups, as many small groups leave most pairs apart: read it beside
//! others.

use crate::cluster::Points;
use crate::error::Result;
use crate::math::random::Random;

use super::base::{Fit, Methods, Rows, Work, meanings};
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::{NONE, plain};
use super::likelihood::reached;

/// Most rows whose pairs are looked at: 2 million pairs, 4 bytes each for every k at work.
pub(super) const MOST: usize = 2_000;
/// Subsamples for each replicate that was asked for: they are small and shares want many.
pub(super) const TIMES: usize = 4;
/// Shares between these are ambiguous.
const AMBIGUOUS: (f64, f64) = (0.1, 0.9);
/// Eight rows in ten are in a subsample.
const PART: (usize, usize) = (4, 5);

/// The share of ambiguous pairs for each method; `None` where too few subsamples could be clustered.
///
/// # Cost
/// `count` fits of at most 1,600 rows for each method, and 8 bytes for each pair of at most 2,000 rows.
///
/// # Errors
/// If the work is stopped.
pub(super) fn ambiguous(
    points: &Points<'_>,
    methods: &Methods,
    (count, seed): (usize, u64),
    work: &Work<'_>,
) -> Result<Vec<Option<f64>>> {
    let columns = meanings(points);
    let mut chosen = Random::new(seed, 4 << 32).sample(points.len(), MOST);
    chosen.sort_unstable();
    let (rows, size) = (chosen.len(), (chosen.len() * PART.0).div_ceil(PART.1));
    let subsamples: Vec<Vec<usize>> = (1..=count as u64)
        .map(|at| {
            let mut sample = Random::new(seed, (4 << 32) + at).sample(rows, size);
            sample.sort_unstable();
            sample
        })
        .collect();
    let labels = Work::all(methods.len() * count, |job| {
        let ((k, method), sample) = (&methods[job / count], &subsamples[job % count]);
        if *k == 1 {
            return Ok(None);
        }
        let taken: Vec<usize> = sample.iter().map(|at| chosen[*at]).collect();
        let rows = Rows::taken(points, &taken, true);
        let found = work.try_find(method, &rows.points(&columns)?)?;
        Ok(found.ok().map(|found| plain(&found.labels)))
    })?;
    Work::all(methods.len(), |at| {
        let found = labels[at * count..(at + 1) * count].iter().zip(&subsamples);
        let found: Vec<(&[usize], &[u32])> =
            found.filter_map(|(labels, sample)| Some((sample.as_slice(), labels.as_deref()?))).collect();
        Ok(share(rows, &found))
    })
}

/// The share of pairs of `rows` rows whose consensus is ambiguous; `None` if no pair was looked at.
///
/// Each of `found` is the rows of a subsample, rising, with the groups they were in.
fn share(rows: usize, found: &[(&[usize], &[u32])]) -> Option<f64> {
    let pair = |low: usize, high: usize| high * (high - 1) / 2 + low;
    let mut counts = vec![(0_u16, 0_u16); rows * rows.saturating_sub(1) / 2];
    for (sample, labels) in found {
        for (at, (high, label)) in sample.iter().zip(*labels).enumerate() {
            for (low, other) in sample[..at].iter().zip(*labels) {
                let (both, together) = &mut counts[pair(*low, *high)];
                *both = both.saturating_add(1);
                *together = together.saturating_add(u16::from(label == other && *label != NONE));
            }
        }
    }
    let seen = counts.iter().filter(|(both, _)| *both > 0);
    let (all, between) = seen.fold((0_u64, 0_u64), |(all, between), (both, together)| {
        let share = f64::from(*together) / f64::from(*both);
        (all + 1, between + u64::from(share > AMBIGUOUS.0 && share < AMBIGUOUS.1))
    });
    (all > 0).then(|| between as f64 / all as f64)
}

/// Judges the shares of ambiguous pairs.
pub(super) fn judge(fits: &[Fit], shares: &[Option<f64>]) -> Answer {
    let mut answer = Answer::empty(Criterion::Consensus);
    let values = fits.iter().filter(|fit| fit.asked).zip(shares).map(|(fit, share)| match share {
        _ if fit.k == 1 => AtK::none(1, "in one group all pairs are together"),
        Some(share) => AtK { note: fit.short(), ..AtK::of(fit.k, Some(*share)) },
        None => AtK::none(fit.k, "no subsample has such groups"),
    });
    answer.values = values.collect();
    answer.best("the smallest share of pairs neither together nor apart", &|k| reached(fits, k), |a, b| a < b)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn pairs_are_ambiguous_between_a_tenth_and_nine_tenths() {
        // rows 0 and 1 together in one of two, 0 and 2 never, 1 and 2 in one of two; row 3 was never drawn
        let found: [(&[usize], &[u32]); 2] = [(&[0, 1, 2], &[0, 0, 1]), (&[0, 1, 2], &[0, 1, 1])];
        assert_eq!(share(4, &found), Some(2.0 / 3.0));
        assert_eq!(share(4, &[]), None);
    }
}
