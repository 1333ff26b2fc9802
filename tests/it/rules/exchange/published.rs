//! The published cases of both tools, as data: what they answer is what we answer, or it is refused.

use segmentry::rules::{Condition, Importer, Vocabulary};
use segmentry::value::Kind;
use serde_json::Value;

use super::{at, is_in, plan, record, schema};

/// The names that stand under a key anywhere in the JSON of a condition.
fn names<'a>(json: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match json {
        Value::Object(entries) => {
            for (name, value) in entries {
                match value {
                    Value::String(text) if name == key && !found.contains(&text.as_str()) => found.push(text),
                    value => names(value, key, found),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| names(value, key, found)),
        _ => {}
    }
}

/// The kinds that a value may be of; of what is not there any.
fn kinds(value: Option<&Value>) -> Vec<Kind> {
    match value {
        Some(Value::Number(_)) => vec![Kind::Number],
        Some(Value::Bool(_)) => vec![Kind::Boolean],
        Some(Value::String(_)) => vec![Kind::Text],
        Some(Value::Array(_)) => vec![Kind::Set],
        _ => vec![Kind::Text, Kind::Number, Kind::Boolean, Kind::Set],
    }
}

/// Whether the customer is in, with the kinds that its values have; `None` if the condition compares other kinds.
fn answer(condition: &Condition, customer: &Value) -> Option<bool> {
    let json = serde_json::to_value(condition).unwrap();
    let (mut attributes, mut lists, mut fields) = (Vec::new(), Vec::new(), Vec::new());
    names(&json, "attribute", &mut attributes);
    names(&json, "list", &mut lists);
    names(&json, "field", &mut fields);
    let mut choices: Vec<Vec<(&str, Kind)>> = vec![Vec::new()];
    for name in attributes {
        let kinds = kinds(at(customer, name));
        let with = |choice: &Vec<(&'static str, Kind)>, kind: Kind| {
            [choice.as_slice(), &[(super::leaked(name), kind)]].concat()
        };
        choices = choices
            .iter()
            .flat_map(|choice| kinds.iter().map(|kind| with(choice, *kind)).collect::<Vec<_>>())
            .collect();
    }
    let item = lists.first().and_then(|list| at(customer, list)?.get(0));
    let of_fields = |absent: Kind| -> Vec<(&str, Kind)> {
        let kind = |name: &str| item.and_then(|item| item.get(name)).map_or(absent, |value| kinds(Some(value))[0]);
        fields.iter().map(|name| (*name, kind(name))).collect()
    };
    let (texts, numbers) = (of_fields(Kind::Text), of_fields(Kind::Number));
    let both = choices.iter().flat_map(|attributes| [(attributes, &texts), (attributes, &numbers)]);
    both.into_iter().find_map(|(attributes, fields)| {
        let mut vocabulary = Vocabulary::of_schema(schema(attributes));
        for list in &lists {
            vocabulary = vocabulary.list(*list, schema(fields)).unwrap();
        }
        let lists: Vec<(&str, &[(&str, Kind)])> = lists.iter().map(|list| (*list, fields.as_slice())).collect();
        Some(is_in(&plan(condition, &vocabulary).ok()?, &record(customer, attributes, &lists)?))
    })
}

fn check(
    file: &str,
    read: impl Fn(&Value, &Value) -> segmentry::Result<Condition>,
    answer_there: fn(&Value, &Value) -> bool,
) {
    let data: Value = serde_json::from_str(&crate::tree::read(&format!("tests/it/rules/data/{file}.json"))).unwrap();
    let cases = data["cases"].as_array().unwrap();
    let (mut faults, mut same) = (Vec::new(), 0);
    for case in cases {
        let (name, json, customer, expected) = (&case[0], &case[1], &case[2], &case[3]);
        if let Value::Bool(expected) = expected
            && answer_there(json, customer) != *expected
        {
            faults.push(format!("{name}: the twin in these tests answers otherwise"));
        }
        let found = match read(json, customer) {
            Err(_) => Value::from("refused"),
            Ok(condition) => match answer(&condition, customer) {
                Some(truth) => Value::from(truth),
                None => Value::from("wrong kind"),
            },
        };
        same += usize::from(expected.is_boolean());
        if found != *expected {
            faults.push(format!("{name}: {json} of {customer} is {found}, published is {expected}"));
        }
    }
    crate::tree::assert_none(&faults);
    assert!(same * 10 > cases.len() * 7, "of {} cases only {same} have an answer here", cases.len());
}

/// Their attributes say by themselves which are sets.
fn importer(customer: &Value) -> Importer {
    let sets = customer.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    sets.fold(Importer::new(), |importer, (name, _)| importer.set(name))
}

#[test]
fn growthbook_publishes_these_answers() {
    check("growthbook", |json, customer| importer(customer).growthbook(json), super::growthbook::holds);
}

#[test]
fn json_logic_publishes_these_answers() {
    check("json_logic", |json, customer| importer(customer).json_logic(json), super::json_logic::holds);
}
