//! Studies: from a file and in code, checked before they run, saved and loaded; the workbench on top of them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use segmentry::behavioral::Rfm;
use segmentry::customer::{Customer, Customers, Items, Record, SeenOn};
use segmentry::features::derived::{Derived, EventMeasure, Formula};
use segmentry::features::purchases::Purchases;
use segmentry::history::History;
use segmentry::progress::Progress;
use segmentry::segment::Segment;
use segmentry::segmenter::Segmenter;
use segmentry::study::{Combination, Findings, Ready, Study, any_from_json, load_any};
use segmentry::tier::{Tiers, ValueShare};
use segmentry::time::Day;
use segmentry::value::Column;

fn cdnow() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.toml")
}

/// A folder of its own for each test, gone when the test ends well.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("segmentry-study-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn sizes(findings: &Findings, name: &str) -> Vec<(String, usize)> {
    let segmentation = findings.segmentation(name).unwrap();
    segmentation.segments().iter().map(|s| s.key().into_owned()).zip(segmentation.sizes()).collect()
}

#[test]
fn the_study_of_the_readme_finds_what_an_independent_count_finds() {
    let findings = Study::from_file(cdnow()).unwrap().run().unwrap();
    assert_eq!(findings.customers.len(), 2_357);
    assert_eq!(findings.sources[0].events, 6_919);

    // ABC by a loop of its own: sort by spend, take customers until 80 % and 95 % are reached
    let spend = findings.customers.column("spend").unwrap();
    let mut amounts: Vec<f64> = (0..spend.len()).map(|row| spend.number(row).unwrap()).collect();
    amounts.sort_by(|a, b| b.total_cmp(a));
    let total: f64 = amounts.iter().sum();
    assert!((total - 244_091.94).abs() < 0.005, "{total}");
    // equal amounts stay together, in the lower tier if the border goes through them
    let inside = |share: f64| {
        let border = |amount: f64| {
            let before_the_last: f64 = amounts.iter().filter(|a| **a >= amount).sum::<f64>() - amount;
            before_the_last < share * total
        };
        amounts.iter().filter(|amount| border(**amount)).count()
    };
    let (core, middle) = (inside(0.80), inside(0.95));
    let expected =
        [("core".to_owned(), core), ("middle".to_owned(), middle - core), ("tail".to_owned(), 2_357 - middle)];
    assert_eq!(sizes(&findings, "value"), expected);
    assert_eq!(sizes(&findings, "rfm").iter().map(|(_, n)| n).sum::<usize>(), 2_357);

    // the cross counts what both say; merging loses nobody
    let (rfm, value) = (findings.segmentation("rfm").unwrap(), findings.segmentation("value").unwrap());
    let champions = (0..2_357)
        .filter(|row| rfm.get(*row).unwrap().key() == "champions" && value.get(*row).unwrap().key() == "core");
    let plan = findings.segmentation("plan").unwrap();
    let champions_core = plan.segments().iter().position(|s| s.key() == "champions/core").unwrap();
    assert!(plan.sizes()[champions_core] >= champions.count());
    assert_eq!(plan.sizes().iter().sum::<usize>(), 2_357);
    assert!(findings.to_string().contains("2,357 customers, seen as of 1998-06-30, to maximize `spend`"));
}

