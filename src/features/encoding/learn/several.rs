//! Learning what takes several columns: sets, circles, places.
//!
//! Distances inside such a feature are those of its columns together: customers whose sets differ in two
//! members are twice as far, squared, as those who differ in one.
//!
//! None of them has a scale: their columns are from −1 to 1 by their nature, and a weight makes them count more
//! or less.

use crate::error::Error;
use crate::value::Value;

use super::super::choices::Missing;
use super::super::coding::{Coding, on_sphere};
use super::super::part;
use super::super::plan::Plan;
use super::survey::members;
use super::{Found, Present, Refused, no_stand_in, typical};

/// An indicator for each member of sets, in alphabetical order.
///
/// Members below the least share, and those beyond the commonest hundred, have no column: sets that differ in
/// them alone are then the same, which the notes say.
///
/// The commonest set, where one must stand for what is unknown, is that of the members which more than half of the
/// customers have: the set that differs from the others in the fewest members.
///
/// # Errors
/// If no set has a member.
pub(super) fn set(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
    let survey = members(plan.column, present);
    let total: f64 = (0..present.rows.len()).map(|at| present.weight(at)).sum();
    let kept = survey.kept_of(total, plan.min_share, plan.most, None);
    let members = survey.categories.filter(|at| kept[at]);
    if members.len() == 0 {
        return Err((None, Error::empty(format!("members of the sets in attribute `{}`", plan.attribute.name))));
    }
    let mut notes = Vec::new();
    let rare = survey.categories.len() - members.len();
    if rare > 0 {
        notes.push(format!("passes over {}", crate::text::counted(rare, "rare member", "rare members")));
    }
    let shares: Vec<f64> =
        survey.weights.iter().zip(&kept).filter(|(_, kept)| **kept).map(|(w, _)| w / total).collect();
    let fill = match &plan.missing {
        Missing::Error | Missing::LeaveOut | Missing::Keep => None,
        Missing::Median | Missing::Mean | Missing::Mode => {
            Some(shares.iter().map(|share| f64::from(u8::from(*share > 0.5))).collect())
        }
        Missing::Constant(number) => return Err(no_stand_in(plan, "a member of the sets", &number.to_string())),
        Missing::Category(text) if !text.is_empty() && members.find_text(text).is_none() => {
            return Err(no_stand_in(plan, "a member of the sets, or an empty text", text));
        }
        Missing::Category(text) => Some(members.texts.iter().map(|m| f64::from(u8::from(m == text))).collect()),
    };
    let deviations = shares.iter().map(|share| (share * (1.0 - share)).max(0.0).sqrt()).collect();
    Ok(Found { coding: Coding::Members { members }, fill, notes, deviations })
}

/// Sine and cosine of a part of the calendar, Monday, January, 1 January or midnight being at the top.
///
/// There is nothing to learn of the circle itself, which is the same for all customers.
///
/// What stands for an unknown day is a day, the median say, of which the part is then taken.
///
/// # Errors
/// If a constant is beyond the calendar.
pub(super) fn circle(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
    let values: Vec<f64> = present.rows.iter().filter_map(|row| part::days(plan.column.value(*row))).collect();
    let Some(part) = plan.part() else { return Err((None, Error::empty("part of the calendar"))) };
    let coding = Coding::Circle { part };
    let turns: Vec<f64> = values.iter().map(|days| part.turn(*days).unwrap_or(0.0) * std::f64::consts::TAU).collect();
    let fill = match typical(plan, present.numbers(&values))? {
        None => None,
        Some(days) => match part.turn(days) {
            Some(turn) => Some(vec![(turn * std::f64::consts::TAU).sin(), (turn * std::f64::consts::TAU).cos()]),
            None => return Err(no_stand_in(plan, "days since 1970", &days.to_string())),
        },
    };
    let of = |axis: fn(f64) -> f64| {
        let cells: Vec<f64> = turns.iter().map(|turn| axis(*turn)).collect();
        present.numbers(&cells).moments().1
    };
    let deviations = vec![of(f64::sin), of(f64::cos)];
    Ok(Found { coding, fill, notes: Vec::new(), deviations })
}

/// x, y and z of a place. There is no scale to learn: the earth is as large for everybody.
///
/// What stands for an unknown place is the mean of the points, which lies inside the sphere: near everybody,
/// though on no map.
///
/// # Errors
/// If a constant is to stand for an unknown place.
pub(super) fn sphere(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
    let cells: Vec<[f64; 3]> = present
        .rows
        .iter()
        .filter_map(|row| match plan.column.value(*row) {
            Value::Point(point) => Some(on_sphere(point)),
            _ => None,
        })
        .collect();
    let moments: Vec<(f64, f64)> = (0..3)
        .map(|axis| {
            let values: Vec<f64> = cells.iter().map(|cell| cell[axis]).collect();
            present.numbers(&values).moments()
        })
        .collect();
    let fill = match &plan.missing {
        Missing::Error | Missing::LeaveOut | Missing::Keep => None,
        Missing::Median | Missing::Mean | Missing::Mode => Some(moments.iter().map(|axis| axis.0).collect()),
        Missing::Constant(number) => return Err(no_stand_in(plan, "`mean` of places", &number.to_string())),
        Missing::Category(text) => return Err(no_stand_in(plan, "`mean` of places", text)),
    };
    let deviations = moments.iter().map(|axis| axis.1).collect();
    Ok(Found { coding: Coding::Sphere, fill, notes: Vec::new(), deviations })
}
