//! Integrals of functions that are given as logarithms, so that nothing overflows.
//!
//! The interval is stretched to the whole line: a finite one by the logistic curve, a half-infinite one by the
//! exponential. There [`ln_integral_at`] looks for the highest place and its width, spreads points around it by a
//! hyperbolic sine (dense where the height is, thin far out) and sums by the trapezoid rule, halving the step until two
//! sums agree. This is the double exponential rule (H. Takahasi and M. Mori 1974, Double exponential formulas for numerical
//! integration, DOI 10.2977/prims/1195192451), centred on the function instead of the interval.
//!
//! It suits one hump of any width, down to 1e-6 of the interval in the middle and 1e-12 at an end, with powers such as
//! x^(−0.999) at the ends. Relative errors are about 1e-13 for smooth humps.
//!
//! [`integral`] is the plain companion for smooth functions on a finite interval: the pair of Gauss and Kronrod with 7 and
//! 15 points, halved where they disagree.
//!
//! Nothing is checked: `from` is finite and below `to`, which may be infinite. Places where the function is NaN or infinite
//! count nothing. The number of evaluations is bounded.

use std::f64::consts::FRAC_PI_2;

/// A place of the interval with its distances from the ends, exact where they are small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    /// The place.
    pub(crate) x: f64,
    /// x − from
    pub(crate) left: f64,
    /// to − x, infinite if `to` is.
    pub(crate) right: f64,
    /// ln(x − from), also where the difference itself is too small for a number.
    pub(crate) ln_left: f64,
    /// ln(to − x)
    pub(crate) ln_right: f64,
}

/// What is too small to count beside the highest term.
const SMALL: f64 = 1e-19;

/// Points to one side of the hump before the walk ends.
const MOST_POINTS: usize = 4_000;

/// Halvings of the step.
const MOST_LEVELS: usize = 7;

/// Two sums that agree so well end the halving: the error of the finer one is far smaller.
const AGREE: f64 = 1e-10;

/// ln ∫ e^(ln_f(x)) dx; −∞ where the integral is 0.
///
/// # Cost
/// 150 to 300 evaluations of a smooth hump, half of them to find it.
pub(crate) fn ln_integral(ln_f: impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    ln_integral_at(|place| ln_f(place.x), from, to)
}

/// As [`ln_integral`], of a function of the [`Place`]: for those that need the distance from an end.
pub(crate) fn ln_integral_at(ln_f: impl Fn(&Place) -> f64, from: f64, to: f64) -> f64 {
    if to <= from {
        return f64::NEG_INFINITY;
    }
    let (length, ln_length) = (to - from, (to - from).ln());
    ln_integral_of_line(|w| {
        if to == f64::INFINITY {
            let left = w.exp();
            let place = Place { x: from + left, left, right: to, ln_left: w, ln_right: to };
            return ln_f(&place) + w;
        }
        // p = 1 / (1 + e^(−w)), dx = length · p (1 − p) dw
        let (ln_p, ln_q) = (-ln_one_plus_exp(-w), -ln_one_plus_exp(w));
        let (left, right) = (length * ln_p.exp(), length * ln_q.exp());
        let x = if w < 0.0 { from + left } else { to - right };
        let place = Place { x, left, right, ln_left: ln_length + ln_p, ln_right: ln_length + ln_q };
        ln_f(&place) + ln_length + ln_p + ln_q
    })
}

/// ln ∫ e^(ln_g(w)) dw over the whole line, of one hump whose sides fall at least exponentially.
pub(crate) fn ln_integral_of_line(ln_g: impl Fn(f64) -> f64) -> f64 {
    let height = |w: f64| {
        let ln = ln_g(w);
        if ln < f64::INFINITY { ln } else { f64::NEG_INFINITY } // also NaN
    };
    let Some((mode, top)) = summit(&height) else { return f64::NEG_INFINITY };
    trapezoid(&height, mode, top)
}

/// As [`ln_integral_of_line`], of a hump whose highest place is about known.
pub(crate) fn ln_integral_around(ln_g: impl Fn(f64) -> f64, mode: f64) -> f64 {
    let height = |w: f64| {
        let ln = ln_g(w);
        if ln < f64::INFINITY { ln } else { f64::NEG_INFINITY } // also NaN
    };
    let top = height(mode);
    if top > f64::NEG_INFINITY { trapezoid(&height, mode, top) } else { f64::NEG_INFINITY }
}

