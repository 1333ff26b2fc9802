use ndarray::array;

use super::{Distinct, NOBODY};
use crate::cluster::Points;

#[test]
fn equal_rows_are_one_and_rows_without_weight_are_none() {
    let rows = array![[1.0, 0.0], [2.0, 1.0], [1.0, -0.0], [9.0, 9.0], [1.0, 0.0]];
    let points = Points::new(rows.view()).weights(&[1.0, 2.0, 0.5, 0.0, 1.0]);
    let distinct = Distinct::new(&points);
    assert_eq!(distinct.first, [0, 1]);
    assert_eq!(distinct.of, [0, 1, 0, NOBODY, 0]);
    assert_eq!(distinct.weights, [2.5, 2.0]);
    assert_eq!(distinct.data, [1.0, 0.0, 2.0, 1.0]);
}
