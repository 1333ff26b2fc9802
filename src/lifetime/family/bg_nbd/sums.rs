//! The likelihood of BG/NBD summed over cells, with slopes and curvature.
//!
//! Cells come sorted by repeats, age and time of the last purchase. What depends on repeats alone is taken once a run of
//! cells; what is left of a cell are three logarithms and an exponential, which wide instructions take of many cells at once
//! ([`elementary`]). A run is summed in blocks and lanes of fixed sizes, so that its bits are the same on every processor.
//! Second derivatives are made of the same three numbers: with them a step of Newton's method costs one pass and not one for
//! each parameter.
//!
//! With A₁ = −(r + x) ln(α + T) and A₂ = ln a / (b + x − 1) − (r + x) ln(α + t) the logarithm of e^A₁ + e^A₂ has the slope
//! w₁ A₁′ + w₂ A₂′ and the curvature w₁ A₁″ + w₂ A₂″ + w₁ w₂ (A₁′ − A₂′)(A₁′ − A₂′)ᵀ, where w₁ = 1 − w₂ is the probability of
//! being alive.

use crate::lifetime::cell::Cell;
use crate::lifetime::family::{MOST, Square};
use crate::math::elementary;
use crate::math::gamma::{digamma_rise, ln_rising, trigamma_rise};
use crate::math::simd::{Level, Task};

use super::{At, ByCount};

/// ln Γ(p + x) − ln Γ(p) with its derivatives by p, for rising x.
pub(super) struct Rise {
    from: f64,
    count: u32,
    pub(super) ln: f64,
    pub(super) slope: f64,
    pub(super) curve: f64,
}

/// Factors that are multiplied before a logarithm is taken.
const FACTORS: u32 = 8;

impl Rise {
    pub(super) fn new(from: f64) -> Self {
        Rise { from, count: 0, ln: 0.0, slope: 0.0, curve: 0.0 }
    }

    /// Goes on to `count`: factor by factor where it is near, or at once.
    pub(super) fn to(&mut self, count: u32) {
        let x = f64::from(count);
        if count >= self.count && count - self.count <= FACTORS {
            let mut product = 1.0;
            for step in self.count..count {
                let factor = self.from + f64::from(step);
                let inverse = 1.0 / factor;
                product *= factor;
                self.slope += inverse;
                self.curve -= inverse * inverse;
            }
            if count > self.count {
                self.ln += f64::ln(product);
            }
        } else {
            self.ln = ln_rising(self.from, x);
            self.slope = digamma_rise(self.from, x);
            self.curve = trigamma_rise(self.from, x);
        }
        self.count = count;
    }
}

/// What the cells of one number of repeats come to.
#[derive(Default)]
struct Run {
    weight: f64,
    ln: f64,
    /// Of w₁ ln(α + T) + w₂ ln(α + t), of w₁ / (α + T) + w₂ / (α + t), and of the same with squares.
    logs: f64,
    inverses: f64,
    squares: f64,
    /// Of w₂.
    dead: f64,
    /// Of w₁ w₂, times powers of δ = ln (α + T) / (α + t) and of γ = 1 / (α + t) − 1 / (α + T).
    v: f64,
    vd: f64,
    vdd: f64,
    vg: f64,
    vgg: f64,
    vdg: f64,
}

/// ln of the likelihood of the cells with their weights; slopes are added, and second derivatives if `CURVED`.
pub(super) fn sum<const CURVED: bool>(at: &At, cells: &[Cell], slopes: &mut [f64; MOST], curve: &mut Square) -> f64 {
    Level::best().run(Sum::<CURVED> { at, cells, slopes, curve })
}

/// The cells of a block, and how many of its sums go side by side: on every level, so that the bits are the same.
const BLOCK: usize = 64;
const LANES: usize = 8;

/// [`sum`], compiled for each level.
struct Sum<'a, const CURVED: bool> {
    at: &'a At,
    cells: &'a [Cell],
    slopes: &'a mut [f64; MOST],
    curve: &'a mut Square,
}

impl<const CURVED: bool> Task for Sum<'_, CURVED> {
    type Out = f64;

    #[inline(always)]
    fn run<const WIDTH: usize, const FUSED: bool>(self) -> f64 {
        runs::<CURVED>(self.at, self.cells, self.slopes, self.curve)
    }
}

#[inline(always)]
fn runs<const CURVED: bool>(at: &At, cells: &[Cell], slopes: &mut [f64; MOST], curve: &mut Square) -> f64 {
    let mut total = 0.0;
    for cells in cells.chunk_by(|a, b| a.count == b.count) {
        let Some(first) = cells.first() else { continue };
        let Some(by) = at.by_count.get(first.count as usize) else { return f64::NAN };
        let power = at.r + first.repeats;
        let run = if first.repeats == 0.0 {
            without_repeats::<CURVED>(at, power, cells)
        } else {
            with_repeats::<CURVED>(at, by, power, cells)
        };
        total += run.weight * by.ln + run.ln;
        slopes[0] += run.weight * by.slopes[0] - run.logs;
        slopes[1] += run.weight * by.slopes[1] - power * run.inverses;
        slopes[2] += run.weight * by.slopes[2] + run.dead / at.a;
        slopes[3] += run.weight * by.slopes[3] - run.dead * by.after;
        if CURVED {
            bend(at, by, power, &run, curve);
        }
    }
    total
}

