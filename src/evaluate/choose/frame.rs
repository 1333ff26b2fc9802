//! W, the squared distances of rows to the mean of their group: what elbow, gap and others are made of.
//!
//! Rows are moved by the first and shrunk by a power of two before anything is squared, so that numbers of 1e300 or of
//! 1e-300 neither overflow nor vanish; the shrinking is exact, and is undone at the end.

use crate::cluster::Points;
use crate::error::{Error, Result};
use crate::features::encoding::{Form, Meaning};
use crate::math::sum::sum;

/// Where rows are moved to and by what they are shrunk.
#[derive(Clone, Debug)]
pub(in crate::evaluate) struct Frame {
    shift: Vec<f64>,
    scale: f64,
}

/// The label of a row in no group.
pub(in crate::evaluate) const NONE: u32 = u32::MAX;

/// The labels of a method as plain numbers.
pub(in crate::evaluate) fn plain(labels: &[Option<u32>]) -> Vec<u32> {
    labels.iter().map(|label| label.unwrap_or(NONE)).collect()
}

impl Frame {
    /// The frame of these rows.
    ///
    /// # Errors
    /// If they are not all known numbers, or differences of rows overflow.
    pub(in crate::evaluate) fn of(points: &Points<'_>) -> Result<Self> {
        let category = (0..points.dimensions()).any(|column| points.meaning(column) == Meaning::Category);
        if category || points.check(Form::Numbers).is_err() {
            return Err(Error::unsupported("needs rows of numbers without categories and missing values"));
        }
        let shift = points.row(0).to_vec();
        let mut most = 0.0_f64;
        for row in points.data().chunks(shift.len()) {
            most = row.iter().zip(&shift).fold(most, |most, (x, s)| most.max((x - s).abs()));
        }
        if most.is_infinite() {
            return Err(Error::unsupported("differences of rows are beyond the largest number"));
        }
        // a power of two near 1 / most; below the smallest normal number the largest power there is
        let exponent = if most > 0.0 { most.log2().floor().clamp(-1000.0, 1000.0) } else { 0.0 };
        Ok(Frame { shift, scale: (-exponent).exp2() })
    }

    /// W of these groups in the frame's unit; rows in no group add nothing. O(n d).
    pub(in crate::evaluate) fn within(&self, points: &Points<'_>, labels: &[u32]) -> f64 {
        let width = self.shift.len();
        let groups = labels.iter().filter(|label| **label != NONE).max().map_or(0, |most| *most as usize + 1);
        let (mut means, mut weights) = (vec![0.0; groups * width], vec![0.0; groups]);
        let rows = || (0..points.len()).zip(labels).filter(|(_, label)| **label != NONE);
        for (row, label) in rows() {
            let (group, weight) = (*label as usize, points.weight(row));
            weights[group] += weight;
            let mean = &mut means[group * width..(group + 1) * width];
            for ((mean, x), shift) in mean.iter_mut().zip(points.row(row)).zip(&self.shift) {
                *mean += weight * ((x - shift) * self.scale);
            }
        }
        for (mean, weight) in means.chunks_mut(width).zip(&weights) {
            mean.iter_mut().for_each(|x| *x /= if *weight > 0.0 { *weight } else { 1.0 });
        }
        sum(rows().map(|(row, label)| {
            let mean = &means[*label as usize * width..(*label as usize + 1) * width];
            let cells = points.row(row).iter().zip(&self.shift).zip(mean);
            points.weight(row) * cells.map(|((x, shift), mean)| ((x - shift) * self.scale - mean).powi(2)).sum::<f64>()
        }))
    }

    /// A W in the unit of the rows; infinite or 0 if no number can hold it.
    pub(in crate::evaluate) fn in_units(&self, within: f64) -> f64 {
        within / self.scale / self.scale
    }

    /// The logarithm of a W in the unit of the rows, which there is where the W itself is beyond all numbers.
    pub(in crate::evaluate) fn logarithm(&self, within: f64) -> f64 {
        within.ln() - 2.0 * self.scale.ln()
    }

    /// A row in the frame, written to `out`.
    pub(in crate::evaluate) fn enter(&self, row: &[f64], out: &mut [f64]) {
        for ((out, x), shift) in out.iter_mut().zip(row).zip(&self.shift) {
            *out = (x - shift) * self.scale;
        }
    }

    /// A number of a row of the frame, in the unit of the rows.
    pub(in crate::evaluate) fn leave(&self, column: usize, value: f64) -> f64 {
        value / self.scale + self.shift[column]
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]
mod tests {
    use super::Frame;
    use crate::cluster::Points;

    #[test]
    fn it_is_the_scatter_within_at_any_size() {
        for unit in [1.0, 1e150, 1e-200, 1e-308] {
            let rows = [0.0, 2.0, 10.0, 14.0, 12.0].map(|x| x * unit);
            let matrix = ndarray::ArrayView2::from_shape((5, 1), &rows).unwrap();
            let points = Points::new(matrix);
            let frame = Frame::of(&points).unwrap();
            let within = frame.within(&points, &[0, 0, 1, 1, 1]);
            let ratio = within / frame.within(&points, &[0; 5]);
            assert!((ratio - 10.0 / 155.2).abs() < 1e-12, "{unit}: {ratio}");
            if unit == 1.0 {
                assert_eq!(frame.in_units(within), 10.0);
            }
        }
    }
}
