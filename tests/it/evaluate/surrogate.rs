//! Segments told in rules: exact where a rule made them, honest where none did, and the same when exported.

use std::collections::BTreeMap;

use segmentry::customer::{Customers, Record};
use segmentry::error::ErrorKind;
use segmentry::evaluate::{Allowed, Mark, Surrogate};
use segmentry::explanation::Reason;
use segmentry::segment::Segment;
use segmentry::segmentation::Segmentation;
use segmentry::value::{Attribute, Column, Kind, Role, Value};

use super::data;

/// A small stream of numbers, the same in every run.
struct Stream(u64);

impl Stream {
    fn below(&mut self, count: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % count
    }
}

fn ids(count: usize) -> Vec<String> {
    (0..count).map(|i| format!("c-{i}")).collect()
}

fn named(customers: &Customers, names: &[&str], places: impl IntoIterator<Item = usize>) -> Segmentation<String> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Segmentation::new(customers, names, places.into_iter().map(Ok)).unwrap()
}

fn unknown() -> Reason {
    Reason::of("x", Value::Missing).unwrap()
}

/// Customers with every kind of attribute, each sometimes unknown, and segments that a person would have made.
fn mixed(count: usize) -> (Customers, Segmentation<String>) {
    let mut stream = Stream(7);
    let mut spend = Vec::new();
    let mut visits = Vec::new();
    let mut plan = Vec::new();
    let mut owns = Vec::new();
    let mut since = Vec::new();
    let mut vip = Vec::new();
    let mut places = Vec::new();
    let first = "2024-01-01".parse::<segmentry::time::Day>().unwrap();
    for _ in 0..count {
        let known = |stream: &mut Stream| stream.below(12) > 0;
        spend.push(known(&mut stream).then(|| stream.below(40_000) as f64 / 100.0));
        visits.push(known(&mut stream).then(|| stream.below(20) as i64));
        plan.push(
            known(&mut stream).then(|| ["free", "pro", "team", "the \"big\" one"][stream.below(4) as usize].to_owned()),
        );
        let set: Vec<String> =
            ["app", "desk", "phone"].iter().filter(|_| stream.below(2) == 0).map(|t| (*t).to_owned()).collect();
        owns.push(known(&mut stream).then_some(set));
        since.push(known(&mut stream).then(|| first.plus(stream.below(900) as i32)));
        vip.push(known(&mut stream).then(|| stream.below(2) == 1));
        let row = spend.len() - 1;
        let place = match () {
            () if spend[row].is_none_or(|spend| spend >= 300.0) => 0,
            () if plan[row].as_deref().is_some_and(|plan| plan == "free" || plan == "team") => 1,
            () if owns[row].as_ref().is_some_and(|owns| owns.contains(&"phone".to_owned())) => 2,
            () if since[row].is_some_and(|since| since < first.plus(366)) => 3,
            () if vip[row] == Some(true) => 1,
            () => 3,
        };
        places.push(if stream.below(25) == 0 { stream.below(4) as usize } else { place });
    }
    let customers = Customers::with_ids(&ids(count))
        .unwrap()
        .with_column("spend a year", Column::of(Kind::Number, spend))
        .unwrap()
        .with_column("visits", Column::of(Kind::Integer, visits))
        .unwrap()
        .with_column("plan", Column::of(Kind::Text, plan))
        .unwrap()
        .with_column("owns", Column::of(Kind::Set, owns))
        .unwrap()
        .with_column("since", Column::of(Kind::Day, since))
        .unwrap()
        .with_column("vip", Column::of(Kind::Boolean, vip))
        .unwrap();
    let segmentation = named(&customers, &["big", "shared", "callers", "rest"], places);
    (customers, segmentation)
}

