//! Laws that every segmenter of the crate obeys, over the complete list of them.
//!
//! A segmenter is in the list by the kind under which it is saved; a test reads `src` and says which is missing.

use std::collections::BTreeSet;

use segmentry::behavioral::{Discount, Frequency, Loyalty, Mix, Returns, Rfe, Rfm, Rhythm, Tenure};
use segmentry::cluster::{
    Bisecting, Clara, ClusterMethod, Dbscan, Fuzzy, Hdbscan, Hierarchical, KMeans, KMedians, KMedoids, KModes,
    KPrototypes, MiniBatch, Mixture, MixtureStart, OnePass, PrototypeStart, SilhouetteMedoids, SizeLimited, Spherical,
    Start,
};
use segmentry::customer::{Customers, Record};
use segmentry::features::derived::{Derived, Formula};
use segmentry::features::encoding::Features;
use segmentry::features::purchases::Purchases;
use segmentry::history::{Event, History};
use segmentry::lifetime::{HistoricValue, Horizon, Lifetimes, Margin};
use segmentry::progress::Progress;
use segmentry::rules::{Events, Rules, Span, attribute};
use segmentry::segment::{Label, Segment};
use segmentry::segmentation::Segmentation;
use segmentry::study::{AnySegmenter, Combination, Ready, Recipe, Study, any_from_json};
use segmentry::tier::{Ntiles, Programme, Tiers, TopShare, ValueShare};
use segmentry::time::Day;
use segmentry::value::{Column, Kind, OwnedValue};
use segmentry::worth::ValueMatrix;

use crate::alone;

const DAY: i32 = 20_600;

/// 240 customers: some silent, some with refunds, visits and coupons, one in eight without a number of employees.
fn people() -> Vec<Record> {
    let mut seed = 11_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let coupon =
        [("discount".to_owned(), OwnedValue::Number(2.0)), ("category".to_owned(), OwnedValue::Text("toys".into()))];
    let none =
        [("discount".to_owned(), OwnedValue::Number(0.0)), ("category".to_owned(), OwnedValue::Text("books".into()))];
    (0..240)
        .map(|i| {
            let mut record = Record::new(format!("c-{i:03}")).as_of(Day::from_days(DAY));
            record = record.with("revenue", (next(900) + 1) as f64 / 4.0).with("orders", next(12) as i64);
            record = record.with("region", ["north", "south", "east"][next(3) as usize]);
            if next(8) > 0 {
                record = record.with("employees", next(500) as i64);
            }
            if i % 11 > 0 {
                for _ in 0..=next(9) {
                    let day = Day::from_days(DAY - next(700) as i32);
                    let properties = if next(3) == 0 { &coupon } else { &none };
                    let event = Event::purchase(day, (next(20_000) + 100) as f64 / 100.0);
                    let event =
                        event.item(["tea", "cup", "pot"][next(3) as usize]).channel(["app", "shop"][next(2) as usize]);
                    record = record.event(&event.properties(properties).quantity(1.0 + next(3) as f64));
                    if next(5) == 0 {
                        record = record.event(&Event::on(day.plus(3), "return").amount(-(next(900) as f64) / 100.0));
                    }
                    record = record.event(&Event::on(day, "visit").quantity(next(20) as f64));
                }
            }
            record
        })
        .collect()
}

fn customers() -> Customers {
    Customers::from_customers(people()).unwrap()
}

/// What they did, and how large they are.
fn rules() -> Rules {
    let employees = || attribute("employees");
    Rules::new("worth")
        .when("busy", Events::of("purchase").last(Span::days(90)).count().at_least(3))
        .when("large", employees().at_least(250))
        .when("middle", employees().at_least(50))
        .when("small", employees().below(50))
}

