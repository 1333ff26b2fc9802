//! Segments by value so far against value to come, and customer equity.

use segmentry::customer::{Customers, Record};
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::value::{Column, Kind};
use segmentry::worth::{CustomerEquity, Cut, ValueMatrix, ValueSegment};

use crate::alone;

/// Two values of 500 customers, one in nine unknown.
fn customers() -> Customers {
    let mut seed = 5_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f64 / 1e4
    };
    let rows: Vec<(Option<f64>, Option<f64>)> =
        (0..500).map(|row| ((row % 9 > 0).then(&mut next), (row % 13 > 0).then(&mut next))).collect();
    Customers::with_ids(0..500)
        .unwrap()
        .with_column("value_so_far", Column::of(Kind::Number, rows.iter().map(|row| row.0)))
        .unwrap()
        .with_column("lifetime_value", Column::of(Kind::Number, rows.iter().map(|row| row.1)))
        .unwrap()
}

/// The value at position (n - 1)(1 - share) of the sorted values, on the line between its neighbours.
fn cut(customers: &Customers, name: &str, share: f64) -> f64 {
    let column = customers.column(name).unwrap();
    let mut values: Vec<f64> = (0..customers.len()).filter_map(|row| column.number(row)).collect();
    values.sort_by(f64::total_cmp);
    let place = (values.len() - 1) as f64 * (1.0 - share);
    let low = values[place as usize];
    low + place.fract() * (values[(place as usize + 1).min(values.len() - 1)] - low)
}

#[test]
fn each_customer_is_where_two_comparisons_say() {
    let customers = customers();
    let model = ValueMatrix::new().top(0.3).fit(&customers).unwrap();
    let (current, potential) = (cut(&customers, "value_so_far", 0.3), cut(&customers, "lifetime_value", 0.3));
    assert!((model.current().1 - current).abs() < 1e-12 && (model.potential().1 - potential).abs() < 1e-12);
    let placed = model.segment(&customers).unwrap();
    for row in 0..customers.len() {
        let number = |name: &str| customers.column(name).unwrap().number(row);
        let expected = match (number("value_so_far"), number("lifetime_value")) {
            (Some(so_far), Some(to_come)) => Some(match (so_far >= current, to_come >= potential) {
                (true, true) => ValueSegment::Protect,
                (false, true) => ValueSegment::Grow,
                (true, false) => ValueSegment::WinBack,
                (false, false) => ValueSegment::Serve,
            }),
            _ => None,
        };
        assert_eq!(placed.get(row).copied(), expected, "row {row}");
    }
    assert!(placed.sizes().iter().all(|size| *size > 10), "{:?}", placed.sizes());
    alone::same_as_in_bulk(&model.erase(), &customers);
}

#[test]
fn the_explanation_names_both_values_and_what_would_have_to_change() {
    let model = ValueMatrix::new().at(200.0, 100.0).fit(&customers()).unwrap();
    let fading = Record::new("ann").with("value_so_far", 640.0).with("lifetime_value", 12.5);
    assert_eq!(
        model.explain(&fading).unwrap().to_string(),
        "customer `ann` is in Win back\n  because value_so_far is 640 (at least 200)\n      \
         and lifetime_value is 12.5 (below 100)\n  \
         Serve if value_so_far were below 200\n  Protect if lifetime_value were at least 100"
    );
    let unknown = Record::new("bo").with("value_so_far", 640.0);
    assert!(model.explain(&unknown).unwrap().to_string().contains("`lifetime_value` is missing"));
    let wrong = Record::new("cy").with("lifetime_value", "much");
    let error = model.assign(&wrong).unwrap_err().to_string();
    assert_eq!(error, "customer `cy`: attribute `lifetime_value` is text `much`, expected number");
}

#[test]
fn wrong_settings_are_told_at_the_fit() {
    let told = |matrix: ValueMatrix| matrix.fit(&customers()).unwrap_err().to_string();
    assert_eq!(told(ValueMatrix::new().top(1.0)), "`high_current` must be a share above 0 and below 1, found 1");
    assert_eq!(
        told(ValueMatrix::new().high_potential(Cut::At(f64::NAN))),
        "high_potential is NaN, expected a finite number"
    );
    assert_eq!(
        told(ValueMatrix::new().potential("value_so_far")),
        "`value_so_far` is both the current and the potential value"
    );
    assert_eq!(
        told(ValueMatrix::new().potential("lifetime_valu")),
        "no attribute `lifetime_valu`; did you mean `lifetime_value`"
    );
    let nobody = Customers::with_ids([1]).unwrap();
    let nobody = nobody.with_column("value_so_far", Column::of(Kind::Number, [None::<f64>])).unwrap();
    let nobody = nobody.with_column("lifetime_value", Column::numbers([1.0])).unwrap();
    assert_eq!(ValueMatrix::new().fit(&nobody).unwrap_err().to_string(), "no customers with `value_so_far`");
}

