//! Models of lifetimes on `.npy` columns of numbers, timed alone, for `benches/peers/lifetime.py`.
//!
//! - `lifetime-peers simulate AGES.npy WHOLE_DAYS SEED FOLDER`: buyers at the parameters of CDNOW, as `x.npy` and `last.npy`
//!   beside the ages, in weeks; by the day if WHOLE_DAYS is 1.
//! - `lifetime-peers fit FAMILY X.npy LAST.npy AGE.npy REPEATS`: from columns to a model.
//! - `lifetime-peers spend X.npy SPEND.npy REPEATS`: Gamma-Gamma, from columns to a model.
//! - `lifetime-peers predict FAMILY PARAMETERS X.npy LAST.npy AGE.npy REPEATS`: P(alive) and purchases of the next 39 weeks.
//!
//! Each prints a line of JSON: the least seconds of each step, the least seconds of processors' work, what came out, and the
//! most memory that was held, in megabytes, in all and above what the columns take.

use std::time::Instant;

use segmentry::features::purchases::TimeUnit;
use segmentry::lifetime::{BuyTillYouDie, Buyers, Family, GammaGamma, Horizon, PurchaseModel, SpendModel};
use serde_json::json;

type Failed = Box<dyn std::error::Error>;

/// Fader, Hardie and Lee (2005), CDNOW in weeks.
const CDNOW: [f64; 4] = [0.243, 4.414, 0.793, 2.426];

/// A column of numbers of eight bytes.
fn read(path: &str) -> Result<Vec<f64>, Failed> {
    let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
    let length = u16::from_le_bytes([bytes[8], bytes[9]]) as usize;
    let cells = bytes[10 + length..].chunks_exact(8).map(<[u8; 8]>::try_from);
    Ok(cells.map(|cell| cell.map(f64::from_le_bytes)).collect::<Result<_, _>>()?)
}

fn write(path: String, column: &[f64]) -> Result<(), Failed> {
    let mut header = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': ({},), }}", column.len());
    while (10 + header.len() + 1) % 64 != 0 {
        header.push(' ');
    }
    header.push('\n');
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend((header.len() as u16).to_le_bytes());
    bytes.extend(header.as_bytes());
    bytes.extend(column.iter().flat_map(|number| number.to_le_bytes()));
    Ok(std::fs::write(path, bytes)?)
}

/// The most memory that was held, and what is held now.
fn megabytes() -> [f64; 2] {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    };
    [of("VmHWM:"), of("VmRSS:")]
}

/// Seconds that processors have worked for this process, over all its threads.
fn worked() -> f64 {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let of = |task: std::fs::DirEntry| {
        let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        text.split_whitespace().next()?.parse::<f64>().ok()
    };
    tasks.filter_map(of).sum::<f64>() / 1e9
}

/// The buyers' columns, with whole numbers of repeats.
fn columns(files: &[&str]) -> Result<(Vec<u32>, Vec<f64>, Vec<f64>), Failed> {
    let repeats = read(files[0])?.into_iter().map(|x| x as u32).collect();
    Ok((repeats, read(files[1])?, read(files[2])?))
}

/// The least time of several runs, the least work, and what the last gave.
fn timed<T>(repeats: usize, work: impl Fn() -> Result<T, Failed>) -> Result<([f64; 2], T), Failed> {
    let mut least = [f64::INFINITY; 2];
    let mut made = None;
    for _ in 0..repeats {
        drop(made.take());
        let (clock, before) = (Instant::now(), worked());
        made = Some(work()?);
        least = [least[0].min(clock.elapsed().as_secs_f64()), least[1].min(worked() - before)];
    }
    Ok((least, made.ok_or("at least one run")?))
}

