//! Profiles: figures recomputed by a few independent lines, laws, and what is not defined.

#[cfg(feature = "cluster")]
mod difference;
mod enrichment;
mod equivalence;
#[cfg(feature = "serde")]
mod golden;
#[cfg(feature = "cluster")]
mod marker;

use std::path::Path;

use proptest::prelude::*;
use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::profile::{Details, Estimate, Group, Profile, Profiler};
use segmentry::segmentation::Segmentation;
use segmentry::time::Day;
use segmentry::value::{Attribute, Column, GeoPoint, Kind, Level, Role};

use crate::shared;

fn field<'a>(header: &[String], rows: &'a [Vec<String>], name: &str) -> Vec<&'a str> {
    let at = header.iter().position(|column| column == name).unwrap();
    rows.iter().map(|row| row[at].as_str()).collect()
}

fn numbers(texts: &[&str]) -> Vec<Option<f64>> {
    texts.iter().map(|text| text.trim().parse().ok()).collect()
}

/// Segments by the texts of a list, in order of first appearance; an empty text is nobody's.
fn by_text(customers: &Customers, texts: &[&str]) -> Segmentation<String> {
    let mut segments: Vec<String> = Vec::new();
    let places: Vec<Result<usize, Reason>> = texts
        .iter()
        .map(|text| {
            if text.is_empty() {
                return Err(Reason::Missing("group".to_owned()));
            }
            Ok(segments.iter().position(|s| s == text).unwrap_or_else(|| {
                segments.push((*text).to_owned());
                segments.len() - 1
            }))
        })
        .collect();
    Segmentation::new(customers, segments, places).unwrap()
}

fn near(found: Option<f64>, expected: f64) {
    let found = found.expect("a figure");
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1.0), "{found} is not {expected}");
}

fn lines_fit(profile: &Profile) {
    let printed = profile.to_string();
    assert!(printed.lines().all(|line| line.chars().count() <= 100 && line == line.trim_end()), "{printed}");
    assert!(!printed.contains("NaN") && !printed.contains("inf"), "{printed}");
    assert!(!profile.to_csv().contains("NaN") && !profile.to_csv().contains("inf"));
}

/// Source: IBM's telco sample, 1,869 of 7,043 customers left (shared/data/README.md); the rest is counted here.
#[test]
fn telco_churn_by_contract() {
    let Some((header, rows)) = shared::table("telco_churn.csv") else { return };
    let column = |name| field(&header, &rows, name);
    let customers = Customers::with_ids(column("customerID"))
        .unwrap()
        .with_column("churn", Column::texts(column("Churn")))
        .unwrap()
        .with_column("total", Column::of(Kind::Number, numbers(&column("TotalCharges"))))
        .unwrap()
        .with_column("monthly", Column::of(Kind::Number, numbers(&column("MonthlyCharges"))))
        .unwrap();
    let contract = column("Contract");
    let segmentation = by_text(&customers, &contract);
    let profile = Profiler::new().value("monthly").profile(&customers, &segmentation).unwrap();
    lines_fit(&profile);

    let everybody = profile.everybody().unwrap();
    let left = everybody.category("churn", "Yes").unwrap().unwrap();
    assert_eq!((everybody.size.customers, left.weight), (7_043, 1_869.0));
    near(left.share.value, 1_869.0 / 7_043.0);
    // 11 customers have a blank for what they paid in total
    near(everybody.attribute("total").unwrap().missing, 11.0 / 7_043.0);

    let (mut shares, mut hits, mut sums) = (0.0, 0.0, 0.0);
    for segment in profile.segments() {
        let of = |what: &[&str], yes: &str| {
            what.iter().zip(&contract).filter(|(w, c)| **w == yes && **c == segment.key).count() as f64
        };
        let count = contract.iter().filter(|c| **c == segment.key).count();
        let churned = of(&column("Churn"), "Yes");
        let found = segment.category("churn", "Yes").unwrap().unwrap();
        assert_eq!((segment.size.customers, found.weight), (count, churned));
        near(found.share.value, churned / count as f64);
        near(found.lift.value, churned / count as f64 / (1_869.0 / 7_043.0));
        let (value, lower, upper) = (found.lift.value.unwrap(), found.lift.lower.unwrap(), found.lift.upper.unwrap());
        assert!(lower < value && value < upper && lower > 0.0);
        let bills: Vec<f64> = numbers(&column("MonthlyCharges"))
            .into_iter()
            .zip(&contract)
            .filter(|(_, c)| **c == segment.key)
            .map(|(bill, _)| bill.unwrap())
            .collect();
        near(segment.value.as_ref().unwrap().sum, bills.iter().sum());
        near(segment.numbers("monthly").unwrap().mean.value, bills.iter().sum::<f64>() / bills.len() as f64);
        shares += segment.size.share.value.unwrap();
        hits += found.weight;
        sums += segment.value.as_ref().unwrap().share.unwrap();
    }
    near(Some(shares), 1.0);
    assert_eq!(hits, 1_869.0);
    near(Some(sums), 1.0);
    // nine tenths of those who leave have a contract by the month: 1,655 of 3,875 do (counted in the file)
    let monthly = profile.segment("Month-to-month").unwrap();
    assert_eq!(monthly.category("churn", "Yes").unwrap().unwrap().weight, 1_655.0);
    let churn = monthly.markers.iter().find(|mark| mark.attribute == "churn").unwrap();
    assert!(churn.effect.abs() > 0.8 && monthly.markers.is_sorted_by(|a, b| a.effect.abs() >= b.effect.abs()));
}

