//! Ranks and normal scores: rising points between which lines are drawn.
//!
//! Used by [`Scale::Ranks`](super::Scale::Ranks) and [`Scale::Normal`](super::Scale::Normal).
//!
//! A rank says of a value which share of the customers lies below it. To place strangers, points are kept, each
//! a value with its share, and a stranger's share is on the line between the two next to it. About a thousand
//! points say all of a million customers, so that a saved encoder stays small.
//!
//! The share counts half of those with the same value (the mid-rank): the least of n customers has ½ / n and
//! the largest 1 − ½ / n. Shares so stay inside 0 and 1, which is what makes the normal score of every customer
//! finite (G. Blom 1958, Statistical Estimates and Transformed Beta-Variables, has the family of such scores),
//! and it does not matter whether weights add up to the number of customers or to 1.

use super::spread::Numbers;

/// Points that are kept where there are more different values than this: 16 KiB, and an error of a share that no
/// cluster can feel.
const MOST: usize = 1024;

/// Each value with the share of the weight below it and half of its own, thinned to about a thousand points.
///
/// The share of a value between two points is on the straight line, off by less than 0.002. A value that more than a
/// thousandth of the customers have is kept with both its neighbours, so that no line is drawn across a leap.
///
/// Weights count as shares of their sum. O(n log n).
///
/// # Determinism
/// Equal numbers are one point, so the order of customers does not matter.
pub(super) fn ranks(numbers: Numbers<'_>) -> Vec<(f64, f64)> {
    let groups = numbers.groups();
    let total = crate::math::sum::sum(groups.iter().map(|group| group.1));
    let mut below = 0.0;
    let share = |(value, weight): &(f64, f64)| {
        below += weight;
        (*value, (below - weight / 2.0) / total)
    };
    let knots: Vec<(f64, f64)> = groups.iter().map(share).collect();
    rising(if knots.len() <= MOST { knots } else { thinned(&knots) })
}

/// The ends, the first point at each step of the share, and both sides of a leap.
///
/// A leap is a value that many have, such as 0: were one of its sides left out, values near it would get a share that
/// nobody has.
fn thinned(knots: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let step = 1.0 / (MOST as f64 - 2.0);
    let last = knots.len() - 1;
    let mut kept = Vec::with_capacity(MOST);
    let mut next = 0.0;
    for (at, knot) in knots.iter().enumerate() {
        let leap = |a: usize, b: usize| knots[b].1 - knots[a].1 > step;
        let beside_a_leap = (at > 0 && leap(at - 1, at)) || (at < last && leap(at, at + 1));
        if at == 0 || at == last || knot.1 >= next || beside_a_leap {
            kept.push(*knot);
            next = ((knot.1 / step).floor() + 1.0) * step;
        }
    }
    kept
}

/// Only points whose second number is above the one before: a weight may be too small to change a share. Without it the
/// way back from a share would not be one.
fn rising(mut knots: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let mut before = f64::NEG_INFINITY;
    knots.retain(|knot| {
        let above = knot.1 > before;
        before = before.max(knot.1);
        above
    });
    knots
}

/// Normal scores in place of shares: 0 in the middle, 1.96 where 2.5 % lie above.
///
/// Between points the line is drawn in scores, not in shares: there and back lead to the same number.
pub(super) fn normal(mut knots: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    for knot in &mut knots {
        // nobody has a share of nothing or of all, but rounding may say so
        knot.1 = normal_quantile(knot.1.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON));
    }
    rising(knots)
}

/// Where `at` lies between points that rise in what `from` gives, as what `to` gives; beyond the ends as these.
///
/// Used in both directions: from values to shares, and back. O(log k) for k points.
///
/// # Missing values
/// `at` must not be NaN: whoever asks has seen to it.
pub(super) fn between(
    knots: &[(f64, f64)],
    at: f64,
    from: impl Fn(&(f64, f64)) -> f64,
    to: impl Fn(&(f64, f64)) -> f64,
) -> f64 {
    let after = knots.partition_point(|knot| from(knot) <= at);
    match (after.checked_sub(1).and_then(|low| knots.get(low)), knots.get(after)) {
        (Some(low), Some(high)) if from(low) < at => {
            // halves, because the distance of two numbers may be beyond the largest
            let part = (at / 2.0 - from(low) / 2.0) / (from(high) / 2.0 - from(low) / 2.0);
            to(low) * (1.0 - part) + to(high) * part
        }
        (Some(low), _) => to(low),
        (None, Some(high)) => to(high),
        (None, None) => 0.0,
    }
}

