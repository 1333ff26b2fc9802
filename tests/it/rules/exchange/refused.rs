//! What cannot be said on the other side is refused, with the reason and the place.

use segmentry::rules::*;

#[test]
fn importers_say_what_and_where() {
    let growthbook = [
        (r#"[]"#, "a condition is an object, found `[]`"),
        (r#"{"a": {"$gtt": 1}}"#, "key `a.$gtt`: no operator `$gtt`: it is never true there; did you mean `$gt`"),
        (r#"{"$and": [{"a": 1}, {"b": {"$type": "string"}}]}"#, "key `$and.1.b.$type`: an attribute has one kind here"),
        (r#"{"a": {"b": 1}}"#, "key `a`: a whole object as a value"),
        (r#"{"a": [1, 2]}"#, "key `a`: a list that must have this order"),
        (r#"{"a": {"$gt": "m"}}"#, "key `a.$gt`: texts are ordered by their letters there"),
        (r#"{"a": {"$in": 1}}"#, "key `a.$in`: a list is wanted, found `1`"),
        (r#"{"a": {"$in": [[1]]}}"#, "key `a.$in.0`: a list has texts, numbers and truths, found `[1]`"),
        (r#"{"a": {"$regex": "(?=x)"}}"#, "key `a.$regex`: looking ahead or behind"),
        (r#"{"a": {"$regex": "(["}}"#, "key `a.$regex`: a class without an end"),
        (r#"{"a": {"$vgt": "1.2"}}"#, "key `a.$vgt`: `1.2` is no semantic version"),
        (r#"{"a": {"$vgt": "1.2.3-a-b"}}"#, "key `a.$vgt`: a pre-release with a hyphen"),
        (r#"{"id": {"$inGroup": "g"}}"#, "key `id.$inGroup`: the values of the saved group `g` are not given"),
        (r#"{"tags": {"$alli": ["A"]}}"#, "key `tags.$alli`: texts in a set are compared letter by letter"),
        (
            r#"{"nums": {"$elemMatch": {"$gt": 10}}}"#,
            "key `nums.$elemMatch`: of the texts in a set, only `$eq` and `$in`",
        ),
        (r#"{"$in": [1]}"#, "key `$in`: an operator without an attribute"),
        (r#"{"a": 1"#, "line 1: this is not JSON: EOF while parsing an object, in column 7"),
    ];
    for (json, reason) in growthbook {
        let error = Condition::from_growthbook(json).unwrap_err().to_string();
        assert!(error.starts_with(reason), "{json}: {error}");
    }
    let json_logic = [
        (r#"[]"#, "a list as a truth"),
        (r#"{"==": [1, "1"]}"#, "key `==`: `1` and `\"1\"` are turned into one kind there"),
        (r#"{"and": [true, {"%": [3, 2]}]}"#, "key `and.1.%`: a number or text as a truth"),
        (r#"{"==": [{"%": [{"var": "a"}, 2]}, 0]}"#, "key `==.0.%`: remainders cannot be said here"),
        (r#"{"==": [{"cat": ["a", {"var": "b"}]}, "ab"]}"#, "key `==.0.cat`: texts that are made of texts"),
        (r#"{">": [{"/": [1, {"var": "a"}]}, 2]}"#, "key `>.0./`: dividing by what may be zero"),
        (r#"{"<": [{"var": "a"}, "m"]}"#, "key `<`: texts are ordered by their letters there"),
        (r#"{"<": [1, 2, 3, 4]}"#, "key `<`: 4 arguments are compared otherwise"),
        (r#"{"reduce": [{"var": "a"}, 1, 0]}"#, "key `reduce`: a list as a truth"),
        (r#"{"var": ""}"#, "key `var.var`: all attributes together"),
        (r#"{"all": [{"var": "tags"}, {"in": [{"var": ""}, ["a"]]}]}"#, "key `all`: that a set has no other texts"),
        (r#"{"some": [{"var": "a"}, {">": [{"var": ""}, 1]}]}"#, "key `some.1.>`: of the texts in a list only"),
        (r#"{"frobnicate": 1}"#, "key `frobnicate`: json-logic has no such operation"),
        (r#"{"a": 1, "b": 2}"#, "an operation is an object with one key"),
        (r#"{"log": "x"}"#, "key `log`: what does something"),
    ];
    for (json, reason) in json_logic {
        let error = Condition::from_json_logic(json).unwrap_err().to_string();
        assert!(error.starts_with(reason), "{json}: {error}");
    }
}

#[test]
fn exporters_say_what_and_where() {
    let events = Events::of("visit").count().at_least(1);
    let growthbook = [
        (attribute("a").is(1) & events.clone(), "key `all.1.compare`: what events add up to cannot be said there"),
        (!attribute("a").is(attribute("b")), "key `not.compare`: two values of a customer are not compared there"),
        (attribute("a").is_missing(), "key `is`: missing, null and invalid are one there"),
        (attribute("plan").above("free"), "key `compare`: texts are ordered by their letters there"),
        (member("big"), "key `member`: this cannot say other audiences"),
        (attribute("a").matches(r"\d"), "key `text`: `\\d` is not the same there"),
        (attribute("a").text(TextOperator::Equals, "x", Fold::Ascii), "key `text`: a fold of A to Z only"),
        (attribute("$or").is(1), "key `compare`: an attribute of the name `$or` is an operator there"),
        (attribute("a").is(1_i64 << 60), "key `compare`: `1152921504606846976` is beyond 2^53"),
        (
            Condition::at_least(10, (0..20).map(|i| attribute("a").is(i))),
            "key `at_least`: `at least` is written as every choice there",
        ),
    ];
    for (condition, reason) in growthbook {
        let error = condition.to_growthbook().unwrap_err().to_string();
        assert!(error.starts_with(reason), "{condition}: {error}");
    }
    let json_logic = [
        (events, "key `compare`: what events add up to cannot be said there"),
        (attribute("a").starts_with("x").if_unknown(true), "key `if_unknown.condition.text`: there are no beginnings"),
        ((attribute("a") / attribute("b")).is(1), "key `compare`: dividing by what may be zero"),
        (attribute("a").years().above(1), "key `compare`: a count in the calendar cannot be said there"),
        (attribute("").is(1), "key `compare`: a name without letters is all attributes together there"),
        (attribute("a").size().is(1), "key `compare`: the size of a set cannot be said there"),
    ];
    for (condition, reason) in json_logic {
        let error = condition.to_json_logic().unwrap_err().to_string();
        assert!(error.starts_with(reason), "{condition}: {error}");
    }
}

/// Two lists of conditions that double at each level grow without end: they are refused in time.
#[test]
fn nothing_grows_without_end() {
    let mut deep = attribute("a").is(1);
    for _ in 0..12 {
        deep = Condition::at_least(2, (0..4).map(|_| deep.clone()).take(3));
    }
    // 3^12 leaves here are many; what is written would be 6^12
    assert!(deep.to_growthbook().is_err());
    let mut rule = serde_json::json!({ "var": "a" });
    for _ in 0..30 {
        rule = serde_json::json!({ "if": [rule, { "var": "b" }, { "var": "c" }] });
    }
    let error = Importer::new().json_logic(&rule).unwrap_err().to_string();
    assert!(error.contains("these are too many") || error.contains("deep"), "{error}");
}
