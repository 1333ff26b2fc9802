//! Hard input: nothing that is not finite reaches a row, and every refusal says who and what.

use segmentry::customer::{Customers, Record};
use segmentry::features::encoding::{Encode, Feature, Features, Form, Missing, Scale, Transform};
use segmentry::value::{Attribute, Column, GeoPoint, Kind, Role};

fn table(values: &[f64]) -> Customers {
    let ids: Vec<String> = (0..values.len()).map(|i| format!("c-{i}")).collect();
    let column = Column::numbers(values.iter().copied());
    Customers::with_ids(ids.iter().map(String::as_str)).unwrap().with_column("x", column).unwrap()
}

fn message(features: Features, customers: &Customers) -> String {
    features.fit(customers, Form::Numbers).unwrap_err().to_string()
}

const SCALES: [Scale; 6] = [Scale::Raw, Scale::Standard, Scale::Robust, Scale::MinMax, Scale::Ranks, Scale::Normal];

#[test]
fn huge_tiny_and_equal_numbers_give_finite_rows() {
    for values in [
        vec![1e300, -1e300, 5e299, 0.0],
        vec![f64::MAX, -f64::MAX, 1.0],
        vec![5e-324, 1e-310, 0.0, 2e-308],
        vec![1.0 + f64::EPSILON, 1.0, 1.0],
        vec![3.5; 5],
        vec![1e16, 1e16 + 2.0, 1e16 + 4.0],
        vec![-0.0, 0.0, 1.0],
        vec![42.0],
    ] {
        let customers = table(&values);
        for scale in SCALES {
            for transform in [Transform::None, Transform::YeoJohnson] {
                let features = Features::new().with(Feature::number("x").scale(scale).transform(transform));
                let encoder = features.fit(&customers, Form::Numbers).unwrap();
                let rows = encoder.encode(&customers).unwrap().matrix;
                assert!(rows.iter().all(|cell| cell.is_finite()), "{values:?} {scale:?} {transform:?}: {rows}");
                assert!(!encoder.in_words(&[0.3])[0].1.contains("inf"), "{values:?} {scale:?} {transform:?}");
            }
        }
    }
}

/// A share that rounding makes 0 or 1 still has a finite normal score, and what is saved can be loaded.
#[test]
fn weights_of_every_size_give_finite_scores() {
    for weights in [[1.0, 1e-20, 1e-20], [1e-20, 1e-20, 1.0], [1e-300, 1e300, 1e-300], [1e300, 1e300, 1e300]] {
        let customers = table(&[1.0, 2.0, 3.0]).with_weights(weights.to_vec()).unwrap();
        for scale in SCALES {
            let features = Features::new().with(Feature::number("x").scale(scale));
            let Ok(encoder) = features.fit(&customers, Form::Numbers) else { continue };
            let rows = encoder.encode(&customers).unwrap().matrix;
            assert!(rows.iter().all(|cell| cell.is_finite()), "{weights:?} {scale:?}: {rows}");
            assert!(encoder.check().is_ok(), "{weights:?} {scale:?}");
        }
    }
}

/// 10¹⁶ and its neighbours: one pass with squares would find no spread at all.
#[test]
fn spread_far_from_zero_is_found() {
    let customers = table(&[1e16, 1e16 + 2.0, 1e16 + 4.0]);
    let rows = Features::of(&customers).fit(&customers, Form::Numbers).unwrap().encode(&customers).unwrap().matrix;
    assert!((rows[(2, 0)] - 1.5_f64.sqrt()).abs() < 1e-12 && rows[(1, 0)] == 0.0, "{rows}");
}

#[test]
fn a_feature_without_spread_is_zero_and_told() {
    let customers = table(&[5.0, 5.0, 5.0]);
    let encoder = Features::new().number("x").fit(&customers, Form::Numbers).unwrap();
    assert_eq!(encoder.encode(&customers).unwrap().matrix.as_slice().unwrap(), [0.0; 3]);
    assert_eq!(encoder.notes(), ["`x` is the same of all and tells nobody apart"]);
    let mut row = [1.0];
    encoder.encode_one(&Record::new("s").with("x", 9.0), &mut row).unwrap();
    assert_eq!((row, encoder.in_words(&row)[0].1.as_str()), ([0.0], "5"));
    let quartiles = table(&[0.0, 0.0, 0.0, 0.0, 8.0]);
    let robust = Features::new().number("x").robust().fit(&quartiles, Form::Numbers).unwrap();
    assert_eq!(robust.notes(), ["`x` has equal quartiles: the standard deviation takes the place of their distance"]);
    assert_eq!(robust.encode(&quartiles).unwrap().matrix[(4, 0)], 2.5); // 8 / 3.2
}

