//! NBD: purchases at random by buyers who never leave.
//!
//! A. S. C. Ehrenberg (1959), The pattern of customer purchases, *Applied Statistics* 8(1), DOI 10.2307/2985810. Purchase
//! rates λ are Gamma(r, α).
//!
//! The likelihood is that of the moments of purchases, as of the other families, so that they can be compared: that of
//! counts has a term Tˣ / x! more, which does not depend on the parameters.

use crate::math::gamma::{digamma_rise, ln_rising};

use super::process::{Poisson, Process};
use super::{Future, Kernel, Kind, MOST, Parameter, Seen, one_rate};

/// The family. What it says of a buyer who has been silent for long is too much: it knows no leaving. It is the baseline
/// against which families with drop-out are held.
pub(crate) struct Nbd;

/// What does not depend on times.
pub(crate) struct At {
    r: f64,
    alpha: f64,
    /// By number of repeats: ln Γ(r + x) / Γ(r) · α^r, and its slopes.
    by_count: Vec<(f64, [f64; 2])>,
}

impl Kernel for Nbd {
    type At = At;

    fn parameters(&self) -> &'static [Parameter] {
        const LIST: [Parameter; 2] =
            [Parameter { name: "r", kind: Kind::Shape }, Parameter { name: "alpha", kind: Kind::Time }];
        &LIST
    }

    /// What depends on the number of repeats only.
    fn at(&self, parameters: &[f64; MOST], counts: &[u32]) -> At {
        let [r, alpha, ..] = *parameters;
        let of = |count: &u32| {
            let x = f64::from(*count);
            (ln_rising(r, x) + r * alpha.ln(), [digamma_rise(r, x) + alpha.ln(), r / alpha])
        };
        At { r, alpha, by_count: counts.iter().map(of).collect() }
    }

    /// ln Γ(r + x) / Γ(r) · α^r (α + T)^−(r + x): when in the time the purchases were does not matter.
    fn cell(&self, at: &At, seen: &Seen, count: usize, slopes: &mut [f64; MOST]) -> f64 {
        let Some((ln, own)) = at.by_count.get(count) else { return f64::NAN };
        let (power, until) = (at.r + seen.repeats, at.alpha + seen.age);
        let ln_until = until.ln();
        slopes[0] = own[0] - ln_until;
        slopes[1] = own[1] - power / until;
        ln - power * ln_until
    }

    /// The rate is Gamma(r + x, α + T) after what was seen; the buyer is alive for certain.
    fn future(&self, parameters: &[f64; MOST], seen: &Seen) -> Future {
        let [r, alpha, ..] = *parameters;
        Future { alive: 1.0, process: Process::Poisson(Poisson { r: r + seen.repeats, alpha: alpha + seen.age }) }
    }

    /// Where all buy at the same rate counts are Poisson.
    fn degenerate(&self, parameters: &[f64; MOST], _age: f64) -> Option<String> {
        one_rate(parameters[0], parameters[1])
    }
}
