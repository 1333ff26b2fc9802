//! Regular purchases: each takes some hidden stages, and a coin after each purchase may end them.
//!
//! A buyer who has been silent since the last purchase may have passed some stages of the next one already. The process
//! knows how likely each number of stages is, so that its figures are exact.
//!
//! | figure | is |
//! | --- | --- |
//! | expected purchases | Σ over n of P(stages for n purchases) · E[(1 − p)^(n − 1)] |
//! | alive | Σ over n of P(stages for n purchases and no more) · E[(1 − p)^n] |
//! | n purchases | the term of the sum above, and P(stages for n) · E[p (1 − p)^(n − 1)]: the last coin fell |
//!
//! With p Beta(a, b), E[(1 − p)^n] = B(a, b + n) / B(a, b), whose ratios are simple. The stages that follow j stages of
//! silence are negative binomial with shape r + j.
//!
//! Sums of some hundred terms take about a microsecond. Where more than [`TERMS`] were needed, or the first is too small
//! for a number, [`erlang_long`] integrates in closed forms instead; both agree to nine digits where both can.

use crate::math::gamma::{ln_gamma, ln_rising};
use crate::math::random::Random;
use crate::math::tail;

use super::erlang_long;

/// The most stages a purchase.
pub(crate) const MOST_STAGES: u32 = 20;

/// Their number as a length.
pub(super) const MOST: usize = MOST_STAGES as usize;

/// Purchases after which a draw ends: a rate without end must not take for ever.
const MOST_DRAWN: u32 = 10_000_000;

/// Terms up to which sums are taken term by term.
const TERMS: f64 = 3000.0;

/// Rates of stages are Gamma(r + j, alpha) after j stages of silence, drop-out probabilities Beta(a, b).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Erlang {
    /// Stages a purchase, from 1 to [`MOST_STAGES`].
    pub(crate) stages: u32,
    /// The shape of the rates before the stages of silence.
    pub(crate) r: f64,
    pub(crate) alpha: f64,
    /// The time since the last purchase, divided by `alpha`: below 1.
    pub(crate) share: f64,
    pub(crate) a: f64,
    pub(crate) b: f64,
}

impl Erlang {
    /// How likely each number of stages passed in silence is: (r)_j / j! · share^j, summing to 1.
    ///
    /// Large ones are scaled down on the way; what that makes of small ones is nothing beside them.
    pub(super) fn weights(&self) -> [f64; MOST] {
        let mut weights = [0.0; MOST];
        let (mut weight, mut sum) = (1.0, 1.0);
        weights[0] = 1.0;
        for stage in 1..(self.stages as usize).min(MOST) {
            let j = stage as f64;
            weight *= (self.r + (j - 1.0)) / j * self.share;
            weights[stage] = weight;
            sum += weight;
            if weight > 1e200 {
                weights.iter_mut().for_each(|weight| *weight *= 1e-200);
                (weight, sum) = (weight * 1e-200, sum * 1e-200);
            }
        }
        weights.iter_mut().for_each(|weight| *weight /= sum);
        weights
    }

    /// Σ over the number n of purchases of P(n stages in full) · B(a, b + n − 1) / B(a, b), summed over stages.
    pub(crate) fn expected(&self, t: f64) -> f64 {
        self.figures(t).0
    }

    /// The probability that no coin has fallen.
    pub(crate) fn alive(&self, t: f64) -> f64 {
        self.figures(t).1
    }

    /// All purchases that are ever expected, E\[1 / p\]; `None` if they have no bound. How regular they are does not matter.
    pub(crate) fn total(&self) -> Option<f64> {
        (self.a > 1.0).then(|| 1.0 + self.b / (self.a - 1.0))
    }

    /// Expected purchases and the probability to be alive, by whichever way is short.
    ///
    /// The number of terms is the mean of the stages, nine standard deviations, and what the geometric tail needs for
    /// seventeen digits.
    fn figures(&self, t: f64) -> (f64, f64) {
        let ratio = t / self.alpha;
        if ratio == 0.0 {
            return (0.0, 1.0);
        }
        let most = self.r + f64::from(self.stages);
        let terms = most * ratio + 9.0 * (most * ratio * (1.0 + ratio)).sqrt() + 40.0 * (1.0 + ratio);
        let first = self.weights()[0] * (-self.r * ratio.ln_1p()).exp();
        if terms < TERMS && first > 1e-280 {
            return self.figures_by_terms(ratio, first);
        }
        erlang_long::figures(self, ratio)
    }

    /// Sums over the number of stages, those of the silence included. Given them the purchases are known. The chance of
    /// u + 1 stages, j of them in silence, follows from those of u: the next stage is in silence, or after it.
    ///
    /// ```text
    /// P(u + 1, j) = (r + u) / (u + 1) · (later · P(u, j) + silent · P(u, j − 1))
    /// ```
    ///
    /// `first` is P(0, 0), the chance of no stage at all. All terms are positive: nothing cancels.
    fn figures_by_terms(&self, ratio: f64, first: f64) -> (f64, f64) {
        match self.stages {
            0..=2 => self.sum_terms::<2>(ratio, first),
            3 => self.sum_terms::<3>(ratio, first),
            4 => self.sum_terms::<4>(ratio, first),
            5..=6 => self.sum_terms::<6>(ratio, first),
            7..=12 => self.sum_terms::<12>(ratio, first),
            _ => self.sum_terms::<MOST>(ratio, first),
        }
    }

