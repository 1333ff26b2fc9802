//! Silhouettes, Dunn's family, C-index, gamma, tau, G+, McClain-Rao, point-biserial and DBCV.

use ndarray::Array2;
use segmentry::cluster::{AnyMethod, Distance, Distances, KMeans, KMedoids, Points, Swap};
use segmentry::error::Result;
use segmentry::evaluate::{
    Between, Division, Partition, Silhouette, SilhouetteSample, Within, c_index, dbcv, dunn, g_plus, gamma,
    generalized_dunn, mcclain_rao, medoid_silhouette, pearson_gamma, point_biserial, silhouette, silhouette_in,
    simplified_silhouette, tau,
};
use segmentry::features::encoding::Meaning;
use segmentry::progress::Progress;

use super::data::columns;
use super::pairs_twin::Twin;

type Figure = fn(&Division<'_>) -> Result<f64>;

fn mean(division: &Division<'_>) -> Result<f64> {
    silhouette(division).map(|found| found.mean())
}

/// All figures by name.
const FIGURES: [(&str, Figure); 13] = [
    ("silhouette", mean),
    ("simplified", simplified_silhouette),
    ("medoid", medoid_silhouette),
    ("dunn", dunn),
    ("gdi33", |division| generalized_dunn(division, Between::Mean, Within::Center)),
    ("c", c_index),
    ("gamma", gamma),
    ("tau", tau),
    ("g+", g_plus),
    ("mcclain", mcclain_rao),
    ("biserial", point_biserial),
    ("pearson", pearson_gamma),
    ("dbcv", dbcv),
];

const BETWEEN: [Between; 6] =
    [Between::Nearest, Between::Farthest, Between::Mean, Between::Centers, Between::OwnCenters, Between::OtherCenters];
const WITHIN: [Within; 3] = [Within::Farthest, Within::Mean, Within::Center];

#[track_caller]
fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}

