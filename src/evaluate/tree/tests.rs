//! The tree beside the slow way, which looks at every split there is, and beside scikit-learn.

#![allow(clippy::unwrap_used, reason = "tests may stop at the first surprise")]

use super::split::{Cut, Limits, answer};
use super::table::{Choice, NO_BIN, NO_TEXT, Table, Values};
use super::{Classes, Impurity, Numbers, Target, Tree, scaled};
use crate::customer::Customers;
use crate::math::random::Random;
use crate::progress::Progress;
use crate::value::{Column, Kind};

/// Customers of whom numbers, texts, truths and sets are known, each sometimes not.
fn customers(rows: usize, seed: u64) -> (Customers, Vec<u32>, Vec<f64>, Vec<f64>) {
    let mut random = Random::new(seed, 1);
    let mut unknown = Random::new(seed, 2);
    let mut some = |known: f64| unknown.uniform() < known;
    let texts = ["a", "b", "c", "d", "e"];
    let visits: Vec<Option<i64>> = (0..rows).map(|_| some(0.8).then(|| random.below(9) as i64)).collect();
    let spend: Vec<Option<f64>> = (0..rows).map(|_| some(0.9).then(|| random.normal() * 10.0)).collect();
    let plan: Vec<Option<String>> = (0..rows).map(|_| some(0.85).then(|| texts[random.below(5)].to_owned())).collect();
    let owner: Vec<Option<bool>> = (0..rows).map(|_| some(0.9).then(|| random.below(2) == 1)).collect();
    let owns: Vec<Option<Vec<String>>> = (0..rows)
        .map(|_| some(0.9).then(|| texts.iter().filter(|_| random.below(3) == 0).map(|t| (*t).to_owned()).collect()))
        .collect();
    let number: Vec<f64> = (0..rows)
        .map(|row| {
            let plan = plan[row].as_deref().map_or(2.0, |plan| f64::from(plan.as_bytes()[0] % 3));
            plan + spend[row].unwrap_or(3.0) / 10.0 + visits[row].unwrap_or(-4) as f64 / 4.0 + 0.5 * random.normal()
        })
        .collect();
    let labels = number.iter().map(|number| u32::from(*number > 1.0) + u32::from(*number > 2.5)).collect();
    let weights = (0..rows).map(|_| 0.5 + random.below(4) as f64).collect();
    let ids: Vec<String> = (0..rows).map(|row| row.to_string()).collect();
    let customers = Customers::with_ids(&ids)
        .unwrap()
        .with_column("visits", Column::of(Kind::Integer, visits))
        .unwrap()
        .with_column("spend", Column::of(Kind::Number, spend))
        .unwrap()
        .with_column("plan", Column::of(Kind::Text, plan))
        .unwrap()
        .with_column("owner", Column::of(Kind::Boolean, owner))
        .unwrap()
        .with_column("owns", Column::of(Kind::Set, owns))
        .unwrap();
    (customers, labels, number, weights)
}

/// What the best of all splits gains, by trying every subset of answers that an attribute can divide rows into.
fn slow<T: Target>(table: &Table, target: &T, rows: &[u32], least: f64) -> f64 {
    let mut best = 0.0_f64;
    for feature in &table.features {
        // each question as the answers of the rows
        let mut questions: Vec<Vec<Option<bool>>> = Vec::new();
        let mut ask = |question: &dyn Fn(usize) -> Option<bool>| {
            questions.push(rows.iter().map(|row| question(*row as usize)).collect());
        };
        match &feature.values {
            Values::Ordered { bins, marks } => {
                for last in 0..marks.len() as u16 {
                    ask(&|row| (bins[row] != NO_BIN).then(|| bins[row] <= last));
                }
                ask(&|row| Some(bins[row] != NO_BIN));
            }
            Values::Texts { codes, texts } => {
                for subset in 1_u32..(1 << texts.len()) - 1 {
                    ask(&|row| (codes[row] != NO_TEXT).then(|| subset >> codes[row] & 1 == 1));
                }
                ask(&|row| Some(codes[row] != NO_TEXT));
            }
            Values::Sets { known, texts, .. } => {
                for text in 0..texts.len() as u32 {
                    ask(&|row| answer(feature, &Cut::Has(text), row));
                }
                ask(&|row| Some(known[row]));
            }
        }
        for answers in questions {
            for unknown in [true, false] {
                let (mut yes, mut no) = (vec![0.0; target.width()], vec![0.0; target.width()]);
                for (row, answer) in rows.iter().zip(&answers) {
                    target.add(*row as usize, if answer.unwrap_or(unknown) { &mut yes } else { &mut no });
                }
                if target.weight(&yes).min(target.weight(&no)) < least - 1e-9 {
                    continue;
                }
                let all: Vec<f64> = yes.iter().zip(&no).map(|(a, b)| a + b).collect();
                best = best.max(target.impurity(&all) - target.impurity(&yes) - target.impurity(&no));
            }
        }
    }
    best
}

