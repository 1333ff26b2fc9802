//! Data and yardsticks for the tests of medoids, modes and prototypes.

use std::collections::BTreeMap;
use std::path::Path;

use ndarray::Array2;

/// The text of a data set beside the checkout.
pub fn shared(name: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        eprintln!("SKIPPED: no {}", path.display());
    }
    text
}

/// The four measures of the iris flowers, and the species.
pub fn iris() -> Option<(Array2<f64>, Vec<String>)> {
    let text = shared("iris.csv")?;
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.trim_end().split(',').collect()).collect();
    let numbers = Array2::from_shape_fn((rows.len(), 4), |(row, column)| rows[row][column].parse().unwrap());
    Some((numbers, rows.iter().map(|row| row[4].to_owned()).collect()))
}

/// Figures of other packages; scripts/references writes them.
pub fn golden(name: &str) -> serde_json::Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/golden/cluster/{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// Rows of numbers.
pub fn matrix(value: &serde_json::Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = serde_json::from_value(value.clone()).unwrap();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| rows[row][column])
}

pub fn rows_of(rows: &[Vec<i32>]) -> Array2<f64> {
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(row, column)| f64::from(rows[row][column]))
}

#[track_caller]
pub fn near(found: f64, expected: f64, tolerance: f64) {
    assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} is not {expected}");
}

pub fn on_threads<T: Send>(count: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(count).build().unwrap().install(work)
}

/// The adjusted Rand index of Hubert and Arabie 1985.
pub fn rand_index(classes: &[&str], labels: &[Option<u32>]) -> f64 {
    let pairs = |counts: &BTreeMap<(Option<&str>, Option<u32>), usize>| -> f64 {
        counts.values().map(|count| (count * count.saturating_sub(1) / 2) as f64).sum()
    };
    let (mut both, mut rows, mut columns) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for (class, label) in classes.iter().zip(labels) {
        *both.entry((Some(*class), *label)).or_insert(0) += 1;
        *rows.entry((Some(*class), None)).or_insert(0) += 1;
        *columns.entry((None, *label)).or_insert(0) += 1;
    }
    let all = (classes.len() * (classes.len() - 1) / 2) as f64;
    let expected = pairs(&rows) * pairs(&columns) / all;
    (pairs(&both) - expected) / ((pairs(&rows) + pairs(&columns)) / 2.0 - expected)
}
