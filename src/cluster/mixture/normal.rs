//! Normal distributions: how dense they are at a row, and how far a row is from their middle.
//!
//! A covariance is kept with the inverse of its Cholesky factor, which turns a row into one whose columns are
//! independent with variance 1 (it whitens the row): the squared length of that is the squared Mahalanobis distance.
//! The arithmetic of a row alone and of a block of rows is the same to the last bit.
//!
//! For a covariance `C = L Lᵀ` and a mean `m` the logarithm of the density at `x` is
//! `-(d ln 2π)/2 - ln det L - |L⁻¹ (x - m)|²/2`. The inverse of the factor is computed once an iteration, so a row costs
//! a product with a triangle and no division. Of the four shapes, full takes a triangle for each component; tied whitens
//! a row once and then compares it with whitened means; diagonal and spherical multiply by inverse standard deviations.
//!
//! # Rounding
//! A row is compared with a mean before it is multiplied, never after: large means with small spreads lose nothing. With
//! tied covariances rows and means are first taken from the middle of all means, which loses what the distance between
//! components is larger than their spread.
//!
//! # Why a triangle
//! A covariance could be inverted instead, at twice the products for each row; or the row could be solved for, at a
//! division for each column. The inverse of a factor of a regularised covariance is as exact as either needs.
//!
//! The same covariances give the same factors, so a model is saved without them and places rows to the last bit as
//! before. Nothing here asks whether numbers are in range: learnt rows are, strangers are brought
//! [`within`] it, and a squared distance is cut where it would be infinite.

use nalgebra::DMatrix;

use super::block::{Block, Column, LANES, within};
use super::shape::Shape;
#[cfg(feature = "serde")]
use crate::error::{Error, Result};

/// Squared distances are cut here: far beyond it, yet still numbers.
const FARTHEST: f64 = 1e300;

/// The components of a Gaussian mixture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Components {
    pub(super) shape: Shape,
    pub(super) dimensions: usize,
    /// The means, one component after the other.
    pub(super) means: Vec<f64>,
    /// The covariances in the numbers that the shape needs: lower triangles row by row, variances, or one variance.
    pub(super) covariances: Vec<f64>,
    /// What whitens a row, in the same places: inverse Cholesky factors or inverse standard deviations.
    whitening: Vec<f64>,
    /// The logarithm of the density at the mean.
    heights: Vec<f64>,
    /// Where whitened rows begin if all components whiten alike: in the middle of the means.
    origin: Vec<f64>,
    /// The means as seen from there, whitened.
    whitened: Vec<f64>,
}

impl Components {
    /// The components with these means and covariances; `None` if a covariance is not positive definite.
    ///
    /// Factors of full covariances are computed in parallel, O(k d³).
    pub(super) fn new(shape: Shape, dimensions: usize, means: Vec<f64>, covariances: Vec<f64>) -> Option<Self> {
        let k = means.len() / dimensions;
        let parts = if shape == Shape::Tied { 1 } else { k };
        let whitened =
            crate::parallel::map(parts, |part| whiten(shape, dimensions, &covariances[shape.part(part, dimensions)]));
        let (mut whitening, mut logs) = (Vec::with_capacity(covariances.len()), Vec::with_capacity(parts));
        for part in whitened {
            let (white, log) = part?;
            whitening.extend(white);
            logs.push(log - 0.5 * dimensions as f64 * std::f64::consts::TAU.ln());
        }
        let heights = (0..k).map(|component| logs[component % parts]).collect();
        let (mut origin, mut whitened) = (Vec::new(), Vec::new());
        if shape == Shape::Tied {
            let middle =
                |column: usize| means.iter().skip(column).step_by(dimensions).map(|mean| mean / k as f64).sum();
            origin = (0..dimensions).map(middle).collect();
            for mean in means.chunks_exact(dimensions) {
                triangle(&whitening, dimensions, |column| [mean[column] - origin[column]], |_, [y]| whitened.push(y));
            }
        }
        Some(Components { shape, dimensions, means, covariances, whitening, heights, origin, whitened })
    }

