//! Distances: cell by cell as they are defined, beside R's and Python's figures.

use ndarray::{Array2, array};
use proptest::prelude::*;
use segmentry::cluster::{Distance, Distances, Points};
use segmentry::features::encoding::Meaning;

use super::medoid_data::{golden, matrix, near, on_threads};

/// Gower's distance as the book has it.
fn by_definition(rows: &Array2<f64>, meanings: &[Meaning], weights: &[f64], a: usize, b: usize) -> f64 {
    let (mut sum, mut total) = (0.0, 0.0);
    for (column, meaning) in meanings.iter().enumerate() {
        let (x, y) = (rows[[a, column]], rows[[b, column]]);
        if x.is_nan() || y.is_nan() || (*meaning == Meaning::AsymmetricFlag && x == 0.0 && y == 0.0) {
            continue;
        }
        let known: Vec<f64> = rows.column(column).iter().copied().filter(|value| !value.is_nan()).collect();
        let low = known.iter().copied().fold(f64::INFINITY, f64::min);
        let high = known.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let difference = match meaning {
            Meaning::Number | Meaning::Rank if high > low => (x - y).abs() / (high - low),
            _ => f64::from(u8::from(x != y)),
        };
        sum += weights[column] * difference;
        total += weights[column];
    }
    sum / total
}

/// Source: `daisy(flower)` in tests/daisy-ex.Rout.save of the R package cluster 2.1; rows there count from 1.
#[test]
fn flowers_are_as_far_apart_as_in_r() {
    let flowers = matrix(&golden("medoids")["flower"]);
    let mut meanings = vec![Meaning::SymmetricFlag; 8];
    meanings[3] = Meaning::Category;
    meanings[4..6].fill(Meaning::Rank);
    meanings[6..].fill(Meaning::Number);
    let check = |meanings: &[Meaning], pairs: &[(usize, usize, f64)]| {
        let found = Distances::of(&Points::new(flowers.view()).meanings(meanings), &Distance::Gower).unwrap();
        for (a, b, expected) in pairs {
            near(found.get(a - 1, b - 1), *expected, 1e-7);
        }
    };
    check(
        &meanings,
        &[
            (2, 1, 0.8875408),
            (3, 1, 0.5272467),
            (3, 2, 0.5147059),
            (4, 1, 0.3517974),
            (5, 1, 0.4115605),
            (6, 1, 0.2269199),
            (7, 6, 0.1892974),
        ],
    );
    meanings[2] = Meaning::AsymmetricFlag;
    check(&meanings, &[(3, 2, 0.5882353), (5, 2, 0.7115780), (5, 3, 0.4258637)]);
}

/// Source: scripts/references/medoids.py, gower 0.1.2, which computes in 32 bits.
#[test]
fn tables_are_as_far_apart_as_in_python() {
    let golden = golden("medoids");
    let rows = matrix(&golden["gower"]["rows"]);
    let meanings = [Meaning::Number, Meaning::Number, Meaning::Category, Meaning::Category];
    let found = Distances::of(&Points::new(rows.view()).meanings(&meanings), &Distance::Gower).unwrap();
    let expected: Vec<f64> = serde_json::from_value(golden["gower"]["condensed"].clone()).unwrap();
    assert_eq!(found.condensed().len(), expected.len());
    for (found, expected) in found.condensed().iter().zip(expected) {
        near(*found, expected, 2e-6);
    }
}

fn cell(meaning: Meaning) -> BoxedStrategy<f64> {
    let value = match meaning {
        Meaning::Number => (-50_i32..50).prop_map(|n| f64::from(n) / 4.0).boxed(),
        Meaning::Rank | Meaning::Category => (0_i32..5).prop_map(f64::from).boxed(),
        _ => (0_i32..2).prop_map(f64::from).boxed(),
    };
    prop_oneof![5 => value, 1 => Just(f64::NAN)].boxed()
}

const MEANINGS: [Meaning; 6] = [
    Meaning::Number,
    Meaning::Rank,
    Meaning::Category,
    Meaning::SymmetricFlag,
    Meaning::AsymmetricFlag,
    Meaning::AsymmetricFlag,
];

proptest! {
    #[test]
    fn every_cell_is_as_defined(
        rows in prop::collection::vec(MEANINGS.map(cell), 2..30),
        weights in prop::collection::vec(0_u8..4, 6),
        some in any::<bool>(),
    ) {
        // the columns that are never missing take another way through the code
        let rows: Vec<Vec<f64>> = rows.iter().map(|row| row.iter()
            .map(|value| if some && value.is_nan() { 1.0 } else { *value }).collect()).collect();
        let rows = Array2::from_shape_fn((rows.len(), 6), |(row, column)| rows[row][column]);
        let weights: Vec<f64> = weights.iter().map(|weight| f64::from(*weight)).collect();
        prop_assume!(weights.iter().any(|weight| *weight > 0.0));
        let points = Points::new(rows.view()).meanings(&MEANINGS);
        let expected: Vec<f64> = (0..rows.nrows())
            .flat_map(|a| (a + 1..rows.nrows()).map(move |b| (a, b)))
            .map(|(a, b)| by_definition(&rows, &MEANINGS, &weights, a, b)).collect();
        match Distances::of(&points, &Distance::WeightedGower(weights)) {
            Ok(found) => for (found, expected) in found.condensed().iter().zip(expected) {
                prop_assert!((found - expected).abs() < 1e-12, "{} {}", found, expected);
                prop_assert!((0.0..=1.0 + 1e-12).contains(found));
            },
            Err(error) => {
                prop_assert!(expected.iter().any(|distance| distance.is_nan()));
                prop_assert!(error.to_string().contains("no column can be compared"));
            }
        }
    }
}