/// Every recipe, by a name; what has nothing to learn is [`Ready`].
fn recipes() -> Vec<(&'static str, Box<dyn Recipe>)> {
    let mut all: Vec<(&'static str, Box<dyn Recipe>)> = vec![
        ("rfm", Box::new(Rfm::new())),
        ("rfm of r", Box::new(Rfm::of_r())),
        ("rfm nested", Box::new(Rfm::new().nested())),
        ("rfe", Box::new(Rfe::new())),
        ("rhythm", Box::new(Rhythm::new())),
        ("tenure", Box::new(Ready(Tenure::new()))),
        ("frequency", Box::new(Ready(Frequency::new()))),
        ("loyalty", Box::new(Ready(Loyalty::new()))),
        ("mix of channels", Box::new(Ready(Mix::of_channels()))),
        ("mix of categories", Box::new(Ready(Mix::of_property("category")))),
        ("discount", Box::new(Ready(Discount::new()))),
        ("returns", Box::new(Ready(Returns::new()))),
        ("tiers", Box::new(Ready(Tiers::on("employees").tier("large", 250.0).tier("middle", 50.0).otherwise("small")))),
        ("top share", Box::new(TopShare::of("revenue"))),
        ("value share", Box::new(ValueShare::of("revenue"))),
        ("ntiles", Box::new(Ntiles::of("revenue", 4))),
        ("value matrix", Box::new(ValueMatrix::new().current("revenue").potential("orders").top(0.3))),
        ("rules", Box::new(rules())),
        ("programme", Box::new(Ready(Programme::new("bronze").tier("gold", 400.0).tier("silver", 150.0)))),
    ];
    all.extend(clusterings());
    all
}

/// Every method of clustering. Those that would draw their start are given one, because a draw is of a row by its number:
/// with the start given, nothing depends on the order of the customers.
fn clusterings() -> Vec<(&'static str, Box<dyn Recipe>)> {
    fn on<M: ClusterMethod + 'static>(method: M) -> Box<dyn Recipe> {
        Box::new(method.on(Features::new().number("revenue").number("orders").standardize()))
    }
    let rows = || vec![vec![-1.0, -1.0], vec![1.0, 1.0], vec![0.5, -0.5]];
    let given = || Start::Given(rows());
    vec![
        ("k-means", on(KMeans::new(3).start(given()))),
        ("k-medians", on(KMedians::new(3).start(given()))),
        // a row of zeros has no direction: of numbers as they are there is none
        ("spherical", {
            let start = Start::Given(vec![vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 1.0]]);
            Box::new(Spherical::new(3).start(start).on(Features::new().number("revenue").number("orders").raw()))
        }),
        ("size limited", on(SizeLimited::new(3).start(given()))),
        ("fuzzy", on(Fuzzy::new(3).start(given()))),
        ("mixture", on(Mixture::new(3).start(MixtureStart::Given(rows())))),
        ("k-medoids", on(KMedoids::new(3))),
        ("clara", on(Clara::new(3))),
        ("silhouette medoids", on(SilhouetteMedoids::new(3))),
        ("dbscan", on(Dbscan::new(0.5, 4))),
        ("hdbscan", on(Hdbscan::new(6))),
        ("hierarchical", on(Hierarchical::new(3))),
        ("bisecting", on(Bisecting::new(3))),
        ("mini batch", on(MiniBatch::new(3))),
        ("one pass", on(OnePass::new(3))),
        ("k-modes", Box::new(KModes::new(3).on(Features::new().category("region").category("orders")))),
        ("k-prototypes", {
            let start = PrototypeStart::Given(vec![vec![-1.0, 0.0], vec![1.0, 1.0], vec![0.0, 2.0]]);
            Box::new(KPrototypes::new(3).start(start).on(Features::new().number("revenue").category("region")))
        }),
    ]
}

/// What refuses weights, and says so.
const WITHOUT_WEIGHTS: [&str; 1] = ["size limited"];

/// What draws rows by their numbers, or takes the first row that helps: of several good divisions another may be found in
/// another order, and its page says so.
const BY_ORDER: [&str; 6] = ["k-medoids", "clara", "silhouette medoids", "bisecting", "mini batch", "one pass"];

