//! Internal figures of means and scatter: published values, other packages, and textbook twins.

use ndarray::{Array2, ArrayView2, array};
use segmentry::cluster::{AnyMethod, Distance, KMeans, Points};
use segmentry::evaluate::{Best, Division, Index, Indices, Partition, sd};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::data;
use super::index_twin::{Twin, random};

/// A figure of rows and labels.
fn of(index: Index, rows: ArrayView2<'_, f64>, labels: &[u32]) -> f64 {
    let (points, partition) = (Points::new(rows), Partition::of(labels).unwrap());
    index.of(&Division::new(&points, &partition).unwrap()).unwrap()
}

fn refused(index: Index, rows: ArrayView2<'_, f64>, labels: &[u32]) -> String {
    let (points, partition) = (Points::new(rows), Partition::of(labels).unwrap());
    index.of(&Division::new(&points, &partition).unwrap()).unwrap_err().to_string()
}

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1e-300), "{found} is not {expected}");
}

/// The best of many starts of k-means.
fn k_means(rows: ArrayView2<'_, f64>, k: usize) -> Vec<u32> {
    let method: AnyMethod = KMeans::new(k).tolerance(0.0).restarts(100).into();
    let found = method.find(&Points::new(rows), &Progress::none()).unwrap();
    found.labels.into_iter().map(Option::unwrap).collect()
}

/// Source: numbers.md A32: scikit-learn on the genuine iris.
#[test]
fn iris_has_its_known_figures() {
    let names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
    let Some(iris) = data::columns("iris.csv", &names) else { return };
    let known = [
        (2, 152.347952, 513.925, 0.404293),
        (3, 78.851441, 561.628, 0.661972),
        (4, 57.228473, 530.766, 0.780307),
        (5, 46.446182, 495.541, 0.805965),
        (6, 39.039987, 473.851, 0.914158),
    ];
    for (k, within, ch, db) in known {
        let labels = k_means(iris.view(), k);
        near(of(Index::TraceW, iris.view(), &labels), within, 1e-8);
        near(of(Index::CalinskiHarabasz, iris.view(), &labels), ch, 2e-6);
        near(of(Index::DaviesBouldin, iris.view(), &labels), db, 2e-6);
    }
}

/// Source: numbers.md A33: wine (UCI, CC BY 4.0) in standard scores with the divisor n, and with n - 1.
#[test]
fn wine_has_its_known_sum_of_squares() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/cluster/wine.csv");
    let text = std::fs::read_to_string(path).unwrap();
    let lines: Vec<Vec<f64>> =
        text.lines().skip(1).map(|line| line.split(',').map(|cell| cell.parse().unwrap()).collect()).collect();
    let mut wine = Array2::from_shape_fn((lines.len(), 13), |(row, column)| lines[row][column]);
    for mut column in wine.columns_mut() {
        let (mean, deviation) = (column.mean().unwrap(), column.std(0.0));
        column.mapv_inplace(|value| (value - mean) / deviation);
    }
    let labels = k_means(wine.view(), 3);
    near(of(Index::TraceW, wine.view(), &labels), 1277.928489, 1e-9);
    let n = wine.nrows() as f64;
    let unbiased = wine.mapv(|value| value * ((n - 1.0) / n).sqrt());
    near(of(Index::TraceW, unbiased.view(), &labels), 1270.749112, 1e-8);
    near(of(Index::ExplainedShare, wine.view(), &labels), 1.0 - 1277.928489 / (13.0 * n), 1e-9);
    near(of(Index::SmallestShare, wine.view(), &labels), 51.0 / n, 1e-15);
}

/// Source: numbers.md A34: income and score of the genuine 200 customers, scikit-learn.
#[test]
fn mall_customers_have_their_known_sums_of_squares() {
    let names = ["Annual Income (k$)", "Spending Score (1-100)"];
    let Some(mall) = data::columns("mall_customers.csv", &names) else { return };
    let known = [(2, 181363.596), (3, 106348.373), (4, 73679.789), (5, 44448.455448), (6, 37233.815)];
    for (k, known) in known {
        near(of(Index::TraceW, mall.view(), &k_means(mall.view(), k)), known, 2e-8);
    }
    let five = k_means(mall.view(), 5);
    near(of(Index::LargestShare, mall.view(), &five), 81.0 / 200.0, 1e-15);
}

