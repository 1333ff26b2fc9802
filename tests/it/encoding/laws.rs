//! Laws that hold of every encoding.

use proptest::prelude::*;
use segmentry::customer::{Customer, Customers, Record};
use segmentry::features::encoding::{Encode, Encoder, Feature, Features, Form, Missing, Scale, Transform, Unknown};
use segmentry::time::{Day, Timestamp};
use segmentry::value::{Attribute, Column, GeoPoint, Kind, Level, Value};

/// Customers with an attribute of every kind and level, some of them unknown.
pub fn mixed(count: usize) -> Customers {
    let texts = |all: &[&str], step: usize| -> Vec<Option<String>> {
        (0..count).map(|i| (i % 7 != 3).then(|| all[(i * step + i / 5) % all.len()].to_owned())).collect()
    };
    let ids: Vec<String> = (0..count).map(|i| format!("c-{i}")).collect();
    let day = |i: usize| Day::new(2024, 1, 1).unwrap().plus((i * 37 % 900) as i32);
    let number = |i: usize| ((i * 7919 % 101) as f64).powi(2) / 7.0;
    let place = |i: usize| GeoPoint::new((i * 13 % 170) as f64 - 85.0, (i * 29 % 360) as f64 - 180.0).unwrap();
    let owns = |i: usize| ["tv", "car", "boat"].iter().take(i % 4).map(|&t| t.to_owned()).collect::<Vec<String>>();
    Customers::with_ids(ids.iter().map(String::as_str))
        .unwrap()
        .with_attribute(
            Attribute::new("spend", Kind::Number).unit("EUR"),
            Column::of(Kind::Number, (0..count).map(|i| (i % 5 != 1).then(|| number(i)))),
        )
        .unwrap()
        .with_column("balance", Column::numbers((0..count).map(|i| number(i) - 300.0)))
        .unwrap()
        .with_column("visits", Column::integers((0..count).map(|i| (i * 31 % 17) as i64)))
        .unwrap()
        .with_column("country", Column::of(Kind::Text, texts(&["DE", "FR", "IT", "DE", "DE"], 3)))
        .unwrap()
        .with_attribute(
            Attribute::new("plan", Kind::Text).ordinal(["free", "pro", "max"]),
            Column::of(Kind::Text, texts(&["pro", "free", "max"], 5)),
        )
        .unwrap()
        .with_attribute(
            Attribute::new("region", Kind::Integer).level(Level::Nominal),
            Column::integers((0..count).map(|i| (i % 3) as i64)),
        )
        .unwrap()
        .with_attribute(
            Attribute::new("boat", Kind::Boolean).level(Level::Binary { symmetric: false }),
            Column::of(Kind::Boolean, (0..count).map(|i| (i % 6 != 2).then_some(i % 4 == 0))),
        )
        .unwrap()
        .with_attribute(
            Attribute::new("sex", Kind::Text).level(Level::Binary { symmetric: true }),
            Column::texts((0..count).map(|i| if i % 3 == 0 { "m" } else { "f" })),
        )
        .unwrap()
        .with_column("owns", Column::of(Kind::Set, (0..count).map(|i| (i % 8 != 5).then(|| owns(i)))))
        .unwrap()
        .with_column("joined", Column::days((0..count).map(day)))
        .unwrap()
        .with_column(
            "seen",
            Column::of(Kind::Timestamp, (0..count).map(|i| Some(Timestamp::from_micros(i as i64 * 77_777_777_777)))),
        )
        .unwrap()
        .with_column("home", Column::of(Kind::Point, (0..count).map(|i| Some(place(i)))))
        .unwrap()
        .as_of(Day::new(2027, 1, 1).unwrap())
}

/// One feature of every kind, none of which leaves anybody out but one.
pub fn features() -> Features {
    Features::new()
        .missing(Missing::Median)
        .with(Feature::log1p("spend").indicator())
        .with(Feature::number("balance").transform(Transform::YeoJohnson).winsorize(0.05, 0.95))
        .with(Feature::number("visits").scale(Scale::Normal))
        .with(Feature::category("country").min_share(0.3).missing(Missing::Category("none".to_owned())))
        .ordinal("plan")
        .category("region")
        .with(Feature::flag("boat").missing(Missing::LeaveOut))
        .flag("sex")
        .with(Feature::set("owns").missing(Missing::Category(String::new())))
        .day("joined")
        .age("joined")
        .with(Feature::new("joined").encode(Encode::Weekday))
        .with(Feature::new("joined").encode(Encode::Month))
        .with(Feature::new("joined").encode(Encode::DayOfYear))
        .with(Feature::new("seen").encode(Encode::Hour))
        .with(Feature::new("seen").scale(Scale::Ranks))
        .place("home")
}

