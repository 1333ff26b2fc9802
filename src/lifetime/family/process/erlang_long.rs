//! Figures of regular purchases where stages are too many to be summed one by one.
//!
//! Given the drop-out probability p, let y = (1 − p)^(1/k). As ⌊u / k⌋ is a sum over the k-th roots of unity ω, and the
//! generating function φ of the number of stages is known in closed form, with v = yω
//!
//! ```text
//! expected purchases given p = (1 − P(alive | p)) / p = 1 / (k (1 − p)) · Σ_ω v / (1 − v) · (1 − φ(v))
//! φ(v) = Σ_j w_j v^j (1 + (1 − v) t / α)^−(r + j)
//! ```
//!
//! At the root 1 nothing is lost where p is small, because 1 − φ is taken as such; the other roots add p times something.
//!
//! This is averaged over the Beta distribution of p by Gauss and Legendre's rule in the logarithm of the odds of p, in
//! which it is smooth on the scale of 1 whatever the parameters are. Where p is too small or too large to matter any more,
//! the average is a value times a tail of the distribution.

use std::f64::consts::TAU;

use crate::math::tail;

use super::super::gauss::rules;
use super::erlang::{Erlang, MOST};

/// The widest panel, in the logarithm of odds.
const PANEL: f64 = 3.0;

/// The widest panel where p matters little.
const FLAT: f64 = 8.0;

/// Below this chance of not leaving, purchases after the third are left out.
const LN_RARE: f64 = -9.2;

/// A logarithm of a density, below that at the mode, that counts for nothing.
const NOTHING: f64 = -45.0;

/// Expected purchases and the probability to be alive, after `ratio` times α.
///
/// # Cost
///
/// Some hundred places of p, O(k²) each: about 100 µs.
pub(super) fn figures(process: &Erlang, ratio: f64) -> (f64, f64) {
    let Erlang { a, b, r, stages, .. } = *process;
    let k = f64::from(stages);
    let given = Given::new(process, ratio);
    // outside of these p does not matter: all stay, or none
    let (low, high) = ((1e-14 / (1.0 + (r + k + 1.0) * ratio / k)).ln(), 32.0_f64);
    let below = tail::beta(a, b, low.exp()).0.exp();
    let above = tail::beta(a, b, high.exp()).1.exp();
    let density = Density { a, b, mode: a.ln() - b.ln() };
    let from = (density.mode - density.reach(-1.0)).max(low);
    let to = (density.mode + density.reach(1.0)).min(high);
    let (mut mass, mut expected, mut alive) = (0.0, 0.0, 0.0);
    let spread = 2.0 * (1.0 / a + 1.0 / b).sqrt();
    // where nearly all stay, or hardly any, it is flat and panels are long
    let (flat, steep) = (low + 1e11_f64.ln(), 7.0);
    for (from, to, longest) in
        [(from, to.min(flat), FLAT), (from.max(flat), to.min(steep), PANEL), (from.max(flat).max(steep), to, FLAT)]
    {
        if from >= to {
            continue;
        }
        let panels = ((to - from) / longest.min(spread)).ceil().clamp(1.0, 1000.0);
        let width = (to - from) / panels;
        for panel in 0..panels as usize {
            for (place, weight) in rules().sixteen {
                let odds = from + width * (panel as f64 + place);
                let weight = width * weight * density.at(odds).exp();
                let purchases = given.purchases(odds);
                mass += weight;
                expected += weight * purchases;
                alive += weight * (1.0 - purchases / (1.0 + (-odds).exp())).max(0.0);
            }
        }
    }
    let (expected, alive) = if mass > 0.0 { (expected / mass, alive / mass) } else { (0.0, 0.0) };
    let within = if mass > 0.0 { (1.0 - below - above).max(0.0) } else { 0.0 };
    let whole = within + below + above;
    let once = given.tails[0];
    (
        (within * expected + below * given.purchases(low) + above * once) / whole,
        ((within * alive + below + above * (1.0 - once)) / whole).clamp(0.0, 1.0),
    )
}

/// The density of the logarithm of the odds of p, which is Beta(a, b): a single hump with tails e^(a·odds) and e^(−b·odds).
struct Density {
    a: f64,
    b: f64,
    mode: f64,
}

impl Density {
    /// ln of the density at `odds` divided by that at the mode.
    fn at(&self, odds: f64) -> f64 {
        let Density { a, b, mode } = *self;
        let off = odds - mode;
        // of the two ways to write it, the one in which nothing is taken from 1 that is nearly 1
        if a <= b {
            return a * off - (a + b) * (a / (a + b) * off.exp_m1()).ln_1p();
        }
        -b * off - (a + b) * (b / (a + b) * (-off).exp_m1()).ln_1p()
    }