/// Source: numbers.md A39: `tests/test_cluster/test_elbow.py` of yellowbrick (Apache-2.0).
#[test]
fn the_elbow_of_yellowbrick_has_its_known_figures() {
    #[rustfmt::skip]
    let rows = array![
        [-0.40020753, -4.67055317, -0.27191127, -1.49156318], [0.37143349, -4.89391622, -1.23893945, 0.48318165],
        [8.625142, -1.2372284, 1.39301471, 4.3394457], [7.65803596, -2.21017215, 1.99175714, 3.71004654],
        [0.89319875, -5.37152317, 1.50313598, 1.95284886], [2.68362166, -5.78810913, -0.41233406, 1.94638989],
        [7.63541182, -1.99606076, 0.9241231, 4.53478238], [9.04699415, -0.74540679, 0.98042851, 5.99569071],
        [1.02552122, -5.73874278, -1.74804915, -0.07831216], [7.18135665, -3.49473178, 1.14300963, 4.46065816],
        [0.58812902, -4.66559815, -0.72831685, 1.40171779], [1.48620862, -5.9963108, 0.19145963, -1.11369256],
        [7.6625556, -1.21328083, 2.06361094, 6.2643551], [9.45050727, -1.36536078, 1.31154384, 3.89103468],
        [6.88203724, -1.62040255, 3.89961049, 2.12865388], [5.60842705, -2.10693356, 1.93328514, 3.90825432],
        [2.35150936, -6.62836131, -1.84278374, 0.51540886], [1.17446451, -5.62506058, -2.18420699, 1.21385128],
    ];
    let known = [0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 1, 1, 0, 0];
    near(of(Index::TraceW, rows.view(), &known), 69.10006514142941, 1e-14);
    near(of(Index::CalinskiHarabasz, rows.view(), &known), 81.66272625603568, 1e-13);
    // at four theirs is a local optimum
    let published = [(2, 69.10006514142941), (3, 54.081571290449936), (4, 44.491830981793605)];
    for (k, published) in published {
        let found = of(Index::TraceW, rows.view(), &k_means(rows.view(), k));
        assert!(found <= published * (1.0 + 1e-12), "{k}: {found}");
    }
}

/// Source: `scripts/references/index.py`.
#[test]
fn other_packages_agree() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/evaluate/index.json");
    let golden: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let cases = golden["cases"].as_array().unwrap();
    assert!(cases.len() >= 12);
    for case in cases {
        let rows: Vec<Vec<f64>> = serde_json::from_value(case["rows"].clone()).unwrap();
        let labels: Vec<u32> = serde_json::from_value(case["labels"].clone()).unwrap();
        let rows = Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column]);
        let alone = Partition::of(&labels).unwrap().sizes().contains(&1);
        for (package, tolerance) in [("scikit-learn", 1e-12), ("fpc", 1e-10), ("permetrics", 1e-10)] {
            for (name, known) in case[package].as_object().unwrap() {
                let index: Index = name.parse().unwrap();
                if index == Index::BanfieldRaftery && alone {
                    // permetrics leaves such groups out, whose logarithm there is none of
                    assert!(refused(index, rows.view(), &labels).contains("not defined"));
                    continue;
                }
                let found = of(index, rows.view(), &labels);
                let known = known.as_f64().unwrap();
                // scikit-learn squares the means themselves for their distances, and so loses digits to an offset
                let far = rows.iter().all(|value| value.abs() > 900.0) && name == "davies_bouldin";
                let tolerance = if far { 1e-9 } else { tolerance };
                let size = if name.starts_with("log") { known.abs().max(1.0) } else { known.abs() };
                assert!((found - known).abs() <= tolerance * size, "{package} {name}: {found} is not {known}");
            }
        }
    }
}

