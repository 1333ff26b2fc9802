//! Sums over points in place of integrals: Gauss and Legendre's rules, in panels that a smooth function fills.
//!
//! The integrals of lifetimes have integrands `e^g` that are analytic but for known places left of the range, and steep at
//! times. A panel that is no longer than twice the distance to the nearest such place, and over which `g` changes by no
//! more than 24, is exact to twelve digits with sixteen points (L. N. Trefethen 2008, Is Gauss quadrature better than
//! Clenshaw-Curtis?, *SIAM Review* 50(1), DOI 10.1137/060659831: errors fall with the size of the ellipse in which the
//! function is analytic).
//!
//! # How a panel is laid
//!
//! [`integrate`] goes from left to right. The next panel is as long as the integrand allows where it begins
//! ([`Integrand::reach`]), is made shorter until `g` changes by no more than [`FALL`] over it as told by the steepness at
//! both its ends, and ends with the range. Over ten decades of a power law that is some two dozen panels; of the buyers of
//! a shop it is one to three.
//!
//! # When it ends
//!
//! Integrands fall fast, and most of a long range counts for nothing: the integral ends where a bound of all that is left
//! ([`Integrand::rest`]) is below e^−36 of what is there. The bound is the integrand's own, so that one which falls and
//! rises again is not taken for done.
//!
//! # What comes out
//!
//! The logarithm of the integral, since likelihoods of frequent buyers are far below the least `f64`; and means of figures
//! under `e^g` as weights, which are what derivatives under an integral are made of: `∂ ln ∫ e^g = E[∂g]`. Both come from
//! the same points, so that slopes belong to the value to the last digit.
//!
//! Rules are for 0 to 1 and their weights sum to 1. They are computed once for the process and are the same for all.

use std::f64::consts::PI;
use std::sync::OnceLock;

/// Panels after which an integral is taken as it is: more than any that is known to need, so that nothing hangs.
const PANELS: usize = 20_000;

/// How much `g` may change over a panel.
const FALL: f64 = 24.0;

/// What is left out of an integral: its share is at most e^−36.
const LEFT: f64 = 36.0;

/// A place within 0 to 1 and its weight.
pub(crate) type Point = (f64, f64);

/// Rules of several sizes; the weights of each sum to 1.
///
/// A rule of n points is exact for polynomials of a degree below 2 n.
pub(crate) struct Rules {
    pub(crate) six: [Point; 6],
    pub(crate) eight: [Point; 8],
    pub(crate) ten: [Point; 10],
    pub(crate) twelve: [Point; 12],
    pub(crate) sixteen: [Point; 16],
    pub(crate) twenty: [Point; 20],
}

/// The rules, computed once.
pub(crate) fn rules() -> &'static Rules {
    static RULES: OnceLock<Rules> = OnceLock::new();
    RULES.get_or_init(|| Rules {
        six: legendre(),
        eight: legendre(),
        ten: legendre(),
        twelve: legendre(),
        sixteen: legendre(),
        twenty: legendre(),
    })
}

