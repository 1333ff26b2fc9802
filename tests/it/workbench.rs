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
    for command in
        ["study", "rfm", "clv", "retention", "assign", "profile", "rules", "cluster", "place", "evaluate", "choose"]
    {
        assert!(guide.contains(&format!("## {command} ")), "{command}");
        let help = String::from_utf8(run(&[command, "--help"]).stdout).unwrap();
        for option in help.split_whitespace().filter(|word| word.starts_with("--") && *word != "--help") {
            let option = option.trim_end_matches([',', ']', '.']);
            assert!(guide.contains(option), "{command} {option} is not in the guide");
        }
    }
}

const RULES: [&str; 9] = [
    "rules",
    "--definitions",
    "examples/data/cdnow.rules",
    "--history",
    "examples/data/cdnow.csv",
    "--amount",
    "dollars",
    "--as-of",
    "1997-06-30",
];

#[test]
fn rules_print_one_object_with_what_an_independent_count_finds() {
    let found = json(&[&RULES[..], &["--costs", "--before", "examples/data/cdnow.rules", "--json"]].concat());
    assert_eq!((&found["customers"], &found["as_of"]), (&2_357.into(), &"1997-06-30".into()));
    // a loop of its own over the file: nobody bought before 1997, so the 120 days decide
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv")).unwrap();
    let mut last = std::collections::BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        if fields[1] <= "1997-06-30" {
            let day = last.entry(fields[0]).or_insert(fields[1]);
            *day = fields[1].max(day);
        }
    }
    let lapsed = last.values().filter(|day| **day < "1997-03-03").count();
    assert_eq!(found["audiences"][0]["name"], "lapsed");
    assert_eq!(found["audiences"][0]["customers"], lapsed);
    let combinations = found["intersections"].as_array().unwrap();
    let of_lapsed = combinations.iter().filter(|i| i["audiences"].as_array().unwrap().contains(&"lapsed".into()));
    assert_eq!(of_lapsed.map(|i| i["customers"].as_u64().unwrap()).sum::<u64>(), lapsed as u64);
    assert_eq!(combinations.iter().map(|i| i["customers"].as_u64().unwrap()).sum::<u64>(), 2_357);
    let stages = found["rules"][0]["segments"].as_array().unwrap();
    assert_eq!(stages.iter().map(|s| s["customers"].as_u64().unwrap()).sum::<u64>(), 2_357);
    assert!(found["overlaps"].as_array().unwrap().iter().all(|pair| pair["jaccard"].as_f64().unwrap() > 0.0));
    assert_eq!(found["costs"].as_array().unwrap().len(), 8);
    assert!(found["oddities"].as_array().unwrap().iter().any(|odd| odd["place"] == "audiences.mailing"));
    let changes = found["changes"].as_array().unwrap();
    assert!(changes.len() == 7 && changes.iter().all(|change| change["before"] == change["after"]));

    let instant = json(&[&RULES[..8], &["1997-07-01T00:00:00Z", "--json"]].concat());
    assert_eq!(instant["as_of"], "1997-07-01");
}

#[test]
fn rules_explain_one_customer_and_are_written_as_sql() {
    let one = json(&[&RULES[..], &["--explain", "00111", "--json"]].concat());
    assert_eq!(one["customer"], "00111");
    assert_eq!(one["audiences"][1]["member"], true);
    assert_eq!(one["audiences"][1]["until"]["exactly"], "1997-08-22T00:00:00Z"); // 60 days after the last purchase
    assert_eq!(one["rules"][0]["explanation"]["segment"]["key"], "champion");
    let text = String::from_utf8(run(&[&RULES[..], &["--explain", "00111"]].concat()).stdout).unwrap();
    assert!(text.contains("until 1997-08-22T00:00:00Z if nothing new becomes known"), "{text}");
    let sql = json(&[&RULES[..], &["--sql", "postgres", "--json"]].concat());
    assert!(
        sql.as_array().unwrap().iter().all(|s| s["sql"].as_str().is_some_and(|sql| sql.contains("SELECT"))),
        "{sql}"
    );
    assert_eq!(run(&[&RULES[..], &["--sql", "abacus"]].concat()).status.code(), Some(2));
    assert_eq!(run(&[&RULES[..], &["--explain", "nobody"]].concat()).status.code(), Some(1));
}

