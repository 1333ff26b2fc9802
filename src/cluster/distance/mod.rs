//! How far two rows are from each other, in a measure that fits what their columns mean.
//!
//! [`Distance`] names a measure. [`Measure`] is that measure with what it had to learn of the columns, such as their
//! ranges; it is saved with a model, so that strangers are measured with the same ruler. [`Distances`] holds the
//! distances between all pairs of rows.

mod columns;
mod gower;
mod matrix;

use crate::error::{Error, Result};
use crate::features::encoding::{Form, Meaning};

use super::points::Points;
use columns::Plain;
use gower::Columns;

pub use matrix::Distances;

/// The largest size of a number: differences, sums of many columns and sums over many rows stay finite.
const LARGEST: f64 = 1e300;

/// A measure of how far two rows are from each other.
///
/// Which to take follows from what the columns mean: [`Gower`](Distance::Gower) for columns of different kinds and for
/// what is missing, [`Jaccard`](Distance::Jaccard) for sets of things that were bought or ticked,
/// [`Hamming`](Distance::Hamming) for categories, the others for numbers of one scale.
///
/// # Missing values
/// Gower leaves out what is missing in either row; the others refuse it.
///
/// # References
/// J. C. Gower 1971, A general coefficient of similarity and some of its properties, DOI 10.2307/2528823;
/// L. Kaufman and P. J. Rousseeuw 1990, Finding groups in data, chapter 1, DOI 10.1002/9780470316801.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Distance {
    /// The mean over columns of a difference from 0 to 1, each column by its [`Meaning`]: numbers and ranks by their
    /// range, categories and symmetric flags by being unequal, asymmetric flags in the same way but left out where
    /// both are 0.
    #[default]
    Gower,
    /// [`Gower`](Distance::Gower) with the weighted mean: how much each column counts.
    WeightedGower(Vec<f64>),
    /// The straight line.
    Euclidean,
    /// The sum of the differences: city blocks.
    Manhattan,
    /// The largest of the differences.
    Chebyshev,
    /// One less the cosine of the angle, from 0 to 2. A row of zeros has no direction: it is 0 from another such row
    /// and 1 from all others.
    Cosine,
    /// The share of what only one of two sets holds among what either holds; two empty sets are equal. Columns are 0
    /// or 1.
    Jaccard,
    /// The share of columns that are not equal.
    Hamming,
}

impl Distance {
    /// The form of rows that it can measure.
    /// A method on distances takes every form and asks its distance, since only that knows.
    fn form(&self) -> Form {
        match self {
            Distance::Gower | Distance::WeightedGower(_) => Form::MeaningsOrMissing,
            Distance::Jaccard | Distance::Hamming => Form::Meanings,
            _ => Form::Numbers,
        }
    }
}

/// Writes how far a row is from the rows from another on.
pub(crate) type Against<'a> = Box<dyn Fn(usize, usize, &mut [f64]) + Sync + Send + 'a>;

/// What measures rows against rows without holding the distances: for those who walk all pairs and keep sums only.
///
/// A distance is NaN where nothing in the two rows can be compared.
///
/// # Errors
/// As [`Distances::of`], but for the number of rows and for pairs that cannot be compared.
#[cfg(feature = "evaluate")]
pub(crate) fn against<'a>(points: Points<'a>, distance: &Distance) -> Result<Against<'a>> {
    points.check(Form::MeaningsOrMissing)?;
    Measure::accepts(distance, &points)?;
    let measure = Measure::new(distance, &points)?;
    Ok(measure.by_columns(&points).unwrap_or_else(|| measure.one_by_one(points)))
}

/// Sums of squares that neither overflowed nor lost digits.
const SQUARES: std::ops::RangeInclusive<f64> = 1e-280..=f64::MAX;

/// A measure with what it learnt of the columns.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(deny_unknown_fields))]
pub(super) struct Measure {
    /// Which measure.
    distance: Distance,
    /// What Gower's measure knows of each column; of other measures nothing.
    columns: Vec<gower::Column>,
}

impl Measure {
    /// Whether the measure is for rows that [`Points::check`] has let in with missing values.
    ///
    /// # Errors
    /// If it is not for such columns, or a number is larger than 1e300 in size.
    pub(super) fn accepts(distance: &Distance, points: &Points<'_>) -> Result<()> {
        if distance.form() != Form::MeaningsOrMissing {
            points.check(distance.form())?;
        }
        let dimensions = points.dimensions();
        for (cell, value) in points.data().iter().enumerate() {
            let refuse = |expected: &str| {
                let column = format!("column {}", cell % dimensions);
                Err(Error::parameter(column, expected, value).at_row(cell / dimensions))
            };
            if value.abs() > LARGEST {
                return refuse("at most 1e300 in size");
            }
            if *distance == Distance::Jaccard && *value != 0.0 && *value != 1.0 {
                return refuse("0 or 1 for the Jaccard distance");
            }
        }
        Ok(())
    }

    /// Learns what it must know of the columns of rows that it [`accepts`](Measure::accepts).
    ///
    /// # Errors
    /// If weights of columns are not as many as columns, negative, not finite, or all zero.
    pub(super) fn new(distance: &Distance, points: &Points<'_>) -> Result<Self> {
        let columns = match distance {
            Distance::Gower => gower::learn(points, &[])?,
            Distance::WeightedGower(weights) => gower::learn(points, weights)?,
            _ => Vec::new(),
        };
        Ok(Measure { distance: distance.clone(), columns })
    }

