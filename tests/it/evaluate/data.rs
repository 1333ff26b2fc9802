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

/// The columns of a CSV file of answers: Yes is 1, anything else 0; `None` if the file is not there.
pub fn answers(file: &str, names: &[&str]) -> Option<Array2<f64>> {
    let text = std::fs::read_to_string(shared(file)?).unwrap();
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap().split(',').map(|name| name.trim_matches('"')).collect();
    let places: Vec<usize> = names.iter().map(|name| header.iter().position(|n| n == name).unwrap()).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect()).collect();
    let yes = |(row, column): (usize, usize)| f64::from(u8::from(rows[row][places[column]] == "Yes"));
    Some(Array2::from_shape_fn((rows.len(), names.len()), yes))
}

#[test]
fn agreement_is_one_with_itself_whatever_groups_are_called() {
    let a = Partition::of([3, 3, 1, 1, 2]).unwrap();
    let b = Partition::of(["x", "x", "z", "z", "a"]).unwrap();
    assert_eq!(Contingency::new(&a, &b).unwrap().adjusted_rand(), 1.0);
}
