//! MBG/NBD: as BG/NBD, with a coin also after the first purchase, so that one who never came back may be gone.
//!
//! E. P. Batislam, M. Denizel and A. Filiztekin (2007), Empirical validation and comparison of models for customer base
//! analysis, *International Journal of Research in Marketing* 24(3), DOI 10.1016/j.ijresmar.2006.12.005; D. Hoppe and
//! U. Wagner (2007), Customer base analysis: the case for a central variant of the Betageometric/NBD model, *Marketing
//! ZFP* 3(2), DOI 10.15358/0344-1369-2007-JRM-2-75. Purchase rates λ are Gamma(r, α), drop-out probabilities p are
//! Beta(a, b), independent of each other.
//!
//! A newcomer has thrown the first coin and is alive with probability b / (a + b). That mends what BG/NBD is blamed for: there
//! one who never came back is alive for certain, however long ago it was. After that everything is as in BG/NBD with a coin
//! more.

use crate::math::gamma::{digamma_rise, ln_rising};

use super::process::{BetaGeometric, Process};
use super::{COINS, Future, Kernel, MOST, Parameter, Seen, degenerate_coins, share};

/// The family.
pub(crate) struct MbgNbd;

/// What does not depend on times: by number of repeats.
pub(crate) struct At {
    r: f64,
    alpha: f64,
    a: f64,
    by_count: Vec<ByCount>,
}

struct ByCount {
    /// ln Γ(r + x) / Γ(r) · B(a, b + x + 1) / B(a, b) · α^r
    ln: f64,
    /// ln a / (b + x)
    ln_dead: f64,
    slopes: [f64; 4],
    /// 1 / (b + x)
    after: f64,
}

impl Kernel for MbgNbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        &COINS
    }

    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let [r, alpha, a, b, ..] = *parameters;
        let ln_alpha = alpha.ln();
        let of = |count: &u32| {
            let (x, coins) = (f64::from(*count), f64::from(*count) + 1.0);
            let spent = digamma_rise(a + b, coins);
            ByCount {
                ln: ln_rising(r, x) + ln_rising(b, coins) - ln_rising(a + b, coins) + r * ln_alpha,
                ln_dead: (a / (b + x)).ln(),
                slopes: [digamma_rise(r, x) + ln_alpha, r / alpha, -spent, digamma_rise(b, coins) - spent],
                after: 1.0 / (b + x),
            }
        };
        At { r, alpha, a, by_count: counts.iter().map(of).collect() }
    }

    /// The sum of two likelihoods, of being alive until T and of having left after the last purchase, by their odds.
    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some(by) = at.by_count.get(count) else { return f64::NAN };
        let power = at.r + seen.repeats;
        let (until, ln_until) = (at.alpha + seen.age, (at.alpha + seen.age).ln());
        let (last, ln_last) = (at.alpha + seen.last, (at.alpha + seen.last).ln());
        let (dead, ln_sum) = share(by.ln_dead + power * (ln_until - ln_last));
        let alive = 1.0 - dead;
        slopes[0] = by.slopes[0] - alive * ln_until - dead * ln_last;
        slopes[1] = by.slopes[1] - power * (alive / until + dead / last);
        slopes[2] = by.slopes[2] + dead / at.a;
        slopes[3] = by.slopes[3] - dead * by.after;
        by.ln - power * ln_until + ln_sum
    }

    /// With x repeats x + 1 coins have been thrown, and the living go on as a BG process.
    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, a, b, ..] = *parameters;
        let x = seen.repeats;
        let process = BetaGeometric { r: r + x, alpha: alpha + seen.age, a, b: b + x + 1.0 };
        let odds = (a / (b + x)).ln() + (r + x) * ((seen.age - seen.last) / (alpha + seen.last)).ln_1p();
        Future { alive: 1.0 / (1.0 + odds.exp()), process: Process::BetaGeometric(process) }
    }

    /// As of BG/NBD.
    fn degenerate(&self, parameters: &[f64; MOST], _age: f64) -> Option<String> {
        degenerate_coins("MBG/NBD", parameters)
    }
}