    /// How far two rows are from each other; NaN if nothing in them can be compared.
    ///
    /// The same bits whichever comes first, and the same as in [`Distances`].
    pub(super) fn between(&self, a: &[f64], b: &[f64]) -> f64 {
        match self.distance {
            Distance::Gower | Distance::WeightedGower(_) => gower::between(&self.columns, a, b),
            Distance::Euclidean => euclidean(a, b),
            Distance::Manhattan => a.iter().zip(b).map(|(x, y)| (x - y).abs()).sum(),
            Distance::Chebyshev => a.iter().zip(b).fold(0.0, |most, (x, y)| f64::max(most, (x - y).abs())),
            Distance::Cosine => cosine(a, b),
            Distance::Jaccard => jaccard(a, b),
            Distance::Hamming => a.iter().zip(b).filter(|(x, y)| x != y).count() as f64 / a.len() as f64,
        }
    }

    /// How far a row is from another that may be a stranger: 1 where nothing can be compared, which is as far as
    /// Gower's measure goes.
    pub(super) fn to_stranger(&self, known: &[f64], stranger: &[f64]) -> f64 {
        let distance = self.between(known, stranger);
        if distance.is_nan() { 1.0 } else { distance.min(f64::MAX) }
    }

    /// Whether a value may be missing.
    pub(super) fn takes_missing(&self) -> bool {
        self.distance.form() == Form::MeaningsOrMissing
    }

    /// What measures one row against many, faster than pair by pair and to the same bits, where there is such.
    fn against<'a>(&self, points: &'a Points<'_>) -> Against<'a> {
        self.by_columns(points).unwrap_or_else(|| self.one_by_one(points))
    }

    /// Measures whose rows are turned into columns; they keep a copy of the rows.
    fn by_columns(&self, points: &Points<'_>) -> Option<Against<'static>> {
        match self.distance {
            Distance::Gower | Distance::WeightedGower(_) => {
                let columns = Columns::new(points, &self.columns);
                Some(Box::new(move |row, first, out| columns.against(row, first, out)))
            }
            Distance::Euclidean | Distance::Manhattan => {
                let columns = Plain::new(points, self.distance == Distance::Euclidean);
                Some(Box::new(move |row, first, out| columns.against(row, first, out)))
            }
            _ => None,
        }
    }

    /// Any measure, pair by pair.
    fn one_by_one<'a>(&self, points: impl std::borrow::Borrow<Points<'a>> + Sync + Send + 'a) -> Against<'a> {
        let measure = self.clone();
        Box::new(move |row, first, out| {
            let points = points.borrow();
            for (other, out) in out.iter_mut().enumerate() {
                *out = measure.between(points.row(row), points.row(first + other));
            }
        })
    }

    /// Whether what was loaded can be a measure of rows of so many columns.
    /// # Errors
    /// If Gower's measure lacks a column, or a range or weight is not a number from 0 on.
    pub(super) fn check(&self, dimensions: usize) -> Result<()> {
        if self.columns.len() != if self.takes_missing() { dimensions } else { 0 } {
            return Err(Error::format("the distance does not have the columns of the medoids"));
        }
        let good =
            |column: &gower::Column| column.range.is_finite() && column.range >= 0.0 && column.weight.is_finite();
        match self.columns.iter().all(|column| good(column) && column.weight >= 0.0) {
            true => Ok(()),
            false => Err(Error::format("a column of the distance has a range or weight that is not a number")),
        }
    }
}

/// The straight line, also where squares would be too large or too small for a number.
fn euclidean(a: &[f64], b: &[f64]) -> f64 {
    let square: f64 = a.iter().zip(b).map(|(x, y)| (x - y) * (x - y)).sum();
    if SQUARES.contains(&square) {
        return square.sqrt();
    }
    let most = a.iter().zip(b).fold(0.0, |most, (x, y)| f64::max(most, (x - y).abs()));
    if most == 0.0 {
        return 0.0;
    }
    let scaled: f64 = a.iter().zip(b).map(|(x, y)| ((x - y) / most).powi(2)).sum();
    most * scaled.sqrt()
}

/// One less the cosine; each row is divided by its largest number first, so that no square is out of range.
fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let most = |row: &[f64]| row.iter().fold(0.0, |most, x| f64::max(most, x.abs()));
    let (most_a, most_b) = (most(a), most(b));
    if most_a == 0.0 || most_b == 0.0 {
        return if most_a == most_b { 0.0 } else { 1.0 };
    }
    let (mut dot, mut square_a, mut square_b) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        let (x, y) = (x / most_a, y / most_b);
        dot += x * y;
        square_a += x * x;
        square_b += y * y;
    }
    if a == b {
        return 0.0;
    }
    (1.0 - dot / (square_a * square_b).sqrt()).clamp(0.0, 2.0)
}

/// What only one holds among what either holds.
fn jaccard(a: &[f64], b: &[f64]) -> f64 {
    let (mut either, mut one) = (0_usize, 0_usize);
    for (x, y) in a.iter().zip(b) {
        either += usize::from(*x != 0.0 || *y != 0.0);
        one += usize::from((*x != 0.0) != (*y != 0.0));
    }
    if either == 0 { 0.0 } else { one as f64 / either as f64 }
}

/// Whether a column is compared by being equal or not.
fn by_equality(meaning: Meaning) -> bool {
    !matches!(meaning, Meaning::Number | Meaning::Rank)
}

/// Rows with missing values in files: what is NaN here is nothing there.
#[cfg(feature = "serde")]
pub(super) mod missing {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes nothing for NaN.
    pub(in crate::cluster) fn serialize<S: Serializer>(values: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        let values: Vec<Option<f64>> = values.iter().map(|value| (!value.is_nan()).then_some(*value)).collect();
        values.serialize(serializer)
    }

    /// Reads NaN for nothing.
    pub(in crate::cluster) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<f64>, D::Error> {
        let values = Vec::<Option<f64>>::deserialize(deserializer)?;
        Ok(values.into_iter().map(|value| value.unwrap_or(f64::NAN)).collect())
    }
}
