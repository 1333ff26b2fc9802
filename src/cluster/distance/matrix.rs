//! The distances between all pairs of rows.

use ndarray::ArrayView2;

use crate::cluster::points::Points;
use crate::error::{Error, Result};
use crate::features::encoding::Form;
use crate::parallel;

use super::{Distance, Measure};

/// The most rows: 46,340 need 8.6 GB.
pub(crate) const MOST: usize = 46_340;

/// Distances in a chunk of work.
const CHUNK: usize = 1 << 16;

/// The distances between all pairs of rows, each pair once.
///
/// ```
/// use segmentry::cluster::{Distances, KMedoids};
///
/// // journeys between towns, in minutes: no coordinates, only distances
/// let minutes = Distances::from_condensed(4, vec![10.0, 80.0, 90.0, 85.0, 95.0, 12.0])?;
/// assert_eq!((minutes.get(0, 1), minutes.get(3, 2)), (10.0, 12.0));
/// let found = KMedoids::new(2).find_in(&minutes)?;
/// assert_eq!(found.labels, [0, 0, 1, 1]);
/// assert_eq!((found.loss, found.rows), (22.0, vec![0, 2]));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// 4 n² bytes for n rows: 100 MB for 5,000, 1.6 GB for 20,000. Numbers are of 64 bits: halves of them would save half
/// the memory, and make ties of what is none.
#[derive(Clone, Debug, PartialEq)]
pub struct Distances {
    len: usize,
    /// 0 to 1, 0 to 2 …, 1 to 2, 1 to 3 …
    values: Vec<f64>,
}

impl Distances {
    /// Measures all pairs of rows, in parallel.
    ///
    /// O(n² d / 2). The same bits on any number of threads.
    ///
    /// # Errors
    /// If the rows are not such that they can be measured, there are more than 46,340 of them, or a pair has nothing
    /// in common that can be compared (Gower only: each column is missing in one of the two, or is an asymmetric flag
    /// that is 0 in both).
    pub fn of(points: &Points<'_>, distance: &Distance) -> Result<Self> {
        points.check(Form::MeaningsOrMissing)?;
        Measure::accepts(distance, points)?;
        Distances::measured(points, &Measure::new(distance, points)?, |row| row)
    }

    /// Measures rows that were checked, with a measure that was learnt; an error calls rows by the numbers that
    /// `name` gives them.
    pub(in crate::cluster) fn measured(
        points: &Points<'_>,
        measure: &Measure,
        name: impl Fn(usize) -> usize,
    ) -> Result<Self> {
        let out = Distances::fill(points.len(), measure.against(points))?;
        if let Some(undefined) = out.values.iter().position(|distance| distance.is_nan()) {
            let (row, other) = out.pair(undefined);
            let (row, other) = (name(row), name(other));
            let message = format!("no column can be compared with row {other}: each is missing or absent in both");
            return Err(Error::definition(message).at_row(row));
        }
        Ok(out)
    }

    /// Takes a function of two rows as the distance; the first row is the smaller.
    ///
    /// # Errors
    /// If a distance is negative or not finite, or there are more than 46,340 rows.
    pub fn from_fn(len: usize, distance: impl Fn(usize, usize) -> f64 + Sync + Send) -> Result<Self> {
        let out = Distances::fill(len, |row, first, out| {
            for (other, out) in out.iter_mut().enumerate() {
                *out = distance(row, first + other);
            }
        })?;
        out.checked()
    }

    /// Takes distances as scipy's `pdist` and R's `dist` order them: 0 to 1, 0 to 2 …, 1 to 2, 1 to 3 ….
    ///
    /// # Errors
    /// If they are not `len * (len - 1) / 2`, or one is negative or not finite.
    pub fn from_condensed(len: usize, values: Vec<f64>) -> Result<Self> {
        let expected = len * len.saturating_sub(1) / 2;
        if values.len() != expected {
            return Err(Error::length("distances", values.len(), expected));
        }
        Distances { len, values }.checked()
    }

