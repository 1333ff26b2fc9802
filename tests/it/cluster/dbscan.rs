//! DBSCAN beside a textbook twin, Python's labels, real data and hard input; and helpers that HDBSCAN's tests share.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use ndarray::{Array2, ArrayView2, array};
use proptest::prelude::*;
use segmentry::cluster::{ClusterMethod, ClusterModel, Dbscan, DbscanModel, Found, Points};
use segmentry::progress::{Progress, Step};

/// The numbers of a file in the folder of data beside the checkout, by the columns asked for.
pub fn columns(name: &str, columns: &[usize]) -> Option<Array2<f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    let lines: Vec<&str> = text.lines().skip(1).collect();
    let cells = lines.iter().flat_map(|line| {
        let fields: Vec<&str> = line.trim().split(',').collect();
        columns.iter().map(move |column| fields[*column].parse::<f64>().unwrap())
    });
    Some(Array2::from_shape_vec((lines.len(), columns.len()), cells.collect()).unwrap())
}

/// Random numbers for tests (SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Rows around `k` centers, one in ten anywhere.
    pub fn blobs(&mut self, n: usize, d: usize, k: usize) -> Array2<f64> {
        let centers: Vec<f64> = (0..k * d).map(|_| 20.0 * self.uniform() - 10.0).collect();
        let mut rows = Array2::zeros((n, d));
        for row in 0..n {
            let center = (self.uniform() * k as f64) as usize;
            let loose = self.uniform() < 0.1;
            for column in 0..d {
                let near: f64 = (0..6).map(|_| self.uniform() - 0.5).sum();
                rows[[row, column]] =
                    if loose { 26.0 * self.uniform() - 13.0 } else { centers[center * d + column] + near };
            }
        }
        rows
    }
}

/// The adjusted Rand index of two partitions (Hubert and Arabie 1985, DOI 10.1007/BF01908075).
pub fn agreement<A: Ord + Copy, B: Ord + Copy>(a: &[A], b: &[B]) -> f64 {
    let pairs = |counts: Vec<usize>| counts.into_iter().map(|n| (n * n.saturating_sub(1)) as f64 / 2.0).sum::<f64>();
    fn counts<K: Ord>(keys: impl Iterator<Item = K>) -> Vec<usize> {
        let mut counts = BTreeMap::new();
        keys.for_each(|key| *counts.entry(key).or_insert(0) += 1);
        counts.into_values().collect()
    }
    let both = pairs(counts(a.iter().zip(b)));
    let (left, right) = (pairs(counts(a.iter())), pairs(counts(b.iter())));
    let expected = left * right / pairs(vec![a.len()]);
    let most = (left + right) / 2.0;
    if most == expected { 1.0 } else { (both - expected) / (most - expected) }
}

/// A row of labels as Python writes them.
pub fn python(values: &serde_json::Value) -> Vec<Option<u32>> {
    values.as_array().unwrap().iter().map(|label| label.as_u64().map(|label| label as u32)).collect()
}

pub fn golden() -> Vec<serde_json::Value> {
    serde_json::from_str(include_str!("../../golden/cluster/density.json")).unwrap()
}