#[test]
fn what_is_wrong_with_rules_is_told_with_file_and_line() {
    let path = std::env::temp_dir().join(format!("segmentry-workbench-{}.rules", std::process::id()));
    let error = |text: &str| {
        std::fs::write(&path, text).unwrap();
        let file = path.to_string_lossy().into_owned();
        let output =
            run(&["rules", "--definitions", &file, "--history", "examples/data/cdnow.csv", "--amount", "dollars"]);
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).replace(&file, "a.rules").trim_end().to_owned()
    };
    assert_eq!(
        error("# a\naudience a: spent > 5\n"),
        "error: a.rules: line 2: key `audiences.a.dynamic.left`: no attribute `spent`"
    );
    assert!(error("audience a: 5 >> spend\n").starts_with("error: a.rules: line 1: column 16: expected a value"));
    assert!(error("{\n \"audience\": []\n}").starts_with("error: a.rules: line 2: key `audience`: no field"));
    std::fs::remove_file(&path).unwrap();
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

#[test]
fn clusters_are_found_saved_and_placed_again() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-cluster-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let rows: String = (0..30).map(|i| format!("{},{},r{i}\n", i % 3 * 10 + i % 2, i % 3 * 20)).collect();
    std::fs::write(file("points.csv"), format!("x,y,name\n{rows}")).unwrap();
    std::fs::write(file("start.csv"), "x,y\n0,0\n10,20\n20,40\n").unwrap();
    let (points, start, model) = (file("points.csv"), file("start.csv"), file("model.json"));
    let (labels, again) = (file("labels.txt"), file("again.txt"));
    let of = ["cluster", "--points", &points, "--columns", "x,y", "--k", "3", "--start", &start];
    let more = ["--iterations", "20", "--tolerance", "0", "--labels", &labels, "--model", &model, "--json"];
    let found = json(&[&of[..], &more].concat());
    assert_eq!(found["sizes"], serde_json::json!([10.0, 10.0, 10.0]));
    // each column of ones and zeros is half and half: 10 rows, 0.25 each
    assert_eq!(found["inertia"], 7.5);
    assert_eq!((&found["converged"], &found["rows"], &found["in_none"]), (&true.into(), &30.into(), &0.into()));
    assert!(found["seconds"].as_f64().unwrap() > 0.0);
    let placed = json(&["place", "--model", &model, "--points", &points, "--labels", &again, "--json"]);
    assert_eq!(placed["sizes"], serde_json::json!([10, 10, 10]));
    let read = |path: &str| std::fs::read_to_string(path).unwrap();
    assert_eq!(read(&labels), read(&again));
    assert_eq!(read(&labels).lines().count(), 30);

    let npy = file("points.npy");
    ndarray_npy::write_npy(&npy, &ndarray::arr2(&[[0.0_f32, 1.0], [0.5, 1.0], [9.0, 1.0]])).unwrap();
    let mixture =
        json(&["cluster", "--points", &npy, "--method", "mixture", "--k", "1", "--set", "shape=diagonal", "--json"]);
    assert_eq!(mixture["clusters"], 1);
    let text = String::from_utf8(
        run(&["cluster", "--points", &npy, "--method", "dbscan", "--set", "radius=1", "--set", "neighbours=2"]).stdout,
    )
    .unwrap();
    assert!(text.contains("1 rows are in none"), "{text}");

    let fails = |arguments: &[&str]| String::from_utf8_lossy(&run(arguments).stderr).into_owned();
    assert!(fails(&["cluster", "--points", &points, "--k", "3"]).contains("line 2: name `r0` is not a number"));
    assert!(fails(&["cluster", "--points", &npy, "--method", "kmeans", "--k", "2"]).contains("did you mean `k_means`"));
    assert!(fails(&["cluster", "--points", &npy, "--k", "2", "--set", "sed=1"]).contains("`sed`"));
    assert!(fails(&["cluster", "--points", &npy, "--k", "2", "--set", "seed"]).contains("key=value"));
    assert!(fails(&["cluster", "--points", &points, "--columns", "x,z", "--k", "2"]).contains("no attribute `z`"));
    assert!(fails(&["place", "--model", &points, "--points", &points]).contains("not a saved model"));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Two far groups of rows, the labels of a file and what is known of them.
