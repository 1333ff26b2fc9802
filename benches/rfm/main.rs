//! From a purchase log to recency, frequency, monetary value and their quintile scores, from 10,000 purchases to
//! 10 million: how time grows. The comparison with others is `benches/peers/rfm.py`.
#![allow(clippy::unwrap_used, missing_docs, reason = "a bench may stop at once")]

mod scores;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use segmentry::features::purchases::{PurchaseIds, PurchaseLog};
use segmentry::time::Day;

/// A deterministic stream of numbers: SplitMix64.
fn number(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

fn rfm(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rfm");
    group.sample_size(10);
    for purchases in [10_000_u64, 100_000, 1_000_000, 10_000_000] {
        let customers = purchases / 10;
        let mut state = 1;
        // The lower of two numbers: low numbers buy more often.
        let draw = |_| (number(&mut state) % customers).min(number(&mut state) % customers) as i64;
        let integers: Vec<i64> = (0..purchases).map(draw).collect();
        let sparse: Vec<i64> = integers.iter().map(|id| id.wrapping_mul(0x5851_f42d_4c95_7f2d)).collect();
        let texts: String = integers.iter().map(|id| format!("C{id:08}")).collect();
        let ends: Vec<usize> = (1..=integers.len()).map(|row| row * 9).collect();
        let days: Vec<Day> = (0..purchases).map(|_| Day::from_days((number(&mut state) % 730) as i32)).collect();
        let amounts: Vec<f64> = (0..purchases).map(|_| (number(&mut state) % 10_000) as f64 / 4.0).collect();

        let mut seen = vec![false; customers as usize];
        integers.iter().for_each(|id| seen[*id as usize] = true);
        let answer = (seen.iter().filter(|seen| **seen).count(), amounts.iter().sum::<f64>()); // quarters: exact
        let as_of = Day::from_days(729);

        group.throughput(Throughput::Elements(purchases));
        let ways = [
            ("integers", PurchaseIds::Integers(&integers)),
            ("sparse-integers", PurchaseIds::Integers(&sparse)),
            ("texts", PurchaseIds::Packed { bytes: &texts, ends: &ends }),
        ];
        for (name, ids) in ways {
            group.bench_function(BenchmarkId::new(name, purchases), |bencher| {
                bencher.iter(|| {
                    let totals = PurchaseLog::new(ids, &days, &amounts).unwrap().aggregate(as_of).unwrap();
                    let scores = scores::scores(&totals, as_of);
                    assert_eq!((totals.len(), totals.sum().iter().sum()), answer);
                    assert!(scores.iter().all(|scores| scores.len() == totals.len()));
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, rfm);
criterion_main!(benches);
