//! Rows that several tests of evaluation look at.

use ndarray::Array2;
use segmentry::evaluate::{Contingency, Partition};

/// The folder of real data sets, if it is there; says so if it is not.
pub fn shared(file: &str) -> Option<std::path::PathBuf> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if path.exists() {
        return Some(path);
    }
    eprintln!("skipped: {} is not there", path.display());
    None
}

/// The columns of a CSV file with names in its first line, as numbers; `None` if the file is not there.
pub fn columns(file: &str, names: &[&str]) -> Option<Array2<f64>> {
    let text = std::fs::read_to_string(shared(file)?).unwrap();
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

    let mut reader = csv::Reader::from_path(shared(file)?).unwrap();
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
