//! Is there structure at all: the dip as R has it, Hopkins' law, and verdicts on rows with and without groups.

use ndarray::{Array2, array};
use proptest::prelude::*;
use segmentry::cluster::Points;
use segmentry::evaluate::{Hopkins, HowMuch, Reference, SeekStructure, Structure, dip};
use segmentry::features::encoding::Meaning;

use super::choose::{golden, near, on_threads, uniform};
use super::data::columns;

/// Rows of a standard normal distribution, as sums of twelve uniform numbers.
fn normal(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let drawn = uniform(rows, 12 * columns, seed);
    Array2::from_shape_fn((rows, columns), |(row, column)| {
        (0..12).map(|at| drawn[[row, 12 * column + at]]).sum::<f64>() - 6.0
    })
}

fn blobs(rows: usize, seed: u64) -> Array2<f64> {
    let noise = normal(rows, 2, seed);
    let middles = [[0.0, 0.0], [12.0, 0.0], [0.0, 12.0]];
    Array2::from_shape_fn((rows, 2), |(row, column)| middles[row % 3][column] + noise[[row, column]])
}

fn seek(rows: &Array2<f64>) -> Structure {
    SeekStructure::new().references(8).rows(150).of(&Points::new(rows.view())).unwrap()
}

/// diptest 0.76-0 of R, scripts/references/dip.R: statistic, modal interval, and the p value of its own simulations.
#[test]
fn dips_are_those_of_diptest() {
    for case in golden("evaluate/dip").as_array().unwrap() {
        let rows: Vec<f64> = serde_json::from_value(case["rows"].clone()).unwrap();
        let (found, name) = (dip(&rows).unwrap(), case["name"].as_str().unwrap());
        let theirs = |what: &str| case[what].as_f64().unwrap();
        assert!((found.statistic - theirs("dip")).abs() <= 1e-12, "{name}: {found:?}");
        assert_eq!(found.modal, (theirs("low"), theirs("high")), "{name}");
        // the least dip that there is has p = 1, which R's interpolation misses; of 4 numbers most samples have it
        let exact = theirs("dip") > 0.5 / rows.len() as f64 + 1e-9 && rows.len() > 4;
        assert!(!exact || (found.p_value - theirs("p")).abs() < 0.01, "{name}: {found:?}");
    }
}

#[test]
fn dips_of_extreme_numbers_are_those_of_small_ones() {
    let small = dip(&[1.0, 2.0, 2.5, 8.0, 8.5, 9.0, -4.0]).unwrap();
    for unit in [1e-300, 1e300, 1.9e307] {
        let found = dip(&[1.0, 2.0, 2.5, 8.0, 8.5, 9.0, -4.0].map(|x| x * unit)).unwrap();
        assert!((found.statistic - small.statistic).abs() < 1e-12, "{unit}: {found:?}");
    }
    assert_eq!(dip(&[]).unwrap_err().to_string(), "no numbers to look for modes in");
    assert!(dip(&[1.0, f64::NAN]).unwrap_err().to_string().contains("NaN"));
}

#[test]
fn answers_on_a_scale_of_five_are_no_modes() {
    let answers: Vec<f64> = (0..300).map(|at| ((at * 7 % 11 + at * 3 % 5) / 3) as f64).collect();
    let found = dip(&answers).unwrap();
    assert!(found.p_value < 0.01 && found.p_beyond_ties() > 0.5, "{found:?}");
}

/// The law of the statistic where rows are spread evenly, without an edge: mean one half.
#[test]
fn hopkins_of_uniform_rows_is_a_half_and_of_clumps_more() {
    let rows = uniform(400, 2, 1);
    let points = Points::new(rows.view());
    let found = Hopkins::new().of(&points).unwrap();
    assert!(found.uniform.0 < found.statistic && found.statistic < found.uniform.1, "{found:?}");
    assert_eq!((found.sample, found.exponent, found.repeats.len()), (40, 2.0, 10));
    assert!((found.statistic - 0.5).abs() < 0.12, "{found:?}");
    for (rows, least) in [(blobs(300, 2), 0.9), (normal(300, 2, 3), 0.65)] {
        let found = Hopkins::new().reference(Reference::PcaBox).of(&Points::new(rows.view())).unwrap();
        assert!(found.statistic > least, "{found:?}"); // one lump has much as well: it is no sign of groups
    }
    let seeded = |seed| Hopkins::new().seed(seed).repeats(2).of(&points).unwrap();
    assert_eq!(seeded(1), on_threads(2, || seeded(1)));
    assert_ne!(seeded(1), seeded(2));
}

