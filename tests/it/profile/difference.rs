//! Differences between segments: published figures, laws, and what cannot be tested.

use segmentry::cluster::{AnyMethod, KMeans, Points, Start};
use segmentry::customer::Customers;
use segmentry::explanation::Reason;
use segmentry::profile::{Correction, Differences, Method};
use segmentry::progress::Progress;
use segmentry::segmentation::Segmentation;
use segmentry::value::{Attribute, Column, GeoPoint, Ids, Kind, Level, OwnedValue, Value};

/// The customers of McDonald's survey with the four segments that k-means finds by their answers; none where the data
/// are not there. The eleven questions are truths.
pub fn mcdonalds() -> Option<(Customers, Segmentation<String>)> {
    let customers = crate::shared::mcdonalds::customers()?;
    let answers = crate::shared::mcdonalds::answers(&customers);
    // near the least sum of squares there is, 1602.9303 (numbers.md A24), which random starts rarely find
    let centers: [[f64; 11]; 4] = [
        [0.89, 0.98, 0.09, 0.79, 0.33, 0.96, 0.92, 0.98, 0.02, 0.32, 0.04],
        [0.85, 0.96, 0.13, 0.9, 0.62, 0.86, 0.11, 0.93, 0.9, 0.2, 0.1],
        [0.02, 0.89, 0.08, 0.93, 0.66, 0.95, 0.92, 0.16, 0.01, 0.07, 0.39],
        [0.02, 0.68, 0.08, 0.92, 0.71, 0.75, 0.07, 0.08, 0.9, 0.06, 0.73],
    ];
    let start = Start::Given(centers.iter().map(|center| center.to_vec()).collect());
    let method: AnyMethod = KMeans::new(4).start(start).restarts(1).tolerance(0.0).into();
    let found = method.find(&Points::new(answers.view()), &Progress::none()).unwrap();
    let mut sizes = found.sizes.clone();
    sizes.sort_unstable_by(|a, b| b.total_cmp(a));
    assert_eq!(sizes, [580.0, 324.0, 309.0, 240.0]);
    let names = (1..=4).map(|segment| format!("segment_{segment}")).collect();
    let places: Vec<_> = found.labels.iter().map(|label| Ok(label.unwrap() as usize)).collect();
    let segmentation = Segmentation::new(&customers, names, places).unwrap();
    Some((customers, segmentation))
}

/// S. Dolnicar, B. Grün and F. Leisch 2018, Market Segmentation Analysis, appendix A; figures as computed from the data
/// for four segments of 580, 324, 309 and 240 (numbers.md A24).
#[test]
fn mcdonalds_segments_differ_as_published() {
    let Some((customers, segmentation)) = mcdonalds() else { return };
    let table = Differences::new().made_by(["yummy", "cheap"]).of(&customers, &segmentation).unwrap();
    let like = table.of("Like").unwrap();
    assert!((like.test.statistic - 811.27).abs() < 0.005 && like.test.degrees == 30.0, "{like}");
    let gender = table.of("Gender").unwrap();
    assert!((gender.test.statistic - 30.953).abs() < 5e-4 && gender.test.degrees == 3.0, "{gender}");
    assert!((gender.p.value() / 8.7e-7 - 1.0).abs() < 0.01, "{gender}");
    let age = table.of("Age").unwrap().by(Method::Anova).unwrap();
    assert!((age.statistic - 29.617).abs() < 5e-4 && (age.p.value() / 1.39e-18 - 1.0).abs() < 0.01, "{age}");
    assert!(table.of("yummy").unwrap().made_by && !like.made_by);
    let found: Vec<&str> = table.significant(0.05).iter().map(|d| d.attribute.as_str()).collect();
    assert!(found.contains(&"Age") && !found.contains(&"yummy"), "{table}");
    assert!(table.to_string().contains("yummy *"), "{table}");
}

/// Numbers, counts, texts and sets; the segment is a third of the rows.
fn rows(n: usize) -> (Customers, Segmentation<String>) {
    let set = |i: usize| match i % 6 {
        0 => vec!["web", "app"],
        1 | 2 => vec!["app"],
        _ => vec![],
    };
    let customers = Customers::new(Ids::numbered(n))
        .with_column("spend", Column::numbers((0..n).map(|i| ((i * 7919) % 101) as f64 + (i % 3) as f64)))
        .unwrap()
        .with_attribute(
            Attribute::new("visits", Kind::Integer).level(Level::Count),
            Column::integers((0..n).map(|i| ((i * 31) % 17 + i % 3) as i64)),
        )
        .unwrap()
        .with_column("plan", Column::texts((0..n).map(|i| ["free", "pro", "max"][(i * i) % 7 % 3])))
        .unwrap()
        .with_column(
            "channels",
            Column::of(Kind::Set, (0..n).map(|i| OwnedValue::Set(set(i).into_iter().map(str::to_owned).collect()))),
        )
        .unwrap();
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 3))).unwrap();
    (customers, segmentation)
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-9 * expected.abs().max(1e-3), "{found} is not {expected}");
}