#[test]
fn divisions_are_evaluated_and_numbers_of_groups_chosen() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-evaluate-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_string_lossy().into_owned()
    };
    let rows: String = (0..60).map(|row| format!("{},{}\n", 50 * (row % 2) + row / 2 % 7, row / 2 % 5)).collect();
    let points = file("points.csv", &format!("x,y\n{rows}"));
    let of = |name: &str, group: &dyn Fn(usize) -> String| {
        file(name, &(0..60).map(|row| group(row) + "\n").collect::<String>())
    };
    let labels = of("labels", &|row| if row == 59 { "-1".to_owned() } else { (row % 2).to_string() });
    let reference = of("reference", &|row| if row % 2 == 0 { "home".to_owned() } else { "shop".to_owned() });

    let found = json(&["evaluate", "--points", &points, "--labels", &labels, "--reference", &reference, "--json"]);
    assert_eq!(
        (&found["rows"], &found["in_none"], &found["sizes"]),
        (&60.into(), &1.into(), &serde_json::json!([30, 29]))
    );
    assert!(found["silhouette"].as_f64().unwrap() > 0.9);
    assert_eq!(found["silhouettes"].as_array().unwrap().len(), 2);
    assert!(found["internal"]["calinski_harabasz"].as_f64().unwrap() > 1000.0);
    assert_eq!(found["external"]["adjusted_rand"], 1.0);
    let one = of("one", &|_| "all".to_owned());
    let alone = json(&["evaluate", "--points", &points, "--labels", &one, "--indices", "davies_bouldin", "--json"]);
    assert_eq!(alone["silhouette"], serde_json::Value::Null);
    assert!(alone["undefined"]["davies_bouldin"].as_str().unwrap().contains("not defined"), "{alone}");
    let all = run(&["evaluate", "--points", &points, "--labels", &labels, "--indices", "all"]);
    let all = String::from_utf8(all.stdout).unwrap();
    assert!(all.contains("Dunn index") && all.contains("nearer to another"), "{all}");

    let chosen = json(&["choose", "--points", &points, "--k", "2..5", "--criteria", "silhouette,gap", "--json"]);
    assert_eq!((&chosen["k"], &chosen["agreed"]), (&2.into(), &true.into()));
    assert_eq!(chosen["candidates"].as_array().unwrap().iter().filter(|one| one["k"] != 1).count(), 4);

    let fails = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let short = file("short", "0\n1\n");
    assert!(
        fails(&["evaluate", "--points", &points, "--labels", &short]).contains("groups has 2 entries, expected 60")
    );
    assert!(fails(&["evaluate", "--points", &points, "--labels", "none"]).starts_with("error: none: No such file"));
    let slip = fails(&["evaluate", "--points", &points, "--labels", &labels, "--indices", "dun"]);
    assert!(slip.contains("did you mean `dunn`"), "{slip}");
    assert!(fails(&["choose", "--points", &points, "--k", "5..2"]).contains("is not rising"));
    assert!(fails(&["choose", "--points", &points, "--k", "2,x"]).contains("`x` is not a number"));
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_profile_tells_differences_and_rules() {
    let list = std::env::temp_dir().join(format!("segmentry-workbench-described-{}.rules", std::process::id()));
    let list = list.to_string_lossy().into_owned();
    let customers = std::env::temp_dir().join(format!("segmentry-workbench-customers-{}.csv", std::process::id()));
    let rows: String = (0..200).map(|n| format!("{n},{},{}\n", ["pro", "free"][n % 2], n % 2 * 50 + n % 9)).collect();
    std::fs::write(&customers, format!("customer,plan,visits\n{rows}")).unwrap();
    let path = customers.to_string_lossy().into_owned();
    let of = ["profile", "--by", "plan", "--customers", &path, "--differences", "--rules", "2", "--save-rules", &list];
    let found = json(&[&of[..], &["--json"]].concat());
    assert!(found["groups"].as_array().unwrap().len() >= 3);
    assert_eq!(found["rules"]["segments"][0]["precision"], 1.0);
    assert!(!found["differences"].is_null());
    let text = std::fs::read_to_string(&list).unwrap();
    assert!(text.contains("visits >= ") && text.parse::<segmentry::rules::Definitions>().is_ok(), "{text}");
    let printed = String::from_utf8(run(&of).stdout).unwrap();
    assert!(printed.contains("coverage  precision  rule"), "{printed}");
    for file in [&list, &path] {
        std::fs::remove_file(file).unwrap();
    }
}