/// Source of the means: UCI's description of the wholesale customers (shared/data/README.md).
#[test]
fn wholesale_means_are_the_published_ones() {
    let Some((header, rows)) = shared::table("wholesale_customers.csv") else { return };
    let published = [
        ("Fresh", 12000.30),
        ("Milk", 5796.27),
        ("Grocery", 7951.28),
        ("Frozen", 3071.93),
        ("Detergents_Paper", 2881.49),
        ("Delicassen", 1524.87),
    ];
    let ids: Vec<String> = (0..rows.len()).map(|i| i.to_string()).collect();
    let mut customers = Customers::with_ids(ids.iter()).unwrap();
    for (name, _) in published {
        let column = Column::of(Kind::Number, numbers(&field(&header, &rows, name)));
        customers = customers.with_column(name, column).unwrap();
    }
    let channel = field(&header, &rows, "Channel");
    let profile = Profile::new(&customers, &by_text(&customers, &channel)).unwrap();
    lines_fit(&profile);
    let everybody = profile.everybody().unwrap();
    for (name, mean) in published {
        let found = everybody.numbers(name).unwrap().mean.value.unwrap();
        assert!((found - mean).abs() < 0.005, "{name}: {found}");
    }
    assert_eq!(profile.segment("1").unwrap().size.customers, 298); // hotels, restaurants, cafés
    assert_eq!(profile.segment("2").unwrap().size.customers, 142); // retail
    // a textbook twin for one cell: mean, sd, t interval (quantile of 141 degrees of freedom: R, qt(.975, 141))
    let milk: Vec<f64> = field(&header, &rows, "Milk")
        .iter()
        .zip(&channel)
        .filter(|(_, c)| **c == "2")
        .map(|(m, _)| m.parse().unwrap())
        .collect();
    let mean = milk.iter().sum::<f64>() / 142.0;
    let sd = (milk.iter().map(|m| (m - mean).powi(2)).sum::<f64>() / 141.0).sqrt();
    let found = profile.segment("2").unwrap().numbers("Milk").unwrap();
    near(found.mean.value, mean);
    near(found.standard_deviation, sd);
    let half = 1.976_931 * sd / 142_f64.sqrt();
    assert!((found.mean.upper.unwrap() - mean - half).abs() < 1e-3);
    let mut sorted = milk;
    sorted.sort_by(f64::total_cmp);
    near(Some(found.quantiles[1].value), (sorted[70] + sorted[71]) / 2.0);
}

