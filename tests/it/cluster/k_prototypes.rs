//! Prototypes: beside the method as it is written, k-means, Python's figures, real data, hard input.

use std::collections::BTreeMap;

use ndarray::{Array2, array, concatenate};
use proptest::prelude::*;
use segmentry::cluster::{
    ClusterMethod, ClusterModel, Found, Gamma, KPrototypes, KPrototypesModel, Points, PrototypeStart,
};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::medoid_data::{golden, matrix, near, on_threads, rand_index, shared};

fn find(method: &KPrototypes, rows: &Array2<f64>, meanings: &[Meaning]) -> Found<KPrototypesModel> {
    method.find(&Points::new(rows.view()).meanings(meanings), &Progress::none()).unwrap()
}

const STOCKS: [Meaning; 3] = [Meaning::Number, Meaning::Category, Meaning::Category];

/// Market capitalisation, sector and country of twelve companies: examples/stocks.py of the Python package kmodes.
fn stocks() -> Array2<f64> {
    let (tech, energy, finance, telecom, consumer) = (0.0, 1.0, 2.0, 3.0, 4.0);
    let (us, china, netherlands) = (0.0, 1.0, 2.0);
    array![
        [738.5, tech, us],
        [369.5, energy, us],
        [368.2, tech, us],
        [346.7, tech, us],
        [343.5, finance, us],
        [282.4, finance, us],
        [282.1, telecom, china],
        [279.7, consumer, us],
        [257.2, consumer, us],
        [205.2, telecom, us],
        [192.1, tech, us],
        [195.7, energy, netherlands]
    ]
}

/// Source: A30 of the numbers: kmodes 0.12.2 on the same table.
#[test]
fn stocks_are_as_in_python() {
    let found = find(&KPrototypes::new(4).restarts(20), &stocks(), &STOCKS);
    near(found.model.gamma(), 69.90333603547751, 1e-14);
    near(found.model.cost(), 1664.470854950487, 1e-12);
    let labels: Vec<u32> = found.labels.iter().map(|label| label.unwrap()).collect();
    assert_eq!(labels, [3, 1, 1, 1, 1, 0, 0, 0, 0, 2, 2, 2]);
    let mut means: Vec<f64> = (0..4).map(|cluster| found.model.representative(cluster)[0]).collect();
    means.sort_by(f64::total_cmp);
    for (found, expected) in means.into_iter().zip([593.0 / 3.0, 275.35, 356.975, 738.5]) {
        near(found, expected, 1e-12);
    }
}

/// Source: scripts/references/medoids.py, kmodes 0.12.2 from the same rows, which moves prototypes after each row.
#[test]
fn costs_are_those_of_python() {
    for case in golden("medoids")["categories"].as_array().unwrap() {
        let (numbers, codes) = (matrix(&case["numbers"]), matrix(&case["rows"]));
        let rows = concatenate![ndarray::Axis(1), numbers, codes];
        let mut meanings = vec![Meaning::Category; rows.ncols()];
        meanings[..2].fill(Meaning::Number);
        let begin: Vec<usize> = serde_json::from_value(case["begin"].clone()).unwrap();
        let start = PrototypeStart::Given(begin.iter().map(|row| rows.row(*row).to_vec()).collect());
        let k = begin.len();
        let given = find(&KPrototypes::new(k).start(start), &rows, &meanings).model;
        let theirs = case["prototypes"].as_f64().unwrap();
        near(given.gamma(), case["gamma"].as_f64().unwrap(), 1e-12);
        assert!((given.cost() - theirs).abs() <= 0.05 * theirs, "{} and {theirs}", given.cost());
        let best = find(&KPrototypes::new(k).restarts(20), &rows, &meanings).model.cost();
        assert!(best <= theirs * (1.0 + 1e-12), "{best} and {theirs}");
    }
}

/// Lloyd's k-means as every book has it; `None` if a cluster loses all rows.
fn lloyd(rows: &[Vec<f64>], start: &[Vec<f64>]) -> Option<(f64, Vec<usize>)> {
    textbook(rows, &vec![false; rows[0].len()], start, 0.0)
}