#[test]
fn numbers_outside_a_transformation_name_the_customer() {
    let customers = table(&[1.0, 0.0, -3.0, -4.0]);
    let log = "customer `c-2`: attribute `x` is number `-3`, expected a number of at least 0 for its logarithm";
    assert_eq!(message(Features::new().log1p("x"), &customers), log);
    let power = Features::new().with(Feature::number("x").transform(Transform::BoxCox));
    let expected = "customer `c-1`: attribute `x` is number `0`, expected a number above 0 for its power";
    assert_eq!(message(power, &customers), expected);
    let encoder = Features::new().log1p("x").fit(&table(&[1.0, 2.0]), Form::Numbers).unwrap();
    assert_eq!(encoder.encode(&customers).unwrap_err().to_string(), log);
    let far = Features::new().number("x").fit(&table(&[1e-300, 2e-300]), Form::Numbers).unwrap();
    let all = far.encode(&table(&[1e300])).unwrap_err().to_string();
    let one = far.encode_one(&Record::new("c-0").with("x", 1e300), &mut [0.0]).unwrap_err().to_string();
    assert!(all.starts_with("customer `c-0`: attribute `x` is number `1000"), "{all}");
    assert!(all.ends_with("expected a number that its scale can hold") && all == one, "{one}");
}

#[test]
fn the_first_customer_of_several_is_named() {
    let customers = table(&[1.0, 2.0, -3.0]).with_column("y", Column::numbers([1.0, -1.0, 1.0])).unwrap();
    assert!(message(Features::new().log1p("x").log1p("y"), &customers).starts_with("customer `c-1`: attribute `y`"));
}

#[test]
fn invalid_values_are_told_from_missing_ones() {
    let customers = table(&[1.0, f64::NAN, f64::INFINITY, 3.0]);
    let encoded = Features::new().number("x").fit(&customers, Form::Numbers).unwrap().encode(&customers).unwrap();
    assert_eq!((encoded.rows, encoded.absent[0].1.to_string()), (vec![0, 3], "`x` is invalid".to_owned()));
}

#[test]
fn what_cannot_be_is_refused_with_the_key() {
    let customers = table(&[1.0, 2.0]).with_column("t", Column::texts(["a", "b"])).unwrap();
    let x = || Feature::number("x");
    for (feature, expected) in [
        (Feature::number("y"), "no attribute `y`"),
        (Feature::number("t"), "attribute `t` is text, expected number, day or timestamp"),
        (Feature::set("x"), "attribute `x` is number, expected set"),
        (x().weight(0.0), "key `x`: `weight` must be a finite number above 0, found 0"),
        (x().weight(f64::NAN), "key `x`: `weight` must be a finite number above 0, found NaN"),
        (x().winsorize(0.9, 0.1), "key `x`: `winsorize` must be two shares from 0 to 1, rising, found 0.9, 0.1"),
        (x().min_share(0.1), "key `x`: `min_share` must be left out: it is one of categories and sets, found a value"),
        (
            x().indicator(),
            "key `x`: `indicator` must be left out, or `missing` one that keeps the customer, found true",
        ),
        (Feature::category("t").most(0), "key `t`: `most` must be at least 1, found 0"),
        (Feature::category("t").min_share(1.0), "key `t`: `min_share` must be from 0 to below 1, found 1"),
        (
            Feature::category("t").scale(Scale::Ranks),
            "key `t`: `scale` must be left out: it is one of numbers, orders and frequencies, found a value",
        ),
        (Feature::new("x").encode(Encode::Hour), "attribute `x` is number, expected timestamp"),
        (Feature::category("t").missing(Missing::Constant(f64::NAN)), "key `t`: `missing` must be a finite constant"),
    ] {
        let found = message(Features::new().with(feature), &customers);
        assert!(found.starts_with(expected), "{found}");
    }
    assert_eq!(message(Features::new(), &customers), "no features");
    assert_eq!(message(Features::new().number("x").number("x"), &customers), "feature `x` occurs twice");
    assert_eq!(message(Features::new().number("x"), &table(&[])), "no customers");
    let weightless = table(&[1.0, 2.0]).with_weights(vec![0.0, 0.0]).unwrap();
    assert_eq!(message(Features::new().number("x"), &weightless), "no customers with a weight above 0");
    let nobody = table(&[f64::NAN, f64::NAN]);
    assert_eq!(message(Features::new().number("x"), &nobody), "no customers of whom every feature is known");
    let filled = Features::new().number("x").missing(Missing::Median);
    assert_eq!(message(filled, &nobody), "no values of attribute `x`");
    let encoder = Features::new().number("x").fit(&customers, Form::Numbers).unwrap();
    let typo = table(&[1.0]).with_column("spend", Column::numbers([1.0])).unwrap().without("x").unwrap();
    assert_eq!(encoder.encode(&typo).unwrap_err().to_string(), "no attribute `x`");
    let short = encoder.encode_one(&Record::new("s").with("x", 1.0), &mut []).unwrap_err();
    assert_eq!(short.to_string(), "row has 0 entries, expected 1");
}

