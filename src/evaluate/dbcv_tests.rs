//! DBCV beside hdbscan, whose choice among edges as long as each other it can make.

use ndarray::Array2;

use super::{Ties, validity};
use crate::cluster::Points;
use crate::evaluate::{Division, Partition};

#[test]
fn the_figures_of_hdbscan_are_found_with_its_choice_of_edges() {
    let golden: serde_json::Value =
        serde_json::from_str(include_str!("../../tests/golden/evaluate/pairs.json")).unwrap();
    let mut compared = 0;
    for case in golden["cases"].as_array().unwrap().iter().filter(|case| !case["dbcv"].is_null()) {
        let rows: Vec<Vec<f64>> = serde_json::from_value(case["rows"].clone()).unwrap();
        let rows = Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column]);
        let labels: Vec<u32> = serde_json::from_value(case["labels"].clone()).unwrap();
        let noise: Vec<usize> = serde_json::from_value(case["noise"].clone()).unwrap();
        let points = Points::new(rows.view());
        for (name, left_out) in [("dbcv", false), ("dbcv_with_noise", true)] {
            let label = |(row, label): (usize, &u32)| (!left_out || !noise.contains(&row)).then_some(*label);
            let labels: Vec<Option<u32>> = labels.iter().enumerate().map(label).collect();
            let partition = Partition::new(&labels).unwrap();
            let division = Division::new(&points, &partition).unwrap();
            let (found, expected) = (validity(&division, Ties::First).unwrap(), case[name].as_f64().unwrap());
            assert!((found - expected).abs() < 1e-12, "{name} of {}: {found} is not {expected}", case["name"]);
            compared += 1;
        }
    }
    assert_eq!(compared, 6);
}