/// Rows to the nearest prototype, prototypes to means and modes, until no row moves.
fn textbook(rows: &[Vec<f64>], category: &[bool], start: &[Vec<f64>], gamma: f64) -> Option<(f64, Vec<usize>)> {
    let distance = |row: &[f64], prototype: &[f64]| -> f64 {
        let each = row.iter().zip(prototype).zip(category);
        each.map(|((x, y), category)| match category {
            true => gamma * f64::from(u8::from(x != y)),
            false => (x - y).powi(2),
        })
        .sum()
    };
    let mut prototypes = start.to_vec();
    let mut labels = Vec::new();
    for _ in 0..100 {
        let nearest = |row: &Vec<f64>| {
            let to = |at: &usize| distance(row, &prototypes[*at]);
            (0..prototypes.len()).min_by(|a, b| to(a).total_cmp(&to(b))).unwrap()
        };
        let next: Vec<usize> = rows.iter().map(nearest).collect();
        if next == labels {
            break;
        }
        labels = next;
        for (cluster, prototype) in prototypes.iter_mut().enumerate() {
            let members: Vec<&Vec<f64>> =
                rows.iter().zip(&labels).filter(|(_, label)| **label == cluster).map(|(row, _)| row).collect();
            if members.is_empty() {
                return None;
            }
            for (column, category) in category.iter().enumerate() {
                prototype[column] = if *category {
                    let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
                    members.iter().for_each(|row| *counts.entry(row[column].to_bits()).or_insert(0) += 1);
                    let most = counts.values().max().unwrap();
                    f64::from_bits(*counts.iter().find(|(_, count)| *count == most).unwrap().0)
                } else {
                    members.iter().map(|row| row[column]).sum::<f64>() / members.len() as f64
                };
            }
        }
    }
    let cost = rows.iter().zip(&labels).map(|(row, label)| distance(row, &prototypes[*label])).sum();
    Some((cost, labels))
}

const MIXED: [Meaning; 4] = [Meaning::Number, Meaning::Category, Meaning::Rank, Meaning::SymmetricFlag];

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn rows_rest_where_the_textbook_does(
        // numbers with many digits: ties are as good as impossible
        rows in prop::collection::vec((0.0_f64..10.0, 0_u8..4, 0.0_f64..3.0, 0_u8..2), 8..50),
        k in 2_usize..5,
        gamma in 0.0_f64..4.0,
    ) {
        let rows: Vec<Vec<f64>> =
            rows.iter().map(|(a, b, c, d)| vec![*a, f64::from(*b), *c, f64::from(*d)]).collect();
        let matrix = Array2::from_shape_fn((rows.len(), 4), |(row, column)| rows[row][column]);
        let start = rows[..k].to_vec();
        let method = KPrototypes::new(k).gamma(Gamma::Given(gamma)).start(PrototypeStart::Given(start.clone()));
        let found = find(&method, &matrix, &MIXED);
        let points = Points::new(matrix.view());
        for (row, label) in found.labels.iter().enumerate() {
            prop_assert_eq!(found.model.place(points.row(row)).cluster.map(|cluster| cluster as u32), *label);
        }
        let expected = textbook(&rows, &[false, true, false, true], &start, gamma);
        if let (Some((cost, labels)), true) = (expected, found.model.notes().is_empty()) {
            prop_assert!((cost - found.model.cost()).abs() <= 1e-9 * cost.max(1.0), "{} {}", cost, found.model.cost());
            for (a, b) in (0..rows.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                prop_assert_eq!(labels[a] == labels[b], found.labels[a] == found.labels[b]);
            }
        }
        // nothing for categories is k-means of the numbers
        let method = KPrototypes::new(k).gamma(Gamma::Given(0.0)).start(PrototypeStart::Given(start.clone()));
        let found = find(&method, &matrix, &MIXED);
        let numbers = |rows: &[Vec<f64>]| rows.iter().map(|row| vec![row[0], row[2]]).collect::<Vec<_>>();
        if let (Some((cost, labels)), true) = (lloyd(&numbers(&rows), &numbers(&start)), found.model.notes().is_empty()) {
            prop_assert!((cost - found.model.cost()).abs() <= 1e-9 * cost.max(1.0));
            for (a, b) in (0..rows.len()).flat_map(|a| (0..a).map(move |b| (a, b))) {
                prop_assert_eq!(labels[a] == labels[b], found.labels[a] == found.labels[b]);
            }
        }
    }

    #[test]
    fn a_weight_of_two_is_the_row_twice(
        rows in prop::collection::vec((0.0_f64..10.0, 0_u8..3), 4..20),
        weights in prop::collection::vec(0_u8..4, 20),
    ) {
        let cells: Vec<[f64; 2]> = rows.iter().map(|(a, b)| [*a, f64::from(*b)]).collect();
        let weights: Vec<f64> = weights[..rows.len()].iter().map(|weight| f64::from(*weight)).collect();
        let counting: Vec<Vec<f64>> =
            cells.iter().zip(&weights).filter(|(_, weight)| **weight > 0.0).map(|(row, _)| row.to_vec()).collect();
        prop_assume!(counting.len() > 1);
        let twice: Vec<[f64; 2]> = cells.iter().zip(&weights)
            .flat_map(|(row, weight)| std::iter::repeat_n(*row, *weight as usize)).collect();
        let meanings = [Meaning::Number, Meaning::Category];
        let method = KPrototypes::new(2).start(PrototypeStart::Given(counting[..2].to_vec()));
        let (cells, twice) = (Array2::from(cells), Array2::from(twice));
        let points = Points::new(cells.view()).meanings(&meanings).weights(&weights);
        let weighted = method.find(&points, &Progress::none()).unwrap().model;
        let repeated = find(&method, &twice, &meanings).model;
        prop_assert!((weighted.gamma() - repeated.gamma()).abs() < 1e-12 * repeated.gamma());
        if weighted.notes().is_empty() && repeated.notes().is_empty() {
            prop_assert!((weighted.cost() - repeated.cost()).abs() <= 1e-9 * repeated.cost().max(1.0));
            prop_assert_eq!(weighted.sizes(), repeated.sizes());
        }
    }
}

