//! Conditions of other tools: read, written, and answered as they answer.

mod growthbook;
mod guide;
mod json_logic;
mod laws;
mod published;
mod refused;

use segmentry::customer::Record;
use segmentry::rules::{Audience, Condition, Definitions, Plan, Vocabulary};
use segmentry::value::{AsValue, Attribute, GeoPoint, Kind, OwnedValue, Schema, Value as Known};
use serde_json::Value;

/// The attributes of the customers here, with their kinds.
const ATTRIBUTES: [(&str, Kind); 13] = [
    ("spend", Kind::Number),
    ("employees", Kind::Integer),
    ("country", Kind::Text),
    ("plan", Kind::Text),
    ("active", Kind::Boolean),
    ("signup", Kind::Day),
    ("birthday", Kind::Day),
    ("seen", Kind::Timestamp),
    ("tags", Kind::Set),
    ("home", Kind::Point),
    ("app_version", Kind::Text),
    ("ip", Kind::Text),
    ("address.city", Kind::Text),
];

/// The fields of the items of their list `orders`.
const FIELDS: [(&str, Kind); 3] = [("sku", Kind::Text), ("qty", Kind::Number), ("paid", Kind::Boolean)];

fn schema(of: &[(&str, Kind)]) -> Schema {
    Schema::new(of.iter().map(|(name, kind)| Attribute::new(*name, *kind))).unwrap()
}

fn vocabulary() -> Vocabulary {
    Vocabulary::of_schema(schema(&ATTRIBUTES)).list("orders", schema(&FIELDS)).unwrap()
}

/// A value of JSON as one of that kind, `None` if it is none.
fn known(value: &Value, kind: Kind) -> Option<OwnedValue> {
    Some(match (value, kind) {
        (Value::Null, _) => OwnedValue::Null,
        (Value::Number(number), Kind::Number) => OwnedValue::Number(number.as_f64()?),
        (Value::Number(number), Kind::Integer) => OwnedValue::Integer(number.as_i64()?),
        (Value::String(text), Kind::Text) => OwnedValue::Text(text.clone()),
        (Value::Bool(truth), Kind::Boolean) => OwnedValue::Boolean(*truth),
        (Value::String(text), Kind::Day) => OwnedValue::Day(text.parse().ok()?),
        (Value::String(text), Kind::Timestamp) => OwnedValue::Timestamp(text.parse().ok()?),
        (Value::Array(texts), Kind::Set) => {
            OwnedValue::Set(texts.iter().map(|text| text.as_str().map(str::to_owned)).collect::<Option<_>>()?)
        }
        (Value::Array(place), Kind::Point) => {
            OwnedValue::Point(GeoPoint::new(place.first()?.as_f64()?, place.get(1)?.as_f64()?).ok()?)
        }
        _ => return None,
    })
}

/// What stands at a path with dots.
fn at<'a>(customer: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(customer, |value, key| value.get(key))
}

/// The customer of JSON as a record of those kinds.
fn record(customer: &Value, attributes: &[(&str, Kind)], lists: &[(&str, &[(&str, Kind)])]) -> Option<Record> {
    let mut record = Record::new("c-1");
    for (name, kind) in attributes {
        if let Some(value) = at(customer, name) {
            record = record.with(*name, known(value, *kind)?);
        }
    }
    for (list, fields) in lists {
        for item in at(customer, list).and_then(Value::as_array).into_iter().flatten() {
            let of = |(name, kind): &(&'static str, Kind)| Some((*name, known(item.get(*name)?, *kind)?));
            let owned: Vec<(&str, OwnedValue)> =
                fields.iter().filter_map(|(name, kind)| of(&(leaked(name), *kind))).collect();
            record = record.item(*list, owned.iter().map(|(name, value)| (*name, value.as_value())));
        }
    }
    Some(record)
}

/// A name that lives as long as the tests: there are few.
fn leaked(name: &str) -> &'static str {
    Box::leak(name.to_owned().into_boxed_str())
}

fn plan(condition: &Condition, vocabulary: &Vocabulary) -> segmentry::Result<Plan> {
    Plan::new(&Definitions::new().audience(Audience::new("a", condition.clone())), vocabulary)
}

/// Whether the customer is in, where unknown is excluded.
fn is_in(plan: &Plan, record: &Record) -> bool {
    plan.asker().ask(record).unwrap().is_member(0)
}

/// Whether the condition holds of a customer with [`ATTRIBUTES`].
fn holds(condition: &Condition, customer: &Value) -> bool {
    let plan = plan(condition, &vocabulary()).unwrap_or_else(|error| panic!("{error}: {condition}"));
    is_in(&plan, &record(customer, &ATTRIBUTES, &[("orders", &FIELDS)]).unwrap())
}

#[test]
fn a_customer_of_json_is_the_same_as_a_record() {
    let customer = serde_json::json!({
        "spend": 1.5, "country": null, "tags": ["a"], "address": { "city": "Ulm" }, "orders": [{ "qty": 2 }, {}]
    });
    let record = record(&customer, &ATTRIBUTES, &[("orders", &FIELDS)]).unwrap();
    use segmentry::customer::Customer;
    assert_eq!(record.value("spend"), Known::Number(1.5));
    assert_eq!(record.value("country"), Known::Null);
    assert_eq!(record.value("plan"), Known::Missing);
    assert_eq!(record.value("address.city"), Known::Text("Ulm"));
    assert_eq!(record.item_count("orders"), 2);
    assert_eq!(record.item_value("orders", 0, "qty"), Known::Number(2.0));
}
