//! Principal components: fewer columns that keep most of the variance.
//!
//! They are found from the covariances of the encoded columns, by a kept library's decomposition of symmetric
//! matrices, and applied by products alone: an encoder with components places strangers without linear algebra.
//!
//! Eigenvectors have no direction of their own. Here the entry of largest size is positive, so that two machines, and
//! scikit-learn (`svd_flip` on the components), tell the same signs.
//!
//! Components of columns on different scales are mostly those of the widest column: scale first. Categories may
//! stand among the columns; their indicators are then taken as numbers, which multiple correspondence analysis
//! does with other weights.
//!
//! The variance has the divisor n − 1, unlike scales, which have n: both as in scikit-learn.

use crate::error::{Error, Result};
use crate::math::sum::sum;
use crate::parallel;

/// Axes through the middle of the rows learnt from, at right angles, the one with the most variance first (K.
/// Pearson 1901, On lines and planes of closest fit to systems of points in space, DOI
/// 10.1080/14786440109462720).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Components {
    /// The mean of each encoded column, which is taken away first.
    pub(super) means: Vec<f64>,
    /// The directions, each of length 1, its entry of largest size positive; one number for each encoded column.
    pub(super) axes: Vec<Vec<f64>>,
    /// The variance along each, falling, never below 0.
    pub(super) variances: Vec<f64>,
    /// The variance of all columns, of which [`explained`](Components::explained) tells shares, also of
    /// components that were not kept.
    pub(super) total: f64,
}

impl Components {
    /// How many there are: the columns of a row.
    pub(super) fn len(&self) -> usize {
        self.axes.len()
    }

    /// The variance of each and its share of the variance of all columns, 0 where there is none.
    pub(super) fn explained(&self) -> Vec<(f64, f64)> {
        let share = |variance: f64| if self.total > 0.0 { variance / self.total } else { 0.0 };
        self.variances.iter().map(|variance| (*variance, share(*variance))).collect()
    }

    /// Where the cells lie along each axis.
    ///
    /// O(k d): every axis asks for every cell.
    pub(super) fn project(&self, cells: &[f64], row: &mut [f64]) {
        for (axis, out) in self.axes.iter().zip(row) {
            let parts = axis.iter().zip(cells.iter().zip(&self.means));
            *out = parts.map(|(axis, (cell, mean))| axis * (cell - mean)).sum();
        }
    }

    /// The same of many rows, in parallel: to the same bits as one by one.
    pub(super) fn project_all(&self, cells: &[f64], width: usize) -> Vec<f64> {
        let mut out = vec![0.0; cells.len() / width * self.len()];
        let rows = (1 << 12) * self.len().max(1);
        parallel::fill(&mut out, rows, |first, part| {
            let first = first / self.len().max(1);
            for (at, row) in part.chunks_mut(self.len().max(1)).enumerate() {
                self.project(&cells[(first + at) * width..(first + at + 1) * width], row);
            }
        });
        out
    }

    /// The cells that a row stands for, as near as the components come.
    ///
    /// With all components they are the cells that were projected; with fewer what is told of a row is blurred,
    /// as the share of the variance says.
    pub(super) fn invert(&self, row: &[f64]) -> Vec<f64> {
        let cell = |(at, mean): (usize, &f64)| mean + sum(self.axes.iter().zip(row).map(|(axis, x)| axis[at] * x));
        self.means.iter().enumerate().map(cell).collect()
    }

    /// Whether loaded components can be such: one number for each of `width` columns, all finite. Right angles and
    /// lengths are not asked for, rounding has touched them.
    ///
    /// # Errors
    /// If they cannot.
    pub(super) fn check(&self, width: usize) -> Result<()> {
        let finite = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        let axes = self.axes.iter().all(|axis| axis.len() == width && finite(axis));
        let shapes = self.means.len() == width && self.variances.len() == self.axes.len() && !self.axes.is_empty();
        if axes && shapes && finite(&self.means) && finite(&self.variances) && self.total.is_finite() {
            return Ok(());
        }
        Err(Error::format("components must be of finite numbers, one for each column"))
    }
}

#[cfg(feature = "cluster")]
mod learning {
    //! Learning them: the only part that needs linear algebra.
    //!
    //! The matrix of covariances is symmetric and small, as many rows as columns are encoded; what is large,
    //! the rows, is read twice, for the means and for the products.

    use nalgebra::{DMatrix, SymmetricEigen};
    use ndarray::ArrayView2;

    use crate::customer::Customers;

    use super::super::encoder::Encoder;
    use super::super::meaning::Form;
    use super::super::recipe::Reduce;
    use super::super::spread::Numbers;
    use super::{Components, Error, Result, parallel, sum};

