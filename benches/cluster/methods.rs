//! Every method on the same kind of rows, and how its time grows with them; one customer placed; customers encoded.
//!
//! `cargo bench --features full --bench cluster -- "find/hdbscan"` for one of them.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput};
use ndarray::Array2;
use segmentry::cluster::{AnyMethod, ClusterMethod, KMeans, METHODS, Points};
use segmentry::customer::{Customers, Record};
use segmentry::features::encoding::{Features, Form, Meaning};
use segmentry::progress::Progress;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::value::Column;
use serde_json::{Value, json};

/// Rows around eight centers; the codes of categories agree with the center in most rows.
fn rows(count: usize, columns: usize, categories: usize) -> Array2<f64> {
    let mut seed = 7_u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut rows = Array2::zeros((count, columns + categories));
    for mut row in rows.rows_mut() {
        let center = (next() * 8.0) as usize;
        for (column, cell) in row.iter_mut().enumerate() {
            *cell = match column < columns {
                true => ((center >> (column % 3)) & 1) as f64 * 10.0 + (0..4).map(|_| next()).sum::<f64>() * 2.0,
                false if next() < 0.7 => (center * (column + 1) % 5) as f64,
                false => (next() * 5.0).floor(),
            };
        }
    }
    rows
}

/// What a method needs, the sizes at which it is asked, and how many of ten columns are categories.
fn asked(method: &str) -> (Value, [usize; 2], usize) {
    match method {
        "hierarchical" | "k_medoids" => (json!({ "k": 8 }), [500, 2_000], 0),
        "silhouette_medoids" => (json!({ "k": 8 }), [300, 900], 0),
        "size_limited" => (json!({ "k": 8, "restarts": 1 }), [500, 2_000], 0),
        "dbscan" => (json!({ "radius": 3.0, "neighbours": 5 }), [2_000, 20_000], 0),
        "hdbscan" => (json!({ "least": 20 }), [1_000, 5_000], 0),
        "k_modes" => (json!({ "k": 8 }), [5_000, 50_000], 10),
        "k_prototypes" => (json!({ "k": 8, "restarts": 1 }), [2_000, 20_000], 5),
        "mini_batch" | "one_pass" => (json!({ "k": 8 }), [10_000, 100_000], 0),
        "clara" => (json!({ "k": 8 }), [5_000, 50_000], 0),
        "mixture" | "fuzzy" | "spherical" | "k_medians" | "bisecting" => {
            (json!({ "k": 8, "restarts": 1 }), [2_000, 20_000], 0)
        }
        _ => (json!({ "k": 8, "restarts": 1 }), [10_000, 100_000], 0),
    }
}

pub fn find(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("find");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for name in METHODS {
        let (settings, sizes, categories) = asked(name);
        let method = AnyMethod::read(name, settings).unwrap();
        let meanings: Vec<Meaning> =
            (0..10).map(|column| if column < 10 - categories { Meaning::Number } else { Meaning::Category }).collect();
        for size in sizes {
            let matrix = rows(size, 10 - categories, categories);
            let points = Points::new(matrix.view()).meanings(&meanings);
            let found = method.find(&points, &Progress::none()).unwrap();
            assert_eq!(found.labels.len(), size);
            assert!((2..=400).contains(&found.sizes.len()), "{name} finds {} clusters", found.sizes.len());
            group.throughput(Throughput::Elements(size as u64));
            group.bench_function(BenchmarkId::new(*name, size), |bench| {
                bench.iter(|| method.find(black_box(&points), &Progress::none()).unwrap());
            });
        }
    }
    group.finish();
}

/// One customer placed: four features read, scaled, and compared with eight centroids.
pub fn assign(criterion: &mut Criterion) {
    let matrix = rows(10_000, 4, 0);
    let customers = Customers::from_matrix(&["a", "b", "c", "d"], matrix.view()).unwrap();
    let features = ["a", "b", "c", "d"].iter().fold(Features::new(), |features, name| features.number(*name));
    let clusters = KMeans::new(8).restarts(1).on(features).fit(&customers).unwrap();
    let stranger = Record::new("s").with("a", 3.0).with("b", 9.0).with("c", 1.0).with("d", 4.5);
    criterion.bench_function("assign one", |bench| {
        bench.iter(|| clusters.assign(black_box(&stranger)).unwrap());
    });
}

pub fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_secs(1));
    for size in [10_000_usize, 1_000_000] {
        let numbers = |at: usize| Column::numbers((0..size).map(move |row| ((row * (at + 3)) % 9_973) as f64));
        let mut customers = Customers::with_ids(0..size as i64).unwrap();
        for at in 0..7 {
            customers = customers.with_column(format!("n{at}"), numbers(at)).unwrap();
        }
        let texts = Column::texts((0..size).map(|row| ["de", "fr", "it", "es", "pl"][row % 5]));
        customers = customers.with_column("country", texts).unwrap();
        let features = (0..7).fold(Features::new(), |features, at| features.number(format!("n{at}")));
        let encoder = features.category("country").fit(&customers, Form::Numbers).unwrap();
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("7 numbers and a category", size), |bench| {
            bench.iter(|| encoder.encode(black_box(&customers)).unwrap());
        });
    }
    group.finish();
}