#[test]
fn what_is_saved_places_the_same_customers_and_strangers() {
    let findings = Study::from_file(cdnow()).unwrap().run().unwrap();
    let folder = Folder::new("saved");
    let written = findings.save(&folder.0).unwrap();
    let names: Vec<String> = written.iter().map(|p| p.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert_eq!(
        names,
        [
            "findings.txt",
            "findings.json",
            "health.txt",
            "health.json",
            "value_to_come.lifetimes.json",
            "value_to_come.values.csv",
            "rfm.csv",
            "rfm.profile.csv",
            "rfm.profile.json",
            "rfm.model.json",
            "rfm.rules",
            "value.csv",
            "value.profile.csv",
            "value.profile.json",
            "value.model.json",
            "value.rules",
            "worth.csv",
            "worth.profile.csv",
            "worth.profile.json",
            "worth.model.json",
            "worth.rules",
            "groups.csv",
            "groups.profile.csv",
            "groups.profile.json",
            "groups.model.json",
            "groups.rules",
            "plan.csv",
            "plan.profile.csv",
            "plan.profile.json",
            "plan.model.json",
            "plan.rules",
        ]
    );
    // the sources alone: no derived attribute is in the table that the loaded models are asked about
    let history = findings.customers.history().unwrap().clone();
    let bare = Customers::from_history(history).as_of("1998-06-30".parse::<Day>().unwrap());
    for name in ["rfm", "value", "worth", "groups", "plan"] {
        let loaded = load_any(folder.0.join(format!("{name}.model.json"))).unwrap();
        let again = loaded.segment(&bare).unwrap();
        assert_eq!(&again, findings.segmentation(name).unwrap(), "{name}");
        assert!(loaded.reads().attributes.is_empty() && loaded.reads().history && loaded.reads().as_of, "{name}");
        for row in [0, 17, 2_356] {
            let customer = bare.get(row).unwrap();
            assert_eq!(loaded.assign(&customer).unwrap().as_ref(), again.get(row), "{name} {row}");
        }
        let table = std::fs::read_to_string(folder.0.join(format!("{name}.csv"))).unwrap();
        assert_eq!(table.lines().count(), 2_358);
    }
    // what each customer is worth
    let table = std::fs::read_to_string(folder.0.join("value_to_come.values.csv")).unwrap();
    let mut lines = table.lines();
    let heads = "customer,alive,expected_purchases,expected_spend,lifetime_value,value_so_far,value_at_risk";
    assert_eq!(lines.next(), Some(heads));
    let value = findings.customers.column("lifetime_value").unwrap().clone();
    for (row, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split(',').collect();
        assert_eq!(cells[0], findings.customers.ids().get(row).unwrap().to_string());
        assert_eq!(cells[4].parse::<f64>().ok(), value.number(row), "{line}");
    }
    assert_eq!(table.lines().count(), 2_358);
    // a stranger of another month, by this month's cut points
    let plan = load_any(folder.0.join("plan.model.json")).unwrap();
    let stranger = Record::new("new").purchase("1998-07-20".parse().unwrap(), 900.0);
    let seen = SeenOn::new(&stranger, "1998-07-31".parse::<Day>().unwrap());
    let place = plan.assign(&seen).unwrap().unwrap();
    assert!(place.label().starts_with("Potential loyalists"), "{place}"); // bought of late, once, for much
    assert!(
        plan.explain(&seen).unwrap().to_string().contains("days_since_last is 11"),
        "{}",
        plan.explain(&seen).unwrap()
    );
    let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
    assert_eq!(json["customers"], 2_357);
    let value: f64 =
        json["segmentations"][1]["segments"].as_array().unwrap().iter().map(|s| s["value"].as_f64().unwrap()).sum();
    assert!((value - 244_091.94).abs() < 0.01);
}

fn shop() -> (Customers, History) {
    let day = |n: i32| Day::from_days(20_000 + n);
    let mut log = History::builder();
    for customer in 0..200_i32 {
        for purchase in 0..=customer % 9 {
            log.push(customer, &(day(2 * customer % 300 - 3 * purchase), 5.0 + f64::from(customer * 7 % 100))).unwrap();
        }
    }
    let employees = Column::of(segmentry::value::Kind::Integer, (0..200_i64).map(|i| (i % 10 != 0).then_some(i * 3)));
    let crm = Customers::with_ids(0..200).unwrap().with_column("employees", employees).unwrap();
    (crm, log.finish())
}

fn in_code() -> Study {
    let (crm, orders) = shop();
    Study::new("in code")
        .customers("crm", crm)
        .events("shop", orders)
        .as_of(Day::from_days(20_320))
        .derive(Purchases::new())
        .derive(Derived::new("spend_90", Formula::Events(EventMeasure::amount("purchase").within_days(90))))
        .derive(Derived::new("basket", Formula::ratio("spend", "purchases")))
        .segmenter("rfm", Rfm::new())
        .segmenter("size", Ready(Tiers::on("employees").tier("large", 250.0).otherwise("small")))
        .segmenter("basket", ValueShare::of("basket"))
        .combine("plan", Combination::Cross { of: vec!["rfm".into(), "size".into(), "basket".into()], sparse: None })
        .combine("safe", Combination::Fallback { of: vec!["size".into(), "basket".into()] })
        .combine("deep", Combination::Nested { outer: "size".into(), within: vec![("large".into(), "basket".into())] })
        .maximize("spend")
}

#[test]
fn a_study_in_code_runs_and_every_model_comes_back() {
    let findings = in_code().run().unwrap();
    let (crm, orders) = shop();
    let bare = crm.with_history(orders).as_of(Day::from_days(20_320));
    assert_eq!(findings.placed.len(), 6);
    for placed in &findings.placed {
        let loaded = any_from_json(&placed.model).unwrap();
        assert_eq!(loaded.segment(&bare).unwrap(), placed.segmentation, "{}", placed.name);
        assert_eq!(loaded.reads(), placed.segmenter.reads(), "{}", placed.name);
        for customer in bare.iter().step_by(7) {
            let alone = loaded.assign(&customer).unwrap();
            assert_eq!(alone.as_ref(), placed.segmentation.get(customer.row()), "{} {}", placed.name, customer.id());
            assert_eq!(loaded.explain(&customer).unwrap().segment, alone, "{} {}", placed.name, customer.id());
        }
    }
    assert_eq!(findings.segmentation("size").unwrap().unassigned(), 20);
    assert_eq!(findings.segmentation("plan").unwrap().unassigned(), 20);
    assert_eq!(findings.segmentation("safe").unwrap().unassigned(), 0);
    assert!(findings.join.is_some());
    assert_eq!(
        findings.segmentation("none").unwrap_err().to_string(),
        "no segmenter `none`: there are `rfm`, `size`, `basket`, `plan`, `safe`, `deep`"
    );
}

#[test]
fn a_study_can_be_stopped() {
    let stop = |step: segmentry::progress::Step<'_>| {
        if step.done < 3 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    let Err(error) = in_code().run_with(&Progress::new(&stop)) else { panic!("it ran to the end") };
    assert!(error.to_string().starts_with("cancelled after 3 of "), "{error}");
}

const GOOD: &str = r#"name = "good"
as_of = "2026-11-01"

[goal]
maximize = "spend"

[sources.orders]
events = "orders.csv"
columns = { customer = "id", date = "day", amount = "euros" }

[derive.purchases]
purchases = {}

[segmenters.rfm]
kind = "rfm"
bands = 5

[segmenters.size]
kind = "tiers"
on = "spend"
tiers = [{ name = "big", from = 100.0 }]
otherwise = "small"

[segmenters.plan]
kind = "cross"
of = ["rfm", "size"]
"#;

const ORDERS: &str = "id,day,euros\na,2026-10-01,20.5\nb,2026-01-03,200\na,2026-09-01,10\nc,2026-05-05,7\n";

fn error_of(study: &str, orders: &str) -> String {
    let folder = Folder::new(&format!("{:x}", study.len() * 31 + orders.len()));
    let plan = folder.0.join("plan.toml");
    std::fs::write(&plan, study).unwrap();
    std::fs::write(folder.0.join("orders.csv"), orders).unwrap();
    let error = match Study::from_file(&plan).and_then(|study| study.run().map(|_| ())) {
        Ok(()) => return "runs".to_owned(),
        Err(error) => error.to_string(),
    };
    error.replace(&format!("{}/", folder.0.display()), "")
}

#[test]
fn what_is_wrong_in_a_study_is_named_with_file_line_and_key() {
    assert_eq!(error_of(GOOD, ORDERS), "runs");
    let says = |from: &str, to: &str, message: &str| {
        assert!(GOOD.contains(from), "{from}");
        assert_eq!(error_of(&GOOD.replacen(from, to, 1), ORDERS), message, "{from} -> {to}");
    };
    says("name = \"good\"", "", "plan.toml: a study needs a `name`");
    says("name = \"good\"", "name = 7", "plan.toml: line 1: key `name`: expected a text, found integer");
    says("name = \"good\"", "name = \"", "plan.toml: line 1: invalid basic string, expected `\"`");
    says(
        "as_of = \"2026-11-01\"",
        "as_of = \"soon\"",
        "plan.toml: line 2: key `as_of`: moment `soon` is not a day such as 2026-11-01 or an instant such as 2026-11-01T08:30:00Z",
    );
    says(
        "as_of = \"2026-11-01\"",
        "",
        "plan.toml: line 11: key `derive.purchases`: the day as of which customers are seen is not set: give it with `as_of`",
    );
    says(
        "as_of",
        "zone = \"Mars/Olympus\"\nas_of",
        "plan.toml: line 2: key `zone`: zone `Mars/Olympus` is not a zone such as Europe/Berlin",
    );
    says(
        "maximize = \"spend\"",
        "maximize = \"spent\"",
        "plan.toml: line 4: key `goal`: no attribute `spent`; did you mean `spend`",
    );
    says(
        "maximize = \"spend\"",
        "",
        "plan.toml: line 4: key `goal`: a goal is either `maximize` or `minimize` an attribute",
    );
    says("[goal]", "[gaol]", "plan.toml: line 4: key `gaol`: not a key of a study; did you mean `goal`");
    says(
        "events = \"orders.csv\"",
        "",
        "plan.toml: line 7: key `sources.orders`: a source is a file of either `customers`, `events` or `items`",
    );
    says(
        "amount = \"euros\"",
        "amount = \"euro\"",
        "orders.csv: key `sources.orders`: no attribute `euro`; did you mean `euros`",
    );
    says(
        "bands = 5",
        "band = 5",
        "plan.toml: line 16: key `segmenters.rfm.band`: unknown field `band`, expected one of `scheme`, `bands`, `recency`, `frequency`, `monetary`, `nested`, `mean_spend`, `purchases`, `from`, `table`; did you mean `bands`",
    );
    says(
        "bands = 5",
        "bands = \"five\"",
        "plan.toml: line 16: key `segmenters.rfm.bands`: invalid type: string \"five\", expected usize",
    );
    says(
        "kind = \"rfm\"",
        "kind = \"rmf\"",
        "plan.toml: line 15: key `segmenters.rfm.kind`: `rmf` is not known: one of `rfm`, `rfe`, `rhythm`, `tenure`, `frequency`, `loyalty`, `mix`, `discount`, `returns`, `tiers`, `top_share`, `value_share`, `ntiles`, `tier_programme`, `value_matrix`, `rules`, `cross`, `fallback`, `nested`, `consensus`, `k_means`, `mini_batch`, `bisecting`, `one_pass`, `size_limited`, `k_medians`, `spherical`, `fuzzy`, `mixture`, `hierarchical`, `dbscan`, `hdbscan`, `k_modes`, `k_prototypes`, `k_medoids`, `clara`, `silhouette_medoids`; did you mean `rfm`",
    );
    says(
        "kind = \"rfm\"\n",
        "",
        "plan.toml: line 14: key `segmenters.rfm`: `kind` is not there: one of `rfm`, `rfe`, `rhythm`, `tenure`, `frequency`, `loyalty`, `mix`, `discount`, `returns`, `tiers`, `top_share`, `value_share`, `ntiles`, `tier_programme`, `value_matrix`, `rules`, `cross`, `fallback`, `nested`, `consensus`, `k_means`, `mini_batch`, `bisecting`, `one_pass`, `size_limited`, `k_medians`, `spherical`, `fuzzy`, `mixture`, `hierarchical`, `dbscan`, `hdbscan`, `k_modes`, `k_prototypes`, `k_medoids`, `clara`, `silhouette_medoids`",
    );
    says(
        "on = \"spend\"",
        "on = \"spent\"",
        "plan.toml: line 18: key `segmenters.size`: no attribute `spent`; did you mean `spend`",
    );
    says(
        "of = [\"rfm\", \"size\"]",
        "of = [\"rfm\", \"sise\"]",
        "plan.toml: line 24: key `segmenters.plan`: no segmenter `sise` before it; did you mean `size`",
    );
    says(
        "[segmenters.plan]",
        "[profiles]\nattributes = [\"age\"]\n\n[segmenters.plan]",
        "plan.toml: line 25: key `profiles.attributes`: no attribute `age`",
    );
}

#[test]
fn what_is_wrong_in_the_data_of_a_study_is_named_with_file_and_line() {
    let says = |orders: &str, message: &str| assert_eq!(error_of(GOOD, orders), message);
    says("", "orders.csv: key `sources.orders`: no header: the file is empty");
    says("id,day,euros\n", "plan.toml: line 7: key `sources`: no customers in the sources");
    let many = error_of(GOOD, "id,day,euros\na,2026-10-01,many\n");
    assert!(many.starts_with("orders.csv: line 2: key `sources.orders`") && many.contains("`many`"), "{many}");
    let missing = error_of(&GOOD.replace("orders.csv", "order.csv"), ORDERS);
    assert!(missing.starts_with("plan.toml: line 8: key `sources.orders.events`: there is no file `"), "{missing}");
}

#[test]
fn a_saved_model_of_no_known_kind_is_refused() {
    let json = r#"{"format": "segmentry.model", "version": 1, "kind": "oracle", "crate": "0.1.0", "model": {}}"#;
    assert_eq!(
        any_from_json(json).err().unwrap().to_string(),
        "key `kind`: `oracle` is no kind of model that this crate writes"
    );
    fn set_within(value: &mut serde_json::Value) -> bool {
        match value {
            serde_json::Value::Object(map) => map.iter_mut().any(|(key, value)| {
                if key == "within" {
                    *value = serde_json::json!(["huge"]);
                    return true;
                }
                set_within(value)
            }),
            _ => false,
        }
    }
    let mut deep: serde_json::Value =
        serde_json::from_str(&in_code().run().unwrap().placed("deep").unwrap().model).unwrap();
    assert!(set_within(&mut deep));
    let error = any_from_json(&deep.to_string()).err().unwrap().to_string();
    assert_eq!(error, "no segment `huge` to divide: there are `large`, `small`");
}

#[test]
fn a_customer_of_ones_own_is_placed_by_a_study() {
    struct Guest(Vec<(Day, f64)>);
    impl Customer for Guest {
        fn id(&self) -> segmentry::value::Id<'_> {
            "guest".into()
        }
        fn value(&self, name: &str) -> segmentry::value::Value<'_> {
            if name == "employees" { segmentry::value::Value::Integer(400) } else { segmentry::value::Value::Missing }
        }
        fn event_count(&self) -> usize {
            self.0.len()
        }
        fn event(&self, index: usize) -> Option<segmentry::history::Event<'_>> {
            self.0.get(index).map(segmentry::history::AsEvent::as_event)
        }
    }
    let findings = in_code().run().unwrap();
    let guest = Guest(vec![(Day::from_days(20_310), 500.0)]);
    let place =
        findings.placed("deep").unwrap().segmenter.assign(&SeenOn::new(&guest, Day::from_days(20_320))).unwrap();
    assert_eq!(place.unwrap().key(), "large/a");
}

