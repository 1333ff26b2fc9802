//! Learning one feature: its figures, what stands for an unknown value, and how far its columns spread.
//!
//! A feature is learnt by itself, so that all of them are learnt at once; what they share is the [`Sample`].
//! Each reads its column once, takes out what it needs and leaves the customers alone from then on.
//!
//! | file | learns |
//! | --- | --- |
//! | `number` | one column of numbers: scales, powers, ranks of an order |
//! | `category` | categories, in whatever columns they stand |
//! | `several` | what takes several columns: sets, circles, places |
//! | `survey` | which categories there are |

mod category;
mod number;
mod several;
mod survey;

use std::borrow::Cow;

use crate::error::Error;
use crate::time::AsOf;

use super::choices::{Encode, Missing};
use super::coding::{Coding, Source};
use super::fitted::{Absent, Fitted};
use super::plan::Plan;
use super::spread::Numbers;

/// The customers learnt from: rows with a weight above 0 that no feature leaves out.
///
/// The same for all features: were a customer without income left out of income alone, the scales would be those of
/// different people.
pub(super) struct Sample {
    /// Their rows in the table, rising.
    pub(super) rows: Vec<usize>,
    /// As many as rows, all above 0; `None` if each counts 1.
    pub(super) weights: Option<Vec<f64>>,
    /// The moment as of which they are seen, if a feature asks for it.
    pub(super) as_of: Option<AsOf>,
}

/// A feature that was learnt.
///
/// Notes begin with the feature's name; deviations are what the warning of one column that decides alone is made of.
pub(super) struct Learnt {
    /// What encodes strangers.
    pub(super) fitted: Fitted,
    /// What was decided on the way, in sentences.
    pub(super) notes: Vec<String>,
    /// The standard deviation of each column, weights of features included; 0 of a column of codes.
    pub(super) deviations: Vec<f64>,
}

/// The row that an error stands in, if it stands in one; the customer is named where all features come together.
pub(super) type Refused = (Option<usize>, Error);

/// What is learnt of the values: how they are coded, which cells stand for an unknown one, and what is to be told.
struct Found {
    coding: Coding,
    fill: Option<Vec<f64>>,
    notes: Vec<String>,
    deviations: Vec<f64>,
}

/// Learns one feature from the customers of the sample.
///
/// Scales and shares are those of customers whose value is known. What stands for an unknown value takes no
/// part in them, else many unknown values would make the spread small.
///
/// # Errors
/// If no customer has a value, one that must have one has none, or a value is outside what the feature takes;
/// with the row of the first such customer.
pub(super) fn learn(plan: &Plan<'_>, sample: &Sample) -> Result<Learnt, Refused> {
    let name = plan.attribute.name.as_str();
    let complete = plan.column.is_complete();
    let known = |at: &usize| complete || plan.column.value(sample.rows[*at]).is_present();
    let places: Vec<usize> = (0..sample.rows.len()).filter(known).collect();
    let everybody = places.len() == sample.rows.len();
    if plan.missing == Missing::Error && !everybody {
        let absent = sample.rows.iter().copied().find(|row| !plan.column.value(*row).is_present()).unwrap_or(0);
        return Err((Some(absent), Error::no_value(name, plan.column.value(absent))));
    }
    if places.is_empty() {
        return Err((None, Error::empty(format!("values of attribute `{name}`"))));
    }
    let present = if everybody {
        Present { rows: Cow::Borrowed(&sample.rows), weights: sample.weights.as_deref().map(Cow::Borrowed) }
    } else {
        let weights = sample.weights.as_ref().map(|all| places.iter().map(|at| all[*at]).collect());
        Present { rows: places.iter().map(|at| sample.rows[*at]).collect(), weights: weights.map(Cow::Owned) }
    };
    let found = match plan.encode {
        Encode::Number => number::number(plan, &present, sample.as_of, source(plan))?,
        Encode::Age => number::number(plan, &present, sample.as_of, Source::Age)?,
        Encode::Ordinal if plan.order.is_none() => number::number(plan, &present, sample.as_of, Source::Number)?,
        Encode::Ordinal => number::ranks(plan, &present)?,
        Encode::Category | Encode::OneHot | Encode::Frequency | Encode::Flag => category::categories(plan, &present)?,
        Encode::Set => several::set(plan, &present)?,
        Encode::Weekday | Encode::Month | Encode::DayOfYear | Encode::Hour => several::circle(plan, &present)?,
        Encode::Place => several::sphere(plan, &present)?,
    };
    let label = plan.label();
    let root = plan.weight.sqrt();
    let absent = match (&plan.missing, found.fill) {
        (Missing::Error, _) => Absent::Error,
        (Missing::LeaveOut, _) => Absent::LeaveOut,
        (_, Some(cells)) => Absent::Fill(cells),
        _ => Absent::Keep,
    };
    let mut deviations: Vec<f64> = found.deviations.iter().map(|deviation| deviation * root).collect();
    if plan.indicator {
        let share = places.len() as f64 / sample.rows.len() as f64;
        deviations.push((share * (1.0 - share)).sqrt() * root);
    }
    let fitted = Fitted {
        attribute: name.to_owned(),
        label: label.clone(),
        unit: plan.attribute.unit.clone(),
        kind: plan.attribute.kind,
        coding: found.coding,
        absent,
        indicator: plan.indicator,
        weight: plan.weight,
    };
    let notes = found.notes.iter().map(|note| format!("`{label}` {note}")).collect();
    Ok(Learnt { fitted, notes, deviations })
}

/// Rows in which the attribute is known, and their weights.
///
/// Mostly all rows of the sample, which are then borrowed.
pub(super) struct Present<'a> {
    pub(super) rows: Cow<'a, [usize]>,
    pub(super) weights: Option<Cow<'a, [f64]>>,
}

impl Present<'_> {
    /// Their values with the weights, as figures are asked of them.
    fn numbers<'b>(&'b self, values: &'b [f64]) -> Numbers<'b> {
        Numbers { values, weights: self.weights.as_deref() }
    }

    /// The weight of the row at that place, 1 where none are given.
    pub(super) fn weight(&self, at: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[at])
    }
}

/// A number is taken as it is, a day as days since 1970. The origin does not matter: scales take it away.
fn source(plan: &Plan<'_>) -> Source {
    if plan.attribute.kind.is_numeric() { Source::Number } else { Source::Days }
}

/// The number that stands for an unknown one, in the attribute's own unit; `None` where none is asked for.
fn typical(plan: &Plan<'_>, numbers: Numbers<'_>) -> Result<Option<f64>, Refused> {
    Ok(match &plan.missing {
        Missing::Error | Missing::LeaveOut | Missing::Keep => None,
        Missing::Median => numbers.quantiles(&[0.5]).first().copied(),
        Missing::Mean => Some(numbers.moments().0),
        Missing::Mode => Some(numbers.mode()),
        Missing::Constant(number) => Some(*number),
        Missing::Category(text) => return Err(no_stand_in(plan, "a number", text)),
    })
}

/// What was to stand for an unknown value cannot: the error has the feature as its key.
fn no_stand_in(plan: &Plan<'_>, expected: &str, found: &str) -> Refused {
    (None, Error::parameter("missing", expected, found).at_key(&plan.attribute.name))
}
