//! Terms with their names resolved, and what they are for one customer.
//!
//! An expression gives a [`Value`]: a number, a text, a day and so on, or one of the three ways in
//! which there is none. Absence travels: whatever is made of something missing is missing, of null
//! null, of something invalid invalid. So the reason why a question cannot be answered is still
//! there at the leaf, where the state of a value can be asked for.
//!
//! Two absences meet in arithmetic only; the first from left to right is the result. What
//! arithmetic cannot say, a division by zero or a number that is not finite, is invalid and never
//! an infinity that compares as large.
//!
//! Values borrow from the customer and the plan; no text is copied.

use std::cmp::Ordering;
use std::sync::Arc;

use super::super::language::{Arithmetic, CalendarPart, Earlier, LeapDay, Literal, RankMeasure, Ties};
use super::calendar;
use super::frame::{Frame, LookedAt};
use super::identity::Buckets;
use super::rank::RankTable;
use super::score::Points;
use crate::error::Error;
use crate::history::Event;
use crate::time::Day;
use crate::value::{Kind, Value};

/// A term with its names resolved.
///
/// Names are numbers of the plan's tables by now, but for fields of events and items, whose
/// properties are found by name.
#[derive(Clone, Debug)]
pub(crate) enum Expr {
    /// The attribute in that slot.
    Slot(usize),
    /// A field of the event or item that is looked at.
    Field(Field),
    /// A field of an earlier event of the sequence that is followed.
    Earlier(Earlier, Field),
    /// What stands in the definition.
    Value(Literal),
    /// The day as of which the question is asked.
    Today,
    /// A number made of numbers, from left to right; or the first value that is known.
    Arithmetic(Arithmetic, Vec<Expr>),
    /// How many different texts are in a set.
    Size(Box<Expr>),
    /// Whole days up to today, negative for days ahead.
    DaysSince(Box<Expr>),
    /// Whole years up to today.
    Years(Box<Expr>, LeapDay),
    /// A part of a day: its month, its weekday.
    Calendar(CalendarPart, Box<Expr>),
    /// The sum over events of that number.
    Sum(usize),
    /// Where the customer stands among those of whom the table was learnt.
    Rank {
        /// The number by which they are ranked.
        by: Box<Expr>,
        /// The numbers of all; shared with whatever ranks by the same.
        table: Arc<RankTable>,
        /// As a place, a percentage, a part or a share.
        measure: RankMeasure,
        /// Which place equal numbers get.
        ties: Ties,
    },
    /// The customer's bucket in an experiment, by id or by another value.
    Bucket(Buckets, Option<Box<Expr>>),
    /// Points for this and that.
    Score(Box<Points>),
    /// The key of the segment in which the model of that number places the customer.
    Model(usize),
}

/// A field of an event or an item, with the kind it must have.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// As the definition writes it.
    pub name: Box<str>,
    /// Which of the fields that all events have, so that none of them is looked up by name.
    pub which: FieldName,
    /// The kind that the vocabulary says its values are of.
    pub kind: Kind,
}

/// Which field of an event is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldName {
    /// What it came to, in money.
    Amount,
    /// How much of it.
    Quantity,
    /// What it was of.
    Item,
    /// By which way it came.
    Channel,
    /// What kind of event it is; always known.
    Kind,
    /// The day on which it counts; always known.
    Day,
    /// Its instant; always known.
    At,
    /// A property of an event, or a field of an item.
    Other,
}

impl FieldName {
    /// The fields that events have, with their kinds.
    ///
    /// The list binds the vocabulary as well: no property may have one of these names.
    pub(crate) const OF_EVENTS: [(&'static str, FieldName, Kind); 7] = [
        ("amount", FieldName::Amount, Kind::Number),
        ("quantity", FieldName::Quantity, Kind::Number),
        ("item", FieldName::Item, Kind::Text),
        ("channel", FieldName::Channel, Kind::Text),
        ("kind", FieldName::Kind, Kind::Text),
        ("day", FieldName::Day, Kind::Day),
        ("at", FieldName::At, Kind::Timestamp),
    ];
}

impl Field {
    /// What the field is for that event; missing if the event says nothing of it. An amount that is
    /// not finite is invalid, so that one bad event does not make a sum infinite.
    pub(crate) fn of_event<'a>(&'a self, event: &Event<'a>, frame: Frame<'a, '_>) -> Value<'a> {
        let number = |number: Option<f64>| match number {
            Some(number) if number.is_finite() => Value::Number(number),
            Some(_) => Value::Invalid("not finite"),
            None => Value::Missing,
        };
        match self.which {
            FieldName::Amount => number(event.amount),
            FieldName::Quantity => number(event.quantity),
            FieldName::Item => event.item.map_or(Value::Missing, Value::Text),
            FieldName::Channel => event.channel.map_or(Value::Missing, Value::Text),
            FieldName::Kind => Value::Text(event.kind),
            FieldName::Day => Value::Day(event.day),
            FieldName::At => Value::Timestamp(event.at),
            FieldName::Other => self.checked(event.property(&self.name), frame),
        }
    }

