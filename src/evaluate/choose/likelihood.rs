//! Criteria of likelihood: those of the model, and one for any groups as balls of one spread.

use crate::cluster::Points;

use super::base::Fit;
use super::choice::{Answer, AtK};
use super::criterion::Criterion;
use super::frame::Frame;

/// Judges by the model's own AIC, BIC or ICL, small for good models.
pub(super) fn judge(criterion: Criterion, fits: &[Fit]) -> Answer {
    let mut answer = Answer::empty(criterion);
    let asked = || fits.iter().filter(|fit| fit.asked);
    if asked().all(|fit| fit.information.is_none()) {
        return Answer::undefined(criterion, "not defined: the method has no likelihood");
    }
    answer.values = asked()
        .map(|fit| {
            let Some(information) = fit.information else { return AtK::none(fit.k, "no likelihood") };
            let value = match criterion {
                Criterion::Aic => information.aic,
                Criterion::Icl => information.icl,
                _ => information.bic,
            };
            AtK { note: fit.short(), ..AtK::of(fit.k, Some(value)) }
        })
        .collect();
    answer.best("the smallest", &|k| reached(fits, k), |a, b| a < b)
}

/// Judges by the Bayesian criterion of balls of one spread, each row in the ball of its group.
///
/// With n rows in d columns, groups of n₁ … n_k rows and s² = W / (d (n − k)): twice the negative logarithm of the
/// likelihood, −2 Σ nᵢ ln(nᵢ/n) + n d ln(2π s²) + d (n − k), and ln n for each of k (d + 1) parameters: k − 1 shares, k d
/// means, one spread. D. Pelleg and A. Moore 2000 with their spread divided by d, as it must be for more than one column.
pub(super) fn spherical(fits: &[Fit], points: &Points<'_>, frame: &Frame) -> Answer {
    let mut answer = Answer::empty(Criterion::SphericalBic);
    let (n, d) = (points.total_weight(), points.dimensions() as f64);
    answer.values = fits
        .iter()
        .map(|fit| {
            let k = fit.groups as f64;
            let Some(within) = fit.within.filter(|within| *within > 0.0) else {
                return AtK::none(fit.k, "W is 0 and has no logarithm");
            };
            if n <= k {
                return AtK::none(fit.k, "not more rows than groups");
            }
            let mut sizes = vec![0.0; fit.labels.iter().max().map_or(0, |most| *most as usize + 1)];
            if fit.in_none > 0 {
                return AtK::none(fit.k, "rows are in no group");
            }
            for (row, label) in fit.labels.iter().enumerate() {
                sizes[*label as usize] += points.weight(row);
            }
            let shares: f64 = sizes.iter().filter(|size| **size > 0.0).map(|size| size * (size / n).ln()).sum();
            // in logarithms, for the W of large numbers is not a number in their own unit
            let spread = frame.logarithm(within) - (d * (n - k)).ln();
            let twice = -2.0 * shares + n * d * ((2.0 * std::f64::consts::PI).ln() + spread) + d * (n - k);
            AtK { note: fit.short(), ..AtK::of(fit.k, Some(twice + k * (d + 1.0) * n.ln())) }
        })
        .collect();
    answer.best("the smallest", &|k| reached(fits, k), |a, b| a < b)
}

/// Whether the method found as many groups as were asked for.
pub(super) fn reached(fits: &[Fit], k: usize) -> bool {
    fits.iter().any(|fit| fit.k == k && fit.short().is_none())
}
