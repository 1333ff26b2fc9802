//! BG/NBD by the number of customers and of different ones.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput};
use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, Horizon, PurchaseModel};

/// Fader, Hardie and Lee (2005), CDNOW in weeks.
pub const CDNOW: [f64; 4] = [0.243, 4.414, 0.793, 2.426];

/// Repeats, last, age.
pub type Columns = (Vec<u32>, Vec<f64>, Vec<f64>);

/// Customers as the model says, seen for 27 to 39 weeks: by the day, or with no two ages the same.
pub fn columns(rows: usize, by_day: bool) -> Columns {
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &CDNOW).unwrap();
    let age = |row: usize| {
        let days = 27.0 * 7.0 + (row * 37 % 85) as f64;
        if by_day { days / 7.0 } else { (days + row as f64 / rows as f64) / 7.0 }
    };
    let ages: Vec<f64> = (0..rows).map(age).collect();
    let buyers = model.simulate(&ages, TimeUnit::Weeks, 1).unwrap();
    let buyers = (0..rows).map(|row| buyers.get(row).unwrap());
    let last = |last: f64, age: f64| if by_day { ((last * 7.0).ceil() / 7.0).min(age) } else { last };
    let (repeats, last): (Vec<u32>, Vec<f64>) =
        buyers.map(|buyer| (buyer.repeats(), last(buyer.last(), buyer.age()))).unzip();
    (repeats, last, ages)
}

pub fn buyers((repeats, last, age): &Columns) -> Buyers {
    Buyers::new(TimeUnit::Weeks, repeats, last, age).unwrap()
}

const SIZES: [(usize, bool); 5] =
    [(10_000, true), (100_000, true), (1_000_000, true), (100_000, false), (1_000_000, false)];

fn name((rows, by_day): (usize, bool)) -> BenchmarkId {
    BenchmarkId::new(if by_day { "by the day" } else { "all different" }, rows)
}

pub fn compress(c: &mut Criterion) {
    let mut group = c.benchmark_group("compress");
    group.sample_size(10);
    for size in SIZES {
        let columns = columns(size.0, size.1);
        group.throughput(Throughput::Elements(size.0 as u64));
        group.bench_function(name(size), |b| b.iter(|| buyers(black_box(&columns)).cells()));
    }
    group.finish();
}

pub fn fit(c: &mut Criterion) {
    let mut group = c.benchmark_group("fit BG/NBD");
    group.sample_size(10);
    for size in SIZES {
        let buyers = buyers(&columns(size.0, size.1));
        group.throughput(Throughput::Elements(buyers.cells() as u64));
        group.bench_function(name(size), |b| {
            b.iter(|| BuyTillYouDie::new(Family::BgNbd).fit(black_box(&buyers)).unwrap());
        });
    }
    group.finish();
}

pub fn predict(c: &mut Criterion) {
    let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &CDNOW).unwrap();
    let mut group = c.benchmark_group("predict BG/NBD");
    group.sample_size(10);
    for size in SIZES {
        let buyers = buyers(&columns(size.0, size.1));
        group.throughput(Throughput::Elements(size.0 as u64));
        group.bench_function(name(size), |b| {
            b.iter(|| {
                let alive = model.alive_each(black_box(&buyers)).unwrap();
                (alive, model.purchases_each(&buyers, Horizon::weeks(39.0)).unwrap())
            });
        });
    }
    group.finish();
}