/// Numbers without pattern, the same in every run.
fn noise(seed: u64, at: u64) -> f64 {
    let mut z = (seed << 32 ^ at).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Rows around `k` places, and the group of each.
fn blobs(seed: u64, n: usize, d: usize, k: usize, spread: f64) -> (Array2<f64>, Vec<usize>) {
    let groups: Vec<usize> = (0..n).map(|row| (noise(seed, row as u64) * k as f64) as usize).collect();
    let center = |group: usize, column: usize| 10.0 * noise(seed + 1, (group * d + column) as u64);
    let rows = Array2::from_shape_fn((n, d), |(row, column)| {
        center(groups[row], column) + spread * (noise(seed + 2, (row * d + column) as u64) - 0.5)
    });
    (rows, groups)
}

fn golden() -> Vec<serde_json::Value> {
    let text = include_str!("../../golden/evaluate/pairs.json");
    serde_json::from_str::<serde_json::Value>(text).unwrap()["cases"].as_array().unwrap().clone()
}

fn numbers(value: &serde_json::Value) -> Vec<f64> {
    serde_json::from_value(value.clone()).unwrap()
}

fn matrix(value: &serde_json::Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).unwrap();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

#[test]
fn silhouettes_are_those_of_scikit_learn_and_r() {
    for case in golden() {
        let (rows, labels) = (matrix(&case["rows"]), numbers(&case["labels"]));
        let points = Points::new(rows.view());
        let groups = Partition::of(labels.iter().map(|label| *label as u32)).unwrap();
        let division = Division::new(&points, &groups).unwrap();
        let found = silhouette(&division).unwrap();
        for (found, expected) in found.values().iter().zip(numbers(&case["silhouettes"])) {
            near(found.unwrap(), expected, 1e-12);
        }
        near(found.mean(), case["silhouette"].as_f64().unwrap(), 1e-13);
        let by_r = &case["r"];
        near(found.mean(), by_r["avg.silwidth"].as_f64().unwrap(), 1e-13);
        for (group, expected) in found.groups().iter().zip(numbers(&by_r["group_silhouettes"])) {
            near(group.mean, expected, 1e-12);
        }
        let neighbours: Vec<f64> = found.neighbours().iter().map(|group| f64::from(group.unwrap())).collect();
        assert_eq!(neighbours, numbers(&by_r["neighbours"]), "{}", case["name"]);
        for (name, distance) in [("manhattan", Distance::Manhattan), ("cosine", Distance::Cosine)] {
            let other = Division::by(&points, &groups, distance).unwrap();
            near(silhouette(&other).unwrap().mean(), case[name].as_f64().unwrap(), 1e-12);
        }
        let held = Distances::of(&points, &Distance::Euclidean).unwrap();
        near(silhouette_in(&held, &groups).unwrap().mean(), found.mean(), 1e-14);
        // kmedoids takes the nearest medoid for a row's own
        let nearest = Partition::of(numbers(&case["nearest"]).iter().map(|label| *label as u32)).unwrap();
        if medoids_of(&rows, &nearest) == numbers(&case["medoids"]) {
            let division = Division::new(&points, &nearest).unwrap();
            near(medoid_silhouette(&division).unwrap(), case["medoid_silhouette"].as_f64().unwrap(), 1e-12);
        }
    }
}

/// The row of each group that is nearest to the others of it.
fn medoids_of(rows: &Array2<f64>, groups: &Partition) -> Vec<f64> {
    let far = |a: usize, b: usize| (&rows.row(a) - &rows.row(b)).mapv(|x| x * x).sum().sqrt();
    let sum = |members: &[usize], row: usize| members.iter().map(|other| far(row, *other)).sum::<f64>();
    let medoid = |members: &Vec<usize>| {
        *members.iter().min_by(|a, b| sum(members, **a).total_cmp(&sum(members, **b))).unwrap() as f64
    };
    groups.members().iter().map(medoid).collect()
}

#[test]
fn figures_are_those_of_fpc() {
    for case in golden() {
        let (rows, labels) = (matrix(&case["rows"]), numbers(&case["labels"]));
        let points = Points::new(rows.view());
        let groups = Partition::of(labels.iter().map(|label| *label as u32)).unwrap();
        let division = Division::new(&points, &groups).unwrap();
        let by_r = |name: &str| case["r"][name].as_f64().unwrap();
        near(dunn(&division).unwrap(), by_r("dunn"), 1e-12);
        near(generalized_dunn(&division, Between::Mean, Within::Mean).unwrap(), by_r("dunn2"), 1e-12);
        near(pearson_gamma(&division).unwrap(), by_r("pearsongamma"), 1e-12);
        near(gamma(&division).unwrap(), by_r("g2"), 1e-12);
    }
}

#[test]
fn every_figure_is_its_textbook_twin_and_weights_are_copies() {
    for (seed, n, d, k, spread) in [(1, 45, 2, 3, 4.0), (2, 32, 5, 4, 15.0), (3, 40, 1, 2, 6.0)] {
        for weighted in [false, true] {
            let (rows, groups) = blobs(seed, n, d, k, spread);
            let copies: Vec<usize> =
                (0..n as u64).map(|row| if weighted { (noise(9, row) * 4.0) as usize } else { 1 }).collect();
            let weights: Vec<f64> = copies.iter().map(|count| *count as f64).collect();
            let twin = Twin::new(&rows, &groups, &copies);
            let points = Points::new(rows.view()).weights(&weights);
            let partition = Partition::of(groups.iter().copied()).unwrap();
            let division = Division::new(&points, &partition).unwrap();
            let found = silhouette(&division).unwrap();
            let expected = twin.silhouettes();
            let mut at = 0;
            for (row, count) in copies.iter().enumerate() {
                assert_eq!(found.values()[row].is_some(), *count > 0);
                for _ in 0..*count {
                    near(found.values()[row].unwrap(), expected[at], 1e-12);
                    at += 1;
                }
            }
            near(found.mean(), expected.iter().sum::<f64>() / at as f64, 1e-12);
            near(simplified_silhouette(&division).unwrap(), twin.simplified(), 1e-12);
            near(c_index(&division).unwrap(), twin.c_index(), 1e-11);
            near(gamma(&division).unwrap(), twin.gamma(), 1e-13);
            near(tau(&division).unwrap(), twin.tau(), 1e-13);
            near(g_plus(&division).unwrap(), twin.g_plus(), 1e-13);
            near(mcclain_rao(&division).unwrap(), twin.mcclain_rao(), 1e-12);
            near(point_biserial(&division).unwrap(), twin.point_biserial(), 1e-12);
            near(pearson_gamma(&division).unwrap(), twin.pearson_gamma(), 1e-11);
            for between in BETWEEN {
                for within in WITHIN {
                    let found = generalized_dunn(&division, between, within).unwrap();
                    near(found, twin.generalized_dunn(between, within), 1e-12);
                }
            }
            near(dunn(&division).unwrap(), twin.generalized_dunn(Between::Nearest, Within::Farthest), 1e-13);
            if !weighted {
                near(dbcv(&division).unwrap(), twin.dbcv(n), 1e-12);
            }
        }
    }
}

fn of_method(rows: &Array2<f64>, method: impl Into<AnyMethod>) -> Silhouette {
    let points = Points::new(rows.view());
    let method: AnyMethod = method.into();
    let found = method.find(&points, &Progress::none()).unwrap();
    let groups = Partition::new(&found.labels).unwrap();
    silhouette(&Division::new(&points, &groups).unwrap()).unwrap()
}

/// scikit-learn's figures for k-means on iris; by hand of nobody: rerun by several.
#[test]
fn iris_by_k_means_has_the_published_silhouettes() {
    let names = ["sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)"];
    let Some(rows) = columns("iris.csv", &names) else { return };
    for (k, expected) in [(2, 0.681046), (3, 0.552819), (4, 0.498051), (5, 0.488749)] {
        near(of_method(&rows, KMeans::new(k).restarts(20)).mean(), expected, 1e-5);
    }
}

#[test]
fn wine_by_k_means_has_the_published_silhouette() {
    let text = include_str!("../../golden/cluster/wine.csv");
    let read = |line: &str| -> Vec<f64> { line.split(',').take(13).map(|cell| cell.trim().parse().unwrap()).collect() };
    let rows: Vec<Vec<f64>> = text.lines().skip(1).filter(|line| !line.trim().is_empty()).map(read).collect();
    let mut rows = Array2::from_shape_fn((rows.len(), 13), |(row, column)| rows[row][column]);
    for mut column in rows.columns_mut() {
        let mean = column.mean().unwrap();
        let deviation = column.std(0.0);
        column.mapv_inplace(|value| (value - mean) / deviation);
    }
    near(of_method(&rows, KMeans::new(3).restarts(10)).mean(), 0.284859, 1e-5);
}

#[test]
fn customers_of_a_mall_by_k_means_have_the_published_silhouettes() {
    let names = ["Annual Income (k$)", "Spending Score (1-100)"];
    let Some(rows) = columns("mall_customers.csv", &names) else { return };
    for (k, expected) in [(2, 0.296897), (3, 0.467614), (4, 0.493196), (5, 0.553932)] {
        near(of_method(&rows, KMeans::new(k).restarts(30)).mean(), expected, 1e-5);
    }
}

/// `silhouette(pam(ruspini, k))` of the R package cluster.
#[test]
fn ruspini_by_medoids_has_the_published_silhouettes() {
    let text = include_str!("../../golden/cluster/medoids.json");
    let rows = matrix(&serde_json::from_str::<serde_json::Value>(text).unwrap()["ruspini"]);
    for (k, expected) in [(2, 0.582726), (3, 0.632705), (4, 0.737657), (5, 0.713479), (6, 0.599353)] {
        near(of_method(&rows, KMedoids::new(k).distance(Distance::Euclidean).swap(Swap::Best)).mean(), expected, 1e-6);
    }
}

/// The rows and figures of yellowbrick's tests (tests/test_cluster/test_elbow.py, DistrictDataLabs): k-means of two
/// clusters is the optimum there, those of more are local.
#[test]
fn rows_of_yellowbrick_have_its_silhouettes() {
    let rows = ndarray::array![
        [-0.40020753, -4.67055317, -0.27191127, -1.49156318],
        [0.37143349, -4.89391622, -1.23893945, 0.48318165],
        [8.625142, -1.2372284, 1.39301471, 4.3394457],
        [7.65803596, -2.21017215, 1.99175714, 3.71004654],
        [0.89319875, -5.37152317, 1.50313598, 1.95284886],
        [2.68362166, -5.78810913, -0.41233406, 1.94638989],
        [7.63541182, -1.99606076, 0.9241231, 4.53478238],
        [9.04699415, -0.74540679, 0.98042851, 5.99569071],
        [1.02552122, -5.73874278, -1.74804915, -0.07831216],
        [7.18135665, -3.49473178, 1.14300963, 4.46065816],
        [0.58812902, -4.66559815, -0.72831685, 1.40171779],
        [1.48620862, -5.9963108, 0.19145963, -1.11369256],
        [7.6625556, -1.21328083, 2.06361094, 6.2643551],
        [9.45050727, -1.36536078, 1.31154384, 3.89103468],
        [6.88203724, -1.62040255, 3.89961049, 2.12865388],
        [5.60842705, -2.10693356, 1.93328514, 3.90825432],
        [2.35150936, -6.62836131, -1.84278374, 0.51540886],
        [1.17446451, -5.62506058, -2.18420699, 1.21385128],
    ];
    near(of_method(&rows, KMeans::new(2).restarts(10)).mean(), 0.6916363804000003, 1e-12);
}

#[test]
fn gower_with_missing_values_walks_what_distances_hold() {
    let rows = Array2::from_shape_fn((90, 4), |(row, column)| {
        let value = noise(4, (row * 4 + column) as u64);
        match column {
            _ if noise(5, (row * 4 + column) as u64) < 0.1 && column > 0 => f64::NAN,
            2 => (value * 4.0).floor(),
            3 => f64::from(u8::from(value < 0.4)),
            _ => value * 50.0,
        }
    });
    let meanings = [Meaning::Number, Meaning::Number, Meaning::Category, Meaning::AsymmetricFlag];
    let points = Points::new(rows.view()).meanings(&meanings);
    let groups = Partition::of((0..90).map(|row| row % 4)).unwrap();
    for distance in [Distance::Gower, Distance::WeightedGower(vec![1.0, 2.0, 0.5, 3.0])] {
        let held = Distances::of(&points, &distance).unwrap();
        let division = Division::by(&points, &groups, distance).unwrap();
        let (walked, expected) = (silhouette(&division).unwrap(), silhouette_in(&held, &groups).unwrap());
        assert_eq!(walked, expected);
        assert!(dunn(&division).is_ok() && gamma(&division).is_ok() && dbcv(&division).is_ok());
        let refused = simplified_silhouette(&division).unwrap_err().to_string();
        assert!(refused.ends_with("the distance is not Euclidean: groups have no mean"), "{refused}");
    }
    // rows that have no column in common
    let rows = ndarray::array![[1.0, f64::NAN], [2.0, 3.0], [f64::NAN, 4.0], [5.0, 1.0]];
    let (points, groups) = (Points::new(rows.view()), Partition::of([0, 0, 1, 1]).unwrap());
    let division = Division::by(&points, &groups, Distance::Gower).unwrap();
    for (name, figure) in FIGURES.iter().filter(|(name, _)| !["simplified", "gdi33"].contains(name)) {
        let found = figure(&division).unwrap_err().to_string();
        assert!(found.contains("no column can be compared with row"), "{name}: {found}");
    }
    // and a distance for which a value is missing
    let division = Division::by(&points, &groups, Distance::Euclidean).unwrap();
    assert_eq!(silhouette(&division).unwrap_err().to_string(), "row 0: column 1 is NaN, expected a finite number");
}

#[test]
fn figures_are_the_same_on_any_number_of_threads() {
    let (rows, groups) = blobs(6, 700, 3, 5, 7.0);
    let points = Points::new(rows.view());
    let partition = Partition::of(groups).unwrap();
    let all = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let division = Division::new(&points, &partition).unwrap();
            FIGURES.map(|(_, figure)| figure(&division).unwrap().to_bits())
        })
    };
    let (one, two, seven) = (all(1), all(2), all(7));
    assert!(one == two && one == seven);
}