/// Weight 2 is the customer twice, in every test.
#[test]
fn weights_are_customers() {
    let (once, segmentation) = rows(150);
    let weights: Vec<f64> = (0..150).map(|i| (i % 4) as f64).collect();
    let many: Vec<usize> = (0..150).flat_map(|i| std::iter::repeat_n(i, i % 4)).collect();
    let mut double = Customers::new(Ids::numbered(many.len()));
    for (attribute, column) in once.columns() {
        let rows: Vec<Option<usize>> = many.iter().map(|row| Some(*row)).collect();
        double = double.with_attribute(attribute.clone(), column.take(&rows)).unwrap();
    }
    let places = |rows: &[usize]| rows.iter().map(|row| Ok(row % 3)).collect::<Vec<_>>();
    let doubled = Segmentation::new(&double, segmentation.segments().to_vec(), places(&many)).unwrap();
    let weighted = once.with_weights(weights).unwrap();
    let all: Vec<usize> = (0..150).collect();
    let segmentation = Segmentation::new(&weighted, segmentation.segments().to_vec(), places(&all)).unwrap();
    let differences = Differences::new();
    let (a, b) = (differences.of(&weighted, &segmentation).unwrap(), differences.of(&double, &doubled).unwrap());
    assert_eq!(a.differences.len(), 5); // the set has two texts
    for (x, y) in a.differences.iter().zip(&b.differences) {
        assert_eq!((x.test.method, &x.category, x.known), (y.test.method, &y.category, y.known));
        near(x.test.statistic, y.test.statistic);
        near(x.adjusted.ln(), y.adjusted.ln());
        near(x.test.effects[0].size.upper.unwrap(), y.test.effects[0].size.upper.unwrap());
        x.others.iter().zip(&y.others).for_each(|(x, y)| near(x.p.ln(), y.p.ln()));
    }
}

/// What follows from no level: the order of customers, the scale of numbers, the names of texts.
#[test]
fn order_and_scale_change_nothing() {
    let (customers, segmentation) = rows(180);
    let base = Differences::new().of(&customers, &segmentation).unwrap();
    let turned: Vec<usize> = (0..180).rev().collect();
    let back = customers.take(&turned).unwrap();
    let places = turned.iter().map(|row| Ok(row % 3));
    let segmentation_back = Segmentation::new(&back, segmentation.segments().to_vec(), places).unwrap();
    let again = Differences::new().of(&back, &segmentation_back).unwrap();
    for (x, y) in base.differences.iter().zip(&again.differences) {
        near(x.p.ln(), y.p.ln());
    }
    for factor in [1e298, 1e-310, -3.0] {
        let spend = customers.column("spend").unwrap().values().map(|v| v.number().unwrap() * factor);
        let scaled = Customers::new(Ids::numbered(180)).with_column("spend", Column::numbers(spend)).unwrap();
        let places = (0..180).map(|i| Ok(i % 3));
        let segmentation = Segmentation::new(&scaled, segmentation.segments().to_vec(), places).unwrap();
        let found = Differences::new().of(&scaled, &segmentation).unwrap();
        let (x, y) = (base.of("spend").unwrap(), found.of("spend").unwrap());
        assert!((x.p.ln() - y.p.ln()).abs() < 1e-6, "{factor}: {x} {y}");
    }
}

#[test]
fn p_values_are_never_printed_as_nothing() {
    let n = 30_000;
    let customers = Customers::new(Ids::numbered(n))
        .with_column("spend", Column::numbers((0..n).map(|i| (i % 10) as f64 + 100.0 * (i % 2) as f64)))
        .unwrap()
        .with_column("plan", Column::texts((0..n).map(|i| if i % 2 == 0 { "free" } else { "pro" })))
        .unwrap();
    let names = vec!["a".to_owned(), "b".to_owned()];
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 2))).unwrap();
    let table = Differences::new().of(&customers, &segmentation).unwrap();
    for found in &table.differences {
        assert!(found.p.ln() < -5000.0 && found.p.value() == 0.0 && found.adjusted >= found.p);
    }
    let printed = table.to_string();
    assert!(printed.contains("< 1e-300") && printed.contains("large"), "{printed}");
    assert!(printed.contains("differ by nature"), "{printed}");
    #[cfg(feature = "serde")]
    assert!(!serde_json::to_string(&table).unwrap().contains("null,\"ln"));
}

