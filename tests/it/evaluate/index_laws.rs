//! Laws that hold for each internal figure of the complete list.

use std::collections::{BTreeMap, BTreeSet};

use ndarray::{Array2, Axis, concatenate};
use segmentry::cluster::{Distance, Points};
use segmentry::error::Result;
use segmentry::evaluate::{Between, Division, Index, Indices, Partition, Within};
use segmentry::features::encoding::Meaning;

use super::index_twin::random;

/// A figure of rows, of which some may be in no group and some may count more than others.
fn of(index: Index, rows: &Array2<f64>, labels: &[Option<u32>], weights: Option<&[f64]>) -> Result<f64> {
    let (mut points, partition) = (Points::new(rows.view()), Partition::new(labels)?);
    if let Some(weights) = weights {
        points = points.weights(weights);
    }
    index.of(&Division::new(&points, &partition)?)
}

/// Rows of 3 groups that overlap a little, in 2 columns.
fn blobs(seed: u64, n: usize) -> (Array2<f64>, Vec<Option<u32>>) {
    let (rows, labels) = random(seed, n, 2, 3, 2.5);
    (rows, labels.into_iter().map(Some).collect())
}

#[track_caller]
fn same(index: Index, found: Result<f64>, expected: Result<f64>, law: &str) {
    match (found, expected) {
        (Ok(found), Ok(expected)) => {
            let size = found.abs().max(expected.abs()).max(1e-3);
            assert!((found - expected).abs() <= 1e-9 * size, "{law}: {} is {found}, not {expected}", index.name());
        }
        (found, expected) => assert_eq!(found.is_err(), expected.is_err(), "{law}: {found:?} {expected:?}"),
    }
}

#[test]
fn names_and_order_of_groups_do_not_matter() {
    for seed in 0..4 {
        let (rows, labels) = blobs(seed, 60);
        let renamed: Vec<_> = labels.iter().map(|label| label.map(|label| [70, 2, 31][label as usize])).collect();
        for index in Index::ALL {
            same(*index, of(*index, &rows, &renamed, None), of(*index, &rows, &labels, None), "names");
        }
    }
}

#[test]
fn the_order_of_rows_does_not_matter() {
    for seed in 0..4 {
        let (rows, labels) = blobs(seed, 60);
        let order: Vec<usize> = (0..60).map(|row| row * 37 % 60).collect();
        let (moved, relabelled) =
            (rows.select(Axis(0), &order), order.iter().map(|row| labels[*row]).collect::<Vec<_>>());
        // of equally short trees DBCV takes that to the first row, and says so
        for index in Index::ALL.iter().filter(|index| **index != Index::Dbcv) {
            same(*index, of(*index, &moved, &relabelled, None), of(*index, &rows, &labels, None), "order");
        }
    }
}

#[test]
fn what_is_added_to_all_rows_does_not_matter() {
    let (rows, labels) = blobs(5, 60);
    let moved = &rows + &ndarray::array![[100.0, -7.5]];
    for index in Index::ALL {
        same(*index, of(*index, &moved, &labels, None), of(*index, &rows, &labels, None), "shift");
    }
}

/// The lines of the table in the documentation of `Index`: the cells of each, and the names in the first.
fn table() -> Vec<(Vec<String>, Vec<String>)> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evaluate/index/list.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter_map(|line| line.strip_prefix("/// | ")).filter(|line| line.starts_with('`'));
    let cells = lines.map(|line| line.split(" | ").map(str::to_owned).collect::<Vec<String>>());
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    cells.map(|cells| (cells.clone(), names(&cells[0]))).collect()
}

#[test]
fn the_table_names_every_figure_and_its_best() {
    let mut said = BTreeMap::new();
    for (cells, names) in table() {
        for name in names {
            assert!(said.insert(name.clone(), cells[2].clone()).is_none(), "{name} stands twice");
        }
    }
    for index in Index::ALL {
        let best = said.remove(index.name()).unwrap_or_else(|| panic!("{} is not in the table", index.name()));
        assert_eq!(best, format!("{:?}", index.best()).to_lowercase(), "{}", index.name());
    }
    assert!(said.is_empty(), "no figures: {said:?}");
}