/// The order of rows, shift and scale change nothing; a scale that is a power of two not a bit.
#[test]
fn figures_keep_the_laws() {
    let (rows, groups) = blobs(7, 60, 2, 3, 6.0);
    let all = |rows: &Array2<f64>, groups: &[usize]| {
        let points = Points::new(rows.view());
        let partition = Partition::of(groups.iter().copied()).unwrap();
        let division = Division::new(&points, &partition).unwrap();
        FIGURES.map(|(_, figure)| figure(&division).unwrap())
    };
    let expected = all(&rows, &groups);
    let order: Vec<usize> = (0..60).map(|row| (row * 7 + 3) % 60).collect();
    let turned = Array2::from_shape_fn((60, 2), |(row, column)| rows[[order[row], 1 - column]] + 3.0);
    let renamed: Vec<usize> = order.iter().map(|row| 9 - groups[*row]).collect();
    for (found, expected) in all(&turned, &renamed).into_iter().zip(expected) {
        near(found, expected, 1e-9);
    }
    for size in [2.0_f64.powi(900), 2.0_f64.powi(-950), 2.0_f64.powi(9)] {
        for ((name, _), (found, expected)) in
            FIGURES.iter().zip(all(&(&rows * size), &groups).into_iter().zip(expected))
        {
            let expected = if *name == "biserial" { expected * size } else { expected };
            assert!((found - expected).abs() <= 1e-9 * expected.abs(), "{name} at {size}: {found} {expected}");
        }
    }
}