/// Source: mean 8004.94 and largest 83325.38 of the customer lifetime value (shared/data/README.md).
#[test]
fn insurance_value_by_coverage() {
    let Some((header, rows)) = shared::table("auto_insurance_clv.csv") else { return };
    let column = |name| field(&header, &rows, name);
    let customers = Customers::with_ids(column("Customer"))
        .unwrap()
        .with_column("clv", Column::of(Kind::Number, numbers(&column("Customer_Lifetime_Value"))))
        .unwrap()
        .with_column("vehicle", Column::texts(column("Vehicle_Class")))
        .unwrap();
    let coverage = column("Coverage");
    let profile = Profiler::new().value("clv").profile(&customers, &by_text(&customers, &coverage)).unwrap();
    lines_fit(&profile);
    let clv = profile.everybody().unwrap().numbers("clv").unwrap();
    assert!((clv.mean.value.unwrap() - 8004.94).abs() < 0.005);
    assert!((clv.greatest.unwrap() - 83325.38).abs() < 0.005);
    // a loop of its own: premium coverage is worth more a head
    let premium: Vec<f64> = numbers(&column("Customer_Lifetime_Value"))
        .into_iter()
        .zip(&coverage)
        .filter(|(_, c)| **c == "Premium")
        .map(|(value, _)| value.unwrap())
        .collect();
    let found = profile.segment("Premium").unwrap();
    let mean = premium.iter().sum::<f64>() / premium.len() as f64;
    near(found.value.as_ref().unwrap().index, 100.0 * mean / clv.mean.value.unwrap());
    assert!(found.numbers("clv").unwrap().lift.lower.unwrap() > 1.0);
}

/// Six customers, two segments, one unassigned, an empty segment; every kind of attribute.
fn six() -> (Customers, Segmentation<String>) {
    let day = |text: &str| text.parse::<Day>().unwrap();
    let ids = ["a", "b", "c", "d", "e", "f"];
    let days = ["2026-01-01", "2026-01-05", "2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"].map(day);
    let sets: Vec<Vec<String>> = [&["app", "web"][..], &["web"], &[], &["web"], &["app"], &["fax"]]
        .map(|s| s.iter().map(|t| t.to_string()).collect())
        .to_vec();
    let customers = Customers::with_ids(ids)
        .unwrap()
        .with_column(
            "spend",
            Column::of(Kind::Number, [Some(10.0), Some(20.0), None, Some(100.0), Some(300.0), Some(50.0)]),
        )
        .unwrap()
        .with_column(
            "country",
            Column::of(Kind::Text, [Some("DE"), Some("FR"), Some("DE"), None, Some("DE"), Some("IT")]),
        )
        .unwrap()
        .with_column("member", Column::booleans([true, false, true, true, true, false]))
        .unwrap()
        .with_column("channels", Column::of(Kind::Set, sets))
        .unwrap()
        .with_column("joined", Column::days(days))
        .unwrap();
    let places = [Ok(0), Ok(0), Ok(0), Ok(1), Ok(1), Err(Reason::NoMatch)];
    let segments = ["low", "high", "empty"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, segments, places).unwrap();
    (customers, segmentation)
}

