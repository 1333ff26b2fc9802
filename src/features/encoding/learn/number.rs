//! Learning one column of numbers.
//!
//! | step | why |
//! | --- | --- |
//! | numbers out of the column | a customer whose value is not known has none |
//! | ends, transformation, scale | learnt in this order, each from what the one before it left |
//! | every number on its scale | one that does not stay finite names its customer now, not when it is encoded |
//! | the stand-in on the scale | learnt in the attribute's own unit, where a median means something |
//! | the deviation | for the warning of one column that decides alone |
//!
//! Days, ages and the ranks of texts are numbers too once they are read: they differ in where the number comes from.
//! Numbers are taken out of the column once; scale, stand-in and spread are all learnt from that list.

use crate::error::Error;
use crate::time::AsOf;

use super::super::choices::Missing;
use super::super::coding::{Coding, Source};
use super::super::fitted::taken;
use super::super::plan::Plan;
use super::super::scaler::Scaler;
use super::{Found, Present, Refused, no_stand_in, typical};

/// A number, an age, or answers whose order counts.
///
/// One list of numbers is taken out of the column, in the order of customers, with their weights beside it; what is
/// not known is not in it.
///
/// The scale is learnt from the numbers that are known; what stands for the others is laid on it afterwards.
///
/// # Errors
/// If the transformation or the scale does not take a number, with its row.
pub(super) fn number(
    plan: &Plan<'_>,
    present: &Present<'_>,
    as_of: Option<AsOf>,
    source: Source,
) -> Result<Found, Refused> {
    let values: Vec<f64> = match source {
        Source::Number => present.rows.iter().filter_map(|row| plan.column.number(*row)).collect(),
        _ => present.rows.iter().filter_map(|row| source.read(plan.column.value(*row), as_of)).collect(),
    };
    let numbers = present.numbers(&values);
    let (scaler, mut notes) = Scaler::learn(numbers, plan.wish).map_err(|at| {
        let row = present.rows[at];
        let expected = taken(plan.wish.transform);
        (Some(row), Error::wrong_kind(&plan.attribute.name, plan.column.value(row).in_words(), expected))
    })?;
    let scaled: Vec<f64> = values.iter().map(|value| scaler.apply(*value)).collect();
    if let Some(at) = scaled.iter().position(|value| !value.is_finite()) {
        let error = Error::not_finite(format!("attribute `{}` on its scale", plan.attribute.name), scaled[at]);
        return Err((Some(present.rows[at]), error));
    }
    if let Some(exponent) = scaler.exponent() {
        notes.push(format!("is raised to the power {}", crate::text::number(exponent)));
    }
    let fill = match typical(plan, numbers)? {
        None => None,
        Some(value) if scaler.apply(value).is_finite() => Some(vec![scaler.apply(value)]),
        Some(value) => return Err(no_stand_in(plan, "a number that its transformation takes", &value.to_string())),
    };
    let deviations = vec![present.numbers(&scaled).moments().1];
    Ok(Found { coding: Coding::Number { source, scaler, rank: plan.ranks }, fill, notes, deviations })
}

/// The ranks of texts in an order, from 0.
///
/// A rank is a number like another afterwards: it may be scaled, and its median may stand for what is not
/// known. Between two ranks a step counts 1, whatever their texts mean; whoever knows better gives numbers.
///
/// # Errors
/// If a text is not in the order, with its row.
pub(super) fn ranks(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
    let order = plan.order.clone().unwrap_or_default();
    let mut values = Vec::with_capacity(present.rows.len());
    for row in present.rows.iter() {
        let value = plan.column.value(*row);
        match order.iter().position(|known| Some(known.as_str()) == value.text()) {
            Some(rank) => values.push(rank as f64),
            None => {
                let expected =
                    format!("one of {}", crate::text::some(order.iter().take(8).map(String::as_str), order.len()));
                return Err((Some(*row), Error::wrong_kind(&plan.attribute.name, value.in_words(), expected)));
            }
        }
    }
    let numbers = present.numbers(&values);
    let (scaler, notes) = Scaler::learn(numbers, plan.wish).unwrap_or_else(|_| (Scaler::raw(), Vec::new()));
    let stand_in = match &plan.missing {
        Missing::Category(text) => match order.iter().position(|known| known == text) {
            Some(rank) => Some(rank as f64),
            None => return Err(no_stand_in(plan, "one of its order", text)),
        },
        _ => typical(plan, numbers)?,
    };
    if let Some(rank) = stand_in.filter(|rank| !(0.0..order.len() as f64).contains(rank)) {
        return Err(no_stand_in(plan, "a rank of its order, from 0", &rank.to_string()));
    }
    let fill = stand_in.map(|rank| vec![scaler.apply(rank)]);
    let scaled: Vec<f64> = values.iter().map(|value| scaler.apply(*value)).collect();
    let deviations = vec![present.numbers(&scaled).moments().1];
    let coding = Coding::Order { order, scaler, rank: plan.ranks, unknown: plan.unknown };
    Ok(Found { coding, fill, notes, deviations })
}
