//! All rows as one component: what is checked, measured and added before any mixture begins.

//!
//! Three things follow from it. The door: a number whose square is no number, or a column whose differences have no
//! squares, is refused by name, and nothing behind the door asks again. The ridge: what is added to variances is a part
//! of the variance of each column over all rows, so that the units of a column do not matter and a component cannot
//! shrink to a point. The total: with one covariance for all components, what is within them is what is in all rows
//! less what lies between their means, so products of columns are added up once and not in each iteration.
//!
//! # Why parts of variances
//! scikit-learn adds one number to all variances, 1e-6 unless told. In columns of variance 1 that is a thousandth of a
//! standard deviation, and so it is here. In columns of other units it is nothing or everything: incomes in cents, shares
//! of a thousandth. As a part of each variance it means the same in all units, and the clusters are the same.
//!
//! A column that is the same in all rows has no variance to take a part of. Its ridge is a part of the square of its
//! value, or of 1 if that is 0: it adds the same to all densities, and a stranger with another value is far away.

use super::block::{Block, LARGEST, ROWS};
use super::learn::add_moments;
use super::normal::Components;
use super::shape::Shape;
use crate::cluster::Points;
use crate::error::{Error, Result};
use crate::math::sum::sum;
use crate::parallel;

/// The least variance a column may have, unless it has none: its products must be normal numbers with room below.
const SMALLEST: f64 = 1e-270;

/// What holds for the whole fit: the shape, and the spread of all rows.
#[derive(Clone, Debug)]
pub(super) struct Ground {
    pub(super) shape: Shape,
    /// The mean of all rows.
    pub(super) center: Vec<f64>,
    /// What is added to each variance.
    pub(super) ridge: Vec<f64>,
    /// The variance of each column; of a column that is all the same the square of its value, or 1.
    units: Vec<f64>,
    /// Whether a column is the same in all rows.
    pub(super) constant: Vec<bool>,
    /// The covariance of all rows: a lower triangle, or variances if the shape needs no more.
    scatter: Vec<f64>,
}

impl Ground {
    /// Measures the rows: two passes, one for ranges and means, one for products.
    ///
    /// # Cost
    /// O(n d²) time if the shape is full or tied, else O(n d); memory for a few chunks of sums.
    ///
    /// Measures the rows.
    ///
    /// # Errors
    /// If a number is too large to be squared, or a column varies by less than can be squared.
    pub(super) fn new(points: &Points<'_>, shape: Shape, regularisation: f64) -> Result<Self> {
        let ranges = ranges(points)?;
        let total = points.total_weight();
        if !(1e-20..=1e20).contains(&total) {
            return Err(Error::parameter("weights", "of a sum from 1e-20 to 1e20", total));
        }
        let center = center(points, &ranges, total);
        let wide = if shape == Shape::Tied { Shape::Full } else { shape };
        let scatter = scatter(points, wide, &center, total);
        let mut units = Vec::with_capacity(center.len());
        for (column, (low, high)) in ranges.iter().enumerate() {
            let unit = match scatter[if wide == Shape::Full { column * (column + 3) / 2 } else { column }] {
                _ if low == high => {
                    if *low == 0.0 {
                        1.0
                    } else {
                        (low * low).max(SMALLEST)
                    }
                }
                variance if variance < SMALLEST => {
                    let message = format!("column {column} varies by less than a mixture can square; scale it up");
                    return Err(Error::definition(message));
                }
                variance => variance,
            };
            units.push(unit);
        }
        let ridge = units.iter().map(|unit| unit * regularisation).collect();
        let constant = ranges.iter().map(|(low, high)| low == high).collect();
        Ok(Ground { shape, center, ridge, units, constant, scatter })
    }

    /// How many columns there are.
    pub(super) fn dimensions(&self) -> usize {
        self.center.len()
    }

    /// The standard deviation of a column; never 0. Columns divided by it have variance 1: what k-means sees.
    pub(super) fn deviation(&self, column: usize) -> f64 {
        self.units[column].sqrt()
    }

