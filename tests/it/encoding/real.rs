//! Real data, where they lie beside the checkout, and the purchases of the examples.

use std::path::Path;

use segmentry::customer::Customers;
use segmentry::features::encoding::{Encode, Encoder, Feature, Features, Form, Meaning, Missing};
use segmentry::value::{Attribute, Column, Kind, Level};

use crate::shared;

/// Customers with these columns, as numbers where every field that is not blank is one.
fn table((header, rows): &(Vec<String>, Vec<Vec<String>>), columns: &[&str]) -> Customers {
    let mut customers = Customers::with_ids((0..rows.len()).map(|i| i as i64)).unwrap();
    for name in columns {
        let at = header.iter().position(|column| column == name).unwrap();
        let fields = || rows.iter().map(|row| row[at].trim());
        let column = if fields().all(|field| field.is_empty() || field.parse::<f64>().is_ok()) {
            Column::of(Kind::Number, fields().map(|field| field.parse::<f64>().ok()))
        } else {
            Column::of(Kind::Text, fields().map(|field| (!field.is_empty()).then_some(field)))
        };
        customers = customers.with_column(*name, column).unwrap();
    }
    customers
}

fn mean(encoder: &Encoder, customers: &Customers) -> Vec<(String, String)> {
    let rows = encoder.encode(customers).unwrap().matrix;
    encoder.in_words(rows.mean_axis(ndarray::Axis(0)).unwrap().as_slice().unwrap())
}

/// Source: IBM's telco sample: 7,043 customers, of whom 11 have no total (shared/data/README.md).
#[test]
fn telco_customers_of_every_kind() {
    let Some(data) = shared::table("telco_churn.csv") else { return };
    let names = ["gender", "tenure", "InternetService", "Contract", "PaymentMethod", "MonthlyCharges", "TotalCharges"];
    let customers = table(&data, &names)
        .describe("Contract", |contract| contract.ordinal(["Month-to-month", "One year", "Two year"]))
        .unwrap()
        .describe("gender", |gender| gender.level(Level::Binary { symmetric: true }))
        .unwrap()
        .describe("MonthlyCharges", |charges| charges.unit("USD"))
        .unwrap();
    let encoder = Features::of(&customers).fit(&customers, Form::Numbers).unwrap();
    let encoded = encoder.encode(&customers).unwrap();
    assert_eq!((encoded.rows.len(), encoded.absent.len(), encoder.dimensions()), (7032, 11, 12));
    assert_eq!(encoded.absent[0].1.to_string(), "`TotalCharges` is missing");
    // standardised over those who are encoded
    let columns = encoder.columns().iter().zip(encoded.matrix.columns());
    for (column, cells) in columns.filter(|(column, _)| ["tenure", "TotalCharges"].contains(&column.name.as_str())) {
        let (mean, square) = (cells.mean().unwrap(), cells.mapv(|cell| cell * cell).mean().unwrap());
        assert!(mean.abs() < 1e-12 && (square - 1.0).abs() < 1e-12, "{}: {mean} {square}", column.name);
    }
    let words = mean(&encoder, &customers);
    assert_eq!(words[0].1, "Male 50 %, Female 50 %");
    assert_eq!(words[2].1, "Fiber optic 44 %, DSL 34 %, No 22 %");
    assert_eq!(words[3].1, "One year");
    assert_eq!(words[5].1, "64.8 USD"); // 64.798 of the 7,032
    let all = Features::of(&customers).missing(Missing::Constant(0.0)).fit(&customers, Form::Meanings);
    assert!(all.is_err() || all.unwrap().encode(&customers).unwrap().absent.is_empty());
    let total = Features::new().with(Feature::log1p("TotalCharges").missing(Missing::Constant(0.0)).indicator());
    let encoder = total.fit(&customers, Form::Meanings).unwrap();
    let encoded = encoder.encode(&customers).unwrap();
    assert_eq!((encoded.rows.len(), encoder.meanings()[1]), (7043, Meaning::AsymmetricFlag));
    assert_eq!(encoded.matrix.column(1).sum(), 11.0);
}

