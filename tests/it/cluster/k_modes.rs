//! Modes: beside the method as it is written, Python's figures, real data, hard input.

use std::collections::BTreeMap;

use ndarray::{Array2, array};
use proptest::prelude::*;
use segmentry::cluster::{ClusterMethod, ClusterModel, KModes, KModesModel, MissingAs, ModeStart, Points};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::medoid_data::{golden, matrix, near, on_threads, rand_index, rows_of, shared};

/// Comma-separated texts as codes by column, in the order of the texts; an empty text is missing.
pub fn coded(rows: &[Vec<&str>]) -> Array2<f64> {
    let mut codes: Vec<BTreeMap<&str, f64>> = vec![BTreeMap::new(); rows[0].len()];
    for row in rows {
        row.iter().zip(&mut codes).filter(|(text, _)| !text.is_empty()).for_each(|(text, codes)| {
            codes.insert(*text, 0.0);
        });
    }
    for codes in &mut codes {
        codes.values_mut().enumerate().for_each(|(at, code)| *code = at as f64);
    }
    let cell = |(row, column): (usize, usize)| codes[column].get(rows[row][column]).copied().unwrap_or(f64::NAN);
    Array2::from_shape_fn((rows.len(), rows[0].len()), cell)
}

fn soybean() -> Option<(Array2<f64>, Vec<String>)> {
    let text = shared("soybean_small.csv")?;
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.trim_end().split(',').collect()).collect();
    let codes = Array2::from_shape_fn((rows.len(), 35), |(row, column)| rows[row][column].parse().unwrap());
    Some((codes, rows.iter().map(|row| row[35].to_owned()).collect()))
}

/// Source: A29 of the numbers: examples/soybean.py of the Python package kmodes 0.12.2.
#[test]
fn soybeans_have_the_four_diseases() {
    let Some((rows, classes)) = soybean() else { return };
    let classes: Vec<&str> = classes.iter().map(String::as_str).collect();
    for start in [ModeStart::Cao, ModeStart::Huang] {
        let found = KModes::new(4).start(start).restarts(30).fit_matrix(rows.view()).unwrap();
        assert_eq!(found.model.cost(), 199.0);
        assert_eq!(found.model.sizes(), [17.0, 10.0, 10.0, 10.0]);
        near(rand_index(&classes, &found.labels), 1.0, 1e-12);
        assert!(found.model.converged().unwrap());
    }
}

#[test]
fn animals_and_votes_are_found_again() {
    let Some(text) = shared("zoo.csv") else { return };
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.trim_end().split(',').collect()).collect();
    let animals: Vec<Vec<&str>> = rows.iter().map(|row| row[..16].to_vec()).collect();
    let types: Vec<&str> = rows.iter().map(|row| row[16]).collect();
    let found = KModes::new(7).start(ModeStart::Huang).restarts(50).fit_matrix(coded(&animals).view()).unwrap();
    let agreement = rand_index(&types, &found.labels);
    assert!(agreement > 0.6, "adjusted Rand index {agreement}");

    // 392 votes are missing
    let text = shared("house_votes_84.csv").unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.trim_end().split(',').collect()).collect();
    let parties: Vec<&str> = rows.iter().map(|row| row[0]).collect();
    let votes = coded(&rows.iter().map(|row| row[1..].to_vec()).collect::<Vec<_>>());
    assert_eq!(votes.iter().filter(|vote| vote.is_nan()).count(), 392);
    let mut costs = Vec::new();
    for missing in [MissingAs::Category, MissingAs::Nothing] {
        let found = KModes::new(2).missing(missing).fit_matrix(votes.view()).unwrap();
        let agreement = rand_index(&parties, &found.labels);
        assert!(agreement > 0.5, "{missing:?}: adjusted Rand index {agreement}");
        costs.push(found.model.cost());
    }
    // a vote that is not known costs something only where it is a category
    assert!(costs[1] <= costs[0] - 300.0, "{costs:?}");
}

