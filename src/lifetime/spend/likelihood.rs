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
//!
//! # Cost
//!
//! Two logarithms a cell, in parallel over chunks of cells whose sums are added in order; gamma functions and their slopes once for each number of repeats that occurs.

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
    /// Equal rows, with their weights.
    cells: &'a [Cell],
    /// The numbers of repeats that occur, rising.
    counts: &'a [u32],
    /// Place, mean and standard deviation of the logarithm of a parameter.
    priors: &'a [(usize, f64, f64)],
    /// What the sum of the squares of the parameters is taken off by.
    penalty: f64,
    /// The part that no parameter changes: the logarithms of the spends.
    constant: f64,
}

/// What does not depend on the spend, by number of repeats: what is left for each cell are logarithms of its odds
/// `x z / v`.
struct ByCount {
    /// The shape p x of the beta distribution.
    shape: f64,
    /// Whether both shapes are large.
    large: bool,
    /// The part of the logarithm that no spend changes.
    front: f64,
    /// What the slopes by the two shapes begin with.
    rises: [f64; 2],
}

impl<'a> Likelihood<'a> {
    /// Of these cells, of which a spend of 1 stands for `scale`.
    pub(super) fn new(cells: &'a [Cell], counts: &'a [u32], scale: f64, priors: &'a [(usize, f64, f64)]) -> Self {
        let logarithms = cells.iter().map(|cell| cell.weight * (cell.mean.ln() + scale.ln()));
        Likelihood { cells, counts, priors, penalty: 0.0, constant: -sum::sum(logarithms) }
    }

    /// The same with `coefficient · Σ parameter²` taken from the mean of a buyer.
    pub(super) fn penalty(mut self, coefficient: f64) -> Self {
        self.penalty = coefficient * sum::sum(self.cells.iter().map(|cell| cell.weight));
        self
    }

    /// ln of the priors less the penalty, with its slopes added.
    pub(super) fn ln_prior(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let mut total = 0.0;
        for (place, mean, spread) in self.priors {
            let off = (at[*place] - mean) / spread;
            total -= 0.5 * off * off;
            slopes[*place] -= off / spread;
        }
        if self.penalty > 0.0 {
            for (slope, ln) in slopes.iter_mut().zip(at) {
                let square = self.penalty * (2.0 * ln).exp();
                total -= square;
                *slope -= 2.0 * square;
            }
        }
        total
    }
}

/// Prepares these numbers of repeats.
///
/// Which form is used depends on p, q and the number alone, so that it is the same for all cells of that number.
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
        for (i, ln) in at.iter().enumerate().filter(|_| self.penalty > 0.0) {
            curve[(i, i)] -= 4.0 * self.penalty * (2.0 * ln).exp();
        }
        let total = sum::sum(parts.iter().map(|(total, ..)| *total));
        Some(total + self.constant + self.ln_prior(at, slopes))
    }
}