const FORMS: [Form; 3] = [Form::Numbers, Form::Meanings, Form::MeaningsOrMissing];

fn bits(numbers: impl IntoIterator<Item = f64>) -> Vec<u64> {
    numbers.into_iter().map(f64::to_bits).collect()
}

/// Every customer alone gives the row it has among all, and whoever has none has the same reason.
fn alone_is_in_bulk(encoder: &Encoder, customers: &Customers) {
    let encoded = encoder.encode(customers).unwrap();
    assert_eq!(encoded.matrix.dim(), (encoded.rows.len(), encoder.dimensions()));
    assert_eq!(encoded.rows.len() + encoded.absent.len(), customers.len());
    let mut row = vec![7.0; encoder.dimensions()];
    let (mut rows, mut absent) = (encoded.rows.iter().zip(encoded.matrix.rows()), encoded.absent.iter());
    for customer in customers.iter() {
        match encoder.encode_one(&customer, &mut row).unwrap() {
            None => {
                let (at, expected) = rows.next().unwrap();
                assert_eq!(*at, customer.row());
                assert_eq!(bits(row.iter().copied()), bits(expected.iter().copied()));
            }
            Some(reason) => assert_eq!(absent.next().unwrap(), &(customer.row(), reason)),
        }
    }
}

#[test]
fn one_customer_has_the_row_it_has_among_all() {
    let customers = mixed(60);
    for form in FORMS {
        let encoder = features().fit(&customers, form).unwrap();
        alone_is_in_bulk(&encoder, &customers);
        assert!(encoder.encode(&customers).unwrap().absent.len() > 3);
        assert_eq!(encoder.meanings().len(), encoder.dimensions());
    }
    #[cfg(feature = "cluster")]
    alone_is_in_bulk(&features().pca(4).fit(&customers, Form::Numbers).unwrap(), &customers);
    #[cfg(feature = "cluster")]
    assert!(Features::new().number("visits").pca(2).fit(&customers, Form::Meanings).is_err());
}

#[test]
fn one_customer_takes_no_memory() {
    let customers = mixed(60);
    for form in FORMS {
        let encoder = features().fit(&customers, form).unwrap();
        let mut row = vec![0.0; encoder.dimensions()];
        let rows = encoder.encode(&customers).unwrap().rows;
        let (_, asked) = crate::alone::allocations(|| {
            for at in &rows {
                encoder.encode_one(&customers.get(*at).unwrap(), &mut row).unwrap();
            }
        });
        assert_eq!(asked, 0);
    }
}

#[test]
fn neither_order_nor_other_attributes_nor_threads_change_a_row() {
    let customers = mixed(500);
    let order: Vec<usize> = (0..500).map(|i| i * 201 % 500).collect();
    let shuffled = customers.take(&order).unwrap();
    for form in FORMS {
        let encoder = features().fit(&customers, form).unwrap();
        let expected = encoder.encode(&customers).unwrap();
        let other = features().fit(&shuffled, form).unwrap();
        assert_eq!(other.columns(), encoder.columns());
        let found = other.encode(&customers).unwrap();
        assert_eq!((&found.rows, &found.absent), (&expected.rows, &expected.absent));
        for (found, expected) in found.matrix.iter().zip(&expected.matrix) {
            assert!((found - expected).abs() < 1e-8 || found.is_nan() && expected.is_nan(), "{found} {expected}");
        }
        let more = customers.clone().with_column("more", Column::integers(0..500)).unwrap();
        assert_eq!(features().fit(&more, form).unwrap(), encoder);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let (again, rows) = pool.install(|| {
                let again = features().fit(&customers, form).unwrap();
                let rows = again.encode(&customers).unwrap();
                (again, rows)
            });
            assert_eq!(again, encoder);
            assert_eq!(bits(rows.matrix.iter().copied()), bits(expected.matrix.iter().copied()));
        }
    }
}