/// All are alive.
#[inline(always)]
fn without_repeats<const CURVED: bool>(at: &At, power: f64, cells: &[Cell]) -> Run {
    let [mut weights, mut logs, mut inverses, mut squares] = [[0.0; LANES]; 4];
    for cells in cells.chunks(BLOCK) {
        let (mut weight, mut until) = ([0.0; BLOCK], [1.0; BLOCK]);
        for ((cell, weight), until) in cells.iter().zip(&mut weight).zip(&mut until) {
            (*weight, *until) = (cell.weight, at.alpha + cell.age);
        }
        let mut ln_until = [0.0; BLOCK];
        let filled = cells.len().next_multiple_of(LANES);
        for i in 0..filled {
            ln_until[i] = elementary::ln(until[i]);
        }
        for first in (0..filled).step_by(LANES) {
            for lane in 0..LANES {
                let (weight, inverse) = (weight[first + lane], 1.0 / until[first + lane]);
                weights[lane] += weight;
                logs[lane] += weight * ln_until[first + lane];
                inverses[lane] += weight * inverse;
                if CURVED {
                    squares[lane] += weight * inverse * inverse;
                }
            }
        }
    }
    let [weight, logs, inverses, squares] = [weights, logs, inverses, squares].map(total);
    Run { weight, logs, inverses, squares, ln: -power * logs, ..Run::default() }
}

/// Stages of a block in columns: chains of one cell's operations are long, those of many cells go side by side.
#[expect(clippy::needless_range_loop, reason = "a lane of many columns and sums")]
#[inline(always)]
fn with_repeats<const CURVED: bool>(at: &At, by: &ByCount, power: f64, cells: &[Cell]) -> Run {
    let mut sums = [[0.0; LANES]; 12];
    for cells in cells.chunks(BLOCK) {
        let (mut weight, mut until, mut last) = ([0.0; BLOCK], [1.0; BLOCK], [1.0; BLOCK]);
        for (i, cell) in cells.iter().enumerate() {
            (weight[i], until[i], last[i]) = (cell.weight, at.alpha + cell.age, at.alpha + cell.last);
        }
        let [mut ln_until, mut ln_last, mut odds, mut small] = [[0.0; BLOCK]; 4];
        let [mut ln, mut dead, mut alive] = [[0.0; BLOCK]; 3];
        let filled = cells.len().next_multiple_of(LANES);
        for i in 0..filled {
            ln_until[i] = elementary::ln(until[i]);
        }
        for i in 0..filled {
            ln_last[i] = elementary::ln(last[i]);
            // dead after the last purchase against alive: a logarithm of odds
            odds[i] = by.ln_dead + power * (ln_until[i] - ln_last[i]);
        }
        for i in 0..filled {
            small[i] = elementary::exp(-odds[i].abs());
        }
        for i in 0..filled {
            let likely = 1.0 / (1.0 + small[i]);
            let other = small[i] * likely;
            let above = odds[i] > 0.0;
            (dead[i], alive[i]) = if above { (likely, other) } else { (other, likely) };
            ln[i] = (if above { odds[i] } else { 0.0 }) + elementary::ln_1p(small[i]) - power * ln_until[i];
        }
        for first in (0..filled).step_by(LANES) {
            for lane in 0..LANES {
                let i = first + lane;
                let (weight, dead, alive) = (weight[i], dead[i], alive[i]);
                let (by_until, by_last) = (1.0 / until[i], 1.0 / last[i]);
                sums[0][lane] += weight;
                sums[1][lane] += weight * ln[i];
                sums[2][lane] += weight * (alive * ln_until[i] + dead * ln_last[i]);
                sums[3][lane] += weight * (alive * by_until + dead * by_last);
                sums[4][lane] += weight * dead;
                if CURVED {
                    let (longer, sooner) = (ln_until[i] - ln_last[i], by_last - by_until);
                    let v = weight * alive * dead;
                    let (vd, vg) = (v * longer, v * sooner);
                    sums[5][lane] += weight * (alive * by_until * by_until + dead * by_last * by_last);
                    sums[6][lane] += v;
                    sums[7][lane] += vd;
                    sums[8][lane] += vd * longer;
                    sums[9][lane] += vg;
                    sums[10][lane] += vg * sooner;
                    sums[11][lane] += vd * sooner;
                }
            }
        }
    }
    let [weight, ln, logs, inverses, dead, squares, v, vd, vdd, vg, vgg, vdg] = sums.map(total);
    Run { weight, ln, logs, inverses, squares, dead, v, vd, vdd, vg, vgg, vdg }
}

/// The sum over lanes.
#[inline(always)]
fn total(lanes: [f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + e) + (c + g)) + ((b + f) + (d + h))
}

