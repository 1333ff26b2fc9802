//! BG/NBD: purchases at random, and a coin after each repeat that may end them.
//!
//! P. S. Fader, B. G. S. Hardie and K. L. Lee (2005), "Counting your customers" the easy way: an alternative to the
//! Pareto/NBD model, *Marketing Science* 24(2), DOI 10.1287/mksc.1040.0098. Purchase rates λ are Gamma(r, α), drop-out
//! probabilities p are Beta(a, b), independent of each other.

mod sums;

use super::process::{BetaGeometric, Process};
use super::{COINS, Future, Kernel, MOST, Parameter, Seen, Square, share};
use crate::lifetime::cell::Cell;
use sums::Rise;

/// The family.
pub(crate) struct BgNbd;

/// What does not depend on times: by number of repeats.
pub(crate) struct At {
    r: f64,
    alpha: f64,
    a: f64,
    by_count: Vec<ByCount>,
}

struct ByCount {
    /// ln Γ(r + x) / Γ(r) · B(a, b + x) / B(a, b) · α^r
    ln: f64,
    /// ln a / (b + x − 1), −∞ without a repeat. Of a tiny b and x = 1 that is b: x − 1 is taken first.
    ln_dead: f64,
    slopes: [f64; 4],
    /// Second derivatives of [`ByCount::ln`] by r, a (and a with b), b.
    curves: [f64; 3],
    /// 1 / (b + x − 1)
    after: f64,
}

impl Kernel for BgNbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        &COINS
    }

    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let [r, alpha, a, b, ..] = *parameters;
        let ln_alpha = alpha.ln();
        let (mut of_r, mut of_b, mut of_both) = (Rise::new(r), Rise::new(b), Rise::new(a + b));
        let by_count = |count: &u32| {
            let x = f64::from(*count);
            let dead = *count > 0;
            for rise in [&mut of_r, &mut of_b, &mut of_both] {
                rise.to(*count);
            }
            ByCount {
                ln: of_r.ln + of_b.ln - of_both.ln + r * ln_alpha,
                ln_dead: if dead { (a / (b + (x - 1.0))).ln() } else { f64::NEG_INFINITY },
                slopes: [of_r.slope + ln_alpha, r / alpha, -of_both.slope, of_b.slope - of_both.slope],
                curves: [of_r.curve, -of_both.curve, of_b.curve - of_both.curve],
                after: if dead { 1.0 / (b + (x - 1.0)) } else { 0.0 },
            }
        };
        let by_count = counts.iter().map(by_count).collect();
        At { r, alpha, a, by_count }
    }

    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some(by) = at.by_count.get(count) else { return f64::NAN };
        let power = at.r + seen.repeats;
        let (until, ln_until) = (at.alpha + seen.age, (at.alpha + seen.age).ln());
        let (last, ln_last) = (at.alpha + seen.last, (at.alpha + seen.last).ln());
        // dead after the last purchase against alive: a logarithm of odds
        let (dead, ln_sum) = share(by.ln_dead + power * (ln_until - ln_last));
        let alive = 1.0 - dead;
        slopes[0] = by.slopes[0] - alive * ln_until - dead * ln_last;
        slopes[1] = by.slopes[1] - power * (alive / until + dead / last);
        slopes[2] = by.slopes[2] + dead / at.a;
        slopes[3] = by.slopes[3] - dead * by.after;
        by.ln - power * ln_until + ln_sum
    }

    fn sum_cells(&self, at: &At, cells: &[Cell], slopes: &mut [f64; MOST]) -> f64 {
        sums::sum::<false>(at, cells, slopes, &mut [[0.0; MOST]; MOST])
    }

    fn curve_cells(&self, at: &At, cells: &[Cell], slopes: &mut [f64; MOST], curve: &mut Square) -> Option<f64> {
        Some(sums::sum::<true>(at, cells, slopes, curve))
    }

    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, a, b, ..] = *parameters;
        let x = seen.repeats;
        let process = Process::BetaGeometric(BetaGeometric { r: r + x, alpha: alpha + seen.age, a, b: b + x });
        if x == 0.0 {
            return Future { alive: 1.0, process };
        }
        let odds = (a / (b + (x - 1.0))).ln() + (r + x) * ((seen.age - seen.last) / (alpha + seen.last)).ln_1p();
        Future { alive: 1.0 / (1.0 + odds.exp()), process }
    }

    fn covaries(&self) -> &'static [(usize, f64)] {
        // P. S. Fader and B. G. S. Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
        // models, brucehardie.com/notes/019
        &[(1, -1.0), (2, 1.0), (3, 1.0)]
    }

    fn degenerate(&self, parameters: &[f64; MOST], _age: f64) -> Option<String> {
        let [r, alpha, a, b, ..] = *parameters;
        let stops = a / (a + b);
        if stops < 1e-4 {
            let share = 100.0 * stops;
            return Some(format!(
                "the family is degenerate here: nobody leaves (a repeat ends it with {share:.1e} %, a is {a:.3e}, b {b:.3e}), BG/NBD has become NBD"
            ));
        }
        if r > 1e4 {
            return Some(format!(
                "the family is degenerate here: r is {r:.3e}, all buy at the same rate {:.3e}",
                r / alpha
            ));
        }
        (a + b > 1e4).then(|| {
            format!(
                "the family is degenerate here: a + b is {:.3e}, all stop with the same probability {stops:.3e}",
                a + b
            )
        })
    }
}