#[test]
fn a_source_may_be_a_list_of_items() {
    let folder = Folder::new("items");
    let write = |name: &str, text: &str| std::fs::write(folder.0.join(name), text).unwrap();
    write("plan.toml", &GOOD.replace("[derive.purchases]", LISTS));
    write("orders.csv", ORDERS);
    write("seats.csv", "id,seats,since\nb,3,2026-01-02\na,1,\nzoe,9,\nb,4,\n");
    write("devices.jsonl", "{\"id\": \"c\", \"system\": \"ios\"}\n");
    let study = Study::from_file(folder.0.join("plan.toml")).unwrap();
    let findings = study.run().unwrap();
    let b = findings.customers.find("b").unwrap();
    assert_eq!((b.item_count("seats"), b.item_count("devices")), (2, 0));
    assert_eq!(b.item_value("seats", 1, "seats"), segmentry::value::Value::Number(4.0));
    assert_eq!(findings.customers.find("c").unwrap().item_count("devices"), 1);
    assert_eq!((findings.customers.len(), findings.customers.unmatched_items("seats")), (3, 1));
    let source = findings.sources.iter().find(|source| source.name == "seats").unwrap();
    assert_eq!((source.customers, source.events, source.items), (3, 0, 4));
    assert!(findings.to_string().contains("source seats: 3 customers, 4 items; 4 rows read"), "{findings}");

    let items = Items::from_csv(folder.0.join("seats.csv"), "id").unwrap();
    let twice = Study::from_file(folder.0.join("plan.toml")).unwrap().items("more", items.clone()).run().unwrap();
    assert_eq!(twice.customers.items("more").unwrap().len(), 3);
    let again = Study::from_file(folder.0.join("plan.toml")).unwrap().customers("all", twice.customers.clone());
    let error = again.run().err().unwrap().to_string();
    assert!(error.ends_with("line 11: key `sources.seats`: another source has a list of that name"), "{error}");
    write("seats.csv", "id,seats\nb,many\n");
    let error = study.run().err().unwrap().to_string();
    assert!(
        error.contains("line 2: key `sources.seats`: attribute `seats` is text `many`, expected number"),
        "{error}"
    );
    write("plan.toml", &GOOD.replace("[derive.purchases]", &format!("[join]\nkeep_in = [\"seats\"]\n\n{LISTS}")));
    let error = Study::from_file(folder.0.join("plan.toml")).and_then(|study| study.run()).err().unwrap().to_string();
    assert!(error.contains("seats"), "{error}");
}