    /// The covariance of all rows, in the numbers of one component.
    pub(super) fn spread(&self) -> Vec<f64> {
        let mut out = vec![0.0; self.shape.parameters(1, self.dimensions())];
        self.spread_of(&self.scatter, &vec![0.0; self.dimensions()], &mut out);
        out
    }

    /// All components with these means and the covariance of all rows.
    ///
    /// # Errors
    /// If their covariance is not positive definite, whatever is added.
    pub(super) fn around(&self, means: &[f64]) -> Result<Components> {
        let count = if self.shape == Shape::Tied { 1 } else { means.len() / self.dimensions() };
        let covariances = self.spread().repeat(count);
        let none = || Error::definition("the covariance of the rows is not positive definite");
        self.sound(means, covariances).ok_or_else(none)
    }

    /// Writes the covariance that follows from the mean products of deviations and the mean deviation, regularised.
    ///
    /// With deviations `x` from any point near the mean, the covariance is the mean of `x xᵀ` less the product of the
    /// mean of `x` with itself. The nearer the point, the less is lost; a variance below 0 by rounding is 0. One
    /// variance for all columns is the mean of theirs.
    pub(super) fn spread_of(&self, products: &[f64], shift: &[f64], out: &mut [f64]) {
        match self.shape {
            Shape::Full | Shape::Tied => {
                let mut cells = out.iter_mut().zip(products);
                for (i, a) in shift.iter().enumerate() {
                    for ((cell, product), (j, b)) in cells.by_ref().take(i + 1).zip(shift.iter().enumerate()) {
                        *cell = product - a * b;
                        if i == j {
                            *cell = cell.max(0.0) + self.ridge[i];
                        }
                    }
                }
            }
            Shape::Diagonal | Shape::Spherical => {
                let variances = products
                    .iter()
                    .zip(shift)
                    .zip(&self.ridge)
                    .map(|((product, shift), ridge)| (product - shift * shift).max(0.0) + ridge);
                match out {
                    [one] if self.shape == Shape::Spherical => *one = variances.sum::<f64>() / self.dimensions() as f64,
                    _ => out.iter_mut().zip(variances).for_each(|(out, variance)| *out = variance),
                }
            }
        }
    }

    /// Writes the covariance that is left when the means of the components explain their part, regularised.
    ///
    /// The difference of two large numbers where components are far apart: it loses as many digits as the squared
    /// distance of means is larger than the spread, which the ridge outweighs at its usual size.
    pub(super) fn spread_within(&self, means: &[f64], masses: &[f64], out: &mut [f64]) {
        let (d, total) = (self.dimensions(), sum(masses.iter().copied()));
        let mut cell = 0;
        for i in 0..d {
            for j in 0..=i {
                let between = means
                    .chunks_exact(d)
                    .zip(masses)
                    .map(|(mean, mass)| mass / total * (mean[i] - self.center[i]) * (mean[j] - self.center[j]));
                out[cell] = self.scatter[cell] - sum(between);
                if i == j {
                    out[cell] = out[cell].max(0.0) + self.ridge[i];
                }
                cell += 1;
            }
        }
    }

    /// The components with these covariances, which get larger variances until they are positive definite; `None` if
    /// nothing helps.
    pub(super) fn sound(&self, means: &[f64], mut covariances: Vec<f64>) -> Option<Components> {
        let mut more = 1e-14;
        loop {
            let components = Components::new(self.shape, self.dimensions(), means.to_vec(), covariances.clone());
            if components.is_some() || more > 1e6 {
                return components;
            }
            more *= 10.0;
            self.widen(&mut covariances, more);
        }
    }

