//! All families on the same customers, and what they spend.

use std::hint::black_box;

use criterion::Criterion;
use segmentry::lifetime::{BuyTillYouDie, DiscountRate, Family, GammaGamma, Horizon, LifetimeValue, Spend, SpendModel};

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

/// What each family says of 10,000 customers of whom no two are equal: a million cost a hundred times as much.
pub fn future(c: &mut Criterion) {
    let mut group = c.benchmark_group("future of 10000 different customers");
    group.sample_size(10);
    let (few, many) = (buyers(&columns(5_000, true)), buyers(&columns(10_000, false)));
    let (rate, one) = (DiscountRate::per_year(0.15), vec![1.0; 10_000]);
    let ends = [("a year", Horizon::years(1.0)), ("five years", Horizon::years(5.0)), ("ever", Horizon::forever())];
    for family in Family::ALL {
        let model = BuyTillYouDie::new(*family).fit(&few).unwrap();
        group.bench_function(format!("{family}, alive"), |b| b.iter(|| model.alive_each(black_box(&many)).unwrap()));
        group.bench_function(format!("{family}, purchases of a year"), |b| {
            b.iter(|| model.purchases_each(black_box(&many), Horizon::years(1.0)).unwrap());
        });
        for (name, end) in ends {
            group.bench_function(format!("{family}, discounted, {name}"), |b| {
                b.iter(|| model.discounted_each(black_box(&many), end, rate).unwrap());
            });
        }
        let monthly = LifetimeValue::new(Horizon::years(1.0)).discount(rate).in_steps(Horizon::years(1.0 / 12.0));
        group.bench_function(format!("{family}, discounted by the month"), |b| {
            b.iter(|| monthly.each(&model, black_box(&many), &Spend::of_rows(&one)).unwrap());
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