/// Every segmenter with its saved form: the recipes, and what a study makes of them.
fn learnt(customers: &Customers) -> Vec<(String, AnySegmenter, String)> {
    let mut all: Vec<(String, AnySegmenter, String)> = Vec::new();
    for (name, recipe) in recipes() {
        let learnt = recipe.learn(customers, &Progress::none());
        if WITHOUT_WEIGHTS.contains(&name) && customers.weights().is_some() {
            assert!(learnt.is_err_and(|error| error.to_string().contains("weights")), "{name} takes weights now");
            continue;
        }
        let (segmenter, saved) = learnt.unwrap_or_else(|e| panic!("{name}: {e}"));
        all.push((name.to_owned(), segmenter, saved));
    }
    let pair = || vec!["size".to_owned(), "value".to_owned()];
    let findings = Study::new("laws")
        .customers("all", customers.clone())
        .as_of(Day::from_days(DAY))
        .derive(Purchases::new())
        .derive(Derived::new("order_value", Formula::ratio("revenue", "orders")))
        .derive(HistoricValue::new().margin(Margin::Rate(0.4)).cost_per_event("visit", 0.05).last(Horizon::days(365.0)))
        .lifetimes("worth", Lifetimes::new(Horizon::weeks(26.0)).margin(0.4).starts(1))
        .segmenter("size", Ready(Tiers::on("employees").tier("large", 250.0).otherwise("small")))
        .segmenter("value", ValueShare::of("order_value"))
        .segmenter("past", Ntiles::of("value_so_far_last_365_days", 3))
        .segmenter("worth", ValueMatrix::new())
        .combine("cross", Combination::Cross { of: pair(), sparse: None })
        .combine(
            "merged",
            Combination::Cross { of: pair(), sparse: Some(segmentry::combine::SparseCells::fewer_than(25.0)) },
        )
        .combine("fallback", Combination::Fallback { of: pair() })
        .combine("consensus", Combination::Consensus { of: pair(), groups: None })
        .combine("nested", Combination::Nested { outer: "size".into(), within: vec![("small".into(), "value".into())] })
        .run()
        .unwrap();
    all.extend(
        findings.placed.into_iter().map(|placed| (format!("study {}", placed.name), placed.segmenter, placed.model)),
    );
    all
}

fn kinds_in_source() -> BTreeSet<String> {
    fn read(folder: &std::path::Path, kinds: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, kinds);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for line in text.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
                if let Some(kind) = line.strip_prefix("const KIND: &'static str = \"") {
                    kinds.insert(kind.trim_end_matches("\";").to_owned());
                }
                if let Some(parts) = line.strip_prefix("measured::measured!(") {
                    kinds.insert(parts.rsplit('"').nth(1).unwrap().to_owned());
                }
            }
        }
    }
    let mut kinds = BTreeSet::new();
    read(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut kinds);
    kinds
}

#[test]
fn the_list_of_segmenters_is_complete() {
    let customers = customers();
    let mut listed: BTreeSet<String> = BTreeSet::new();
    fn collect(json: &serde_json::Value, kinds: &mut BTreeSet<String>) {
        match json {
            serde_json::Value::Object(map) => {
                if map.get("format").is_some_and(|format| format == "segmentry.model") {
                    kinds.insert(map["kind"].as_str().unwrap().to_owned());
                }
                map.values().for_each(|value| collect(value, kinds));
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, kinds)),
            _ => {}
        }
    }
    for (_, _, saved) in learnt(&customers) {
        collect(&serde_json::from_str(&saved).unwrap(), &mut listed);
    }
    // where the members of a programme stand, how customers buy, what they are worth and how long they stay are saved, but
    // place nobody
    let numbers = ["buy_till_you_die", "contracts", "gamma_gamma", "lifetimes", "tier_standings"];
    let not_segmenters = BTreeSet::from(numbers.map(str::to_owned));
    let missing: Vec<String> =
        kinds_in_source().difference(&listed).filter(|kind| !not_segmenters.contains(*kind)).cloned().collect();
    assert!(missing.is_empty(), "no law holds {missing:?}: put them into the list of this file");
    assert!(listed.len() >= 14, "{listed:?}");
}

#[test]
fn alone_is_as_in_bulk() {
    let customers = customers();
    for (name, segmenter, _) in learnt(&customers) {
        eprintln!("{name}");
        alone::same_as_in_bulk(&segmenter, &customers);
    }
}

