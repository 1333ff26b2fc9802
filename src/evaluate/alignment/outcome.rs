//! The goal of each customer: a number, a yes or no, or one text of some.
//!
//! | attribute | goal |
//! | --- | --- |
//! | number, whole number | a number |
//! | the same, all 0 or 1 | a yes or no |
//! | truth | a yes or no |
//! | text, two different ones | a yes or no: the second in the alphabet is yes, unless said |
//! | text, three to a hundred | one text of some |
//! | day, instant, set, place | refused |
//!
//! *Yes* and *no*, *true* and *false*, *1* and *0*: the second in the alphabet is what one would call yes, which is also how
//! [`Features`](crate::features::encoding::Features) read a flag.

use crate::customer::Customers;
use crate::error::{Error, Result};
use crate::value::{Column, Kind, State};

/// How many texts a goal has at most: of more, most would be of too few customers to be told.
const TEXTS: usize = 100;

/// What kind of a goal it is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum GoalKind {
    /// A number: money, days, counts.
    Number,
    /// A yes or no: truths, numbers that are all 0 or 1, texts of which there are two.
    Rate {
        /// The text that counts as yes, of texts.
        yes: Option<String>,
    },
    /// One text of three or more.
    Texts(Vec<String>),
}

/// The goal of the customers that have one and count.
pub(super) struct Outcome {
    pub(super) kind: GoalKind,
    /// Their rows.
    pub(super) rows: Vec<usize>,
    /// The number of each, of numbers; 0 and 1 of a yes or no.
    pub(super) values: Vec<f64>,
    /// The class of each, of classes; yes is 1.
    pub(super) labels: Vec<u32>,
    /// How many classes there are; 0 of numbers.
    pub(super) classes: usize,
}

impl Outcome {
    /// Reads the goal; `yes` says which of two texts counts as yes, else it is the second in the alphabet.
    ///
    /// # Errors
    /// If the attribute is not known or of another kind, it is known of nobody, all have the same, or there are too many
    /// texts; or if `yes` is none of two texts.
    pub(super) fn read(customers: &Customers, attribute: &str, yes: Option<&str>) -> Result<Self> {
        let column = customers.column(attribute)?;
        let weights = customers.weights();
        let counts = |row: &usize| weights.is_none_or(|weights| weights[*row] > 0.0);
        let rows: Vec<usize> =
            (0..column.len()).filter(|row| column.state(*row) == State::Present && counts(row)).collect();
        if rows.is_empty() {
            return Err(Error::empty(format!("customers of whom the goal `{attribute}` is known")));
        }
        let outcome = match column.kind() {
            Kind::Number | Kind::Integer => numbers(column, rows),
            Kind::Boolean => {
                let is = |row: &usize| column.value(*row).boolean() == Some(true);
                let truths: Vec<bool> = rows.iter().map(is).collect();
                rate(rows, &truths, None)
            }
            Kind::Text => texts(column, rows, attribute, yes)?,
            other => return Err(Error::wrong_kind(attribute, other, "number, boolean or text")),
        };
        match (yes, &outcome.kind) {
            (None, _) | (Some(_), GoalKind::Rate { yes: Some(_) }) => {}
            (Some(yes), _) => return Err(Error::parameter("yes", "left out: the goal is not one of two texts", yes)),
        }
        let differ = |pair: &[f64]| pair[0] != pair[1];
        if !outcome.values.windows(2).any(differ) && !outcome.labels.windows(2).any(|pair| pair[0] != pair[1]) {
            let message = format!("all customers have the same goal `{attribute}`: there is nothing to explain");
            return Err(Error::unsupported(message));
        }
        Ok(outcome)
    }
}

/// Numbers, or yes and no if they are all 0 or 1.
fn numbers(column: &Column, rows: Vec<usize>) -> Outcome {
    let values: Vec<f64> = rows.iter().filter_map(|row| column.number(*row)).collect();
    if values.iter().all(|value| *value == 0.0 || *value == 1.0) {
        let truths: Vec<bool> = values.iter().map(|value| *value == 1.0).collect();
        return rate(rows, &truths, None);
    }
    Outcome { kind: GoalKind::Number, rows, values, labels: Vec::new(), classes: 0 }
}

/// Yes and no: as numbers for the mean, as classes for everything else.
fn rate(rows: Vec<usize>, truths: &[bool], yes: Option<String>) -> Outcome {
    Outcome {
        kind: GoalKind::Rate { yes },
        rows,
        values: truths.iter().map(|truth| f64::from(u8::from(*truth))).collect(),
        labels: truths.iter().map(|truth| u32::from(*truth)).collect(),
        classes: 2,
    }
}

/// One text of some; yes and no if there are two.
///
/// # Errors
/// If there are too many, or `yes` is none of them.
fn texts(column: &Column, rows: Vec<usize>, attribute: &str, yes: Option<&str>) -> Result<Outcome> {
    let text = |row: usize| column.value(row).text().unwrap_or_default();
    let mut known: Vec<&str> = rows.iter().map(|row| text(*row)).collect();
    known.sort_unstable();
    known.dedup();
    if let Some(yes) = yes.filter(|yes| !known.contains(yes)) {
        return Err(Error::parameter("yes", format!("a text of `{attribute}`"), yes));
    }
    if known.len() > TEXTS {
        let (found, most) = (crate::text::count(known.len()), crate::text::count(TEXTS));
        return Err(Error::unsupported(format!(
            "the goal `{attribute}` has {found} texts, at most {most} are told apart"
        )));
    }
    if let [first, second] = known.as_slice() {
        let yes = yes.unwrap_or(second);
        debug_assert!(yes == *first || yes == *second);
        let truths: Vec<bool> = rows.iter().map(|row| text(*row) == yes).collect();
        return Ok(rate(rows, &truths, Some(yes.to_owned())));
    }
    let labels = rows.iter().map(|row| known.binary_search(&text(*row)).unwrap_or(0) as u32).collect();
    let classes = known.len();
    let kind = GoalKind::Texts(known.into_iter().map(str::to_owned).collect());
    Ok(Outcome { kind, rows, values: Vec::new(), labels, classes })
}

/// The ranks of numbers: the weight below each and half of that of its equals. O(n log n).
///
/// Less by a half than ranks from 1 on with ties at their mean, and without weights the same otherwise; shares of the
/// variance do not see the difference.
pub(super) fn ranks(values: &[f64], weights: Option<&[f64]>) -> Vec<f64> {
    let weight = |row: usize| weights.map_or(1.0, |weights| weights[row]);
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| (values[*a] + 0.0).total_cmp(&(values[*b] + 0.0)));
    let mut ranks = vec![0.0; values.len()];
    let mut below = 0.0;
    for equals in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let all: f64 = equals.iter().map(|row| weight(*row)).sum();
        equals.iter().for_each(|row| ranks[*row] = below + all / 2.0);
        below += all;
    }
    ranks
}
