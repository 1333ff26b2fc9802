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
//! what counts.
//!
//! Slopes are means under the same weights, since a derivative goes under the integral:
//! `∂ ln D / ∂r = E[ln((α + T) / (α + y))]` and so on. Second derivatives are covariances of the same figures, and a mean or
//! two more: one pass over the points gives all that a step of Newton's method needs.
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
//! # Covariates
//!
//! They act upon both times: α e^(−γ₁ z) and β e^(−γ₂ z), so that a coefficient above 0 means more purchases a unit of time,
//! or an earlier end.
//!
//! # Cost
//!
//! A logarithm and two exponentials a point: some 0.3 µs a different buyer with its slopes. Memory does not grow with the
//! number of buyers.
//!
//! # Differs from
//!
//! lifetimes, BTYD and CLVTools: no hypergeometric function, and therefore no switch at α = β, no difference of nearly equal
//! numbers, no overflow of frequent buyers; slopes are exact and not differences of the likelihood.

use crate::lifetime::cell::Cell;
use crate::math::gamma::{digamma_rise, ln_rising, trigamma_rise};

use super::gauss::{Point, Rules, rules};
use super::process::{Pareto, Process};
use super::{Future, Kernel, Kind, MOST, Parameter, Seen, Square, share};

/// The family.
pub(crate) struct ParetoNbd;

/// What does not depend on times: parameters, and what is known of each number of repeats.
///
/// It is made once for each place that the search looks at.
pub(crate) struct At {
    r: f64,
    alpha: f64,
    s: f64,
    beta: f64,
    /// ln Γ(r + x) / Γ(r), and its derivatives by r: few numbers of repeats occur, whatever the number of buyers.
    by_count: Vec<[f64; 3]>,
}

/// The odds of having left since the last purchase, as a logarithm, with its derivatives by r, α, s and β.
///
/// −∞ of a buyer who has bought just now: nobody leaves in no time.
struct Left {
    ln: f64,
    slopes: [f64; 4],
    /// Second derivatives, on the diagonal and above it; 0 where they are not wanted.
    curve: [[f64; 4]; 4],
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
        let one = |count: &u32| {
            let x = f64::from(*count);
            [ln_rising(r, x), digamma_rise(r, x), trigamma_rise(r, x)]
        };
        At { r, alpha, s, beta, by_count: counts.iter().map(one).collect() }
    }

    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        cell::<false>(at, seen, count, slopes, &mut [[0.0; 4]; 4])
    }

    fn curve_cells(&self, at: &At, cells: &[Cell], slopes: &mut [f64; MOST], curve: &mut Square) -> Option<f64> {
        let (mut total, mut own, mut curved) = (0.0, [0.0; MOST], [[0.0; 4]; 4]);
        for one in cells {
            total += one.weight * cell::<true>(at, &one.into(), one.count as usize, &mut own, &mut curved);
            for i in 0..4 {
                slopes[i] += one.weight * own[i];
                for j in 0..4 {
                    curve[i][j] += one.weight * curved[i.min(j)][i.max(j)];
                }
            }
        }
        Some(total)
    }

    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, s, beta, ..] = *parameters;
        let left = left::<false>(&At { r, alpha, s, beta, by_count: Vec::new() }, seen);
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

/// ln of the likelihood of one buyer with its slopes.
///
/// ln (1 + D) is written for either size of D, so that neither the odds of a frequent buyer long silent overflow nor those of
/// one who has bought just now are lost beside 1. Second derivatives, where they are wanted, above the diagonal of
/// `curve`.
fn cell<const CURVED: bool>(
    at: &At,
    seen: &Seen,
    count: usize,
    slopes: &mut [f64; MOST],
    curve: &mut [[f64; 4]; 4],
) -> f64 {
    let Some([ln_count, count_slope, count_curve]) = at.by_count.get(count).copied() else { return f64::NAN };
    let At { r, alpha, s, beta, .. } = *at;
    let Seen { repeats: x, age, .. } = *seen;
    let left = left::<CURVED>(at, seen);
    let (dead, ln_sum) = share(left.ln);
    let (ln_bought, ln_stayed) = ((age / alpha).ln_1p(), (age / beta).ln_1p());
    let (alpha_then, beta_then) = (alpha + age, beta + age);
    slopes[0] = count_slope - ln_bought + dead * left.slopes[0];
    slopes[1] = (r * age / alpha - x) / alpha_then + dead * left.slopes[1];
    slopes[2] = -ln_stayed + dead * left.slopes[2];
    slopes[3] = s * age / (beta * beta_then) + dead * left.slopes[3];
    if CURVED {
        // of ln (1 + D): those of ln D for the dead, and the spread between the dead and the living
        for (i, row) in curve.iter_mut().enumerate() {
            for (j, second) in row.iter_mut().enumerate().skip(i) {
                *second = dead * (left.curve[i][j] + (1.0 - dead) * left.slopes[i] * left.slopes[j]);
            }
        }
        curve[0][0] += count_curve;
        curve[0][1] += age / (alpha * alpha_then);
        curve[1][1] += (r + x) / (alpha_then * alpha_then) - r / (alpha * alpha);
        curve[2][3] += age / (beta * beta_then);
        curve[3][3] -= s * age / (beta * beta_then) * (1.0 / beta + 1.0 / beta_then);
    }
    ln_count - r * ln_bought - x * alpha_then.ln() - s * ln_stayed + ln_sum
}