    /// Takes a square matrix.
    ///
    /// # Errors
    /// If it is not square, not symmetric, not zero in the diagonal, or a distance is negative or not finite.
    pub fn from_square(matrix: ArrayView2<'_, f64>) -> Result<Self> {
        let (len, width) = matrix.dim();
        if len != width {
            return Err(Error::length("columns of a square of distances", width, len));
        }
        for row in 0..len {
            for column in 0..=row {
                let (distance, back) = (matrix[[row, column]], matrix[[column, row]]);
                if row == column && distance != 0.0 {
                    return Err(Error::parameter("distance to itself", "0", distance).at_row(row));
                }
                if distance != back {
                    let expected = format!("the same both ways, {back} for column {column}");
                    return Err(Error::parameter("distance", expected, distance).at_row(row));
                }
            }
        }
        Distances::from_fn(len, |row, column| matrix[[row, column]])
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How far two rows are from each other, which must be there.
    pub fn get(&self, a: usize, b: usize) -> f64 {
        match a.cmp(&b) {
            std::cmp::Ordering::Less => self.values[self.at(a, b)],
            std::cmp::Ordering::Equal => 0.0,
            std::cmp::Ordering::Greater => self.values[self.at(b, a)],
        }
    }

    /// All distances: 0 to 1, 0 to 2 …, 1 to 2, 1 to 3 ….
    pub fn condensed(&self) -> &[f64] {
        &self.values
    }

    /// Where the distance of a pair stands; the first is the smaller.
    fn at(&self, a: usize, b: usize) -> usize {
        a * (2 * self.len - a - 1) / 2 + b - a - 1
    }

    /// The pair whose distance stands there.
    fn pair(&self, place: usize) -> (usize, usize) {
        let (mut row, mut beyond) = (0, self.len - 1);
        while beyond - row > 1 {
            let middle = row.midpoint(beyond);
            if self.at(middle, middle + 1) <= place {
                row = middle;
            } else {
                beyond = middle;
            }
        }
        (row, row + 1 + place - self.at(row, row + 1))
    }

    /// Writes the distances of these rows to all rows, row after row: runs of memory are read, never single numbers.
    pub(crate) fn rows(&self, rows: std::ops::Range<usize>, out: &mut [f64]) {
        let len = self.len;
        for row in rows.clone() {
            let out = &mut out[(row - rows.start) * len..(row - rows.start + 1) * len];
            out[row] = 0.0;
            if row + 1 < len {
                let run = self.at(row, row + 1);
                out[row + 1..].copy_from_slice(&self.values[run..run + len - row - 1]);
            }
        }
        for other in 0..rows.end {
            let first = rows.start.max(other + 1);
            if first < rows.end {
                let run = self.at(other, first);
                for (distance, row) in self.values[run..].iter().zip(first..rows.end) {
                    out[(row - rows.start) * len + other] = *distance;
                }
            }
        }
    }

    /// Has `work` write the distances of a row to those from another on, in chunks of even size.
    /// Chunks have the same number of distances and not of rows, of which the first have the longest runs: all
    /// threads are done at the same time.
    ///
    /// # Errors
    /// If there are too many rows, or no memory for them.
    fn fill(len: usize, work: impl Fn(usize, usize, &mut [f64]) + Sync + Send) -> Result<Self> {
        if len > MOST {
            let expected = format!("at most {MOST} where all distances are held; `clara` takes any number");
            return Err(Error::parameter("rows", expected, len));
        }
        let count = len * len.saturating_sub(1) / 2;
        if Vec::<f64>::new().try_reserve_exact(count).is_err() {
            return Err(Error::unsupported(format!("no memory for the distances of {len} rows; `clara` takes less")));
        }
        // zeros that the system hands out page by page, to the thread that writes first
        let mut values = vec![0.0; count];
        let mut distances = Distances { len, values: Vec::new() };
        parallel::fill(&mut values, CHUNK, |first, mut part| {
            // the row whose run holds the first of this chunk
            let (mut row, mut other) = distances.pair(first);
            while !part.is_empty() {
                let (run, rest) = part.split_at_mut((len - other).min(part.len()));
                work(row, other, run);
                (part, row, other) = (rest, row + 1, row + 2);
            }
        });
        distances.values = values;
        Ok(distances)
    }

    /// Refuses what is no distance.
    /// # Errors
    /// If one is negative or not finite.
    fn checked(self) -> Result<Self> {
        match self.values.iter().find(|distance| !(distance.is_finite() && **distance >= 0.0)) {
            None => Ok(self),
            Some(bad) => Err(Error::parameter("distance", "a finite number of at least 0", bad)),
        }
    }
}