#[test]
fn a_rule_that_made_the_segments_is_found_again() {
    let mut stream = Stream(1);
    let spend: Vec<f64> = (0..600).map(|_| stream.below(400) as f64).collect();
    let visits: Vec<i64> = (0..600).map(|_| stream.below(12) as i64).collect();
    let customers = Customers::with_ids(&ids(600))
        .unwrap()
        .with_column("spend", Column::numbers(spend.iter().copied()))
        .unwrap()
        .with_column("visits", Column::integers(visits.iter().copied()))
        .unwrap();
    let place = |row: usize| match (spend[row] >= 120.0, visits[row] < 4) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => 2,
    };
    let segmentation = named(&customers, &["rare", "loyal", "small"], (0..600).map(place));
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    assert_eq!(told.leaves, 3);
    let rare = told.segment("rare").unwrap();
    assert_eq!(rare.parts.len(), 1);
    assert_eq!(rare.parts[0].to_string(), "spend >= 120 and visits < 4");
    assert_eq!((rare.coverage, rare.precision), (Some(1.0), Some(1.0)));
    assert!(rare.coverage_outside.value.unwrap() > 0.95 && rare.coverage_outside.upper <= Some(1.0));
    let small = &told.segment("small").unwrap().parts[0];
    let below = Allowed::Between { at_least: None, below: Some(Mark::Number(120.0)) };
    assert_eq!((small.limits.len(), &small.limits[0].what), (1, &below));
    // the smallest list with a stated accuracy
    assert_eq!((told.smallest(0.95), told.smallest(0.5)), (Some(3), told.smallest(0.5)));
    assert!(told.fidelity[0].outside.value < told.fidelity[2].outside.value);
    let small = Surrogate::new().accuracy(0.6).of(&customers, &segmentation).unwrap();
    assert!(small.leaves < 3, "{}", small.leaves);
}

#[test]
fn chance_cannot_be_told_by_rules() {
    let (customers, _) = mixed(800);
    let mut stream = Stream(99);
    let random = named(&customers, &["a", "b", "c", "d"], (0..800).map(|_| stream.below(4) as usize));
    let told = Surrogate::new().of(&customers, &random).unwrap();
    let trust = told.trust().unwrap();
    assert!(trust.inside > trust.outside.value.unwrap(), "what was learnt of is told better");
    let explained = trust.explained;
    assert!(explained.value.unwrap() < 0.01 && explained.lower.unwrap() < 0.0, "{explained:?}");
    assert!((trust.outside.value.unwrap() - 0.25).abs() < 0.06, "{:?}", trust.outside);
    // the healthy twin
    let (customers, segmentation) = mixed(800);
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    assert!(told.trust().unwrap().explained.lower.unwrap() > 0.5, "{:?}", told.trust());
}

#[cfg(feature = "rules")]
#[test]
fn exported_rules_put_every_customer_where_the_tree_has_it() {
    use segmentry::rules::{Definitions, Expression, Plan};

    for leaves in [1, 2, 5, 12] {
        for least in [1.0, 8.0] {
            let (customers, segmentation) = mixed(900);
            let told = Surrogate::new().leaves(leaves).least(least).of(&customers, &segmentation).unwrap();
            let rules = told.expression("segments").unwrap();
            let text = Definitions::new().rules(rules).to_string();
            let parsed: Definitions = text.parse().unwrap();
            assert_eq!(parsed.to_string(), text);
            let plan = Plan::fit(&parsed, &customers).unwrap();
            let placed = plan.segment_of(0, &customers).unwrap();
            assert_eq!(placed.unassigned(), 0, "{text}");
            for (row, told_segment) in told.indices().enumerate() {
                let key = told.segments[told_segment].segment.key();
                assert_eq!(placed.get(row).unwrap().key(), key, "row {row} of\n{text}");
            }
        }
    }
}

#[cfg(feature = "rules")]
#[test]
fn an_exported_rule_reads_as_a_person_would_write_it() {
    use segmentry::rules::{Expression, Rules};
    use segmentry::segmenter::{Fit, Segmenter};

    let (customers, segmentation) = mixed(900);
    let told = Surrogate::new().leaves(3).of(&customers, &segmentation).unwrap();
    let rules: Rules = told.expression("told").unwrap();
    let texts: Vec<String> = rules.rules.iter().map(|rule| rule.when.to_string()).collect();
    assert!(texts.iter().any(|text| text.contains("`spend a year` >= 300")), "{texts:?}");
    let model = rules.fit(&customers).unwrap();
    let newcomer = Record::new("new").with("spend a year", 350.0).with("plan", "free");
    assert_eq!(model.assign(&newcomer).unwrap().unwrap().key(), "big");
}

#[test]
fn each_segment_has_its_shares() {
    let (customers, segmentation) = mixed(900);
    let told = Surrogate::new().leaves(6).of(&customers, &segmentation).unwrap();
    // counted again from what the rules tell each customer
    for (number, segment) in told.segments.iter().enumerate() {
        let held: Vec<usize> = told.indices().enumerate().filter(|(_, s)| *s == number).map(|(row, _)| row).collect();
        let members = segmentation.members(number).count();
        let right = held.iter().filter(|row| segmentation.index(**row) == Some(number)).count();
        assert_eq!(segment.size, members);
        assert_eq!(segment.coverage, Some(right as f64 / members as f64));
        assert_eq!(segment.precision, Some(right as f64 / held.len() as f64));
        for estimate in [segment.coverage_outside, segment.precision_outside] {
            assert!(estimate.lower < estimate.value && estimate.value < estimate.upper, "{estimate:?}");
        }
    }
    let shares: f64 = told.used.iter().map(|used| used.share).sum();
    assert!((shares - 1.0).abs() < 1e-12 && told.used[0].share >= told.used[1].share);
}