    /// The value, or missing and a fault noted if it is not of the kind that the vocabulary says.
    fn checked<'a>(&self, value: Value<'a>, frame: Frame<'a, '_>) -> Value<'a> {
        match fits(value, self.kind) {
            Ok(value) => value,
            Err(found) => {
                frame.fail(Error::wrong_kind(format!(".{}", self.name), found, self.kind.to_string()));
                Value::Missing
            }
        }
    }
}

/// The value if it is of that kind or absent, and in words what it is if it is not.
///
/// A whole number fits where a number is wanted and the other way round, as sources of data seldom
/// keep them apart. A number that is not finite is invalid, whatever kind is wanted.
pub(crate) fn fits(value: Value<'_>, kind: Kind) -> Result<Value<'_>, String> {
    match value {
        Value::Number(number) if !number.is_finite() => Ok(Value::Invalid("not finite")),
        Value::Number(_) | Value::Integer(_) if kind.is_numeric() => Ok(value),
        _ if value.kind().is_none_or(|found| found == kind) => Ok(value),
        _ => Err(value.in_words()),
    }
}

impl Expr {
    /// The value for the customer of that frame.
    ///
    /// # Cost
    /// A look into an array for attributes, sums and models; what stands inside for everything else. A size
    /// compares the texts of the set with each other, as sets are small.
    pub(crate) fn value<'a>(&'a self, frame: Frame<'a, '_>) -> Value<'a> {
        match self {
            Expr::Slot(slot) => frame.slots.get(*slot).copied().unwrap_or(Value::Missing),
            Expr::Field(field) => match frame.looked_at {
                LookedAt::Event(event) => field.of_event(event, frame),
                LookedAt::Item { list, index } => {
                    field.checked(frame.customer.item_value(list, index, &field.name), frame)
                }
                LookedAt::Nothing => Value::Missing,
            },
            Expr::Earlier(step, field) => {
                let event = match step {
                    Earlier::First => frame.first,
                    Earlier::Previous => frame.previous,
                };
                event.map_or(Value::Missing, |event| field.of_event(event, frame))
            }
            Expr::Value(literal) => literal.as_value(),
            Expr::Today => Value::Day(frame.clock.today()),
            Expr::Arithmetic(operator, of) => arithmetic(*operator, of, frame),
            Expr::Size(set) => match set.value(frame) {
                Value::Set(set) => {
                    let new = |(i, text): &(usize, &str)| !set.iter().take(*i).any(|earlier| earlier == *text);
                    Value::Integer(set.iter().enumerate().filter(new).count() as i64)
                }
                absent => absent,
            },
            Expr::DaysSince(since) => {
                with_day(since.value(frame), frame, |day| Some(i64::from(frame.clock.today().days_since(day))))
            }
            Expr::Years(since, leap_day) => {
                with_day(since.value(frame), frame, |day| calendar::years(day, frame.clock.today(), *leap_day))
            }
            Expr::Calendar(part, of) => with_day(of.value(frame), frame, |day| calendar::part(day, *part)),
            Expr::Sum(sum) => frame.sums.get(*sum).copied().unwrap_or(Value::Missing),
            Expr::Rank { by, table, measure, ties } => match by.value(frame) {
                value if !value.is_present() => value,
                value => {
                    let rank = value.number().and_then(|number| table.rank(number, *measure, *ties));
                    rank.map_or(Value::Missing, Value::Number)
                }
            },
            Expr::Bucket(buckets, by) => {
                use crate::value::Id;
                let of_id = |id: Id<'_>| match id {
                    Id::Integer(integer) => buckets.bucket_of_integer(integer),
                    Id::Text(text) => buckets.bucket(text.as_bytes()),
                };
                match by.as_ref().map(|by| by.value(frame)) {
                    None => Value::Integer(of_id(frame.customer.id())),
                    Some(Value::Text(text)) => Value::Integer(buckets.bucket(text.as_bytes())),
                    Some(Value::Integer(integer)) => Value::Integer(buckets.bucket_of_integer(integer)),
                    // an attribute of whole numbers may hold one that came as a number
                    Some(Value::Number(number)) => match number as i64 {
                        integer if integer as f64 == number => Value::Integer(buckets.bucket_of_integer(integer)),
                        _ => Value::Invalid("no whole number"),
                    },
                    Some(absent) => absent,
                }
            }
            Expr::Score(points) => finite(points.total(frame)),
            Expr::Model(model) => frame.models.get(*model).copied().unwrap_or(Value::Missing),
        }
    }
}

