//! The table of cargo features in the crate docs is Cargo.toml's.

use std::collections::{BTreeMap, BTreeSet};

use super::{assert_none, backticked, read, table};

fn manifest() -> BTreeMap<String, Vec<String>> {
    let manifest: toml::Table = read("Cargo.toml").parse().unwrap();
    let texts = |list: &toml::Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    };
    manifest["features"].as_table().unwrap().iter().map(|(name, list)| (name.clone(), texts(list))).collect()
}

/// The feature and all that it turns on.
fn closure(features: &BTreeMap<String, Vec<String>>, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([name.to_owned()]);
    let mut open = vec![name.to_owned()];
    while let Some(next) = open.pop() {
        let inner = features.get(&next).into_iter().flatten();
        open.extend(inner.filter(|name| features.contains_key(*name) && found.insert((*name).clone())).cloned());
    }
    found
}

#[test]
fn the_crate_docs_list_the_features_of_the_manifest() {
    let features = manifest();
    let default = closure(&features, "default");
    let mut faults = Vec::new();
    let mut listed = BTreeSet::new();
    for row in table(&read("src/lib.rs"), "feature") {
        let name = row[0].trim_matches('`').to_owned();
        let Some(list) = features.get(&name) else {
            faults.push(format!("the crate docs list `{name}`, Cargo.toml has no such feature"));
            continue;
        };
        let is_default = if default.contains(&name) { "yes" } else { "no" };
        if row[1] != is_default {
            faults.push(format!("`{name}` by default: {is_default} in Cargo.toml, `{}` in the crate docs", row[1]));
        }
        let packages: BTreeSet<&str> = list.iter().filter_map(|item| item.strip_prefix("dep:")).collect();
        let brings: BTreeSet<&str> = backticked(&row[3]).into_iter().collect();
        if packages != brings {
            faults.push(format!("`{name}` brings {packages:?} in Cargo.toml, {brings:?} in the crate docs"));
        }
        let said = backticked(&row[2]);
        for inner in list.iter().filter(|item| features.contains_key(*item) && !said.contains(&item.as_str())) {
            faults.push(format!("`{name}` turns on `{inner}`, the crate docs do not say so"));
        }
        listed.insert(name);
    }
    let silent = features.keys().filter(|name| *name != "default" && !listed.contains(*name));
    faults.extend(silent.map(|name| format!("Cargo.toml has the feature `{name}`, the crate docs do not list it")));
    assert_none(&faults);
}

#[test]
fn features_are_one_word_and_additive() {
    for (name, list) in manifest() {
        assert!(name.bytes().all(|b| b.is_ascii_lowercase()), "`{name}` is not one lower-case word");
        for word in ["std", "no", "use", "with"] {
            assert_ne!(name, word);
        }
        assert!(!list.iter().any(|item| item.contains('?')), "`{name}` has a conditional dependency");
    }
}

/// `full` leaves out only what brings an engine; there is none yet.
#[test]
fn full_is_everything() {
    let features = manifest();
    let full = closure(&features, "full");
    let missing: Vec<&String> = features.keys().filter(|name| !full.contains(*name)).collect();
    assert!(missing.is_empty(), "`full` does not turn on {missing:?}");
}
