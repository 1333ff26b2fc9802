//! Criteria that compare W of one k with its neighbours: Hartigan's, and Krzanowski and Lai's.
//!
//! Both want numbers of groups that follow each other. They are made of quotients of W: the unit of the rows plays no part,
//! and W of one group, for which no method is needed, is always there.

use super::base::Fit;
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::likelihood::reached;

/// Hartigan's own bound, which he calls crude: it does not depend on the number of columns.
///
/// From this on one group more is worth it, says Hartigan.
const WORTH: f64 = 10.0;

/// Hartigan's statistic is about that of a test whether the next group explains more than chance, and 10 a rough bound for
/// it. Of many rows any group more is worth it by that measure, and the statistic goes on to large k.
///
/// Judges by (W(k) / W(k + 1) − 1)(n − k − 1): the smallest k for which it is at most 10.
///
/// J. Hartigan 1975, Clustering Algorithms, Wiley. `rows` is the weight of all rows.
pub(super) fn hartigan(fits: &[Fit], rows: f64) -> Answer {
    let mut answer = Answer::empty(Criterion::Hartigan);
    answer.values = fits
        .iter()
        .map(|fit| match (fit.within, at(fits, fit.k + 1)) {
            (Some(within), Some(next)) if next > 0.0 => {
                let value = (within / next - 1.0) * (rows - fit.k as f64 - 1.0);
                AtK { note: fit.short(), ..AtK::of(fit.k, Some(value)) }
            }
            (_, None) => AtK::none(fit.k, "needs k + 1"),
            _ => AtK::none(fit.k, "W of k + 1 is 0"),
        })
        .collect();
    let enough = |one: &&AtK| reached(fits, one.k) && one.value.is_some_and(|value| value <= WORTH);
    let first = answer.values.iter().find(enough).map(|one| (one.k, one.value));
    (answer.pick, answer.why) = match first {
        Some((k, value)) => {
            let value = crate::text::number(value.unwrap_or(0.0));
            (Some(k), format!("the smallest k for which one group more is worth at most {WORTH}: {value}"))
        }
        None if answer.values.iter().all(|one| one.value.is_none()) => {
            (None, "not defined: it needs numbers of groups that follow each other and rows that differ".to_owned())
        }
        None => (None, format!("one group more is worth more than {WORTH} at every k: look at larger ones")),
    };
    answer
}

/// Judges by |fall(k) / fall(k + 1)|, where fall(k) = (k − 1)^(2/d) W(k − 1) − k^(2/d) W(k): the largest.
///
/// W of k groups of even rows falls as k^(−2/d), so that k^(2/d) W is level where there are no groups, and the quotient is
/// large where the fall ends. It is a quotient of differences: where both are small it says nothing, and it has no answer for
/// one group.
///
/// W. Krzanowski and Y. Lai 1988, A criterion for determining the number of groups in a data set using sum-of-squares
/// clustering, DOI 10.2307/2531893.
pub(super) fn krzanowski_lai(fits: &[Fit], dimensions: usize) -> Answer {
    let mut answer = Answer::empty(Criterion::KrzanowskiLai);
    let stretched = |k: usize| Some((k as f64).powf(2.0 / dimensions as f64) * at(fits, k)?);
    let fall = |k: usize| Some(stretched(k.checked_sub(1)?)? - stretched(k)?);
    answer.values = fits
        .iter()
        .filter(|fit| fit.k > 1)
        .map(|fit| match (fall(fit.k), fall(fit.k + 1)) {
            (Some(fell), Some(falls)) if falls != 0.0 => {
                AtK { note: fit.short(), ..AtK::of(fit.k, Some((fell / falls).abs())) }
            }
            (Some(_), Some(_)) => AtK::none(fit.k, "W falls no more"),
            _ => AtK::none(fit.k, "needs k - 1 and k + 1"),
        })
        .collect();
    if answer.values.iter().all(|one| one.value.is_none()) {
        return Answer {
            why: "not defined: it needs three numbers of groups that follow each other".to_owned(),
            ..answer
        };
    }
    answer.best("the largest", &|k| reached(fits, k), |a, b| a > b)
}

/// W of a k that was looked at and reached; in the unit of the frame.
///
/// A k that was not reached has the W of a smaller one and would make a fall of 0.
fn at(fits: &[Fit], k: usize) -> Option<f64> {
    fits.iter().find(|fit| fit.k == k && fit.short().is_none())?.within
}