#[test]
fn the_type_of_the_customer_does_not_matter() {
    let people = people();
    let customers = customers();
    for (name, segmenter, _) in learnt(&customers) {
        let bulk = segmenter.segment(&customers).unwrap();
        for (row, record) in people.iter().enumerate() {
            assert_eq!(segmenter.assign(record).unwrap().as_ref(), bulk.get(row), "{name} row {row}");
        }
    }
}

#[test]
fn the_order_of_customers_does_not_matter() {
    let customers = customers();
    let backwards: Vec<usize> = (0..customers.len()).rev().collect();
    let turned = customers.take(&backwards).unwrap();
    for ((name, segmenter, saved), (_, from_turned, saved_turned)) in
        learnt(&customers).into_iter().zip(learnt(&turned))
    {
        let placed = segmenter.segment(&customers).unwrap();
        let placed_turned = segmenter.segment(&turned).unwrap();
        let learnt_turned = from_turned.segment(&customers).unwrap();
        for (row, id) in customers.ids().iter().enumerate() {
            assert_eq!(placed.get(row), placed_turned.find(id).unwrap(), "{name} places {id} by its row");
            if !BY_ORDER.contains(&name.as_str()) {
                assert_eq!(placed.get(row), learnt_turned.get(row), "{name} learns {id} by its row");
            }
        }
        // sums over customers may differ in their last bits, cut points may not: the placements above say so
        if !BY_ORDER.contains(&name.as_str()) {
            assert!(saved.len().abs_diff(saved_turned.len()) <= 64, "{name}");
        }
    }
}

#[test]
fn only_what_is_read_matters() {
    let customers = customers();
    let extra = customers.clone().with_column("zzz", Column::integers(0..240)).unwrap();
    for (name, segmenter, _) in learnt(&customers) {
        let placed = segmenter.segment(&customers).unwrap();
        assert_eq!(segmenter.segment(&extra).unwrap(), placed, "{name} reads what it does not name");
        let reads = segmenter.reads();
        let mut bare = Customers::new((**customers.ids()).clone());
        for (attribute, column) in customers.columns().filter(|(a, _)| reads.attributes.contains(&a.name)) {
            bare = bare.with_attribute(attribute.clone(), column.clone()).unwrap();
        }
        if reads.history {
            bare = bare.with_history(customers.history().unwrap().clone());
        }
        if reads.as_of {
            bare = bare.as_of(Day::from_days(DAY));
        }
        let again = segmenter.segment(&bare).unwrap_or_else(|error| panic!("{name} reads more than it names: {error}"));
        assert!((0..240).all(|row| again.get(row) == placed.get(row)), "{name} reads more than it names");
    }
}

#[test]
fn saved_and_loaded_is_the_same() {
    let customers = customers();
    for (name, segmenter, saved) in learnt(&customers) {
        let loaded = any_from_json(&saved).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(loaded.segment(&customers).unwrap(), segmenter.segment(&customers).unwrap(), "{name}");
        assert_eq!((loaded.reads(), loaded.segments()), (segmenter.reads(), segmenter.segments()), "{name}");
        assert_eq!(loaded.notes(), segmenter.notes(), "{name}");
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let customers = customers();
    let with = |threads: usize| -> Vec<(String, Segmentation<Label>)> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            learnt(&customers).into_iter().map(|(_, s, saved)| (saved, s.segment(&customers).unwrap())).collect()
        })
    };
    let one = with(1);
    for threads in [2, 7] {
        for ((saved, placed), (saved_one, placed_one)) in with(threads).into_iter().zip(&one) {
            assert_eq!(&saved, saved_one, "{threads} threads");
            assert_eq!(&placed, placed_one, "{threads} threads");
        }
    }
}

