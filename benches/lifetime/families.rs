//! All families on the same customers, and what they spend.

use std::hint::black_box;

use criterion::Criterion;
use segmentry::lifetime::{BuyTillYouDie, Family, GammaGamma, Horizon, SpendModel};

use super::growth::{buyers, columns};

pub fn fit(c: &mut Criterion) {
    let mut group = c.benchmark_group("fit of 10000 customers by the day");
    group.sample_size(10);
    let buyers = buyers(&columns(10_000, true));
    for family in Family::ALL {
        group.bench_function(family.to_string(), |b| {
            b.iter(|| BuyTillYouDie::new(*family).fit(black_box(&buyers)).unwrap());
        });
    }
    group.finish();
}

pub fn predict(c: &mut Criterion) {
    let mut group = c.benchmark_group("predict 100000 customers by the day");
    group.sample_size(10);
    let (few, many) = (buyers(&columns(5_000, true)), buyers(&columns(100_000, true)));
    for family in Family::ALL {
        let model = BuyTillYouDie::new(*family).fit(&few).unwrap();
        group.bench_function(family.to_string(), |b| {
            b.iter(|| {
                let alive = model.alive_each(black_box(&many)).unwrap();
                (alive, model.purchases_each(&many, Horizon::weeks(39.0)).unwrap())
            });
        });
    }
    group.finish();
}

pub fn spend(c: &mut Criterion) {
    let mut group = c.benchmark_group("Gamma-Gamma");
    group.sample_size(10);
    for rows in [10_000, 100_000] {
        let (repeats, ..) = columns(rows, true);
        let spend = SpendModel::of(6.25, 3.74, 15.44).unwrap().simulate(&repeats, 1);
        group.bench_function(format!("fit of {rows} customers"), |b| {
            b.iter(|| GammaGamma::new().fit_columns(black_box(&repeats), &spend).unwrap());
        });
    }
    group.finish();
}