fn main() -> Result<(), Failed> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = asked.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["simulate", ages, whole, seed, folder] => {
            let ages = read(ages)?;
            let model = PurchaseModel::of(Family::BgNbd, TimeUnit::Weeks, &CDNOW)?;
            let buyers = model.simulate(&ages, TimeUnit::Weeks, seed.parse()?)?;
            let (mut x, mut last) = (Vec::new(), Vec::new());
            for (row, age) in ages.iter().enumerate() {
                let buyer = buyers.get(row).ok_or("a buyer")?;
                let days = (buyer.last() * 7.0).ceil() / 7.0;
                x.push(f64::from(buyer.repeats()));
                last.push(if *whole == "1" { days.min(*age) } else { buyer.last() });
            }
            write(format!("{folder}/x.npy"), &x)?;
            write(format!("{folder}/last.npy"), &last)?;
            // CDNOW's spends: Fader and Hardie (2013)
            let repeats: Vec<u32> = x.iter().map(|x| *x as u32).collect();
            let spend = SpendModel::of(6.25, 3.74, 15.44)?.simulate(&repeats, seed.parse::<u64>()? + 1);
            let spend: Vec<f64> = spend.into_iter().map(|mean| if mean.is_nan() { 0.0 } else { mean }).collect();
            write(format!("{folder}/spend.npy"), &spend)?;
        }
        ["fit", family, files @ .., repeats] if files.len() == 3 => {
            let family: Family = family.parse()?;
            let repeats = repeats.parse()?;
            let (x, last, age) = columns(files)?;
            let before = megabytes()[1];
            let (compress, buyers) = timed(repeats, || Ok(Buyers::new(TimeUnit::Weeks, &x, &last, &age)?))?;
            let held = megabytes()[1];
            let (fit, model) = timed(repeats, || Ok(BuyTillYouDie::new(family).fit(&buyers)?))?;
            let certificate = model.certificate().ok_or("no certificate")?;
            println!(
                "{}",
                json!({
                    "compress": compress[0], "fit": fit[0], "seconds": compress[0] + fit[0],
                    "compress_work": compress[1], "fit_work": fit[1], "work": compress[1] + fit[1],
                    "parameters": model.parameters(), "log_likelihood": certificate.log_likelihood,
                    "clean": certificate.is_clean(), "starts": certificate.starts, "reached": certificate.reached,
                    "evaluations": certificate.evaluations, "steps": certificate.steps,
                    "cells": buyers.cells(), "megabytes": megabytes()[0], "above": megabytes()[0] - before,
                    "kept": held - before, "threads": rayon::current_num_threads(),
                })
            );
        }
        ["spend", x, spend, repeats] => {
            let x: Vec<u32> = read(x)?.into_iter().map(|x| x as u32).collect();
            let spend = read(spend)?;
            let before = megabytes()[1];
            let (fit, model) = timed(repeats.parse()?, || Ok(GammaGamma::new().fit_columns(&x, &spend)?))?;
            let certificate = model.certificate().ok_or("no certificate")?;
            println!(
                "{}",
                json!({
                    "seconds": fit[0], "work": fit[1], "parameters": model.parameters(),
                    "log_likelihood": certificate.log_likelihood, "evaluations": certificate.evaluations,
                    "reached": certificate.reached, "clean": certificate.is_clean(), "megabytes": megabytes()[0],
                    "above": megabytes()[0] - before, "threads": rayon::current_num_threads(),
                })
            );
        }
        ["predict", family, parameters, files @ .., repeats] if files.len() == 3 => {
            let family: Family = family.parse()?;
            let parameters: Vec<f64> = parameters.split(',').map(str::parse).collect::<Result<_, _>>()?;
            let model = PurchaseModel::of(family, TimeUnit::Weeks, &parameters)?;
            let (x, last, age) = columns(files)?;
            let repeats = repeats.parse()?;
            let buyers = Buyers::new(TimeUnit::Weeks, &x, &last, &age)?;
            let before = megabytes()[1];
            let (alive_seconds, alive) = timed(repeats, || Ok(model.alive_each(&buyers)?))?;
            let (purchases_seconds, purchases) =
                timed(repeats, || Ok(model.purchases_each(&buyers, Horizon::weeks(39.0))?))?;
            println!(
                "{}",
                json!({
                    "alive": alive_seconds[0], "purchases": purchases_seconds[0],
                    "seconds": alive_seconds[0] + purchases_seconds[0], "work": alive_seconds[1] + purchases_seconds[1],
                    "sums": [alive.iter().sum::<f64>(), purchases.iter().sum::<f64>()],
                    "cells": buyers.cells(), "megabytes": megabytes()[0], "above": megabytes()[0] - before,
                    "threads": rayon::current_num_threads(),
                })
            );
        }
        _ => return Err("see the top of this file".into()),
    }
    Ok(())
}
