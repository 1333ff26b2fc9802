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

use super::mbg_nbd::share;
use super::process::{BetaGeometric, Erlang, MOST_STAGES, Process};
use super::{Future, Kernel, Kind, MOST, Parameter, Seen};

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

    /// The logarithm of the sum over stages, and under their weights the means of the stage and of 1 / m + … +
    /// 1 / (m + j − 1).
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
        const LIST: [Parameter; 4] = [
            Parameter { name: "r", kind: Kind::Shape },
            Parameter { name: "alpha", kind: Kind::Time },
            Parameter { name: "a", kind: Kind::Shape },
            Parameter { name: "b", kind: Kind::Shape },
        ];
        &LIST
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
}

#[cfg(test)]
mod tests {
    use super::super::nbd::Nbd;
    use super::super::{Kernel, MOST, Seen, bg_nbd::BgNbd, mbg_nbd::MbgNbd};
    use super::Cnbd;

    const COUNTS: [u32; 5] = [0, 1, 3, 40, 900];
    const PLACES: [[f64; MOST]; 4] = [
        [0.24, 4.4, 0.79, 2.4, 1.0, 1.0],
        [3.0, 0.2, 5.0, 0.3, 1.0, 1.0],
        [1e-3, 50.0, 1e-3, 9.0, 1.0, 1.0],
        [40.0, 300.0, 60.0, 80.0, 1.0, 1.0],
    ];

    fn buyers() -> impl Iterator<Item = (usize, Seen)> {
        COUNTS.iter().enumerate().flat_map(|(count, x)| {
            let last: &[f64] = if *x == 0 { &[0.0] } else { &[0.5, 20.0, 39.0] };
            last.iter().map(move |last| (count, Seen { repeats: f64::from(*x), last: *last, age: 39.0 }))
        })
    }

    fn slopes_are_those_of_differences(kernel: &impl Kernel) {
        let height = |place: &[f64; MOST], seen: &Seen, count: usize, slopes: &mut [f64; MOST]| {
            kernel.cell(&kernel.at(place, &COUNTS), seen, count, slopes)
        };
        for place in PLACES {
            for (count, seen) in buyers() {
                let mut slopes = [0.0; MOST];
                let here = height(&place, &seen, count, &mut slopes);
                for i in 0..kernel.parameters().len() {
                    let step = 1e-5 * place[i];
                    let [up, down] = [step, -step].map(|step| {
                        let mut moved = place;
                        moved[i] += step;
                        height(&moved, &seen, count, &mut [0.0; MOST])
                    });
                    let difference = (up - down) / (2.0 * step);
                    let error = (slopes[i] - difference).abs() * place[i];
                    let bound = 1e-6 * (slopes[i] * place[i]).abs() + 1e-8 * here.abs().max(1.0);
                    assert!(error < bound, "{i} at {place:?}, {seen:?}: {} {difference}", slopes[i]);
                }
            }
        }
    }

    #[test]
    fn slopes_are_exact() {
        slopes_are_those_of_differences(&Nbd);
        slopes_are_those_of_differences(&MbgNbd);
        for stages in [1, 2, 3, 20] {
            slopes_are_those_of_differences(&Cnbd::new(stages, false));
            slopes_are_those_of_differences(&Cnbd::new(stages, true));
        }
    }

    #[test]
    fn one_stage_is_buying_at_random() {
        fn same(one: &impl Kernel, other: &impl Kernel) {
            for place in PLACES {
                for (count, seen) in buyers() {
                    let (mut mine, mut yours) = ([0.0; MOST], [0.0; MOST]);
                    let x = one.cell(&one.at(&place, &COUNTS), &seen, count, &mut mine);
                    let y = other.cell(&other.at(&place, &COUNTS), &seen, count, &mut yours);
                    assert!((x - y).abs() <= 1e-12 * y.abs(), "{place:?} {seen:?}");
                    let (one, other) = (one.future(&place, &seen), other.future(&place, &seen));
                    assert!((one.alive - other.alive).abs() < 1e-14 && one.process == other.process);
                }
            }
        }
        same(&Cnbd::new(1, false), &BgNbd);
        same(&Cnbd::new(1, true), &MbgNbd);
    }

    #[test]
    fn likelihoods_of_extremes_are_finite() {
        for stages in [1, 2, 20] {
            for modified in [false, true] {
                let kernel = Cnbd::new(stages, modified);
                for r in [1e-10, 1.0, 1e10] {
                    for alpha in [1e-10, 1.0, 1e10] {
                        for (a, b) in [(1e-10, 1e10), (1e10, 1e-10), (1.0, 1.0)] {
                            for (x, last, age) in [(0, 0.0, 0.0), (0, 0.0, 1e4), (10_000, 1e-3, 1e4), (1, 1e4, 1e4)] {
                                let seen = Seen { repeats: f64::from(x), last, age };
                                let (place, mut slopes) = ([r, alpha, a, b, 1.0, 1.0], [0.0; MOST]);
                                let ln = kernel.cell(&kernel.at(&place, &[x]), &seen, 0, &mut slopes);
                                let alive = kernel.future(&place, &seen).alive;
                                let good = ln.is_finite() && slopes.iter().all(|slope| slope.is_finite());
                                assert!(good && (0.0..=1.0).contains(&alive), "{stages} {place:?} {seen:?}: {ln}");
                            }
                        }
                    }
                }
            }
        }
    }
}
