use super::assign;
use crate::math::random::Random;

/// The least sum of all assignments within the limits, by trying all.
fn least_of_all(costs: &[f64], k: usize, least: usize, most: usize) -> f64 {
    let n = costs.len() / k;
    let mut best = f64::INFINITY;
    for code in 0..k.pow(n as u32) {
        let labels: Vec<usize> = (0..n).map(|row| code / k.pow(row as u32) % k).collect();
        let count = |cluster| labels.iter().filter(|label| **label == cluster).count();
        if (0..k).all(|cluster| (least..=most).contains(&count(cluster))) {
            best = best.min(labels.iter().enumerate().map(|(row, label)| costs[row * k + label]).sum());
        }
    }
    best
}

#[test]
fn no_assignment_within_the_limits_is_cheaper() {
    let mut random = Random::new(11, 0);
    for round in 0..300 {
        let (k, n) = (2 + round % 2, 3 + round % 5);
        let least = random.below(n / k + 1);
        let most = n.div_ceil(k) + random.below(2);
        // whole costs in every other round: many equals
        let draw = |random: &mut Random| if round % 2 == 0 { random.uniform() } else { random.below(4) as f64 };
        let costs: Vec<f64> = (0..n * k).map(|_| draw(&mut random)).collect();
        let labels = assign(&costs, k, least, most);
        let sum: f64 = labels.iter().enumerate().map(|(row, label)| costs[row * k + *label as usize]).sum();
        for cluster in 0..k as u32 {
            let count = labels.iter().filter(|label| **label == cluster).count();
            assert!((least..=most).contains(&count), "{labels:?} {least} {most}");
        }
        let best = least_of_all(&costs, k, least, most);
        assert!((sum - best).abs() < 1e-12, "{sum} {best} {costs:?} {least} {most}");
    }
}

#[test]
fn all_rows_at_one_place_are_divided() {
    let mut labels = assign(&[0.0; 18], 3, 2, 2);
    labels.sort_unstable();
    assert_eq!(labels, [0, 0, 1, 1, 2, 2]);
}