#[test]
fn a_weight_of_two_is_the_customer_twice() {
    let people = people();
    let doubled = |i: usize| i.is_multiple_of(3);
    let weights = (0..people.len()).map(|i| if doubled(i) { 2.0 } else { 1.0 }).collect();
    let weighted = customers().with_weights(weights).unwrap();
    // the same events under another id
    let (mut rows, mut log) = (Customers::builder(), History::builder());
    for (i, record) in people.iter().enumerate() {
        for copy in 0..=usize::from(doubled(i)) {
            use segmentry::customer::Customer;
            let id = format!("{}{}", record.id(), if copy == 0 { "" } else { " again" });
            rows.push(&id, record.attributes().iter().map(|name| (*name, record.value(name)))).unwrap();
            for index in 0..record.event_count() {
                log.push(&id, &record.event(index).unwrap()).unwrap();
            }
        }
    }
    let twice = rows.finish().unwrap().with_history(log.finish()).as_of(Day::from_days(DAY));
    let all = learnt(&twice).into_iter().filter(|(name, ..)| !WITHOUT_WEIGHTS.contains(&name.as_str()));
    for ((name, a, _), (other, b, _)) in learnt(&weighted).into_iter().zip(all) {
        assert_eq!(name, other);
        if BY_ORDER.contains(&name.as_str()) {
            continue;
        }
        let (a, b) = (a.segment(&weighted).unwrap(), b.segment(&twice).unwrap());
        for id in weighted.ids().iter() {
            assert_eq!(a.find(id).unwrap(), b.find(id).unwrap(), "{name} {id}");
        }
        for (x, y) in a.totals().iter().zip(b.totals()) {
            assert!((x - y).abs() < 1e-9, "{name}");
        }
    }
}

#[test]
fn degenerate_tables_give_an_answer_or_a_reason() {
    let one = Customers::from_customers(&people()[1..2]).unwrap();
    let equal = |count: i64| {
        let mut log = History::builder();
        for customer in 0..count {
            log.push(customer, &Event::purchase(Day::from_days(DAY - 40), 5.0).channel("app")).unwrap();
            log.push(customer, &Event::purchase(Day::from_days(DAY - 10), 5.0).channel("app")).unwrap();
            log.push(customer, &Event::on(Day::from_days(DAY - 5), "visit").quantity(2.0)).unwrap();
        }
        Customers::from_history(log.finish())
            .as_of(Day::from_days(DAY))
            .with_column("revenue", Column::numbers((0..count).map(|_| 7.0)))
            .unwrap()
            .with_column("orders", Column::integers((0..count).map(|_| 2)))
            .unwrap()
            .with_column("employees", Column::integers((0..count).map(|_| 7)))
            .unwrap()
            .with_column("region", Column::texts((0..count).map(|_| "north")))
            .unwrap()
    };
    let missing = {
        let absent = |kind: Kind| Column::of(kind, (0..9).map(|_| None::<f64>));
        Customers::with_ids(0..9)
            .unwrap()
            .with_column("revenue", absent(Kind::Number))
            .unwrap()
            .with_column("orders", absent(Kind::Number))
            .unwrap()
            .with_column("employees", absent(Kind::Number))
            .unwrap()
            .with_column("region", Column::of(Kind::Text, (0..9).map(|_| None::<&str>)))
            .unwrap()
            .with_history(History::builder().finish())
            .as_of(Day::from_days(DAY))
    };
    for (case, table) in [("one", one), ("equal", equal(50)), ("missing", missing), ("none", equal(0))] {
        for (name, recipe) in recipes() {
            match recipe.learn(&table, &Progress::none()) {
                Ok((segmenter, _)) => {
                    let placed = segmenter.segment(&table).unwrap_or_else(|e| panic!("{case} {name}: {e}"));
                    assert_eq!(placed.len(), table.len());
                    let distinct: BTreeSet<String> =
                        (0..placed.len()).filter_map(|row| placed.get(row)).map(|s| s.key().into_owned()).collect();
                    assert!(case != "equal" || distinct.len() <= 1, "{name} tells equal customers apart: {distinct:?}");
                    assert!(
                        case != "missing" || placed.unassigned() == 9,
                        "{name} places customers of whom nothing is known"
                    );
                }
                Err(error) => {
                    let told = error.to_string();
                    assert!(case != "equal", "{name}: {told}");
                    assert!(
                        ["customers", "values", "direction"].iter().any(|word| told.contains(word)),
                        "{case} {name}: {told}"
                    );
                }
            }
        }
    }
}