/// Goes through the splits as they were made, and holds each against the slow way and against the other leaves.
fn each_split_is_the_best<T: Target>(table: &Table, target: &T, rows: usize, limits: &Limits, exact: bool) {
    let all: Vec<usize> = (0..table.features.len()).collect();
    let rows: Vec<u32> = (0..rows as u32).collect();
    let tree = Tree::grow(table, &all, target, rows.clone(), limits, &Progress::none()).unwrap();
    assert_eq!(tree.leaves(), limits.leaves);
    let at = |node: usize, leaves: usize| -> Vec<u32> {
        rows.iter().copied().filter(|row| tree.leaf(table, *row as usize, leaves) == node).collect()
    };
    for leaves in 1..limits.leaves {
        let of_node = |(node, _): &(usize, _)| tree.split(*node, leaves).is_none() && !at(*node, leaves).is_empty();
        let open: Vec<usize> = tree.nodes.iter().enumerate().filter(of_node).map(|(node, _)| node).collect();
        let best = open.iter().map(|node| slow(table, target, &at(*node, leaves), limits.least)).fold(0.0, f64::max);
        let split = tree.nodes.iter().filter_map(|node| node.split.as_ref()).find(|split| split.before + 1 == leaves);
        let gain = split.unwrap().gain;
        assert!(gain <= best + 1e-9, "{gain} {best}");
        assert!(!exact || (gain - best).abs() <= 1e-9 * best.max(1.0), "{leaves}: {gain} is not {best}");
        assert!(gain >= 0.8 * best, "{leaves}: {gain} is far from {best}");
    }
    // nodes know their rows
    for (node, found) in tree.nodes.iter().enumerate().filter(|(_, node)| node.split.is_none()) {
        let mut sums = vec![0.0; target.width()];
        at(node, usize::MAX).iter().for_each(|row| target.add(*row as usize, &mut sums));
        assert_eq!(sums, found.sums);
        assert!(target.weight(&sums) >= limits.least - 1e-9);
    }
}

#[test]
fn each_split_gains_what_the_best_of_all_splits_gains() {
    for seed in 0..6 {
        let (customers, labels, number, weights) = customers(70, seed);
        let table = Table::new(&customers, &Choice::default()).unwrap();
        assert_eq!(table.features.len(), 5);
        let number = scaled(&number);
        // a least weight may forbid the best set of texts, and then the best of all others need not lie at an end
        for (least, exact) in [(1e-9, true), (4.0, false)] {
            let limits = Limits { leaves: 6, least, texts: 12 };
            for weights in [None, Some(weights.as_slice())] {
                each_split_is_the_best(&table, &Numbers { values: &number, weights }, 70, &limits, exact);
                let two: Vec<u32> = labels.iter().map(|label| label.min(&1)).copied().collect();
                for impurity in [Impurity::Gini, Impurity::Entropy] {
                    let target = Classes { labels: &two, classes: 2, weights, impurity };
                    each_split_is_the_best(&table, &target, 70, &limits, exact);
                    let target = Classes { labels: &labels, classes: 3, weights, impurity };
                    each_split_is_the_best(&table, &target, 70, &limits, false);
                }
            }
        }
    }
}

#[test]
fn a_weight_is_as_many_rows() {
    let (customers, labels, _, _) = customers(60, 9);
    let table = Table::new(&customers, &Choice::default()).unwrap();
    let all: Vec<usize> = (0..5).collect();
    let times = |row: usize| 1 + row % 3;
    let weights: Vec<f64> = (0..60).map(|row| times(row) as f64).collect();
    let limits = Limits { leaves: 5, least: 6.0, texts: 12 };
    let grow = |weights, rows| {
        let target = Classes { labels: &labels, classes: 3, weights, impurity: Impurity::Gini };
        Tree::grow(&table, &all, &target, rows, &limits, &Progress::none()).unwrap()
    };
    let weighted = grow(Some(&weights), (0..60).collect());
    let repeated = grow(None, (0..60).flat_map(|row| std::iter::repeat_n(row as u32, times(row))).collect());
    assert_eq!(weighted.nodes.len(), repeated.nodes.len());
    for (a, b) in weighted.nodes.iter().zip(&repeated.nodes) {
        assert_eq!(a.sums, b.sums);
        assert_eq!(a.split.as_ref().map(|s| (s.feature, &s.cut)), b.split.as_ref().map(|s| (s.feature, &s.cut)));
    }
}