#[test]
fn equity_sums_what_is_known_and_counts_what_is_not() {
    let column = |numbers: [Option<f64>; 4]| Column::of(Kind::Number, numbers);
    let customers = Customers::with_ids(["a", "b", "c", "d"])
        .unwrap()
        .with_column("value_so_far", column([Some(10.0), Some(30.0), Some(60.0), None]))
        .unwrap()
        .with_column("lifetime_value", column([Some(1.0), Some(1.0), Some(8.0), Some(5.0)]))
        .unwrap()
        .with_column("alive", column([Some(0.5), Some(1.0), Some(0.25), Some(1.0)]))
        .unwrap()
        .with_column("value_at_risk", column([Some(5.0), Some(0.0), Some(45.0), Some(0.0)]))
        .unwrap();
    let equity = CustomerEquity::of(&customers).unwrap();
    // the past of d is not known: its future counts all the same
    assert_eq!((equity.customers(), equity.so_far(), equity.to_come()), (4.0, 100.0, 15.0));
    assert_eq!((equity.at_risk(), equity.alive(), equity.without_past()), (50.0, 2.75, 1.0));
    let text = equity.to_string();
    assert!(text.starts_with("4 customers, 3 of them alive in expectation, 1 of unknown past\n"), "{text}");
    assert!((equity.to_come_spread().unwrap().top_share(0.25) - 8.0 / 15.0).abs() < 1e-12);
}

/// One customer who sent back more than was paid, and nothing to come, are no reason to say nothing of all others.
#[test]
fn equity_is_told_with_refunds_and_without_a_future() {
    let table = |so_far: [f64; 4], to_come: [f64; 4]| {
        let columns = [("value_so_far", so_far), ("lifetime_value", to_come), ("value_at_risk", [0.0; 4])];
        columns
            .into_iter()
            .chain([("alive", [1.0; 4])])
            .fold(Customers::with_ids(0..4).unwrap(), |customers, column| {
                customers.with_column(column.0, Column::numbers(column.1)).unwrap()
            })
    };
    let equity = CustomerEquity::of(&table([100.0, 300.0, -50.0, 0.0], [5.0; 4])).unwrap();
    assert_eq!((equity.so_far(), equity.below_zero(), equity.without_past()), (350.0, 1.0, 0.0));
    assert_eq!(equity.so_far_spread().unwrap().top_share(0.25), 0.75); // 300 of the 400 that are held
    assert!(equity.to_string().starts_with("4 customers, 4 of them alive in expectation, 1 with less than 0 so far\n"));
    let none = CustomerEquity::of(&table([100.0; 4], [0.0; 4])).unwrap();
    assert_eq!((none.to_come(), none.to_come_spread()), (0.0, None));
    assert!(none.to_string().lines().any(|line| line.split_whitespace().eq(["Gini", "0.000", "-"])), "{none}");
    #[cfg(feature = "serde")]
    assert!(serde_json::to_value(&none).unwrap()["gini_to_come"].is_null());
}

/// Of ten customers nine have brought nothing: the best is the one who has, and not all ten.
#[test]
fn many_with_the_same_value_are_not_the_best() {
    let fit = |so_far: [f64; 10]| {
        let customers =
            Customers::with_ids(0..10).unwrap().with_column("value_so_far", Column::numbers(so_far)).unwrap();
        let to_come = Column::numbers((0..10).map(f64::from));
        ValueMatrix::new().fit(&customers.with_column("lifetime_value", to_come).unwrap()).unwrap().current().1
    };
    assert_eq!(fit([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 7.0]), 7.0);
    // all alike: all or nobody
    assert_eq!(fit([3.0; 10]), 3.0);
    // three of ten instead of two
    assert_eq!(fit([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 5.0, 7.0]), 5.0);
}

/// The same answers as rules, which run on an engine.
#[cfg(feature = "rules")]
#[test]
fn the_matrix_as_rules_places_the_same() {
    use segmentry::rules::Expression;
    use segmentry::segment::Segment;

    let customers = customers();
    let model = ValueMatrix::new().top(0.4).fit(&customers).unwrap();
    let rules = model.expression("matrix").unwrap().fit(&customers).unwrap();
    let (placed, ruled) = (model.segment(&customers).unwrap(), rules.segment(&customers).unwrap());
    for row in 0..customers.len() {
        let keys = (placed.get(row).map(|s| s.key().into_owned()), ruled.get(row).map(|s| s.key().into_owned()));
        assert_eq!(keys.0, keys.1, "row {row}");
    }
}

