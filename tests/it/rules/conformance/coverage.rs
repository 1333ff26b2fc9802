//! Which operators and which cells of them the cases cover.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde::Deserialize;
use serde_json::Value as Json;

use segmentry::rules::Truth;

use super::super::generate::any_definitions;
use super::cases::{Case, Expected, files};

/// What there must be a case of, of each operator.
const CELLS: [&str; 8] = ["true", "false", "missing", "null", "empty", "invalid", "wrong kind", "boundary"];

/// The file that says what is to be covered, and what cannot be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Coverage {
    format: String,
    version: u32,
    #[allow(dead_code, reason = "for people")]
    about: String,
    cells: Vec<String>,
    operators: Vec<String>,
    cannot: Vec<Cannot>,
}

/// Cells that cannot be.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cannot {
    operators: Vec<String>,
    cells: Vec<String>,
    because: String,
}

fn coverage() -> Coverage {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/conformance/coverage.json");
    let coverage: Coverage = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert_eq!((coverage.format.as_str(), coverage.version), ("segmentry.conformance.coverage", 1));
    assert_eq!(coverage.cells, CELLS);
    coverage
}

/// The cells that a case fills.
fn cells(case: &Case) -> BTreeSet<String> {
    let mut cells: BTreeSet<String> = case.cells.iter().cloned().collect();
    cells.extend(match &case.expected {
        Expected::Truth(Truth::True) => Some("true".to_owned()),
        Expected::Truth(Truth::False) => Some("false".to_owned()),
        Expected::Truth(Truth::Unknown) => None,
        // what is refused is of the wrong kind, unless that it is unknown is what is refused
        Expected::Error(_) if !case.cells.is_empty() => None,
        Expected::Error(_) => Some("wrong kind".to_owned()),
        Expected::Roots { members, segments } => {
            let member = members.iter().flatten().next().is_some();
            let placed = segments.iter().flatten().any(|(_, segment)| segment.is_some());
            Some((member || placed).to_string())
        }
    });
    cells
}

/// Every operator that a definition has, by the names of `coverage.json`.
fn operators(json: &Json, found: &mut BTreeSet<String>) {
    let word = |json: Option<&Json>| match json {
        Some(Json::String(word)) => word.clone(),
        Some(Json::Object(object)) => object.keys().next().cloned().unwrap_or_default(),
        _ => String::new(),
    };
    match json {
        Json::Array(list) => list.iter().for_each(|json| operators(json, found)),
        Json::Object(object) => {
            for (key, of) in object {
                let mut has = |name: String| found.insert(name);
                match key.as_str() {
                    "compare" if of.get("left").is_some() => {
                        has(format!("compare {}", word(of.get("comparison"))));
                        has(format!("ordinal {}", word(of.get("comparison"))));
                    }
                    "between" if of.get("bounds").is_some() => {
                        has(format!("between {}", word(of.get("bounds"))));
                    }
                    "between" => {
                        has("window between".to_owned());
                    }
                    "text" if of.get("operator").is_some() => {
                        has(format!("text {}", word(of.get("operator"))));
                        has(format!("fold {}", word(of.get("fold"))));
                    }
                    "set" if of.get("operator").is_some() => {
                        has(format!("set {}", word(of.get("operator"))));
                    }
                    "is" => {
                        has(format!("is {}", word(of.get("state"))));
                    }
                    "within" if of.get("area").is_some() => {
                        has(format!("within {}", word(of.get("area"))));
                    }
                    "arithmetic" => {
                        has(format!("arithmetic {}", word(of.get("operator"))));
                    }
                    "calendar" if of.get("part").is_some() => {
                        has(format!("calendar part {}", word(of.get("part"))));
                    }
                    "calendar" => {
                        has(format!("window calendar {}", word(of.get("unit"))));
                    }
                    "events" if of.get("measure").is_some() => {
                        has(format!("events {}", word(of.get("measure"))));
                        windows(of.get("events").unwrap_or(&Json::Null), found);
                    }
                    "rank" => {
                        has(format!("rank {}", word(of.get("measure"))));
                    }
                    "given" => {
                        has(format!("score {}", word(Some(of))));
                    }
                    "score" => {
                        let limited = ["minimum", "maximum", "categories"].iter().any(|key| of.get(key).is_some());
                        if limited {
                            has("score limits".to_owned());
                        }
                    }
                    "lifecycle" => {
                        has(format!("lifecycle {}", word(Some(of))));
                    }
                    "earlier" => {
                        has(format!("earlier {}", word(of.get("step"))));
                    }
                    "last" | "ago" if of.is_object() => {
                        has(format!("window {key}"));
                    }
                    "around" => {
                        has(format!("window around {}", word(of.get("side"))));
                    }
                    "audiences" | "rules" => roots(key, of, found),
                    "constant" | "all" | "any" | "at_least" | "not" | "if_unknown" | "one_of" | "anniversary"
                    | "version" | "network" | "exists" | "has_been" | "sequence" | "member" | "size" | "days_since"
                    | "years" | "bucket" | "model"
                        if key != "version" || of.is_object() =>
                    {
                        has(key.clone());
                    }
                    _ => {}
                }
                operators(of, found);
            }
        }
        Json::String(word) if word == "today" => {
            found.insert("today".to_owned());
        }
        _ => {}
    }
}

