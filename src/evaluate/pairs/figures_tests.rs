//! Totals do not depend on how they are gathered.

use ndarray::Array2;

use super::PairFigures;
use crate::cluster::Points;
use crate::evaluate::pairs::Pairs;
use crate::evaluate::{Division, Partition};

#[test]
fn many_groups_have_the_same_totals_as_few() {
    let rows = Array2::from_shape_fn((150, 2), |(row, column)| ((row * 37 + column * 11) % 64) as f64);
    let points = Points::new(rows.view());
    let partition = Partition::of((0..150).map(|row| row % 7)).unwrap();
    let division = Division::new(&points, &partition).unwrap();
    let pairs = Pairs::of(&division).unwrap();
    let (all, few) = (PairFigures::walked(&pairs, 7).unwrap(), PairFigures::walked(&pairs, 6).unwrap());
    assert!((all.within.sum - few.within.sum).abs() < 1e-9 && (all.between.sum - few.between.sum).abs() < 1e-9);
    assert_eq!((all.within.least, all.between.greatest), (few.within.least, few.between.greatest));
    assert_eq!((all.within.pairs, all.between.pairs), (few.within.pairs, few.between.pairs));
    assert_eq!(all.within.pairs + all.between.pairs, 150.0 * 149.0 / 2.0);
    assert!(all.across(5, 6).is_some() && few.across(5, 6).is_none());
}
