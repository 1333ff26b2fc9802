//! The likelihood of the Gamma-Gamma model, in logarithms and with exact slopes.
//!
//! A buyer's repeats are Gamma(p, ν) each, ν is Gamma(q, v) over buyers. Then `x z / (v + x z)` of a mean spend `z` of `x`
//! repeats is Beta(p x, q), and the density of `z` is that of the beta distribution over `z` (equation 1a of Fader and
//! Hardie 2013, written with one beta function):
//!
//! ```text
//! ln f(z | x) = p x ln(x z / (v + x z)) + q ln(v / (v + x z)) − ln B(p x, q) − ln z
//! ```
//!
//! Where both shapes are large all terms but the last are large and cancel. There they are taken beside their greatest
//! value, with Stirling's remainders, as [`tail::ln_beta_term`](crate::math::tail) does; the slopes likewise.

use std::f64::consts::PI;

use nalgebra::DMatrix;

use crate::math::gamma::{digamma_rise, digamma_series, ln_beta, trigamma, trigamma_rise};
use crate::math::sum;
use crate::math::tail::remainder;
use crate::parallel;

use super::super::fit::climb::Height;
use super::rows::Cell;

/// The cells of a chunk.
const CHUNK: usize = 4096;

/// Both shapes above which Stirling's series are used.
const LARGE: f64 = 10.0;

/// The logarithm of the likelihood by the logarithms of p, q and v, the latter in the scale of the cells.
pub(super) struct Likelihood<'a> {
    cells: &'a [Cell],
    counts: &'a [u32],
    /// Place, mean and standard deviation of the logarithm of a parameter.
    priors: &'a [(usize, f64, f64)],
    /// The part that no parameter changes: the logarithms of the spends.
    constant: f64,
}

/// What does not depend on the spend: by number of repeats.
struct ByCount {
    /// The shape p x.
    shape: f64,
    /// Whether both shapes are large.
    large: bool,
    front: f64,
    /// What the slopes by the two shapes begin with.
    rises: [f64; 2],
}

impl<'a> Likelihood<'a> {
    /// Of these cells, of which a spend of 1 stands for `scale`.
    pub(super) fn new(cells: &'a [Cell], counts: &'a [u32], scale: f64, priors: &'a [(usize, f64, f64)]) -> Self {
        let logarithms = cells.iter().map(|cell| cell.weight * (cell.mean.ln() + scale.ln()));
        Likelihood { cells, counts, priors, constant: -sum::sum(logarithms) }
    }

    /// ln of the priors, with its slopes added.
    pub(super) fn ln_prior(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (place, mean, spread) in self.priors {
            let off = (at[*place] - mean) / spread;
            total -= 0.5 * off * off;
            slopes[*place] -= off / spread;
        }
        total
    }
}

/// Prepares these numbers of repeats.
fn by_count(p: f64, q: f64, counts: &[u32]) -> Vec<ByCount> {
    let one = |count: &u32| {
        let shape = p * f64::from(*count);
        let whole = shape + q;
        if shape.min(q) < LARGE {
            let rises = [digamma_rise(shape, q), digamma_rise(q, shape)];
            return ByCount { shape, large: false, front: -ln_beta(shape, q), rises };
        }
        let front = (shape / (2.0 * PI) * (q / whole)).ln() / 2.0 + remainder(whole) - remainder(shape) - remainder(q);
        let rest = |x: f64| 0.5 / x + digamma_series(x);
        ByCount { shape, large: true, front, rises: [rest(shape) - rest(whole), rest(q) - rest(whole)] }
    };
    counts.iter().map(one).collect()
}

/// The logarithm of the density of one cell, ln z apart, with its slopes by the logarithms of p, q and v added.
fn cell(by: &ByCount, q: f64, odds: f64, weight: f64, slopes: &mut [f64; 3]) -> f64 {
    let ByCount { shape, front, rises, .. } = by;
    if !by.large {
        let (bought, rest) = ((1.0 / odds).ln_1p(), odds.ln_1p());
        slopes[0] += weight * shape * (rises[0] - bought);
        slopes[1] += weight * q * (rises[1] - rest);
        slopes[2] += weight * (q * odds - shape) / (1.0 + odds);
        return weight * (front - shape * bought - q * rest);
    }
    let whole = shape + q;
    let over = odds * q - shape;
    let off = if over < -0.5 * shape { (odds * (q / shape)).ln() } else { (over / shape).ln_1p() };
    let shift = if over < -0.5 * whole { ((1.0 + odds) * (q / whole)).ln() } else { (over / whole).ln_1p() };
    slopes[0] += weight * shape * (off - shift + rises[0]);
    slopes[1] += weight * q * (rises[1] - shift);
    slopes[2] += weight * over / (1.0 + odds);
    weight * (front + shape * off - whole * shift)
}

