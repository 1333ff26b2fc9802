//! The example program `workbench`, run as people run it.

use std::path::Path;
use std::process::Output;

use crate::examples::example;

fn run(arguments: &[&str]) -> Output {
    let output = example("workbench").args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(!output.stdout.is_empty() || !output.status.success(), "{arguments:?} says nothing");
    output
}

fn json(arguments: &[&str]) -> serde_json::Value {
    let output = run(arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {told}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{arguments:?}: {error}"))
}

const CDNOW: [&str; 8] =
    ["--history", "examples/data/cdnow.csv", "--amount", "dollars", "--as-of", "1998-06-30", "--date", "date"];

#[test]
fn rfm_prints_one_object_and_its_model_places_the_same() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let model = folder.join("rfm.json").to_string_lossy().into_owned();
    let found = json(&[&["rfm"][..], &CDNOW, &["--save", &model, "--json"]].concat());
    assert_eq!(found["customers"], 2_357);
    let segments = found["segments"].as_array().unwrap();
    assert_eq!(segments.iter().map(|s| s["customers"].as_u64().unwrap()).sum::<u64>(), 2_357);
    let value: f64 = segments.iter().map(|s| s["value"].as_f64().unwrap()).sum();
    assert!((value - 244_091.94).abs() < 0.01, "{value}");
    assert!(found["cut_points"]["recency"].as_array().unwrap().len() >= 3);

    let placed = json(&[&["assign", "--model", &model][..], &CDNOW, &["--json"]].concat());
    for (a, b) in segments.iter().zip(placed["segments"].as_array().unwrap()) {
        assert_eq!((&a["name"], &a["customers"]), (&b["name"], &b["customers"]));
    }
    let why = json(&[&["assign", "--model", &model][..], &CDNOW, &["--explain", "00004", "--json"]].concat());
    assert_eq!(why["customer"], "00004");
    assert!(!why["evidence"].as_array().unwrap().is_empty());
    let table = run(&[&["assign", "--model", &model][..], &CDNOW].concat());
    assert_eq!(String::from_utf8(table.stdout).unwrap().lines().count(), 2_358);
    let profile = json(&[&["profile", "--model", &model][..], &CDNOW, &["--json"]].concat());
    assert!(profile["groups"].as_array().unwrap().len() > 10);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn exit_codes_are_as_the_guide_says() {
    let failed = run(&["rfm", "--history", "none.csv", "--as-of", "1998-06-30"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&failed.stderr).starts_with("error: none.csv: No such file"));
    assert_eq!(run(&["rfm", "--history", "examples/data/cdnow.csv", "--as-of", "someday"]).status.code(), Some(2));
    assert_eq!(run(&["dance"]).status.code(), Some(2));
    let unnamed = run(&["assign", "--model", "examples/data/cdnow.toml", "--history", "examples/data/cdnow.csv"]);
    assert!(String::from_utf8_lossy(&unnamed.stderr).contains("examples/data/cdnow.toml: line 1: not a saved model"));
}

#[test]
fn the_guide_names_every_command_and_option() {
    let guide = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/guide/workbench.md")).unwrap();
    for command in ["study", "rfm", "assign", "profile"] {
        assert!(guide.contains(&format!("## {command} ")), "{command}");
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        for option in help.split_whitespace().filter(|word| word.starts_with("--") && *word != "--help") {
            let option = option.trim_end_matches([',', ']', '.']);
            assert!(guide.contains(option), "{command} {option} is not in the guide");
        }
    }
}

/// Counts of the R package rfm on its own orders (A. Hebbali, MIT; article RFM analysis, transaction level data).
#[test]
fn rfm_of_r_counts_what_r_counts() {
    let orders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/rfm_orders_simulated.csv");
    if !orders.is_file() {
        eprintln!("SKIPPED: {} is not here", orders.display());
        return;
    }
    let orders = orders.to_string_lossy().into_owned();
    let found = json(&[
        "rfm",
        "--history",
        &orders,
        "--customer",
        "customer_id",
        "--date",
        "order_date",
        "--amount",
        "revenue",
        "--as-of",
        "2006-12-31",
        "--scheme",
        "r",
        "--json",
    ]);
    assert_eq!(found["customers"], 995);
    let sizes: std::collections::BTreeMap<&str, (u64, f64)> = found["segments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|s| (s["label"].as_str().unwrap(), (s["customers"].as_u64().unwrap(), s["value"].as_f64().unwrap())))
        .collect();
    for (label, customers, revenue) in [("Champions", 35, 31_646.0), ("Lost", 148, 35_324.0), ("At risk", 28, 22_227.0)]
    {
        let (_, found) =
            sizes.iter().find(|(l, _)| l.eq_ignore_ascii_case(label)).unwrap_or_else(|| panic!("{sizes:?}"));
        assert_eq!(*found, (customers, revenue), "{label}");
    }
}