/// Source: scripts/references/medoids.py, kmodes 0.12.2, which moves modes after each row.
#[test]
fn costs_are_those_of_python() {
    for case in golden("medoids")["categories"].as_array().unwrap() {
        let rows = matrix(&case["rows"]);
        let k = case["k"].as_u64().unwrap() as usize;
        let cao = KModes::new(k).fit_matrix(rows.view()).unwrap().model.cost();
        let theirs = case["cao"].as_f64().unwrap();
        assert!((cao - theirs).abs() <= 0.03 * theirs, "{cao} and {theirs}");
        let start = serde_json::from_value(case["start"].clone()).unwrap();
        let given = KModes::new(k).start(ModeStart::Given(start)).fit_matrix(rows.view()).unwrap().model.cost();
        let theirs = case["given"].as_f64().unwrap();
        assert!((given - theirs).abs() <= 0.05 * theirs, "{given} and {theirs}");
        let best = KModes::new(k).start(ModeStart::Random).restarts(40).fit_matrix(rows.view()).unwrap().model.cost();
        assert!(best <= case["cao"].as_f64().unwrap() && best <= theirs, "{best}");
    }
}

/// In how many columns two rows differ.
fn differ(a: &[f64], b: &[f64], missing: MissingAs) -> usize {
    let differs = |(x, y): &(&f64, &f64)| {
        if missing == MissingAs::Nothing && (x.is_nan() || y.is_nan()) { false } else { x.to_bits() != y.to_bits() }
    };
    a.iter().zip(b).filter(differs).count()
}

/// The most frequent value of a column among these rows, of equals the lowest.
fn mode(rows: &[Vec<f64>], column: usize, missing: MissingAs) -> f64 {
    let mut counts: BTreeMap<u64, usize> = BTreeMap::new(); // the bits of what is not negative are in order
    for row in rows.iter().filter(|row| missing == MissingAs::Category || !row[column].is_nan()) {
        *counts.entry(row[column].to_bits()).or_insert(0) += 1;
    }
    let most = counts.values().max().copied().unwrap_or(0);
    counts.iter().find(|(_, count)| **count == most).map_or(f64::NAN, |(bits, _)| f64::from_bits(*bits))
}

/// Rows to the nearest mode, of equals that of the larger cluster; modes to what is most frequent, until they rest.
/// `None` if a cluster loses all rows or ties go round.
fn textbook(rows: &[Vec<f64>], start: &[Vec<f64>], missing: MissingAs) -> Option<Vec<Vec<f64>>> {
    let bits = |mode: &Vec<f64>| mode.iter().map(|code| code.to_bits()).collect::<Vec<_>>();
    let mut modes = start.to_vec();
    let mut costs = Vec::new();
    for _ in 0..100 {
        let nearest = |row: &Vec<f64>| (0..modes.len()).min_by_key(|mode| differ(&modes[*mode], row, missing)).unwrap();
        let labels: Vec<usize> = rows.iter().map(nearest).collect();
        costs.push(rows.iter().zip(&labels).map(|(row, label)| differ(row, &modes[*label], missing)).sum::<usize>());
        let members: Vec<Vec<Vec<f64>>> = (0..modes.len())
            .map(|cluster| {
                rows.iter().zip(&labels).filter(|(_, label)| **label == cluster).map(|(row, _)| row.clone()).collect()
            })
            .collect();
        if members.iter().any(Vec::is_empty) || costs.len() > 5 && costs[costs.len() - 5] == costs[costs.len() - 1] {
            return None;
        }
        let mut next: Vec<(usize, Vec<f64>)> = members
            .iter()
            .map(|members| (members.len(), (0..rows[0].len()).map(|column| mode(members, column, missing)).collect()))
            .collect();
        if next.iter().zip(&modes).all(|((_, next), mode)| bits(next) == bits(mode)) {
            return Some(modes);
        }
        next.sort_by_key(|(size, mode)| (std::cmp::Reverse(*size), bits(mode)));
        modes = next.into_iter().map(|(_, mode)| mode).collect();
    }
    None
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn rows_and_modes_rest_where_the_textbook_does(
        rows in prop::collection::vec(prop::collection::vec(prop_oneof![4 => (0_i32..3).prop_map(f64::from), 1 => Just(f64::NAN)], 5), 6..40),
        k in 2_usize..4,
        nothing in any::<bool>(),
    ) {
        let missing = if nothing { MissingAs::Nothing } else { MissingAs::Category };
        let matrix = Array2::from_shape_fn((rows.len(), 5), |(row, column)| rows[row][column]);
        let start = rows[..k].to_vec();
        let method = KModes::new(k).missing(missing).start(ModeStart::Given(start.clone()));
        let found = method.fit_matrix(matrix.view()).unwrap();
        let model = &found.model;
        let modes: Vec<Vec<f64>> = (0..model.clusters()).map(|cluster| model.representative(cluster)).collect();
        let cost: usize = rows.iter().zip(&found.labels)
            .map(|(row, label)| differ(row, &modes[label.unwrap() as usize], missing)).sum();
        prop_assert_eq!(model.cost(), cost as f64);
        for (row, label) in rows.iter().zip(&found.labels) {
            let placed = model.place(row);
            prop_assert_eq!(placed.cluster.map(|cluster| cluster as u32), *label);
            let least = modes.iter().map(|mode| differ(mode, row, missing)).min();
            prop_assert_eq!(Some(placed.distance), least.map(|least| least as f64));
        }
        let expected = textbook(&rows, &start, missing);
        if let (Some(expected), true) = (expected, model.notes().is_empty()) {
            let bits = |modes: &[Vec<f64>]| {
                let mut bits: Vec<Vec<u64>> =
                    modes.iter().map(|mode| mode.iter().map(|code| code.to_bits()).collect()).collect();
                bits.sort();
                bits
            };
            prop_assert_eq!(bits(&expected), bits(&modes));
        }
    }

    #[test]
    fn a_weight_of_two_is_the_row_twice(
        rows in prop::collection::vec(prop::collection::vec(0_i32..3, 4), 3..20),
        weights in prop::collection::vec(0_u8..4, 20),
    ) {
        let codes = rows_of(&rows);
        let weights: Vec<f64> = weights[..rows.len()].iter().map(|weight| f64::from(*weight)).collect();
        prop_assume!(weights.iter().any(|weight| *weight > 0.0));
        let twice: Vec<Vec<i32>> = rows.iter().zip(&weights)
            .flat_map(|(row, weight)| std::iter::repeat_n(row.clone(), *weight as usize)).collect();
        let points = Points::new(codes.view()).meanings(&[Meaning::Category; 4]).weights(&weights);
        let weighted = KModes::new(3).find(&points, &Progress::none()).unwrap();
        let repeated = KModes::new(3).fit_matrix(rows_of(&twice).view()).unwrap();
        if weighted.model.notes().is_empty() && repeated.model.notes().is_empty() {
            prop_assert_eq!(weighted.model.cost(), repeated.model.cost());
            prop_assert_eq!(weighted.model.sizes(), repeated.model.sizes());
        }
    }
}