/// The definition, by hand: with all rows as the sample, w are the distances to the nearest other row.
#[test]
fn hopkins_of_two_clumps_is_near_one() {
    let rows = array![[0.0], [1e-9], [1.0], [1.0 + 1e-9]];
    let found = Hopkins::new().sample(4).repeats(3).of(&Points::new(rows.view())).unwrap();
    assert!(found.repeats.iter().all(|one| *one > 0.99), "{found:?}");
}

#[test]
fn nothing_is_found_in_uniform_rows_nor_in_one_lump() {
    for seed in 0..6 {
        for rows in [uniform(150, 2, seed), normal(150, 2, seed), uniform(120, 1, seed), normal(150, 4, seed)] {
            let found = seek(&rows);
            assert_eq!(found.verdict, HowMuch::None, "seed {seed}: {found}");
        }
    }
    // a lump that is long and turned, which a box along the columns would take for groups
    let straight = normal(150, 2, 5);
    let turned = Array2::from_shape_fn((150, 2), |(row, column)| {
        let (a, b) = (6.0 * straight[[row, 0]], straight[[row, 1]]);
        if column == 0 { a + b } else { a - b }
    });
    assert_eq!(seek(&turned).verdict, HowMuch::None, "{}", seek(&turned));
}

#[test]
fn blobs_are_clear_at_any_size_of_numbers() {
    for (seed, unit) in [(1, 1.0), (2, 1e-200), (3, 1e100)] {
        let found = seek(&blobs(150, seed).mapv(|x| x * unit));
        assert_eq!(found.verdict, HowMuch::Clear, "{found}");
        assert_eq!(found.gap.pick, Some(3), "{found}");
        assert!(found.reasons().starts_with("Clear structure: the gap picks 3 groups, and the dip of"), "{found}");
        assert!(found.to_string().contains("Hopkins"));
    }
}

#[test]
fn iris_has_structure() {
    let Some(rows) =
        columns("iris.csv", &["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"])
    else {
        return;
    };
    let found = seek(&rows);
    assert_eq!(found.verdict, HowMuch::Clear, "{found}");
    near(found.components[0].statistic, dip_of_first_component(), 1e-6);
}

/// R 4.2, diptest 0.76-0: `dip(prcomp(iris)$x[, 1])`.
fn dip_of_first_component() -> f64 {
    IRIS_FIRST
}
const IRIS_FIRST: f64 = 0.110_811_917_110;

#[test]
fn what_has_no_answer_says_so() {
    let refused = |rows: Array2<f64>| Structure::of(&Points::new(rows.view())).unwrap_err().to_string();
    assert!(refused(array![[1.0], [2.0], [3.0]]).contains("fewer than 4 rows, found 3"));
    assert!(refused(Array2::from_elem((9, 2), 4.0)).contains("all equal"));
    assert!(refused(array![[1.0], [f64::NAN], [2.0], [3.0], [4.0]]).contains("missing values"));
    assert!(refused(Array2::zeros((0, 2))).contains("no rows"));
    let rows = uniform(20, 2, 1);
    let categories = [Meaning::Number, Meaning::Category];
    let codes = rows.mapv(|x| (x * 4.0).floor());
    let error = Structure::of(&Points::new(codes.view()).meanings(&categories)).unwrap_err();
    assert!(error.to_string().contains("without categories"), "{error}");
    let points = Points::new(rows.view());
    assert!(SeekStructure::new().level(0.0).of(&points).unwrap_err().to_string().contains("level"));
    assert!(Hopkins::new().sample(21).of(&points).unwrap_err().to_string().contains("from 1 to"));
    assert!(Hopkins::new().repeats(0).of(&points).is_err() && Hopkins::new().exponent(0.0).of(&points).is_err());
    let few = SeekStructure::new().references(2).of(&Points::new(uniform(5, 1, 1).view())).unwrap();
    assert!(few.gap.values.len() == 4);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bounds of the paper, and the same dip of numbers moved, stretched, turned round and in another order.
    #[test]
    fn the_dip_keeps_its_laws(values in prop::collection::vec(-20_i32..20, 2..40), shift in -9_i32..9) {
        let numbers: Vec<f64> = values.iter().copied().map(f64::from).collect();
        let found = dip(&numbers).unwrap().statistic;
        let n = numbers.len() as f64;
        prop_assert!(found >= 1.0 / (2.0 * n) - 1e-15 && found <= 0.25 + 1e-12);
        let moved: Vec<f64> = numbers.iter().rev().map(|x| 4.0 * (x + f64::from(shift))).collect();
        prop_assert!((dip(&moved).unwrap().statistic - found).abs() < 1e-12);
        let turned: Vec<f64> = numbers.iter().map(|x| -x).collect();
        prop_assert!((dip(&turned).unwrap().statistic - found).abs() < 1e-12);
        let p = dip(&numbers).unwrap();
        prop_assert!((0.0..=1.0).contains(&p.p_value) && p.p_beyond_ties() >= p.p_value);
    }
}
