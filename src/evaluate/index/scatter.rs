//! Scatter matrices: sums of squares and products of the rows' differences from the means.
//!
//! W of all groups together, W of each group, and B of the means; T = W + B is that of all rows (S. S. Wilks 1932,
//! Certain generalizations in the analysis of variance, DOI 10.1093/biomet/24.3-4.471). Determinants are taken from
//! the Cholesky factor of the matrix with ones on its diagonal, so columns of very different units are no matter.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};

use crate::math::sum::sum;
use crate::parallel::{CHUNK, map_chunks};

use super::moments::Moments;

/// The least share of a column's scatter that the columns before it must leave unexplained.
///
/// Of less than that rounding is a part one would see.
const ROUNDING: f64 = 1e-12;

/// The sum over all groups of the scatter about their means.
///
/// O(n d²) time, O(d²) memory for each chunk.
pub(super) fn within(moments: &Moments<'_>) -> DMatrix<f64> {
    products(moments, 1, CHUNK, |_| 0).into_iter().next().unwrap_or_default()
}

/// The scatter of each group about its mean; of zeros where a group has no row that counts.
///
/// O(n d²) time; memory O(k d²), and no more than the rows for partial sums.
pub(super) fn within_each(moments: &Moments<'_>) -> Vec<DMatrix<f64>> {
    let groups = moments.rows.groups;
    products(moments, groups, CHUNK.max(groups * moments.dimensions()), |group| group)
}

/// The scatter of the means about the mean of all, by weight.
///
/// O(k d²).
pub(super) fn between(moments: &Moments<'_>) -> DMatrix<f64> {
    let d = moments.dimensions();
    let differences = moments.present.iter().map(|group| {
        let cells = moments.center(*group).iter().zip(moments.mean()).map(|(center, mean)| center - mean);
        (moments.weights[*group], cells.collect::<Vec<f64>>())
    });
    let differences: Vec<(f64, Vec<f64>)> = differences.collect();
    DMatrix::from_fn(d, d, |a, b| sum(differences.iter().map(|(weight, cells)| weight * (cells[a] * cells[b]))))
}

/// Sums of products of differences from the group's mean, in as many matrices as asked.
///
/// `into` says which matrix takes the rows of a group. Only the triangle below the diagonal is read in the end; to fill
/// both in a straight loop is quicker than half of them in a broken one.
fn products(
    moments: &Moments<'_>,
    matrices: usize,
    chunk: usize,
    into: impl Fn(usize) -> usize + Sync + Send,
) -> Vec<DMatrix<f64>> {
    let (rows, d) = (&moments.rows, moments.dimensions());
    let parts = map_chunks(rows.len(), chunk, |range| {
        let (mut all, mut differences) = (vec![0.0; matrices * d * d], vec![0.0; d]);
        rows.each(range, |group, weight, row| {
            let (near, offset) = moments.parts(group);
            let cells = row.iter().zip(near).zip(offset).map(|((value, near), offset)| (value - near) - offset);
            differences.iter_mut().zip(cells).for_each(|(difference, cell)| *difference = cell);
            let all = &mut all[into(group) * d * d..][..d * d];
            for (line, first) in all.chunks_exact_mut(d).zip(&differences) {
                let factor = weight * first;
                line.iter_mut().zip(&differences).for_each(|(cell, second)| *cell += factor * second);
            }
        });
        all
    });
    let cell =
        |matrix: usize, a: usize, b: usize| sum(parts.iter().map(|part| part[(matrix * d + a.max(b)) * d + a.min(b)]));
    (0..matrices).map(|matrix| DMatrix::from_fn(d, d, |a, b| cell(matrix, a, b))).collect()
}

/// A scatter matrix that can be inverted, in factors: its diagonal's roots, and the rest.
pub(super) struct Factor {
    roots: DVector<f64>,
    factor: Cholesky<f64, Dyn>,
}

impl Factor {
    /// The factors; `None` if the matrix is singular, also if only by what rounding leaves.
    ///
    /// O(d³).
    pub(super) fn of(matrix: &DMatrix<f64>) -> Option<Self> {
        let d = matrix.nrows();
        let roots = matrix.diagonal().map(f64::sqrt);
        if roots.iter().any(|root| !(*root > 0.0 && root.is_finite())) {
            return None;
        }
        let factor = Cholesky::new(DMatrix::from_fn(d, d, |a, b| matrix[(a, b)] / roots[a] / roots[b]))?;
        let sound = factor.l_dirty().diagonal().iter().all(|root| root * root > ROUNDING);
        sound.then_some(Factor { roots, factor })
    }

    /// The logarithm of the determinant, which seldom overflows as the determinant does.
    pub(super) fn log_determinant(&self) -> f64 {
        let diagonal = self.factor.l_dirty().diagonal();
        2.0 * sum(diagonal.iter().chain(self.roots.iter()).map(|root| root.ln()))
    }

    /// The trace of the inverse of this matrix times another.
    pub(super) fn trace_of_inverse_times(&self, other: &DMatrix<f64>) -> f64 {
        let d = other.nrows();
        let even = DMatrix::from_fn(d, d, |a, b| other[(a, b)] / self.roots[a] / self.roots[b]);
        self.factor.solve(&even).trace()
    }
}