#[cfg(feature = "cluster")]
#[test]
fn components_have_their_limits() {
    let customers = table(&[1.0, 2.0, 3.0]).with_column("y", Column::numbers([2.0, 4.0, 6.5])).unwrap();
    let features = || Features::new().number("x").number("y");
    assert_eq!(message(features().pca(0), &customers), "`pca` must be at least 1 component, found 0");
    assert!(message(features().pca_share(1.5), &customers).contains("a share above 0, at most 1"));
    let more = features().pca(9).fit(&customers, Form::Numbers).unwrap();
    assert_eq!(more.dimensions(), 2);
    assert_eq!(more.notes()[0], "9 components were asked for, there are 2 columns");
    assert_eq!(features().pca_share(0.9).fit(&customers, Form::Numbers).unwrap().dimensions(), 1);
    let same = Features::new().number("x").pca(1).fit(&table(&[4.0, 4.0]), Form::Numbers).unwrap();
    assert_eq!(same.explained_variance().unwrap(), [(0.0, 0.0)]);
    let huge = table(&[1e300, -1e300]);
    assert!(message(Features::new().number("x").raw().pca(1), &huge).contains("the variance of `x`"));
}

#[test]
fn all_features_of_a_table_leave_out_what_tells_nothing() {
    let count = 40;
    let names: Vec<String> = (0..count).map(|i| format!("name {i}")).collect();
    let customers = table(&(0..count).map(f64::from).collect::<Vec<_>>())
        .with_column("name", Column::texts(&names))
        .unwrap()
        .with_column("account_id", Column::integers(0..i64::from(count)))
        .unwrap()
        .with_column("city", Column::texts((0..count).map(|i| ["Lyon", "Turin"][i as usize % 2])))
        .unwrap()
        .with_column(
            "home",
            Column::of(
                Kind::Point,
                (0..count).map(|_| GeoPoint::new(1.0, 2.0).unwrap()).map(segmentry::value::Value::Point),
            ),
        )
        .unwrap()
        .with_attribute(
            Attribute::new("churned", Kind::Boolean).role(Role::Outcome),
            Column::booleans((0..count).map(|i| i % 3 == 0)),
        )
        .unwrap();
    let features = Features::of(&customers);
    assert_eq!(features.list().iter().map(Feature::attribute).collect::<Vec<_>>(), ["x", "city"]);
    let notes = features.fit(&customers, Form::Numbers).unwrap().notes();
    assert_eq!(
        notes,
        [
            "`name` is left out: it has 40 values of 40 customers",
            "`account_id` is left out: it is an id by its name",
            "`home` is left out: it is a place: ask for it by `place` if the way between customers counts",
        ]
    );
}