/// The logarithm of the integral of a hump whose highest place and its height are known.
fn trapezoid(height: &impl Fn(f64) -> f64, mode: f64, top: f64) -> f64 {
    // at most 1: where a tail begins the stretched function bends on that scale
    let width = width(height, mode, top, 1.0).min(width(height, mode, top, -1.0)).min(1.0);
    // w = mode + width · sinh(v)
    let at = |v: f64| {
        let up = v.exp();
        let down = 1.0 / up;
        (height(mode + width * 0.5 * (up - down)) - top).exp() * 0.5 * (up + down)
    };
    let walk = |first: f64, step: f64| {
        let (mut sum, mut greatest, mut idle) = (0.0, f64::MIN_POSITIVE, 0);
        for point in 0..MOST_POINTS {
            let term = at(first + step * point as f64);
            if term.is_finite() {
                sum += term;
                greatest = f64::max(greatest, term);
            }
            idle = if term < greatest * SMALL { idle + 1 } else { 0 };
            if idle == 3 || !term.is_finite() {
                break;
            }
        }
        sum
    };
    let mut step = 1.0;
    let mut sum = walk(0.0, step) + walk(-step, -step);
    for _ in 0..MOST_LEVELS {
        let between = walk(step / 2.0, step) + walk(-step / 2.0, -step);
        let finer = sum + between;
        // each half alone is a rule with the coarser step; that of both has about the square of their error. Bends that are
        // seen at fine steps only forbid to count on that where the difference is not small already
        let apart = (sum - between).abs();
        (sum, step) = (finer, step / 2.0);
        if apart <= AGREE * finer {
            break;
        }
    }
    top + (sum * step * width).ln()
}

/// The highest place of a hump on the line and its height.
fn summit(height: &impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let place = |u: f64| FRAC_PI_2 * u.sinh();
    let mut best = (0.0, f64::NEG_INFINITY);
    let mut consider = |u: f64| {
        let here = height(place(u));
        if here > best.1 {
            best = (u, here);
        }
        best.0
    };
    let scan = 24_i32;
    for point in -scan..=scan {
        consider(f64::from(point) * 0.25);
    }
    // the highest place may lie farther out
    for side in [-1.0, 1.0] {
        for point in scan + 1..=96 {
            let u = side * f64::from(point) * 0.25;
            if consider(u) != u {
                break;
            }
        }
    }
    if best.1 == f64::NEG_INFINITY {
        return None;
    }
    // golden section in the two cells beside it
    let golden = 0.618_033_988_749_894_9;
    let (mut low, mut high) = (best.0 - 0.25, best.0 + 0.25);
    let (mut one, mut two) = (high - golden * (high - low), low + golden * (high - low));
    let (mut at_one, mut at_two) = (height(place(one)), height(place(two)));
    for _ in 0..75 {
        if at_one >= at_two {
            (high, two, at_two) = (two, one, at_one);
            one = high - golden * (high - low);
            at_one = height(place(one));
        } else {
            (low, one, at_one) = (one, two, at_two);
            two = low + golden * (high - low);
            at_two = height(place(two));
        }
        if (at_one - at_two).abs() < 1e-3 {
            break;
        }
    }
    let found = if at_one >= at_two { (one, at_one) } else { (two, at_two) };
    let best = if found.1 >= best.1 { found } else { best };
    Some((place(best.0), best.1))
}

/// How far from the highest place the height has fallen by about 1 in the logarithm, to one side.
fn width(height: &impl Fn(f64) -> f64, mode: f64, top: f64, side: f64) -> f64 {
    let fallen = |width: f64| top - height(mode + side * width) >= 1.0;
    let (mut width, start) = (1.0, fallen(1.0));
    for _ in 0..60 {
        let next = if start { width / 2.0 } else { width * 2.0 };
        if fallen(next) != start {
            return if start { width } else { next };
        }
        width = next;
    }
    width
}

/// ln(1 + e^x)
fn ln_one_plus_exp(x: f64) -> f64 {
    if x > 36.0 { x } else { x.exp().ln_1p() }
}

/// Nodes of the rule of Kronrod on (−1, 1), from the middle out; every second one is a node of Gauss.
const NODES: [f64; 8] = [
    0.0,
    0.207_784_955_007_898_47,
    0.405_845_151_377_397_2,
    0.586_087_235_467_691_1,
    0.741_531_185_599_394_4,
    0.864_864_423_359_769_1,
    0.949_107_912_342_758_5,
    0.991_455_371_120_812_6,
];

/// The weights of Kronrod.
const KRONROD: [f64; 8] = [
    0.209_482_141_084_727_82,
    0.204_432_940_075_298_9,
    0.190_350_578_064_785_4,
    0.169_004_726_639_267_9,
    0.140_653_259_715_525_92,
    0.104_790_010_322_250_19,
    0.063_092_092_629_978_56,
    0.022_935_322_010_529_224,
];

/// The weights of Gauss, of the nodes 0, 2, 4, 6.
const GAUSS: [f64; 4] =
    [0.417_959_183_673_469_4, 0.381_830_050_505_118_9, 0.279_705_391_489_276_64, 0.129_484_966_168_869_7];

/// ∫ f(x) dx of a smooth function over a finite interval, to a relative error of about `tolerance`.
///
/// # Cost
/// 15 evaluations where the function is smooth on the scale of the interval; at most 1000 times as many.
pub(crate) fn integral(f: impl Fn(f64) -> f64, from: f64, to: f64, tolerance: f64) -> f64 {
    let mut open = vec![(from, to, pair(&f, from, to))];
    let mut done = Vec::new();
    let mut total = open.iter().map(|part| part.2.0).sum::<f64>();
    let mut halvings = 500_usize;
    while let Some((from, to, (value, apart))) = open.pop() {
        // the pair's difference is the error of Gauss; that of Kronrod is about its power 1.5 (as in QUADPACK)
        let scale = total.abs().max(f64::MIN_POSITIVE);
        let error = (200.0 * apart / scale).powf(1.5).min(apart / scale);
        let middle = 0.5 * (from + to);
        if error <= tolerance || halvings == 0 || !(from < middle && middle < to) {
            done.push(value);
            continue;
        }
        halvings -= 1;
        let halves = [pair(&f, from, middle), pair(&f, middle, to)];
        total += halves[0].0 + halves[1].0 - value;
        open.push((middle, to, halves[1]));
        open.push((from, middle, halves[0]));
    }
    crate::math::sum::sum(done)
}