#[test]
fn every_kind_is_summarised() {
    let (customers, segmentation) = six();
    let profile = Profiler::new().value("spend").profile(&customers, &segmentation).unwrap();
    lines_fit(&profile);
    let keys: Vec<&str> = profile.groups().iter().map(|g| g.key.as_str()).collect();
    assert_eq!(keys, ["low", "high", "empty", "unassigned", "everybody"]);
    let low = profile.segment("low").unwrap();
    assert_eq!(low.size.share.value, Some(0.5));
    near(low.attribute("spend").unwrap().missing, 1.0 / 3.0);
    let spend = low.numbers("spend").unwrap();
    assert_eq!(
        (spend.sum, spend.mean.value, spend.least, spend.greatest),
        (Some(30.0), Some(15.0), Some(10.0), Some(20.0))
    );
    near(spend.standard_deviation, 50.0_f64.sqrt());
    near(spend.index, 100.0 * 15.0 / 96.0);
    near(low.value.as_ref().unwrap().share, 30.0 / 480.0);
    let share =
        |attribute: &str, category: &str| low.category(attribute, category).unwrap().map(|c| c.share.value.unwrap());
    near(share("country", "DE"), 2.0 / 3.0);
    near(share("member", "true"), 2.0 / 3.0);
    near(share("channels", "web"), 2.0 / 3.0); // the one with an empty set counts, and has none
    assert_eq!(share("channels", "fax"), Some(0.0));
    let high = profile.segment("high").unwrap();
    near(high.category("country", "DE").unwrap().unwrap().share.value, 1.0); // of the one whose country is known
    let Details::Times(joined) = &high.attribute("joined").unwrap().details else { panic!("days") };
    let text = |t: &Option<String>| t.clone().unwrap();
    assert_eq!(text(&joined.median), "2026-03-01");
    assert_eq!((text(&joined.earliest), text(&joined.latest)), ("2026-03-01".to_owned(), "2026-04-01".to_owned()));
    let unassigned = profile.unassigned().unwrap();
    assert_eq!(unassigned.size.customers, 1);
    assert_eq!(unassigned.reasons[0].reason, "no segment's criteria hold");
    let everybody = profile.everybody().unwrap();
    assert_eq!(everybody.group, Group::Everybody);
    assert_eq!(everybody.size.share, Estimate { value: Some(1.0), lower: None, upper: None });
}

#[test]
fn what_nobody_has_is_not_defined_and_printed_as_a_dash() {
    let (customers, segmentation) = six();
    let nothing: [Option<f64>; 6] = [None; 6];
    let customers = customers
        .with_column("unknown", Column::of(Kind::Number, nothing))
        .unwrap()
        .with_column("unsaid", Column::of(Kind::Text, [None::<&str>; 6]))
        .unwrap()
        .with_column("never", Column::of(Kind::Day, [None::<Day>; 6]))
        .unwrap()
        .with_column("constant", Column::integers([7; 6]))
        .unwrap()
        .with_column("zero", Column::numbers([0.0; 6]))
        .unwrap()
        .with_column("huge", Column::numbers([f64::MAX; 6]))
        .unwrap();
    let profile = Profiler::new().value("zero").profile(&customers, &segmentation).unwrap();
    lines_fit(&profile);
    let empty = profile.segment("empty").unwrap();
    assert_eq!(empty.size.share.value, Some(0.0));
    assert_eq!(empty.size.share.lower, Some(0.0));
    let spend = empty.numbers("spend").unwrap();
    assert_eq!((spend.sum, spend.mean, spend.standard_deviation), (Some(0.0), Estimate::default(), None));
    assert!(spend.quantiles.is_empty() && spend.lift == Estimate::default() && spend.difference.is_none());
    assert_eq!(empty.attribute("spend").unwrap().missing, None);
    assert_eq!(empty.category("country", "DE").unwrap().unwrap().share, Estimate::default());
    assert!(empty.markers.is_empty());

    let everybody = profile.everybody().unwrap();
    assert_eq!(everybody.numbers("unknown").unwrap().mean, Estimate::default());
    assert_eq!(everybody.attribute("unknown").unwrap().missing, Some(1.0));
    let Details::Categories(unsaid) = &everybody.attribute("unsaid").unwrap().details else { panic!("texts") };
    assert!(unsaid.is_empty());
    let zero = profile.segment("low").unwrap().value.clone().unwrap();
    assert_eq!((zero.sum, zero.share, zero.index), (Some(0.0), None, None)); // no share of nothing
    let constant = profile.segment("low").unwrap().numbers("constant").unwrap();
    assert_eq!(constant.mean, Estimate { value: Some(7.0), lower: Some(7.0), upper: Some(7.0) });
    assert_eq!((constant.index, constant.difference), (Some(100.0), None));
    assert_eq!(everybody.numbers("huge").unwrap().sum, None);

    let one = profile.unassigned().unwrap().numbers("spend").unwrap();
    assert_eq!(one.mean, Estimate { value: Some(50.0), lower: None, upper: None }); // one customer has no interval
    assert!(profile.to_string().contains("–"));
}

