//! Learning one feature: its figures, what stands for an unknown value, and how far its columns spread.

use std::borrow::Cow;

use crate::error::Error;
use crate::time::AsOf;
use crate::value::Value;

use super::choices::{Encode, Missing};
use super::coding::{Coding, Source, on_sphere};
use super::fitted::{Absent, Fitted};
use super::part;
use super::plan::Plan;
use super::scaler::Scaler;
use super::spread::Numbers;
use super::survey::{Survey, members};

/// The customers learnt from: rows with a weight above 0 that no feature leaves out.
pub(super) struct Sample {
    pub(super) rows: Vec<usize>,
    /// As many as rows, all above 0.
    pub(super) weights: Option<Vec<f64>>,
    pub(super) as_of: Option<AsOf>,
}

/// A feature that was learnt.
pub(super) struct Learnt {
    pub(super) fitted: Fitted,
    pub(super) notes: Vec<String>,
    /// The standard deviation of each column, weights of features included.
    pub(super) deviations: Vec<f64>,
}

/// The row that an error stands in, if it stands in one.
pub(super) type Refused = (Option<usize>, Error);

/// What is learnt of the values before policies are applied.
struct Found {
    coding: Coding,
    fill: Option<Vec<f64>>,
    notes: Vec<String>,
    deviations: Vec<f64>,
}

/// Learns one feature from the customers of the sample.
///
/// # Errors
/// If no customer has a value, one that must have one has none, or a value is outside what the feature takes; with the
/// row of the first such customer.
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
        Encode::Number => number(plan, &present, sample.as_of, source(plan))?,
        Encode::Age => number(plan, &present, sample.as_of, Source::Age)?,
        Encode::Ordinal if plan.order.is_none() => number(plan, &present, sample.as_of, Source::Number)?,
        Encode::Ordinal => ranks(plan, &present)?,
        Encode::Category | Encode::OneHot | Encode::Frequency | Encode::Flag => categories(plan, &present)?,
        Encode::Set => set(plan, &present)?,
        Encode::Weekday | Encode::Month | Encode::DayOfYear | Encode::Hour => circle(plan, &present)?,
        Encode::Place => sphere(plan, &present)?,
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
pub(super) struct Present<'a> {
    pub(super) rows: Cow<'a, [usize]>,
    pub(super) weights: Option<Cow<'a, [f64]>>,
}

impl Present<'_> {
    fn numbers<'b>(&'b self, values: &'b [f64]) -> Numbers<'b> {
        Numbers { values, weights: self.weights.as_deref() }
    }

    /// The weight of the row at that place.
    pub(super) fn weight(&self, at: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[at])
    }
}

fn source(plan: &Plan<'_>) -> Source {
    if plan.attribute.kind.is_numeric() { Source::Number } else { Source::Days }
}

/// The number that stands for an unknown one.
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

/// What was to stand for an unknown value cannot.
fn no_stand_in(plan: &Plan<'_>, expected: &str, found: &str) -> Refused {
    (None, Error::parameter("missing", expected, found).at_key(&plan.attribute.name))
}

fn number(plan: &Plan<'_>, present: &Present<'_>, as_of: Option<AsOf>, source: Source) -> Result<Found, Refused> {
    let values: Vec<f64> = match source {
        Source::Number => present.rows.iter().filter_map(|row| plan.column.number(*row)).collect(),
        _ => present.rows.iter().filter_map(|row| source.read(plan.column.value(*row), as_of)).collect(),
    };
    let numbers = present.numbers(&values);
    let (scaler, mut notes) = Scaler::learn(numbers, plan.wish).map_err(|at| {
        let row = present.rows[at];
        let expected = super::fitted::taken(plan.wish.transform);
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

fn ranks(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
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
    let fill = stand_in.map(|rank| vec![scaler.apply(rank)]);
    let scaled: Vec<f64> = values.iter().map(|value| scaler.apply(*value)).collect();
    let deviations = vec![present.numbers(&scaled).moments().1];
    let coding = Coding::Order { order, scaler, rank: plan.ranks, unknown: plan.unknown };
    Ok(Found { coding, fill, notes, deviations })
}

fn categories(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
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
                notes.push(format!("has {} that are counted as others", counted_rare(rare)));
            }
            let weights = |of: bool| survey.weights.iter().zip(&kept).filter(move |(_, kept)| **kept == of);
            let mut deviations: Vec<f64> = weights(true).map(|(weight, _)| flag(share_of(weight))).collect();
            if encode == Encode::Category {
                (Coding::Codes { categories, unknown: plan.unknown }, Vec::new())
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
                (_, coding) => coding.find_text(&text),
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

/// `1 category`, `12 categories`.
fn counted_rare(rare: usize) -> String {
    crate::text::counted(rare, "rare category", "rare categories")
}

fn set(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
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
        notes.push(format!("has {} that are passed over", crate::text::counted(rare, "rare member", "rare members")));
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

fn circle(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
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

fn sphere(plan: &Plan<'_>, present: &Present<'_>) -> Result<Found, Refused> {
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
