//! Figures of rows and groups, how many groups, stability, a verdict.

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use ndarray::Array2;
use segmentry::cluster::{AnyMethod, ClusterMethod, KMeans, Points};
use segmentry::customer::Customers;
use segmentry::evaluate::{
    ChooseK, Diagnose, Division, Goal, Index, Indices, Partition, Refit, Stability, Surrogate, silhouette,
};
use segmentry::features::encoding::Features;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::value::Column;

/// Rows around eight middles, the same each time, and the group of each.
fn rows(count: usize, columns: usize) -> (Array2<f64>, Partition) {
    let mut seed = 7_u64;
    let mut uniform = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let data = Array2::from_shape_fn((count, columns), |(row, column)| {
        ((row % 8) * (column + 3) * 7 % 11) as f64 + uniform() + uniform() + uniform()
    });
    (data, Partition::of((0..count).map(|row| row % 8)).unwrap())
}

fn customers(count: usize) -> Customers {
    let (data, _) = rows(count, 4);
    let ids: Vec<i64> = (0..count as i64).collect();
    ["age", "visits", "spend", "margin"]
        .iter()
        .enumerate()
        .fold(Customers::with_ids(ids).unwrap(), |all, (at, name)| {
            all.with_column(*name, Column::numbers(data.column(at).iter().copied())).unwrap()
        })
}

pub fn figures(c: &mut Criterion) {
    let mut group = c.benchmark_group("figures");
    group.sample_size(10);
    for count in [2_000, 8_000] {
        let (data, groups) = rows(count, 16);
        let points = Points::new(data.view());
        let division = Division::new(&points, &groups).unwrap();
        group.bench_function(format!("silhouette of {count} x 16"), |b| {
            b.iter(|| silhouette(black_box(&division)).unwrap().mean());
        });
    }
    let (data, groups) = rows(100_000, 16);
    let points = Points::new(data.view());
    let division = Division::new(&points, &groups).unwrap();
    group.bench_function("usual figures of 100000 x 16", |b| {
        b.iter(|| Indices::of(black_box(&division), Index::USUAL).value(Index::TraceW));
    });
    let (data, _) = rows(2_000, 8);
    let points = Points::new(data.view());
    let method: AnyMethod = KMeans::new(8).into();
    group.bench_function("stability of 2000 x 8, 10 pairs", |b| {
        b.iter(|| Stability::new().pairs(10).of(&Refit::rows(&method, black_box(&points)).unwrap()).unwrap());
    });
    group.bench_function("choose k of 500 x 8 among 2 to 6", |b| {
        let (data, _) = rows(500, 8);
        b.iter(|| ChooseK::among(2..=6, KMeans::new).replicates(5).choose(&Points::new(data.view())).unwrap().k());
    });
    group.finish();
}

pub fn verdicts(c: &mut Criterion) {
    let mut group = c.benchmark_group("verdicts");
    group.sample_size(10);
    for count in [1_000, 10_000] {
        let customers = customers(count);
        let features = Features::new().number("age").number("visits").number("spend");
        let recipe = KMeans::new(4).on(features.clone());
        let segmentation = recipe.fit(&customers).unwrap().segment(&customers).unwrap();
        let asked = Diagnose::new()
            .goal(Goal::maximize("margin"))
            .features(features)
            .again(move |sample, progress| Ok(Arc::from(recipe.fit_with(sample, progress)?.erase())));
        group.bench_function(format!("verdict on {count} customers"), |b| {
            b.iter(|| asked.judge(black_box(&customers), &segmentation).unwrap().diagnoses.len());
        });
        group.bench_function(format!("rules for {count} customers"), |b| {
            b.iter(|| Surrogate::new().of(black_box(&customers), &segmentation).unwrap().leaves);
        });
    }
    group.finish();
}