/// As [`integral`], where one pair or two halves of it are enough; else `None`, after 45 evaluations.
pub(crate) fn integral_if_smooth(f: impl Fn(f64) -> f64, from: f64, to: f64, tolerance: f64) -> Option<f64> {
    let enough = |(value, apart): (f64, f64)| (200.0 * apart / value.abs()).powf(1.5) <= tolerance;
    let whole = pair(&f, from, to);
    if enough(whole) {
        return Some(whole.0);
    }
    if (200.0 * whole.1 / whole.0.abs()).powf(1.5) > 1e6 * tolerance {
        return None; // halves of it are far from enough
    }
    let middle = 0.5 * (from + to);
    let halves = [pair(&f, from, middle), pair(&f, middle, to)];
    let both = (halves[0].0 + halves[1].0, halves[0].1 + halves[1].1);
    enough(both).then_some(both.0)
}

/// The integral by the rule of Kronrod and how far that of Gauss is away.
fn pair(f: &impl Fn(f64) -> f64, from: f64, to: f64) -> (f64, f64) {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    let centre = f(middle);
    let (mut fine, mut coarse) = (KRONROD[0] * centre, GAUSS[0] * centre);
    for (at, (node, weight)) in NODES.iter().zip(KRONROD).enumerate().skip(1) {
        let both = f(middle - half * node) + f(middle + half * node);
        fine += weight * both;
        if at % 2 == 0 {
            coarse += GAUSS[at / 2] * both;
        }
    }
    (fine * half, ((fine - coarse) * half).abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::gamma::{ln_beta, ln_gamma};

    fn close(found: f64, expected: f64, relative: f64) {
        let apart = (found - expected).abs();
        assert!(found == expected || apart <= relative * expected.abs().max(1.0), "{found}, expected {expected}");
    }

    #[test]
    fn humps_of_any_width_and_place_are_integrated() {
        for scale in [1e-12_f64, 1e-5, 0.3, 10.0] {
            // falls from an end
            let mass = scale * -(-1.0 / scale).exp_m1();
            close(ln_integral(|x| -x / scale, 0.0, 1.0), mass.ln(), 1e-13);
            close(ln_integral_at(|place| -place.right / scale, 3.0, 4.0), mass.ln(), 1e-13);
        }
        for width in [1e-6_f64, 1e-4, 1e-2] {
            let normal = ln_integral(|x| -0.5 * ((x - 0.3) / width).powi(2), 0.0, 1.0);
            close(normal, (width * (2.0 * std::f64::consts::PI).sqrt()).ln(), 1e-11);
        }
        close(ln_integral(|x| 1e6 - x * x, 2.0, 2.0), f64::NEG_INFINITY, 1.0);
        assert_eq!(ln_integral(|_| f64::NAN, 0.0, 1.0), f64::NEG_INFINITY);
    }

    #[test]
    fn powers_at_the_ends_are_integrated() {
        let tiny = 2.0_f64.powi(-20); // that less 1 is exact
        for a in [tiny, 1.0 / 1024.0, 0.5, 1.0, 7.0, 1e4] {
            for b in [tiny, 0.25, 1.0, 3e3] {
                let found = ln_integral_at(|at| (a - 1.0) * at.ln_left + (b - 1.0) * at.ln_right, 0.0, 1.0);
                close(found, ln_beta(a, b), 1e-12);
            }
        }
    }

    #[test]
    fn half_lines_are_integrated() {
        for shape in [2.0_f64.powi(-20), 0.4, 1.0, 30.0, 1e6] {
            for scale in [1e-8_f64, 1.0, 1e8] {
                let found = ln_integral_at(|at| (shape - 1.0) * at.ln_left - at.left / scale, 5.0, f64::INFINITY);
                close(found, ln_gamma(shape) + shape * scale.ln(), 1e-12);
            }
        }
    }

    #[test]
    fn smooth_functions_are_integrated_by_the_pair() {
        close(integral(f64::exp, 0.0, 1.0, 1e-12), std::f64::consts::E - 1.0, 1e-15);
        close(integral(|x| 1.0 / (1e-4 + x * x), -1.0, 1.0, 1e-12), 2e2 * 1e2_f64.atan(), 1e-13);
        close(integral(f64::sqrt, 0.0, 1.0, 1e-9), 2.0 / 3.0, 1e-9);
        close(integral(|x| x.sin(), 0.0, 300.0, 1e-10), 1.0 - 300.0_f64.cos(), 1e-9);
    }
}
