//! What rows say of normal distributions: their means and covariances, each row as far as it belongs to them.
//!
//! A component needs three sums of its rows, each row by its degree of membership: of weights, of deviations, and of
//! products of deviations, as many as the shape has room for. Deviations are taken from the mean that the component had
//! in the iteration before. So the sums are small when the iteration comes to rest, and the covariance, which is the
//! difference of the mean product and the product of mean deviations, keeps its digits even where means are large and
//! spreads small. With one covariance for all components products need not be added at all: see
//! [`Ground::spread_within`].
//!
//! # Why not after the pass
//! Memberships could be kept and the sums made afterwards, as other implementations do it: the rows would be read twice,
//! and `n k` memberships written and read. Here a block of rows is in the nearest cache when its memberships are known.
//!
//! The kernel works on a block of rows column by column. Weighted deviations of one column are multiplied with those of
//! each column before it, so of each pair of columns one product is taken, and each product is a loop over rows without
//! a branch.

use super::block::{Block, Column, dot, total};
use super::emission::Emission;
use super::ground::Ground;
use super::normal::Components;
use super::shape::Shape;

/// Room to work in.
#[derive(Debug)]
pub(super) struct Scratch {
    /// The block whitened, if all components whiten alike.
    whitened: Vec<Column>,
    /// The block as seen from one component.
    centered: Vec<Column>,
}

impl Emission for Ground {
    type Components = Components;
    type Scratch = Scratch;

    /// Two copies of a block.
    fn scratch(&self) -> Scratch {
        let columns = vec![[0.0; super::block::ROWS]; self.dimensions()];
        Scratch { whitened: columns.clone(), centered: columns }
    }

    /// Weight, sums of deviations, and sums of their products as far as the shape needs them.
    fn width(&self) -> usize {
        let d = self.dimensions();
        match self.shape {
            Shape::Full => 1 + d + d * (d + 1) / 2,
            Shape::Tied => 1 + d,
            Shape::Diagonal | Shape::Spherical => 1 + 2 * d,
        }
    }

    /// Whitens the block once where all components whiten alike; else does nothing.
    fn prepare(&self, components: &Components, block: &Block, scratch: &mut Scratch) {
        components.prepare(block, &mut scratch.whitened);
    }

    /// Uses the room that [`prepare`](Emission::prepare) has filled, where it has, and else room of its own.
    fn log_density(
        &self,
        components: &Components,
        component: usize,
        block: &Block,
        scratch: &mut Scratch,
        out: &mut Column,
    ) {
        let scratch = if self.shape == Shape::Tied { &mut scratch.whitened } else { &mut scratch.centered };
        components.log_densities(component, block, scratch, out);
    }

    /// Deviations are taken from the mean of the iteration before, so that squares of large means do not cancel.
    fn add(
        &self,
        components: &Components,
        component: usize,
        block: &Block,
        degrees: &Column,
        scratch: &mut Scratch,
        sums: &mut [f64],
    ) {
        components.center(component, block, &mut scratch.centered);
        add_moments(self.shape, &scratch.centered, degrees, sums);
    }

    /// Means move by the mean deviation; covariances are made anew and regularised.
    ///
    /// A component without rows keeps what it had. If a covariance is no covariance, whatever is added to its variances,
    /// all components keep what they had.
    fn learn(&self, components: &Components, sums: &[f64]) -> Components {
        let (d, width) = (self.dimensions(), self.width());
        let mut means = components.means.clone();
        let mut covariances = components.covariances.clone();
        for (component, sums) in sums.chunks_exact(width).enumerate() {
            let mass = sums[0];
            if !(mass > 0.0 && mass.is_normal()) {
                continue;
            }
            let shift: Vec<f64> = sums[1..=d].iter().map(|sum| sum / mass).collect();
            for (mean, shift) in means[component * d..(component + 1) * d].iter_mut().zip(&shift) {
                *mean += shift;
            }
            if self.shape != Shape::Tied {
                let products: Vec<f64> = sums[1 + d..].iter().map(|sum| sum / mass).collect();
                let covariance = &mut covariances[self.shape.part(component, d)];
                self.spread_of(&products, &shift, covariance);
            }
        }
        if self.shape == Shape::Tied {
            let masses: Vec<f64> = sums.chunks_exact(width).map(|sums| sums[0]).collect();
            self.spread_within(&means, &masses, &mut covariances);
        }
        self.sound(&means, covariances).unwrap_or_else(|| components.clone())
    }

    /// The component has its mean at the row and the covariance of all rows, as at a start from given means.
    fn revive(&self, components: &mut Components, component: usize, row: &[f64]) {
        let (d, mut means) = (self.dimensions(), components.means.clone());
        let mut covariances = components.covariances.clone();
        means[component * d..(component + 1) * d].copy_from_slice(row);
        if self.shape != Shape::Tied {
            covariances[self.shape.part(component, d)].copy_from_slice(&self.spread());
        }
        if let Some(revived) = self.sound(&means, covariances) {
            *components = revived;
        }
    }
}

/// Adds the weight of rows, their deviations and the products of these that the shape needs.
///
/// `sums` holds the weight, then a deviation for each column, then products: a lower triangle row by row if the shape is
/// full, none if it is tied, squares otherwise.
pub(super) fn add_moments(shape: Shape, centered: &[Column], degrees: &Column, sums: &mut [f64]) {
    let d = centered.len();
    sums[0] += total(degrees);
    let (firsts, seconds) = sums[1..].split_at_mut(d);
    let mut seconds = seconds.iter_mut();
    let mut weighted = [0.0; super::block::ROWS];
    for (i, column) in centered.iter().enumerate() {
        for ((weighted, degree), value) in weighted.iter_mut().zip(degrees).zip(column) {
            *weighted = degree * value;
        }
        firsts[i] += total(&weighted);
        let others = match shape {
            Shape::Full => &centered[..=i],
            Shape::Tied => &[],
            Shape::Diagonal | Shape::Spherical => &centered[i..=i],
        };
        for (other, second) in others.iter().zip(seconds.by_ref()) {
            *second += dot(&weighted, other);
        }
    }
}
