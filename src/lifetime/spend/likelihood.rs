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
//! One logarithm a cell, since that of the spend is kept: of the smaller of odds and 1 / odds, which is exact however far they
//! are from 1. Wide instructions take many cells at once, in parallel over chunks whose sums are added in order. Gamma
//! functions and their slopes once for each number of repeats that occurs.

use std::f64::consts::PI;

use nalgebra::DMatrix;

use crate::math::elementary;
use crate::math::gamma::{digamma_rise, digamma_series, ln_beta, trigamma, trigamma_rise};
use crate::math::simd::{Level, Task};
use crate::math::sum;
use crate::math::tail::remainder;
use crate::parallel;

use super::super::fit::climb::Height;
use super::rows::Cell;

/// The cells of a chunk, and of a block of it.
const CHUNK: usize = 4096;
const BLOCK: usize = 64;

/// How many sums go side by side: on every level, so that the bits are the same.
const LANES: usize = 8;

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
    /// The second derivatives by the two shapes.
    bends: [f64; 3],
}

impl<'a> Likelihood<'a> {
    /// Of these cells, of which a spend of 1 stands for `scale`.
    pub(super) fn new(cells: &'a [Cell], counts: &'a [u32], scale: f64, priors: &'a [(usize, f64, f64)]) -> Self {
        let ln_scale = scale.ln();
        let of = |cells: &[Cell]| cells.iter().map(|cell| cell.weight * (cell.ln + ln_scale)).sum::<f64>();
        let parts = parallel::map_chunks(cells.len(), CHUNK, |range| cells.get(range).map_or(0.0, of));
        Likelihood { cells, counts, priors, penalty: 0.0, constant: -sum::sum(parts) }
    }

    /// The same with `coefficient · Σ parameter²` taken from the mean of a buyer.
    pub(super) fn penalty(mut self, coefficient: f64) -> Self {
        if coefficient > 0.0 {
            self.penalty = coefficient * sum::sum(self.cells.iter().map(|cell| cell.weight));
        }
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
        let bend = trigamma(whole);
        let bends = [shape * shape * trigamma_rise(shape, q), shape * q * bend, q * q * trigamma_rise(q, shape)];
        if shape.min(q) < LARGE {
            let rises = [digamma_rise(shape, q), digamma_rise(q, shape)];
            return ByCount { shape, large: false, front: -ln_beta(shape, q), rises, bends };
        }
        let front = (shape / (2.0 * PI) * (q / whole)).ln() / 2.0 + remainder(whole) - remainder(shape) - remainder(q);
        let rest = |x: f64| 0.5 / x + digamma_series(x);
        ByCount { shape, large: true, front, rises: [rest(shape) - rest(whole), rest(q) - rest(whole)], bends }
    };
    counts.iter().map(one).collect()
}

/// What the cells of one number of repeats come to.
#[derive(Default)]
struct Run {
    weight: f64,
    /// Of ln((1 + odds) / odds) and of ln(1 + odds).
    bought: f64,
    rest: f64,
    /// Of odds / (1 + odds), of 1 / (1 + odds), and of their product.
    share: f64,
    left: f64,
    both: f64,
    /// Where both shapes are large, in the place of the two logarithms: the sum, and the slopes by the shapes.
    ln: f64,
    slopes: [f64; 3],
}

/// Of one number of repeats, whose odds are `ratio` times the mean.
///
/// Of odds below 1 ln(1 + odds) is taken, of others ln(1 + 1 / odds); the other of the two differs by the logarithm of the
/// odds, which is known. So neither loses digits where odds are far from 1, and 1 / odds never overflows.
///
/// Columns of a block are filled up with cells of no weight.
#[expect(clippy::needless_range_loop, reason = "a lane of many columns and sums")]
#[inline(always)]
fn run_of(by: &ByCount, q: f64, ratio: f64, ln_ratio: f64, cells: &[Cell]) -> Run {
    let mut sums = [[0.0; LANES]; 6];
    for cells in cells.chunks(BLOCK) {
        let (mut weight, mut odds, mut ln_odds) = ([0.0; BLOCK], [1.0; BLOCK], [0.0; BLOCK]);
        for (i, cell) in cells.iter().enumerate() {
            (weight[i], odds[i], ln_odds[i]) = (cell.weight, cell.mean * ratio, cell.ln + ln_ratio);
        }
        let [mut small, mut left, mut ln] = [[0.0; BLOCK]; 3];
        let filled = cells.len().next_multiple_of(LANES);
        for i in 0..filled {
            small[i] = if odds[i] < 1.0 { odds[i] } else { 1.0 / odds[i] };
            left[i] = 1.0 / (1.0 + small[i]);
            ln[i] = elementary::ln_1p(small[i]);
        }
        for first in (0..filled).step_by(LANES) {
            for lane in 0..LANES {
                let i = first + lane;
                let (weight, larger, smaller) = (weight[i], left[i], small[i] * left[i]);
                let (ln, below) = (ln[i], odds[i] < 1.0);
                let (bought, rest) = if below { (ln - ln_odds[i], ln) } else { (ln, ln + ln_odds[i]) };
                let (share, left) = if below { (smaller, larger) } else { (larger, smaller) };
                sums[0][lane] += weight;
                sums[1][lane] += weight * bought;
                sums[2][lane] += weight * rest;
                sums[3][lane] += weight * share;
                sums[4][lane] += weight * left;
                sums[5][lane] += weight * (share * left);
            }
        }
    }
    let [weight, bought, rest, share, left, both] =
        sums.map(|[a, b, c, d, e, f, g, h]| ((a + e) + (c + g)) + ((b + f) + (d + h)));
    let mut run = Run { weight, bought, rest, share, left, both, ..Run::default() };
    if by.large {
        for cell in cells {
            beside_the_top(by, q, cell.mean * ratio, cell.weight, &mut run);
        }
    }
    run
}

