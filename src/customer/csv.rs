//! Customers from files of comma-separated values.

use std::io::Read;
use std::path::Path;

use crate::error::Result;
use crate::read::{Csv, ReadReport, Want};
use crate::value::Kind;

use super::read::customers;
use super::table::Customers;

impl Customers {
    /// The customers of a CSV file with a header, one a row, of which the column `id` says who it is. How it is written
    /// and which kinds its columns have is found out as [`Csv`] says.
    ///
    /// ```no_run
    /// use segmentry::customer::Customers;
    ///
    /// let customers = Customers::from_csv("telco_churn.csv", "customerID")?;
    /// # Ok::<(), segmentry::Error>(())
    /// ```
    ///
    /// # Errors
    /// If the file cannot be read, a row is not whole or has no id, or an id occurs again: with file and line.
    pub fn from_csv(path: impl AsRef<Path>, id: &str) -> Result<Self> {
        Ok(Customers::from_csv_with(path, id, &Csv::new())?.0)
    }

    /// As [`Customers::from_csv`], read as the options say, with an account of what was read and left out.
    ///
    /// # Errors
    /// As [`Customers::from_csv`], where the options do not allow it.
    pub fn from_csv_with(path: impl AsRef<Path>, id: &str, csv: &Csv) -> Result<(Self, ReadReport)> {
        customers(csv.read_file(path.as_ref(), want(id, csv))?, id, csv.options())
    }

    /// As [`Customers::from_csv_with`], from anything that can be read.
    ///
    /// # Errors
    /// As [`Customers::from_csv_with`].
    pub fn from_csv_reader(reader: impl Read, id: &str, csv: &Csv) -> Result<(Self, ReadReport)> {
        customers(csv.read(reader, want(id, csv))?, id, csv.options())
    }
}

/// An id stays as it is written: `007` is not seven.
fn want(id: &str, csv: &Csv) -> impl Fn(&str) -> Want {
    move |column| match csv.options().schema.get(column) {
        _ if column == id => Want::Kind(Kind::Text),
        Some(attribute) => Want::Kind(attribute.kind),
        None => Want::Infer,
    }
}