pub fn numbers(values: &serde_json::Value) -> Vec<f64> {
    values.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

pub fn matrix(rows: &serde_json::Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = rows.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_vec((rows.len(), rows[0].len()), rows.concat()).unwrap()
}

/// Clusters are numbered by weight, every label is one of them, and a row is placed where it was found.
pub fn lawful<M: ClusterModel>(points: &Points<'_>, found: &Found<M>) {
    let model = &found.model;
    model.check().unwrap();
    assert_eq!(found.labels.len(), points.len());
    assert!(model.sizes().windows(2).all(|pair| pair[0] >= pair[1]), "{:?}", model.sizes());
    let mut sizes = vec![0.0; model.clusters()];
    for (row, (label, placed)) in found.labels.iter().zip(model.place_all(points)).enumerate() {
        assert_eq!(placed.cluster, label.map(|label| label as usize), "row {row}: {placed:?}");
        assert!(!placed.distance.is_nan() && placed.distance >= 0.0);
        if let Some((second, distance)) = placed.second {
            assert!(second < model.clusters() && distance >= placed.distance, "{placed:?}");
        }
        if let Some(label) = label {
            sizes[*label as usize] += points.weight(row);
        }
    }
    for (cluster, (size, told)) in sizes.iter().zip(model.sizes()).enumerate() {
        assert!((size - told).abs() <= 1e-9 * size, "cluster {cluster}");
        assert!(model.representative(cluster).iter().all(|number| number.is_finite()));
    }
    let json = serde_json::to_string(model).unwrap();
    let loaded: M = serde_json::from_str(&json).unwrap();
    loaded.check().unwrap();
    let again: Vec<Option<usize>> = loaded.place_all(points).iter().map(|placed| placed.cluster).collect();
    assert!(again.iter().zip(&found.labels).all(|(a, b)| *a == b.map(|label| label as usize)));
}

/// The same bytes on 1, 2 and 7 threads.
pub fn same_on_threads<T: PartialEq + std::fmt::Debug + Send>(work: impl Fn() -> T + Sync + Send) {
    let on = |threads| rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(&work);
    let one = on(1);
    assert_eq!(one, on(2));
    assert_eq!(one, on(7));
}

/// Fails unless the work is stopped at each of its steps with nothing but an error.
pub fn stops<M: ClusterMethod>(method: &M, points: &Points<'_>) {
    let steps = std::sync::atomic::AtomicU64::new(0);
    let count = |_: Step<'_>| {
        steps.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        ControlFlow::Continue(())
    };
    method.find(points, &Progress::new(&count)).unwrap();
    let all = steps.load(std::sync::atomic::Ordering::Relaxed);
    assert!(all >= 3, "{all} steps");
    for last in 0..all {
        let left = std::sync::atomic::AtomicU64::new(last);
        let stop = |_: Step<'_>| match left.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) {
            0 => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        };
        let error = method.find(points, &Progress::new(&stop)).unwrap_err().to_string();
        assert!(error.starts_with("cancelled after"), "{error}");
    }
}

/// DBSCAN by looking at all pairs: core rows, what they reach, and the nearest core row for those on the border.
fn naive(rows: ArrayView2<'_, f64>, weights: &[f64], radius: f64, neighbours: usize) -> Vec<Option<usize>> {
    let n = rows.nrows();
    let square =
        |a: usize, b: usize| rows.row(a).iter().zip(rows.row(b)).fold(0.0, |sum, (x, y)| sum + (x - y) * (x - y));
    let near = |a: usize, b: usize| square(a, b) <= radius * radius;
    let weight = |a: usize| (0..n).filter(|b| near(a, *b)).map(|b| weights[b]).sum::<f64>();
    let core: Vec<bool> = (0..n).map(|a| weights[a] > 0.0 && weight(a) >= neighbours as f64).collect();
    let mut labels = vec![None; n];
    let mut clusters = 0;
    for start in 0..n {
        if !core[start] || labels[start].is_some() {
            continue;
        }
        let mut open = vec![start];
        while let Some(a) = open.pop() {
            if labels[a].is_none() {
                labels[a] = Some(clusters);
                open.extend((0..n).filter(|b| core[*b] && near(a, *b)));
            }
        }
        clusters += 1;
    }
    for a in (0..n).filter(|a| !core[*a]) {
        let reach = (0..n).filter(|b| core[*b] && near(a, *b));
        labels[a] = reach.min_by(|x, y| square(a, *x).total_cmp(&square(a, *y))).and_then(|b| labels[b]);
    }
    labels
}