/// Counts of the 4,521 calls of the bank: married 2,797, single 1,196, divorced 528.
#[test]
fn bank_customers_as_categories() {
    let Some(data) = shared::table("bank_marketing_4521.csv") else { return };
    let names = ["age", "job", "marital", "education", "housing", "balance"];
    let customers = table(&data, &names);
    let features = Features::of(&customers);
    let encoder = features.fit(&customers, Form::Meanings).unwrap();
    assert_eq!(encoder.dimensions(), 6);
    let codes = encoder.encode(&customers).unwrap().matrix;
    let count = |code: f64| codes.column(2).iter().filter(|cell| **cell == code).count();
    assert_eq!([0.0, 1.0, 2.0].map(count), [528, 2797, 1196]);
    let rare = Features::new().with(Feature::category("job").min_share(0.05)).fit(&customers, Form::Numbers).unwrap();
    let rows = rare.encode(&customers).unwrap().matrix;
    assert!(rows.rows().into_iter().all(|row| row.sum() == 1.0));
    assert_eq!((rare.dimensions(), rare.notes().len()), (7, 1)); // six of twelve jobs and the others
    let share = Features::new().with(Feature::new("marital").encode(Encode::Frequency)).raw();
    let rows = share.fit(&customers, Form::Numbers).unwrap().encode(&customers).unwrap().matrix;
    assert!((rows[(0, 0)] - 2797.0 / 4521.0).abs() < 1e-15);
}

/// Raw amounts beside standardised ones: the note has the figure.
#[test]
fn wholesale_amounts_that_are_not_scaled_decide_alone() {
    let Some(data) = shared::table("wholesale_customers.csv") else { return };
    let customers = table(&data, &["Channel", "Fresh", "Milk"]);
    let features = Features::new().with(Feature::number("Fresh").scale(segmentry::features::encoding::Scale::Raw));
    let encoder = features.number("Milk").category("Channel").fit(&customers, Form::Numbers).unwrap();
    assert_eq!(
        encoder.notes(),
        ["`Fresh` has >99.9 % of the variance of all columns: distances are nearly its own; scale the features, or \
          weigh them"]
    );
    let scaled = Features::new().number("Fresh").number("Milk").fit(&customers, Form::Numbers).unwrap();
    assert!(scaled.notes().is_empty());
    // raw amounts of one size are no matter: 12,633² and 7,372² are 75 % and 25 %
    assert!(
        Features::new().number("Fresh").number("Milk").raw().fit(&customers, Form::Numbers).unwrap().notes().is_empty()
    );
}

/// States of young people by month (mvad): 0/1 columns are flags once the level says so, and weights count.
#[test]
fn school_leavers_have_flags_and_weights() {
    let Some(data) = shared::table("sequences_mvad.csv") else { return };
    let mut customers = table(&data, &["weight", "male", "Grammar", "Belfast"]);
    let (header, rows) = &data;
    let at = header.iter().position(|column| column == "weight").unwrap();
    let weights: Vec<f64> = rows.iter().map(|row| row[at].parse().unwrap()).collect();
    for name in ["male", "Grammar"] {
        customers = customers.describe(name, |flag| flag.level(Level::Binary { symmetric: name == "male" })).unwrap();
    }
    let features = Features::new().with(Feature::new("male")).with(Feature::new("Grammar"));
    let encoder = features.fit(&customers, Form::Meanings).unwrap();
    assert_eq!(encoder.meanings(), [Meaning::SymmetricFlag, Meaning::AsymmetricFlag]);
    let number = |customers: &Customers| {
        let encoder = Features::new().number("weight").fit(customers, Form::Numbers).unwrap();
        segmentry::features::encoding::Decoded::clone(&encoder.decode(&[0.0])[0])
    };
    let segmentry::features::encoding::Content::Number(plain) = number(&customers).content else { panic!("no number") };
    let weighted = customers.clone().with_weights(weights.clone()).unwrap();
    let segmentry::features::encoding::Content::Number(heavy) = number(&weighted).content else { panic!("no number") };
    let (sum, square) = (weights.iter().sum::<f64>(), weights.iter().map(|weight| weight * weight).sum::<f64>());
    assert!((plain - sum / weights.len() as f64).abs() < 1e-9 && (heavy - square / sum).abs() < 1e-9);
}