/// Straight double loops of the definitions, on rows of all shapes, with and without weights.
#[test]
fn textbook_twins_agree() {
    let mut compared = std::collections::BTreeMap::<&str, usize>::new();
    for seed in 0..40 {
        let (n, d, k) = (24 + seed as usize * 2, 1 + seed as usize % 4, 2 + seed as usize % 5);
        let (rows, labels) = random(seed, n, d, k, seed as f64 / 8.0);
        let weights: Vec<f64> = (0..n).map(|row| if seed % 3 == 0 { (row % 4) as f64 } else { 1.0 }).collect();
        let (points, partition) = (Points::new(rows.view()).weights(&weights), Partition::of(&labels).unwrap());
        let division = Division::new(&points, &partition).unwrap();
        let twin = Twin::new(&rows, &labels, &weights);
        for index in Index::ALL {
            let Some(expected) = twin.of(*index) else { continue };
            match index.of(&division) {
                Ok(found) => {
                    let size = expected.abs().max(if expected.abs() < 1e-3 { 1.0 } else { 0.0 });
                    assert!((found - expected).abs() <= 1e-10 * size, "{seed} {index}: {found} is not {expected}");
                    *compared.entry(index.name()).or_default() += 1;
                }
                Err(error) => assert!(!expected.is_finite(), "{seed} {index}: {error}, not {expected}"),
            }
        }
    }
    for index in Index::ALL.iter().filter(|index| Twin::knows(**index)) {
        let times = compared.get(index.name()).copied().unwrap_or(0);
        assert!(times >= 5, "{index} was compared {times} times");
    }
}

/// T = W + B; the trace of W⁻¹B is the sum of its eigenvalues, det T / det W the product of 1 + eigenvalues.
#[test]
fn figures_of_one_matrix_belong_together() {
    for seed in 0..10 {
        let (rows, labels) = random(seed, 60, 3, 4, 2.0);
        let twin = Twin::new(&rows, &labels, &[1.0; 60]);
        let values = twin.eigenvalues();
        near(of(Index::TraceWiB, rows.view(), &labels), values.iter().sum(), 1e-9);
        near(of(Index::DetRatio, rows.view(), &labels), values.iter().map(|value| 1.0 + value).product(), 1e-9);
        let logs: f64 = values.iter().map(|value| value.ln_1p()).sum();
        near(of(Index::LogDetRatio, rows.view(), &labels), 60.0 * logs, 1e-9);
        let share = of(Index::ExplainedShare, rows.view(), &labels);
        near(of(Index::LogSsRatio, rows.view(), &labels), (share / (1.0 - share)).ln(), 1e-9);
        let all = of(Index::TraceW, rows.view(), &[0; 60]);
        near(of(Index::TraceW, rows.view(), &labels), all * (1.0 - share), 1e-11);
        near(of(Index::CalinskiHarabasz, rows.view(), &labels), share / (1.0 - share) * 56.0 / 3.0, 1e-11);
    }
}

/// 10⁸ on all rows costs no digits: the differences of the rows stay what they are.
#[test]
fn an_offset_costs_no_digits() {
    let (rows, labels) = random(3, 400, 3, 4, 3.0);
    let far = rows.mapv(|value| value + 1e8);
    let back = far.mapv(|value| value - 1e8); // exact: what is left of the rows
    for index in Index::ALL {
        let (points, moved) = (Points::new(back.view()), Points::new(far.view()));
        let partition = Partition::of(&labels).unwrap();
        let found = index.of(&Division::new(&moved, &partition).unwrap());
        let expected = index.of(&Division::new(&points, &partition).unwrap());
        match (found, expected) {
            // those that are not computed here take means of the rows as they are
            (Ok(found), Ok(expected)) if index.name().ends_with("silhouette") || Index::PAIRS.contains(index) => {
                near(found, expected, 1e-6);
            }
            (Ok(found), Ok(expected)) => near(found, expected, 1e-11),
            (found, expected) => assert_eq!(found.is_err(), expected.is_err(), "{index}"),
        }
    }
}

