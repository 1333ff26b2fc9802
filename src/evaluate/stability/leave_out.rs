//! Which columns a division hangs on: each is left out in turn, and each is tried alone.

use std::fmt;

use crate::cluster::{AnyMethod, Points};
use crate::error::{Error, Result};
use crate::evaluate::agreement::Contingency;
use crate::progress::Progress;
use crate::text::{Align, Table, number};

use super::rows::Rows;
use super::work;

/// What the division is without each column, or each source of columns, and with it alone.
///
/// Standard practice drops variables to see whether segments survive; it does not see that one variable does all the
/// work when others repeat it. So each part is also tried alone.
///
/// ```
/// use ndarray::Array2;
/// use segmentry::cluster::{AnyMethod, KMeans, Points};
/// use segmentry::evaluate::LeaveOut;
///
/// // spend divides the customers; visits and age are noise of a smaller scale
/// let rows = Array2::from_shape_fn((90, 3), |(row, column)| match column {
///     0 => (row % 3 * 1000) as f64,
///     1 => (row * 7 % 11) as f64,
///     _ => (row * 5 % 13) as f64,
/// });
/// let (points, method): (_, AnyMethod) = (Points::new(rows.view()), KMeans::new(3).into());
/// let found = LeaveOut::columns(["spend", "visits", "age"]).of(&method, &points)?;
/// assert_eq!(found.carried_by(0.9).map(|part| part.name.as_str()), Some("spend"));
/// let sources = LeaveOut::sources([("shop", vec![0, 1]), ("survey", vec![2])]);
/// assert_eq!(sources.of(&method, &points)?.parts[1].without, Some(1.0));
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
/// Two fits a part, with fewer columns each, in parallel.
///
/// # Determinism
/// The same bytes on any number of threads.
///
/// # Missing values
/// As the method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveOut {
    parts: Vec<(String, Vec<usize>)>,
}

/// What one column or source does for a division.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct PartLeftOut {
    /// The column or source.
    pub name: String,
    /// The adjusted Rand index of the division without it and that of all columns: 1 if it is not needed. `None` if
    /// nothing is left without it.
    pub without: Option<f64>,
    /// The adjusted Rand index of the division by it alone and that of all columns: 1 if nothing else is needed.
    pub alone: f64,
}

/// What each column or source does for a division, in their order.
///
/// Its `Display` is a table, a line for each.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct LeftOut {
    /// The columns or sources.
    pub parts: Vec<PartLeftOut>,
}

impl LeaveOut {
    /// Each column in turn; as many names as columns.
    pub fn columns<T: Into<String>>(names: impl IntoIterator<Item = T>) -> Self {
        let names = names.into_iter().map(Into::into).enumerate();
        LeaveOut { parts: names.map(|(column, name)| (name, vec![column])).collect() }
    }

    /// Each source in turn: its name, and the numbers of its columns, the first is 0.
    ///
    /// Columns that are in no source stay in.
    pub fn sources<T: Into<String>>(sources: impl IntoIterator<Item = (T, Vec<usize>)>) -> Self {
        LeaveOut { parts: sources.into_iter().map(|(name, columns)| (name.into(), columns)).collect() }
    }

    /// Divides without each part, and with each part alone.
    ///
    /// # Errors
    /// If there is no part, one has no column or one that is not there or twice, or the method refuses the rows.
    pub fn of(&self, method: &AnyMethod, points: &Points<'_>) -> Result<LeftOut> {
        self.of_with(method, points, &Progress::none())
    }

    /// As [`of`](LeaveOut::of), telling `progress` how many divisions are done.
    ///
    /// # Errors
    /// As [`of`](LeaveOut::of), and if `progress` stops the work.
    pub fn of_with(&self, method: &AnyMethod, points: &Points<'_>, progress: &Progress<'_>) -> Result<LeftOut> {
        let rows = Rows::new(method, points)?;
        self.check(rows.dimensions())?;
        let whole = rows.whole(progress)?.partition.none_as_group();
        let agreement = |columns: &[usize], progress: &Progress<'_>| {
            let found = rows.only(columns).whole(progress)?.partition.none_as_group();
            Ok(Contingency::new(&whole, &found)?.adjusted_rand())
        };
        let found = work::run("divisions", 2 * self.parts.len(), progress, |at, progress| {
            let (_, columns) = &self.parts[at / 2];
            let rest: Vec<usize> = (0..rows.dimensions()).filter(|column| !columns.contains(column)).collect();
            match at % 2 {
                0 if rest.is_empty() => Ok(None),
                0 => agreement(&rest, progress).map(Some),
                _ => agreement(columns, progress).map(Some),
            }
        })?;
        let part = |((name, _), found): (&(String, Vec<usize>), &[Option<f64>])| PartLeftOut {
            name: name.clone(),
            without: found[0],
            alone: found[1].unwrap_or(1.0),
        };
        Ok(LeftOut { parts: self.parts.iter().zip(found.chunks(2)).map(part).collect() })
    }

    /// Whether the parts are columns.
    fn check(&self, dimensions: usize) -> Result<()> {
        if self.parts.is_empty() {
            return Err(Error::empty("columns to leave out"));
        }
        for (name, columns) in &self.parts {
            if columns.is_empty() {
                return Err(Error::empty(format!("columns of `{name}`")));
            }
            for (at, column) in columns.iter().enumerate() {
                if *column >= dimensions {
                    let message =
                        format!("column {column} of `{name}` is not there: there are {dimensions}, from 0 on");
                    return Err(Error::definition(message));
                }
                if columns[..at].contains(column) {
                    return Err(Error::definition(format!("column {column} occurs twice in `{name}`")));
                }
            }
        }
        Ok(())
    }
}

impl LeftOut {
    /// The part that carries the division alone: by it alone the division agrees with the whole to at least `limit`, 0.9
    /// say; the one that agrees most, and nothing if a part that has no share in it agrees as much.
    ///
    /// Where it is a column of a larger scale than the others, standardize; where it is what the business asked for, the
    /// others may be spared.
    pub fn carried_by(&self, limit: f64) -> Option<&PartLeftOut> {
        let most = self.parts.iter().reduce(|most, next| if next.alone > most.alone { next } else { most })?;
        let rivals = self.parts.iter().filter(|part| part.alone >= limit).count();
        (most.alone >= limit && rivals == 1).then_some(most)
    }

    /// The part without which the division changes most; `None` if there is but one.
    pub fn most_needed(&self) -> Option<&PartLeftOut> {
        let without = |part: &PartLeftOut| part.without.unwrap_or(f64::INFINITY);
        let parts = self.parts.iter().filter(|part| part.without.is_some());
        parts.reduce(|least, next| if without(next) < without(least) { next } else { least })
    }
}

impl fmt::Display for LeftOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let short = |value: f64| number((value * 1e3).round() / 1e3);
        let heads = [("left out", Align::Left), ("without it", Align::Right), ("it alone", Align::Right)];
        let mut table = Table::new(heads);
        for part in &self.parts {
            table.row([part.name.clone(), part.without.map_or(String::new(), short), short(part.alone)]);
        }
        write!(f, "{table}\nadjusted Rand index with the division of all columns")
    }
}
