//! Values that attributes may be changed to, and a customer changed so.

use crate::customer::Customer;
use crate::history::Event;
use crate::rules::language::SetOperator;
use crate::time::{AsOf, Timestamp};
use crate::value::{AsValue, Id, Kind, OwnedValue, Value};

/// A value and its neighbours.
pub(super) fn around(value: Value<'_>, kind: Kind, found: &mut Vec<OwnedValue>) {
    match value {
        Value::Number(_) | Value::Integer(_) => {
            let number = value.number().unwrap_or(0.0);
            if kind == Kind::Integer {
                let whole = [number.ceil(), number.floor(), number.floor() + 1.0, number.ceil() - 1.0];
                found.extend(whole.map(|number| OwnedValue::Integer(number as i64)));
            } else {
                found.extend([number, number.next_up(), number.next_down()].map(OwnedValue::Number));
            }
        }
        Value::Day(day) => found.extend([day, day.plus(1), day.plus(-1)].map(OwnedValue::Day)),
        Value::Timestamp(at) => {
            let near = [0, 1, -1].map(|step| at.micros().saturating_add(step));
            found.extend(near.map(|at| OwnedValue::Timestamp(Timestamp::from_micros(at))));
        }
        Value::Boolean(_) => found.extend([true, false].map(OwnedValue::Boolean)),
        Value::Text(text) => found.push(OwnedValue::Text(text.to_owned())),
        _ => {}
    }
}

/// Sets that come out of a set when texts are put in or taken out.
pub(super) fn sets(current: Value<'_>, operator: SetOperator, texts: &[String]) -> Vec<OwnedValue> {
    let has: Vec<String> = current.set().iter().flat_map(|set| set.iter().map(str::to_owned)).collect();
    let with = |more: &[String]| {
        let new = more.iter().filter(|text| !has.contains(text));
        OwnedValue::Set(has.iter().chain(new).cloned().collect())
    };
    let without = |less: &[String]| OwnedValue::Set(has.iter().filter(|text| !less.contains(text)).cloned().collect());
    let first = texts.get(..1).unwrap_or_default();
    match operator {
        SetOperator::Exactly => vec![OwnedValue::Set(texts.to_vec()), without(first), OwnedValue::Set(Vec::new())],
        SetOperator::AnyOf | SetOperator::NoneOf => vec![with(first), without(texts)],
        SetOperator::AllOf => vec![with(texts), without(first)],
    }
}

/// Some value of that kind.
pub(super) fn some(kind: Kind) -> OwnedValue {
    match kind {
        Kind::Number => OwnedValue::Number(0.0),
        Kind::Integer => OwnedValue::Integer(0),
        Kind::Boolean => OwnedValue::Boolean(false),
        Kind::Text => OwnedValue::Text("?".to_owned()),
        Kind::Set => OwnedValue::Set(vec!["?".to_owned()]),
        _ => OwnedValue::Missing,
    }
}

/// A customer of whom some attributes have other values.
pub(super) struct Changed<'a> {
    pub customer: &'a dyn Customer,
    pub values: &'a [(String, OwnedValue)],
}

impl Customer for Changed<'_> {
    fn id(&self) -> Id<'_> {
        self.customer.id()
    }

    fn value(&self, attribute: &str) -> Value<'_> {
        let changed = self.values.iter().find(|(name, _)| name == attribute);
        changed.map_or_else(|| self.customer.value(attribute), |(_, value)| value.as_value())
    }

    fn as_of(&self) -> Option<AsOf> {
        self.customer.as_of()
    }

    fn event_count(&self) -> usize {
        self.customer.event_count()
    }

    fn event(&self, index: usize) -> Option<Event<'_>> {
        self.customer.event(index)
    }

    fn item_count(&self, list: &str) -> usize {
        self.customer.item_count(list)
    }

    fn item_value(&self, list: &str, index: usize, field: &str) -> Value<'_> {
        self.customer.item_value(list, index, field)
    }
}