#[test]
fn the_list_is_complete_and_names_are_read_back() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/evaluate/index/list.rs");
    let text = std::fs::read_to_string(path).unwrap();
    let body = text.split("pub enum Index {").nth(1).unwrap().split("\n}").next().unwrap();
    let variants: BTreeSet<String> = body
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("///") && line.ends_with(','))
        .map(|line| line.trim_end_matches(',').split('(').next().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> =
        Index::ALL.iter().map(|index| format!("{index:?}").split('(').next().unwrap().to_owned()).collect();
    assert_eq!(listed, variants);
    let names: BTreeSet<&str> = Index::ALL.iter().map(|index| index.name()).collect();
    let titles: BTreeSet<&str> = Index::ALL.iter().map(|index| index.title()).collect();
    assert_eq!((names.len(), titles.len()), (Index::ALL.len(), Index::ALL.len()));
    for index in Index::ALL {
        assert_eq!(index.name().parse::<Index>().unwrap(), *index);
        let json = serde_json::to_string(index).unwrap();
        assert_eq!(json, format!("\"{}\"", index.name()));
        assert_eq!(serde_json::from_str::<Index>(&json).unwrap(), *index);
    }
    let families = [Between::Nearest, Between::Farthest, Between::Mean, Between::Centers, Between::OwnCenters];
    let widths = [Within::Farthest, Within::Mean, Within::Center];
    for (between, within) in families.iter().flat_map(|between| widths.map(|within| (*between, within))) {
        assert!(Index::ALL.contains(&Index::GeneralizedDunn(between, within)));
    }
    let error = "davies_boldin".parse::<Index>().unwrap_err().to_string();
    assert!(error.contains("did you mean `davies_bouldin`"), "{error}");
    assert!(Index::USUAL.iter().chain(Index::PAIRS).all(|index| Index::ALL.contains(index)));
    assert!(!Index::USUAL.iter().any(|index| Index::PAIRS.contains(index)));
}

/// As the table says: nothing, or a power of the factor.
#[test]
fn a_unit_matters_as_the_table_says() {
    let (rows, labels) = blobs(6, 60);
    let scaled = &rows * 3.0;
    for (cells, names) in table() {
        let unit = cells[3].trim_matches('`');
        for name in names {
            let index: Index = name.parse().unwrap();
            let (before, after) =
                (of(index, &rows, &labels, None).unwrap(), of(index, &scaled, &labels, None).unwrap());
            let factor: f64 = match unit {
                "1" => 1.0,
                "s" => 3.0,
                "s2" => 9.0,
                "s-1" => 1.0 / 3.0,
                "s2d" => 81.0,
                "-" => {
                    same(
                        index,
                        Ok(after),
                        Ok(before + 60.0 * if name == "scott_symons" { 4.0 } else { 2.0 } * 3.0_f64.ln()),
                        "scale",
                    );
                    continue;
                }
                other => panic!("{other}"),
            };
            same(index, Ok(after), Ok(before * factor), "scale");
        }
    }
}

#[test]
fn a_weight_of_two_is_the_row_twice() {
    let mut defined = 0;
    for seed in 0..3 {
        let (rows, labels) = blobs(seed + 20, 40);
        let weights: Vec<f64> = (0..40).map(|row| (row % 3) as f64).collect();
        let copies: Vec<usize> = (0..40).flat_map(|row| std::iter::repeat_n(row, row % 3)).collect();
        let (twice, relabelled) =
            (rows.select(Axis(0), &copies), copies.iter().map(|row| labels[*row]).collect::<Vec<_>>());
        for index in Index::ALL.iter().filter(|index| **index != Index::Dbcv) {
            let (found, expected) = (of(*index, &rows, &labels, Some(&weights)), of(*index, &twice, &relabelled, None));
            defined += usize::from(found.is_ok());
            same(*index, found, expected, "weights");
        }
        assert!(of(Index::Dbcv, &rows, &labels, Some(&weights)).is_err());
    }
    assert!(defined > 2 * Index::ALL.len());
}

#[test]
fn rows_in_no_group_change_nothing() {
    let (rows, labels) = blobs(9, 60);
    let (stray, _) = blobs(10, 15);
    let all = concatenate![Axis(0), stray * 4.0, rows];
    let known: Vec<Option<u32>> = std::iter::repeat_n(None, 15).chain(labels.iter().copied()).collect();
    for index in Index::ALL {
        let (found, expected) = (of(*index, &all, &known, None), of(*index, &rows, &labels, None));
        match index {
            // DBCV says of rows left out that they are no good
            Index::Dbcv => same(*index, found, expected.map(|value| value * 60.0 / 75.0), "none"),
            _ => same(*index, found, expected, "none"),
        }
    }
}

#[test]
fn one_group_none_and_equal_rows_are_errors_or_finite() {
    let (rows, labels) = blobs(11, 30);
    let (one, none, equal) = (vec![Some(4); 30], vec![None; 30], Array2::from_elem((30, 2), 0.1));
    for index in Index::ALL {
        let single = of(*index, &rows, &one, None);
        assert_eq!(single.is_ok(), index.least_groups() == 1, "{index}: {single:?}");
        assert!(of(*index, &rows, &none, None).is_err(), "{index}");
        assert!(of(*index, &equal, &labels, None).map_or(true, f64::is_finite), "{index}");
        let alone: Vec<Option<u32>> = (0..30).map(Some).collect();
        assert!(of(*index, &rows, &alone, None).map_or(true, f64::is_finite), "{index}");
    }
    for index in [Index::CalinskiHarabasz, Index::DaviesBouldin, Index::ExplainedShare, Index::Dunn, Index::TraceWiB] {
        assert!(of(index, &equal, &labels, None).is_err(), "{index}");
    }
}

