//! Rows of a struct into columns: through serde, beside a loop that pushes to vectors, over sizes.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stderr, reason = "a benchmark is a program")]

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segmentry::customer::Customers;
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    id: u32,
    spend: f64,
    orders: u32,
    age: Option<u8>,
    country: String,
    plan: Plan,
    active: bool,
    tenure: f64,
}

#[derive(Serialize, Clone, Copy)]
enum Plan {
    Free,
    Pro,
    Enterprise,
}

fn rows(count: u32) -> Vec<Row> {
    let countries = ["DE", "FR", "BR", "IN", "US", "JP", "IT", "ES"];
    let plans = [Plan::Free, Plan::Pro, Plan::Enterprise];
    (0..count)
        .map(|id| {
            let mixed = id.wrapping_mul(2_654_435_761) >> 8;
            Row {
                id,
                spend: f64::from(mixed) * 0.01,
                orders: mixed % 50,
                age: (!mixed.is_multiple_of(7)).then_some((mixed % 90) as u8),
                country: countries[mixed as usize % 8].to_owned(),
                plan: plans[mixed as usize % 3],
                active: mixed.is_multiple_of(2),
                tenure: f64::from(mixed % 1_000),
            }
        })
        .collect()
}

/// What a person would write: a vector a field, texts as codes.
#[derive(Default)]
struct Columns<'a> {
    id: Vec<i64>,
    spend: Vec<f64>,
    orders: Vec<i64>,
    age: Vec<Option<i64>>,
    country: Vec<u32>,
    countries: HashMap<&'a str, u32>,
    plan: Vec<u32>,
    active: Vec<bool>,
    tenure: Vec<f64>,
}

fn by_hand(rows: &[Row]) -> Columns<'_> {
    let mut columns = Columns::default();
    for row in rows {
        columns.id.push(i64::from(row.id));
        columns.spend.push(row.spend);
        columns.orders.push(i64::from(row.orders));
        columns.age.push(row.age.map(i64::from));
        let next = columns.countries.len() as u32;
        columns.country.push(*columns.countries.entry(&row.country).or_insert(next));
        columns.plan.push(row.plan as u32);
        columns.active.push(row.active);
        columns.tenure.push(row.tenure);
    }
    columns
}

fn bench(c: &mut Criterion) {
    let mut group = c.benchmark_group("rows");
    group.sample_size(10);
    for count in [10_000, 1_000_000_u32] {
        let rows = rows(count);
        group.throughput(Throughput::Elements(u64::from(count) * 8));
        group
            .bench_with_input(BenchmarkId::new("by_hand", count), &rows, |b, rows| b.iter(|| black_box(by_hand(rows))));
        // what the loop by hand does not do: that each id occurs once
        group.bench_with_input(BenchmarkId::new("ids", count), &rows, |b, rows| {
            b.iter(|| Customers::with_ids(rows.iter().map(|row| row.id)).unwrap())
        });
        for threads in [1, 2] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            group.bench_with_input(
                BenchmarkId::new(format!("serialize_{threads}_threads"), count),
                &rows,
                |b, rows| b.iter(|| pool.install(|| Customers::from_serialize(rows, |row| row.id).unwrap())),
            );
        }
    }
}

/// 541,909 rows of a shop, compressed, into a history; needs the data folder beside the checkout.
#[cfg(feature = "csv")]
fn file(c: &mut Criterion) {
    use segmentry::history::{EventColumns, History};
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/online_retail.csv.gz");
    if !std::path::Path::new(path).exists() {
        eprintln!("SKIPPED: {path} is not there");
        return;
    }
    let columns = EventColumns::new("CustomerID", "InvoiceDate")
        .quantity("Quantity")
        .unit_price("UnitPrice")
        .item("StockCode")
        .properties(["Country"]);
    let csv = segmentry::read::Csv::new();
    let mut group = c.benchmark_group("csv");
    group.sample_size(10).throughput(Throughput::Elements(541_909));
    group.bench_function("online_retail", |b| b.iter(|| History::from_csv_with(path, &columns, &csv).unwrap()));
}

#[cfg(not(feature = "csv"))]
fn file(_: &mut Criterion) {}

criterion_group!(benches, bench, file);
criterion_main!(benches);
