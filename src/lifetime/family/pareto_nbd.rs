//! Pareto/NBD: purchases at random until a moment that nobody sees.
//!
//! D. C. Schmittlein, D. G. Morrison and R. Colombo (1987), Counting your customers: who are they and what will they do
//! next?, *Management Science* 33(1), DOI 10.1287/mnsc.33.1.1. Purchase rates λ are Gamma(r, α), drop-out rates μ are
//! Gamma(s, β), independent of each other; α and β are times.
//!
//! # The likelihood
//!
//! It is that of a buyer who is still alive, times 1 + D, where D are the odds of having left in silence:
//!
//! `D = s ∫ ((α + T) / (α + y))^(r + x) · ((β + T) / (β + y))^s dy / (β + y)` from the last purchase to T,
//!
//! so that the probability of being alive is 1 / (1 + D). The literature writes D as a difference of two Gauss
//! hypergeometric functions, in two forms for α above and below β (P. S. Fader and B. G. S. Hardie 2005, A note on deriving
//! the Pareto/NBD model and related expressions, brucehardie.com/notes/009), and loses digits where the two are nearly the
//! same: of buyers who have just bought, and of frequent ones. Here the integral is taken as it stands.
//!
//! # The integral
//!
//! By the logarithm of y + min(α, β) the integrand is log-concave and analytic in a strip of ±π around the range, whatever
//! the parameters. Six points give twelve digits where it is short and flat, as it is of most buyers; long or steep ones
//! take eight to twelve, or panels of twenty. Where it is so steep that a part of the range is nothing, Newton's method finds
//! what counts. Slopes are means under the same weights, since a derivative goes under the integral:
//! `∂ ln D / ∂r = E[ln((α + T) / (α + y))]` and so on.
//!
//! # What goes on
//!
//! Who is alive at T buys and leaves on as a newcomer with r + x, α + T, s and β + T would: the family is conjugate, and all
//! figures of the future are those of [`Pareto`], times the probability of being alive.
//!
//! # Limits
//!
//! As s becomes 0 or β large nobody leaves, and the family becomes NBD; as r or s become large all buy, or leave, at the same
//! rate. A fit that ends there says so.
//!
//! # Cost
//!
//! Two logarithms and an exponential a point: some 0.3 µs a buyer with its slopes.
//!
//! # Differs from
//!
//! lifetimes, BTYD and CLVTools: no hypergeometric function, and therefore no switch at α = β, no difference of nearly equal
//! numbers, no overflow of frequent buyers; slopes are exact and not differences of the likelihood.

use crate::math::gamma::{digamma_rise, ln_rising};

use super::gauss::{Point, Rules, rules};
use super::process::{Pareto, Process};
use super::{Future, Kernel, Kind, MOST, Parameter, Seen};

/// The family.
pub(crate) struct ParetoNbd;

/// What does not depend on times: by number of repeats.
pub(crate) struct At {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
    /// ln Γ(r + x) / Γ(r), and its derivative by r: few numbers of repeats occur, whatever the number of buyers.
    by_count: Vec<(f64, f64)>,
}

/// The odds of having left since the last purchase, as a logarithm, with its derivatives by r, α, s and β.
///
/// −∞ of a buyer who has bought just now: nobody leaves in no time.
struct Left {
    ln: f64,
    slopes: [f64; 4],
}

/// How far below its top the logarithm of the integrand counts: e^−38 is less than the last digit.
const DEPTH: f64 = 38.0;

