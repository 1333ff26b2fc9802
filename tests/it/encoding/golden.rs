//! Agreement with scikit-learn 1.9.1 and scipy 1.17.1: `scripts/references/encoding.py` makes the figures.

use ndarray::Array2;
use segmentry::customer::Customers;
use segmentry::features::encoding::{Feature, Features, Form, Scale, Transform};
use segmentry::value::Column;
use serde_json::Value;

fn golden() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/encoding.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn rows(value: &Value) -> Vec<Vec<f64>> {
    value.as_array().unwrap().iter().map(numbers).collect()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (at, (found, expected)) in found.iter().zip(expected).enumerate() {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{at}: {found} is not {expected}");
    }
}

/// The one column of a feature of these values, and the exponent if there is one.
fn encoded(values: &[f64], feature: Feature) -> (Vec<f64>, Option<f64>) {
    let ids: Vec<String> = (0..values.len()).map(|at| at.to_string()).collect();
    let column = Column::numbers(values.iter().copied());
    let customers = Customers::with_ids(ids.iter().map(String::as_str)).unwrap().with_column("x", column).unwrap();
    let encoder = Features::new().with(feature).fit(&customers, Form::Numbers).unwrap();
    let exponent = encoder.exponents().first().map(|exponent| exponent.1);
    (encoder.encode(&customers).unwrap().matrix.iter().copied().collect(), exponent)
}

#[test]
fn linear_scales_are_those_of_scikit_learn() {
    let golden = golden();
    let signed = numbers(&golden["signed"]);
    for (name, scale) in [("standard", Scale::Standard), ("robust", Scale::Robust), ("min_max", Scale::MinMax)] {
        let (found, _) = encoded(&signed, Feature::number("x").scale(scale));
        close(&found, &numbers(&golden[name]), 1e-12);
    }
}

/// The share of a customer is (rank − ½) / n here and (rank − 1) / (n − 1) there: one follows from the other.
#[test]
fn ranks_are_those_of_scipy_and_lead_to_the_quantiles_of_scikit_learn() {
    let golden = golden();
    let ties = numbers(&golden["ties"]);
    close(&encoded(&ties, Feature::number("x").scale(Scale::Ranks)).0, &numbers(&golden["ranks"]), 1e-14);
    close(&encoded(&ties, Feature::number("x").scale(Scale::Normal)).0, &numbers(&golden["normal"]), 1e-13);
    let signed = numbers(&golden["signed"]);
    let n = signed.len() as f64;
    let (shares, _) = encoded(&signed, Feature::number("x").scale(Scale::Ranks));
    let there: Vec<f64> = shares.iter().map(|share| (share * n - 0.5) / (n - 1.0)).collect();
    close(&there, &numbers(&golden["quantiles"]), 1e-12);
}

#[test]
fn powers_and_their_exponents_are_those_of_scikit_learn() {
    let golden = golden();
    for (name, values, transform) in
        [("box_cox", "positive", Transform::BoxCox), ("yeo_johnson", "signed", Transform::YeoJohnson)]
    {
        let (found, exponent) = encoded(&numbers(&golden[values]), Feature::number("x").transform(transform));
        let lambda = golden[name]["lambda"].as_f64().unwrap();
        assert!((exponent.unwrap() - lambda).abs() < 1e-6, "{name}: {exponent:?} is not {lambda}");
        close(&found, &numbers(&golden[name]["rows"]), 1e-5);
    }
}

#[test]
fn winsorizing_is_that_of_numpy() {
    let golden = golden();
    let (found, _) = encoded(&numbers(&golden["signed"]), Feature::number("x").winsorize(0.05, 0.9).scale(Scale::Raw));
    close(&found, &numbers(&golden["winsorized"]), 1e-13);
}

#[cfg(feature = "cluster")]
#[test]
fn components_are_those_of_scikit_learn() {
    let golden = golden();
    let cells = rows(&golden["pca"]["matrix"]);
    let matrix = Array2::from_shape_fn((cells.len(), 5), |(row, column)| cells[row][column]);
    let customers = Customers::from_matrix(&["a", "b", "c", "d", "e"], matrix.view()).unwrap();
    let encoder = Features::of(&customers).raw().pca(3).fit(&customers, Form::Numbers).unwrap();
    let found = encoder.encode(&customers).unwrap().matrix;
    for (found, expected) in found.rows().into_iter().zip(rows(&golden["pca"]["rows"])) {
        close(&found.to_vec(), &expected, 1e-10);
    }
    let (variance, share): (Vec<f64>, Vec<f64>) = encoder.explained_variance().unwrap().into_iter().unzip();
    close(&variance, &numbers(&golden["pca"]["variance"]), 1e-12);
    close(&share, &numbers(&golden["pca"]["share"]), 1e-12);
}

/// Of the wholesale customers of UCI, where they lie beside the checkout.
#[test]
fn wholesale_amounts_are_scaled_as_in_scikit_learn() {
    let golden = golden();
    let Some((header, rows)) = crate::shared::table("wholesale_customers.csv") else { return };
    for (name, figures) in golden["wholesale"].as_object().unwrap() {
        let at = header.iter().position(|column| column == name).unwrap();
        let values: Vec<f64> = rows.iter().map(|row| row[at].parse().unwrap()).collect();
        let figure = |key: &str| figures[key].as_f64().unwrap();
        let standard: Vec<f64> = values.iter().map(|value| (value - figure("mean")) / figure("deviation")).collect();
        close(&encoded(&values, Feature::number("x")).0, &standard, 1e-11);
        let (_, exponent) = encoded(&values, Feature::number("x").transform(Transform::BoxCox));
        assert!((exponent.unwrap() - figure("box_cox")).abs() < 1e-5, "{name}: {exponent:?}");
        let (_, exponent) = encoded(&values, Feature::number("x").transform(Transform::YeoJohnson));
        assert!((exponent.unwrap() - figure("yeo_johnson")).abs() < 1e-5, "{name}: {exponent:?}");
    }
}