    /// How far from the mode the density is nothing, to that side.
    fn reach(&self, side: f64) -> f64 {
        let is_nothing = |off: f64| self.at(self.mode + side * off) < NOTHING;
        let mut far = (1.0 / self.a + 1.0 / self.b).sqrt();
        while !is_nothing(far) && far < 1e4 {
            far *= 2.0;
        }
        let (mut near, mut far) = (0.0, far);
        for _ in 0..20 {
            let middle = 0.5 * (near + far);
            if is_nothing(middle) { far = middle } else { near = middle }
        }
        far
    }
}

/// What does not depend on p.
struct Given {
    stages: usize,
    r: f64,
    ratio: f64,
    weights: [f64; MOST],
    /// Cosine and sine of the angles of the roots.
    roots: [(f64, f64); MOST],
    /// P(at least 1, 2, 3 purchases) without coins.
    tails: [f64; 3],
}

impl Given {
    fn new(process: &Erlang, ratio: f64) -> Self {
        let mut roots = [(1.0, 0.0); MOST];
        for (i, root) in roots.iter_mut().enumerate() {
            let (sin, cos) = (TAU * i as f64 / f64::from(process.stages)).sin_cos();
            *root = (cos, sin);
        }
        Given {
            stages: process.stages as usize,
            r: process.r,
            ratio,
            weights: process.weights(),
            roots,
            tails: [1, 2, 3].map(|count| process.at_least(count, ratio)),
        }
    }

    /// Expected purchases given the logarithm of the odds of p.
    ///
    /// Where hardly anybody stays after a purchase the roots lose digits, by (1 − p)^(1 − 1/k), and three purchases are all
    /// that matter.
    fn purchases(&self, odds: f64) -> f64 {
        let ln_stay = if odds > 0.0 { -odds - (-odds).exp().ln_1p() } else { -odds.exp().ln_1p() };
        let stay = ln_stay.exp();
        if ln_stay < LN_RARE {
            return self.tails[0] + stay * (self.tails[1] + stay * self.tails[2]);
        }
        let k = self.stages as f64;
        let mut sum = self.at_one(ln_stay / k);
        let y = (ln_stay / k).exp();
        for i in 1..=self.stages / 2 {
            let (cos, sin) = self.roots[i];
            let both = if 2 * i == self.stages { 1.0 } else { 2.0 };
            sum += both * self.at_root(y * cos, y * sin);
        }
        (sum / (k * stay)).max(0.0)
    }

    /// v / (1 − v) · (1 − φ(v)) at v = y, without loss where y is near 1.
    fn at_one(&self, ln_y: f64) -> f64 {
        let off = -ln_y.exp_m1();
        let ln_base = (off * self.ratio).ln_1p();
        let ln_each = ln_y - ln_base;
        let (mut sum, mut less) = (0.0, 0.0);
        for (j, weight) in self.weights.iter().take(self.stages).enumerate() {
            let change = (j as f64 * ln_each).exp_m1();
            sum += weight * (1.0 + change);
            less += weight * change;
        }
        let missing = -((-self.r * ln_base).exp_m1() * sum + less);
        ln_y.exp() / off * missing
    }

    /// The real part of v / (1 − v) · (1 − φ(v)) at another root.
    fn at_root(&self, re: f64, im: f64) -> f64 {
        let base = (1.0 + self.ratio * (1.0 - re), -self.ratio * im);
        let (size, angle) = (base.0.hypot(base.1), base.1.atan2(base.0));
        let (ln_size, turn) = (-self.r * size.ln(), -self.r * angle);
        // base^−r − 1
        let half = (0.5 * turn).sin();
        let power = (ln_size.exp_m1() * turn.cos() - 2.0 * half * half, ln_size.exp() * turn.sin());
        let each = divide((re / size, im / size), (base.0 / size, base.1 / size));
        let (mut factor, mut less) = ((1.0, 0.0), (0.0, 0.0));
        for weight in self.weights.iter().take(self.stages).skip(1) {
            factor = multiply(factor, each);
            less = (less.0 + weight * (factor.0 - 1.0), less.1 + weight * factor.1);
        }
        let grown = multiply(power, (1.0 + less.0, less.1));
        let missing = (-(grown.0 + less.0), -(grown.1 + less.1));
        multiply(divide((re, im), (1.0 - re, -im)), missing).0
    }
}

/// The product of complex numbers.
fn multiply(x: (f64, f64), y: (f64, f64)) -> (f64, f64) {
    (x.0 * y.0 - x.1 * y.1, x.0 * y.1 + x.1 * y.0)
}

/// The quotient of complex numbers; the second is not 0.
fn divide(x: (f64, f64), y: (f64, f64)) -> (f64, f64) {
    let square = y.0 * y.0 + y.1 * y.1;
    ((x.0 * y.0 + x.1 * y.1) / square, (x.1 * y.0 - x.0 * y.1) / square)
}