#[test]
fn ratios_of_what_has_no_zero_are_not_made() {
    let (customers, segmentation) = six();
    let degrees = Attribute::new("degrees", Kind::Number).level(Level::Interval);
    let customers = customers.with_attribute(degrees, Column::numbers([1.0, 2.0, 3.0, 4.0, 5.0, 6.0])).unwrap();
    let profile = Profile::new(&customers, &segmentation).unwrap();
    let found = profile.segment("low").unwrap().numbers("degrees").unwrap();
    assert_eq!((found.index, found.lift), (None, Estimate::default()));
    assert!(found.difference.unwrap() < -1.0);
}

#[test]
fn rare_texts_are_taken_together_and_ordinal_ones_keep_their_order() {
    let ids: Vec<String> = (0..40).map(|i| i.to_string()).collect();
    let city = |i: usize| if i < 20 { "Rome".to_owned() } else { format!("village {i}") };
    let plan = Attribute::new("plan", Kind::Text).ordinal(["free", "pro", "enterprise"]);
    let customers = Customers::with_ids(ids.iter())
        .unwrap()
        .with_column("city", Column::texts((0..40).map(city)))
        .unwrap()
        .with_attribute(plan, Column::texts((0..40).map(|i| if i < 30 { "enterprise" } else { "free" })))
        .unwrap();
    let all = Segmentation::new(&customers, vec!["all".to_owned()], (0..40).map(|_| Ok(0))).unwrap();
    let profile = Profiler::new().categories(3).profile(&customers, &all).unwrap();
    let list = |name: &str| match &profile.segment("all").unwrap().attribute(name).unwrap().details {
        Details::Categories(list) => list.clone(),
        _ => panic!("texts"),
    };
    let names: Vec<String> = list("city").iter().map(|c| c.category.clone()).collect();
    assert_eq!(names, ["Rome", "village 20", "village 21", "18 others"]);
    near(Some(list("city").iter().map(|c| c.share.value.unwrap()).sum()), 1.0);
    assert_eq!(list("city")[3].pooled, 18);
    let names: Vec<String> = list("plan").iter().map(|c| c.category.clone()).collect();
    assert_eq!(names, ["free", "enterprise"]);
}

#[test]
fn what_cannot_be_profiled_is_refused_with_the_reason() {
    let (customers, segmentation) = six();
    let place = GeoPoint::new(50.0, 8.0).unwrap();
    let customers = customers.with_column("home", Column::of(Kind::Point, [place; 6])).unwrap();
    let message = |profiler: Profiler| profiler.profile(&customers, &segmentation).unwrap_err().to_string();
    assert_eq!(message(Profiler::new().attributes(["spent"])), "no attribute `spent`; did you mean `spend`");
    assert_eq!(message(Profiler::new().value("country")), "attribute `country` is text, expected number");
    assert_eq!(
        message(Profiler::new().attributes(["home"])),
        "attribute `home` is point, expected number, text, boolean, day, timestamp or set"
    );
    assert_eq!(message(Profiler::new().quantiles([0.5, 1.5])), "`quantiles` must be between 0 and 1, found 1.5");
    assert_eq!(message(Profiler::new().quantiles([f64::NAN])), "`quantiles` must be between 0 and 1, found NaN");
    assert_eq!(message(Profiler::new().confidence(1.0)), "`confidence` must be between 0 and 1, found 1");
    assert_eq!(message(Profiler::new().categories(0)), "`categories` must be at least 1, found 0");

    let nobody = Customers::with_ids(Vec::<&str>::new()).unwrap();
    let empty = Segmentation::new(&nobody, vec!["x".to_owned()], []).unwrap();
    assert_eq!(Profile::new(&nobody, &empty).unwrap_err().to_string(), "no customers");
    assert_eq!(
        Profile::new(&customers, &empty).unwrap_err().to_string(),
        "not of the same customers: the table has 6, the segmentation has 0"
    );
    let profile = Profile::new(&customers, &segmentation).unwrap();
    assert_eq!(profile.segment("lows").unwrap_err().to_string(), "no segment `lows`, there are `low`, `high`, `empty`");
    let low = profile.segment("low").unwrap();
    assert_eq!(low.numbers("country").unwrap_err().to_string(), "attribute `country` is text, expected number");
    assert_eq!(
        low.category("spend", "x").unwrap_err().to_string(),
        "attribute `spend` is number, expected text, boolean or set"
    );
    let missing = Path::new(env!("CARGO_MANIFEST_DIR")).join("no/such/folder/profile.csv");
    let refused = profile.write_csv(&missing).unwrap_err().to_string();
    assert!(refused.starts_with(&format!("{}: ", missing.display())), "{refused}");
    // a place and what is to be ignored are left out where nobody asked for them
    let ignored = customers.describe("country", |a| a.role(Role::Ignored)).unwrap();
    let names = |p: Profile| p.everybody().unwrap().attributes.iter().map(|a| a.attribute.clone()).collect::<Vec<_>>();
    assert_eq!(names(Profile::new(&ignored, &segmentation).unwrap()), ["spend", "member", "channels", "joined"]);
}

