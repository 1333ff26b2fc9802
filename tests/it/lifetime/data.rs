//! The real buyers of the tests: CDNOW in two forms, and what is drawn at random.

use segmentry::customer::Customers;
use segmentry::features::purchases::{Period, Purchases, TimeUnit};
use segmentry::history::History;
use segmentry::lifetime::Buyers;
use segmentry::time::Day;

pub use crate::shared::path as shared;

/// The day on which the calibration of CDNOW ends.
pub const CALIBRATION: &str = "1997-09-30";

/// The purchases of CDNOW, which every clone has.
pub fn cdnow() -> Customers {
    let text = std::fs::read_to_string("examples/data/cdnow.csv").unwrap();
    let rows: Vec<Vec<&str>> = text.lines().skip(1).map(|line| line.split(',').collect()).collect();
    let days: Vec<Day> = rows.iter().map(|row| row[1].parse().unwrap()).collect();
    let amounts: Vec<f64> = rows.iter().map(|row| row[3].parse().unwrap()).collect();
    Customers::from_history(History::purchases(rows.iter().map(|row| row[0]), &days, &amounts).unwrap())
}

/// The buyers of CDNOW as of the end of the calibration, in weeks of seven days to the last digit.
pub fn cdnow_buyers(unit: TimeUnit) -> Buyers {
    let customers = cdnow().as_of(CALIBRATION.parse::<Day>().unwrap());
    Buyers::of(&customers, &Purchases::new().collapse(Period::Day), unit).unwrap()
}

/// CDNOW judged by lifetimes: `scripts/references/family_choice.py`.
pub fn judged_by_lifetimes() -> serde_json::Value {
    serde_json::from_str(include_str!("../../golden/lifetime/family_choice.json")).unwrap()
}
