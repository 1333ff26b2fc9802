//! Regular purchases: each takes some hidden stages, and a coin after each purchase may end them.
//!
//! A buyer who has been silent since the last purchase may have passed some stages of the next one already. The process
//! knows how likely each number of stages is, so that its figures are exact where those of the literature are taken as if
//! the next purchase had just begun.

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

    /// Expected purchases and the probability to be alive.
    fn figures(&self, t: f64) -> (f64, f64) {
        let ratio = t / self.alpha;
        if ratio == 0.0 {
            return (0.0, 1.0);
        }
        let most = self.r + f64::from(self.stages);
        let terms = most * ratio + 9.0 * (most * ratio * (1.0 + ratio)).sqrt() + 40.0 * (1.0 + ratio);
        if terms < TERMS && most * ratio.ln_1p() < 600.0 {
            return self.figures_by_terms(ratio);
        }
        erlang_long::figures(self, ratio)
    }

    /// Sums over the number of stages, those of the silence included. Given them the purchases are known; their chances are
    /// negative binomial, one for each number of stages of silence, each made of the one before.
    pub(super) fn figures_by_terms(&self, ratio: f64) -> (f64, f64) {
        let Erlang { stages, r, a, b, .. } = *self;
        let k = (stages as usize).clamp(1, MOST);
        let mut terms = self.weights();
        let (still, moves) = (1.0 / (1.0 + ratio), ratio / (1.0 + ratio));
        let mut front = (-r * ratio.ln_1p()).exp();
        for term in terms.iter_mut().take(k) {
            *term *= front;
            front *= still;
        }
        // of so many whole purchases: expected ones before a coin falls, and the chance that none does
        let (mut mean, mut survives) = (0.0, 1.0);
        let (mut purchases, mut into) = (0.0, 0);
        let (mut expected, mut alive) = (0.0, 0.0);
        for stage in 0..(2.0 * TERMS) as usize {
            let known = k.min(stage + 1);
            let chance: f64 = terms.iter().take(known).sum();
            expected += chance * mean;
            alive += chance * survives;
            into += 1;
            if into == k {
                mean += survives;
                survives *= (b + purchases) / (a + b + purchases);
                (purchases, into) = (purchases + 1.0, 0);
            }
            let common = (r + stage as f64) * moves;
            for (silent, term) in terms.iter_mut().take(known).enumerate() {
                *term *= common / (stage - silent + 1) as f64;
            }
            if stage >= k {
                let ratio = common / (stage + 2 - k) as f64;
                let rest = chance * ratio;
                let left = (1.0 - ratio) * 1e-17;
                if chance == 0.0 || (ratio < 1.0 && rest * mean < left * expected && rest * survives < left * alive) {
                    break;
                }
            }
        }
        (expected, alive.min(1.0))
    }

    /// P(as many stages in full as `count` purchases take), without coins.
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

    /// A future drawn at random.
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
            if !(now <= t) || count == MOST_DRAWN {
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
mod tests {
    use super::super::{BetaGeometric, erlang_long};
    use super::Erlang;
    use crate::math::random::Random;

    fn near(found: f64, expected: f64, relative: f64, what: &impl std::fmt::Debug) {
        assert!((found - expected).abs() <= relative * expected.abs() + 1e-14, "{found}, {expected}: {what:?}");
    }

    fn some() -> Vec<(Erlang, f64)> {
        let mut list = Vec::new();
        for stages in [1, 2, 3, 7, 20] {
            for (r, share) in [(0.3, 0.0), (0.3, 0.4), (9.0, 0.6), (40.0, 0.2)] {
                for (a, b) in [(0.8, 2.4), (1.0, 0.3), (6.0, 30.0), (0.05, 0.01)] {
                    for ratio in [0.01, 0.7, 5.0] {
                        list.push((Erlang { stages, r, alpha: 2.0, share, a, b }, 2.0 * ratio));
                    }
                }
            }
        }
        list
    }

    #[test]
    fn sums_by_terms_and_by_roots_of_unity_are_the_same() {
        for (process, t) in some() {
            let by_terms = process.figures_by_terms(t / 2.0);
            let by_roots = erlang_long::figures(&process, t / 2.0);
            near(by_roots.0, by_terms.0, 1e-9, &(process, t));
            near(by_roots.1, by_terms.1, 1e-9, &(process, t));
        }
    }

    #[test]
    fn chances_of_counts_have_the_expected_mean() {
        for (process, t) in some() {
            let (mut sum, mut mean, mut alive, mut survives) = (0.0, 0.0, 0.0, 1.0);
            for count in 0..600_u32 {
                let (n, share) = (f64::from(count), process.probability(count, t));
                sum += share;
                mean += n * share;
                alive += survives * process.exactly(count, t / 2.0);
                survives *= (process.b + n) / (process.a + process.b + n);
                if count > 10 && share < 1e-19 {
                    break;
                }
            }
            near(sum, 1.0, 1e-9, &(process, t));
            near(mean, process.expected(t), 1e-9, &(process, t));
            near(alive, process.alive(t), 1e-9, &(process, t));
        }
    }

    #[test]
    fn one_stage_is_the_beta_geometric_process() {
        for (process, t) in some().into_iter().filter(|(process, _)| process.stages == 1) {
            let Erlang { r, alpha, a, b, .. } = process;
            let other = BetaGeometric { r, alpha, a, b };
            near(process.alive(t), other.alive(t), 1e-12, &(process, t));
            for count in [0, 1, 2, 30] {
                near(process.probability(count, t), other.probability(count, t), 1e-10, &(process, t));
            }
        }
    }

    /// What is known of silence is what follows from the process of a newcomer.
    #[test]
    fn silence_is_what_is_left_of_newcomers_that_did_not_buy() {
        let new = Erlang { stages: 3, r: 1.4, alpha: 2.0, share: 0.0, a: 0.8, b: 2.4 };
        let (silent, t) = (1.7, 2.6);
        let old = Erlang { alpha: 2.0 + silent, share: silent / (2.0 + silent), ..new };
        let none = |t: f64| new.probability(0, t);
        near(old.probability(0, t), none(silent + t) / none(silent), 1e-12, &old);
        // by a drawn history: those that are silent, and how often they buy after that
        let (mut random, mut kept, mut bought) = (Random::new(5, 0), 0.0, 0.0);
        for _ in 0..200_000 {
            let (rate, stop) = (random.gamma(1.4) / 2.0, random.beta(0.8, 2.4));
            let mut gap = || (0..3).map(|_| random.exponential()).sum::<f64>() / rate;
            let mut now = gap();
            if now <= silent {
                continue;
            }
            kept += 1.0;
            let mut coins = Random::new(kept as u64, 1);
            while now <= silent + t {
                bought += 1.0;
                now += if coins.uniform() < stop { f64::INFINITY } else { gap() };
            }
        }
        near(bought / kept, old.expected(t), 0.02, &old);
        let drawn: f64 = (0..100_000).map(|_| f64::from(old.draw(&mut random, t).0)).sum();
        near(drawn / 1e5, old.expected(t), 0.02, &old);
    }

    #[test]
    fn extremes_are_finite_and_in_range() {
        let sizes = [1e-10, 1.0, 1e10];
        for stages in [2, 3, 20] {
            for r in [1e-10, 1e-3, 1.0, 1e4, 1e10] {
                for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (1e-10, 1e-10), (1e10, 1e10), (0.5, 2.0), (1.0, 1e-6)] {
                    for alpha in sizes {
                        for share in [0.0, 0.5, 1.0 - 1e-12] {
                            let process = Erlang { stages, r, alpha, share, a, b };
                            let mut before = (0.0, 1.0);
                            for t in [0.0, 1e-6, 1.0, 1e4] {
                                let (expected, alive) = (process.expected(t), process.alive(t));
                                let good = expected.is_finite() && (0.0..=1.0).contains(&alive);
                                assert!(good, "{process:?} {t}: {expected} {alive}");
                                let falls = expected < before.0 * (1.0 - 1e-9) || alive > before.1 + 1e-9;
                                assert!(!falls, "{process:?} {t}: {expected} {alive}, {before:?}");
                                before = (expected, alive);
                                for count in [0, 1, 10_000] {
                                    let chance = process.probability(count, t);
                                    assert!((0.0..=1.0).contains(&chance), "{process:?} {t} {count}: {chance}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
