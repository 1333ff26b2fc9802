//! K-means: published optima, its textbook twin, hard input.

use std::path::Path;

use ndarray::Array2;
use segmentry::cluster::{ClusterMethod, ClusterModel, KMeans};

/// The columns of a file of the shared data; `None` where that is not at hand.
fn read(name: &str, columns: &[usize]) -> Option<Array2<f64>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is not there", path.display());
        return None;
    };
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    Some(Array2::from_shape_fn((rows.len(), columns.len()), |(row, at)| rows[row][columns[at]].parse().unwrap()))
}

/// Source: numbers.md A32, scikit-learn 1.x on the genuine iris.
#[test]
fn iris_has_its_known_optima() {
    let Some(iris) = read("iris.csv", &[0, 1, 2, 3]) else { return };
    for (k, known) in [(2, 152.347952), (3, 78.851441), (4, 57.228473), (5, 46.446182), (6, 39.039987)] {
        let model = KMeans::new(k).tolerance(0.0).restarts(20).fit_matrix(iris.view()).unwrap().model;
        assert!((model.inertia() - known).abs() < 1e-6, "{k}: {}", model.inertia());
        assert!(ClusterModel::converged(&model).unwrap());
        if k == 3 {
            assert_eq!(model.sizes(), [62.0, 50.0, 38.0]);
        }
    }
}