#[test]
fn csv_has_a_line_a_figure_and_quotes_what_it_must() {
    let (customers, segmentation) = six();
    let texts = ["a,b", "say \"hi\"", "two\nlines", "plain", "plain", "plain"];
    let customers = customers.with_column("words", Column::texts(texts)).unwrap();
    let csv = Profiler::new().attributes(["spend", "words"]).profile(&customers, &segmentation).unwrap().to_csv();
    assert!(csv.starts_with(
        "group,segment,attribute,category,statistic,value,lower,upper\nsegment,low,,,customers,3,,\nsegment,low,,,weight,3,,\nsegment,low,,,share,0.5,0.18"
    ), "{csv}");
    assert!(csv.contains("\nsegment,low,words,\"a,b\",weight,1,,\n"));
    assert!(csv.contains("\nsegment,low,words,\"say \"\"hi\"\"\",weight,1,,\n"));
    assert!(csv.contains("\nsegment,low,words,\"two\nlines\",weight,1,,\n"));
    assert!(csv.contains("\nsegment,empty,spend,,mean,,,\n"));
    assert!(csv.contains("\neverybody,everybody,spend,,quantile 0.5,50,,\n"));
}

#[cfg(feature = "serde")]
#[test]
fn json_has_the_documented_fields() {
    let (customers, segmentation) = six();
    let profile = Profiler::new().value("spend").profile(&customers, &segmentation).unwrap();
    let json: serde_json::Value = serde_json::from_str(&profile.to_json().unwrap()).unwrap();
    assert_eq!(json["confidence"], 0.95);
    let low = &json["groups"][0];
    assert_eq!((&low["group"], &low["key"]), (&"segment".into(), &"low".into()));
    assert_eq!(low["size"]["share"]["value"], 0.5);
    assert_eq!(low["value"]["sum"], 30.0);
    assert_eq!(low["attributes"][0]["details"]["numbers"]["mean"]["value"], 15.0);
    assert_eq!(low["attributes"][1]["details"]["categories"][0]["category"], "DE");
    assert_eq!(low["attributes"][4]["details"]["times"]["earliest"], "2026-01-01");
    assert_eq!(json["groups"][2]["attributes"][0]["details"]["numbers"]["mean"]["value"], serde_json::Value::Null);
}

/// Rows of (segment or none, number, text, day, weight).
type Row = (Option<usize>, Option<i32>, Option<u8>, i32, u8);

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let row = (
        prop::option::weighted(0.9, 0..3_usize),
        prop::option::weighted(0.9, -5..50_i32),
        prop::option::of(0..6_u8),
        0..100_i32,
        0..4_u8,
    );
    prop::collection::vec(row, 1..50)
}