/// The logarithm of a density whose shapes are both large, with its slopes.
#[inline(always)]
fn beside_the_top(by: &ByCount, q: f64, odds: f64, weight: f64, run: &mut Run) {
    let ByCount { shape, rises, .. } = by;
    let whole = shape + q;
    let over = odds * q - shape;
    let off = if over < -0.5 * shape { (odds * (q / shape)).ln() } else { (over / shape).ln_1p() };
    let shift = if over < -0.5 * whole { ((1.0 + odds) * (q / whole)).ln() } else { (over / whole).ln_1p() };
    run.ln += weight * (shape * off - whole * shift);
    run.slopes[0] += weight * shape * (off - shift + rises[0]);
    run.slopes[1] += weight * q * (rises[1] - shift);
    run.slopes[2] += weight * over / (1.0 + odds);
}

/// The logarithm of the densities, ln z apart, with slopes and second derivatives by the logarithms of p, q and v; those by
/// the shapes lack what depends on repeats alone.
#[derive(Clone, Copy, Default)]
struct Part {
    ln: f64,
    slopes: [f64; 3],
    bent: [f64; 6],
}

/// The sum over cells in their order, compiled for each level.
struct Sum<'a> {
    cells: &'a [Cell],
    by_count: &'a [ByCount],
    q: f64,
    v: f64,
    ln_v: f64,
}

impl Task for Sum<'_> {
    type Out = Part;

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) -> Part {
        let mut part = Part::default();
        for cells in self.cells.chunk_by(|a, b| a.count == b.count) {
            let Some(first) = cells.first() else { continue };
            let Some(by) = self.by_count.get(first.count as usize) else { continue };
            let (q, repeats) = (self.q, f64::from(first.repeats));
            let run = run_of(by, q, repeats / self.v, repeats.ln() - self.ln_v, cells);
            let shape = by.shape;
            part.ln += run.weight * by.front;
            if by.large {
                part.ln += run.ln;
                part.slopes.iter_mut().zip(run.slopes).for_each(|(sum, slope)| *sum += slope);
            } else {
                part.ln -= shape * run.bought + q * run.rest;
                part.slopes[0] += shape * (by.rises[0] * run.weight - run.bought);
                part.slopes[1] += q * (by.rises[1] * run.weight - run.rest);
                part.slopes[2] += q * run.share - shape * run.left;
            }
            for (sum, bend) in part.bent.iter_mut().zip(by.bends) {
                *sum += run.weight * bend;
            }
            part.bent[3] -= shape * run.left;
            part.bent[4] += q * run.share;
            part.bent[5] -= (shape + q) * run.both;
        }
        part
    }
}

impl Likelihood<'_> {
    /// Over all cells: parts of chunks, added in order.
    fn sums(&self, at: &[f64]) -> Part {
        let [p, q, v] = [0, 1, 2].map(|i| at[i].exp());
        let by_count = by_count(p, q, self.counts);
        let level = Level::best();
        let parts = parallel::map_chunks(self.cells.len(), CHUNK, |range| {
            let cells = self.cells.get(range).unwrap_or(&[]);
            level.run(Sum { cells, by_count: &by_count, q, v, ln_v: at[2] })
        });
        Part {
            ln: sum::sum(parts.iter().map(|part| part.ln)),
            slopes: [0, 1, 2].map(|i| sum::sum(parts.iter().map(|part| part.slopes[i]))),
            bent: [0, 1, 2, 3, 4, 5].map(|i| sum::sum(parts.iter().map(|part| part.bent[i]))),
        }
    }
}

impl Height for Likelihood<'_> {
    fn height(&self, at: &[f64], slopes: &mut [f64]) -> f64 {
        let part = self.sums(at);
        slopes.copy_from_slice(&part.slopes);
        part.ln + self.constant + self.ln_prior(at, slopes)
    }

    /// The second derivatives by the two shapes depend on repeats alone, the others on the odds that are known anyway.
    fn curved(&self, at: &[f64], slopes: &mut [f64], curve: &mut DMatrix<f64>) -> Option<f64> {
        let part = self.sums(at);
        slopes.copy_from_slice(&part.slopes);
        for ((i, j), second) in [(0, 0), (0, 1), (1, 1), (0, 2), (1, 2), (2, 2)].into_iter().zip(part.bent) {
            (curve[(i, j)], curve[(j, i)]) = (second, second);
        }
        curve[(0, 0)] += slopes[0];
        curve[(1, 1)] += slopes[1];
        for (place, _, spread) in self.priors {
            curve[(*place, *place)] -= 1.0 / (spread * spread);
        }
        for (i, ln) in at.iter().enumerate().filter(|_| self.penalty > 0.0) {
            curve[(i, i)] -= 4.0 * self.penalty * (2.0 * ln).exp();
        }
        Some(part.ln + self.constant + self.ln_prior(at, slopes))
    }
}
