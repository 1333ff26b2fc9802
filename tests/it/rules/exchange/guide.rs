//! The tables of `docs/guide/rules-exchange.md` say what is so.

use segmentry::rules::{Condition, Importer};
use serde_json::Value;

use crate::tree::{assert_none, read, table};

const PAGE: &str = "docs/guide/rules-exchange.md";

/// What stands in the backticks of a cell, and whether the cell says that it is refused.
fn cell(cell: &str) -> (&str, bool) {
    match cell.strip_prefix("refused: ") {
        Some(reason) => (reason, true),
        None => (cell.trim_matches('`'), false),
    }
}

/// Compares what came out with the cell.
fn compare(row: &str, found: Result<String, String>, expected: &str, faults: &mut Vec<String>) {
    match (found, cell(expected)) {
        (Ok(found), (wanted, false)) if found == wanted => {}
        (Err(error), (reason, true)) if error.contains(reason) => {}
        (Ok(found), _) => faults.push(format!("{row}: gives `{found}`, the page says {expected}")),
        (Err(error), _) => faults.push(format!("{row}: refused: {error}; the page says {expected}")),
    }
}

#[test]
fn what_is_written_for_others() {
    let mut faults = Vec::new();
    let rows = table(&read(PAGE), "ours");
    assert!(rows.len() >= 20, "the table has {} rows", rows.len());
    for row in rows {
        let (text, _) = cell(&row[0]);
        let condition = match text.parse::<Condition>() {
            Ok(condition) => condition,
            Err(error) => {
                faults.push(format!("{text}: {error}"));
                continue;
            }
        };
        let json =
            |found: segmentry::Result<Value>| found.map(|json| json.to_string()).map_err(|error| error.to_string());
        // one way of writing for one JSON
        let same = |cell: &str| match serde_json::from_str::<Value>(cell.trim_matches('`')) {
            Ok(json) => format!("`{json}`"),
            Err(_) => cell.to_owned(),
        };
        compare(text, json(condition.to_growthbook()), &same(&row[1]), &mut faults);
        compare(text, json(condition.to_json_logic()), &same(&row[2]), &mut faults);
    }
    assert_none(&faults);
}

#[test]
fn what_is_read_from_others() {
    let mut faults = Vec::new();
    let importer = Importer::new().set("tags").saved_group("staff", ["c-1", "c-2"]);
    let mut check = |heading: &str, import: &dyn Fn(&Value) -> segmentry::Result<Condition>| {
        let rows = table(&read(PAGE), heading);
        assert!(rows.len() >= 12, "the table `{heading}` has {} rows", rows.len());
        for row in rows {
            let json = cell(&row[0]).0;
            let found = match serde_json::from_str(json) {
                Ok(json) => import(&json).map(|condition| condition.to_string()).map_err(|error| error.to_string()),
                Err(error) => Err(format!("no JSON: {error}")),
            };
            compare(json, found, &row[1], &mut faults);
        }
    };
    check("GrowthBook", &|json| importer.growthbook(json));
    check("json-logic", &|json| importer.json_logic(json));
    assert_none(&faults);
}
