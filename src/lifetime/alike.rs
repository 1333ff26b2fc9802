//! Buyers who go on alike: a figure of the future is dear, and is asked as seldom as can be.
//!
//! In most families how the living go on depends on repeats and age alone, not on the time of the last purchase. A figure
//! of it is then, for one number of repeats, a smooth function of age: asked at a few ages it is known at all of them. Ages
//! are laid on ln(1 + age / c), where c is the first parameter that is a time, in panels that do not depend on who is
//! there: a polynomial of degree 23 in each (L. N. Trefethen 2019, *Approximation Theory and Approximation Practice*, DOI
//! 10.1137/1.9781611975949). Where its last coefficients do not vanish, the figure is asked of each age.
//!
//! | buyers | asked |
//! | --- | --- |
//! | equal repeats and ages | once |
//! | up to 48 ages of one number of repeats in a panel | once an age |
//! | more | 24 times, the rest by the polynomial |
//! | regular, who go on by the time of the last purchase too | once each |
//!
//! The panels and nodes are those of the model, not of the buyers: whether an age is asked or lies on the polynomial may
//! depend on who else is there, and changes the tenth digit at most.

use std::ops::Range;

use crate::error::Result;
use crate::parallel;

use super::buyers::{Buyers, Cell, Group, NOBODY};
use super::family::{AnyKernel, Future, Kind, MOST, Process, Seen};
use super::model::PurchaseModel;

/// The nodes of a panel.
const NODES: usize = 24;

/// The width of a panel in ln(1 + age / c).
const WIDTH: f64 = 3.0;

/// The last coefficients are below this share of the least value, or the polynomial is not taken: figures that are
/// integrals are themselves right to 1e-10.
const TAIL: f64 = 1e-10;

impl PurchaseModel {
    /// The probability of being alive times a figure of how the living go on, of each buyer; NaN of a row without one.
    ///
    /// Where more than 48 ages of one number of repeats occur, the figure is asked at 24 and is right to some 1e-10 at others:
    /// of a million buyers some thousand times.
    ///
    /// # Errors
    /// If the buyers' covariates are not those of the model.
    ///
    /// # Cost
    /// O(n), in parallel by number of repeats, beside the figures that are asked.
    pub(super) fn each_smooth(
        &self,
        buyers: &Buyers,
        figure: impl Fn(&Process) -> f64 + Sync + Send,
    ) -> Result<Vec<f64>> {
        let futures = self.each_cell(buyers, |future| *future)?;
        let model = self.in_unit(buyers.unit());
        let kernel = self.family().kernel();
        let first_time = kernel.parameters().iter().zip(model.parameters());
        let scale = first_time.clone().find(|(parameter, _)| parameter.kind == Kind::Time).map_or(1.0, |(_, c)| *c);
        let cells = buyers.list();
        let runs: Vec<(&Group, Range<usize>)> = buyers
            .groups()
            .iter()
            .flat_map(|group| split(cells, group.cells.clone(), scale).into_iter().map(move |run| (group, run)))
            .collect();
        let found = parallel::map(runs.len(), |run| {
            let Some((group, range)) = runs.get(run) else { return Vec::new() };
            let natural = model.natural_of(group);
            let cells = cells.get(range.clone()).unwrap_or(&[]);
            let futures = futures.get(range.clone()).unwrap_or(&[]);
            one_run(&*kernel, &natural, cells, futures, scale, &figure)
        });
        let by_cell: Vec<f64> = found.into_iter().flatten().collect();
        let of_row = |cell: &u32| if *cell == NOBODY { f64::NAN } else { by_cell[*cell as usize] };
        Ok(buyers.cell_of().iter().map(of_row).collect())
    }
}

/// The panel of an age: the first begins at 0, each ends twenty times further out than it begins.
fn panel(age: f64, scale: f64) -> f64 {
    ((age / scale).ln_1p() / WIDTH).floor()
}