const LISTS: &str = r#"[sources.seats]
items = "seats.csv"
customer = "id"
attributes = [{ name = "seats", kind = "number" }]

[sources.devices]
items = "devices.jsonl"
customer = "id"

[derive.purchases]"#;

const RULES: &str = r#"[audiences]
definitions = '''
audience bought "Bought of late": count(purchase in last 90 days) >= 1
audience large: spend >= 100
'''

[segmenters.stage]
kind = "rules"
rules = [
  { segment = "keep", when = "member of \"large\" and member of \"bought\"" },
  { segment = "win", label = "Win back", when = "member of \"large\"" },
]
otherwise = "others"

[segmenters.plan]"#;

#[test]
fn a_study_has_audiences_and_rule_lists() {
    let folder = Folder::new("rules");
    let plan = folder.0.join("plan.toml");
    std::fs::write(folder.0.join("orders.csv"), ORDERS).unwrap();
    let run = |text: &str| {
        std::fs::write(&plan, text).unwrap();
        Study::from_file(&plan).unwrap().run().unwrap()
    };
    let findings = run(&GOOD.replace("[segmenters.plan]", RULES));
    let audiences = findings.audiences.as_ref().unwrap();
    assert_eq!(audiences.audiences.sizes(), [1, 1]); // a; b
    assert_eq!(sizes(&findings, "stage"), [("keep".to_owned(), 0), ("win".to_owned(), 1), ("others".to_owned(), 2)]);
    let printed = findings.to_string();
    assert!(printed.contains("== audiences ==") && printed.contains("Bought of late"), "{printed}");
    let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
    assert_eq!(json["audiences"]["sizes"][0]["customers"], 1);
    assert_eq!(json["audiences"]["intersections"].as_array().unwrap().len(), 3);
    // a list of the definitions, and the definitions in a file of their own; what is saved answers alike
    let text = "audience large: spend >= 100\nrules size:\n  big: member of \"large\"\n  otherwise small\n";
    std::fs::write(folder.0.join("a.rules"), text).unwrap();
    let filed =
        "[audiences]\nfile = \"a.rules\"\n[segmenters.listed]\nkind = \"rules\"\nlist = \"size\"\n[segmenters.plan]";
    let findings = run(&GOOD.replace("[segmenters.plan]", filed));
    assert_eq!(findings.segmentation("listed").unwrap().sizes(), [1, 2]);
    let bare = Customers::from_history(findings.customers.history().unwrap().clone())
        .as_of("2026-11-01".parse::<Day>().unwrap());
    let loaded = any_from_json(&findings.placed("listed").unwrap().model).unwrap();
    assert_eq!(loaded.segment(&bare).unwrap(), findings.placed("listed").unwrap().segmentation);
}