impl Kernel for ParetoNbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        const LIST: [Parameter; 4] = [
            Parameter { name: "r", kind: Kind::Shape },
            Parameter { name: "alpha", kind: Kind::Time },
            Parameter { name: "s", kind: Kind::Shape },
            Parameter { name: "beta", kind: Kind::Time },
        ];
        &LIST
    }

    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let [r, alpha, s, beta, ..] = *parameters;
        let one = |count: &u32| (ln_rising(r, f64::from(*count)), digamma_rise(r, f64::from(*count)));
        At { r, alpha, s, beta, by_count: counts.iter().map(one).collect() }
    }

    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some((ln_count, count_slope)) = at.by_count.get(count).copied() else { return f64::NAN };
        let At { r, alpha, s, beta, .. } = *at;
        let Seen { repeats: x, age, .. } = *seen;
        let left = left(at, seen);
        let (dead, ln_sum) = if left.ln > 0.0 {
            let other = (-left.ln).exp();
            (1.0 / (1.0 + other), left.ln + other.ln_1p())
        } else {
            let odds = left.ln.exp();
            (odds / (1.0 + odds), odds.ln_1p())
        };
        let (ln_bought, ln_stayed) = ((age / alpha).ln_1p(), (age / beta).ln_1p());
        slopes[0] = count_slope - ln_bought + dead * left.slopes[0];
        slopes[1] = (r * age / alpha - x) / (alpha + age) + dead * left.slopes[1];
        slopes[2] = -ln_stayed + dead * left.slopes[2];
        slopes[3] = s * age / (beta * (beta + age)) + dead * left.slopes[3];
        ln_count - r * ln_bought - x * (alpha + age).ln() - s * ln_stayed + ln_sum
    }

    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, s, beta, ..] = *parameters;
        let left = left(&At { r, alpha, s, beta, by_count: Vec::new() }, seen);
        let process = Pareto { r: r + seen.repeats, alpha: alpha + seen.age, s, beta: beta + seen.age };
        Future { alive: 1.0 / (1.0 + left.ln.exp()), process: Process::Pareto(process) }
    }

    fn covaries(&self) -> &'static [(usize, f64)] {
        // P. S. Fader and B. G. S. Hardie (2007), Incorporating time-invariant covariates into the Pareto/NBD and BG/NBD
        // models, brucehardie.com/notes/019: faster purchases, faster drop-out
        &[(1, -1.0), (3, -1.0)]
    }

    fn degenerate(&self, parameters: &[f64; MOST], age: f64) -> Option<String> {
        let [r, alpha, s, beta, ..] = *parameters;
        let gone = -(-s * (age / beta).ln_1p()).exp_m1();
        if gone < 1e-3 {
            let share = 100.0 * gone;
            return Some(format!(
                "the family is degenerate here: nobody leaves ({share:.1e} % until the mean age, s is {s:.3e}, beta {beta:.3e}), Pareto/NBD has become NBD"
            ));
        }
        if r > 1e4 {
            return Some(format!(
                "the family is degenerate here: r is {r:.3e}, all buy at the same rate {:.3e}",
                r / alpha
            ));
        }
        if s > 1e4 {
            return Some(format!(
                "the family is degenerate here: s is {s:.3e}, all leave at the same rate {:.3e}",
                s / beta
            ));
        }
        None
    }
}

/// The odds of having left between the last purchase and now.
///
/// With m the smaller of α and β, o the larger, κ = (m + T) / (o + T) and y = (m + T) e^−v − m the integral is
/// `∫ e^(a v) q^−b dv` from 0 to ln (m + T) / (m + t_x), where `q = (o + y) / (o + T) = 1 − κ + κ e^−v`.
fn left(at: &At, seen: &Seen) -> Left {
    let At { r, alpha, s, beta, .. } = *at;
    let Seen { repeats, last, age } = *seen;
    let power = r + repeats;
    let (small, large) = if alpha <= beta { (alpha, beta) } else { (beta, alpha) };
    let kappa = (small + age) / (large + age);
    let shape = Shape {
        kappa,
        rest: (large - small) / (large + age),
        a: if alpha <= beta { power - 1.0 } else { s },
        b: if alpha <= beta { s + 1.0 } else { power },
        factor: if alpha <= beta { s * kappa } else { s },
        exact: power + s > 1e3,
    };
    let end = ((age - last) / (small + last)).ln_1p();
    if end <= 0.0 {
        return Left { ln: f64::NEG_INFINITY, slopes: [0.0; 4] };
    }
    let [ln, v, v_over, q, q_over] = shape.integrate(end, rules());
    if alpha <= beta {
        let slopes = [
            v,
            -power * v_over / (alpha + age),
            1.0 / s + q,
            // s / (β + T) − (s + 1) E[1 / (β + y)]
            (-1.0 - (s + 1.0) * q_over) / (beta + age),
        ];
        Left { ln, slopes }
    } else {
        let slopes = [q, -power * q_over / (alpha + age), 1.0 / s + v, (-1.0 - (s + 1.0) * v_over) / (beta + age)];
        Left { ln, slopes }
    }
}

