use proptest::prelude::*;

use super::*;

/// The textbook: sort, then interpolate.
fn by_sorting(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let position = (sorted.len() - 1) as f64 * p;
    if (position - position.round()).abs() <= 4.0 * f64::EPSILON * position.round() {
        return sorted[position.round() as usize];
    }
    let low = position.floor() as usize;
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + (position - position.floor()) * (sorted[high] - sorted[low])
}

#[test]
fn quantiles_are_those_that_r_prints() {
    // R 4: quantile(c(1, 2, 3, 4, 10), c(0, .1, .25, .5, .9, 1)); quantile(1:4, .5)
    let found = quantiles(&[10.0, 1.0, 3.0, 2.0, 4.0], &[0.0, 0.1, 0.25, 0.5, 0.9, 1.0]).unwrap();
    for (found, printed) in found.iter().zip([1.0, 1.4, 2.0, 3.0, 7.6, 10.0]) {
        assert!((found - printed).abs() < 1e-14, "{found} is not {printed}");
    }
    assert_eq!(quantiles(&[1.0, 2.0, 3.0, 4.0], &[0.5]), Some(vec![2.5]));
    assert_eq!(quantiles(&[7.0], &[0.0, 0.3, 1.0]), Some(vec![7.0, 7.0, 7.0]));
    assert_eq!(quantiles(&[], &[0.5]), None);
}

#[test]
fn a_position_that_misses_a_whole_number_by_rounding_is_that_number() {
    let values: Vec<f64> = (0..50).map(|i| f64::from(i) + 0.1).collect();
    let position = std::hint::black_box(49.0) * (1.0 / 49.0);
    assert!(position < 1.0);
    assert_eq!(quantiles(&values, &[1.0 / 49.0]), Some(vec![1.1]));
}

#[test]
fn the_span_of_all_floats_does_not_overflow() {
    let found = quantiles(&[f64::MIN, f64::MAX], &[0.5, 0.75]).unwrap();
    assert_eq!(found[0], 0.0);
    assert!((found[1] / f64::MAX - 0.5).abs() < 1e-15);
}

#[test]
fn many_values_give_the_bits_of_sorting() {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let shapes: [fn(f64) -> f64; 8] = [
        |u| u,
        |u| (1.0 / u).powi(9) - 1.0,   // a long tail
        |u| (u * 9.0).floor(),         // counts, zeros among them
        |u| 1.7e9 + (u * 1e6).round(), // instants
        |u| u - 0.5,                   // both signs
        |_| 7.0,
        |u| if u < 0.999 { 3.0 } else { u * 1e300 },
        |u| if u < 0.5 { -0.0 } else { 0.0 },
    ];
    let probabilities = [0.0, 1e-5, 0.2, 0.4, 0.5, 0.6, 0.8, 0.999, 1.0];
    for (at, shape) in shapes.into_iter().enumerate() {
        for count in [FEW, FEW + 1, 2 * ROWS + 77] {
            let values: Vec<f64> = (0..count).map(|_| shape(next())).collect();
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            let last = count - 1;
            let expected: Vec<u64> = probabilities
                .iter()
                .map(|p| Place::of(last as f64, *p))
                .map(|place| place.between(sorted[place.low as usize], sorted[(place.low as usize + 1).min(last)]))
                .map(f64::to_bits)
                .collect();
            let found = quantiles(&values, &probabilities).unwrap().into_iter().map(f64::to_bits).collect::<Vec<_>>();
            assert_eq!(found, expected, "shape {at}, {count} values");
        }
    }
}

#[test]
fn the_median_and_the_deviation_from_it_are_those_of_r() {
    // R 4: median(c(1, 1, 2, 2, 4, 6, 9)); mad(…, constant = 1)
    let values = [9.0, 1.0, 2.0, 1.0, 6.0, 2.0, 4.0];
    assert_eq!(median(&values), Some(2.0));
    assert_eq!(median_absolute_deviation(&values), Some(1.0));
    assert_eq!(median(&[3.0, 1.0]), Some(2.0));
    assert_eq!(median(&[]), None);
    assert_eq!(median_absolute_deviation(&[]), None);
}

#[test]
fn a_weight_of_zero_is_no_row_and_no_weight_is_no_answer() {
    assert_eq!(weighted_quantiles(&[1.0, 2.0, 99.0], &[1.0, 1.0, 0.0], &[1.0]), Some(vec![2.0]));
    assert_eq!(weighted_quantiles(&[1.0], &[0.0], &[0.5]), None);
    assert_eq!(weighted_quantiles(&[], &[], &[0.5]), None);
}

proptest! {
    #[test]
    fn selection_gives_the_bits_of_sorting(
        values in prop::collection::vec(prop_oneof![-1e3..1e3, (-5i32..5).prop_map(f64::from)], 1..200),
        probabilities in prop::collection::vec(0.0..=1.0, 0..12),
    ) {
        let expected: Vec<f64> = probabilities.iter().map(|p| by_sorting(&values, *p)).collect();
        prop_assert_eq!(quantiles(&values, &probabilities), Some(expected));
    }

    #[test]
    fn a_weight_of_k_is_k_equal_rows(
        rows in prop::collection::vec((-50.0..50.0, 0u8..5), 1..60),
        probabilities in prop::collection::vec(0.0..=1.0, 1..6),
    ) {
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        let weights: Vec<f64> = rows.iter().map(|row| f64::from(row.1)).collect();
        let repeated: Vec<f64> = rows.iter().flat_map(|row| std::iter::repeat_n(row.0, row.1.into())).collect();
        prop_assert_eq!(weighted_quantiles(&values, &weights, &probabilities), quantiles(&repeated, &probabilities));
    }

    #[test]
    fn quantiles_never_fall_with_the_probability(
        values in prop::collection::vec(-1e9..1e9, 1..50),
        mut probabilities in prop::collection::vec(0.0..=1.0, 2..50),
    ) {
        probabilities.sort_by(f64::total_cmp);
        let found = quantiles(&values, &probabilities).unwrap();
        prop_assert!(found.is_sorted());
    }
}