fn mixed(rows: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, 4), |(row, column)| {
        let noise = (row * 7_919 + column * 104_729 + row * column) % 1_009;
        match column {
            0 | 2 => (row % 3) as f64 * 2.0 + noise as f64 / 500.0,
            1 => ((row % 3 + usize::from(noise % 5 == 0)) % 3) as f64,
            _ => (noise % 2) as f64,
        }
    })
}

#[test]
fn one_two_and_seven_threads_find_the_same_bytes() {
    let rows = mixed(40_000);
    let run = || {
        let found = find(&KPrototypes::new(3).restarts(2), &rows, &MIXED);
        (serde_json::to_string(&found.model).unwrap(), found.labels)
    };
    let one = on_threads(1, run);
    assert_eq!(one, on_threads(2, run));
    assert_eq!(one, on_threads(7, run));
    let loaded: KPrototypesModel = serde_json::from_str(&one.0).unwrap();
    loaded.check().unwrap();
    let points = Points::new(rows.view());
    for (placed, label) in loaded.place_all(&points).iter().zip(&one.1) {
        assert_eq!(placed.cluster.map(|cluster| cluster as u32), *label);
    }
}

#[test]
fn features_count_as_they_are_told() {
    let rows = array![[0.0, 0.0, 5.0], [0.2, 1.0, 5.0], [0.1, 0.0, 90.0], [0.3, 1.0, 90.0]];
    let meanings = [Meaning::Number, Meaning::Category, Meaning::Number];
    let by = |weights: Vec<f64>| {
        let method = KPrototypes::new(2).gamma(Gamma::Given(1.0)).feature_weights(weights);
        find(&method, &rows, &meanings).labels.iter().map(|label| label.unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(by(vec![]), [0, 0, 1, 1]);
    assert_eq!(by(vec![1.0, 1.0, 0.0]), [0, 1, 0, 1]);
    // two categories that do not count the same
    let rows = array![[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 1.0]];
    let meanings = [Meaning::Number, Meaning::Category, Meaning::Category];
    let method = KPrototypes::new(2).gamma(Gamma::Given(2.0)).feature_weights(vec![1.0, 0.5, 3.0]);
    let found = find(&method, &rows, &meanings);
    assert_eq!(found.model.cost(), 2.0);
    for (row, label) in found.labels.iter().enumerate() {
        let placed = found.model.place(rows.row(row).as_slice().unwrap());
        assert_eq!(placed.cluster.map(|cluster| cluster as u32), *label);
        assert!(placed.second.unwrap().1 >= 6.0);
    }
}

#[test]
fn hard_input_is_answered_or_refused() {
    let meanings = [Meaning::Number, Meaning::Category];
    let same = Array2::from_elem((6, 2), 3.0);
    for start in [PrototypeStart::PlusPlus, PrototypeStart::Random, PrototypeStart::Given(vec![vec![3.0, 9.0]; 4])] {
        let found = find(&KPrototypes::new(4).start(start), &same, &meanings);
        assert_eq!((found.model.clusters(), found.model.cost(), found.model.gamma()), (1, 0.0, 1.0));
        assert_eq!(found.model.representative(0), [3.0, 3.0]);
        found.model.check().unwrap();
    }
    assert_eq!(find(&KPrototypes::new(3), &array![[1.0, 0.0]], &meanings).labels, [Some(0)]);
    // only numbers, only categories
    let numbers = array![[0.0, 1.0], [0.1, 1.1], [8.0, 9.0]];
    assert_eq!(KPrototypes::new(2).fit_matrix(numbers.view()).unwrap().labels, [Some(0), Some(0), Some(1)]);
    let codes = array![[0.0, 1.0], [0.0, 1.0], [8.0, 9.0]];
    let found = find(&KPrototypes::new(2), &codes, &[Meaning::Category; 2]);
    assert_eq!((found.labels, found.model.gamma()), (vec![Some(0), Some(0), Some(1)], 1.0));
    // large and small numbers
    for scale in [1e139, 1e-139] {
        let rows = array![[1.0, 1.0], [1.1, 1.1], [-1.0, 2.0], [-1.1, 2.1]] * scale;
        let found = KPrototypes::new(2).fit_matrix(rows.view()).unwrap();
        assert_eq!(found.labels, [Some(1), Some(1), Some(0), Some(0)], "{scale}");
        assert!(found.model.cost() > 0.0 && found.model.cost().is_finite());
    }
    let refused = |rows: Array2<f64>| KPrototypes::new(2).fit_matrix(rows.view()).unwrap_err().to_string();
    assert!(refused(array![[1.0, 0.0], [1.0, 1e300]]).starts_with("`column 1` must be at most 1e140 in size"));
    assert!(refused(array![[1e-310], [2e-310]]).starts_with("`column 0` must be spread over at least 1e-140"));
    assert!(refused(array![[1.0], [f64::NAN]]).contains("row 1: column 0 is NaN"));
    let far = find(&KPrototypes::new(2), &array![[0.0, 0.0], [1.0, 0.0], [1e9, 0.0]], &meanings);
    assert_eq!(far.model.sizes(), [2.0, 1.0]);
    assert_eq!(far.model.place(&[1e300, 7.0]).distance, f64::MAX);
    for (bad, named) in [
        (KPrototypes::new(0), "`k`"),
        (KPrototypes::new(2).iterations(0), "`iterations`"),
        (KPrototypes::new(2).restarts(0), "`restarts`"),
        (KPrototypes::new(2).gamma(Gamma::Given(-1.0)), "`gamma`"),
        (KPrototypes::new(2).gamma(Gamma::Given(f64::NAN)), "`gamma`"),
        (KPrototypes::new(2).feature_weights(vec![1.0]), "feature_weights"),
        (KPrototypes::new(2).feature_weights(vec![1.0, -1.0]), "`feature_weights`"),
        (KPrototypes::new(2).start(PrototypeStart::Given(vec![vec![0.0, 0.0]])), "given prototypes"),
        (KPrototypes::new(1).start(PrototypeStart::Given(vec![vec![0.0]])), "a given prototype"),
        (KPrototypes::new(1).start(PrototypeStart::Given(vec![vec![0.0, f64::NAN]])), "`start`"),
    ] {
        assert!(bad.fit_matrix(numbers.view()).unwrap_err().to_string().contains(named), "{named}");
    }
    let stop = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let error = KPrototypes::new(2).find(&Points::new(numbers.view()), &Progress::new(&stop)).unwrap_err();
    assert!(error.to_string().starts_with("cancelled"));
}

/// Loans with numbers and categories: groups are the same whatever the order of rows.
#[test]
fn loans_cluster_in_any_order() {
    let Some(text) = shared("german_credit.csv") else { return };
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.trim_end().split(',').collect()).collect();
    let width = 21;
    // a comma inside quotes makes a row longer; those without are enough
    let rows: Vec<Vec<&str>> = rows.into_iter().filter(|row| row.len() == width).collect();
    assert!(rows.len() > 400);
    let codes = super::k_modes::coded(&rows);
    let is_number = |column: usize| rows.iter().all(|row| row[column].parse::<f64>().is_ok());
    let meanings: Vec<Meaning> =
        (0..width).map(|column| if is_number(column) { Meaning::Number } else { Meaning::Category }).collect();
    assert!(meanings.contains(&Meaning::Number) && meanings.contains(&Meaning::Category));
    let mut table = codes;
    for column in (0..width).filter(|column| meanings[*column] == Meaning::Number) {
        let all: Vec<f64> = rows.iter().map(|row| row[column].parse().unwrap()).collect();
        let mean = all.iter().sum::<f64>() / all.len() as f64;
        let deviation = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / all.len() as f64).sqrt();
        all.iter().zip(table.column_mut(column)).for_each(|(x, out)| *out = (x - mean) / deviation);
    }
    let begin = |table: &Array2<f64>, rows: [usize; 4]| {
        PrototypeStart::Given(rows.iter().map(|row| table.row(*row).to_vec()).collect())
    };
    let last = rows.len() - 1;
    let forth = find(&KPrototypes::new(4).start(begin(&table, [0, 1, 2, 3])), &table, &meanings);
    let turned = table.slice(ndarray::s![..;-1, ..]).to_owned();
    let starts = [last, last - 1, last - 2, last - 3];
    let back = find(&KPrototypes::new(4).start(begin(&turned, starts)), &turned, &meanings);
    near(back.model.cost(), forth.model.cost(), 1e-9);
    let labels: Vec<String> = forth.labels.iter().map(|label| format!("{label:?}")).collect();
    let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
    let back: Vec<Option<u32>> = back.labels.into_iter().rev().collect();
    near(rand_index(&labels, &back), 1.0, 1e-12);
    near(forth.model.gamma(), 0.5, 1e-9);
}
