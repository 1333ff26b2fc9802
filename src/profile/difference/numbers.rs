//! Means of several segments: analysis of variance, and Welch's for spreads that differ.
//!
//! Both are made of count, mean and spread of each segment, so that a million customers are read once. With weights the
//! counts are sums of weights.
//!
//! | test | spreads | statistic |
//! | --- | --- | --- |
//! | classic | alike in all segments | F of mean squares between and within |
//! | Welch's | may differ | F of means weighted by n / variance |
//! | Welch's t | may differ | two segments only |
//!
//! Welch's is the one that is quoted: where spreads are alike it loses next to nothing, and where they differ the classic
//! one promises what it does not keep (M. Delacre, C. Leys, Y. L. Mora and D. Lakens 2019, DOI 10.5334/irsp.198).
//! Segments differ in spread as a rule: who spends much spends much more or less.

use crate::math::{interval, noncentral, tail};
use crate::profile::p_value::PValue;
use crate::profile::reading::Moments;
use crate::profile::summary::Estimate;

use super::found::{Effect, Measure, Method, Test};

/// From this skewness on, within segments, means say little of such customers and ranks are compared. Ours.
const SKEWED: f64 = 2.0;

/// Sums of squares between and within the segments that have somebody.
pub(super) struct Squares {
    pub(super) between: f64,
    pub(super) within: f64,
    pub(super) segments: f64,
    pub(super) count: f64,
}

impl Squares {
    /// Of the moments of each segment.
    pub(super) fn of(moments: &[Moments]) -> Self {
        let some = || moments.iter().filter(|m| m.count > 0.0);
        let count: f64 = some().map(|m| m.count).sum();
        let base = some().next().map_or(0.0, |m| m.mean);
        let mean = base + some().map(|m| (m.count / count) * (m.mean - base)).sum::<f64>();
        Squares {
            between: some().map(|m| m.count * (m.mean - mean) * (m.mean - mean)).sum(),
            within: some().map(|m| m.squares).sum(),
            segments: some().count() as f64,
            count,
        }
    }

    /// Degrees of freedom between and within.
    fn degrees(&self) -> (f64, f64) {
        (self.segments - 1.0, self.count - self.segments)
    }

    /// The share of the spread that the segments explain, with its interval by the noncentral F distribution.
    pub(super) fn eta(&self, measure: Measure, confidence: f64) -> Effect {
        let (first, second) = self.degrees();
        let f = (self.between / first) / (self.within / second);
        let ends = noncentral::of_f(f, first, second, confidence);
        let share = |lambda: f64| lambda / (lambda + self.count);
        let size = Estimate::new(
            Some(self.between / (self.between + self.within)),
            ends.map(|(low, high)| (share(low), share(high))),
        );
        Effect { measure, size }
    }
}

/// One-way analysis of variance; `None` unless two segments have somebody and one of them has a spread.
pub(super) fn anova(moments: &[Moments], confidence: f64) -> Option<Test> {
    let squares = Squares::of(moments);
    let (first, second) = squares.degrees();
    if first < 1.0 || second <= 0.0 || squares.within <= 0.0 {
        return None;
    }
    let error = squares.within / second;
    let f = (squares.between / first) / error;
    let omega = (squares.between - first * error) / (squares.between + squares.within + error);
    let omega = Effect { measure: Measure::OmegaSquared, size: Estimate::new(Some(omega), None) };
    Some(Test {
        method: Method::Anova,
        statistic: f,
        degrees: first,
        degrees_within: Some(second),
        p: PValue::from_ln(tail::ln_f(f, first, second)),
        effects: vec![squares.eta(Measure::EtaSquared, confidence), omega],
    })
}

/// Welch's analysis of variance (B. L. Welch 1951, DOI 10.1093/biomet/38.3-4.330).
///
/// `None` if a segment has fewer than two customers or no spread: its weight would have no bound.
pub(super) fn welch(moments: &[Moments], confidence: f64) -> Option<Test> {
    let some: Vec<&Moments> = moments.iter().filter(|m| m.count > 0.0).collect();
    let weights: Option<Vec<f64>> =
        some.iter().map(|m| m.variance().filter(|v| *v > 0.0).map(|v| m.count / v)).collect();
    let weights = weights.filter(|all| all.len() > 1)?;
    let (k, whole) = (some.len() as f64, weights.iter().sum::<f64>());
    let base = some[0].mean;
    let mean = base + some.iter().zip(&weights).map(|(m, w)| w / whole * (m.mean - base)).sum::<f64>();
    let between: f64 = some.iter().zip(&weights).map(|(m, w)| w * (m.mean - mean) * (m.mean - mean)).sum();
    let uneven: f64 = some.iter().zip(&weights).map(|(m, w)| (1.0 - w / whole).powi(2) / (m.count - 1.0)).sum();
    let f = between / (k - 1.0) / (1.0 + 2.0 * (k - 2.0) / (k * k - 1.0) * uneven);
    let second = (k * k - 1.0) / (3.0 * uneven);
    Some(Test {
        method: Method::Welch,
        statistic: f,
        degrees: k - 1.0,
        degrees_within: Some(second),
        p: PValue::from_ln(tail::ln_f(f, k - 1.0, second)),
        effects: vec![Squares::of(moments).eta(Measure::EtaSquared, confidence)],
    })
}

/// Whether most of the numbers lie on one side of a long tail, within segments.
pub(super) fn skewed(moments: &[Moments]) -> bool {
    let sum = |of: fn(&Moments) -> f64| moments.iter().map(of).sum::<f64>();
    let (count, squares, cubes) = (sum(|m| m.count), sum(|m| m.squares), sum(|m| m.cubes));
    squares > 0.0 && (cubes / count / (squares / count).powf(1.5)).abs() > SKEWED
}

/// Welch's t test of two segments with the difference in standard deviations; `None` where one has no spread.
///
/// The deviation is the root of the mean of both variances; the interval takes it as known.
pub(super) fn welch_t(a: &Moments, b: &Moments, confidence: f64) -> Option<Test> {
    let (x, y) = (a.variance()?, b.variance()?);
    let (u, v) = (x / a.count, y / b.count);
    if u + v <= 0.0 {
        return None;
    }
    let (share, rest) = (u / (u + v), v / (u + v));
    let degrees = 1.0 / (share * share / (a.count - 1.0) + rest * rest / (b.count - 1.0));
    let (off, error, deviation) = (a.mean - b.mean, (u + v).sqrt(), ((x + y) / 2.0).sqrt());
    let half = interval::student(confidence, degrees);
    let ends = half.map(|half| ((off - half * error) / deviation, (off + half * error) / deviation));
    let size = Estimate::new(Some(off / deviation), ends);
    Some(Test {
        method: Method::WelchT,
        statistic: off / error,
        degrees,
        degrees_within: None,
        p: PValue::from_ln(tail::ln_t_two_sided(off / error, degrees)),
        effects: vec![Effect { measure: Measure::CohensD, size }],
    })
}