/// Whether events have a window.
fn windows(events: &Json, found: &mut BTreeSet<String>) {
    if events.get("window").is_none_or(|window| window == "always") {
        found.insert("window always".to_owned());
    }
}

/// What an audience or a rule list says besides its conditions.
fn roots(key: &str, of: &Json, found: &mut BTreeSet<String>) {
    for root in of.as_array().into_iter().flatten() {
        if key == "rules" && root.get("segment").is_none() {
            found.insert("rule list".to_owned());
        }
        if key == "audiences" {
            found.insert("audience".to_owned());
            let unknown = root.get("unknown").and_then(Json::as_str).unwrap_or("exclude");
            found.insert(format!("unknown {unknown}"));
            let list = root.get("list");
            for (form, name) in [("manual", "manual list"), ("frozen", "frozen list")] {
                if list.is_some_and(|list| list.get(form).is_some()) {
                    found.insert(name.to_owned());
                }
            }
            let named = ["include", "exclude", "stay"].into_iter().filter(|part| root.get(part).is_some());
            found.extend(named.map(str::to_owned));
        }
    }
}

fn operators_of(case: &Case) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    operators(case.definition.as_ref().or(case.definitions.as_ref()).unwrap(), &mut found);
    // the condition of a case is an audience of its own
    found.extend(["definition", "audience", "window always"].map(str::to_owned));
    found
}

#[test]
fn every_operator_has_a_case_of_every_cell() {
    let coverage = coverage();
    let mut filled: BTreeMap<(String, String), usize> = BTreeMap::new();
    for file in files() {
        for case in &file.cases {
            assert!(coverage.operators.contains(&case.operator), "no operator `{}`", case.operator);
            for cell in cells(case) {
                assert!(coverage.cells.contains(&cell), "no cell `{cell}`");
                *filled.entry((case.operator.clone(), cell)).or_default() += 1;
            }
        }
    }
    let mut wrong = Vec::new();
    for operator in &coverage.operators {
        for cell in &coverage.cells {
            let cannot = coverage
                .cannot
                .iter()
                .filter(|cannot| cannot.operators.contains(operator) && cannot.cells.contains(cell));
            let reasons: Vec<&str> = cannot.map(|cannot| cannot.because.as_str()).collect();
            match (filled.get(&(operator.clone(), cell.clone())), reasons.as_slice()) {
                (Some(_), []) | (None, [_]) => {}
                (None, []) => wrong.push(format!("{operator} x {cell}: no case")),
                (Some(cases), _) => wrong.push(format!("{operator} x {cell}: {cases} cases of what cannot be")),
                (None, _) => wrong.push(format!("{operator} x {cell}: two reasons")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
    assert!(coverage.cannot.iter().all(|cannot| cannot.because.ends_with('.')));
}

#[test]
fn cases_are_about_what_they_say() {
    let cases = files().into_iter().flat_map(|file| file.cases).collect::<Vec<_>>();
    assert!(cases.len() >= 450, "{} cases", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        if !operators_of(case).contains(&case.operator) {
            wrong.push(format!("{}: no `{}` in it", case.name, case.operator));
        }
        let customer = case.customer.to_string();
        for cell in &case.cells {
            let shown = match cell.as_str() {
                "null" => customer.contains("null"),
                "invalid" => customer.contains("invalid"),
                "empty" => customer.contains("\"\"") || customer.contains("[]") || is_empty_somewhere(case),
                _ => true,
            };
            if !shown {
                wrong.push(format!("{}: nothing is {cell} in it", case.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a list or text of the definition is empty, or nobody of its population has a value.
fn is_empty_somewhere(case: &Case) -> bool {
    let definition = case.definition.as_ref().or(case.definitions.as_ref()).unwrap().to_string();
    ["[]", "\"\""].iter().any(|empty| definition.contains(empty)) || case.operator.starts_with("rank ")
}

#[test]
fn the_list_of_operators_is_that_of_the_language() {
    let coverage = coverage();
    let mut found = BTreeSet::new();
    let mut runner = TestRunner::deterministic();
    let strategy = any_definitions();
    for _ in 0..1_500 {
        let definitions = strategy.new_tree(&mut runner).unwrap().current();
        operators(&serde_json::to_value(&definitions).unwrap(), &mut found);
    }
    found.remove("fold exact");
    found.retain(|name| !matches!(name.as_str(), "ordinal =" | "ordinal !=")); // equality asks for no order
    let listed: BTreeSet<String> = coverage.operators.into_iter().filter(|name| name != "definition").collect();
    let missing: Vec<_> = found.difference(&listed).collect();
    let never_met: Vec<_> = listed.difference(&found).collect();
    assert!(missing.is_empty() && never_met.is_empty(), "not listed: {missing:?}; never met: {never_met:?}");
}