/// The odds of having left between the last purchase and now.
///
/// Four figures of the moment y at which the buyer has left, weighted by how likely it is, give all derivatives: the
/// logarithms of (α + T) / (α + y) and (β + T) / (β + y), and by how much these are above 1. Derivatives of the integrand's
/// logarithm are those figures times a number each, plus a constant.
///
/// The integral is written as one over the distance from now, so that who has bought of late has a short one, and nothing
/// of it is a difference.
///
/// With m the smaller of α and β, o the larger, κ = (m + T) / (o + T) and y = (m + T) e^−v − m the integral is
/// `∫ e^(a v) q^−b dv` from 0 to ln (m + T) / (m + t_x), where `q = (o + y) / (o + T) = 1 − κ + κ e^−v`.
fn left<const CURVED: bool>(at: &At, seen: &Seen) -> Left {
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
        return Left { ln: f64::NEG_INFINITY, slopes: [0.0; 4], curve: [[0.0; 4]; 4] };
    }
    let (ln, means, products) = shape.integrate::<CURVED>(end, rules());
    // logarithms of (α + T) / (α + y) and (β + T) / (β + y), and what these are above 1
    let place: [usize; 4] = if alpha <= beta { [0, 1, 2, 3] } else { [2, 3, 0, 1] };
    let mean = place.map(|at| means[at]);
    let (a, b) = (1.0 / (alpha + age), 1.0 / (beta + age));
    // the derivatives of the integrand's logarithm are these figures, but for constants, times
    let by = [1.0, -power * a, 1.0, -(s + 1.0) * b];
    let slopes = [mean[0], by[1] * mean[1], 1.0 / s + mean[2], by[3] * mean[3] - b];
    let mut curve = [[0.0; 4]; 4];
    if CURVED {
        let product = |i: usize, j: usize| products[place[i].min(place[j])][place[i].max(place[j])];
        for (i, row) in curve.iter_mut().enumerate() {
            for (j, slot) in row.iter_mut().enumerate().skip(i) {
                *slot = by[i] * by[j] * (product(i, j) - mean[i] * mean[j]);
            }
        }
        curve[0][1] -= a * mean[1];
        curve[1][1] += power * a * a * (2.0 * mean[1] + product(1, 1));
        curve[2][2] -= 1.0 / (s * s);
        curve[2][3] -= b * mean[3];
        curve[3][3] += b * b * (1.0 + (s + 1.0) * (2.0 * mean[3] + product(3, 3)));
    }
    Left { ln, slopes, curve }
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
    /// What stands before the integral: s, and κ where α is the smaller.
    factor: f64,
    /// Whether powers are so large that 1 − e^−v must not lose a digit.
    exact: bool,
}

impl Shape {
    /// ln of the integrand, −ln q, e^v − 1 and 1 / q − 1.
    ///
    /// The short way is exact to 1e-16 in the logarithm of q: enough unless it is multiplied by thousands.
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

    /// ln of the integrand and its slope, which falls from left to right.
    ///
    /// Only asked where the range is looked for, once or twice a buyer.
    fn height(&self, v: f64) -> (f64, f64) {
        let part = self.kappa * (-v).exp();
        (self.at(v).0, self.a + self.b * part / (self.rest + part))
    }

    /// The logarithm of the integral from 0 to `end` with its factor, and under the integrand as weights the means of v, e^v − 1,
    /// −ln q, 1 / q − 1, and of their products where they are wanted (above the diagonal).
    fn integrate<const CURVED: bool>(&self, end: f64, rules: &Rules) -> (f64, [f64; 4], [[f64; 4]; 4]) {
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
        let (mut all, mut sums, mut products) = (0.0, [0.0; 4], [[0.0; 4]; 4]);
        for panel in 0..panels {
            let begin = from + long * panel as f64;
            for (place, weight) in points {
                let v = begin + long * place;
                let (ln, q, v_over, q_over) = self.at(v);
                let share = weight * (ln - top).exp();
                all += share;
                let figures = [v, v_over, q, q_over];
                for i in 0..4 {
                    let part = share * figures[i];
                    sums[i] += part;
                    if CURVED {
                        for j in i..4 {
                            products[i][j] += part * figures[j];
                        }
                    }
                }
            }
        }
        let ln = top + (all * long * self.factor).ln();
        (ln, sums.map(|sum| sum / all), products.map(|row| row.map(|sum| sum / all)))
    }
}