fn many(rows: usize, columns: usize, codes: usize) -> Array2<f64> {
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        let noise = (row * 7_919 + column * 104_729 + row * column) % 101;
        if noise < 60 { ((row % 4) * (column + 1) % codes) as f64 } else { (noise * 31 % codes) as f64 }
    })
}

#[test]
fn one_two_and_seven_threads_find_the_same_bytes() {
    let rows = many(20_000, 6, 9);
    let run = || {
        let cao = KModes::new(4).fit_matrix(rows.view()).unwrap();
        let huang = KModes::new(4).start(ModeStart::Huang).restarts(2).seed(3).fit_matrix(rows.view()).unwrap();
        (serde_json::to_string(&cao.model).unwrap(), cao.labels, serde_json::to_string(&huang.model).unwrap())
    };
    let one = on_threads(1, run);
    assert_eq!(one, on_threads(2, run));
    assert_eq!(one, on_threads(7, run));
    assert!(one.2 != one.0 || one.1.len() == 20_000);
}

/// Codes of one, two and four bytes, more than 255 columns, and codes that are no small whole numbers are the same.
#[test]
fn the_width_of_codes_changes_nothing() {
    let rows = many(700, 5, 4);
    let narrow = KModes::new(4).fit_matrix(rows.view()).unwrap();
    for beside in [600, 66_000] {
        // a column in which no two rows are alike adds 1 to every distance but those of modes
        let wide = Array2::from_shape_fn((700.max(beside), 6), |(row, column)| match column {
            5 => row as f64,
            _ => rows[[row % 700, column]],
        });
        let found = KModes::new(4).iterations(5).fit_matrix(wide.view()).unwrap();
        for (row, label) in found.labels.iter().enumerate().take(700) {
            assert_eq!(found.model.place(wide.row(row).as_slice().unwrap()).cluster, label.map(|label| label as usize));
        }
    }
    let large = rows.mapv(|code| code * 1_000_000.0);
    let found = KModes::new(4).fit_matrix(large.view()).unwrap();
    assert_eq!(found.labels, narrow.labels);
    assert_eq!(found.model.representative(0)[1], narrow.model.representative(0)[1] * 1_000_000.0);
    let columns = Array2::from_shape_fn((700, 600), |(row, column)| rows[[row, column % 5]]);
    let found = KModes::new(4).fit_matrix(columns.view()).unwrap();
    assert_eq!((found.labels, found.model.cost()), (narrow.labels, narrow.model.cost() * 120.0));
    // ranks need not be whole
    let ranks = rows.mapv(|code| code * 1.5 - 2.0);
    let points = Points::new(ranks.view()).meanings(&[Meaning::Rank; 5]);
    assert_eq!(KModes::new(4).find(&points, &Progress::none()).unwrap().model.cost(), narrow.model.cost());
}