#[test]
fn gains_are_those_of_scikit_learn() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/evaluate/tree.json");
    let golden: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for case in golden["trees"].as_array().unwrap() {
        let numbers = |value: &serde_json::Value| -> Vec<f64> {
            value.as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect()
        };
        let x: Vec<Vec<f64>> = case["x"].as_array().unwrap().iter().map(numbers).collect();
        let matrix = ndarray::Array2::from_shape_fn((x.len(), 3), |(row, column)| x[row][column]);
        let customers = Customers::from_matrix(&["a", "b", "c"], matrix.view()).unwrap();
        let table = Table::new(&customers, &Choice::default()).unwrap();
        let labels: Vec<u32> = numbers(&case["labels"]).into_iter().map(|label| label as u32).collect();
        let classes = *labels.iter().max().unwrap() as usize + 1;
        let number = numbers(&case["number"]);
        let mean = number.iter().sum::<f64>() / number.len() as f64;
        let scale = number.iter().map(|n| (n - mean).abs()).fold(0.0, f64::max);
        let values = scaled(&number);
        for (name, leaves) in [("first", 2), ("six", 6)] {
            let limits = Limits { leaves, least: 3.0, texts: 12 };
            let rows = || (0..x.len() as u32).collect::<Vec<_>>();
            let gain = |tree: &Tree| tree.nodes.iter().filter_map(|n| n.split.as_ref()).map(|s| s.gain).sum::<f64>();
            let near = |found: f64, what: &str| {
                let expected = case[name][what].as_f64().unwrap();
                assert!((found - expected).abs() <= 1e-9 * expected, "{name} {what}: {found} {expected}");
            };
            for (impurity, what) in [(Impurity::Gini, "gini"), (Impurity::Entropy, "entropy")] {
                let target = Classes { labels: &labels, classes, weights: None, impurity };
                let tree = Tree::grow(&table, &[0, 1, 2], &target, rows(), &limits, &Progress::none()).unwrap();
                near(gain(&tree), what);
            }
            let target = Numbers { values: &values, weights: None };
            let tree = Tree::grow(&table, &[0, 1, 2], &target, rows(), &limits, &Progress::none()).unwrap();
            near(gain(&tree) * scale * scale, "variance");
        }
    }
}

#[test]
fn many_values_are_put_in_groups_that_keep_their_order() {
    let mut random = Random::new(3, 0);
    // many zeros, a long tail, some unknown
    let values: Vec<f64> = (0..9000)
        .map(|row| match row % 5 {
            0 => 0.0,
            1 => f64::NAN,
            _ => (random.normal() * 3.0).exp(),
        })
        .collect();
    let ids: Vec<String> = (0..values.len()).map(|row| row.to_string()).collect();
    let customers =
        Customers::with_ids(&ids).unwrap().with_column("x", Column::numbers(values.iter().copied())).unwrap();
    let table = Table::new(&customers, &Choice::default()).unwrap();
    let Values::Ordered { bins, marks } = &table.features[0].values else { panic!("numbers are in order") };
    assert!((900..1024).contains(&marks.len()), "{}", marks.len());
    for (value, bin) in values.iter().zip(bins) {
        if value.is_nan() {
            assert_eq!(*bin, NO_BIN);
            continue;
        }
        let number = |at: usize| match marks[at] {
            super::Mark::Number(number) => number,
            other => panic!("{other}"),
        };
        let bin = usize::from(*bin);
        assert!(bin == marks.len() || *value < number(bin));
        assert!(bin == 0 || *value >= number(bin - 1));
    }
    let largest = (0..=marks.len() as u16).map(|bin| bins.iter().filter(|b| **b == bin).count()).skip(1).max();
    assert!(largest.unwrap() < 30, "{largest:?}");
}

#[test]
fn a_number_of_any_size_can_be_learnt() {
    let x: Vec<f64> = (0..40).map(f64::from).collect();
    let ids: Vec<String> = (0..40).map(|row| row.to_string()).collect();
    let customers = Customers::with_ids(&ids).unwrap().with_column("x", Column::numbers(x)).unwrap();
    let table = Table::new(&customers, &Choice::default()).unwrap();
    for factor in [1e300, 1.7e308, 1.0, f64::from_bits(3), 1e-300] {
        let values: Vec<f64> = (0..40).map(|row| if row < 17 { -factor } else { factor }).collect();
        let values = scaled(&values);
        assert!(values.iter().all(|value| value.abs() <= 1.0 + 1e-12), "{factor:e}");
        let target = Numbers { values: &values, weights: None };
        let limits = Limits { leaves: 4, least: 1.0, texts: 12 };
        let tree = Tree::grow(&table, &[0], &target, (0..40).collect(), &limits, &Progress::none()).unwrap();
        assert_eq!(tree.leaves(), 2, "{factor:e}");
        assert_eq!(tree.nodes[0].split.as_ref().unwrap().cut, Cut::UpTo(16));
    }
}
