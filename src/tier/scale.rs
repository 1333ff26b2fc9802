//! How the values of an attribute become comparable with those of another.
//!
//! A scale is learnt once ([`Score::fit`](super::Score::fit)) and kept in the [`Measure`](super::Measure), so that a
//! stranger is scaled by the customers of that day. A caller asks for it by [`Scaling`](super::Scaling) and meets
//! [`Scale`] only when looking into a saved measure.
//!
//! | field says | here |
//! | --- | --- |
//! | min-max scaling, `MinMaxScaler` | [`Scale::MinMax`], without clipping of strangers |
//! | percentile rank, `rank(pct=True)` less half of the ties | [`Scale::Ranks`] |
//! | z-score, `StandardScaler` | not there: shares from 0 to 1 are easier to weigh and to tell |

use crate::error::{Error, Result};

/// Points that a learnt rank scale keeps where there are more different values than this.
const KNOTS: usize = 1024;

/// How the values of one attribute enter a score.
///
/// All scales rise: a larger value never gets a smaller share. A weight below zero in the score turns an attribute of
/// which less is better.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[non_exhaustive]
pub enum Scale {
    /// As they are.
    #[default]
    Raw,
    /// The least value learnt becomes 0 and the largest 1. A stranger beyond them lies below 0 or above 1, so that a
    /// better customer never scores lower. All values equal: everybody has 0.
    MinMax {
        /// The least value learnt.
        least: f64,
        /// The largest value learnt.
        most: f64,
    },
    /// The share of the customers with a smaller value and half of those with the same one, from 0 to 1, on a straight
    /// line between values that were not seen.
    Ranks {
        /// Values, rising, each with its share.
        knots: Vec<(f64, f64)>,
    },
}

impl Scale {
    /// The values are finite and at least one. O(n).
    pub(super) fn learn_min_max(values: &[f64]) -> Scale {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        Scale::MinMax { least, most }
    }

    /// O(n log n). Exact where there are up to 1 024 different values; of more, some 1 000 points are kept and the share
    /// of a value between them is on the straight line, which is off by less than 0.002.
    pub(super) fn learn_ranks(values: &[f64], weights: Option<&[f64]>) -> Scale {
        let weight = |row: usize| weights.and_then(|w| w.get(row)).copied().unwrap_or(1.0);
        let mut rows: Vec<(f64, f64)> =
            values.iter().enumerate().map(|(row, value)| (*value, weight(row))).filter(|row| row.1 > 0.0).collect();
        rows.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let total: f64 = rows.iter().map(|row| row.1).sum();
        let mut knots = Vec::new();
        let mut below = 0.0;
        for group in rows.chunk_by(|a, b| a.0 == b.0) {
            let here: f64 = group.iter().map(|row| row.1).sum();
            if let Some((value, _)) = group.first() {
                knots.push((*value, (below + here / 2.0) / total));
            }
            below += here;
        }
        if knots.len() > KNOTS {
            knots = thinned(&knots);
        }
        Scale::Ranks { knots }
    }

    /// The value on this scale.
    ///
    /// Raw values pass as they are. Beyond the learnt values min-max goes on along its line, ranks stay at 0 and 1.
    pub(super) fn apply(&self, value: f64) -> f64 {
        match self {
            Scale::Raw => value,
            Scale::MinMax { least, most } if most > least => (value - least) / (most - least),
            Scale::MinMax { .. } => 0.0,
            Scale::Ranks { knots } => {
                let after = knots.partition_point(|knot| knot.0 <= value);
                let low = after.checked_sub(1).and_then(|at| knots.get(at));
                match (low, knots.get(after)) {
                    (Some(low), _) if low.0 == value => low.1,
                    (Some(low), Some(high)) => low.1 + (value - low.0) / (high.0 - low.0) * (high.1 - low.1),
                    (Some(_), None) => 1.0,
                    (None, _) => 0.0,
                }
            }
        }
    }

    /// What a loaded scale must be, so that [`apply`](Scale::apply) never divides by nothing and never falls.
    ///
    /// # Errors
    /// If ends are not finite or out of order, or knots do not rise in value and share or are none.
    pub(super) fn check(&self) -> Result<()> {
        match self {
            Scale::Raw => Ok(()),
            Scale::MinMax { least, most } => {
                let fine = least.is_finite() && most.is_finite() && least <= most;
                let found = || format!("{least} to {most}");
                if fine { Ok(()) } else { Err(Error::parameter("scale", "from a least to a largest number", found())) }
            }
            Scale::Ranks { knots } => {
                let numbers = knots.iter().all(|(value, share)| value.is_finite() && (0.0..=1.0).contains(share));
                let rising = knots.is_sorted_by(|a, b| a.0 < b.0 && a.1 < b.1);
                if numbers && rising && !knots.is_empty() {
                    return Ok(());
                }
                Err(Error::parameter("scale", "rising values with rising shares from 0 to 1", format!("{knots:?}")))
            }
        }
    }
}

/// The ends, the first knot at each step of the share, and both sides of a leap over more than a step.
///
/// A leap is a value that many customers have; with both its sides kept, the line between knots is never drawn across
/// it.
fn thinned(knots: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let steps = (KNOTS - 2) as f64;
    let mut kept: Vec<(f64, f64)> = Vec::with_capacity(KNOTS);
    let (mut next, mut before) = (0.0, None::<(f64, f64)>);
    for (at, knot) in knots.iter().enumerate() {
        if at == 0 || at + 1 == knots.len() || knot.1 >= next {
            if let Some(before) = before.filter(|b| knot.1 - b.1 > 1.0 / steps && kept.last() != Some(b)) {
                kept.push(before);
            }
            kept.push(*knot);
            next = ((knot.1 * steps).floor() + 1.0) / steps;
        }
        before = Some(*knot);
    }
    kept
}