    /// The sums with room for `N` stages, at least as many as there are: loops of a known length are twice as fast.
    fn sum_terms<const N: usize>(&self, ratio: f64, first: f64) -> (f64, f64) {
        let Erlang { stages, r, a, b, share, .. } = *self;
        let k = (stages as usize).clamp(1, N);
        let (later, silent) = (ratio / (1.0 + ratio), share / (1.0 + ratio));
        // terms of k stages of silence and more are made and not counted: silence had fewer
        let (mut terms, mut counts) = ([0.0; N], [0.0; N]);
        counts.iter_mut().take(k).for_each(|counts| *counts = 1.0);
        terms[0] = first;
        // of so many whole purchases: expected ones before a coin falls, and the chance that none does
        let (mut mean, mut survives) = (0.0, 1.0);
        let (mut expected, mut alive) = (0.0, 0.0);
        let mut stage = 0.0;
        for purchase in 0..(2.0 * TERMS) as usize / k {
            let (mut chance, mut last) = (0.0, 0.0);
            for _ in 0..k {
                last = terms.iter().zip(counts).map(|(term, counts)| term * counts).sum();
                chance += last;
                let grows = (r + stage) / (stage + 1.0);
                stage += 1.0;
                for j in (1..N).rev() {
                    terms[j] = grows * (later * terms[j] + silent * terms[j - 1]);
                }
                terms[0] *= grows * later;
            }
            expected += chance * mean;
            alive += chance * survives;
            let ratio = (r + stage) / (stage + 2.0 - k as f64) * later;
            if purchase > 0 {
                let left = (1.0 - ratio) * 1e-17;
                let rest = last * ratio;
                if last == 0.0 || (ratio < 1.0 && rest * mean < left * expected && rest * survives < left * alive) {
                    break;
                }
            }
            mean += survives;
            survives *= (b + purchase as f64) / (a + b + purchase as f64);
        }
        (expected, alive.min(1.0))
    }

    /// P(as many stages as `count` purchases take and too few for one more), without coins.
    ///
    /// For each number of stages of silence the k negative binomial chances, the first by logarithms and each of the others
    /// by that before.
    fn exactly(&self, count: u32, ratio: f64) -> f64 {
        let (k, n) = (f64::from(self.stages), f64::from(count));
        let (ln_still, ln_moves) = (-ratio.ln_1p(), -(1.0 / ratio).ln_1p());
        let moves = ln_moves.exp();
        let of_silent = |(silent, weight): (usize, &f64)| {
            let (silent, end) = (silent as f64, n * k + k - silent as f64);
            let (r, mut stage) = (self.r + silent, (n * k - silent).max(0.0));
            let ln = ln_rising(r, stage) - ln_gamma(stage + 1.0) + r * ln_still + stage * ln_moves;
            let (mut term, mut sum) = (1.0, 0.0);
            while stage < end {
                sum += term;
                term *= (r + stage) / (stage + 1.0) * moves;
                stage += 1.0;
            }
            weight * (ln + f64::ln(sum)).exp()
        };
        self.weights().iter().take(self.stages as usize).enumerate().map(of_silent).sum()
    }

    /// P(at least as many stages as `count` purchases take), without coins; `count` is at least 1.
    ///
    /// Tails of the negative binomial distribution are incomplete beta functions.
    pub(super) fn at_least(&self, count: u32, ratio: f64) -> f64 {
        let needed = f64::from(self.stages) * f64::from(count);
        let of_silent = |(silent, weight): (usize, &f64)| {
            let silent = silent as f64;
            weight * tail::beta(needed - silent, self.r + silent, ratio).0.exp()
        };
        self.weights().iter().take(self.stages as usize).enumerate().map(of_silent).sum::<f64>().min(1.0)
    }

    /// The chance of so many purchases: the coins held and the next is not yet, or the last coin fell.
    pub(crate) fn probability(&self, count: u32, t: f64) -> f64 {
        let ratio = t / self.alpha;
        if ratio == 0.0 {
            return if count == 0 { 1.0 } else { 0.0 };
        }
        let n = f64::from(count);
        let survives = (ln_rising(self.b, n) - ln_rising(self.a + self.b, n)).exp();
        let alive = survives * self.exactly(count, ratio);
        if count == 0 {
            return alive.min(1.0);
        }
        let stops = survives * (self.a / (self.b + n - 1.0));
        (alive + stops * self.at_least(count, ratio)).min(1.0)
    }

    /// A future drawn at random: the stages of silence first, then the rate and the coin of this buyer, then stage by
    /// stage.
    pub(crate) fn draw(&self, random: &mut Random, t: f64) -> (u32, f64) {
        let silent = random.weighted(&self.weights(), 1.0);
        let stage = (self.alpha.ln() - random.ln_gamma(self.r + silent as f64)).exp();
        let stop = random.beta(self.a, self.b);
        let (mut count, mut last, mut now) = (0, 0.0, 0.0);
        let mut passed = silent as u32;
        loop {
            while passed < self.stages {
                now += random.exponential() * stage;
                passed += 1;
            }
            if now > t || now.is_nan() || count == MOST_DRAWN {
                return (count, last);
            }
            (count, last, passed) = (count + 1, now, 0);
            if random.uniform() < stop {
                return (count, last);
            }
        }
    }
}

#[cfg(test)]
#[path = "erlang_tests.rs"]
mod tests;
