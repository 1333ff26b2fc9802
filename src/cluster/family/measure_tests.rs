use super::{Euclidean, nearest, place};

#[test]
fn the_lowest_of_equals_is_nearest_and_the_next_is_second() {
    let cost = |center: &[f64]| center[0].abs();
    assert_eq!(nearest(&[3.0, 1.0, -1.0, 2.0], 1, cost), (1, 1.0, Some((2, 1.0))));
    assert_eq!(nearest(&[1.0, 1.0], 1, cost), (0, 1.0, Some((1, 1.0))));
    assert_eq!(nearest(&[1.0, 5.0], 1, cost), (0, 1.0, Some((1, 5.0))));
    assert_eq!(nearest(&[5.0, 1.0, 2.0], 1, cost), (1, 1.0, Some((2, 2.0))));
    assert_eq!(nearest(&[4.0], 1, cost), (0, 4.0, None));
}

#[test]
fn a_stranger_at_the_end_of_the_numbers_is_placed() {
    let placed = place::<Euclidean>(&[1e300, 0.0], &[0.0, 0.0, 1e99, 0.0, 0.0, 1e99]);
    assert_eq!(placed.cluster, Some(0));
    assert!((placed.distance / 1e300 - 1.0).abs() < 1e-12);
    assert!(placed.second.is_some());
}
