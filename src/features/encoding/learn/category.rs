//! Learning categories: which of them have a column, which are counted as others, and which stands for an
//! unknown value.
//!
//! | asked | rule |
//! | --- | --- |
//! | which have a column | the commonest `most` with a share of at least `min_share` |
//! | which is the commonest | the one with the most weight, the first of several in order |
//! | what is rare | others, in one column or under one code; told in the notes |
//! | what nobody had | by [`Unknown`](super::super::choices::Unknown) |
//!
//! A flag is refused as soon as it has a third value: whoever declared it meant two. A category that everybody has is
//! kept and told, since strangers may have another.
//!
//! Nothing here looks at an outcome. A category may become an indicator, a code, a flag or its own frequency;
//! all four begin with the list of categories and their weights.
//!
//! A text with blanks or in another case is another category: values are cleaned before, where it can be seen.

use crate::error::Error;
use crate::value::Value;

use super::super::choices::{Encode, Missing};
use super::super::coding::Coding;
use super::super::plan::Plan;
use super::super::scaler::Scaler;
use super::super::spread::Numbers;
use super::survey::Survey;
use super::{Found, Present, Refused, no_stand_in};

/// Flags, indicators, codes and frequencies.
///
/// | encoded as | kept of the survey | unknown value, where the commonest stands for it |
/// | --- | --- | --- |
/// | flag | the two values and which is 1 | the commoner of both |
/// | frequency | every category with its share | the largest share |
/// | indicators | those with a column, and whether there are others | 1 in the column of the commonest |
/// | codes | the same | its code |
///
/// The deviation of an indicator follows from its share p: the root of p (1 − p). That of a frequency is taken over
/// customers and not over categories, as everything here is.
///
/// All of them begin with the same survey of the categories there are. A category that was named to stand for unknown
/// values is one of them from the beginning, even if nobody has it.
///
/// # Errors
/// If a flag has a third value, with a row, or what stands for unknown values is none of the categories.
pub(super) fn categories(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
    let mut survey = Survey::of(plan.column, present);
    let mut notes = Vec::new();
    if survey.weights.iter().filter(|weight| **weight > 0.0).count() == 1 {
        notes.push("is the same of all and tells nobody apart".to_owned());
    }
    if let Missing::Category(text) = &plan.missing
        && plan.encode != Encode::Flag
    {
        survey.add(text);
    }
    let commonest = survey.commonest();
    let total: f64 = survey.weights.iter().sum();
    let share_of = |weight: &f64| weight / total;
    let flag = |share: f64| (share * (1.0 - share)).max(0.0).sqrt();
    let (coding, deviations) = match plan.encode {
        Encode::Flag => {
            let (categories, yes) = survey.two(plan.yes).map_err(|found| {
                let row = present.rows.iter().copied().find(|row| plan.column.value(*row).to_string() == found);
                (row, Error::wrong_kind(&plan.attribute.name, format!("`{found}`"), "one of two values"))
            })?;
            let yes_weight: f64 = survey.weight_of(categories.texts.get(yes).map_or("", String::as_str));
            let deviation = flag(yes_weight / total);
            let unknown = plan.unknown;
            (Coding::Flag { categories, yes, symmetric: plan.symmetric, unknown }, vec![deviation])
        }
        Encode::Frequency => {
            let shares: Vec<f64> = survey.weights.iter().map(share_of).collect();
            let numbers = Numbers { values: &shares, weights: None };
            // of customers, not of categories: each share counts as often as the category occurs
            let counted: Vec<f64> = survey.weights.iter().map(|weight| weight.max(f64::MIN_POSITIVE)).collect();
            let numbers = Numbers { weights: Some(&counted), ..numbers };
            let (scaler, told) = Scaler::learn(numbers, plan.wish).unwrap_or_else(|_| (Scaler::raw(), Vec::new()));
            notes.extend(told);
            let scaled: Vec<f64> = shares.iter().map(|share| scaler.apply(*share)).collect();
            let deviation = Numbers { values: &scaled, ..numbers }.moments().1;
            (Coding::Frequency { categories: survey.categories.clone(), shares, scaler }, vec![deviation])
        }
        encode => {
            let kept = survey.kept(plan.min_share, plan.most, plan.attribute_fill());
            let categories = survey.categories.filter(|at| kept[at]);
            let rare = survey.categories.len() - categories.len();
            if rare > 0 {
                notes.push(format!("counts {} as others", counted_rare(rare)));
            }
            let weights = |of: bool| survey.weights.iter().zip(&kept).filter(move |(_, kept)| **kept == of);
            let mut deviations: Vec<f64> = weights(true).map(|(weight, _)| flag(share_of(weight))).collect();
            if encode == Encode::Category {
                (Coding::Codes { categories, unknown: plan.unknown }, vec![0.0]) // codes have no variance
            } else {
                if rare > 0 {
                    deviations.push(flag(weights(false).map(|(weight, _)| share_of(weight)).sum()));
                }
                (Coding::Indicators { categories, others: rare > 0, unknown: plan.unknown }, deviations)
            }
        }
    };
    let stand_in = match &plan.missing {
        Missing::Error | Missing::LeaveOut | Missing::Keep => None,
        Missing::Median | Missing::Mean | Missing::Mode => Some(commonest),
        Missing::Constant(number) => Some(number.to_string()),
        Missing::Category(text) => Some(text.clone()),
    };
    let fill = match stand_in {
        None => None,
        Some(text) => {
            let mut cells = vec![0.0; coding.width()];
            let found = match (&plan.missing, &coding) {
                (Missing::Constant(number), _) => coding.find(Value::Number(*number)),
                (_, coding) => coding.categories().and_then(|categories| categories.find_text(&text)),
            };
            let known = found.is_some() || survey.categories.find_text(&text).is_some();
            if !known || coding.write_category(found, || true, &mut cells).is_err() {
                return Err(no_stand_in(plan, "one of its values", &text));
            }
            Some(cells)
        }
    };
    Ok(Found { coding, fill, notes, deviations })
}

/// `1 rare category`, `12 rare categories`, as the notes say it.
///
/// Only how many: which they are, the columns tell by those that are left.
fn counted_rare(rare: usize) -> String {
    crate::text::counted(rare, "rare category", "rare categories")
}