/// More rows than a chunk holds, with customers left out in all of them; the first bad one is named.
#[test]
fn chunks_do_not_show() {
    let customers = mixed(9000);
    let features = Features::new().log1p("spend").category("country").set("owns").day("joined").number("visits");
    for form in FORMS {
        let encoder = features.fit(&customers, form).unwrap();
        alone_is_in_bulk(&encoder, &customers);
        let expected = encoder.encode(&customers).unwrap();
        assert_eq!(expected.absent.is_empty(), form == Form::MeaningsOrMissing);
        for threads in [1, 2, 7] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let found = pool.install(|| encoder.encode(&customers).unwrap());
            assert_eq!((&found.rows, &found.absent), (&expected.rows, &expected.absent));
            assert_eq!(bits(found.matrix.iter().copied()), bits(expected.matrix.iter().copied()));
        }
    }
    let spend = Column::numbers((0..9000).map(|i| if i % 4000 == 3999 { -1.0 } else { 1.0 }));
    let encoder = features.fit(&customers, Form::Numbers).unwrap();
    let error = encoder.encode(&customers.with_column("spend", spend).unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("customer `c-3999`: attribute `spend` is number `-1`"), "{error}");
}

#[test]
fn reads_are_what_changes_a_row_and_nothing_else() {
    let customers = mixed(30);
    let encoder = features().fit(&customers, Form::Numbers).unwrap();
    let reads = encoder.reads();
    assert!(reads.as_of && !reads.history);
    let mut row = vec![0.0; encoder.dimensions()];
    let mut again = row.clone();
    for customer in customers.iter() {
        let mut record = Record::new("copy").as_of(customer.as_of().unwrap());
        for attribute in &reads.attributes {
            record = record.with(attribute, customer.value(attribute));
        }
        let reason = encoder.encode_one(&customer, &mut row).unwrap();
        assert_eq!(encoder.encode_one(&record, &mut again).unwrap(), reason);
        assert!(reason.is_some() || row == again);
    }
}

/// A weight of 2 is the customer twice; one of 0 is encoded and teaches nothing.
#[test]
fn weights_are_copies() {
    let count = 60;
    let customers = mixed(count);
    let weights: Vec<f64> = (0..count).map(|i| (i * 7 % 5 % 3) as f64).collect();
    let copies: Vec<usize> = (0..count).flat_map(|i| std::iter::repeat_n(i, i * 7 % 5 % 3)).collect();
    let ids: Vec<String> = (0..copies.len()).map(|i| format!("copy-{i}")).collect();
    let rows: Vec<Option<usize>> = copies.iter().copied().map(Some).collect();
    let mut twice = Customers::with_ids(ids.iter().map(String::as_str)).unwrap().as_of(customers.seen_as_of().unwrap());
    for (attribute, column) in customers.columns() {
        twice = twice.with_attribute(attribute.clone(), column.take(&rows)).unwrap();
    }
    let weighted = customers.clone().with_weights(weights).unwrap();
    for (features, form) in
        [(features(), Form::Numbers), (features(), Form::Meanings), (features().robust(), Form::Numbers)]
    {
        let a = features.fit(&weighted, form).unwrap();
        let b = features.fit(&twice, form).unwrap();
        let (a, b) = (a.encode(&customers).unwrap(), b.encode(&customers).unwrap());
        assert_eq!(a.rows, b.rows);
        for (a, b) in a.matrix.iter().zip(&b.matrix) {
            assert!((a - b).abs() < 1e-7, "{a} {b}");
        }
    }
}