/// A group whose first rows are far from all others, and one that is sorted: the first mean is far off.
#[test]
fn a_bad_first_guess_costs_no_digits() {
    let mut rows = Array2::from_shape_fn((4000, 1), |(row, _)| (row % 7) as f64);
    (0..4000).step_by(62).for_each(|row| rows[[row, 0]] = 1e7); // what a sample of even steps meets
    let labels: Vec<u32> = (0..4000).map(|row| u32::from(row % 62 != 0)).collect();
    let twin = Twin::new(&rows, &labels, &[1.0; 4000]);
    near(of(Index::TraceW, rows.view(), &labels), twin.of(Index::TraceW).unwrap(), 1e-12);
    let one = vec![0; 4000];
    let all = Twin::new(&rows, &one, &[1.0; 4000]).of(Index::TraceW).unwrap();
    near(of(Index::TraceW, rows.view(), &one), all, 1e-12);
}

/// Rows of any size: figures without unit are the same, those with a unit are finite or an error.
#[test]
fn numbers_of_any_size_are_borne() {
    let (rows, labels) = random(5, 60, 2, 3, 4.0);
    for scale in [1e300, 1e-300, 1e-310, 1e155, 1e-160] {
        let scaled = rows.mapv(|value| value * scale);
        let (points, moved) = (Points::new(rows.view()), Points::new(scaled.view()));
        let partition = Partition::of(&labels).unwrap();
        let (here, there) = (Division::new(&points, &partition).unwrap(), Division::new(&moved, &partition).unwrap());
        for index in [Index::CalinskiHarabasz, Index::DaviesBouldin, Index::TraceWiB, Index::SDbw, Index::RayTuri] {
            let digits = if scale == 1e-310 { 1e-2 } else { 1e-9 }; // few digits are left in the rows themselves
            near(index.of(&there).unwrap(), index.of(&here).unwrap(), digits);
        }
        let (far, close) = (Index::BanfieldRaftery.of(&there).unwrap(), Index::BanfieldRaftery.of(&here).unwrap());
        near(far, close + 120.0 * scale.ln(), 1e-6);
        for index in Index::ALL {
            assert!(index.of(&there).is_ok_and(f64::is_finite) || index.of(&there).is_err());
        }
    }
    let message = refused(Index::TraceW, rows.mapv(|value| value * 1e300).view(), &labels);
    assert_eq!(message, "the sum of squares within groups is greater than numbers are");
}

#[test]
fn what_is_not_defined_is_said() {
    let rows = array![[0.0], [0.0], [1.0], [1.0]];
    let same = array![[0.0], [2.0], [-1.0], [3.0]];
    let halves = [0, 0, 1, 1];
    let said = |index: Index, rows: &Array2<f64>, labels: &[u32]| refused(index, rows.view(), labels);
    let equal = "the Calinski-Harabasz index is not defined where the rows of each group are equal";
    assert_eq!(said(Index::CalinskiHarabasz, &rows, &halves), equal);
    assert_eq!(of(Index::DaviesBouldin, rows.view(), &halves), 0.0); // spreads of 0 and means apart: scikit-learn's 0 too
    let twice = "the Davies-Bouldin index is not defined where two groups have the same mean";
    assert_eq!(said(Index::DaviesBouldin, &same, &halves), twice); // scikit-learn: 0, as if perfect
    assert_eq!(of(Index::CalinskiHarabasz, same.view(), &halves), 0.0);
    let as_many = "the Calinski-Harabasz index is not defined where there are as many groups as rows";
    assert_eq!(said(Index::CalinskiHarabasz, &same, &[0, 1, 2, 3]), as_many);
    let one = "the Calinski-Harabasz index is not defined for fewer than 2 groups, found 1";
    assert_eq!(said(Index::CalinskiHarabasz, &same, &[0; 4]), one);
    assert!(said(Index::DetRatio, &rows, &halves).contains("the scatter matrix within groups is singular"));
    let twin_columns = array![[0.0, 0.0], [2.0, 4.0], [5.0, 10.0], [6.0, 12.0], [9.0, 18.0]];
    assert!(said(Index::TraceWiB, &twin_columns, &[0, 0, 0, 1, 1]).contains("singular"));
    assert!(said(Index::ScottSymons, &twin_columns, &[0, 0, 0, 1, 1]).contains("no more rows than columns"));
    let constant = array![[0.0, 1.0], [1.0, 1.0], [5.0, 1.0]];
    assert!(said(Index::RatkowskyLance, &constant, &[0, 0, 1]).ends_with("where a column is constant, as column 1"));
}