#[test]
fn hard_input_gives_errors_or_the_documented_value() {
    let run = |rows: Array2<f64>, groups: &[Option<u32>], weights: Option<&[f64]>| {
        let points = Points::new(rows.view());
        let points = match weights {
            Some(weights) => points.weights(weights),
            None => points,
        };
        let groups = Partition::new(groups).unwrap();
        let division = Division::new(&points, &groups).unwrap();
        FIGURES.map(|(name, figure)| (name, figure(&division).map_err(|error| error.to_string())))
    };
    let names = |found: &[(&str, std::result::Result<f64, String>)], value: f64| -> Vec<String> {
        found.iter().filter(|(_, found)| found == &Ok(value)).map(|(name, _)| (*name).to_owned()).collect()
    };
    let two = [Some(0), Some(0), Some(1), Some(1)];
    // all rows equal: no row is nearer to any group, and no index that divides by a distance is defined
    let equal = run(Array2::ones((4, 2)), &two, None);
    assert_eq!(names(&equal, 0.0), ["silhouette", "simplified", "medoid", "tau", "g+", "biserial", "dbcv"]);
    assert!(equal.iter().filter(|(_, found)| found.is_err()).count() == 6, "{equal:?}");
    // one group, or none, or one that counts
    let one = run(Array2::from_shape_fn((4, 2), |(row, _)| row as f64), &[Some(3); 4], None);
    let none = run(Array2::ones((4, 2)), &[None; 4], None);
    let rows = Array2::from_shape_fn((4, 2), |(row, _)| row as f64);
    let nothing = run(rows.clone(), &two, Some(&[1.0, 1.0, 0.0, 0.0]));
    for (name, found) in one.iter().chain(&none).chain(&nothing) {
        let message = found.as_ref().unwrap_err();
        assert!(message.contains("is not defined"), "{name}: {message}");
    }
    // one row
    let single = run(Array2::ones((1, 2)), &[Some(0)], None);
    assert!(single.iter().all(|(_, found)| found.is_err()));
    // three rows
    let three = run(ndarray::array![[0.0], [1.0], [5.0]], &[Some(0), Some(0), Some(1)], None);
    near(three[0].1.clone().unwrap(), (0.8 + 0.75) / 3.0, 1e-15);
    assert!(three[12].1.is_err());
    // as many groups as rows: all alone
    let alone = run(rows.clone(), &[Some(0), Some(1), Some(2), Some(3)], None);
    assert_eq!(names(&alone, 0.0), ["silhouette", "simplified"]);
    // numbers near the ends of what numbers can be
    for size in [f64::MAX, 1e300, 1e-300, 5e-324] {
        let far = run(ndarray::array![[0.0], [size], [-size], [-size]], &two, None);
        for (name, found) in far.iter().filter(|(name, _)| *name != "biserial") {
            assert!(
                found.as_ref().map_or_else(|error| error.contains("not defined"), |f| f.is_finite()),
                "{name} {found:?}"
            );
        }
        assert!(far[0].1.as_ref().unwrap() > &0.5);
    }
    // figures that count pairs want numbers of rows for weights
    let halves = run(rows, &two, Some(&[0.5, 1.5, 1.0, 1.0]));
    let refused: Vec<&str> = halves.iter().filter(|(_, found)| found.is_err()).map(|(name, _)| *name).collect();
    assert_eq!(refused, ["c", "gamma", "tau", "g+", "dbcv"]);
}