impl Height for Likelihood<'_> {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        slopes.fill(0.0);
        let [p, q, v] = [0, 1, 2].map(|i| at[i].exp());
        let by_count = by_count(p, q, self.counts);
        let parts = parallel::map_chunks(self.cells.len(), CHUNK, |range| {
            let (mut total, mut own) = (0.0, [0.0; 3]);
            for row in self.cells.get(range).unwrap_or(&[]) {
                let Some(by) = by_count.get(row.count as usize) else { continue };
                total += cell(by, q, row.repeats * row.mean / v, row.weight, &mut own);
            }
            (total, own)
        });
        for (i, slope) in slopes.iter_mut().enumerate() {
            *slope = sum::sum(parts.iter().map(|(_, own)| own[i]));
        }
        let total = sum::sum(parts.iter().map(|(total, _)| *total));
        total + self.constant + self.ln_prior(at, slopes)
    }

    /// The second derivatives by the two shapes depend on repeats alone, the others on the odds that are known anyway.
    fn curved(&self, at: &[f64], slopes: &mut [f64], curve: &mut DMatrix<f64>) -> Option<f64> {
        slopes.fill(0.0);
        let [p, q, v] = [0, 1, 2].map(|i| at[i].exp());
        let by_count = by_count(p, q, self.counts);
        let bend = |by: &ByCount| {
            let shape = by.shape;
            let whole = trigamma(shape + q);
            [shape * shape * trigamma_rise(shape, q), shape * q * whole, q * q * trigamma_rise(q, shape)]
        };
        let bends: Vec<[f64; 3]> = by_count.iter().map(bend).collect();
        let parts = parallel::map_chunks(self.cells.len(), CHUNK, |range| {
            let (mut total, mut own, mut bent) = (0.0, [0.0; 3], [0.0; 6]);
            for row in self.cells.get(range).unwrap_or(&[]) {
                let count = row.count as usize;
                let (Some(by), Some(bend)) = (by_count.get(count), bends.get(count)) else { continue };
                let odds = row.repeats * row.mean / v;
                total += cell(by, q, odds, row.weight, &mut own);
                let rest = 1.0 / (1.0 + odds);
                let share = if odds < 1.0 { odds * rest } else { 1.0 - rest };
                for (sum, bend) in bent.iter_mut().zip(bend) {
                    *sum += row.weight * bend;
                }
                bent[3] -= row.weight * by.shape * rest;
                bent[4] += row.weight * q * share;
                bent[5] -= row.weight * (by.shape + q) * share * rest;
            }
            (total, own, bent)
        });
        for (i, slope) in slopes.iter_mut().enumerate() {
            *slope = sum::sum(parts.iter().map(|(_, own, _)| own[i]));
        }
        for (part, (i, j)) in [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)].into_iter().enumerate() {
            curve[(i, j)] = sum::sum(parts.iter().map(|(.., bent)| bent[part]));
            curve[(j, i)] = curve[(i, j)];
        }
        curve[(0, 0)] += slopes[0];
        curve[(1, 1)] += slopes[1];
        for (place, _, spread) in self.priors {
            curve[(*place, *place)] -= 1.0 / (spread * spread);
        }
        let total = sum::sum(parts.iter().map(|(total, ..)| *total));
        Some(total + self.constant + self.ln_prior(at, slopes))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop")]

    use nalgebra::DMatrix;

    use super::{Cell, Height, Likelihood};

    fn cells(rows: &[(u32, f64)]) -> (Vec<Cell>, Vec<u32>) {
        let mut counts: Vec<u32> = rows.iter().map(|row| row.0).collect();
        counts.sort_unstable();
        counts.dedup();
        let place = |count: u32| counts.iter().position(|known| *known == count).unwrap() as u32;
        let cell = |row: &(u32, f64)| Cell { count: place(row.0), repeats: row.0.into(), mean: row.1, weight: 1.0 };
        (rows.iter().map(cell).collect(), counts.clone())
    }

    /// ln f(z | x) by mpmath 1.3 with 60 digits, of equation 1a as Fader and Hardie print it.
    #[test]
    fn densities_are_those_of_sixty_digits() {
        for (p, q, v, x, z, expected) in ORACLE {
            let (cells, counts) = cells(&[(*x, *z)]);
            let at = [f64::ln(*p), f64::ln(*q), f64::ln(*v)];
            let found = Likelihood::new(&cells, &counts, 1.0, &[]).height(&at, &mut [0.0; 3]);
            // a logarithm of a parameter is known to 1e-16 of itself, which the slopes multiply
            let wide = if p.max(*q) > 1e4 { 1e-9 } else { 1e-12 } * (1.0 + expected.abs());
            assert!((found - expected).abs() <= wide, "{p} {q} {v} {x} {z}: {found}, expected {expected}");
        }
    }

    #[test]
    fn slopes_are_those_of_differences() {
        let (cells, counts) = cells(&[(1, 0.3), (2, 1.7), (7, 0.9), (400, 1.1)]);
        for at in [[0.3, 1.1, -0.2], [1.8, 1.3, 0.4], [4.0, 4.5, 0.5], [9.0, 8.0, -1.0], [-3.0, -2.0, 2.0]] {
            let priors = [(1, 0.5, 0.7)];
            let likelihood = Likelihood::new(&cells, &counts, 3.0, &priors);
            let mut slopes = [0.0; 3];
            likelihood.height(&at, &mut slopes);
            for i in 0..3 {
                let moved = |step: f64| {
                    let mut there = at;
                    there[i] += step;
                    likelihood.height(&there, &mut [0.0; 3])
                };
                let difference = (8.0 * (moved(1e-4) - moved(-1e-4)) - moved(2e-4) + moved(-2e-4)) / 12e-4;
                let scale = slopes[i].abs().max(1.0);
                assert!((slopes[i] - difference).abs() < 1e-6 * scale, "{at:?} {i}: {} {difference}", slopes[i]);
                let (mut exact, mut curve) = ([0.0; 3], DMatrix::zeros(3, 3));
                let height = likelihood.curved(&at, &mut exact, &mut curve).unwrap();
                assert!(height == likelihood.height(&at, &mut slopes) && exact == slopes);
                let turned = |step: f64| {
                    let (mut there, mut slopes) = (at, [0.0; 3]);
                    there[i] += step;
                    likelihood.height(&there, &mut slopes);
                    slopes
                };
                let (up, down, far_up, far_down) = (turned(1e-4), turned(-1e-4), turned(2e-4), turned(-2e-4));
                for j in 0..3 {
                    let second = (8.0 * (up[j] - down[j]) - far_up[j] + far_down[j]) / 12e-4;
                    let scale = curve[(i, i)].abs().max(curve[(j, j)].abs()).max(1.0);
                    let found = curve[(i, j)];
                    assert!((found - second).abs() < 1e-6 * scale, "{at:?} {i} {j}: {found} {second}");
                }
            }
        }
    }

    #[test]
    fn extremes_are_finite() {
        let (cells, counts) = cells(&[(1, 1e-150), (1, 1e150), (10_000, 1.0), (4_000_000_000, 1e-9)]);
        for p in [-25.0, -3.0, 0.0, 3.0, 25.0] {
            for q in [-25.0, -3.0, 0.0, 3.0, 25.0] {
                for v in [-25.0, 0.0, 25.0] {
                    let mut slopes = [0.0; 3];
                    let height = Likelihood::new(&cells, &counts, 1.0, &[]).height(&[p, q, v], &mut slopes);
                    assert!(height.is_finite() && slopes.iter().all(|slope| slope.is_finite()), "{p} {q} {v}");
                }
            }
        }
    }

    /// p, q, v, x, z and ln f(z | x).
    const ORACLE: &[(f64, f64, f64, u32, f64, f64)] = &[
        (6.25, 3.74, 15.44, 2, 22.35, -3.5513167597317047),
        (6.25, 3.74, 15.44, 1, 0.01, -35.204915502837802),
        (0.01, 0.02, 5.0, 3, 7.0, -6.4071869030650598),
        (50.0, 60.0, 1.5, 4, 1.3, 0.69795408338906919),
        (1e6, 2e6, 2.0, 3, 0.9999, 6.0740768363381933),
        (1e6, 2e6, 2.0, 3, 1.2, -19672.858497237384),
        (1e9, 3.0, 2.0, 1, 1e9, -21.336971476826521),
        (3.0, 1e9, 1e9, 10, 2.5, -0.60705495549614171),
        (9.99, 10.01, 1.0, 1, 1.0, -0.12672490079785279),
        (10.01, 10.0, 1.0, 1, 1.0, -0.12646083530906893),
        (2.0, 1.1, 1e-6, 10_000, 4e5, -41.473086158706674),
    ];
}
