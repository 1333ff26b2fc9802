//! Do a few extreme customers make the segments?
//!
//! Methods that make squares small spend a group on a handful of giants. They are no segment: they are far from each
//! other too. A niche is told apart by that: it is as far away, and its members are close together.

use crate::error::Result;
use crate::health::Severity;
use crate::math::quantile::{median, median_absolute_deviation};
use crate::progress::Progress;

use super::case::{Case, Rows};
use super::diagnosis::{Evidence, Problem};
use super::insufficient::segments;
use super::verdict::{Check, Looked};

/// How many deviations from the median make a customer extreme; of a normal distribution one in two million is.
const EXTREME: f64 = 5.0;

/// Small segments only: a segment of a twentieth of all is one, whoever is in it.
const SMALL: f64 = 0.05;

/// Members that are farther from their middle than this share of its distance from everybody's are scattered.
const SCATTERED: f64 = 0.3;

/// 1.4826 times the median absolute deviation of a normal distribution is its standard deviation.
const NORMAL: f64 = 1.4826;

/// Looks for small segments of extreme customers that are far from each other.
///
/// Columns are put in deviations from the median, which giants do not move. A segment counts if it has at most a twentieth
/// of the rows, if half of its members lie beyond five deviations in some column, and if they are scattered: farther from
/// their own middle than three tenths of its distance from everybody's.
pub(super) fn look(case: &Case<'_>, _: &Progress<'_>) -> Result<Looked> {
    let Some(rows) = &case.rows else {
        return Ok(Check::not_asked(Problem::OutlierDriven, "no features were given").into());
    };
    let mut looked = Looked::begin(Problem::OutlierDriven);
    let scaled = robust(rows);
    let width = scaled.len();
    let extreme = |row: usize| scaled.iter().any(|column| column[row].abs() > EXTREME);
    let members = rows.partition.members();
    let all = rows.partition.len() as f64;
    let extremes = (0..rows.partition.len()).filter(|row| extreme(*row)).count();
    looked.see(Evidence::share("extreme customers", extremes as f64 / all));
    let mut made: Vec<usize> = Vec::new();
    let mut held = 0;
    for (group, members) in members.iter().enumerate() {
        let far = members.iter().filter(|row| extreme(**row)).count();
        if members.len() as f64 > SMALL * all || 2 * far < members.len() {
            continue;
        }
        let middle: Vec<f64> = (0..width)
            .map(|column| members.iter().map(|row| scaled[column][*row]).sum::<f64>() / members.len() as f64)
            .collect();
        let away = middle.iter().map(|value| value * value).sum::<f64>().sqrt();
        let apart = members
            .iter()
            .map(|row| (0..width).map(|column| (scaled[column][*row] - middle[column]).powi(2)).sum::<f64>().sqrt())
            .sum::<f64>()
            / members.len() as f64;
        // one alone is scattered: there is nobody whom it is like
        if members.len() == 1 || apart > SCATTERED * away {
            made.push(rows.segments[group]);
            held += members.len();
        }
    }
    let count = rows.partition.groups();
    let seen =
        looked.see(Evidence::count("segments made of extreme customers who differ among themselves", made.len()));
    if !made.is_empty() {
        let severity = if 2 * made.len() >= count { Severity::Problem } else { Severity::Warning };
        let evidence = vec![seen, Evidence::share("customers in them", held as f64 / all)];
        let sentence = format!("{} made of a few extreme customers", segments(case, &made));
        let next =
            "take logarithms or ranks, cut off at a quantile, or serve the giants one by one and divide the rest";
        looked.find(severity, sentence, evidence, next).segments = made.iter().map(|at| case.key(*at)).collect();
    }
    Ok(looked)
}

/// The columns in deviations from the median; a column without any stays out.
fn robust(rows: &Rows) -> Vec<Vec<f64>> {
    let column = |column: usize| {
        let values: Vec<f64> = rows.column(column).to_vec();
        let middle = median(&values)?;
        let spread = NORMAL * median_absolute_deviation(&values)?;
        (spread > 0.0 && spread.is_finite()).then(|| values.iter().map(|value| (value - middle) / spread).collect())
    };
    (0..rows.columns.len()).filter_map(column).collect()
}