/// e^(a v) q^−b with q = rest + κ e^−v, where rest = 1 − κ: log-concave in v.
///
/// b is above 0. a may be below 0, down to −1, of a buyer without a repeat: only then the top may lie within the range.
/// κ and 1 − κ come from sums of times, so that neither is a difference of nearly equal numbers.
struct Shape {
    kappa: f64,
    rest: f64,
    a: f64,
    b: f64,
    /// What stands before the integral.
    factor: f64,
    /// Whether powers are so large that 1 − e^−v must not lose a digit.
    exact: bool,
}

impl Shape {
    /// ln of the integrand, −ln q, e^v − 1 and 1 / q − 1.
    fn at(&self, v: f64) -> (f64, f64, f64, f64) {
        let (gone, still, q, ln_q) = if self.exact {
            let gone = -(-v).exp_m1();
            let (still, lost) = (1.0 - gone, self.kappa * gone);
            let q = self.rest + self.kappa * still;
            (gone, still, q, if lost < 0.5 { (-lost).ln_1p() } else { q.ln() })
        } else {
            let still = (-v).exp();
            let q = self.rest + self.kappa * still;
            (1.0 - still, still, q, q.ln())
        };
        (self.a * v - self.b * ln_q, -ln_q, gone / still, self.kappa * gone / q)
    }

    /// ln of the integrand and its slope.
    fn height(&self, v: f64) -> (f64, f64) {
        let part = self.kappa * (-v).exp();
        (self.at(v).0, self.a + self.b * part / (self.rest + part))
    }

    /// The logarithm of the integral from 0 to `end` with its factor, and under the integrand as weights the means of v, e^v − 1, −ln q, 1 / q − 1.
    fn integrate(&self, end: f64, rules: &Rules) -> [f64; 5] {
        let (mut top, slope) = self.height(end);
        let (mut peak, mut from) = (end, 0.0);
        if slope < 0.0 {
            // the top is within: −a · rest = (a + b) κ e^−v; from there the integrand falls by less than the range
            peak = ((self.a + self.b) * self.kappa / (-self.a * self.rest)).ln().clamp(0.0, end);
            top = self.at(peak).0;
        }
        // at 0 nothing has gone, and q is 1
        let mut low = (0.0, self.a + self.b * self.kappa);
        if top - low.0 > DEPTH {
            // from the left Newton's steps stay left of the place that is sought: the logarithm is concave
            if slope > 0.0 {
                from = (end - DEPTH / slope).max(0.0);
                low = self.height(from);
            }
            for _ in 0..60 {
                if top - low.0 <= DEPTH + 4.0 {
                    break;
                }
                from = (from + (top - DEPTH - low.0) / low.1).clamp(0.0, peak);
                low = self.height(from);
            }
        }
        let (width, fall) = (end - from, top - low.0);
        let (points, panels): (&[Point], usize) = match () {
            () if width <= 1.0 && fall <= 2.0 => (&rules.six, 1),
            () if width <= 1.5 && fall <= 4.0 => (&rules.eight, 1),
            () if width <= 2.0 && fall <= 8.0 => (&rules.ten, 1),
            () if width <= 2.5 && fall <= 14.0 => (&rules.twelve, 1),
            () => (&rules.twenty, ((width / 4.0).max(fall / 45.0).ceil() as usize).clamp(1, 1000)),
        };
        let long = width / panels as f64;
        let mut sums = [0.0; 5];
        for panel in 0..panels {
            let begin = from + long * panel as f64;
            for (place, weight) in points {
                let v = begin + long * place;
                let (ln, q, v_over, q_over) = self.at(v);
                let share = weight * (ln - top).exp();
                sums[0] += share;
                sums[1] += share * v;
                sums[2] += share * v_over;
                sums[3] += share * q;
                sums[4] += share * q_over;
            }
        }
        let all = sums[0];
        [top + (all * long * self.factor).ln(), sums[1] / all, sums[2] / all, sums[3] / all, sums[4] / all]
    }
}