#[cfg(feature = "cluster")]
#[test]
fn weights_are_copies_in_components() {
    let (x, y) = ([1.0, 4.0, 2.0, 8.0], [3.0, 1.0, 7.0, 2.0]);
    let table = |rows: &[usize]| {
        let ids: Vec<String> = (0..rows.len()).map(|i| i.to_string()).collect();
        Customers::with_ids(ids.iter().map(String::as_str))
            .unwrap()
            .with_column("x", Column::numbers(rows.iter().map(|row| x[*row])))
            .unwrap()
            .with_column("y", Column::numbers(rows.iter().map(|row| y[*row])))
            .unwrap()
    };
    let weighted = table(&[0, 1, 2, 3]).with_weights(vec![1.0, 2.0, 0.0, 3.0]).unwrap();
    let features = Features::new().number("x").number("y").pca(2);
    let a = features.fit(&weighted, Form::Numbers).unwrap().explained_variance().unwrap();
    let b = features.fit(&table(&[0, 1, 1, 3, 3, 3]), Form::Numbers).unwrap().explained_variance().unwrap();
    for (a, b) in a.iter().zip(&b) {
        assert!((a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12, "{a:?} {b:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, rng_seed: proptest::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    /// Every scale and transformation leads back to the number, of customers and of strangers inside the range.
    #[test]
    fn what_is_encoded_is_decoded(values in prop::collection::vec(-1e6..1e6_f64, 2..40), weight in 0.1..9.0_f64) {
        let positive: Vec<f64> = values.iter().map(|value| value.abs() + 1e-3).collect();
        let ids: Vec<String> = (0..values.len()).map(|i| i.to_string()).collect();
        let customers = Customers::with_ids(ids.iter().map(String::as_str)).unwrap()
            .with_column("x", Column::numbers(values.clone())).unwrap()
            .with_column("p", Column::numbers(positive.clone())).unwrap();
        for (name, transform) in [("x", Transform::None), ("p", Transform::Log1p), ("x", Transform::YeoJohnson), ("p", Transform::BoxCox)] {

            for scale in [Scale::Raw, Scale::Standard, Scale::Robust, Scale::MinMax, Scale::Ranks, Scale::Normal] {
                let feature = Feature::number(name).transform(transform).scale(scale).weight(weight);
                let encoder = Features::new().with(feature).fit(&customers, Form::Numbers).unwrap();
                let rows = encoder.encode(&customers).unwrap().matrix;
                if matches!(transform, Transform::BoxCox | Transform::YeoJohnson) {
                    // a far exponent makes numbers equal: then they cannot come back, but their rows do
                    for row in rows.rows() {
                        let decoded = encoder.decode(row.as_slice().unwrap());
                        let segmentry::features::encoding::Content::Number(number) = decoded[0].content else {
                            return Err(TestCaseError::fail("not a number"));
                        };
                        let mut again = [0.0];
                        encoder.encode_one(&Record::new("again").with(name, number), &mut again).unwrap();
                        prop_assert!((again[0] - row[0]).abs() <= 1e-5 * row[0].abs().max(1.0), "{transform:?} {scale:?} {again:?} {row}");
                    }
                    continue;
                }
                let truth = if name == "x" { &values } else { &positive };
                let size = truth.iter().fold(1.0, |size: f64, value| size.max(value.abs()));
                for (row, value) in rows.rows().into_iter().zip(truth) {
                    let decoded = encoder.decode(row.as_slice().unwrap());
                    let segmentry::features::encoding::Content::Number(number) = decoded[0].content else {
                        return Err(TestCaseError::fail("not a number"));
                    };
                    prop_assert!((number - value).abs() <= 1e-6 * size, "{transform:?} {scale:?}: {number} is not {value}");
                }
            }
        }
    }

    /// Any table of numbers and texts: alone as in bulk, and no cell that is not finite.
    #[test]
    fn alone_is_in_bulk_of_any_table(
        rows in prop::collection::vec((prop::option::of(any::<f64>()), prop::option::of("[a-c]{1,2}"), any::<bool>()), 1..40),
        form in prop::sample::select(FORMS.to_vec()),
    ) {
        let ids: Vec<String> = (0..rows.len()).map(|i| i.to_string()).collect();
        let customers = Customers::with_ids(ids.iter().map(String::as_str)).unwrap()
            .with_column("x", Column::of(Kind::Number, rows.iter().map(|row| row.0))).unwrap()
            .with_column("t", Column::of(Kind::Text, rows.iter().map(|row| row.1.clone()))).unwrap()
            .with_column("b", Column::booleans(rows.iter().map(|row| row.2))).unwrap();
        let features = Features::new().missing(Missing::Mode)
            .with(Feature::number("x"))
            .with(Feature::category("t").unknown(Unknown::LeaveOut).indicator())
            .flag("b");
        if let Ok(encoder) = features.fit(&customers, form) {
            alone_is_in_bulk(&encoder, &customers);
            prop_assert!(encoder.encode(&customers).unwrap().matrix.iter().all(|cell| cell.is_finite()));
            let stranger = Record::new("s").with("x", 1.5).with("t", "zz").with("b", false);
            let mut row = vec![0.0; encoder.dimensions()];
            prop_assert!(encoder.encode_one(&stranger, &mut row).unwrap().is_some());
            prop_assert!(encoder.encode_one(&Record::new("s").with("t", Value::Text("zz")), &mut row).unwrap().is_some());
        }
    }
}