#[test]
fn what_is_wrong_in_a_rule_is_named_with_line_and_column() {
    let good = GOOD.replace("[segmenters.plan]", RULES);
    assert_eq!(error_of(&good, ORDERS), "runs");
    let says = |from: &str, to: &str, message: &str| {
        assert!(good.contains(from), "{from}");
        let found = error_of(&good.replacen(from, to, 1), ORDERS);
        assert!(found.starts_with(message), "{found}");
    };
    says(
        "member of \\\"large\\\" and",
        "member of \\\"large\\\" adn",
        "plan.toml: line 33: key `segmenters.stage.rules.0.when`: column 19: expected `and`, `or` or the end, found `adn`",
    );
    says(
        "spend >= 100",
        "spend => 100",
        "plan.toml: line 27: key `audiences.definitions`: column 23: no sign `=>`: `>=` is at least",
    );
    says(
        "spend >= 100\n",
        "spent >= 100\n",
        "plan.toml: line 24: key `audiences.large.dynamic.left`: no attribute `spent`",
    );
    says("definitions =", "definition =", "plan.toml: line 25: key `audiences.definition`: unknown field `definition`");
    says(
        "otherwise = \"others\"",
        "list = \"size\"",
        "plan.toml: line 30: key `segmenters.stage`: rules have either `rules` or a `list` of `[audiences]`",
    );
    says(
        "otherwise = \"others\"",
        "zone = \"UTC\"",
        "plan.toml: line 30: key `segmenters.stage`: zone and first day of the week are those of `[audiences]`",
    );
    says("kind = \"rules\"", "kind = \"rule\"", "plan.toml: line 31: key `segmenters.stage.kind`: `rule` is not known");
    let lone =
        GOOD.replace("[segmenters.plan]", "[segmenters.s]\nkind = \"rules\"\nlist = \"size\"\n[segmenters.plan]");
    let found = error_of(&lone, ORDERS);
    assert_eq!(found, "plan.toml: line 24: key `segmenters.s`: no rule list `size` in `[audiences]`");
}

