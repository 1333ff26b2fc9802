//! Definitions as JSON: they come back the same, errors say where, nothing too large is read.

use proptest::prelude::*;
use segmentry::rules::*;

use super::generate::{any_condition, any_definitions};

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conditions_come_back_the_same(condition in any_condition(3)) {
        let json = condition.to_json().map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(Condition::from_json(&json).map_err(|error| TestCaseError::fail(format!("{error}\n{json}")))?, condition);
    }

    #[test]
    fn definitions_come_back_the_same(definitions in any_definitions()) {
        let json = definitions.to_json().map_err(|error| TestCaseError::fail(error.to_string()))?;
        let read = Definitions::from_json(&json).map_err(|error| TestCaseError::fail(format!("{error}\n{json}")))?;
        prop_assert_eq!(read, definitions);
    }
}

#[test]
fn errors_say_the_line_the_key_and_what_was_meant() {
    let of = |json: &str| Definitions::from_json(json).unwrap_err().to_string();
    let audience = |list: &str| {
        format!("{{\n\"audiences\": [{{\n\"label\": {{\"key\": \"big\", \"label\": \"Big\"}},\n\"list\": {list}\n}}]}}")
    };
    let cases = [
        ("", "line 1: this is not JSON: EOF while parsing a value, in column 0".to_owned()),
        ("{} {}", "line 1: this is not JSON: trailing characters, in column 4".to_owned()),
        ("{\"zone\": \"Europe/Atlantis\"}", "line 1: key `zone`: ".to_owned()),
        (
            "{\"version\": 2}",
            "line 1: key `version`: `version` must be 1, the only version of definitions, found 2".to_owned(),
        ),
        ("{\"week_start\": \"mondy\"}", "line 1: key `week_start`: no name `mondy`; did you mean `monday`".to_owned()),
        (
            &audience("{\"dynamic\": {\"not\": {\"is\": {\"term\": {\"atribute\": \"a\"}, \"state\": \"known\"}}}}"),
            "line 4: key `audiences.0.list.dynamic.not.is.term`: no name `atribute`; did you mean `attribute`"
                .to_owned(),
        ),
        (
            &audience("{\"dynamic\": {\"is\": {\"term\": {\"attribute\": \"a\"}, \"stat\": \"known\"}}}"),
            "line 4: key `audiences.0.list.dynamic.is.stat`: no field `stat`; did you mean `state`".to_owned(),
        ),
        (
            &audience("{\"dynamic\": {\"all\": [{\"constant\": 1}]}}"),
            "line 4: key `audiences.0.list.dynamic.all.0.constant`: invalid type: integer `1`, expected a boolean"
                .to_owned(),
        ),
        (&audience("{\"dynamic\": 5}"), "line 4: key `audiences.0.list.dynamic`: ".to_owned()),
        (
            &audience("{\"dynamic\": {\"compare\": 5}}"),
            "line 4: key `audiences.0.list.dynamic.compare`: invalid type: integer `5`, expected an object".to_owned(),
        ),
        (&format!("{{\"audiences\": {}1{}}}", "[".repeat(200), "]".repeat(200)), "line 1: ".to_owned()),
    ];
    for (json, expected) in cases {
        let error = of(json);
        assert!(error.starts_with(&expected), "{json}: {error}");
        assert!(!error.contains("struct") && !error.contains("Condition"), "{error}");
    }
    let deep = format!("{}true{}", "{\"not\":".repeat(200), "}".repeat(200));
    assert_eq!(
        Condition::from_json(&deep).unwrap_err().to_string(),
        "line 1: objects and lists are nested more than 127 deep"
    );
}

#[test]
fn what_is_too_large_is_refused_with_its_place() {
    let at = |condition: Condition| condition.to_json().unwrap_err().to_string();
    let mut deep = attribute("a").is(1);
    for _ in 0..100_000 {
        deep = !deep;
    }
    let error = deep.to_json().unwrap_err().to_string();
    assert!(error.starts_with("key `not.not.") && error.ends_with("nested more than 64 deep"), "{error}");
    assert!(deep.to_growthbook().is_err() && deep.to_json_logic().is_err());
    let mut definitions = Definitions::new().rules(Rules::new("r").when("x", deep));
    assert!(definitions.to_json().unwrap_err().to_string().starts_with("key `rules.0.rules.0.when.not."));
    let mut deep = definitions.rules.remove(0).rules.remove(0).when;
    while let Condition::Not(inner) = deep {
        deep = *inner; // dropping goes by the stack
    }
    let mut broad = attribute("a").is(1);
    for _ in 0..60 {
        broad = Condition::All(vec![broad]);
    }
    assert!(at(broad).ends_with("at most 100 are read"));
    let cases = [
        (
            attribute("a").one_of(vec!["x"; 100_001]),
            "key `one_of.values`: a list of 100001 entries, at most 100000 are read",
        ),
        (!Condition::Any(vec![Condition::Constant(true); 100_001]), "key `not.any`: a list of 100001 entries"),
        (
            attribute("a").matches("x".repeat(10_001)),
            "key `text.text`: `text` must be a pattern of at most 10000 bytes",
        ),
        (attribute("a").is(f64::NAN), "key `compare.right.value.number`: the number is NaN, expected a finite number"),
    ];
    for (condition, expected) in cases {
        let error = at(condition);
        assert!(error.starts_with(expected), "{error}");
    }
    let long = format!("\"{}\"", "x".repeat(16 << 20));
    for error in [
        Definitions::from_json(&long).unwrap_err(),
        Condition::from_json(&long).unwrap_err(),
        Condition::from_growthbook(&long).unwrap_err(),
        Condition::from_json_logic(&long).unwrap_err(),
    ] {
        assert_eq!(error.to_string(), "16777218 bytes are too many to be read, at most 16777216 are");
    }
}

/// What is as deep as may be is written and read again, on the small stack of a test's thread.
#[test]
fn what_is_within_the_limits_is_read_again() {
    let mut deepest = attribute("a").is(1);
    while (!deepest.clone()).to_json().is_ok() {
        deepest = !deepest;
    }
    assert_eq!(Condition::from_json(&deepest.to_json().unwrap()).unwrap(), deepest);
    let score = |condition| Score {
        items: vec![ScoreItem { points: 1.0, given: Given::When(condition), category: None, cap: None }],
        ..Score::default()
    };
    let mut scores = attribute("a").is(1);
    let wrap = |condition| Term::Score(Box::new(score(condition))).above(1);
    while wrap(scores.clone()).to_json().is_ok() {
        scores = wrap(scores);
    }
    let definitions = Definitions::new().audience(Audience::new("a", scores));
    match definitions.to_json() {
        Ok(json) => assert_eq!(Definitions::from_json(&json).unwrap(), definitions),
        Err(error) => assert!(error.to_string().ends_with("at most 100 are read"), "{error}"),
    }
}