/// The quantile of the standard normal distribution (M. Wichura 1988, Algorithm AS 241: The Percentage Points
/// of the Normal Distribution, DOI 10.2307/2347330, routine PPND16), within about 1 part in 10¹⁶. `p` is
/// between 0 and 1, ends excluded.
fn normal_quantile(p: f64) -> f64 {
    let ratio = |top: &[f64], bottom: &[f64], x: f64| {
        let value = |coefficients: &[f64]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
        value(top) / value(bottom)
    };
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        return q * ratio(&CENTER.0, &CENTER.1, 0.180625 - q * q);
    }
    let r = (-p.min(1.0 - p).ln()).sqrt();
    let size = if r <= 5.0 { ratio(&MIDDLE.0, &MIDDLE.1, r - 1.6) } else { ratio(&TAIL.0, &TAIL.1, r - 5.0) };
    size.copysign(q)
}

/// Coefficients for probabilities near one half, of powers of 0.180625 − (p − ½)².
///
/// Here and below the upper line stands above the bar of the ratio, the lower line below it; constants first.
/// They are those of the paper, cut to what a number of 64 bits holds.
#[rustfmt::skip]
const CENTER: ([f64; 8], [f64; 8]) = (
    [
        3.387_132_872_796_366_5, 133.141_667_891_784_38, 1_971.590_950_306_551_3, 13_731.693_765_509_46,
        45_921.953_931_549_87, 67_265.770_927_008_7, 33_430.575_583_588_13, 2_509.080_928_730_122_7,
    ],
    [
        1.0, 42.313_330_701_600_91, 687.187_007_492_057_9, 5_394.196_021_424_751,
        21_213.794_301_586_597, 39_307.895_800_092_71, 28_729.085_735_721_943, 5_226.495_278_852_854,
    ],
);

/// Coefficients further out, of powers of r − 1.6, where r is the root of −ln p.
#[rustfmt::skip]
const MIDDLE: ([f64; 8], [f64; 8]) = (
    [
        1.423_437_110_749_683_5, 4.630_337_846_156_546, 5.769_497_221_460_691, 3.647_848_324_763_204_5,
        1.270_458_252_452_368_4, 0.241_780_725_177_450_6, 0.022_723_844_989_269_184, 7.745_450_142_783_414e-4,
    ],
    [
        1.0, 2.053_191_626_637_759, 1.676_384_830_183_803_8, 0.689_767_334_985_1,
        0.148_103_976_427_480_08, 0.015_198_666_563_616_457, 5.475_938_084_995_345e-4, 1.050_750_071_644_416_9e-9,
    ],
);

/// Coefficients in the tails, below 1.4 · 10⁻¹¹, of powers of r − 5.
#[rustfmt::skip]
const TAIL: ([f64; 8], [f64; 8]) = (
    [
        6.657_904_643_501_104, 5.463_784_911_164_114, 1.784_826_539_917_291_3, 0.296_560_571_828_504_9,
        0.026_532_189_526_576_124, 0.001_242_660_947_388_078_4, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7,
    ],
    [
        1.0, 0.599_832_206_555_888, 0.136_929_880_922_735_8, 0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4, 1.846_318_317_510_054_7e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15,
    ],
);

#[cfg(test)]
mod tests {
    use super::{between, normal_quantile};

    /// Source: scipy 1.17.1, `scipy.special.ndtri`.
    #[test]
    fn normal_quantiles_are_the_published_ones() {
        let known = [(0.5, 0.0), (0.975, 1.959963984540054), (0.9, 1.2815515655446004), (1e-12, -7.034483825301131)];
        for (p, z) in known {
            assert!((normal_quantile(p) - z).abs() < 1e-14 * f64::max(1.0, z.abs()), "{p}");
        }
    }

    #[test]
    fn lines_are_drawn_between_points_and_not_beyond() {
        let knots = [(0.0, 0.25), (4.0, 0.75)];
        let share = |value| between(&knots, value, |knot| knot.0, |knot| knot.1);
        assert_eq!([-1.0, 0.0, 1.0, 4.0, 9.0].map(share), [0.25, 0.25, 0.375, 0.75, 0.75]);
        let wide = [(-f64::MAX, 0.0), (f64::MAX, 1.0)];
        assert_eq!(between(&wide, 0.0, |knot| knot.0, |knot| knot.1), 0.5);
    }
}