/// The matrix of version 1 as it was first written, and what it answered.
#[cfg(feature = "serde")]
#[test]
fn the_first_saved_matrix_places_the_same_for_ever() {
    use segmentry::worth::ValueMatrixModel;

    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/value_matrix-1.json");
    let model: ValueMatrixModel = segmentry::model::load(golden).unwrap();
    let at = |so_far: f64, to_come: f64| {
        model.assign(&Record::new("c").with("value_so_far", so_far).with("lifetime_value", to_come)).unwrap().unwrap()
    };
    assert_eq!((at(123.75, 40.5), at(123.0, 40.5)), (ValueSegment::Protect, ValueSegment::Grow));
    assert_eq!((at(123.75, 40.0), at(0.0, 0.0)), (ValueSegment::WinBack, ValueSegment::Serve));
}

/// Deciles, ABC and audiences over what models of lifetimes say, all in one file; what is saved brings the model along.
#[cfg(feature = "study")]
#[test]
fn rules_tiers_and_the_matrix_read_what_lifetimes_say() {
    use segmentry::segment::Segment;
    use segmentry::study::{Study, any_from_json};

    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data");
    let plan = std::env::temp_dir().join(format!("segmentry-worth-{}.toml", std::process::id()));
    let text = format!(
        r#"
name = "worth"
as_of = "1998-06-30"
[sources.purchases]
events = "{}"
columns = {{ customer = "customer", date = "date", amount = "dollars" }}
[derive.past]
historic = {{ margin = {{ rate = 0.4 }}, last = "365 days" }}
[derive.worth]
lifetimes = {{ family = "mbg_nbd", horizon = "26 weeks", discount = "0.1 per year", margin = 0.4, starts = 2 }}
[audiences]
definitions = """
audience at_risk: alive < 0.3 and value_so_far >= 60
audience whales: lifetime_value >= 100
"""
[segmenters.deciles]
kind = "ntiles"
on = "lifetime_value"
tiers = 10
[segmenters.abc]
kind = "value_share"
on = "lifetime_value"
[segmenters.year]
kind = "ntiles"
on = "value_so_far_last_365_days"
tiers = 2
[segmenters.matrix]
kind = "value_matrix"
high_current = {{ top = 0.2 }}
high_potential = {{ at = 20.0 }}
"#,
        folder.join("cdnow.csv").display()
    );
    std::fs::write(&plan, &text).unwrap();
    let findings = Study::from_file(&plan).unwrap().run().unwrap();
    // what is found wrong while something is learnt has its line and key
    std::fs::write(&plan, text.replace("{ top = 0.2 }", "{ top = 20 }")).unwrap();
    let wrong = Study::from_file(&plan).unwrap().run().err().unwrap().to_string();
    std::fs::remove_file(&plan).unwrap();
    let expected = "line 27: key `segmenters.matrix`: `high_current` must be a share above 0 and below 1, found 20";
    assert!(wrong.ends_with(expected), "{wrong}");

    let table = &findings.customers;
    let at = |name: &str, row: usize| table.column(name).unwrap().number(row).unwrap();
    let count = |holds: &dyn Fn(usize) -> bool| (0..table.len()).filter(|row| holds(*row)).count();
    let asked = findings.audiences.as_ref().unwrap().audiences.sizes();
    assert_eq!(asked[0], count(&|row| at("alive", row) < 0.3 && at("value_so_far", row) >= 60.0));
    assert_eq!(asked[1], count(&|row| at("lifetime_value", row) >= 100.0));
    assert!(asked.iter().all(|size| *size > 5), "{asked:?}");

    let deciles = findings.segmentation("deciles").unwrap().sizes();
    assert!(deciles.iter().all(|size| (180..=300).contains(size)), "{deciles:?}");
    let abc = findings.segmentation("abc").unwrap();
    let of_a: f64 = (0..table.len())
        .filter(|row| abc.get(*row).is_some_and(|label| label.key() == "a"))
        .map(|row| at("lifetime_value", row))
        .sum();
    let all: f64 = (0..table.len()).map(|row| at("lifetime_value", row)).sum();
    assert!((of_a / all - 0.8).abs() < 0.01, "{}", of_a / all);
    assert!((findings.lifetimes[0].equity.to_come() / all - 1.0).abs() < 1e-12);
    assert!(findings.to_string().contains("MBG/NBD, times in weeks"));

    // a stranger of whom only purchases are known
    for name in ["deciles", "matrix", "year"] {
        let saved = any_from_json(&findings.placed(name).unwrap().model).unwrap();
        assert!(saved.reads().history && saved.reads().attributes.is_empty(), "{name}");
        let row = 17;
        let alone = saved.assign(&bare(table).get(row).unwrap()).unwrap();
        assert_eq!(alone.as_ref(), findings.segmentation(name).unwrap().get(row), "{name}");
    }
}

/// The same customers with their history alone.
#[cfg(feature = "study")]
fn bare(customers: &Customers) -> Customers {
    let as_of = customers.seen_as_of().unwrap();
    Customers::from_history(customers.history().unwrap().clone()).as_of(as_of)
}
