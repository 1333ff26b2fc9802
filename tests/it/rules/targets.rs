//! What must hold of every input, however broken: one function for each reader.
//!
//! `tests/it/rules/fuzz.rs` feeds them with mutations on stable Rust, `fuzz/` with what cargo-fuzz finds.

use std::str::FromStr;

use segmentry::rules::{Condition, Definitions, Importer};

/// A reader that must hold out.
pub type Target = fn(&str);

/// The readers with their names.
pub const TARGETS: [(&str, Target); 4] =
    [("text", text), ("json", json), ("growthbook", growthbook), ("json_logic", json_logic)];

/// What is read as text is printed as text that is read as the same.
pub fn text(input: &str) {
    if let Ok(condition) = Condition::from_str(input) {
        let printed = condition.to_string();
        assert_eq!(printed.parse::<Condition>().as_ref(), Ok(&condition), "{printed}");
    }
    if let Ok(definitions) = Definitions::from_str(input) {
        let printed = definitions.to_string();
        assert_eq!(printed.parse::<Definitions>().as_ref(), Ok(&definitions), "{printed}");
    }
}

/// What is read as JSON is written as JSON that is read as the same.
pub fn json(input: &str) {
    if let Ok(condition) = Condition::from_json(input) {
        let written = condition.to_json().expect("what is read is within the limits");
        assert_eq!(Condition::from_json(&written).as_ref(), Ok(&condition), "{written}");
        exported(&condition);
    }
    if let Ok(definitions) = Definitions::from_json(input) {
        let written = definitions.to_json().expect("what is read is within the limits");
        assert_eq!(Definitions::from_json(&written).as_ref(), Ok(&definitions), "{written}");
    }
}

/// What is read from GrowthBook is within the limits.
pub fn growthbook(input: &str) {
    if let Ok(condition) = Condition::from_growthbook(input) {
        exported(&condition);
    }
}

/// What is read from json-logic is within the limits.
pub fn json_logic(input: &str) {
    if let Ok(condition) = Condition::from_json_logic(input) {
        exported(&condition);
    }
}

/// What is written for other tools can be read back, unless it is refused by one reason or another.
fn exported(condition: &Condition) {
    condition.to_json().expect("what is read is within the limits");
    let importer = Importer::new();
    if let Ok(there) = condition.to_growthbook() {
        drop(importer.growthbook(&there));
    }
    if let Ok(there) = condition.to_json_logic() {
        drop(importer.json_logic(&there));
    }
}
