//! Does one attribute decide everything because its numbers are large?
//!
//! Distances add up what columns differ by, so a column in cents beside one in years is the only one that counts. The
//! figures of such a division are splendid: hardly anything is left within the groups of the one column that is looked at.
//! What gives it away is that the other columns were given too, and nobody is divided by them.

use crate::error::Result;
use crate::health::Severity;
use crate::math::sum::sum;
use crate::progress::Progress;

use super::case::{Case, Rows};
use super::diagnosis::{Evidence, Problem};
use super::verdict::{Check, Looked};

/// The share of the variance from which one column is the only one that counts.
const DOMINANT: f64 = 0.9;

/// What the segments explain at most, on average, of columns that they do not divide by.
const LITTLE: f64 = 0.3;

/// With this share of the customers one segment is everybody.
const EVERYBODY: f64 = 0.95;

/// Compares the variance of the columns, and what the segments explain of each.
///
/// A column with nine tenths of the variance is a fault if the division follows it alone, which shows in two ways: of the
/// other columns hardly anything is explained, or one segment holds nearly everybody because giants have the others. One
/// column alone cannot dominate.
pub(super) fn look(case: &Case<'_>, _: &Progress<'_>) -> Result<Looked> {
    let Some(rows) = &case.rows else {
        return Ok(Check::not_asked(Problem::ScaleDominated, "no features were given").into());
    };
    if rows.columns.len() < 2 {
        return Ok(Check::not_asked(Problem::ScaleDominated, "there is one column only").into());
    }
    let mut looked = Looked::begin(Problem::ScaleDominated);
    let spread: Vec<(f64, f64)> = (0..rows.columns.len()).map(|column| variance(rows, column)).collect();
    let whole: f64 = spread.iter().map(|(all, _)| all).sum();
    let heaviest = (0..spread.len()).max_by(|a, b| spread[*a].0.total_cmp(&spread[*b].0)).unwrap_or(0);
    if !(whole > 0.0 && whole.is_finite()) {
        return Ok(looked);
    }
    let share = spread[heaviest].0 / whole;
    let explained = |column: usize| if spread[column].0 > 0.0 { spread[column].1 / spread[column].0 } else { 0.0 };
    let others: Vec<f64> = (0..spread.len()).filter(|column| *column != heaviest).map(explained).collect();
    let rest = sum(others.iter().copied()) / others.len() as f64;
    let assigned = case.sizes.iter().sum::<usize>().max(1) as f64;
    let largest = case.sizes.iter().copied().max().unwrap_or(0) as f64 / assigned;
    let name = &rows.columns[heaviest].0;
    let evidence = vec![
        looked.see(Evidence::share(format!("variance that is in `{name}`"), share).limit(DOMINANT)),
        looked.see(Evidence::share(format!("the segments explain of `{name}`"), explained(heaviest))),
        looked.see(Evidence::share("the segments explain of the other columns, on average", rest).limit(LITTLE)),
        looked.see(Evidence::share("customers in the largest segment", largest).limit(EVERYBODY)),
    ];
    if share > DOMINANT && (rest < LITTLE || largest > EVERYBODY) {
        let sentence = format!("`{name}` decides everything, because its numbers are the largest");
        let next = "bring all features to one scale: standardise them, and take logarithms of amounts and counts";
        looked.find(Severity::Problem, sentence, evidence, next);
    }
    Ok(looked)
}

/// The variance of a column, and how much of it lies between the segments.
///
/// Numbers are divided by the largest, so that squares of 1e300 stay finite; the variance is scaled back.
fn variance(rows: &Rows, column: usize) -> (f64, f64) {
    let values = rows.column(column);
    let largest = values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
    if largest == 0.0 {
        return (0.0, 0.0);
    }
    let count = values.len() as f64;
    let mean = sum(values.iter().map(|value| value / largest)) / count;
    let groups = rows.partition.groups();
    let (mut sums, mut sizes) = (vec![0.0; groups], vec![0.0; groups]);
    let mut total = 0.0;
    for (value, group) in values.iter().zip(rows.partition.iter()) {
        let away = value / largest - mean;
        total += away * away;
        if let Some(group) = group {
            sums[group] += away;
            sizes[group] += 1.0;
        }
    }
    let between: f64 =
        sums.iter().zip(&sizes).filter(|(_, size)| **size > 0.0).map(|(sum, size)| sum * sum / size).sum();
    (total / count * largest * largest, between / count * largest * largest)
}