#[test]
fn a_segment_that_no_rule_reaches_is_named() {
    let mut stream = Stream(4);
    let spend: Vec<f64> = (0..500).map(|_| stream.below(100) as f64).collect();
    let customers =
        Customers::with_ids(&ids(500)).unwrap().with_column("spend", Column::numbers(spend.iter().copied())).unwrap();
    // a tenth is somewhere at random
    let place = |row: usize| if row.is_multiple_of(10) { 2 } else { usize::from(spend[row] >= 50.0) };
    let segmentation = named(&customers, &["low", "high", "scattered", "empty"], (0..500).map(place));
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    let unreached: Vec<_> = told.unreached().map(|segment| segment.segment.key().into_owned()).collect();
    assert_eq!(unreached, ["scattered"]);
    let scattered = told.segment("scattered").unwrap();
    assert_eq!((scattered.coverage, scattered.precision, scattered.is_reached()), (Some(0.0), None, false));
    let empty = told.segment("empty").unwrap();
    assert_eq!((empty.size, empty.coverage, empty.coverage_outside.value), (0, None, None));
    let text = told.to_string();
    assert!(text.contains("no rule reaches it") && text.contains("nobody is in it"), "{text}");
}

#[test]
fn attributes_are_chosen_by_role_and_name() {
    let (customers, segmentation) = mixed(300);
    let customers = customers.describe("spend a year", |a| a.role(Role::Outcome)).unwrap();
    let asks = |told: &segmentry::evaluate::SegmentRules| -> Vec<String> {
        told.used.iter().map(|used| used.attribute.clone()).collect()
    };
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    assert!(!asks(&told).contains(&"spend a year".to_owned()));
    let told = Surrogate::new().attributes(["spend a year", "visits"]).of(&customers, &segmentation).unwrap();
    assert!(asks(&told).contains(&"spend a year".to_owned()) && !asks(&told).contains(&"plan".to_owned()));
    let told = Surrogate::new().without(["plan", "owns"]).of(&customers, &segmentation).unwrap();
    assert!(!asks(&told).contains(&"plan".to_owned()));
    let error = Surrogate::new().attributes(["plann"]).of(&customers, &segmentation).unwrap_err();
    assert_eq!(error.to_string(), "no attribute `plann`; did you mean `plan`");
    // names are no description
    let names = Column::texts(ids(300));
    let customers = customers.with_attribute(Attribute::new("name", Kind::Text), names).unwrap();
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    assert_eq!(told.notes, ["`name` is left out: it has 300 values of 300 customers"]);
}

#[test]
fn what_is_hard_is_an_answer_or_an_error() {
    let one = Customers::with_ids(["a"]).unwrap();
    let told = Surrogate::new().of(&one, &named(&one, &["s"], [0])).unwrap();
    assert_eq!((told.leaves, told.trust().unwrap().outside.value), (1, None));
    assert_eq!(told.segments[0].parts[0].to_string(), "everybody");
    assert!(told.to_string().contains("too few"), "{told}");

    let many = Customers::with_ids(&ids(50)).unwrap();
    let split = || (0..50).map(|row| row % 2);
    let told = Surrogate::new().of(&many, &named(&many, &["a", "b"], split())).unwrap(); // no attribute
    assert_eq!(told.leaves, 1);
    let nothing = many.clone().with_column("x", Column::of(Kind::Number, vec![None::<f64>; 50])).unwrap();
    let constant = nothing.with_column("y", Column::numbers([1.0; 50])).unwrap();
    let told = Surrogate::new().of(&constant, &named(&constant, &["a", "b"], split())).unwrap();
    assert_eq!(told.leaves, 1);

    // who is known is a question
    let x = Column::of(Kind::Number, (0..50).map(|row| (row % 2 == 0).then_some(1.0)));
    let half = many.clone().with_column("x", x).unwrap();
    let told = Surrogate::new().of(&half, &named(&half, &["known", "unknown"], split())).unwrap();
    let rules: Vec<String> = told.segments.iter().map(|segment| segment.parts[0].to_string()).collect();
    assert_eq!(rules, ["x is known", "x is not known"]);

    let nobody = Segmentation::new(&many, vec!["a".to_owned()], (0..50).map(|_| Err(unknown()))).unwrap();
    assert!(matches!(Surrogate::new().of(&many, &nobody).unwrap_err().kind(), ErrorKind::Empty { .. }));
    let half = Segmentation::new(
        &many,
        vec!["a".to_owned()],
        (0..50).map(|row| if row < 20 { Ok(0) } else { Err(unknown()) }),
    );
    let told = Surrogate::new().of(&many, &half.unwrap()).unwrap();
    assert_eq!((told.customers, told.left_out), (20, 30));

    for (wrong, name) in [
        (Surrogate::new().leaves(0), "leaves"),
        (Surrogate::new().least(f64::NAN), "least"),
        (Surrogate::new().folds(1), "folds"),
        (Surrogate::new().texts(0), "texts"),
        (Surrogate::new().accuracy(1.5), "accuracy"),
        (Surrogate::new().confidence(1.0), "confidence"),
    ] {
        let error = wrong.of(&many, &named(&many, &["a", "b"], split())).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Parameter { name: found, .. } if found == name), "{error}");
    }
    let other = Customers::with_ids(["z"]).unwrap();
    assert!(Surrogate::new().of(&other, &named(&many, &["a", "b"], split())).is_err());
}

