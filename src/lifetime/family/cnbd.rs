//! BG/CNBD-k and MBG/CNBD-k: buyers who buy regularly, and a coin after each purchase that may end it.
//!
//! M. Platzer and T. Reutterer (2016), Ticking away the moments: timing regularity helps to better predict customer
//! activity, *Marketing Science* 35(5), DOI 10.1287/mksc.2015.0963; T. Reutterer, M. Platzer and N. Schröder (2021),
//! Leveraging purchase regularity for predicting customer behavior the easy way, *International Journal of Research in
//! Marketing* 38(1), DOI 10.1016/j.ijresmar.2020.09.002.
//!
//! A purchase takes `k` hidden stages, each of them as long as an exponential gap, so that gaps are Erlang-k: the larger
//! `k`, the more regular. Rates λ are Gamma(r, α) and are **those of stages**: a buyer buys λ / k times a unit of time.
//! Drop-out probabilities p are Beta(a, b), independent of λ. With `k` = 1 this is BG/NBD, or MBG/NBD.
//!
//! With m = r + kx and the silence s = T − t_x, what is integrated over λ is the sum over the stages passed in silence
//!
//! ```text
//! Γ(m) / Γ(r) · α^r · (α + T)^−m · W,   W = Σ_{j<k} w_j,   w_j = (m)_j / j! · (s / (α + T))^j
//! ```
//!
//! for the living, and without W and with t_x for T for the dead. The factor Π gap^(k−1) depends on no parameter; it is
//! added for all buyers at once ([`Family::constant`](super::Family::constant)), because k is chosen by it.

use crate::math::gamma::{digamma_rise, ln_gamma, ln_rising};

use super::process::{BetaGeometric, Erlang, MOST_STAGES, Process};
use super::{COINS, Future, Kernel, MOST, Parameter, Seen, degenerate_coins, share};

/// Weights above which all are scaled down: far from the end of what a number can hold.
const LARGE: f64 = 1e200;

/// The families, by stages a purchase.
pub(crate) struct Cnbd {
    stages: u32,
    /// 1 if a coin is thrown after the first purchase too, else 0.
    first: u32,
}

impl Cnbd {
    /// Of `stages` from 1 to [`MOST_STAGES`], which the caller has checked; `modified`: with a coin after the first
    /// purchase.
    pub(crate) fn new(stages: u32, modified: bool) -> Self {
        Cnbd { stages: stages.clamp(1, MOST_STAGES), first: u32::from(modified) }
    }

    /// ln W, and under its weights the means of the stage j and of the slope of ln w_j by m, 1 / m + … + 1 / (m + j − 1).
    ///
    /// `share` is s / (α + T). Weights that grow large are scaled down on the way.
    fn silence(&self, m: f64, share: f64) -> (f64, f64, f64) {
        let (mut weight, mut rise) = (1.0, 0.0);
        let (mut sum, mut stages, mut rises, mut scale) = (1.0, 0.0, 0.0, 0.0);
        if self.stages == 1 || share <= 0.0 {
            return (0.0, 0.0, 0.0);
        }
        for stage in 1..self.stages {
            let j = f64::from(stage);
            let next = m + (j - 1.0);
            weight *= next / j * share;
            rise += 1.0 / next;
            sum += weight;
            stages += weight * j;
            rises += weight * rise;
            if weight > LARGE {
                (weight, sum) = (weight / LARGE, sum / LARGE);
                (stages, rises) = (stages / LARGE, rises / LARGE);
                scale += LARGE.ln();
            }
        }
        (sum.ln() + scale, stages / sum, rises / sum)
    }
}

/// What does not depend on times: by number of repeats.
pub(crate) struct At {
    alpha: f64,
    a: f64,
    by_count: Vec<ByCount>,
}

struct ByCount {
    /// r + kx
    m: f64,
    /// ln Γ(r + kx) / Γ(r) · B(a, b + coins) / B(a, b) · α^r / Γ(k)^x
    ln: f64,
    /// ln a / (b + coins − 1), −∞ where no coin was thrown.
    ln_dead: f64,
    slopes: [f64; 4],
    /// 1 / (b + coins − 1)
    after: f64,
}

impl Kernel for Cnbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        &COINS
    }

    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let [r, alpha, a, b, ..] = *parameters;
        let (ln_alpha, k) = (alpha.ln(), f64::from(self.stages));
        let of = |count: &u32| {
            let (x, coins) = (f64::from(*count), f64::from(*count) + f64::from(self.first));
            let passed = k * x;
            let spent = digamma_rise(a + b, coins);
            ByCount {
                m: r + passed,
                ln: ln_rising(r, passed) + ln_rising(b, coins) - ln_rising(a + b, coins) + r * ln_alpha
                    - x * ln_gamma(k),
                ln_dead: if coins > 0.0 { (a / (b + coins - 1.0)).ln() } else { f64::NEG_INFINITY },
                slopes: [digamma_rise(r, passed) + ln_alpha, r / alpha, -spent, digamma_rise(b, coins) - spent],
                after: if coins > 0.0 { 1.0 / (b + coins - 1.0) } else { 0.0 },
            }
        };
        At { alpha, a, by_count: counts.iter().map(of).collect() }
    }

    /// As BG/NBD, with m for the shape and W beside the living.
    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some(by) = at.by_count.get(count) else { return f64::NAN };
        let (until, ln_until) = (at.alpha + seen.age, (at.alpha + seen.age).ln());
        let (last, ln_last) = (at.alpha + seen.last, (at.alpha + seen.last).ln());
        let (ln_stages, stages, rises) = self.silence(by.m, (seen.age - seen.last) / until);
        let (dead, ln_sum) = share(by.ln_dead + by.m * (ln_until - ln_last) - ln_stages);
        let alive = 1.0 - dead;
        slopes[0] = by.slopes[0] - alive * (ln_until - rises) - dead * ln_last;
        slopes[1] = by.slopes[1] - alive * (by.m + stages) / until - dead * by.m / last;
        slopes[2] = by.slopes[2] + dead / at.a;
        slopes[3] = by.slopes[3] - dead * by.after;
        by.ln - by.m * ln_until + ln_stages + ln_sum
    }

    /// The living have passed j stages in silence with probability w_j / W: a process that knows of them.
    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, a, b, ..] = *parameters;
        let coins = seen.repeats + f64::from(self.first);
        let m = r + f64::from(self.stages) * seen.repeats;
        let (until, silent) = (alpha + seen.age, seen.age - seen.last);
        let process = if self.stages == 1 {
            Process::BetaGeometric(BetaGeometric { r: m, alpha: until, a, b: b + coins })
        } else {
            let share = silent / until;
            Process::Erlang(Erlang { stages: self.stages, r: m, alpha: until, share, a, b: b + coins })
        };
        if coins == 0.0 {
            return Future { alive: 1.0, process };
        }
        let (ln_stages, ..) = self.silence(m, silent / until);
        let odds = (a / (b + coins - 1.0)).ln() + m * (silent / (alpha + seen.last)).ln_1p() - ln_stages;
        Future { alive: 1.0 / (1.0 + odds.exp()), process }
    }

    /// As of BG/NBD; `r / alpha` is the rate of stages.
    fn degenerate(&self, parameters: &[f64; MOST], _age: f64) -> Option<String> {
        degenerate_coins(if self.first == 1 { "MBG/CNBD-k" } else { "BG/CNBD-k" }, parameters)
    }
}

#[cfg(test)]
#[path = "cnbd_tests.rs"]
mod tests;
