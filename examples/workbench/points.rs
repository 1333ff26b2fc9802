//! Rows of numbers from a file: `.npy` of NumPy, or CSV with the names of the columns in its first line.

use std::path::Path;

use ndarray::Array2;
use ndarray_npy::{ReadNpyError, read_npy};
use segmentry::{Error, Result};
use serde_json::Value;

/// Rows and the names of their columns.
pub struct PointsFile {
    pub rows: Array2<f64>,
    pub columns: Vec<String>,
}

impl PointsFile {
    /// Reads rows of numbers; of CSV these columns, or all. A cell without a number is NaN.
    pub fn read(path: &Path, columns: &[String]) -> Result<PointsFile> {
        let read = if path.extension().is_some_and(|extension| extension == "npy") {
            npy(path).map(|rows| PointsFile { columns: (0..rows.ncols()).map(|at| format!("x{at}")).collect(), rows })
        } else {
            csv(path, columns)
        };
        read.map_err(|error| error.in_file(path.display()))
    }

    /// The names of the columns.
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).collect()
    }
}

/// Numbers of 64 bits, or of 32 bits, which are widened.
fn npy(path: &Path) -> Result<Array2<f64>> {
    let broken = |error: ReadNpyError| Error::format(error.to_string());
    match read_npy::<_, Array2<f64>>(path) {
        Err(ReadNpyError::WrongDescriptor(_)) => {
            read_npy::<_, Array2<f32>>(path).map(|narrow| narrow.mapv(f64::from)).map_err(broken)
        }
        read => read.map_err(broken),
    }
}

fn csv(path: &Path, wanted: &[String]) -> Result<PointsFile> {
    let broken = |error: csv::Error| Error::format(error.to_string());
    let mut reader = csv::Reader::from_path(path).map_err(broken)?;
    let names: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let find = |name: &String| {
        let known = names.iter().map(String::as_str);
        names.iter().position(|other| other == name).ok_or_else(|| Error::unknown_attribute(name, known))
    };
    let places: Vec<usize> = match wanted {
        [] => (0..names.len()).collect(),
        wanted => wanted.iter().map(find).collect::<Result<_>>()?,
    };
    let mut cells = Vec::new();
    let mut count = 0;
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let line = record.position().map_or(0, csv::Position::line);
        for place in &places {
            let text = record.get(*place).unwrap_or("").trim();
            let number = if text.is_empty() { Ok(f64::NAN) } else { text.parse() };
            let not = |_| Error::parse(&names[*place], text, "a number; name the columns to be used").at_line(line);
            cells.push(number.map_err(not)?);
        }
        count += 1;
    }
    let rows =
        Array2::from_shape_vec((count, places.len()), cells).map_err(|error| Error::format(error.to_string()))?;
    Ok(PointsFile { rows, columns: places.into_iter().map(|place| names[place].clone()).collect() })
}

/// A setting of a method, `key=value`; a bare word is a text.
pub fn key_value(setting: &str) -> Result<(String, Value)> {
    let Some((key, value)) = setting.split_once('=') else {
        return Err(Error::parse("--set", setting, "of the form key=value"));
    };
    let value = serde_json::from_str(value).unwrap_or_else(|_| Value::String(value.to_owned()));
    Ok((key.to_owned(), value))
}

/// The group of each row, a line each: any text; `-1` or nothing is a row in none.
pub fn labels(path: &Path) -> Result<Vec<Option<String>>> {
    let text = std::fs::read_to_string(path).map_err(|error| Error::io(&error).in_file(path.display()))?;
    let group = |line: &str| Some(line.trim().to_owned()).filter(|group| !group.is_empty() && group != "-1");
    Ok(text.lines().map(group).collect())
}
