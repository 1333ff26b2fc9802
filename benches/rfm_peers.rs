//! Our side of the comparison with polars and duckdb: `python benches/peers/rfm.py` starts it and asks.
//!
//! Reads the columns that the script wrote (flat little-endian arrays as `.npy`), then answers each line on
//! standard input (`int` or `text`) with one run: a line of JSON with the seconds and the answer.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::panic, missing_docs, reason = "a bench may stop at once")]

#[path = "rfm/scores.rs"]
mod scores;

use std::fs;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

use segmentry::features::purchases::{PurchaseIds, PurchaseLog};
use segmentry::time::Day;

/// The elements of a `.npy` file of one dimension, made of `N` bytes each: version 1, little endian.
fn npy<const N: usize, T>(path: &Path, element: &str, value: impl Fn([u8; N]) -> T) -> Vec<T> {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(&bytes[..8], b"\x93NUMPY\x01\x00", "{}", path.display());
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = std::str::from_utf8(&bytes[10..start]).unwrap();
    assert!(header.contains(&format!("'descr': '{element}'")), "{}: {header}", path.display());
    bytes[start..].as_chunks::<N>().0.iter().map(|&bytes| value(bytes)).collect()
}

/// A line of `/proc/self/status`, in bytes; 0 where there is no such file.
fn memory(line: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let found = status.lines().find_map(|text| text.strip_prefix(line));
    found.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn main() {
    let Some(dir) = std::env::args().skip_while(|argument| argument != "--peers").nth(1) else {
        return; // `cargo bench` and `cargo test` start every bench
    };
    let dir = Path::new(&dir);
    let integers =
        ["int", "sparse"].map(|name| (name, npy(&dir.join(format!("{name}.npy")), "<i8", i64::from_le_bytes)));
    let days: Vec<Day> = npy(&dir.join("day.npy"), "<i4", |bytes| Day::from_days(i32::from_le_bytes(bytes)));
    let amounts = npy(&dir.join("amount.npy"), "<f8", f64::from_le_bytes);
    let mut texts: Vec<(&str, String, Vec<usize>)> = Vec::new();
    for name in ["text", "uuid"] {
        let bytes = String::from_utf8(npy(&dir.join(format!("{name}.npy")), "|u1", |[byte]| byte)).unwrap();
        texts.push((
            name,
            bytes,
            npy(&dir.join(format!("{name}_end.npy")), "<u8", |end| u64::from_le_bytes(end) as usize),
        ));
    }
    let as_of = Day::from_days(days.iter().map(|day| day.days()).max().unwrap_or(0));
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let asked = line.unwrap();
        let integer = integers.iter().find(|(name, _)| *name == asked).map(|(_, ids)| PurchaseIds::Integers(ids));
        let text = texts.iter().find(|(name, ..)| *name == asked);
        let text = text.map(|(_, bytes, ends)| PurchaseIds::Packed { bytes, ends });
        let ids = integer.or(text).unwrap_or_else(|| panic!("no ids `{asked}`"));
        let _ = fs::write("/proc/self/clear_refs", "5"); // sets the peak to what is held now
        let before = memory("VmRSS:");
        let start = Instant::now();
        let totals = PurchaseLog::new(ids, &days, &amounts).unwrap().aggregate(as_of).unwrap();
        let aggregated = start.elapsed();
        let scores = scores::scores(&totals, as_of);
        let seconds = start.elapsed();
        let answer = serde_json::json!({
            "seconds": seconds.as_secs_f64(),
            "aggregate_seconds": aggregated.as_secs_f64(),
            "peak_bytes": memory("VmHWM:").saturating_sub(before),
            "customers": totals.len(),
            "total": totals.sum().iter().sum::<f64>(),
            "scores": scores.map(|scores| scores.iter().map(|&score| u64::from(score)).sum::<u64>()),
        });
        println!("{answer}");
        std::io::stdout().flush().unwrap();
    }
}