    /// The components that were written as these numbers.
    ///
    /// # Errors
    /// If they are not as many as the shape needs, not finite, too large, or a covariance is not positive definite.
    #[cfg(feature = "serde")]
    pub(super) fn read(shape: Shape, d: usize, k: usize, means: Vec<f64>, covariances: Vec<f64>) -> Result<Self> {
        if d == 0 || k == 0 || d > 1 << 20 || k > 1 << 40 {
            return Err(Error::format("a mixture of no component or of no column"));
        }
        if Some(means.len()) != k.checked_mul(d) {
            return Err(Error::length("means", means.len(), k.saturating_mul(d)));
        }
        if covariances.len() != shape.parameters(k, d) {
            return Err(Error::length("covariances", covariances.len(), shape.parameters(k, d)));
        }
        if let Some(number) = means.iter().find(|number| number.is_nan() || number.abs() > super::block::LARGEST) {
            return Err(Error::not_finite("a mean", *number));
        }
        let none = || Error::format("a covariance is not positive definite");
        Components::new(shape, d, means, covariances).ok_or_else(none)
    }

    /// The variance of a column of a component that the columns before it do not explain.
    ///
    /// Where it is hardly more than the regularisation, the component is flat: a column is constant in it, or follows
    /// from others.
    pub(super) fn own_variance(&self, component: usize, column: usize) -> f64 {
        let factor = self.factor(component);
        let inverse = match self.shape {
            Shape::Full | Shape::Tied => factor[column * (column + 3) / 2],
            Shape::Diagonal => factor[column],
            Shape::Spherical => factor[0],
        };
        1.0 / (inverse * inverse)
    }

    /// How many there are, also where they share one covariance.
    pub(super) fn len(&self) -> usize {
        self.heights.len()
    }

    /// The mean of one.
    pub(super) fn mean(&self, component: usize) -> &[f64] {
        &self.means[component * self.dimensions..(component + 1) * self.dimensions]
    }

    /// What whitens a row for a component.
    fn factor(&self, component: usize) -> &[f64] {
        &self.whitening[self.shape.part(component, self.dimensions)]
    }

    /// The squared Mahalanobis distance of a row from the mean of a component.
    ///
    /// One row, no room to work in: with tied covariances the row is whitened for each component again, in the order in
    /// which a block is, so that the bits are the same.
    pub(super) fn squared(&self, component: usize, row: &[f64]) -> f64 {
        let (d, mean, factor) = (self.dimensions, self.mean(component), self.factor(component));
        let mut square = 0.0;
        match self.shape {
            Shape::Full => triangle(factor, d, |j| [within(row[j]) - mean[j]], |_, [y]| square += y * y),
            Shape::Tied => {
                let whitened = &self.whitened[component * d..(component + 1) * d];
                triangle(
                    factor,
                    d,
                    |j| [within(row[j]) - self.origin[j]],
                    |i, [y]| square += (y - whitened[i]) * (y - whitened[i]),
                );
            }
            Shape::Diagonal | Shape::Spherical => {
                for (j, (value, mean)) in row.iter().zip(mean).enumerate() {
                    let y = (within(*value) - mean) * factor[j.min(factor.len() - 1)];
                    square += y * y;
                }
            }
        }
        square.min(FARTHEST)
    }

    /// The logarithm of the density of a component at that squared distance; without its share.
    pub(super) fn log_density(&self, component: usize, squared: f64) -> f64 {
        self.heights[component] - 0.5 * squared
    }

    /// Whitens a block, where that is the same for all components.
    ///
    /// `scratch` holds a column for each column of the block. Nothing is done for the other shapes.
    pub(super) fn prepare(&self, block: &Block, scratch: &mut [Column]) {
        if self.shape != Shape::Tied {
            return;
        }
        for (j, (out, column)) in scratch.iter_mut().zip(&block.columns).enumerate() {
            for (out, value) in out.iter_mut().zip(column) {
                *out = value - self.origin[j];
            }
        }
        for tile in 0..tiles() {
            // from the last row of the triangle up: what a row needs is not yet overwritten
            let mut end = self.whitening.len();
            for i in (0..self.dimensions).rev() {
                let factors = &self.whitening[end - i - 1..end];
                end -= i + 1;
                let mut y = [0.0; LANES];
                for (factor, column) in factors.iter().zip(scratch.iter()) {
                    add_scaled(&mut y, *factor, &tile_of(column, tile));
                }
                scratch[i].as_chunks_mut::<LANES>().0[tile] = y;
            }
        }
    }

