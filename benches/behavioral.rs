//! Placing customers with a saved RFM model: one at a time, and a hundred thousand in bulk.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at the first surprise")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use segmentry::behavioral::{Rfm, RfmModel};
use segmentry::customer::{Customers, Record};
use segmentry::features::purchases::Purchases;
use segmentry::history::History;
use segmentry::model::{from_json, to_json};
use segmentry::segmenter::{Fit, Segmenter};
use segmentry::time::Day;

const CUSTOMERS: i64 = 100_000;

/// Ten purchases a customer on the average.
fn shop() -> Customers {
    let mut log = History::builder();
    let mut seed = 1_u64;
    let mut next = |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    for customer in 0..CUSTOMERS {
        for _ in 0..1 + next(19) {
            log.push(customer, &(Day::from_days(20_000 + next(700) as i32), next(10_000) as f64 / 100.0)).unwrap();
        }
    }
    Customers::from_history(log.finish()).as_of(Day::from_days(20_700))
}

fn place(c: &mut Criterion) {
    let customers = shop();
    let model = Rfm::new().fit(&customers).unwrap();
    let model: RfmModel = from_json(&to_json(&model).unwrap()).unwrap();
    let table = Purchases::new().add_to(customers.clone()).unwrap();
    let by_attributes = Rfm::new().from_attributes("days_since_last", "purchases", "spend").fit(&table).unwrap();
    let today = Day::from_days(20_700);
    let with = |n: i32| (0..n).fold(Record::new("r"), |r, i| r.purchase(today.plus(-30 * i), 20.0)).as_of(today);
    let attributes = Record::new("a").with("days_since_last", 30).with("purchases", 5).with("spend", 99.0);

    let mut group = c.benchmark_group("place one");
    group.bench_function("three attributes", |b| b.iter(|| by_attributes.assign(black_box(&attributes))));
    for n in [1, 5, 10] {
        let record = with(n);
        group.bench_function(format!("{n} purchases"), |b| b.iter(|| model.assign(black_box(&record))));
    }
    let row = table.find(77).unwrap();
    group.bench_function("a row of a table", |b| b.iter(|| model.assign(black_box(&row))));
    group.finish();

    let mut group = c.benchmark_group("100,000 customers of 1,000,000 purchases");
    group.sample_size(20).throughput(Throughput::Elements(CUSTOMERS as u64));
    group.bench_function("fit", |b| b.iter(|| Rfm::new().fit(black_box(&customers)).unwrap()));
    group.bench_function("segment", |b| b.iter(|| model.segment(black_box(&customers)).unwrap()));
    group.bench_function("segment by attributes", |b| b.iter(|| by_attributes.segment(black_box(&table)).unwrap()));
    group.finish();
}

criterion_group!(benches, place);
criterion_main!(benches);
