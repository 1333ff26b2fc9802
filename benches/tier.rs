//! Tiers: one customer placed, a million in bulk, and how learning grows.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segmentry::customer::{Customers, Record};
use segmentry::history::History;
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::tier::{Programme, Tiers, ValueShare};
use segmentry::time::Day;
use segmentry::value::{Column, Ids};

/// A long-tailed spend in cents, the same on every run (SplitMix64).
fn spend(rows: usize) -> Vec<f64> {
    let mut state = 7_u64;
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..rows).map(|_| ((-next().max(1e-12).ln()).powi(2) * 5000.0).round() / 100.0).collect()
}

fn customers(rows: usize) -> Customers {
    Customers::new(Ids::numbered(rows)).with_column("spend", Column::numbers(spend(rows))).unwrap()
}

fn one(c: &mut Criterion) {
    let mut group = c.benchmark_group("tier/assign one");
    let tiers = Tiers::on("spend").tier("gold", 1000.0).tier("silver", 250.0).otherwise("bronze");
    let record = Record::new("c-1").with("spend", 300.0);
    group.bench_function("tiers", |b| b.iter(|| tiers.assign(black_box(&record)).unwrap()));
    let model = ValueShare::of("spend").fit(&customers(10_000)).unwrap();
    group.bench_function("model", |b| b.iter(|| model.assign(black_box(&record)).unwrap()));
    let start = Day::new(2026, 1, 1).unwrap();
    let buyer = (0..20).fold(Record::new("c-1"), |r, i| r.purchase(start.plus(i * 17), 30.0)).as_of(start.plus(400));
    let programme = Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0).grace_days(30);
    group.bench_function("programme, 20 purchases", |b| b.iter(|| programme.assign(black_box(&buyer)).unwrap()));
    group.finish();
}

fn bulk(c: &mut Criterion) {
    let mut group = c.benchmark_group("tier/bulk");
    group.sample_size(10);
    let tiers = Tiers::on("spend").tier("gold", 1000.0).tier("silver", 250.0).otherwise("bronze");
    for rows in [10_000, 100_000, 1_000_000] {
        let customers = customers(rows);
        group.throughput(Throughput::Elements(rows as u64));
        group.bench_with_input(BenchmarkId::new("segment", rows), &customers, |b, customers| {
            b.iter(|| tiers.segment(customers).unwrap());
        });
        group.bench_with_input(BenchmarkId::new("value share fit", rows), &customers, |b, customers| {
            b.iter(|| ValueShare::of("spend").fit(customers).unwrap());
        });
    }
    let start = Day::new(2026, 1, 1).unwrap();
    let ids: Vec<i64> = (0..1_000_000).map(|i| i % 100_000).collect();
    let days: Vec<Day> = (0..1_000_000).map(|i| start.plus(i / 2_000)).collect();
    let customers = Customers::from_history(History::purchases(ids.iter(), &days, &spend(1_000_000)).unwrap());
    let programme = Programme::new("basic").tier("gold", 1000.0).tier("silver", 250.0).dwell_days(90).grace_days(30);
    group.throughput(Throughput::Elements(1_000_000));
    group.bench_function("programme run, 1M purchases of 100k", |b| {
        b.iter(|| programme.run(&customers, start.plus(600)).unwrap());
    });
    group.finish();
}

criterion_group!(benches, one, bulk);
criterion_main!(benches);