fn build(rows: &[Row], weighted: bool, segments: [&str; 3]) -> (Customers, Segmentation<String>) {
    let ids: Vec<String> = (0..rows.len()).map(|i| i.to_string()).collect();
    let customers = Customers::with_ids(ids.iter())
        .unwrap()
        .with_column("number", Column::of(Kind::Number, rows.iter().map(|r| r.1.map(f64::from))))
        .unwrap()
        .with_column("text", Column::of(Kind::Text, rows.iter().map(|r| r.2.map(|t| format!("t{t}")))))
        .unwrap()
        .with_column("day", Column::days(rows.iter().map(|r| Day::from_days(r.3))))
        .unwrap();
    let weights = rows.iter().map(|r| f64::from(r.4)).collect();
    let customers = if weighted { customers.with_weights(weights).unwrap() } else { customers };
    let places = rows.iter().map(|r| r.0.ok_or(Reason::NoMatch));
    let segmentation = Segmentation::new(&customers, segments.map(str::to_owned).to_vec(), places).unwrap();
    (customers, segmentation)
}

/// The long table without the counts of rows, figures as numbers.
fn figures(profile: &Profile) -> Vec<(String, Vec<Option<f64>>, String)> {
    let csv = profile.to_csv();
    let line = |line: &str| {
        let fields: Vec<&str> = line.split(',').collect();
        let numbers = fields[5..].iter().map(|f| f.parse().ok()).collect();
        let day = if fields[5].contains('-') && fields[5].parse::<f64>().is_err() { fields[5] } else { "" };
        (fields[..5].join(","), numbers, day.to_owned())
    };
    csv.lines().skip(1).map(line).filter(|(name, ..)| !name.ends_with(",customers")).collect()
}

