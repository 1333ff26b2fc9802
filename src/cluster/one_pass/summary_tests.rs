use super::reduce;
use crate::math::random::Random;

#[test]
fn what_rows_cost_at_a_center_is_right_on_average() {
    let mut random = Random::new(1, 0);
    let rows: Vec<f64> = (0..4000).map(|at| random.normal() + if at % 40 == 0 { 30.0 } else { 0.0 }).collect();
    let weights: Vec<f64> = (0..2000).map(|at| (at % 3) as f64).collect();
    let cost = |rows: &[f64], weights: &[f64], center: [f64; 2]| -> f64 {
        let square = |row: &[f64]| (row[0] - center[0]).powi(2) + (row[1] - center[1]).powi(2);
        rows.chunks_exact(2).zip(weights).map(|(row, weight)| weight * square(row)).sum()
    };
    for center in [[0.0, 0.0], [30.0, 0.0], [5.0, -7.0]] {
        let exact = cost(&rows, &weights, center);
        let mut mean = 0.0;
        for draw in 0..200 {
            let summary = reduce(&rows, 2, Some(&weights), 100, &mut Random::new(2, draw));
            assert!(summary.weights.len() <= 100);
            assert!((summary.weights.iter().sum::<f64>() - weights.iter().sum::<f64>()).abs() < 1e-6);
            mean += cost(&summary.rows, &summary.weights, center) / 200.0;
        }
        assert!((mean / exact - 1.0).abs() < 0.02, "{mean} {exact}");
    }
}

#[test]
fn a_pattern_in_the_order_is_no_pattern_in_the_draw() {
    // four places in turn: every fourth row would be one place only
    let rows: Vec<f64> = (0..4000).map(|at| [-3.0, -1.0, 1.0, 3.0][at % 4]).collect();
    let summary = reduce(&rows, 1, None, 1000, &mut Random::new(0, 0));
    for place in [-3.0, -1.0, 1.0, 3.0] {
        let here = summary.rows.iter().zip(&summary.weights).filter(|(x, _)| **x == place);
        let weight: f64 = here.map(|(_, weight)| weight).sum();
        assert!((weight / 1000.0 - 1.0).abs() < 0.2, "{place}: {weight}");
    }
    let equal = reduce(&[7.0; 100], 1, None, 10, &mut Random::new(0, 0));
    assert_eq!(equal.weights, [10.0; 10]);
    let nothing = reduce(&[7.0; 100], 1, Some(&[0.0; 100]), 10, &mut Random::new(0, 0));
    assert_eq!(nothing.weights, [0.0; 0]);
}
