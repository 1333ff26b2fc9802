//! A whole study on purchases in memory: derive, RFM, shares of value, their cross with sparse cells merged, profiles.
//!
//! `cargo bench --features full --bench study` prints a line for each of 10^4 to 10^7 purchases of a tenth as many
//! customers: the least of three runs, the slowest step, the bytes that the customers hold and the most memory that the
//! process ever held. With `--test` only the smallest runs, once.
#![allow(clippy::print_stdout, clippy::expect_used, reason = "a bench prints, and stops where something is wrong")]

use std::time::Instant;

use segmentry::behavioral::Rfm;
use segmentry::combine::SparseCells;
use segmentry::customer::Customers;
use segmentry::features::purchases::Purchases;
use segmentry::history::History;
use segmentry::study::{Combination, Evaluation, Findings, Study};
use segmentry::tier::ValueShare;
use segmentry::time::Day;

fn main() {
    let test = std::env::args().any(|argument| argument == "--test");
    let (sizes, runs): (&[u32], usize) = if test { (&[4], 1) } else { (&[4, 5, 6, 7], 3) };
    println!("purchases  customers  seconds  slowest step               customers hold  process held");
    for size in sizes {
        let purchases = 10_usize.pow(*size);
        let start = Instant::now();
        let history = history(purchases);
        let built = start.elapsed().as_secs_f64();
        let customers = history.customers();
        let mut best: Option<Findings> = None;
        for _ in 0..runs {
            let findings = study(history.clone(), &[]).run().expect("the study runs");
            assert_eq!(findings.placed.len(), 3);
            for placed in &findings.placed {
                assert_eq!(placed.segmentation.sizes().iter().sum::<usize>(), customers);
            }
            if best.as_ref().is_none_or(|best| findings.seconds() < best.seconds()) {
                best = Some(findings);
            }
        }
        let best = best.expect("at least one run");
        let slowest = best.timings.iter().max_by(|a, b| a.seconds.total_cmp(&b.seconds)).expect("steps");
        println!(
            "{purchases:>9}  {customers:>9}  {:>7.3}  {:<16} {:>7.3}  {:>10.1} MB  {:>9.1} MB  (history built in {built:.3} s)",
            best.seconds(),
            slowest.step,
            slowest.seconds,
            best.customers.bytes() as f64 / 1e6,
            held().unwrap_or(f64::NAN),
        );
        let findings = study(history, &["rfm", "value"]).run().expect("the study runs");
        let verdicts = findings.timings.iter().filter(|timing| timing.step.starts_with("judge "));
        let told: Vec<String> = verdicts.map(|timing| format!("{} {:.3} s", timing.step, timing.seconds)).collect();
        println!("           {}", told.join(", "));
    }
}

/// As many purchases of a tenth as many customers, skewed: a few buy much, an eighth never.
fn history(purchases: usize) -> History {
    let customers = purchases / 10;
    let mut seed = 1_u64;
    let mut uniform = || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed >> 11) as f64 / (1_u64 << 53) as f64
    };
    let (mut ids, mut days, mut amounts) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..purchases {
        let skewed = uniform() * uniform();
        ids.push((skewed * customers as f64) as i64);
        days.push(Day::from_days(20_000 + (uniform() * 730.0) as i32));
        amounts.push((uniform() * 10_000.0).round() / 100.0 + 0.01);
    }
    History::purchases(ids, &days, &amounts).expect("good columns")
}

/// The study; verdicts on these segmenters are measured by themselves.
fn study(history: History, judged: &[&str]) -> Study {
    let both = vec!["rfm".to_owned(), "value".to_owned()];
    Study::new("bench")
        .customers("all", Customers::from_history(history))
        .as_of(Day::from_days(20_731))
        .derive(Purchases::new())
        .segmenter("rfm", Rfm::new())
        .segmenter("value", ValueShare::of("spend"))
        .combine("plan", Combination::Cross { of: both, sparse: Some(SparseCells::smaller_than(0.005)) })
        .maximize("spend")
        .evaluation(Evaluation::new().of(judged.iter().copied()))
        .profile(["spend", "purchases", "days_since_last", "mean_spend"])
}

/// The most megabytes that this process ever held, where the system tells.
fn held() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<f64>().ok()? / 1024.0)
}