    /// Adds this part of the variances of the columns to all variances.
    ///
    /// What a covariance needs that has lost its positive definiteness to rounding, or that was never regularised.
    fn widen(&self, covariances: &mut [f64], part: f64) {
        let d = self.dimensions();
        for covariance in covariances.chunks_exact_mut(self.shape.parameters(1, d)) {
            match self.shape {
                Shape::Full | Shape::Tied => {
                    (0..d).for_each(|column| covariance[column * (column + 3) / 2] += part * self.units[column]);
                }
                Shape::Diagonal => {
                    covariance.iter_mut().zip(&self.units).for_each(|(variance, unit)| *variance += part * unit);
                }
                Shape::Spherical => covariance[0] += part * self.units.iter().sum::<f64>() / d as f64,
            }
        }
    }
}

/// The smallest and largest number of each column, of rows that count.
///
/// A row of weight 0 sets no range, but is placed by the model in the end and must be within what can be squared too.
///
/// # Errors
/// The first number in the order of rows that is too large, with its row and column.
fn ranges(points: &Points<'_>) -> Result<Vec<(f64, f64)>> {
    let none = vec![(f64::INFINITY, f64::NEG_INFINITY); points.dimensions()];
    let parts = parallel::map_chunks(points.len(), parallel::CHUNK, |rows| {
        let mut ranges = none.clone();
        for row in rows {
            for (column, value) in points.row(row).iter().enumerate() {
                if value.abs() > LARGEST {
                    return Err((row, column, *value));
                }
                if points.weight(row) > 0.0 {
                    ranges[column] = (ranges[column].0.min(*value), ranges[column].1.max(*value));
                }
            }
        }
        Ok(ranges)
    });
    let mut ranges = none;
    for part in parts {
        match part {
            Ok(part) => {
                for (range, part) in ranges.iter_mut().zip(part) {
                    *range = (range.0.min(part.0), range.1.max(part.1));
                }
            }
            Err((row, column, value)) => {
                let message =
                    format!("column {column} is {value:e}, expected a number within {LARGEST:e}; scale it down");
                return Err(Error::definition(message).at_row(row));
            }
        }
    }
    Ok(ranges)
}

/// The weighted mean of the rows: of a column that is all the same exactly its value.
///
/// Numbers are added as they differ from the smallest of their column, chunk by chunk, chunks with compensation.
fn center(points: &Points<'_>, ranges: &[(f64, f64)], total: f64) -> Vec<f64> {
    let parts = parallel::map_chunks(points.len(), parallel::CHUNK, |rows| {
        let mut sums = vec![0.0; points.dimensions()];
        for row in rows {
            let weight = points.weight(row);
            for ((sum, value), range) in sums.iter_mut().zip(points.row(row)).zip(ranges) {
                *sum += weight * (value - range.0);
            }
        }
        sums
    });
    let mean = |column: usize| ranges[column].0 + sum(parts.iter().map(|part| part[column])) / total;
    (0..points.dimensions()).map(mean).collect()
}

/// The mean products of deviations from the center that the shape needs: of all pairs of columns, or squares only.
///
/// The kernel is that of an iteration, with one component to which all rows belong.
fn scatter(points: &Points<'_>, shape: Shape, center: &[f64], total: f64) -> Vec<f64> {
    let d = center.len();
    let width = 1 + d + if shape == Shape::Full { d * (d + 1) / 2 } else { d };
    let chunk = points.len().div_ceil(16).next_multiple_of(ROWS).max(parallel::CHUNK);
    let parts = parallel::map_chunks(points.len(), chunk, |rows| {
        let (mut block, mut sums) = (Block::new(d), vec![0.0; width]);
        let (mut start, end) = (rows.start, rows.end);
        while start < end {
            block.load(points, start..end.min(start + ROWS));
            for (column, center) in block.columns.iter_mut().zip(center) {
                column.iter_mut().for_each(|value| *value -= center);
            }
            add_moments(shape, &block.columns, &block.weights, &mut sums);
            start += ROWS;
        }
        sums
    });
    (1 + d..width).map(|at| sum(parts.iter().map(|part| part[at])) / total).collect()
}