    /// Writes the logarithm of the density of a component at each row of a block that is [prepared](Self::prepare).
    ///
    /// With full covariances `scratch` is filled with the rows as seen from the mean; with tied it is read; else it is
    /// not touched.
    pub(super) fn log_densities(&self, component: usize, block: &Block, scratch: &mut [Column], out: &mut Column) {
        let (d, factor) = (self.dimensions, self.factor(component));
        if self.shape == Shape::Full {
            self.center(component, block, scratch);
        }
        for (tile, out) in out.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
            let mut squares = [0.0; LANES];
            match self.shape {
                Shape::Full => {
                    triangle(factor, d, |j| tile_of(&scratch[j], tile), |_, y| add_squares(&mut squares, &y));
                }
                Shape::Tied => {
                    let whitened = &self.whitened[component * d..(component + 1) * d];
                    for (column, mean) in scratch.iter().zip(whitened) {
                        add_squares(&mut squares, &tile_of(column, tile).map(|y| y - mean));
                    }
                }
                Shape::Diagonal | Shape::Spherical => {
                    for (j, (column, mean)) in block.columns.iter().zip(self.mean(component)).enumerate() {
                        let factor = factor[j.min(factor.len() - 1)];
                        add_squares(&mut squares, &tile_of(column, tile).map(|x| (x - mean) * factor));
                    }
                }
            }
            *out = squares.map(|square| self.log_density(component, square.min(FARTHEST)));
        }
    }

    /// Writes the rows of a block as seen from the mean of a component.
    pub(super) fn center(&self, component: usize, block: &Block, out: &mut [Column]) {
        for ((out, column), mean) in out.iter_mut().zip(&block.columns).zip(self.mean(component)) {
            for (out, value) in out.iter_mut().zip(column) {
                *out = value - mean;
            }
        }
    }
}

/// How many goes of the innermost loops a block takes.
fn tiles() -> usize {
    super::block::ROWS / LANES
}

/// The numbers of one go.
#[inline(always)]
fn tile_of(column: &Column, tile: usize) -> [f64; LANES] {
    column.as_chunks::<LANES>().0[tile]
}

/// Adds a multiple of some numbers to sums.
#[inline(always)]
fn add_scaled<const T: usize>(sums: &mut [f64; T], factor: f64, values: &[f64; T]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += factor * value;
    }
}

/// Adds the squares of some numbers to sums.
#[inline(always)]
fn add_squares<const T: usize>(sums: &mut [f64; T], values: &[f64; T]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value * value;
    }
}

/// A lower triangle times the cells of a row, for some rows at once: gives each element of the product to `each`.
///
/// `factors` holds the triangle row by row; `cell` gives a column of the rows. Sums go from the first column on, for one
/// row as for many.
fn triangle<const T: usize>(
    factors: &[f64],
    dimensions: usize,
    cell: impl Fn(usize) -> [f64; T],
    mut each: impl FnMut(usize, [f64; T]),
) {
    let mut factors = factors.iter();
    for i in 0..dimensions {
        let mut y = [0.0; T];
        for (j, factor) in factors.by_ref().take(i + 1).enumerate() {
            add_scaled(&mut y, *factor, &cell(j));
        }
        each(i, y);
    }
}

/// What whitens rows of this covariance, and the logarithm of the determinant of that; `None` if the covariance is not
/// positive definite or what comes of it not finite.
fn whiten(shape: Shape, dimensions: usize, covariance: &[f64]) -> Option<(Vec<f64>, f64)> {
    let (white, log) = match shape {
        Shape::Full | Shape::Tied => {
            let mut matrix = DMatrix::zeros(dimensions, dimensions);
            let mut cells = covariance.iter();
            for i in 0..dimensions {
                for (j, cell) in cells.by_ref().take(i + 1).enumerate() {
                    matrix[(i, j)] = *cell;
                    matrix[(j, i)] = *cell;
                }
            }
            let factor = matrix.cholesky()?.unpack();
            let inverse = factor.solve_lower_triangular(&DMatrix::identity(dimensions, dimensions))?;
            let white = (0..dimensions).flat_map(|i| (0..=i).map(move |j| (i, j))).map(|cell| inverse[cell]).collect();
            let log = (0..dimensions).map(|i| inverse[(i, i)].ln()).sum::<f64>();
            (white, log)
        }
        Shape::Diagonal | Shape::Spherical => {
            let white: Vec<f64> = covariance.iter().map(|variance| 1.0 / variance.sqrt()).collect();
            let log: f64 = white.iter().map(|inverse| inverse.ln()).sum();
            let repeats = if shape == Shape::Spherical { dimensions as f64 } else { 1.0 };
            (white, repeats * log)
        }
    };
    let good = log.is_finite() && white.iter().all(|value: &f64| value.is_finite());
    good.then_some((white, log))
}