/// Figures of Fader, Hardie and Lee (2005): parameters, and 1,653 purchases in 39 weeks.
#[test]
fn clv_tells_what_customers_are_worth() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-clv-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let model = folder.join("clv.json").to_string_lossy().into_owned();
    let log = ["clv", "--history", "examples/data/cdnow.csv", "--amount", "dollars", "--as-of", "1997-09-30"];
    let asked = ["--horizon", "39", "--unit", "weeks", "--discount", "0.1 per year", "--save", &model, "--json"];
    let found = json(&[&log[..], &asked].concat());
    assert_eq!((&found["horizon"], &found["model"]["family"]), (&"39 weeks".into(), &"bg_nbd".into()));
    let parameters: Vec<f64> =
        found["model"]["parameters"].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
    for (found, expected) in parameters.iter().zip([0.2425945, 4.4136024, 0.7929221, 2.4259069]) {
        assert!((found / expected - 1.0).abs() < 1e-4, "{parameters:?}");
    }
    let customers = found["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 2_357);
    let sum = |key: &str| customers.iter().map(|customer| customer[key].as_f64().unwrap()).sum::<f64>();
    assert!((sum("expected_purchases") - 1_653.409).abs() < 0.01);
    assert!((sum("lifetime_value") - found["equity"]["to_come"].as_f64().unwrap()).abs() < 1e-6);
    let saved: segmentry::lifetime::LifetimesModel = segmentry::model::load(&model).unwrap();
    assert_eq!(saved.purchases().parameters(), parameters);

    // the same in days: nobody is worth anything else
    let days =
        json(&[&log[..], &["--horizon", "273", "--unit", "days", "--discount", "0.1 per year", "--json"]].concat());
    assert!((days["equity"]["to_come"].as_f64().unwrap() / sum("lifetime_value") - 1.0).abs() < 1e-5);

    // a table of buyers; two families compared
    let table = folder.join("buyers.csv");
    let lines = customers.iter().enumerate().map(|(at, customer)| {
        let repeats = at % 4;
        let last = if repeats == 0 { 0.0 } else { 1.0 + (at % 37) as f64 };
        format!("{},{repeats},{last},39,{}", customer["customer"].as_str().unwrap(), 20 + at % 30)
    });
    let text = format!("customer,frequency,recency,T,zbar\n{}\n", lines.collect::<Vec<_>>().join("\n"));
    std::fs::write(&table, text).unwrap();
    let table = table.to_string_lossy().into_owned();
    let found = json(&["clv", "--summary", &table, "--spend", "zbar", "--json"]);
    assert_eq!(found["customers"].as_array().unwrap().len(), 2_357);
    assert!(found["spend"]["p"].is_number() || found["spend"].is_object(), "{}", found["spend"]);
    let told = run(&["clv", "--summary", &table, "--model", "weibull"]);
    assert!(String::from_utf8_lossy(&told.stderr).contains("family `weibull` is not one of bg_nbd"));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What people export from a shop is read, and what cannot be is told with what to do next.
#[test]
fn clv_reads_what_people_export() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (log, table, values) = (folder.join("log.csv"), folder.join("buyers.csv"), folder.join("values.csv"));
    // one in twenty sends back more than all of it was worth, everything stands twice, and it is written as Excel does in Germany
    let mut text = "Kunde;Datum;Betrag\n".to_owned();
    for customer in 0..120 {
        for n in 0..1 + customer % 6 {
            let (month, day) = (1 + (customer + n * 2) % 12, 1 + (customer * 7 + n * 5) % 28);
            let amount =
                if customer % 20 == 19 { "-80,00".to_owned() } else { format!("{},50", 10 + (customer + n) % 40) };
            let line = format!("K{customer};{day:02}.{month:02}.2025;{amount}\n");
            text.push_str(&line);
            text.push_str(&line);
        }
    }
    std::fs::write(&log, text).unwrap();
    let path = |path: &Path| path.to_string_lossy().into_owned();
    let (log, table, values) = (path(&log), path(&table), path(&values));
    let columns = ["--customer", "Kunde", "--date", "Datum", "--amount", "Betrag"];
    let base = ["clv", "--history", &log, "--as-of", "2026-03-31"];
    let told = |arguments: &[&str]| String::from_utf8(run(arguments).stderr).unwrap();
    assert!(told(&base).contains("note: columns are named with --customer, --date and --amount"));
    assert!(told(&[&base[..], &columns].concat()).contains("--decimal-comma reads 37,24"));
    let asked = [&base[..], &columns, &["--decimal-comma", "--values", &values, "--json"]].concat();
    let found = json(&asked);
    assert_eq!((&found["horizon"], &found["equity"]["below_zero"]), (&"1 year".into(), &6.0.into()));
    let notes = told(&asked);
    assert!(notes.contains("events repeat another in all that is known of them"), "{notes}");
    assert!(notes.contains("refunds") && notes.contains("if the log ends there, so should `--as-of`"), "{notes}");
    let written = std::fs::read_to_string(&values).unwrap();
    let mut lines = written.lines();
    let heads = "customer,alive,expected_purchases,expected_spend,lifetime_value,value_so_far,value_at_risk";
    assert_eq!((lines.next(), lines.count()), (Some(heads), 120));
    let none = json(&[&asked[..], &["--horizon", "0"]].concat());
    assert!(none["equity"]["gini_to_come"].is_null() && none["equity"]["to_come"] == 0.0);
    assert!(told(&[&asked[..], &["--calibration", "2025-06-30"]].concat()).contains("ask `--model all` with it"));

    let summary = |row: &str| {
        std::fs::write(&table, format!("customer,frequency,recency,T\na,2,20,39\n{row}\n")).unwrap();
        told(&["clv", "--summary", &table, "--unit", "weeks"])
    };
    assert!(summary("b,0,39,39").contains("customer `b`: `recency` must be 0 without a repeat (the age at the last"));
    assert!(summary("b,many,3,39").contains("customer `b`: attribute `frequency` is `many`, expected number"));
    assert!(summary("b,,3,39").contains("customer `b`: attribute `frequency` is missing"));
    assert!(summary("b,1,40,39").contains("customer `b`: `recency` must be from 0 to the age, 39, found 40"));
    assert!(told(&["clv", "--summary", &table, "--save", "x"]).contains("need the purchases: `--history FILE`"));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Parameters, and expected gifts, of Fader, Hardie and Shang (2010).
#[test]
fn clv_of_opportunities_is_bg_bb() {
    let donors = ["clv", "--model", "bg_bb", "--summary", "examples/data/donations.csv", "--age", "periods"];
    let found = json(&[&donors[..], &["--weights", "weights", "--unit", "years", "--horizon", "5", "--json"]].concat());
    let parameters: Vec<f64> =
        found["model"]["parameters"].as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect();
    for (ours, published) in parameters.iter().zip([1.204, 0.750, 0.657, 2.783]) {
        assert!((ours - published).abs() < 2e-3, "{parameters:?}");
    }
    assert_eq!(found["customers"].as_array().unwrap().len(), 22);
    // a log, by whole months: seen on 20 September 1997 it is known to the end of August
    let log = ["clv", "--model", "bg_bb", "--history", "examples/data/cdnow.csv", "--amount", "dollars", "--as-of"];
    let months = ["--unit", "months", "--horizon", "9", "--discount", "0.1 per year", "--json"];
    let told = run(&[&log[..], &["1997-09-20"], &months[..]].concat());
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    assert!(String::from_utf8_lossy(&told.stderr).contains("customers are seen as of 1997-08-31"));
    let early: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
    assert_eq!(early["model"], json(&[&log[..], &["1997-08-31"], &months[..]].concat())["model"]);
    let customers = early["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 2_357);
    let sum: f64 = customers.iter().map(|customer| customer["lifetime_value"].as_f64().unwrap()).sum();
    assert!((sum / early["equity"]["to_come"].as_f64().unwrap() - 1.0).abs() < 1e-9);
    let wrong = run(&[&log[..], &["1997-09-30", "--unit", "years"]].concat());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("days, weeks or months"));
    let wrong = run(&[&donors[..], &["--horizon", "2.5"]].concat());
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("donations.csv: "), "{wrong:?}");
}

