//! K-means: fits of twenty iterations from one start, whole fits, placing.

use criterion::{BenchmarkId, Criterion, Throughput};
use ndarray::Array2;
use segmentry::cluster::{Algorithm, ClusterMethod, KMeans, Start};

const ROWS: usize = 50_000;

/// Rows around eight centers, the same each time.
fn rows(columns: usize) -> Array2<f64> {
    let mut state = 7_u64;
    let mut next = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let centers: Vec<f64> = (0..8 * columns).map(|_| 4.0 * next()).collect();
    Array2::from_shape_fn((ROWS, columns), |(row, column)| centers[row % 8 * columns + column] + next() + next() - 1.0)
}

/// Twenty iterations without and with bounds; a fit from a drawn start.
pub fn fit(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("k_means");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
    for (columns, k) in [(3, 5), (8, 8), (16, 8), (16, 32)] {
        let rows = rows(columns);
        let single = rows.mapv(|value| value as f32);
        let start = Start::Given((0..k).map(|row| rows.row(row).to_vec()).collect());
        let twenty = KMeans::new(k).start(start).iterations(20).tolerance(0.0);
        for (name, algorithm) in [("lloyd", Algorithm::Lloyd), ("auto", Algorithm::Auto)] {
            let recipe = twenty.clone().algorithm(algorithm);
            group.bench_function(BenchmarkId::new(name, format!("{columns}x{k}")), |bencher| {
                bencher.iter(|| recipe.fit_matrix(rows.view()).unwrap());
            });
        }
        group.bench_function(BenchmarkId::new("single", format!("{columns}x{k}")), |bencher| {
            bencher.iter(|| twenty.fit_matrix_f32(single.view()).unwrap());
        });
        let whole = KMeans::new(k).restarts(1);
        group.bench_function(BenchmarkId::new("plus_plus", format!("{columns}x{k}")), |bencher| {
            bencher.iter(|| whole.fit_matrix(rows.view()).unwrap());
        });
    }
    group.finish();
}

/// Rows that nobody has seen.
pub fn place(criterion: &mut Criterion) {
    let rows = rows(16);
    let model = KMeans::new(8).restarts(1).fit_matrix(rows.view()).unwrap().model;
    let mut group = criterion.benchmark_group("k_means");
    group.throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("place/16x8", |bencher| bencher.iter(|| model.place_matrix(rows.view()).unwrap()));
    group.finish();
}
