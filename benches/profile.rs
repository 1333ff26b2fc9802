//! A profile of a million customers with ten attributes in eight segments, the tests by which attributes they differ, and
//! how the time grows.

#![allow(missing_docs, clippy::expect_used, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use segmentry::combine::cross_segmentations;
use segmentry::customer::Customers;
use segmentry::profile::{Differences, Profiler};
use segmentry::segmentation::Segmentation;
use segmentry::time::Day;
use segmentry::value::{Column, Ids};

/// SplitMix64: the same customers in every run.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Six columns of numbers with long tails, two of texts, one of truths, one of days.
fn customers(count: usize) -> Customers {
    let mut state = 7;
    let mut unit = move || (next(&mut state) >> 11) as f64 / (1_u64 << 53) as f64;
    let mut table = Customers::new(Ids::numbered(count));
    for i in 0..6 {
        let numbers: Vec<f64> = (0..count).map(|_| (-(1.0 - unit()).ln()).powi(2) * 100.0).collect();
        table = table.with_column(format!("number {i}"), Column::numbers(numbers)).expect("as many as customers");
    }
    let texts = |choices: usize, unit: &mut dyn FnMut() -> f64| {
        Column::texts(
            (0..count).map(|_| format!("text {}", (unit() * unit() * choices as f64) as usize)).collect::<Vec<_>>(),
        )
    };
    let (few, many) = (texts(8, &mut unit), texts(500, &mut unit));
    let truths = Column::booleans((0..count).map(|_| unit() < 0.3).collect::<Vec<_>>());
    let days = Column::days((0..count).map(|_| Day::from_days(18_000 + (unit() * 2_000.0) as i32)).collect::<Vec<_>>());
    for (name, column) in [("few", few), ("many", many), ("truths", truths), ("days", days)] {
        table = table.with_column(name, column).expect("as many as customers");
    }
    table
}

fn segments(customers: &Customers, count: usize) -> Segmentation<String> {
    let names = (0..count).map(|i| format!("segment {i}")).collect();
    let mut state = count as u64;
    let places = (0..customers.len()).map(|_| Ok(next(&mut state) as usize % count));
    Segmentation::new(customers, names, places).expect("places among the segments")
}

fn profile(c: &mut Criterion) {
    let mut group = c.benchmark_group("profile");
    group.sample_size(10);
    for count in [10_000, 100_000, 1_000_000] {
        let customers = customers(count);
        let segmentation = segments(&customers, 8);
        let profiler = Profiler::new().value("number 0");
        group.bench_function(BenchmarkId::new("ten attributes, eight segments", count), |b| {
            b.iter(|| profiler.profile(black_box(&customers), &segmentation).expect("a profile"));
        });
        let other = segments(&customers, 5);
        group.bench_function(BenchmarkId::new("cross of two segmentations", count), |b| {
            b.iter(|| cross_segmentations(black_box(&segmentation), &other).expect("the same customers"));
        });
    }
    group.finish();
}

fn differences(c: &mut Criterion) {
    let mut group = c.benchmark_group("differences");
    group.sample_size(10);
    for count in [100_000, 1_000_000] {
        let customers = customers(count);
        let segmentation = segments(&customers, 8);
        group.bench_function(BenchmarkId::new("ten attributes, eight segments", count), |b| {
            b.iter(|| Differences::new().of(black_box(&customers), &segmentation).expect("differences"));
        });
    }
    group.finish();
}

criterion_group!(benches, profile, differences);
criterion_main!(benches);