/// Cells side by side with the same repeats and the same panel of ages.
///
/// Cells stand in the order of repeats, ages, times of the last purchase, so that such cells are neighbours.
fn split(cells: &[Cell], range: Range<usize>, scale: f64) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    for at in range {
        let Some(cell) = cells.get(at) else { break };
        let key = (cell.count, panel(cell.age, scale));
        match runs.last_mut() {
            Some(run) if before == Some(key) => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
        before = Some(key);
    }
    runs
}

/// The figures of the cells of a run, in their order: each times the probability of being alive.
///
/// What the cell before had is taken where it goes on alike.
fn one_run(
    kernel: &dyn AnyKernel,
    natural: &[f64; MOST],
    cells: &[Cell],
    futures: &[Future],
    scale: f64,
    figure: &(impl Fn(&Process) -> f64 + Sync + Send),
) -> Vec<f64> {
    let ages = 1 + cells.windows(2).filter(|pair| pair[0].age != pair[1].age).count();
    // regular buyers go on by the time of the last purchase too
    let process =
        |cell: &Cell, last: f64| kernel.future(natural, &Seen { repeats: cell.repeats, last, age: cell.age }).process;
    let by_last = |cell: &Cell| cell.repeats > 0.0 && process(cell, cell.age) != process(cell, 0.5 * cell.age);
    let alike = |first: &&Cell| !by_last(first);
    let first = (ages > 2 * NODES).then(|| cells.first()).flatten().filter(alike);
    let smooth = first.and_then(|first| {
        let at_age = |age: f64| {
            let last = if first.repeats > 0.0 { age } else { 0.0 };
            figure(&kernel.future(natural, &Seen { repeats: first.repeats, last, age }).process)
        };
        Smooth::new(panel(first.age, scale) * WIDTH, scale, at_age)
    });
    let mut known: Option<(Process, f64)> = None;
    let one = |(cell, future): (&Cell, &Future)| {
        let found = match (known, &smooth) {
            (Some((process, found)), _) if process == future.process => found,
            (_, Some(smooth)) => smooth.at(cell.age),
            _ => figure(&future.process),
        };
        known = Some((future.process, found));
        future.alive * found
    };
    cells.iter().zip(futures).map(one).collect()
}

/// A polynomial in ln(1 + age / c) over a panel, by its coefficients of Chebyshev.
struct Smooth {
    /// Where the panel begins.
    from: f64,
    /// The time c.
    scale: f64,
    /// The weights of the polynomials of Chebyshev, from the constant on.
    coefficients: [f64; NODES],
}

impl Smooth {
    /// The polynomial through the figure at the nodes; `None` if it is not smooth enough to be one.
    ///
    /// Smooth enough is one whose last three coefficients are rounding beside the least value at a node, so that small
    /// figures at one end are as right as large ones at the other.
    fn new(from: f64, scale: f64, figure: impl Fn(f64) -> f64) -> Option<Self> {
        let angle = |node: usize| std::f64::consts::PI * (node as f64 + 0.5) / NODES as f64;
        let age = |node: usize| (from + 0.5 * WIDTH * (1.0 + angle(node).cos())).exp_m1() * scale;
        let values: Vec<f64> = (0..NODES).map(|node| figure(age(node))).collect();
        let mut coefficients = [0.0; NODES];
        for (order, slot) in coefficients.iter_mut().enumerate() {
            let part = |(node, value): (usize, &f64)| value * (order as f64 * angle(node)).cos();
            *slot = values.iter().enumerate().map(part).sum::<f64>() * 2.0 / NODES as f64;
        }
        coefficients[0] *= 0.5;
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let tail = coefficients.iter().rev().take(3).map(|last| last.abs()).fold(0.0, f64::max);
        (tail <= TAIL * least).then_some(Smooth { from, scale, coefficients })
    }

    /// Its value at an age of the panel (C. W. Clenshaw 1955, DOI 10.1090/S0025-5718-1955-0071856-0).
    fn at(&self, age: f64) -> f64 {
        let x = 2.0 * ((age / self.scale).ln_1p() - self.from) / WIDTH - 1.0;
        let (mut one, mut two) = (0.0, 0.0);
        for coefficient in self.coefficients.iter().skip(1).rev() {
            (one, two) = (2.0 * x * one - two + coefficient, one);
        }
        x * one - two + self.coefficients[0]
    }
}
