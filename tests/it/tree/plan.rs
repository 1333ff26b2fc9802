//! The plan of the crate as docs/ARCHITECTURE.md draws it, and the tree beside it.

use std::collections::{BTreeMap, BTreeSet};

use super::{assert_none, backticked, entries, read, root, table};

/// The row whose modules are the segmentation types.
pub const TYPES: u32 = 4;

/// The place of one module in the plan.
pub struct Place {
    pub layer: u32,
    /// In brackets: its room is being built.
    pub begun: bool,
}

/// Module name to place, from the table of layers.
pub fn plan() -> BTreeMap<String, Place> {
    let mut plan = BTreeMap::new();
    for row in table(&read("docs/ARCHITECTURE.md"), "layer") {
        let layer: u32 = row[0].parse().unwrap_or_else(|_| panic!("`{}` is no layer", row[0]));
        for name in backticked(&row[1]) {
            let begun = row[1].contains(&format!("(`{name}`)"));
            let twice = plan.insert(name.to_owned(), Place { layer, begun }).is_some();
            assert!(!twice, "docs/ARCHITECTURE.md gives `{name}` two places");
        }
    }
    plan
}

/// The modules that src has at its top.
pub fn modules() -> BTreeSet<String> {
    let names = entries("src").into_iter().filter(|name| name != "lib.rs");
    names.map(|name| name.trim_end_matches(".rs").to_owned()).filter(|name| has_code(name)).collect()
}

fn has_code(module: &str) -> bool {
    ["src/{}.rs", "src/{}/mod.rs"].iter().any(|form| root().join(form.replace("{}", module)).is_file())
}

/// Whether no room is being built any more: then what is asked of the finished crate is asked.
pub fn finished() -> bool {
    plan().values().all(|place| !place.begun)
}

#[test]
fn every_module_has_one_place() {
    let (plan, modules) = (plan(), modules());
    let homeless = modules.iter().filter(|m| !plan.contains_key(*m)).map(|m| {
        format!("src has `{m}`, the table of layers in docs/ARCHITECTURE.md has not: give it a layer and a line")
    });
    let ghosts = plan.iter().filter(|(m, place)| !place.begun && !modules.contains(*m)).map(|(m, _)| {
        format!("docs/ARCHITECTURE.md has `{m}`, src has not: write (`{m}`) until it is there, or strike it")
    });
    assert_none(&homeless.chain(ghosts).collect::<Vec<_>>());
}

#[test]
fn brackets_go_when_the_last_room_is_built() {
    let plan = plan();
    let begun: Vec<&String> = plan.iter().filter(|(_, place)| place.begun).map(|(module, _)| module).collect();
    let modules = modules();
    assert!(
        begun.is_empty() || begun.iter().any(|module| !modules.contains(*module)),
        "every room is there: take the brackets from {begun:?} in docs/ARCHITECTURE.md"
    );
}

#[test]
fn the_code_map_has_one_line_a_module() {
    let text = read("docs/ARCHITECTURE.md");
    let mapped: Vec<String> = text
        .lines()
        .filter_map(|line| line.strip_prefix("- `")?.split_once("`: "))
        .map(|(module, _)| module.to_owned())
        .collect();
    let planned: Vec<String> = plan().into_keys().collect();
    let mut sorted = mapped.clone();
    sorted.sort();
    assert_eq!(sorted, planned, "the code map of docs/ARCHITECTURE.md against its table of layers");
}

/// Feature, module, test file and guide page bear one name. The rows from the segmentation types upwards are what a
/// reader of the guide looks for; `workbench` is the example that is a program.
#[test]
fn every_finished_room_has_its_test_and_its_guide_page() {
    let mut faults = Vec::new();
    let mut ask = |file: String| {
        if !root().join(&file).exists() {
            faults.push(format!("{file} is missing"));
        }
    };
    for (module, _) in plan().iter().filter(|(_, place)| place.layer >= TYPES && !place.begun) {
        ask(format!("docs/guide/{module}.md"));
        if !root().join(format!("tests/it/{module}")).is_dir() {
            ask(format!("tests/it/{module}.rs"));
        }
    }
    if root().join("examples/workbench").exists() && finished() {
        ask("docs/guide/workbench.md".to_owned());
    }
    assert_none(&faults);
}