fn same_figures(a: &Profile, b: &Profile) {
    let (a, b) = (figures(a), figures(b));
    assert_eq!(a.len(), b.len());
    for ((name, found, day), (name_b, expected, day_b)) in a.iter().zip(&b) {
        assert_eq!((name, day), (name_b, day_b));
        for (x, y) in found.iter().zip(expected) {
            let near = match (x, y) {
                (Some(x), Some(y)) => (x - y).abs() <= 1e-9 * x.abs().max(1.0),
                (x, y) => x == y,
            };
            assert!(near, "{name}: {x:?} is not {y:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn groups_add_up_to_everybody(rows in rows(), weighted: bool) {
        let (customers, segmentation) = build(&rows, weighted, ["x", "y", "z"]);
        let profile = Profile::new(&customers, &segmentation).unwrap();
        let (parts, whole) = profile.groups().split_at(profile.groups().len() - 1);
        let everybody = &whole[0];
        prop_assert_eq!(parts.iter().map(|g| g.size.customers).sum::<usize>(), customers.len());
        prop_assert_eq!(parts.iter().map(|g| g.size.weight).sum::<f64>(), everybody.size.weight);
        if everybody.size.weight > 0.0 {
            let shares: f64 = parts.iter().map(|g| g.size.share.value.unwrap()).sum();
            prop_assert!((shares - 1.0).abs() < 1e-12);
        }
        let sum = |g: &segmentry::profile::GroupProfile| g.numbers("number").unwrap().sum.unwrap();
        prop_assert_eq!(parts.iter().map(sum).sum::<f64>(), sum(everybody));
        for group in profile.groups() {
            let Details::Categories(list) = &group.attribute("text").unwrap().details else { panic!("texts") };
            prop_assert_eq!(list.iter().map(|c| c.weight).sum::<f64>(), group.attribute("text").unwrap().present);
        }
        lines_fit(&profile);
    }

    #[test]
    fn a_weight_is_the_customer_that_often(rows in rows()) {
        let (customers, segmentation) = build(&rows, true, ["x", "y", "z"]);
        let repeated: Vec<Row> = rows.iter().flat_map(|row| vec![*row; usize::from(row.4)]).collect();
        prop_assume!(!repeated.is_empty());
        // whoever counts nothing may be the only one unassigned, who then has a row of its own
        prop_assume!(rows.iter().any(|r| r.0.is_none()) == repeated.iter().any(|r| r.0.is_none()));
        let texts = |rows: &[Row]| {
            let mut texts: Vec<u8> = rows.iter().filter_map(|r| r.2).collect();
            texts.sort_unstable();
            texts.dedup();
            texts
        };
        prop_assume!(texts(&rows) == texts(&repeated));
        let (twice, placed) = build(&repeated, false, ["x", "y", "z"]);
        same_figures(&Profile::new(&customers, &segmentation).unwrap(), &Profile::new(&twice, &placed).unwrap());
    }

    #[test]
    fn the_order_of_customers_does_not_matter(rows in rows(), weighted: bool) {
        let (customers, segmentation) = build(&rows, weighted, ["x", "y", "z"]);
        let turned: Vec<Row> = rows.iter().rev().copied().collect();
        let (other, placed) = build(&turned, weighted, ["x", "y", "z"]);
        same_figures(&Profile::new(&customers, &segmentation).unwrap(), &Profile::new(&other, &placed).unwrap());
    }

    #[test]
    fn other_names_and_places_of_segments_change_no_figure(rows in rows(), weighted: bool) {
        let (customers, segmentation) = build(&rows, weighted, ["x", "y", "z"]);
        let permuted: Vec<Row> = rows.iter().map(|r| (r.0.map(|s| (s + 1) % 3), r.1, r.2, r.3, r.4)).collect();
        let (other, placed) = build(&permuted, weighted, ["z", "x", "y"]);
        let (a, b) = (Profile::new(&customers, &segmentation).unwrap(), Profile::new(&other, &placed).unwrap());
        for key in ["x", "y", "z"] {
            prop_assert_eq!(a.segment(key).unwrap().size, b.segment(key).unwrap().size);
            let (x, y) = (a.segment(key).unwrap().numbers("number").unwrap(), b.segment(key).unwrap().numbers("number").unwrap());
            prop_assert_eq!(x.mean, y.mean);
            prop_assert_eq!(&x.quantiles, &y.quantiles);
        }
    }

    /// The textbook: a loop over the rows of one segment, nothing shared with the code that is tested.
    #[test]
    fn figures_are_those_of_the_textbook(rows in rows()) {
        let (customers, segmentation) = build(&rows, false, ["x", "y", "z"]);
        let profile = Profile::new(&customers, &segmentation).unwrap();
        for (s, group) in profile.segments().enumerate() {
            let of = |r: &&Row| r.0 == Some(s);
            let values: Vec<f64> = rows.iter().filter(of).filter_map(|r| r.1).map(f64::from).collect();
            let others: Vec<f64> = rows.iter().filter(|r| !of(r)).filter_map(|r| r.1).map(f64::from).collect();
            let found = group.numbers("number").unwrap();
            prop_assert_eq!(group.attribute("number").unwrap().present, values.len() as f64);
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            let variance = |v: &[f64]| v.iter().map(|x| (x - mean(v)).powi(2)).sum::<f64>() / (v.len() as f64 - 1.0);
            match values.is_empty() {
                true => prop_assert_eq!(found.mean, Estimate::default()),
                false => near(found.mean.value, mean(&values)),
            }
            if values.len() > 1 && others.len() > 1 && variance(&values) + variance(&others) > 0.0 {
                let pooled = ((variance(&values) + variance(&others)) / 2.0).sqrt();
                near(found.difference, (mean(&values) - mean(&others)) / pooled);
            }
            let Details::Categories(list) = &group.attribute("text").unwrap().details else { panic!("texts") };
            for category in list {
                let has = |r: &&Row| r.2.map(|t| format!("t{t}")) == Some(category.category.clone());
                prop_assert_eq!(category.weight, rows.iter().filter(of).filter(has).count() as f64);
            }
        }
    }
}

#[test]
fn a_share_of_a_handful_is_no_marker() {
    let towns = ["a", "b", "c", "d", "e", "f", "g", "h"];
    let customers = Customers::with_ids(0..8).unwrap().with_column("town", Column::texts(towns)).unwrap();
    let places = (0..8).map(|row| Ok(usize::from(row > 0)));
    let alone = Segmentation::new(&customers, vec!["one".to_owned(), "rest".to_owned()], places).unwrap();
    let profile = Profile::new(&customers, &alone).unwrap();
    assert!(profile.segments().all(|segment| segment.markers.is_empty()), "{profile}");
}
