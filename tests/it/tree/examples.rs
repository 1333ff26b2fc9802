//! Every example is named where readers look, and run by a test.

use super::{assert_none, entries, read, root};

/// `examples/x.rs` and `examples/x/main.rs` are the example `x`; the flag says it is a folder.
pub fn examples() -> Vec<(String, bool)> {
    let name = |entry: String| match entry.strip_suffix(".rs") {
        Some(name) => Some((name.to_owned(), false)),
        None => root().join("examples").join(&entry).join("main.rs").exists().then_some((entry, true)),
    };
    entries("examples").into_iter().filter_map(name).collect()
}

#[test]
fn every_example_is_named_in_the_documents_and_run_by_a_test() {
    let mut documents = read("README.md");
    for folder in ["docs", "docs/guide"] {
        for page in entries(folder).iter().filter(|name| name.ends_with(".md")) {
            documents.push_str(&read(&format!("{folder}/{page}")));
        }
    }
    let tests: String = entries("tests/it")
        .iter()
        .filter(|name| name.ends_with(".rs"))
        .map(|name| read(&format!("tests/it/{name}")))
        .collect();
    let mut faults = Vec::new();
    for (name, folder) in examples() {
        if !documents.contains(&format!("--example {name}")) && !documents.contains(&format!("examples/{name}")) {
            faults.push(format!("neither README.md nor docs name the example `{name}`"));
        }
        // those of one file are run by tests/it/examples.rs, which finds them by itself
        if folder && !tests.contains(&format!("example(\"{name}\")")) {
            faults.push(format!("no test in tests/it runs `example(\"{name}\")`"));
        }
    }
    assert_none(&faults);
}
