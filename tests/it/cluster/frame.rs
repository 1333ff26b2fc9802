//! What holds before any method begins: rows are checked at the door.

use ndarray::array;
use segmentry::cluster::Points;
use segmentry::features::encoding::{Form, Meaning};

#[test]
fn what_is_wrong_with_rows_is_told_with_row_and_column() {
    let told = |points: &Points<'_>, form| points.check(form).unwrap_err().to_string();
    let bad = array![[1.0, 2.0], [3.0, f64::INFINITY]];
    assert_eq!(told(&Points::new(bad.view()), Form::Numbers), "row 1: column 1 is inf, expected a finite number");
    let codes = array![[0.0], [1.5]];
    let points = Points::new(codes.view()).meanings(&[Meaning::Category]);
    assert_eq!(told(&points, Form::Meanings), "row 1: column 0 is 1.5, expected a code of a category: 0, 1, 2 …");
    assert!(told(&points, Form::Numbers).contains("numbers; make indicators"));
    let flags = array![[2.0]];
    let points = Points::new(flags.view()).meanings(&[Meaning::AsymmetricFlag]);
    assert_eq!(told(&points, Form::Meanings), "row 0: column 0 is 2, expected 0 or 1");
    let good = array![[1.0], [2.0]];
    assert!(told(&Points::new(good.view()).weights(&[1.0]), Form::Numbers).contains("weights"));
    assert!(told(&Points::new(good.view()).weights(&[1.0, -1.0]), Form::Numbers).starts_with("row 1"));
    assert!(told(&Points::new(good.view()).weights(&[0.0, 0.0]), Form::Numbers).contains("positive"));
    assert!(told(&Points::new(ndarray::Array2::zeros((0, 3)).view()), Form::Numbers).contains("rows"));
}

#[test]
fn rows_in_another_layout_are_the_same_rows() {
    let rows = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    let turned = rows.t();
    assert_eq!(Points::new(turned).data(), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_eq!(Points::new(turned).row(2), [3.0, 6.0]);
}