#[test]
fn each_level_has_its_test_and_what_has_none_is_told() {
    let n = 60;
    let tail = |i: usize| (2.0_f64).powi((i % 20) as i32);
    let day = |i: usize| Value::Day(segmentry::time::Day::from_days(20_000 + i as i32));
    let customers = Customers::new(Ids::numbered(n))
        .with_column("number", Column::numbers((0..n).map(|i| (i % 7) as f64)))
        .unwrap()
        .with_column("tail", Column::numbers((0..n).map(tail)))
        .unwrap()
        .with_column("own", Column::numbers((0..n).map(|i| (i % 2) as f64)))
        .unwrap()
        .with_column("day", Column::of(Kind::Day, (0..n).map(day)))
        .unwrap()
        .with_attribute(
            Attribute::new("plan", Kind::Text).ordinal(["free", "pro"]),
            Column::texts((0..n).map(|i| ["pro", "free", "else"][i % 3])),
        )
        .unwrap()
        .with_attribute(
            Attribute::new("flag", Kind::Integer).level(Level::Binary { symmetric: true }),
            Column::integers((0..n).map(|i| i64::from(i % 5 == 0))),
        )
        .unwrap()
        .with_column("rare", Column::texts((0..n).map(|i| if i == 3 { "x" } else { "y" })))
        .unwrap()
        .with_column("same", Column::numbers((0..n).map(|_| 0.1)))
        .unwrap()
        .with_column("none", Column::of(Kind::Number, (0..n).map(|_| Value::Missing)))
        .unwrap()
        .with_column("place", Column::of(Kind::Point, (0..n).map(|_| Value::Point(GeoPoint::new(1.0, 2.0).unwrap()))))
        .unwrap();
    let names = vec!["a".to_owned(), "b".to_owned(), "nobody".to_owned()];
    let place = |i: usize| if i < 4 { Err(Reason::Missing("why".to_owned())) } else { Ok(i % 2) };
    let segmentation = Segmentation::new(&customers, names, (0..n).map(place)).unwrap();
    let table = Differences::new().made_by(["own"]).of(&customers, &segmentation).unwrap();
    for (attribute, method, known) in [
        ("number", Method::Welch, 56.0),
        ("tail", Method::KruskalWallis, 56.0),
        ("own", Method::KruskalWallis, 56.0), // no spread within segments
        ("day", Method::Welch, 56.0),
        ("plan", Method::KruskalWallis, 37.0), // `else` is not in the order
        ("flag", Method::ChiSquared, 56.0),
    ] {
        let found = table.of(attribute).unwrap();
        assert_eq!((found.test.method, found.known), (method, known), "{found}");
        assert_eq!(found.known + found.missing, 56.0);
    }
    assert_eq!((table.segments, table.unassigned), (2, 4));
    let untested: Vec<&str> = table.untested.iter().map(|u| u.attribute.as_str()).collect();
    assert_eq!(untested, ["rare", "same", "none"]); // `x` is of an unassigned customer
    assert!(table.of("own").unwrap().to_string().contains("differs by nature"));
    let printed = table.to_string();
    assert!(!printed.contains("NaN") && !printed.contains("inf"), "{printed}");
    for wrong in [
        Differences::new().confidence(1.0),
        Differences::new().attributes(["place"]),
        Differences::new().attributes(["nothing"]),
    ] {
        assert!(wrong.of(&customers, &segmentation).is_err());
    }
    assert!(Differences::new().pairs(&customers, &segmentation, "place").is_err());
    let one = Segmentation::new(&customers, vec!["a".to_owned()], (0..n).map(|_| Ok(0))).unwrap();
    let error = Differences::new().of(&customers, &one).unwrap_err();
    assert_eq!(error.to_string(), "segments are compared where two have customers at least, found 1");
}

/// Of attributes that mean nothing, uncorrected tests find about one in twenty and corrected ones next to none.
#[test]
fn corrections_keep_their_promise_in_noise() {
    let n = 240;
    let mut customers = Customers::new(Ids::numbered(n));
    let mut state = 1_u64;
    let mut unit = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    for at in 0..200 {
        let column = Column::numbers((0..n).map(|_| unit()).collect::<Vec<_>>());
        customers = customers.with_column(format!("noise {at}"), column).unwrap();
    }
    let names = ["a", "b", "c"].map(str::to_owned).to_vec();
    let segmentation = Segmentation::new(&customers, names, (0..n).map(|i| Ok(i % 3))).unwrap();
    let count = |correction| {
        let table = Differences::new().correction(correction).of(&customers, &segmentation).unwrap();
        table.significant(0.05).len()
    };
    assert!((3..=20).contains(&count(Correction::None)), "{}", count(Correction::None));
    assert!(count(Correction::Holm) <= 1 && count(Correction::BenjaminiYekutieli) <= 1);
}