#[test]
fn hard_input_is_answered_or_refused() {
    let same = Array2::from_elem((6, 2), 3.0);
    for start in [ModeStart::Cao, ModeStart::Huang, ModeStart::Random, ModeStart::Given(vec![vec![3.0, 3.0]; 4])] {
        let found = KModes::new(4).start(start).fit_matrix(same.view()).unwrap();
        assert_eq!((found.model.clusters(), found.model.cost()), (1, 0.0));
        assert_eq!(found.model.notes(), ["1 of 4 clusters: there are no more different rows"]);
    }
    // given modes that nobody is near to are begun anew
    let rows = array![[0.0, 0.0], [0.0, 0.0], [1.0, 1.0], [2.0, 2.0]];
    let far = ModeStart::Given(vec![vec![0.0, 0.0], vec![9.0, 9.0], vec![9.0, 8.0]]);
    let found = KModes::new(3).start(far).fit_matrix(rows.view()).unwrap();
    assert_eq!((found.model.sizes(), found.model.cost()), (&[2.0, 1.0, 1.0][..], 0.0));
    assert!(found.model.notes()[0].contains("begun anew"), "{:?}", found.model.notes());
    assert_eq!(KModes::new(2).fit_matrix(array![[7.0]].view()).unwrap().labels, [Some(0)]);
    // all missing
    for missing in [MissingAs::Category, MissingAs::Nothing] {
        let found = KModes::new(2).missing(missing).fit_matrix(Array2::from_elem((3, 2), f64::NAN).view()).unwrap();
        assert_eq!((found.model.clusters(), found.model.cost()), (1, 0.0));
        let text = serde_json::to_string(&found.model).unwrap();
        let loaded: KModesModel = serde_json::from_str(&text).unwrap();
        loaded.check().unwrap();
        assert_eq!(loaded.place(&[f64::NAN, f64::NAN]).distance, 0.0);
        assert_eq!(loaded.place(&[1.0, f64::NAN]).distance, if missing == MissingAs::Nothing { 0.0 } else { 1.0 });
    }
    // a row without weight learns nothing
    let weights = [1.0, 1.0, 1.0, 0.0];
    let points = Points::new(rows.view()).meanings(&[Meaning::Category; 2]).weights(&weights);
    let found = KModes::new(3).find(&points, &Progress::none()).unwrap();
    assert_eq!(found.model.sizes(), [2.0, 1.0]);
    // a stranger's categories that nobody had
    assert_eq!(found.model.place(&[5.0, 1.0]).distance, 1.0);
    assert_eq!(found.model.place(&[5.0, 1.0]).second, Some((0, 2.0)));

    let numbers = Points::new(rows.view()).meanings(&[Meaning::Category, Meaning::Number]);
    assert_eq!(
        KModes::new(2).find(&numbers, &Progress::none()).unwrap_err().to_string(),
        "`column 1` must be categories, ranks or flags; make bands of the numbers, or take `k_prototypes`, found numbers"
    );
    for (bad, named) in [
        (KModes::new(0), "`k`"),
        (KModes::new(2).iterations(0), "`iterations`"),
        (KModes::new(2).restarts(0), "`restarts`"),
        (KModes::new(2).start(ModeStart::Given(vec![vec![1.0, 1.0]])), "given modes"),
        (KModes::new(1).start(ModeStart::Given(vec![vec![1.0]])), "a given mode"),
        (KModes::new(100_000), "at most 65000"),
    ] {
        assert!(bad.fit_matrix(rows.view()).unwrap_err().to_string().contains(named));
    }
    assert!(KModes::new(2).fit_matrix(array![[0.5]].view()).unwrap_err().to_string().contains("code of a category"));
    let stop = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let points = Points::new(rows.view()).meanings(&[Meaning::Category; 2]);
    assert!(KModes::new(2).find(&points, &Progress::new(&stop)).unwrap_err().to_string().starts_with("cancelled"));
}
