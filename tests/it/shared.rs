//! Real data beside the checkout: a test of what is not there says so and passes.

use std::path::{Path, PathBuf};

/// The path of a file of the data folder beside the checkout; `None`, said aloud, where it is not there.
pub fn path(file: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(file);
    if path.is_file() {
        return Some(path);
    }
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

/// The names and the rows of a file of texts between commas; no field of those used here is quoted.
pub fn table(file: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let text = std::fs::read_to_string(path(file)?).unwrap();
    let mut rows = text.lines().map(|line| line.trim_end().split(',').map(str::to_owned).collect::<Vec<String>>());
    let header = rows.next().unwrap();
    Some((header, rows.collect()))
}

/// McDonald's survey of 1,453 guests: eleven statements that they said yes or no to.
#[cfg(all(feature = "cluster", feature = "profile"))]
pub mod mcdonalds {
    use ndarray::Array2;
    use segmentry::customer::Customers;
    use segmentry::value::{Column, Ids};

    /// The statements.
    pub const STATEMENTS: [&str; 11] = [
        "yummy",
        "convenient",
        "spicy",
        "fattening",
        "greasy",
        "fast",
        "cheap",
        "tasty",
        "expensive",
        "healthy",
        "disgusting",
    ];

    /// The guests, their answers as truths; `None` if the file is not there.
    pub fn customers() -> Option<Customers> {
        let (header, rows) = super::table("mcdonalds.csv")?;
        let mut customers = Customers::new(Ids::numbered(rows.len()));
        for (at, name) in header.iter().enumerate() {
            let cells = rows.iter().map(|row| row[at].trim());
            let column = match name.as_str() {
                "Age" => Column::integers(cells.map(|cell| cell.parse().unwrap()).collect::<Vec<i64>>()),
                "Like" | "VisitFrequency" | "Gender" => Column::texts(cells),
                _ => Column::booleans(cells.map(|cell| cell == "Yes").collect::<Vec<_>>()),
            };
            customers = customers.with_column(name, column).unwrap();
        }
        Some(customers)
    }

    /// Their answers to the statements: yes is 1, no is 0.
    pub fn answers(customers: &Customers) -> Array2<f64> {
        let truths = |name| customers.column(name).unwrap().values().map(|answer| answer.boolean().unwrap()).collect();
        let columns: [Vec<bool>; 11] = STATEMENTS.map(truths);
        Array2::from_shape_fn((customers.len(), 11), |(row, at)| f64::from(u8::from(columns[at][row])))
    }
}