/// Source: Dolnicar, Grün, Leisch 2018, Market Segmentation Analysis, appendix A: standard deviations of the principal
/// components of 1,453 answers, .7570 .6075 .5046 .3988 .3374 .3103 .2897 .2751 .2653 .2488 .2369; shares .2994 .1928
/// .1330 .0831.
#[cfg(feature = "cluster")]
#[test]
fn components_of_mcdonalds_are_the_published_ones() {
    let Some(data) = shared::table("mcdonalds.csv") else { return };
    let names: Vec<&str> = data.0.iter().take(11).map(String::as_str).collect();
    let customers = table(&data, &names);
    let features = names.iter().fold(Features::new(), |features, name| features.flag(*name));
    let encoder = features.pca(11).fit(&customers, Form::Numbers).unwrap();
    let explained = encoder.explained_variance().unwrap();
    let published = [0.7570, 0.6075, 0.5046, 0.3988, 0.3374, 0.3103, 0.2897, 0.2751, 0.2653, 0.2488, 0.2369];
    for ((variance, _), published) in explained.iter().zip(published) {
        assert!((variance.sqrt() - published).abs() < 5.1e-5, "{} is not {published}", variance.sqrt());
    }
    for ((_, share), published) in explained.iter().zip([0.2994, 0.1928, 0.1330, 0.0831]) {
        assert!((share - published).abs() < 5.1e-5, "{share} is not {published}");
    }
    // all components lead back to the answers
    let row = encoder.encode(&customers).unwrap().matrix.row(0).to_vec();
    let words: Vec<String> = encoder.in_words(&row).into_iter().map(|(_, words)| words).collect();
    assert_eq!(words[..4], ["No", "Yes", "No", "Yes"]);
}

/// Fisher's iris: standardised with the divisor n, the sum of squares is n d, which the divisor n − 1 would make (n − 1) d
/// (published sums after `scale` of R and after scikit-learn differ for that reason).
#[test]
fn iris_is_standardised_with_the_divisor_n() {
    let Some(data) = shared::table("iris.csv") else { return };
    let names: Vec<String> =
        data.0.iter().filter(|name| !name.to_lowercase().contains("species") && !name.is_empty()).cloned().collect();
    let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| *name != "target").collect();
    let customers = table(&data, &names);
    let rows = Features::of(&customers).fit(&customers, Form::Numbers).unwrap().encode(&customers).unwrap().matrix;
    let squares: f64 = rows.iter().map(|cell| cell * cell).sum();
    assert!((squares - (rows.nrows() * rows.ncols()) as f64).abs() < 1e-9, "{squares}");
    assert_eq!(rows.dim(), (150, 4));
}

/// The purchases of the examples: cds of each row as an attribute, in several forms.
#[test]
fn purchases_of_the_examples() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/cdnow.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let customers = Customers::with_ids((0..rows.len()).map(|i| i as i64))
        .unwrap()
        .with_column("day", Column::days(rows.iter().map(|row| row[1].parse().unwrap())))
        .unwrap()
        .with_attribute(
            Attribute::new("dollars", Kind::Number).unit("USD"),
            Column::numbers(rows.iter().map(|row| row[3].parse().unwrap())),
        )
        .unwrap();
    let features = Features::new().log1p("dollars").with(Feature::new("day").encode(Encode::Month)).day("day");
    let encoder = features.fit(&customers, Form::Numbers).unwrap();
    let encoded = encoder.encode(&customers).unwrap();
    assert_eq!(encoded.matrix.dim(), (6919, 4));
    let first = encoder.in_words(&encoded.matrix.row(0).to_vec());
    let expected = [("dollars", format!("{} USD", rows[0][3])), ("day month", "January".to_owned())];
    assert_eq!(first[0].1, expected[0].1);
    assert_eq!((first[1].0.as_str(), first[1].1.as_str()), (expected[1].0, "January"));
    assert_eq!(first[2].1, rows[0][1]);
}
