//! Rows that several tests of evaluation look at.

use ndarray::Array2;
use segmentry::evaluate::{Contingency, Partition};

pub use crate::shared::mcdonalds::STATEMENTS;
use crate::shared::{mcdonalds, path};

/// The columns of a CSV file with names in its first line, as numbers; `None` if the file is not there.
pub fn columns(file: &str, names: &[&str]) -> Option<Array2<f64>> {
    let text = std::fs::read_to_string(path(file)?).unwrap();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap().split(',').map(|name| name.trim_matches('"')).collect();
    let places: Vec<usize> = names.iter().map(|name| header.iter().position(|n| n == name).unwrap()).collect();
    let rows: Vec<Vec<f64>> = lines
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            places.iter().map(|place| cells[*place].trim_matches('"').parse().unwrap()).collect()
        })
        .collect();
    Some(Array2::from_shape_fn((rows.len(), names.len()), |(row, column)| rows[row][column]))
}

/// The answers of 1,453 guests of McDonald's to [`STATEMENTS`]; `None` if the file is not there.
pub fn fast_food() -> Option<Array2<f64>> {
    let rows = mcdonalds::answers(&mcdonalds::customers()?);
    assert_eq!(rows.dim(), (1453, 11));
    Some(rows)
}

#[test]
fn agreement_is_one_with_itself_whatever_groups_are_called() {
    let a = Partition::of([3, 3, 1, 1, 2]).unwrap();
    let b = Partition::of(["x", "x", "z", "z", "a"]).unwrap();
    assert_eq!(Contingency::new(&a, &b).unwrap().adjusted_rand(), 1.0);
}

/// The customers of a CSV file with names in its first line: columns of numbers where all that is there is one, else of
/// texts; nothing between commas is missing. `None` if the file is not there.
pub fn customers(file: &str, id: &str) -> Option<segmentry::customer::Customers> {
    use segmentry::customer::Customers;
    use segmentry::value::{Column, Kind};

    let mut reader = csv::Reader::from_path(path(file)?).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let ids: Vec<String> = match names.iter().position(|name| name == id) {
        Some(at) => rows.iter().map(|row| row[at].to_owned()).collect(),
        None => (0..rows.len()).map(|row| row.to_string()).collect(),
    };
    let mut customers = Customers::with_ids(&ids).unwrap();
    for (at, name) in names.iter().enumerate().filter(|(_, name)| *name != id) {
        let cells: Vec<Option<&str>> = rows.iter().map(|row| Some(row[at].trim()).filter(|c| !c.is_empty())).collect();
        let numbers: Option<Vec<Option<f64>>> =
            cells.iter().map(|cell| cell.map(str::parse).transpose().ok()).collect();
        let column = match numbers {
            Some(numbers) => Column::of(Kind::Number, numbers),
            None => Column::of(Kind::Text, cells.iter().map(|cell| cell.map(str::to_owned))),
        };
        customers = customers.with_column(name, column).unwrap();
    }
    Some(customers)
}

/// Numbers that look random, the same everywhere.
pub struct Draw(u64);

impl Draw {
    pub fn new(seed: u64) -> Self {
        Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x2545_F491_4F6C_DD1D)
    }

    pub fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.uniform()).ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

/// Customers of Online Retail with `days_since_last`, `purchases` (invoices) and `spend`: rows with a customer, a quantity
/// and a price above 0.
pub fn online_retail(path: &std::path::Path) -> segmentry::customer::Customers {
    use std::collections::{BTreeMap, BTreeSet};
    let text = std::io::read_to_string(flate2::read::GzDecoder::new(std::fs::File::open(path).unwrap())).unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let at = |wanted: &str| names.iter().position(|name| name.replace(' ', "").eq_ignore_ascii_case(wanted)).unwrap();
    let (id, invoice, day) = (at("customerid"), at("invoiceno"), at("invoicedate"));
    let (quantity, price) = (at("quantity"), at("unitprice"));
    let mut all: BTreeMap<String, (String, BTreeSet<String>, f64)> = BTreeMap::new();
    for record in reader.records() {
        let record = record.unwrap();
        let amount = record[quantity].parse::<f64>().unwrap_or(0.0);
        let cost = record[price].parse::<f64>().unwrap_or(0.0);
        if record[id].is_empty() || amount <= 0.0 || cost <= 0.0 {
            continue;
        }
        let customer = all.entry(record[id].to_owned()).or_default();
        customer.0 = customer.0.clone().max(record[day].to_owned());
        customer.1.insert(record[invoice].to_owned());
        customer.2 += amount * cost;
    }
    let days = |text: &str| text[..10].parse::<segmentry::time::Day>().unwrap().days();
    let last = all.values().map(|customer| days(&customer.0)).max().unwrap();
    use segmentry::value::Column;
    segmentry::customer::Customers::with_ids(all.keys().map(String::as_str))
        .unwrap()
        .with_column("days_since_last", Column::numbers(all.values().map(|c| f64::from(last - days(&c.0) + 1))))
        .unwrap()
        .with_column("purchases", Column::numbers(all.values().map(|c| c.1.len() as f64)))
        .unwrap()
        .with_column("spend", Column::numbers(all.values().map(|c| c.2)))
        .unwrap()
}
