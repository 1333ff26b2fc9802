//! The data of the examples are what their README says, counted with nothing but the standard library.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use segmentry::time::Day;

fn read(name: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
}

/// The purchase days of each customer; purchases of one day are one.
fn cdnow_days() -> BTreeMap<String, BTreeSet<Day>> {
    let mut days: BTreeMap<String, BTreeSet<Day>> = BTreeMap::new();
    for row in &read("cdnow.csv")[1..] {
        days.entry(row[0].clone()).or_default().insert(row[1].parse().unwrap());
    }
    days
}

#[test]
fn cdnow_has_its_rows_customers_and_total() {
    let rows = read("cdnow.csv");
    assert_eq!(rows[0], ["customer", "date", "cds", "dollars"]);
    let rows = &rows[1..];
    assert_eq!(rows.len(), 6_919);
    assert!(rows.iter().all(|row| row[0].len() == 5), "leading zeros belong to the id");
    // cents, because integers add up without rounding
    let cents: u64 = rows.iter().map(|row| row[3].replace('.', "").parse::<u64>().unwrap()).sum();
    assert_eq!(cents, 24_409_194);
    assert_eq!(rows.iter().filter(|row| row[3] == "0.00").count(), 8);
    assert_eq!(rows.iter().map(|row| row[2].parse::<u64>().unwrap()).sum::<u64>(), 16_479);

    let days = cdnow_days();
    assert_eq!(days.len(), 2_357);
    let all: BTreeSet<Day> = days.values().flatten().copied().collect();
    assert_eq!(all.first().unwrap().to_string(), "1997-01-01");
    assert_eq!(all.last().unwrap().to_string(), "1998-06-30");
}

/// Source of the split and its counts: Fader, Hardie, Lee (2005), doi:10.1287/mksc.1040.0098, 39 weeks for
/// calibration and 39 weeks of holdout; purchases of one customer on one day are one.
#[test]
fn cdnow_divides_into_calibration_and_holdout() {
    let end: Day = "1997-09-30".parse().unwrap();
    let days = cdnow_days();
    let before: Vec<Vec<Day>> = days.values().map(|d| d.iter().copied().filter(|day| *day <= end).collect()).collect();
    let calibration: usize = before.iter().map(Vec::len).sum();
    let all: usize = days.values().map(BTreeSet::len).sum();
    assert_eq!((all, calibration, all - calibration), (6_696, 4_814, 1_882));
    assert!(before.iter().all(|days| !days.is_empty()), "everybody bought first in the first quarter of 1997");
    assert_eq!(before.iter().map(|days| days.len() - 1).sum::<usize>(), 2_457);
    assert_eq!(before.iter().filter(|days| days.len() == 1).count(), 1_411);

    let observed: Vec<i32> = before.iter().map(|days| end.days() - days[0].days()).collect();
    assert_eq!((observed.iter().min(), observed.iter().max()), (Some(&(27 * 7)), Some(&272))); // 272 / 7 = 38.857 weeks
}

/// Source: Fader, Hardie, Shang (2010), doi:10.1287/mksc.1100.0580: 11,104 people, six yearly opportunities.
#[test]
fn donations_count_every_donor_once() {
    let rows = read("donations.csv");
    assert_eq!(rows[0], ["frequency", "recency", "periods", "weights"]);
    let rows: Vec<Vec<u32>> =
        rows[1..].iter().map(|row| row.iter().map(|field| field.parse().unwrap()).collect()).collect();
    assert_eq!(rows.len(), 22);
    assert_eq!(rows.iter().map(|row| row[3]).sum::<u32>(), 11_104);
    assert!(rows.iter().all(|row| row[0] <= row[1] && row[1] <= row[2] && row[2] == 6));
}
