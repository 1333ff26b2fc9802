//! The table of two divisions of a million rows, and figures of it: what benches/peers/evaluate.py times of scikit-learn too.

use std::hint::black_box;

use criterion::Criterion;
use segmentry::evaluate::{Agreement, Contingency, Matching, Partition, RandCounter};

const ROWS: u32 = 1_000_000;

/// A number without a pattern for each number (A. Appleby's finaliser of 32 bits): the same in Python.
fn mixed(number: u32) -> u32 {
    let number = (number ^ (number >> 16)).wrapping_mul(0x85EB_CA6B);
    let number = (number ^ (number >> 13)).wrapping_mul(0xC2B2_AE35);
    number ^ (number >> 16)
}

/// Two divisions into `k` groups; half of the rows are in the same one.
pub fn labels(k: u32) -> (Vec<Option<u32>>, Vec<Option<u32>>) {
    let first = |row: u32| mixed(row) % k;
    let second = |row: u32| if mixed(row + ROWS) & 1 == 0 { first(row) } else { mixed(row + 2 * ROWS) % k };
    ((0..ROWS).map(|row| Some(first(row))).collect(), (0..ROWS).map(|row| Some(second(row))).collect())
}

/// From labels to a figure, as scikit-learn's functions do it; and the parts.
pub fn agreement(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("agreement");
    group.sample_size(10);
    for k in [10, 100] {
        let (a, b) = labels(k);
        let (first, second) = (Partition::new(&a).unwrap(), Partition::new(&b).unwrap());
        let table = Contingency::new(&first, &second).unwrap();
        let made = || {
            let (first, second) = (Partition::new(&a).unwrap(), Partition::new(&b).unwrap());
            Contingency::new(&first, &second).unwrap()
        };
        group.bench_function(format!("adjusted Rand of labels, k {k}"), |b| b.iter(|| made().adjusted_rand()));
        group.bench_function(format!("adjusted mutual information of labels, k {k}"), |b| {
            b.iter(|| Agreement::AmiArithmetic.of(&made()).unwrap());
        });
        group.bench_function(format!("table, k {k}"), |b| {
            b.iter(|| Contingency::new(black_box(&first), black_box(&second)).unwrap());
        });
        group.bench_function(format!("matching, k {k}"), |b| b.iter(|| Matching::of(black_box(&table)).unwrap()));
        let numbers = |labels: &[Option<u32>]| labels.iter().flatten().copied().collect::<Vec<u32>>();
        let (a, b) = (numbers(&a), numbers(&b));
        let mut counter = RandCounter::default();
        let groups = (k as usize, k as usize);
        group.bench_function(format!("adjusted Rand on one thread, k {k}"), |bencher| {
            bencher.iter(|| counter.adjusted_rand(&a, &b, groups).unwrap());
        });
    }
    group.finish();
}