/// The day of a day or an instant.
///
/// An instant has the day on which it falls in the definition's zone; an absent value has none.
pub(crate) fn day_of(value: Value<'_>, frame: Frame<'_, '_>) -> Option<Day> {
    match value {
        Value::Day(day) => Some(day),
        Value::Timestamp(at) => Some(frame.clock.zone.day(at)),
        _ => None,
    }
}

/// A whole number made of the day of a value. An absent value is handed on as it is; a day outside
/// the calendar, beyond the years -9999 and 9999, is invalid.
fn with_day<'a>(value: Value<'a>, frame: Frame<'a, '_>, count: impl FnOnce(Day) -> Option<i64>) -> Value<'a> {
    match day_of(value, frame) {
        Some(day) => count(day).map_or(Value::Invalid("outside the calendar"), Value::Integer),
        None => value,
    }
}

/// The number as a value; an overflow is invalid.
fn finite<'a>(number: f64) -> Value<'a> {
    if number.is_finite() { Value::Number(number) } else { Value::Invalid("not finite") }
}

/// The result of an operator over terms, from left to right.
///
/// The first known of several values skips what is absent for whatever reason; if all are, the
/// reason of the first is given. Every other operator ends at the first absent value.
fn arithmetic<'a>(operator: Arithmetic, of: &'a [Expr], frame: Frame<'a, '_>) -> Value<'a> {
    if operator == Arithmetic::FirstKnown {
        let mut absent = None;
        for term in of {
            match term.value(frame) {
                value if value.is_present() => return value,
                value => absent = absent.or(Some(value)),
            }
        }
        return absent.unwrap_or(Value::Missing);
    }
    let mut total: Option<f64> = None;
    for term in of {
        let value = term.value(frame);
        let Some(number) = value.number() else { return value };
        match step(operator, total, number) {
            Some(next) => total = Some(next),
            None => return Value::Invalid("division by zero"),
        }
    }
    total.map_or(Value::Missing, finite)
}

/// One step of arithmetic from left to right: what came out so far, and the next number; `None` for a division by zero.
///
/// It is a function of its own so that the executor of columns takes the very same steps.
#[inline]
pub(crate) fn step(operator: Arithmetic, total: Option<f64>, number: f64) -> Option<f64> {
    Some(match (total, operator) {
        (None, Arithmetic::Absolute) => number.abs(),
        (None, Arithmetic::Floor) => number.floor(),
        (None, Arithmetic::Round) => number.round(),
        (None, _) => number,
        (Some(total), Arithmetic::Add) => total + number,
        (Some(total), Arithmetic::Subtract) => total - number,
        (Some(total), Arithmetic::Multiply) => total * number,
        (Some(_), Arithmetic::Divide) if number == 0.0 => return None,
        (Some(total), Arithmetic::Divide) => total / number,
        (Some(total), Arithmetic::Minimum) => total.min(number),
        (Some(total), Arithmetic::Maximum) => total.max(number),
        (Some(total), _) => total,
    })
}

/// How two values of comparable kinds compare; `None` if one is absent.
///
/// Whole numbers and numbers compare as the numbers they are, not rounded to one another; an instant compares with a day
/// by the day on which it falls.
pub(crate) fn order(left: Value<'_>, right: Value<'_>, frame: Frame<'_, '_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(a), Value::Integer(b)) => Some(a.cmp(&b)),
        (Value::Integer(a), Value::Number(b)) => Some(integer_with_number(a, b)),
        (Value::Number(a), Value::Integer(b)) => Some(integer_with_number(b, a).reverse()),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(&b),
        (Value::Day(a), Value::Day(b)) => Some(a.cmp(&b)),
        (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(&b)),
        (Value::Timestamp(_), Value::Day(b)) => day_of(left, frame).map(|a| a.cmp(&b)),
        (Value::Day(a), Value::Timestamp(_)) => day_of(right, frame).map(|b| a.cmp(&b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Boolean(a), Value::Boolean(b)) => Some(a.cmp(&b)),
        _ => None,
    }
}

/// How a whole number compares with a finite number, exactly.
pub(crate) fn integer_with_number(integer: i64, number: f64) -> Ordering {
    const EDGE: f64 = 9_223_372_036_854_775_808.0; // 2^63
    if number >= EDGE {
        return Ordering::Less;
    }
    if number < -EDGE {
        return Ordering::Greater;
    }
    let whole = number.floor();
    integer.cmp(&(whole as i64)).then(if number > whole { Ordering::Less } else { Ordering::Equal })
}