/// The zeros of the polynomial of degree N, from 0 to 1, by Newton's method from their asymptotic places.
fn legendre<const N: usize>() -> [Point; N] {
    std::array::from_fn(|at| {
        let mut x = -(PI * (at as f64 + 0.75) / (N as f64 + 0.5)).cos();
        let mut slope = 1.0;
        for _ in 0..50 {
            let (mut before, mut value) = (1.0, x);
            for degree in 2..=N {
                let n = degree as f64;
                (before, value) = (value, ((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n);
            }
            slope = N as f64 * (x * value - before) / (x * x - 1.0);
            let step = value / slope;
            x -= step;
            if step.abs() < 1e-16 {
                break;
            }
        }
        ((1.0 + x) / 2.0, 1.0 / ((1.0 - x * x) * slope * slope))
    })
}

/// An integral of `e^g`, and means of figures with `e^g` for a weight.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Integral<const K: usize> {
    /// The logarithm of the integral; −∞ over nothing.
    pub(crate) ln: f64,
    /// The means of figures under `e^g`; 0 over nothing.
    pub(crate) means: [f64; K],
}

/// What is integrated.
pub(crate) trait Integrand<const K: usize> {
    /// g at `y`, and figures.
    fn at(&self, y: f64) -> (f64, [f64; K]);

    /// How long a panel from `y` may be for what is not analytic: twice the distance to the nearest place left of `y` at
    /// which `g` is not, less than the distance to one beside the range.
    fn reach(&self, y: f64) -> f64;

    /// How fast `g` changes at `y`, up or down: parts that cancel are not to be taken together if they do not cancel all
    /// along a panel.
    fn steepness(&self, y: f64) -> f64;

    /// The logarithm of no less than the integral from `y` to the end: where it is too much the integral takes longer, where
    /// it is too little it ends early.
    fn rest(&self, y: f64) -> f64;
}

/// The integral from `from` to `to`, in panels from left to right until the rest does not count.
///
/// # Cost
///
/// Sixteen values a panel, eight or twelve where it is short and no figures are asked for; mostly one to three panels, some
/// dozens over ranges of ten decades.
pub(crate) fn integrate<const K: usize>(what: &impl Integrand<K>, from: f64, to: f64) -> Integral<K> {
    let (mut top, mut sum, mut figures) = (f64::NEG_INFINITY, 0.0, [0.0; K]);
    let mut y = from;
    for _ in 0..PANELS {
        if y >= to || (sum > 0.0 && what.rest(y) < top + f64::ln(sum) - LEFT) {
            break;
        }
        let reach = what.reach(y);
        let mut length = (to - y).min(reach);
        let steep = what.steepness(y);
        if steep * length > FALL {
            length = FALL / steep;
        }
        let mut then = what.steepness(y + length);
        while then * length > FALL {
            length *= 0.5;
            then = what.steepness(y + length);
        }
        let points = if K == 0 { points(steep.max(then) * length, length / reach) } else { &rules().sixteen };
        let next = if y + length < to { y + length } else { to };
        if next <= y {
            break;
        }
        for (place, weight) in points {
            let (g, values) = what.at(y + (next - y) * place);
            let weight = weight * (next - y);
            if g > top {
                let shrink = (top - g).exp();
                sum *= shrink;
                figures.iter_mut().for_each(|figure| *figure *= shrink);
                top = g;
            }
            let share = weight * (g - top).exp();
            sum += share;
            for (figure, value) in figures.iter_mut().zip(values) {
                *figure += share * value;
            }
        }
        y = next;
    }
    if sum > 0.0 {
        Integral { ln: top + sum.ln(), means: figures.map(|figure| figure / sum) }
    } else {
        Integral { ln: f64::NEG_INFINITY, means: [0.0; K] }
    }
}

/// The points of a panel over which `g` changes by no more than `change`, and which is so long beside what it may be.
///
/// Twice the distance to where `g` is not analytic, over the length `share` of it, makes an ellipse of the size
/// z + √(z² − 1), z = 1 + 1 / share: that is 9.9 for a quarter, and 9.9^−16 is the last digit of eight points; twelve have
/// 4.6^−24 for 0.7.
fn points(change: f64, share: f64) -> &'static [Point] {
    if change <= 2.0 && share <= 0.25 {
        &rules().eight
    } else if change <= 6.0 && share <= 0.7 {
        &rules().twelve
    } else {
        &rules().sixteen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_exact_for_polynomials_of_twice_their_size() {
        let check = |points: &[Point]| {
            for power in 0..2 * points.len() as i32 {
                let sum: f64 = points.iter().map(|(place, weight)| weight * place.powi(power)).sum();
                assert!((sum * f64::from(power + 1) - 1.0).abs() < 1e-13, "{} {power}", points.len());
            }
        };
        let rules = rules();
        check(&rules.six);
        check(&rules.eight);
        check(&rules.ten);
        check(&rules.twelve);
        check(&rules.sixteen);
        check(&rules.twenty);
    }

    /// y^−p, whose integral and mean are known.
    struct Power(f64);

    impl Integrand<1> for Power {
        fn at(&self, y: f64) -> (f64, [f64; 1]) {
            (-self.0 * y.ln(), [y])
        }
        fn reach(&self, y: f64) -> f64 {
            2.0 * y
        }
        fn steepness(&self, y: f64) -> f64 {
            self.0 / y
        }
        fn rest(&self, y: f64) -> f64 {
            -self.0 * y.ln() + 1e9_f64.ln()
        }
    }

    #[test]
    fn powers_are_integrated_over_decades() {
        for p in [0.5, 1.5, 3.0, 40.0, 5e4] {
            for from in [1e-6, 1.0] {
                let found = integrate(&Power(p), from, 1e6);
                let ln = |p: f64| {
                    let all = |y: f64| (1.0 - p) * f64::ln(y);
                    let (low, high) = if p > 1.0 { (all(1e6), all(from)) } else { (all(from), all(1e6)) };
                    high + (-(low - high).exp()).ln_1p() - (p - 1.0).abs().ln()
                };
                assert!((found.ln - ln(p)).abs() < 1e-12 * ln(p).abs().max(1.0), "{p} {from}: {found:?} {}", ln(p));
                let mean = (ln(p - 1.0) - ln(p)).exp();
                assert!((found.means[0] / mean - 1.0).abs() < 1e-10, "{p} {from}: {found:?} {mean}");
            }
        }
    }
}
