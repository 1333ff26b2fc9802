//! Integrals of functions that are given as logarithms, so that nothing overflows.
//!
//! Who integrates stretches the interval to the whole line: a finite one by the logistic curve, w = ln(p / (1 − p)), a
//! half-infinite one by the exponential. Powers at the ends become exponentials there, also x^(−0.999999).
//! [`ln_integral_around`] spreads points around the highest place by a hyperbolic sine (dense where the height is, thin far
//! out) and sums by the trapezoid rule, halving the step until two sums agree. This is the double exponential rule
//! (H. Takahasi and M. Mori 1974, Double exponential formulas for numerical integration, DOI 10.2977/prims/1195192451), centred
//! on the function instead of the interval, so that humps of any width are met.
//!
//! [`integral_if_smooth`] is the plain companion for smooth functions on a finite interval.
//!
//! Nothing is checked. Places where the function is NaN or infinite count nothing. The number of evaluations is bounded.

use std::f64::consts::FRAC_PI_2;

/// What is too small to count beside the highest term.
const SMALL: f64 = 1e-19;

/// Points to one side of the hump before the walk ends: a bound that no hump meets whose tails are those of powers and
/// exponentials.
const MOST_POINTS: usize = 4_000;

/// Halvings of the step.
const MOST_LEVELS: usize = 7;

/// Two sums that agree so well end the halving: the error of the finer one is far smaller.
const AGREE: f64 = 1e-10;

/// ln ∫ e^(ln_g(w)) dw over the whole line, of one hump whose sides fall at least exponentially.
pub(crate) fn ln_integral_of_line(ln_g: impl Fn(f64) -> f64) -> f64 {
    let height = |w: f64| {
        let ln = ln_g(w);
        if ln < f64::INFINITY { ln } else { f64::NEG_INFINITY } // also NaN
    };
    let Some((mode, top)) = summit(&height) else { return f64::NEG_INFINITY };
    trapezoid(&height, mode, top)
}

/// ln ∫ e^(ln_g(w)) dw over the whole line, of one hump whose sides fall at least exponentially and whose highest place is
/// about known: within its width. −∞ where the height there is 0.
///
/// # Cost
/// 80 to 200 evaluations; up to 1,000 where the hump has a tail over many decades.
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
    // away from the middle until three terms count nothing
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

/// How far from the highest place the height has fallen by about 1 in the logarithm, to one side. Doubled or halved from 1
/// on: a factor of two does not matter to the rule.
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

/// The weights of Kronrod, of the nodes in their order; those beside the middle count for both sides.
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

/// ∫ f(x) dx of a smooth function that is above 0, to a relative error of `tolerance`: by one pair of Gauss and Kronrod or by
/// the two of its halves; `None` where that is not enough.
///
/// The pair's difference is the error of Gauss; that of Kronrod is about its power 1.5 (as in QUADPACK).
///
/// # Cost
/// 15 evaluations where the function is smooth on the scale of the interval, 45 at most.
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

/// The places of Kronrod's rule, for functions that know many values at once faster than one by one.
pub(crate) fn kronrod_places(from: f64, to: f64) -> [f64; 15] {
    let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
    std::array::from_fn(|at| {
        let node = NODES.get(at.abs_diff(7)).copied().unwrap_or(0.0);
        if at < 7 { middle - half * node } else { middle + half * node }
    })
}

/// The integral over a length, of the values at [`kronrod_places`]; `None` where its error is above `tolerance`, as
/// [`integral_if_smooth`] has it.
pub(crate) fn kronrod_sum(values: &[f64; 15], length: f64, tolerance: f64) -> Option<f64> {
    let both = |at: usize| values[7 - at] + values[7 + at];
    let fine = KRONROD[0] * values[7] + (1..8).map(|at| KRONROD[at] * both(at)).sum::<f64>();
    let coarse = GAUSS[0] * values[7] + (1..4).map(|at| GAUSS[at] * both(2 * at)).sum::<f64>();
    let error = (200.0 * (fine - coarse).abs() / fine.abs()).powf(1.5);
    (error <= tolerance).then_some(0.5 * length * fine)
}

/// The integral by the rule of Kronrod and how far that of Gauss is away (A. Kronrod 1965; nodes and weights as in R.
/// Piessens and others 1983, *QUADPACK*, DOI 10.1007/978-3-642-61786-7).
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
#[path = "quadrature_tests.rs"]
mod tests;
