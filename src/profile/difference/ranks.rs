//! Order without means: the tests of Kruskal and Wallis, and of Mann and Whitney.
//!
//! Customers are ranked together, those with the same number at the middle of their ranks, and the mean ranks of the
//! segments are compared. A weight is a number of customers: one of weight 3 takes three ranks. Written with sums of
//! squares of ranks, the statistic is (N − 1) · between / total, ties included, and ε² is what the segments explain of
//! the spread of ranks: its interval is that of an analysis of variance of the ranks (W. J. Conover and R. L. Iman 1981,
//! DOI 10.1080/00031305.1981.10479327).
//!
//! Right for counts with long tails and for answers on a scale, of which a mean says little. What is compared is who has the
//! larger number more often, not by how much: two segments with the same median may differ.

use crate::math::tail;
use crate::profile::p_value::PValue;
use crate::profile::reading::Numbers;
use crate::profile::summary::Estimate;

use super::found::{Effect, Measure, Method, Test};
use super::numbers::Squares;

/// The sum of ranks and the count of some segments, and the spread of all ranks.
struct Ranks {
    counts: Vec<f64>,
    sums: Vec<f64>,
    total: f64,
    spread: f64,
}

impl Ranks {
    /// O(n log n).
    fn of(numbers: &Numbers, segments: &[usize]) -> Self {
        let mut all: Vec<(f64, f64, usize)> = Vec::new();
        for (slot, segment) in segments.iter().enumerate() {
            all.extend(numbers.span(*segment).map(|at| (numbers.values[at], numbers.weight(at), slot)));
        }
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
        let (mut counts, mut sums) = (vec![0.0; segments.len()], vec![0.0; segments.len()]);
        let (mut before, mut ties) = (0.0_f64, 0.0_f64);
        // −0 and 0 are one number, though not one in the total order
        for same in all.chunk_by(|a, b| a.0 == b.0) {
            let weight: f64 = same.iter().map(|entry| entry.1).sum();
            let rank = before + (weight + 1.0) / 2.0;
            for (_, weight, slot) in same {
                counts[*slot] += weight;
                sums[*slot] += weight * rank;
            }
            ties += weight * (weight * weight - 1.0);
            before += weight;
        }
        let spread = (before * (before * before - 1.0) - ties) / 12.0;
        Ranks { counts, sums, total: before, spread }
    }

    /// Sums of squares of ranks.
    fn squares(&self) -> Squares {
        let middle = (self.total + 1.0) / 2.0;
        let part = |(count, sum): (&f64, &f64)| count * (sum / count - middle).powi(2);
        let some = || self.counts.iter().zip(&self.sums).filter(|(count, _)| **count > 0.0);
        let between = some().map(part).sum::<f64>().min(self.spread);
        Squares { between, within: self.spread - between, segments: some().count() as f64, count: self.total }
    }
}

/// The test of W. H. Kruskal and W. A. Wallis (1952, DOI 10.1080/01621459.1952.10483441), corrected for ties.
///
/// `None` unless two segments have somebody and not all numbers are the same.
pub(super) fn kruskal_wallis(numbers: &Numbers, confidence: f64) -> Option<Test> {
    let ranks = Ranks::of(numbers, &(0..numbers.segments()).collect::<Vec<_>>());
    let squares = ranks.squares();
    let degrees = squares.segments - 1.0;
    if degrees < 1.0 || ranks.spread <= 0.0 {
        return None;
    }
    let h = (ranks.total - 1.0) * (squares.between / ranks.spread);
    let within = ranks.total - squares.segments;
    let eta = Estimate::new((within > 0.0).then(|| (h - degrees) / within), None);
    Some(Test {
        method: Method::KruskalWallis,
        statistic: h,
        degrees,
        degrees_within: None,
        p: PValue::from_ln(tail::ln_chi_squared(h, degrees)),
        effects: vec![
            squares.eta(Measure::EpsilonSquared, confidence),
            Effect { measure: Measure::RankEtaSquared, size: eta },
        ],
    })
}

/// The test of H. B. Mann and D. R. Whitney (1947, DOI 10.1214/aoms/1177730491) of two segments, by the normal
/// distribution with ties and without correction for continuity, which makes it the test of Kruskal and Wallis of two.
///
/// The statistic is U of the first; the effect is the rank-biserial correlation, 2 U / (n₁ n₂) − 1: how much more often
/// a customer of the first has the larger number than one of the second.
pub(super) fn mann_whitney(numbers: &Numbers, first: usize, second: usize) -> Option<Test> {
    let ranks = Ranks::of(numbers, &[first, second]);
    let (a, b) = (ranks.counts[0], ranks.counts[1]);
    if a <= 0.0 || b <= 0.0 || ranks.spread <= 0.0 {
        return None;
    }
    let u = ranks.sums[0] - a * (a + 1.0) / 2.0;
    let h = (ranks.total - 1.0) * (ranks.squares().between / ranks.spread);
    let size = Estimate::new(Some((2.0 * (u / a) / b - 1.0).clamp(-1.0, 1.0)), None);
    Some(Test {
        method: Method::MannWhitney,
        statistic: u,
        degrees: 1.0,
        degrees_within: None,
        p: PValue::from_ln(tail::ln_chi_squared(h, 1.0)),
        effects: vec![Effect { measure: Measure::RankBiserial, size }],
    })
}
