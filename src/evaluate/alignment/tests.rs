//! Figures beside scikit-learn's and beside their formulas.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use super::measure::{area, cramers_v, group_losses, inside_losses, log_loss_reduction};
use super::outcome::ranks;
use crate::evaluate::tree::{Classes, Impurity, Numbers, Skill, scaled};

fn near(found: f64, expected: f64, error: f64) {
    assert!((found - expected).abs() <= error, "{found} is not {expected}");
}

#[test]
fn out_of_fold_figures_are_those_of_scikit_learn() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/evaluate/tree.json");
    let golden: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for case in golden["out_of_fold"].as_array().unwrap() {
        let numbers =
            |name: &str| -> Vec<f64> { case[name].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect() };
        let codes = |name: &str| -> Vec<u32> { numbers(name).into_iter().map(|n| n as u32).collect() };
        let (groups, fold, hits) = (codes("group"), codes("fold"), codes("hit"));
        let count = *groups.iter().max().unwrap() as usize + 1;
        let values = scaled(&numbers("number"));
        let target = Numbers { values: &values, weights: None };
        let skill = Skill::new(&target, groups.len());
        let share = skill.share(&group_losses(&target, &groups, count, &fold, 4));
        near(share, case["r2"].as_f64().unwrap(), 1e-12);
        near(skill.explained(&group_losses(&target, &groups, count, &fold, 4), 1.96).value.unwrap(), share, 1e-12);
        let target = Classes { labels: &hits, classes: 2, weights: None, impurity: Impurity::Gini };
        near(area(&target, &groups, count, &fold, 4).unwrap(), case["auc"].as_f64().unwrap(), 1e-12);
    }
}

#[test]
fn inside_figures_follow_their_formulas() {
    // three groups: 1 2 3, 2 4, 9 9 9; mean 39/8
    let (values, groups) = ([1.0, 2.0, 3.0, 2.0, 4.0, 9.0, 9.0, 9.0], [0, 0, 0, 1, 1, 2, 2, 2]);
    let mean = 39.0 / 8.0;
    let total: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    let between = 3.0 * (2.0_f64 - mean).powi(2) + 2.0 * (3.0 - mean).powi(2) + 3.0 * (9.0 - mean).powi(2);
    let eta = |values: &[f64]| {
        let values = scaled(values);
        let target = Numbers { values: &values, weights: None };
        Skill::new(&target, 8).share(&inside_losses(&target, &groups, 3))
    };
    near(eta(&values), between / total, 1e-12);
    // Kruskal and Wallis with ties: ranks 1, 2.5, 4, 2.5, 5, 7, 7, 7
    let sums = [7.5_f64, 7.5, 21.0];
    let raw = 12.0 / (8.0 * 9.0) * (sums[0].powi(2) / 3.0 + sums[1].powi(2) / 2.0 + sums[2].powi(2) / 3.0) - 27.0;
    let ties = 1.0 - ((8.0 - 2.0) + (27.0 - 3.0)) / (512.0 - 8.0);
    near(eta(&ranks(&values, None)), raw / ties / 7.0, 1e-12);
    // ten customers without a group of their own to learn from: the mean of all others is told
    let target = Numbers { values: &values, weights: None };
    let alone = group_losses(&target, &[0, 1, 2, 3, 4, 5, 6, 7], 8, &[0, 1, 0, 1, 0, 1, 0, 1], 2);
    let others = (2.0 + 2.0 + 9.0 + 9.0) / 4.0;
    near(alone[0], (1.0_f64 - others).powi(2), 1e-12);
}

#[test]
fn cramers_v_is_the_published_formula() {
    // 30 and 10, 10 and 50: chi-squared without correction is 100 (30·50 − 10·10)² / (40·60·40·60)
    let mut labels = vec![0; 30];
    labels.extend([vec![1; 10], vec![0; 10], vec![1; 50]].concat());
    let groups: Vec<u32> = (0..100).map(|row| u32::from(row >= 40)).collect();
    let target = Classes { labels: &labels, classes: 2, weights: None, impurity: Impurity::Gini };
    let phi = 1400.0_f64.powi(2) / (2400.0 * 2400.0);
    let (corrected, less) = (phi - 1.0 / 99.0, 1.0 - 1.0 / 99.0);
    near(cramers_v(&target, &groups, 2).unwrap(), (corrected / less).sqrt(), 1e-12);
    assert_eq!(cramers_v(&target, &vec![0; 100], 1), None);
    // the same classes in every group: nothing is told
    let even: Vec<u32> = (0..100).map(|row| row % 2).collect();
    let halves: Vec<u32> = (0..100).map(|row| u32::from(row >= 50)).collect();
    let target = Classes { labels: &even, classes: 2, weights: None, impurity: Impurity::Gini };
    assert_eq!(cramers_v(&target, &halves, 2), Some(0.0));
    let fold: Vec<u32> = (0..100).map(|row| row / 2 % 5).collect();
    near(log_loss_reduction(&target, &halves, 2, &fold, 5).unwrap(), 0.0, 1e-9);
    assert!(log_loss_reduction(&target, &even, 2, &fold, 5).unwrap() > 0.95);
}
