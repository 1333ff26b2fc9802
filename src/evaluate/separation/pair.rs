//! Two segments in units of the spread within all: how far apart, and how much they overlap on the line between.
//!
//! The pooled covariance is taken apart into independent directions (its eigenvectors). In each the difference of two means is
//! divided by the spread, and the squares add up to the squared distance: Mahalanobis' D². The line on which both are best told
//! apart is that of Fisher's discriminant (1936, DOI 10.1111/j.1469-1809.1936.tb02137.x): the inverse of the covariance times
//! the difference of the means.
//!
//! Rows are put on that line and counted: the overlap is no formula that takes the segments to be normal, it is what
//! their rows do. A row in the middle counts half for either side.

use nalgebra::{DMatrix, DVector, SymmetricEigen};

use crate::parallel;

use super::Rows;

/// Directions whose spread is below this share of the largest have none: rounding makes as much.
const NO_SPREAD: f64 = 1e-13;

/// How far two segments are apart.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct PairSeparation {
    /// The number of the first segment.
    pub first: usize,
    /// The number of the second.
    pub second: usize,
    /// The distance of the means in standard deviations within; `None` where they differ in a direction in which no segment
    /// has any spread.
    pub distance: Option<f64>,
    /// The share of the first's rows that lie nearer the second's mean, on the line on which they are best told apart.
    pub first_beyond: f64,
    /// The share of the second's rows that lie nearer the first's.
    pub second_beyond: f64,
    /// The sum of both, 1 at most.
    pub overlap: f64,
    /// The mean of s_ij and s_ji.
    pub similarity: f64,
}

/// The pooled spread within, turned so that its directions are independent.
pub(super) struct Whitened<'a> {
    rows: &'a Rows,
    /// Directions, as columns.
    directions: DMatrix<f64>,
    /// The variance in each.
    variances: Vec<f64>,
    /// Below this a variance is none.
    least: f64,
}

impl<'a> Whitened<'a> {
    /// O(n d² + d³).
    pub(super) fn of(rows: &'a Rows) -> Self {
        let d = rows.dimensions;
        let parts = parallel::map(rows.groups(), |group| {
            let mut part = vec![0.0; d * d];
            let mean = rows.mean(group);
            let mut off = vec![0.0; d];
            for at in rows.span(group) {
                off.iter_mut().zip(rows.row(at).iter().zip(mean)).for_each(|(off, (x, mean))| *off = x - mean);
                let weight = rows.weight(at);
                for (i, x) in off.iter().enumerate() {
                    let row = &mut part[i * d..i * d + i + 1];
                    row.iter_mut().zip(&off).for_each(|(sum, y)| *sum += weight * x * y);
                }
            }
            part
        });
        // the divisor takes as many rows as there are; weights were divided by the greatest, which cancels but for k
        let count: f64 = rows.sizes.iter().sum::<f64>() * rows.unit;
        let divisor = if count > rows.groups() as f64 { count - rows.groups() as f64 } else { count } / rows.unit;
        let mut pooled = DMatrix::zeros(d, d);
        for part in parts {
            for i in 0..d {
                for j in 0..=i {
                    pooled[(i, j)] += part[i * d + j] / divisor;
                }
            }
        }
        pooled.fill_upper_triangle_with_lower_triangle();
        let eigen = SymmetricEigen::new(pooled);
        let variances: Vec<f64> = eigen.eigenvalues.iter().copied().collect();
        // beside the largest spread of all and the rounding of the means themselves
        let largest = variances.iter().copied().fold(0.0, f64::max);
        let size = rows.means.iter().fold(0.0_f64, |most, x| most.max(x.abs()));
        let least = (largest * NO_SPREAD).max(size * size * f64::EPSILON * f64::EPSILON);
        Whitened { rows, directions: eigen.eigenvectors, variances, least }
    }

    /// Distance and overlap of two segments; the similarity is not known here.
    pub(super) fn pair(&self, first: usize, second: usize) -> PairSeparation {
        let (a, b) = (self.rows.mean(first), self.rows.mean(second));
        let off = DVector::from_iterator(a.len(), b.iter().zip(a).map(|(b, a)| b - a));
        let turned = self.directions.tr_mul(&off);
        let size = off.norm();
        let mut pair = PairSeparation {
            first,
            second,
            distance: Some(0.0),
            first_beyond: 0.0,
            second_beyond: 0.0,
            overlap: 0.0,
            similarity: 0.0,
        };
        let (mut squared, mut weights) = (0.0, DVector::zeros(a.len()));
        for (at, (along, variance)) in turned.iter().zip(&self.variances).enumerate() {
            if *variance > self.least {
                squared += along * along / variance;
                weights[at] = along / variance;
            } else if along.abs() > 1e-9 * size && along * along > self.least {
                return PairSeparation { distance: None, ..pair };
            }
        }
        pair.distance = Some(squared.sqrt());
        // rows beyond the middle of both means; on it they count half, so that equal means overlap wholly
        let line = &self.directions * weights;
        let middle: f64 = line.iter().zip(a.iter().zip(b)).map(|(w, (a, b))| w * (a / 2.0 + b / 2.0)).sum();
        let slack = 1e-12 * line.norm() * (size + self.variances.iter().copied().fold(0.0, f64::max).sqrt());
        let beyond = |group: usize, sign: f64| {
            let mut share = 0.0;
            for at in self.rows.span(group) {
                let along: f64 = line.iter().zip(self.rows.row(at)).map(|(w, x)| w * x).sum::<f64>() - middle;
                let side = if along.abs() <= slack { 0.5 } else { f64::from(u8::from(along * sign > 0.0)) };
                share += side * self.rows.weight(at);
            }
            (share / self.rows.sizes[group]).min(1.0)
        };
        pair.first_beyond = beyond(first, 1.0);
        pair.second_beyond = beyond(second, -1.0);
        pair.overlap = (pair.first_beyond + pair.second_beyond).min(1.0);
        pair
    }
}