/// Fader and Hardie (2007): parameters of seven years, and what they say of the twelfth.
#[test]
fn retention_tells_curves_models_and_values_of_survivors() {
    let asked = ["retention", "--survivors", "examples/data/retention.csv", "--cohort", "cohort", "--every", "12"];
    let found = json(&[&asked[..], &["--discount", "0.1 per year", "--amount", "100", "--json"]].concat());
    assert_eq!((&found["period"], &found["horizon"]), (&"12 months".into(), &12.into()));
    let curves = found["curves"]["curves"].as_array().unwrap();
    assert_eq!((&curves[0]["cohort"], &curves[1]["cohort"]), (&"high end".into(), &"regular".into()));
    assert!((curves[1]["steps"][6]["survival"].as_f64().unwrap() - 0.241).abs() < 1e-12);
    assert!(found["p_value"].as_f64().unwrap() < 1e-12);
    let cohorts = found["cohorts"].as_array().unwrap();
    assert_eq!(
        cohorts.iter().map(|one| one["cohort"].as_str().unwrap()).collect::<Vec<_>>(),
        ["all", "high end", "regular"]
    );
    for cohort in cohorts {
        let fits = cohort["fits"].as_array().unwrap();
        assert_eq!(fits.len(), 2);
        assert!(fits[0]["bic"].as_f64().unwrap() <= fits[1]["bic"].as_f64().unwrap());
    }
    let regular = cohorts[2]["fits"].as_array().unwrap();
    let fit = regular.iter().find(|fit| fit["model"]["family"] == "shifted_beta_geometric").unwrap();
    let lines = fit["fit"]["lines"].as_array().unwrap();
    assert!((lines[11]["survival"].as_f64().unwrap() - lines[11]["seen_survival"].as_f64().unwrap()).abs() < 0.01);
    let residual = &fit["residual"].as_array().unwrap()[2];
    let (discounted, value) = (residual["discounted"].as_f64().unwrap(), residual["value"].as_f64().unwrap());
    assert!((value - 100.0 * discounted).abs() < 1e-9 && discounted > residual["expected"].as_f64().unwrap() * 0.5);
    // seven years as in the paper: alpha and beta of regular customers, and 17.3 % in the twelfth year
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-retention-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("seven.csv");
    let all = std::fs::read_to_string("examples/data/retention.csv").unwrap();
    let early = all.lines().filter(|line| {
        line.starts_with("cohort") || line.split(',').nth(1).is_some_and(|period| period.parse::<u32>().unwrap() < 8)
    });
    std::fs::write(&file, early.collect::<Vec<_>>().join("\n")).unwrap();
    let path = file.to_string_lossy().into_owned();
    let asked = ["retention", "--survivors", &path, "--cohort", "cohort", "--model", "shifted_beta_geometric"];
    let found = json(&[&asked[..], &["--json"]].concat());
    let fit = &found["cohorts"][2]["fits"][0];
    let [alpha, beta] = [0, 1].map(|at| fit["model"]["parameters"][at].as_f64().unwrap());
    assert!((alpha - 0.704).abs() < 2e-3 && (beta - 1.182).abs() < 2e-3, "{alpha} {beta}");
    assert!((fit["fit"]["lines"][11]["survival"].as_f64().unwrap() - 0.170).abs() < 1e-3);
    let printed = String::from_utf8(run(&asked).stdout).unwrap();
    for told in ["log-rank statistic", "== regular ==", "by the model", "renewals so far", "BIC"] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    // what is wrong is told with file and line
    std::fs::write(&file, "period,survivors\n0,1000\n2,400\n").unwrap();
    let says = |text: &str| {
        let told = run(&["retention", "--survivors", &path]);
        let told = String::from_utf8_lossy(&told.stderr).into_owned();
        assert!(told.contains("seven.csv: ") && told.contains(text), "{told}");
    };
    says("period 1 of the cohort `all` is not there");
    std::fs::write(&file, "period,survivors\n0,1000\n1,many\n").unwrap();
    says("line 3: survivors `many` is not a number");
    std::fs::write(&file, "period,survivors\n0,1000\n1,1100\n").unwrap();
    says("at most 1000");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Customers with days: an independent count of who stayed, the recipe's values, a model that is saved and read again.
#[test]
fn retention_tells_what_each_customer_is_still_worth() {
    let folder = std::env::temp_dir().join(format!("segmentry-workbench-contracts-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [file, saved] = ["members.csv", "model.json"].map(|name| folder.join(name).to_string_lossy().into_owned());
    let survivors = [1000, 631, 468, 382, 326, 289, 262, 241];
    let mut text = "customer,start,end,plan\n".to_owned();
    for n in 0..1000_usize {
        let ended = (1..8).find(|renewal| n >= survivors[*renewal]).map(|renewal| {
            let months = n % 12 + renewal - 1;
            format!("{}-{:02}-17", 2024 + months / 12, 1 + months % 12)
        });
        text += &format!("m{n},2024-{:02}-01,{},{}\n", 1 + n % 12, ended.unwrap_or_default(), ["a", "b"][n % 2]);
    }
    std::fs::write(&file, text).unwrap();
    let asked =
        ["retention", "--customers", &file, "--as-of", "2025-09-30", "--amount", "9.99", "--discount", "0.1 per year"];
    let found = json(&[&asked[..], &["--cohort", "plan", "--save", &saved, "--json"]].concat());
    let lines = found["cohorts"][0]["fits"][0]["fit"]["lines"].as_array().unwrap();
    assert_eq!((&lines[0]["came"], &lines[1]["kept"]), (&1000.0.into(), &468.0.into()));
    assert!(found["p_value"].as_f64().unwrap() > 0.05); // plans do not differ
    assert_eq!(found["cohorts"].as_array().unwrap().len(), 3);
    let customers = found["customers"].as_array().unwrap();
    assert_eq!(customers.len(), 241);
    let model: segmentry::lifetime::ContractsModel = segmentry::model::load(&saved).unwrap();
    let first = segmentry::customer::Record::new("m0")
        .with("start", "2024-01-01".parse::<segmentry::time::Day>().unwrap())
        .as_of("2025-09-30".parse::<segmentry::time::Day>().unwrap());
    let worth = model.of(&first).unwrap().unwrap();
    assert_eq!(
        (&customers[0]["customer"], &customers[0]["lifetime_value"]),
        (&"m0".into(), &worth.lifetime_value.into())
    );
    let by_start = json(&[&asked[..], &["--by-start", "--model", "beta_discrete_weibull", "--json"]].concat());
    assert_eq!(by_start["cohorts"].as_array().unwrap().len(), 13);
    assert_eq!(by_start["cohorts"][1]["cohort"], "2024-01");
    let wrong = run(&["retention", "--customers", &file, "--as-of", "2025-09-30", "--end", "left"]);
    let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(told.contains("members.csv: ") && told.contains("no attribute `left`"), "{told}");
    std::fs::remove_dir_all(&folder).unwrap();
}