#[test]
fn two_rows_with_nothing_in_common_are_named() {
    let rows = array![[1.0, 0.0], [f64::NAN, 1.0], [f64::NAN, 0.0], [2.0, 0.0]];
    let points = Points::new(rows.view()).meanings(&[Meaning::Number, Meaning::AsymmetricFlag]);
    assert_eq!(
        Distances::of(&points, &Distance::Gower).unwrap_err().to_string(),
        "row 0: no column can be compared with row 2: each is missing or absent in both"
    );
}

#[test]
fn other_distances_are_what_they_are_called() {
    let rows = array![[0.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [0.0, 0.0, 0.0]];
    let measured = |distance| Distances::of(&Points::new(rows.view()), &distance).unwrap().condensed().to_vec();
    let root = 2.0_f64.sqrt();
    assert_eq!(measured(Distance::Euclidean), [root, root, 0.0, root, root, root]);
    assert_eq!(measured(Distance::Manhattan), [2.0, 2.0, 0.0, 2.0, 2.0, 2.0]);
    assert_eq!(measured(Distance::Chebyshev), [1.0, 1.0, 0.0, 1.0, 1.0, 1.0]);
    let third = 2.0 / 3.0;
    assert_eq!(measured(Distance::Jaccard), [1.0, 1.0, 0.0, third, 1.0, 1.0]);
    assert_eq!(measured(Distance::Hamming), [third, third, 0.0, third, third, third]);
    let cosine = measured(Distance::Cosine);
    assert_eq!((cosine[0], cosine[2]), (1.0, 0.0));
    near(cosine[3], 0.5, 1e-12);
}

#[test]
fn given_distances_are_checked() {
    assert!(Distances::from_condensed(3, vec![1.0, 2.0]).unwrap_err().to_string().contains("expected 3"));
    assert!(Distances::from_condensed(2, vec![-1.0]).unwrap_err().to_string().contains("found -1"));
    assert!(Distances::from_condensed(2, vec![f64::NAN]).is_err());
    assert!(Distances::from_fn(3, |a, b| if (a, b) == (1, 2) { f64::INFINITY } else { 1.0 }).is_err());
    let uneven = array![[0.0, 1.0], [2.0, 0.0]];
    let error = Distances::from_square(uneven.view()).unwrap_err().to_string();
    assert_eq!(error, "row 1: `distance` must be the same both ways, 1 for column 0, found 2");
    assert!(Distances::from_square(array![[1.0]].view()).unwrap_err().to_string().contains("itself"));
    assert!(Distances::from_square(array![[0.0, 1.0]].view()).is_err());
    assert!(Distances::from_fn(46_341, |_, _| 1.0).unwrap_err().to_string().contains("clara"));
    let none = Distances::from_condensed(0, Vec::new()).unwrap();
    assert!(none.is_empty() && segmentry::cluster::KMedoids::new(2).find_in(&none).is_err());
    // a row and a column far into the matrix are found again
    let far = Distances::from_fn(700, |a, b| (a * 1_000 + b) as f64).unwrap();
    for (a, b) in [(0, 1), (0, 699), (350, 351), (698, 699), (12, 13)] {
        assert_eq!(
            (far.get(a, b), far.get(b, a), far.get(a, a)),
            ((a * 1_000 + b) as f64, (a * 1_000 + b) as f64, 0.0)
        );
    }
    let threads = |count| on_threads(count, || Distances::from_fn(700, |a, b| (a * 1_000 + b) as f64).unwrap());
    assert_eq!(threads(1), far);
    assert_eq!(threads(7), far);
}

/// A row that is placed and the same row among all give the same bits.
#[test]
fn one_row_alone_is_as_far_as_among_all() {
    use segmentry::cluster::{ClusterMethod, ClusterModel, KMedoids};
    let rows = Array2::from_shape_fn((60, 7), |(row, column)| {
        ((row * 7_919 + column * 104_729) % 1_009) as f64 / 13.0 * if row == 59 { 1e160 } else { 1.0 }
    });
    for distance in [Distance::Euclidean, Distance::Manhattan, Distance::Chebyshev, Distance::Cosine, Distance::Gower] {
        let all = Distances::of(&Points::new(rows.view()), &distance).unwrap();
        let model = KMedoids::new(3).distance(distance.clone()).fit_matrix(rows.view()).unwrap().model;
        for row in 0..60 {
            let placed = model.place(rows.row(row).as_slice().unwrap());
            let medoid = model.rows()[placed.cluster.unwrap()];
            assert_eq!(placed.distance.to_bits(), all.get(row, medoid).to_bits(), "{distance:?} {row}");
        }
    }
}