    impl Encoder {
        /// The same with rows reduced to principal components of these customers.
        ///
        /// Customers are encoded for it once, and whom a feature leaves out plays no part.
        ///
        /// # Cost
        /// O(n d²) time in parallel and O(n d) memory, then O(d³) for the decomposition.
        ///
        /// # Errors
        /// If rows are not of numbers, what is asked for is no number of components and no share, or the
        /// variance of a column is beyond the largest number.
        pub(in super::super) fn reduced(self, reduce: Reduce, customers: &Customers) -> Result<Encoder> {
            let width = self.width();
            match reduce {
                _ if self.form() != Form::Numbers => {
                    let expected = "left out with a method that wants the meaning of columns";
                    return Err(Error::parameter("pca", expected, "a value"));
                }
                Reduce::Components(0) => return Err(Error::parameter("pca", "at least 1 component", 0)),
                Reduce::Share(share) if !(share > 0.0 && share <= 1.0) => {
                    return Err(Error::parameter("pca", "a share above 0, at most 1", share));
                }
                _ => {}
            }
            let encoded = self.encode(customers)?;
            let weights = customers.weights().map(|all| encoded.rows.iter().map(|row| all[*row]).collect::<Vec<_>>());
            let mut components = learn(encoded.matrix.view(), weights.as_deref(), &self)?;
            let asked = match reduce {
                Reduce::Components(asked) => asked,
                Reduce::Share(share) => {
                    let mut sum = 0.0;
                    let enough = components.explained().iter().position(|(_, part)| {
                        sum += part;
                        sum >= share - 1e-12
                    });
                    enough.map_or(width, |at| at + 1)
                }
            };
            components.axes.truncate(asked);
            components.variances.truncate(asked);
            let (kept, shares) = (components.len(), components.explained());
            let mut encoder = self.with_components(components);
            if asked > kept {
                encoder.note(format!("{asked} components were asked for, there are {kept} columns"));
            }
            let share: f64 = 100.0 * sum(shares.iter().map(|(_, share)| *share));
            encoder.note(format!("{kept} components have {share:.1} % of the variance of {width} columns"));
            Ok(encoder)
        }
    }

    /// All components of these rows, the one with the most variance first.
    ///
    /// Columns are centred before they are multiplied, so that large numbers with little spread do not cancel.
    /// A weight of 2 is the row twice.
    ///
    /// # Errors
    /// If a variance is beyond the largest number, with the column.
    fn learn(rows: ArrayView2<'_, f64>, weights: Option<&[f64]>, encoder: &Encoder) -> Result<Components> {
        let (count, width) = rows.dim();
        let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
        let means: Vec<f64> = parallel::map(width, |column| {
            let (values, weights) = weighty(rows.column(column).iter().copied(), weights);
            Numbers { values: &values, weights: weights.as_deref() }.moments().0
        });
        let total_weight = sum((0..count).map(weight));
        let divisor = if total_weight > 1.0 { total_weight - 1.0 } else { total_weight };
        // row by row into one matrix a chunk; at most 64 of them, whose sums are compensated
        let chunks = parallel::map_chunks(count, (count / 64).max(4096), |chunk| {
            let (mut products, mut row) = (vec![0.0; width * width], vec![0.0; width]);
            for at in chunk {
                for ((centered, cell), mean) in row.iter_mut().zip(rows.row(at)).zip(&means) {
                    *centered = cell - mean;
                }
                for (a, line) in products.chunks_exact_mut(width).enumerate() {
                    let left = weight(at) * row[a];
                    line.iter_mut().zip(&row[..=a]).for_each(|(product, right)| *product += left * right);
                }
            }
            products
        });
        let covariance = |a: usize, b: usize| sum(chunks.iter().map(|products| products[a * width + b])) / divisor;
        let covariances: Vec<Vec<f64>> = (0..width).map(|a| (0..=a).map(|b| covariance(a, b)).collect()).collect();
        if let Some(column) = covariances.iter().position(|row| !row.iter().all(|number| number.is_finite())) {
            let name = encoder.columns().get(column).map_or("", |column| column.name.as_str());
            return Err(Error::not_finite(format!("the variance of `{name}`"), f64::INFINITY));
        }
        let matrix = DMatrix::from_fn(width, width, |a, b| covariances[a.max(b)][a.min(b)]);
        let total = sum((0..width).map(|at| matrix[(at, at)]));
        let eigen = SymmetricEigen::try_new(matrix, f64::EPSILON, 1000 * width)
            .ok_or_else(|| Error::unsupported("the principal components of these columns cannot be found"))?;
        let mut order: Vec<usize> = (0..width).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
        let axis = |at: &usize| canonical(eigen.eigenvectors.column(*at).iter().copied().collect());
        let variances = order.iter().map(|at| eigen.eigenvalues[*at].max(0.0)).collect();
        Ok(Components { means, axes: order.iter().map(axis).collect(), variances, total })
    }

    /// Values with a weight above 0, and these weights: what mean and deviation ask for.
    fn weighty(values: impl Iterator<Item = f64>, weights: Option<&[f64]>) -> (Vec<f64>, Option<Vec<f64>>) {
        let Some(weights) = weights else { return (values.collect(), None) };
        let (values, weights) = values.zip(weights.iter().copied()).filter(|(_, weight)| *weight > 0.0).unzip();
        (values, Some(weights))
    }

    /// Signs that do not depend on the way the axis was found. An axis has two directions: the one in which its
    /// entry of largest size is positive, of equals the first.
    fn canonical(mut axis: Vec<f64>) -> Vec<f64> {
        let largest = axis.iter().fold(0.0, |largest: f64, entry| largest.max(entry.abs()));
        // what differs by rounding alone is equal
        let deciding = axis.iter().find(|entry| entry.abs() >= largest * (1.0 - 1e-9));
        if deciding.is_some_and(|entry| *entry < 0.0) {
            axis.iter_mut().for_each(|entry| *entry = -*entry);
        }
        axis
    }
}

#[cfg(not(feature = "cluster"))]
impl super::encoder::Encoder {
    /// Without linear algebra there are no components.
    pub(super) fn reduced(self, _: super::recipe::Reduce, _: &crate::customer::Customers) -> Result<Self> {
        Err(Error::unsupported("principal components need the cargo feature `cluster`"))
    }
}