#[test]
fn a_sample_holds_the_exact_mean_as_often_as_it_says() {
    let (rows, groups) = blobs(8, 1_500, 2, 4, 9.0);
    let points = Points::new(rows.view());
    // a fifth group of few rows, which is always taken whole
    let groups: Vec<usize> = groups.iter().enumerate().map(|(row, group)| if row < 12 { 4 } else { *group }).collect();
    let partition = Partition::of(groups).unwrap();
    let division = Division::new(&points, &partition).unwrap();
    let exact = silhouette(&division).unwrap();
    let mut held = 0;
    for seed in 0..60 {
        let found = SilhouetteSample::new().rows(120).seed(seed).confidence(0.9).estimate(&division).unwrap();
        let (low, high) = found.interval();
        held += usize::from((low..=high).contains(&exact.mean()));
        assert_eq!((found.groups()[4].sampled, found.groups()[4].standard_error), (12, 0.0));
        near(found.groups()[4].mean, exact.groups()[4].mean, 1e-14);
        assert!(found.sampled().len() < 170 && high - low < 0.15);
        for (row, value) in found.sampled() {
            assert_eq!(exact.values()[*row], Some(*value));
        }
    }
    assert!((48..=60).contains(&held), "{held} of 60 intervals of 90 % hold the mean");
    let whole = SilhouetteSample::new().rows(1_500).estimate(&division).unwrap();
    assert_eq!((whole.standard_error(), whole.sampled().len()), (0.0, 1_500));
    near(whole.mean(), exact.mean(), 1e-14);
    assert!(SilhouetteSample::new().rows(0).estimate(&division).is_err());
    assert!(SilhouetteSample::new().confidence(1.0).estimate(&division).is_err());
}

#[test]
fn long_work_is_cancelled_and_tables_are_printed() {
    let (rows, groups) = blobs(9, 40, 2, 2, 1.0);
    let points = Points::new(rows.view());
    let partition = Partition::of(groups).unwrap();
    let division = Division::new(&points, &partition).unwrap();
    let stop = |_: segmentry::progress::Step<'_>| std::ops::ControlFlow::Break(());
    let error = segmentry::evaluate::silhouette_with(&division, &Progress::new(&stop)).unwrap_err();
    assert_eq!(error.to_string(), "cancelled after 0 of 40 rows");
    let text = silhouette(&division).unwrap().to_string();
    assert_eq!(text.lines().count(), 4);
    assert!(text.starts_with("group  rows  silhouette  nearer to another"), "{text}");
}