/// Adds the second derivatives of a run.
fn bend(at: &At, by: &ByCount, power: f64, run: &Run, curve: &mut Square) {
    let by_a = 1.0 / at.a;
    let mut add = |i: usize, j: usize, value: f64| {
        curve[i][j] += value;
        if i != j {
            curve[j][i] += value;
        }
    };
    add(0, 0, run.weight * by.curves[0] + run.vdd);
    add(0, 1, run.weight / at.alpha - run.inverses - power * run.vdg);
    add(0, 2, run.vd * by_a);
    add(0, 3, -run.vd * by.after);
    add(1, 1, power * run.squares + power * power * run.vgg - run.weight * at.r / (at.alpha * at.alpha));
    add(1, 2, -power * run.vg * by_a);
    add(1, 3, power * run.vg * by.after);
    add(2, 2, run.weight * by.curves[1] + (run.v - run.dead) * by_a * by_a);
    add(2, 3, run.weight * by.curves[1] - run.v * by_a * by.after);
    add(3, 3, run.weight * by.curves[2] + (run.dead + run.v) * by.after * by.after);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lifetime::family::bg_nbd::BgNbd;
    use crate::lifetime::family::{Kernel, Seen};

    /// A level has the bits of another.
    #[test]
    fn sums_are_the_same_on_every_level() {
        let cell = |i: u32| {
            let (repeats, age) = (i / 100, 20.0 + f64::from(i % 100).sqrt());
            let last = if repeats == 0 { 0.0 } else { age * f64::from(i % 7) / 6.5 };
            Cell { count: repeats, repeats: f64::from(repeats), last, age, weight: 1.0 + f64::from(i % 3) }
        };
        let cells: Vec<Cell> = (0..530).map(cell).collect();
        let at = BgNbd.at(&[0.24, 4.4, 0.79, 2.4, 1.0, 1.0], &[0, 1, 2, 3, 4, 5]);
        let on = |level: Level| {
            let (mut slopes, mut curve) = ([0.0; MOST], [[0.0; MOST]; MOST]);
            (level.run(Sum::<true> { at: &at, cells: &cells, slopes: &mut slopes, curve: &mut curve }), slopes, curve)
        };
        for level in Level::all() {
            assert_eq!(on(level), on(Level::Portable), "{level:?}");
        }
    }

    /// Sums are those of the textbook's cell, and curvature is that of differences of slopes.
    #[test]
    fn sums_are_those_of_single_cells_and_curvature_of_differences() {
        let counts = [0, 1, 2, 7, 30, 31];
        let mut cells = Vec::new();
        for (count, repeats) in counts.iter().enumerate() {
            for age in [11.0, 26.0, 39.0] {
                for last in [0.3, 6.0, 10.9] {
                    let last = if *repeats == 0 { 0.0 } else { last };
                    let (count, repeats) = (count as u32, f64::from(*repeats));
                    cells.push(Cell { count, repeats, last, age, weight: 1.0 + last });
                }
            }
        }
        for natural in
            [[0.24, 4.4, 0.79, 2.4, 1.0, 1.0], [3.0, 0.01, 40.0, 0.02, 1.0, 1.0], [1e-3, 90.0, 1e-3, 600.0, 1.0, 1.0]]
        {
            let at = BgNbd.at(&natural, &counts);
            let (mut total, mut expected) = (0.0, [0.0; MOST]);
            for cell in &cells {
                let mut own = [0.0; MOST];
                total += cell.weight * BgNbd.cell(&at, &Seen::from(cell), cell.count as usize, &mut own);
                for i in 0..4 {
                    expected[i] += cell.weight * own[i];
                }
            }
            let (mut slopes, mut curve) = ([0.0; MOST], [[0.0; MOST]; MOST]);
            let found = sum::<true>(&at, &cells, &mut slopes, &mut curve);
            assert!((found / total - 1.0).abs() < 1e-13, "{found} {total}");
            for i in 0..4 {
                let scale = expected[i].abs().max(1e-9 * total.abs() / natural[i]);
                assert!((slopes[i] - expected[i]).abs() < 1e-10 * scale, "{i}: {slopes:?} {expected:?}");
            }
            let moved = |i: usize, step: f64| {
                let mut there = natural;
                there[i] *= 1.0 + step;
                let mut slopes = [0.0; MOST];
                sum::<false>(&BgNbd.at(&there, &counts), &cells, &mut slopes, &mut [[0.0; MOST]; MOST]);
                slopes
            };
            for i in 0..4 {
                let (up, down) = (moved(i, 1e-4), moved(i, -1e-4));
                let (far_up, far_down) = (moved(i, 2e-4), moved(i, -2e-4));
                for j in 0..4 {
                    let second = (8.0 * (up[j] - down[j]) - (far_up[j] - far_down[j])) / (12e-4 * natural[i]);
                    let scale = second.abs().max(1e-4 * (curve[i][i] * curve[j][j]).abs().sqrt());
                    // what differences make of the last digits of slopes
                    let rounding = 16.0 * f64::EPSILON * slopes[j].abs() / (12e-4 * natural[i]);
                    assert!(
                        (curve[i][j] - second).abs() < 1e-6 * scale + rounding,
                        "{natural:?} {i} {j}: {} {second}",
                        curve[i][j]
                    );
                }
            }
        }
    }
}
