//! The door for sizes of numbers: behind it a square, a sum of squares and a weighted sum are numbers that count.
//!
//! The square of 1e200 is no number and that of 1e-200 is 0: a method that sums squares would answer with NaN, or find
//! that all rows are alike. It is said instead, with the column, before anything is learnt.

use crate::error::{Error, Result};
use crate::parallel;

use super::super::points::Points;
use super::measure::Rows;

/// The largest number, in either direction, whose square may be summed with weights.
const LARGEST: f64 = 1e100;

/// The least spread of a column whose square is still a number.
const LEAST: f64 = 1e-100;

/// Whether squares of differences of these rows can be summed, and the rows.
///
/// O(n d).
///
/// # Errors
/// As [`largest`] and [`weights`]; and if the widest column spans less than 1e-100 without being constant.
pub(crate) fn squares<'a>(points: &'a Points<'_>) -> Result<Rows<'a>> {
    let (column, spread) = largest(points)?;
    if spread > 0.0 && spread < LEAST {
        let (name, found) = (format!("spread of column {column}"), format!("{spread:e}"));
        return Err(Error::parameter(name, "at least 1e-100; scale it", found));
    }
    weights(points)?;
    Ok(Rows { data: points.data(), dimensions: points.dimensions(), weights: points.row_weights() })
}

/// Whether no number is too large for its square to be summed; the column that spans most, and how much it spans.
///
/// # Errors
/// If a number is beyond ±1e100: scale it to a unit that suits it.
pub(crate) fn largest(points: &Points<'_>) -> Result<(usize, f64)> {
    let dimensions = points.dimensions();
    let chunks = parallel::map_chunks(points.len(), parallel::CHUNK, |rows| {
        let cells = &points.data()[rows.start * dimensions..rows.end * dimensions];
        let (mut low, mut high) = (vec![f64::INFINITY; dimensions], vec![f64::NEG_INFINITY; dimensions]);
        for row in cells.chunks_exact(dimensions) {
            for ((low, high), x) in low.iter_mut().zip(&mut high).zip(row) {
                *low = low.min(*x);
                *high = high.max(*x);
            }
        }
        (low, high)
    });
    let mut widest = (0, 0.0);
    for column in 0..dimensions {
        let low = chunks.iter().map(|(low, _)| low[column]).fold(f64::INFINITY, f64::min);
        let high = chunks.iter().map(|(_, high)| high[column]).fold(f64::NEG_INFINITY, f64::max);
        let far = if -low > high { low } else { high };
        if far.abs() > LARGEST {
            let found = format!("{far:e}");
            return Err(Error::parameter(format!("column {column}"), "between -1e100 and 1e100; scale it", found));
        }
        if high - low > widest.1 {
            widest = (column, high - low);
        }
    }
    Ok(widest)
}

/// Whether weighted sums of these rows are numbers that count.
///
/// # Errors
/// If the weights are together not between 1e-100 and 1e100.
pub(crate) fn weights(points: &Points<'_>) -> Result<()> {
    let total = points.total_weight();
    if !(LEAST..=LARGEST).contains(&total) {
        return Err(Error::parameter("weights", "together between 1e-100 and 1e100", format!("{total:e}")));
    }
    Ok(())
}