/// A study of the purchases of CDNOW with that table beside its sources.
fn of_cdnow(table: &str) -> String {
    let log = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    format!(
        "name = \"worth\"\nas_of = \"1998-06-30\"\n[sources.purchases]\nevents = \"{}\"\n\
         columns = {{ customer = \"customer\", date = \"date\", amount = \"dollars\" }}\n{table}\n\
         [segmenters.whales]\nkind = \"top_share\"\non = \"lifetime_value\"\n\
         tiers = [{{ name = \"top\", share = 0.1 }}]\notherwise = \"others\"\n",
        log.display()
    )
}

/// The choice is that of the recipe, the interval holds the sum, and the saved model is that of the family that won.
#[test]
fn a_study_chooses_the_family_and_says_how_sure_the_equity_is() {
    let text = of_cdnow(
        r#"[derive.value]
lifetimes = { family = "best", among = ["bg_nbd", "mbg_nbd", "nbd"], holdout = "273 days", horizon = "1 year", starts = 1 }
[new_customers]
spans = ["90 days"]
value = { margin = { rate = 0.5 } }"#,
    );
    let findings = Study::from_toml(&text).unwrap().run().unwrap();
    let valued = &findings.lifetimes[0];
    let choice = valued.choice.as_ref().unwrap();
    assert_eq!(choice.candidates.len(), 3);
    assert_eq!(valued.model.purchases().family(), choice.best().unwrap().model.family());
    let interval = valued.interval.unwrap();
    assert!((interval.estimate / valued.equity.to_come() - 1.0).abs() < 1e-9);
    assert!(interval.low < interval.estimate && interval.estimate < interval.high && interval.confidence == 0.95);
    let printed = findings.to_string();
    for told in ["families by the log score", "is first by the log score", "value to come", "== new customers =="] {
        assert!(printed.contains(told), "{told}: {printed}");
    }
    let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
    assert_eq!(json["lifetimes"][0]["interval"]["high"], interval.high);
    assert_eq!(json["lifetimes"][0]["choice"]["candidates"].as_array().unwrap().len(), 3);
    // the mean of what each brought in its first 90 days, by a loop of its own; all of them have these days behind
    let table = &findings.customers;
    let brought = |row: usize| {
        let customer = table.get(row).unwrap();
        let events: Vec<_> = customer.events().collect();
        let first = events.iter().map(|event| event.day).min().unwrap();
        let within = events.iter().filter(|event| event.day < first.plus(90));
        0.5 * within.map(|event| event.amount.unwrap()).sum::<f64>()
    };
    let mean = (0..table.len()).map(brought).sum::<f64>() / table.len() as f64;
    let told = findings.new_customers.as_ref().unwrap();
    assert!((told.spans()[0].mean.unwrap() - mean).abs() < 1e-9 * mean, "{told}");
    assert_eq!(json["new_customers"]["customers"], 2_357);
}

