//! Whether those who are expected to buy most are those who buy most.

use std::fmt;

use crate::error::{Error, Result};
use crate::math::sum::sum;

/// How many parts of equal size the lift is told for.
const PARTS: usize = 10;

/// How well an order by what was expected is an order by what came.
///
/// Money follows the order: who is called, who is kept, who gets the better offer. A model may miss every number by half
/// and order all customers rightly, and the other way round.
///
/// ```
/// use segmentry::lifetime::RankQuality;
///
/// let quality = RankQuality::of(&[0.1, 0.7, 2.0, 0.2], &[0.0, 1.0, 5.0, 0.0])?;
/// assert_eq!((quality.gini, quality.spearman.map(|r| r > 0.9)), (Some(1.0), Some(true)));
/// assert_eq!(quality.lift.len(), 10);
/// # Ok::<(), segmentry::Error>(())
/// ```
///
/// # Cost
///
/// O(n log n).
///
/// # References
///
/// C. Spearman (1904), "The proof and measurement of association between two things", *American Journal of Psychology*
/// 15(1), DOI 10.2307/1412159. The Gini coefficient of an order is twice the area between the diagonal and the curve of
/// what the first so many hold (E. W. Frees, G. Meyers and A. D. Cummings 2011, "Summarizing insurance scores using a
/// Gini index", *Journal of the American Statistical Association* 106(495), DOI 10.1198/jasa.2011.tm10506).
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct RankQuality {
    /// The Gini coefficient of what came, in the order of what was expected, as a share of that in the best order: 1 is the
    /// best order, 0 one by chance, −1 the reverse. Those of whom the same is expected share what they bought. `None` if
    /// all bought as much.
    pub gini: Option<f64>,
    /// The correlation of the ranks, equal values at their middle rank; `None` if all are equal on one side.
    pub spearman: Option<f64>,
    /// How many times the average each tenth bought, the tenth of whom most was expected first; zeros if nobody bought.
    pub lift: Vec<f64>,
}

impl RankQuality {
    /// Of what was expected of each customer and what came.
    ///
    /// # Errors
    /// If the columns differ in length or are empty, or a value is NaN or infinite, or what came is below 0 (with the row).
    pub fn of(expected: &[f64], actual: &[f64]) -> Result<Self> {
        if expected.len() != actual.len() {
            return Err(Error::length("actual", actual.len(), expected.len()));
        }
        if expected.is_empty() {
            return Err(Error::empty("customers to rank"));
        }
        if let Some(row) = expected.iter().position(|value| !value.is_finite()) {
            return Err(Error::not_finite("expected", expected[row]).at_row(row));
        }
        if let Some(row) = actual.iter().position(|value| !(value.is_finite() && *value >= 0.0)) {
            return Err(Error::parameter("actual", "a finite number of at least 0", actual[row]).at_row(row));
        }
        let rows = expected.iter().zip(actual).map(|(expected, actual)| (*expected, *actual, 1.0)).collect();
        Ok(RankQuality::weighted(rows))
    }

    /// Of (expected, actual, weight) with a weight above 0 in all.
    pub(super) fn weighted(rows: Vec<(f64, f64, f64)>) -> Self {
        let (expected, actual) = (grouped(&rows, |row| row.0), grouped(&rows, |row| row.1));
        let (found, best) = (area(&expected), area(&actual));
        let gini = (best > 1e-12).then(|| (found / best).clamp(-1.0, 1.0));
        RankQuality { gini, spearman: spearman(&rows, &expected, &actual), lift: lift(&expected) }
    }
}

/// Customers of the same value: the value, what they bought together, how many they are.
type Level = (f64, f64, f64);

/// Customers by a value, the smallest first.
fn grouped(rows: &[(f64, f64, f64)], value: impl Fn(&(f64, f64, f64)) -> f64) -> Vec<Level> {
    let mut sorted: Vec<Level> = rows.iter().map(|row| (value(row), row.1 * row.2, row.2)).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2)));
    let mut levels: Vec<Level> = Vec::new();
    for (value, bought, weight) in sorted {
        match levels.last_mut() {
            Some(last) if last.0 == value => (last.1, last.2) = (last.1 + bought, last.2 + weight),
            _ => levels.push((value, bought, weight)),
        }
    }
    levels
}

/// Twice the area between the diagonal and the curve of what was bought by the first so many: the Gini coefficient.
fn area(levels: &[Level]) -> f64 {
    let (all, weight) = (sum(levels.iter().map(|level| level.1)), sum(levels.iter().map(|level| level.2)));
    if !(all > 0.0 && weight > 0.0) {
        return 0.0;
    }
    let mut before = 0.0;
    let under = sum(levels.iter().map(|(_, bought, own)| {
        let height = before + 0.5 * bought;
        before += bought;
        height / all * (own / weight)
    }));
    1.0 - 2.0 * under
}

/// The correlation of middle ranks.
fn spearman(rows: &[(f64, f64, f64)], expected: &[Level], actual: &[Level]) -> Option<f64> {
    let ranks = |levels: &[Level]| {
        let mut before = 0.0;
        let middle = levels.iter().map(|(value, _, own)| {
            let rank = before + 0.5 * own;
            before += own;
            (*value, rank)
        });
        (middle.collect::<Vec<_>>(), before)
    };
    let ((first, weight), (second, _)) = (ranks(expected), ranks(actual));
    let rank = |ranks: &[(f64, f64)], value: f64| {
        let at = ranks.partition_point(|(known, _)| *known < value);
        ranks.get(at).map_or(0.0, |(_, rank)| rank - 0.5 * weight)
    };
    let pairs: Vec<_> = rows.iter().map(|row| (rank(&first, row.0), rank(&second, row.1), row.2)).collect();
    let moment = |of: fn(&(f64, f64, f64)) -> f64| sum(pairs.iter().map(|pair| of(pair) * pair.2));
    let scale = (moment(|pair| pair.0 * pair.0) * moment(|pair| pair.1 * pair.1)).sqrt();
    (scale > 0.0).then(|| (moment(|pair| pair.0 * pair.1) / scale).clamp(-1.0, 1.0))
}

/// What each tenth bought beside the average, from the top; one who stands across a border is divided.
///
/// So are those of whom the same is expected: nobody can say who of them comes first.
fn lift(levels: &[Level]) -> Vec<f64> {
    let (all, weight) = (sum(levels.iter().map(|level| level.1)), sum(levels.iter().map(|level| level.2)));
    let mut bought = vec![0.0; PARTS];
    if !(all > 0.0 && weight > 0.0) {
        return bought;
    }
    let size = weight / PARTS as f64;
    let (mut part, mut room) = (0, size);
    for (_, own, many) in levels.iter().rev() {
        let mut left = *many;
        while left > 0.0 {
            let taken = if part + 1 == PARTS { left } else { left.min(room) };
            bought[part] += own * (taken / many);
            (left, room) = (left - taken, room - taken);
            if room <= 0.0 && part + 1 < PARTS {
                (part, room) = (part + 1, size);
            }
        }
    }
    bought.into_iter().map(|bought| bought / all * PARTS as f64).collect()
}

impl fmt::Display for RankQuality {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figure = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.4}"));
        writeln!(f, "order: Gini {}, Spearman {}", figure(self.gini), figure(self.spearman))?;
        let lift: Vec<String> = self.lift.iter().map(|lift| format!("{lift:.2}")).collect();
        writeln!(f, "lift by tenths: {}", lift.join(" "))
    }
}