/// The labels with clusters numbered as they come.
pub fn as_they_come<T: Copy + Ord>(labels: &[Option<T>]) -> Vec<Option<usize>> {
    let mut numbers = BTreeMap::new();
    let mut number = |label: T| {
        let next = numbers.len();
        *numbers.entry(label).or_insert(next)
    };
    labels.iter().map(|label| label.map(&mut number)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn labels_are_those_of_a_look_at_all_pairs(
        cells in prop::collection::vec((0..25_i32, 0..25_i32, 0..4_i32), 1..140),
        (step, radius) in (prop::sample::select(vec![1.0, 0.1, 0.37]), 0.3..5.0_f64),
        (neighbours, weighted) in (1..9_usize, any::<bool>()),
    ) {
        let data = cells.iter().flat_map(|cell| [f64::from(cell.0) * step, f64::from(cell.1) * step]);
        let rows = Array2::from_shape_vec((cells.len(), 2), data.collect()).unwrap();
        let mut weights: Vec<f64> = cells.iter().map(|cell| if weighted { f64::from(cell.2) } else { 1.0 }).collect();
        weights[0] = 1.0;
        let points = Points::new(rows.view());
        let points = if weighted { points.weights(&weights) } else { points };
        let found = Dbscan::new(radius * step, neighbours).find(&points, &Progress::none()).unwrap();
        let naive = naive(rows.view(), &weights, radius * step, neighbours);
        prop_assert_eq!(as_they_come(&found.labels), as_they_come(&naive));
        lawful(&points, &found);
    }
}

#[test]
fn labels_are_those_of_scikit_learn() {
    for case in golden() {
        let rows = matrix(&case["rows"]);
        for run in case["dbscan"].as_array().unwrap() {
            let method = Dbscan::new(run["radius"].as_f64().unwrap(), run["neighbours"].as_u64().unwrap() as usize);
            let weights = run["weights"].as_array().map(|_| numbers(&run["weights"]));
            let points = Points::new(rows.view());
            let points = weights.as_deref().map_or(points.clone(), |weights| points.weights(weights));
            let found = method.find(&points, &Progress::none()).unwrap();
            let theirs = python(&run["labels"]);
            let core: Vec<usize> = numbers(&run["core"]).into_iter().map(|row| row as usize).collect();
            let of = |labels: &[Option<u32>]| core.iter().map(|row| labels[*row]).collect::<Vec<_>>();
            assert_eq!(as_they_come(&of(&found.labels)), as_they_come(&of(&theirs)), "core rows");
            let none = |labels: &[Option<u32>]| labels.iter().map(Option::is_none).collect::<Vec<_>>();
            assert_eq!(none(&found.labels), none(&theirs), "rows of no cluster");
            assert!(agreement(&found.labels, &theirs) > 0.98);
            lawful(&points, &found);
        }
    }
}

/// Source: the seven clusters of Gionis, Mannila and Tsaparas 2007 (DOI 10.1145/1217299.1217303); two pairs of them
/// touch by a bridge of a few rows, so that DBSCAN tells five apart and both pairs stay together.
#[test]
fn aggregation_falls_into_its_parts() {
    let Some(rows) = columns("sipu_aggregation.csv", &[0, 1]) else { return };
    let Some(truth) = columns("sipu_aggregation.csv", &[2]) else { return };
    let found = Dbscan::new(1.5, 8).fit_matrix(rows.view()).unwrap();
    lawful(&Points::new(rows.view()), &found);
    let truth: Vec<i64> = truth.iter().map(|label| *label as i64).collect();
    let index = agreement(&found.labels, &truth);
    assert!(index > 0.8, "{} clusters, {index}", found.model.clusters());
    same_on_threads(|| {
        let found = Dbscan::new(1.5, 8).fit_matrix(rows.view()).unwrap();
        (serde_json::to_string(&found.model).unwrap(), found.labels)
    });
}

/// The fifteen clusters of S1 (Fränti and Virmajoki 2006, DOI 10.1016/j.patcog.2005.09.012) lie apart.
#[test]
fn s1_has_fifteen_clusters() {
    let Some(rows) = columns("sipu_s1.csv", &[0, 1]) else { return };
    let Some(truth) = columns("sipu_s1.csv", &[2]) else { return };
    let found = Dbscan::new(25_000.0, 25).fit_matrix(rows.view()).unwrap();
    assert_eq!(found.model.clusters(), 15);
    let inside: Vec<usize> = (0..rows.nrows()).filter(|row| found.labels[*row].is_some()).collect();
    let ours: Vec<Option<u32>> = inside.iter().map(|row| found.labels[*row]).collect();
    let truth: Vec<i64> = inside.iter().map(|row| truth[[*row, 0]] as i64).collect();
    assert!(inside.len() > 4_000 && agreement(&ours, &truth) > 0.97, "{} {}", inside.len(), agreement(&ours, &truth));
}

#[test]
fn a_border_row_goes_to_the_nearest_core_row_and_ties_to_the_first() {
    let rows = array![[10.0], [10.5], [11.0], [0.0], [0.5], [1.0], [5.5], [5.6]];
    let found = Dbscan::new(4.5, 4).fit_matrix(rows.view()).unwrap();
    // 5.5 is 4.5 from both 1.0 and 10.0, which comes first; both heaps weigh 4 with a border row each
    assert_eq!(found.labels[6], found.labels[0], "{:?}", found.labels);
    lawful(&Points::new(rows.view()), &found);
}

#[test]
fn strangers_are_never_given_a_cluster_that_does_not_reach_them() {
    let rows = array![[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [9.0, 9.0], [9.0, 10.0], [10.0, 9.0], [9.5, 9.5]];
    let model = Dbscan::new(1.5, 3).fit_matrix(rows.view()).unwrap().model;
    assert_eq!(model.place(&[0.5, 0.5]).cluster, Some(1));
    let far = model.place(&[50.0, 50.0]);
    assert_eq!((far.cluster, far.second.map(|second| second.0)), (None, Some(0)));
    assert!((far.distance - 40.5 * 2.0_f64.sqrt()).abs() < 1e-9, "{far:?}");
    let beyond = model.place(&[1e300, 1e300]);
    assert!(beyond.cluster.is_none() && (1e300..2e300).contains(&beyond.distance), "{beyond:?}");
    let place = model.place(&[9.2, 9.2]);
    assert_eq!(place.second.unwrap().0, 1);
}

#[test]
fn a_weight_of_two_is_the_row_twice_and_of_zero_is_no_row() {
    let rows = Dice(5).blobs(150, 2, 3);
    let weights: Vec<f64> = (0..150).map(|row| f64::from(row % 3)).collect();
    let twice: Vec<f64> = (0..150).flat_map(|row| vec![rows.row(row).to_vec(); row % 3]).flatten().collect();
    let twice = Array2::from_shape_vec((twice.len() / 2, 2), twice).unwrap();
    let method = Dbscan::new(0.8, 6);
    let weighted = method.find(&Points::new(rows.view()).weights(&weights), &Progress::none()).unwrap();
    let repeated = method.fit_matrix(twice.view()).unwrap();
    let json = |model: &DbscanModel| serde_json::to_value(model).unwrap();
    assert_eq!(json(&weighted.model)["cores"], json(&repeated.model)["cores"]);
    assert_eq!(json(&weighted.model)["labels"], json(&repeated.model)["labels"]);
    assert!(weighted.model.sizes().iter().zip(repeated.model.sizes()).all(|(a, b)| a == b));
    let labels: Vec<Option<u32>> = (0..150).flat_map(|row| vec![weighted.labels[row]; row % 3]).collect();
    assert_eq!(labels, repeated.labels);
    assert!((0..150).any(|row| row % 3 == 0 && weighted.labels[row].is_some()), "weightless rows are placed too");
}

#[test]
fn hard_input_gives_an_answer_or_a_clear_error() {
    let find = |rows: &Array2<f64>, radius: f64, neighbours: usize| {
        let points = Points::new(rows.view());
        let found = Dbscan::new(radius, neighbours).find(&points, &Progress::none()).unwrap();
        lawful(&points, &found);
        found
    };
    let same = Array2::from_elem((3_000, 3), 7.5);
    assert_eq!(find(&same, 1e-3, 3_000).model.sizes(), [3_000.0]);
    assert_eq!(find(&same, 1e-3, 3_001).model.clusters(), 0);
    assert!(find(&same, 1.0, 3_001).model.notes()[0].contains("no cluster"));
    assert_eq!(find(&array![[3.0]], 1.0, 1).labels, [Some(0)]);
    assert_eq!(find(&array![[3.0]], 1.0, 2).labels, [None]);
    let far = array![[0.0], [1.0], [2.0], [1e300]];
    assert_eq!(find(&far, 1.0, 2).labels, [Some(0), Some(0), Some(0), None]);
    let huge = array![[1e300], [1.1e299], [1e299], [-1e300]];
    assert_eq!(find(&huge, 2e298, 2).labels, [None, Some(0), Some(0), None]);
    let denormal = array![[0.0], [5e-324], [1e-323], [1e-320]];
    assert_eq!(find(&denormal, 5e-324, 2).labels, [Some(0), Some(0), Some(0), None]);
    let wide = Dice(1).blobs(120, 500, 2);
    assert_eq!(find(&wide, 25.0, 5).model.clusters(), 2);
    let line = Array2::from_shape_fn((500, 1), |(row, _)| row as f64 + if row < 200 { 0.0 } else { 50.0 });
    assert_eq!(find(&line, 2.0, 5).model.sizes(), [300.0, 200.0]);

    let told = |radius: f64, neighbours: usize, rows: &Array2<f64>| {
        Dbscan::new(radius, neighbours).fit_matrix(rows.view()).unwrap_err().to_string()
    };
    assert!(told(0.0, 2, &line).contains("radius"));
    assert!(told(f64::NAN, 2, &line).contains("radius"));
    assert!(told(1.0, 0, &line).contains("neighbours"));
    assert!(told(1.0, 2, &array![[1.0], [f64::NAN]]).starts_with("row 1: column 0"));
    assert!(told(1.0, 2, &array![[1.0, 1e301]]).starts_with("row 0: column 1"));
    assert!(told(1e-250, 2, &array![[1.0, 1e200]]).contains("column 1"));
}

#[test]
fn the_same_on_any_number_of_threads() {
    let rows = Dice(41).blobs(20_000, 3, 5);
    same_on_threads(|| {
        let found = Dbscan::new(0.6, 8).fit_matrix(rows.view()).unwrap();
        (serde_json::to_string(&found.model).unwrap(), found.labels)
    });
}

#[test]
fn work_can_be_stopped_and_recipes_are_read() {
    stops(&Dbscan::new(0.5, 5), &Points::new(Dice(3).blobs(300, 2, 3).view()));
    let read: Dbscan = serde_json::from_str(r#"{"radius":0.5,"neighbours":5}"#).unwrap();
    assert_eq!(read, Dbscan::new(0.5, 5));
    assert_eq!(DbscanModel::KIND, "dbscan");
    assert!(serde_json::from_str::<Dbscan>(r#"{"radius":0.5,"neighbours":5,"eps":1}"#).is_err());
}

#[test]
fn a_model_that_cannot_be_is_refused() {
    let found = Dbscan::new(0.8, 5).fit_matrix(Dice(4).blobs(200, 2, 3).view()).unwrap();
    let json = serde_json::to_value(&found.model).unwrap();
    let spoilt = |field: &str, value: serde_json::Value| {
        let mut json = json.clone();
        json[field] = value;
        serde_json::from_value::<DbscanModel>(json).map_or(true, |model| model.check().is_err())
    };
    assert!(!spoilt("dimensions", 2.into()));
    assert!(spoilt("dimensions", 3.into()) && spoilt("dimensions", 0.into()));
    assert!(spoilt("labels", serde_json::json!([0])));
    let mut labels = json["labels"].clone();
    labels[0] = 99.into();
    assert!(spoilt("labels", labels));
    assert!(spoilt("sizes", serde_json::json!([1.0])));
    assert!(spoilt("recipe", serde_json::json!({"radius": -1.0, "neighbours": 5})));
}