#[test]
fn what_is_wrong_with_values_in_a_study_is_named() {
    let says = |table: &str, message: &str| {
        let error =
            Study::from_toml(&of_cdnow(table)).and_then(|study| study.run().map(|_| ())).unwrap_err().to_string();
        assert!(error.contains(message), "{error}");
    };
    let lifetimes = |keys: &str| format!("[derive.value]\nlifetimes = {{ horizon = \"1 year\", starts = 1, {keys} }}");
    says(
        &lifetimes(r#"holdout = "9 weeks""#),
        "key `derive.value.lifetimes.holdout`: only a family of `best` is chosen, not `bg_nbd`",
    );
    says(&lifetimes(r#"family = "worst""#), "family `worst` is not one of");
    says(&lifetimes(r#"by = "channel""#), "key `derive.value.lifetimes.by`: no attribute `channel`");
    says(
        &lifetimes(r#"family = "best", among = ["nbd"], holdout = "9 years""#),
        "key `derive.value.lifetimes.holdout`: ",
    );
    let contracts = r#"[derive.value]
contracts = { start = "begun", end = "ended", period = "month", horizon = "1 year" }"#;
    says(contracts, "key `derive.value.contracts`: no attribute `begun`");
    says(&contracts.replace("1 year", "9 days"), "key `derive.value.contracts.horizon`: ");
    says(&contracts.replace("start", "begin"), "unknown field `begin`");
    says("[new_customers]\nspans = []", "key `new_customers`: ");
}

/// Survivors of Fader and Hardie (2007) as customers with days; fees, rules, tiers and the matrix read what is derived.
#[test]
fn a_study_derives_how_long_customers_under_contract_stay() {
    let folder = Folder::new("contracts");
    let survivors = [1000, 631, 468, 382, 326, 289, 262, 241];
    let mut file = "id,begun,ended,fee\n".to_owned();
    for n in 0..1000_usize {
        let ended = (1..8).find(|renewal| n >= survivors[*renewal]).map(|renewal| {
            let months = n % 12 + renewal - 1;
            format!("{}-{:02}-17", 2024 + months / 12, 1 + months % 12)
        });
        file += &format!("m{n},2024-{:02}-01,{},{}\n", 1 + n % 12, ended.unwrap_or_default(), 10 + n % 3);
    }
    std::fs::write(folder.0.join("members.csv"), &file).unwrap();
    let plan = folder.0.join("plan.toml");
    let text = r#"name = "who stays"
as_of = "2025-09-30"
[sources.members]
customers = "members.csv"
id = "id"
[derive.stay]
contracts = { start = "begun", end = "ended", period = "month", horizon = "1 year", amount_of = "fee", discount = "0.1 per year" }
[audiences]
definitions = """
audience safe: retained >= 0.5
audience dear: lifetime_value >= 110
"""
[segmenters.matrix]
kind = "value_matrix"
[segmenters.deciles]
kind = "ntiles"
on = "lifetime_value"
tiers = 10
"#;
    std::fs::write(&plan, text).unwrap();
    let findings = Study::from_file(&plan).unwrap().run().unwrap();
    let stay = &findings.contracts[0];
    assert_eq!((stay.customers, stay.fit.lines()[0].came), (241.0, 1000.0));
    let column = |name: &str| findings.customers.column(name).unwrap();
    let sum: f64 = (0..1000).filter_map(|row| column("lifetime_value").number(row)).sum();
    assert!((stay.to_come - sum).abs() < 1e-9 * sum && sum > 0.0);
    assert!(stay.interval.is_some_and(|interval| interval.contains(sum) && interval.width() > 0.0), "{stay}");
    let sizes = findings.audiences.as_ref().unwrap().audiences.sizes();
    let safe = (0..1000).filter(|row| column("retained").number(*row).is_some_and(|share| share >= 0.5)).count();
    assert!(sizes[0] == safe && safe > 0 && sizes[1] > 0 && sizes[1] < 241, "{sizes:?}");
    let matrix = findings.segmentation("matrix").unwrap();
    assert_eq!(matrix.unassigned(), 759);
    let printed = findings.to_string();
    assert!(printed.contains("renewed every month, `fee` a renewal; value within 1 year"), "{printed}");
    assert!(printed.contains("241 customers still there, value to come"), "{printed}");
    let json: serde_json::Value = serde_json::from_str(&findings.to_json().unwrap()).unwrap();
    assert_eq!(json["contracts"][0]["fit"]["lines"][1]["kept"], 468.0);
    // what is saved brings the model along, and knows a stranger by the two days and the fee
    let out = folder.0.join("out");
    findings.save(&out).unwrap();
    let saved: segmentry::lifetime::ContractsModel = segmentry::model::load(out.join("stay.contracts.json")).unwrap();
    assert_eq!(saved, stay.model);
    let loaded = load_any(out.join("matrix.model.json")).unwrap();
    assert_eq!(loaded.reads().attributes, ["begun", "ended", "fee"]);
    let stranger = Record::new("new").with("begun", "2025-01-05".parse::<Day>().unwrap()).with("fee", 99.0);
    let seen = SeenOn::new(&stranger, "2025-09-30".parse::<Day>().unwrap());
    assert_eq!(loaded.assign(&seen).unwrap().unwrap().key(), "protect");
}