/// Groups without weight are no groups.
#[test]
fn a_group_of_weight_zero_is_none() {
    let rows = array![[0.0], [1.0], [5.0], [6.0], [100.0]];
    let partition = Partition::of([0, 0, 1, 1, 2]).unwrap();
    let without = Partition::of([0, 0, 1, 1]).unwrap();
    let points = Points::new(rows.view()).weights(&[1.0, 1.0, 1.0, 1.0, 0.0]);
    let fewer = Points::new(rows.slice(ndarray::s![..4, ..]));
    let (a, b) = (Division::new(&points, &partition).unwrap(), Division::new(&fewer, &without).unwrap());
    for index in Index::ALL {
        assert_eq!(index.of(&a).ok(), index.of(&b).ok(), "{index}");
    }
    let single = Points::new(rows.view()).weights(&[1.0, 1.0, 0.0, 0.0, 0.0]);
    assert!(Index::CalinskiHarabasz.of(&Division::new(&single, &partition).unwrap()).is_err());
}

/// Categories and what is missing have no means; sizes do not care.
#[test]
fn categories_and_missing_values_have_no_means() {
    let rows = array![[0.0, 1.0], [1.0, f64::NAN], [0.0, 3.0], [1.0, 4.0]];
    let partition = Partition::of([0, 0, 1, 1]).unwrap();
    let mixed = Points::new(rows.view()).meanings(&[Meaning::Category, Meaning::Number]);
    let division = Division::by(&mixed, &partition, Distance::Gower).unwrap();
    let error = Index::TraceW.of(&division).unwrap_err();
    assert_eq!(error.to_string(), "means are not defined: column 0 holds categories; take a figure of pairs");
    assert_eq!(Index::SmallestShare.of(&division).unwrap(), 0.5);
    let gaps = Points::new(rows.view());
    let division = Division::by(&gaps, &partition, Distance::Gower).unwrap();
    let error = Index::CalinskiHarabasz.of(&division).unwrap_err();
    assert_eq!(error.to_string(), "row 1: means are not defined: column 1 is missing");
}

#[test]
fn several_figures_have_the_bits_of_each() {
    let (rows, labels) = random(9, 100, 3, 4, 3.0);
    let (points, partition) = (Points::new(rows.view()), Partition::of(&labels).unwrap());
    let division = Division::new(&points, &partition).unwrap();
    let all = Indices::of(&division, Index::ALL);
    for (index, found) in all.iter() {
        assert_eq!(found, &index.of(&division), "{index}");
        assert_eq!(all.value(index), index.of(&division).ok());
    }
    assert!(Index::USUAL.iter().all(|index| all.value(*index).is_some()));
    let text = serde_json::to_string(&Indices::of(&division, &[Index::SizeEntropy])).unwrap();
    let value = Index::SizeEntropy.of(&division).unwrap();
    assert_eq!(text, format!(r#"[{{"index":"size_entropy","value":{value},"reason":null}}]"#));
    assert_eq!(all.to_string().lines().count(), Index::ALL.len() + 1);
}

#[test]
fn sd_weighs_its_parts() {
    let (rows, labels) = random(2, 50, 2, 3, 4.0);
    let (points, partition) = (Points::new(rows.view()), Partition::of(&labels).unwrap());
    let division = Division::new(&points, &partition).unwrap();
    let (scatter, distance) = (Index::SdScatter.of(&division).unwrap(), Index::SdDistance.of(&division).unwrap());
    assert_eq!(sd(&division, 2.5).unwrap(), 2.5 * scatter + distance);
    assert!(sd(&division, f64::NAN).unwrap_err().to_string().starts_with("`alpha` must be"));
    assert!(Best::Least.prefers(1.0, 2.0) && !Best::Greatest.prefers(1.0, 1.0));
}
