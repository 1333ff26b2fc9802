//! Features as study files declare them, and encoders as they are saved.

use segmentry::customer::Customers;
use segmentry::features::encoding::{Encode, Encoder, Feature, Features, Form, Missing, Scale, Transform, Unknown};
use segmentry::value::{Column, Kind};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Study {
    features: Features,
}

fn read(text: &str) -> Result<Features, String> {
    toml::from_str::<Study>(text).map(|study| study.features).map_err(|error| error.to_string())
}

#[test]
fn a_list_of_names_and_tables_is_a_recipe() {
    let text = r#"features = [
        "age",
        { attribute = "spend", scale = "log1p", weight = 2.0, missing = "median" },
        { attribute = "country", encode = "one_hot", min_share = 0.02, most = 10, unknown = "leave_out" },
        { attribute = "visits", missing = { constant = 0 }, winsorize = [0, 0.99], scale = "min_max", indicator = true },
        { attribute = "plan", order = ["free", "pro"], missing = { category = "free" } },
        { attribute = "owner", encode = "flag", yes = "Y" },
        { attribute = "joined", encode = "day_of_year" },
        { attribute = "income", scale = "robust", transform = "yeo_johnson" },
    ]"#;
    let expected = Features::new()
        .with(Feature::new("age"))
        .with(Feature::new("spend").transform(Transform::Log1p).weight(2.0).missing(Missing::Median))
        .with(Feature::new("country").encode(Encode::OneHot).min_share(0.02).most(10).unknown(Unknown::LeaveOut))
        .with(
            Feature::new("visits")
                .missing(Missing::Constant(0.0))
                .winsorize(0.0, 0.99)
                .scale(Scale::MinMax)
                .indicator(),
        )
        .with(Feature::new("plan").order(["free", "pro"]).missing(Missing::Category("free".to_owned())))
        .with(Feature::flag("owner").yes("Y"))
        .with(Feature::new("joined").encode(Encode::DayOfYear))
        .with(Feature::new("income").scale(Scale::Robust).transform(Transform::YeoJohnson));
    assert_eq!(read(text).unwrap(), expected);
}

#[test]
fn a_table_says_what_goes_for_all() {
    let text = r#"
        [features]
        list = ["age", "spend"]
        scale = "ranks"
        missing = "median"
        pca = { share = 0.9 }
    "#;
    let found = read(text).unwrap();
    let expected =
        Features::new().with(Feature::new("age")).with(Feature::new("spend")).ranks().missing(Missing::Median);
    #[cfg(feature = "cluster")]
    assert_eq!(found, expected.pca_share(0.9));
    #[cfg(not(feature = "cluster"))]
    assert_eq!(found.list(), expected.list());
    for features in [found, Features::new().number("age")] {
        let table = toml::Table::from_iter([("features".to_owned(), toml::Value::try_from(&features).unwrap())]);
        assert_eq!(read(&toml::to_string(&table).unwrap()).unwrap(), features);
    }
}

#[test]
fn errors_name_the_key() {
    for (text, part) in [
        (r#"features = [{ attribute = "spend", wieght = 2.0 }]"#, "unknown field `wieght`"),
        (r#"features = [{ attribute = "spend", scale = "log" }]"#, "unknown variant `log`"),
        (r#"features = [{ scale = "log1p" }]"#, "missing field `attribute`"),
        (r#"features = [{ attribute = "spend", missing = { constnat = 0 } }]"#, "unknown variant `constnat`"),
        (r#"features = [3]"#, "expected the name of an attribute, or a table with `attribute`"),
        (r#"features = "age""#, "expected a list of features, or a table with `list`"),
        (r#"features = { list = ["age"], scal = "raw" }"#, "unknown field `scal`"),
    ] {
        let error = read(text).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn recipes_and_encoders_are_read_back_as_they_were_written() {
    for form in [Form::Numbers, Form::Meanings, Form::MeaningsOrMissing] {
        let customers = super::laws::mixed(40);
        let features = super::laws::features();
        let again: Features = serde_json::from_str(&serde_json::to_string(&features).unwrap()).unwrap();
        assert_eq!(again, features);
        let encoder = features.fit(&customers, form).unwrap();
        let again: Encoder = serde_json::from_str(&serde_json::to_string(&encoder).unwrap()).unwrap();
        assert_eq!(again, encoder);
        assert_eq!(again.columns(), encoder.columns());
        assert!(again.check().is_ok());
    }
}

#[cfg(feature = "cluster")]
#[test]
fn components_are_saved_with_the_encoder() {
    let customers = super::laws::mixed(40);
    let encoder = super::laws::features().pca(3).fit(&customers, Form::Numbers).unwrap();
    let text = serde_json::to_string(&encoder).unwrap();
    let again: Encoder = serde_json::from_str(&text).unwrap();
    assert_eq!(again, encoder);
    assert_eq!(again.encode(&customers).unwrap(), encoder.encode(&customers).unwrap());
    assert_eq!(again.columns()[2].name, "component 3");
    for (from, to) in [
        (r#""means":["#, r#""means":[0.5,"#),
        (r#""axes":[["#, r#""axes":[[0.5,"#),
        (r#""form":"numbers""#, r#""form":"meanings""#),
    ] {
        let bad = text.replacen(from, to, 1);
        assert!(bad != text && serde_json::from_str::<Encoder>(&bad).is_err(), "{to}");
    }
}

/// What is loaded is checked before it is used: each change must be refused.
#[test]
fn damaged_encoders_are_refused() {
    let column = Column::of(Kind::Number, [Some(1.0), Some(4.0), None]);
    let customers = Customers::with_ids(["a", "b", "c"])
        .unwrap()
        .with_column("spend", column)
        .unwrap()
        .with_column("country", Column::texts(["DE", "FR", "DE"]))
        .unwrap();
    let features = Features::new().with(Feature::number("spend").missing(Missing::Mean)).category("country");
    let good = serde_json::to_string(&features.fit(&customers, Form::Numbers).unwrap()).unwrap();
    assert!(serde_json::from_str::<Encoder>(&good).is_ok());
    for (from, to) in [
        (r#""spread":1.5"#, r#""spread":-1.5"#),
        (r#"{"fill":[0.0]}"#, r#"{"fill":[0.0,1.0]}"#),
        (r#""weight":1.0"#, r#""weight":0.0"#),
        (r#"["DE","FR"]"#, r#"["FR","DE"]"#),
        (r#""range":[1.0,4.0]"#, r#""range":[4.0,1.0]"#),
        (r#""attribute":"country""#, r#""attribute":"""#),
        (r#""label":"country""#, r#""label":"spend""#),
        (r#""form":"numbers""#, r#""form":"number""#),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from} is not in {good}");
        assert!(serde_json::from_str::<Encoder>(&bad).is_err(), "{to}");
    }
}