#[test]
fn figures_lie_within_their_range() {
    for seed in 30..42 {
        let (rows, labels) = random(seed, 50, 2, 2 + seed as usize % 4, (seed % 5) as f64);
        let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
        for index in Index::ALL {
            if let Ok(value) = of(*index, &rows, &labels, None) {
                assert!(index.range().contains(&value), "{index} is {value}, not in {:?}", index.range());
            }
        }
    }
}

/// On clear groups the true division is better than one whose groups are of the same sizes at random.
#[test]
fn the_true_division_is_the_best() {
    for seed in 0..3 {
        let (rows, labels) = random(seed + 50, 60, 2, 3, 12.0);
        let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
        let shuffled: Vec<Option<u32>> = (0..60).map(|row| labels[(row * 17 + 5) % 60]).collect();
        for index in Index::ALL {
            let truth = of(*index, &rows, &labels, None).unwrap();
            let Ok(random) = of(*index, &rows, &shuffled, None) else { continue };
            match index {
                Index::SizeEntropy | Index::SmallestShare | Index::LargestShare => assert_eq!(truth, random),
                // says nothing of how far groups are apart, by its definition
                Index::GeneralizedDunn(Between::OwnCenters, _) => {}
                _ => assert!(index.best().prefers(truth, random), "{}: {truth} against {random}", index.name()),
            }
        }
    }
}

#[test]
fn bits_are_the_same_on_any_number_of_threads() {
    let (many, labels) = random(60, 40_000, 2, 3, 2.0);
    let labels: Vec<Option<u32>> = labels.into_iter().map(Some).collect();
    let (few, of_few) = blobs(61, 300);
    let weights: Vec<f64> = (0..40_000).map(|row| (row % 5) as f64 / 3.0).collect();
    let on = |threads: usize| {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(|| {
            let cheap: Vec<Index> = Index::ALL.iter().copied().filter(|index| !Index::PAIRS.contains(index)).collect();
            let partition = Partition::new(&labels).unwrap();
            let (points, weighted) = (Points::new(many.view()), Points::new(many.view()).weights(&weights));
            let (a, b) = (Division::new(&points, &partition).unwrap(), Division::new(&weighted, &partition).unwrap());
            let pairs = Index::PAIRS.iter().map(|index| of(*index, &few, &of_few, None).ok().map(f64::to_bits));
            let bits = |found: &Indices| {
                found.iter().map(|(_, value)| value.clone().ok().map(f64::to_bits)).collect::<Vec<_>>()
            };
            (bits(&Indices::of(&a, &cheap)), bits(&Indices::of(&b, &cheap)), pairs.collect::<Vec<_>>())
        })
    };
    let one = on(1);
    assert!(one.0.iter().chain(&one.1).chain(&one.2).filter(|value| value.is_some()).count() > Index::ALL.len());
    assert!(on(2) == one && on(7) == one);
}

/// Columns of different kinds, and what is missing.
#[test]
fn figures_of_pairs_go_by_gower() {
    let mut rows = Array2::from_shape_fn((40, 2), |(row, column)| (row * 7 % 5 + column * (row / 20) * 9) as f64);
    rows.column_mut(0)
        .iter_mut()
        .enumerate()
        .for_each(|(row, value)| *value = (row / 20 + usize::from(row % 9 == 0)) as f64);
    rows[[3, 1]] = f64::NAN;
    let points = Points::new(rows.view()).meanings(&[Meaning::Category, Meaning::Number]);
    let partition = Partition::of((0..40).map(|row| row / 20)).unwrap();
    let division = Division::by(&points, &partition, Distance::Gower).unwrap();
    for index in Index::ALL {
        let found = index.of(&division);
        let sizes = matches!(index, Index::SizeEntropy | Index::SmallestShare | Index::LargestShare);
        let means = match index {
            Index::XieBeni => true,
            Index::GeneralizedDunn(between, within) => {
                *within == Within::Center || !matches!(between, Between::Nearest | Between::Farthest | Between::Mean)
            }
            index => !sizes && !Index::PAIRS.contains(index),
        };
        assert_eq!(found.is_err(), means, "{index}: {found:?}");
        assert!(found.is_err() || index.range().contains(&found.unwrap()));
    }
    assert!(Index::Silhouette.of(&division).unwrap() > 0.4);
}
