//! The JSON Schema: the file is what the types say, and whatever is written is valid.

use proptest::prelude::*;
use segmentry::rules::{Condition, Definitions, json_schema};

use super::generate::{any_definitions, definitions};

const FILE: &str = "docs/rules.schema.json";

#[test]
fn the_file_is_what_the_types_say() {
    let schema = serde_json::to_string_pretty(&json_schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_EXPECTED").is_some_and(|value| value == "1") {
        std::fs::write(crate::tree::root().join(FILE), &schema).unwrap();
    }
    let file = crate::tree::read(FILE).replace("\r\n", "\n");
    assert!(file == schema, "{FILE} is not what the types say: UPDATE_EXPECTED=1 writes it anew");
}

#[test]
fn everything_is_described_in_plain_words() {
    fn visit(path: &str, value: &serde_json::Value, faults: &mut Vec<String>) {
        let Some(object) = value.as_object() else { return };
        if let Some(text) = object.get("description").and_then(|text| text.as_str())
            && ["```", "](", "assert", "[`"].iter().any(|mark| text.contains(mark))
        {
            faults.push(format!("{path}: {text}"));
        }
        for (key, value) in object {
            match value {
                serde_json::Value::Array(values) => {
                    values.iter().for_each(|value| visit(&format!("{path}/{key}"), value, faults));
                }
                value => visit(&format!("{path}/{key}"), value, faults),
            }
        }
    }
    let schema = json_schema();
    let mut faults = Vec::new();
    visit("", &schema, &mut faults);
    crate::tree::assert_none(&faults);
    let defined = schema["$defs"].as_object().unwrap();
    let silent: Vec<_> =
        defined.iter().filter(|(_, one)| one["description"].is_null()).map(|(name, _)| name.clone()).collect();
    crate::tree::assert_none(&silent);
}

fn validator() -> jsonschema::Validator {
    jsonschema::draft202012::new(&json_schema()).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_is_valid(wild in any_definitions(), kinded in definitions()) {
        let validator = validator();
        for definitions in [wild, kinded] {
            let json = serde_json::to_value(&definitions).unwrap();
            if let Err(error) = validator.validate(&json) {
                return Err(TestCaseError::fail(format!("{error} at {}: {json}", error.instance_path())));
            }
        }
    }
}

/// The schema refuses what the reader refuses, where a schema can.
#[test]
fn what_is_not_read_is_not_valid() {
    let validator = validator();
    let label = serde_json::json!({ "key": "a", "label": "A" });
    let of = |list: serde_json::Value| serde_json::json!({ "audiences": [{ "label": label, "list": list }] });
    let right = of(serde_json::json!({ "dynamic": { "constant": true } }));
    assert!(validator.is_valid(&right) && Definitions::from_json(&right.to_string()).is_ok());
    for list in [
        serde_json::json!({ "dynamic": { "konstant": true } }),
        serde_json::json!({ "dynamic": { "constant": 1 } }),
        serde_json::json!({ "dynamic": { "is": { "term": "today", "state": "known", "more": 1 } } }),
        serde_json::json!({ "dynamic": { "compare": { "left": "today", "comparison": "~", "right": "today" } } }),
        serde_json::json!({ "dynamic": { "is": { "term": "today" } } }),
    ] {
        let wrong = of(list);
        assert!(!validator.is_valid(&wrong), "{wrong}");
        assert!(Definitions::from_json(&wrong.to_string()).is_err(), "{wrong}");
    }
    assert!(Condition::from_json("{ \"constant\": true }").is_ok());
}