#[test]
fn ten_thousand_texts_are_no_trouble() {
    let mut stream = Stream(11);
    let codes: Vec<u64> = (0..30_000).map(|_| stream.below(10_000)).collect();
    let town = Column::texts(codes.iter().map(|code| format!("town {code:05}")));
    let customers = Customers::with_ids(&ids(30_000)).unwrap().with_column("town", town).unwrap();
    let segmentation = named(&customers, &["a", "b"], codes.iter().map(|code| usize::from(*code < 2000)));
    let told = Surrogate::new().of(&customers, &segmentation).unwrap();
    assert!(told.segments.iter().flat_map(|s| &s.parts).all(|part| part.to_string().len() < 3000));
}

#[test]
fn threads_and_runs_give_the_same() {
    let (customers, segmentation) = mixed(500);
    let run = || format!("{:?}", Surrogate::new().of(&customers, &segmentation).unwrap());
    let pool = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let alone = pool(1).install(run);
    assert_eq!(alone, pool(2).install(run));
    assert_eq!(alone, pool(7).install(run));
}

#[test]
fn the_order_of_customers_does_not_change_the_rules() {
    let (customers, segmentation) = mixed(500);
    let rows: Vec<usize> = (0..500).rev().collect();
    let turned = customers.take(&rows).unwrap();
    let places: Vec<usize> = rows.iter().map(|row| segmentation.index(*row).unwrap()).collect();
    let turned_segments = named(&turned, &["big", "shared", "callers", "rest"], places);
    let rules = |told: segmentry::evaluate::SegmentRules| -> BTreeMap<String, Vec<String>> {
        let parts =
            |segment: &segmentry::evaluate::SegmentRule| segment.parts.iter().map(ToString::to_string).collect();
        told.segments.iter().map(|segment| (segment.segment.key().into_owned(), parts(segment))).collect()
    };
    let told = rules(Surrogate::new().of(&customers, &segmentation).unwrap());
    assert_eq!(told, rules(Surrogate::new().of(&turned, &turned_segments).unwrap()));
}

/// Telco churn: contracts are told by their own attribute, and by others only in part.
#[test]
fn contracts_of_a_telco_are_reached_by_what_is_known_of_them() {
    let Some(customers) = data::customers("telco_churn.csv", "customerID") else { return };
    let column = customers.column("Contract").unwrap();
    let names = ["Month-to-month", "One year", "Two year"];
    let place = |row| names.iter().position(|name| column.value(row).text() == Some(name)).unwrap();
    let segmentation = named(&customers, &names, (0..customers.len()).map(place));
    let told = Surrogate::new().leaves(3).of(&customers, &segmentation).unwrap();
    assert_eq!(told.trust().unwrap().outside.value, Some(1.0));
    let others = Surrogate::new().without(["Contract"]).of(&customers, &segmentation).unwrap();
    let trust = others.trust().unwrap();
    assert!(trust.outside.value.unwrap() > 0.68 && trust.outside.value.unwrap() < 0.85, "{others}");
    // what a prospect is known by tells less
    let prospects = Surrogate::new().attributes(["gender", "Partner", "Dependents", "SeniorCitizen"]);
    let told = prospects.of(&customers, &segmentation).unwrap();
    assert!(told.trust().unwrap().explained.value < trust.explained.value, "{told}");
}
